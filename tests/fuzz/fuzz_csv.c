/*
 * Any bytes as the rows of a CSV file with two columns: every row has a place and either two values
 * of valid UTF-8 or a problem. Where libcsv, strict, reads the bytes as a whole, it found the same
 * rows. The first byte chooses delimiter and charset.
 *
 *   fuzz_csv -max_len=4096 tests/fuzz/corpus/csv
 */
#include <assert.h>
#include <csv.h>
#include <stdlib.h>

#include "codec/field.h"
#include "publish/csv_rows.h"

#define HEADER_SIZE 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two-field rows that libcsv found, as size, bytes, size, bytes. */
struct oracle {
	struct ll_buf rows;
	struct ll_buf row;
	int fields;
	bool text; /* all of the row is UTF-8 */
};

static void put(struct ll_buf *buf, struct ll_str text)
{
	assert(ll_buf_append_long(buf, (int64_t)text.size) == 0);
	assert(text.size == 0 || ll_buf_append(buf, text.data, text.size) == 0);
}

static void oracle_field(void *field, size_t size, void *context)
{
	struct oracle *oracle = context;
	struct ll_str text = {size ? field : "", size};

	oracle->fields++;
	oracle->text = oracle->text && ll_str_is_utf8(text);
	put(&oracle->row, text);
}

static void oracle_row(int end, void *context)
{
	struct oracle *oracle = context;

	(void)end;
	if (oracle->fields == 2 && oracle->text)
		assert(ll_buf_append(&oracle->rows, oracle->row.data, oracle->row.size) == 0);
	oracle->fields = 0;
	oracle->text = true;
	ll_buf_clear(&oracle->row);
}

static int never(unsigned char byte)
{
	(void)byte;
	return 0;
}

static int is_newline(unsigned char byte)
{
	return byte == '\n';
}

/* False: libcsv does not take the bytes as a whole, or sees carriage returns otherwise than we do. */
static bool oracle_run(struct oracle *oracle, char delimiter, const uint8_t *data, size_t size)
{
	struct csv_parser parser;
	bool whole;

	if (size > 0 && memchr(data, '\r', size))
		return false;
	assert(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
	csv_set_delim(&parser, (unsigned char)delimiter);
	csv_set_space_func(&parser, never);
	csv_set_term_func(&parser, is_newline);
	whole = csv_parse(&parser, data, size, oracle_field, oracle_row, oracle) == size &&
		csv_fini(&parser, oracle_field, oracle_row, oracle) == 0;
	csv_free(&parser);
	return whole;
}

static void check_row(const struct ll_row *row, int64_t *line, struct ll_buf *found)
{
	assert(row->line > *line);
	*line = row->line;
	if (row->problem.err) {
		assert(ll_err_class(row->problem.err) == LL_CLASS_REJECT);
		assert(row->raw.size <= LL_ROW_RAW_MAX);
		return;
	}
	for (int i = 0; i < 2; i++) {
		assert(row->values[i].data && ll_str_is_utf8(row->values[i]));
		put(found, row->values[i]);
	}
}

static void run(const struct ll_csv_dialect *dialect, struct ll_bytes bytes, struct ll_buf *found)
{
	static const struct ll_wanted_column wanted[] = {{{"a", 1}, false}, {{"b", 1}, false}};
	struct ll_file_window window;
	struct ll_csv_rows *rows;
	struct ll_row row;
	int64_t line = 1;
	int err;

	assert(ll_file_window_init_memory(&window, bytes, LL_CSV_WINDOW) == 0);
	assert(ll_csv_rows_new(&window, dialect, wanted, 2, &rows, NULL) == 0);
	while ((err = ll_csv_rows_next(rows, &row)) == 0)
		check_row(&row, &line, found);
	assert(err == -LL_ERR_NOT_FOUND);
	ll_csv_rows_free(rows);
	ll_file_window_release(&window);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = ",;\t|";
	struct ll_csv_dialect dialect;
	struct oracle oracle = {.text = true};
	struct ll_buf text, found;

	if (size == 0)
		return 0;
	dialect.delimiter = delimiters[data[0] & 3];
	dialect.charset =
		data[0] & 4 && dialect.delimiter != '|' ? LL_CHARSET_GB18030 : LL_CHARSET_UTF8;
	ll_buf_init(&text);
	ll_buf_init(&found);
	ll_buf_init(&oracle.rows);
	ll_buf_init(&oracle.row);
	assert(ll_buf_append_format(&text, "a%cb\n", dialect.delimiter) == 0);
	assert(text.size == HEADER_SIZE);
	assert(ll_buf_append(&text, data + 1, size - 1) == 0);
	run(&dialect, ll_buf_bytes(&text), &found);
	if (dialect.charset == LL_CHARSET_UTF8 &&
	    oracle_run(&oracle, dialect.delimiter, data + 1, size - 1)) {
		assert(found.size == oracle.rows.size);
		assert(found.size == 0 || memcmp(found.data, oracle.rows.data, found.size) == 0);
	}
	ll_buf_release(&oracle.row);
	ll_buf_release(&oracle.rows);
	ll_buf_release(&found);
	ll_buf_release(&text);
	return 0;
}
