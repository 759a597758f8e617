/*
 * Any bytes as NDJSON: every row has a place and either values of valid UTF-8 or a problem.
 *
 *   fuzz_ndjson -max_len=4096 tests/fuzz/corpus/ndjson
 */
#include <assert.h>

#include "publish/ndjson_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ll_wanted_column wanted[] = {{{"id", 2}, false}, {{"p.n", 3}, false}};
	struct ll_file_window window;
	struct ll_ndjson_rows *rows;
	struct ll_row row;
	int64_t line = 0;
	int err;

	assert(ll_file_window_init_memory(&window, (struct ll_bytes){data, size},
					  LL_NDJSON_WINDOW) == 0);
	assert(ll_ndjson_rows_new(&window, LL_CHARSET_UTF8, wanted, 2, &rows, NULL) == 0);
	while ((err = ll_ndjson_rows_next(rows, &row)) == 0) {
		assert(row.line > line);
		line = row.line;
		if (row.problem.err) {
			assert(ll_err_class(row.problem.err) == LL_CLASS_REJECT);
			assert(row.raw.size <= LL_ROW_RAW_MAX);
			continue;
		}
		for (int i = 0; i < 2; i++)
			assert(!row.values[i].data || ll_str_is_utf8(row.values[i]));
	}
	assert(err == -LL_ERR_NOT_FOUND);
	ll_ndjson_rows_free(rows);
	ll_file_window_release(&window);
	return 0;
}
