/*
 * lifeline deadletters replay: originals go back to the topics that they came from. One record each by
 * an idempotent producer, as `lifeline tasks` does: it needs no transaction, holds no reader back, and
 * what fails half-way is sent again by the next run.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "cli/key_table.h"
#include "deadletters.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define CLIENT	    "lifeline-deadletters"
#define FLUSH_MS    60000
#define POLL_MS	    10
#define REASONS_MAX 256 /* error numbers; those that dead letters can have are far below */

/* What became of the letters that the filter fits. */
struct counts {
	int64_t fitting;
	int64_t sent; /* with --dry-run: would be */
	int64_t same; /* the same original as one that was sent */
	int64_t cut;  /* the letter does not hold all of the original */
	int64_t foreign;
	int64_t unreadable;
	int64_t failed; /* told by the broker */
	int64_t by_reason[REASONS_MAX];
};

struct replay {
	const char *stage; /* or NULL: both */
	struct ll_letter_filter filter;
	bool dry_run;
	bool json;

	struct ll_codec *codec;
	struct ll_bus *bus;
	struct ll_producer *producer;
	struct ll_arena arena;
	struct ll_buf scratch;
	struct ll_key_table originals;
	struct counts counts;
	struct ll_error error; /* of the producer */
};

static const char *const stages[] = {"enrich", "assess"};
#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

/* ---- one letter -------------------------------------------------------------------------------- */

/* Who published it: by its topic, or, where assess rejected it, by what enrich wrote down. */
static struct ll_str department_of(struct replay *replay, const struct ll_dead_letter *letter)
{
	struct ll_str department = ll_letter_department(letter->origin.topic);
	struct ll_household_event event;

	if (department.size > 0 || ll_codec_decode(replay->codec, LL_MESSAGE_HOUSEHOLD_EVENT,
						   letter->value, &replay->arena, &event))
		return department;
	return ll_letter_department(event.origin.topic);
}

static int is_first(struct replay *replay, const struct ll_dead_letter *letter, bool *ret_first)
{
	const struct ll_bytes parts[] = {
		{(const uint8_t *)letter->origin.topic.data, letter->origin.topic.size},
		letter->key,
		letter->value};
	struct ll_key_entry *entry;
	struct ll_key hash;
	int err = 0;

	ll_buf_clear(&replay->scratch);
	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++) {
		err = ll_buf_append_long(&replay->scratch, (int64_t)parts[i].size);
		if (!err)
			err = ll_buf_append(&replay->scratch, parts[i].data, parts[i].size);
	}
	if (err)
		return err;
	ll_hash128(replay->scratch.data, replay->scratch.size, &hash);
	err = ll_key_table_put(&replay->originals, &hash, &entry);
	if (err)
		return err;
	*ret_first = entry->value == 0;
	entry->value = 1;
	return 0;
}

static int send(struct replay *replay, const struct ll_outgoing *outgoing)
{
	int err;

	if (replay->dry_run)
		return 0;
	while ((err = ll_producer_send(replay->producer, outgoing, &replay->error)) == -LL_ERR_FULL)
		ll_producer_poll(replay->producer, POLL_MS);
	return err;
}

/* Its error number; 0: a name of none. */
static int reason_of(const struct ll_dead_letter *letter)
{
	char name[LL_NAME_MAX + 1];
	int number;

	snprintf(name, sizeof(name), "%.*s", LL_STR_ARG(letter->reason));
	number = ll_err_by_name(name);
	return number < REASONS_MAX ? number : 0;
}

static int send_back(struct replay *replay, const struct ll_dead_letter *letter,
		     struct ll_str stage)
{
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_outgoing outgoing = {
		.topic = topic,
		.key = letter->key,
		.value = letter->value,
		/* The books must not take it for an event that was enriched twice. */
		.hops = ll_str_equal(stage, LL_STR("assess")) ? LL_HOPS_REPLAYED : 0,
	};
	bool first = false;
	int err = ll_letter_way_back(letter, stage, topic, &outgoing.partition);

