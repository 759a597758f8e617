#include "report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/citizen.h"
#include "base/hash.h"
#include "runtime/clock.h"
#include "runtime/shell.h"
#include "runtime/topics.h"

#define FLUSH_MS 15000
#define SEEN_MS	 5000
#define LOOK_MS	 100

int ll_report_check_text(const struct ll_invocation *invocation, const char *option,
			 const char *text, size_t max)
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

void ll_report_id(char ret_hex[LL_KEY_HEX_SIZE], const char *format, ...)
{
	char text[LL_NOTE_MAX + LL_NAME_MAX + 128];
	struct ll_key hash;
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (size < 0 || (size_t)size >= sizeof(text))
		size = (int)sizeof(text) - 1; /* not with checked texts */
	ll_hash128(text, (size_t)size, &hash);
	ll_key_to_hex(&hash, ret_hex);
}

static int count_task(void *context, const struct ll_task_row *row)
{
	(void)row;
	++*(int *)context;
	return 0;
}

int ll_report_check_marks(struct ll_store *store, const struct ll_key *household_key,
			  struct ll_error *error)
{
	char hex[LL_KEY_HEX_SIZE];
	const struct ll_task_filter filter = {.state = -1,
					      .measure = LL_MEASURE_MARK_REVIEW,
					      .open_only = true,
					      .household = hex,
					      .limit = 1};
	int open = 0;
	int err;

	ll_key_to_hex(household_key, hex);
	err = ll_store_list_tasks(store, &filter, count_task, &open, error);
	if (!err && open > 0)
		err = ll_error_set(error, -LL_ERR_MARKS_OPEN,
				   "exclusion marks (负面清单) are undecided: first `lifeline case "
				   "waive-marks` or `exclude`");
	return err;
}

int ll_report_send(const struct ll_invocation *invocation, struct ll_bus *bus, const char *client,
		   const struct ll_household_event *event, struct ll_error *error)
{
	const struct ll_producer_options options = {.instance = client};
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

bool ll_report_wait(bool (*is_seen)(void *context), void *context)
{
	int64_t until = ll_clock_monotonic_ms(&ll_clock_real) + SEEN_MS;

	while (!ll_stop_asked() && ll_clock_monotonic_ms(&ll_clock_real) < until) {
		if (is_seen(context))
			return true;
		ll_stop_wait(LOOK_MS);
	}
	return false;
}
