/*
 * One row → one life event, by a mapping. The subject's number is replaced by its pseudonym here,
 * and nowhere does it go further: not as part of an event_id either.
 *
 * event_id: the values of the mapping's key columns, joined by '|' ('|' and '\' in them escaped by
 * '\'), the subject's column as its pseudonym. An id that holds what looks like a citizen or phone
 * number is replaced by a keyed hash of it. Without key columns: a hash of what the fact consists of
 * (kind, subject, day and payload cells), and the number of its occurrence in the file. Both are the
 * same each time a file is published, so publishing again changes nothing.
 *
 * One thread at a time. Does not block, allocates only while its buffers grow.
 */
#ifndef LL_PUBLISH_ROW_EVENT_H
#define LL_PUBLISH_ROW_EVENT_H

#include "identity/pseudonym.h"
#include "mapping.h"
#include "occurrences.h"

struct ll_row_events {
	const struct ll_mapping *mapping;  /* borrowed */
	struct ll_pseudonyms *pseudonyms;  /* borrowed */
	struct ll_str source;		   /* borrowed */
	int32_t today;			   /* facts of more than a day later are rejected */
	int64_t reported_at_ms;		   /* where no column says it */
	struct ll_occurrences occurrences; /* of this file */
	struct ll_buf event_id;
};

/* source: the department. */
void ll_row_events_init(struct ll_row_events *events, const struct ll_mapping *mapping,
			struct ll_pseudonyms *pseudonyms, struct ll_str source, int32_t today,
			int64_t reported_at_ms);
void ll_row_events_release(struct ll_row_events *events);
/* A new file begins. */
void ll_row_events_clear(struct ll_row_events *events);
/*
 * *ret_event borrows from the row and from `events` until the next call. A bad row gives a REJECT
 * error and fills *ret_problem; other errors are the process's (-LL_ERR_NO_MEMORY, _FATAL).
 */
int ll_row_events_make(struct ll_row_events *events, const struct ll_row *row,
		       struct ll_life_event *ret_event, struct ll_row_problem *ret_problem);

#endif
