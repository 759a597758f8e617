#include "mutation.h"

#include <string.h>

#include "bus/bus_memory_impl.h"
#include "runtime/stage.h"

static const char *const names[SIM_MUTATION_COUNT] = {
#define SIM_MUTATION_NAME(symbol, name) [SIM_WITHOUT_##symbol] = name,
	SIM_MUTATIONS(SIM_MUTATION_NAME)
#undef SIM_MUTATION_NAME
};

const char *sim_mutation_name(enum sim_mutation mutation)
{
	return names[mutation];
}

int sim_mutation_by_name(const char *name)
{
	for (int i = 0; i < SIM_MUTATION_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* ---- the stage's descriptor -------------------------------------------------------------------- */

/* What lies between c and k is passed over. */
static int fold_nothing(void *state, struct ll_input *input, const struct ll_record *record)
{
	(void)state;
	(void)input;
	(void)record;
	return 0;
}

extern const struct ll_stage ll_stage_assess;

/* What was aborted stays in memory, and is taken for what was committed. */
static void drop_as_if_clean(void *state, struct ll_input *input, bool clean)
{
	(void)clean;
	ll_stage_assess.drop(state, input, true);
}

struct ll_stage sim_mutation_stage(enum sim_mutation mutation, const struct ll_stage *stage)
{
	struct ll_stage copy = *stage;

	if (mutation == SIM_WITHOUT_CATCH_UP && copy.fold)
		copy.fold = fold_nothing;
	if (mutation == SIM_WITHOUT_ABORT_FORGETS && stage == &ll_stage_assess)
		copy.drop = drop_as_if_clean;
	return copy;
}

/* ---- the bus ------------------------------------------------------------------------------------- */

void sim_mutation_take_generation(struct ll_consumer *base)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	const struct ll_memory_group *group = ll_memory_group(consumer->bus, consumer->group);

	consumer->generation = group->generation;
	/* Somebody who is in the group stands for a member id that is not looked at. */
	if (group->member_count > 0)
		consumer->generation_member = group->members[0]->id;
}

int sim_mutation_committed_unstable(struct ll_consumer *base, struct ll_position *positions,
				    size_t count)
{
	struct ll_memory_consumer *consumer = (struct ll_memory_consumer *)base;
	const struct ll_memory_group *group = ll_memory_group(consumer->bus, consumer->group);

	for (size_t i = 0; i < count; i++)
		positions[i].offset = ll_memory_group_committed(group, positions[i].topic,
								positions[i].partition);
	return 0;
}
