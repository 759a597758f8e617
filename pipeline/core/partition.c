#include "partition.h"

#include "assess.h"
#include "base/date.h"
#include "base/err.h"
#include "fact.h"
#include "partition_private.h"

/* An ended alert is remembered, so that a late copy of an older revision does not bring it back. */
#define ALERT_REMEMBERED_DAYS 31
#define PREFETCH_AHEAD	      8

/* One call of ll_partition_apply. */
struct applying {
	struct ll_partition *partition;
	const struct ll_household_event *event;
	struct ll_arena *scratch;
	ll_decision_sink *sink;
	void *sink_context;
};

int ll_partition_new(const struct ll_policy_compiler *compiler, struct ll_partition **ret_partition)
{
	struct ll_partition *partition;
	struct ll_slab slab;

	ll_slab_init(&slab);
	partition = ll_slab_alloc(&slab, sizeof(*partition));
	if (!partition) {
		ll_slab_release(&slab);
		return -LL_ERR_NO_MEMORY;
	}
	memset(partition, 0, sizeof(*partition));
	partition->slab = slab;
	partition->compiler = *compiler;
	partition->day = LL_DAY_NONE;
	ll_households_init(&partition->table, &partition->slab);
	*ret_partition = partition;
	return 0;
}

void ll_partition_free(struct ll_partition *partition)
{
	if (!partition)
		return;
	for (size_t i = 0; i < partition->policy_count; i++)
		partition->compiler.free_policy(partition->policies[i].policy);

	struct ll_slab slab = partition->slab; /* the partition lies in it */

	ll_slab_release(&slab);
}

/* ---- small things -------------------------------------------------------------------------- */

static void mark_changed(struct ll_partition *partition, struct ll_household *household)
{
	if (household->changed)
		return;
	household->changed = true;
	household->next_changed = NULL;
	if (partition->last_changed)
		partition->last_changed->next_changed = household;
	else
		partition->first_changed = household;
	partition->last_changed = household;
	partition->changed_count++;
}

static const struct ll_policy *policy_in_force(const struct ll_partition *partition)
{
	if (partition->policy_count == 0 || partition->day == LL_DAY_NONE ||
	    partition->policies[0].effective_on > partition->day)
		return NULL;
	return partition->policies[0].policy;
}

int ll_partition_compile(struct ll_partition *partition, struct ll_str text,
			 struct ll_policy **ret_policy)
{
	const struct ll_policy_compiler *compiler = &partition->compiler;
	int rc = compiler->compile(compiler->context, text, ret_policy);

	if (rc < 0 && rc != -LL_ERR_NO_MEMORY)
		return -LL_ERR_BAD_POLICY;
	return rc;
}

int ll_partition_hold_policy(struct ll_partition *partition, size_t at, struct ll_policy *policy,
			     struct ll_str text, int32_t effective_on)
{
	/* The slab ends at 1 MiB a block, well above LL_POLICY_TEXT_MAX. */
	char *copy = ll_slab_alloc(&partition->slab, text.size + 1);

	if (!copy) {
		partition->compiler.free_policy(policy);
		return -LL_ERR_NO_MEMORY;
	}
	memcpy(copy, text.data, text.size);
	memmove(&partition->policies[at + 1], &partition->policies[at],
		(partition->policy_count - at) * sizeof(partition->policies[0]));
	partition->policies[at] = (struct ll_held_policy){
		.policy = policy,
		.text = copy,
		.text_size = text.size,
		.effective_on = effective_on,
	};
	partition->policy_count++;
	return 0;
}

void ll_partition_drop_policy(struct ll_partition *partition, size_t at)
{
	struct ll_held_policy *held = &partition->policies[at];

	partition->compiler.free_policy(held->policy);
	ll_slab_free(&partition->slab, held->text, held->text_size + 1);
	partition->policy_count--;
	memmove(held, held + 1, (partition->policy_count - at) * sizeof(*held));
}

/* Of the policies whose day has come only the latest can ever be in force. */
static void drop_superseded(struct ll_partition *partition)
{
	while (partition->day != LL_DAY_NONE && partition->policy_count > 1 &&
	       partition->policies[1].effective_on <= partition->day)
		ll_partition_drop_policy(partition, 0);
}

