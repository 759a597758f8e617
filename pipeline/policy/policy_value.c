#include "policy_value.h"

#include <assert.h>

#include "base/err.h"
#include "base/money.h"
#include "core/event.h"
#include "core/indicator.h"

#define COUNT_MAX 1024 /* nothing in a household is counted further than its facts */

struct value_unit {
	struct ll_str name;
	enum ll_value_kind kind;
	int64_t scale; /* of 1 in this unit */
	int64_t max;
};

#define TEXT(literal)                          \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static const struct value_unit value_units[] = {
	{TEXT("yuan"), LL_VALUE_MONEY, 100, LL_FEN_MAX},
	{TEXT("元"), LL_VALUE_MONEY, 100, LL_FEN_MAX},
	{TEXT("万元"), LL_VALUE_MONEY, 1000000, LL_FEN_MAX},
	{TEXT("fen"), LL_VALUE_MONEY, 1, LL_FEN_MAX},
	{TEXT("分"), LL_VALUE_MONEY, 1, LL_FEN_MAX},
	{TEXT("%"), LL_VALUE_SHARE, 10, LL_PERMILLE_MAX},
	{TEXT("permille"), LL_VALUE_SHARE, 1, LL_PERMILLE_MAX},
	{TEXT("‰"), LL_VALUE_SHARE, 1, LL_PERMILLE_MAX},
	{TEXT(""), LL_VALUE_NUMBER, 1, INT32_MAX},
};

struct value_word {
	struct ll_str word;
	struct ll_value value;
};

static const struct value_word value_words[] = {
	{TEXT("yes"), {LL_VALUE_FLAG, 1}},
	{TEXT("no"), {LL_VALUE_FLAG, 0}},
	{TEXT("true"), {LL_VALUE_FLAG, 1}},
	{TEXT("false"), {LL_VALUE_FLAG, 0}},
	{TEXT("A"), {LL_VALUE_GRADE, 0}},
	{TEXT("B"), {LL_VALUE_GRADE, 1}},
	{TEXT("C"), {LL_VALUE_GRADE, 2}},
	{TEXT("D"), {LL_VALUE_GRADE, 3}},
	{TEXT("secure"), {LL_VALUE_SECURITY, LL_SECURITY_SECURE}},
	{TEXT("at_risk"), {LL_VALUE_SECURITY, LL_SECURITY_AT_RISK}},
};

struct value_kind_text {
	const char *what;
	const char *example;
};

static const struct value_kind_text kind_texts[LL_VALUE_KIND_COUNT] = {
#define KIND_TEXT(symbol, what, example) [LL_VALUE_##symbol] = {what, example},
	LL_VALUE_KINDS(KIND_TEXT)
#undef KIND_TEXT
};

const char *ll_value_kind_text(enum ll_value_kind kind)
{
	return kind_texts[kind].what;
}

