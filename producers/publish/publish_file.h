/*
 * One file of rows → life events, by a mapping. What `lifeline publish` does with each of its files,
 * for other programs too: many files can go through one publisher.
 *
 * Blocks for the disk and, while the producer's queue is full, for Kafka. One thread at a time.
 */
#ifndef LL_PUBLISH_PUBLISH_FILE_H
#define LL_PUBLISH_PUBLISH_FILE_H

#include "identity/pseudonym.h"
#include "mapping.h"
#include "publisher.h"
#include "reject.h"

/* Everything is borrowed. */
struct ll_publish_options {
	const struct ll_mapping *mapping;
	struct ll_str source; /* the department; empty: the mapping's */
	struct ll_pseudonyms *pseudonyms;
	struct ll_publisher *publisher; /* NULL: rows are checked and nothing is published */
	struct ll_rejects *rejects;	/* NULL: rejected rows are only counted */
	int32_t today;			/* a fact of more than a day later is rejected */
	int64_t reported_at_ms;		/* where no column says it */
	void (*progress)(void *context, int64_t rows); /* after every row of the file; or NULL */
	void *context;
	bool (*stop_asked)(void); /* or NULL */
};

struct ll_publish_counts {
	int64_t rows;
	int64_t published; /* or would be, without a publisher; not flushed yet */
	int64_t rejected;
};

/*
 * Adds to *counts, also when it fails. A bad row is no failure: it is counted and written to the
 * rejects. The caller flushes the publisher. -LL_ERR_IO, -LL_ERR_MISSING (a mapped column is not in
 * the header), -LL_ERR_INVALID (the header), -LL_ERR_ABORTED (stop_asked), or the publisher's.
 */
int ll_publish_file(const struct ll_publish_options *options, const char *path,
		    struct ll_publish_counts *counts, struct ll_error *error);

/* The same over bytes in memory; name stands for the path in rejects and errors. */
int ll_publish_bytes(const struct ll_publish_options *options, const char *name,
		     struct ll_bytes bytes, struct ll_publish_counts *counts,
		     struct ll_error *error);

/* Can the file be opened, and has it the mapped columns? *ret_lines: how many lines it has. */
int ll_publish_look(const struct ll_mapping *mapping, const char *path, int64_t *ret_lines,
		    struct ll_error *error);

#endif
