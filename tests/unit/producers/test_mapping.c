#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "publish/mapping.h"

#define HEAD "kind: hospitalisation\noccurred_on: day\nsubject: {citizen_number: who}\n"
#define GOOD HEAD "fields:\n  total_fen: total\n  reimbursed_fen: paid\n"

static struct ll_mapping *parse(const char *yaml)
{
	struct ll_mapping *mapping = NULL;
	struct ll_error error = {0};
	int err = ll_mapping_parse(ll_str_from(yaml), &mapping, &error);

	if (err)
		print_error("%d:%d %s\n", error.line, error.column, error.message);
	assert_int_equal(err, 0);
	return mapping;
}

static void assert_column(const struct ll_mapping *mapping, int32_t index, const char *name)
{
	assert_in_range(index, 0, mapping->column_count - 1);
	assert_true(ll_str_equal(mapping->columns[index].name, ll_str_from(name)));
}

static void test_defaults(void **state)
{
	struct ll_mapping *mapping = parse(GOOD);

	(void)state;
	assert_int_equal(mapping->kind, LL_EVENT_HOSPITALISATION);
	assert_int_equal(mapping->source.size, 0);
	assert_int_equal(mapping->format, LL_FORMAT_CSV);
	assert_int_equal(mapping->charset, LL_CHARSET_UTF8);
	assert_int_equal(mapping->delimiter, ',');
	assert_int_equal(mapping->event_id_count, 0);
	assert_int_equal(mapping->revision, -1);
	assert_int_equal(mapping->action, -1);
	assert_int_equal(mapping->reported_at, -1);
	assert_column(mapping, mapping->occurred_on, "day");
	assert_column(mapping, mapping->subject, "who");
	assert_int_equal(mapping->subject_type, LL_SUBJECT_PERSON);
	assert_int_equal(mapping->column_count, 4);
	assert_int_equal(mapping->field_count, 2);
	assert_int_equal(mapping->fields[0].scale_num, 100);
	ll_mapping_free(mapping);
}

static void test_everything(void **state)
{
	struct ll_mapping *mapping =
		parse("source: employment\nkind: job_loss\nformat: ndjson\ncharset: GBK\n"
		      "delimiter: \"\\t\"\nevent_id: [id, day]\nrevision: rev\noccurred_on: day\n"
		      "reported_at: at\nsubject: {citizen_number: who}\n"
		      "action: {column: state, retract: [gone, 作废]}\n"
		      "fields:\n  monthly_wage_fen: {column: wage, scale: 10 yuan, optional: yes}\n"
		      "  reason: {column: why, codes: {\"1\": dismissed, \"2\": Contract-Ended},\n"
		      "           default: unknown}\n");

	(void)state;
	assert_true(ll_str_equal(mapping->source, LL_STR("employment")));
	assert_int_equal(mapping->format, LL_FORMAT_NDJSON);
	assert_int_equal(mapping->charset, LL_CHARSET_GB18030);
	assert_int_equal(mapping->delimiter, '\t');
	assert_int_equal(mapping->event_id_count, 2);
	assert_column(mapping, mapping->event_id[0], "id");
	assert_int_equal(mapping->event_id[1], mapping->occurred_on); /* one column, one index */
	assert_int_equal(mapping->retract_count, 2);
	assert_true(mapping->columns[mapping->fields[0].column].optional);
	assert_int_equal(mapping->fields[0].scale_num, 1000);
	assert_int_equal(mapping->fields[1].code_count, 2);
	assert_int_equal(mapping->fields[1].codes[1].value, LL_JOB_LOSS_CONTRACT_ENDED);
	assert_true(mapping->fields[1].has_fallback);
	ll_mapping_free(mapping);
}

