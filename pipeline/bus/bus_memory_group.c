/*
 * Consumer groups, eager: a member that joins or goes makes all others give everything back and
 * rejoin at their next poll; when the last has, a new generation begins and the range assignor deals
 * the partitions out. Who does not poll holds the group up until it expires.
 */
#include "bus_memory_impl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct ll_memory_group *ll_memory_group(struct ll_memory_bus *bus, const char *name)
{
	struct ll_memory_group *group;

	for (size_t i = 0; i < bus->group_count; i++)
		if (strcmp(bus->groups[i]->name, name) == 0)
			return bus->groups[i];
	group = calloc(1, sizeof(*group));
	assert(group);
	snprintf(group->name, sizeof(group->name), "%s", name);
	bus->groups = ll_memory_grow(bus->groups, bus->group_count, &bus->group_capacity,
				     sizeof(struct ll_memory_group *));
	bus->groups[bus->group_count++] = group;
	return group;
}

struct ll_memory_member *ll_memory_member(struct ll_memory_group *group, uint64_t id)
{
	for (size_t i = 0; i < group->member_count; i++)
		if (group->members[i]->id == id)
			return group->members[i];
	return NULL;
}

/* ---- assignment -------------------------------------------------------------------------- */

static const struct ll_memory_pattern *pattern_of(struct ll_memory_bus *bus, const char *text)
{
	struct ll_memory_pattern *pattern;

	for (size_t i = 0; i < bus->pattern_count; i++)
		if (strcmp(bus->patterns[i]->text, text) == 0)
			return bus->patterns[i];
	pattern = calloc(1, sizeof(*pattern));
	assert(pattern);
	pattern->text = strdup(text);
	assert(pattern->text);
	pattern->valid = regcomp(&pattern->compiled, text, REG_EXTENDED | REG_NOSUB) == 0;
	bus->patterns = ll_memory_grow(bus->patterns, bus->pattern_count, &bus->pattern_capacity,
				       sizeof(struct ll_memory_pattern *));
	bus->patterns[bus->pattern_count++] = pattern;
	return pattern;
}

void ll_memory_pattern_free(struct ll_memory_pattern *pattern)
{
	if (pattern->valid)
		regfree(&pattern->compiled);
	free(pattern->text);
	free(pattern);
}

static bool matches(struct ll_memory_bus *bus, const char *wanted, const char *topic)
{
	const struct ll_memory_pattern *pattern;

	if (wanted[0] != '^')
		return strcmp(wanted, topic) == 0;
	pattern = pattern_of(bus, wanted);
	return pattern->valid && regexec(&pattern->compiled, topic, 0, NULL, 0) == 0;
}

static bool subscribes(struct ll_memory_bus *bus, const struct ll_memory_member *member,
		       const char *topic)
{
	for (size_t i = 0; i < member->topic_count; i++)
		if (matches(bus, member->topics[i], topic))
			return true;
	return false;
}

static void give(struct ll_memory_member *member, const char *topic, int32_t partition)
{
	struct ll_position *given;

	member->assignment = ll_memory_grow(member->assignment, member->assignment_count,
					    &member->assignment_capacity, sizeof(*given));
	given = &member->assignment[member->assignment_count++];
	snprintf(given->topic, sizeof(given->topic), "%s", topic);
	given->partition = partition;
	given->offset = LL_OFFSET_NONE;
}

/* Kafka's range assignor: topic by topic, the first members get one more where it does not divide. */
static void deal_out(struct ll_memory_bus *bus, struct ll_memory_group *group,
		     const struct ll_memory_topic *topic)
{
	int32_t takers = 0;
	int32_t next = 0;
	int32_t taker = 0;

	for (size_t i = 0; i < group->member_count; i++)
		takers += subscribes(bus, group->members[i], topic->name);
	for (size_t i = 0; i < group->member_count; i++) {
		int32_t share;

		if (!subscribes(bus, group->members[i], topic->name))
			continue;
		share = topic->partitions / takers + (taker++ < topic->partitions % takers);
		while (share-- > 0)
			give(group->members[i], topic->name, next++);
	}
}

static void complete_when_joined(struct ll_memory_bus *bus, struct ll_memory_group *group)
{
	if (!group->rebalancing || group->member_count == 0)
		return;
	for (size_t i = 0; i < group->member_count; i++)
		if (!group->members[i]->joined)
			return;
	group->rebalancing = false;
	group->generation++;
	for (size_t i = 0; i < group->member_count; i++) {
		group->members[i]->joined = false;
		group->members[i]->told = false;
		group->members[i]->assignment_count = 0;
	}
	for (size_t i = 0; i < bus->topic_count; i++)
		deal_out(bus, group, bus->topics[i]);
}

