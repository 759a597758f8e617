/* The entry of a household: registry part, case, members, facts, tasks. */
#include "state_private.h"

#include "fact.h"
#include "task.h"

/* Upper bounds of what an entry writes, so that room is made once. */
#define HOUSEHOLD_BYTES (LL_STATE_HEAD_SIZE + 1 + LL_KEY_SIZE + 20 * LL_STATE_LONG_MAX_BYTES)
#define MEMBER_BYTES	(4 + LL_STATE_LONG_MAX_BYTES + 1)
#define FACT_BYTES	(8 + 4 + 2 + 4 * LL_STATE_LONG_MAX_BYTES)
#define BEFORE_BYTES	(8 + 3 + 2 * LL_STATE_LONG_MAX_BYTES)
#define TASK_BYTES                                                                  \
	(LL_KEY_SIZE + 10 + 3 * LL_STATE_LONG_MAX_BYTES + 8 * LL_TASK_UPDATES_MAX + \
	 4 * LL_TASK_RULES_MAX)
/* Extra and era of a fact in one number: most are 0. */
#define ERA_SHIFT 12
/* A task's dates may lie as far beyond the last day as a policy may set them. */
#define TASK_DAY_MAX (2 * LL_DAY_MAX)

/* ---- writing -------------------------------------------------------------------------------- */

static void put_fact(struct ll_state_writer *w, const struct ll_fact *fact, int32_t day_before)
{
	ll_state_put_fixed(w, fact->id, 8);
	ll_state_put_fixed(w, fact->person, 4);
	ll_state_put_long(w, (int64_t)fact->occurred_on - day_before);
	ll_state_put_long(w, fact->revision);
	ll_state_put_byte(w, fact->kind);
	ll_state_put_byte(w, fact->detail | (unsigned int)fact->retracted << 6 |
				     (unsigned int)fact->amount_known << 7);
	ll_state_put_long(w, (int64_t)fact->extra | (int64_t)fact->era << ERA_SHIFT);
	ll_state_put_long(w, fact->amount_fen);
}

static void put_before(struct ll_state_writer *w, const struct ll_fact_before *before)
{
	ll_state_put_fixed(w, before->id, 8);
	ll_state_put_byte(w, before->kind);
	ll_state_put_byte(w, before->detail);
	ll_state_put_byte(w, before->era);
	ll_state_put_long(w, before->amount_fen);
}

static void put_task(struct ll_state_writer *w, const struct ll_household_task *task)
{
	ll_state_put_raw(w, task->task_id.bytes, LL_KEY_SIZE);
	ll_state_put_long(w, task->opened_on);
	ll_state_put_long(w, task->due_on);
	ll_state_put_byte(w, task->measure);
	ll_state_put_byte(w, task->state);
	ll_state_put_byte(w, task->level);
	ll_state_put_byte(w, task->dimension);
	ll_state_put_byte(w, task->era);
	ll_state_put_long(w, task->ended_on);
	ll_state_put_byte(w, (unsigned int)task->overdue | (unsigned int)task->escalated << 1);
	ll_state_put_byte(w, task->update_count);
	for (int i = 0; i < task->update_count; i++)
		ll_state_put_fixed(w, task->updates[i], 8);
	ll_state_put_byte(w, task->rule_count);
	for (int i = 0; i < task->rule_count; i++)
		ll_state_put_fixed(w, task->rules[i], 4);
	ll_state_put_byte(w, task->rules_before);
	ll_state_put_byte(w, task->standing);
}

static unsigned int flags_of(const struct ll_household *household)
{
	return (unsigned int)household->ex_poor | (unsigned int)household->dibao << 1 |
	       (unsigned int)household->income_known << 2 | (unsigned int)household->held << 3 |
	       (unsigned int)household->settled << 4 | (unsigned int)household->green << 5 |
	       (unsigned int)household->holding << 6 | (unsigned int)household->lead_before << 7;
}

static void put_case(struct ll_state_writer *w, const struct ll_household *household)
{
	ll_state_put_byte(w, household->case_state);
	ll_state_put_byte(w, household->level);
	ll_state_put_byte(w, household->lead_from | (unsigned int)household->group << 3 |
				     (unsigned int)household->group_before << 5 |
				     (unsigned int)household->helped << 7);
	ll_state_put_byte(w, household->era);
	ll_state_put_byte(w, household->settled_era);
	ll_state_put_byte(w, household->waived_marks);
	ll_state_put_fixed(w, household->last_decision, 8);
	ll_state_put_long(w, household->stable_since);
	ll_state_put_long(w, household->decided_on);
	ll_state_put_long(w, household->wake_on);
}

