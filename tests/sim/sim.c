/*
 * The proof of the engine by simulation: many schedules, each from a seed. See README.md.
 */
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/log.h"
#include "world.h"

#define TRACE_SHOWN    60
#define FULL_RUN       50000 /* schedules from which on every fault must have been hit often */
#define HITS_MIN       100
#define PROGRESS_EVERY 1000

struct arguments {
	struct sim_options options;
	uint64_t from;
	uint64_t schedules;
	const char *seeds_file;
	uint64_t within; /* a failure is expected within so many schedules; 0: none is */
	bool hash_only;
	bool counts;
};

struct run {
	const struct arguments *arguments;
	struct sim_world *world;
	uint64_t done;
	uint64_t steps;
	uint64_t faults[SIM_FAULT_COUNT];
	uint64_t sites[SIM_SITE_COUNT];
	uint64_t compared[SIM_COMPARED_COUNT];
	struct timespec began;
};

/* What an assertion of the engine leaves behind: the signal handler has nothing else to look at. */
static const struct sim_world *world_in_hand;

static void on_abort(int signal_number)
{
	(void)signal_number;
	if (world_in_hand) {
		printf("FAILED: seed %llu, step %d: an assertion failed\n",
		       (unsigned long long)world_in_hand->seed, world_in_hand->step);
		sim_trace_print(&world_in_hand->trace, TRACE_SHOWN, stdout);
		fflush(stdout);
	}
	_exit(1);
}