/* ---- members ----------------------------------------------------------------------------- */

struct ll_memory_member *ll_memory_group_join(struct ll_memory_bus *bus,
					      struct ll_memory_group *group, const char *instance,
					      char *const *topics, size_t topic_count)
{
	struct ll_memory_member *member = calloc(1, sizeof(*member));

	assert(member);
	member->id = ++bus->last_id;
	snprintf(member->instance, sizeof(member->instance), "%s", instance);
	member->topics = calloc(topic_count, sizeof(*member->topics));
	assert(member->topics);
	for (size_t i = 0; i < topic_count; i++) {
		member->topics[i] = strdup(topics[i]);
		assert(member->topics[i]);
	}
	member->topic_count = topic_count;
	member->seen_advanced_ms = bus->advanced_ms;
	group->members = ll_memory_grow(group->members, group->member_count,
					&group->member_capacity, sizeof(struct ll_memory_member *));
	group->members[group->member_count++] = member;
	group->rebalancing = true;
	ll_memory_group_rejoin(bus, group, member);
	return member;
}

void ll_memory_group_rejoin(struct ll_memory_bus *bus, struct ll_memory_group *group,
			    struct ll_memory_member *member)
{
	member->joined = true;
	complete_when_joined(bus, group);
}

static void member_free(struct ll_memory_member *member)
{
	for (size_t i = 0; i < member->topic_count; i++)
		free(member->topics[i]);
	free(member->topics);
	free(member->assignment);
	free(member);
}

void ll_memory_group_remove(struct ll_memory_bus *bus, struct ll_memory_group *group,
			    struct ll_memory_member *member)
{
	size_t at = 0;

	while (group->members[at] != member)
		at++;
	group->member_count--;
	memmove(group->members + at, group->members + at + 1,
		(group->member_count - at) * sizeof(struct ll_memory_member *));
	member_free(member);
	group->rebalancing = true;
	complete_when_joined(bus, group);
}

void ll_memory_groups_topic_created(struct ll_memory_bus *bus, const char *topic)
{
	for (size_t i = 0; i < bus->group_count; i++)
		for (size_t k = 0; k < bus->groups[i]->member_count; k++)
			if (subscribes(bus, bus->groups[i]->members[k], topic))
				bus->groups[i]->rebalancing = true;
}

void ll_memory_groups_expire(struct ll_memory_bus *bus)
{
	for (size_t i = 0; i < bus->group_count; i++) {
		struct ll_memory_group *group = bus->groups[i];

		for (size_t k = group->member_count; k-- > 0;)
			if (bus->advanced_ms - group->members[k]->seen_advanced_ms >
			    LL_BUS_MEMORY_SESSION_TIMEOUT_MS)
				ll_memory_group_remove(bus, group, group->members[k]);
	}
}

/* ---- offsets ----------------------------------------------------------------------------- */

static struct ll_memory_committed *committed_of(const struct ll_memory_group *group,
						const char *topic, int32_t partition)
{
	for (size_t i = 0; i < group->committed_count; i++)
		if (group->committed[i].position.partition == partition &&
		    strcmp(group->committed[i].position.topic, topic) == 0)
			return &group->committed[i];
	return NULL;
}

void ll_memory_group_commit(struct ll_memory_group *group, const struct ll_position *position,
			    uint64_t number)
{
	struct ll_memory_committed *committed =
		committed_of(group, position->topic, position->partition);

	if (committed && committed->number > number)
		return;
	if (!committed) {
		group->committed = ll_memory_grow(group->committed, group->committed_count,
						  &group->committed_capacity, sizeof(*committed));
		committed = &group->committed[group->committed_count++];
	}
	*committed = (struct ll_memory_committed){*position, number};
}

int64_t ll_memory_group_committed(const struct ll_memory_group *group, const char *topic,
				  int32_t partition)
{
	const struct ll_memory_committed *committed = committed_of(group, topic, partition);

	return committed ? committed->position.offset : LL_OFFSET_NONE;
}

void ll_memory_group_free(struct ll_memory_group *group)
{
	for (size_t i = 0; i < group->member_count; i++)
		member_free(group->members[i]);
	free(group->members);
	free(group->committed);
	free(group);
}