static void put_household_body(struct ll_state_writer *w, const struct ll_household *household)
{
	int32_t day = 0;

	ll_state_put_raw(w, household->key.bytes, LL_KEY_SIZE);
	ll_state_put_long(w, household->ordinal);
	ll_state_put_long(w, (int64_t)household->area_code);
	ll_state_put_byte(w, flags_of(household));
	ll_state_put_byte(w, household->exclusion_marks);
	ll_state_put_long(w, household->recorded_income_fen);
	ll_state_put_long(w, household->recorded_income_year);
	put_case(w, household);
	ll_state_put_long(w, household->member_count);
	for (int i = 0; i < household->member_count; i++) {
		const struct ll_household_member *member = &household->members[i];

		ll_state_put_fixed(w, member->person, 4);
		ll_state_put_long(w, ll_household_member_born_on(member));
		ll_state_put_byte(w, (unsigned int)(member->resident | member->labour << 1 |
						    member->in_school << 2));
	}
	ll_state_put_long(w, household->fact_count);
	for (int i = 0; i < household->fact_count; i++) {
		put_fact(w, &household->facts[i], day);
		day = household->facts[i].occurred_on;
	}
	ll_state_put_long(w, household->before_count);
	for (int i = 0; i < household->before_count; i++)
		put_before(w, &household->befores[i]);
	ll_state_put_long(w, household->task_count);
	for (int i = 0; i < household->task_count; i++)
		put_task(w, &household->tasks[i]);
}

