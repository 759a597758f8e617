/*
 * What the fold costs, without Kafka, codec or database: ordinary events that change a fact, over
 * many households in a random order; then a flood alert over all, a tick, and a checkpoint. Then how
 * an event's time grows with the facts of a household and with the rules of the policy; and with the
 * shipped national policy.
 * usage: bench_core [households] [events [policy.yaml]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "core/partition.h"
#include "core/policy.h"
#include "policy/policy_yaml.h"

#define YUAN INT64_C(100)

/* Rules that ordinary events do not set off; sixteen of them, where nothing else is said. */
#define RULE_COUNT 16
static struct ll_rule rules[LL_RULES_MAX];
static struct ll_policy_region region = {.rules = rules, .rule_count = RULE_COUNT};
static struct ll_policy policy = {
	.name = {"bench", 5},
	.version = {"1", 1},
	.keep_months = 24,
	.regions = &region,
	.region_count = 1,
};

static void make_policy(void)
{
	for (int i = 0; i < LL_RULES_MAX; i++) {
		rules[i] = (struct ll_rule){
			.id = {"rule-of-the-bench", (size_t)(17 - i % 16)},
			.level = 1,
			.measures = 1u << LL_MEASURE_VISIT,
			.comparisons = {{LL_INDICATOR_MEDICAL_OWN_COST_12M, LL_OPERATOR_AT_LEAST,
					 (900000 + i) * YUAN},
					{LL_INDICATOR_EX_POOR, LL_OPERATOR_IS, i & 1}},
			.comparison_count = 2,
		};
	}
	rules[0].comparisons[0] =
		(struct ll_comparison){LL_INDICATOR_ALERT_SEVERITY, LL_OPERATOR_AT_LEAST, 3};
	rules[0].measures |= 1u << LL_MEASURE_DISASTER_INSPECTION;
	rules[0].comparison_count = 1;
	region.measures[LL_MEASURE_VISIT].due_days = 3;
	region.measures[LL_MEASURE_DISASTER_INSPECTION].due_days = 2;
}

static int compile(void *context, struct ll_str text, struct ll_policy **ret_policy)
{
	(void)context;
	(void)text;
	*ret_policy = &policy;
	return 0;
}

static void free_nothing(struct ll_policy *unused)
{
	(void)unused;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct ll_key key_of(uint32_t number, uint8_t domain)
{
	struct ll_key key = {.bytes = {domain}};

	memcpy(key.bytes + 8, &number, sizeof(number));
	return key;
}

static size_t told;

static int count_told(void *context, const struct ll_decision *decision)
{
	(void)context;
	told += decision->task_count;
	return 0;
}

static void apply(struct ll_partition *partition, const struct ll_household_event *event,
		  struct ll_arena *scratch)
{
	int rc;

	ll_arena_clear(scratch);
	rc = ll_partition_apply(partition, event, scratch, count_told, NULL);
	if (rc < 0) {
		fprintf(stderr, "apply: %d\n", rc);
		exit(1);
	}
}

static void register_all(struct ll_partition *partition, struct ll_arena *scratch, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct ll_member members[3] = {
			{.labour = true}, {.labour = true}, {.resident = true}};
		struct ll_household_event event = {
			.household_key = key_of(i, 1),
			.body = LL_BODY_HOUSEHOLD_REGISTERED,
			.household_registered = {.area = LL_STR("360502001001"),
						 .recorded_income_fen = {true, 36000 * YUAN},
						 .recorded_income_year = 2024,
						 .members = members,
						 .member_count = 3},
		};

		for (uint8_t m = 0; m < 3; m++)
			members[m].person_key = key_of(i, (uint8_t)(2 + m));
		apply(partition, &event, scratch);
	}
}

static void report(const char *what, double seconds, size_t count)
{
	printf("%-28s %10zu  %8.3f s  %8.0f ns each\n", what, count, seconds,
	       seconds * 1e9 / (double)(count ? count : 1));
}

#define BATCH 32

/* A batch at a time, as the stage loop does: the keys first, then the events. */
static void events(struct ll_partition *partition, struct ll_arena *scratch, uint32_t households,
		   uint32_t count, bool prefetch)
{
	uint64_t seed = 0x9e3779b97f4a7c15u;
	struct ll_household_event event = {.body = LL_BODY_LIFE_EVENT};
	uint32_t numbers[BATCH];
	struct ll_key keys[BATCH];

	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = i % BATCH;
		char id[16];

		for (uint32_t k = 0; at == 0 && k < BATCH; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			numbers[k] = (uint32_t)((seed >> 32) % households);
			keys[k] = key_of(numbers[k], 1);
		}
		if (at == 0 && prefetch)
			ll_partition_prefetch(partition, keys, BATCH);
		memcpy(id, &i, sizeof(i));
		id[4] = (char)prefetch;
		event.household_key = keys[at];
		event.person_key = key_of(numbers[at], 2);
		event.life_event = (struct ll_life_event){
			.event_id = {id, sizeof(i) + 1},
			.source = LL_STR("medical-insurance"),
			.occurred_on = ll_day_from_date(2025, 6, 1) - (int32_t)(i % 300),
			.payload = {.kind = LL_EVENT_HOSPITALISATION,
				    .hospitalisation = {2000 * YUAN, 1900 * YUAN, {false, 0}}},
		};
		apply(partition, &event, scratch);
	}
}

