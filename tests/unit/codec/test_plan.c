/* Other writers: what resolves, what does not; and bytes that mean harm. */
#include "codec_test.h"

#include <string.h>

#include "codec/plan.h"
#include "codec/wire.h"

/* ---- a writer's schema and the bytes it writes ---- */

struct foreign {
	struct ll_codec *codec;
	struct ll_arena arena;
	struct ll_buf wire;
};

static void foreign_init(struct foreign *foreign)
{
	struct ll_error error = {0};

	foreign->codec = NULL;
	assert_int_equal(ll_codec_new(&foreign->codec, &error), 0);
	ll_arena_init(&foreign->arena, 0);
	ll_buf_init(&foreign->wire);
}

static void foreign_release(struct foreign *foreign)
{
	ll_codec_free(foreign->codec);
	ll_arena_release(&foreign->arena);
	ll_buf_release(&foreign->wire);
}

/* Makes the schema readable; the wire then begins with its header. */
static int foreign_writer(struct foreign *foreign, enum ll_message message, const char *json)
{
	struct ll_error error = {0};
	struct ll_schema *schema = NULL;
	int r = ll_codec_add_writer(foreign->codec, message, ll_str_from(json), &error);

	if (r < 0) {
		assert_true(error.message[0] != '\0');
		return r;
	}
	assert_int_equal(ll_schema_new(ll_str_from(json), &schema, &error), 0);
	ll_buf_clear(&foreign->wire);
	assert_int_equal(ll_buf_reserve(&foreign->wire, LL_WIRE_HEADER_SIZE), 0);
	ll_wire_header(schema->fingerprint, foreign->wire.data);
	foreign->wire.size = LL_WIRE_HEADER_SIZE;
	ll_schema_free(schema);
	return 0;
}

static void put_long(struct foreign *foreign, int64_t value)
{
	assert_int_equal(ll_buf_append_long(&foreign->wire, value), 0);
}

static void put_raw(struct foreign *foreign, const void *data, size_t size)
{
	assert_int_equal(ll_buf_append(&foreign->wire, data, size), 0);
}

static void put_string(struct foreign *foreign, const char *text)
{
	put_long(foreign, (int64_t)strlen(text));
	put_raw(foreign, text, strlen(text));
}

static void put_key(struct foreign *foreign, uint8_t byte)
{
	uint8_t key[LL_KEY_SIZE];

	memset(key, byte, sizeof(key));
	put_raw(foreign, key, sizeof(key));
}

static int decode(struct foreign *foreign, enum ll_message message, void *ret_value)
{
	return ll_codec_decode(foreign->codec, message, ll_buf_bytes(&foreign->wire),
			       &foreign->arena, ret_value);
}

#define KEY_TYPE "{\"type\":\"fixed\",\"name\":\"HouseholdKey\",\"size\":16}"

#define PERSON(fields)                                                                   \
	"{\"type\":\"record\",\"name\":\"PersonRegistered\",\"namespace\":\"lifeline\"," \
	"\"fields\":[" fields "]}"
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":" type "}"

/* ---- evolution ---- */

