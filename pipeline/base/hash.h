/*
 * Hashes. All are pure functions of their bytes, the same on every machine.
 */
#ifndef LL_BASE_HASH_H
#define LL_BASE_HASH_H

#include "bytes.h"

/* 64 bits, fast, well mixed; for tables and for ids within one household. Not keyed, not
 * cryptographic. */
uint64_t ll_hash64(const void *data, size_t size, uint64_t seed);
/* Two of them with different seeds: ids that must not meet by chance. */
void ll_hash128(const void *data, size_t size, struct ll_key *ret_hash);
/* The id of a fact: hash of source and event_id, with their boundary. Never 0. */
uint64_t ll_fact_id(struct ll_str source, struct ll_str event_id);

/* CRC-64-AVRO, Avro's own Rabin fingerprint (Avro specification, "Schema Fingerprints"). */
#define LL_CRC64_AVRO_EMPTY 0xc15d213aa4d7a795ULL
uint64_t ll_crc64_avro(const void *data, size_t size);

/* Murmur2 as Java's Kafka client has it, and the partition it gives a key. count at least 1. */
uint32_t ll_murmur2(const void *data, size_t size);
int32_t ll_partition_of(const void *key, size_t size, int32_t count);

#endif
