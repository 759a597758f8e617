/*
 * How many of the registered poor are monitored, by county and city, against the band in which the
 * share should be (监测规模): about 5 % of the registered poor, at most 10 % in deep-poverty areas.
 * People are counted, as the guideline does; households beside them. One thread.
 */
#ifndef LL_CLI_SHARE_H
#define LL_CLI_SHARE_H

#include "base/area.h"
#include "core/household.h"

#define LL_SHARE_AREAS_MAX 8192 /* counties and cities */
#define LL_SHARE_DEEP_MAX  64	/* areas of deep poverty */

struct ll_share_counts {
	int64_t households;
	int64_t people;
};

struct ll_share_area {
	struct ll_area area; /* a county or a city */
	struct ll_share_counts all;
	struct ll_share_counts ex_poor; /* the registered poor (建档立卡), out of poverty now */
	struct ll_share_counts monitored;
	int64_t groups[LL_GROUP_COUNT]; /* monitored households by their kind */
};

struct ll_share_band {
	int64_t low_permille;
	int64_t high_permille;
	int64_t deep_high_permille; /* in areas of deep poverty */
	struct ll_area deep[LL_SHARE_DEEP_MAX];
	size_t deep_count;
};

enum ll_share_verdict {
	LL_SHARE_NONE, /* nobody is registered as poor there: no share */
	LL_SHARE_WITHIN,
	LL_SHARE_BELOW,
	LL_SHARE_ABOVE
};

struct ll_share {
	struct ll_share_area *areas;
	size_t count;
};

void ll_share_init(struct ll_share *share);
void ll_share_release(struct ll_share *share);
/* Counts a registered household in its county and its city. -LL_ERR_NO_MEMORY, -LL_ERR_TOO_LARGE. */
int ll_share_add(struct ll_share *share, const struct ll_household *household);
/* Each city before its counties, by code. */
void ll_share_finish(struct ll_share *share);

/* Monitored people of a thousand registered poor, rounded; -1: there are none. */
int64_t ll_share_permille(const struct ll_share_area *area);
enum ll_share_verdict ll_share_judge(const struct ll_share_area *area,
				     const struct ll_share_band *band);
/* "none", "within", "below", "above" */
const char *ll_share_verdict_name(enum ll_share_verdict verdict);
/* The upper end of the band for this area. */
int64_t ll_share_high(const struct ll_share_area *area, const struct ll_share_band *band);

#endif
