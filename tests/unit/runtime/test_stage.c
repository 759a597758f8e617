/*
 * The stage loop with a stage that writes down what it is told, on the in-memory bus. Outputs are
 * the inputs' texts; a second or a lost one is seen at once.
 */
#include <stdio.h>

#include "kit/kit.h"
#include "runtime/log.h"

#define IN   "household-events"
#define OUT  "risk-changes"
#define DEAD "dead-letters.fake"
#define SOON 12 /* turns after which a retry has been made and its work is done */

struct fake {
	struct ll_stage_loop *loop;
	struct ll_buf trace;
	int64_t start; /* c, or -1: from k */
	int take_failures;
	/* work, fold, commit or take of this text fails so often, work after it has sent */
	const char *failing;
	int failing_err;
	int failures;
	bool reroute_all;
	bool reject_long;
	bool reject_late; /* after it has sent */
	void (*in_commit)(struct fake *fake);
	struct kit *kit;
	int64_t stored[KIT_PARTITIONS]; /* offsets_in_store */
};

static void tell(struct fake *fake, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct fake *fake, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert_int_equal(ll_buf_append_str(&fake->trace, text), 0);
	assert_int_equal(ll_buf_append_str(&fake->trace, " "), 0);
}

static bool fails(struct fake *fake, struct ll_bytes value)
{
	if (fake->failures == 0 || value.size != strlen(fake->failing) ||
	    memcmp(value.data, fake->failing, value.size) != 0)
		return false;
	fake->failures--;
	return true;
}

static int fake_open(struct ll_stage_loop *loop, const struct ll_stage_env *env, void **ret_state,
		     struct ll_error *error)
{
	struct kit *kit = env->clock->context;
	struct fake *fake = kit->context;

	(void)error;
	fake->loop = loop;
	*ret_state = fake;
	return 0;
}

static void fake_close(void *state)
{
	tell(state, "close");
}

static int fake_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct fake *fake = state;

	(void)error;
	if (fake->take_failures > 0) {
		fake->take_failures--;
		return -LL_ERR_TIMED_OUT;
	}
	tell(fake, "take%d", input->position.partition);
	input->unit = fake;
	input->position.offset = input->committed;
	if (fake->start >= 0)
		input->position.offset = fake->start;
	else if (input->committed == LL_OFFSET_NONE)
		input->position.offset = LL_OFFSET_BEGINNING;
	return 0;
}

static void fake_drop(void *state, struct ll_input *input, bool clean)
{
	tell(state, "drop%d:%s", input->position.partition, clean ? "clean" : "dirty");
}

static int fake_fold(void *state, struct ll_input *input, const struct ll_record *record)
{
	struct fake *fake = state;

	(void)input;
	tell(fake, "fold:%.*s", (int)record->value.size, (const char *)record->value.data);
	return fails(fake, record->value) ? fake->failing_err : 0;
}

static int fake_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	struct fake *fake = state;
	const struct ll_outgoing outgoing = {OUT, record->partition, record->key, record->value, 0};
	int err;

	(void)input;
	tell(fake, "work:%.*s", record->value.size < 16 ? (int)record->value.size : 16,
	     (const char *)record->value.data);
	if (fake->reroute_all)
		return ll_stage_reroute(fake->loop, record);
	if (fake->reject_long && record->value.size > LL_MESSAGE_MAX)
		return -LL_ERR_TOO_LARGE;
	if (ll_err_class(fake->failing_err) == LL_CLASS_REJECT && !fake->reject_late &&
	    fails(fake, record->value)) {
		ll_stage_detail(fake->loop, "the %s reason", "whole");
		return fake->failing_err;
	}
	err = ll_stage_send(fake->loop, &outgoing);
	return !err && fails(fake, record->value) ? fake->failing_err : err;
}

static int fake_commit(void *state, const struct ll_input *const *touched, size_t count,
		       struct ll_error *error)
{
	struct fake *fake = state;

	(void)touched, (void)error;
	tell(fake, "commit%zu", count);
	if (fake->in_commit)
		fake->in_commit(fake);
	return fails(fake, kit_text("commit")) ? fake->failing_err : 0;
}