static void test_reordered_and_unknown_fields(void **state)
{
	struct foreign foreign;
	struct ll_person_registered person;

	(void)state;
	foreign_init(&foreign);
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_PERSON_REGISTERED,
			PERSON(FIELD("a", "\"int\"") "," FIELD("area", "\"string\"") "," FIELD(
				"b",
				"[\"null\",{\"type\":\"record\",\"name\":"
				"\"B\",\"fields\":["
				"{\"name\":\"x\",\"type\":\"double\"},"
				"{\"name\":\"y\",\"type\":{\"type\":\"map\","
				"\"values\":"
				"{\"type\":\"array\",\"items\":\"string\"}}}]"
				"}]") "," FIELD("household_key",
						KEY_TYPE) "," FIELD("c",
								    "{\"type"
								    "\":"
								    "\"array"
								    "\","
								    "\"items"
								    "\":"
								    "\"null\""
								    "}") "," FIELD("d",
										   "\"boolean"
										   "\"") "," FIELD("e",
												   "\"float\"") "," FIELD("f",
															  "\"bytes\""))),
		0);
	put_long(&foreign, -7);
	put_string(&foreign, "360502001001");
	put_long(&foreign, 1);
	put_raw(&foreign, "12345678", 8);
	put_long(&foreign, 2); /* two entries of the map */
	put_string(&foreign, "one");
	put_long(&foreign, 1);
	put_string(&foreign, "x");
	put_long(&foreign, 0);
	put_string(&foreign, "two");
	put_long(&foreign, -1); /* a block that tells its bytes */
	put_long(&foreign, 2);
	put_string(&foreign, "y");
	put_long(&foreign, 0);
	put_long(&foreign, 0);
	put_key(&foreign, 9);
	put_long(&foreign, INT64_MAX); /* items without bytes */
	put_long(&foreign, 0);
	put_raw(&foreign, "\1", 1);
	put_raw(&foreign, "1234", 4);
	put_string(&foreign, "tail");
	assert_int_equal(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person), 0);
	assert_true(ll_str_equal(person.area, LL_STR("360502001001")));
	assert_int_equal(person.household_key.bytes[15], 9);
	/* Every truncation of it is an error, and nothing worse. */
	for (size_t size = 0; size < foreign.wire.size; size++)
		assert_true(ll_codec_decode(foreign.codec, LL_MESSAGE_PERSON_REGISTERED,
					    (struct ll_bytes){foreign.wire.data, size},
					    &foreign.arena, &person) < 0);
	foreign_release(&foreign);
}

static void test_string_may_be_bytes_or_in_a_union(void **state)
{
	struct foreign foreign;
	struct ll_person_registered person;

	(void)state;
	foreign_init(&foreign);
	assert_int_equal(foreign_writer(&foreign, LL_MESSAGE_PERSON_REGISTERED,
					PERSON(FIELD("household_key", KEY_TYPE) "," FIELD(
						"area", "[\"null\",\"bytes\",\"string\"]"))),
			 0);
	put_key(&foreign, 1);
	put_long(&foreign, 1);
	put_string(&foreign, "360502001001");
	assert_int_equal(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person), 0);
	assert_int_equal(person.area.size, 12);
	/* The branch that is no text resolves only as long as nobody takes it. */
	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	put_key(&foreign, 1);
	put_long(&foreign, 0);
	assert_int_equal(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person),
			 -LL_ERR_UNDECODABLE);
	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	put_key(&foreign, 1);
	put_long(&foreign, 3);
	/* A whole message behind it: a jump astray would find it. */
	put_key(&foreign, 1);
	put_long(&foreign, 1);
	put_string(&foreign, "360502001001");
	assert_int_equal(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person),
			 -LL_ERR_UNDECODABLE);
	foreign_release(&foreign);
}

static void test_what_does_not_resolve_is_refused(void **state)
{
	static const char *const bad[] = {
		PERSON(FIELD("household_key", KEY_TYPE)),
		PERSON(FIELD("household_key", KEY_TYPE) "," FIELD("area", "\"int\"")),
		PERSON(FIELD("household_key", "\"bytes\"") "," FIELD("area", "\"string\"")),
		PERSON(FIELD("household_key", "{\"type\":\"fixed\",\"name\":\"HouseholdKey\","
					      "\"size\":15}") "," FIELD("area", "\"string\"")),
		PERSON(FIELD("household_key", "{\"type\":\"fixed\",\"name\":\"Key\",\"size\":"
					      "16}") "," FIELD("area", "\"string\"")),
		"{\"type\":\"record\",\"name\":\"Another\",\"fields\":[" FIELD(
			"household_key", KEY_TYPE) "," FIELD("area", "\"string\"") "]}",
		"\"string\"",
		"not JSON",
		/* a record in itself, to be passed over */
		PERSON(FIELD("household_key", KEY_TYPE) "," FIELD("area", "\"string\"") "," FIELD(
			"z", "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
			     "{\"name\":\"r\",\"type\":[\"null\",\"R\"]}]}")),
	};
	struct foreign foreign;

	(void)state;
	foreign_init(&foreign);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(foreign_writer(&foreign, LL_MESSAGE_PERSON_REGISTERED, bad[i]),
				 -LL_ERR_INVALID);
	foreign_release(&foreign);
}

