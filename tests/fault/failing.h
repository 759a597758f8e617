/*
 * Memory that runs out on demand. The executable is linked with --wrap for the functions that allocate, so
 * what lifeline's layers ask for comes by here. What shared libraries ask for does not: jansson reads on
 * with half a text when its buffer cannot grow, and Avro C is only ever given our own schemas. Nor does
 * what the twin of the bus asks for: it stands for brokers, which have their own memory, and is built
 * for this with names of its own.
 */
#ifndef LL_TESTS_FAULT_FAILING_H
#define LL_TESTS_FAULT_FAILING_H

#include <stdbool.h>

/* From here on the n-th allocation fails, and only that; 0: none, they are counted. */
void failing_arm(long nth);
/* Returns how many there were; *ret_hit: one has failed. */
long failing_disarm(bool *ret_hit);
#endif
