/*
 * Memory that runs out on demand. The executable is linked with --wrap for the functions that allocate, so
 * what lifeline's layers ask for comes by here. What shared libraries ask for does not: jansson reads on
 * with half a text when its buffer cannot grow, and Avro C is only ever given our own schemas. In tests of
 * stages the twins' does not either: they stand for brokers and a database, which have their own memory,
 * and are built for these tests with the names of the world's below.
 */
#ifndef LL_TESTS_FAULT_FAILING_H
#define LL_TESTS_FAULT_FAILING_H

#include <stdbool.h>

/* From here on the n-th allocation fails, and only that; 0: none, they are counted. */
void failing_arm(long nth);
/* Returns how many there were; *ret_hit: one has failed. */
long failing_disarm(bool *ret_hit);
#endif
