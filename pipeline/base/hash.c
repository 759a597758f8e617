#include "hash.h"

#include <assert.h>

__extension__ typedef unsigned __int128 u128;

/*
 * ll_hash64 multiplies 64 by 64 bits to 128 and folds the halves, as wyhash and its kin do. The
 * factors are xored back into the product, so that a factor that happens to be 0 loses nothing.
 * Its values are kept in checkpoints and make ids: never change them. The constants are the first
 * 64-bit words of the fraction of pi, made odd.
 */
#define MIX_A 0x243f6a8885a308d3ULL
#define MIX_B 0x13198a2e03707345ULL
#define MIX_C 0xa4093822299f31d1ULL
#define MIX_D 0x082efa98ec4e6c89ULL

#define SEED_HASH128_LOW  0x452821e638d01377ULL
#define SEED_HASH128_HIGH 0xbe5466cf34e90c6dULL
#define SEED_FACT	  0xc0ac29b7c97c50ddULL

static inline uint64_t read64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

static inline uint64_t read32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap32(value);
#endif
	return value;
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	u128 product = (u128)a * b;

	return (a ^ (uint64_t)product) ^ (b ^ (uint64_t)(product >> 64));
}

/* Up to 16 bytes as two words; with the size, which the caller mixes in, no two inputs agree. */
static inline void read_short(const uint8_t *at, size_t size, uint64_t *ret_a, uint64_t *ret_b)
{
	if (size >= 8) {
		*ret_a = read64(at);
		*ret_b = read64(at + size - 8);
	} else if (size >= 4) {
		*ret_a = read32(at);
		*ret_b = read32(at + size - 4);
	} else if (size > 0) {
		*ret_a = (uint64_t)at[0] << 16 | (uint64_t)at[size >> 1] << 8 | at[size - 1];
		*ret_b = 0;
	} else {
		*ret_a = 0;
		*ret_b = 0;
	}
}

uint64_t ll_hash64(const void *data, size_t size, uint64_t seed)
{
	const uint8_t *at = data;
	size_t left = size;
	uint64_t a, b;

	seed ^= mix(seed ^ MIX_A, MIX_B);
	if (size <= 16) {
		read_short(at, size, &a, &b);
	} else {
		if (left > 48) {
			uint64_t lane1 = seed, lane2 = seed;

			do {
				seed = mix(read64(at) ^ MIX_B, read64(at + 8) ^ seed);
				lane1 = mix(read64(at + 16) ^ MIX_C, read64(at + 24) ^ lane1);
				lane2 = mix(read64(at + 32) ^ MIX_D, read64(at + 40) ^ lane2);
				at += 48;
				left -= 48;
			} while (left > 48);
			seed ^= lane1 ^ lane2;
		}
		while (left > 16) {
			seed = mix(read64(at) ^ MIX_C, read64(at + 8) ^ seed);
			at += 16;
			left -= 16;
		}
		/* The last 16, some of them perhaps a second time. */
		a = read64(at + left - 16);
		b = read64(at + left - 8);
	}

	uint64_t half = mix(a ^ MIX_B ^ (uint64_t)size, b ^ seed);

	return mix(half ^ MIX_D, seed ^ MIX_A ^ (uint64_t)size);
}

static void write64(uint64_t value, uint8_t *out)
{
	for (unsigned int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

void ll_hash128(const void *data, size_t size, struct ll_key *ret_hash)
{
	write64(ll_hash64(data, size, SEED_HASH128_LOW), ret_hash->bytes);
	write64(ll_hash64(data, size, SEED_HASH128_HIGH), ret_hash->bytes + 8);
}

uint64_t ll_fact_id(struct ll_str source, struct ll_str event_id)
{
	/* Hashed one after the other, each with its size: "ab", "c" is not "a", "bc". */
	uint64_t seed = ll_hash64(source.data, source.size, SEED_FACT);
	uint64_t id = ll_hash64(event_id.data, event_id.size, seed);

	return id ? id : 1;
}

/*
 * CRC-64-AVRO's table. The CRC is linear: an entry is the xor of those of its bits, and these are
 * the polynomial shifted through 7, 6, … 0 more steps.
 */
#define CRC_BIT7       LL_CRC64_AVRO_EMPTY
#define CRC_BIT6       0xa1f3b1a7f6bc745fULL
#define CRC_BIT5       0x91a4f9e95f899dbaULL
#define CRC_BIT4       0x48d27cf4afc4ceddULL
#define CRC_BIT3       0xe5341f40f335c0fbULL
#define CRC_BIT2       0xb3c72e9add4d47e8ULL
#define CRC_BIT1       0x59e3974d6ea6a3f4ULL
#define CRC_BIT0       0x2cf1cba6b75351faULL
#define CRC_OF(i, bit) (((i) & (1 << (bit))) ? CRC_BIT##bit : 0)
#define CRC_1(i)                                                                                   \
	(CRC_OF(i, 0) ^ CRC_OF(i, 1) ^ CRC_OF(i, 2) ^ CRC_OF(i, 3) ^ CRC_OF(i, 4) ^ CRC_OF(i, 5) ^ \
	 CRC_OF(i, 6) ^ CRC_OF(i, 7))
#define CRC_4(i)  CRC_1(i), CRC_1((i) + 1), CRC_1((i) + 2), CRC_1((i) + 3)
#define CRC_16(i) CRC_4(i), CRC_4((i) + 4), CRC_4((i) + 8), CRC_4((i) + 12)
#define CRC_64(i) CRC_16(i), CRC_16((i) + 16), CRC_16((i) + 32), CRC_16((i) + 48)

static const uint64_t crc64_table[256] = {CRC_64(0), CRC_64(64), CRC_64(128), CRC_64(192)};

uint64_t ll_crc64_avro(const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t crc = LL_CRC64_AVRO_EMPTY;

	for (size_t i = 0; i < size; i++)
		crc = crc >> 8 ^ crc64_table[(crc ^ at[i]) & 0xff];
	return crc;
}

#define MURMUR2_SEED  0x9747b28cU
#define MURMUR2_M     0x5bd1e995U
#define MURMUR2_SHIFT 24

/* org.apache.kafka.common.utils.Utils.murmur2 */
uint32_t ll_murmur2(const void *data, size_t size)
{
	const uint8_t *at = data;
	uint32_t hash = MURMUR2_SEED ^ (uint32_t)size;
	size_t left = size;

	for (; left >= 4; left -= 4, at += 4) {
		uint32_t word = (uint32_t)read32(at) * MURMUR2_M;

		word ^= word >> MURMUR2_SHIFT;
		hash = hash * MURMUR2_M ^ word * MURMUR2_M;
	}
	if (left >= 3)
		hash ^= (uint32_t)at[2] << 16;
	if (left >= 2)
		hash ^= (uint32_t)at[1] << 8;
	if (left >= 1)
		hash = (hash ^ at[0]) * MURMUR2_M;
	hash = (hash ^ hash >> 13) * MURMUR2_M;
	return hash ^ hash >> 15;
}

int32_t ll_partition_of(const void *key, size_t size, int32_t count)
{
	assert(count >= 1);
	return (int32_t)(ll_murmur2(key, size) & 0x7fffffff) % count;
}
