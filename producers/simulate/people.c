#include "people.h"

#include <assert.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- citizen numbers ---- */

#define ORDER_PAIRS   500 /* three digits of order: odd for men, even for women */
#define SET_SPARENESS 2

/* Where numbers were issued: the two counties, the city's older code, and places people come from. */
static const struct {
	uint32_t code;
	uint32_t weight;
} issuers[] = {
	{360502, 560}, {360521, 300}, {360501, 20}, {362203, 15}, {360902, 15},
	{360922, 8},   {360825, 8},   {360321, 8},  {430181, 8},  {420281, 6},
	{341322, 6},   {510723, 6},   {520521, 8},  {440981, 6},  {350122, 4},
	{450881, 6},   {500235, 6},   {410225, 4},  {330381, 3},  {532128, 3},
};

int ll_citizen_set_init(struct ll_citizen_set *set, size_t count)
{
	size_t capacity = 16;

	while (capacity < count * SET_SPARENESS)
		capacity *= 2;
	*set = (struct ll_citizen_set){.slots = calloc(capacity, sizeof(uint64_t)),
				       .capacity = capacity};
	return set->slots ? 0 : -LL_ERR_NO_MEMORY;
}

void ll_citizen_set_release(struct ll_citizen_set *set)
{
	free(set->slots);
	*set = (struct ll_citizen_set){.slots = NULL};
}

/* False when the number is there already. */
static bool set_add(struct ll_citizen_set *set, uint64_t digits)
{
	size_t at = (size_t)ll_hash64(&digits, sizeof(digits), 0) & (set->capacity - 1);

	assert(set->count < set->capacity / SET_SPARENESS);
	while (set->slots[at]) {
		if (set->slots[at] == digits)
			return false;
		at = (at + 1) & (set->capacity - 1);
	}
	set->slots[at] = digits;
	set->count++;
	return true;
}

static uint32_t issuer_pick(struct ll_random *random)
{
	uint32_t weights[COUNT(issuers)];

	for (size_t i = 0; i < COUNT(issuers); i++)
		weights[i] = issuers[i].weight;
	return issuers[ll_random_pick(random, weights, COUNT(issuers))].code;
}

void ll_citizen_number_make(struct ll_random *random, struct ll_citizen_set *set, int32_t born_on,
			    bool female, char ret_number[LL_CITIZEN_SIZE])
{
	struct ll_date born = ll_day_to_date(born_on);
	uint64_t date = (uint64_t)(born.year * 10000 + born.month * 100 + born.day);
	uint64_t digits;

	do {
		uint64_t order = ll_random_below(random, ORDER_PAIRS) * 2 + (female ? 0 : 1);

		digits = ((uint64_t)issuer_pick(random) * 100000000 + date) * 1000 + order;
	} while (!set_add(set, digits));

	for (int i = LL_CITIZEN_SIZE - 2; i >= 0; i--, digits /= 10)
		ret_number[i] = (char)('0' + digits % 10);
	ret_number[LL_CITIZEN_SIZE - 1] = ll_citizen_check(ret_number);
}

/* ---- families ---- */

#define DAYS_IN_YEAR 365

/* Chances of a million. */
#define GRANDPARENTS_CHANCE  380000 /* a family with children lives with the husband's parents */
#define SINGLE_PARENT_CHANCE 70000
#define RESIDENT_LABOURER    560000 /* the others work away and come home for New Year */
#define DISABLED_CHANCE	     45000
#define CHRONIC_UNDER_60     60000
#define CHRONIC_FROM_60	     330000
#define LABOUR_60_TO_69	     420000
#define KINDERGARTEN_CHANCE  800000
#define SCHOOL_6_TO_15	     997000
#define SCHOOL_16_TO_18	     880000
#define SCHOOL_19_TO_22	     480000
#define PHONE_ADULT	     960000
#define PHONE_CHILD	     60000

enum family { FAMILY_OLD_SINGLE, FAMILY_OLD_COUPLE, FAMILY_COUPLE, FAMILY_CHILDREN, FAMILY_GROWN };

static const uint32_t family_weights[] = {
	[FAMILY_OLD_SINGLE] = 7, [FAMILY_OLD_COUPLE] = 13, [FAMILY_COUPLE] = 8,
	[FAMILY_CHILDREN] = 42,	 [FAMILY_GROWN] = 30,
};
static const uint32_t child_weights[] = {0, 34, 49, 14, 3}; /* 0 to 4 children */

static const char *const mobile_prefixes[] = {
	"130", "131", "132", "134", "135", "136", "137", "138", "139", "147", "150", "151", "152",
	"155", "157", "158", "159", "177", "180", "182", "183", "187", "188", "189", "191", "198"};

struct builder {
	struct ll_random *random;
	int32_t day;
	uint16_t surname;
	struct ll_sim_person *people;
	uint32_t count;
};

static int64_t phone_make(struct ll_random *random)
{
	const char *prefix = mobile_prefixes[ll_random_below(random, COUNT(mobile_prefixes))];

	return atoll(prefix) * 100000000 + (int64_t)ll_random_below(random, 100000000);
}