	if (err == -LL_ERR_TOO_LARGE || err == -LL_ERR_UNSUPPORTED) {
		replay->counts.cut += err == -LL_ERR_TOO_LARGE;
		replay->counts.foreign += err == -LL_ERR_UNSUPPORTED;
		return 0;
	}
	if (!err)
		err = is_first(replay, letter, &first);
	if (!err && !first) {
		replay->counts.same++;
		return 0;
	}
	if (!err)
		err = send(replay, &outgoing);
	if (err)
		return err;
	replay->counts.by_reason[reason_of(letter)]++;
	replay->counts.sent++;
	return 0;
}

static int take_letter(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct replay *replay = context;
	struct ll_dead_letter letter;
	struct ll_str stage = LL_STR("");

	(void)scan;
	(void)part;
	ll_arena_clear(&replay->arena);
	if (ll_codec_decode(replay->codec, LL_MESSAGE_DEAD_LETTER, record->value, &replay->arena,
			    &letter)) {
		replay->counts.unreadable++;
		return 0;
	}
	if (!ll_letter_fits(&replay->filter, &letter, department_of(replay, &letter)))
		return 0;
	replay->counts.fitting++;
	(void)ll_topic_of(record->topic, &stage);
	return send_back(replay, &letter, stage);
}

/* ---- all of them ------------------------------------------------------------------------------- */

static int add_topics(const struct replay *replay, struct ll_scan *scan, struct ll_error *error)
{
	char topic[LL_TOPIC_NAME_MAX];
	int err = 0;

	for (size_t i = 0; !err && i < STAGE_COUNT; i++) {
		if (replay->stage && strcmp(replay->stage, stages[i]) != 0)
			continue;
		err = ll_topic_name(LL_TOPIC_DEAD_LETTERS, ll_str_from(stages[i]), topic);
		if (!err)
			err = ll_scan_add_topic(scan, topic, error);
	}
	/* A letter is written after it was rejected, so nothing older than `since` is missed. */
	if (!err && replay->filter.since_ms > 0)
		err = ll_scan_since(scan, replay->filter.since_ms, error);
	return err;
}

static void send_failed(void *context, const char *topic, struct ll_bytes key, int err)
{
	struct replay *replay = context;

	(void)topic;
	(void)key;
	(void)err;
	replay->counts.failed++;
}

/* The scan's end is fixed before the first is sent, so what is rejected again is not met here. */
static int replay_letters(struct replay *replay, struct ll_error *error)
{
	const struct ll_producer_options options = {
		.instance = CLIENT, .failed = send_failed, .failed_context = replay};
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(replay->bus, CLIENT, &scan, error);

	if (!err)
		err = add_topics(replay, scan, error);
	if (!err && !replay->dry_run)
		err = ll_producer_new(replay->bus, &options, &replay->producer, error);
	if (!err) {
		err = ll_scan_run(scan, take_letter, replay, error);
		if (err && error->message[0] == '\0')
			*error = replay->error;
	}
	ll_scan_free(scan);
	/* Also after an error: what was sent is counted, and must be there. */
	if (replay->producer) {
		int flushed = ll_producer_flush(replay->producer, FLUSH_MS, err ? NULL : error);

		err = err ? err : flushed;
	}
	return err;
}

/* ---- telling ----------------------------------------------------------------------------------- */

static int print_json(const struct replay *replay)
{
	const struct counts *counts = &replay->counts;
	json_t *reasons = json_object();
	json_t *object;

	for (int i = 0; i < REASONS_MAX; i++)
		if (counts->by_reason[i] > 0)
			json_object_set_new(reasons, i ? ll_err_name(i) : "other",
					    json_integer(counts->by_reason[i]));
	object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "fitting",
			   (json_int_t)counts->fitting, "sent", (json_int_t)counts->sent, "same",
			   (json_int_t)counts->same, "cut", (json_int_t)counts->cut, "foreign",
			   (json_int_t)counts->foreign, "failed", (json_int_t)counts->failed,
			   "dry_run", replay->dry_run, "reasons", reasons);
	return ll_json_print(object);
}

