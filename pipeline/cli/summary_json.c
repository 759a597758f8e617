#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "cli/summary.h"

static void set_count(json_t *object, const char *name, int64_t count)
{
	json_object_set_new(object, name, json_integer(count));
}

/* The reasons of one stage, or (-1) of all. */
static json_t *reasons_json(const struct ll_tally_books *books, int stage)
{
	json_t *object = json_object();

	for (int reason = 0; reason < LL_TALLY_REASONS_MAX; reason++) {
		int64_t count = 0;

		for (int i = 0; i < LL_TALLY_STAGE_COUNT; i++)
			count += stage < 0 || stage == i ? books->dead_letters[i][reason] : 0;
		if (count > 0)
			set_count(object, reason ? ll_err_name(reason) : "other", count);
	}
	return object;
}

static json_t *tasks_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (size_t i = 0; i < books->county_count; i++) {
		const struct ll_tally_county *county = &books->counties[i];
		json_t *measures = json_object();

		for (int measure = 0; measure < LL_MEASURE_COUNT; measure++)
			if (county->opened[measure] > 0)
				set_count(measures, ll_measure_name((enum ll_measure)measure),
					  county->opened[measure]);
		json_object_set_new(object, county->name, measures);
	}
	return object;
}

static json_t *states_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (int state = 0; state < LL_TASK_STATE_COUNT; state++)
		if (books->task_states[state] > 0)
			set_count(object, ll_task_state_name((enum ll_task_state)state),
				  books->task_states[state]);
	return object;
}

static json_t *cases_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (int state = 0; state < LL_CASE_STATE_COUNT; state++)
		set_count(object, ll_case_state_name((enum ll_case_state)state),
			  books->cases[state]);
	return object;
}

static json_t *groups_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (int group = LL_GROUP_NONE + 1; group < LL_GROUP_COUNT; group++)
		set_count(object, ll_group_name((enum ll_group)group), books->groups[group]);
	return object;
}

static json_t *measures_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (int measure = 0; measure < LL_MEASURE_COUNT; measure++)
		if (books->measures[measure] > 0)
			set_count(object, ll_measure_name((enum ll_measure)measure),
				  books->measures[measure]);
	return object;
}

static json_t *departments_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (size_t i = 0; i < books->department_count; i++)
		set_count(object, books->departments[i].name, books->departments[i].events);
	return object;
}

static json_t *cities_json(const struct ll_tally_books *books)
{
	json_t *object = json_object();

	for (size_t i = 0; i < books->city_count; i++)
		set_count(object, books->cities[i].name, books->cities[i].escalations);
	return object;
}

static json_t *stages_json(const struct ll_tally_books *books)
{
	return json_pack("{s:o, s:o, s:o}", "enrich", reasons_json(books, LL_TALLY_ENRICH),
			 "assess", reasons_json(books, LL_TALLY_ASSESS), "record",
			 reasons_json(books, LL_TALLY_RECORD));
}

static json_t *latency_json(const struct ll_summary *summary)
{
	if (!summary->latency_known)
		return json_pack("{s:n, s:n, s:i}", "p50", "p99", "count", 0);
	return json_pack("{s:f, s:f, s:I}", "p50", summary->p50_ms, "p99", summary->p99_ms, "count",
			 (json_int_t)summary->latency_count);
}

static void set_books(json_t *object, const struct ll_tally_books *books)
{
	const struct {
		const char *name;
		int64_t count;
	} counts[] = {
		{"in", books->in},
		{"decided", books->decided},
		{"held", books->held},
		{"dead_lettered", books->dead_lettered},
		{"missing", books->missing},
		{"unexplained", books->unexplained},
		{"doubled", books->doubled},
		{"older", books->older},
		{"records", books->records},
		{"rerouted", books->rerouted},
		{"unreadable", books->unreadable},
		{"tasks_opened", books->tasks_opened},
		{"registered", books->households},
		{"on_hold", books->on_hold},
		{"escalations", books->escalations},
		{"policies", books->policies},
		{"ticks", books->ticks},
		{"alerts", books->alerts},
		{"task_updates", books->task_updates},
		{"case_decisions", books->case_decisions},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		set_count(object, counts[i].name, counts[i].count);
}

static void set_day(json_t *object, int32_t day)
{
	char text[LL_DAY_TEXT_MAX];

	if (day == LL_DAY_NONE) {
		json_object_set_new(object, "day", json_null());
		return;
	}
	ll_day_format(day, text);
	json_object_set_new(object, "day", json_string(text));
}

int ll_summary_print_json(const struct ll_summary *summary)
{
	const struct ll_tally_books *books = &summary->books;
	json_t *object = json_object();
	char *text;

	set_books(object, books);
	json_object_set_new(object, "balanced", json_boolean(books->balanced));
	json_object_set_new(object, "drained",
			    summary->drained_known ? json_boolean(summary->drained) : json_null());
	json_object_set_new(object, "by_department", departments_json(books));
	json_object_set_new(object, "dead_letters", reasons_json(books, -1));
	json_object_set_new(object, "dead_letters_by_stage", stages_json(books));
	json_object_set_new(object, "tasks", tasks_json(books));
	json_object_set_new(object, "task_states", states_json(books));
	json_object_set_new(object, "households", cases_json(books));
	json_object_set_new(object, "groups", groups_json(books));
	json_object_set_new(object, "measures", measures_json(books));
	json_object_set_new(object, "escalations_by_city", cities_json(books));
	json_object_set_new(object, "latency_ms", latency_json(summary));
	set_day(object, books->day);
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
	json_decref(object);
	if (!text)
		return -LL_ERR_NO_MEMORY;
	puts(text);
	free(text);
	return fflush(stdout) ? -LL_ERR_IO : 0;
}