static bool goes_to_school(struct ll_random *random, int32_t age)
{
	if (age < 4 || age > 22)
		return false;
	if (age < 6)
		return ll_random_chance(random, KINDERGARTEN_CHANCE);
	if (age < 16)
		return ll_random_chance(random, SCHOOL_6_TO_15);
	return ll_random_chance(random, age < 19 ? SCHOOL_16_TO_18 : SCHOOL_19_TO_22);
}

static bool can_work(struct ll_random *random, const struct ll_sim_person *person, int32_t age)
{
	if (age < 16 || age >= 70 || person->in_school || person->disabled)
		return false;
	return age < 60 || ll_random_chance(random, LABOUR_60_TO_69);
}

/* family_name: of the household, else married in. */
static void add_person(struct builder *builder, int32_t age, bool female, bool family_name)
{
	struct ll_random *random = builder->random;
	uint16_t surname = family_name ? builder->surname : ll_surname_pick(random);
	struct ll_sim_person *person;

	assert(builder->count < LL_SIM_MEMBERS_MAX);
	person = &builder->people[builder->count++];
	*person = (struct ll_sim_person){.female = female};
	/* Their last birthday was on any day of the last year. */
	person->born_on = ll_day_add_months(builder->day, -12 * age) -
			  (int32_t)ll_random_below(random, DAYS_IN_YEAR);
	person->name = ll_person_name_make(random, surname, female);
	person->disabled = ll_random_chance(random, DISABLED_CHANCE);
	person->chronic = ll_random_chance(random, age >= 60 ? CHRONIC_FROM_60 : CHRONIC_UNDER_60);
	person->in_school = goes_to_school(random, age);
	person->labour = can_work(random, person, age);
	person->resident =
		!person->labour || age >= 50 || ll_random_chance(random, RESIDENT_LABOURER);
	if (ll_random_chance(random, age >= 14 ? PHONE_ADULT : PHONE_CHILD))
		person->phone = phone_make(random);
}

static void add_couple(struct builder *builder, int32_t husband_age)
{
	int32_t wife_age = husband_age - (int32_t)ll_random_between(builder->random, -2, 5);

	add_person(builder, husband_age, false, true);
	add_person(builder, wife_age < 20 ? 20 : wife_age, true, false);
}

static void add_grandparents(struct builder *builder, int32_t son_age)
{
	int32_t age = son_age + (int32_t)ll_random_between(builder->random, 21, 32);

	if (age > 92)
		return;
	if (ll_random_chance(builder->random, age < 75 ? 850000 : 450000))
		add_person(builder, age, false, true);
	add_person(builder, age - 2, true, false);
}

static void add_family_with_children(struct builder *builder)
{
	struct ll_random *random = builder->random;
	int32_t age = (int32_t)ll_random_between(random, 25, 49);
	size_t children = ll_random_pick(random, child_weights, COUNT(child_weights));
	int32_t child_age = age - (int32_t)ll_random_between(random, 22, 29);

	if (ll_random_chance(random, SINGLE_PARENT_CHANCE))
		add_person(builder, age, ll_random_chance(random, 400000), true);
	else
		add_couple(builder, age);
	child_age = child_age < 1 ? 1 : child_age;
	for (size_t i = 0; i < children && child_age >= 0; i++) {
		add_person(builder, child_age, ll_random_chance(random, 470000), true);
		child_age -= (int32_t)ll_random_between(random, 2, 5);
	}
	if (ll_random_chance(random, GRANDPARENTS_CHANCE))
		add_grandparents(builder, age);
}

/* Parents, a grown son or daughter, perhaps with wife and children. */
static void add_grown_family(struct builder *builder)
{
	struct ll_random *random = builder->random;
	int32_t age = (int32_t)ll_random_between(random, 46, 70);
	int32_t son_age = age - (int32_t)ll_random_between(random, 22, 27);

	add_couple(builder, age);
	add_person(builder, son_age, ll_random_chance(random, 250000), true);
	if (son_age >= 24 && ll_random_chance(random, 550000)) {
		int32_t child_age = son_age - (int32_t)ll_random_between(random, 23, 30);

		add_person(builder, son_age - 1, true, false);
		if (child_age >= 0)
			add_person(builder, child_age, ll_random_chance(random, 470000), true);
		if (child_age >= 4 && ll_random_chance(random, 600000))
			add_person(builder, child_age - 3, ll_random_chance(random, 470000), true);
	}
}

uint32_t ll_sim_family_make(struct ll_random *random, int32_t day,
			    struct ll_sim_person ret_people[LL_SIM_MEMBERS_MAX])
{
	struct builder builder = {
		.random = random,
		.day = day,
		.surname = ll_surname_pick(random),
		.people = ret_people,
	};

	switch ((enum family)ll_random_pick(random, family_weights, COUNT(family_weights))) {
	case FAMILY_OLD_SINGLE:
		add_person(&builder, (int32_t)ll_random_between(random, 58, 90),
			   ll_random_chance(random, 550000), true);
		break;
	case FAMILY_OLD_COUPLE:
		add_couple(&builder, (int32_t)ll_random_between(random, 58, 84));
		break;
	case FAMILY_COUPLE:
		add_couple(&builder, (int32_t)ll_random_between(random, 24, 57));
		break;
	case FAMILY_CHILDREN:
		add_family_with_children(&builder);
		break;
	case FAMILY_GROWN:
		add_grown_family(&builder);
		break;
	}
	return builder.count;
}
