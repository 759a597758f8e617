/*
 * Wages, person by person in the order of days; of one day the job lost comes before the job found,
 * a wage that is told after both, and a death last.
 *
 * What counts is the difference to the wage that is in the base: the income of a year that somebody
 * reported holds what everybody earned then. So a job lost takes away the wage that was in the base,
 * once, however many departments tell of it; a job found adds its wage; and a wage of which nobody
 * has told a change is in the base as it is, known or not.
 */
#include "pass.h"

/* The work of one person. */
struct work {
	bool told;    /* somebody told whether there is work */
	bool jobless; /* with told */
	bool known;   /* wage_fen, of now */
	int64_t wage_fen;

	bool in_account; /* facts from now on are not in the base */
	bool changed;	 /* not as in the base any more, since `from` */
	bool first_loss; /* jobless since the base, and nothing in between */
	int32_t from;	 /* month, counted from year 0 */
	bool base_known;
	int64_t base_fen; /* the wage that is in the base */
	int32_t lost_on;

	/* Of each year: months that are not as in the base, and what was earned in them. */
	int64_t months[LL_INCOME_YEARS];
	int64_t earned_fen[LL_INCOME_YEARS];
	bool open[LL_INCOME_YEARS]; /* nobody told what */
};

static int32_t month_of(int32_t day)
{
	struct ll_date date = ll_day_to_date(day);

	return date.year * LL_MONTHS_IN_YEAR + date.month - 1;
}

/* Counts the months up to `to`, exclusive, for which the wage of now was there. */
static void count_months(const struct ll_pass *pass, struct work *work, int32_t to)
{
	if (!work->changed)
		return;
	for (int year = 0; year < LL_INCOME_YEARS; year++) {
		int32_t begin = (pass->date.year - (year == LL_YEAR_BEFORE)) * LL_MONTHS_IN_YEAR;
		int32_t end = begin + LL_MONTHS_IN_YEAR;
		int32_t first = work->from > begin ? work->from : begin;
		int32_t last = to < end ? to : end;

		if (last <= first)
			continue;
		work->months[year] += last - first;
		work->earned_fen[year] += work->wage_fen * (last - first);
		work->open[year] |= !work->known;
	}
}

/* From the month of the fact on the work is another. */
static void change_work(const struct ll_pass *pass, struct work *work, const struct ll_fact *fact,
			bool jobless)
{
	if (work->in_account) {
		int32_t month = month_of(fact->occurred_on);

		count_months(pass, work, month);
		work->first_loss = jobless && !work->changed;
		work->changed = true;
		work->from = month;
	}
	work->told = true;
	work->jobless = jobless;
	work->known = jobless || fact->amount_known;
	work->wage_fen = jobless ? 0 : fact->amount_fen;
}

/* Somebody tells the wage that there was already. */
static void tell_wage(struct work *work, int64_t wage_fen)
{
	work->told = true;
	work->known = true;
	work->wage_fen = wage_fen;
	if (!work->changed) {
		work->base_known = true;
		work->base_fen = wage_fen;
	}
}

/* Each returns whether the fact says anything new. */
static bool follow_job_loss(const struct ll_pass *pass, struct work *work,
			    const struct ll_fact *fact)
{
	work->lost_on = fact->occurred_on;
	if (work->told && work->jobless) {
		/* The same loss from another department, which may know the wage. */
		if (!work->first_loss || work->base_known || !fact->amount_known)
			return false;
		work->base_known = true;
		work->base_fen = fact->amount_fen;
		return true;
	}
	/* The wage that is gone is the one of the base, or of a job that nobody told the wage of. */
	if (fact->amount_known && (!work->changed || !work->known))
		tell_wage(work, fact->amount_fen);
	change_work(pass, work, fact, true);
	return true;
}

static bool follow_employed(const struct ll_pass *pass, struct work *work,
			    const struct ll_fact *fact)
{
	if (!work->told && work->in_account) {
		/* Who finds work had none in the base. */
		work->base_known = true;
		work->base_fen = 0;
	} else if (work->told && !work->jobless) {
		if (!fact->amount_known || (work->known && work->wage_fen == fact->amount_fen))
			return false;
		if (!work->known) {
			tell_wage(work, fact->amount_fen);
			return true;
		}
	}
	change_work(pass, work, fact, false);
	return true;
}

static bool follow_wage_report(const struct ll_pass *pass, struct work *work,
			       const struct ll_fact *fact)
{
	if ((!work->told || !work->jobless) && !work->known)
		tell_wage(work, fact->amount_fen);
	else if (work->known && work->wage_fen == fact->amount_fen && !work->jobless)
		return false;
	else
		change_work(pass, work, fact, false);
	return true;
}

