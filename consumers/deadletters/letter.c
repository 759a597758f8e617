#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "deadletters.h"

#define ORIGIN_TEXT_MAX (LL_TOPIC_NAME_MAX + 48)

int ll_letter_position_parse(const char *text, struct ll_letter_position *ret_position)
{
	struct ll_letter_position position = {.partition = -1};
	struct ll_str whole = ll_str_from(text);
	const char *first = strchr(text, '/');
	const char *second = first ? strchr(first + 1, '/') : NULL;
	struct ll_str stage = {text, first ? (size_t)(first - text) : 0};
	int64_t partition;

	if (!second || stage.size == 0)
		return -LL_ERR_INVALID;
	if (ll_topic_name(LL_TOPIC_DEAD_LETTERS, stage, position.topic) ||
	    ll_str_to_int64((struct ll_str){first + 1, (size_t)(second - first - 1)}, &partition) ||
	    ll_str_to_int64((struct ll_str){second + 1, whole.size - (size_t)(second + 1 - text)},
			    &position.offset) ||
	    partition < 0 || partition > INT32_MAX || position.offset < 0)
		return -LL_ERR_INVALID;
	position.partition = (int32_t)partition;
	*ret_position = position;
	return 0;
}

void ll_letter_position_format(const char *topic, int32_t partition, int64_t offset,
			       char ret_text[LL_LETTER_POSITION_MAX])
{
	struct ll_str stage = LL_STR("");

	(void)ll_topic_of(topic, &stage);
	snprintf(ret_text, LL_LETTER_POSITION_MAX, "%.*s/%d/%lld", LL_STR_ARG(stage), partition,
		 (long long)offset);
}

/* The kind of a topic that is not a string of its own, and its suffix (of topic); or -1. */
static int kind_of(struct ll_str topic, struct ll_str *ret_suffix)
{
	char name[LL_TOPIC_NAME_MAX];
	struct ll_str suffix;
	int kind;

	if (topic.size >= sizeof(name))
		return -1;
	memcpy(name, topic.data, topic.size);
	name[topic.size] = '\0';
	kind = ll_topic_of(name, &suffix);
	if (kind >= 0)
		*ret_suffix = (struct ll_str){topic.data + topic.size - suffix.size, suffix.size};
	return kind;
}

int ll_letter_message(struct ll_str topic)
{
	static const int messages[LL_TOPIC_COUNT] = {
		[LL_TOPIC_LIFE_EVENTS] = LL_MESSAGE_LIFE_EVENT,
		[LL_TOPIC_REGISTRY_PEOPLE] = LL_MESSAGE_PERSON_REGISTERED,
		[LL_TOPIC_HELD] = LL_MESSAGE_HELD_EVENT,
		[LL_TOPIC_HOUSEHOLD_EVENTS] = LL_MESSAGE_HOUSEHOLD_EVENT,
		[LL_TOPIC_ASSISTANCE_TASKS] = LL_MESSAGE_TASK,
		[LL_TOPIC_ESCALATIONS] = LL_MESSAGE_ESCALATION,
		[LL_TOPIC_RISK_CHANGES] = LL_MESSAGE_RISK_CHANGE,
		[LL_TOPIC_DEAD_LETTERS] = LL_MESSAGE_DEAD_LETTER,
	};
	struct ll_str suffix;
	int kind = kind_of(topic, &suffix);

	return kind < 0 ? -1 : messages[kind];
}

/* ---- sending back ---------------------------------------------------------------------------- */

struct ll_str ll_letter_department(struct ll_str topic)
{
	struct ll_str suffix = LL_STR("");

	return kind_of(topic, &suffix) == LL_TOPIC_LIFE_EVENTS ? suffix : LL_STR("");
}