static void fake_committed(void *state)
{
	tell(state, "committed");
}

static void fake_aborted(void *state)
{
	tell(state, "aborted");
}

static void fake_settle(void *state)
{
	tell(state, "settle");
}

static const enum ll_topic fake_inputs[] = {LL_TOPIC_HOUSEHOLD_EVENTS};

static const struct ll_stage fake_stage = {
	.name = "fake",
	.inputs = fake_inputs,
	.input_count = 1,
	.open = fake_open,
	.close = fake_close,
	.take = fake_take,
	.drop = fake_drop,
	.fold = fake_fold,
	.work = fake_work,
	.commit = fake_commit,
	.committed = fake_committed,
	.aborted = fake_aborted,
	.settle = fake_settle,
};

/* ---- a test's world ------------------------------------------------------------------------ */

static void fake_reset(struct fake *fake, struct kit *kit)
{
	ll_buf_release(&fake->trace);
	*fake = (struct fake){.start = -1, .kit = kit};
	ll_buf_init(&fake->trace);
	kit->context = fake;
}

static void open_world(struct kit *kit, struct fake *fake)
{
	kit_open(kit);
	kit_topic(kit, DEAD);
	ll_buf_init(&fake->trace);
	fake_reset(fake, kit);
}

static void close_world(struct kit *kit, struct fake *fake)
{
	ll_buf_release(&fake->trace);
	kit_close(kit);
}

/* Batches of two: an odd number of records leaves a transaction open in between. */
static struct ll_stage_loop *slow_loop(struct kit *kit, struct fake *fake, const char *instance)
{
	struct ll_stage_env env = kit_env(kit, instance);
	struct ll_stage_loop *loop;

	env.batch_max = 2;
	kit->context = fake;
	assert_int_equal(ll_stage_loop_new(&fake_stage, &env, &loop, NULL), 0);
	return loop;
}

static void send(struct kit *kit, int32_t partition, const char *texts)
{
	for (; *texts; texts++) {
		const struct ll_bytes letter = {(const uint8_t *)texts, 1};

		kit_send(kit, IN, partition, letter, letter);
	}
}

/* Turns until the loop stands in a transaction that has worked two records. */
static void turn_into_transaction(struct kit *kit, struct ll_stage_loop *loop)
{
	for (int i = 0; i < SOON && !ll_stage_in_transaction(loop); i++)
		kit_turn(kit, loop, 1);
	assert_true(ll_stage_in_transaction(loop));
}

/* What is in the output, partition by partition. */
static void assert_output(struct kit *kit, const char *wanted)
{
	struct kit_record *records;
	size_t count = kit_read(kit, OUT, &records);
	char text[256] = "";

	for (size_t i = 0; i < count; i++) {
		assert_true(strlen(text) + records[i].value.size < sizeof(text));
		strncat(text, (const char *)records[i].value.data, records[i].value.size);
	}
	assert_string_equal(text, wanted);
}

static int64_t committed(struct kit *kit, int32_t partition)
{
	return kit_committed(kit, "lifeline-fake", IN, partition);
}

static void assert_trace(struct fake *fake, const char *wanted)
{
	assert_int_equal(ll_buf_append(&fake->trace, "", 1), 0);
	fake->trace.size--;
	assert_string_equal((const char *)fake->trace.data, wanted);
	ll_buf_clear(&fake->trace);
}

static bool traced(struct fake *fake, const char *what)
{
	assert_int_equal(ll_buf_append(&fake->trace, "", 1), 0);
	fake->trace.size--;
	return strstr((const char *)fake->trace.data, what);
}

/* ---- commit and abort ---------------------------------------------------------------------- */

