#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "poison.h"

#define ARENA_CHUNK_DEFAULT ((size_t)64 * 1024)
#define ALIGNMENT	    16

struct ll_arena_chunk {
	struct ll_arena_chunk *next;
	size_t size; /* of data */
	alignas(ALIGNMENT) uint8_t data[];
};

/* 0 when it overflows, which no other result is. */
static size_t round_to_alignment(size_t size)
{
	if (size == 0)
		size = 1;
	if (size > SIZE_MAX / 2)
		return 0;
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void ll_arena_init(struct ll_arena *arena, size_t chunk_size)
{
	*arena = (struct ll_arena){
		.chunk_size = chunk_size ? round_to_alignment(chunk_size) : ARENA_CHUNK_DEFAULT,
	};
	assert(arena->chunk_size > 0);
}

void ll_arena_release(struct ll_arena *arena)
{
	struct ll_arena_chunk *next;

	for (struct ll_arena_chunk *chunk = arena->first; chunk; chunk = next) {
		next = chunk->next;
		LL_UNPOISON(chunk->data, chunk->size);
		free(chunk);
	}
	*arena = (struct ll_arena){.chunk_size = arena->chunk_size};
}

void ll_arena_clear(struct ll_arena *arena)
{
	for (struct ll_arena_chunk *chunk = arena->first; chunk; chunk = chunk->next)
		LL_POISON(chunk->data, chunk->size);
	arena->current = arena->first;
	arena->used = 0;
}

/*
 * The first unused chunk that is large enough, taken out of the list. For requests up to
 * chunk_size that is the first one; larger ones look further, or a batch that repeats would grow
 * the arena each time.
 */
static struct ll_arena_chunk *arena_take_unused(struct ll_arena *arena, size_t size)
{
	struct ll_arena_chunk **link = arena->current ? &arena->current->next : &arena->first;

	while (*link && (*link)->size < size)
		link = &(*link)->next;

	struct ll_arena_chunk *chunk = *link;

	if (chunk)
		*link = chunk->next;
	return chunk;
}

static struct ll_arena_chunk *arena_new_chunk(const struct ll_arena *arena, size_t need)
{
	size_t size = need > arena->chunk_size ? need : arena->chunk_size;
	struct ll_arena_chunk *chunk = aligned_alloc(ALIGNMENT, sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	chunk->size = size;
	LL_POISON(chunk->data, size);
	return chunk;
}

static int arena_advance(struct ll_arena *arena, size_t size)
{
	struct ll_arena_chunk *chunk = arena_take_unused(arena, size);

	if (!chunk)
		chunk = arena_new_chunk(arena, size);
	if (!chunk)
		return -1;

	struct ll_arena_chunk **link = arena->current ? &arena->current->next : &arena->first;

	chunk->next = *link;
	*link = chunk;
	arena->current = chunk;
	arena->used = 0;
	return 0;
}

void *ll_arena_alloc(struct ll_arena *arena, size_t size)
{
	size_t rounded = round_to_alignment(size);

	if (rounded == 0)
		return NULL;
	if (!arena->current || rounded > arena->current->size - arena->used)
		if (arena_advance(arena, rounded) != 0)
			return NULL;

	uint8_t *block = arena->current->data + arena->used;

	arena->used += rounded;
	LL_UNPOISON(block, size);
	return block;
}

void *ll_arena_calloc(struct ll_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;

	void *block = ll_arena_alloc(arena, total);

	if (block)
		memset(block, 0, total);
	return block;
}

void *ll_arena_copy(struct ll_arena *arena, const void *data, size_t size)
{
	void *block = ll_arena_alloc(arena, size);

	if (block && size > 0)
		memcpy(block, data, size);
	return block;
}
