#include "keeper.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define PARTITIONS_MAX 1024
#define RETRY_MS       500
/* A checkpoint's segments are merged when they have grown to twice the state, and are worth it. */
#define MERGE_BYTES_MIN	   (16LL << 20)
#define MERGE_SEGMENTS_MAX 2000

enum job_kind { JOB_NONE, JOB_TAKE, JOB_EPOCH, JOB_WRITE };
enum job_state { JOB_FREE, JOB_WAITING, JOB_RUNNING, JOB_DONE };

struct job {
	enum job_kind kind;
	enum job_state state;
	int result; /* of JOB_DONE; of JOB_WAITING: of the last try */
	int64_t not_before_ms;
	struct ll_taken taken;
	int64_t epoch;
	int64_t offset;
	struct ll_buf *segments;
	size_t segment_count;
	int64_t bytes;
	struct ll_error error;
};

struct ll_keeper {
	struct ll_store *store;
	const char *stage;
	const char *topic;
	const char *owner;
	struct ll_policy_compiler compiler;
	size_t segment_bytes;
	int64_t merge_bytes;
	int64_t base_bytes[PARTITIONS_MAX]; /* of the newest base that this keeper knows */
	int64_t stored_bytes[PARTITIONS_MAX];
	int64_t stored_segments[PARTITIONS_MAX];

	pthread_mutex_t lock;
	pthread_cond_t work; /* a job waits, or the end */
	pthread_cond_t done;
	bool threaded;
	bool ending;
	pthread_t thread;
	struct job jobs[PARTITIONS_MAX];
	size_t job_count; /* those behind were never asked for */
	size_t next;	  /* fair turns */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void free_segments(struct job *job)
{
	for (size_t i = 0; i < job->segment_count; i++)
		ll_buf_release(&job->segments[i]);
	free(job->segments);
	job->segments = NULL;
	job->segment_count = 0;
}

static void job_clear(struct job *job)
{
	ll_partition_free(job->taken.partition);
	free_segments(job);
	*job = (struct job){0};
}

/* ---- the jobs: on the keeper's thread, without the lock ------------------------------------------- */

struct restore {
	struct ll_partition *partition;
	struct ll_arena scratch;
	int64_t bytes;
	int64_t segments;
};

static int restore_segment(void *context, struct ll_bytes bytes)
{
	struct restore *restore = context;

	restore->bytes += (int64_t)bytes.size;
	restore->segments++;
	ll_arena_clear(&restore->scratch);
	return ll_partition_restore(restore->partition, bytes, &restore->scratch);
}

/* What is stored, as a partition in memory. */
static int load(struct ll_keeper *keeper, int32_t partition, struct ll_taken *ret_taken,
		struct ll_error *error)
{
	struct restore restore = {0};
	struct ll_checkpoint checkpoint = {0};
	int err = ll_partition_new(&keeper->compiler, &restore.partition);

	if (err)
		return err;
	ll_arena_init(&restore.scratch, 0);
	err = ll_store_read_checkpoint(keeper->store, keeper->stage, keeper->topic, partition,
				       &checkpoint, restore_segment, &restore, error);
	ll_arena_release(&restore.scratch);
	if (err) {
		ll_partition_free(restore.partition);
		return err;
	}
	keeper->stored_bytes[partition] = restore.bytes;
	keeper->stored_segments[partition] = restore.segments;
	ret_taken->partition = restore.partition;
	ret_taken->checkpoint = checkpoint;
	return 0;
}

static int do_take(struct ll_keeper *keeper, int32_t partition, struct job *job)
{
	/* The epoch first, in its own statement: only then is nothing written behind our back. */
	int err = ll_store_take_epoch(keeper->store, keeper->stage, keeper->topic, partition,
				      keeper->owner, &job->taken.epoch, &job->error);

	return err ? err : load(keeper, partition, &job->taken, &job->error);
}

static int encode_all(struct ll_partition *partition, size_t segment_bytes,
		      struct ll_buf **ret_segments, size_t *ret_count)
{
	struct ll_buf *segments = NULL;
	size_t count = 0;
	bool done = false;
	int err = 0;

