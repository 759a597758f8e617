/*
 * A row of households.csv:
 *
 *   household_code,area,category,dibao,exclusion_marks,recorded_income,income_year,address,dissolved
 *
 * area: 12-digit village of a configured county; category: ordinary or ex_poor; dibao, dissolved:
 * yes or no; exclusion_marks: commercial_flat, car, company, public_employee, with ';' between;
 * recorded_income: yuan, empty where nobody knows it; income_year: its year. The last five may be
 * empty, and their columns missing.
 */
#ifndef LL_REGISTRY_HOUSEHOLD_ROW_H
#define LL_REGISTRY_HOUSEHOLD_ROW_H

#include "core/event.h"
#include "identity/pseudonym.h"
#include "publish/row.h"

#define LL_REGISTRY_COLUMNS 9

extern const struct ll_wanted_column ll_household_columns[LL_REGISTRY_COLUMNS];

struct ll_registry_household {
	struct ll_key key;
	struct ll_str address;			   /* borrows from the row */
	struct ll_household_registered registered; /* without members; area borrows from the row */
};

/*
 * counties: six-digit codes with commas between, as in the setting; empty: any. 0, or a REJECT error
 * with *ret_problem; -LL_ERR_FATAL when no pseudonym can be made.
 */
int ll_household_row_make(struct ll_pseudonyms *pseudonyms, struct ll_str counties,
			  const struct ll_row *row, struct ll_registry_household *ret_household,
			  struct ll_row_problem *ret_problem);

#endif
