#include "household.h"

#include "base/area.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"

#define SEED_PERSON	    0x70657273u
#define FIRST_TASKS	    2 /* a visit and what is missing */
#define FIRST_FACTS	    5 /* room in the first block of facts */
#define EXCLUSION_MARKS_MAX 255

uint32_t ll_person_tag(const struct ll_key *person_key)
{
	uint32_t tag = (uint32_t)ll_hash64(person_key->bytes, LL_KEY_SIZE, SEED_PERSON);

	return tag ? tag : 1;
}

void ll_household_init(struct ll_household *household, const struct ll_key *key)
{
	*household = (struct ll_household){.key = *key, .wake_on = LL_DAY_NONE};
	household->stable_since = LL_DAY_NONE;
	household->decided_on = LL_DAY_NONE;
}

void ll_household_release(struct ll_household *household, struct ll_slab *kept)
{
	if (household->facts)
		ll_slab_free(kept, household->facts,
			     household->fact_capacity * sizeof(*household->facts));
	if (household->members)
		ll_slab_free(kept, household->members,
			     household->member_capacity * sizeof(*household->members));
	if (household->tasks)
		ll_slab_free(kept, household->tasks,
			     household->task_capacity * sizeof(*household->tasks));
	if (household->befores)
		ll_slab_free(kept, household->befores,
			     household->before_capacity * sizeof(*household->befores));
	ll_household_init(household, &(struct ll_key){.bytes = {0}});
}

/* The array's first `count` items in a new block with room for at least `room` of `size` bytes. */
static void *array_grow(void *array, size_t count, size_t capacity, size_t room, size_t size,
			struct ll_slab *kept, size_t *ret_capacity)
{
	size_t bytes = ll_slab_round(room * size);
	uint8_t *grown = ll_slab_alloc(kept, bytes);

	if (!grown)
		return NULL;
	if (count > 0)
		memcpy(grown, array, count * size);
	if (array)
		ll_slab_free(kept, array, capacity * size);
	*ret_capacity = bytes / size;
	return grown;
}

/*
 * A block is given back by capacity * size, which must be of the class it was cut from: the slab
 * rounds it up again, and the rest of the division is less than an item.
 */
int ll_household_reserve_facts(struct ll_household *household, size_t count, struct ll_slab *kept)
{
	size_t room = count + count / 4 + 1;
	size_t capacity;

	if (count <= household->fact_capacity)
		return 0;
	/*
	 * Most never outgrow the first block. A block that is outgrown is of use only to a household
	 * that comes later, so growing by one would leave as much behind as is in use.
	 */
	if (count <= FIRST_FACTS)
		room = FIRST_FACTS;
	if (room > LL_FACTS_MAX)
		room = LL_FACTS_MAX;

	void *grown = array_grow(household->facts, household->fact_count, household->fact_capacity,
				 room, sizeof(*household->facts), kept, &capacity);

	if (!grown)
		return -LL_ERR_NO_MEMORY;
	household->facts = grown;
	household->fact_capacity = (uint16_t)capacity;
	return 0;
}

int ll_household_reserve_members(struct ll_household *household, size_t count, struct ll_slab *kept)
{
	size_t capacity;

	if (count <= household->member_capacity)
		return 0;

	void *grown =
		array_grow(household->members, household->member_count, household->member_capacity,
			   count, sizeof(*household->members), kept, &capacity);

	if (!grown)
		return -LL_ERR_NO_MEMORY;
	household->members = grown;
	household->member_capacity = (uint8_t)capacity;
	return 0;
}

int ll_household_reserve_tasks(struct ll_household *household, size_t count, struct ll_slab *kept)
{
	size_t capacity;

	if (count <= household->task_capacity)
		return 0;

	void *grown = array_grow(household->tasks, household->task_count, household->task_capacity,
				 count < FIRST_TASKS ? FIRST_TASKS : count,
				 sizeof(*household->tasks), kept, &capacity);

	if (!grown)
		return -LL_ERR_NO_MEMORY;
	household->tasks = grown;
	household->task_capacity = (uint8_t)capacity;
	return 0;
}

