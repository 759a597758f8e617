#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "identity/pseudonym.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static struct ll_pseudonyms *pseudonyms_of(const char *secret)
{
	struct ll_pseudonyms *pseudonyms = NULL;

	assert_int_equal(ll_pseudonyms_new(ll_str_from(secret), &pseudonyms), 0);
	return pseudonyms;
}

static void assert_key_hex(const struct ll_key *key, const char *expected)
{
	char hex[LL_KEY_HEX_SIZE];

	ll_key_to_hex(key, hex);
	assert_string_equal(hex, expected);
}

/* Computed with another library. Every key in a deployment's topics depends on it. */
static void test_known_pseudonyms(void **state)
{
	struct ll_pseudonyms *pseudonyms = pseudonyms_of(SECRET);
	struct ll_key key;

	(void)state;
	assert_int_equal(ll_pseudonym_person(pseudonyms, LL_STR(" 11010519491231002x\n"), &key), 0);
	assert_key_hex(&key, "1c7da06db91b4eff08922e6ce9448f68");
	assert_int_equal(ll_pseudonym_household(pseudonyms, LL_STR("\t360502001001-17 "), &key), 0);
	assert_key_hex(&key, "1934da63b04d496ddf93bd3adae6538e");
	ll_pseudonyms_free(pseudonyms);
}

/* Against OpenSSL's one-shot HMAC, over all sizes of secret, with one object used many times. */
static void test_agrees_with_one_shot_hmac(void **state)
{
	char secret[LL_SECRET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (char)(i * 31 + 7);
	for (size_t size = LL_SECRET_MIN; size <= LL_SECRET_MAX; size += 16) {
		struct ll_pseudonyms *pseudonyms = NULL;

		assert_int_equal(ll_pseudonyms_new((struct ll_str){secret, size}, &pseudonyms), 0);
		for (int i = 0; i < 5; i++) {
			unsigned char expected[EVP_MAX_MD_SIZE];
			unsigned int expected_size = 0;
			char message[64];
			struct ll_key key;
			int length = snprintf(message, sizeof(message), "household:H%d", i);

			assert_non_null(HMAC(EVP_sha256(), secret, (int)size,
					     (unsigned char *)message, (size_t)length, expected,
					     &expected_size));
			assert_int_equal(expected_size, 32);
			assert_int_equal(ll_pseudonym_household(
						 pseudonyms,
						 ll_str_from(message + sizeof("household:") - 1),
						 &key),
					 0);
			assert_memory_equal(key.bytes, expected, LL_KEY_SIZE);
		}
		ll_pseudonyms_free(pseudonyms);
	}
}

static void test_domains_and_secrets_differ(void **state)
{
	struct ll_pseudonyms *one = pseudonyms_of(SECRET);
	struct ll_pseudonyms *other = pseudonyms_of("another secret of 30 characters");
	struct ll_key person, household, elsewhere;

	(void)state;
	assert_int_equal(ll_pseudonym_person(one, LL_STR("440524188001010014"), &person), 0);
	assert_int_equal(ll_pseudonym_household(one, LL_STR("440524188001010014"), &household), 0);
	assert_int_equal(ll_pseudonym_person(other, LL_STR("440524188001010014"), &elsewhere), 0);
	assert_false(ll_key_equal(&person, &household));
	assert_false(ll_key_equal(&person, &elsewhere));
	ll_pseudonyms_free(one);
	ll_pseudonyms_free(other);
}

static void test_refusals(void **state)
{
	struct ll_pseudonyms *pseudonyms = NULL;
	struct ll_key key = {{42}};
	char secret[LL_SECRET_MAX + 1] = {0};

	(void)state;
	assert_int_equal(ll_pseudonyms_new((struct ll_str){secret, LL_SECRET_MIN - 1}, &pseudonyms),
			 -LL_ERR_INVALID);
	assert_int_equal(ll_pseudonyms_new((struct ll_str){secret, LL_SECRET_MAX + 1}, &pseudonyms),
			 -LL_ERR_INVALID);
	assert_null(pseudonyms);
	ll_pseudonyms_free(NULL);

	pseudonyms = pseudonyms_of(SECRET);
	assert_int_equal(ll_pseudonym_person(pseudonyms, LL_STR("110105194912310021"), &key),
			 -LL_ERR_BAD_CITIZEN_NUMBER);
	assert_int_equal(ll_pseudonym_household(pseudonyms, LL_STR(" \t"), &key), -LL_ERR_MISSING);
	assert_int_equal(key.bytes[0], 42);
	/* and goes on working */
	assert_int_equal(ll_pseudonym_household(pseudonyms, LL_STR("360502001001-17"), &key), 0);
	assert_key_hex(&key, "1934da63b04d496ddf93bd3adae6538e");
	ll_pseudonyms_free(pseudonyms);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_pseudonyms),
		cmocka_unit_test(test_agrees_with_one_shot_hmac),
		cmocka_unit_test(test_domains_and_secrets_differ),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
