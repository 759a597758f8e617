#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"

/*
 * Computed by a second implementation, in another language, from the description in hash.c. Ids
 * in checkpoints depend on them: a change here is a change of every deployment's data.
 */
static const struct {
	size_t size;
	uint64_t hash;
} golden[] = {
	{0, 0x016c709084ccb313},   {1, 0x5a20feef50df7f0a},  {3, 0x8d78fb282f9506d6},
	{4, 0x0a299be4613c7560},   {7, 0xe090ba0937f05214},  {8, 0x1ae97187ec00c679},
	{16, 0x4bcf757613f051ee},  {17, 0x5942c994ac8f82ff}, {48, 0x26bcec5443a23f02},
	{49, 0xd0745ad66107225a},  {64, 0xe50a33da6bcb314a}, {97, 0x17ecc3b42aba975b},
	{200, 0xa2de9bd8e8a8ff4d},
};

static void test_hash64_never_changes(void **state)
{
	uint8_t storage[256 + 8];

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		size_t size = golden[i].size;

		/* Wherever the bytes lie. */
		for (size_t shift = 0; shift < 8; shift++) {
			for (size_t k = 0; k < size; k++)
				storage[shift + k] = (uint8_t)(k * 7 + size);
			assert_true(ll_hash64(storage + shift, size,
					      size * 0x9e3779b97f4a7c15ULL) == golden[i].hash);
		}
	}
	assert_true(ll_hash64(NULL, 0, 0) == ll_hash64("", 0, 0));
}

/* Each input bit turns about half of the output's, at every size. */
static void test_hash64_mixes(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 120; size++) {
		uint8_t data[120] = {0};
		uint64_t plain = ll_hash64(data, size, 0);
		unsigned int turned = 0;

		for (size_t bit = 0; bit < size * 8; bit++) {
			data[bit / 8] ^= (uint8_t)(1U << (bit % 8));

			unsigned int count = (unsigned int)__builtin_popcountll(
				plain ^ ll_hash64(data, size, 0));

			data[bit / 8] ^= (uint8_t)(1U << (bit % 8));
			assert_in_range(count, 10, 54);
			turned += count;
		}
		assert_in_range(turned, size * 8 * 26, size * 8 * 38);
	}
}

static int compare_uint64(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

#define MANY 65536

/* Zeros of every length and counters, what real keys are made of: no two agree. */
static void test_hash64_keeps_apart(void **state)
{
	static const uint8_t zeros[MANY / 2];
	static uint64_t all[MANY];

	(void)state;
	for (size_t i = 0; i < MANY / 2; i++) {
		uint64_t counter[2] = {i, 0};

		all[i] = ll_hash64(zeros, i % 4096, i / 4096);
		all[MANY / 2 + i] = ll_hash64(counter, sizeof(counter), 77);
	}
	qsort(all, MANY, sizeof(all[0]), compare_uint64);
	for (size_t i = 1; i < MANY; i++)
		assert_true(all[i] != all[i - 1]);
}

static void test_hash128(void **state)
{
	struct ll_key hash;
	char hex[LL_KEY_HEX_SIZE];

	(void)state;
	ll_hash128("household", 9, &hash);
	ll_key_to_hex(&hash, hex);
	assert_string_equal(hex, "dd7de7d138cb0bc3b2ac523fcd40fdd7");
}

static void test_fact_id_keeps_the_boundary(void **state)
{
	(void)state;
	assert_true(ll_fact_id(LL_STR("medical-insurance"), LL_STR("H2025-0001")) ==
		    0xaca1774aedafa842);
	assert_true(ll_fact_id(LL_STR("ab"), LL_STR("c")) != ll_fact_id(LL_STR("a"), LL_STR("bc")));
	assert_true(ll_fact_id(LL_STR(""), LL_STR("abc")) != ll_fact_id(LL_STR("abc"), LL_STR("")));
	assert_true(ll_fact_id(LL_STR("a"), LL_STR("b")) != ll_fact_id(LL_STR("b"), LL_STR("a")));
	assert_true(ll_fact_id(LL_STR(""), LL_STR("")) != 0);
	assert_true(ll_fact_id(LL_STR("a"), LL_STR("a")) != ll_fact_id(LL_STR("b"), LL_STR("b")));
}

/* Bit by bit, as the Avro specification defines it. */
static uint64_t crc64_slow(const uint8_t *data, size_t size)
{
	uint64_t crc = LL_CRC64_AVRO_EMPTY;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ LL_CRC64_AVRO_EMPTY : crc >> 1;
	}
	return crc;
}

static void test_crc64_avro(void **state)
{
	/* From Avro's share/test/data/schema-tests.txt. */
	static const struct {
		const char *schema;
		uint64_t fingerprint;
	} rows[] = {
		{"\"null\"", 0x63dd24e7cc258f8a},
		{"\"int\"", 0x7275d51a3f395c8f},
		{"\"string\"", 0x8f014872634503c7},
		{"", LL_CRC64_AVRO_EMPTY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(ll_crc64_avro(rows[i].schema, strlen(rows[i].schema)) ==
			    rows[i].fingerprint);
	for (unsigned int byte = 0; byte < 256; byte++) {
		uint8_t data[2] = {(uint8_t)byte, 0x5a};

		assert_true(ll_crc64_avro(data, 2) == crc64_slow(data, 2));
	}
}

static void test_murmur2_is_kafkas(void **state)
{
	/* org.apache.kafka.common.utils.UtilsTest.testMurmur2 */
	static const struct {
		const char *key;
		int32_t hash;
	} rows[] = {
		{"21", -973932308},
		{"foobar", -790332482},
		{"a-little-bit-long-string", -985981536},
		{"a-little-bit-longer-string", -1486304829},
		{"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
		{"abc", 479470107},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = strlen(rows[i].key);

		assert_int_equal((int32_t)ll_murmur2(rows[i].key, size), rows[i].hash);
		assert_int_equal(ll_partition_of(rows[i].key, size, 16),
				 (rows[i].hash & 0x7fffffff) % 16);
		assert_int_equal(ll_partition_of(rows[i].key, size, 1), 0);
		assert_int_equal(ll_partition_of(rows[i].key, size, 7),
				 (rows[i].hash & 0x7fffffff) % 7);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash64_never_changes),
		cmocka_unit_test(test_hash64_mixes),
		cmocka_unit_test(test_hash64_keeps_apart),
		cmocka_unit_test(test_hash128),
		cmocka_unit_test(test_fact_id_keeps_the_boundary),
		cmocka_unit_test(test_crc64_avro),
		cmocka_unit_test(test_murmur2_is_kafkas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
