/*
 * Reading what topics hold at this moment, once, outside any group: partitions from an offset up to
 * the end that each had when it was added. Records that are written meanwhile are left alone, so a
 * scan ends even where writing never does.
 *
 * One thread. The order within a partition is that of the log; partitions come as they come.
 */
#ifndef LL_RUNTIME_SCAN_H
#define LL_RUNTIME_SCAN_H

#include "bus/bus.h"
#include "runtime/topics.h"

#define LL_SCAN_PATIENCE_MS 30000 /* without a record from a broker that should have one */

struct ll_scan;

/* A partition of a scan. */
struct ll_scan_part {
	struct ll_position position; /* topic, partition, the next offset to read */
	enum ll_topic kind;	     /* or -1: none of ours */
	int64_t first;		     /* of what the log still holds */
	int64_t end;		     /* when it was added: records from here on are not read */
	int64_t read;		     /* records that the sink was given */
	bool done;
};

/*
 * Gets a record; it borrows for the call. LL_SCAN_ENOUGH: no more of this partition. Any other
 * non-zero value ends the scan and is passed on.
 */
#define LL_SCAN_ENOUGH 1
typedef int ll_scan_sink(void *context, struct ll_scan *scan, const struct ll_scan_part *part,
			 const struct ll_record *record);

/* instance: the client's name. A scan is used once. */
int ll_scan_new(struct ll_bus *bus, const char *instance, struct ll_scan **ret_scan,
		struct ll_error *error);
void ll_scan_free(struct ll_scan *scan);

/*
 * from: an offset, or LL_OFFSET_BEGINNING. Offsets that are gone already begin where the log does.
 * Each blocks up to 10 s a question; a topic that does not exist adds nothing.
 */
int ll_scan_add(struct ll_scan *scan, const char *topic, int32_t partition, int64_t from,
		struct ll_error *error);
int ll_scan_add_topic(struct ll_scan *scan, const char *topic, struct ll_error *error);
/* All topics of a kind that the broker has, also those of departments that have left. */
int ll_scan_add_kind(struct ll_scan *scan, enum ll_topic kind, struct ll_error *error);
/* From the first record at or after this time, instead of where they would begin. */
int ll_scan_since(struct ll_scan *scan, int64_t time_ms, struct ll_error *error);
/* Where a partition of the scan begins, before it is run: an offset, or LL_OFFSET_BEGINNING. */
void ll_scan_begin_at(struct ll_scan *scan, size_t index, int64_t from);

size_t ll_scan_count(const struct ll_scan *scan);
const struct ll_scan_part *ll_scan_at(const struct ll_scan *scan, size_t index);
/* Offsets still to go, an upper bound of the records: aborted ones and markers count. */
int64_t ll_scan_left(const struct ll_scan *scan);

/* Reads everything. -LL_ERR_TIMED_OUT after LL_SCAN_PATIENCE_MS of silence. */
int ll_scan_run(struct ll_scan *scan, ll_scan_sink *sink, void *context, struct ll_error *error);
/* Within the sink: how often this record was sent on. */
int32_t ll_scan_hops(struct ll_scan *scan, const struct ll_record *record);

#endif