static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began->tv_sec) + (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

/* What a loaded machine does not change. */
static double cpu_seconds(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void print_progress(const struct run *run)
{
	double seconds = seconds_since(&run->began);
	uint64_t faults = 0;

	for (size_t i = 0; i < SIM_FAULT_COUNT; i++)
		faults += run->faults[i];
	printf("%llu schedules, %llu steps, %llu faults, %.0f schedules/s (%.0f of CPU)\n",
	       (unsigned long long)run->done, (unsigned long long)run->steps,
	       (unsigned long long)faults, (double)run->done / (seconds > 0 ? seconds : 1),
	       (double)run->done / cpu_seconds());
	fflush(stdout);
}

static void print_failure(const struct sim_world *world)
{
	printf("FAILED: seed %llu, step %d: %s\n", (unsigned long long)world->seed, world->step,
	       world->failure);
	if (!world->trace.live)
		sim_trace_print(&world->trace, TRACE_SHOWN, stdout);
	printf("replay: sim --seed %llu --trace%s%s\n", (unsigned long long)world->seed,
	       world->options->mutation ? " --without " : "",
	       world->options->mutation ? sim_mutation_name(world->options->mutation) : "");
}

/* Did the schedule hold? */
static bool run_seed(struct run *run, uint64_t seed)
{
	struct sim_world *world = run->world;
	bool held;

	world->options = &run->arguments->options;
	world->fault_counts = run->faults;
	world->site_counts = run->sites;
	world->compared = run->compared;
	if (sim_world_init(world, seed)) {
		puts("out of memory");
		exit(1);
	}
	world_in_hand = world;
	sim_world_run(world);
	world_in_hand = NULL;
	held = !world->failed;
	run->done++;
	run->steps += (uint64_t)world->step;
	if (run->arguments->hash_only)
		printf("%llu %016llx\n", (unsigned long long)seed,
		       (unsigned long long)world->trace.hash);
	if (!held && run->arguments->within == 0)
		print_failure(world);
	sim_world_release(world);
	return held;
}

static bool run_file(struct run *run)
{
	FILE *file = fopen(run->arguments->seeds_file, "r");
	char line[256];
	bool held = true;

	if (!file) {
		printf("%s: %s\n", run->arguments->seeds_file, strerror(errno));
		return false;
	}
	while (held && fgets(line, sizeof(line), file))
		if (line[0] >= '0' && line[0] <= '9')
			held = run_seed(run, strtoull(line, NULL, 10));
	fclose(file);
	return held;
}

static void print_counts(const struct run *run)
{
	static const char *const compared[SIM_COMPARED_COUNT] = {
#define SIM_COMPARED_NAME(symbol, name) [SIM_COMPARED_##symbol] = name,
		SIM_COMPARED(SIM_COMPARED_NAME)
#undef SIM_COMPARED_NAME
	};

	puts("\ncompared");
	for (size_t i = 0; i < SIM_COMPARED_COUNT; i++)
		printf("%12llu %s\n", (unsigned long long)run->compared[i], compared[i]);
	puts("\ncalls");
	for (size_t i = 0; i < SIM_SITE_COUNT; i++)
		if (run->sites[i])
			printf("%12llu %s\n", (unsigned long long)run->sites[i],
			       sim_site_name((enum sim_site)i));
	puts("\nfaults");
	for (size_t i = 0; i < SIM_FAULT_COUNT; i++)
		printf("%12llu %s\n", (unsigned long long)run->faults[i], sim_points[i].name);
}

/* A point that is never reached proves nothing. */
static bool all_points_hit(const struct run *run)
{
	bool all = true;

	if (run->done < FULL_RUN)
		return true;
	for (size_t i = 0; i < SIM_FAULT_COUNT; i++) {
		if (run->faults[i] >= HITS_MIN)
			continue;
		printf("FAILED: '%s' was hit %llu times only\n", sim_points[i].name,
		       (unsigned long long)run->faults[i]);
		all = false;
	}
	return all;
}

static bool run_all(struct run *run)
{
	const struct arguments *arguments = run->arguments;
	bool held = true;

	if (arguments->seeds_file)
		held = run_file(run);
	for (uint64_t i = 0; held && i < arguments->schedules; i++) {
		held = run_seed(run, arguments->from + i);
		if (run->done % PROGRESS_EVERY == 0)
			print_progress(run);
	}
	return held;
}

static int run(const struct arguments *arguments)
{
	struct run run = {.arguments = arguments, .world = calloc(1, sizeof(struct sim_world))};
	struct ll_codec *codec = NULL;
	struct ll_metrics *metrics = NULL;
	struct ll_error error = {0};
	bool good;

	if (!run.world || ll_codec_new(&codec, &error) || ll_metrics_new(&metrics)) {
		printf("cannot start: %s\n", error.message);
		return 1;
	}
	run.world->codec = codec;
	run.world->metrics = metrics;
	clock_gettime(CLOCK_MONOTONIC, &run.began);
	good = run_all(&run);
	if (arguments->within) {
		printf("without %s: %s after %llu schedules\n",
		       sim_mutation_name(arguments->options.mutation),
		       good ? "NOT noticed" : "noticed", (unsigned long long)run.done);
		if (!good)
			printf("as: %s\n", run.world->failure);
		good = !good;
	} else if (!arguments->hash_only) {
		print_progress(&run);
		if (arguments->counts)
			print_counts(&run);
		good = all_points_hit(&run) && good;
	}
	sim_policies_release();
	ll_metrics_free(metrics);
	ll_codec_free(codec);
	free(run.world);
	return good ? 0 : 1;
}

static void usage(void)
{
	puts("sim [--seed N | --schedules N [--from SEED]] [--seeds-file FILE]\n"
	     "    [--without PROTECTION [--within N]] [--trace] [--hash] [--counts]\n"
	     "\n"
	     "  --seed N          one schedule\n"
	     "  --schedules N     so many, from seed 1 or SEED\n"
	     "  --seeds-file FILE first the seeds in this file, one a line\n"
	     "  --without NAME    with a protection taken away:");
	for (int i = 1; i < SIM_MUTATION_COUNT; i++)
		printf("                      %s\n", sim_mutation_name((enum sim_mutation)i));
	puts("  --within N        fail unless that is noticed within N schedules\n"
	     "  --trace           print every step\n"
	     "  --hash            print each schedule's hash and nothing else\n"
	     "  --counts          at the end: how often each fault came");
}

/* 1: taken with its value; 0: taken alone; -1: unknown. */
static int take_option(struct arguments *arguments, const char *name, const char *value)
{
	int mutation;

	if (strcmp(name, "--trace") == 0)
		arguments->options.live_trace = true;
	else if (strcmp(name, "--hash") == 0)
		arguments->hash_only = true;
	else if (strcmp(name, "--counts") == 0)
		arguments->counts = true;
	else if (!value)
		return -1;
	else if (strcmp(name, "--seed") == 0) {
		arguments->from = strtoull(value, NULL, 10);
		arguments->schedules = 1;
		return 1;
	} else if (strcmp(name, "--schedules") == 0) {
		arguments->schedules = strtoull(value, NULL, 10);
		return 1;
	} else if (strcmp(name, "--from") == 0) {
		arguments->from = strtoull(value, NULL, 10);
		return 1;
	} else if (strcmp(name, "--within") == 0) {
		arguments->within = strtoull(value, NULL, 10);
		arguments->schedules = arguments->within;
		return 1;
	} else if (strcmp(name, "--seeds-file") == 0) {
		arguments->seeds_file = value;
		return 1;
	} else if (strcmp(name, "--without") == 0) {
		mutation = sim_mutation_by_name(value);
		arguments->options.mutation = (enum sim_mutation)mutation;
		return mutation > 0 ? 1 : -1;
	} else {
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.from = 1};

	for (int i = 1; i < argc; i++) {
		int taken = take_option(&arguments, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

		if (taken < 0) {
			usage();
			return 2;
		}
		i += taken;
	}
	/* A schedule takes and gives back the same large blocks: they stay with the process. */
	mallopt(M_MMAP_THRESHOLD, 1 << 28);
	mallopt(M_TRIM_THRESHOLD, 1 << 29);
	ll_log_init("sim", LL_LOG_ERROR);
	signal(SIGABRT, on_abort);
	return run(&arguments);
}
