/*
 * The world of one schedule: a bus and a store in memory, a clock, instances of the stages, the
 * input, and what is drawn by seed. Nothing in it depends on anything but the seed and the options.
 */
#ifndef LL_SIM_WORLD_H
#define LL_SIM_WORLD_H

#include "bus/bus_impl.h"
#include "check.h"
#include "fault.h"
#include "input.h"
#include "mutation.h"
#include "random.h"
#include "runtime/stage.h"
#include "store/store_impl.h"
#include "trace.h"

#define SIM_INSTANCES_MAX  12
#define SIM_PARTITIONS_MAX 3
#define SIM_NAME_MAX	   16

extern const struct ll_stage ll_stage_enrich;
extern const struct ll_stage ll_stage_assess;
extern const struct ll_stage ll_stage_record;

enum sim_stage { SIM_ENRICH, SIM_ASSESS, SIM_RECORD, SIM_STAGE_COUNT };

struct sim_world;

/* What an instance's calls to the outside go through: faulty_bus.c and faulty_store.c. */
struct sim_bus {
	struct ll_bus base;
	struct sim_instance *instance;
};

/* A process. Its slot stays when it dies; `loop` is what lives. */
struct sim_instance {
	struct sim_world *world;
	enum sim_stage stage;
	char name[SIM_NAME_MAX];  /* the instance's, not unique: two may have one */
	char label[SIM_NAME_MAX]; /* the slot's, unique */
	struct ll_stage stage_copy;
	struct ll_stage_env env;
	struct ll_clock clock;
	int64_t skew_ms;     /* of its monotonic clock */
	int64_t ms_per_look; /* while stopping in order, looking at the clock moves it */
	struct sim_bus bus;
	struct ll_store *store;
	struct ll_stage_loop *loop; /* NULL: down */
	bool twin;		    /* an extra process with another one's name */
	bool wanted;		    /* to be started again when down */
	bool inside;		    /* stands in a call, on the C stack */
	bool dead;		    /* killed; nothing it does reaches anything */
	bool blamed;		    /* an error that ends it was injected */
	int32_t paused_until;	    /* step */
	int32_t start_at;	    /* step */
	int64_t paused_at_ms;
};

struct sim_options {
	enum sim_mutation mutation;
	bool live_trace;
};

struct sim_world {
	uint64_t seed;
	const struct sim_options *options;
	const struct ll_codec *codec;
	struct ll_metrics *metrics;
	struct sim_random random;
	struct sim_swarm swarm;
	struct sim_trace trace;
	uint64_t *fault_counts; /* by enum sim_fault, over all schedules */
	uint64_t *site_counts;	/* by enum sim_site: calls */
	uint64_t *compared;	/* by enum sim_compared */

	struct ll_bus *bus; /* the true ones, without faults */
	struct ll_store *store;
	int32_t person_partitions;
	int32_t household_partitions;
	bool chaos; /* faults may happen */
	bool store_away;
	int32_t step;
	int32_t depth;	   /* of calls that stand still */
	int32_t steps_max; /* of the chaos */
	struct sim_input input;
	struct sim_check check;
	struct sim_instance instances[SIM_INSTANCES_MAX];
	size_t instance_count;

	bool failed;
	char failure[512];
};

/* The seed decides all. The world is large and reused: free it by release, then init again. */
int sim_world_init(struct sim_world *world, uint64_t seed);
void sim_world_release(struct sim_world *world);
/* Runs the whole schedule: chaos, healing, draining, checks. world->failed tells how it went. */
void sim_world_run(struct sim_world *world);

/* For the faulty bus and store: the rest of the world goes on while this instance stands still. */
void sim_world_go_on(struct sim_world *world, struct sim_instance *instance);
void sim_world_count(struct sim_world *world, enum sim_fault fault, const char *who);
/* The first failure is kept. */
void sim_world_fail(struct sim_world *world, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- a call to the outside ------------------------------------------------------------------- */

struct sim_call {
	struct sim_instance *instance;
	enum sim_site site;
	int fault;	/* enum sim_fault to come true, or -1 */
	int64_t detail; /* for the trace */
	int err;	/* when begin said no */
};

/* false: the call does not happen, call->err is its answer. */
bool sim_call_begin(struct sim_call *call, struct sim_instance *instance, enum sim_site site,
		    struct ll_error *error);
/* The answer that the caller gets for `err`. */
int sim_call_end(struct sim_call *call, int err, struct ll_error *error);
/* Did the draw hit this special point? Counts it. */
bool sim_call_is(struct sim_call *call, enum sim_fault fault);

/* ---- faulty_bus.c, faulty_store.c ------------------------------------------------------------- */

void sim_bus_init(struct sim_bus *bus, struct sim_instance *instance);
int sim_store_new(struct sim_instance *instance, struct ll_store **ret_store);

#endif
