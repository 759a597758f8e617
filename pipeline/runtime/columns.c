#include "runtime/columns.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"

#define COLUMNS_GAP 2 /* spaces between columns */

struct range {
	uint32_t first;
	uint32_t last;
};

/* Unicode's EastAsianWidth.txt, classes W and F, in blocks; ascending. */
static const struct range wide_ranges[] = {
	{0x1100, 0x115f},   {0x231a, 0x231b},	{0x2329, 0x232a},   {0x23e9, 0x23ec},
	{0x25fd, 0x25fe},   {0x2614, 0x2615},	{0x2648, 0x2653},   {0x26aa, 0x26ab},
	{0x26bd, 0x26be},   {0x2705, 0x2705},	{0x270a, 0x270b},   {0x274c, 0x274c},
	{0x2753, 0x2755},   {0x2795, 0x2797},	{0x2b1b, 0x2b1c},   {0x2e80, 0x303e},
	{0x3041, 0x33ff},   {0x3400, 0x4dbf},	{0x4e00, 0x9fff},   {0xa000, 0xa4cf},
	{0xa960, 0xa97f},   {0xac00, 0xd7a3},	{0xf900, 0xfaff},   {0xfe10, 0xfe19},
	{0xfe30, 0xfe6f},   {0xff01, 0xff60},	{0xffe0, 0xffe6},   {0x16fe0, 0x18cff},
	{0x1b000, 0x1b2ff}, {0x1f200, 0x1f2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
	{0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

/* Marks that stand on the character before them, joiners and variation selectors; ascending. */
static const struct range zero_ranges[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
	{0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
	{0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count && ranges[i].first <= code; i++)
		if (code <= ranges[i].last)
			return true;
	return false;
}

static size_t code_width(uint32_t code)
{
	if (in_ranges(code, zero_ranges, sizeof(zero_ranges) / sizeof(zero_ranges[0])))
		return 0;
	if (in_ranges(code, wide_ranges, sizeof(wide_ranges) / sizeof(wide_ranges[0])))
		return 2;
	return 1;
}

/* Takes one character off the front; a byte that starts none is taken alone, as U+FFFD. */
static uint32_t take_code(struct ll_str *text)
{
	const unsigned char *at = (const unsigned char *)text->data;
	size_t size = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc0 ? 2 : 1;
	uint32_t code = at[0];

	if (size > text->size || !ll_str_is_utf8((struct ll_str){text->data, size})) {
		size = 1;
		code = at[0] < 0x80 ? at[0] : 0xfffd;
	} else if (size > 1) {
		code = at[0] & (0xffu >> (size + 1));
		for (size_t i = 1; i < size; i++)
			code = code << 6 | (at[i] & 0x3f);
	}
	text->data += size;
	text->size -= size;
	return code;
}

size_t ll_text_width(struct ll_str text)
{
	size_t width = 0;

	while (text.size > 0)
		width += code_width(take_code(&text));
	return width;
}

struct ll_columns {
	const struct ll_column *described;
	size_t column_count;
	size_t row_count;
	size_t widths[LL_COLUMNS_MAX];
	struct ll_buf cells; /* every cell with its NUL, row after row */
};

int ll_columns_new(const struct ll_column *described, struct ll_columns **ret_columns)
{
	struct ll_columns *columns = calloc(1, sizeof(*columns));

	if (!columns)
		return -LL_ERR_NO_MEMORY;
	columns->described = described;
	for (; described[columns->column_count].heading; columns->column_count++) {
		size_t i = columns->column_count;

		assert(i < LL_COLUMNS_MAX);
		columns->widths[i] = ll_text_width(ll_str_from(described[i].heading));
	}
	ll_buf_init(&columns->cells);
	*ret_columns = columns;
	return 0;
}

void ll_columns_free(struct ll_columns *columns)
{
	if (!columns)
		return;
	ll_buf_release(&columns->cells);
	free(columns);
}

int ll_text_append_harmless(struct ll_buf *out, struct ll_str text)
{
	int err = 0;

	while (text.size > 0 && !err) {
		const char *start = text.data;
		uint32_t code = take_code(&text);

		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			err = ll_buf_append(out, "?", 1);
		else
			err = ll_buf_append(out, start, (size_t)(text.data - start));
	}
	return err;
}

int ll_columns_add(struct ll_columns *columns, const char *const *cells)
{
	size_t before = columns->cells.size;

	for (size_t i = 0; i < columns->column_count; i++) {
		size_t start = columns->cells.size;
		int err = ll_text_append_harmless(&columns->cells,
						  ll_str_from(cells[i] ? cells[i] : ""));

		if (!err)
			err = ll_buf_append(&columns->cells, "", 1);
		if (err) {
			columns->cells.size = before; /* no half row */
			return err;
		}
		size_t width =
			ll_text_width(ll_str_from((const char *)columns->cells.data + start));

		if (width > columns->widths[i])
			columns->widths[i] = width;
	}
	columns->row_count++;
	return 0;
}

size_t ll_columns_row_count(const struct ll_columns *columns)
{
	return columns->row_count;
}

static int append_spaces(struct ll_buf *out, size_t count)
{
	int err = ll_buf_reserve(out, count);

	for (; count > 0 && !err; count--)
		err = ll_buf_append(out, " ", 1);
	return err;
}

static int append_cell(const struct ll_columns *columns, size_t column, const char *text,
		       struct ll_buf *out)
{
	size_t padding = columns->widths[column] - ll_text_width(ll_str_from(text));
	bool last = column + 1 == columns->column_count;
	int err = 0;

	if (columns->described[column].right)
		err = append_spaces(out, padding);
	if (!err)
		err = ll_buf_append_str(out, text);
	if (!err && !last)
		err = append_spaces(out,
				    (columns->described[column].right ? 0 : padding) + COLUMNS_GAP);
	while (!err && last && out->size > 0 && out->data[out->size - 1] == ' ')
		out->size--;
	if (!err && last)
		err = ll_buf_append(out, "\n", 1);
	return err;
}

int ll_columns_render(const struct ll_columns *columns, struct ll_buf *out)
{
	const char *cell = (const char *)columns->cells.data;
	int err = 0;

	for (size_t i = 0; i < columns->column_count && !err; i++)
		err = append_cell(columns, i, columns->described[i].heading, out);
	for (size_t row = 0; row < columns->row_count && !err; row++)
		for (size_t i = 0; i < columns->column_count && !err; i++) {
			err = append_cell(columns, i, cell, out);
			cell += strlen(cell) + 1;
		}
	return err;
}

int ll_columns_print(const struct ll_columns *columns, FILE *stream)
{
	struct ll_buf out;
	int err;

	ll_buf_init(&out);
	err = ll_columns_render(columns, &out);
	if (!err && (fwrite(out.data, 1, out.size, stream) != out.size || fflush(stream)))
		err = -LL_ERR_IO;
	ll_buf_release(&out);
	return err;
}