static void test_offsets_and_outputs_in_one_transaction(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abcde");

	struct ll_stage_loop *loop = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, loop);
	assert_output(&kit, "");
	assert_int_equal(committed(&kit, 0), LL_OFFSET_NONE);
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "abcde");
	assert_int_equal(committed(&kit, 0), 5);
	/* Nothing of partition 1 was read, so nothing of it is said. */
	assert_int_equal(committed(&kit, 1), LL_OFFSET_NONE);
	assert_trace(&fake, "take0 take1 work:a work:b work:c work:d work:e commit1 committed ");
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_RECORDS_IN, NULL), 5);
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void test_commits_when_the_interval_is_over(void **state)
{
	struct ll_stage_loop *loop;
	struct ll_stage_env env;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abcdefgh");
	env = kit_env(&kit, "one");
	env.batch_max = 2;
	env.commit_interval_ms = 50; /* a turn takes 100 */
	assert_int_equal(ll_stage_loop_new(&fake_stage, &env, &loop, NULL), 0);
	turn_into_transaction(&kit, loop);
	assert_int_equal(kit_count(&kit, OUT), 0);
	kit_turn(&kit, loop, 1);
	/* Two batches of two; ends of partitions count as records of a batch. */
	assert_in_range(kit_count(&kit, OUT), 2, 4);
	assert_int_equal(committed(&kit, 0), kit_count(&kit, OUT));
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void test_aborted_work_is_done_again_from_the_committed_offset(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "a");

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	send(&kit, 0, "bc");
	fake.failing = "c";
	fake.failing_err = -LL_ERR_UNAVAILABLE;
	fake.failures = 1;
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "abc");
	assert_trace(&fake, "take0 take1 work:a commit1 committed "
			    "work:b work:c drop0:dirty aborted "
			    "take0 work:b work:c commit1 committed ");
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ABORTS, NULL), 1);
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void test_a_commit_that_fails_is_aborted(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "ab");
	fake.failing = "commit";
	fake.failing_err = -LL_ERR_TIMED_OUT;
	fake.failures = 2;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, 3 * SOON);
	assert_output(&kit, "ab");
	assert_int_equal(committed(&kit, 0), 2);
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_ABORTS, NULL), 2);
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* What a record had sent before it failed for good must not be committed on the way out. */
static void test_a_fatal_error_commits_nothing(void **state)
{
	struct ll_error error = {0};
	struct fake fake;
	struct kit kit;
	int err = 0;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "ab");
	fake.failing = "b";
	fake.failing_err = -LL_ERR_FATAL;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	for (int i = 0; i < SOON && !err; i++)
		err = ll_stage_loop_turn(loop, 0, &error);
	assert_int_equal(err, -LL_ERR_FATAL);
	ll_stage_loop_free(loop);
	assert_output(&kit, "");
	assert_int_equal(committed(&kit, 0), LL_OFFSET_NONE);
	assert_false(traced(&fake, "commit"));
	/* Who comes next does it once. */
	fake_reset(&fake, &kit);
	loop = kit_loop(&kit, &fake_stage, "one");
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "ab");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* ---- dead letters -------------------------------------------------------------------------- */

static struct ll_dead_letter one_letter(struct kit *kit)
{
	struct ll_dead_letter letter;
	struct kit_record *records;

	assert_int_equal(kit_read(kit, DEAD, &records), 1);
	kit_decode(kit, LL_MESSAGE_DEAD_LETTER, records[0].value, &letter);
	return letter;
}

static void test_a_rejected_record_becomes_a_dead_letter(void **state)
{
	struct ll_dead_letter letter;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 1, "a");
	kit_send(&kit, IN, 1, kit_text("key"), kit_text("bad"));
	send(&kit, 1, "b");
	fake.failing = "bad";
	fake.failing_err = -LL_ERR_BAD_DATE;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "ab");
	assert_int_equal(committed(&kit, 1), 3);
	letter = one_letter(&kit);
	kit_assert_text(letter.reason, "bad-date");
	kit_assert_text(letter.detail, "the whole reason");
	kit_assert_text(letter.stage, "fake");
	kit_assert_text(letter.origin.topic, IN);
	assert_int_equal(letter.origin.partition, 1);
	assert_int_equal(letter.origin.offset, 1);
	kit_assert_bytes(letter.key, kit_text("key"));
	kit_assert_bytes(letter.value, kit_text("bad"));
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_REJECTED, "bad-date"), 1);
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* Half of an input's outputs beside a dead letter of it would be neither done nor rejected. */
static void test_rejected_after_sending_commits_nothing(void **state)
{
	struct ll_error error = {0};
	struct fake fake;
	struct kit kit;
	int err = 0;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "ab");
	fake.failing = "b";
	fake.failing_err = -LL_ERR_TOO_LARGE;
	fake.failures = 1;
	fake.reject_late = true;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	for (int i = 0; i < SOON && !err; i++)
		err = ll_stage_loop_turn(loop, 0, &error);
	assert_int_equal(err, -LL_ERR_FATAL);
	assert_string_equal(error.message, "household-events[0] at 1 was rejected (too-large) "
					   "after 1 of its outputs were sent");
	ll_stage_loop_free(loop);
	assert_output(&kit, "");
	assert_int_equal(kit_count(&kit, DEAD), 0);
	assert_int_equal(committed(&kit, 0), LL_OFFSET_NONE);
	close_world(&kit, &fake);
}