const char *ll_value_kind_example(enum ll_value_kind kind)
{
	return kind_texts[kind].example;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at the front: digits, commas between digits, a decimal part. */
static size_t number_size(struct ll_str text)
{
	size_t size = 0;
	bool point = false;

	while (size < text.size) {
		char c = text.data[size];
		bool inside = size > 0 && is_digit(text.data[size - 1]) && size + 1 < text.size &&
			      is_digit(text.data[size + 1]);

		if (!is_digit(c) && !(c == ',' && inside && !point) &&
		    !(c == '.' && inside && !point))
			break;
		point = point || c == '.';
		size++;
	}
	return size;
}

/* Exact, where ll_fen_parse would round: a threshold is what is written or an error. */
static int number_parse(struct ll_str text, int64_t scale, int64_t max, int64_t *ret_amount)
{
	int64_t amount = 0;
	int64_t unit = scale; /* what the last digit read counts */
	bool point = false;

	for (size_t i = 0; i < text.size; i++) {
		int64_t digit = text.data[i] - '0';

		if (text.data[i] == ',')
			continue;
		if (text.data[i] == '.') {
			point = true;
			continue;
		}
		if (!point) {
			amount = amount * 10 + digit * scale;
		} else if (unit % 10 == 0) {
			unit /= 10;
			amount += digit * unit;
		} else if (digit != 0) {
			return -LL_ERR_OUT_OF_RANGE;
		}
		if (amount > max)
			return -LL_ERR_OUT_OF_RANGE;
	}
	*ret_amount = amount;
	return 0;
}

int ll_value_parse(struct ll_str text, struct ll_value *ret_value)
{
	struct ll_str number, unit;

	for (size_t i = 0; i < sizeof(value_words) / sizeof(value_words[0]); i++)
		if (ll_str_equal(text, value_words[i].word)) {
			*ret_value = value_words[i].value;
			return 0;
		}
	number = (struct ll_str){text.data, number_size(text)};
	if (number.size == 0)
		return -LL_ERR_BAD_NUMBER;
	unit = ll_str_trim((struct ll_str){text.data + number.size, text.size - number.size});
	for (size_t i = 0; i < sizeof(value_units) / sizeof(value_units[0]); i++) {
		const struct value_unit *row = &value_units[i];
		int64_t amount;
		int err;

		if (!ll_str_equal(unit, row->name))
			continue;
		err = number_parse(number, row->scale, row->max, &amount);
		if (err)
			return err;
		*ret_value = (struct ll_value){row->kind, amount};
		return 0;
	}
	return -LL_ERR_BAD_NUMBER;
}

#define MONEY	 LL_VALUE_MONEY, 0, LL_FEN_MAX, 0
#define FLAG	 LL_VALUE_FLAG, 0, 1, 0
#define NUMBER	 LL_VALUE_NUMBER, 0
#define MEMBERS	 LL_VALUE_NUMBER, 0, LL_MEMBERS_MAX, 0
#define SECURITY LL_VALUE_SECURITY, LL_SECURITY_SECURE, LL_SECURITY_AT_RISK, LL_SECURITY_SECURE
#define KNOWN	 true

/*
 * By indicator, not by unit: a share of labourers ends at 100 %, a share of income does not; income
 * may be negative (a farm's loss), costs may not; severity 0 is "no alert", which no rule may ask
 * for. KNOWN is what core/indicator.c never leaves open.
 */
static const struct ll_value_domain domains[LL_INDICATOR_COUNT] = {
	[LL_INDICATOR_EX_POOR] = {FLAG, KNOWN},
	[LL_INDICATOR_DIBAO] = {FLAG, KNOWN},
	[LL_INDICATOR_INCOME_PER_HEAD] = {LL_VALUE_MONEY, -LL_FEN_MAX, LL_FEN_MAX, 0, false},
	[LL_INDICATOR_INCOME_DROP] = {LL_VALUE_SHARE, 0, LL_PERMILLE_MAX, 0, false},
	[LL_INDICATOR_LABOURERS] = {MEMBERS, KNOWN},
	[LL_INDICATOR_LABOURERS_WITHOUT_WORK] = {MEMBERS, KNOWN},
	[LL_INDICATOR_JOBLESS_SHARE] = {LL_VALUE_SHARE, 0, 1000, 0, KNOWN},
	[LL_INDICATOR_MEDICAL_OWN_COST_12M] = {MONEY, false},
	[LL_INDICATOR_RIGID_SPENDING_12M] = {MONEY, false},
	[LL_INDICATOR_RIGID_SPENDING_SHARE] = {LL_VALUE_SHARE, 0, LL_PERMILLE_MAX, 0, false},
	[LL_INDICATOR_SEVERE_ILLNESS] = {FLAG, KNOWN},
	[LL_INDICATOR_CHILDREN_OUT_OF_SCHOOL] = {MEMBERS, KNOWN},
	[LL_INDICATOR_HOUSING_GRADE] = {LL_VALUE_GRADE, 0, LL_HOUSING_D, 0, false},
	[LL_INDICATOR_DISASTER_LOSS_12M] = {MONEY, false},
	[LL_INDICATOR_HOUSE_FLOODED] = {FLAG, KNOWN},
	[LL_INDICATOR_ALERT_SEVERITY] = {NUMBER, 4, 1, KNOWN},
	[LL_INDICATOR_DECLARED_NEEDS] = {NUMBER, LL_NEED_INCOME + 1, 0, KNOWN},
	[LL_INDICATOR_EXCLUSION_MARKS] = {NUMBER, 4, 0, KNOWN},
	[LL_INDICATOR_OUTPATIENT_OWN_COST_1M] = {MONEY, false},
	[LL_INDICATOR_EDUCATION_OWN_COST_12M] = {MONEY, false},
	[LL_INDICATOR_HOUSING_OWN_COST_12M] = {MONEY, false},
	[LL_INDICATOR_ACCIDENT_OWN_COST_12M] = {MONEY, false},
	[LL_INDICATOR_OPEN_SHOCKS] = {NUMBER, LL_EVENT_KIND_COUNT, 0, KNOWN},
	[LL_INDICATOR_DISABLED_MEMBERS] = {MEMBERS, KNOWN},
	[LL_INDICATOR_DEATHS_12M] = {NUMBER, COUNT_MAX, 0, KNOWN},
	[LL_INDICATOR_FOOD_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_CLOTHING_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_EDUCATION_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_MEDICAL_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_HOUSING_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_WATER_SECURITY] = {SECURITY, false},
	[LL_INDICATOR_LOAN_OVERDUE] = {MONEY, KNOWN},
	[LL_INDICATOR_HOUSEHOLD_SIZE] = {MEMBERS, KNOWN},
	[LL_INDICATOR_AUTHORISED] = {FLAG, false},
	[LL_INDICATOR_PRODUCTION_LOSS_12M] = {MONEY, false},
};

/* A new indicator without a row would be all zeros: a MONEY that is always 0. */
_Static_assert(LL_INDICATOR_COUNT == 35, "give the new indicator its row in domains");

const struct ll_value_domain *ll_value_domain_of(enum ll_indicator indicator)
{
	assert(indicator >= 0 && indicator < LL_INDICATOR_COUNT);
	return &domains[indicator];
}

bool ll_value_only_equal(enum ll_value_kind kind)
{
	return kind == LL_VALUE_FLAG || kind == LL_VALUE_SECURITY;
}
