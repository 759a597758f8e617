/*
 * Time as data. Nothing here reads a clock.
 *
 * A day is an int32 count of days since 1970-01-01 in local time of the policy (+08:00).
 * An instant is int64 milliseconds since 1970-01-01T00:00:00Z.
 */
#ifndef LL_BASE_DATE_H
#define LL_BASE_DATE_H

#include "bytes.h"

#define LL_DAY_NONE	  INT32_MIN
#define LL_DAY_MIN	  (-25567) /* 1900-01-01 */
#define LL_DAY_MAX	  84005	   /* 2199-12-31 */
#define LL_DAY_TEXT_MAX	  16
#define LL_TIME_TEXT_MAX  40
#define LL_ZONE_OFFSET_MS (8LL * 3600 * 1000)
#define LL_DAY_MS	  (24LL * 3600 * 1000)

struct ll_date {
	int32_t year;
	int32_t month; /* 1 to 12 */
	int32_t day;   /* 1 to 31 */
};

bool ll_date_exists(int32_t year, int32_t month, int32_t day);
struct ll_date ll_day_to_date(int32_t day);
/* The date must exist; no check. */
int32_t ll_day_from_date(int32_t year, int32_t month, int32_t day);
/* The policy day of an instant. */
int32_t ll_day_of_ms(int64_t time_ms);
/* The instant at which a policy day begins. */
int64_t ll_day_start_ms(int32_t day);
/* The same day `months` later (or earlier), the month's last day where it has none. */
int32_t ll_day_add_months(int32_t day, int32_t months);
/*
 * The first day d for which ll_day_add_months(d, -months) is `day` or later: the day on which a
 * window of so many months holds `day` no longer. months > 0.
 */
int32_t ll_day_leaves_window(int32_t day, int32_t months);
/*
 * Whole months from `from` to `to`, 0 if to < from: the most that ll_day_add_months can add to
 * `from` without passing `to`, so from the 31st of a month to the 30th, its successor's last, is 1.
 */
int32_t ll_day_months_between(int32_t from, int32_t to);
/*
 * YYYY-MM-DD, YYYY/MM/DD (month and day also of one digit), YYYYMMDD or 2025年1月2日;
 * -LL_ERR_BAD_DATE (also outside MIN..MAX).
 */
int ll_day_parse(struct ll_str text, int32_t *ret_day);
/* YYYY-MM-DD */
void ll_day_format(int32_t day, char ret_text[LL_DAY_TEXT_MAX]);
/* RFC 3339 with Z or an offset, or a plain date (its first instant); -LL_ERR_BAD_DATE. */
int ll_time_parse(struct ll_str text, int64_t *ret_time_ms);
/* 2025-01-02T03:04:05.678Z */
void ll_time_format(int64_t time_ms, char ret_text[LL_TIME_TEXT_MAX]);

#endif