/* ---- one household -------------------------------------------------------------------------- */

static bool says_something(const struct ll_decision *decision)
{
	return decision->task_count > 0 || decision->escalation_count > 0 ||
	       decision->has_risk_change;
}

/* A household has no more facts, members or tasks, but its key, until its tombstone is written. */
static void bury(struct ll_partition *partition, struct ll_household *household)
{
	struct ll_household *next = household->next_changed;
	struct ll_key key = household->key;
	uint32_t ordinal = household->ordinal;
	bool changed = household->changed;

	partition->cases[household->case_state]--;
	partition->live_count--;
	ll_household_release(household, &partition->slab);
	household->key = key;
	household->ordinal = ordinal;
	household->changed = changed;
	household->next_changed = next;
	household->dissolved = true;
	mark_changed(partition, household);
}

static int decide(const struct applying *applying, struct ll_household *household,
		  const struct ll_change *change)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_memory memory = {applying->scratch, &partition->slab};
	uint8_t before = (uint8_t)change->case_before;
	struct ll_decision decision;
	int rc = ll_assess_decide(policy_in_force(partition), partition->day, household,
				  applying->event, change, &memory, &decision);

	if (rc < 0)
		return rc;
	partition->cases[before]--;
	partition->cases[household->case_state]++;
	mark_changed(partition, household);
	if (applying->sink && says_something(&decision))
		rc = applying->sink(applying->sink_context, &decision);
	if (rc == 0 && change->dissolved)
		bury(partition, household);
	return rc;
}

static int fold_and_decide(const struct applying *applying, struct ll_household *household)
{
	struct ll_partition *partition = applying->partition;
	struct ll_change change;
	int rc = ll_assess_fold(policy_in_force(partition), partition->day, household,
				applying->event, &partition->slab, &change);

	if (rc < 0 || !change.any)
		return rc;
	return decide(applying, household, &change);
}

static struct ll_household *find_live(const struct ll_partition *partition,
				      const struct ll_key *key)
{
	struct ll_household *household = ll_households_find(&partition->table, key);

	return household && !household->dissolved ? household : NULL;
}

static int apply_keyed(const struct applying *applying)
{
	struct ll_household *household =
		find_live(applying->partition, &applying->event->household_key);

	if (!household)
		return -LL_ERR_NOT_REGISTERED;
	return fold_and_decide(applying, household);
}

/* A new household, or one that was dissolved and comes back as if it were new. */
static int found(struct ll_partition *partition, const struct ll_key *key,
		 struct ll_household **ret_household)
{
	struct ll_household *household = ll_households_find(&partition->table, key);
	uint32_t ordinal = partition->table.next_ordinal;
	int rc = household ? ll_households_place(&partition->table, household, ordinal)
			   : ll_households_add(&partition->table, key, ordinal, &household);

	/* Full: no partition is meant for so many. */
	if (rc < 0)
		return rc == -LL_ERR_NO_MEMORY ? rc : -LL_ERR_FATAL;
	household->dissolved = false;
	partition->live_count++;
	partition->cases[LL_CASE_NONE]++;
	partition->own_changed = true; /* the next ordinal */
	*ret_household = household;
	return 0;
}

static bool is_live(const struct ll_held_alert *alert, int32_t day)
{
	return !alert->cancelled && (day == LL_DAY_NONE || alert->expires_on >= day);
}

static struct ll_area_alert alert_of(const struct ll_held_alert *alert)
{
	return (struct ll_area_alert){
		.revision = alert->revision,
		.kind = (enum ll_alert_kind)alert->kind,
		.severity = alert->severity,
		.occurred_on = alert->occurred_on,
		.expires_on = alert->expires_on,
		.cancelled = alert->cancelled,
	};
}

