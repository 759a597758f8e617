/*
 * Folds a recorded log of household events and compares what is decided with what was recorded.
 *
 *   replay CASE...    each a folder with log.txt and decisions.jsonl
 *
 * A line of log.txt is an event as it stands in household-events, in hex; or
 * `policy FILE YYYY-MM-DD`, a policy of the folder policy/ and the day it takes effect; or a comment
 * that begins with '#'. Of decisions.jsonl each line is one record that assess would send, in its
 * order, or a rejection. With LIFELINE_REPLAY_RECORD=1 decisions.jsonl is written instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "codec/codec.h"
#include "core/partition.h"
#include "policy/policy_yaml.h"

#define PATH_MAX_BYTES 4096

struct replay {
	const char *folder;
	struct ll_codec *codec;
	struct ll_partition *partition;
	struct ll_arena message;
	struct ll_arena scratch;
	struct ll_buf wire;
	struct ll_buf decisions;
	size_t line; /* of log.txt */
};

static void die(const struct replay *replay, const char *what, const char *detail)
{
	fprintf(stderr, "%s: log.txt:%zu: %s: %s\n", replay->folder, replay->line, what, detail);
	exit(1);
}

static void must(const struct replay *replay, int err, const char *what)
{
	if (err)
		die(replay, what, ll_err_name(err));
}

/* The whole of a file, with a NUL behind it; the caller frees it. NULL: there is none. */
static char *read_file(const char *folder, const char *name)
{
	char path[PATH_MAX_BYTES];
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path))
		return NULL;
	file = fopen(path, "r");
	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

/* ---- what is decided ----------------------------------------------------------------------- */

static int put(struct replay *replay, const char *name, enum ll_message message, const void *value)
{
	int err = ll_buf_append_format(&replay->decisions, "{\"line\":%zu,\"%s\":", replay->line,
				       name);

	if (!err)
		err = ll_codec_to_json(replay->codec, message, value, &replay->decisions);
	return err ? err : ll_buf_append_str(&replay->decisions, "}\n");
}

static int decided(void *context, const struct ll_decision *decision)
{
	struct replay *replay = context;
	int err = 0;

	for (size_t i = 0; !err && i < decision->task_count; i++)
		err = put(replay, "task", LL_MESSAGE_TASK, &decision->tasks[i]);
	for (size_t i = 0; !err && i < decision->escalation_count; i++)
		err = put(replay, "escalation", LL_MESSAGE_ESCALATION, &decision->escalations[i]);
	if (!err && decision->has_risk_change)
		err = put(replay, "risk_change", LL_MESSAGE_RISK_CHANGE, &decision->risk_change);
	return err;
}

static void apply(struct replay *replay, const struct ll_household_event *event)
{
	int err;

	ll_arena_clear(&replay->scratch);
	err = ll_partition_apply(replay->partition, event, &replay->scratch, decided, replay);
	if (err && ll_err_class(err) == LL_CLASS_REJECT)
		err = ll_buf_append_format(&replay->decisions,
					   "{\"line\":%zu,\"rejected\":\"%s\"}\n", replay->line,
					   ll_err_name(err));
	must(replay, err, "apply");
}

/* ---- the log ------------------------------------------------------------------------------- */

static void apply_policy(struct replay *replay, char *arguments)
{
	const char *file = strtok(arguments, " ");
	const char *day = strtok(NULL, " ");
	struct ll_household_event event = {.body = LL_BODY_POLICY_ACTIVATED};
	char folder[PATH_MAX_BYTES];
	char *text;

	if (!file || !day)
		die(replay, "policy", "FILE YYYY-MM-DD");
	snprintf(folder, sizeof(folder), "%s/../policy", replay->folder);
	text = read_file(folder, file);
	if (!text)
		die(replay, "no such policy", file);
	event.policy_activated.name = LL_STR("replayed");
	event.policy_activated.version = LL_STR("1");
	event.policy_activated.text = ll_str_from(text);
	must(replay, ll_day_parse(ll_str_from(day), &event.policy_activated.effective_on), day);
	apply(replay, &event);
	free(text);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void apply_hex(struct replay *replay, const char *hex)
{
	struct ll_household_event event;

	ll_buf_clear(&replay->wire);
	for (; *hex; hex += 2) {
		int high = hex_digit(hex[0]);
		int low = high < 0 ? -1 : hex_digit(hex[1]);
		uint8_t byte = (uint8_t)(high * 16 + low);

		if (low < 0)
			die(replay, "not hex", hex);
		must(replay, ll_buf_append(&replay->wire, &byte, 1), "memory");
	}
	ll_arena_clear(&replay->message);
	must(replay,
	     ll_codec_decode(replay->codec, LL_MESSAGE_HOUSEHOLD_EVENT, ll_buf_bytes(&replay->wire),
			     &replay->message, &event),
	     "decode");
	apply(replay, &event);
}

static void apply_line(struct replay *replay, char *line)
{
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strncmp(line, "policy ", 7) == 0)
		apply_policy(replay, line + 7);
	else
		apply_hex(replay, line);
}

