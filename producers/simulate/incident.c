#include "incident.h"

#include <stdlib.h>

#include "sheet.h"

#define PURPOSE_FLAW 100

#define PROGRESS_STEP 1024 /* households */

/* Chances of a million. */
#define CORRECTION_CHANCE 40000	 /* where the department's file can tell one */
#define RETRACTION_CHANCE 100000 /* of the corrections */
#define AGAIN_CHANCE	  10000
#define FLAW_CHANCE	  2000

static const uint32_t lag_weights[] = {70, 20, 7, 3};
static const struct {
	int32_t from;
	int32_t to;
} lag_days[] = {{0, 0}, {1, 3}, {4, 20}, {21, 60}};

int32_t ll_incident_report_day(struct ll_random *random, int32_t occurred_on)
{
	size_t lag = ll_random_pick(random, lag_weights, 4);

	return occurred_on +
	       (int32_t)ll_random_between(random, lag_days[lag].from, lag_days[lag].to);
}

int ll_incidents_append(struct ll_incidents *incidents, const struct ll_incident *incident)
{
	if (incidents->count == incidents->capacity) {
		size_t capacity = incidents->capacity ? incidents->capacity * 2 : 1024;
		struct ll_incident *list = reallocarray(incidents->list, capacity, sizeof(list[0]));

		if (!list)
			return -LL_ERR_NO_MEMORY;
		incidents->list = list;
		incidents->capacity = capacity;
	}
	incidents->list[incidents->count++] = *incident;
	return 0;
}

int ll_incidents_add(struct ll_incidents *incidents, const struct ll_incident *incident)
{
	struct ll_incident numbered = *incident;

	numbered.number = ++incidents->numbers[incident->kind];
	return ll_incidents_append(incidents, &numbered);
}

/* ---- what goes wrong on the way ---- */

static bool can_be_negative(enum ll_event_kind kind)
{
	return kind == LL_EVENT_INCOME_REPORT; /* a farm's loss */
}

static void spoil(struct ll_random *random, struct ll_incident *incident)
{
	static const uint32_t weights[LL_FLAW_COUNT] = {0, 4, 3, 3};
	enum ll_sim_flaw flaw = (enum ll_sim_flaw)ll_random_pick(random, weights, LL_FLAW_COUNT);

	if (flaw == LL_FLAW_CITIZEN_NUMBER && !ll_sheet_is_of_person(incident->kind))
		flaw = LL_FLAW_FUTURE;
	if (flaw == LL_FLAW_NEGATIVE &&
	    (can_be_negative(incident->kind) || !incident->first_fen.known))
		flaw = LL_FLAW_FUTURE;
	if (flaw == LL_FLAW_NEGATIVE)
		incident->first_fen.value = -incident->first_fen.value - 100;
	if (flaw == LL_FLAW_FUTURE)
		incident->occurred_on =
			incident->reported_on + (int32_t)ll_random_between(random, 30, 400);
	incident->flaw = flaw;
}

static int add_correction(struct ll_random *random, struct ll_incidents *incidents,
			  const struct ll_incident *incident)
{
	struct ll_incident correction = *incident;
	int64_t percent = ll_random_between(random, 55, 95);

	correction.revision = incident->revision + 1;
	correction.retract = ll_random_chance(random, RETRACTION_CHANCE);
	correction.reported_on += (int32_t)ll_random_between(random, 3, 30);
	correction.first_fen.value = correction.first_fen.value / 10000 * percent * 100;
	correction.second_fen.value = correction.second_fen.value / 10000 * percent * 100;
	correction.third_fen.value = correction.third_fen.value / 10000 * percent * 100;
	return ll_incidents_append(incidents, &correction);
}

/* Late copies and wrong rows; the list grows behind what is looked at. */
static int disturb(struct ll_incidents *incidents, uint64_t seed)
{
	size_t count = incidents->count;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		struct ll_incident *incident = &incidents->list[i];
		struct ll_random random;

		ll_random_init(&random, seed, PURPOSE_FLAW + incident->kind, incident->number);
		if (ll_random_chance(&random, FLAW_CHANCE)) {
			spoil(&random, incident);
		} else if (ll_sheet_has_revisions(incident->kind) &&
			   ll_random_chance(&random, CORRECTION_CHANCE)) {
			struct ll_incident copy = *incident;

			err = add_correction(&random, incidents, &copy);
		} else if (ll_random_chance(&random, AGAIN_CHANCE)) {
			struct ll_incident copy = *incident;

			copy.again = true;
			copy.reported_on += (int32_t)ll_random_between(&random, 1, 15);
			err = ll_incidents_append(incidents, &copy);
		}
	}
	return err;
}

/* What is reported after the last day is not in this simulation. */
static void cut(struct ll_incidents *incidents, int32_t from, int32_t days)
{
	size_t kept = 0;

	for (size_t i = 0; i < incidents->count; i++)
		if (incidents->list[i].reported_on >= from &&
		    incidents->list[i].reported_on < from + days)
			incidents->list[kept++] = incidents->list[i];
	incidents->count = kept;
}

#define COMPARE(a, b)                              \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

static int by_report(const void *left, const void *right)
{
	const struct ll_incident *a = left, *b = right;

	COMPARE(a->reported_on, b->reported_on);
	COMPARE(a->kind, b->kind);
	COMPARE(a->number, b->number);
	COMPARE(a->revision, b->revision);
	return 0; /* the only other difference is `again`, on another day */
}

int ll_incidents_make(struct ll_incidents *incidents, const struct ll_incident_options *options,
		      const struct ll_population *population, struct ll_flood *ret_flood,
		      ll_population_progress *progress, void *context)
{
	struct ll_incident_makers *makers = NULL;
	struct ll_incidents made = {.list = NULL};
	struct ll_flood flood;
	int err = ll_incident_makers_new(options, &makers);

	for (uint32_t i = 0; i < population->household_count && !err; i++) {
		err = ll_incident_makers_run(makers, population, i, &made);
		if (progress && i % PROGRESS_STEP == 0)
			progress(context, i);
	}
	if (!err)
		err = ll_flood_make(options, population, &made, &flood);
	if (!err)
		err = disturb(&made, options->seed);
	ll_incident_makers_free(makers);
	if (err) {
		ll_incidents_release(&made);
		return err;
	}
	cut(&made, options->from, options->days);
	if (made.count > 0)
		qsort(made.list, made.count, sizeof(made.list[0]), by_report);
	*incidents = made;
	*ret_flood = flood;
	return 0;
}

void ll_incidents_release(struct ll_incidents *incidents)
{
	free(incidents->list);
	*incidents = (struct ll_incidents){.list = NULL};
}
