/*
 * Memory by lifetime.
 *
 * ll_arena: for one batch. Bump allocation, everything dies at once with clear.
 * ll_slab:  for what a partition keeps. Blocks of a few size classes with a free list each, cut
 * from chunks; everything dies at once with release. No header per block: the owner knows the size
 * it asked for.
 *
 * Neither is thread-safe; each belongs to one thread at a time.
 */
#ifndef LL_BASE_ARENA_H
#define LL_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct ll_arena_chunk;

struct ll_arena {
	struct ll_arena_chunk *first;
	struct ll_arena_chunk *current;
	size_t used;	   /* bytes used in current */
	size_t chunk_size; /* bytes of a normal chunk */
};

/* chunk_size 0 takes the default of 64 KiB. Nothing is allocated until the first alloc. */
void ll_arena_init(struct ll_arena *arena, size_t chunk_size);
void ll_arena_release(struct ll_arena *arena);
/* Forgets all allocations, keeps the chunks. */
void ll_arena_clear(struct ll_arena *arena);
/* Aligned to 16, not zeroed; NULL when out of memory. size 0 gives a valid pointer. */
void *ll_arena_alloc(struct ll_arena *arena, size_t size);
/* count * size bytes, zeroed; NULL also when the product overflows. */
void *ll_arena_calloc(struct ll_arena *arena, size_t count, size_t size);
void *ll_arena_copy(struct ll_arena *arena, const void *data, size_t size);

#define LL_SLAB_CLASSES 48

struct ll_slab_chunk;
struct ll_slab_block;

struct ll_slab {
	struct ll_slab_chunk *chunks;
	uint8_t *at; /* free tail of the newest chunk */
	uint8_t *end;
	struct ll_slab_block *free[LL_SLAB_CLASSES];
	size_t bytes_held; /* taken from the system */
};

void ll_slab_init(struct ll_slab *slab);
void ll_slab_release(struct ll_slab *slab);
/* What a request of `size` bytes really gets: use all of it. size at least 1, at most 1 MiB. */
size_t ll_slab_round(size_t size);
/* Aligned to 16, not zeroed; NULL when out of memory. */
void *ll_slab_alloc(struct ll_slab *slab, size_t size);
/* size is that of the alloc (or its round). NULL is fine. */
void ll_slab_free(struct ll_slab *slab, void *block, size_t size);

#endif
