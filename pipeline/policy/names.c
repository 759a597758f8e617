#include "names.h"

#include <stdio.h>

#define NEAR_NAME_MAX 64 /* bytes; a longer name is like nothing */

/*
 * Letters that differ: Levenshtein, a swap of neighbours counting as one. In bytes, which is right
 * for our names and good enough for the rest.
 */
static size_t names_distance(struct ll_str a, struct ll_str b)
{
	size_t rows[3][NEAR_NAME_MAX + 1];

	for (size_t j = 0; j <= b.size; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.size; i++) {
		const size_t *before = rows[(i - 1) % 3];
		size_t *row = rows[i % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.size; j++) {
			bool same = a.data[i - 1] == b.data[j - 1];
			size_t best = before[j - 1] + (same ? 0 : 1);

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1] && rows[(i - 2) % 3][j - 2] + 1 < best)
				best = rows[(i - 2) % 3][j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.size % 3][b.size];
}

static int32_t names_nearest(const struct ll_names *names, struct ll_str wrong)
{
	size_t best = wrong.size / 3 + 2;
	int32_t nearest = -1;

	if (wrong.size == 0 || wrong.size > NEAR_NAME_MAX)
		return -1;
	for (int32_t i = 0; i < names->count; i++) {
		struct ll_str name = names->at(names->context, i);

		if (name.size > NEAR_NAME_MAX)
			continue;

		size_t distance = names_distance(wrong, name);

		/* A short name shares a letter or two with everything. */
		if (distance < best && distance < name.size) {
			best = distance;
			nearest = i;
		}
	}
	return nearest;
}

void ll_names_hint(const struct ll_names *names, struct ll_str wrong,
		   char ret_hint[LL_NAMES_HINT_MAX])
{
	int32_t nearest = names_nearest(names, wrong);
	size_t used = 0;

	if (nearest >= 0) {
		snprintf(ret_hint, LL_NAMES_HINT_MAX, "did you mean '%.*s'?",
			 LL_STR_ARG(names->at(names->context, nearest)));
		return;
	}
	if (names->count == 0) {
		snprintf(ret_hint, LL_NAMES_HINT_MAX, "there are none");
		return;
	}
	used = (size_t)snprintf(ret_hint, LL_NAMES_HINT_MAX, "there are");
	for (int32_t i = 0; i < names->count; i++) {
		struct ll_str name = names->at(names->context, i);
		const char *between = i == 0 ? " " : ", ";

		/* Room for an ending "…" stays. */
		if (used + name.size + 8 > LL_NAMES_HINT_MAX) {
			snprintf(ret_hint + used, LL_NAMES_HINT_MAX - used, ", …");
			return;
		}
		used += (size_t)snprintf(ret_hint + used, LL_NAMES_HINT_MAX - used, "%s%.*s",
					 between, LL_STR_ARG(name));
	}
}

int32_t ll_names_find(const struct ll_names *names, struct ll_str name)
{
	for (int32_t i = 0; i < names->count; i++)
		if (ll_str_equal(names->at(names->context, i), name))
			return i;
	return -1;
}
