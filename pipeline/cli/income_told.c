#include "cli/income_told.h"

#include <stdio.h>

#include "base/date.h"
#include "cli/sentence.h"

#define MONTHS_IN_YEAR 12
#define TEXT_MAX       96

/* What the income of the year is made of. */
struct account {
	int32_t year;
	int32_t base_year; /* 0: the latest report, which tells its own year elsewhere */
	int64_t base_fen;
	int64_t sum_fen;
};

/* Months of the year for which a wage is there (or gone) since that day, its month among them. */
static int64_t months_of(const struct account *account, int32_t day)
{
	const struct ll_date date = ll_day_to_date(day);

	return date.year < account->year    ? MONTHS_IN_YEAR
	       : date.year == account->year ? MONTHS_IN_YEAR - date.month + 1
					    : 0;
}

/* 1: the wage came; -1: it went; 0: the fact is no wage. */
static int sign_of(const struct ll_reason_fact *fact)
{
	return ll_str_equal(fact->kind, LL_STR("job_loss"))   ? -1
	       : ll_str_equal(fact->kind, LL_STR("employed")) ? 1
							      : 0;
}

static bool is_report(const struct ll_reason_fact *fact)
{
	return ll_str_equal(fact->kind, LL_STR("income_report"));
}

static bool find_base(const struct ll_reason *reason,
		      const struct ll_household_registered *registered, struct account *account)
{
	const struct ll_reason_fact *report = NULL;

	for (size_t i = 0; i < reason->fact_count; i++)
		if (is_report(&reason->facts[i]) &&
		    (!report || report->occurred_on < reason->facts[i].occurred_on))
			report = &reason->facts[i];
	if (report) {
		account->base_fen = report->amount_fen;
		return true;
	}
	account->base_year = registered->recorded_income_year;
	account->base_fen = registered->recorded_income_fen.value;
	return registered->recorded_income_fen.known;
}

static bool add_wages(const struct ll_reason *reason, struct account *account)
{
	account->sum_fen = account->base_fen;
	for (size_t i = 0; i < reason->fact_count; i++) {
		const struct ll_reason_fact *fact = &reason->facts[i];

		if (is_report(fact))
			continue;
		if (sign_of(fact) == 0)
			return false;
		account->sum_fen +=
			sign_of(fact) * fact->amount_fen * months_of(account, fact->occurred_on);
	}
	return true;
}

static void yuan(int64_t amount_fen, enum ll_language language, char ret_text[TEXT_MAX])
{
	struct ll_buf text;

	ll_buf_init(&text);
	if (ll_words_value(LL_STR(""), LL_UNIT_FEN, amount_fen, language, &text))
		ll_buf_clear(&text);
	snprintf(ret_text, TEXT_MAX, "%.*s", (int)text.size, (const char *)text.data);
	ll_buf_release(&text);
}

static int say_base(const struct account *account, enum ll_language language, struct ll_buf *out)
{
	char amount[TEXT_MAX], year[16];

	yuan(account->base_fen, language, amount);
	snprintf(year, sizeof(year), "%d", account->base_year);
	return account->base_year == 0
		       ? ll_say(out, language, LL_SENTENCE_INCOME_REPORTED, amount)
		       : ll_say(out, language, LL_SENTENCE_INCOME_REGISTERED, year, amount);
}

static int say_wage(const struct account *account, const struct ll_reason_fact *fact,
		    enum ll_language language, struct ll_buf *out)
{
	char amount[TEXT_MAX], months[24];
	int err = ll_buf_append_str(out, sign_of(fact) < 0 ? " − " : " + ");

	yuan(fact->amount_fen, language, amount);
	snprintf(months, sizeof(months), "%lld", (long long)months_of(account, fact->occurred_on));
	return err ? err : ll_say(out, language, LL_SENTENCE_WAGE_MONTHS, amount, months);
}

/* The wage told after `last` (NULL: the first), in the order of days; NULL: no more. */
static const struct ll_reason_fact *next_wage(const struct ll_reason *reason,
					      const struct ll_reason_fact *last)
{
	const struct ll_reason_fact *next = NULL;

	for (size_t i = 0; i < reason->fact_count; i++) {
		const struct ll_reason_fact *fact = &reason->facts[i];
		const bool later = !last || fact->occurred_on > last->occurred_on ||
				   (fact->occurred_on == last->occurred_on && fact > last);

		if (sign_of(fact) != 0 && later && (!next || fact->occurred_on < next->occurred_on))
			next = fact;
	}
	return next;
}

int ll_income_say(const struct ll_reason *reason, const struct ll_household_registered *registered,
		  int32_t year, enum ll_language language, struct ll_buf *out, bool *ret_adds_up)
{
	struct account account = {.year = year};
	const int64_t members = (int64_t)registered->member_count;
	const struct ll_reason_fact *fact = NULL;
	struct ll_buf sum;
	char count[24];
	int err;

	*ret_adds_up = false;
	if (!reason->known || members == 0 || year == 0 ||
	    ll_indicator_by_name(reason->indicator) != LL_INDICATOR_INCOME_PER_HEAD ||
	    !find_base(reason, registered, &account) || !add_wages(reason, &account) ||
	    account.sum_fen / members != reason->value)
		return 0;
	ll_buf_init(&sum);
	snprintf(count, sizeof(count), "%lld", (long long)members);
	err = say_base(&account, language, &sum);
	while (!err && (fact = next_wage(reason, fact)))
		err = say_wage(&account, fact, language, &sum);
	if (!err)
		err = ll_buf_append(&sum, "", 1);
	if (!err)
		err = ll_say(out, language,
			     account.sum_fen == account.base_fen ? LL_SENTENCE_INCOME_IS_PLAIN
								 : LL_SENTENCE_INCOME_IS,
			     (const char *)sum.data, count);
	ll_buf_release(&sum);
	*ret_adds_up = !err;
	return err;
}
