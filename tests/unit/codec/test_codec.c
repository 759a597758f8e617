#include "codec_test.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "codec/wire.h"

#define KEY_OF(byte_)                                                                          \
	{                                                                                      \
		{                                                                              \
			(byte_), (byte_), (byte_), (byte_), (byte_), (byte_), (byte_), (byte_) \
		}                                                                              \
	}

static struct ll_life_event stay(void)
{
	return (struct ll_life_event){
		.event_id = LL_STR("stay-1"),
		.revision = 2,
		.source = LL_STR("medical-insurance"),
		.occurred_on = ll_day_from_date(2025, 1, 2),
		.reported_at_ms = 1735800000123,
		.subject = {.type = LL_SUBJECT_PERSON, .key = KEY_OF(7)},
		.payload = {.kind = LL_EVENT_HOSPITALISATION,
			    .hospitalisation = {.total_fen = 800000,
						.reimbursed_fen = 300000,
						.own_share_fen = {true, 500000}}},
	};
}

static struct ll_household_event log_record(void)
{
	return (struct ll_household_event){
		.household_key = KEY_OF(9),
		.person_key = KEY_OF(7),
		.area = LL_STR("360502001001"),
		.origin = {LL_STR("life-events.medical-insurance"), 3, 42, 1735800000200},
		.body = LL_BODY_LIFE_EVENT,
		.life_event = stay(),
	};
}

static int decode_life_event(const struct ll_codec *codec, const struct ll_buf *wire,
			     struct ll_life_event *ret_event)
{
	struct ll_arena arena;
	int r;

	ll_arena_init(&arena, 0);
	r = ll_codec_decode(codec, LL_MESSAGE_LIFE_EVENT, ll_buf_bytes(wire), &arena, ret_event);
	ll_arena_release(&arena);
	return r;
}

static void test_every_message_survives_a_round_trip(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_buf wire;
	struct ll_arena arena;

	ll_buf_init(&wire);
	ll_arena_init(&arena, 0);
	for (int message = 0; message < LL_MESSAGE_COUNT; message++) {
		struct sample_random random = {.state = (uint64_t)message, .arena = &arena};

		for (int i = 0; i < RANDOM_ROUNDS; i++) {
			union sample in;
			union sample out;

			ll_arena_clear(&arena);
			ll_buf_clear(&wire);
			sample_fill(&random, (enum ll_message)message, &in);
			assert_int_equal(ll_codec_check((enum ll_message)message, &in), 0);
			assert_int_equal(
				ll_codec_encode(codec, (enum ll_message)message, &in, &wire), 0);
			assert_int_equal(ll_codec_decode(codec, (enum ll_message)message,
							 ll_buf_bytes(&wire), &arena, &out),
					 0);
			assert_true(sample_equal(ll_field_record_of((enum ll_message)message), &in,
						 &out));
		}
	}
	ll_arena_release(&arena);
	ll_buf_release(&wire);
}

static void test_random_values_have_every_kind(void **state)
{
	unsigned int kinds = 0;
	unsigned int bodies = 0;
	struct ll_arena arena;
	struct sample_random random = {.state = 1, .arena = &arena};

	(void)state;
	ll_arena_init(&arena, 0);
	for (int i = 0; i < RANDOM_ROUNDS; i++) {
		union sample sample;

		sample_fill(&random, LL_MESSAGE_LIFE_EVENT, &sample);
		kinds |= 1u << sample.LIFE_EVENT.payload.kind;
		sample_fill(&random, LL_MESSAGE_HOUSEHOLD_EVENT, &sample);
		bodies |= 1u << sample.HOUSEHOLD_EVENT.body;
	}
	ll_arena_release(&arena);
	assert_int_equal(kinds, (1u << LL_EVENT_KIND_COUNT) - 1);
	assert_int_equal(bodies, (1u << LL_BODY_COUNT) - 1);
}

