#include <jansson.h>
#include <stdio.h>

#include "base/area.h"
#include "base/date.h"
#include "base/hash.h"
#include "cli/commands.h"
#include "cli/reasons_told.h"
#include "cli/standing_told.h"
#include "cli/story_words.h"
#include "cli/why_not.h"
#include "runtime/json_print.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define PREFIX_MIN     4
#define CANDIDATES_MAX 8
#define CLIENT	       "lifeline-explain"

/* ---- which household --------------------------------------------------------------------------- */

struct search {
	const char *prefix;
	size_t size;
	struct ll_key found[CANDIDATES_MAX];
	size_t count;
};

static int look_at_key(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct search *search = context;
	char hex[LL_KEY_HEX_SIZE];
	struct ll_key key;

	(void)scan;
	(void)part;
	if (record->key.size != LL_KEY_SIZE)
		return 0;
	memcpy(key.bytes, record->key.data, LL_KEY_SIZE);
	ll_key_to_hex(&key, hex);
	if (strncmp(hex, search->prefix, search->size) != 0 || ll_key_is_zero(&key))
		return 0;
	for (size_t i = 0; i < search->count; i++)
		if (ll_key_equal(&search->found[i], &key))
			return 0;
	if (search->count < CANDIDATES_MAX)
		search->found[search->count++] = key;
	return 0;
}

static int tell_candidates(const struct search *search, struct ll_error *error)
{
	char list[CANDIDATES_MAX * (LL_KEY_HEX_SIZE + 1)] = "";
	size_t at = 0;

	for (size_t i = 0; i < search->count; i++) {
		char hex[LL_KEY_HEX_SIZE];

		ll_key_to_hex(&search->found[i], hex);
		at += (size_t)snprintf(list + at, sizeof(list) - at, " %s", hex);
	}
	return ll_error_set(error, -LL_ERR_INVALID, "more than one household begins so:%s", list);
}

/* The whole key from its first digits, by looking at every record of the log. */
static int find_household(struct ll_bus *bus, const char *prefix, struct ll_key *ret_key,
			  struct ll_error *error)
{
	struct search search = {.prefix = prefix, .size = strlen(prefix)};
	struct ll_scan *scan = NULL;
	int err = ll_key_from_hex(ll_str_from(prefix), ret_key);

	if (!err)
		return 0;
	if (search.size < PREFIX_MIN || strspn(prefix, "0123456789abcdef") != search.size)
		return ll_error_set(error, -LL_ERR_INVALID,
				    "a household is named by at least %d hex digits of its key, in "
				    "lower case, or by --code",
				    PREFIX_MIN);
	err = ll_scan_new(bus, CLIENT, &scan, error);
	if (!err)
		err = ll_scan_add_kind(scan, LL_TOPIC_HOUSEHOLD_EVENTS, error);
	if (!err)
		err = ll_scan_run(scan, look_at_key, &search, error);
	ll_scan_free(scan);
	if (err)
		return err;
	if (search.count == 0)
		return ll_error_set(error, -LL_ERR_NOT_FOUND, "no household's key begins so");
	if (search.count > 1)
		return tell_candidates(&search, error);
	*ret_key = search.found[0];
	return 0;
}

static int household_of_code(const struct ll_invocation *invocation, const char *code,
			     struct ll_key *ret_key)
{
	struct ll_pseudonyms *pseudonyms = NULL;
	int err = ll_shell_pseudonyms(invocation, &pseudonyms);

