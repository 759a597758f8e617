/* One partition's log. */
#include "bus_memory_impl.h"

#include <assert.h>
#include <stdlib.h>

static void append(struct ll_memory_log *log, struct ll_memory_record *record)
{
	log->records =
		ll_memory_grow(log->records, log->count, &log->capacity, sizeof(*log->records));
	log->records[log->count++] = record;
}

static struct ll_memory_record *record_new(int64_t now_ms, uint64_t transaction, size_t size)
{
	struct ll_memory_record *record = calloc(1, sizeof(*record) + size);

	assert(record);
	record->timestamp_ms = now_ms;
	record->transaction = transaction;
	return record;
}

static struct ll_memory_open *find_open(struct ll_memory_log *log, uint64_t transaction)
{
	for (size_t i = 0; i < log->open_count; i++)
		if (log->open[i].transaction == transaction)
			return &log->open[i];
	return NULL;
}

void ll_memory_log_append(struct ll_memory_log *log, int64_t now_ms, uint64_t transaction,
			  const struct ll_outgoing *outgoing)
{
	size_t key_size = outgoing->key.size;
	size_t value_size = outgoing->value.data ? outgoing->value.size : 0;
	struct ll_memory_record *record = record_new(now_ms, transaction, key_size + value_size);

	record->hops = outgoing->hops;
	record->tombstone = !outgoing->value.data;
	record->key_size = key_size;
	record->value_size = value_size;
	if (key_size)
		memcpy(record->bytes, outgoing->key.data, key_size);
	if (value_size)
		memcpy(record->bytes + key_size, outgoing->value.data, value_size);
	if (transaction && !find_open(log, transaction)) {
		log->open = ll_memory_grow(log->open, log->open_count, &log->open_capacity,
					   sizeof(*log->open));
		log->open[log->open_count++] =
			(struct ll_memory_open){transaction, (int64_t)log->count};
	}
	append(log, record);
}

void ll_memory_log_end(struct ll_memory_log *log, int64_t now_ms, uint64_t transaction,
		       bool committed)
{
	struct ll_memory_open *open = find_open(log, transaction);
	struct ll_memory_record *marker;

	if (!open)
		return;
	for (size_t i = (size_t)open->first_offset; i < log->count && !committed; i++)
		if (log->records[i]->transaction == transaction)
			log->records[i]->aborted = true;
	*open = log->open[--log->open_count];
	marker = record_new(now_ms, transaction, 0);
	marker->control = true;
	append(log, marker);
}

int64_t ll_memory_log_readable(const struct ll_memory_log *log, bool read_uncommitted)
{
	int64_t end = (int64_t)log->count;

	for (size_t i = 0; i < log->open_count && !read_uncommitted; i++)
		if (log->open[i].first_offset < end)
			end = log->open[i].first_offset;
	return end;
}

void ll_memory_log_release(struct ll_memory_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->records[i]);
	free(log->records);
	free(log->open);
}