/* The live alerts of where the household lives now, whenever it came there. */
static int fold_live_alerts(struct ll_partition *partition, struct ll_household *household,
			    struct ll_change *change)
{
	for (size_t i = 0; i < partition->alert_count; i++) {
		const struct ll_held_alert *held = &partition->alerts[i];
		struct ll_area_alert alert = alert_of(held);
		int rc;

		if (!is_live(held, partition->day))
			continue;
		rc = ll_assess_fold_alert(household, held->fact_id, &alert,
					  ll_area_contains(held->area, household->area_code),
					  &partition->slab, change);
		/* A household with all its facts taken is told of no alert; see apply_alert. */
		if (rc < 0 && rc != -LL_ERR_TOO_MANY_FACTS)
			return rc;
	}
	return 0;
}

static int apply_registered(const struct applying *applying)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_household_event *event = applying->event;
	struct ll_household *household = find_live(partition, &event->household_key);
	struct ll_change change;
	int rc = ll_household_check_registered(&event->household_registered);

	if (rc < 0)
		return rc;
	if (!household) {
		if (event->household_registered.dissolved)
			return 0;
		rc = found(partition, &event->household_key, &household);
		if (rc < 0)
			return rc;
	}
	rc = ll_assess_fold(policy_in_force(partition), partition->day, household, event,
			    &partition->slab, &change);
	if (rc == 0 && change.any && !change.dissolved)
		rc = fold_live_alerts(partition, household, &change);
	if (rc < 0 || !change.any)
		return rc;
	return decide(applying, household, &change);
}

/* ---- broadcasts ---------------------------------------------------------------------------- */

/* May be NULL: a household that is gone. Far enough ahead is asked for already. */
static struct ll_household *next_in_walk(const struct ll_partition *partition, uint32_t ordinal)
{
	struct ll_household *household = ll_households_at(&partition->table, ordinal);
	const struct ll_household *ahead =
		ll_households_at(&partition->table, ordinal + PREFETCH_AHEAD);

	if (ahead)
		__builtin_prefetch(ahead);
	return household && !household->dissolved ? household : NULL;
}

/* Every household whose day has come, or every one at all. */
static int reassess(const struct applying *applying, bool all)
{
	struct ll_partition *partition = applying->partition;

	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		struct ll_household *household = next_in_walk(partition, i);
		int rc;

		if (!household || (!all && household->wake_on > partition->day))
			continue;
		ll_arena_clear(applying->scratch);
		rc = fold_and_decide(applying, household);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void forget_old_alerts(struct ll_partition *partition)
{
	size_t kept = 0;

	for (size_t i = 0; i < partition->alert_count; i++)
		if (partition->alerts[i].expires_on + ALERT_REMEMBERED_DAYS >= partition->day)
			partition->alerts[kept++] = partition->alerts[i];
	partition->alert_count = kept;
}

static int apply_tick(const struct applying *applying)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_policy *before = policy_in_force(partition);
	int32_t day = applying->event->tick.day;

	if (day < LL_DAY_MIN || day > LL_DAY_MAX)
		return -LL_ERR_BAD_DATE;
	if (partition->day != LL_DAY_NONE && day <= partition->day)
		return 0;
	partition->day = day;
	partition->own_changed = true;
	drop_superseded(partition);
	forget_old_alerts(partition);
	return reassess(applying, policy_in_force(partition) != before);
}

/* Where a policy of this day stands or belongs. */
static size_t policy_place(const struct ll_partition *partition, int32_t effective_on)
{
	size_t at = 0;

	while (at < partition->policy_count && partition->policies[at].effective_on < effective_on)
		at++;
	return at;
}

