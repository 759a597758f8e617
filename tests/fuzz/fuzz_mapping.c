/*
 * Any bytes as a mapping: an error with a place, or a mapping whose indices hold; then rows made of
 * a few cells, where every event that comes out is one that readers accept.
 *
 *   fuzz_mapping -max_len=4096 tests/fuzz/corpus/mapping
 */
#include <assert.h>

#include "codec/subject.h"
#include "publish/row_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TODAY 20269 /* 2025-06-30 */

static void check_index(const struct ll_mapping *mapping, int32_t index, bool optional)
{
	assert((optional && index == -1) || (index >= 0 && (size_t)index < mapping->column_count));
}

static void check_mapping(const struct ll_mapping *mapping)
{
	assert(mapping->column_count <= LL_ROW_WANTED_MAX);
	for (size_t i = 0; i < mapping->event_id_count; i++)
		check_index(mapping, mapping->event_id[i], false);
	check_index(mapping, mapping->occurred_on, false);
	check_index(mapping, mapping->subject, false);
	check_index(mapping, mapping->revision, true);
	check_index(mapping, mapping->reported_at, true);
	check_index(mapping, mapping->action, true);
	for (size_t i = 0; i < mapping->field_count; i++) {
		check_index(mapping, mapping->fields[i].column, true);
		assert(mapping->fields[i].column >= 0 || mapping->fields[i].has_fallback);
		assert(mapping->fields[i].scale_num > 0 && mapping->fields[i].scale_den > 0);
	}
}

static void check_rows(const struct ll_mapping *mapping)
{
	static const struct ll_str cells[] = {{NULL, 0}, {"1", 1}, {"2025-01-02", 10}, {"yes", 3}};
	struct ll_str values[LL_ROW_WANTED_MAX];
	struct ll_row row = {.line = 2, .values = values};
	struct ll_pseudonyms *pseudonyms;
	struct ll_row_events events;

	assert(ll_pseudonyms_new(LL_STR("0123456789abcdef"), &pseudonyms) == 0);
	ll_row_events_init(&events, mapping, pseudonyms, LL_STR("health"), TODAY, 0);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		struct ll_row_problem problem = {0};
		struct ll_life_event event;

		for (size_t k = 0; k < mapping->column_count; k++)
			values[k] = cells[i];
		values[mapping->occurred_on] = LL_STR("2025-01-02");
		values[mapping->subject] = LL_STR("11010519491231002X");
		if (ll_row_events_make(&events, &row, &event, &problem) == 0)
			assert(ll_codec_check(LL_MESSAGE_LIFE_EVENT, &event) == 0 &&
			       ll_subject_check(&event) == 0);
		else
			assert(ll_err_class(problem.err) == LL_CLASS_REJECT);
	}
	ll_row_events_release(&events);
	ll_pseudonyms_free(pseudonyms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ll_mapping *mapping = NULL;
	struct ll_error error = {0};
	int err = ll_mapping_parse((struct ll_str){(const char *)data, size}, &mapping, &error);

	if (err) {
		assert(err == -LL_ERR_INVALID && error.code == err && !mapping);
		assert(error.line >= 1 && error.column >= 1 && error.message[0]);
		assert(ll_str_is_utf8(ll_str_from(error.message)));
		return 0;
	}
	check_mapping(mapping);
	check_rows(mapping);
	ll_mapping_free(mapping);
	return 0;
}
