#include "cli/share.h"

#include <stdlib.h>

#include "base/err.h"

#define CITY_DIGITS   4
#define COUNTY_DIGITS 6
#define CODE_DIGITS   12

void ll_share_init(struct ll_share *share)
{
	*share = (struct ll_share){.count = 0};
}

void ll_share_release(struct ll_share *share)
{
	free(share->areas);
	ll_share_init(share);
}

static bool is_same_area(struct ll_area a, struct ll_area b)
{
	return a.digits == b.digits && a.code == b.code;
}

/* Households of one village come together: the last areas are looked at first. */
static int area_of(struct ll_share *share, struct ll_area area, struct ll_share_area **ret_area)
{
	struct ll_share_area *grown;

	for (size_t i = share->count; i > 0; i--) {
		if (!is_same_area(share->areas[i - 1].area, area))
			continue;
		*ret_area = &share->areas[i - 1];
		return 0;
	}
	if (share->count == LL_SHARE_AREAS_MAX)
		return -LL_ERR_TOO_LARGE;
	grown = reallocarray(share->areas, share->count + 1, sizeof(*grown));
	if (!grown)
		return -LL_ERR_NO_MEMORY;
	share->areas = grown;
	grown += share->count++;
	*grown = (struct ll_share_area){.area = area};
	*ret_area = grown;
	return 0;
}

static void count(struct ll_share_counts *counts, const struct ll_household *household)
{
	counts->households++;
	counts->people += household->member_count;
}

int ll_share_add(struct ll_share *share, const struct ll_household *household)
{
	static const int32_t digits[] = {CITY_DIGITS, COUNTY_DIGITS};
	int err = 0;

	for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]) && !err; i++) {
		struct ll_share_area *area = NULL;

		err = area_of(share, ll_area_of_village(household->area_code, digits[i]), &area);
		if (err)
			break;
		count(&area->all, household);
		if (household->ex_poor)
			count(&area->ex_poor, household);
		if (household->case_state != LL_CASE_MONITORED)
			continue;
		count(&area->monitored, household);
		area->groups[household->group]++;
	}
	return err;
}

/* The code as of its first village, so that a city stands before its counties. */
static uint64_t first_code(struct ll_area area)
{
	uint64_t code = area.code;

	for (int32_t i = area.digits; i < CODE_DIGITS; i++)
		code *= 10;
	return code;
}

static int compare_areas(const void *left, const void *right)
{
	const struct ll_share_area *a = left, *b = right;
	uint64_t a_code = first_code(a->area), b_code = first_code(b->area);

	if (a_code != b_code)
		return a_code < b_code ? -1 : 1;
	return (a->area.digits > b->area.digits) - (a->area.digits < b->area.digits);
}

void ll_share_finish(struct ll_share *share)
{
	if (share->count > 0)
		qsort(share->areas, share->count, sizeof(*share->areas), compare_areas);
}

int64_t ll_share_permille(const struct ll_share_area *area)
{
	if (area->ex_poor.people == 0)
		return -1;
	return (area->monitored.people * 1000 + area->ex_poor.people / 2) / area->ex_poor.people;
}

/* Is the area part of one of deep poverty? A wider area is not because a part of it is. */
static bool is_deep(struct ll_area area, const struct ll_share_band *band)
{
	for (size_t i = 0; i < band->deep_count; i++)
		if (band->deep[i].digits <= area.digits &&
		    ll_area_contains(band->deep[i], first_code(area)))
			return true;
	return false;
}

int64_t ll_share_high(const struct ll_share_area *area, const struct ll_share_band *band)
{
	return is_deep(area->area, band) ? band->deep_high_permille : band->high_permille;
}

enum ll_share_verdict ll_share_judge(const struct ll_share_area *area,
				     const struct ll_share_band *band)
{
	/* Exactly, not by the rounded share. */
	const int64_t monitored = area->monitored.people * 1000;
	const int64_t ex_poor = area->ex_poor.people;

	if (ex_poor == 0)
		return LL_SHARE_NONE;
	if (monitored < band->low_permille * ex_poor)
		return LL_SHARE_BELOW;
	return monitored > ll_share_high(area, band) * ex_poor ? LL_SHARE_ABOVE : LL_SHARE_WITHIN;
}

const char *ll_share_verdict_name(enum ll_share_verdict verdict)
{
	static const char *const names[] = {
		[LL_SHARE_NONE] = "none",
		[LL_SHARE_WITHIN] = "within",
		[LL_SHARE_BELOW] = "below",
		[LL_SHARE_ABOVE] = "above",
	};

	return names[verdict];
}
