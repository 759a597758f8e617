#include "household_row.h"

#include "base/area.h"
#include "columns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	H_CODE,
	H_AREA,
	H_CATEGORY,
	H_DIBAO,
	H_MARKS,
	H_INCOME,
	H_INCOME_YEAR,
	H_ADDRESS,
	H_DISSOLVED,
	H_COUNT
};
_Static_assert((int)H_COUNT == (int)LL_REGISTRY_COLUMNS, "one for each column");

#define NAME(text_)                        \
	{                                  \
		(text_), sizeof(text_) - 1 \
	}

const struct ll_wanted_column ll_household_columns[LL_REGISTRY_COLUMNS] = {
	[H_CODE] = {NAME("household_code"), false},    [H_AREA] = {NAME("area"), false},
	[H_CATEGORY] = {NAME("category"), false},      [H_DIBAO] = {NAME("dibao"), false},
	[H_MARKS] = {NAME("exclusion_marks"), true},   [H_INCOME] = {NAME("recorded_income"), true},
	[H_INCOME_YEAR] = {NAME("income_year"), true}, [H_ADDRESS] = {NAME("address"), true},
	[H_DISSOLVED] = {NAME("dissolved"), true},
};

static const struct ll_registry_column registered_columns[] = {
	{H_CATEGORY, "category", true},		  {H_DIBAO, "dibao", true},
	{H_INCOME, "recorded_income_fen", false}, {H_INCOME_YEAR, "recorded_income_year", false},
	{H_DISSOLVED, "dissolved", false},
};

static const struct {
	struct ll_str name;
	int32_t mark;
} marks[] = {
	{NAME("commercial_flat"), (int32_t)LL_MARK_COMMERCIAL_FLAT},
	{NAME("car"), (int32_t)LL_MARK_CAR},
	{NAME("company"), (int32_t)LL_MARK_COMPANY},
	{NAME("public_employee"), (int32_t)LL_MARK_PUBLIC_EMPLOYEE},
};

static int bad(int32_t column, int err, const char *text, struct ll_row_problem *ret_problem)
{
	return ll_registry_bad(ll_household_columns, column, err, text, ret_problem);
}

/* The text up to the separator, which is cut off *rest; *rest without data: it was the last. */
static struct ll_str take_part(struct ll_str *rest, char separator)
{
	const char *stop = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
	struct ll_str part = *rest;

	if (stop) {
		part.size = (size_t)(stop - rest->data);
		*rest = (struct ll_str){stop + 1, rest->size - part.size - 1};
	} else {
		*rest = (struct ll_str){NULL, 0};
	}
	return ll_str_trim(part);
}

static int32_t mark_of(struct ll_str name)
{
	for (size_t i = 0; i < COUNT(marks); i++)
		if (ll_str_equal(marks[i].name, name))
			return marks[i].mark;
	return 0;
}

static int make_marks(const struct ll_row *row, int32_t *ret_marks,
		      struct ll_row_problem *ret_problem)
{
	struct ll_str rest = ll_str_trim(row->values[H_MARKS]);
	int32_t set = 0;

	if (rest.size == 0)
		return 0;
	while (rest.data) {
		struct ll_str part = take_part(&rest, ';');
		int32_t mark = mark_of(part);

		if (part.size > 0 && mark == 0)
			return bad(H_MARKS, -LL_ERR_BAD_ENUM,
				   "marks are commercial_flat, car, company and public_employee, "
				   "with ';' between",
				   ret_problem);
		set |= mark;
	}
	*ret_marks = set;
	return 0;
}

static bool is_county(struct ll_str counties, struct ll_str village)
{
	if (counties.size == 0)
		return true;
	while (counties.data) {
		struct ll_str county = take_part(&counties, ',');

		if (county.size > 0 && ll_str_starts(village, county))
			return true;
	}
	return false;
}

static int make_area(struct ll_str counties, const struct ll_row *row, struct ll_str *ret_area,
		     struct ll_row_problem *ret_problem)
{
	struct ll_str text = ll_str_trim(row->values[H_AREA]);
	struct ll_area area;

	if (text.size == 0)
		return bad(H_AREA, -LL_ERR_MISSING, NULL, ret_problem);
	if (ll_area_parse(text, &area) != 0 || area.digits != LL_AREA_DIGITS)
		return bad(H_AREA, -LL_ERR_BAD_AREA, "not the 12-digit code of a village",
			   ret_problem);
	if (!is_county(counties, text))
		return bad(H_AREA, -LL_ERR_BAD_AREA,
			   "the village is in no county of the setting 'counties'", ret_problem);
	*ret_area = text;
	return 0;
}

static int check_income(const struct ll_household_registered *registered,
			struct ll_row_problem *ret_problem)
{
	if (registered->recorded_income_fen.known && registered->recorded_income_year == 0)
		return bad(H_INCOME_YEAR, -LL_ERR_MISSING, "an income belongs to a year",
			   ret_problem);
	return 0;
}

int ll_household_row_make(struct ll_pseudonyms *pseudonyms, struct ll_str counties,
			  const struct ll_row *row, struct ll_registry_household *ret_household,
			  struct ll_row_problem *ret_problem)
{
	struct ll_registry_household household = {0};
	struct ll_household_registered *registered = &household.registered;
	int err = row->problem.err;

	if (err) {
		*ret_problem = row->problem;
		return err;
	}
	err = ll_pseudonym_household(pseudonyms, row->values[H_CODE], &household.key);
	if (err)
		return bad(H_CODE, err, NULL, ret_problem);
	household.address = ll_str_trim(row->values[H_ADDRESS]);
	if (household.address.size > LL_NOTE_MAX)
		return bad(H_ADDRESS, -LL_ERR_TOO_LARGE, NULL, ret_problem);
	err = make_area(counties, row, &registered->area, ret_problem);
	if (!err)
		err = ll_registry_store(ll_registry_record(LL_BODY_HOUSEHOLD_REGISTERED),
					registered_columns, COUNT(registered_columns),
					ll_household_columns, row, registered, ret_problem);
	if (!err)
		err = make_marks(row, &registered->exclusion_marks, ret_problem);
	if (!err)
		err = check_income(registered, ret_problem);
	if (!err) {
		err = ll_field_check_record(ll_registry_record(LL_BODY_HOUSEHOLD_REGISTERED),
					    registered);
		if (err)
			bad(H_INCOME_YEAR, err, NULL, ret_problem);
	}
	if (err)
		return err;
	*ret_household = household;
	return 0;
}