/* ---- growth --------------------------------------------------------------------------------- */

#define GROWTH_HOUSEHOLDS 10000
#define GROWTH_EVENTS	  300000

static struct ll_partition *new_partition(const struct ll_policy_compiler *compiler,
					  struct ll_str policy_text, struct ll_arena *scratch)
{
	struct ll_household_event event = {
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = {.effective_on = 0, .text = policy_text}};
	struct ll_partition *partition;

	if (ll_partition_new(compiler, &partition) < 0)
		exit(1);
	apply(partition, &event, scratch);
	event = (struct ll_household_event){.body = LL_BODY_TICK,
					    .tick = {ll_day_from_date(2025, 6, 10)}};
	apply(partition, &event, scratch);
	return partition;
}

/* What an ordinary household is told of, a little each: nothing that should make it a lead. */
static struct ll_payload mixed_payload(uint32_t number)
{
	switch (number % 5) {
	case 0:
		return (struct ll_payload){.kind = LL_EVENT_OUTPATIENT_COST,
					   .outpatient_cost = {90 * YUAN, 60 * YUAN, {false, 0}}};
	case 1:
		return (struct ll_payload){.kind = LL_EVENT_WAGE_REPORT,
					   .wage_report = {4000 * YUAN}};
	case 2:
		return (struct ll_payload){.kind = LL_EVENT_TUITION_COST,
					   .tuition_cost = {LL_SCHOOL_COMPULSORY, 20 * YUAN}};
	case 3:
		return (struct ll_payload){.kind = LL_EVENT_BENEFIT,
					   .benefit = {LL_BENEFIT_OTHER, 10 * YUAN, 12}};
	default:
		return (struct ll_payload){.kind = LL_EVENT_HOSPITALISATION,
					   .hospitalisation = {50 * YUAN, 40 * YUAN, {false, 0}}};
	}
}

/* Fact `fact` of a household, in its `revision`. */
static void tell(struct ll_partition *partition, struct ll_arena *scratch, uint32_t number,
		 uint32_t fact, int32_t revision)
{
	char id[4];
	struct ll_household_event event = {
		.body = LL_BODY_LIFE_EVENT,
		.household_key = key_of(number, 1),
		.person_key = key_of(number, 2),
		.life_event = {.event_id = {id, sizeof(id)},
			       .revision = revision,
			       .source = LL_STR("medical-insurance"),
			       .occurred_on = ll_day_from_date(2025, 6, 1) - (int32_t)(fact * 3),
			       .payload = mixed_payload(fact)},
	};

	memcpy(id, &fact, sizeof(id));
	apply(partition, &event, scratch);
}

/* Nanoseconds of an event on a household that has so many facts: corrections, so it keeps as many. */
static double event_ns(const struct ll_policy_compiler *compiler, struct ll_str policy_text,
		       struct ll_arena *scratch, uint32_t facts)
{
	struct ll_partition *partition = new_partition(compiler, policy_text, scratch);
	struct ll_key keys[BATCH];
	double start;

	register_all(partition, scratch, GROWTH_HOUSEHOLDS);
	for (uint32_t i = 0; i < GROWTH_HOUSEHOLDS; i++)
		for (uint32_t fact = 0; fact < facts; fact++)
			tell(partition, scratch, i, fact, 0);
	told = 0;
	start = now();
	for (uint32_t i = 0; i < GROWTH_EVENTS; i++) {
		for (uint32_t k = 0; i % BATCH == 0 && k < BATCH; k++)
			keys[k] = key_of((i + k) % GROWTH_HOUSEHOLDS, 1);
		if (i % BATCH == 0)
			ll_partition_prefetch(partition, keys, BATCH);
		tell(partition, scratch, i % GROWTH_HOUSEHOLDS, i / GROWTH_HOUSEHOLDS * 7 % facts,
		     1 + (int32_t)(i / GROWTH_HOUSEHOLDS));
	}
	start = now() - start;
	ll_partition_free(partition);
	return start * 1e9 / GROWTH_EVENTS;
}

static const uint32_t fact_counts[] = {1, 5, 20, 100};
static const int32_t rule_counts[] = {16, 64, 256};