bool ll_letter_fits(const struct ll_letter_filter *filter, const struct ll_dead_letter *letter,
		    struct ll_str department)
{
	if (filter->reason && !ll_str_equal(letter->reason, ll_str_from(filter->reason)))
		return false;
	if (filter->department && !ll_str_equal(department, ll_str_from(filter->department)))
		return false;
	return letter->rejected_at_ms >= filter->since_ms &&
	       (filter->until_ms == 0 || letter->rejected_at_ms < filter->until_ms);
}

/* What a stage reads and nobody else does. A queue of tasks has other readers: no task twice. */
static bool is_read_by(int kind, struct ll_str stage)
{
	return (kind == LL_TOPIC_LIFE_EVENTS && ll_str_equal(stage, LL_STR("enrich"))) ||
	       (kind == LL_TOPIC_HOUSEHOLD_EVENTS && ll_str_equal(stage, LL_STR("assess")));
}

int ll_letter_way_back(const struct ll_dead_letter *letter, struct ll_str stage,
		       char ret_topic[LL_TOPIC_NAME_MAX], int32_t *ret_partition)
{
	struct ll_str topic = letter->origin.topic;
	struct ll_str suffix;

	if (!is_read_by(kind_of(topic, &suffix), stage) || letter->origin.partition < 0)
		return -LL_ERR_UNSUPPORTED;
	/* A stage cuts what is longer; what has just this size is not known to be whole. */
	if (letter->value.size >= LL_MESSAGE_MAX || letter->key.size >= LL_DEAD_LETTER_KEY_MAX)
		return -LL_ERR_TOO_LARGE;
	memcpy(ret_topic, topic.data, topic.size);
	ret_topic[topic.size] = '\0';
	*ret_partition = ll_str_equal(letter->reason, ll_str_from(ll_err_name(-LL_ERR_MISPLACED)))
				 ? LL_PARTITION_BY_KEY
				 : letter->origin.partition;
	return 0;
}

#define BYTES_A_LINE 16

static int dump_line(struct ll_bytes bytes, size_t at, struct ll_buf *out)
{
	size_t count = bytes.size - at < BYTES_A_LINE ? bytes.size - at : BYTES_A_LINE;
	int err = ll_buf_append_format(out, "  %06zx ", at);

	for (size_t i = 0; !err && i < BYTES_A_LINE; i++)
		err = i < count ? ll_buf_append_format(out, " %02x", bytes.data[at + i])
				: ll_buf_append_str(out, "   ");
	if (!err)
		err = ll_buf_append_str(out, "  ");
	for (size_t i = 0; !err && i < count; i++) {
		uint8_t byte = bytes.data[at + i];

		err = ll_buf_append_format(out, "%c", byte >= 0x20 && byte < 0x7f ? byte : '.');
	}
	return err ? err : ll_buf_append_str(out, "\n");
}

int ll_letter_is_again(struct ll_key_table *table, const struct ll_dead_letter *letter,
		       bool *ret_again)
{
	char origin[ORIGIN_TEXT_MAX];
	struct ll_key_entry *entry;
	struct ll_key hash;
	int size;
	int err;

	if (!ll_str_equal(letter->stage, LL_STR("record"))) {
		*ret_again = false;
		return 0;
	}
	size = snprintf(origin, sizeof(origin), "%.*s/%d/%lld", LL_STR_ARG(letter->origin.topic),
			(int)letter->origin.partition, (long long)letter->origin.offset);
	ll_hash128(origin, (size_t)size, &hash);
	err = ll_key_table_put(table, &hash, &entry);
	if (err)
		return err;
	*ret_again = entry->value != 0;
	entry->value = 1;
	return 0;
}

int ll_hex_dump(struct ll_bytes bytes, size_t max, struct ll_buf *out)
{
	struct ll_bytes shown = {bytes.data, bytes.size < max ? bytes.size : max};
	int err = 0;

	for (size_t at = 0; !err && at < shown.size; at += BYTES_A_LINE)
		err = dump_line(shown, at, out);
	if (!err && shown.size < bytes.size)
		err = ll_buf_append_format(out, "  and %zu bytes more\n", bytes.size - shown.size);
	return err;
}