static int apply_policy(const struct applying *applying)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_policy_activated *activated = &applying->event->policy_activated;
	const struct ll_policy *before = policy_in_force(partition);
	size_t at = policy_place(partition, activated->effective_on);
	struct ll_held_policy *held = &partition->policies[at];
	bool same_day =
		at < partition->policy_count && held->effective_on == activated->effective_on;
	struct ll_policy *policy;
	int rc;

	if (activated->text.size > LL_POLICY_TEXT_MAX)
		return -LL_ERR_TOO_LARGE;
	if (activated->effective_on < LL_DAY_MIN || activated->effective_on > LL_DAY_MAX)
		return -LL_ERR_BAD_DATE;
	if (same_day && ll_str_equal((struct ll_str){held->text, held->text_size}, activated->text))
		return 0;
	if (!same_day && partition->policy_count == LL_POLICIES_MAX)
		return -LL_ERR_TOO_LARGE;
	rc = ll_partition_compile(partition, activated->text, &policy);
	if (rc < 0)
		return rc;
	/* Older than the one in force: it could never be. */
	if (before && activated->effective_on < partition->policies[0].effective_on) {
		partition->compiler.free_policy(policy);
		return 0;
	}
	/* The later word on the same day counts. */
	if (same_day)
		ll_partition_drop_policy(partition, at);
	rc = ll_partition_hold_policy(partition, at, policy, activated->text,
				      activated->effective_on);
	if (rc < 0)
		return rc;
	partition->own_changed = true;
	drop_superseded(partition);
	/* By the pointer alone one could not tell: the old one's memory may be the new one's. */
	if (partition->day == LL_DAY_NONE || activated->effective_on > partition->day)
		return 0;
	return reassess(applying, true);
}

static size_t alert_place(const struct ll_partition *partition, uint64_t fact_id)
{
	size_t at = 0;

	while (at < partition->alert_count && partition->alerts[at].fact_id < fact_id)
		at++;
	return at;
}

static struct ll_fact fact_of(const struct ll_held_alert *held)
{
	const struct ll_area_alert alert = alert_of(held);

	return ll_fact_from_alert(held->fact_id, &alert);
}

static uint64_t alert_cause_id(uint64_t fact_id, const struct ll_area_alert *alert,
			       const struct ll_held_alert *known)
{
	const struct ll_fact fact = ll_fact_from_alert(fact_id, alert);
	struct ll_fact before;

	if (known)
		before = fact_of(known);
	return ll_fact_cause_id(&fact, known ? &before : NULL);
}

/* As the facts that it leaves in households; where those are the same, the wider area. */
static bool alert_supersedes(const struct ll_area_alert *alert, struct ll_area area,
			     const struct ll_held_alert *known)
{
	const struct ll_fact fact = ll_fact_from_alert(known->fact_id, alert);
	const struct ll_fact before = fact_of(known);

	if (ll_fact_supersedes(&fact, &before))
		return true;
	if (ll_fact_supersedes(&before, &fact))
		return false;
	if (area.digits != known->area.digits)
		return area.digits < known->area.digits;
	if (area.code != known->area.code)
		return area.code > known->area.code;
	return (uint8_t)alert->kind > known->kind;
}