static void growth_with_facts(const char *what, const struct ll_policy_compiler *compiler,
			      struct ll_str policy_text, struct ll_arena *scratch)
{
	printf("%s\n", what);
	for (size_t i = 0; i < sizeof(fact_counts) / sizeof(fact_counts[0]); i++) {
		double ns = event_ns(compiler, policy_text, scratch, fact_counts[i]);

		printf("  %3u facts a household       %8.0f ns each, %zu tasks\n", fact_counts[i],
		       ns, told);
	}
}

static void growth_with_rules(const struct ll_policy_compiler *compiler, struct ll_arena *scratch)
{
	printf("with rules, 5 facts a household\n");
	for (size_t i = 0; i < sizeof(rule_counts) / sizeof(rule_counts[0]); i++) {
		region.rule_count = rule_counts[i];
		printf("  %3d rules                   %8.0f ns each\n", rule_counts[i],
		       event_ns(compiler, LL_STR("bench"), scratch, 5));
	}
	region.rule_count = RULE_COUNT;
}

static char policy_file[LL_POLICY_TEXT_MAX];

static void shipped_policy(const char *path, struct ll_arena *scratch)
{
	FILE *file = fopen(path, "r");
	struct ll_policy *shipped;
	struct ll_error error;
	size_t size;

	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(policy_file, 1, sizeof(policy_file), file);
	fclose(file);
	if (ll_policy_compile((struct ll_str){policy_file, size}, &shipped, &error) < 0) {
		fprintf(stderr, "%s:%d: %s\n", path, error.line, error.message);
		exit(1);
	}
	printf("%.*s %.*s: %d rules everywhere, ", (int)shipped->name.size, shipped->name.data,
	       (int)shipped->version.size, shipped->version.data, shipped->regions[0].rule_count);
	ll_policy_free(shipped);
	growth_with_facts("with facts", &ll_policy_yaml_compiler,
			  (struct ll_str){policy_file, size}, scratch);
}

int main(int argc, char **argv)
{
	uint32_t households = argc > 1 ? (uint32_t)atoi(argv[1]) : 500000;
	uint32_t count = argc > 2 ? (uint32_t)atoi(argv[2]) : 2500000;
	const struct ll_policy_compiler compiler = {compile, free_nothing, NULL};
	struct ll_household_event event;
	struct ll_partition *partition;
	struct ll_arena scratch;
	struct ll_buf segment;
	bool done;
	double start;

	make_policy();
	ll_arena_init(&scratch, 0);
	ll_buf_init(&segment);
	if (ll_partition_new(&compiler, &partition) < 0)
		return 1;
	event = (struct ll_household_event){
		.body = LL_BODY_POLICY_ACTIVATED,
		.policy_activated = {.effective_on = 0, .text = LL_STR("bench")}};
	apply(partition, &event, &scratch);
	event = (struct ll_household_event){.body = LL_BODY_TICK,
					    .tick = {ll_day_from_date(2025, 6, 10)}};
	apply(partition, &event, &scratch);

	start = now();
	register_all(partition, &scratch, households);
	report("registrations", now() - start, households);
	start = now();
	events(partition, &scratch, households, count / 2, false);
	report("ordinary events", now() - start, count / 2);
	start = now();
	events(partition, &scratch, households, count / 2, true);
	report("with prefetch", now() - start, count / 2);
	printf("%-28s %10zu bytes\n", "a household",
	       ll_partition_bytes(partition) / ll_partition_household_count(partition));
	start = now();
	ll_partition_encode_changed(partition, &segment, SIZE_MAX, &done);
	report("encoded", now() - start, households);
	printf("%-28s %10zu bytes\n", "an encoded household", segment.size / households);
	event = (struct ll_household_event){.body = LL_BODY_TICK,
					    .tick = {ll_day_from_date(2025, 6, 11)}};
	start = now();
	apply(partition, &event, &scratch);
	report("tick", now() - start, households);
	event = (struct ll_household_event){
		.body = LL_BODY_AREA_ALERT,
		.area_alert = {.alert_id = LL_STR("flood"),
			       .area = LL_STR("3605"),
			       .severity = 4,
			       .occurred_on = ll_day_from_date(2025, 6, 11),
			       .expires_on = ll_day_from_date(2025, 6, 20)}};
	told = 0;
	start = now();
	apply(partition, &event, &scratch);
	report("flood alert, tasks", now() - start, told);
	ll_partition_free(partition);

	if (ll_partition_new(&compiler, &partition) < 0)
		return 1;
	start = now();
	if (ll_partition_restore(partition, ll_buf_bytes(&segment), &scratch) < 0)
		return 1;
	report("restored", now() - start, ll_partition_household_count(partition));
	ll_partition_free(partition);
	growth_with_facts("with facts, 16 rules", &compiler, LL_STR("bench"), &scratch);
	growth_with_rules(&compiler, &scratch);
	shipped_policy(argc > 3 ? argv[3] : BENCH_POLICY, &scratch);
	ll_buf_release(&segment);
	ll_arena_release(&scratch);
	return 0;
}
