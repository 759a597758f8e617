/* Avro C as the oracle: it must read what we write, and we what it writes. */
#include "codec_test.h"

#include "oracle.h"

/* Chance must leave out no kind of payload. */
static void note_kind(enum ll_message message, const union sample *sample, unsigned int *kinds)
{
	if (message == LL_MESSAGE_LIFE_EVENT)
		*kinds |= 1u << sample->LIFE_EVENT.payload.kind;
}

#define EVERY_KIND ((1u << LL_EVENT_KIND_COUNT) - 1)

static void test_avro_reads_what_we_write(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_buf wire;
	struct ll_arena arena;
	unsigned int kinds = 0;

	ll_buf_init(&wire);
	ll_arena_init(&arena, 0);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		enum ll_message message = (enum ll_message)i;
		struct sample_random random = {.state = 100 + (uint64_t)i, .arena = &arena};
		struct oracle oracle;

		oracle_init(&oracle, codec, message);
		for (int k = 0; k < RANDOM_ROUNDS; k++) {
			union sample sample;

			ll_buf_clear(&wire);
			sample_fill(&random, message, &sample);
			assert_int_equal(ll_codec_encode(codec, message, &sample, &wire), 0);
			oracle_reads(&oracle, message, ll_buf_bytes(&wire), &sample);
			note_kind(message, &sample, &kinds);
		}
		oracle_release(&oracle);
	}
	assert_int_equal(kinds, EVERY_KIND);
	ll_arena_release(&arena);
	ll_buf_release(&wire);
}

static void we_read(const struct ll_codec *codec, enum ll_message message,
		    const struct ll_buf *wire, const union sample *sample, struct ll_arena *arena)
{
	union sample out;

	assert_int_equal(ll_codec_decode(codec, message, ll_buf_bytes(wire), arena, &out), 0);
	assert_true(sample_equal(ll_field_record_of(message), sample, &out));
}

static void test_we_read_what_avro_writes(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena arena;
	struct ll_buf wire;
	unsigned int kinds = 0;

	ll_buf_init(&wire);
	ll_arena_init(&arena, 0);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		enum ll_message message = (enum ll_message)i;
		struct sample_random random = {.state = 200 + (uint64_t)i, .arena = &arena};
		struct oracle oracle;

		oracle_init(&oracle, codec, message);
		for (int k = 0; k < RANDOM_ROUNDS; k++) {
			union sample sample;

			sample_fill(&random, message, &sample);
			oracle_writes(&oracle, codec, message, &sample, &wire);
			we_read(codec, message, &wire, &sample, &arena);
			note_kind(message, &sample, &kinds);
		}
		oracle_release(&oracle);
	}
	assert_int_equal(kinds, EVERY_KIND);
	ll_arena_release(&arena);
	ll_buf_release(&wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_avro_reads_what_we_write),
		cmocka_unit_test(test_we_read_what_avro_writes),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
