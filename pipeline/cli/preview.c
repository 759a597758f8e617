#include "cli/preview.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/area.h"
#include "base/date.h"
#include "base/err.h"

#define COUNTY_DIGITS 6

void ll_preview_init(struct ll_preview *preview)
{
	*preview = (struct ll_preview){.day = LL_DAY_NONE};
}

void ll_preview_release(struct ll_preview *preview)
{
	free(preview->counties);
	preview->counties = NULL;
	preview->county_count = 0;
}

/* Households of one county come together, so the last ones are looked at first. */
static int county_of(struct ll_preview *preview, struct ll_str area,
		     struct ll_preview_county **ret_county)
{
	struct ll_str name = {area.data, area.size < COUNTY_DIGITS ? area.size : COUNTY_DIGITS};
	struct ll_preview_county *grown;

	for (size_t i = preview->county_count; i > 0; i--) {
		if (!ll_str_equal(ll_str_from(preview->counties[i - 1].name), name))
			continue;
		*ret_county = &preview->counties[i - 1];
		return 0;
	}
	if (preview->county_count == LL_PREVIEW_COUNTIES_MAX)
		return -LL_ERR_TOO_LARGE;
	grown = reallocarray(preview->counties, preview->county_count + 1, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	preview->counties = grown;
	grown += preview->county_count++;
	*grown = (struct ll_preview_county){.leads = 0};
	snprintf(grown->name, sizeof(grown->name), "%.*s", LL_STR_ARG(name));
	*ret_county = grown;
	return 0;
}

static void add_task(struct ll_preview_tasks *tasks, enum ll_task_change change)
{
	tasks->opened += change == LL_CHANGE_OPENED;
	tasks->strengthened += change == LL_CHANGE_STRENGTHENED;
	tasks->withdrawn += change == LL_CHANGE_WITHDRAWN;
}

static int add_change(struct ll_preview *preview, const struct ll_risk_change *change)
{
	const bool leads = change->after == LL_CASE_LEAD && change->before != LL_CASE_LEAD;
	const bool no_leads = change->before == LL_CASE_LEAD && change->after != LL_CASE_LEAD;
	struct ll_preview_county *county;
	int err;

	if (!leads && !no_leads)
		return 0;
	err = county_of(preview, change->area, &county);
	if (err)
		return err;
	county->leads += leads;
	county->no_leads += no_leads;
	preview->leads += leads;
	preview->no_leads += no_leads;
	return 0;
}

static int take_decision(void *context, const struct ll_decision *decision)
{
	struct ll_preview *preview = context;
	int err = 0;

	preview->touched++;
	for (size_t i = 0; i < decision->task_count && !err; i++) {
		const struct ll_task *task = &decision->tasks[i];
		struct ll_preview_county *county;

		err = county_of(preview, task->county, &county);
		if (err)
			break;
		add_task(&county->measures[task->measure], task->change);
		add_task(&preview->tasks, task->change);
	}
	if (!err && decision->has_risk_change)
		err = add_change(preview, &decision->risk_change);
	return err;
}

static int compare_counties(const void *left, const void *right)
{
	const struct ll_preview_county *a = left, *b = right;

	return strcmp(a->name, b->name);
}

int ll_preview_partition(struct ll_preview *preview, struct ll_partition *partition,
			 const struct ll_policy_activated *policy, struct ll_arena *scratch)
{
	const int32_t day = ll_partition_day(partition);
	struct ll_household_event event = {.body = LL_BODY_POLICY_ACTIVATED,
					   .policy_activated = *policy};
	size_t households = ll_partition_household_count(partition);
	int err;

	preview->households += (int64_t)households;
	preview->undated += day == LL_DAY_NONE && households > 0;
	if (day != LL_DAY_NONE) {
		if (day > preview->day)
			preview->day = day;
		if (policy->effective_on > day) {
			preview->later = true;
			event.policy_activated.effective_on = day;
		}
	}
	ll_arena_clear(scratch);
	err = ll_partition_apply(partition, &event, scratch, take_decision, preview);
	if (!err && preview->county_count > 0)
		qsort(preview->counties, preview->county_count, sizeof(*preview->counties),
		      compare_counties);
	return err;
}

bool ll_preview_may_open(int64_t opened, int64_t max, int64_t agreed)
{
	if (opened <= max)
		return true;
	return agreed >= opened && agreed - opened <= opened / 10;
}
