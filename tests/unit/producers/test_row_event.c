#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "publish/row_event.h"

#define WHO    "11010519491231002X"
#define SECRET "0123456789abcdef"
#define TODAY  "2025-06-30"

#define STAY                                                                                \
	"source: medical-insurance\nkind: hospitalisation\nevent_id: [id]\nrevision: rev\n" \
	"occurred_on: day\nreported_at: at\nsubject: {citizen_number: who}\n"               \
	"action: {column: state, retract: [gone]}\n"                                        \
	"fields:\n  total_fen: total\n  reimbursed_fen: paid\n"                             \
	"  own_share_fen: {column: own, scale: fen}\n"

struct fixture {
	struct ll_pseudonyms *pseudonyms;
	struct ll_mapping *mapping;
	struct ll_row_events events;
	struct ll_str values[LL_ROW_WANTED_MAX];
	struct ll_row row;
};

static void fixture_open(struct fixture *fixture, const char *yaml)
{
	struct ll_error error = {0};
	int32_t today;

	*fixture = (struct fixture){0};
	assert_int_equal(ll_pseudonyms_new(LL_STR(SECRET), &fixture->pseudonyms), 0);
	if (ll_mapping_parse(ll_str_from(yaml), &fixture->mapping, &error) != 0)
		fail_msg("%d:%d %s", error.line, error.column, error.message);
	assert_int_equal(ll_day_parse(LL_STR(TODAY), &today), 0);
	ll_row_events_init(&fixture->events, fixture->mapping, fixture->pseudonyms,
			   fixture->mapping->source, today, ll_day_start_ms(today));
	fixture->row.values = fixture->values;
}

/* Every row has an id and a day. */
static void fixture_open_shipped(struct fixture *fixture, const char *name)
{
	char path[1024], yaml[LL_MAPPING_TEXT_MAX];
	FILE *stream;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s.yaml", LL_MAPPINGS_DIR, name);
	stream = fopen(path, "r");
	assert_non_null(stream);
	size = fread(yaml, 1, sizeof(yaml) - 1, stream);
	fclose(stream);
	yaml[size] = '\0';
	fixture_open(fixture, yaml);
	fixture->values[fixture->mapping->event_id[0]] = LL_STR("N-1");
	fixture->values[fixture->mapping->occurred_on] = LL_STR("2025-03-01");
}

static void fixture_close(struct fixture *fixture)
{
	ll_row_events_release(&fixture->events);
	ll_mapping_free(fixture->mapping);
	ll_pseudonyms_free(fixture->pseudonyms);
}

static void set(struct fixture *fixture, const char *column, const char *value)
{
	for (size_t i = 0; i < fixture->mapping->column_count; i++) {
		if (!ll_str_equal(fixture->mapping->columns[i].name, ll_str_from(column)))
			continue;
		fixture->values[i] = value ? ll_str_from(value) : (struct ll_str){NULL, 0};
		return;
	}
	fail_msg("no column %s", column);
}

static void set_if(struct fixture *fixture, const char *column, const char *value)
{
	for (size_t i = 0; i < fixture->mapping->column_count; i++)
		if (ll_str_equal(fixture->mapping->columns[i].name, ll_str_from(column)))
			fixture->values[i] = ll_str_from(value);
}

static void set_stay(struct fixture *fixture)
{
	static const char *const cells[][2] = {
		{"id", "S-1"},		{"rev", "0"},	    {"day", "2025-03-01"},
		{"at", "2025-03-02"},	{"who", WHO},	    {"state", ""},
		{"total", "12,000.50"}, {"paid", " 7000 "}, {"own", "500050"},
	};

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		set(fixture, cells[i][0], cells[i][1]);
}

static int make(struct fixture *fixture, struct ll_life_event *event,
		struct ll_row_problem *problem)
{
	return ll_row_events_make(&fixture->events, &fixture->row, event, problem);
}