/* ---- comparing ----------------------------------------------------------------------------- */

/* The first line that differs is told; there is none where both texts end. */
static int compare(const struct replay *replay, const char *wanted, const char *found)
{
	for (size_t line = 1; *wanted || *found; line++) {
		size_t wanted_size = strcspn(wanted, "\n");
		size_t found_size = strcspn(found, "\n");

		if (wanted_size != found_size || memcmp(wanted, found, wanted_size) != 0) {
			fprintf(stderr,
				"%s/decisions.jsonl:%zu:\n  recorded: %.*s\n  decided:  %.*s\n",
				replay->folder, line, (int)wanted_size, wanted, (int)found_size,
				found);
			return 1;
		}
		wanted += wanted_size + (wanted[wanted_size] == '\n');
		found += found_size + (found[found_size] == '\n');
	}
	return 0;
}

static int record(const struct replay *replay)
{
	char path[PATH_MAX_BYTES];
	FILE *file;

	snprintf(path, sizeof(path), "%s/decisions.jsonl", replay->folder);
	file = fopen(path, "w");
	if (!file || fputs((const char *)replay->decisions.data, file) < 0 || fclose(file)) {
		perror(path);
		return 1;
	}
	printf("%s: written\n", path);
	return 0;
}

static int check(const struct replay *replay)
{
	char *wanted = read_file(replay->folder, "decisions.jsonl");
	int result;

	if (!wanted) {
		fprintf(stderr, "%s has no decisions.jsonl\n", replay->folder);
		return 1;
	}
	if (!*wanted) {
		fprintf(stderr, "%s: nothing is decided; that proves nothing\n", replay->folder);
		free(wanted);
		return 1;
	}
	result = compare(replay, wanted, (const char *)replay->decisions.data);
	free(wanted);
	return result;
}

static int run(const char *folder, struct ll_codec *codec)
{
	const char *recording = getenv("LIFELINE_REPLAY_RECORD");
	struct replay replay = {.folder = folder, .codec = codec};
	char *log = read_file(folder, "log.txt");
	char *rest = log;
	int result;

	if (!log) {
		fprintf(stderr, "%s has no log.txt\n", folder);
		return 1;
	}
	ll_arena_init(&replay.message, 0);
	ll_arena_init(&replay.scratch, 0);
	ll_buf_init(&replay.wire);
	ll_buf_init(&replay.decisions);
	must(&replay, ll_partition_new(&ll_policy_yaml_compiler, &replay.partition), "memory");
	while (*rest) {
		char *line = strsep(&rest, "\n");

		replay.line++;
		apply_line(&replay, line);
		if (!rest)
			break;
	}
	must(&replay, ll_buf_append(&replay.decisions, "", 1), "memory");
	result = recording && strcmp(recording, "1") == 0 ? record(&replay) : check(&replay);
	ll_partition_free(replay.partition);
	ll_buf_release(&replay.decisions);
	ll_buf_release(&replay.wire);
	ll_arena_release(&replay.scratch);
	ll_arena_release(&replay.message);
	free(log);
	return result;
}

int main(int argc, char **argv)
{
	struct ll_codec *codec = NULL;
	struct ll_error error = {0};
	int result = argc < 2;

	if (ll_codec_new(&codec, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	for (int i = 1; i < argc; i++)
		result |= run(argv[i], codec);
	ll_codec_free(codec);
	return result;
}