#define LIFE_EVENT(revision, action, payload)                                                \
	"{\"type\":\"record\",\"name\":\"LifeEvent\",\"namespace\":\"lifeline\",\"fields\":" \
	"[" FIELD("event_id", "\"string\"") "," revision                                     \
		FIELD("source", "\"string\"") "," FIELD("occurred_on", "\"int\"") "," FIELD( \
			"reported_at_ms",                                                    \
			"\"long\"") "," FIELD("subject",                                     \
					      "{\"type\":\"record\",\"name\":"               \
					      "\"AreaSubject\",\"fields\":["                 \
					      "{\"name\":\"area\",\"type\":\"string\"}"      \
					      "]}") "," action FIELD("payload", payload) "]}"

static void put_life_event_head(struct foreign *foreign)
{
	put_string(foreign, "id");
	put_string(foreign, "source");
	put_long(foreign, 20000);
	put_long(foreign, 1700000000000);
	put_string(foreign, "3605");
}

static void test_defaults_and_a_union_of_one(void **state)
{
	struct foreign foreign;
	struct ll_life_event event;

	(void)state;
	foreign_init(&foreign);
	/* No revision, no action; a subject and a payload that are not unions; a benefit of one field. */
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_LIFE_EVENT,
			LIFE_EVENT("", "",
				   "{\"type\":\"record\",\"name\":\"JobLoss\",\"fields\":[]}")),
		0);
	put_life_event_head(&foreign);
	memset(&event, 0xff, sizeof(event));
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_int_equal(event.revision, 0);
	assert_int_equal(event.action, LL_ACTION_REPORT);
	assert_int_equal(event.subject.type, LL_SUBJECT_AREA);
	assert_true(ll_str_equal(event.subject.area, LL_STR("3605")));
	assert_int_equal(event.payload.kind, LL_EVENT_JOB_LOSS);
	assert_false(event.payload.job_loss.monthly_wage_fen.known);
	assert_int_equal(event.payload.job_loss.reason, LL_JOB_LOSS_UNKNOWN);
	foreign_release(&foreign);
}

static void test_promotions_and_other_unions(void **state)
{
	struct foreign foreign;
	struct ll_life_event event;

	(void)state;
	foreign_init(&foreign);
	/* int for long; a plain number for null or long; long before null. */
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_LIFE_EVENT,
			LIFE_EVENT(
				"", "",
				"[{\"type\":\"record\",\"name\":\"Hospitalisation\",\"fields\":["
				"{\"name\":\"own_share_fen\",\"type\":\"int\"},"
				"{\"name\":\"total_fen\",\"type\":\"int\"},"
				"{\"name\":\"reimbursed_fen\",\"type\":\"long\"}]},"
				"{\"type\":\"record\",\"name\":\"Employed\",\"fields\":["
				"{\"name\":\"monthly_wage_fen\",\"type\":[\"long\",\"null\"]}]},"
				"{\"type\":\"record\",\"name\":\"FloodDamage\",\"fields\":["
				"{\"name\":\"loss_fen\",\"type\":[\"string\",\"int\",\"null\"]}]},"
				"{\"type\":\"record\",\"name\":\"Unheard\",\"fields\":[]}]")),
		0);
	put_life_event_head(&foreign);
	put_long(&foreign, 0);
	put_long(&foreign, 5);
	put_long(&foreign, 9);
	put_long(&foreign, 4);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_true(event.payload.hospitalisation.own_share_fen.known);
	assert_int_equal(event.payload.hospitalisation.own_share_fen.value, 5);
	assert_int_equal(event.payload.hospitalisation.total_fen, 9);
	assert_int_equal(event.payload.hospitalisation.reimbursed_fen, 4);

	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	put_life_event_head(&foreign);
	put_long(&foreign, 1);
	put_long(&foreign, 0);
	put_long(&foreign, 77);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_int_equal(event.payload.kind, LL_EVENT_EMPLOYED);
	assert_true(event.payload.employed.monthly_wage_fen.known);
	assert_int_equal(event.payload.employed.monthly_wage_fen.value, 77);
	foreign.wire.size -= 3;
	put_long(&foreign, 1);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_false(event.payload.employed.monthly_wage_fen.known);

	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	put_life_event_head(&foreign);
	put_long(&foreign, 2);
	put_long(&foreign, 1);
	put_long(&foreign, 3);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_int_equal(event.payload.flood_damage.loss_fen.value, 3);
	foreign.wire.size -= 2;
	put_long(&foreign, 0);
	put_string(&foreign, "three");
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_UNDECODABLE);

	/* A kind of event that only a later version knows. */
	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	put_life_event_head(&foreign);
	put_long(&foreign, 3);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), -LL_ERR_BAD_ENUM);
	foreign_release(&foreign);
}

