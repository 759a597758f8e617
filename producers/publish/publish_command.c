/* lifeline publish: a department's exported files → life events. */
#include "cli/commands.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/date.h"
#include "publish_file.h"
#include "runtime/clock.h"
#include "runtime/progress.h"
#include "runtime/shell.h"
#include "runtime/topics.h"

#define FLUSH_MS      60000 /* for the last events to be written */
#define REJECT_SUFFIX ".rejects.csv"
#define DRY_SECRET    "a dry run publishes nothing: any secret does"
#define PATHS_SHOWN   16 /* files of rejects that the summary names */

/* Everything that one run of the command holds. */
struct publish {
	struct ll_invocation *invocation;
	struct ll_mapping *mapping;
	struct ll_pseudonyms *pseudonyms;
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_publisher *publisher;
	struct ll_rejects *shared; /* of --reject; NULL: one for each file */
	struct ll_publish_options options;
	struct ll_progress progress;
	int64_t rows_before; /* of the files before this one */
	struct ll_publish_counts counts;
	struct ll_reject_count reasons[LL_REJECT_REASONS_MAX];
	size_t reason_count;
	char *reject_paths[PATHS_SHOWN];
	size_t reject_path_count;
	int64_t started_ms;
};

static void publish_release(struct publish *publish)
{
	ll_publisher_free(publish->publisher);
	ll_bus_free(publish->bus);
	ll_codec_free(publish->codec);
	ll_pseudonyms_free(publish->pseudonyms);
	ll_rejects_free(publish->shared);
	ll_mapping_free(publish->mapping);
	for (size_t i = 0; i < publish->reject_path_count; i++)
		free(publish->reject_paths[i]);
}

static bool is_dry(const struct publish *publish)
{
	return ll_invocation_flag(publish->invocation, "dry-run");
}

/* ---- before anything is published ---- */

/* Any mapping reads either format: a column's name is then a path. */
static int choose_format(struct publish *publish)
{
	const char *option = ll_invocation_option(publish->invocation, "format");
	int format = option ? ll_mapping_format_by_name(ll_str_from(option)) : -1;

	if (!option)
		return 0;
	if (format < 0)
		return ll_complain(publish->invocation, LL_EXIT_USAGE, "--format is csv or ndjson");
	publish->mapping->format = (enum ll_row_format)format;
	return 0;
}

static int read_mapping(struct publish *publish)
{
	const char *path = ll_invocation_option(publish->invocation, "mapping");
	struct ll_error error = {0};
	int err;

	if (!path)
		return ll_complain(publish->invocation, LL_EXIT_USAGE,
				   "--mapping FILE is missing: it says what the columns mean");
	err = ll_mapping_read(path, &publish->mapping, &error);
	return err ? ll_shell_fail(publish->invocation, path, &error) : choose_format(publish);
}

/* The department must be one of the deployment's: its topic has that name. */
static int choose_source(struct publish *publish)
{
	const char *option = ll_invocation_option(publish->invocation, "source");
	struct ll_str source = option ? ll_str_from(option) : publish->mapping->source;
	char topic[LL_TOPIC_NAME_MAX];
	struct ll_topics *topics;
	bool known;

	if (source.size == 0)
		return ll_complain(publish->invocation, LL_EXIT_USAGE,
				   "the mapping names no 'source': give --source DEPARTMENT");
	if (ll_topics_new(ll_invocation_settings(publish->invocation), &topics) != 0)
		return ll_complain(publish->invocation, LL_EXIT_FAILED, "out of memory");
	known = ll_topic_name(LL_TOPIC_LIFE_EVENTS, source, topic) == 0 &&
		ll_topics_find(topics, topic) != NULL;
	ll_topics_free(topics);
	if (!known)
		return ll_complain(publish->invocation, LL_EXIT_FAILED,
				   "'%.*s' is no department of the setting 'departments'",
				   LL_STR_ARG(source));
	publish->options.source = source;
	return 0;
}