static void test_enriched_is_what_encode_would_write(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_household_event event = log_record();
	struct ll_household_event head = event;
	struct ll_buf inner;
	struct ll_buf whole;
	struct ll_buf enriched;

	ll_buf_init(&inner);
	ll_buf_init(&whole);
	ll_buf_init(&enriched);
	memset(&head.life_event, 0xee, sizeof(head.life_event));
	head.body = LL_BODY_COUNT;
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_LIFE_EVENT, &event.life_event, &inner),
			 0);
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_HOUSEHOLD_EVENT, &event, &whole), 0);
	assert_int_equal(ll_codec_encode_enriched(codec, &head, ll_buf_bytes(&inner),
						  &event.life_event, &enriched),
			 0);
	assert_int_equal(enriched.size, whole.size);
	assert_memory_equal(enriched.data, whole.data, whole.size);
	ll_buf_release(&inner);
	ll_buf_release(&whole);
	ll_buf_release(&enriched);
}

static void test_header_is_checked(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_life_event event = stay();
	struct ll_life_event untouched;
	struct ll_life_event out;
	struct ll_buf wire;

	ll_buf_init(&wire);
	memset(&untouched, 0x5a, sizeof(untouched));
	out = untouched;
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_UNDECODABLE);
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_LIFE_EVENT, &event, &wire), 0);
	wire.data[0] ^= 1;
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_UNDECODABLE);
	wire.data[0] ^= 1;
	wire.data[5] ^= 1;
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_UNKNOWN_SCHEMA);
	wire.data[5] ^= 1;
	assert_int_equal(ll_buf_append(&wire, "", 1), 0);
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_UNDECODABLE);
	assert_memory_equal(&out, &untouched, sizeof(out));
	wire.size--;
	assert_int_equal(decode_life_event(codec, &wire, &out), 0);
	assert_int_equal(out.payload.hospitalisation.own_share_fen.value, 500000);
	ll_buf_release(&wire);
}

static void test_message_is_bounded(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_life_event out;
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_buf_reserve(&wire, LL_MESSAGE_MAX + 1), 0);
	memset(wire.data, 0, LL_MESSAGE_MAX + 1);
	wire.size = LL_MESSAGE_MAX + 1;
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_TOO_LARGE);
	wire.size = LL_MESSAGE_MAX;
	assert_int_equal(decode_life_event(codec, &wire, &out), -LL_ERR_UNDECODABLE);
	ll_buf_release(&wire);
}

static void test_largest_dead_letter_fits(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena arena;
	struct ll_buf wire;
	struct ll_dead_letter out;
	uint8_t *value;
	struct ll_dead_letter letter = {.reason = LL_STR("undecodable"),
					.stage = LL_STR("enrich"),
					.origin = {LL_STR("life-events.x"), 0, 1, 2}};

	ll_arena_init(&arena, 0);
	ll_buf_init(&wire);
	value = ll_arena_calloc(&arena, LL_MESSAGE_MAX, 1);
	letter.value = (struct ll_bytes){value, LL_MESSAGE_MAX};
	letter.key = (struct ll_bytes){value, LL_DEAD_LETTER_KEY_MAX};
	assert_int_equal(ll_codec_encode(codec, LL_MESSAGE_DEAD_LETTER, &letter, &wire), 0);
	assert_true(wire.size <= LL_WIRE_MAX);
	assert_int_equal(
		ll_codec_decode(codec, LL_MESSAGE_DEAD_LETTER, ll_buf_bytes(&wire), &arena, &out),
		0);
	assert_int_equal(out.value.size, LL_MESSAGE_MAX);
	ll_buf_release(&wire);
	ll_arena_release(&arena);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < LL_MESSAGE_COUNT; i++)
		assert_int_equal(
			ll_message_by_name(ll_str_from(ll_message_name((enum ll_message)i))), i);
	assert_int_equal(ll_message_by_name(LL_STR("lifeevent")), -1);
	assert_string_equal(ll_message_name(LL_MESSAGE_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_message_survives_a_round_trip),
		cmocka_unit_test(test_random_values_have_every_kind),
		cmocka_unit_test(test_enriched_is_what_encode_would_write),
		cmocka_unit_test(test_header_is_checked),
		cmocka_unit_test(test_message_is_bounded),
		cmocka_unit_test(test_largest_dead_letter_fits),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
