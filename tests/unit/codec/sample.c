#include "sample.h"

#include "base/date.h"

uint64_t sample_next(struct sample_random *random)
{
	uint64_t z;

	if (random->feed.size >= sizeof(z)) {
		memcpy(&z, random->feed.data, sizeof(z));
		random->feed.data += sizeof(z);
		random->feed.size -= sizeof(z);
		return z;
	}
	/* splitmix64 */
	z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* So that a fuzzer's byte decides one thing, and the next byte another. */
static bool feed(struct sample_random *random, uint64_t below, uint64_t *ret_number)
{
	size_t size = below <= 256 ? 1 : 2;

	if (random->feed.size < size)
		return false;
	*ret_number = random->feed.data[0];
	if (size == 2)
		*ret_number |= (uint64_t)random->feed.data[1] << 8;
	random->feed.data += size;
	random->feed.size -= size;
	*ret_number %= below;
	return true;
}

uint64_t sample_below(struct sample_random *random, uint64_t below)
{
	uint64_t number;

	if (feed(random, below, &number))
		return number;
	return sample_next(random) % below;
}

/* Bounds and small numbers more often than their share. */
static int64_t random_number(struct sample_random *random, const struct ll_field *field)
{
	uint64_t span = (uint64_t)field->max - (uint64_t)field->min;
	uint64_t above = sample_next(random);

	switch (sample_below(random, 8)) {
	case 0:
		return field->min;
	case 1:
		return field->max;
	case 2:
		if (field->or_none)
			return LL_DAY_NONE;
		break;
	case 3:
	case 4:
		above %= 1000;
		break;
	default:
		break;
	}
	if (span != UINT64_MAX)
		above %= span + 1;
	return (int64_t)((uint64_t)field->min + above);
}

static struct ll_str random_text(struct sample_random *random, const struct ll_field *field)
{
	static const char *const pieces[] = {"a",  "Z",	   "7", "-",	"\"",
					     "\n", "农户", "é", "\x7f", "𠮷"};
	size_t limit = (size_t)field->max > 300 ? 300 : (size_t)field->max;
	size_t want = sample_below(random, 4) == 0 ? limit : sample_below(random, 20);
	char *text = ll_arena_alloc(random->arena, limit + 1);
	size_t size = 0;

	while (size < (size_t)field->min || size < want) {
		const char *piece =
			pieces[sample_below(random, sizeof(pieces) / sizeof(pieces[0]))];

		if (size + strlen(piece) > limit)
			piece = "x";
		if (size + strlen(piece) > limit)
			break;
		memcpy(text + size, piece, strlen(piece));
		size += strlen(piece);
	}
	return (struct ll_str){text, size};
}

static struct ll_str random_area(struct sample_random *random, const struct ll_field *field)
{
	static const int sizes[] = {0, 2, 4, 6, 9, 12};
	char *text = ll_arena_alloc(random->arena, 12);
	int size;

	do
		size = sizes[sample_below(random, 6)];
	while (size < field->min || size > field->max);
	for (int i = 0; i < size; i++)
		text[i] = (char)('0' + sample_below(random, 10));
	return (struct ll_str){text, (size_t)size};
}

static struct ll_bytes random_bytes(struct sample_random *random, const struct ll_field *field)
{
	size_t size = (size_t)field->min + sample_below(random, 200);
	uint8_t *data = ll_arena_alloc(random->arena, size);

	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)sample_next(random);
	return (struct ll_bytes){data, size};
}

static void fill_array(struct sample_random *random, const struct ll_field *field, uint8_t *value)
{
	size_t count = sample_below(random, 4) == 0 ? (size_t)field->max : sample_below(random, 4);
	uint8_t *items = ll_arena_calloc(random->arena, count, field->record->size);

	for (size_t i = 0; i < count; i++)
		sample_fill_record(random, field->record, items + i * field->record->size);
	memcpy(value + field->offset, &items, sizeof(items));
	memcpy(value + field->count_offset, &count, sizeof(count));
}

static void fill_union(struct sample_random *random, const struct ll_field_union *choice,
		       uint8_t *at)
{
	const struct ll_field_branch *branch =
		&choice->branches[sample_below(random, (uint64_t)choice->count)];

	/* A subject's record is the struct with the tag in it, so the tag comes last. */
	sample_fill_record(random, branch->record, at + branch->offset);
	memcpy(at + choice->tag_offset, &branch->tag, sizeof(branch->tag));
}