	ll_partition_mark_all_changed(partition);
	while (!done && !err) {
		struct ll_buf *more = realloc(segments, (count + 1) * sizeof(*segments));

		if (!more) {
			err = -LL_ERR_NO_MEMORY;
			break;
		}
		segments = more;
		ll_buf_init(&segments[count]);
		err = ll_partition_encode_changed(partition, &segments[count], segment_bytes,
						  &done);
		count++;
	}
	*ret_segments = segments;
	*ret_count = count;
	return err;
}

static int write_segments(struct ll_keeper *keeper, int32_t partition, int64_t epoch,
			  int64_t offset, bool base, const struct ll_buf *segments, size_t count,
			  int64_t *ret_bytes, struct ll_error *error)
{
	struct ll_bytes *bytes = calloc(count + 1, sizeof(*bytes));
	struct ll_checkpoint_write write = {
		.stage = keeper->stage,
		.topic = keeper->topic,
		.partition = partition,
		.epoch = epoch,
		.offset = offset,
		.logic_version = LL_LOGIC_VERSION,
		.base = base,
		.segments = bytes,
		.segment_count = count,
	};
	int64_t sum = 0;
	int err;

	if (!bytes)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		bytes[i] = ll_buf_bytes(&segments[i]);
		sum += (int64_t)bytes[i].size;
	}
	err = ll_store_write_checkpoint(keeper->store, &write, error);
	free(bytes);
	if (!err)
		*ret_bytes = sum;
	return err;
}

/*
 * Merges what is stored into a base. Nobody else writes meanwhile: this thread is the partition's
 * only writer, and the epoch keeps other owners out. A failure costs nothing but the room.
 */
static void merge(struct ll_keeper *keeper, int32_t partition, int64_t epoch)
{
	struct ll_taken stored = {0};
	struct ll_buf *segments = NULL;
	struct ll_error error = {0};
	size_t count = 0;
	int64_t bytes = 0;
	int err = load(keeper, partition, &stored, &error);

	if (err)
		return;
	err = encode_all(stored.partition, keeper->segment_bytes, &segments, &count);
	if (!err)
		err = write_segments(keeper, partition, epoch, stored.checkpoint.offset, true,
				     segments, count, &bytes, &error);
	if (!err) {
		keeper->base_bytes[partition] = bytes;
		keeper->stored_bytes[partition] = bytes;
		keeper->stored_segments[partition] = (int64_t)count;
	}
	for (size_t i = 0; i < count; i++)
		ll_buf_release(&segments[i]);
	free(segments);
	ll_partition_free(stored.partition);
}

static bool is_worth_merging(const struct ll_keeper *keeper, int32_t partition)
{
	return keeper->stored_segments[partition] > MERGE_SEGMENTS_MAX ||
	       keeper->stored_bytes[partition] >
		       2 * keeper->base_bytes[partition] + keeper->merge_bytes;
}

static int do_write(struct ll_keeper *keeper, int32_t partition, struct job *job)
{
	int err = write_segments(keeper, partition, job->epoch, job->offset, false, job->segments,
				 job->segment_count, &job->bytes, &job->error);

	if (err)
		return err;
	keeper->stored_bytes[partition] += job->bytes;
	keeper->stored_segments[partition] += (int64_t)job->segment_count;
	free_segments(job);
	if (is_worth_merging(keeper, partition))
		merge(keeper, partition, job->epoch);
	return 0;
}

static int do_job(struct ll_keeper *keeper, int32_t partition, struct job *job)
{
	switch (job->kind) {
	case JOB_TAKE:
		return do_take(keeper, partition, job);
	case JOB_EPOCH:
		return ll_store_take_epoch(keeper->store, keeper->stage, keeper->topic, partition,
					   keeper->owner, &job->epoch, &job->error);
	case JOB_WRITE:
		return do_write(keeper, partition, job);
	case JOB_NONE:
		break;
	}
	return 0;
}

/* ---- turns ------------------------------------------------------------------------------------------ */

/* With the lock: the next job that may run now, or -1; *ret_wait_ms says when to look again. */
static int next_job(struct ll_keeper *keeper, int64_t *ret_wait_ms)
{
	int64_t now = now_ms();

	*ret_wait_ms = -1;
	for (size_t i = 0; i < keeper->job_count; i++) {
		size_t at = (keeper->next + i) % keeper->job_count;
		const struct job *job = &keeper->jobs[at];

		if (job->state != JOB_WAITING)
			continue;
		if (!keeper->threaded || job->not_before_ms <= now) {
			keeper->next = at + 1;
			return (int)at;
		}
		if (*ret_wait_ms < 0 || job->not_before_ms - now < *ret_wait_ms)
			*ret_wait_ms = job->not_before_ms - now;
	}
	return -1;
}

