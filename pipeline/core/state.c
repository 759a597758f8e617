#include "state.h"

#include "base/date.h"
#include "base/err.h"
#include "fact.h"
#include "partition_private.h"
#include "task.h"

#define LONG_MAX_BYTES	10
#define ENTRY_HEAD_SIZE 5
/* Upper bounds of what an entry writes, so that room is made once. */
#define HOUSEHOLD_BYTES (ENTRY_HEAD_SIZE + 1 + LL_KEY_SIZE + 20 * LONG_MAX_BYTES)
#define MEMBER_BYTES	(4 + LONG_MAX_BYTES + 1)
#define FACT_BYTES	(8 + 4 + 2 + 4 * LONG_MAX_BYTES)
#define BEFORE_BYTES	(8 + 3 + 2 * LONG_MAX_BYTES)
#define TASK_BYTES \
	(LL_KEY_SIZE + 10 + 3 * LONG_MAX_BYTES + 8 * LL_TASK_UPDATES_MAX + 4 * LL_TASK_RULES_MAX)
#define ALERT_BYTES	(8 + 3 + 5 * LONG_MAX_BYTES)
#define PARTITION_BYTES (ENTRY_HEAD_SIZE + 1 + 8 * LONG_MAX_BYTES)
/* Extra and era of a fact in one number: most are 0. */
#define ERA_SHIFT 12
/* A task's dates may lie as far beyond the last day as a policy may set them. */
#define TASK_DAY_MAX (2 * LL_DAY_MAX)

/* ---- writing: the room is there ------------------------------------------------------------- */

struct writer {
	uint8_t *head; /* of the entry */
	uint8_t *at;
};

static void put_byte(struct writer *w, unsigned int value)
{
	*w->at++ = (uint8_t)value;
}

static void put_raw(struct writer *w, const void *data, size_t size)
{
	if (size > 0)
		memcpy(w->at, data, size);
	w->at += size;
}

static void put_fixed(struct writer *w, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		put_byte(w, (unsigned int)(value >> (8 * i)) & 0xffu);
}

static void put_long(struct writer *w, int64_t value)
{
	/* Most are small; the call would cost more than the byte. */
	if (value >= -64 && value < 64)
		put_byte(w, ((unsigned int)value << 1 ^ (value < 0 ? ~0u : 0u)) & 0x7fu);
	else
		w->at += ll_long_encode(value, w->at);
}

static int begin_entry(struct writer *w, enum ll_entry_kind kind, size_t room, struct ll_buf *out)
{
	int rc = ll_buf_reserve(out, room);

	if (rc < 0)
		return rc;
	w->head = out->data + out->size;
	w->at = w->head + ENTRY_HEAD_SIZE;
	w->head[0] = (uint8_t)kind;
	put_byte(w, LL_STATE_VERSION);
	return 0;
}

static void end_entry(struct writer *w, struct ll_buf *out)
{
	struct writer length = {w->head, w->head + 1};

	put_fixed(&length, (uint64_t)(w->at - w->head - ENTRY_HEAD_SIZE), 4);
	out->size += (size_t)(w->at - w->head);
}

static void put_fact(struct writer *w, const struct ll_fact *fact, int32_t day_before)
{
	put_fixed(w, fact->id, 8);
	put_fixed(w, fact->person, 4);
	put_long(w, (int64_t)fact->occurred_on - day_before);
	put_long(w, fact->revision);
	put_byte(w, fact->kind);
	put_byte(w, fact->detail | (unsigned int)fact->retracted << 6 |
			    (unsigned int)fact->amount_known << 7);
	put_long(w, (int64_t)fact->extra | (int64_t)fact->era << ERA_SHIFT);
	put_long(w, fact->amount_fen);
}

static void put_before(struct writer *w, const struct ll_fact_before *before)
{
	put_fixed(w, before->id, 8);
	put_byte(w, before->kind);
	put_byte(w, before->detail);
	put_byte(w, before->era);
	put_long(w, before->amount_fen);
}

