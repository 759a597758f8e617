#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "producers/alert/alert_text.h"

#define TODAY 20089 /* 2025-01-01 */

static struct ll_alert_text flood(void)
{
	return (struct ll_alert_text){
		.area = LL_STR("360521104"),
		.kind = LL_STR("flood"),
		.severity = LL_STR("3"),
		.expires = LL_STR("2025-01-10"),
	};
}

static int make(const struct ll_alert_text *text, struct ll_alert *ret_alert)
{
	struct ll_error error = {0};
	int err = ll_alert_make(text, TODAY, ret_alert, &error);

	if (err)
		assert_true(strlen(error.message) > 0);
	return err;
}

static void test_what_is_not_given_is_filled_in(void **state)
{
	struct ll_alert_text text = flood();
	struct ll_alert alert;

	(void)state;
	assert_int_equal(make(&text, &alert), 0);
	assert_int_equal(alert.body.occurred_on, TODAY);
	assert_int_equal(alert.body.expires_on, TODAY + 9);
	assert_int_equal(alert.body.kind, LL_ALERT_FLOOD);
	assert_int_equal(alert.body.severity, 3);
	assert_int_equal(alert.body.revision, 0);
	assert_false(alert.body.cancelled);
	assert_true(ll_str_equal(alert.body.area, LL_STR("360521104")));
	assert_true(ll_str_equal(alert.body.alert_id, LL_STR("flood-360521104-2025-01-01")));
}

static void test_what_is_given_counts(void **state)
{
	struct ll_alert_text text = flood();
	struct ll_alert alert;

	(void)state;
	text.on = LL_STR("2024-12-30");
	text.id = LL_STR("W-7");
	text.revision = LL_STR("2");
	text.severity = LL_STR("red");
	text.cancelled = true;
	assert_int_equal(make(&text, &alert), 0);
	assert_int_equal(alert.body.occurred_on, TODAY - 2);
	assert_int_equal(alert.body.severity, 4);
	assert_int_equal(alert.body.revision, 2);
	assert_true(alert.body.cancelled);
	assert_true(ll_str_equal(alert.body.alert_id, LL_STR("W-7")));
}

static void test_every_kind_has_a_name(void **state)
{
	(void)state;
	for (int i = LL_ALERT_FLOOD; i <= LL_ALERT_COLD; i++) {
		const char *name = ll_alert_kind_name((enum ll_alert_kind)i);

		assert_int_equal(ll_alert_kind_by_name(ll_str_from(name)), i);
	}
	assert_int_equal(ll_alert_kind_by_name(LL_STR("")), -1);
}

static void refuse(struct ll_alert_text text)
{
	struct ll_alert alert;

	assert_int_equal(make(&text, &alert), -LL_ERR_INVALID);
}

static void test_wrong_parts_are_refused(void **state)
{
	struct ll_alert_text text;

	(void)state;
	text = flood(), text.area = LL_STR("36052"), refuse(text);
	text = flood(), text.area = LL_STR(""), refuse(text);
	text = flood(), text.kind = LL_STR("fire"), refuse(text);
	text = flood(), text.severity = LL_STR("5"), refuse(text);
	text = flood(), text.severity = LL_STR("0"), refuse(text);
	text = flood(), text.expires = LL_STR(""), refuse(text);
	text = flood(), text.expires = LL_STR("2024-12-31"), refuse(text);
	text = flood(), text.expires = LL_STR("2027-01-01"), refuse(text);
	text = flood(), text.on = LL_STR("soon"), refuse(text);
	text = flood(), text.revision = LL_STR("-1"), refuse(text);
	text = flood(), text.id = LL_STR("\xff"), refuse(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_given_is_filled_in),
		cmocka_unit_test(test_what_is_given_counts),
		cmocka_unit_test(test_every_kind_has_a_name),
		cmocka_unit_test(test_wrong_parts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
