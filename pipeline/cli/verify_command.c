#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "cli/commands.h"
#include "cli/lag.h"
#include "cli/verify.h"
#include "consumers/assess/fold.h"
#include "policy/policy_yaml.h"
#include "runtime/clock.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"
#include "runtime/progress.h"
#include "runtime/scan.h"
#include "runtime/shell.h"

#define CLIENT	       "lifeline-verify"
#define PARTITIONS_MAX 1024
#define WAIT_MAX       (24LL * 3600)
#define PROGRESS_MIN   200000

struct verifying {
	struct ll_bus *bus;
	struct ll_codec *codec;
	struct ll_verify verify;
	struct ll_fold fold;
	struct ll_partition *partitions[PARTITIONS_MAX];
	int32_t count;
	int32_t only; /* partition, or -1: all */
	struct ll_progress progress;
	int64_t records;
	int64_t rejected;
	bool cut; /* a topic does not reach back to its beginning */
};

/* ---- one run of the core ----------------------------------------------------------------------- */

static int take_decision(void *context, const struct ll_decision *decision)
{
	return ll_verify_computed(context, decision);
}

/* Exactly what assess does with the record; what it rejects changes nothing. */
static int fold_record(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	struct verifying *verifying = context;
	bool misplaced = false;
	int err;

	(void)scan;
	(void)part;
	ll_progress_update(&verifying->progress, ++verifying->records);
	err = ll_fold_apply(&verifying->fold, verifying->partitions[record->partition], record,
			    take_decision, &verifying->verify, &misplaced);
	if (!err || ll_err_class(err) != LL_CLASS_REJECT)
		return err;
	verifying->rejected++;
	return 0;
}

static bool is_cut(const struct ll_scan *scan)
{
	for (size_t i = 0; i < ll_scan_count(scan); i++)
		if (ll_scan_at(scan, i)->first > 0)
			return true;
	return false;
}

static int add_log(struct verifying *verifying, struct ll_scan *scan, struct ll_error *error)
{
	const char *log = ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS);
	int err = 0;

	for (int32_t i = 0; !err && i < verifying->count; i++) {
		if (verifying->only >= 0 && verifying->only != i)
			continue;
		err = ll_scan_add(scan, log, i, LL_OFFSET_BEGINNING, error);
		if (!err)
			err = ll_partition_new(&ll_policy_yaml_compiler, &verifying->partitions[i]);
	}
	return err;
}

static int fold_log(struct verifying *verifying, bool quiet, struct ll_error *error)
{
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(verifying->bus, CLIENT, &scan, error);

	if (!err)
		err = add_log(verifying, scan, error);
	if (!err && is_cut(scan))
		err = ll_error_set(error, -LL_ERR_UNSUPPORTED,
				   "household-events does not reach back to its beginning: its "
				   "first records were removed, so it cannot be folded again");
	if (!err) {
		int64_t left = ll_scan_left(scan);

		ll_progress_init(&verifying->progress, "records", left,
				 quiet || left < PROGRESS_MIN);
		err = ll_scan_run(scan, fold_record, verifying, error);
		ll_progress_finish(&verifying->progress, verifying->records);
	}
	ll_scan_free(scan);
	return err;
}

/* ---- what the topics hold ---------------------------------------------------------------------- */

static int take_output(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
		       const struct ll_record *record)
{
	static const enum ll_message messages[LL_TOPIC_COUNT] = {
		[LL_TOPIC_ASSISTANCE_TASKS] = LL_MESSAGE_TASK,
		[LL_TOPIC_ESCALATIONS] = LL_MESSAGE_ESCALATION,
		[LL_TOPIC_RISK_CHANGES] = LL_MESSAGE_RISK_CHANGE,
	};
	struct verifying *verifying = context;

	(void)scan;
	if (verifying->only >= 0 && ll_partition_of(record->key.data, record->key.size,
						    verifying->count) != verifying->only)
		return 0;
	return ll_verify_found(&verifying->verify, messages[part->kind], record->value);
}