/* The detail is of this record, not of one before. */
static void test_a_detail_is_not_kept(void **state)
{
	struct kit_record *records;
	struct ll_dead_letter letter;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "x");
	fake.failing = "x";
	fake.failing_err = -LL_ERR_BAD_KEY;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	fake.reroute_all = true;
	send(&kit, 0, "y");
	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_read(&kit, DEAD, &records), 2);
	for (int i = 0; i < 2; i++) {
		kit_decode(&kit, LL_MESSAGE_DEAD_LETTER, records[i].value, &letter);
		kit_assert_text(letter.detail, ll_str_equal(letter.reason, LL_STR("bad-key"))
						       ? "the whole reason"
						       : "");
	}
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* A record of any size is a dead letter that can be written and read. */
static void test_an_oversized_record_is_cut(void **state)
{
	static uint8_t key[20000];
	static uint8_t value[1020000];
	struct ll_dead_letter letter;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	memset(key, 'k', sizeof(key));
	memset(value, 'v', sizeof(value));
	kit_send(&kit, IN, 0, (struct ll_bytes){key, sizeof(key)},
		 (struct ll_bytes){value, sizeof(value)});
	send(&kit, 0, "b");
	fake.reject_long = true;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	letter = one_letter(&kit);
	kit_assert_bytes(letter.key, (struct ll_bytes){key, LL_DEAD_LETTER_KEY_MAX});
	kit_assert_bytes(letter.value, (struct ll_bytes){value, LL_MESSAGE_MAX});
	assert_int_equal(letter.origin.offset, 0);
	assert_output(&kit, "b");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* Anybody may stamp a record with any time. */
static void test_a_record_of_an_impossible_time(void **state)
{
	struct ll_dead_letter letter;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	ll_bus_memory_advance(kit.bus, INT64_C(1) << 60);
	send(&kit, 0, "xb");
	fake.failing = "x";
	fake.failing_err = -LL_ERR_BAD_KEY;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	letter = one_letter(&kit);
	assert_int_equal(letter.origin.offset, 0);
	assert_int_equal(ll_codec_check(LL_MESSAGE_DEAD_LETTER, &letter), 0);
	assert_output(&kit, "b");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* ---- rerouting ----------------------------------------------------------------------------- */

static void test_a_record_hops_once(void **state)
{
	const struct ll_key key = kit_key(1, 0);
	struct ll_dead_letter letter;
	struct kit_record *records;
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	kit_send(&kit, IN, 1, (struct ll_bytes){key.bytes, LL_KEY_SIZE}, kit_text("stray"));
	fake.reroute_all = true;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	assert_int_equal(kit_read(&kit, IN, &records), 2);
	assert_int_equal(records[0].partition, 0);
	assert_int_equal(records[0].hops, 1);
	kit_assert_bytes(records[0].value, kit_text("stray"));
	assert_int_equal(ll_metrics_get(kit.metrics, LL_METRIC_REROUTED, NULL), 1);
	letter = one_letter(&kit);
	kit_assert_text(letter.reason, "misplaced");
	assert_int_equal(letter.origin.partition, 0);
	assert_int_equal(committed(&kit, 0), 1);
	assert_int_equal(committed(&kit, 1), 1);
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* ---- the group ----------------------------------------------------------------------------- */

static void test_a_revoked_input_is_committed_first(void **state)
{
	struct fake fake, other;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	other = (struct fake){.start = -1, .kit = &kit};
	send(&kit, 0, "abcde");

	struct ll_stage_loop *one = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, one);

	struct ll_stage_loop *two = slow_loop(&kit, &other, "two");

	kit_turn(&kit, two, 1);
	assert_output(&kit, "");
	kit_turn(&kit, one, 1);
	assert_output(&kit, "ab");
	assert_int_equal(committed(&kit, 0), 2);
	assert_true(traced(&fake, "commit1 committed drop0:clean drop1:clean "));
	for (int i = 0; i < SOON; i++) {
		kit_turn(&kit, two, 1);
		kit_turn(&kit, one, 1);
	}
	assert_output(&kit, "abcde");
	kit_stop(one);
	kit_stop(two);
	ll_buf_release(&other.trace);
	close_world(&kit, &fake);
}

static void test_what_is_lost_is_aborted(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abcde");

	struct ll_stage_loop *loop = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, loop);
	assert_int_equal(ll_bus_memory_expire_members(kit.bus, "lifeline-fake", "one"), 1);
	kit_turn(&kit, loop, 1);
	assert_output(&kit, "");
	/* What was not touched still stands where it stood. */
	assert_true(traced(&fake, "drop0:dirty aborted drop1:clean "));
	assert_false(traced(&fake, "commit"));
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "abcde");
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void expire_me(struct fake *fake)
{
	fake->in_commit = NULL;
	ll_bus_memory_expire_members(fake->kit->bus, "lifeline-fake", "one");
}

/* `lost` is a hint: here it said no, and the generation was over all the same. */
static void test_a_commit_while_revoked_may_be_fenced(void **state)
{
	struct fake fake, other;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	other = (struct fake){.start = -1, .kit = &kit};
	send(&kit, 0, "abcde");

	struct ll_stage_loop *one = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, one);

	struct ll_stage_loop *two = slow_loop(&kit, &other, "two");

	kit_turn(&kit, two, 1);
	fake.in_commit = expire_me;
	kit_turn(&kit, one, 1);
	assert_true(traced(&fake, "commit1 drop0:dirty aborted drop1:clean "));
	assert_false(traced(&fake, "committed"));
	for (int i = 0; i < 2 * SOON; i++) {
		kit_turn(&kit, two, 1);
		kit_turn(&kit, one, 1);
	}
	assert_output(&kit, "abcde");
	kit_stop(one);
	kit_stop(two);
	ll_buf_release(&other.trace);
	close_world(&kit, &fake);
}