static void test_event(void **state)
{
	struct fixture fixture;
	struct ll_row_problem problem = {0};
	struct ll_life_event event;
	struct ll_key key;

	(void)state;
	fixture_open(&fixture, STAY);
	set_stay(&fixture);
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_true(ll_str_equal(event.event_id, LL_STR("S-1")));
	assert_true(ll_str_equal(event.source, LL_STR("medical-insurance")));
	assert_int_equal(event.revision, 0);
	assert_int_equal(event.action, LL_ACTION_REPORT);
	assert_int_equal(event.occurred_on, ll_day_from_date(2025, 3, 1));
	assert_int_equal(event.reported_at_ms, ll_day_start_ms(ll_day_from_date(2025, 3, 2)));
	assert_int_equal(event.subject.type, LL_SUBJECT_PERSON);
	assert_int_equal(ll_pseudonym_person(fixture.pseudonyms, LL_STR(WHO), &key), 0);
	assert_true(ll_key_equal(&event.subject.key, &key));
	assert_int_equal(event.payload.kind, LL_EVENT_HOSPITALISATION);
	assert_int_equal(event.payload.hospitalisation.total_fen, 1200050);
	assert_int_equal(event.payload.hospitalisation.reimbursed_fen, 700000);
	assert_true(event.payload.hospitalisation.own_share_fen.known);
	assert_int_equal(event.payload.hospitalisation.own_share_fen.value, 500050);

	set(&fixture, "own", "");
	set(&fixture, "at", NULL);
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_false(event.payload.hospitalisation.own_share_fen.known);
	assert_int_equal(event.reported_at_ms, fixture.events.reported_at_ms);
	fixture_close(&fixture);
}

/* Each reason for which a row is rejected, with the column that it names. */
static void test_reasons(void **state)
{
	static const struct {
		const char *column, *value;
		int err;
		const char *field;
	} rows[] = {
		{"who", "110105194912310021", -LL_ERR_BAD_CITIZEN_NUMBER, "who"},
		{"who", "", -LL_ERR_MISSING, "who"},
		{"who", NULL, -LL_ERR_MISSING, "who"},
		{"day", "2099-01-01", -LL_ERR_FUTURE, "day"},
		{"day", "2025-07-02", -LL_ERR_FUTURE, "day"},
		{"day", "2025-02-30", -LL_ERR_BAD_DATE, "day"},
		{"day", "1899-12-31", -LL_ERR_BAD_DATE, "day"},
		{"day", "", -LL_ERR_MISSING, "day"},
		{"at", "yesterday", -LL_ERR_BAD_DATE, "at"},
		{"rev", "-1", -LL_ERR_OUT_OF_RANGE, "rev"},
		{"rev", "2147483648", -LL_ERR_OUT_OF_RANGE, "rev"},
		{"rev", "x", -LL_ERR_BAD_NUMBER, "rev"},
		{"rev", "", -LL_ERR_MISSING, "rev"},
		{"id", "", -LL_ERR_MISSING, "id"},
		{"total", "-1", -LL_ERR_NEGATIVE, "total"},
		{"total", "", -LL_ERR_MISSING, "total"},
		{"total", "12e3", -LL_ERR_BAD_NUMBER, "total"},
		{"total", "twelve", -LL_ERR_BAD_NUMBER, "total"},
		{"total", "1000000000000.01", -LL_ERR_OUT_OF_RANGE, "total"},
		{"own", "-0.5", -LL_ERR_NEGATIVE, "own"},
		{"paid", "12000.51", -LL_ERR_OUT_OF_RANGE,
		 ""}, /* more than the total: two columns */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;
		struct ll_row_problem problem = {0};
		struct ll_life_event event;

		fixture_open(&fixture, STAY);
		set_stay(&fixture);
		set(&fixture, rows[i].column, rows[i].value);
		if (make(&fixture, &event, &problem) != rows[i].err || problem.err != rows[i].err ||
		    !ll_str_equal(problem.field, ll_str_from(rows[i].field)))
			fail_msg("row %zu: %s %.*s", i, ll_err_name(problem.err),
				 LL_STR_ARG(problem.field));
		assert_int_equal(ll_err_class(problem.err), LL_CLASS_REJECT);
		fixture_close(&fixture);
	}
}

static void test_tomorrow_is_not_the_future(void **state)
{
	struct fixture fixture;
	struct ll_row_problem problem;
	struct ll_life_event event;

	(void)state;
	fixture_open(&fixture, STAY);
	set_stay(&fixture);
	set(&fixture, "day", "2025-07-01");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	fixture_close(&fixture);
}

static void test_long_id(void **state)
{
	struct fixture fixture;
	struct ll_row_problem problem;
	struct ll_life_event event;
	char id[LL_EVENT_ID_MAX + 2];

	(void)state;
	fixture_open(&fixture, STAY);
	set_stay(&fixture);
	memset(id, 'x', sizeof(id));
	id[LL_EVENT_ID_MAX + 1] = '\0';
	set(&fixture, "id", id);
	assert_int_equal(make(&fixture, &event, &problem), -LL_ERR_TOO_LARGE);
	id[LL_EVENT_ID_MAX] = '\0';
	set(&fixture, "id", id);
	assert_int_equal(make(&fixture, &event, &problem), 0);
	fixture_close(&fixture);
}

