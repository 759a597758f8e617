/*
 * The scheduler. One step does one thing to the world: an instance turns, something is published,
 * time passes, or something goes wrong. While an instance stands still inside a call, the steps of
 * the others are taken from within that call, so that it resumes in the middle of what it did.
 */
#include "world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus_memory.h"
#include "store/store_memory.h"

#define DEPTH_MAX	 2 /* instances that stand still in a call at once */
#define DRAIN_ROUNDS_MAX 4000
#define QUIET_ROUNDS	 5   /* in which nothing happened: it is drained */
#define ROUND_MS	 300 /* of draining; dead members expire after some thirty */
/* A transaction that a dead process left open holds back every reader until it expires. */
#define ROUNDS_MIN (LL_BUS_MEMORY_TRANSACTION_TIMEOUT_MS / ROUND_MS + QUIET_ROUNDS + 1)
#define LOOK_MS	   50 /* a clock's step while an instance stops in order */
#define SHORT_MS   400
#define MARKERS_MS 1000 /* until the last transaction is seen */
#define LONG_MS	   (LL_BUS_MEMORY_SESSION_TIMEOUT_MS + 1000)

static const struct ll_stage *const stages[SIM_STAGE_COUNT] = {
	[SIM_ENRICH] = &ll_stage_enrich,
	[SIM_ASSESS] = &ll_stage_assess,
	[SIM_RECORD] = &ll_stage_record,
};

void sim_world_fail(struct sim_world *world, const char *format, ...)
{
	va_list args;

	if (world->failed)
		return;
	world->failed = true;
	va_start(args, format);
	vsnprintf(world->failure, sizeof(world->failure), format, args);
	va_end(args);
}

static void note(struct sim_world *world, const char *who, const char *what, int64_t a, int64_t b)
{
	sim_trace_add(&world->trace, world->step, world->depth, who, what, a, b);
}

void sim_world_count(struct sim_world *world, enum sim_fault fault, const char *who)
{
	world->fault_counts[fault]++;
	note(world, who, sim_points[fault].name, 0, 0);
}

/* ---- calls to the outside ---------------------------------------------------------------------- */

static int die(struct sim_instance *instance, struct ll_error *error)
{
	instance->dead = true;
	return ll_error_set(error, -LL_ERR_FATAL, "killed");
}

bool sim_call_begin(struct sim_call *call, struct sim_instance *instance, enum sim_site site,
		    struct ll_error *error)
{
	struct sim_world *world = instance->world;
	const struct sim_point *point;

	*call = (struct sim_call){.instance = instance, .site = site, .fault = -1};
	world->site_counts[site]++;
	if (instance->dead) {
		call->err = die(instance, error);
		return false;
	}
	if (world->chaos)
		call->fault = sim_swarm_draw(&world->swarm, &world->random, site);
	if (call->fault < 0)
		return true;
	point = &sim_points[call->fault];
	if (point->effect == SIM_PAUSE_BEFORE) {
		if (world->depth < DEPTH_MAX) {
			sim_world_count(world, (enum sim_fault)call->fault, instance->label);
			sim_world_go_on(world, instance);
		}
		if (instance->dead)
			call->err = die(instance, error);
		return !instance->dead;
	}
	if (point->effect != SIM_FAIL_BEFORE && point->effect != SIM_KILL_BEFORE)
		return true;
	sim_world_count(world, (enum sim_fault)call->fault, instance->label);
	if (point->effect == SIM_KILL_BEFORE) {
		call->err = die(instance, error);
		return false;
	}
	instance->blamed |= ll_err_class(point->err) == LL_CLASS_FATAL;
	call->err = ll_error_set(error, point->err, "injected: %s", point->name);
	return false;
}

bool sim_call_is(struct sim_call *call, enum sim_fault fault)
{
	if (call->fault != (int)fault)
		return false;
	sim_world_count(call->instance->world, fault, call->instance->label);
	return true;
}

int sim_call_end(struct sim_call *call, int err, struct ll_error *error)
{
	struct sim_instance *instance = call->instance;
	struct sim_world *world = instance->world;
	const struct sim_point *point = call->fault < 0 ? NULL : &sim_points[call->fault];

	note(world, instance->label, sim_site_name(call->site), err, call->detail);
	if (instance->dead)
		return die(instance, error);
	if (!point || err)
		return err;
	if (point->effect == SIM_PAUSE_AFTER && world->depth < DEPTH_MAX) {
		sim_world_count(world, (enum sim_fault)call->fault, instance->label);
		sim_world_go_on(world, instance);
		return instance->dead ? die(instance, error) : 0;
	}
	if (point->effect != SIM_FAIL_AFTER && point->effect != SIM_KILL_AFTER)
		return err;
	sim_world_count(world, (enum sim_fault)call->fault, instance->label);
	if (point->effect == SIM_KILL_AFTER)
		return die(instance, error);
	return ll_error_set(error, point->err, "injected: %s", point->name);
}

