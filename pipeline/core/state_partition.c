/* The entry of the partition itself: its day, policies in force and pending, alerts. */
#include "state_private.h"

#include "fact.h"

/* Upper bounds of what an entry writes, so that room is made once. */
#define ALERT_BYTES	(8 + 3 + 5 * LL_STATE_LONG_MAX_BYTES)
#define PARTITION_BYTES (LL_STATE_HEAD_SIZE + 1 + 8 * LL_STATE_LONG_MAX_BYTES)

int ll_state_put_partition(const struct ll_partition *partition, struct ll_buf *out)
{
	size_t room = PARTITION_BYTES + partition->alert_count * ALERT_BYTES;
	struct ll_state_writer w;
	int rc;

	for (size_t i = 0; i < partition->policy_count; i++)
		room += partition->policies[i].text_size + 2 * LL_STATE_LONG_MAX_BYTES;
	rc = ll_state_begin_entry(&w, LL_ENTRY_PARTITION, room, out);
	if (rc < 0)
		return rc;
	ll_state_put_long(&w, partition->day);
	ll_state_put_long(&w, partition->table.next_ordinal);
	ll_state_put_long(&w, (int64_t)partition->policy_count);
	for (size_t i = 0; i < partition->policy_count; i++) {
		const struct ll_held_policy *held = &partition->policies[i];

		ll_state_put_long(&w, held->effective_on);
		ll_state_put_long(&w, (int64_t)held->text_size);
		ll_state_put_raw(&w, held->text, held->text_size);
	}
	ll_state_put_long(&w, (int64_t)partition->alert_count);
	for (size_t i = 0; i < partition->alert_count; i++) {
		const struct ll_held_alert *alert = &partition->alerts[i];

		ll_state_put_fixed(&w, alert->fact_id, 8);
		ll_state_put_long(&w, alert->area.digits);
		ll_state_put_long(&w, (int64_t)alert->area.code);
		ll_state_put_long(&w, alert->revision);
		ll_state_put_long(&w, alert->occurred_on);
		ll_state_put_long(&w, alert->expires_on);
		ll_state_put_byte(&w, alert->kind);
		ll_state_put_byte(&w, alert->severity);
		ll_state_put_byte(&w, alert->cancelled);
	}
	ll_state_end_entry(&w, out);
	return 0;
}

static int restore_policies(struct ll_partition *partition, struct ll_state_reader *r)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_POLICIES_MAX);
	int32_t before = INT32_MIN;

	while (partition->policy_count > 0)
		ll_partition_drop_policy(partition, partition->policy_count - 1);
	for (size_t i = 0; i < count; i++) {
		int32_t effective_on = ll_state_get_day(r);
		size_t size = (size_t)ll_state_get_long(r, 0, LL_POLICY_TEXT_MAX);
		struct ll_str text = {(const char *)ll_state_get_raw(r, size), size};
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

static void restore_alerts(struct ll_partition *partition, struct ll_state_reader *r)
{
	size_t count = (size_t)ll_state_get_long(r, 0, LL_ALERTS_MAX);

	partition->alert_count = 0;
	for (size_t i = 0; i < count && !r->bad; i++) {
		struct ll_held_alert *alert = &partition->alerts[i];

		alert->fact_id = ll_state_get_fixed(r, 8);
		alert->area.digits = (int32_t)ll_state_get_long(r, 0, LL_AREA_DIGITS);
		alert->area.code = (uint64_t)ll_state_get_long(r, 0, INT64_C(999999999999));
		alert->revision = (int32_t)ll_state_get_long(r, 0, INT32_MAX);
		alert->occurred_on = ll_state_get_day(r);
		alert->expires_on = (int32_t)ll_state_get_long(
			r, alert->occurred_on, (int64_t)alert->occurred_on + LL_ALERT_DAYS_MAX);
		alert->kind = ll_state_get_byte(r, LL_ALERT_COLD);
		alert->severity = ll_state_get_byte(r, 7);
		alert->cancelled = ll_state_get_byte(r, 1);
		if (!is_area(alert->area) || (i > 0 && alert[-1].fact_id >= alert->fact_id))
			r->bad = true;
		partition->alert_count++;
	}
}

int ll_state_get_partition(struct ll_partition *partition, struct ll_bytes body)
{
	struct ll_state_reader r = {.cursor = ll_cursor_over(body)};
	uint32_t next_ordinal;
	int64_t day;
	int rc;

	if (ll_state_get_byte(&r, UINT8_MAX) != LL_STATE_VERSION)
		return -LL_ERR_STATE;
	day = ll_state_get_long(&r, INT32_MIN, LL_DAY_MAX);
	next_ordinal = (uint32_t)ll_state_get_long(&r, 0, LL_HOUSEHOLDS_MAX);
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
