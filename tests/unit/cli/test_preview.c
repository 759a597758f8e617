/* What a policy would change is counted, and nothing is published. */
#include "base/date.h"
#include "cli/present.h"
#include "cli/preview.h"
#include "present_kit.h"

#define LOW  POLICY("low", "2024-06-01", "5000")
#define HIGH POLICY("high", "2024-06-01", "20000")
#define FROM (KIT_DAY - 200)

static struct kit kit;
static struct ll_preview preview;

static int set_up(void **state)
{
	(void)state;
	kit_open(&kit);
	ll_preview_init(&preview);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ll_preview_release(&preview);
	kit_close(&kit);
	return 0;
}

/* Four in one county, three of them ill; two in the other, one ill. */
static void write_homes(void)
{
	for (uint32_t i = 0; i < 6; i++)
		send_home(&kit, i, i < 4 ? "360521001001" : "360502001001");
	for (uint32_t i = 1; i < 5; i++)
		send_stay(&kit, i);
}

static void run(const char *text, int32_t effective_on)
{
	const struct ll_policy_activated policy = {.name = LL_STR("test"),
						   .version = LL_STR("2"),
						   .effective_on = effective_on,
						   .text = ll_str_from(text)};
	struct ll_error error = {0};
	struct ll_present present;
	struct ll_arena scratch;

	ll_preview_release(&preview);
	ll_preview_init(&preview);
	ll_arena_init(&scratch, 0);
	assert_int_equal(ll_present_init(&present, kit.bus, NULL, kit.codec, "test", &error), 0);
	for (int32_t i = 0; i < present.partitions; i++) {
		struct ll_partition *partition;

		assert_int_equal(ll_present_load(&present, i, &partition, &error), 0);
		assert_int_equal(ll_preview_partition(&preview, partition, &policy, &scratch), 0);
		ll_partition_free(partition);
	}
	ll_arena_release(&scratch);
}

static void test_nothing_there(void **state)
{
	(void)state;
	run(LOW, FROM);
	assert_int_equal(preview.households, 0);
	assert_int_equal(preview.day, LL_DAY_NONE);
	/* Households, and no day yet: no rule fires. */
	write_homes();
	run(LOW, FROM);
	assert_int_equal(preview.households, 6);
	assert_int_equal(preview.day, LL_DAY_NONE);
	assert_true(preview.undated > 0);
	assert_int_equal(preview.touched, 0);
}

static void test_by_county_and_measure(void **state)
{
	const struct ll_preview_county *county;

	(void)state;
	send_policy(&kit, HIGH, FROM);
	send_tick(&kit, KIT_DAY);
	write_homes();
	run(LOW, FROM + 1);
	assert_int_equal(preview.day, KIT_DAY);
	assert_false(preview.later);
	assert_int_equal(preview.touched, 4);
	assert_int_equal(preview.leads, 4);
	assert_int_equal(preview.no_leads, 0);
	assert_int_equal(preview.tasks.opened, 8);
	assert_int_equal(preview.county_count, 2);
	county = &preview.counties[0];
	assert_string_equal(county->name, "360502");
	assert_int_equal(county->leads, 1);
	assert_int_equal(county->measures[LL_MEASURE_VISIT].opened, 1);
	county = &preview.counties[1];
	assert_string_equal(county->name, "360521");
	assert_int_equal(county->leads, 3);
	assert_int_equal(county->measures[LL_MEASURE_MEDICAL_AID].opened, 3);
	assert_int_equal(county->measures[LL_MEASURE_JOB_SUPPORT].opened, 0);
}

/* For a day to come it is tried on the state of today. */
static void test_later_day(void **state)
{
	(void)state;
	send_policy(&kit, HIGH, FROM);
	send_tick(&kit, KIT_DAY);
	write_homes();
	run(LOW, KIT_DAY + 30);
	assert_true(preview.later);
	assert_int_equal(preview.tasks.opened, 8);
}

static void test_what_goes(void **state)
{
	(void)state;
	send_policy(&kit, LOW, FROM);
	send_tick(&kit, KIT_DAY);
	write_homes();
	run(HIGH, FROM + 1);
	assert_int_equal(preview.tasks.opened, 0);
	assert_int_equal(preview.tasks.withdrawn, 8);
	assert_int_equal(preview.no_leads, 4);
	/* The same again, and one that is older than what is in force, change nothing. */
	run(LOW, FROM);
	assert_int_equal(preview.touched, 0);
	run(HIGH, FROM - 1);
	assert_int_equal(preview.touched, 0);
}

static void test_agreement(void **state)
{
	(void)state;
	assert_true(ll_preview_may_open(1000, 1000, -1));
	assert_false(ll_preview_may_open(1001, 1000, -1));
	assert_true(ll_preview_may_open(1001, 1000, 1001));
	assert_false(ll_preview_may_open(1002, 1000, 1001)); /* grown since it was shown */
	assert_true(ll_preview_may_open(1001, 1000, 1101));
	assert_false(ll_preview_may_open(1001, 1000, 1102)); /* not the number that was shown */
	assert_false(ll_preview_may_open(1001, 1000, 999999999));
	assert_false(ll_preview_may_open(1, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_by_county_and_measure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_later_day, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_goes, set_up, tear_down),
		cmocka_unit_test(test_agreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