/* ---- instances --------------------------------------------------------------------------------- */

static int64_t look_monotonic(void *context)
{
	struct sim_instance *instance = context;

	instance->skew_ms += instance->ms_per_look;
	return ll_bus_memory_now_ms(instance->world->bus) + instance->skew_ms;
}

static int64_t look_wall(void *context)
{
	const struct sim_instance *instance = context;

	return ll_bus_memory_now_ms(instance->world->bus);
}

static void instance_init(struct sim_world *world, enum sim_stage stage, const char *name,
			  bool twin)
{
	struct sim_instance *instance = &world->instances[world->instance_count];
	struct sim_random *random = &world->random;
	int err;

	*instance = (struct sim_instance){
		.world = world,
		.stage = stage,
		.twin = twin,
		.wanted = !twin,
		.stage_copy = sim_mutation_stage(world->options->mutation, stages[stage]),
		.clock = {look_monotonic, look_wall, instance},
		.skew_ms = sim_random_below(random, 100000),
	};
	snprintf(instance->name, sizeof(instance->name), "%s", name);
	snprintf(instance->label, sizeof(instance->label), "%s%s", name, twin ? "'" : "");
	sim_bus_init(&instance->bus, instance);
	err = sim_store_new(instance, &instance->store);
	assert(err == 0);
	instance->env = (struct ll_stage_env){
		.bus = &instance->bus.base,
		.store = instance->store,
		.codec = world->codec,
		.metrics = world->metrics,
		.clock = &instance->clock,
		.instance = instance->name,
		.commit_interval_ms = sim_random_between(random, 1, 100),
		.checkpoint_interval_ms = sim_random_between(random, 1, 600),
		.batch_max = (size_t[]){1, 2, 5, 16, 64}[sim_random_below(random, 5)],
		.person_partitions = world->person_partitions,
		.household_partitions = world->household_partitions,
		.queue_partitions = 1,
		.single_threaded = true,
		.segment_bytes = (size_t[]){64, 512, 0}[sim_random_below(random, 3)],
		.merge_bytes = (int64_t[]){256, 4096, 0}[sim_random_below(random, 3)],
	};
	world->instance_count++;
}

static void instances_init(struct sim_world *world)
{
	static const char letters[] = {'e', 'a', 'r'};
	char name[SIM_NAME_MAX];

	for (int stage = 0; stage < SIM_STAGE_COUNT; stage++) {
		int32_t count = sim_random_between(&world->random, stage == SIM_RECORD ? 1 : 2,
						   stage == SIM_RECORD ? 2 : 3);

		for (int32_t i = 0; i < count; i++) {
			snprintf(name, sizeof(name), "%c%d", letters[stage], (int)i);
			instance_init(world, (enum sim_stage)stage, name, false);
		}
	}
	instance_init(world, SIM_ENRICH, "e0", true);
	instance_init(world, SIM_ASSESS, "a0", true);
}

/* An error that ends a process: expected, or against the protocol. */
static void judge(struct sim_instance *instance, int err, const struct ll_error *error)
{
	if (instance->dead || instance->blamed || err == -LL_ERR_FENCED)
		return;
	sim_world_fail(instance->world, "%s ends with '%s', and nothing was done to it: %s",
		       instance->label, ll_err_name(err), error->message);
}

static void instance_down(struct sim_instance *instance)
{
	struct sim_world *world = instance->world;
	bool was_inside = instance->inside;

	instance->inside = true;
	ll_stage_loop_free(instance->loop);
	instance->inside = was_inside;
	instance->loop = NULL;
	instance->dead = false;
	instance->blamed = false;
	instance->paused_until = 0;
	instance->start_at = world->step + (int32_t)sim_random_below(&world->random, 40);
	if (instance->twin)
		instance->wanted = false;
	note(world, instance->label, "is down", 0, 0);
}

static void instance_start(struct sim_instance *instance)
{
	struct sim_world *world = instance->world;
	struct ll_error error = {0};
	int err;

	note(world, instance->label, "starts", 0, 0);
	instance->dead = false;
	instance->blamed = false;
	instance->inside = true;
	err = ll_stage_loop_new(&instance->stage_copy, &instance->env, &instance->loop, &error);
	instance->inside = false;
	if (!err && !instance->dead)
		return;
	/* A program that cannot start ends, and is started again. */
	if (err)
		instance->loop = NULL;
	instance_down(instance);
}