static int choose_day(struct publish *publish)
{
	const char *today = ll_invocation_option(publish->invocation, "today");
	struct ll_publish_options *options = &publish->options;

	options->reported_at_ms = ll_clock_wall_ms(&ll_clock_real);
	options->today = ll_day_of_ms(options->reported_at_ms);
	if (!today)
		return 0;
	if (ll_day_parse(ll_str_from(today), &options->today) != 0)
		return ll_complain(publish->invocation, LL_EXIT_USAGE,
				   "--today is a date such as 2025-03-31");
	options->reported_at_ms = ll_day_start_ms(options->today);
	return 0;
}

/* All files, so that a wrong one is found before anything is published. */
static int look_at_files(struct publish *publish, int64_t *ret_lines)
{
	int count = ll_invocation_argument_count(publish->invocation);
	int64_t total = 0;

	for (int i = 0; i < count; i++) {
		const char *path = ll_invocation_argument(publish->invocation, i);
		struct ll_error error = {0};
		int64_t lines = 0;

		if (ll_publish_look(publish->mapping, path, &lines, &error) != 0)
			return ll_shell_fail(publish->invocation, path, &error);
		total += lines - (publish->mapping->format == LL_FORMAT_CSV ? 1 : 0);
	}
	*ret_lines = total > 0 ? total : 0;
	return 0;
}

static bool is_same_file(const char *one, const char *other)
{
	struct stat a, b;

	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int open_rejects(struct publish *publish)
{
	const char *path = ll_invocation_option(publish->invocation, "reject");
	int count = ll_invocation_argument_count(publish->invocation);

	if (!path)
		return 0;
	for (int i = 0; i < count; i++)
		if (is_same_file(path, ll_invocation_argument(publish->invocation, i)))
			return ll_complain(publish->invocation, LL_EXIT_USAGE,
					   "--reject %s is one of the files to publish", path);
	if (ll_rejects_new(path, &publish->shared) != 0)
		return ll_complain(publish->invocation, LL_EXIT_FAILED, "out of memory");
	return 0;
}

static int open_bus(struct publish *publish)
{
	struct ll_error error = {0};
	int err = ll_shell_pseudonyms(publish->invocation, &publish->pseudonyms);

	if (!err)
		err = ll_shell_bus_ready(publish->invocation, &publish->bus);
	if (!err)
		err = ll_shell_codec(publish->invocation, &publish->codec);
	if (err)
		return ll_exit_of(err);
	err = ll_publisher_new(publish->bus, publish->codec, publish->options.source,
			       &publish->publisher, &error);
	return err ? ll_shell_fail(publish->invocation, "Kafka", &error) : 0;
}

static int open_dry(struct publish *publish)
{
	int err = ll_pseudonyms_new(LL_STR(DRY_SECRET), &publish->pseudonyms);

	return err ? ll_complain(publish->invocation, ll_exit_of(err), "%s", ll_err_text(err)) : 0;
}

/* ---- publishing ---- */

static void show_progress(void *context, int64_t rows)
{
	struct publish *publish = context;

	ll_progress_update(&publish->progress, publish->rows_before + rows);
}

static void add_reasons(struct publish *publish, const struct ll_rejects *rejects)
{
	size_t count;
	const struct ll_reject_count *counts = ll_rejects_counts(rejects, &count);
	const char *path = ll_rejects_path(rejects);

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < publish->reason_count && publish->reasons[k].err != counts[i].err)
			k++;
		if (k == LL_REJECT_REASONS_MAX)
			continue;
		if (k == publish->reason_count)
			publish->reasons[publish->reason_count++].err = counts[i].err;
		publish->reasons[k].rows += counts[i].rows;
	}
	if (path && publish->reject_path_count < PATHS_SHOWN)
		publish->reject_paths[publish->reject_path_count++] = strdup(path);
}

