/*
 * Messages ↔ C structs.
 *
 * Our own schemas (schemas/ *.avsc, built into the program) are parsed once. A message arrives as
 * Avro single-object encoding: C3 01, the CRC-64-AVRO fingerprint of the writer's schema, the body.
 * A decode plan (writer schema → flat list of operations → C struct) is made once for each writer
 * schema and is then read-only. Avro C never reads a message: see docs/adr.
 *
 * A codec is immutable after it is made, and safe for any number of threads. Nothing here blocks.
 */
#ifndef LL_CODEC_CODEC_H
#define LL_CODEC_CODEC_H

#include "base/arena.h"
#include "base/err.h"
#include "core/decision.h"
#include "core/event.h"

/* X(symbol, number, name, C struct, avro file): the top-level messages. */
#define LL_MESSAGES(X)                                                     \
	X(LIFE_EVENT, 0, "life-event", ll_life_event)                      \
	X(PERSON_REGISTERED, 1, "person-registered", ll_person_registered) \
	X(HOUSEHOLD_EVENT, 2, "household-event", ll_household_event)       \
	X(TASK, 3, "task", ll_task)                                        \
	X(RISK_CHANGE, 4, "risk-change", ll_risk_change)                   \
	X(ESCALATION, 5, "escalation", ll_escalation)                      \
	X(DEAD_LETTER, 6, "dead-letter", ll_dead_letter)                   \
	X(HELD_EVENT, 7, "held-event", ll_held_event)
enum ll_message {
#define LL_MESSAGE_ENUM(symbol, number, name, type) LL_MESSAGE_##symbol = number,
	LL_MESSAGES(LL_MESSAGE_ENUM)
#undef LL_MESSAGE_ENUM
		LL_MESSAGE_COUNT
};

/*
 * A dead letter is larger than what it holds: key and value at their limits, and all around them.
 * The value of a longer record cannot have been read by any stage; it is cut to LL_MESSAGE_MAX.
 */
#define LL_DEAD_LETTER_KEY_MAX 4096
#define LL_WIRE_MAX	       (LL_MESSAGE_MAX + 8192) /* bytes of an encoded message, any of them */

/* A record that a stage rejected, with its original bytes. */
struct ll_dead_letter {
	struct ll_str reason; /* ll_err_name */
	struct ll_str detail; /* may be empty; never personal data */
	struct ll_str stage;
	struct ll_origin origin;
	int64_t rejected_at_ms;
	struct ll_bytes key;
	struct ll_bytes value;
};

/* A life event whose person is not registered yet. The record's key is the event's hash. */
struct ll_held_event {
	struct ll_key person_key;
	struct ll_origin origin;
	struct ll_bytes value; /* the life event as published, with its wire header */
};

struct ll_codec;

/* Parses the built-in schemas; -LL_ERR_FATAL with the reason when they contradict the C structs. */
int ll_codec_new(struct ll_codec **ret_codec, struct ll_error *error);
void ll_codec_free(struct ll_codec *codec);

/* The self-contained JSON text of a built-in schema, and its fingerprint. */
struct ll_str ll_codec_schema_text(const struct ll_codec *codec, enum ll_message message);
uint64_t ll_codec_fingerprint(const struct ll_codec *codec, enum ll_message message);
const char *ll_message_name(enum ll_message message);
int ll_message_by_name(struct ll_str name); /* or -1 */

/*
 * Makes an older or foreign writer schema of this message readable; its fingerprint is then
 * accepted by decode. Only before the codec is shared between threads.
 * -LL_ERR_INVALID with the reason when the schemas cannot be resolved.
 */
int ll_codec_add_writer(struct ll_codec *codec, enum ll_message message, struct ll_str schema_json,
			struct ll_error *error);

/*
 * Reads one message into *ret_value, the C struct of the message. Strings and bytes borrow from
 * `wire`; arrays live in `arena`. Any bytes are safe. Limits of event.h hold; trailing bytes are an
 * error. -LL_ERR_UNDECODABLE, _UNKNOWN_SCHEMA, _TOO_LARGE, _BAD_UTF8, _OUT_OF_RANGE, _BAD_ENUM, …
 */
int ll_codec_decode(const struct ll_codec *codec, enum ll_message message, struct ll_bytes wire,
		    struct ll_arena *arena, void *ret_value);

/*
 * Is the value within the limits of its message? 0, or the error that decode would give. For
 * whoever makes values from outside: encode asserts it.
 */
int ll_codec_check(enum ll_message message, const void *value);

/* Appends the message with its wire header to *out. The value must be within the limits (assert). */
int ll_codec_encode(const struct ll_codec *codec, enum ll_message message, const void *value,
		    struct ll_buf *out);

/*
 * The road of enrich: appends a household event whose body is the life event in `life_event_wire`
 * (already decoded, so known to be valid), without taking it apart where its writer schema is ours.
 * `head` gives household_key, person_key, area and origin; its body is not looked at.
 */
int ll_codec_encode_enriched(const struct ll_codec *codec, const struct ll_household_event *head,
			     struct ll_bytes life_event_wire,
			     const struct ll_life_event *life_event, struct ll_buf *out);

/*
 * A message as JSON, for people and scripts: keys in hex, days as dates, enums by name.
 * Appends one line without a newline.
 */
int ll_codec_to_json(const struct ll_codec *codec, enum ll_message message, const void *value,
		     struct ll_buf *out);

#endif
