/*
 * Any bytes as a whole message, header and all: the first byte picks the message. A header is taken
 * apart and put together to the same bytes; without one, or with one of a schema that nobody named,
 * nothing is decoded.
 *
 *   fuzz_wire -max_len=4096 tests/fuzz/corpus/wire
 */
#include <stdlib.h>

#include "codec/codec.h"
#include "codec/field.h"
#include "codec/wire.h"
#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

static void check_header(struct ll_bytes wire, uint64_t fingerprint, struct ll_bytes body)
{
	uint8_t header[LL_WIRE_HEADER_SIZE];

	ll_wire_header(fingerprint, header);
	must(memcmp(header, wire.data, sizeof(header)) == 0);
	must(body.size == wire.size - sizeof(header));
	must(body.size == 0 || body.data == wire.data + sizeof(header));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ll_codec *codec;
	struct ll_bytes wire;
	struct ll_bytes body = {NULL, 0};
	uint64_t fingerprint = 0;
	enum ll_message message;
	struct ll_arena arena;
	union sample value;
	bool has_header;
	int err;

	if (!codec)
		must(ll_codec_new(&codec, NULL) == 0);
	if (size == 0)
		return 0;
	message = (enum ll_message)(data[0] % LL_MESSAGE_COUNT);
	wire = (struct ll_bytes){data + 1, size - 1};
	has_header = ll_wire_split(wire, &fingerprint, &body);
	if (has_header)
		check_header(wire, fingerprint, body);
	ll_arena_init(&arena, 0);
	err = ll_codec_decode(codec, message, wire, &arena, &value);
	if (!has_header)
		must(err == -LL_ERR_UNDECODABLE || err == -LL_ERR_TOO_LARGE);
	else if (fingerprint != ll_codec_fingerprint(codec, message))
		must(err != 0 || ll_codec_check(message, &value) == 0);
	if (err)
		must(ll_err_class(err) == LL_CLASS_REJECT);
	else
		must(ll_codec_check(message, &value) == 0);
	ll_arena_release(&arena);
	return 0;
}