int ll_state_put_household(const struct ll_household *household, struct ll_buf *out)
{
	enum ll_entry_kind kind = household->dissolved ? LL_ENTRY_TOMBSTONE : LL_ENTRY_HOUSEHOLD;
	struct ll_state_writer w;
	int rc = ll_state_begin_entry(&w, kind,
				      HOUSEHOLD_BYTES +
					      (size_t)household->member_count * MEMBER_BYTES +
					      (size_t)household->fact_count * FACT_BYTES +
					      (size_t)household->before_count * BEFORE_BYTES +
					      (size_t)household->task_count * TASK_BYTES,
				      out);

	if (rc < 0)
		return rc;
	if (household->dissolved)
		ll_state_put_raw(&w, household->key.bytes, LL_KEY_SIZE);
	else
		put_household_body(&w, household);
	ll_state_end_entry(&w, out);
	return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

static uint8_t get_fact_kind(struct ll_state_reader *r)
{
	uint8_t kind = ll_state_get_byte(r, LL_FACT_AREA_ALERT);

	if (kind >= LL_EVENT_KIND_COUNT && kind != LL_FACT_AREA_ALERT && kind != LL_FACT_VISIT)
		r->bad = true;
	return kind;
}

/* What the indicators shift by, or make a date of, is in its range. */
static bool is_readable(const struct ll_fact *fact)
{
	switch (fact->kind) {
	case LL_EVENT_DECLARATION:
		return fact->detail <= LL_NEED_INCOME;
	case LL_EVENT_ASSET_RECORD:
		return fact->detail <= LL_ASSET_PUBLIC_EMPLOYEE;
	case LL_EVENT_INCOME_REPORT:
		return fact->retracted ||
		       (fact->extra >= LL_YEAR_MIN && fact->extra <= LL_YEAR_MAX);
	default:
		return true;
	}
}

static void get_fact(struct ll_state_reader *r, struct ll_fact *fact, int32_t day_before,
		     uint8_t era)
{
	uint32_t word;

	memset(fact, 0, sizeof(*fact));
	fact->id = ll_state_get_fixed(r, 8);
	fact->person = (uint32_t)ll_state_get_fixed(r, 4);
	fact->occurred_on =
		(int32_t)(day_before + ll_state_get_long(r, (int64_t)LL_DAY_MIN - day_before,
							 (int64_t)LL_DAY_MAX - day_before));
	fact->revision = (int32_t)ll_state_get_long(r, 0, INT32_MAX);
	fact->kind = get_fact_kind(r) & 63u;
	word = ll_state_get_byte(r, UINT8_MAX);
	fact->detail = word & LL_FACT_DETAIL_MAX;
	fact->retracted = (word >> 6 & 1) != 0;
	fact->amount_known = (word >> 7 & 1) != 0;
	word = (uint32_t)ll_state_get_long(r, 0, (int64_t)era << ERA_SHIFT | LL_FACT_EXTRA_MAX);
	fact->extra = word & LL_FACT_EXTRA_MAX;
	fact->era = word >> ERA_SHIFT & LL_ERA_MAX;
	fact->amount_fen = ll_state_get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
	if (!is_readable(fact))
		r->bad = true;
}

static void get_before(struct ll_state_reader *r, struct ll_fact_before *before, uint8_t era)
{
	memset(before, 0, sizeof(*before));
	before->id = ll_state_get_fixed(r, 8);
	before->kind = get_fact_kind(r);
	before->detail = ll_state_get_byte(r, LL_FACT_DETAIL_MAX);
	before->era = ll_state_get_byte(r, era);
	before->amount_fen = ll_state_get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
}

static void get_rules(struct ll_state_reader *r, struct ll_household_task *task)
{
	task->rule_count = ll_state_get_byte(r, LL_TASK_RULES_MAX);
	for (int i = 0; i < task->rule_count; i++)
		task->rules[i] = (uint32_t)ll_state_get_fixed(r, 4);
	task->rules_before = ll_state_get_byte(r, task->rule_count);
	task->standing = ll_state_get_byte(r, (1u << task->rules_before) - 1);
	/* What was not open before has no business in being remembered. */
	if ((task->state == LL_TASK_WITHDRAWN && task->rules_before == 0) ||
	    (ll_task_is_answer(task) && task->rules_before > 0))
		r->bad = true;
}

static void get_task(struct ll_state_reader *r, struct ll_household_task *task, uint8_t era)
{
	uint8_t flags;

	memset(task, 0, sizeof(*task));
	ll_state_get_key(r, &task->task_id);
	task->opened_on = ll_state_get_day(r);
	task->due_on = (int32_t)ll_state_get_long(r, LL_DAY_MIN, TASK_DAY_MAX);
	task->measure = ll_state_get_byte(r, LL_MEASURE_COUNT - 1);
	task->state = ll_state_get_byte(r, LL_TASK_WITHDRAWN);
	task->level = ll_state_get_byte(r, LL_LEVEL_MAX);
	task->dimension = ll_state_get_byte(r, LL_DIMENSION_COUNT - 1);
	task->era = ll_state_get_byte(r, era);
	task->ended_on = (int32_t)ll_state_get_long(r, LL_DAY_MIN, LL_DAY_MAX);
	flags = ll_state_get_byte(r, 3);
	task->overdue = flags & 1;
	task->escalated = flags >> 1 & 1;
	task->update_count = ll_state_get_byte(r, LL_TASK_UPDATES_MAX);
	for (int i = 0; i < task->update_count; i++)
		task->updates[i] = ll_state_get_fixed(r, 8);
	get_rules(r, task);
}

static int get_members(struct ll_state_reader *r, struct ll_household *household,
		       struct ll_slab *kept)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_MEMBERS_MAX);
	int rc = ll_household_reserve_members(household, count, kept);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ll_household_member *member = &household->members[i];
		uint8_t flags;

		memset(member, 0, sizeof(*member));
		member->person = (uint32_t)ll_state_get_fixed(r, 4);
		member->born_after =
			(uint32_t)(ll_state_get_day(r) - LL_DAY_MIN) & LL_BORN_AFTER_MASK;
		flags = ll_state_get_byte(r, 7);
		member->resident = flags & 1;
		member->labour = flags >> 1 & 1;
		member->in_school = flags >> 2 & 1;
		household->member_count++;
	}
	return rc;
}

static bool is_in_order(const struct ll_fact *before, const struct ll_fact *fact)
{
	if (before->occurred_on != fact->occurred_on)
		return before->occurred_on < fact->occurred_on;
	return before->id < fact->id;
}

static int get_facts(struct ll_state_reader *r, struct ll_household *household,
		     struct ll_slab *kept)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_FACTS_MAX);
	int rc = ll_household_reserve_facts(household, count, kept);
	int32_t day = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ll_fact *fact = &household->facts[i];

		get_fact(r, fact, day, household->era);
		if (i > 0 && !is_in_order(fact - 1, fact))
			r->bad = true;
		day = fact->occurred_on;
		household->fact_count++;
	}
	return rc;
}

