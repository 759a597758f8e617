/*
 * Any text as a writer's schema, and any bytes as what was written with it: the first byte picks the
 * message, the schema's JSON goes up to a NUL, the body follows. The schema is refused with a reason, or
 * it makes a plan; what the plan reads is within the limits of its message.
 *
 *   fuzz_schema -max_len=32768 -dict=tests/fuzz/schema.dict tests/fuzz/corpus/schema
 */
#include <stdlib.h>

#include "codec/codec.h"
#include "codec/plan.h"
#include "codec/schema.h"
#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

/* The readers' own schemas, one a message. */
static const struct ll_schema *reader_of(enum ll_message message)
{
	static struct ll_schema *readers[LL_MESSAGE_COUNT];

	if (!readers[message]) {
		struct ll_codec *codec;

		must(ll_codec_new(&codec, NULL) == 0);
		for (int i = 0; i < LL_MESSAGE_COUNT; i++)
			must(ll_schema_new(ll_codec_schema_text(codec, (enum ll_message)i),
					   &readers[i], NULL) == 0);
		ll_codec_free(codec);
	}
	return readers[message];
}

static void check_refusal(int err, const struct ll_error *error)
{
	must(err == -LL_ERR_INVALID && error->code == err && error->message[0]);
	must(ll_str_is_utf8(ll_str_from(error->message)));
}

/* What the parser made of it, made again: the same canonical form, the same fingerprint. */
static void check_schema(const struct ll_schema *schema)
{
	const struct ll_str text = {(const char *)schema->text.data, schema->text.size};
	struct ll_schema *again = NULL;

	must(ll_schema_new(text, &again, NULL) == 0);
	must(again->fingerprint == schema->fingerprint);
	ll_schema_free(again);
}

static void read_body(const struct ll_plan *plan, enum ll_message message, struct ll_bytes body)
{
	struct ll_arena arena;
	union sample value;
	int err;

	ll_arena_init(&arena, 0);
	memset(&value, 0, sizeof(value));
	err = ll_plan_run(plan, body, &arena, &value);
	if (err)
		must(ll_err_class(err) == LL_CLASS_REJECT);
	else
		must(ll_codec_check(message, &value) == 0);
	ll_arena_release(&arena);
}

static void resolve(const struct ll_schema *schema, enum ll_message message, struct ll_bytes body)
{
	struct ll_error error = {0};
	struct ll_plan *plan = NULL;
	int err =
		ll_plan_new(schema, reader_of(message), ll_field_record_of(message), &plan, &error);

	if (err) {
		check_refusal(err, &error);
		return;
	}
	read_body(plan, message, body);
	ll_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ll_schema *schema = NULL;
	struct ll_error error = {0};
	struct ll_str text;
	size_t end = 1;
	int err;

	if (size == 0)
		return 0;
	while (end < size && data[end] != '\0')
		end++;
	text = (struct ll_str){(const char *)data + 1, end - 1};
	err = ll_schema_new(text, &schema, &error);
	if (err) {
		check_refusal(err, &error);
		return 0;
	}
	check_schema(schema);
	end += end < size;
	resolve(schema, (enum ll_message)(data[0] % LL_MESSAGE_COUNT),
		(struct ll_bytes){data + end, size - end});
	ll_schema_free(schema);
	return 0;
}