/* Every mistake with its place. */
static void test_errors(void **state)
{
	static const struct {
		const char *yaml;
		int line, column;
		const char *part;
	} rows[] = {
		{"", 1, 1, "empty"},
		{"  \n", 1, 1, "empty"},
		{"kind: [\n", 2, 1, "not YAML"},
		{GOOD "colour: red\n", 7, 1, "unknown key 'colour'"},
		{"kind: hospitalization\n" HEAD, 2, 1, "twice"},
		{"kind: hospitalization\noccurred_on: d\nsubject: {citizen_number: w}\n", 1, 7,
		 "did you mean 'hospitalisation'"},
		{"kind: hospitalisation\nsubject: {citizen_number: w}\n", 1, 1,
		 "lacks 'occurred_on'"},
		{"kind: hospitalisation\noccurred_on: d\n", 1, 1, "lacks 'subject'"},
		{"kind: employed\noccurred_on: d\nsubject: {}\n", 3, 10, "either"},
		{"kind: employed\noccurred_on: d\nsubject: {citizen_number: a, household_code: "
		 "b}\n",
		 3, 10, "either"},
		{"kind: death\noccurred_on: d\nsubject: {household_code: h}\n", 3, 10,
		 "death is of one person"},
		{"kind: disability\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  grade: {column: g, codes: {x: 5}}\n",
		 5, 33, "outside its range"},
		{"kind: disability\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  grade: {column: g, codes: {x: severe}}\n",
		 5, 33, "not a number"},
		{"kind: authorisation\noccurred_on: d\nsubject: {household_code: h}\nfields:\n"
		 "  months: {const: \"601\"}\n",
		 5, 19, "outside its range"},
		{"kind: accident\noccurred_on: d\nsubject: {household_code: h}\nfields:\n"
		 "  type: {const: traffik}\n",
		 5, 17, "did you mean 'TRAFFIC'"},
		{"source: 医保\n" GOOD, 1, 9, "a to z"},
		{"format: xml\n" GOOD, 1, 9, "csv or ndjson"},
		{"charset: latin1\n" GOOD, 1, 10, "utf-8 or gb18030"},
		{"delimiter: \"::\"\n" GOOD, 1, 12, "delimiter"},
		{"charset: gb18030\ndelimiter: \"|\"\n" GOOD, 2, 12, "gb18030"},
		{"event_id: id\n" GOOD, 1, 11, "event_id"},
		{"revision: rev\n" GOOD, 1, 1, "needs an 'event_id'"},
		{"action: {column: state, retract: [x]}\n" GOOD, 1, 1, "needs an 'event_id'"},
		{"event_id: [id]\naction: {column: state}\n" GOOD, 2, 9, "lacks 'retract'"},
		{HEAD, 1, 1, "lacks 'total_fen'"},
		{HEAD "fields:\n  total_fen: t\n", 5, 3, "lacks 'reimbursed_fen'"},
		{GOOD "  total: t\n", 7, 3, "no field 'total'"},
		{GOOD "  total_fen: t\n", 7, 3, "twice"},
		{GOOD "  own_share_fen: [a]\n", 7, 18, "a field"},
		{GOOD "  own_share_fen: {scale: yuan}\n", 7, 18, "either a 'column' or a 'const'"},
		{GOOD "  own_share_fen: {column: c, const: \"1\"}\n", 7, 18, "either"},
		{GOOD "  own_share_fen: {column: c, scale: dollars}\n", 7, 37, "no scale"},
		{GOOD "  own_share_fen: {column: c, scale: 0 yuan}\n", 7, 37, "no scale"},
		{GOOD "  own_share_fen: {column: c, scale: 1/0 yuan}\n", 7, 37, "no scale"},
		{GOOD "  own_share_fen: {column: c, codes: {a: b}}\n", 7, 37, "is an amount"},
		{GOOD "  own_share_fen: {column: c, default: free}\n", 7, 39, "no value of"},
		{GOOD "  own_share_fen: {const: \"-5\"}\n", 7, 26, "below zero"},
		{GOOD "  own_share_fen: {const: \"5\", optional: yes}\n", 7, 18, "const"},
		{GOOD "  own_share_fen: {column: c, colour: red}\n", 7, 30, "unknown key 'colour'"},
		{HEAD "fields:\n  total_fen: {column: t, optional: yes}\n  reimbursed_fen: r\n", 5,
		 36, "default"},
		{"kind: school_dropout\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  stage: {column: s, codes: {x: compulsry}}\n",
		 5, 33, "did you mean"},
		{"kind: chronic_illness\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  severe: {column: s, codes: {x: maybe}}\n",
		 5, 34, "yes or no"},
		{"kind: chronic_illness\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  severe: {column: s, codes: {x: yes, x: no}}\n",
		 5, 39, "twice"},
		{"kind: income_report\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  year: {column: y, scale: yuan}\n  amount_fen: a\n",
		 5, 28, "no amount of money"},
		{"kind: income_report\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		 "  year: {const: \"1800\"}\n  amount_fen: a\n",
		 5, 17, "no value of 'year'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ll_mapping *mapping = NULL;
		struct ll_error error = {0};
		int err = ll_mapping_parse(ll_str_from(rows[i].yaml), &mapping, &error);

		if (err != -LL_ERR_INVALID || error.line != rows[i].line ||
		    error.column != rows[i].column || !strstr(error.message, rows[i].part))
			fail_msg("row %zu: %d:%d %s", i, error.line, error.column, error.message);
		assert_int_equal(error.code, -LL_ERR_INVALID);
		assert_null(mapping);
	}
}

/* What came with a later version may be left out: the mappings of before go on. */
static void test_what_may_be_left_out(void **state)
{
	static const char *const yamls[] = {
		"kind: school_dropout\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		"  stage: s\n",
		"kind: loan_overdue\noccurred_on: d\nsubject: {household_code: h}\nfields:\n"
		"  overdue_fen: o\n",
		"kind: water_supply_loss\noccurred_on: d\nsubject: {household_code: h}\n",
		"kind: asset_record\noccurred_on: d\nsubject: {household_code: h}\nfields:\n"
		"  type: {const: car}\n",
		"kind: death\noccurred_on: d\nsubject: {citizen_number: w}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yamls) / sizeof(yamls[0]); i++)
		ll_mapping_free(parse(yamls[i]));
}

static void test_codes_of_whole_numbers(void **state)
{
	struct ll_mapping *mapping =
		parse("kind: disability\noccurred_on: d\nsubject: {citizen_number: w}\nfields:\n"
		      "  grade: {column: g, codes: {一级: 1, 四级: 4}}\n  type: {const: mental}\n");
	struct ll_disability payload = {0};

	(void)state;
	assert_int_equal(ll_mapping_store(&mapping->fields[0], LL_STR("四级"), &payload), 0);
	assert_int_equal(payload.grade, 4);
	assert_int_equal(ll_mapping_store(&mapping->fields[0], LL_STR("4"), &payload),
			 -LL_ERR_BAD_ENUM);
	ll_mapping_free(mapping);
}

static void test_format_names(void **state)
{
	(void)state;
	assert_int_equal(ll_mapping_format_by_name(LL_STR("csv")), LL_FORMAT_CSV);
	assert_int_equal(ll_mapping_format_by_name(LL_STR("ndjson")), LL_FORMAT_NDJSON);
	assert_int_equal(ll_mapping_format_by_name(LL_STR("CSV")), -1);
}

static void test_scales(void **state)
{
	static const struct {
		const char *scale;
		int64_t num, den;
	} rows[] = {
		{"fen", 1, 1},	      {"yuan", 100, 1},	 {"元", 100, 1},       {"万元", 1000000, 1},
		{"10 yuan", 1000, 1}, {"1/3 fen", 1, 3}, {"2/7 yuan", 200, 7}, {"jiao", 10, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char yaml[512];
		struct ll_mapping *mapping;

		snprintf(yaml, sizeof(yaml), GOOD "  own_share_fen: {column: c, scale: %s}\n",
			 rows[i].scale);
		mapping = parse(yaml);
		assert_int_equal(mapping->fields[2].scale_num, rows[i].num);
		assert_int_equal(mapping->fields[2].scale_den, rows[i].den);
		ll_mapping_free(mapping);
	}
}

/* A new kind or field must be of a type that a cell can fill. */
static void test_every_payload_field_can_be_mapped(void **state)
{
	(void)state;
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++) {
		const struct ll_field_record *event = ll_field_record_of(LL_MESSAGE_LIFE_EVENT);
		const struct ll_field *payload = &event->fields[event->field_count - 1];
		const struct ll_field_record *record = payload->choice->branches[kind].record;

		assert_in_range(record->field_count, 1, LL_MAPPING_FIELDS_MAX);
		for (uint32_t i = 0; i < record->field_count; i++) {
			struct ll_mapping_field field = {
				.field = &record->fields[i], .scale_num = 1, .scale_den = 1};
			union {
				uint8_t bytes[sizeof(struct ll_payload)];
				struct ll_payload payload;
			} scratch = {{0}};
			const char *text = record->fields[i].type == LL_FIELD_ENUM
						   ? record->fields[i].enumeration->symbols[0]
						   : "1";

			if (record->fields[i].min > 1)
				text = "2000";
			assert_int_equal(ll_mapping_store(&field, ll_str_from(text), &scratch), 0);
		}
	}
}

static void test_shipped(void **state)
{
	DIR *dir = opendir(LL_MAPPINGS_DIR);
	struct dirent *entry;
	bool found[LL_EVENT_KIND_COUNT] = {false};

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		struct ll_mapping *mapping = NULL;
		struct ll_error error = {0};
		char path[512];

		if (!strstr(entry->d_name, ".yaml"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", LL_MAPPINGS_DIR, entry->d_name);
		if (ll_mapping_read(path, &mapping, &error) != 0)
			fail_msg("%s:%d:%d: %s", path, error.line, error.column, error.message);
		assert_true(mapping->source.size > 0);
		found[mapping->kind] = true;
		ll_mapping_free(mapping);
	}
	closedir(dir);
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++)
		assert_true(found[kind]);
}

/* The reference names every kind, field and enum value, and says which fields must be mapped. */
static void page_documents(const char *path)
{
	FILE *stream = fopen(path, "r");
	static char page[65536];
	size_t size;

	assert_non_null(stream);
	size = fread(page, 1, sizeof(page) - 1, stream);
	assert_true(size < sizeof(page) - 1);
	page[size] = '\0';
	fclose(stream);
	for (int kind = 0; kind < LL_EVENT_KIND_COUNT; kind++) {
		const struct ll_field_record *event = ll_field_record_of(LL_MESSAGE_LIFE_EVENT);
		const struct ll_field *payload = &event->fields[event->field_count - 1];
		const struct ll_field_record *record = payload->choice->branches[kind].record;
		const char *name = ll_event_kind_name((enum ll_event_kind)kind);
		char text[256];
		char *row, *end;

		snprintf(text, sizeof(text), "\n| `%s` ", name);
		row = strstr(page, text);
		if (!row)
			fail_msg("%s: no row for %s", path, name);
		end = strchr(row + 1, '\n');
		assert_non_null(end);
		for (uint32_t i = 0; i < record->field_count; i++) {
			const struct ll_field *field = &record->fields[i];
			const char *found;

			snprintf(text, sizeof(text), "`%s`%s", field->name,
				 field->type == LL_FIELD_MAYBE || field->optional ? "" : "*");
			found = strstr(row, text);
			if (!found || found > end)
				fail_msg("%s, %s: %s is not in its row", path, name, text);
			for (int32_t k = 0; field->enumeration && k < field->enumeration->count;
			     k++) {
				found = strcasestr(row, field->enumeration->symbols[k]);
				if (!found || found > end)
					fail_msg("%s, %s: %s is not in its row", path, name,
						 field->enumeration->symbols[k]);
			}
		}
	}
}

static void test_documented(void **state)
{
	(void)state;
	page_documents(LL_DEPARTMENT_PAGE ".md");
	page_documents(LL_DEPARTMENT_PAGE ".zh-CN.md");
}

static void test_missing_file(void **state)
{
	struct ll_mapping *mapping = NULL;
	struct ll_error error = {0};

	(void)state;
	assert_int_equal(ll_mapping_read("/nowhere/at/all.yaml", &mapping, &error), -LL_ERR_IO);
	assert_non_null(strstr(error.message, "No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_what_may_be_left_out),
		cmocka_unit_test(test_codes_of_whole_numbers),
		cmocka_unit_test(test_format_names),
		cmocka_unit_test(test_scales),
		cmocka_unit_test(test_every_payload_field_can_be_mapped),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