static void fill_field(struct sample_random *random, const struct ll_field *field, uint8_t *value)
{
	uint8_t *at = value + field->offset;
	int64_t number = random_number(random, field);
	int32_t narrow = (int32_t)number;

	switch (field->type) {
	case LL_FIELD_BOOL:
		*(bool *)at = sample_below(random, 2) == 1;
		break;
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
		memcpy(at, &narrow, sizeof(narrow));
		break;
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(at, &number, sizeof(number));
		break;
	case LL_FIELD_MAYBE:
		if (sample_below(random, 2) == 1)
			*(struct ll_maybe *)(void *)at = (struct ll_maybe){true, number};
		break;
	case LL_FIELD_ENUM:
		narrow = (int32_t)sample_below(random, (uint64_t)field->enumeration->count);
		memcpy(at, &narrow, sizeof(narrow));
		break;
	case LL_FIELD_STR:
		*(struct ll_str *)(void *)at = random_text(random, field);
		break;
	case LL_FIELD_AREA:
		*(struct ll_str *)(void *)at = random_area(random, field);
		break;
	case LL_FIELD_BYTES:
		*(struct ll_bytes *)(void *)at = random_bytes(random, field);
		break;
	case LL_FIELD_KEY:
		for (int i = 0; i < LL_KEY_SIZE; i++)
			at[i] = (uint8_t)(1 + sample_below(random, 255));
		break;
	case LL_FIELD_RECORD:
		sample_fill_record(random, field->record, at);
		break;
	case LL_FIELD_ARRAY:
		fill_array(random, field, value);
		break;
	case LL_FIELD_UNION:
		fill_union(random, field->choice, at);
		break;
	}
}

void sample_fill_record(struct sample_random *random, const struct ll_field_record *record,
			void *value)
{
	do {
		memset(value, 0, record->size);
		for (uint32_t i = 0; i < record->field_count; i++)
			fill_field(random, &record->fields[i], value);
	} while (record->check && record->check(value) < 0);
}

void sample_fill(struct sample_random *random, enum ll_message message, union sample *ret_sample)
{
	sample_fill_record(random, ll_field_record_of(message), ret_sample);
}

static bool same_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
	return a_size == b_size && (a_size == 0 || memcmp(a, b, a_size) == 0);
}

static bool same_array(const struct ll_field *field, const uint8_t *a, const uint8_t *b)
{
	const uint8_t *items[2];
	size_t count[2];

	memcpy(&items[0], a + field->offset, sizeof(items[0]));
	memcpy(&items[1], b + field->offset, sizeof(items[1]));
	memcpy(&count[0], a + field->count_offset, sizeof(count[0]));
	memcpy(&count[1], b + field->count_offset, sizeof(count[1]));
	if (count[0] != count[1])
		return false;
	for (size_t i = 0; i < count[0]; i++) {
		size_t at = i * field->record->size;

		if (!sample_equal(field->record, items[0] + at, items[1] + at))
			return false;
	}
	return true;
}

static bool same_field(const struct ll_field *field, const uint8_t *a, const uint8_t *b)
{
	const void *at = a + field->offset;
	const void *bt = b + field->offset;
	const struct ll_maybe *maybe[2] = {at, bt};
	const struct ll_str *text[2] = {at, bt};
	const struct ll_bytes *bytes[2] = {at, bt};
	const struct ll_field_branch *branch;

	switch (field->type) {
	case LL_FIELD_BOOL:
		return *(const bool *)at == *(const bool *)bt;
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
	case LL_FIELD_ENUM:
		return ll_field_load_int(at) == ll_field_load_int(bt);
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		return memcmp(at, bt, sizeof(int64_t)) == 0;
	case LL_FIELD_MAYBE:
		return maybe[0]->known == maybe[1]->known &&
		       (!maybe[0]->known || maybe[0]->value == maybe[1]->value);
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
		return same_bytes(text[0]->data, text[0]->size, text[1]->data, text[1]->size);
	case LL_FIELD_BYTES:
		return same_bytes(bytes[0]->data, bytes[0]->size, bytes[1]->data, bytes[1]->size);
	case LL_FIELD_KEY:
		return memcmp(at, bt, LL_KEY_SIZE) == 0;
	case LL_FIELD_RECORD:
		return sample_equal(field->record, at, bt);
	case LL_FIELD_ARRAY:
		return same_array(field, a, b);
	case LL_FIELD_UNION:
		branch = ll_field_union_branch(field->choice, at);
		return branch && branch == ll_field_union_branch(field->choice, bt) &&
		       sample_equal(branch->record, (const uint8_t *)at + branch->offset,
				    (const uint8_t *)bt + branch->offset);
	}
	return false;
}

