#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/poison.h"

#define SIZE_MAX_BLOCK ((size_t)1 << 20)

static void test_round_gives_few_and_close_classes(void **state)
{
	size_t classes = 0;
	size_t last = 0;

	(void)state;
	for (size_t size = 1; size <= SIZE_MAX_BLOCK; size++) {
		size_t rounded = ll_slab_round(size);

		if (rounded == last) {
			assert_true(size <= rounded);
			continue;
		}
		/* A new class begins right after the last one ended. */
		assert_int_equal(size, last + 1);
		assert_int_equal(rounded % 16, 0);
		assert_int_equal(ll_slab_round(rounded), rounded);
		if (size > 256 && size <= 4096)
			assert_true((rounded - last) * 4 <= last);
		else if (size > 4096)
			assert_true((rounded - last) * 2 <= last);
		else
			assert_int_equal(rounded, last + 16);
		last = rounded;
		classes++;
	}
	assert_int_equal(last, SIZE_MAX_BLOCK);
	assert_int_equal(classes, LL_SLAB_CLASSES);
}

static void test_a_freed_block_is_used_again(void **state)
{
	struct ll_slab slab;
	void *a, *b;
	size_t held;

	(void)state;
	ll_slab_init(&slab);
	assert_int_equal(slab.bytes_held, 0);
	a = ll_slab_alloc(&slab, 300);
	b = ll_slab_alloc(&slab, 300);
	assert_ptr_not_equal(a, b);
	held = slab.bytes_held;
	assert_int_equal(held, 256 * 1024);
	ll_slab_free(&slab, a, 300);
	/* A size of the same class, given as such or rounded. */
	assert_ptr_equal(ll_slab_alloc(&slab, 320), a);
	ll_slab_free(&slab, b, ll_slab_round(300));
	assert_ptr_equal(ll_slab_alloc(&slab, 257), b);
	ll_slab_free(&slab, NULL, 0);
	assert_int_equal(slab.bytes_held, held);

	/* A large one has a chunk of its own, and comes back as well. */
	a = ll_slab_alloc(&slab, SIZE_MAX_BLOCK);
	assert_true(slab.bytes_held > held + SIZE_MAX_BLOCK);
	held = slab.bytes_held;
	ll_slab_free(&slab, a, SIZE_MAX_BLOCK);
	assert_ptr_equal(ll_slab_alloc(&slab, SIZE_MAX_BLOCK - 1), a);
	assert_int_equal(slab.bytes_held, held);
	ll_slab_release(&slab);
	assert_int_equal(slab.bytes_held, 0);
	ll_slab_release(&slab);
}

#define BLOCKS 2000

struct owned {
	uint8_t *block;
	size_t size;
};

static void check_owned(const struct owned *owned, uint8_t mark)
{
	for (size_t i = 0; i < owned->size; i++)
		assert_int_equal(owned->block[i], mark);
}

/* Blocks of all sizes come and go; none ever shares a byte with another. */
static void test_blocks_do_not_overlap(void **state)
{
	static struct owned all[BLOCKS];
	struct ll_slab slab;
	uint32_t random = 1;

	(void)state;
	ll_slab_init(&slab);
	for (int step = 0; step < 5 * BLOCKS; step++) {
		random = random * 1664525 + 1013904223;

		size_t i = (random >> 8) % BLOCKS;
		struct owned *owned = &all[i];

		if (owned->block) {
			check_owned(owned, (uint8_t)i);
			ll_slab_free(&slab, owned->block, owned->size);
		}
		owned->size = ll_slab_round(1 + (random >> 12) % (1U << (random % 17)));
		owned->block = ll_slab_alloc(&slab, owned->size);
		assert_non_null(owned->block);
		assert_int_equal((uintptr_t)owned->block % 16, 0);
		memset(owned->block, (int)i, owned->size);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		if (all[i].block)
			check_owned(&all[i], (uint8_t)i);
	ll_slab_release(&slab);
}

/* What is left of a chunk when the next one is begun is not lost. */
static void test_the_tail_of_a_chunk_is_used(void **state)
{
	struct ll_slab slab;

	(void)state;
	ll_slab_init(&slab);
	/* Ten of 24 KiB leave some 16 KiB of the first chunk; the eleventh begins the second. */
	for (int i = 0; i < 11; i++)
		assert_non_null(ll_slab_alloc(&slab, 24576));
	assert_int_equal(slab.bytes_held, 2 * 256 * 1024);
	for (int i = 0; i < 9; i++)
		assert_non_null(ll_slab_alloc(&slab, 24576));
	/* Both chunks are as good as full; 12 KiB are to be had in the first one's tail only. */
	assert_true((size_t)(slab.end - slab.at) < 16384);

	uint8_t *tail = slab.at;

	assert_non_null(ll_slab_alloc(&slab, 12288));
	assert_ptr_equal(slab.at, tail);
	assert_int_equal(slab.bytes_held, 2 * 256 * 1024);
	ll_slab_release(&slab);
}

static void test_free_memory_is_poisoned(void **state)
{
	(void)state;
#ifdef LL_HAS_ASAN
	struct ll_slab slab;

	ll_slab_init(&slab);

	char *block = ll_slab_alloc(&slab, 40);

	assert_false(__asan_address_is_poisoned(block + 47)); /* all of the class is the owner's */
	assert_true(__asan_address_is_poisoned(block + 48));
	ll_slab_free(&slab, block, 40);
	assert_true(__asan_address_is_poisoned(block));
	assert_true(__asan_address_is_poisoned(block + 47));
	ll_slab_release(&slab);
#else
	skip();
#endif
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_gives_few_and_close_classes),
		cmocka_unit_test(test_a_freed_block_is_used_again),
		cmocka_unit_test(test_blocks_do_not_overlap),
		cmocka_unit_test(test_the_tail_of_a_chunk_is_used),
		cmocka_unit_test(test_free_memory_is_poisoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