/* A labourer earned something, even if nobody told what. */
static bool follow_death(const struct ll_pass *pass, struct work *work, const struct ll_fact *fact)
{
	uint64_t member = ll_pass_member(pass, fact->person);
	int at = member ? __builtin_ctzll(member) : -1;
	bool earned = work->known ? work->wage_fen > 0
				  : work->told || (at >= 0 && pass->household->members[at].labour);

	if (earned)
		change_work(pass, work, fact, true);
	return earned;
}

/* The kinds of a day in their order. */
static const struct {
	bool (*follow)(const struct ll_pass *pass, struct work *work, const struct ll_fact *fact);
	uint8_t rank;
} followers[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_JOB_LOSS] = {follow_job_loss, 1},
	[LL_EVENT_EMPLOYED] = {follow_employed, 2},
	[LL_EVENT_WAGE_REPORT] = {follow_wage_report, 3},
	[LL_EVENT_DEATH] = {follow_death, 4},
};

/* The places of the facts of work, in the order in which they are to be followed. */
static size_t list_facts(const struct ll_pass *pass, uint16_t list[LL_FACTS_MAX])
{
	const struct ll_fact *facts = pass->household->facts;
	size_t count = 0;

	for (size_t i = 0; i < pass->fact_count; i++) {
		size_t at = count;

		if (facts[i].retracted || !(LL_KINDS_OF_WAGES >> facts[i].kind & 1))
			continue;
		for (; at > 0 && facts[list[at - 1]].occurred_on == facts[i].occurred_on &&
		       followers[facts[list[at - 1]].kind].rank > followers[facts[i].kind].rank;
		     at--)
			list[at] = list[at - 1];
		list[at] = (uint16_t)i;
		count++;
	}
	return count;
}

static void enter_account(struct work *work)
{
	work->in_account = true;
	work->base_known = work->told && work->known;
	work->base_fen = work->base_known ? work->wage_fen : 0;
}

static bool is_counted(const struct ll_pass *pass, size_t at)
{
	return pass->counted[at / 64] >> at % 64 & 1;
}

static void flip_counted(const struct ll_pass *pass, size_t at)
{
	pass->counted[at / 64] ^= UINT64_C(1) << at % 64;
}

/* One person, whose first fact is list[0]. */
static struct work follow_person(const struct ll_pass *pass, const uint16_t *list, size_t count,
				 int32_t after)
{
	const struct ll_fact *facts = pass->household->facts;
	uint32_t person = facts[list[0]].person;
	struct work work = {.lost_on = LL_DAY_NONE};

	for (size_t i = 0; i < count; i++) {
		const struct ll_fact *fact = &facts[list[i]];

		if (fact->person != person)
			continue;
		if (!work.in_account && fact->occurred_on >= after)
			enter_account(&work);
		if (followers[fact->kind].follow(pass, &work, fact) && pass->counted)
			flip_counted(pass, list[i]);
		if (fact->kind == LL_EVENT_DEATH) {
			work.jobless = false;
			break;
		}
	}
	count_months(pass, &work, INT32_MAX);
	/* Where nothing is other than in the base, none of them is a reason of anything. */
	for (size_t i = 0; i < count && pass->counted && !work.changed; i++)
		if (facts[list[i]].person == person && is_counted(pass, list[i]))
			flip_counted(pass, list[i]);
	return work;
}

static void add_work(const struct work *work, struct ll_wages *wages)
{
	for (int year = 0; year < LL_INCOME_YEARS; year++) {
		wages->change_fen[year] += work->earned_fen[year];
		wages->at_least[year] |= work->open[year];
		if (work->base_known)
			wages->change_fen[year] -= work->base_fen * work->months[year];
		else
			wages->at_most[year] |= work->months[year] > 0;
	}
}

/* Was the person of list[at] followed with an earlier fact? */
static bool is_followed(const struct ll_pass *pass, const uint16_t *list, size_t at)
{
	const struct ll_fact *facts = pass->household->facts;

	for (size_t i = 0; i < at; i++)
		if (facts[list[i]].person == facts[list[at]].person)
			return true;
	return false;
}

void ll_wages_follow(struct ll_pass *pass, int32_t after, struct ll_wages *ret_wages)
{
	struct ll_wages wages = {.change_fen = {0}};
	uint16_t list[LL_FACTS_MAX];
	size_t count = list_facts(pass, list);
	uint64_t followed = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t person = pass->household->facts[list[i]].person;
		uint64_t member = ll_pass_member(pass, person);

		if (member ? (followed & member) != 0 : is_followed(pass, list, i))
			continue;
		followed |= member;

		struct work work = follow_person(pass, list + i, count - i, after);

		add_work(&work, &wages);
		if (!work.jobless)
			continue;
		pass->jobless |= member;
		/* Who has left the household is not its trouble. */
		if (work.lost_on > pass->window_after && (member || !person))
			pass->shocks |= LL_KIND_BIT(JOB_LOSS);
	}
	*ret_wages = wages;
}