static void put_task(struct writer *w, const struct ll_household_task *task)
{
	put_raw(w, task->task_id.bytes, LL_KEY_SIZE);
	put_long(w, task->opened_on);
	put_long(w, task->due_on);
	put_byte(w, task->measure);
	put_byte(w, task->state);
	put_byte(w, task->level);
	put_byte(w, task->dimension);
	put_byte(w, task->era);
	put_long(w, task->ended_on);
	put_byte(w, (unsigned int)task->overdue | (unsigned int)task->escalated << 1);
	put_byte(w, task->update_count);
	for (int i = 0; i < task->update_count; i++)
		put_fixed(w, task->updates[i], 8);
	put_byte(w, task->rule_count);
	for (int i = 0; i < task->rule_count; i++)
		put_fixed(w, task->rules[i], 4);
	put_byte(w, task->rules_before);
	put_byte(w, task->standing);
}

static unsigned int flags_of(const struct ll_household *household)
{
	return (unsigned int)household->ex_poor | (unsigned int)household->dibao << 1 |
	       (unsigned int)household->income_known << 2 | (unsigned int)household->held << 3 |
	       (unsigned int)household->settled << 4 | (unsigned int)household->green << 5 |
	       (unsigned int)household->holding << 6 | (unsigned int)household->lead_before << 7;
}

static void put_case(struct writer *w, const struct ll_household *household)
{
	put_byte(w, household->case_state);
	put_byte(w, household->level);
	put_byte(w, household->lead_from | (unsigned int)household->group << 3 |
			    (unsigned int)household->group_before << 5);
	put_byte(w, household->era);
	put_byte(w, household->settled_era);
	put_byte(w, household->waived_marks);
	put_fixed(w, household->last_decision, 8);
	put_long(w, household->stable_since);
	put_long(w, household->decided_on);
	put_long(w, household->wake_on);
}

static void put_household_body(struct writer *w, const struct ll_household *household)
{
	int32_t day = 0;

	put_raw(w, household->key.bytes, LL_KEY_SIZE);
	put_long(w, household->ordinal);
	put_long(w, (int64_t)household->area_code);
	put_byte(w, flags_of(household));
	put_byte(w, household->exclusion_marks);
	put_long(w, household->recorded_income_fen);
	put_long(w, household->recorded_income_year);
	put_case(w, household);
	put_long(w, household->member_count);
	for (int i = 0; i < household->member_count; i++) {
		const struct ll_household_member *member = &household->members[i];

		put_fixed(w, member->person, 4);
		put_long(w, ll_household_member_born_on(member));
		put_byte(w, (unsigned int)(member->resident | member->labour << 1 |
					   member->in_school << 2));
	}
	put_long(w, household->fact_count);
	for (int i = 0; i < household->fact_count; i++) {
		put_fact(w, &household->facts[i], day);
		day = household->facts[i].occurred_on;
	}
	put_long(w, household->before_count);
	for (int i = 0; i < household->before_count; i++)
		put_before(w, &household->befores[i]);
	put_long(w, household->task_count);
	for (int i = 0; i < household->task_count; i++)
		put_task(w, &household->tasks[i]);
}

int ll_state_put_household(const struct ll_household *household, struct ll_buf *out)
{
	enum ll_entry_kind kind = household->dissolved ? LL_ENTRY_TOMBSTONE : LL_ENTRY_HOUSEHOLD;
	struct writer w;
	int rc = begin_entry(&w, kind,
			     HOUSEHOLD_BYTES + (size_t)household->member_count * MEMBER_BYTES +
				     (size_t)household->fact_count * FACT_BYTES +
				     (size_t)household->before_count * BEFORE_BYTES +
				     (size_t)household->task_count * TASK_BYTES,
			     out);

	if (rc < 0)
		return rc;
	if (household->dissolved)
		put_raw(&w, household->key.bytes, LL_KEY_SIZE);
	else
		put_household_body(&w, household);
	end_entry(&w, out);
	return 0;
}

