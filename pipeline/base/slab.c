#include "arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>

#include "poison.h"

/*
 * Size classes. A household is a few hundred bytes to a few KiB, so classes lie close there and
 * apart where blocks are rare:
 *   16, 32, … 256          every 16 bytes      16 classes
 *   320, 384, … 4096       four a doubling     16 classes
 *   6144, 8192, … 1 MiB    two a doubling      16 classes
 */
#define SLAB_ALIGNMENT	16
#define SLAB_STEP	((size_t)16)
#define SLAB_LINEAR_MAX ((size_t)256)
#define SLAB_SIZE_MAX	((size_t)1 << 20)
#define SLAB_LOG_FINE	8  /* log2 of the last linear class */
#define SLAB_LOG_COARSE 12 /* from here on two a doubling */

#define SLAB_CHUNK_SIZE ((size_t)256 * 1024) /* with its header */
/* Larger blocks get a chunk of their own: less is left over in the shared ones. */
#define SLAB_SHARED_MAX (SLAB_CHUNK_SIZE / 8)

struct ll_slab_chunk {
	struct ll_slab_chunk *next;
	size_t size; /* of data */
	alignas(SLAB_ALIGNMENT) uint8_t data[];
};

struct ll_slab_block {
	struct ll_slab_block *next;
};

struct slab_class {
	size_t index;
	size_t size;
};

static struct slab_class slab_class_of(size_t size)
{
	assert(size >= 1 && size <= SLAB_SIZE_MAX);
	if (size <= SLAB_LINEAR_MAX) {
		size_t steps = (size + SLAB_STEP - 1) / SLAB_STEP;

		return (struct slab_class){steps - 1, steps * SLAB_STEP};
	}

	/* last has its highest bit at log; the `bits` below that number the class in its doubling.
	 */
	size_t last = size - 1;
	unsigned int log = 63U - (unsigned int)__builtin_clzll(last);
	unsigned int bits = log < SLAB_LOG_COARSE ? 2 : 1;
	unsigned int shift = log - bits;
	size_t step = last >> shift; /* 1 and the bits */
	size_t first = log < SLAB_LOG_COARSE ? 16 + (size_t)(log - SLAB_LOG_FINE) * 4
					     : 32 + (size_t)(log - SLAB_LOG_COARSE) * 2;

	return (struct slab_class){first + step - ((size_t)1 << bits), (step + 1) << shift};
}

/* The size of the largest class that fits into `left`, a multiple of 16. */
static size_t slab_floor(size_t left)
{
	if (left <= SLAB_LINEAR_MAX)
		return left;

	unsigned int log = 63U - (unsigned int)__builtin_clzll(left);
	unsigned int shift = log - (log < SLAB_LOG_COARSE ? 2 : 1);

	return left >> shift << shift;
}

void ll_slab_init(struct ll_slab *slab)
{
	*slab = (struct ll_slab){0};
}

void ll_slab_release(struct ll_slab *slab)
{
	struct ll_slab_chunk *next;

	for (struct ll_slab_chunk *chunk = slab->chunks; chunk; chunk = next) {
		next = chunk->next;
		LL_UNPOISON(chunk->data, chunk->size);
		free(chunk);
	}
	ll_slab_init(slab);
}

size_t ll_slab_round(size_t size)
{
	return slab_class_of(size).size;
}

static void slab_push(struct ll_slab *slab, size_t index, void *at, size_t size)
{
	struct ll_slab_block *block = at;

	LL_UNPOISON(at, sizeof(*block));
	block->next = slab->free[index];
	slab->free[index] = block;
	LL_POISON(at, size);
}

static struct ll_slab_chunk *slab_new_chunk(struct ll_slab *slab, size_t size)
{
	struct ll_slab_chunk *chunk = aligned_alloc(SLAB_ALIGNMENT, sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->next = slab->chunks;
	slab->chunks = chunk;
	slab->bytes_held += sizeof(*chunk) + size;
	LL_POISON(chunk->data, size);
	return chunk;
}

/* What is left of the newest chunk, cut into the largest classes that fit, goes to the lists. */
static void slab_shred_tail(struct ll_slab *slab)
{
	while (slab->at < slab->end) {
		struct slab_class class = slab_class_of(slab_floor((size_t)(slab->end - slab->at)));

		slab_push(slab, class.index, slab->at, class.size);
		slab->at += class.size;
	}
}

static void *slab_cut(struct ll_slab *slab, size_t size)
{
	if (size > SLAB_SHARED_MAX) {
		struct ll_slab_chunk *own = slab_new_chunk(slab, size);

		return own ? own->data : NULL;
	}
	if (!slab->at || (size_t)(slab->end - slab->at) < size) {
		struct ll_slab_chunk *chunk =
			slab_new_chunk(slab, SLAB_CHUNK_SIZE - sizeof(struct ll_slab_chunk));

		if (!chunk)
			return NULL;
		slab_shred_tail(slab);
		slab->at = chunk->data;
		slab->end = chunk->data + chunk->size;
	}

	void *block = slab->at;

	slab->at += size;
	return block;
}

void *ll_slab_alloc(struct ll_slab *slab, size_t size)
{
	struct slab_class class = slab_class_of(size);
	struct ll_slab_block *block = slab->free[class.index];

	if (!block) {
		void *cut = slab_cut(slab, class.size);

		if (cut)
			LL_UNPOISON(cut, class.size);
		return cut;
	}
	LL_UNPOISON(block, class.size);
	slab->free[class.index] = block->next;
	return block;
}

void ll_slab_free(struct ll_slab *slab, void *block, size_t size)
{
	if (!block)
		return;

	struct slab_class class = slab_class_of(size);

	slab_push(slab, class.index, block, class.size);
}
