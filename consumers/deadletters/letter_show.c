/* lifeline deadletters show: one dead letter, with the bytes that were rejected. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "deadletters.h"
#include "runtime/json_print.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define DUMP_MAX 2048 /* bytes of a value that are shown in hex */

struct showing {
	struct ll_codec *codec;
	struct ll_arena arena;
	struct ll_letter_position at;
	bool json;
	bool found;
};

static void print_row(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print_row(const char *name, const char *format, ...)
{
	va_list args;

	printf("  %-14s", name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Room for any message that a stage reads. */
union any_input {
	struct ll_life_event life_event;
	struct ll_household_event household_event;
	struct ll_task task;
	struct ll_escalation escalation;
	struct ll_risk_change risk_change;
	struct ll_held_event held_event;
	struct ll_person_registered person_registered;
	struct ll_dead_letter dead_letter;
};

/* The value as JSON; an error when it cannot be read as what its topic should hold. */
static int value_to_json(struct showing *showing, const struct ll_dead_letter *letter,
			 struct ll_buf *out)
{
	int message = ll_letter_message(letter->origin.topic);
	union any_input value;
	int err;

	if (message < 0)
		return -LL_ERR_UNSUPPORTED;
	err = ll_codec_decode(showing->codec, (enum ll_message)message, letter->value,
			      &showing->arena, &value);
	return err ? err : ll_codec_to_json(showing->codec, (enum ll_message)message, &value, out);
}

static int print_indented(const struct ll_buf *json)
{
	json_t *value = json_loadb((const char *)json->data, json->size, 0, NULL);
	char *text = json_dumps(value, JSON_INDENT(2));

	json_decref(value);
	if (!text)
		return -LL_ERR_NO_MEMORY;
	puts(text);
	free(text);
	return 0;
}

static int print_value(struct showing *showing, const struct ll_dead_letter *letter)
{
	struct ll_buf out;
	int decoded;
	int err;

	ll_buf_init(&out);
	decoded = value_to_json(showing, letter, &out);
	if (decoded == 0) {
		printf("\nWhat it says:\n");
		err = print_indented(&out);
	} else {
		printf("\nIts %zu bytes, which cannot be read (%s):\n", letter->value.size,
		       ll_err_text(decoded));
		ll_buf_clear(&out);
		err = ll_hex_dump(letter->value, DUMP_MAX, &out);
		if (!err && out.size > 0)
			fwrite(out.data, 1, out.size, stdout);
	}
	ll_buf_release(&out);
	return err;
}

static int print_letter(struct showing *showing, const struct ll_dead_letter *letter,
			const struct ll_record *record)
{
	char position[LL_LETTER_POSITION_MAX];
	char reason[LL_NAME_MAX + 1];
	char time[LL_TIME_TEXT_MAX];
	int number;

	ll_letter_position_format(record->topic, record->partition, record->offset, position);
	snprintf(reason, sizeof(reason), "%.*s", LL_STR_ARG(letter->reason));
	number = ll_err_by_name(reason);
	printf("Dead letter %s\n", position);
	print_row("reason", "%s: %s", reason, number ? ll_err_text(number) : "");
	if (letter->detail.size > 0)
		print_row("detail", "%.*s", LL_STR_ARG(letter->detail));
	print_row("stage", "%.*s", LL_STR_ARG(letter->stage));
	ll_time_format(letter->rejected_at_ms, time);
	print_row("rejected at", "%s", time);
	print_row("topic", "%.*s", LL_STR_ARG(letter->origin.topic));
	print_row("partition", "%d", letter->origin.partition);
	print_row("offset", "%lld", (long long)letter->origin.offset);
	ll_time_format(letter->origin.published_at_ms, time);
	print_row("published at", "%s", time);
	printf("  %-14s", "key");
	for (size_t i = 0; i < letter->key.size && i < 2 * LL_KEY_SIZE; i++)
		printf("%02x", letter->key.data[i]);
	printf(letter->key.size > 2 * LL_KEY_SIZE ? "... (%zu bytes)\n" : " (%zu bytes)\n",
	       letter->key.size);
	return print_value(showing, letter);
}

static json_t *hex_json(struct ll_bytes bytes)
{
	size_t size = bytes.size < DUMP_MAX ? bytes.size : DUMP_MAX;
	struct ll_buf hex;
	json_t *text;

	ll_buf_init(&hex);
	for (size_t i = 0; i < size; i++)
		if (ll_buf_append_format(&hex, "%02x", bytes.data[i]))
			break;
	text = json_stringn(hex.size ? (const char *)hex.data : "", hex.size);
	ll_buf_release(&hex);
	return text;
}

static int put_letter(struct showing *showing, const struct ll_dead_letter *letter,
		      const struct ll_record *record)
{
	char position[LL_LETTER_POSITION_MAX];
	char time[LL_TIME_TEXT_MAX];
	struct ll_buf out;
	json_t *object;

	ll_letter_position_format(record->topic, record->partition, record->offset, position);
	ll_time_format(letter->rejected_at_ms, time);
	object = json_pack("{s:s, s:s%, s:s%, s:s%, s:s, s:{s:s%, s:i, s:I}, s:o, s:I}", "position",
			   position, "reason", letter->reason.data, letter->reason.size, "detail",
			   letter->detail.data ? letter->detail.data : "", letter->detail.size,
			   "stage", letter->stage.data, letter->stage.size, "rejected_at", time,
			   "from", "topic", letter->origin.topic.data, letter->origin.topic.size,
			   "partition", letter->origin.partition, "offset",
			   (json_int_t)letter->origin.offset, "key", hex_json(letter->key), "size",
			   (json_int_t)letter->value.size);
	ll_buf_init(&out);
	if (value_to_json(showing, letter, &out) == 0)
		json_object_set_new(object, "value",
				    json_loadb((const char *)out.data, out.size, 0, NULL));
	else
		json_object_set_new(object, "value_hex", hex_json(letter->value));
	ll_buf_release(&out);
	return ll_json_print(object);
}

static int show_record(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct showing *showing = context;
	struct ll_dead_letter letter;
	int err;

	(void)scan;
	(void)part;
	if (record->offset != showing->at.offset)
		return LL_SCAN_ENOUGH;
	showing->found = true;
	err = ll_codec_decode(showing->codec, LL_MESSAGE_DEAD_LETTER, record->value,
			      &showing->arena, &letter);
	if (!err)
		err = showing->json ? put_letter(showing, &letter, record)
				    : print_letter(showing, &letter, record);
	return err ? err : LL_SCAN_ENOUGH;
}

static int show(struct showing *showing, struct ll_bus *bus, struct ll_error *error)
{
	const struct ll_letter_position *at = &showing->at;
	struct ll_scan *scan = NULL;
	int32_t partitions = 0;
	int err = ll_bus_partition_count(bus, at->topic, LL_SHELL_ANSWER_MS, &partitions, error);

	if (!err)
		err = ll_scan_new(bus, "lifeline-deadletters", &scan, error);
	if (!err && at->partition < partitions)
		err = ll_scan_add(scan, at->topic, at->partition, at->offset, error);
	if (!err)
		err = ll_scan_run(scan, show_record, showing, error);
	if (!err && !showing->found)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "no dead letter stands there; `lifeline deadletters list` shows "
				   "where they are");
	ll_scan_free(scan);
	return err;
}

int ll_deadletters_show(struct ll_invocation *invocation)
{
	const char *position = ll_invocation_argument(invocation, 0);
	struct showing showing = {.json = ll_invocation_flag(invocation, "json")};
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err;

	if (ll_letter_position_parse(position, &showing.at))
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "'%s' is not a position: stage/partition/offset, such as "
				   "enrich/2/15",
				   position);
	ll_arena_init(&showing.arena, 0);
	err = ll_shell_codec(invocation, &showing.codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &bus);
	if (!err) {
		err = show(&showing, bus, &error);
		if (err)
			ll_complain_error(invocation, err, position, &error);
	}
	ll_bus_free(bus);
	ll_codec_free(showing.codec);
	ll_arena_release(&showing.arena);
	return err && ll_err_class(err) == LL_CLASS_REJECT ? LL_EXIT_FAILED : ll_exit_of(err);
}