/* A retraction needs no amounts, and outranks what it takes back where no column says how. */
static void test_retraction(void **state)
{
	struct fixture fixture;
	struct ll_row_problem problem;
	struct ll_life_event event;

	(void)state;
	fixture_open(&fixture, STAY);
	set_stay(&fixture);
	set(&fixture, "state", " gone ");
	set(&fixture, "rev", "4");
	set(&fixture, "total", "");
	set(&fixture, "paid", "");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_int_equal(event.action, LL_ACTION_RETRACT);
	assert_int_equal(event.revision, 4);
	fixture_close(&fixture);

	fixture_open(&fixture, "source: s\nkind: income_report\nevent_id: [id]\noccurred_on: day\n"
			       "subject: {household_code: who}\n"
			       "action: {column: state, retract: [gone]}\n"
			       "fields: {year: year, amount_fen: amount}\n");
	set(&fixture, "id", "1");
	set(&fixture, "day", "20250301");
	set(&fixture, "who", "H1");
	set(&fixture, "state", "gone");
	set(&fixture, "year", "");
	set(&fixture, "amount", "");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_int_equal(event.revision, 1);
	set(&fixture, "state", "");
	set(&fixture, "year", "2024");
	set(&fixture, "amount", "-100");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_int_equal(event.revision, 0);
	assert_int_equal(event.payload.income_report.amount_fen, -10000);
	set(&fixture, "year", "1800");
	assert_int_equal(make(&fixture, &event, &problem), -LL_ERR_OUT_OF_RANGE);
	fixture_close(&fixture);
}

static void test_codes_and_defaults(void **state)
{
	struct fixture fixture;
	struct ll_row_problem problem;
	struct ll_life_event event;

	(void)state;
	fixture_open(&fixture,
		     "source: s\nkind: job_loss\nevent_id: [id]\noccurred_on: day\n"
		     "subject: {citizen_number: who}\nfields:\n"
		     "  reason: {column: why, default: illness, codes: {\"1\": dismissed}}\n"
		     "  monthly_wage_fen: {const: \"12.5\", scale: 10 yuan}\n");
	set(&fixture, "id", "1");
	set(&fixture, "day", "2025-03-01");
	set(&fixture, "who", WHO);
	set(&fixture, "why", "1");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_int_equal(event.payload.job_loss.reason, LL_JOB_LOSS_DISMISSED);
	assert_int_equal(event.payload.job_loss.monthly_wage_fen.value, 12500);
	set(&fixture, "why", "");
	assert_int_equal(make(&fixture, &event, &problem), 0);
	assert_int_equal(event.payload.job_loss.reason, LL_JOB_LOSS_ILLNESS);
	/* With codes, a name is none. */
	set(&fixture, "why", "dismissed");
	assert_int_equal(make(&fixture, &event, &problem), -LL_ERR_BAD_ENUM);
	assert_true(ll_str_equal(problem.field, LL_STR("why")));
	fixture_close(&fixture);
}

static void copy_id(const struct ll_life_event *event, char ret_id[LL_EVENT_ID_MAX + 1])
{
	memcpy(ret_id, event->event_id.data, event->event_id.size);
	ret_id[event->event_id.size] = '\0';
}

static void make_id(struct fixture *fixture, char ret_id[LL_EVENT_ID_MAX + 1])
{
	struct ll_row_problem problem = {0};
	struct ll_life_event event;

	assert_int_equal(make(fixture, &event, &problem), 0);
	copy_id(&event, ret_id);
}

/* Joined keys cannot run into each other, and the citizen number is in none of them. */
static void test_joined_ids(void **state)
{
	static const char yaml[] = "source: s\nkind: employed\nevent_id: [who, a, b]\n"
				   "occurred_on: day\nsubject: {citizen_number: who}\n";
	char one[LL_EVENT_ID_MAX + 1], other[LL_EVENT_ID_MAX + 1];
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, yaml);
	set(&fixture, "who", WHO);
	set(&fixture, "day", "2025-03-01");
	set(&fixture, "a", "x|y");
	set(&fixture, "b", "z");
	make_id(&fixture, one);
	assert_null(strstr(one, "110105"));
	assert_non_null(strstr(one, "|x\\|y|z"));
	set(&fixture, "a", "x");
	set(&fixture, "b", "y|z");
	make_id(&fixture, other);
	assert_string_not_equal(one, other);
	/* The same person, written otherwise. */
	set(&fixture, "who", " 11010519491231002x ");
	make_id(&fixture, one);
	assert_string_equal(one, other);
	fixture_close(&fixture);
}

