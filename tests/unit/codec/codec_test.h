/* What every test of the codec includes, and the few steps that all of them take. */
#ifndef LL_TEST_CODEC_TEST_H
#define LL_TEST_CODEC_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "sample.h"

#define RANDOM_ROUNDS 300

/* cmocka's state of every group is a codec. */
static inline int codec_setup(void **state)
{
	struct ll_error error = {0};
	struct ll_codec *codec = NULL;

	if (ll_codec_new(&codec, &error) < 0) {
		print_error("%s\n", error.message);
		return -1;
	}
	*state = codec;
	return 0;
}

static inline int codec_teardown(void **state)
{
	ll_codec_free(*state);
	return 0;
}

#endif
