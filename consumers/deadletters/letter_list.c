/* lifeline deadletters list: the newest that fit, and all of them counted by reason. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "deadletters.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define LIMIT_MAX   100000
#define REASONS_MAX 256 /* error numbers; those that dead letters can have are far below */
#define CELL_MAX    (LL_TOPIC_NAME_MAX + 64)

struct letter {
	char position[LL_LETTER_POSITION_MAX];
	int64_t rejected_at_ms;
	char reason[LL_NAME_MAX + 1];
	char origin[CELL_MAX]; /* topic/partition/offset */
	char detail[LL_NOTE_MAX + 1];
};

struct listing {
	const char *stage; /* or NULL */
	const char *reason;
	int64_t since_ms; /* 0: all */
	bool json;

	struct ll_codec *codec;
	struct ll_arena arena;
	struct ll_key_table known; /* originals whose letters may come again */
	struct letter *letters;	   /* by time, the oldest first; at most limit */
	size_t count;
	size_t limit;
	int64_t fitting;
	int64_t unreadable;
	int64_t by_reason[REASONS_MAX]; /* by error number; 0: a name of none */
};

/* ---- reading ----------------------------------------------------------------------------------- */

static void letter_of(struct letter *letter, const struct ll_dead_letter *from,
		      const struct ll_record *record)
{
	ll_letter_position_format(record->topic, record->partition, record->offset,
				  letter->position);
	letter->rejected_at_ms = from->rejected_at_ms;
	snprintf(letter->reason, sizeof(letter->reason), "%.*s", LL_STR_ARG(from->reason));
	snprintf(letter->origin, sizeof(letter->origin), "%.*s/%d/%lld",
		 LL_STR_ARG(from->origin.topic), from->origin.partition,
		 (long long)from->origin.offset);
	snprintf(letter->detail, sizeof(letter->detail), "%.*s", LL_STR_ARG(from->detail));
}

/* Keeps the newest: they come nearly in order, so little is moved. */
static void keep(struct listing *listing, const struct letter *letter)
{
	size_t at;

	if (listing->count == listing->limit) {
		if (letter->rejected_at_ms < listing->letters[0].rejected_at_ms)
			return;
		listing->count--;
		memmove(listing->letters, listing->letters + 1,
			listing->count * sizeof(*listing->letters));
	}
	at = listing->count++;
	for (; at > 0 && listing->letters[at - 1].rejected_at_ms > letter->rejected_at_ms; at--)
		listing->letters[at] = listing->letters[at - 1];
	listing->letters[at] = *letter;
}

static int take_letter(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct listing *listing = context;
	struct ll_dead_letter from;
	struct letter letter;
	bool again;
	int number;
	int err;

	(void)scan;
	(void)part;
	ll_arena_clear(&listing->arena);
	if (ll_codec_decode(listing->codec, LL_MESSAGE_DEAD_LETTER, record->value, &listing->arena,
			    &from)) {
		listing->unreadable++;
		return 0;
	}
	letter_of(&letter, &from, record);
	if ((listing->reason && strcmp(listing->reason, letter.reason) != 0) ||
	    letter.rejected_at_ms < listing->since_ms)
		return 0;
	err = ll_letter_is_again(&listing->known, &from, &again);
	if (err || again)
		return err;
	number = ll_err_by_name(letter.reason);
	listing->by_reason[number < REASONS_MAX ? number : 0]++;
	listing->fitting++;
	keep(listing, &letter);
	return 0;
}

static int read_letters(struct listing *listing, struct ll_bus *bus, struct ll_error *error)
{
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(bus, "lifeline-deadletters", &scan, error);

	if (!err && listing->stage)
		err = ll_topic_name(LL_TOPIC_DEAD_LETTERS, ll_str_from(listing->stage), topic);
	if (!err)
		err = listing->stage ? ll_scan_add_topic(scan, topic, error)
				     : ll_scan_add_kind(scan, LL_TOPIC_DEAD_LETTERS, error);
	if (!err && ll_scan_count(scan) == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "there is no topic of dead letters; `lifeline topics create` "
				   "makes it");
	/* A letter is written after it was rejected, so nothing older than `since` is missed. */
	if (!err && listing->since_ms > 0)
		err = ll_scan_since(scan, listing->since_ms, error);
	if (!err)
		err = ll_scan_run(scan, take_letter, listing, error);
	ll_scan_free(scan);
	return err;
}

/* ---- showing ----------------------------------------------------------------------------------- */