static void test_id_with_a_citizen_number(void **state)
{
	char one[LL_EVENT_ID_MAX + 1], again[LL_EVENT_ID_MAX + 1], other[LL_EVENT_ID_MAX + 1];
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, STAY);
	set_stay(&fixture);
	set(&fixture, "id", "S-" WHO "-1");
	make_id(&fixture, one);
	make_id(&fixture, again);
	assert_null(strstr(one, "110105"));
	assert_string_equal(one, again);
	set(&fixture, "id", "S-" WHO "-2");
	make_id(&fixture, other);
	assert_string_not_equal(one, other);
	fixture_close(&fixture);
}

#define FLOOD_AS(fields_)                                                        \
	"source: water\nkind: flood_damage\noccurred_on: day\nreported_at: at\n" \
	"subject: {household_code: who}\nfields:\n" fields_

static void set_flood(struct fixture *fixture)
{
	set(fixture, "who", "H1");
	set(fixture, "day", "2025-06-20");
	set(fixture, "at", "2025-06-21");
	set(fixture, "wet", "是");
	set(fixture, "loss", "100");
}

/* Two equal rows are two facts; the same file again is the same two. */
static void test_row_ids(void **state)
{
	char ids[2][2][LL_EVENT_ID_MAX + 1];
	char id[LL_EVENT_ID_MAX + 1];
	struct fixture fixture;

	(void)state;
	fixture_open(&fixture, FLOOD_AS("  house_flooded: wet\n  loss_fen: loss\n"));
	set_flood(&fixture);
	for (int file = 0; file < 2; file++) {
		ll_row_events_clear(&fixture.events);
		for (int row = 0; row < 2; row++)
			make_id(&fixture, ids[file][row]);
	}
	assert_string_not_equal(ids[0][0], ids[0][1]);
	assert_string_equal(ids[0][0], ids[1][0]);
	assert_string_equal(ids[0][1], ids[1][1]);
	/* When it was exported does not matter, what happened does. */
	ll_row_events_clear(&fixture.events);
	set(&fixture, "at", "2025-06-25");
	make_id(&fixture, id);
	assert_string_equal(id, ids[0][0]);
	set(&fixture, "loss", "101");
	make_id(&fixture, id);
	assert_string_not_equal(id, ids[0][0]);
	set(&fixture, "loss", "100");
	set(&fixture, "who", "H2");
	make_id(&fixture, id);
	assert_string_not_equal(id, ids[0][0]);
	fixture_close(&fixture);

	/* Nor does the order in which the mapping names its fields. */
	fixture_open(&fixture, FLOOD_AS("  loss_fen: loss\n  house_flooded: wet\n"));
	set_flood(&fixture);
	make_id(&fixture, id);
	assert_string_equal(id, ids[0][0]);
	fixture_close(&fixture);
}

static void test_occurrences(void **state)
{
	struct ll_occurrences occurrences;
	uint32_t number;

	(void)state;
	ll_occurrences_init(&occurrences);
	for (uint32_t round = 1; round <= 2; round++) {
		for (uint64_t i = 0; i < 5000; i++) {
			struct ll_key key = {{0}};
			uint64_t spread = i
					  << 20; /* low bits alike: they must not be all there is */

			memcpy(key.bytes, &spread, sizeof(spread));
			assert_int_equal(ll_occurrences_count(&occurrences, &key, &number), 0);
			assert_int_equal(number, round);
		}
	}
	ll_occurrences_clear(&occurrences);
	struct ll_key zero = {{0}};

	assert_int_equal(ll_occurrences_count(&occurrences, &zero, &number), 0);
	assert_int_equal(number, 1);
	ll_occurrences_release(&occurrences);
}

