/* Private to tally*.c. */
#ifndef LL_CLI_TALLY_PRIVATE_H
#define LL_CLI_TALLY_PRIVATE_H

#include "base/arena.h"
#include "cli/tally.h"

#define LL_TALLY_PARTITIONS_MAX 1024

/* What is known of an event. */
#define LL_EVENT_IN	 1u /* its record was read */
#define LL_EVENT_DECIDED 2u
#define LL_EVENT_HELD	 4u
#define LL_EVENT_DEAD	 8u

/* A partition of life-events, and which of its offsets were enriched. */
struct ll_tally_input {
	int64_t first;
	int64_t end;
	uint8_t *enriched; /* a bit an offset; NULL until the first */
};

/* Broadcasts: every partition has its copy. */
struct ll_tally_broadcasts {
	int64_t policies;
	int64_t ticks;
	int64_t alerts;
};

struct ll_tally {
	const struct ll_codec *codec;
	int32_t household_partitions;
	struct ll_arena arena; /* the message in hand */
	struct ll_buf scratch;

	struct ll_key_table inputs_by_name; /* (topic, partition) -> place in inputs */
	struct ll_tally_input *inputs;
	size_t input_count;
	size_t input_capacity;

	struct ll_key_table events;	/* identity -> LL_EVENT_* */
	struct ll_key_table held;	/* (partition, key of the held record) -> event plus one */
	struct ll_key_table rejected;	/* positions in household-events that assess rejected */
	struct ll_key_table households; /* key -> case, group, hold, registered */
	struct ll_key_table tasks;	/* task id -> state */

	struct ll_tally_department *departments;
	size_t department_count;
	struct ll_tally_county *counties;
	size_t county_count;
	struct ll_tally_city *cities;
	size_t city_count;
	struct ll_tally_broadcasts broadcasts[LL_TALLY_PARTITIONS_MAX];
	int64_t newer;		     /* events that came while counting: in no book */
	struct ll_tally_books books; /* what is summed on the way */
};

/* The hash of a position. */
void ll_tally_position_key(struct ll_str topic, int32_t partition, int64_t offset,
			   struct ll_key *ret_key);
/* The event that a life event's bytes are, from this place. */
int ll_tally_identify(struct ll_tally *tally, struct ll_bytes wire, const struct ll_origin *origin,
		      struct ll_key *ret_identity);
int ll_tally_identify_event(struct ll_tally *tally, const struct ll_life_event *event,
			    struct ll_str topic, struct ll_key *ret_identity);

/* Taking records of one kind of topic, tally_events.c and tally_results.c. */
int ll_tally_take_life_event(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
int ll_tally_take_held(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
int ll_tally_take_dead_letter(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
int ll_tally_take_household_event(struct ll_tally *tally, const struct ll_record *record,
				  int32_t hops);
int ll_tally_take_risk_change(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
int ll_tally_take_task(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
int ll_tally_take_escalation(struct ll_tally *tally, const struct ll_record *record, int32_t hops);
/* The registered part of a household. */
int ll_tally_register(struct ll_tally *tally, const struct ll_key *household_key, bool dissolved);
void ll_tally_sum_results(const struct ll_tally *tally, struct ll_tally_books *books);

#endif
