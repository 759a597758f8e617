#include "alert_text.h"

#include <stdio.h>

#include "base/date.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const kind_names[] = {
	[LL_ALERT_FLOOD] = "flood",	    [LL_ALERT_TYPHOON] = "typhoon",
	[LL_ALERT_DROUGHT] = "drought",	    [LL_ALERT_EARTHQUAKE] = "earthquake",
	[LL_ALERT_LANDSLIDE] = "landslide", [LL_ALERT_EPIDEMIC] = "epidemic",
	[LL_ALERT_COLD] = "cold",
};
#define KINDS "flood, typhoon, drought, earthquake, landslide, epidemic or cold"

/* Emergency Response Law of China, article 42. */
static const char *const severity_names[] = {"blue", "yellow", "orange", "red"};

const char *ll_alert_kind_name(enum ll_alert_kind kind)
{
	return (size_t)kind < COUNT(kind_names) ? kind_names[kind] : "?";
}

int ll_alert_kind_by_name(struct ll_str name)
{
	for (size_t i = 0; i < COUNT(kind_names); i++)
		if (ll_str_equal(name, ll_str_from(kind_names[i])))
			return (int)i;
	return -1;
}

static int invalid(struct ll_error *error, const char *part, struct ll_str value, const char *may)
{
	if (value.size == 0)
		return ll_error_set(error, -LL_ERR_INVALID, "the %s is missing: %s", part, may);
	if (value.size > 64)
		value.size = 64;
	return ll_error_set(error, -LL_ERR_INVALID, "%s '%.*s': it is %s", part, LL_STR_ARG(value),
			    may);
}

static int read_severity(struct ll_str text, int32_t *ret_severity)
{
	int64_t number;

	for (size_t i = 0; i < COUNT(severity_names); i++) {
		if (ll_str_equal(text, ll_str_from(severity_names[i]))) {
			*ret_severity = (int32_t)i + LL_ALERT_SEVERITY_MIN;
			return 0;
		}
	}
	if (ll_str_to_int64(text, &number) || number < LL_ALERT_SEVERITY_MIN ||
	    number > LL_ALERT_SEVERITY_MAX)
		return -LL_ERR_INVALID;
	*ret_severity = (int32_t)number;
	return 0;
}

static int read_what(const struct ll_alert_text *text, struct ll_alert *alert,
		     struct ll_error *error)
{
	struct ll_area area;
	int kind = ll_alert_kind_by_name(text->kind);

	if (text->area.size == 0 || ll_area_parse(text->area, &area))
		return invalid(error, "area", text->area,
			       "the code of a province, city, county, township or village: 2, 4, "
			       "6, 9 or 12 digits");
	if (kind < 0)
		return invalid(error, "kind", text->kind, KINDS);
	if (read_severity(text->severity, &alert->body.severity))
		return invalid(error, "severity", text->severity,
			       "1 (blue), 2 (yellow), 3 (orange) or 4 (red)");
	alert->body.kind = (enum ll_alert_kind)kind;
	ll_area_format(area, alert->area);
	return 0;
}

static int read_when(const struct ll_alert_text *text, int32_t today, struct ll_alert *alert,
		     struct ll_error *error)
{
	struct ll_area_alert *body = &alert->body;

	body->occurred_on = today;
	if (text->on.size && ll_day_parse(text->on, &body->occurred_on))
		return invalid(error, "day of the alert", text->on, "a date, like 2025-06-30");
	if (ll_day_parse(text->expires, &body->expires_on))
		return invalid(error, "end", text->expires,
			       "the last day of the alert, like 2025-06-30");
	if (body->expires_on < body->occurred_on)
		return ll_error_set(error, -LL_ERR_INVALID, "the alert would end before it begins");
	if (body->expires_on - body->occurred_on > LL_ALERT_DAYS_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "an alert lasts at most %d days",
				    LL_ALERT_DAYS_MAX);
	return 0;
}

static int read_id(const struct ll_alert_text *text, struct ll_alert *alert, struct ll_error *error)
{
	char day[LL_DAY_TEXT_MAX];
	int64_t revision = 0;

	if (text->revision.size &&
	    (ll_str_to_int64(text->revision, &revision) || revision < 0 || revision > INT32_MAX))
		return invalid(error, "revision", text->revision, "a whole number from 0");
	alert->body.revision = (int32_t)revision;
	if (text->id.size > LL_EVENT_ID_MAX || !ll_str_is_utf8(text->id))
		return ll_error_set(error, -LL_ERR_INVALID, "the id has 1 to %d bytes of UTF-8",
				    LL_EVENT_ID_MAX);
	ll_day_format(alert->body.occurred_on, day);
	if (text->id.size)
		snprintf(alert->id, sizeof(alert->id), "%.*s", LL_STR_ARG(text->id));
	else
		snprintf(alert->id, sizeof(alert->id), "%s-%s-%s",
			 ll_alert_kind_name(alert->body.kind), alert->area, day);
	return 0;
}

int ll_alert_make(const struct ll_alert_text *text, int32_t today, struct ll_alert *ret_alert,
		  struct ll_error *error)
{
	struct ll_alert alert = {.body.cancelled = text->cancelled};
	int err = read_what(text, &alert, error);

	if (!err)
		err = read_when(text, today, &alert, error);
	if (!err)
		err = read_id(text, &alert, error);
	if (err)
		return err;
	*ret_alert = alert;
	/* Its own storage, not the copy's. */
	ret_alert->body.alert_id = ll_str_from(ret_alert->id);
	ret_alert->body.area = ll_str_from(ret_alert->area);
	return 0;
}