	if (err)
		return err;
	err = ll_pseudonym_household(pseudonyms, ll_str_from(code), ret_key);
	ll_pseudonyms_free(pseudonyms);
	return err ? ll_complain(invocation, err, "--code is empty") : 0;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static int take(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		const struct ll_record *record)
{
	(void)scan;
	(void)part;
	return ll_story_take(context, record);
}

/* Of a topic keyed by household only the partition where this one lies. */
static int add_partition(struct ll_scan *scan, struct ll_bus *bus, enum ll_topic topic,
			 const struct ll_key *key, struct ll_error *error)
{
	const char *name = ll_topic_subscription(topic);
	int32_t partitions = 0;
	int err = ll_bus_partition_count(bus, name, LL_SHELL_ANSWER_MS, &partitions, error);

	if (!err && partitions == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no topic %s", name);
	if (!err)
		err = ll_scan_add(scan, name, ll_partition_of(key->bytes, LL_KEY_SIZE, partitions),
				  LL_OFFSET_BEGINNING, error);
	return err;
}

static int read_inputs(struct ll_story *story, struct ll_bus *bus, struct ll_error *error)
{
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(bus, CLIENT, &scan, error);

	if (!err)
		err = add_partition(scan, bus, LL_TOPIC_HOUSEHOLD_EVENTS, &story->household_key,
				    error);
	if (!err)
		err = ll_scan_run(scan, take, story, error);
	ll_scan_free(scan);
	return err;
}

static int read_outputs(struct ll_story *story, struct ll_bus *bus, struct ll_error *error)
{
	char letters[LL_TOPIC_NAME_MAX];
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(bus, CLIENT, &scan, error);

	if (!err)
		err = ll_topic_name(LL_TOPIC_DEAD_LETTERS, LL_STR("assess"), letters);
	if (!err)
		err = ll_scan_add_topic(scan, letters, error);
	if (!err)
		err = add_partition(scan, bus, LL_TOPIC_RISK_CHANGES, &story->household_key, error);
	if (!err)
		err = ll_scan_add_kind(scan, LL_TOPIC_ASSISTANCE_TASKS, error);
	if (!err)
		err = ll_scan_add_kind(scan, LL_TOPIC_ESCALATIONS, error);
	if (!err)
		err = ll_scan_run(scan, take, story, error);
	ll_scan_free(scan);
	return err;
}

/* ---- telling ----------------------------------------------------------------------------------- */

struct telling {
	const struct ll_story *story;
	enum ll_language language;
	bool registered; /* so far */
	bool held;	 /* so far */
	struct ll_reasons_told reasons;
	struct ll_why_not why_not;
	int32_t day; /* the heading that stands above */
	struct ll_buf text;
};

static const char *day_text(int32_t day, enum ll_language language, char buffer[LL_DAY_TEXT_MAX])
{
	if (day == LL_DAY_NONE)
		return ll_sentence_text(LL_SENTENCE_BEFORE, language);
	ll_day_format(day, buffer);
	return buffer;
}

static int say_item(struct telling *telling, const struct ll_story_item *item)
{
	int err;

	ll_buf_clear(&telling->text);
	err = ll_story_say(item, telling->registered, telling->language, &telling->text);
	if (item->kind == LL_STORY_INPUT && item->input->body == LL_BODY_HOUSEHOLD_REGISTERED)
		telling->registered = !item->input->household_registered.dissolved;
	return err;
}

static int print_item(struct telling *telling, const struct ll_story_item *item, bool first)
{
	char day[LL_DAY_TEXT_MAX];
	int err = say_item(telling, item);

	if (item->kind == LL_STORY_CHANGE)
		telling->held = item->change->held;
	if (item->kind == LL_STORY_INPUT)
		ll_why_not_take(&telling->why_not, item);
	if (err || item->echo)
		return err;
	if (first || item->day != telling->day)
		printf("\n%s\n", day_text(item->day, telling->language, day));
	telling->day = item->day;
	printf("%s%.*s\n", item->kind == LL_STORY_INPUT ? "  " : "    > ", (int)telling->text.size,
	       (const char *)telling->text.data);
	return ll_reasons_tell(&telling->reasons, item, stdout);
}

/* What was reported, accepted, and moved nothing. */
static bool is_idle(const struct ll_story *story, size_t at)
{
	const struct ll_story_item *item = &story->items[at];

	return item->kind == LL_STORY_INPUT && item->input->body == LL_BODY_LIFE_EVENT &&
	       !item->again && !item->rejected &&
	       (at + 1 == story->count || story->items[at + 1].kind == LL_STORY_INPUT);
}

static const struct ll_policy_region *region_of(struct telling *telling,
						const struct ll_story_item *item)
{
	const struct ll_policy *policy = ll_reasons_told_policy_on(&telling->reasons, item->day);
	struct ll_area area;

	if (!policy || !item->registered || ll_area_parse(item->registered->area, &area))
		return NULL;
	return ll_policy_region_of(policy, area.code);
}

/* How far it is from a warning, by the rules that look at what was reported. */
static int print_nearness(struct telling *telling, const struct ll_story_item *item,
			  const struct ll_policy_region *region, bool *ret_any)
{
	const struct ll_reason_context context = ll_reason_context_of(region, item->day);
	struct ll_reason reasons[LL_WHY_NOT_MAX];
	const size_t count = ll_why_not_list(&telling->why_not, region, reasons);
	int err = 0;

	*ret_any = count > 0;
	if (count > 0)
		printf("    > %s\n", ll_sentence_text(LL_SENTENCE_NOTHING_NEAR, telling->language));
	for (size_t i = 0; i < count && !err; i++) {
		ll_buf_clear(&telling->text);
		err = ll_words_short_of(&reasons[i], &context, telling->language, &telling->text);
		if (!err)
			printf("      %.*s\n", (int)telling->text.size,
			       (const char *)telling->text.data);
	}
	return err;
}

static int print_idle(struct telling *telling, const struct ll_story_item *item)
{
	const struct ll_payload *payload = &item->input->life_event.payload;
	const struct ll_policy_region *region = region_of(telling, item);
	enum ll_sentence sentence = LL_SENTENCE_NOTHING;
	bool told = false;
	int err = 0;

	if (telling->held)
		sentence = LL_SENTENCE_NOTHING_WHILE_HELD;
	else if (payload->kind == LL_EVENT_ASSET_RECORD && !payload->asset_record.gone)
		sentence = LL_SENTENCE_NOTHING_MARKS;
	else if (region)
		err = print_nearness(telling, item, region, &told);
	if (!err && !told)
		printf("    > %s\n", ll_sentence_text(sentence, telling->language));
	return err;
}

static int print_story(struct telling *telling)
{
	const struct ll_story *story = telling->story;
	char hex[LL_KEY_HEX_SIZE];
	int err;

	ll_key_to_hex(&story->household_key, hex);
	hex[LL_SHORT_KEY] = '\0';
	ll_buf_clear(&telling->text);
	err = ll_say(&telling->text, telling->language, LL_SENTENCE_HOUSEHOLD, hex);
	if (!err)
		printf("%.*s\n", (int)telling->text.size, (const char *)telling->text.data);
	for (size_t i = 0; !err && i < story->count; i++) {
		err = print_item(telling, &story->items[i], i == 0);
		if (!err && is_idle(story, i))
			err = print_idle(telling, &story->items[i]);
	}
	if (!err)
		err = ll_standing_tell(story, telling->language, stdout);
	return !err && fflush(stdout) ? -LL_ERR_IO : err;
}

/* ---- as JSON ----------------------------------------------------------------------------------- */

static json_t *record_json(const struct ll_story *story, const struct ll_story_item *item)
{
	static const enum ll_message messages[] = {
		[LL_STORY_INPUT] = LL_MESSAGE_HOUSEHOLD_EVENT,
		[LL_STORY_CHANGE] = LL_MESSAGE_RISK_CHANGE,
		[LL_STORY_TASK] = LL_MESSAGE_TASK,
		[LL_STORY_ESCALATION] = LL_MESSAGE_ESCALATION,
	};
	struct ll_buf text;
	json_t *object = NULL;

	ll_buf_init(&text);
	/* Whichever it is, it is one pointer. */
	if (ll_codec_to_json(story->codec, messages[item->kind], item->input, &text) == 0)
		object = json_loadb((const char *)text.data, text.size, 0, NULL);
	ll_buf_release(&text);
	return object ? object : json_null();
}

static int print_json(struct telling *telling)
{
	static const char *const kinds[] = {"input", "change", "task", "escalation"};
	const struct ll_story *story = telling->story;
	json_t *items = json_array();
	char hex[LL_KEY_HEX_SIZE];
	json_t *object;
	int err = 0;

	for (size_t i = 0; !err && i < story->count; i++) {
		const struct ll_story_item *item = &story->items[i];
		char day[LL_DAY_TEXT_MAX] = "";

		err = say_item(telling, item);
		if (item->day != LL_DAY_NONE)
			ll_day_format(item->day, day);
		json_array_append_new(items, json_pack("{s:I, s:s, s:s, s:s%, s:s?, s:o}", "offset",
						       (json_int_t)item->offset, "day", day, "kind",
						       kinds[item->kind], "text",
						       err ? "" : (const char *)telling->text.data,
						       err ? (size_t)0 : telling->text.size,
						       "rejected", item->rejected, "record",
						       record_json(story, item)));
	}
	ll_key_to_hex(&story->household_key, hex);
	object = json_pack("{s:s, s:o}", "household_key", hex, "story", items);
	if (!err)
		return ll_json_print(object);
	json_decref(object);
	return err;
}

/* ---- the command ------------------------------------------------------------------------------- */

static int explain(const struct ll_invocation *invocation, struct ll_bus *bus,
		   const struct ll_codec *codec, const struct ll_key *key,
		   enum ll_language language, struct ll_error *error)
{
	struct telling telling = {.language = language, .day = LL_DAY_NONE};
	struct ll_story story;
	int err;

	ll_story_init(&story, codec, key);
	ll_buf_init(&telling.text);
	telling.story = &story;
	ll_reasons_told_init(&telling.reasons, &story, language);
	ll_why_not_init(&telling.why_not, key);
	err = read_inputs(&story, bus, error);
	if (!err)
		err = read_outputs(&story, bus, error);
	if (!err)
		ll_story_finish(&story);
	if (!err && story.count == 0)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND,
				   "nothing is known of this household; was it registered?");
	if (!err)
		err = ll_invocation_flag(invocation, "json") ? print_json(&telling)
							     : print_story(&telling);
	ll_why_not_release(&telling.why_not);
	ll_reasons_told_release(&telling.reasons);
	ll_buf_release(&telling.text);
	ll_story_release(&story);
	return err;
}

static int run(struct ll_invocation *invocation)
{
	const char *code = ll_invocation_option(invocation, "code");
	const char *name = ll_invocation_argument_count(invocation) > 0
				   ? ll_invocation_argument(invocation, 0)
				   : NULL;
	enum ll_language language;
	struct ll_codec *codec = NULL;
	struct ll_bus *bus = NULL;
	struct ll_error error = {0};
	struct ll_key key;
	int err;

	if (!name == !code)
		return ll_complain(invocation, LL_EXIT_USAGE,
				   "name one household: by its key, or with --code");
	if (ll_language_of(ll_invocation_option(invocation, "lang"), &language))
		return ll_complain(invocation, LL_EXIT_USAGE, "--lang is zh or en");
	if (code && household_of_code(invocation, code, &key))
		return LL_EXIT_FAILED;
	err = ll_shell_codec(invocation, &codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &bus);
	if (err)
		goto done;
	if (name)
		err = find_household(bus, name, &key, &error);
	if (!err)
		err = explain(invocation, bus, codec, &key, language, &error);
	if (err)
		ll_complain_error(invocation, err, name ? name : "--code", &error);
done:
	ll_bus_free(bus);
	ll_codec_free(codec);
	return ll_exit_of(err);
}

static const struct ll_option options[] = {
	{"code", "CODE", NULL, "the registry's household code; needs the secret (--secret-file)"},
	{"lang", "zh|en", NULL, "language; by default the environment's"},
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_explain = {
	.name = "explain",
	.summary = "tell a household's story: what was reported, decided and done, and why",
	.usage = "[HOUSEHOLD]",
	.help = "HOUSEHOLD is a household's key as `lifeline tasks` shows it; its first digits are "
		"enough where no other begins so. The story is read from the topics: every event "
		"in the order of the log, and below it what was decided, with the reasons and the "
		"facts behind them. Keys are shortened; names and phones are not in the topics.\n"
		"\n"
		"Examples:\n"
		"  lifeline explain 3fa81c2e\n"
		"  lifeline explain --code H0000123 --lang zh\n",
	.group = LL_GROUP_COUNTIES,
	.options = options,
	.min_arguments = 0,
	.max_arguments = 1,
	.run = run,
};