static int print_words(const struct replay *replay)
{
	static const struct ll_column columns[] = {
		{"REASON", false}, {"COUNT", true}, {NULL, false}};
	const struct counts *counts = &replay->counts;
	struct ll_columns *table;
	int err;

	printf("%lld dead letters fit: %lld originals %s.\n", (long long)counts->fitting,
	       (long long)counts->sent, replay->dry_run ? "would be sent back" : "sent back");
	if (counts->same > 0)
		printf("%lld are of the same originals.\n", (long long)counts->same);
	if (counts->cut > 0)
		printf("%lld hold only the first bytes of a record that was too long: it has to be "
		       "published again.\n",
		       (long long)counts->cut);
	if (counts->foreign > 0)
		printf("%lld name a topic that their stage does not read, and were left.\n",
		       (long long)counts->foreign);
	if (counts->sent == 0)
		return 0;
	err = ll_columns_new(columns, &table);
	for (int i = 0; !err && i < REASONS_MAX; i++) {
		char count[24];

		if (counts->by_reason[i] == 0)
			continue;
		snprintf(count, sizeof(count), "%lld", (long long)counts->by_reason[i]);
		err = ll_columns_add(table,
				     (const char *const[]){i ? ll_err_name(i) : "other", count});
	}
	if (!err) {
		puts("");
		err = ll_columns_print(table, stdout);
	}
	ll_columns_free(table);
	return err;
}

/* ---- the command ------------------------------------------------------------------------------- */

static int read_time(struct ll_invocation *invocation, const char *name, int64_t *ret_time_ms)
{
	const char *text = ll_invocation_option(invocation, name);

	if (text && ll_time_parse(ll_str_from(text), ret_time_ms))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--%s is a time such as 2026-01-02 or 2026-01-02T03:04:05Z",
				   name);
	return 0;
}

static int read_options(struct ll_invocation *invocation, struct replay *replay)
{
	replay->stage = ll_invocation_option(invocation, "stage");
	replay->filter.reason = ll_invocation_option(invocation, "reason");
	replay->filter.department = ll_invocation_option(invocation, "department");
	replay->dry_run = ll_invocation_flag(invocation, "dry-run");
	replay->json = ll_invocation_flag(invocation, "json");
	if (replay->stage && strcmp(replay->stage, "enrich") != 0 &&
	    strcmp(replay->stage, "assess") != 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "'%s' is not a stage that is sent back to: enrich or assess",
				   replay->stage);
	if (replay->filter.reason && ll_err_by_name(replay->filter.reason) == 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "'%s' is not a reason; `lifeline deadletters list` shows those "
				   "that there are",
				   replay->filter.reason);
	if (read_time(invocation, "since", &replay->filter.since_ms))
		return -LL_ERR_USAGE;
	return read_time(invocation, "until", &replay->filter.until_ms);
}

static int run(struct ll_invocation *invocation, struct replay *replay)
{
	struct ll_error error = {0};
	int err = ll_shell_codec(invocation, &replay->codec);

	if (!err)
		err = ll_shell_bus_ready(invocation, &replay->bus);
	if (err)
		return ll_exit_of(err);
	err = replay_letters(replay, &error);
	if (!err)
		err = replay->json ? print_json(replay) : print_words(replay);
	if (err) {
		ll_complain_error(invocation, err, "not all were sent back; again does no harm",
				  &error);
		return ll_exit_of(err);
	}
	if (replay->counts.failed > 0)
		return ll_complain(invocation, LL_EXIT_FAILED,
				   "%lld were not taken by Kafka: run it again, which does no harm",
				   (long long)replay->counts.failed);
	if (replay->counts.unreadable > 0)
		ll_complain(invocation, 0, "%lld records are not dead letters and were left out",
			    (long long)replay->counts.unreadable);
	return replay->counts.cut + replay->counts.foreign > 0 ? LL_EXIT_SOME_REJECTED
							       : LL_EXIT_DONE;
}

int ll_deadletters_replay(struct ll_invocation *invocation)
{
	struct replay replay = {0};
	int code;

	if (read_options(invocation, &replay))
		return LL_EXIT_USAGE;
	ll_arena_init(&replay.arena, 0);
	ll_buf_init(&replay.scratch);
	ll_key_table_init(&replay.originals);
	code = run(invocation, &replay);
	ll_producer_free(replay.producer);
	ll_bus_free(replay.bus);
	ll_codec_free(replay.codec);
	ll_key_table_release(&replay.originals);
	ll_buf_release(&replay.scratch);
	ll_arena_release(&replay.arena);
	return code;
}
