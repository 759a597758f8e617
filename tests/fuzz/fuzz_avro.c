/*
 * Ours against Avro C, on valid input only (it must not read anything else). The first byte picks the
 * message and what the rest is: a body, which Avro C must read as we do where we read it at all; or
 * what a valid value is drawn from, which each must read as the other wrote it.
 *
 *   fuzz_avro -max_len=4096 tests/fuzz/corpus/avro
 */
#include <stdlib.h>

#include "codec/wire.h"
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Avro C keeps pointers into the midst of what it holds, which the leak checker takes for none. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libavro";
}

struct both {
	struct ll_codec *codec;
	struct oracle oracles[LL_MESSAGE_COUNT];
};

static void must(bool held)
{
	if (!held)
		abort();
}

static struct both *both_new(void)
{
	struct both *both = calloc(1, sizeof(*both));

	must(both && ll_codec_new(&both->codec, NULL) == 0);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		oracle_init(&both->oracles[i], both->codec, (enum ll_message)i);
	return both;
}

static void compare_body(struct both *both, enum ll_message message, struct ll_bytes body,
			 struct ll_arena *arena)
{
	uint8_t header[LL_WIRE_HEADER_SIZE];
	union sample value;
	struct ll_buf wire;

	ll_buf_init(&wire);
	ll_wire_header(ll_codec_fingerprint(both->codec, message), header);
	must(ll_buf_append(&wire, header, sizeof(header)) == 0);
	must(body.size == 0 || ll_buf_append(&wire, body.data, body.size) == 0);
	if (ll_codec_decode(both->codec, message, ll_buf_bytes(&wire), arena, &value) == 0)
		oracle_reads(&both->oracles[message], message, ll_buf_bytes(&wire), &value);
	ll_buf_release(&wire);
}

static void compare_value(struct both *both, enum ll_message message, struct ll_bytes feed,
			  struct ll_arena *arena)
{
	struct sample_random random = {.state = 1, .arena = arena, .feed = feed};
	union sample value;
	union sample out;
	struct ll_buf wire;

	ll_buf_init(&wire);
	memset(&value, 0, sizeof(value));
	sample_fill(&random, message, &value);
	must(ll_codec_encode(both->codec, message, &value, &wire) == 0);
	oracle_reads(&both->oracles[message], message, ll_buf_bytes(&wire), &value);
	oracle_writes(&both->oracles[message], both->codec, message, &value, &wire);
	must(ll_codec_decode(both->codec, message, ll_buf_bytes(&wire), arena, &out) == 0);
	must(sample_equal(ll_field_record_of(message), &value, &out));
	ll_buf_release(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct both *both;
	struct ll_arena arena;
	enum ll_message message;

	if (!both)
		both = both_new();
	if (size == 0)
		return 0;
	message = (enum ll_message)((data[0] >> 1) % LL_MESSAGE_COUNT);
	ll_arena_init(&arena, 0);
	if (data[0] & 1)
		compare_value(both, message, (struct ll_bytes){data + 1, size - 1}, &arena);
	else
		compare_body(both, message, (struct ll_bytes){data + 1, size - 1}, &arena);
	ll_arena_release(&arena);
	return 0;
}