static int decode_symbol(struct foreign *foreign, int64_t symbol, struct ll_life_event *ret_event)
{
	foreign->wire.size = LL_WIRE_HEADER_SIZE;
	put_life_event_head(foreign);
	put_long(foreign, symbol);
	put_long(foreign, symbol);
	return decode(foreign, LL_MESSAGE_LIFE_EVENT, ret_event);
}

static void test_symbols_go_by_name(void **state)
{
	struct foreign foreign;
	struct ll_life_event event;

	(void)state;
	foreign_init(&foreign);
	/* Action has no default for foreign symbols, JobLossReason has. */
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_LIFE_EVENT,
			LIFE_EVENT("",
				   FIELD("action",
					 "{\"type\":\"enum\",\"name\":\"Action\",\"symbols\":["
					 "\"RETRACT\",\"REPORT\",\"ANNUL\"]}") ",",
				   "{\"type\":\"record\",\"name\":\"JobLoss\",\"fields\":["
				   "{\"name\":\"reason\",\"type\":{\"type\":\"enum\",\"name\":"
				   "\"JobLossReason\",\"symbols\":[\"RESIGNED\",\"ILLNESS\",\"X\"]}"
				   "}]}")),
		0);
	assert_int_equal(decode_symbol(&foreign, 0, &event), 0);
	assert_int_equal(event.action, LL_ACTION_RETRACT);
	assert_int_equal(event.payload.job_loss.reason, LL_JOB_LOSS_UNKNOWN);
	assert_int_equal(decode_symbol(&foreign, 1, &event), 0);
	assert_int_equal(event.action, LL_ACTION_REPORT);
	assert_int_equal(event.payload.job_loss.reason, LL_JOB_LOSS_ILLNESS);
	assert_int_equal(decode_symbol(&foreign, 2, &event), -LL_ERR_BAD_ENUM);
	assert_int_equal(decode_symbol(&foreign, 3, &event), -LL_ERR_BAD_ENUM);
	foreign_release(&foreign);
}

static void test_symbols_of_another_order(void **state)
{
	struct foreign foreign;
	struct ll_life_event event;

	(void)state;
	foreign_init(&foreign);
	/* As many symbols as ours, so that only their order tells. */
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_LIFE_EVENT,
			LIFE_EVENT("",
				   FIELD("action", "{\"type\":\"enum\",\"name\":\"Action\","
						   "\"symbols\":[\"RETRACT\",\"REPORT\"]}") ",",
				   "{\"type\":\"record\",\"name\":\"SchoolDropout\","
				   "\"fields\":[{\"name\":\"stage\",\"type\":{\"type\":"
				   "\"enum\",\"name\":\"SchoolStage\",\"symbols\":["
				   "\"NON_COMPULSORY\",\"COMPULSORY\"]}}]}")),
		0);
	assert_int_equal(decode_symbol(&foreign, 0, &event), 0);
	assert_int_equal(event.action, LL_ACTION_RETRACT);
	assert_int_equal(event.payload.school_dropout.stage, LL_SCHOOL_NON_COMPULSORY);
	assert_int_equal(decode_symbol(&foreign, 1, &event), 0);
	assert_int_equal(event.action, LL_ACTION_REPORT);
	assert_int_equal(event.payload.school_dropout.stage, LL_SCHOOL_COMPULSORY);
	foreign_release(&foreign);
}