static void instance_turn(struct sim_instance *instance)
{
	struct ll_error error = {0};
	int err;

	note(instance->world, instance->label, "turn", 0, 0);
	instance->inside = true;
	err = ll_stage_loop_turn(instance->loop, 0, &error);
	if (err)
		judge(instance, err, &error);
	if (err || instance->dead)
		instance_down(instance);
	instance->inside = false;
}

static void instance_stop(struct sim_instance *instance)
{
	struct ll_error error = {0};
	int err;

	note(instance->world, instance->label, "stops in order", 0, 0);
	instance->inside = true;
	instance->ms_per_look = LOOK_MS;
	err = ll_stage_loop_stop(instance->loop, &error);
	instance->ms_per_look = 0;
	if (err)
		judge(instance, err, &error);
	instance_down(instance);
	instance->inside = false;
}

static void instance_kill(struct sim_instance *instance)
{
	instance->dead = true;
	if (!instance->inside)
		instance_down(instance);
}

static bool may_turn(const struct sim_instance *instance)
{
	return instance->loop && !instance->inside &&
	       instance->paused_until <= instance->world->step;
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static bool is_any(const struct sim_instance *instance)
{
	(void)instance;
	return true;
}

static bool is_up(const struct sim_instance *instance)
{
	return instance->loop && !instance->inside;
}

static bool is_idle_twin(const struct sim_instance *instance)
{
	return instance->twin && !instance->loop && !instance->inside;
}

static struct sim_instance *pick(struct sim_world *world,
				 bool (*fits)(const struct sim_instance *instance))
{
	struct sim_instance *found = NULL;
	uint32_t seen = 0;

	for (size_t i = 0; i < world->instance_count; i++)
		if (fits(&world->instances[i]) && sim_random_below(&world->random, ++seen) == 0)
			found = &world->instances[i];
	return found;
}

static bool allowed(const struct sim_world *world, enum sim_fault fault)
{
	return world->swarm.allowed[fault];
}

static void advance(struct sim_world *world, int64_t ms)
{
	note(world, "time", "passes", ms, 0);
	ll_bus_memory_advance(world->bus, ms);
}

static void pause_one(struct sim_world *world, bool beyond_session)
{
	struct sim_instance *instance = pick(world, is_up);
	int32_t steps = sim_random_between(&world->random, 5, beyond_session ? 60 : 15);

	if (!instance)
		return;
	sim_world_count(world, beyond_session ? SIM_FAULT_ZOMBIE : SIM_FAULT_PAUSED,
			instance->label);
	instance->paused_until = world->step + steps;
	/* The others poll meanwhile, so it is the only one that expires. */
	instance->paused_at_ms = beyond_session ? 1 : 0;
}

/* A paused one's session runs out when time passes without it: half of it now, half later. */
static void let_sessions_run_out(struct sim_world *world)
{
	for (int i = 0; i < 2 && !world->failed; i++) {
		advance(world, LONG_MS / 2 + 500);
		for (size_t k = 0; k < world->instance_count; k++)
			if (may_turn(&world->instances[k]))
				instance_turn(&world->instances[k]);
	}
}

static void add_one(struct sim_world *world)
{
	struct sim_instance *instance = pick(world, is_any);

	if (!instance || instance->loop || instance->inside || instance->twin)
		return;
	sim_world_count(world, SIM_FAULT_ADDED, instance->label);
	instance->wanted = true;
	instance_start(instance);
}

static void stop_one(struct sim_world *world)
{
	struct sim_instance *instance = pick(world, is_up);

	if (!instance)
		return;
	sim_world_count(world, SIM_FAULT_STOPPED, instance->label);
	instance->paused_until = 0;
	instance_stop(instance);
	instance->start_at = world->step + 5 + (int32_t)sim_random_below(&world->random, 60);
}

static void expire_transaction(struct sim_world *world)
{
	const struct sim_instance *instance = pick(world, is_any);
	char id[64];

	/* Either of the stage's two producers. */
	/* A stage has two producers, which take turns. */
	snprintf(id, sizeof(id), "lifeline-%s-%s-%u", stages[instance->stage]->name, instance->name,
		 (unsigned int)sim_random_below(&world->random, 2));
	if (ll_bus_memory_expire_transaction(world->bus, id))
		sim_world_count(world, SIM_FAULT_EXPIRED_TRANSACTION, instance->label);
}

static void throw_out(struct sim_world *world, const struct sim_instance *instance)
{
	char group[64];

	snprintf(group, sizeof(group), "lifeline-%s", stages[instance->stage]->name);
	if (ll_bus_memory_expire_members(world->bus, group, instance->name) > 0)
		sim_world_count(world, SIM_FAULT_EXPIRED_MEMBER, instance->label);
}

static void misfortune(struct sim_world *world)
{
	enum sim_fault fault = (enum sim_fault)sim_random_between(&world->random, SIM_FAULT_KILLED,
								  SIM_FAULT_WRITER_ABORTED);
	struct sim_instance *instance;

	if (!allowed(world, fault))
		return;
	switch (fault) {
	case SIM_FAULT_KILLED:
		instance = pick(world, is_any);
		if (instance->loop && !instance->dead) {
			sim_world_count(world, fault, instance->label);
			instance_kill(instance);
		}
		break;
	case SIM_FAULT_PAUSED:
		pause_one(world, false);
		break;
	case SIM_FAULT_ZOMBIE:
		pause_one(world, true);
		let_sessions_run_out(world);
		break;
	case SIM_FAULT_DUPLICATED:
		instance = pick(world, is_idle_twin);
		if (instance) {
			sim_world_count(world, fault, instance->label);
			instance_start(instance);
		}
		break;
	case SIM_FAULT_EXPIRED_TRANSACTION:
		expire_transaction(world);
		break;
	case SIM_FAULT_EXPIRED_MEMBER:
		throw_out(world, pick(world, is_any));
		break;
	case SIM_FAULT_STORE_AWAY:
		world->store_away = !world->store_away;
		if (world->store_away)
			sim_world_count(world, fault, "store");
		else
			note(world, "store", "is back", 0, 0);
		break;
	case SIM_FAULT_ADDED:
		add_one(world);
		break;
	case SIM_FAULT_STOPPED:
		stop_one(world);
		break;
	case SIM_FAULT_WRITER_OPEN:
	case SIM_FAULT_WRITER_ABORTED:
		if (!sim_input_is_done(&world->input))
			sim_world_count(world, fault, "input");
		sim_input_publish_slowly(world, fault == SIM_FAULT_WRITER_ABORTED);
		break;
	default:
		break;
	}
}

/* Those who are down and wanted come back when their time has come. */
static bool start_who_is_due(struct sim_world *world)
{
	for (size_t i = 0; i < world->instance_count; i++) {
		struct sim_instance *instance = &world->instances[i];

		if (instance->loop || instance->inside || !instance->wanted ||
		    instance->start_at > world->step)
			continue;
		instance_start(instance);
		return true;
	}
	return false;
}

static void one_step(struct sim_world *world)
{
	uint32_t what = sim_random_below(&world->random, 1000);
	struct sim_instance *instance;

	world->step++;
	if (start_who_is_due(world))
		return;
	if (what < 690) {
		instance = pick(world, may_turn);
		if (instance)
			instance_turn(instance);
	} else if (what < 850) {
		sim_input_publish(world);
	} else if (what < 930) {
		advance(world, 1 + sim_random_below(&world->random, SHORT_MS));
	} else if (what < 932) {
		advance(world, LONG_MS);
	} else if (what < 940) {
		sim_check_checkpoints(world, false);
	} else {
		misfortune(world);
	}
}

/* How the world takes it that an instance stands still. */
enum patience {
	PATIENT,	/* it is not noticed */
	SESSION_OVER,	/* the time of its session, and of its transaction, runs out */
	GROUP_GIVES_UP, /* its group does without it; its transaction stays open */
	PATIENCE_COUNT
};

static void lose_patience(struct sim_world *world, const struct sim_instance *instance,
			  enum patience patience)
{
	if (patience == SESSION_OVER)
		let_sessions_run_out(world);
	if (patience == GROUP_GIVES_UP)
		throw_out(world, instance);
}

void sim_world_go_on(struct sim_world *world, struct sim_instance *instance)
{
	bool was_inside = instance->inside;
	enum patience patience = (enum patience)sim_random_below(&world->random, PATIENCE_COUNT);
	int32_t steps = sim_random_between(&world->random, 1, patience == PATIENT ? 20 : 150);

	instance->inside = true;
	world->depth++;
	lose_patience(world, instance, patience);
	for (int32_t i = 0; i < steps && !world->failed; i++)
		one_step(world);
	world->depth--;
	instance->inside = was_inside;
	note(world, instance->label, "goes on", 0, 0);
}

/* ---- healing and draining ------------------------------------------------------------------------- */

/* Of two with one name the twin goes: an operator has been told. */
static void heal(struct sim_world *world)
{
	world->chaos = false;
	world->store_away = false;
	note(world, "world", "heals", 0, 0);
	for (size_t i = 0; i < world->instance_count; i++) {
		struct sim_instance *instance = &world->instances[i];

		instance->paused_until = 0;
		instance->start_at = 0;
		if (instance->twin && instance->loop)
			instance_down(instance);
		instance->wanted = !instance->twin;
	}
	while (!sim_input_is_done(&world->input))
		sim_input_publish(world);
}

/* Is every partition taken over by somebody who has caught up? */
static bool all_run(struct sim_world *world)
{
	size_t left = sim_check_input_count(world);

	for (size_t i = 0; i < world->instance_count; i++) {
		struct ll_input *const *inputs;
		size_t count = 0;

		if (!world->instances[i].loop)
			continue;
		inputs = ll_stage_inputs(world->instances[i].loop, &count);
		for (size_t k = 0; k < count; k++)
			left -= inputs[k]->state == LL_INPUT_RUNNING;
	}
	return left == 0;
}

static void drain(struct sim_world *world)
{
	int quiet = 0;
	uint64_t before = 0;

	for (int round = 0; round < DRAIN_ROUNDS_MAX && !world->failed; round++) {
		uint64_t after;

		world->step++;
		while (start_who_is_due(world))
			;
		for (size_t i = 0; i < world->instance_count; i++)
			if (world->instances[i].loop)
				instance_turn(&world->instances[i]);
		advance(world, ROUND_MS);
		after = sim_check_progress(world);
		quiet = after == before && all_run(world) && sim_check_is_drained(world) ? quiet + 1
											 : 0;
		before = after;
		if (quiet >= QUIET_ROUNDS && round >= ROUNDS_MIN)
			return;
	}
	sim_world_fail(world, "not drained after %d rounds", DRAIN_ROUNDS_MAX);
}

static void stop_all(struct sim_world *world)
{
	for (size_t i = 0; i < world->instance_count; i++) {
		/* A clean stop, or the end of the machine. */
		if (world->instances[i].loop)
			instance_stop(&world->instances[i]);
		world->instances[i].wanted = false;
	}
}

void sim_world_run(struct sim_world *world)
{
	world->chaos = true;
	while (world->step < world->steps_max && !world->failed)
		one_step(world);
	if (!world->failed)
		heal(world);
	if (!world->failed)
		drain(world);
	if (!world->failed)
		sim_check_checkpoints(world, false);
	if (!world->failed)
		stop_all(world);
	if (!world->failed)
		advance(world, MARKERS_MS);
	if (!world->failed)
		sim_check_checkpoints(world, true);
	if (!world->failed)
		sim_check_outputs(world);
}

/* ---- life -------------------------------------------------------------------------------------------- */

int sim_world_init(struct sim_world *world, uint64_t seed)
{
	int err;

	world->seed = seed;
	world->random.state = seed * 0x2545f4914f6cdd1dULL + 0x1234567;
	sim_trace_init(&world->trace, world->options->live_trace ? stdout : NULL);
	sim_swarm_init(&world->swarm, &world->random);
	world->person_partitions = sim_random_chance(&world->random, 300) ? 3 : 2;
	world->household_partitions = sim_random_chance(&world->random, 300) ? 3 : 2;
	world->chaos = false;
	world->store_away = false;
	world->step = 0;
	world->depth = 0;
	world->steps_max = sim_random_between(&world->random, 200, 700);
	world->instance_count = 0;
	world->failed = false;
	world->failure[0] = '\0';
	err = ll_bus_memory_new(&world->bus);
	if (!err)
		ll_bus_memory_set_marker_delay(
			world->bus,
			(int64_t[]){0, 3, 30, 300}[sim_random_below(&world->random, 4)]);
	if (!err)
		err = ll_store_memory_new(&world->store);
	if (!err)
		err = sim_input_init(world);
	if (err)
		return err;
	ll_store_memory_ignore_epochs(world->store,
				      world->options->mutation == SIM_WITHOUT_EPOCH_CHECK);
	sim_check_init(world);
	instances_init(world);
	return 0;
}

void sim_world_release(struct sim_world *world)
{
	for (size_t i = 0; i < world->instance_count; i++) {
		struct sim_instance *instance = &world->instances[i];

		instance->dead = true;
		ll_stage_loop_free(instance->loop);
		instance->loop = NULL;
		ll_store_free(instance->store);
	}
	sim_check_release(world);
	sim_input_release(&world->input);
	ll_store_free(world->store);
	ll_bus_free(world->bus);
}
