#include "identity/pseudonym.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/citizen.h"

#define SHA256_SIZE 32

/* A person and a household whose texts agree must not get the same key. */
#define DOMAIN_PERSON	 LL_STR("person:")
#define DOMAIN_HOUSEHOLD LL_STR("household:")

struct ll_pseudonyms {
	EVP_MAC *mac;
	EVP_MAC_CTX *context; /* HMAC with SHA-256 chosen; keyed anew for each pseudonym */
	size_t secret_size;
	unsigned char secret[LL_SECRET_MAX];
};

static int pseudonyms_open_mac(struct ll_pseudonyms *pseudonyms)
{
	char digest[] = "SHA256"; /* OSSL_PARAM wants it writable */
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	pseudonyms->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (!pseudonyms->mac)
		return -LL_ERR_FATAL;
	pseudonyms->context = EVP_MAC_CTX_new(pseudonyms->mac);
	if (!pseudonyms->context)
		return -LL_ERR_NO_MEMORY;
	return EVP_MAC_CTX_set_params(pseudonyms->context, params) ? 0 : -LL_ERR_FATAL;
}

int ll_pseudonyms_new(struct ll_str secret, struct ll_pseudonyms **ret_pseudonyms)
{
	struct ll_pseudonyms *pseudonyms;
	int err;

	if (secret.size < LL_SECRET_MIN || secret.size > LL_SECRET_MAX)
		return -LL_ERR_INVALID;
	pseudonyms = calloc(1, sizeof(*pseudonyms));
	if (!pseudonyms)
		return -LL_ERR_NO_MEMORY;
	memcpy(pseudonyms->secret, secret.data, secret.size);
	pseudonyms->secret_size = secret.size;
	err = pseudonyms_open_mac(pseudonyms);
	if (err) {
		ll_pseudonyms_free(pseudonyms);
		return err;
	}
	*ret_pseudonyms = pseudonyms;
	return 0;
}

void ll_pseudonyms_free(struct ll_pseudonyms *pseudonyms)
{
	if (!pseudonyms)
		return;
	EVP_MAC_CTX_free(pseudonyms->context); /* wipes its copy of the key */
	EVP_MAC_free(pseudonyms->mac);
	OPENSSL_cleanse(pseudonyms, sizeof(*pseudonyms));
	free(pseudonyms);
}

static int pseudonym_make(struct ll_pseudonyms *pseudonyms, struct ll_str domain,
			  struct ll_str text, struct ll_key *ret_key)
{
	EVP_MAC_CTX *context = pseudonyms->context;
	unsigned char digest[SHA256_SIZE];
	size_t size = 0;
	int err = -LL_ERR_FATAL;

	/*
	 * The key is given each time: with none, early releases of OpenSSL 3.0 go on from where
	 * the last computation ended.
	 */
	if (!EVP_MAC_init(context, pseudonyms->secret, pseudonyms->secret_size, NULL) ||
	    !EVP_MAC_update(context, (const unsigned char *)domain.data, domain.size) ||
	    !EVP_MAC_update(context, (const unsigned char *)text.data, text.size) ||
	    !EVP_MAC_final(context, digest, &size, sizeof(digest)) || size != sizeof(digest))
		goto done;
	memcpy(ret_key->bytes, digest, LL_KEY_SIZE);
	err = 0;
done:
	OPENSSL_cleanse(digest, sizeof(digest));
	return err;
}

int ll_pseudonym_person(struct ll_pseudonyms *pseudonyms, struct ll_str citizen_number,
			struct ll_key *ret_key)
{
	char number[LL_CITIZEN_SIZE + 1];
	int err = ll_citizen_normalise(citizen_number, number);

	if (err)
		return err;
	err = pseudonym_make(pseudonyms, DOMAIN_PERSON, (struct ll_str){number, LL_CITIZEN_SIZE},
			     ret_key);
	OPENSSL_cleanse(number, sizeof(number));
	return err;
}

int ll_pseudonym_household(struct ll_pseudonyms *pseudonyms, struct ll_str code,
			   struct ll_key *ret_key)
{
	struct ll_str trimmed = ll_str_trim(code);

	if (trimmed.size == 0)
		return -LL_ERR_MISSING;
	return pseudonym_make(pseudonyms, DOMAIN_HOUSEHOLD, trimmed, ret_key);
}