static int close_rejects(struct publish *publish, struct ll_rejects *rejects)
{
	struct ll_error error = {0};
	int err = ll_rejects_close(rejects, &error);

	add_reasons(publish, rejects);
	return err ? ll_shell_fail(publish->invocation, "rejected rows", &error) : 0;
}

static int run_file(struct publish *publish, const char *path, struct ll_rejects *rejects)
{
	struct ll_error error = {0};
	int err;

	publish->options.rejects = rejects;
	publish->rows_before = publish->counts.rows;
	err = ll_publish_file(&publish->options, path, &publish->counts, &error);
	return err ? ll_shell_fail(publish->invocation, path, &error) : 0;
}

/* With a file of rejects of its own. */
static int run_file_apart(struct publish *publish, const char *path)
{
	struct ll_rejects *rejects = NULL;
	char *reject_path = NULL;
	int code, closed;

	if (asprintf(&reject_path, "%s" REJECT_SUFFIX, path) < 0 ||
	    ll_rejects_new(reject_path, &rejects) != 0) {
		free(reject_path);
		return ll_complain(publish->invocation, LL_EXIT_FAILED, "out of memory");
	}
	free(reject_path);
	code = run_file(publish, path, rejects);
	closed = close_rejects(publish, rejects);
	ll_rejects_free(rejects);
	return code ? code : closed;
}

static int flush(struct publish *publish)
{
	struct ll_error error = {0};
	int err = 0;

	if (publish->publisher)
		err = ll_publisher_flush(publish->publisher, FLUSH_MS, &error);
	return err ? ll_shell_fail(publish->invocation, "Kafka", &error) : 0;
}

static int run_files(struct publish *publish, int64_t lines)
{
	int count = ll_invocation_argument_count(publish->invocation);
	int code = 0;

	ll_progress_init(&publish->progress, "rows", lines,
			 ll_invocation_flag(publish->invocation, "quiet"));
	publish->options.progress = show_progress;
	publish->options.context = publish;
	publish->options.stop_asked = ll_stop_asked;
	ll_stop_on_signals();
	for (int i = 0; i < count && !code; i++) {
		const char *path = ll_invocation_argument(publish->invocation, i);

		code = publish->shared ? run_file(publish, path, publish->shared)
				       : run_file_apart(publish, path);
	}
	if (publish->shared) {
		int closed = close_rejects(publish, publish->shared);

		code = code ? code : closed;
	}
	/* Also after a failure: what was sent shall be there. */
	int flushed = flush(publish);

	ll_progress_finish(&publish->progress, publish->counts.rows);
	return code ? code : flushed;
}

/* ---- the summary ---- */

static void print_summary(const struct publish *publish)
{
	const struct ll_publish_counts *counts = &publish->counts;

	printf("%s %lld of %lld rows as %s of %.*s\n",
	       is_dry(publish) ? "dry run: could publish" : "published",
	       (long long)counts->published, (long long)counts->rows,
	       ll_event_kind_name(publish->mapping->kind), LL_STR_ARG(publish->options.source));
	if (counts->rejected == 0)
		return;
	printf("rejected: %lld rows\n", (long long)counts->rejected);
	for (size_t i = 0; i < publish->reason_count; i++)
		printf("  %8lld  %-20s %s\n", (long long)publish->reasons[i].rows,
		       ll_err_name(publish->reasons[i].err), ll_err_text(publish->reasons[i].err));
	for (size_t i = 0; i < publish->reject_path_count; i++)
		printf("written to %s\n", publish->reject_paths[i]);
}

static json_t *summary_lists(const struct publish *publish)
{
	json_t *reasons = json_object();
	json_t *paths = json_array();

	for (size_t i = 0; i < publish->reason_count; i++)
		json_object_set_new(reasons, ll_err_name(publish->reasons[i].err),
				    json_integer(publish->reasons[i].rows));
	for (size_t i = 0; i < publish->reject_path_count; i++)
		json_array_append_new(paths, json_string(publish->reject_paths[i]));
	return json_pack("{s:o,s:o}", "reasons", reasons, "reject_files", paths);
}