/* A cell of a shipped mapping, and what is said of it. The other cells are good or empty. */
static void test_shipped_mappings_check_their_cells(void **state)
{
	static const struct {
		const char *mapping, *column, *cell;
		int err;
	} rows[] = {
		{"outpatient-cost", "total_yuan", "-1", LL_ERR_NEGATIVE},
		{"outpatient-cost", "total_yuan", "", LL_ERR_MISSING},
		{"outpatient-cost", "reimbursed_yuan", "2", LL_ERR_OUT_OF_RANGE}, /* of 1 */
		{"outpatient-cost", "own_share_yuan", "much", LL_ERR_BAD_NUMBER},
		{"disability", "grade", "4", 0},
		{"disability", "grade", "三级", 0},
		{"disability", "grade", "5", LL_ERR_BAD_ENUM},
		{"disability", "grade", "", LL_ERR_MISSING},
		{"disability", "type", "精神", 0},
		{"disability", "type", "mental", 0},
		{"disability", "type", "sad", LL_ERR_BAD_ENUM},
		{"death", "own_cost_yuan", "", 0},
		{"death", "own_cost_yuan", "-0.01", LL_ERR_NEGATIVE},
		{"wage-report", "monthly_wage_yuan", "", LL_ERR_MISSING},
		{"wage-report", "monthly_wage_yuan", "1e9", LL_ERR_BAD_NUMBER},
		{"business-failure", "yearly_income_yuan", "-5", LL_ERR_NEGATIVE},
		{"unsold-produce", "value_yuan", "2000000000000", LL_ERR_OUT_OF_RANGE},
		{"loan-overdue", "overdue_yuan", "", LL_ERR_MISSING},
		{"loan-overdue", "settled", "已展期", 0},
		{"loan-overdue", "settled", "", 0},
		{"loan-overdue", "settled", "perhaps", LL_ERR_BAD_ENUM},
		{"loan-overdue", "revision", "-1", LL_ERR_OUT_OF_RANGE},
		{"tuition-cost", "stage", "大学", 0},
		{"tuition-cost", "stage", "幼儿园", LL_ERR_BAD_ENUM},
		{"tuition-cost", "own_cost_yuan", "-5", LL_ERR_NEGATIVE},
		{"water-supply-loss", "restored", "已恢复", 0},
		{"water-supply-loss", "restored", "否", 0},
		{"water-supply-loss", "restored", "soon", LL_ERR_BAD_ENUM},
		{"crop-loss", "loss_yuan", "-5", LL_ERR_NEGATIVE},
		{"livestock-loss", "loss_yuan", "x", LL_ERR_BAD_NUMBER},
		{"accident", "type", "", 0}, /* other */
		{"accident", "type", "工伤", 0},
		{"accident", "type", "boat", LL_ERR_BAD_ENUM},
		{"accident", "own_cost_yuan", "-5", LL_ERR_NEGATIVE},
		{"epidemic-impact", "income_loss_yuan", "-5", LL_ERR_NEGATIVE},
		{"asset-record", "type", "财政供养人员", 0},
		{"asset-record", "type", "boat", LL_ERR_BAD_ENUM},
		{"asset-record", "gone", "在册", 0},
		{"asset-record", "gone", "gone", LL_ERR_BAD_ENUM},
		{"authorisation", "months", "0", 0},
		{"authorisation", "months", "600", 0},
		{"authorisation", "months", "601", LL_ERR_OUT_OF_RANGE},
		{"authorisation", "months", "-1", LL_ERR_OUT_OF_RANGE},
		{"authorisation", "months", "", LL_ERR_MISSING},
		{"school-dropout", "returned", "已返校", 0},
		{"school-dropout", "returned", "maybe", LL_ERR_BAD_ENUM},
	};
	static const char *const good[][2] = {
		{"citizen_number", WHO}, {"household_code", "H-1"}, {"revision", "0"},
		{"state", "ok"},	 {"total_yuan", "1"},	    {"reimbursed_yuan", "0"},
		{"grade", "1"},		 {"stage", "小学"},	    {"monthly_wage_yuan", "1"},
		{"overdue_yuan", "1"},	 {"own_cost_yuan", "1"},    {"months", "1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_row_problem problem = {0};
		struct ll_life_event event;
		struct fixture fixture;
		int err;

		fixture_open_shipped(&fixture, rows[i].mapping);
		for (size_t k = 0; k < sizeof(good) / sizeof(good[0]); k++)
			set_if(&fixture, good[k][0], good[k][1]);
		set_if(&fixture, "type",
		       strcmp(rows[i].mapping, "asset-record") == 0 ? "车辆" : "多重");
		if (strcmp(rows[i].mapping, "accident") == 0)
			set_if(&fixture, "type", "火灾");
		set(&fixture, rows[i].column, rows[i].cell);
		err = make(&fixture, &event, &problem);
		if (err != -rows[i].err)
			fail_msg("%s %s '%s': %s", rows[i].mapping, rows[i].column, rows[i].cell,
				 ll_err_name(err));
		/* More reimbursed than spent is not of one column. */
		if (err && strcmp(rows[i].column, "reimbursed_yuan") != 0)
			assert_true(ll_str_equal(problem.field, ll_str_from(rows[i].column)));
		fixture_close(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_tomorrow_is_not_the_future),
		cmocka_unit_test(test_long_id),
		cmocka_unit_test(test_retraction),
		cmocka_unit_test(test_codes_and_defaults),
		cmocka_unit_test(test_joined_ids),
		cmocka_unit_test(test_id_with_a_citizen_number),
		cmocka_unit_test(test_row_ids),
		cmocka_unit_test(test_occurrences),
		cmocka_unit_test(test_shipped_mappings_check_their_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
