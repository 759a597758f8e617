/*
 * Any body of any message: the first byte picks the message, the rest is what would follow the
 * header. What decodes must be within its limits, encode again, and come back the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/codec.h"
#include "codec/wire.h"
#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ll_codec *make_codec(void)
{
	struct ll_error error = {0};
	struct ll_codec *codec = NULL;

	if (ll_codec_new(&codec, &error) < 0) {
		fprintf(stderr, "%s\n", error.message);
		abort();
	}
	return codec;
}

static void must(bool held)
{
	if (!held)
		abort();
}

static void encode_again(const struct ll_codec *codec, enum ll_message message,
			 const union sample *value, struct ll_arena *arena)
{
	union sample again;
	struct ll_buf out;

	ll_buf_init(&out);
	must(ll_codec_check(message, value) == 0);
	must(ll_codec_encode(codec, message, value, &out) == 0);
	must(ll_codec_decode(codec, message, ll_buf_bytes(&out), arena, &again) == 0);
	must(sample_equal(ll_field_record_of(message), value, &again));
	ll_buf_clear(&out);
	must(ll_codec_to_json(codec, message, value, &out) == 0);
	ll_buf_release(&out);
}

/* The bytes that enrich copies must mean in the log what they meant before. */
static void enrich(const struct ll_codec *codec, struct ll_bytes wire,
		   const struct ll_life_event *event, struct ll_arena *arena)
{
	struct ll_household_event head = {.household_key = {{1}}};
	struct ll_household_event out;
	struct ll_buf enriched;

	ll_buf_init(&enriched);
	must(ll_codec_encode_enriched(codec, &head, wire, event, &enriched) == 0);
	must(ll_codec_decode(codec, LL_MESSAGE_HOUSEHOLD_EVENT, ll_buf_bytes(&enriched), arena,
			     &out) == 0);
	must(sample_equal(ll_field_record_of(LL_MESSAGE_LIFE_EVENT), event, &out.life_event));
	ll_buf_release(&enriched);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ll_codec *codec;
	enum ll_message message;
	struct ll_arena arena;
	union sample value;
	struct ll_buf wire;
	uint8_t header[LL_WIRE_HEADER_SIZE];

	if (!codec)
		codec = make_codec();
	if (size == 0)
		return 0;
	message = (enum ll_message)(data[0] % LL_MESSAGE_COUNT);
	ll_arena_init(&arena, 0);
	ll_buf_init(&wire);
	ll_wire_header(ll_codec_fingerprint(codec, message), header);
	must(ll_buf_append(&wire, header, sizeof(header)) == 0);
	must(size == 1 || ll_buf_append(&wire, data + 1, size - 1) == 0);
	if (ll_codec_decode(codec, message, ll_buf_bytes(&wire), &arena, &value) == 0) {
		encode_again(codec, message, &value, &arena);
		if (message == LL_MESSAGE_LIFE_EVENT)
			enrich(codec, ll_buf_bytes(&wire), &value.LIFE_EVENT, &arena);
	}
	ll_buf_release(&wire);
	ll_arena_release(&arena);
	return 0;
}