static int read_outputs(struct verifying *verifying, struct ll_error *error)
{
	static const enum ll_topic kinds[] = {LL_TOPIC_ASSISTANCE_TASKS, LL_TOPIC_ESCALATIONS,
					      LL_TOPIC_RISK_CHANGES};
	struct ll_scan *scan = NULL;
	int err = ll_scan_new(verifying->bus, CLIENT, &scan, error);

	for (size_t i = 0; !err && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		err = ll_scan_add_kind(scan, kinds[i], error);
	if (!err) {
		verifying->cut = is_cut(scan);
		err = ll_scan_run(scan, take_output, verifying, error);
	}
	ll_scan_free(scan);
	return err;
}

/* ---- telling ----------------------------------------------------------------------------------- */

static const enum ll_message outputs[] = {LL_MESSAGE_TASK, LL_MESSAGE_RISK_CHANGE,
					  LL_MESSAGE_ESCALATION};
#define OUTPUT_COUNT (sizeof(outputs) / sizeof(outputs[0]))

static int print_table(const struct verifying *verifying, struct ll_verify_result result)
{
	static const struct ll_column described[] = {
		{"MESSAGE", false}, {"COMPUTED", true}, {"IN THE TOPICS", true}, {NULL, false}};
	struct ll_columns *table;
	int err = ll_columns_new(described, &table);

	if (err)
		return err;
	printf("%lld records of household-events folded, %lld of them rejected.\n\n",
	       (long long)verifying->records, (long long)verifying->rejected);
	for (size_t i = 0; !err && i < OUTPUT_COUNT; i++) {
		char computed[32];
		char found[32];

		snprintf(computed, sizeof(computed), "%lld",
			 (long long)verifying->verify.computed[outputs[i]]);
		snprintf(found, sizeof(found), "%lld",
			 (long long)verifying->verify.found[outputs[i]]);
		err = ll_columns_add(
			table, (const char *const[]){ll_message_name(outputs[i]), computed, found});
	}
	if (!err)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	printf("\n%lld lost, %lld doubled.\n", (long long)result.lost, (long long)result.doubled);
	if (verifying->cut)
		puts("The queues do not reach back to their beginnings: what was removed from them "
		     "counts as lost.");
	else if (result.lost == 0 && result.doubled == 0)
		puts("What the topics hold is what one run over the log says, to the byte.");
	return err;
}

static int print_json(const struct verifying *verifying, struct ll_verify_result result)
{
	json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:b, s:b}", "records",
				   (json_int_t)verifying->records, "rejected",
				   (json_int_t)verifying->rejected, "lost", (json_int_t)result.lost,
				   "doubled", (json_int_t)result.doubled, "cut", verifying->cut,
				   "equal", result.lost == 0 && result.doubled == 0);

	for (size_t i = 0; i < OUTPUT_COUNT; i++)
		json_object_set_new(object, ll_message_name(outputs[i]),
				    json_pack("{s:I, s:I}", "computed",
					      (json_int_t)verifying->verify.computed[outputs[i]],
					      "found",
					      (json_int_t)verifying->verify.found[outputs[i]]));
	return ll_json_print(object);
}

/* ---- the command ------------------------------------------------------------------------------- */

/* While assess is at work the topics cannot hold what it has still to say. */
static int wait_for_stages(const struct ll_invocation *invocation, struct ll_bus *bus,
			   int64_t wait_ms, struct ll_error *error)
{
	struct ll_store *store = NULL;
	struct ll_lag *lag = NULL;
	bool drained = false;
	int err = ll_shell_store_ready(invocation, &store);

	if (!err)
		err = ll_lag_new(bus, store, &lag, error);
	if (!err)
		err = ll_lag_wait(lag, wait_ms, &drained, error);
	/* A record that lags behind changes nothing of what the topics hold. */
	if (!err && ll_lag_behind(lag, "enrich") + ll_lag_behind(lag, "assess") > 0)
		err = ll_error_set(error, -LL_ERR_TIMED_OUT,
				   "enrich and assess have still records to read (lifeline lag); "
				   "wait longer with --wait");
	ll_lag_free(lag);
	ll_store_free(store);
	return err;
}

