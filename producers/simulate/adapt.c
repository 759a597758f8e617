#include "adapt.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/citizen.h"
#include "base/date.h"
#include "producers/publish/csv_rows.h"

#define NUMBER_TEXT_MAX 64
#define DOLLARS_MAX	1e9

struct data_set {
	const char *name;
	struct ll_wanted_column column; /* of the number that is used */
	const char *header;
	double (*dollars)(double value);
	const char *tail; /* cells behind the amount */
};

/* Total cost of the year. */
static double same(double value)
{
	return value;
}

/* A log of the weekly wage. */
static double monthly_wage(double value)
{
	return exp(value) * LL_ADAPT_WEEKS;
}

static const struct data_set sets[LL_DATA_SET_COUNT] = {
	[LL_SET_MEDEXP] = {"medexp",
			   {.name = {"med", 3}},
			   "id,citizen_number,settled_on,total_dollars,reimbursed_dollars",
			   same,
			   ",0"},
	[LL_SET_UNEMPDUR] = {"unempdur",
			     {.name = {"logwage", 7}},
			     "id,citizen_number,lost_on,monthly_wage_dollars",
			     monthly_wage,
			     ""},
};

int ll_data_set_by_name(struct ll_str name)
{
	for (int i = 0; i < LL_DATA_SET_COUNT; i++)
		if (ll_str_equal(name, ll_str_from(sets[i].name)))
			return i;
	return -1;
}

static int bad_row(struct ll_error *error, const char *what, const struct ll_row *row,
		   const char *story)
{
	return ll_error_set_at(error, -LL_ERR_INVALID, (int)row->line, 0, "%s: %s", what, story);
}

/* The next row; -LL_ERR_NOT_FOUND after the last, without a story. */
static int next_row(struct ll_csv_rows *rows, const char *what, struct ll_row *row,
		    struct ll_error *error)
{
	int err = ll_csv_rows_next(rows, row);

	if (err)
		return err;
	if (row->problem.err)
		return bad_row(error, what, row,
			       row->problem.text ? row->problem.text
						 : ll_err_text(row->problem.err));
	return 0;
}

static int read_number(struct ll_str text, double *ret_value)
{
	char copy[NUMBER_TEXT_MAX];
	double value;
	char *end;

	text = ll_str_trim(text);
	if (text.size == 0 || text.size >= sizeof(copy))
		return -LL_ERR_BAD_NUMBER;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	errno = 0;
	value = strtod(copy, &end);
	if (*end || errno || !isfinite(value))
		return -LL_ERR_BAD_NUMBER;
	*ret_value = value;
	return 0;
}

static int write_row(const struct ll_adapt_options *options, int64_t number,
		     const char *citizen_number, const struct ll_row *row, FILE *out,
		     struct ll_error *error)
{
	const struct data_set *set = &sets[options->set];
	char day[LL_DAY_TEXT_MAX];
	double value, dollars;

	if (read_number(row->values[0], &value))
		return bad_row(error, set->name, row, "the column holds no number");
	dollars = set->dollars(value);
	if (!(dollars >= 0 && dollars < DOLLARS_MAX))
		return bad_row(error, set->name, row, "the number is out of range");
	ll_day_format(options->from + (int32_t)((number - 1) % options->days), day);
	fprintf(out, "%s-%lld,%s,%s,%.2f%s\n", set->name, (long long)number, citizen_number, day,
		dollars, set->tail);
	return 0;
}

static int write_rows(const struct ll_adapt_options *options, struct ll_csv_rows *people,
		      struct ll_csv_rows *data, FILE *out, int64_t *ret_rows,
		      struct ll_error *error)
{
	char citizen_number[LL_CITIZEN_SIZE + 1];
	struct ll_row person, row;
	int64_t count = 0;
	int err;

	fprintf(out, "%s\n", sets[options->set].header);
	while ((err = next_row(data, sets[options->set].name, &row, error)) == 0) {
		err = next_row(people, "people", &person, error);
		if (err == -LL_ERR_NOT_FOUND)
			return ll_error_set(error, err,
					    "the registry has %lld people, the data set more rows: "
					    "give a larger registry",
					    (long long)count);
		if (err)
			return err;
		if (ll_citizen_normalise(person.values[0], citizen_number))
			return bad_row(error, "people", &person, "no valid citizen number");
		err = write_row(options, ++count, citizen_number, &row, out, error);
		if (err)
			return err;
		if (options->progress)
			options->progress(options->context, count);
	}
	if (err != -LL_ERR_NOT_FOUND)
		return err;
	if (fflush(out) != 0 || ferror(out))
		return ll_error_set(error, -LL_ERR_IO, "the output cannot be written");
	*ret_rows = count;
	return 0;
}

int ll_adapt(const struct ll_adapt_options *options, struct ll_file_window *people,
	     struct ll_file_window *data, FILE *out, int64_t *ret_rows, struct ll_error *error)
{
	static const struct ll_csv_dialect dialect = {.delimiter = ','};
	static const struct ll_wanted_column citizen_number = {.name = {"citizen_number", 14}};
	struct ll_csv_rows *people_rows = NULL, *data_rows = NULL;
	int err;

	err = ll_csv_rows_new(people, &dialect, &citizen_number, 1, &people_rows, error);
	if (!err)
		err = ll_csv_rows_new(data, &dialect, &sets[options->set].column, 1, &data_rows,
				      error);
	if (!err)
		err = write_rows(options, people_rows, data_rows, out, ret_rows, error);
	ll_csv_rows_free(people_rows);
	ll_csv_rows_free(data_rows);
	return err;
}
