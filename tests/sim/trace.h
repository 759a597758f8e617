/*
 * What happened in a schedule: a hash of all of it, by which two runs of a seed are compared, and
 * the last steps in words, for when something went wrong.
 */
#ifndef LL_SIM_TRACE_H
#define LL_SIM_TRACE_H

#include <stdint.h>
#include <stdio.h>

#define SIM_TRACE_KEPT 400
#define SIM_TRACE_TEXT 120

struct sim_trace {
	uint64_t hash;
	uint64_t lines;
	FILE *live; /* or NULL: every line is printed at once */
	struct sim_trace_line {
		const char *who;  /* lives as long as the world */
		const char *what; /* static */
		int32_t step;
		int32_t depth;
		int64_t a;
		int64_t b;
	} kept[SIM_TRACE_KEPT];
};

void sim_trace_init(struct sim_trace *trace, FILE *live);
void sim_trace_add(struct sim_trace *trace, int32_t step, int32_t depth, const char *who,
		   const char *what, int64_t a, int64_t b);
/* The last `count` lines. */
void sim_trace_print(const struct sim_trace *trace, size_t count, FILE *out);

#endif