static void test_enriched_from_another_writer(void **state)
{
	struct foreign foreign;
	struct ll_life_event event;
	struct ll_household_event head = {.household_key = {{1}}, .area = LL_STR("36")};
	struct ll_household_event out;
	struct ll_buf enriched;

	(void)state;
	foreign_init(&foreign);
	ll_buf_init(&enriched);
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_LIFE_EVENT,
			LIFE_EVENT("", "",
				   "{\"type\":\"record\",\"name\":\"JobLoss\",\"fields\":[]}")),
		0);
	put_life_event_head(&foreign);
	assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &event), 0);
	assert_int_equal(ll_codec_encode_enriched(foreign.codec, &head, ll_buf_bytes(&foreign.wire),
						  &event, &enriched),
			 0);
	assert_int_equal(ll_codec_decode(foreign.codec, LL_MESSAGE_HOUSEHOLD_EVENT,
					 ll_buf_bytes(&enriched), &foreign.arena, &out),
			 0);
	assert_true(
		sample_equal(ll_field_record_of(LL_MESSAGE_LIFE_EVENT), &event, &out.life_event));
	ll_buf_release(&enriched);
	foreign_release(&foreign);
}

static void test_writers_are_bounded(void **state)
{
	struct foreign foreign;
	int added = 0;
	char json[512];
	int r;

	(void)state;
	foreign_init(&foreign);
	do {
		snprintf(json, sizeof(json),
			 PERSON(FIELD("household_key", KEY_TYPE) "," FIELD(
				 "area", "\"string\"") "," FIELD("x%d", "\"int\"")),
			 added);
		r = foreign_writer(&foreign, LL_MESSAGE_PERSON_REGISTERED, json);
		added += r == 0;
	} while (r == 0 && added < 1000);
	assert_int_equal(r, -LL_ERR_INVALID);
	assert_int_equal(added, 63);
	/* One that is known already is no new one. */
	snprintf(json, sizeof(json),
		 PERSON(FIELD("household_key", KEY_TYPE) "," FIELD("area", "\"string\"") "," FIELD(
			 "x%d", "\"int\"")),
		 0);
	assert_int_equal(foreign_writer(&foreign, LL_MESSAGE_PERSON_REGISTERED, json), 0);
	foreign_release(&foreign);
}

/* ---- harm ---- */

static void test_nested_plan_is_bounded(void **state)
{
	struct foreign foreign;
	struct ll_buf json;

	(void)state;
	foreign_init(&foreign);
	ll_buf_init(&json);
	assert_int_equal(ll_buf_append_str(&json, "{\"type\":\"record\",\"name\":"
						  "\"PersonRegistered\",\"fields\":["
						  "{\"name\":\"z\",\"type\":"),
			 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ll_buf_append_str(&json, "{\"type\":\"array\",\"items\":"), 0);
	assert_int_equal(ll_buf_append_str(&json, "\"int\""), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ll_buf_append_str(&json, "}"), 0);
	assert_int_equal(ll_buf_append_str(&json, "}," FIELD("household_key", KEY_TYPE) "," FIELD(
							  "area", "\"string\"") "]}"),
			 0);
	assert_int_equal(ll_buf_append(&json, "", 1), 0);
	assert_int_equal(
		foreign_writer(&foreign, LL_MESSAGE_PERSON_REGISTERED, (const char *)json.data),
		-LL_ERR_INVALID);
	ll_buf_release(&json);
	foreign_release(&foreign);
}

static void test_deep_message_of_a_legal_plan(void **state)
{
	struct foreign foreign;
	struct ll_person_registered person;

	(void)state;
	foreign_init(&foreign);
	/* Twelve arrays in each other: each frame of the machine is used and given back. */
	assert_int_equal(
		foreign_writer(
			&foreign, LL_MESSAGE_PERSON_REGISTERED,
			PERSON(FIELD("z",
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":"
				     "\"int\"}}}}}}}}}}}}") "," FIELD("household_key",
								      KEY_TYPE) "," FIELD("area",
											  "\"string"
											  "\""))),
		0);
	for (int i = 0; i < 12; i++)
		put_long(&foreign, 1);
	put_long(&foreign, 17);
	for (int i = 0; i < 12; i++)
		put_long(&foreign, 0);
	put_key(&foreign, 3);
	put_string(&foreign, "360502001001");
	assert_int_equal(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person), 0);
	foreign.wire.size = LL_WIRE_HEADER_SIZE;
	for (int i = 0; i < 100000; i++)
		put_long(&foreign, 1);
	assert_true(decode(&foreign, LL_MESSAGE_PERSON_REGISTERED, &person) < 0);
	foreign_release(&foreign);
}