static int put_partition(const struct ll_partition *partition, struct ll_buf *out)
{
	size_t room = PARTITION_BYTES + partition->alert_count * ALERT_BYTES;
	struct writer w;
	int rc;

	for (size_t i = 0; i < partition->policy_count; i++)
		room += partition->policies[i].text_size + 2 * LONG_MAX_BYTES;
	rc = begin_entry(&w, LL_ENTRY_PARTITION, room, out);
	if (rc < 0)
		return rc;
	put_long(&w, partition->day);
	put_long(&w, partition->table.next_ordinal);
	put_long(&w, (int64_t)partition->policy_count);
	for (size_t i = 0; i < partition->policy_count; i++) {
		const struct ll_held_policy *held = &partition->policies[i];

		put_long(&w, held->effective_on);
		put_long(&w, (int64_t)held->text_size);
		put_raw(&w, held->text, held->text_size);
	}
	put_long(&w, (int64_t)partition->alert_count);
	for (size_t i = 0; i < partition->alert_count; i++) {
		const struct ll_held_alert *alert = &partition->alerts[i];

		put_fixed(&w, alert->fact_id, 8);
		put_long(&w, alert->area.digits);
		put_long(&w, (int64_t)alert->area.code);
		put_long(&w, alert->revision);
		put_long(&w, alert->occurred_on);
		put_long(&w, alert->expires_on);
		put_byte(&w, alert->kind);
		put_byte(&w, alert->severity);
		put_byte(&w, alert->cancelled);
	}
	end_entry(&w, out);
	return 0;
}

/* ---- reading: nothing is believed ----------------------------------------------------------- */

/* The first thing that does not fit makes bad true, and all that follows gives zeros. */
struct reader {
	struct ll_cursor cursor;
	bool bad;
};

static const uint8_t *get_raw(struct reader *r, size_t size)
{
	const uint8_t *data;

	if (r->bad || ll_cursor_take(&r->cursor, size, &data) < 0) {
		r->bad = true;
		return NULL;
	}
	return data;
}

static uint64_t get_fixed(struct reader *r, size_t bytes)
{
	const uint8_t *data = get_raw(r, bytes);
	uint64_t value = 0;

	for (size_t i = 0; data && i < bytes; i++)
		value |= (uint64_t)data[i] << (8 * i);
	return value;
}

static int64_t get_long(struct reader *r, int64_t min, int64_t max)
{
	int64_t value;

	if (r->bad || ll_cursor_long(&r->cursor, &value) < 0 || value < min || value > max) {
		r->bad = true;
		return min;
	}
	return value;
}

static uint8_t get_byte(struct reader *r, unsigned int max)
{
	uint64_t value = get_fixed(r, 1);

	if (value > max)
		r->bad = true;
	return r->bad ? 0 : (uint8_t)value;
}

static void get_key(struct reader *r, struct ll_key *ret_key)
{
	const uint8_t *data = get_raw(r, LL_KEY_SIZE);

	if (data)
		memcpy(ret_key->bytes, data, LL_KEY_SIZE);
}

static int32_t get_day(struct reader *r)
{
	return (int32_t)get_long(r, LL_DAY_MIN, LL_DAY_MAX);
}

/* A day, or none. */
static int32_t get_day_or_none(struct reader *r)
{
	int32_t day = (int32_t)get_long(r, LL_DAY_NONE, LL_DAY_MAX);

	if (day != LL_DAY_NONE && day < LL_DAY_MIN)
		r->bad = true;
	return day;
}