int ll_household_reserve_befores(struct ll_household *household, size_t count, struct ll_slab *kept)
{
	size_t capacity;

	if (count <= household->before_capacity)
		return 0;

	void *grown =
		array_grow(household->befores, household->before_count, household->before_capacity,
			   count + count / 4, sizeof(*household->befores), kept, &capacity);

	if (!grown)
		return -LL_ERR_NO_MEMORY;
	household->befores = grown;
	household->before_capacity = (uint32_t)capacity & LL_BEFORES_MASK;
	return 0;
}

int ll_household_check_registered(const struct ll_household_registered *registered)
{
	struct ll_area area;

	if (registered->dissolved)
		return 0;
	if (ll_area_parse(registered->area, &area) < 0 || area.digits != LL_AREA_DIGITS)
		return -LL_ERR_BAD_AREA;
	if (registered->member_count > LL_MEMBERS_MAX)
		return -LL_ERR_TOO_MANY_MEMBERS;
	if (registered->exclusion_marks < 0 || registered->exclusion_marks > EXCLUSION_MARKS_MAX)
		return -LL_ERR_OUT_OF_RANGE;
	if (registered->category != LL_CATEGORY_ORDINARY &&
	    registered->category != LL_CATEGORY_EX_POOR)
		return -LL_ERR_BAD_ENUM;
	if (registered->recorded_income_fen.known &&
	    (registered->recorded_income_fen.value > LL_FEN_LIMIT ||
	     registered->recorded_income_fen.value < -LL_FEN_LIMIT ||
	     registered->recorded_income_year < LL_YEAR_MIN ||
	     registered->recorded_income_year > LL_YEAR_MAX))
		return -LL_ERR_OUT_OF_RANGE;
	for (size_t i = 0; i < registered->member_count; i++)
		if (registered->members[i].born_on < LL_DAY_MIN ||
		    registered->members[i].born_on > LL_DAY_MAX)
			return -LL_ERR_BAD_DATE;
	return 0;
}

static void sort_members(struct ll_household_member *members, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct ll_household_member member = members[i];
		size_t at = i;

		for (; at > 0 && members[at - 1].person > member.person; at--)
			members[at] = members[at - 1];
		members[at] = member;
	}
}

int ll_household_register(struct ll_household *household,
			  const struct ll_household_registered *registered, struct ll_slab *kept)
{
	struct ll_area area;
	int rc = ll_area_parse(registered->area, &area);

	if (rc < 0)
		return rc;
	rc = ll_household_reserve_members(household, registered->member_count, kept);
	if (rc < 0)
		return rc;

	household->area_code = area.code & LL_AREA_CODE_MASK;
	household->ex_poor = registered->category == LL_CATEGORY_EX_POOR;
	household->dibao = registered->dibao;
	household->exclusion_marks = (uint8_t)registered->exclusion_marks;
	household->income_known = registered->recorded_income_fen.known;
	household->recorded_income_fen =
		household->income_known ? registered->recorded_income_fen.value : 0;
	household->recorded_income_year =
		household->income_known ? (uint64_t)registered->recorded_income_year & LL_YEAR_MASK
					: 0;
	household->member_count = (uint8_t)registered->member_count;
	for (size_t i = 0; i < registered->member_count; i++) {
		const struct ll_member *member = &registered->members[i];

		household->members[i] = (struct ll_household_member){
			.person = ll_person_tag(&member->person_key),
			.born_after = (uint32_t)(member->born_on - LL_DAY_MIN) & LL_BORN_AFTER_MASK,
			.resident = member->resident,
			.labour = member->labour,
			.in_school = member->in_school,
		};
	}
	sort_members(household->members, household->member_count);
	return 0;
}

int ll_household_find_member(const struct ll_household *household, uint32_t person)
{
	for (int i = 0; i < household->member_count; i++)
		if (household->members[i].person == person)
			return i;
	return -1;
}
