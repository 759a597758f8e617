/* lifeline report share: from the present state alone. */
#include <jansson.h>
#include <stdio.h>

#include "cli/report.h"
#include "cli/share.h"
#include "runtime/columns.h"
#include "runtime/json_print.h"

struct sharing {
	struct ll_reporting reporting;
	struct ll_share share;
	struct ll_share_band band;
};

static int take_household(void *context, const struct ll_household *household, int32_t today)
{
	struct sharing *sharing = context;

	(void)today;
	return ll_share_add(&sharing->share, household);
}

/* ---- options ----------------------------------------------------------------------------------- */

static int add_deep(struct sharing *sharing, struct ll_str code)
{
	struct ll_share_band *band = &sharing->band;

	if (band->deep_count == LL_SHARE_DEEP_MAX || code.size == 0 ||
	    ll_area_parse(code, &band->deep[band->deep_count]))
		return ll_complain(sharing->reporting.invocation, -LL_ERR_USAGE,
				   "--deep is a list of at most %d area codes: '%.*s' is none",
				   LL_SHARE_DEEP_MAX, (int)(code.size > 32 ? 32 : code.size),
				   code.data);
	band->deep_count++;
	return 0;
}

static int read_deep(struct sharing *sharing, const char *text)
{
	int err = 0;

	while (text && !err) {
		const char *comma = strchr(text, ',');
		size_t size = comma ? (size_t)(comma - text) : strlen(text);

		err = add_deep(sharing, (struct ll_str){text, size});
		text = comma ? comma + 1 : NULL;
	}
	return err;
}

static int read_band(struct ll_invocation *invocation, struct sharing *sharing)
{
	int64_t low = 0, high = 0, deep_high = 0;

	if (ll_invocation_number(invocation, "at-least", 0, 100, &low) ||
	    ll_invocation_number(invocation, "at-most", 0, 100, &high) ||
	    ll_invocation_number(invocation, "deep-at-most", 0, 100, &deep_high))
		return -LL_ERR_USAGE;
	if (low > high || low > deep_high)
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "--at-least is above --at-most or --deep-at-most");
	sharing->band.low_permille = low * 10;
	sharing->band.high_permille = high * 10;
	sharing->band.deep_high_permille = deep_high * 10;
	return read_deep(sharing, ll_invocation_option(invocation, "deep"));
}

/* ---- telling ----------------------------------------------------------------------------------- */

static void percent(int64_t permille, char text[32])
{
	if (permille < 0)
		snprintf(text, 32, "-");
	else
		snprintf(text, 32, "%lld.%lld %%", (long long)(permille / 10),
			 (long long)(permille % 10));
}

static const char *verdict_text(const struct sharing *sharing, enum ll_share_verdict verdict)
{
	static const char *const texts[][2] = {
		[LL_SHARE_NONE] = {"no registered poor", "无脱贫人口"},
		[LL_SHARE_WITHIN] = {"within the band", "在区间内"},
		[LL_SHARE_BELOW] = {"BELOW THE BAND", "低于区间"},
		[LL_SHARE_ABOVE] = {"ABOVE THE BAND", "高于区间"},
	};

	return texts[verdict][sharing->reporting.language == LL_CHINESE];
}

static int add_row(const struct sharing *sharing, struct ll_columns *table,
		   const struct ll_share_area *area)
{
	char code[LL_AREA_TEXT_MAX], share[32], ex_poor[32], monitored[32], households[32],
		band[64];

	ll_area_format(area->area, code);
	snprintf(ex_poor, sizeof(ex_poor), "%lld", (long long)area->ex_poor.people);
	snprintf(monitored, sizeof(monitored), "%lld", (long long)area->monitored.people);
	snprintf(households, sizeof(households), "%lld", (long long)area->monitored.households);
	percent(ll_share_permille(area), share);
	snprintf(band, sizeof(band), "%lld-%lld %%", (long long)(sharing->band.low_permille / 10),
		 (long long)(ll_share_high(area, &sharing->band) / 10));
	return ll_columns_add(
		table,
		(const char *const[]){code, ex_poor, monitored, households, share, band,
				      verdict_text(sharing, ll_share_judge(area, &sharing->band))});
}

