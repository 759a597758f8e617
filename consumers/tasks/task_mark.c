/*
 * What a team reports of a task becomes a TaskUpdated in the log, in the household's partition. One
 * record by an idempotent producer: it needs no transaction, and holds no reader back.
 */
#include <stdio.h>

#include "base/citizen.h"
#include "base/date.h"
#include "base/hash.h"
#include "runtime/clock.h"
#include "runtime/shell.h"
#include "runtime/topics.h"
#include "tasks.h"

#define FLUSH_MS 15000
#define SEEN_MS	 5000
#define LOOK_MS	 100

/* What of the row is needed after the query is over. */
struct found {
	struct ll_key task_id;
	struct ll_key household_key;
	enum ll_task_state state;
};

static int find_row(void *context, const struct ll_task_row *row)
{
	struct found *found = context;

	found->task_id = row->task.task_id;
	found->household_key = row->task.household_key;
	found->state = row->task.state;
	return 0;
}

/* The same report twice is one: its id is a hash of what it says. */
static void update_id_of(const struct ll_key *task_id, enum ll_task_state state, const char *by,
			 const char *note, char ret_hex[LL_KEY_HEX_SIZE])
{
	char text[LL_NOTE_MAX + LL_NAME_MAX + 64];
	char hex[LL_KEY_HEX_SIZE];
	struct ll_key hash;
	int size;

	ll_key_to_hex(task_id, hex);
	size = snprintf(text, sizeof(text), "%s\n%d\n%s\n%s", hex, (int)state, by, note);
	ll_hash128(text, (size_t)size, &hash);
	ll_key_to_hex(&hash, ret_hex);
}

static int check_text(struct ll_invocation *invocation, const char *option, const char *text,
		      size_t max)
{
	struct ll_str str = ll_str_from(text);

	if (str.size > max)
		return ll_complain(invocation, -LL_ERR_USAGE, "--%s is longer than %zu bytes",
				   option, max);
	if (!ll_str_is_utf8(str))
		return ll_complain(invocation, -LL_ERR_USAGE, "--%s is not UTF-8", option);
	if (ll_text_has_personal_number(str))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--%s holds what looks like a citizen number or a phone number; "
				   "reports are kept for ever and read by many, leave it out",
				   option);
	return 0;
}

static int send_update(const struct ll_invocation *invocation, struct ll_bus *bus,
		       const struct ll_household_event *event, struct ll_error *error)
{
	const struct ll_producer_options options = {.instance = "lifeline-tasks"};
	struct ll_producer *producer = NULL;
	struct ll_codec *codec = NULL;
	struct ll_buf wire;
	int err = ll_shell_codec(invocation, &codec);

	ll_buf_init(&wire);
	if (!err)
		err = ll_codec_encode(codec, LL_MESSAGE_HOUSEHOLD_EVENT, event, &wire);
	if (!err)
		err = ll_producer_new(bus, &options, &producer, error);
	if (!err) {
		const struct ll_outgoing outgoing = {
			.topic = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
			.partition = LL_PARTITION_BY_KEY,
			.key = {event->household_key.bytes, LL_KEY_SIZE},
			.value = ll_buf_bytes(&wire),
		};

		err = ll_producer_send(producer, &outgoing, error);
	}
	if (!err)
		err = ll_producer_flush(producer, FLUSH_MS, error);
	ll_producer_free(producer);
	ll_codec_free(codec);
	ll_buf_release(&wire);
	return err;
}

/* Looks in the database until the report has gone once round. */
static bool is_seen(struct ll_store *store, const struct found *task, enum ll_task_state state)
{
	int64_t until = ll_clock_monotonic_ms(&ll_clock_real) + SEEN_MS;
	char hex[LL_KEY_HEX_SIZE];
	struct found now = {0};

	ll_key_to_hex(&task->task_id, hex);
	while (!ll_stop_asked() && ll_clock_monotonic_ms(&ll_clock_real) < until) {
		if (ll_store_find_task(store, hex, find_row, &now, NULL) == 0 && now.state == state)
			return true;
		ll_stop_wait(LOOK_MS);
	}
	return false;
}

static int mark(struct ll_invocation *invocation, struct ll_bus *bus, struct ll_store *store,
		const struct found *task, enum ll_task_state state, struct ll_error *error)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *note = ll_invocation_option(invocation, "note");
	int64_t now = ll_clock_wall_ms(&ll_clock_real);
	char update_id[LL_KEY_HEX_SIZE];
	int err;

	update_id_of(&task->task_id, state, by, note ? note : "", update_id);
	const struct ll_household_event event = {
		.household_key = task->household_key,
		.area = LL_STR(""),
		.origin = {.topic = LL_STR("lifeline-tasks"), .published_at_ms = now},
		.body = LL_BODY_TASK_UPDATED,
		.task_updated = {.update_id = ll_str_from(update_id),
				 .task_id = task->task_id,
				 .state = state,
				 .by = ll_str_from(by),
				 .note = ll_str_from(note ? note : ""),
				 .at_ms = now},
	};
	err = send_update(invocation, bus, &event, error);
	if (!err && !is_seen(store, task, state))
		fprintf(stderr,
			"The report is in the log, but not in the database yet: is `lifeline "
			"assess` and `lifeline record` running?\n");
	return err;
}

int ll_tasks_mark(struct ll_invocation *invocation, enum ll_task_state state, const char *id_prefix,
		  const struct ll_task_view *view)
{
	const char *by = ll_invocation_option(invocation, "by");
	const char *note = ll_invocation_option(invocation, "note");
	struct ll_store *store = NULL;
	struct ll_bus *bus = NULL;
	struct ll_error error = {0};
	struct found task = {0};
	char hex[LL_KEY_HEX_SIZE];
	int err;

	if (!by || !*by)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "--by is missing: who reports? (a team or an account name)");
	if (check_text(invocation, "by", by, LL_NAME_MAX) ||
	    (note && check_text(invocation, "note", note, LL_NOTE_MAX)))
		return LL_EXIT_USAGE;
	err = ll_shell_store_ready(invocation, &store);
	if (!err)
		err = ll_shell_bus_ready(invocation, &bus);
	if (err)
		goto done;
	err = ll_store_find_task(store, id_prefix, find_row, &task, &error);
	if (!err && !ll_task_may_move(task.state, state))
		err = ll_error_set(&error, -LL_ERR_ILLEGAL_MOVE, "the task is %s already",
				   ll_words_task_state(task.state, view->language));
	if (!err)
		err = mark(invocation, bus, store, &task, state, &error);
	if (err) {
		ll_complain_error(invocation, err, id_prefix, &error);
		goto done;
	}
	ll_key_to_hex(&task.task_id, hex);
	printf("%.8s: %s\n", hex, ll_words_task_state(state, view->language));
done:
	ll_bus_free(bus);
	ll_store_free(store);
	return err && ll_err_class(err) == LL_CLASS_REJECT ? LL_EXIT_FAILED : ll_exit_of(err);
}
