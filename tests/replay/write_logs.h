/*
 * Writes the logs of the recorded cases. A log is folded as it is written, so that a team's report can
 * name its task. For tests only: what fails ends the program.
 */
#ifndef LL_TESTS_REPLAY_WRITE_LOGS_H
#define LL_TESTS_REPLAY_WRITE_LOGS_H

#include <stdio.h>

#include "base/area.h"
#include "codec/codec.h"
#include "core/partition.h"

#define WRITER_POLICY  "national-2020.1.yaml"
#define WRITER_VILLAGE "360502001001"
#define WRITER_YUAN    INT64_C(100)

/* The last task of a measure that the fold told of a household. */
struct written_task {
	struct ll_key household_key;
	enum ll_measure measure;
	struct ll_key task_id;
	enum ll_task_state state;
	int32_t opened_on;
	char area[LL_AREA_TEXT_MAX];
};
#define WRITTEN_TASKS_MAX 1024

struct writer {
	struct ll_codec *codec;
	const char *folder;
	const char *village; /* where households made by hand live */
	FILE *file;
	struct ll_buf wire;
	struct ll_buf json;
	int64_t offset; /* of the department's topic, as the origin of an event */
	struct ll_partition *partition;
	struct ll_arena scratch;
	struct written_task tasks[WRITTEN_TASKS_MAX];
	size_t task_count;
	int words; /* of people so far: their ids */
};

void writer_must(int err, const char *what);
int32_t writer_day(int32_t year, int32_t month, int32_t date);
/* Of household 'h' or person 'p' number. */
struct ll_key writer_key(char kind, uint32_t number);

/* A case's log, in WRITER_VILLAGE, under WRITER_POLICY from the first day on. */
void writer_begin(struct writer *writer, const char *name, const char *story);
void writer_end(struct writer *writer);
/* A policy of the folder policy/, in force from that day on. */
void writer_policy(struct writer *writer, const char *file, int32_t effective_on);
void writer_put(struct writer *writer, const struct ll_household_event *event);
void writer_tick(struct writer *writer, int32_t on);

/* ---- what happens to a household made by hand ---- */

/* Household `number` of so many labourers and a child of ten; income below 0 is unknown. */
void writer_registered(struct writer *writer, uint32_t number, enum ll_category category,
		       size_t labourers, int64_t income_yuan);

/* A fact of member `member` (0 is the child) of household `number`. */
struct written_fact {
	uint32_t number;
	uint32_t member;
	const char *source;
	const char *event_id;
	int32_t revision;
	bool retract;
	int32_t occurred_on;
	struct ll_payload payload;
};
void writer_fact(struct writer *writer, const struct written_fact *fact);
/* A stay in hospital on 2025-03-10, of which the family paid so much. */
struct written_fact writer_stay_of(uint32_t number, const char *event_id, int64_t own_yuan);
struct ll_payload writer_stay(int64_t own_yuan);

/* secure and at_risk: what a visit saw, bits 1 << enum ll_dimension. */
void writer_decide(struct writer *writer, uint32_t number, enum ll_case_decision_type type,
		   int32_t secure, int32_t at_risk);
/* Of the last task of this measure that the household was given. */
void writer_report(struct writer *writer, uint32_t number, enum ll_measure measure,
		   enum ll_task_state state);

/* What a team reports of this task. */
void writer_report_task(struct writer *writer, const struct written_task *task,
			enum ll_task_state state);

/* The cases, by the file that they are in. */
void write_events(struct writer *writer);
void write_procedure(struct writer *writer);
void write_simulated(struct writer *writer);

#endif