static void test_a_zombie_commits_nothing(void **state)
{
	struct fake fake, other;
	struct ll_error error = {0};
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	other = (struct fake){.start = -1, .kit = &kit};
	send(&kit, 0, "abcde");

	struct ll_stage_loop *zombie = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, zombie);
	ll_bus_memory_expire_members(kit.bus, "lifeline-fake", "one");

	struct ll_stage_loop *heir = slow_loop(&kit, &other, "two");

	/* Its transaction holds back who reads what it wrote, but no offsets: the heir goes on. */
	kit_turn(&kit, heir, SOON);
	assert_int_equal(committed(&kit, 0), 5);
	/* It wakes up where it stood: about to commit. */
	assert_int_equal(ll_stage_loop_stop(zombie, &error), 0);
	assert_false(traced(&fake, "committed"));
	assert_true(traced(&fake, "drop0:dirty aborted "));
	assert_output(&kit, "abcde");
	assert_int_equal(committed(&kit, 0), 5);
	ll_stage_loop_free(zombie);
	kit_stop(heir);
	ll_buf_release(&other.trace);
	close_world(&kit, &fake);
}

static void test_two_of_one_name_fence_each_other(void **state)
{
	struct fake fake, other;
	struct ll_error error = {0};
	struct kit kit;
	int err = 0;

	(void)state;
	open_world(&kit, &fake);
	other = (struct fake){.start = -1, .kit = &kit};
	send(&kit, 0, "abc");

	struct ll_stage_loop *one = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, one);

	struct ll_stage_loop *two = slow_loop(&kit, &other, "one");

	for (int i = 0; i < SOON && !err; i++)
		err = ll_stage_loop_turn(one, 0, &error);
	assert_int_equal(err, -LL_ERR_FENCED);
	assert_non_null(strstr(error.message, "lifeline-fake-one"));
	ll_stage_loop_free(one);
	kit_turn(&kit, two, SOON);
	assert_output(&kit, "abc");
	kit_stop(two);
	ll_buf_release(&other.trace);
	close_world(&kit, &fake);
}