/* Any truncation is an error; any changed byte is read or refused, and never more. */
static void mistreat(const struct ll_codec *codec, enum ll_message message,
		     const struct ll_buf *wire, struct ll_arena *arena)
{
	union sample out;
	uint8_t *copy;

	for (size_t size = 0; size < wire->size; size++) {
		/* A copy of just the size, so that a byte read behind it is seen. */
		copy = malloc(size ? size : 1);
		assert_non_null(copy);
		memcpy(copy, wire->data, size);
		assert_true(ll_codec_decode(codec, message, (struct ll_bytes){copy, size}, arena,
					    &out) < 0);
		free(copy);
	}
	copy = malloc(wire->size);
	assert_non_null(copy);
	memcpy(copy, wire->data, wire->size);
	for (size_t at = LL_WIRE_HEADER_SIZE; at < wire->size; at++) {
		static const uint8_t flips[] = {0x01, 0x02, 0x7f, 0x80, 0xff};

		for (size_t k = 0; k < sizeof(flips); k++) {
			copy[at] ^= flips[k];
			if (ll_codec_decode(codec, message, (struct ll_bytes){copy, wire->size},
					    arena, &out) == 0)
				assert_int_equal(ll_codec_check(message, &out), 0);
			copy[at] ^= flips[k];
		}
		ll_arena_clear(arena);
	}
	free(copy);
}

static void test_truncated_and_changed_messages(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena values;
	struct ll_arena arena;
	struct ll_buf wire;

	ll_arena_init(&values, 0);
	ll_arena_init(&arena, 0);
	ll_buf_init(&wire);
	for (int i = 0; i < LL_MESSAGE_COUNT; i++) {
		enum ll_message message = (enum ll_message)i;
		struct sample_random random = {.state = 300 + (uint64_t)i, .arena = &values};

		for (int k = 0; k < 12; k++) {
			union sample sample;

			do {
				ll_buf_clear(&wire);
				ll_arena_clear(&values);
				sample_fill(&random, message, &sample);
				assert_int_equal(ll_codec_encode(codec, message, &sample, &wire),
						 0);
			} while (wire.size > 2000);
			mistreat(codec, message, &wire, &arena);
		}
	}
	ll_buf_release(&wire);
	ll_arena_release(&arena);
	ll_arena_release(&values);
}

/* A household event of our own schema up to the list of members. */
static void begin_household(struct foreign *foreign)
{
	foreign->wire.size = 0;
	assert_int_equal(ll_buf_reserve(&foreign->wire, LL_WIRE_HEADER_SIZE), 0);
	ll_wire_header(ll_codec_fingerprint(foreign->codec, LL_MESSAGE_HOUSEHOLD_EVENT),
		       foreign->wire.data);
	foreign->wire.size = LL_WIRE_HEADER_SIZE;
	put_key(foreign, 1);
	put_key(foreign, 0);
	put_string(foreign, "");
	put_string(foreign, "");
	put_long(foreign, 0);
	put_long(foreign, 0);
	put_long(foreign, 0);
	put_long(foreign, LL_BODY_HOUSEHOLD_REGISTERED);
	put_string(foreign, "360502001001");
	put_long(foreign, 0);
	put_raw(foreign, "\0", 1);
	put_long(foreign, 0);
	put_long(foreign, 0);
	put_long(foreign, 0);
	put_raw(foreign, "\0", 1);
}

static void put_member(struct foreign *foreign, int number)
{
	put_key(foreign, (uint8_t)number);
	put_long(foreign, number);
	put_raw(foreign, "\1\0\1", 3);
}

static void test_claimed_sizes(void **state)
{
	static const int64_t counts[] = {65, 1000000000, INT64_MAX, -65, -INT64_MAX};
	struct foreign foreign;
	struct ll_household_event out;

	(void)state;
	foreign_init(&foreign);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		begin_household(&foreign);
		put_long(&foreign, counts[i]);
		if (counts[i] < 0)
			put_long(&foreign, 0);
		assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out),
				 -LL_ERR_TOO_MANY_MEMBERS);
	}
	begin_household(&foreign);
	put_long(&foreign, INT64_MIN);
	put_long(&foreign, 0);
	assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out), -LL_ERR_UNDECODABLE);
	begin_household(&foreign);
	put_long(&foreign, -1);
	put_long(&foreign, 1000000); /* a block larger than the message */
	assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out), -LL_ERR_UNDECODABLE);
	begin_household(&foreign);
	put_long(&foreign, -1);
	put_long(&foreign, -1);
	assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out), -LL_ERR_UNDECODABLE);
	foreign_release(&foreign);
}

