/* Households, tasks and escalations. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/tally_private.h"

#define COUNTIES_MAX 8192 /* China has some 2,900 */

/* A household's number: its case, its group, its hold, and whether it is registered. */
#define CASE_MASK   0xffu
#define REGISTERED  0x100u
#define HELD	    0x200u
#define GROUP_SHIFT 10
#define GROUP_MASK  (0xffu << GROUP_SHIFT)

int ll_tally_register(struct ll_tally *tally, const struct ll_key *household_key, bool dissolved)
{
	struct ll_key_entry *entry;
	int err = ll_key_table_put(&tally->households, household_key, &entry);

	if (err)
		return err;
	entry->value &= ~REGISTERED;
	if (!dissolved)
		entry->value |= REGISTERED;
	return 0;
}

int ll_tally_take_risk_change(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	struct ll_key_entry *entry;
	struct ll_risk_change change;
	int err = ll_codec_decode(tally->codec, LL_MESSAGE_RISK_CHANGE, record->value,
				  &tally->arena, &change);

	(void)hops;
	if (!err)
		err = ll_key_table_put(&tally->households, &change.household_key, &entry);
	if (!err)
		entry->value = (entry->value & REGISTERED) | (uint32_t)change.after |
			       (uint32_t)change.group << GROUP_SHIFT | (change.held ? HELD : 0);
	return err;
}

static int county_of(struct ll_tally *tally, struct ll_str name,
		     struct ll_tally_county **ret_county)
{
	struct ll_tally_county *grown;

	for (size_t i = tally->county_count; i > 0; i--) {
		if (!ll_str_equal(ll_str_from(tally->counties[i - 1].name), name))
			continue;
		*ret_county = &tally->counties[i - 1];
		return 0;
	}
	if (tally->county_count == COUNTIES_MAX)
		return -LL_ERR_NO_MEMORY;
	grown = reallocarray(tally->counties, tally->county_count + 1, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	tally->counties = grown;
	grown += tally->county_count++;
	*grown = (struct ll_tally_county){0};
	snprintf(grown->name, sizeof(grown->name), "%.*s", LL_STR_ARG(name));
	*ret_county = grown;
	return 0;
}

int ll_tally_take_task(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	struct ll_tally_county *county;
	struct ll_key_entry *entry;
	struct ll_str name;
	struct ll_task task;
	int err =
		ll_codec_decode(tally->codec, LL_MESSAGE_TASK, record->value, &tally->arena, &task);

	(void)hops;
	if (!err)
		err = ll_key_table_put(&tally->tasks, &task.task_id, &entry);
	if (err)
		return err;
	entry->value = (uint32_t)task.state;
	if (task.change != LL_CHANGE_OPENED)
		return 0;
	(void)ll_topic_of(record->topic, &name);
	err = county_of(tally, name, &county);
	if (err)
		return err;
	county->opened[task.measure]++;
	tally->books.measures[task.measure]++;
	tally->books.tasks_opened++;
	return 0;
}

int ll_tally_take_escalation(struct ll_tally *tally, const struct ll_record *record, int32_t hops)
{
	struct ll_tally_city *grown = tally->cities;
	struct ll_str name;
	size_t at = 0;

	(void)hops;
	(void)ll_topic_of(record->topic, &name);
	while (at < tally->city_count && !ll_str_equal(ll_str_from(grown[at].name), name))
		at++;
	if (at == tally->city_count) {
		if (at == COUNTIES_MAX)
			return -LL_ERR_NO_MEMORY;
		grown = reallocarray(grown, at + 1, sizeof(*grown));
		if (!grown)
			return -LL_ERR_NO_MEMORY;
		tally->cities = grown;
		grown[at] = (struct ll_tally_city){0};
		snprintf(grown[at].name, sizeof(grown[at].name), "%.*s", LL_STR_ARG(name));
		tally->city_count++;
	}
	grown[at].escalations++;
	tally->books.escalations++;
	return 0;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void ll_tally_sum_results(const struct ll_tally *tally, struct ll_tally_books *books)
{
	for (uint32_t i = 0; i < tally->households.count; i++) {
		uint32_t value = tally->households.entries[i].value;

		if (!(value & REGISTERED))
			continue;
		books->households++;
		books->cases[value & CASE_MASK]++;
		books->groups[(value & GROUP_MASK) >> GROUP_SHIFT]++;
		books->on_hold += (value & HELD) != 0;
	}
	for (uint32_t i = 0; i < tally->tasks.count; i++)
		books->task_states[tally->tasks.entries[i].value]++;
	for (size_t i = 0; i < LL_TALLY_PARTITIONS_MAX; i++) {
		books->policies = larger(books->policies, tally->broadcasts[i].policies);
		books->ticks = larger(books->ticks, tally->broadcasts[i].ticks);
		books->alerts = larger(books->alerts, tally->broadcasts[i].alerts);
	}
	books->counties = tally->counties;
	books->county_count = tally->county_count;
	books->cities = tally->cities;
	books->city_count = tally->city_count;
}
