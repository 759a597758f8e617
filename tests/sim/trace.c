#include "trace.h"

#include <string.h>

#include "base/hash.h"

void sim_trace_init(struct sim_trace *trace, FILE *live)
{
	trace->hash = 0;
	trace->lines = 0;
	trace->live = live;
}

static void print_line(const struct sim_trace_line *line, FILE *out)
{
	fprintf(out, "%6d %*s%-14s %-34s %lld %lld\n", line->step, 2 * line->depth, "", line->who,
		line->what, (long long)line->a, (long long)line->b);
}

void sim_trace_add(struct sim_trace *trace, int32_t step, int32_t depth, const char *who,
		   const char *what, int64_t a, int64_t b)
{
	struct sim_trace_line *line = &trace->kept[trace->lines++ % SIM_TRACE_KEPT];
	const int64_t numbers[] = {step, depth, a, b};

	*line = (struct sim_trace_line){who, what, step, depth, a, b};
	trace->hash = ll_hash64(numbers, sizeof(numbers), trace->hash);
	trace->hash = ll_hash64(who, strlen(who), trace->hash);
	trace->hash = ll_hash64(what, strlen(what), trace->hash);
	if (trace->live)
		print_line(line, trace->live);
}

void sim_trace_print(const struct sim_trace *trace, size_t count, FILE *out)
{
	uint64_t first = trace->lines > count ? trace->lines - count : 0;

	if (trace->lines > SIM_TRACE_KEPT && first < trace->lines - SIM_TRACE_KEPT)
		first = trace->lines - SIM_TRACE_KEPT;
	for (uint64_t i = first; i < trace->lines; i++)
		print_line(&trace->kept[i % SIM_TRACE_KEPT], out);
}