static void test_members_in_many_blocks(void **state)
{
	struct foreign foreign;
	struct ll_household_event out;

	(void)state;
	foreign_init(&foreign);
	begin_household(&foreign);
	for (int i = 0; i < LL_MEMBERS_MAX; i++) {
		put_long(&foreign, 1);
		put_member(&foreign, i);
	}
	put_long(&foreign, 0);
	assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out), 0);
	assert_int_equal(out.household_registered.member_count, LL_MEMBERS_MAX);
	for (int i = 0; i < LL_MEMBERS_MAX; i++) {
		const struct ll_member *member = &out.household_registered.members[i];

		assert_int_equal(member->born_on, i);
		assert_int_equal(member->person_key.bytes[15], i);
		assert_true(member->resident && !member->labour && member->in_school);
	}
	/* One more, in a block of its own. */
	foreign.wire.size--;
	put_long(&foreign, 1);
	put_member(&foreign, 64);
	put_long(&foreign, 0);
	assert_int_equal(decode(&foreign, LL_MESSAGE_HOUSEHOLD_EVENT, &out),
			 -LL_ERR_TOO_MANY_MEMBERS);
	foreign_release(&foreign);
}

static void test_claimed_text(void **state)
{
	static const int64_t sizes[] = {-1, INT64_MIN, INT64_MAX, 1 << 28, 5};
	struct foreign foreign;
	struct ll_life_event out;

	(void)state;
	foreign_init(&foreign);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		foreign.wire.size = 0;
		assert_int_equal(ll_buf_reserve(&foreign.wire, LL_WIRE_HEADER_SIZE), 0);
		ll_wire_header(ll_codec_fingerprint(foreign.codec, LL_MESSAGE_LIFE_EVENT),
			       foreign.wire.data);
		foreign.wire.size = LL_WIRE_HEADER_SIZE;
		put_long(&foreign, sizes[i]);
		put_raw(&foreign, "four", 4);
		assert_int_equal(decode(&foreign, LL_MESSAGE_LIFE_EVENT, &out),
				 -LL_ERR_UNDECODABLE);
	}
	foreign_release(&foreign);
}

static void test_random_bytes(void **state)
{
	const struct ll_codec *codec = *state;
	struct ll_arena arena;
	struct sample_random random = {.state = 400, .arena = &arena};

	ll_arena_init(&arena, 0);
	for (int i = 0; i < 20000; i++) {
		enum ll_message message = (enum ll_message)(i % LL_MESSAGE_COUNT);
		uint8_t wire[64];
		size_t size = LL_WIRE_HEADER_SIZE + sample_below(&random, 54);
		union sample out;

		ll_wire_header(ll_codec_fingerprint(codec, message), wire);
		for (size_t at = LL_WIRE_HEADER_SIZE; at < size; at++)
			wire[at] = (uint8_t)sample_below(&random, i % 3 ? 8 : 256);
		if (ll_codec_decode(codec, message, (struct ll_bytes){wire, size}, &arena, &out) ==
		    0)
			assert_int_equal(ll_codec_check(message, &out), 0);
		ll_arena_clear(&arena);
	}
	ll_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reordered_and_unknown_fields),
		cmocka_unit_test(test_string_may_be_bytes_or_in_a_union),
		cmocka_unit_test(test_what_does_not_resolve_is_refused),
		cmocka_unit_test(test_defaults_and_a_union_of_one),
		cmocka_unit_test(test_promotions_and_other_unions),
		cmocka_unit_test(test_symbols_go_by_name),
		cmocka_unit_test(test_symbols_of_another_order),
		cmocka_unit_test(test_enriched_from_another_writer),
		cmocka_unit_test(test_writers_are_bounded),
		cmocka_unit_test(test_nested_plan_is_bounded),
		cmocka_unit_test(test_deep_message_of_a_legal_plan),
		cmocka_unit_test(test_truncated_and_changed_messages),
		cmocka_unit_test(test_claimed_sizes),
		cmocka_unit_test(test_members_in_many_blocks),
		cmocka_unit_test(test_claimed_text),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, codec_setup, codec_teardown);
}