static int verify(struct verifying *verifying, bool json, struct ll_verify_result *ret_result,
		  struct ll_error *error)
{
	int err = ll_bus_partition_count(verifying->bus,
					 ll_topic_subscription(LL_TOPIC_HOUSEHOLD_EVENTS),
					 LL_SHELL_ANSWER_MS, &verifying->count, error);

	if (!err && (verifying->count == 0 || verifying->count > PARTITIONS_MAX))
		err = ll_error_set(error, -LL_ERR_NOT_FOUND, "household-events has %d partitions",
				   verifying->count);
	if (!err && verifying->only >= verifying->count)
		err = ll_error_set(error, -LL_ERR_NOT_FOUND, "there is no partition %d",
				   verifying->only);
	if (err)
		return err;
	ll_fold_init(&verifying->fold, verifying->codec, verifying->count);
	err = fold_log(verifying, json, error);
	if (!err)
		err = read_outputs(verifying, error);
	ll_fold_release(&verifying->fold);
	if (err)
		return err;
	*ret_result = ll_verify_compare(&verifying->verify);
	return json ? print_json(verifying, *ret_result) : print_table(verifying, *ret_result);
}

static int read_options(struct ll_invocation *invocation, int64_t *ret_only, int64_t *ret_wait_ms)
{
	int64_t seconds = 0;

	if (ll_invocation_option(invocation, "partition") &&
	    ll_invocation_number(invocation, "partition", 0, PARTITIONS_MAX - 1, ret_only))
		return -LL_ERR_USAGE;
	if (ll_invocation_number(invocation, "wait", 0, WAIT_MAX, &seconds))
		return -LL_ERR_USAGE;
	*ret_wait_ms = seconds * 1000;
	return 0;
}

static int run(struct ll_invocation *invocation)
{
	struct verifying *verifying = calloc(1, sizeof(*verifying));
	struct ll_verify_result result = {0};
	struct ll_error error = {0};
	int64_t only = -1;
	int64_t wait_ms = 0;
	int err;

	if (!verifying)
		return ll_complain(invocation, LL_EXIT_FAILED, "out of memory");
	if (read_options(invocation, &only, &wait_ms)) {
		free(verifying);
		return LL_EXIT_USAGE;
	}
	verifying->only = (int32_t)only;
	ll_stop_on_signals();
	err = ll_shell_codec(invocation, &verifying->codec);
	ll_verify_init(&verifying->verify, verifying->codec);
	if (!err)
		err = ll_shell_bus_ready(invocation, &verifying->bus);
	if (!err) {
		err = wait_for_stages(invocation, verifying->bus, wait_ms, &error);
		if (!err)
			err = verify(verifying, ll_invocation_flag(invocation, "json"), &result,
				     &error);
		if (err)
			ll_complain_error(invocation, err, "not verified", &error);
	}
	for (int32_t i = 0; i < PARTITIONS_MAX; i++)
		ll_partition_free(verifying->partitions[i]);
	ll_verify_release(&verifying->verify);
	ll_bus_free(verifying->bus);
	ll_codec_free(verifying->codec);
	free(verifying);
	return err				  ? ll_exit_of(err)
	       : result.lost + result.doubled > 0 ? LL_EXIT_FAILED
						  : LL_EXIT_DONE;
}

static const struct ll_option options[] = {
	{"partition", "N", NULL, "only this partition of household-events"},
	{"wait", "SECONDS", "10", "first wait until enrich and assess have read everything"},
	{"json", NULL, NULL, "as one JSON object"},
	{NULL, NULL, NULL, NULL},
};

const struct ll_command ll_command_verify = {
	.name = "verify",
	.summary = "fold the whole log again and compare with what was published",
	.usage = "",
	.help = "Runs the decision core once, in one thread, over all of household-events, and "
		"compares every task, risk change and escalation that it says with those that the "
		"topics hold, byte by byte, as a multiset. Whatever crashed, was restarted or was "
		"rebalanced meanwhile: nothing may be lost and nothing doubled. Fails when they "
		"differ.\n"
		"\n"
		"Examples:\n"
		"  lifeline verify\n"
		"  lifeline verify --partition 3 --json\n",
	.group = LL_GROUP_OPERATORS,
	.options = options,
	.run = run,
};