static int get_befores(struct ll_state_reader *r, struct ll_household *household,
		       struct ll_slab *kept)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_FACTS_MAX);
	int rc = count > 0 ? ll_household_reserve_befores(household, count, kept) : 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ll_fact_before *before = &household->befores[i];

		get_before(r, before, household->era);
		if (i > 0 && before[-1].id >= before->id)
			r->bad = true;
		household->before_count++;
	}
	return rc;
}

/* Of a measure one that is open and one that is answered, at most. */
static int get_tasks(struct ll_state_reader *r, struct ll_household *household,
		     struct ll_slab *kept)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_TASKS_MAX);
	uint32_t measures[2] = {0, 0};
	int rc = ll_household_reserve_tasks(household, count, kept);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ll_household_task *task = &household->tasks[i];
		uint32_t *of_its_sort = &measures[0];

		get_task(r, task, household->era);
		if (ll_task_is_answer(task))
			of_its_sort = &measures[1];
		if (*of_its_sort >> task->measure & 1)
			r->bad = true;
		*of_its_sort |= 1u << task->measure;
		household->task_count++;
	}
	return rc;
}

static void get_case(struct ll_state_reader *r, struct ll_household *household)
{
	uint8_t word;

	household->case_state = ll_state_get_byte(r, LL_CASE_STATE_COUNT - 1) & 15u;
	household->level = ll_state_get_byte(r, LL_LEVEL_MAX) & 3u;
	word = ll_state_get_byte(r, UINT8_MAX);
	household->lead_from = word & 7u;
	household->group = word >> 3 & 3u;
	household->group_before = word >> 5 & 3u;
	household->helped = word >> 7 & 1;
	household->era = ll_state_get_byte(r, LL_ERA_MAX - 1);
	household->settled_era = ll_state_get_byte(r, household->era) & LL_ERA_MAX;
	household->waived_marks = ll_state_get_byte(r, UINT8_MAX);
	household->last_decision = ll_state_get_fixed(r, 8);
	household->stable_since = ll_state_get_day_or_none(r);
	household->decided_on = ll_state_get_day_or_none(r);
	household->wake_on = (int32_t)ll_state_get_long(r, INT32_MIN, INT32_MAX);
}

static void get_registry_part(struct ll_state_reader *r, struct ll_household *household)
{
	uint8_t flags;

	household->ordinal = (uint32_t)ll_state_get_long(r, 0, LL_HOUSEHOLDS_MAX - 1);
	household->area_code =
		(uint64_t)ll_state_get_long(r, 0, INT64_C(999999999999)) & LL_AREA_CODE_MASK;
	flags = ll_state_get_byte(r, UINT8_MAX);
	household->ex_poor = flags & 1;
	household->dibao = flags >> 1 & 1;
	household->income_known = flags >> 2 & 1;
	household->held = flags >> 3 & 1;
	household->settled = flags >> 4 & 1;
	household->green = flags >> 5 & 1;
	household->holding = flags >> 6 & 1;
	household->lead_before = flags >> 7 & 1;
	household->exclusion_marks = ll_state_get_byte(r, UINT8_MAX);
	household->recorded_income_fen = ll_state_get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
	household->recorded_income_year =
		(uint64_t)ll_state_get_long(r, 0, LL_YEAR_MAX) & LL_YEAR_MASK;
}

int ll_state_get_household(struct ll_bytes body, struct ll_slab *kept,
			   struct ll_household *ret_household)
{
	struct ll_state_reader r = {.cursor = ll_cursor_over(body)};
	struct ll_household household;
	struct ll_key key = {.bytes = {0}};
	int rc;

	if (ll_state_get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	ll_state_get_key(&r, &key);
	ll_household_init(&household, &key);
	get_registry_part(&r, &household);
	get_case(&r, &household);
	rc = get_members(&r, &household, kept);
	if (rc == 0)
		rc = get_facts(&r, &household, kept);
	if (rc == 0)
		rc = get_befores(&r, &household, kept);
	if (rc == 0)
		rc = get_tasks(&r, &household, kept);
	if (rc == 0 && (r.bad || ll_cursor_left(&r.cursor) != 0))
		rc = -LL_ERR_STATE;
	if (rc < 0) {
		ll_household_release(&household, kept);
		return rc;
	}
	*ret_household = household;
	return 0;
}
