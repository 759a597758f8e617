/*
 * What every implementation of bus.h must do, as one list of tests. Run by test_memory.c against the
 * twin and by tests/integration/test_bus_kafka.c against a broker.
 */
#ifndef LL_TESTS_CONFORMANCE_H
#define LL_TESTS_CONFORMANCE_H

#include "bus/bus.h"

struct conformance {
	struct ll_bus *bus;
	char prefix[32]; /* of every topic, group and id, so that runs do not meet on one broker */
	/* Makes the coordinator give the member up. NULL: it does so by itself when the member has
	 * not polled for some seconds. */
	void (*lapse)(struct ll_bus *bus, const char *group, const char *instance);
	/* Time passes for the bus, enough that two records have different timestamps. */
	void (*pass)(struct ll_bus *bus);
};

/* Returns the number of tests that failed. */
int conformance_run(struct conformance *conformance, const char *name);

#endif
