#include "publisher.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/subject.h"

#define POLL_EVERY   1000 /* events between two looks at delivery reports */
#define FULL_WAIT_MS 10

struct department {
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_str name; /* the end of topic */
};

struct ll_publisher {
	struct ll_bus *bus;
	const struct ll_codec *codec;
	struct ll_producer *producer;
	bool any_department;
	struct department
		departments[LL_PUBLISHER_DEPARTMENTS_MAX]; /* those whose topic is known */
	size_t department_count;
	size_t last; /* index of the one that was used last */
	char own[LL_SOURCE_MAX + 1];
	struct ll_buf wire;
	struct ll_publisher_counts counts;
	int first_failure; /* negative ll_err of the first record that was given up */
};

static void publisher_failed(void *context, const char *topic, struct ll_bytes key, int err)
{
	struct ll_publisher *publisher = context;

	(void)topic;
	(void)key;
	if (publisher->counts.failed++ == 0)
		publisher->first_failure = err;
}

int ll_publisher_new(struct ll_bus *bus, const struct ll_codec *codec, struct ll_str department,
		     struct ll_publisher **ret_publisher, struct ll_error *error)
{
	struct ll_producer_options options = {.failed = publisher_failed};
	struct ll_publisher *publisher;
	int err;

	if (department.size > LL_SOURCE_MAX)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "a department's name has at most %d bytes", LL_SOURCE_MAX);
	publisher = calloc(1, sizeof(*publisher));
	if (!publisher)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	publisher->bus = bus;
	publisher->codec = codec;
	publisher->any_department = department.size == 0;
	if (department.size > 0)
		memcpy(publisher->own, department.data, department.size);
	ll_buf_init(&publisher->wire);
	options.failed_context = publisher;
	err = ll_producer_new(bus, &options, &publisher->producer, error);
	if (err) {
		free(publisher);
		return err;
	}
	*ret_publisher = publisher;
	return 0;
}

void ll_publisher_free(struct ll_publisher *publisher)
{
	if (!publisher)
		return;
	ll_producer_free(publisher->producer);
	ll_buf_release(&publisher->wire);
	free(publisher);
}

int ll_publisher_check(const struct ll_life_event *event)
{
	int err = ll_subject_check(event);

	return err ? err : ll_codec_check(LL_MESSAGE_LIFE_EVENT, event);
}

static int add_department(struct ll_publisher *publisher, struct ll_str name,
			  struct ll_error *error)
{
	struct department *department = &publisher->departments[publisher->department_count];
	int32_t partitions = 0;
	int size, err;

	if (publisher->department_count == LL_PUBLISHER_DEPARTMENTS_MAX)
		return ll_error_set(error, -LL_ERR_FULL, "more than %d departments",
				    LL_PUBLISHER_DEPARTMENTS_MAX);
	size = snprintf(department->topic, sizeof(department->topic),
			LL_PUBLISHER_TOPIC_PREFIX "%.*s", LL_STR_ARG(name));
	assert(size > 0 && (size_t)size < sizeof(department->topic));
	err = ll_bus_partition_count(publisher->bus, department->topic, LL_PUBLISHER_WAIT_MS,
				     &partitions, error);
	if (err)
		return err;
	if (partitions == 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND,
				    "there is no topic %s: has the department been added "
				    "(lifeline topics)?",
				    department->topic);
	department->name =
		(struct ll_str){department->topic + strlen(LL_PUBLISHER_TOPIC_PREFIX), name.size};
	publisher->last = publisher->department_count++;
	return 0;
}

/* Makes publisher->last the department's index. */
static int find_department(struct ll_publisher *publisher, struct ll_str name,
			   struct ll_error *error)
{
	if (publisher->last < publisher->department_count &&
	    ll_str_equal(publisher->departments[publisher->last].name, name))
		return 0;
	for (size_t i = 0; i < publisher->department_count; i++) {
		if (ll_str_equal(publisher->departments[i].name, name)) {
			publisher->last = i;
			return 0;
		}
	}
	return add_department(publisher, name, error);
}

static int refuse(struct ll_publisher *publisher, int err, struct ll_error *error)
{
	publisher->counts.refused++;
	return ll_error_set(error, err, "%s", ll_err_text(err));
}

/* Waits for room, as long as the producer makes any. */
static int send_wire(struct ll_publisher *publisher, const struct ll_outgoing *outgoing,
		     struct ll_error *error)
{
	int waited_ms = 0;
	int err = ll_producer_send(publisher->producer, outgoing, error);

	while (err == -LL_ERR_FULL && waited_ms < LL_PUBLISHER_WAIT_MS) {
		ll_producer_poll(publisher->producer, FULL_WAIT_MS);
		waited_ms += FULL_WAIT_MS;
		err = ll_producer_send(publisher->producer, outgoing, error);
	}
	return err;
}

int ll_publisher_send(struct ll_publisher *publisher, const struct ll_life_event *event,
		      struct ll_error *error)
{
	struct ll_life_event whole = *event;
	struct ll_outgoing outgoing = {.partition = LL_PARTITION_BY_KEY};
	struct ll_str own = ll_str_from(publisher->own);
	int err;

	if (whole.source.size == 0)
		whole.source = own;
	err = ll_publisher_check(&whole);
	if (!err && !publisher->any_department && !ll_str_equal(whole.source, own))
		err = -LL_ERR_SOURCE_MISMATCH;
	if (err)
		return refuse(publisher, err, error);
	err = find_department(publisher, whole.source, error);
	if (err)
		return err;
	ll_buf_clear(&publisher->wire);
	err = ll_codec_encode(publisher->codec, LL_MESSAGE_LIFE_EVENT, &whole, &publisher->wire);
	if (err)
		return ll_error_set(error, err, "%s", ll_err_text(err));
	outgoing.topic = publisher->departments[publisher->last].topic;
	outgoing.key = (struct ll_bytes){whole.subject.key.bytes, LL_KEY_SIZE};
	outgoing.value = ll_buf_bytes(&publisher->wire);
	err = send_wire(publisher, &outgoing, error);
	if (err)
		return err;
	if (++publisher->counts.sent % POLL_EVERY == 0)
		ll_producer_poll(publisher->producer, 0);
	return 0;
}

int ll_publisher_flush(struct ll_publisher *publisher, int timeout_ms, struct ll_error *error)
{
	int err = ll_producer_flush(publisher->producer, timeout_ms, error);

	if (err)
		return err;
	if (publisher->counts.failed > 0)
		return ll_error_set(error, -LL_ERR_IO,
				    "%lld events could not be written (%s): publish them again",
				    (long long)publisher->counts.failed,
				    ll_err_name(publisher->first_failure));
	return 0;
}

struct ll_publisher_counts ll_publisher_counts(const struct ll_publisher *publisher)
{
	return publisher->counts;
}