static const struct ll_column columns_en[] = {
	{"AREA", false},     {"REGISTERED POOR", true},
	{"MONITORED", true}, {"HOUSEHOLDS", true},
	{"SHARE", true},     {"BAND", true},
	{"", false},	     {NULL, false},
};
static const struct ll_column columns_zh[] = {
	{"地区", false}, {"脱贫人口", true}, {"监测人口", true}, {"监测户数", true},
	{"占比", true},	 {"区间", true},     {"", false},	 {NULL, false},
};

static int print_page(const struct sharing *sharing)
{
	const struct ll_reporting *reporting = &sharing->reporting;
	struct ll_columns *table = NULL;
	int err;

	if (sharing->share.count == 0) {
		puts(ll_reporting_say(reporting, "No household is registered there.",
				      "该地区尚无登记农户。"));
		return 0;
	}
	err = ll_columns_new(reporting->language == LL_CHINESE ? columns_zh : columns_en, &table);
	for (size_t i = 0; i < sharing->share.count && !err; i++)
		err = add_row(sharing, table, &sharing->share.areas[i]);
	if (!err)
		err = ll_columns_print(table, stdout);
	ll_columns_free(table);
	return !err && fflush(stdout) ? -LL_ERR_IO : err;
}

static json_t *counts_json(const struct ll_share_counts *counts)
{
	return json_pack("{s:I, s:I}", "households", (json_int_t)counts->households, "people",
			 (json_int_t)counts->people);
}

static json_t *area_json(const struct sharing *sharing, const struct ll_share_area *area)
{
	const int64_t permille = ll_share_permille(area);
	json_t *groups = json_object();
	char code[LL_AREA_TEXT_MAX];

	ll_area_format(area->area, code);
	for (int i = LL_GROUP_NONE + 1; i < LL_GROUP_COUNT; i++)
		json_object_set_new(groups, ll_group_name((enum ll_group)i),
				    json_integer(area->groups[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:s}", "area", code, "all",
			 counts_json(&area->all), "registered_poor", counts_json(&area->ex_poor),
			 "monitored", counts_json(&area->monitored), "groups", groups,
			 "share_permille", permille < 0 ? json_null() : json_integer(permille),
			 "low_permille", (json_int_t)sharing->band.low_permille, "high_permille",
			 (json_int_t)ll_share_high(area, &sharing->band), "verdict",
			 ll_share_verdict_name(ll_share_judge(area, &sharing->band)));
}

static int print_json(const struct sharing *sharing)
{
	json_t *areas = json_array();
	json_t *object;

	for (size_t i = 0; i < sharing->share.count; i++)
		json_array_append_new(areas, area_json(sharing, &sharing->share.areas[i]));
	object = json_pack("{s:o}", "areas", areas);
	return ll_json_print(object);
}

/* ---- the command ------------------------------------------------------------------------------- */

static int make(struct sharing *sharing)
{
	struct ll_error error = {0};
	int err = ll_reporting_walk(&sharing->reporting, take_household, sharing, &error);

	if (err)
		return ll_complain_error(sharing->reporting.invocation, err, "report", &error);
	ll_share_finish(&sharing->share);
	return sharing->reporting.json ? print_json(sharing) : print_page(sharing);
}

int ll_report_share_run(struct ll_invocation *invocation)
{
	struct sharing sharing = {.band = {.deep_count = 0}};
	int err = ll_reporting_open(invocation, false, &sharing.reporting);

	ll_share_init(&sharing.share);
	if (!err)
		err = read_band(invocation, &sharing);
	if (!err)
		err = make(&sharing);
	ll_share_release(&sharing.share);
	ll_reporting_close(&sharing.reporting);
	return err == -LL_ERR_USAGE ? LL_EXIT_USAGE : ll_exit_of(err);
}