static int print_json(const struct listing *listing)
{
	json_t *reasons = json_object();
	int err = 0;

	for (size_t i = 0; !err && i < listing->count; i++) {
		const struct letter *letter = &listing->letters[i];
		char time[LL_TIME_TEXT_MAX];

		ll_time_format(letter->rejected_at_ms, time);
		err = ll_json_print(json_pack("{s:s, s:s, s:s, s:s, s:s}", "position",
					      letter->position, "rejected_at", time, "reason",
					      letter->reason, "from", letter->origin, "detail",
					      letter->detail));
	}
	for (int i = 0; i < REASONS_MAX; i++)
		if (listing->by_reason[i] > 0)
			json_object_set_new(reasons, i ? ll_err_name(i) : "other",
					    json_integer(listing->by_reason[i]));
	if (err) {
		json_decref(reasons);
		return err;
	}
	return ll_json_print(json_pack("{s:I, s:I, s:o}", "count", (json_int_t)listing->fitting,
				       "shown", (json_int_t)listing->count, "reasons", reasons));
}

static const struct ll_column letter_columns[] = {
	{"POSITION", false}, {"REJECTED AT", false}, {"REASON", false},
	{"FROM", false},     {"DETAIL", false},	     {NULL, false},
};

static const struct ll_column reason_columns[] = {
	{"REASON", false},
	{"COUNT", true},
	{"MEANING", false},
	{NULL, false},
};

static int print_table(const struct listing *listing)
{
	struct ll_columns *table;
	int err = ll_columns_new(letter_columns, &table);

	if (err)
		return err;
	for (size_t i = 0; !err && i < listing->count; i++) {
		const struct letter *letter = &listing->letters[i];
		char time[LL_TIME_TEXT_MAX];

		ll_time_format(letter->rejected_at_ms, time);
		err = ll_columns_add(table,
				     (const char *const[]){letter->position, time, letter->reason,
							   letter->origin, letter->detail});
	}
	if (!err)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	return err;
}

static int print_reasons(const struct listing *listing)
{
	struct ll_columns *table;
	int err = ll_columns_new(reason_columns, &table);

	if (err)
		return err;
	for (int i = 0; !err && i < REASONS_MAX; i++) {
		char count[24];

		if (listing->by_reason[i] == 0)
			continue;
		snprintf(count, sizeof(count), "%lld", (long long)listing->by_reason[i]);
		err = ll_columns_add(table, (const char *const[]){i ? ll_err_name(i) : "other",
								  count, i ? ll_err_text(i) : ""});
	}
	if (!err)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	return err;
}

static int print_listing(const struct listing *listing)
{
	int err;

	if (listing->json)
		return print_json(listing);
	if (listing->fitting == 0) {
		puts("No dead letters.");
		return 0;
	}
	err = print_table(listing);
	if (err)
		return err;
	if ((int64_t)listing->count < listing->fitting)
		printf("\nThe newest %zu of %lld; --limit shows more.\n", listing->count,
		       (long long)listing->fitting);
	puts("");
	return print_reasons(listing);
}

/* ---- the command ------------------------------------------------------------------------------- */

static int read_options(struct ll_invocation *invocation, struct listing *listing)
{
	const char *since = ll_invocation_option(invocation, "since");
	int64_t limit = 0;

	listing->stage = ll_invocation_option(invocation, "stage");
	listing->reason = ll_invocation_option(invocation, "reason");
	listing->json = ll_invocation_flag(invocation, "json");
	if (listing->stage && strcmp(listing->stage, "enrich") != 0 &&
	    strcmp(listing->stage, "assess") != 0 && strcmp(listing->stage, "record") != 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "'%s' is not a stage: enrich, assess or record", listing->stage);
	if (listing->reason && ll_err_by_name(listing->reason) == 0)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "'%s' is not a reason, such as undecodable or source-mismatch; "
				   "without --reason all are counted",
				   listing->reason);
	if (since && ll_time_parse(ll_str_from(since), &listing->since_ms))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--since is a time such as 2026-01-02 or 2026-01-02T03:04:05Z");
	if (ll_invocation_number(invocation, "limit", 1, LIMIT_MAX, &limit))
		return -LL_ERR_USAGE;
	listing->limit = (size_t)limit;
	return 0;
}

int ll_deadletters_list(struct ll_invocation *invocation)
{
	struct listing listing = {0};
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err;

	if (read_options(invocation, &listing))
		return LL_EXIT_USAGE;
	ll_arena_init(&listing.arena, 0);
	ll_key_table_init(&listing.known);
	listing.letters = calloc(listing.limit, sizeof(*listing.letters));
	err = listing.letters ? ll_shell_codec(invocation, &listing.codec)
			      : ll_complain(invocation, -LL_ERR_NO_MEMORY, "out of memory");
	if (!err)
		err = ll_shell_bus_ready(invocation, &bus);
	if (!err) {
		err = read_letters(&listing, bus, &error);
		if (!err)
			err = print_listing(&listing);
		if (err)
			ll_complain_error(invocation, err, "the dead letters cannot be read",
					  &error);
	}
	if (!err && listing.unreadable > 0)
		ll_complain(invocation, 0, "%lld records are not dead letters and were left out",
			    (long long)listing.unreadable);
	ll_bus_free(bus);
	ll_codec_free(listing.codec);
	free(listing.letters);
	ll_key_table_release(&listing.known);
	ll_arena_release(&listing.arena);
	return ll_exit_of(err);
}