/* ---- taking over --------------------------------------------------------------------------- */

static void test_catching_up_folds_and_emits_nothing(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abc");

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	send(&kit, 0, "de");
	fake_reset(&fake, &kit);
	fake.start = 0;
	loop = kit_loop(&kit, &fake_stage, "one");
	kit_turn(&kit, loop, SOON);
	assert_trace(&fake, "take0 take1 fold:a fold:b fold:c work:d work:e commit1 committed ");
	assert_output(&kit, "abcde");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* A record that a fold rejects was rejected when it was worked: no second dead letter. */
static void test_a_fold_rejects_in_silence(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "axb");
	fake.failing = "x";
	fake.failing_err = -LL_ERR_BAD_KEY;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	fake_reset(&fake, &kit);
	fake.start = 0;
	fake.failing = "x";
	fake.failing_err = -LL_ERR_BAD_KEY;
	fake.failures = 1;
	loop = kit_loop(&kit, &fake_stage, "one");
	send(&kit, 0, "c");
	kit_turn(&kit, loop, SOON);
	assert_trace(&fake, "take0 take1 fold:a fold:x fold:b work:c commit1 committed ");
	one_letter(&kit);
	assert_output(&kit, "abc");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* A fold that fails for now leaves no record out: the input is taken anew. */
static void test_a_fold_that_fails_begins_anew(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abc");

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	kit_stop(loop);
	fake_reset(&fake, &kit);
	fake.start = 0;
	fake.failing = "b";
	fake.failing_err = -LL_ERR_UNAVAILABLE;
	fake.failures = 1;
	loop = kit_loop(&kit, &fake_stage, "one");
	kit_turn(&kit, loop, 2 * SOON);
	assert_trace(&fake, "take0 take1 fold:a fold:b drop0:dirty aborted "
			    "take0 fold:a fold:b fold:c ");
	send(&kit, 0, "d");
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "abcd");
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void test_a_take_is_asked_again(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "a");
	send(&kit, 1, "b");
	fake.take_failures = 3;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "ab");
	kit_stop(loop);
	close_world(&kit, &fake);
}

static void test_a_log_that_does_not_reach_back_is_fatal(void **state)
{
	struct ll_error error = {0};
	struct fake fake;
	struct kit kit;
	int err = 0;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abc");
	ll_bus_memory_truncate(kit.bus, IN, 0, 2);
	fake.start = 0;

	struct ll_stage_loop *loop = kit_loop(&kit, &fake_stage, "one");

	for (int i = 0; i < SOON && !err; i++)
		err = ll_stage_loop_turn(loop, 0, &error);
	assert_int_equal(err, -LL_ERR_STATE);
	assert_non_null(strstr(error.message, IN));
	ll_stage_loop_free(loop);
	close_world(&kit, &fake);
}

/* ---- stopping ------------------------------------------------------------------------------ */

static void test_stops_in_order(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abc");

	struct ll_stage_loop *loop = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, loop);
	kit_stop(loop);
	assert_trace(&fake, "take0 take1 work:a work:b commit1 committed settle "
			    "drop0:clean drop1:clean close ");
	assert_output(&kit, "ab");
	assert_int_equal(committed(&kit, 0), 2);
	close_world(&kit, &fake);
}

static void test_a_kill_leaves_nothing_half_done(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "abcde");

	struct ll_stage_loop *loop = slow_loop(&kit, &fake, "one");

	turn_into_transaction(&kit, loop);
	kit_kill(&kit, &fake_stage, "one", loop);
	assert_output(&kit, "");
	fake_reset(&fake, &kit);
	loop = slow_loop(&kit, &fake, "one");
	kit_turn(&kit, loop, SOON);
	assert_output(&kit, "abcde");
	kit_stop(loop);
	close_world(&kit, &fake);
}

/* ---- offsets in the store ------------------------------------------------------------------ */