static uint8_t get_fact_kind(struct reader *r)
{
	uint8_t kind = get_byte(r, LL_FACT_AREA_ALERT);

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

static void get_fact(struct reader *r, struct ll_fact *fact, int32_t day_before, uint8_t era)
{
	uint32_t word;

	memset(fact, 0, sizeof(*fact));
	fact->id = get_fixed(r, 8);
	fact->person = (uint32_t)get_fixed(r, 4);
	fact->occurred_on = (int32_t)(day_before + get_long(r, (int64_t)LL_DAY_MIN - day_before,
							    (int64_t)LL_DAY_MAX - day_before));
	fact->revision = (int32_t)get_long(r, 0, INT32_MAX);
	fact->kind = get_fact_kind(r) & 63u;
	word = get_byte(r, UINT8_MAX);
	fact->detail = word & LL_FACT_DETAIL_MAX;
	fact->retracted = (word >> 6 & 1) != 0;
	fact->amount_known = (word >> 7 & 1) != 0;
	word = (uint32_t)get_long(r, 0, (int64_t)era << ERA_SHIFT | LL_FACT_EXTRA_MAX);
	fact->extra = word & LL_FACT_EXTRA_MAX;
	fact->era = word >> ERA_SHIFT & LL_ERA_MAX;
	fact->amount_fen = get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
	if (!is_readable(fact))
		r->bad = true;
}

static void get_before(struct reader *r, struct ll_fact_before *before, uint8_t era)
{
	memset(before, 0, sizeof(*before));
	before->id = get_fixed(r, 8);
	before->kind = get_fact_kind(r);
	before->detail = get_byte(r, LL_FACT_DETAIL_MAX);
	before->era = get_byte(r, era);
	before->amount_fen = get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
}

static void get_rules(struct reader *r, struct ll_household_task *task)
{
	task->rule_count = get_byte(r, LL_TASK_RULES_MAX);
	for (int i = 0; i < task->rule_count; i++)
		task->rules[i] = (uint32_t)get_fixed(r, 4);
	task->rules_before = get_byte(r, task->rule_count);
	task->standing = get_byte(r, (1u << task->rules_before) - 1);
	/* What was not open before has no business in being remembered. */
	if ((task->state == LL_TASK_WITHDRAWN && task->rules_before == 0) ||
	    (ll_task_is_answer(task) && task->rules_before > 0))
		r->bad = true;
}

static void get_task(struct reader *r, struct ll_household_task *task, uint8_t era)
{
	uint8_t flags;

	memset(task, 0, sizeof(*task));
	get_key(r, &task->task_id);
	task->opened_on = get_day(r);
	task->due_on = (int32_t)get_long(r, LL_DAY_MIN, TASK_DAY_MAX);
	task->measure = get_byte(r, LL_MEASURE_COUNT - 1);
	task->state = get_byte(r, LL_TASK_WITHDRAWN);
	task->level = get_byte(r, LL_LEVEL_MAX);
	task->dimension = get_byte(r, LL_DIMENSION_COUNT - 1);
	task->era = get_byte(r, era);
	task->ended_on = (int32_t)get_long(r, LL_DAY_MIN, LL_DAY_MAX);
	flags = get_byte(r, 3);
	task->overdue = flags & 1;
	task->escalated = flags >> 1 & 1;
	task->update_count = get_byte(r, LL_TASK_UPDATES_MAX);
	for (int i = 0; i < task->update_count; i++)
		task->updates[i] = get_fixed(r, 8);
	get_rules(r, task);
}

static int get_members(struct reader *r, struct ll_household *household, struct ll_slab *kept)
{
	size_t count = (size_t)get_long(r, 0, LL_MEMBERS_MAX);
	int rc = ll_household_reserve_members(household, count, kept);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ll_household_member *member = &household->members[i];
		uint8_t flags;

		memset(member, 0, sizeof(*member));
		member->person = (uint32_t)get_fixed(r, 4);
		member->born_after = (uint32_t)(get_day(r) - LL_DAY_MIN) & LL_BORN_AFTER_MASK;
		flags = get_byte(r, 7);
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

static int get_facts(struct reader *r, struct ll_household *household, struct ll_slab *kept)
{
	size_t count = (size_t)get_long(r, 0, LL_FACTS_MAX);
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

static int get_befores(struct reader *r, struct ll_household *household, struct ll_slab *kept)
{
	size_t count = (size_t)get_long(r, 0, LL_FACTS_MAX);
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
static int get_tasks(struct reader *r, struct ll_household *household, struct ll_slab *kept)
{
	size_t count = (size_t)get_long(r, 0, LL_TASKS_MAX);
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

static void get_case(struct reader *r, struct ll_household *household)
{
	uint8_t word;

	household->case_state = get_byte(r, LL_CASE_STATE_COUNT - 1) & 15u;
	household->level = get_byte(r, LL_LEVEL_MAX) & 3u;
	word = get_byte(r, INT8_MAX);
	household->lead_from = word & 7u;
	household->group = word >> 3 & 3u;
	household->group_before = word >> 5 & 3u;
	household->era = get_byte(r, LL_ERA_MAX - 1);
	household->settled_era = get_byte(r, household->era) & LL_ERA_MAX;
	household->waived_marks = get_byte(r, UINT8_MAX);
	household->last_decision = get_fixed(r, 8);
	household->stable_since = get_day_or_none(r);
	household->decided_on = get_day_or_none(r);
	household->wake_on = (int32_t)get_long(r, INT32_MIN, INT32_MAX);
}

static void get_registry_part(struct reader *r, struct ll_household *household)
{
	uint8_t flags;

	household->ordinal = (uint32_t)get_long(r, 0, LL_HOUSEHOLDS_MAX - 1);
	household->area_code = (uint64_t)get_long(r, 0, INT64_C(999999999999)) & LL_AREA_CODE_MASK;
	flags = get_byte(r, UINT8_MAX);
	household->ex_poor = flags & 1;
	household->dibao = flags >> 1 & 1;
	household->income_known = flags >> 2 & 1;
	household->held = flags >> 3 & 1;
	household->settled = flags >> 4 & 1;
	household->green = flags >> 5 & 1;
	household->holding = flags >> 6 & 1;
	household->lead_before = flags >> 7 & 1;
	household->exclusion_marks = get_byte(r, UINT8_MAX);
	household->recorded_income_fen = get_long(r, -LL_FEN_LIMIT, LL_FEN_LIMIT);
	household->recorded_income_year = (uint64_t)get_long(r, 0, LL_YEAR_MAX) & LL_YEAR_MASK;
}

int ll_state_get_household(struct ll_bytes body, struct ll_slab *kept,
			   struct ll_household *ret_household)
{
	struct reader r = {.cursor = ll_cursor_over(body)};
	struct ll_household household;
	struct ll_key key = {.bytes = {0}};
	int rc;

	if (get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	get_key(&r, &key);
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

static int restore_household(struct ll_partition *partition, struct ll_bytes body)
{
	struct ll_household *there, read;
	int rc = ll_state_get_household(body, &partition->slab, &read);
	uint32_t ordinal;

	if (rc < 0)
		return rc;
	ordinal = read.ordinal;
	there = ll_households_find(&partition->table, &read.key);
	if (there) {
		partition->cases[there->case_state]--;
		read.ordinal = there->ordinal;
		ll_household_release(there, &partition->slab);
	} else {
		rc = ll_households_add(&partition->table, &read.key, ordinal, &there);
		if (rc < 0) {
			ll_household_release(&read, &partition->slab);
			return rc == -LL_ERR_NO_MEMORY ? rc : -LL_ERR_STATE;
		}
		partition->live_count++;
	}
	*there = read;
	partition->cases[there->case_state]++;
	rc = ll_households_place(&partition->table, there, ordinal);
	return rc == 0 || rc == -LL_ERR_NO_MEMORY ? rc : -LL_ERR_STATE;
}

static int restore_tombstone(struct ll_partition *partition, struct ll_bytes body)
{
	struct reader r = {.cursor = ll_cursor_over(body)};
	struct ll_household *there;
	struct ll_key key = {.bytes = {0}};

	if (get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	get_key(&r, &key);
	if (r.bad || ll_cursor_left(&r.cursor) != 0)
		return -LL_ERR_STATE;
	there = ll_households_find(&partition->table, &key);
	if (there) {
		partition->cases[there->case_state]--;
		partition->live_count--;
		ll_households_remove(&partition->table, there);
	}
	return 0;
}

static int restore_policies(struct ll_partition *partition, struct reader *r)
{
	size_t count = (size_t)get_long(r, 0, LL_POLICIES_MAX);
	int32_t before = INT32_MIN;

	while (partition->policy_count > 0)
		ll_partition_drop_policy(partition, partition->policy_count - 1);
	for (size_t i = 0; i < count; i++) {
		int32_t effective_on = get_day(r);
		size_t size = (size_t)get_long(r, 0, LL_POLICY_TEXT_MAX);
		struct ll_str text = {(const char *)get_raw(r, size), size};
		struct ll_policy *policy;
		int rc;

		if (r->bad || effective_on <= before)
			return -LL_ERR_STATE;
		before = effective_on;
		rc = ll_partition_compile(partition, text, &policy);
		if (rc < 0)
			return rc == -LL_ERR_BAD_POLICY ? -LL_ERR_STATE : rc;
		rc = ll_partition_hold_policy(partition, i, policy, text, effective_on);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static bool is_area(struct ll_area area)
{
	static const uint64_t limit[] = {
		[0] = 1,       [2] = 100,	    [4] = 10000,
		[6] = 1000000, [9] = 1000000000ULL, [12] = 1000000000000ULL};

	return area.digits >= 0 && (size_t)area.digits < sizeof(limit) / sizeof(limit[0]) &&
	       area.code < limit[area.digits];
}

static void restore_alerts(struct ll_partition *partition, struct reader *r)
{
	size_t count = (size_t)get_long(r, 0, LL_ALERTS_MAX);

	partition->alert_count = 0;
	for (size_t i = 0; i < count && !r->bad; i++) {
		struct ll_held_alert *alert = &partition->alerts[i];

		alert->fact_id = get_fixed(r, 8);
		alert->area.digits = (int32_t)get_long(r, 0, LL_AREA_DIGITS);
		alert->area.code = (uint64_t)get_long(r, 0, INT64_C(999999999999));
		alert->revision = (int32_t)get_long(r, 0, INT32_MAX);
		alert->occurred_on = get_day(r);
		alert->expires_on = (int32_t)get_long(
			r, alert->occurred_on, (int64_t)alert->occurred_on + LL_ALERT_DAYS_MAX);
		alert->kind = get_byte(r, LL_ALERT_COLD);
		alert->severity = get_byte(r, 7);
		alert->cancelled = get_byte(r, 1);
		if (!is_area(alert->area) || (i > 0 && alert[-1].fact_id >= alert->fact_id))
			r->bad = true;
		partition->alert_count++;
	}
}

static int restore_partition(struct ll_partition *partition, struct ll_bytes body)
{
	struct reader r = {.cursor = ll_cursor_over(body)};
	uint32_t next_ordinal;
	int64_t day;
	int rc;

	if (get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	day = get_long(&r, INT32_MIN, LL_DAY_MAX);
	next_ordinal = (uint32_t)get_long(&r, 0, LL_HOUSEHOLDS_MAX);
	if (r.bad || (day != LL_DAY_NONE && day < LL_DAY_MIN))
		return -LL_ERR_STATE;
	rc = restore_policies(partition, &r);
	if (rc < 0)
		return rc;
	restore_alerts(partition, &r);
	if (r.bad || ll_cursor_left(&r.cursor) != 0)
		return -LL_ERR_STATE;
	partition->day = (int32_t)day;
	if (next_ordinal > partition->table.next_ordinal)
		partition->table.next_ordinal = next_ordinal;
	return 0;
}

int ll_partition_restore(struct ll_partition *partition, struct ll_bytes segment,
			 struct ll_arena *scratch)
{
	struct reader r = {.cursor = ll_cursor_over(segment)};

	(void)scratch;
	/* What changed and was not written would be lost, and its place on the list with it. */
	if (partition->changed_count > 0)
		return -LL_ERR_STATE;
	while (ll_cursor_left(&r.cursor) > 0) {
		uint8_t kind = get_byte(&r, UINT8_MAX);
		size_t size = (size_t)get_fixed(&r, 4);
		struct ll_bytes body = {get_raw(&r, size), size};
		int rc = -LL_ERR_STATE;

		if (r.bad)
			return -LL_ERR_STATE;
		if (kind == LL_ENTRY_HOUSEHOLD)
			rc = restore_household(partition, body);
		else if (kind == LL_ENTRY_TOMBSTONE)
			rc = restore_tombstone(partition, body);
		else if (kind == LL_ENTRY_PARTITION)
			rc = restore_partition(partition, body);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- what changed, and everything ----------------------------------------------------------- */

static void forget_first_changed(struct ll_partition *partition)
{
	struct ll_household *household = partition->first_changed;

	partition->first_changed = household->next_changed;
	if (!partition->first_changed)
		partition->last_changed = NULL;
	partition->changed_count--;
	household->changed = false;
	household->next_changed = NULL;
	/* Its tombstone is written: now it is gone. */
	if (household->dissolved)
		ll_households_remove(&partition->table, household);
}

int ll_partition_encode_changed(struct ll_partition *partition, struct ll_buf *segment,
				size_t limit, bool *ret_done)
{
	int rc;

	if (partition->own_changed) {
		rc = put_partition(partition, segment);
		if (rc < 0)
			return rc;
		partition->own_changed = false;
	}
	while (partition->first_changed && segment->size < limit) {
		rc = ll_state_put_household(partition->first_changed, segment);
		if (rc < 0)
			return rc;
		forget_first_changed(partition);
	}
	*ret_done = !partition->first_changed;
	return 0;
}

static int compare_keys(const struct ll_household *a, const struct ll_household *b)
{
	return memcmp(a->key.bytes, b->key.bytes, LL_KEY_SIZE);
}

/* Merges from[low, middle) and from[middle, high) to to[low, high). */
static void merge(struct ll_household **from, struct ll_household **to, size_t low, size_t middle,
		  size_t high)
{
	size_t a = low, b = middle;

	for (size_t i = low; i < high; i++)
		to[i] = b == high || (a < middle && compare_keys(from[a], from[b]) <= 0)
				? from[a++]
				: from[b++];
}

/* Sorts with as much room again; returns which of the two arrays has the result. */
static struct ll_household **sort_by_key(struct ll_household **list, struct ll_household **room,
					 size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		struct ll_household **other = list;

		for (size_t low = 0; low < count; low += 2 * width) {
			size_t middle = low + width < count ? low + width : count;
			size_t high = low + 2 * width < count ? low + 2 * width : count;

			merge(list, room, low, middle, high);
		}
		list = room;
		room = other;
	}
	return list;
}

int ll_partition_encode_state(const struct ll_partition *partition, struct ll_buf *out)
{
	struct ll_household **list, **room, **sorted;
	struct ll_arena arena;
	size_t count = 0;
	int rc;

	ll_arena_init(&arena, 0);
	list = ll_arena_calloc(&arena, partition->live_count, sizeof(list[0]));
	room = ll_arena_calloc(&arena, partition->live_count, sizeof(room[0]));
	rc = list && room ? 0 : -LL_ERR_NO_MEMORY;
	if (rc < 0)
		goto done;
	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		struct ll_household *household = ll_households_at(&partition->table, i);

		if (household && !household->dissolved)
			list[count++] = household;
	}
	sorted = sort_by_key(list, room, count);
	rc = put_partition(partition, out);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = ll_state_put_household(sorted[i], out);
done:
	ll_arena_release(&arena);
	return rc;
}
