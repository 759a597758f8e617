#include "date.h"

#include <assert.h>
#include <stdio.h>

#include "err.h"

#define YEAR_MIN 1900
#define YEAR_MAX 2199

/* Years for which 32 bits are enough, with room on both sides of the dates that there are. */
#define COMMON_YEAR_MIN	    1
#define COMMON_YEAR_MAX	    9999
#define DAYS_IN_EVERY_MONTH 28

#define DAYS_PER_ERA  146097 /* 400 years */
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */
#define MS_PER_SECOND 1000LL
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR   (60 * MS_PER_MINUTE)

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b < 0 ? a % b + b : a % b;
}

/* Never LL_DAY_NONE: a time, however odd, is a time. */
static int32_t day_clamp(int64_t day)
{
	if (day <= LL_DAY_NONE)
		return LL_DAY_NONE + 1;
	return day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

/*
 * Days and civil dates, proleptic Gregorian: years are counted from March, so that the leap day is
 * the last of its year, and in eras of 400 years (Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms", days_from_civil and civil_from_days).
 */
static int64_t days_from_civil(int64_t year, int32_t month, int32_t day)
{
	int64_t from_march = month > 2 ? year : year - 1;
	int64_t era = floor_div(from_march, 400);
	int64_t year_of_era = from_march - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

static struct ll_date civil_from_days(int64_t days)
{
	int64_t from_march = days + DAYS_TO_EPOCH;
	int64_t era = floor_div(from_march, DAYS_PER_ERA);
	int64_t day_of_era = from_march - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			       day_of_era / (DAYS_PER_ERA - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;

	return (struct ll_date){
		.year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
		.month = (int32_t)month,
		.day = (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
	};
}

/*
 * The same for the days and years of the policy, some ten times as fast: without branches, and with
 * divisions by constants of 32 bits (Neri and Schneider, "Euclidean affine functions and their
 * application to calendar algorithms", 2022).
 */
static bool is_common_day(int64_t day)
{
	return day >= LL_DAY_MIN && day <= LL_DAY_MAX;
}

static struct ll_date civil_from_common_day(int32_t day)
{
	uint32_t quarters = 4 * (uint32_t)(day + DAYS_TO_EPOCH) + 3;
	uint32_t century = quarters / DAYS_PER_ERA;
	uint32_t of_century = quarters % DAYS_PER_ERA / 4 * 4 + 3;
	uint64_t product = UINT64_C(2939745) * of_century;
	uint32_t day_of_year = (uint32_t)product / 2939745 / 4;
	uint32_t shifted = 2141 * day_of_year + 197913;
	uint32_t next_year = day_of_year >= 306; /* January and February */

	return (struct ll_date){
		.year = (int32_t)(100 * century + (uint32_t)(product >> 32) + next_year),
		.month = (int32_t)((shifted >> 16) - 12 * next_year),
		.day = (int32_t)((shifted & 0xffff) / 2141) + 1,
	};
}

static int32_t common_day_from_civil(int32_t year, int32_t month, int32_t day)
{
	uint32_t early = month <= 2;
	uint32_t from_march = (uint32_t)year - early;
	uint32_t century = from_march / 100;
	uint32_t shifted = (uint32_t)month + 12 * early;

	return (int32_t)(1461 * from_march / 4 - century + century / 4 +
			 (979 * shifted - 2919) / 32 + (uint32_t)day - 1) -
	       DAYS_TO_EPOCH;
}

static int32_t days_in_month(int64_t year, int32_t month)
{
	static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

bool ll_date_exists(int32_t year, int32_t month, int32_t day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

struct ll_date ll_day_to_date(int32_t day)
{
	return is_common_day(day) ? civil_from_common_day(day) : civil_from_days(day);
}

int32_t ll_day_from_date(int32_t year, int32_t month, int32_t day)
{
	if (year >= COMMON_YEAR_MIN && year <= COMMON_YEAR_MAX)
		return common_day_from_civil(year, month, day);
	return day_clamp(days_from_civil(year, month, day));
}

int32_t ll_day_of_ms(int64_t time_ms)
{
	int64_t day = floor_div(time_ms, LL_DAY_MS);
	int64_t ms_of_day = floor_mod(time_ms, LL_DAY_MS);

	/* Added to the rest, not to time_ms, where it might overflow. */
	return day_clamp(day + (ms_of_day + LL_ZONE_OFFSET_MS >= LL_DAY_MS));
}

int64_t ll_day_start_ms(int32_t day)
{
	return (int64_t)day * LL_DAY_MS - LL_ZONE_OFFSET_MS;
}

static int32_t date_add_months(struct ll_date date, int32_t months)
{
	int64_t total = (int64_t)date.year * 12 + date.month - 1 + months;
	int64_t year = floor_div(total, 12);
	int32_t month = (int32_t)(total - year * 12) + 1;

	if (date.day > DAYS_IN_EVERY_MONTH) {
		int32_t last = days_in_month(year, month);

		date.day = date.day < last ? date.day : last;
	}
	if (year >= COMMON_YEAR_MIN && year <= COMMON_YEAR_MAX)
		return common_day_from_civil((int32_t)year, month, date.day);
	return day_clamp(days_from_civil(year, month, date.day));
}

int32_t ll_day_add_months(int32_t day, int32_t months)
{
	return date_add_months(ll_day_to_date(day), months);
}

int32_t ll_day_leaves_window(int32_t day, int32_t months)
{
	struct ll_date date = ll_day_to_date(day);
	int32_t same = date_add_months(date, months);

	/* On the last day of a shorter month the window reaches back past `day`: a day later. */
	if (date.day > DAYS_IN_EVERY_MONTH && ll_day_add_months(same, -months) < day)
		return same + 1;
	return same;
}

/* The most months that can be added to `from` without passing `to`. */
int32_t ll_day_months_between(int32_t from, int32_t to)
{
	if (to < from)
		return 0;

	struct ll_date start = civil_from_days(from);
	struct ll_date end = civil_from_days(to);
	int32_t months = (end.year - start.year) * 12 + end.month - start.month;

	return ll_day_add_months(from, months) > to ? months - 1 : months;
}

/* Between min and max digits off the front of *text, as a number; false leaves it undefined. */
static bool take_digits(struct ll_str *text, size_t min, size_t max, int32_t *ret_value)
{
	int32_t value = 0;
	size_t i = 0;

	assert(max <= 9);
	for (; i < max && i < text->size && text->data[i] >= '0' && text->data[i] <= '9'; i++)
		value = value * 10 + (text->data[i] - '0');
	if (i < min)
		return false;
	text->data += i;
	text->size -= i;
	*ret_value = value;
	return true;
}

static bool take_text(struct ll_str *text, struct ll_str expected)
{
	if (!ll_str_starts(*text, expected))
		return false;
	text->data += expected.size;
	text->size -= expected.size;
	return true;
}

/* Year, month and day with what stands after each; field_min is the fewest digits of the latter. */
struct date_form {
	struct ll_str after_year;
	struct ll_str after_month;
	struct ll_str after_day;
	size_t field_min;
};

/* A form's front of *text is cut off; what is left is the caller's. */
static bool take_date(struct ll_str *text, const struct date_form *form, int32_t *ret_day)
{
	struct ll_str rest = *text;
	struct ll_date date;

	if (!take_digits(&rest, 4, 4, &date.year) || !take_text(&rest, form->after_year) ||
	    !take_digits(&rest, form->field_min, 2, &date.month) ||
	    !take_text(&rest, form->after_month) ||
	    !take_digits(&rest, form->field_min, 2, &date.day) ||
	    !take_text(&rest, form->after_day))
		return false;
	if (date.year < YEAR_MIN || date.year > YEAR_MAX ||
	    !ll_date_exists(date.year, date.month, date.day))
		return false;
	*ret_day = ll_day_from_date(date.year, date.month, date.day);
	*text = rest;
	return true;
}

#define TEXT(literal)                          \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static const struct date_form date_forms[] = {
	{TEXT("-"), TEXT("-"), TEXT(""), 1},
	{TEXT("/"), TEXT("/"), TEXT(""), 1},
	{TEXT(""), TEXT(""), TEXT(""), 2},
	{TEXT("年"), TEXT("月"), TEXT("日"), 1},
};

int ll_day_parse(struct ll_str text, int32_t *ret_day)
{
	for (size_t i = 0; i < sizeof(date_forms) / sizeof(date_forms[0]); i++) {
		struct ll_str rest = text;
		int32_t day;

		if (take_date(&rest, &date_forms[i], &day) && rest.size == 0) {
			*ret_day = day;
			return 0;
		}
	}
	return -LL_ERR_BAD_DATE;
}

void ll_day_format(int32_t day, char ret_text[LL_DAY_TEXT_MAX])
{
	struct ll_date date = civil_from_days(day);

	/* The remainders change nothing; they tell the compiler how long it can be. */
	snprintf(ret_text, LL_DAY_TEXT_MAX, "%04d-%02d-%02d", date.year % 10000000,
		 (int)((unsigned int)date.month % 100), (int)((unsigned int)date.day % 100));
}

/* .5, .678, .678901…: to milliseconds, the rest cut off. Nothing there is 0. */
static bool take_fraction_ms(struct ll_str *text, int32_t *ret_ms)
{
	int32_t digit;
	int32_t ms = 0;
	int32_t unit = 100;

	if (take_text(text, LL_STR("."))) {
		if (!take_digits(text, 1, 1, &digit))
			return false;
		do {
			ms += digit * unit;
			unit /= 10;
		} while (take_digits(text, 1, 1, &digit));
	}
	*ret_ms = ms;
	return true;
}

static bool take_zone_ms(struct ll_str *text, int64_t *ret_offset_ms)
{
	int32_t hours, minutes;
	bool west;

	if (take_text(text, LL_STR("Z")) || take_text(text, LL_STR("z"))) {
		*ret_offset_ms = 0;
		return true;
	}
	west = take_text(text, LL_STR("-"));
	if (!west && !take_text(text, LL_STR("+")))
		return false;
	if (!take_digits(text, 2, 2, &hours) || !take_text(text, LL_STR(":")) ||
	    !take_digits(text, 2, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_offset_ms = (hours * MS_PER_HOUR + minutes * MS_PER_MINUTE) * (west ? -1 : 1);
	return true;
}

int ll_time_parse(struct ll_str text, int64_t *ret_time_ms)
{
	static const struct date_form rfc3339 = {TEXT("-"), TEXT("-"), TEXT(""), 2};
	int32_t day, hour, minute, second, ms;
	int64_t offset_ms;

	if (ll_day_parse(text, &day) == 0) {
		*ret_time_ms = ll_day_start_ms(day);
		return 0;
	}
	if (!take_date(&text, &rfc3339, &day) ||
	    !(take_text(&text, LL_STR("T")) || take_text(&text, LL_STR("t")) ||
	      take_text(&text, LL_STR(" "))))
		return -LL_ERR_BAD_DATE;
	if (!take_digits(&text, 2, 2, &hour) || !take_text(&text, LL_STR(":")) ||
	    !take_digits(&text, 2, 2, &minute) || !take_text(&text, LL_STR(":")) ||
	    !take_digits(&text, 2, 2, &second) || !take_fraction_ms(&text, &ms) ||
	    !take_zone_ms(&text, &offset_ms) || text.size != 0)
		return -LL_ERR_BAD_DATE;
	/* RFC 3339 allows a leap second; as in POSIX it is the next minute's first. */
	if (hour > 23 || minute > 59 || second > 60)
		return -LL_ERR_BAD_DATE;
	*ret_time_ms = day * LL_DAY_MS + hour * MS_PER_HOUR + minute * MS_PER_MINUTE +
		       second * MS_PER_SECOND + ms - offset_ms;
	return 0;
}

void ll_time_format(int64_t time_ms, char ret_text[LL_TIME_TEXT_MAX])
{
	int64_t day = floor_div(time_ms, LL_DAY_MS);
	int32_t ms = (int32_t)floor_mod(time_ms, LL_DAY_MS);
	struct ll_date date = civil_from_days(day);

	snprintf(ret_text, LL_TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year,
		 date.month, date.day, ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}
