#include "cli/commands.h"

#include <jansson.h>
#include <stdio.h>

#include "alert_text.h"
#include "base/date.h"
#include "producers/broadcast_session.h"

static struct ll_str option_text(const struct ll_invocation *invocation, const char *name)
{
	return ll_str_trim(ll_str_from(ll_invocation_option(invocation, name)));
}

static void print_json(const struct ll_alert *alert, int32_t partitions)
{
	const struct ll_area_alert *body = &alert->body;
	char on[LL_DAY_TEXT_MAX], expires[LL_DAY_TEXT_MAX];
	json_t *json;

	ll_day_format(body->occurred_on, on);
	ll_day_format(body->expires_on, expires);
	json = json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:b, s:i}", "alert_id", alert->id,
			 "revision", body->revision, "area", alert->area, "kind",
			 ll_alert_kind_name(body->kind), "severity", body->severity, "occurred_on",
			 on, "expires_on", expires, "cancelled", body->cancelled, "partitions",
			 partitions);
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void print_words(const struct ll_alert *alert, int32_t partitions)
{
	const struct ll_area_alert *body = &alert->body;
	char on[LL_DAY_TEXT_MAX], expires[LL_DAY_TEXT_MAX];

	ll_day_format(body->occurred_on, on);
	ll_day_format(body->expires_on, expires);
	printf("%s alert %s, revision %d, for area %s: %s of severity %d, from %s to %s, in %d "
	       "partitions\n",
	       body->cancelled ? "cancelled" : "published", alert->id, body->revision, alert->area,
	       ll_alert_kind_name(body->kind), body->severity, on, expires, partitions);
}

static int run(struct ll_invocation *invocation)
{
	struct ll_alert_text text = {
		.area = option_text(invocation, "area"),
		.kind = option_text(invocation, "kind"),
		.severity = option_text(invocation, "severity"),
		.on = option_text(invocation, "on"),
		.expires = option_text(invocation, "expires"),
		.id = option_text(invocation, "id"),
		.revision = option_text(invocation, "revision"),
		.cancelled = ll_invocation_flag(invocation, "cancel"),
	};
	struct ll_broadcast_session session;
	struct ll_household_event event;
	struct ll_error error = {0};
	struct ll_alert alert;
	int32_t partitions;
	int err;

	if (ll_alert_make(&text, ll_today(), &alert, &error))
		return ll_complain_error(invocation, LL_EXIT_USAGE, "", &error);
	err = ll_broadcast_session_open(invocation, "alert", &session);
	if (err)
		return ll_exit_of(err);
	event = (struct ll_household_event){.body = LL_BODY_AREA_ALERT, .area_alert = alert.body};
	err = ll_broadcast_session_send(invocation, &session, &event, 1);
	partitions = ll_broadcast_partitions(session.broadcast);
	ll_broadcast_session_close(&session);
	if (err)
		return ll_exit_of(err);
	if (ll_invocation_flag(invocation, "json"))
		print_json(&alert, partitions);
	else
		print_words(&alert, partitions);
	return LL_EXIT_DONE;
}

static const struct ll_option options[] = {
	{"area", "CODE", NULL, "where: code of 2, 4, 6, 9 or 12 digits"},
	{"kind", "KIND", NULL, "flood, typhoon, drought, earthquake, landslide, epidemic or cold"},
	{"severity", "LEVEL", NULL, "1 (blue) to 4 (red)"},
	{"expires", "DATE", NULL, "last day of the alert"},
	{"on", "DATE", NULL, "first day of the alert; today"},
	{"id", "ID", NULL, "the alert's own id; made of kind, area and first day"},
	{"revision", "N", NULL,
	 "0, and more for each later word on the same alert; the highest counts"},
	{"cancel", NULL, NULL, "this alert is called off"},
	{"json", NULL, NULL, "print what was published as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_alert = {
	.name = "alert",
	.summary = "publish an alert for an area: flood, typhoon, landslide and others",
	.usage = "",
	.help = "Every household of the area is looked at within seconds. The same alert given "
		"twice "
		"changes nothing; a change of it is a higher --revision.\n"
		"\n"
		"  lifeline alert --area 360521104 --kind flood --severity 3 --expires 2025-06-30\n"
		"  lifeline alert --area 360521104 --kind flood --severity 3 --on 2025-06-20 \\\n"
		"      --expires 2025-06-30 --revision 1 --cancel\n",
	.group = LL_GROUP_DEPARTMENTS,
	.options = options,
	.run = run,
};
