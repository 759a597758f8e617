#include "codec.h"

#include <assert.h>
#include <stdlib.h>

#include "builtin.h"
#include "encode.h"
#include "field.h"
#include "json.h"
#include "plan.h"
#include "schema.h"
#include "wire.h"

#define LL_CODEC_WRITERS_MAX 64 /* of one message, our own among them */

static const char *const message_names[] = {
#define MESSAGE_NAME(symbol, number, name, type) [number] = (name),
	LL_MESSAGES(MESSAGE_NAME)
#undef MESSAGE_NAME
};

/* Room for any message. */
union any_message {
#define MESSAGE_MEMBER(symbol, number, name, type) struct type symbol;
	LL_MESSAGES(MESSAGE_MEMBER)
#undef MESSAGE_MEMBER
};

struct writer {
	uint64_t fingerprint;
	struct ll_plan *plan;
};

struct message_codec {
	const struct ll_field_record *record;
	struct ll_schema *schema;
	uint8_t header[LL_WIRE_HEADER_SIZE];
	struct writer writers[LL_CODEC_WRITERS_MAX]; /* ours is the first */
	size_t writer_count;
};

struct ll_codec {
	struct message_codec messages[LL_MESSAGE_COUNT];
};

const char *ll_message_name(enum ll_message message)
{
	return (unsigned int)message < LL_MESSAGE_COUNT ? message_names[message] : "?";
}

int ll_message_by_name(struct ll_str name)
{
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		if (ll_str_equal(name, ll_str_from(message_names[i])))
			return i;
	return -1;
}

/* ---- making ---- */

static const struct writer *find_writer(const struct message_codec *message, uint64_t fingerprint)
{
	for (size_t i = 0; i < message->writer_count; i++)
		if (message->writers[i].fingerprint == fingerprint)
			return &message->writers[i];
	return NULL;
}

static int add_writer(struct message_codec *message, const struct ll_schema *schema,
		      struct ll_error *error)
{
	struct writer *writer = &message->writers[message->writer_count];
	int r;

	if (message->writer_count == LL_CODEC_WRITERS_MAX)
		return ll_error_set(error, -LL_ERR_INVALID, "more than %d writer schemas",
				    LL_CODEC_WRITERS_MAX);
	r = ll_plan_new(schema, message->schema, message->record, &writer->plan, error);
	if (r < 0)
		return r;
	writer->fingerprint = schema->fingerprint;
	message->writer_count++;
	return 0;
}

/* Our own schema must be what the table says, to the letter: encode goes by the table alone. */
static int make_message(struct message_codec *message, const char *name, struct ll_error *error)
{
	const struct ll_plan *plan;
	int r = add_writer(message, message->schema, error);

	if (r < 0)
		return r;
	plan = message->writers[0].plan;
	if (!plan->exact)
		return ll_error_set(error, -LL_ERR_FATAL,
				    "schema %s is not what the program expects: %.300s", name,
				    plan->difference);
	ll_wire_header(message->schema->fingerprint, message->header);
	return 0;
}

static int load_builtin(struct ll_codec *codec, struct ll_schema_names *names, size_t index,
			struct ll_error *error)
{
	const struct ll_embedded *builtin = &ll_builtin_schemas[index];
	int number = ll_message_by_name(ll_str_from(builtin->name));
	struct message_codec *message;
	int r;

	if (number < 0 || codec->messages[number].schema)
		return ll_error_set(error, -LL_ERR_FATAL, "schema %s is of no message",
				    builtin->name);
	message = &codec->messages[number];
	message->record = ll_field_record_of((enum ll_message)number);
	r = ll_schema_names_load(names, ll_embedded_text(builtin), &message->schema, error);
	return r < 0 ? r : make_message(message, builtin->name, error);
}

/* "life-event.0123456789abcdef": a version that was released, so that its messages stay readable. */
static int load_released(struct ll_codec *codec, const struct ll_embedded *builtin,
			 struct ll_error *error)
{
	const char *dot = strchr(builtin->name, '.');
	struct ll_str name = {builtin->name, (size_t)(dot - builtin->name)};
	int message = ll_message_by_name(name);

	if (message < 0)
		return ll_error_set(error, -LL_ERR_FATAL, "schema %s is of no message",
				    builtin->name);
	return ll_codec_add_writer(codec, (enum ll_message)message, ll_embedded_text(builtin),
				   error);
}

static bool is_released(const struct ll_embedded *builtin)
{
	return strchr(builtin->name, '.') != NULL;
}

static int load_all(struct ll_codec *codec, struct ll_error *error)
{
	struct ll_schema_names names;
	int r = ll_schema_names_init(&names);

	if (r < 0)
		return ll_error_set(error, r, "out of memory");
	for (size_t i = 0; r == 0 && i < ll_builtin_schemas_count; i++)
		if (!is_released(&ll_builtin_schemas[i]))
			r = load_builtin(codec, &names, i, error);
	ll_schema_names_release(&names);
	for (int i = 0; r == 0 && i < LL_MESSAGE_COUNT; i++)
		if (!codec->messages[i].schema)
			r = ll_error_set(error, -LL_ERR_FATAL, "no schema of %s", message_names[i]);
	for (size_t i = 0; r == 0 && i < ll_builtin_schemas_count; i++)
		if (is_released(&ll_builtin_schemas[i]))
			r = load_released(codec, &ll_builtin_schemas[i], error);
	return r;
}