static int stored_take(void *state, struct ll_input *input, struct ll_error *error)
{
	struct fake *fake = state;

	(void)error;
	tell(fake, "take%d", input->position.partition);
	input->unit = fake;
	input->position.offset = fake->stored[input->position.partition];
	return 0;
}

static int stored_work(void *state, struct ll_input *input, const struct ll_record *record)
{
	struct fake *fake = state;

	(void)input;
	tell(fake, "work:%.*s", (int)record->value.size, (const char *)record->value.data);
	return fails(fake, record->value) ? fake->failing_err : 0;
}

static int stored_commit(void *state, const struct ll_input *const *touched, size_t count,
			 struct ll_error *error)
{
	struct fake *fake = state;
	int err = fake_commit(state, touched, count, error);

	for (size_t i = 0; !err && i < count; i++)
		fake->stored[touched[i]->position.partition] = touched[i]->position.offset;
	return err;
}

static const struct ll_stage stored_stage = {
	.name = "fake",
	.inputs = fake_inputs,
	.input_count = 1,
	.offsets_in_store = true,
	.open = fake_open,
	.close = fake_close,
	.take = stored_take,
	.drop = fake_drop,
	.work = stored_work,
	.commit = stored_commit,
	.aborted = fake_aborted,
};

static void test_offsets_may_be_the_stages_own(void **state)
{
	struct fake fake;
	struct kit kit;

	(void)state;
	open_world(&kit, &fake);
	send(&kit, 0, "ab");
	fake.failing = "commit";
	fake.failing_err = -LL_ERR_FENCED;
	fake.failures = 1;

	struct ll_stage_loop *loop = kit_loop(&kit, &stored_stage, "one");

	kit_turn(&kit, loop, 2 * SOON);
	assert_trace(&fake, "take0 take1 work:a work:b commit1 drop0:dirty aborted "
			    "take0 work:a work:b commit1 ");
	assert_int_equal(fake.stored[0], 2);
	assert_int_equal(committed(&kit, 0), LL_OFFSET_NONE);
	/* Its dead letters are written before its offsets move. */
	fake.failing = "x";
	fake.failing_err = -LL_ERR_BAD_KEY;
	fake.failures = 1;
	send(&kit, 0, "x");
	kit_turn(&kit, loop, SOON);
	one_letter(&kit);
	assert_int_equal(fake.stored[0], 3);
	kit_stop(loop);
	close_world(&kit, &fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets_and_outputs_in_one_transaction),
		cmocka_unit_test(test_commits_when_the_interval_is_over),
		cmocka_unit_test(test_aborted_work_is_done_again_from_the_committed_offset),
		cmocka_unit_test(test_a_commit_that_fails_is_aborted),
		cmocka_unit_test(test_a_fatal_error_commits_nothing),
		cmocka_unit_test(test_a_rejected_record_becomes_a_dead_letter),
		cmocka_unit_test(test_rejected_after_sending_commits_nothing),
		cmocka_unit_test(test_a_detail_is_not_kept),
		cmocka_unit_test(test_an_oversized_record_is_cut),
		cmocka_unit_test(test_a_record_of_an_impossible_time),
		cmocka_unit_test(test_a_record_hops_once),
		cmocka_unit_test(test_a_revoked_input_is_committed_first),
		cmocka_unit_test(test_what_is_lost_is_aborted),
		cmocka_unit_test(test_a_commit_while_revoked_may_be_fenced),
		cmocka_unit_test(test_a_zombie_commits_nothing),
		cmocka_unit_test(test_two_of_one_name_fence_each_other),
		cmocka_unit_test(test_catching_up_folds_and_emits_nothing),
		cmocka_unit_test(test_a_fold_rejects_in_silence),
		cmocka_unit_test(test_a_fold_that_fails_begins_anew),
		cmocka_unit_test(test_a_take_is_asked_again),
		cmocka_unit_test(test_a_log_that_does_not_reach_back_is_fatal),
		cmocka_unit_test(test_stops_in_order),
		cmocka_unit_test(test_a_kill_leaves_nothing_half_done),
		cmocka_unit_test(test_offsets_may_be_the_stages_own),
	};

	ll_log_init("test", LL_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
