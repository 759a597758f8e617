/* Follows the county's queue itself, not the database: what is committed there is shown at once. */
#include <stdio.h>

#include "runtime/clock.h"
#include "runtime/shell.h"
#include "runtime/topics.h"
#include "tasks.h"

#define BATCH	       256
#define POLL_MS	       200
#define ASK_MS	       10000
#define PARTITIONS_MAX 64
#define SECONDS_MAX    (366LL * 24 * 3600)

struct follow {
	struct ll_invocation *invocation;
	const struct ll_task_view *view;
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_consumer *consumer;
	struct ll_position positions[PARTITIONS_MAX];
	int32_t partitions;
	struct ll_arena arena;
	struct ll_record records[BATCH];
};

static int open_queue(struct follow *follow, const char *county, struct ll_error *error)
{
	const struct ll_consumer_options options = {.instance = "lifeline-tasks"};
	char topic[LL_TOPIC_NAME_MAX];
	int err = ll_topic_name(LL_TOPIC_ASSISTANCE_TASKS, ll_str_from(county), topic);

	if (!err)
		err = ll_bus_partition_count(follow->bus, topic, ASK_MS, &follow->partitions,
					     error);
	if (!err && follow->partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there is no queue %s; is the county among the setting "
				   "`counties`, and were topics created?",
				   topic);
	if (!err && follow->partitions > PARTITIONS_MAX)
		err = -LL_ERR_UNSUPPORTED;
	if (!err)
		err = ll_consumer_new(follow->bus, &options, &follow->consumer, error);
	for (int32_t i = 0; !err && i < follow->partitions; i++) {
		int64_t first;

		snprintf(follow->positions[i].topic, LL_TOPIC_NAME_MAX, "%s", topic);
		follow->positions[i].partition = i;
		err = ll_consumer_range(follow->consumer, topic, i, ASK_MS, &first,
					&follow->positions[i].offset, error);
	}
	if (!err)
		err = ll_consumer_fetch(follow->consumer, follow->positions,
					(size_t)follow->partitions, error);
	return err;
}

static int show_record(struct follow *follow, const struct ll_record *record)
{
	struct ll_task task;
	struct ll_buf json;
	int err;

	ll_arena_clear(&follow->arena);
	if (record->end_of_partition ||
	    ll_codec_decode(follow->codec, LL_MESSAGE_TASK, record->value, &follow->arena, &task))
		return 0;
	if (!follow->view->json)
		return ll_task_line(follow->view, &task, record->timestamp_ms);
	ll_buf_init(&json);
	err = ll_codec_to_json(follow->codec, LL_MESSAGE_TASK, &task, &json);
	if (!err)
		printf("%.*s\n", (int)json.size, (const char *)json.data);
	fflush(stdout);
	ll_buf_release(&json);
	return err;
}

static int follow_until(struct follow *follow, int64_t until_ms, struct ll_error *error)
{
	int err = 0;

	while (!err && !ll_stop_asked() && ll_clock_monotonic_ms(&ll_clock_real) < until_ms) {
		size_t count = 0;

		err = ll_consumer_poll(follow->consumer, POLL_MS, follow->records, BATCH, &count,
				       error);
		if (err && ll_err_class(err) == LL_CLASS_RETRY)
			err = 0;
		for (size_t i = 0; !err && i < count; i++)
			err = show_record(follow, &follow->records[i]);
	}
	return err;
}

int ll_tasks_follow(struct ll_invocation *invocation, const struct ll_task_view *view)
{
	struct follow follow = {.invocation = invocation, .view = view};
	const char *county = ll_invocation_option(invocation, "county");
	struct ll_error error = {0};
	int64_t seconds = SECONDS_MAX;
	int err;

	if (!county)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "--follow needs --county: each county has a queue of its own");
	if (ll_invocation_option(invocation, "for") &&
	    ll_invocation_number(invocation, "for", 1, SECONDS_MAX, &seconds))
		return LL_EXIT_USAGE;
	ll_stop_on_signals();
	ll_arena_init(&follow.arena, 0);
	err = ll_shell_codec(invocation, &follow.codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &follow.bus);
	if (!err) {
		err = open_queue(&follow, county, &error);
		if (!err)
			err = follow_until(&follow,
					   ll_clock_monotonic_ms(&ll_clock_real) + seconds * 1000,
					   &error);
		if (err)
			ll_complain_error(invocation, err, "the queue cannot be followed", &error);
	}
	ll_consumer_free(follow.consumer);
	ll_bus_free(follow.bus);
	ll_codec_free(follow.codec);
	ll_arena_release(&follow.arena);
	return ll_exit_of(err);
}