/* Every household that is in the area, or was in the area of the revision before. */
static int spread_alert(const struct applying *applying, uint64_t fact_id, uint64_t cause_id,
			struct ll_area area, struct ll_area area_before)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_area_alert *alert = &applying->event->area_alert;

	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		struct ll_household *household = next_in_walk(partition, i);
		struct ll_change change;
		bool contains;
		int rc;

		if (!household)
			continue;
		contains = ll_area_contains(area, household->area_code);
		if (!contains && !ll_area_contains(area_before, household->area_code))
			continue;
		change = ll_change_begin(household, LL_BODY_AREA_ALERT);
		change.cause.id = cause_id;
		change.cause.revision = (uint64_t)alert->revision;
		rc = ll_assess_fold_alert(household, fact_id, alert, contains, &partition->slab,
					  &change);
		/* One household with all its facts taken must not keep the alert from the others. */
		if (rc == -LL_ERR_TOO_MANY_FACTS)
			continue;
		if (rc == 0 && change.any) {
			ll_arena_clear(applying->scratch);
			rc = decide(applying, household, &change);
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int apply_alert(const struct applying *applying)
{
	struct ll_partition *partition = applying->partition;
	const struct ll_area_alert *alert = &applying->event->area_alert;
	uint64_t fact_id = ll_alert_fact_id(alert->alert_id);
	size_t at = alert_place(partition, fact_id);
	struct ll_held_alert *held = &partition->alerts[at];
	bool known = at < partition->alert_count && held->fact_id == fact_id;
	struct ll_area area, area_before;
	uint64_t cause_id;
	int rc = ll_alert_check(alert, &area);

	if (rc == 0)
		rc = ll_fact_check_day(alert->occurred_on, partition->day,
				       ll_fact_keep_days(policy_in_force(partition)));
	if (rc < 0)
		return rc;
	if (known && !alert_supersedes(alert, area, held))
		return 0;
	if (!known && partition->day != LL_DAY_NONE && alert->expires_on < partition->day)
		return -LL_ERR_EXPIRED;
	if (!known && partition->alert_count == LL_ALERTS_MAX)
		return -LL_ERR_TOO_LARGE;
	area_before = known ? held->area : area;
	cause_id = alert_cause_id(fact_id, alert, known ? held : NULL);
	if (!known) {
		memmove(held + 1, held, (partition->alert_count - at) * sizeof(*held));
		partition->alert_count++;
	}
	*held = (struct ll_held_alert){
		.fact_id = fact_id,
		.area = area,
		.revision = alert->revision,
		.occurred_on = alert->occurred_on,
		.expires_on = alert->expires_on,
		.kind = (uint8_t)alert->kind,
		.severity = (uint8_t)alert->severity,
		.cancelled = alert->cancelled,
	};
	partition->own_changed = true;
	return spread_alert(applying, fact_id, cause_id, area, area_before);
}

typedef int body_apply(const struct applying *applying);

static body_apply *const applies[LL_BODY_COUNT] = {
	[LL_BODY_LIFE_EVENT] = apply_keyed,
	[LL_BODY_HOUSEHOLD_REGISTERED] = apply_registered,
	[LL_BODY_AREA_ALERT] = apply_alert,
	[LL_BODY_TICK] = apply_tick,
	[LL_BODY_POLICY_ACTIVATED] = apply_policy,
	[LL_BODY_TASK_UPDATED] = apply_keyed,
	[LL_BODY_CASE_DECISION] = apply_keyed,
};

int ll_partition_apply(struct ll_partition *partition, const struct ll_household_event *event,
		       struct ll_arena *scratch, ll_decision_sink *sink, void *sink_context)
{
	const struct applying applying = {partition, event, scratch, sink, sink_context};

	if ((unsigned int)event->body >= LL_BODY_COUNT)
		return -LL_ERR_BAD_ENUM;
	return applies[event->body](&applying);
}

void ll_partition_prefetch(const struct ll_partition *partition,
			   const struct ll_key *household_keys, size_t count)
{
	ll_households_prefetch(&partition->table, household_keys, count);
}

/* ---- figures -------------------------------------------------------------------------------- */

const struct ll_household *ll_partition_household(const struct ll_partition *partition,
						  const struct ll_key *household_key)
{
	return find_live(partition, household_key);
}

int ll_partition_each(const struct ll_partition *partition, ll_household_visit *visit,
		      void *context)
{
	int rc = 0;

	for (uint32_t i = 0; i < partition->table.next_ordinal && rc == 0; i++) {
		const struct ll_household *household = next_in_walk(partition, i);

		if (household)
			rc = visit(context, household);
	}
	return rc;
}

int32_t ll_partition_day(const struct ll_partition *partition)
{
	return partition->day;
}

size_t ll_partition_household_count(const struct ll_partition *partition)
{
	return partition->live_count;
}

void ll_partition_count_cases(const struct ll_partition *partition, uint64_t *ret_counts)
{
	memcpy(ret_counts, partition->cases, sizeof(partition->cases));
}

size_t ll_partition_bytes(const struct ll_partition *partition)
{
	return partition->slab.bytes_held;
}

size_t ll_partition_changed_count(const struct ll_partition *partition)
{
	return partition->changed_count + (partition->own_changed ? 1 : 0);
}

void ll_partition_mark_all_changed(struct ll_partition *partition)
{
	partition->own_changed = true;
	for (uint32_t i = 0; i < partition->table.next_ordinal; i++) {
		struct ll_household *household = ll_households_at(&partition->table, i);

		if (household)
			mark_changed(partition, household);
	}
}
