/* What only a household's state says of its case: dimensions, marks, the green channel. */
#include "base/date.h"
#include "case.h"
#include "cli/present.h"
#include "core/fact.h"
#include "core/indicator.h"
#include "runtime/shell.h"

#define CLIENT "lifeline-case"

static enum ll_indicator security_of(enum ll_dimension dimension)
{
	return (enum ll_indicator)(LL_INDICATOR_FOOD_SECURITY + (dimension - LL_DIMENSION_FOOD));
}

static void set_dimension(const struct ll_household *household,
			  const struct ll_indicators *indicators, enum ll_dimension dimension,
			  struct ll_case_standing *standing)
{
	enum ll_indicator indicator = security_of(dimension);
	const struct ll_fact *fact = NULL;

	if (indicators->known & (UINT64_C(1) << indicator))
		standing->dimensions[dimension].security = indicators->value[indicator];
	if (ll_indicator_facts(household, standing->today, indicator, &fact, 1) == 0)
		return;
	standing->dimensions[dimension].has_fact = true;
	standing->dimensions[dimension].fact = (struct ll_reason_fact){
		.fact_id = (int64_t)fact->id,
		.kind = ll_str_from(ll_fact_kind_name(fact->kind)),
		.occurred_on = fact->occurred_on,
		.amount_fen = fact->amount_known ? fact->amount_fen : 0,
	};
}

void ll_case_standing_of(const struct ll_household *household, int32_t today,
			 struct ll_case_standing *ret_standing)
{
	struct ll_case_standing standing = {
		.known = true,
		.today = today,
		.green = household->green,
		.marks = household->exclusion_marks,
		.waived_marks = household->waived_marks,
	};
	struct ll_indicators indicators;

	if (today != LL_DAY_NONE) {
		ll_indicators_compute(household, today, &indicators);
		standing.marks = indicators.marks;
		for (int i = LL_DIMENSION_FOOD; i <= LL_DIMENSION_WATER; i++)
			set_dimension(household, &indicators, (enum ll_dimension)i, &standing);
	}
	*ret_standing = standing;
}

static int take_household(void *context, const struct ll_household *household, int32_t today)
{
	ll_case_standing_of(household, today, context);
	return 0;
}

static int find(struct ll_bus *bus, struct ll_store *store, const struct ll_codec *codec,
		const struct ll_key *key, struct ll_case_standing *standing, struct ll_error *error)
{
	struct ll_present present;
	int err = ll_present_init(&present, bus, store, codec, CLIENT, error);

	if (!err)
		err = ll_present_find(&present, key, take_household, standing, error);
	return err == -LL_ERR_NOT_FOUND ? 0 : err;
}

int ll_case_standing_find(struct ll_invocation *invocation, struct ll_store *store,
			  const struct ll_key *household_key, struct ll_case_standing *ret_standing)
{
	struct ll_case_standing standing = {.known = false};
	struct ll_codec *codec = NULL;
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err = ll_shell_codec(invocation, &codec);

	*ret_standing = standing;
	if (err)
		return err;
	if (ll_shell_bus_ready(invocation, &bus)) {
		ll_complain(invocation, 0,
			    "without the broker the dimensions, marks and the green channel are "
			    "not known");
	} else {
		err = find(bus, store, codec, household_key, &standing, &error);
		if (!err)
			*ret_standing = standing;
		else
			ll_complain_error(
				invocation, 0,
				"the dimensions, marks and the green channel are not known",
				&error);
	}
	ll_bus_free(bus);
	ll_codec_free(codec);
	return err == -LL_ERR_NO_MEMORY ? err : 0;
}