int ll_codec_new(struct ll_codec **ret_codec, struct ll_error *error)
{
	struct ll_codec *codec = calloc(1, sizeof(*codec));
	int r;

	if (!codec)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	r = load_all(codec, error);
	if (r < 0) {
		ll_codec_free(codec);
		/* Built-in schemas that do not fit are a broken build, whatever is wrong with them.
		 */
		return r == -LL_ERR_NO_MEMORY ? r : -LL_ERR_FATAL;
	}
	*ret_codec = codec;
	return 0;
}

void ll_codec_free(struct ll_codec *codec)
{
	if (!codec)
		return;
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		struct message_codec *message = &codec->messages[i];

		for (size_t k = 0; k < message->writer_count; k++)
			ll_plan_free(message->writers[k].plan);
		ll_schema_free(message->schema);
	}
	free(codec);
}

int ll_codec_add_writer(struct ll_codec *codec, enum ll_message message, struct ll_str schema_json,
			struct ll_error *error)
{
	struct message_codec *made = &codec->messages[message];
	struct ll_schema *schema = NULL;
	int r = ll_schema_new(schema_json, &schema, error);

	if (r < 0)
		return r;
	if (!find_writer(made, schema->fingerprint))
		r = add_writer(made, schema, error);
	ll_schema_free(schema);
	return r;
}

struct ll_str ll_codec_schema_text(const struct ll_codec *codec, enum ll_message message)
{
	const struct ll_buf *text = &codec->messages[message].schema->text;

	return (struct ll_str){(const char *)text->data, text->size};
}

uint64_t ll_codec_fingerprint(const struct ll_codec *codec, enum ll_message message)
{
	return codec->messages[message].schema->fingerprint;
}

/* ---- messages ---- */

/* A message that holds another has its own limits on it, and room around it. */
static size_t wire_limit(enum ll_message message)
{
	if (message == LL_MESSAGE_DEAD_LETTER || message == LL_MESSAGE_HELD_EVENT)
		return LL_WIRE_MAX;
	return LL_MESSAGE_MAX;
}

int ll_codec_decode(const struct ll_codec *codec, enum ll_message message, struct ll_bytes wire,
		    struct ll_arena *arena, void *ret_value)
{
	const struct message_codec *made = &codec->messages[message];
	const struct writer *writer;
	union any_message value;
	struct ll_bytes body;
	uint64_t fingerprint;
	int r;

	if (wire.size > wire_limit(message))
		return -LL_ERR_TOO_LARGE;
	if (!ll_wire_split(wire, &fingerprint, &body))
		return -LL_ERR_UNDECODABLE;
	writer = find_writer(made, fingerprint);
	if (!writer)
		return -LL_ERR_UNKNOWN_SCHEMA;
	memset(&value, 0, made->record->size);
	r = ll_plan_run(writer->plan, body, arena, &value);
	if (r == 0)
		memcpy(ret_value, &value, made->record->size);
	return r;
}

int ll_codec_check(enum ll_message message, const void *value)
{
	return ll_field_check_record(ll_field_record_of(message), value);
}

int ll_codec_encode(const struct ll_codec *codec, enum ll_message message, const void *value,
		    struct ll_buf *out)
{
	const struct message_codec *made = &codec->messages[message];
	int r = ll_buf_append(out, made->header, sizeof(made->header));

	return r < 0 ? r : ll_encode_record(made->record, value, out);
}

int ll_codec_encode_enriched(const struct ll_codec *codec, const struct ll_household_event *head,
			     struct ll_bytes life_event_wire,
			     const struct ll_life_event *life_event, struct ll_buf *out)
{
	const struct message_codec *outer = &codec->messages[LL_MESSAGE_HOUSEHOLD_EVENT];
	const struct message_codec *inner = &codec->messages[LL_MESSAGE_LIFE_EVENT];
	struct ll_bytes body;
	uint64_t fingerprint;
	int r = ll_buf_append(out, outer->header, sizeof(outer->header));

	assert(!ll_key_is_zero(&head->household_key));
	/* The body is the record's last field: all before it, then the branch, then the event. */
	if (r == 0)
		r = ll_encode_head(outer->record, head, 1, out);
	if (r == 0)
		r = ll_buf_append_long(out, LL_BODY_LIFE_EVENT);
	if (r < 0)
		return r;
	if (ll_wire_split(life_event_wire, &fingerprint, &body) &&
	    fingerprint == inner->writers[0].fingerprint)
		return ll_buf_append(out, body.data, body.size);
	return ll_encode_record(inner->record, life_event, out);
}

int ll_codec_to_json(const struct ll_codec *codec, enum ll_message message, const void *value,
		     struct ll_buf *out)
{
	return ll_json_record(codec->messages[message].record, value, out);
}