bool sample_equal(const struct ll_field_record *record, const void *a, const void *b)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (!same_field(&record->fields[i], a, b))
			return false;
	return true;
}

static int encode_text(const void *at, struct ll_buf *out)
{
	const struct ll_bytes *bytes = at;
	int r = ll_buf_append_long(out, (int64_t)bytes->size);

	return r < 0 || bytes->size == 0 ? r : ll_buf_append(out, bytes->data, bytes->size);
}

static int encode_maybe(const struct ll_maybe *maybe, struct ll_buf *out)
{
	int r = ll_buf_append_long(out, maybe->known ? 1 : 0);

	return r < 0 || !maybe->known ? r : ll_buf_append_long(out, maybe->value);
}

/* An item a block, every second with its size: all that is allowed and our encoder never does. */
static int encode_array(const struct ll_field *field, const uint8_t *value, struct ll_buf *out)
{
	const uint8_t *items;
	struct ll_buf item;
	size_t count;
	int r = 0;

	memcpy(&items, value + field->offset, sizeof(items));
	memcpy(&count, value + field->count_offset, sizeof(count));
	ll_buf_init(&item);
	for (size_t i = 0; r == 0 && i < count; i++) {
		ll_buf_clear(&item);
		r = sample_encode(field->record, items + i * field->record->size, &item);
		if (r == 0)
			r = ll_buf_append_long(out, i % 2 ? -1 : 1);
		if (r == 0 && i % 2)
			r = ll_buf_append_long(out, (int64_t)item.size);
		if (r == 0)
			r = ll_buf_append(out, item.data, item.size);
	}
	ll_buf_release(&item);
	return r < 0 ? r : ll_buf_append_long(out, 0);
}

static int encode_union(const struct ll_field *field, const uint8_t *at, struct ll_buf *out)
{
	const struct ll_field_branch *branch = ll_field_union_branch(field->choice, at);
	int r = ll_buf_append_long(out, branch->tag);

	return r < 0 ? r : sample_encode(branch->record, at + branch->offset, out);
}

static int encode_field(const struct ll_field *field, const uint8_t *value, struct ll_buf *out)
{
	const uint8_t *at = value + field->offset;
	int64_t number;

	switch (field->type) {
	case LL_FIELD_BOOL:
		return ll_buf_append(out, *(const bool *)at ? "\1" : "\0", 1);
	case LL_FIELD_INT:
	case LL_FIELD_DAY:
	case LL_FIELD_ENUM:
		return ll_buf_append_long(out, ll_field_load_int(at));
	case LL_FIELD_LONG:
	case LL_FIELD_INSTANT:
		memcpy(&number, at, sizeof(number));
		return ll_buf_append_long(out, number);
	case LL_FIELD_MAYBE:
		return encode_maybe((const void *)at, out);
	case LL_FIELD_STR:
	case LL_FIELD_AREA:
	case LL_FIELD_BYTES:
		return encode_text(at, out);
	case LL_FIELD_KEY:
		return ll_buf_append(out, at, LL_KEY_SIZE);
	case LL_FIELD_RECORD:
		return sample_encode(field->record, at, out);
	case LL_FIELD_ARRAY:
		return encode_array(field, value, out);
	case LL_FIELD_UNION:
		return encode_union(field, at, out);
	}
	return -LL_ERR_INVALID;
}

int sample_encode(const struct ll_field_record *record, const void *value, struct ll_buf *out)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < record->field_count; i++)
		r = encode_field(&record->fields[i], value, out);
	return r;
}