/* With the lock, which is let go while the job runs. */
static void run_job(struct ll_keeper *keeper, int at)
{
	struct job *job = &keeper->jobs[at];
	int err;

	job->state = JOB_RUNNING;
	pthread_mutex_unlock(&keeper->lock);
	err = do_job(keeper, at, job);
	pthread_mutex_lock(&keeper->lock);
	job->result = err;
	if (err && err != -LL_ERR_FENCED && ll_err_class(err) == LL_CLASS_RETRY) {
		job->state = JOB_WAITING;
		job->not_before_ms = now_ms() + RETRY_MS;
	} else {
		job->state = JOB_DONE;
	}
	pthread_cond_broadcast(&keeper->done);
}

bool ll_keeper_turn(struct ll_keeper *keeper)
{
	int64_t wait_ms;
	int at;

	assert(!keeper->threaded);
	pthread_mutex_lock(&keeper->lock);
	at = next_job(keeper, &wait_ms);
	if (at >= 0)
		run_job(keeper, at);
	pthread_mutex_unlock(&keeper->lock);
	return at >= 0;
}

static struct timespec deadline_in(int64_t wait_ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += wait_ms / 1000;
	at.tv_nsec += (wait_ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

static void *keeper_thread(void *context)
{
	struct ll_keeper *keeper = context;

	pthread_mutex_lock(&keeper->lock);
	while (!keeper->ending) {
		int64_t wait_ms;
		int at = next_job(keeper, &wait_ms);

		if (at >= 0) {
			run_job(keeper, at);
		} else if (wait_ms < 0) {
			pthread_cond_wait(&keeper->work, &keeper->lock);
		} else {
			struct timespec until = deadline_in(wait_ms);

			pthread_cond_timedwait(&keeper->work, &keeper->lock, &until);
		}
	}
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

int ll_keeper_new(const struct ll_keeper_options *options, struct ll_keeper **ret_keeper)
{
	struct ll_keeper *keeper = calloc(1, sizeof(*keeper));
	pthread_condattr_t monotonic;
	int err;

	if (!keeper)
		return -LL_ERR_NO_MEMORY;
	err = ll_store_clone(options->store, &keeper->store);
	if (err) {
		free(keeper);
		return err;
	}
	keeper->stage = options->stage;
	keeper->topic = options->topic;
	keeper->owner = options->owner;
	keeper->compiler = *options->compiler;
	keeper->segment_bytes =
		options->segment_bytes ? options->segment_bytes : LL_KEEPER_SEGMENT_BYTES;
	keeper->merge_bytes = options->merge_bytes ? options->merge_bytes : MERGE_BYTES_MIN;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->work, &monotonic);
	pthread_cond_init(&keeper->done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (options->threaded) {
		keeper->threaded = true;
		if (pthread_create(&keeper->thread, NULL, keeper_thread, keeper) != 0) {
			keeper->threaded = false;
			ll_keeper_free(keeper);
			return -LL_ERR_NO_MEMORY;
		}
	}
	*ret_keeper = keeper;
	return 0;
}

void ll_keeper_free(struct ll_keeper *keeper)
{
	if (!keeper)
		return;
	if (keeper->threaded) {
		pthread_mutex_lock(&keeper->lock);
		keeper->ending = true;
		pthread_cond_signal(&keeper->work);
		pthread_mutex_unlock(&keeper->lock);
		pthread_join(keeper->thread, NULL);
	}
	for (size_t i = 0; i < keeper->job_count; i++)
		job_clear(&keeper->jobs[i]);
	pthread_cond_destroy(&keeper->work);
	pthread_cond_destroy(&keeper->done);
	pthread_mutex_destroy(&keeper->lock);
	ll_store_free(keeper->store);
	free(keeper);
}

/* ---- asking ------------------------------------------------------------------------------------------- */

static void start(struct ll_keeper *keeper, struct job *job, enum job_kind kind)
{
	size_t number = (size_t)(job - keeper->jobs) + 1;

	if (keeper->job_count < number)
		keeper->job_count = number;
	job->kind = kind;
	job->state = JOB_WAITING;
	job->result = -LL_ERR_TIMED_OUT;
	job->not_before_ms = 0;
	pthread_cond_signal(&keeper->work);
}

/*
 * With the lock: starts the job or collects it into *ret_job. A finished job of another kind is of
 * an earlier ownership and is let go; but not a checkpoint's where memory is kept: had it been fenced,
 * what it carried is stored nowhere, and who kept the memory must hear of it.
 */
static int ask(struct ll_keeper *keeper, int32_t partition, enum job_kind kind, struct job *ret_job,
	       struct ll_error *error)
{
	struct job *job = &keeper->jobs[partition];
	int result;

	if (job->state == JOB_DONE && job->kind != kind &&
	    (kind == JOB_TAKE || job->kind != JOB_WRITE))
		job_clear(job);
	if (job->state == JOB_FREE)
		start(keeper, job, kind);
	if (job->state != JOB_DONE) {
		/* A running job's error is its thread's. */
		if (job->state == JOB_WAITING && job->result == -LL_ERR_UNAVAILABLE && error)
			*error = job->error;
		return job->kind == kind ? job->result : -LL_ERR_TIMED_OUT;
	}
	if (job->kind != kind)
		return -LL_ERR_TIMED_OUT; /* ll_keeper_written comes first */
	result = job->result;
	if (result && error)
		*error = job->error;
	*ret_job = *job;
	job->taken.partition = NULL; /* moved */
	job_clear(job);
	return result;
}

int ll_keeper_take(struct ll_keeper *keeper, int32_t partition, struct ll_taken *ret_taken,
		   struct ll_error *error)
{
	struct job job = {0};
	int err;

	assert(partition >= 0 && partition < PARTITIONS_MAX);
	pthread_mutex_lock(&keeper->lock);
	err = ask(keeper, partition, JOB_TAKE, &job, error);
	pthread_mutex_unlock(&keeper->lock);
	if (err) {
		ll_partition_free(job.taken.partition);
		return err;
	}
	*ret_taken = job.taken;
	return 0;
}

int ll_keeper_take_epoch(struct ll_keeper *keeper, int32_t partition, int64_t *ret_epoch,
			 struct ll_error *error)
{
	struct job job = {0};
	int err;

	assert(partition >= 0 && partition < PARTITIONS_MAX);
	pthread_mutex_lock(&keeper->lock);
	err = ask(keeper, partition, JOB_EPOCH, &job, error);
	pthread_mutex_unlock(&keeper->lock);
	if (!err)
		*ret_epoch = job.epoch;
	return err;
}

bool ll_keeper_is_free(struct ll_keeper *keeper, int32_t partition)
{
	bool is_free;

	pthread_mutex_lock(&keeper->lock);
	is_free = keeper->jobs[partition].state == JOB_FREE;
	pthread_mutex_unlock(&keeper->lock);
	return is_free;
}

int ll_keeper_write(struct ll_keeper *keeper, int32_t partition, int64_t epoch, int64_t offset,
		    struct ll_buf *segments, size_t segment_count)
{
	struct ll_buf *own = calloc(segment_count + 1, sizeof(*own));
	struct job *job = &keeper->jobs[partition];

	if (!own)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < segment_count; i++) {
		own[i] = segments[i];
		ll_buf_init(&segments[i]);
	}
	pthread_mutex_lock(&keeper->lock);
	assert(job->state == JOB_FREE);
	job->epoch = epoch;
	job->offset = offset;
	job->segments = own;
	job->segment_count = segment_count;
	start(keeper, job, JOB_WRITE);
	pthread_mutex_unlock(&keeper->lock);
	return 0;
}

int ll_keeper_written(struct ll_keeper *keeper, int32_t partition, int64_t *ret_offset,
		      int64_t *ret_bytes, struct ll_error *error)
{
	struct job *job = &keeper->jobs[partition];
	int result = -LL_ERR_TIMED_OUT;

	pthread_mutex_lock(&keeper->lock);
	if (job->kind == JOB_WRITE) {
		result = job->result;
		if (job->state == JOB_DONE && result == 0) {
			*ret_offset = job->offset;
			*ret_bytes = job->bytes;
		}
		if (job->state == JOB_DONE && result && error)
			*error = job->error;
		if (job->state == JOB_DONE)
			job_clear(job);
	}
	pthread_mutex_unlock(&keeper->lock);
	return result;
}

static bool is_busy(const struct ll_keeper *keeper)
{
	for (size_t i = 0; i < keeper->job_count; i++)
		if (keeper->jobs[i].state == JOB_WAITING || keeper->jobs[i].state == JOB_RUNNING)
			return true;
	return false;
}

void ll_keeper_wait(struct ll_keeper *keeper, int timeout_ms)
{
	struct timespec until = deadline_in(timeout_ms);

	pthread_mutex_lock(&keeper->lock);
	while (keeper->threaded && is_busy(keeper))
		if (pthread_cond_timedwait(&keeper->done, &keeper->lock, &until) == ETIMEDOUT)
			break;
	pthread_mutex_unlock(&keeper->lock);
}
