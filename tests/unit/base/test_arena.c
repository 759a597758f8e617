#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/poison.h"

static void test_blocks_are_aligned_and_apart(void **state)
{
	struct ll_arena arena;
	uint8_t *blocks[200];

	(void)state;
	ll_arena_init(&arena, 256);
	assert_null(arena.first);
	for (size_t i = 0; i < 200; i++) {
		blocks[i] = ll_arena_alloc(&arena, i);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % 16, 0);
		memset(blocks[i], (int)i, i);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(blocks[i][k], (uint8_t)i);
	ll_arena_release(&arena);
	assert_null(arena.first);
	assert_non_null(ll_arena_alloc(&arena, 1)); /* as after init */
	ll_arena_release(&arena);
}

static size_t chunks_of(const struct ll_arena *arena)
{
	size_t count = 0;

	/* A chunk begins with its link. */
	for (void *chunk = arena->first; chunk; memcpy(&chunk, chunk, sizeof(chunk)))
		count++;
	return count;
}

static void take(struct ll_arena *arena, size_t size)
{
	void *block = ll_arena_alloc(arena, size);

	assert_non_null(block);
	memset(block, 0xa5, size); /* AddressSanitizer sees if it is not all ours */
}

/* A batch that repeats, blocks larger than a chunk included, takes no new memory. */
static void test_clear_keeps_the_chunks(void **state)
{
	struct ll_arena arena;
	size_t chunks = 0;

	(void)state;
	ll_arena_init(&arena, 1024);
	for (int batch = 0; batch < 5; batch++) {
		for (size_t i = 0; i < 50; i++)
			take(&arena, 100);
		take(&arena, 5000);
		for (size_t i = 0; i < 20; i++)
			take(&arena, 300);
		if (batch == 0)
			chunks = chunks_of(&arena);
		assert_int_equal(chunks_of(&arena), chunks);
		ll_arena_clear(&arena);
	}
	/* The large block comes first now: it must find its chunk behind the small ones. */
	take(&arena, 5000);
	assert_int_equal(chunks_of(&arena), chunks);
	ll_arena_release(&arena);
}

static void test_calloc_and_copy(void **state)
{
	static const uint8_t zero[64];
	struct ll_arena arena;
	void *block;

	(void)state;
	ll_arena_init(&arena, 0);
	memset(ll_arena_alloc(&arena, 64), 0xff, 64);
	ll_arena_clear(&arena);
	block = ll_arena_calloc(&arena, 4, 16);
	assert_memory_equal(block, zero, 64);
	assert_null(ll_arena_calloc(&arena, SIZE_MAX / 2, 3));
	assert_null(ll_arena_alloc(&arena, SIZE_MAX));
	assert_non_null(ll_arena_calloc(&arena, 0, 16));
	block = ll_arena_copy(&arena, "household", 9);
	assert_memory_equal(block, "household", 9);
	assert_non_null(ll_arena_copy(&arena, NULL, 0));
	ll_arena_release(&arena);
}

/* With AddressSanitizer, what is past a block or was cleared is out of bounds. */
static void test_the_rest_is_poisoned(void **state)
{
	(void)state;
#ifdef LL_HAS_ASAN
	struct ll_arena arena;

	ll_arena_init(&arena, 0);

	char *block = ll_arena_alloc(&arena, 24);

	assert_false(__asan_address_is_poisoned(block + 23));
	assert_true(__asan_address_is_poisoned(block + 24));
	ll_arena_clear(&arena);
	assert_true(__asan_address_is_poisoned(block));
	ll_arena_release(&arena);
#else
	skip();
#endif
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_are_aligned_and_apart),
		cmocka_unit_test(test_clear_keeps_the_chunks),
		cmocka_unit_test(test_calloc_and_copy),
		cmocka_unit_test(test_the_rest_is_poisoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
