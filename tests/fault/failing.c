#include "failing.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool armed;
static atomic_long counted;
static atomic_long fails_at;
static atomic_bool was_hit;

void failing_arm(long nth)
{
	atomic_store(&counted, 0);
	atomic_store(&fails_at, nth);
	atomic_store(&was_hit, false);
	atomic_store(&armed, true);
}

long failing_disarm(bool *ret_hit)
{
	atomic_store(&armed, false);
	*ret_hit = atomic_load(&was_hit);
	return atomic_load(&counted);
}

static bool fails(void)
{
	if (!atomic_load(&armed) || atomic_fetch_add(&counted, 1) + 1 != atomic_load(&fails_at))
		return false;
	atomic_store(&was_hit, true);
	errno = ENOMEM;
	return true;
}

/* The linker's names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *there, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__real_reallocarray(void *there, size_t count, size_t size);
char *__real_strndup(const char *text, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *there, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
void *__wrap_reallocarray(void *there, size_t count, size_t size);
char *__wrap_strndup(const char *text, size_t size);
void *world_malloc(size_t size);
void *world_calloc(size_t count, size_t size);
void *world_realloc(void *there, size_t size);
void *world_reallocarray(void *there, size_t count, size_t size);
char *world_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *there, size_t size)
{
	return fails() ? NULL : __real_realloc(there, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
	return fails() ? NULL : __real_strndup(text, size);
}

void *__wrap_reallocarray(void *there, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(there, count, size);
}

/* ---- the world's, which never runs out ------------------------------------------------------ */

void *world_malloc(size_t size)
{
	return __real_malloc(size);
}

void *world_calloc(size_t count, size_t size)
{
	return __real_calloc(count, size);
}

void *world_realloc(void *there, size_t size)
{
	return __real_realloc(there, size);
}

void *world_reallocarray(void *there, size_t count, size_t size)
{
	return __real_reallocarray(there, count, size);
}

char *world_strdup(const char *text)
{
	return __real_strdup(text);
}