static void print_json(const struct publish *publish, bool complete)
{
	const struct ll_publish_counts *counts = &publish->counts;
	int64_t passed_ms = ll_clock_monotonic_ms(&ll_clock_real) - publish->started_ms;
	json_t *lists = summary_lists(publish);
	json_t *summary = json_pack(
		"{s:s%,s:s,s:b,s:b,s:I,s:I,s:I,s:I}", "source", publish->options.source.data,
		publish->options.source.size, "kind", ll_event_kind_name(publish->mapping->kind),
		"dry_run", is_dry(publish) ? 1 : 0, "complete", complete ? 1 : 0, "rows",
		(json_int_t)counts->rows, "published", (json_int_t)counts->published, "rejected",
		(json_int_t)counts->rejected, "duration_ms", (json_int_t)passed_ms);

	json_object_update(summary, lists);
	json_dumpf(summary, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(lists);
	json_decref(summary);
}

static int prepare(struct publish *publish, int64_t *ret_lines)
{
	int code = read_mapping(publish);

	if (!code)
		code = choose_source(publish);
	if (!code)
		code = choose_day(publish);
	if (!code)
		code = open_rejects(publish);
	if (!code)
		code = look_at_files(publish, ret_lines);
	if (code)
		return code;
	code = is_dry(publish) ? open_dry(publish) : open_bus(publish);
	publish->options.mapping = publish->mapping;
	publish->options.pseudonyms = publish->pseudonyms;
	publish->options.publisher = publish->publisher;
	return code;
}

static int publish_run(struct ll_invocation *invocation)
{
	struct publish publish = {.invocation = invocation,
				  .started_ms = ll_clock_monotonic_ms(&ll_clock_real)};
	int64_t lines = 0;
	int code = prepare(&publish, &lines);

	if (!code) {
		code = run_files(&publish, lines);
		if (ll_invocation_flag(invocation, "json"))
			print_json(&publish, code == 0);
		else if (!code)
			print_summary(&publish);
		if (!code && publish.counts.rejected > 0)
			code = LL_EXIT_SOME_REJECTED;
	}
	publish_release(&publish);
	return code;
}

static const struct ll_option publish_options[] = {
	{"mapping", "FILE", NULL, "what the columns mean (required)"},
	{"source", "DEPARTMENT", NULL, "the department that publishes; default: the mapping's"},
	{"format", "FORMAT", NULL, "csv or ndjson; default: the mapping's"},
	{"reject", "FILE", NULL,
	 "all rejected rows go there; default: FILE.rejects.csv for each FILE"},
	{"today", "DATE", NULL,
	 "rows dated more than a day later are rejected; default: today. Give the day of the "
	 "export "
	 "when history is replayed"},
	{"dry-run", NULL, NULL, "check every row, publish nothing; needs no Kafka and no secret"},
	{"json", NULL, NULL, "the summary as one JSON object, the last line on standard output"},
	{"quiet", NULL, NULL, "no progress on standard error"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_publish = {
	.name = "publish",
	.summary = "publish life events from a department's exported files",
	.usage = "FILE...",
	.help = "Reads CSV or NDJSON files, makes a life event of each row as the mapping says, "
		"and "
		"publishes them to life-events.DEPARTMENT. Citizen numbers are replaced by "
		"pseudonyms "
		"before anything leaves the machine.\n"
		"\n"
		"A bad row goes to the file of rejected rows with its line, field and reason; the "
		"others "
		"are published. Publishing a file again changes nothing. docs/department.md is the "
		"reference of mappings.\n"
		"\n"
		"  lifeline publish --mapping hospitalisation.yaml --dry-run claims.csv\n"
		"  lifeline publish --mapping hospitalisation.yaml claims.csv\n",
	.group = LL_GROUP_DEPARTMENTS,
	.options = publish_options,
	.min_arguments = 1,
	.max_arguments = -1,
	.run = publish_run,
};
