/*
 * One household's story, put together from the topics: what came in, in the order of the log, and
 * under each input what was decided because of it.
 *
 * Outputs name their cause, the origin of an input; so they are joined, not recomputed. Broadcasts
 * (days, alerts, policies) belong to the story where something follows from them.
 *
 * Feed household-events first, then the stages' outputs, then finish. One thread.
 */
#ifndef LL_CLI_STORY_H
#define LL_CLI_STORY_H

#include "base/arena.h"
#include "bus/bus.h"
#include "codec/codec.h"

#define LL_STORY_ITEMS_MAX    200000 /* broadcasts among them */
#define LL_STORY_POLICIES_MAX 256    /* of more the first are forgotten */

enum ll_story_kind { LL_STORY_INPUT, LL_STORY_CHANGE, LL_STORY_TASK, LL_STORY_ESCALATION };

struct ll_story_item {
	enum ll_story_kind kind;
	int64_t offset;	      /* of the input in household-events; of an output its cause's */
	int64_t timestamp_ms; /* Kafka's */
	int32_t day;	      /* the partition's when it was read; LL_DAY_NONE before the first */
	uint32_t sequence;    /* in which it was fed */
	bool shown;	      /* a broadcast without consequences is not */
	/* Of a life event: it says what was known (the same id and revision was there). */
	bool again;
	const struct ll_life_event *corrects; /* what it was before, or NULL */
	const char *rejected;		      /* the reason's name, or NULL */
	const struct ll_member *member;	      /* whom it is about; NULL: the household as a whole */
	/* Of a day: the policy that is in force from it on, or NULL. */
	const struct ll_policy_activated *began;
	/* Of a change: what stood before it. */
	enum ll_group group_before;
	bool held_before;
	bool by_person; /* a decision or a report led to it */
	bool asked;	/* with its move out of monitored: the exit review was asked for */
	/* Of an exit review: from when on there was no trouble; of a release: when the risk was over. */
	int32_t since;
	enum ll_case_state state; /* of the case, before the item */
	/* The household as it was registered then, or NULL. */
	const struct ll_household_registered *registered;
	const struct ll_task *about; /* of a team's report: its task as it was told, or NULL */
	const struct ll_task *task_before; /* of a task: as it was told before, or NULL */
	bool echo;			   /* of a task: the report above says the same */
	union {
		const struct ll_household_event *input;
		const struct ll_risk_change *change;
		const struct ll_task *task;
		const struct ll_escalation *escalation;
	};
};

struct ll_story {
	const struct ll_codec *codec;
	struct ll_key household_key;
	struct ll_arena arena; /* all that items point to */
	struct ll_story_item *items;
	size_t count;
	size_t capacity;
	int32_t day; /* of the last tick fed */
	/* As they were activated; also those that changed nothing for this household. */
	const struct ll_policy_activated *policies[LL_STORY_POLICIES_MAX];
	size_t policy_count;
};

/* codec is borrowed. */
void ll_story_init(struct ll_story *story, const struct ll_codec *codec,
		   const struct ll_key *household_key);
void ll_story_release(struct ll_story *story);
/*
 * A record of household-events (of the household's partition), dead-letters.assess, risk-changes, a
 * queue or escalations. Others' records are passed over. -LL_ERR_NO_MEMORY, -LL_ERR_TOO_LARGE.
 */
int ll_story_take(struct ll_story *story, const struct ll_record *record);
/* Joins and sorts. */
void ll_story_finish(struct ll_story *story);

#endif
