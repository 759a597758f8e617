#include "codec_test.h"

#include "codec/subject.h"

static void test_persons_take_every_kind(void **state)
{
	struct ll_life_event event = {.subject = {.type = LL_SUBJECT_PERSON}};

	(void)state;
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++) {
		event.payload.kind = (enum ll_event_kind)kind;
		assert_int_equal(ll_subject_check(&event), 0);
	}
}

static void test_some_kinds_are_of_one_person(void **state)
{
	static const enum ll_event_kind of_person[] = {
		LL_EVENT_JOB_LOSS,   LL_EVENT_EMPLOYED, LL_EVENT_SCHOOL_DROPOUT,
		LL_EVENT_DISABILITY, LL_EVENT_DEATH,	LL_EVENT_WAGE_REPORT,
	};
	struct ll_life_event event = {.subject = {.type = LL_SUBJECT_HOUSEHOLD}};
	int refused = 0;

	(void)state;
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++) {
		event.payload.kind = (enum ll_event_kind)kind;
		refused += ll_subject_check(&event) == -LL_ERR_UNSUPPORTED_SUBJECT;
		assert_int_equal(ll_subject_is_person(event.payload.kind),
				 ll_subject_check(&event) != 0);
	}
	assert_int_equal(refused, sizeof(of_person) / sizeof(of_person[0]));
	for (int i = 0; i < refused; i++)
		assert_true(ll_subject_is_person(of_person[i]));
}

static void test_an_area_takes_none(void **state)
{
	struct ll_life_event event = {.subject = {.type = LL_SUBJECT_AREA}};

	(void)state;
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++) {
		event.payload.kind = (enum ll_event_kind)kind;
		assert_int_equal(ll_subject_check(&event), -LL_ERR_UNSUPPORTED_SUBJECT);
	}
}

static void test_a_foreign_kind_is_left_to_the_codec(void **state)
{
	struct ll_life_event event = {.subject = {.type = LL_SUBJECT_HOUSEHOLD},
				      .payload = {.kind = LL_EVENT_KIND_COUNT}};

	(void)state;
	assert_int_equal(ll_subject_check(&event), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_persons_take_every_kind),
		cmocka_unit_test(test_some_kinds_are_of_one_person),
		cmocka_unit_test(test_an_area_takes_none),
		cmocka_unit_test(test_a_foreign_kind_is_left_to_the_codec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
