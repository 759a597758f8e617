#include "runtime/nearest.h"

#include <limits.h>
#include <string.h>

#define min(a, b) ((a) < (b) ? (a) : (b))

int ll_edit_distance(const char *a, const char *b)
{
	/* Three rows of the table are enough: the one before the last is needed for swaps. */
	int rows[3][LL_NEAREST_LENGTH_MAX + 1];
	size_t a_size = strlen(a);
	size_t b_size = strlen(b);

	if (a_size > LL_NEAREST_LENGTH_MAX || b_size > LL_NEAREST_LENGTH_MAX)
		return INT_MAX;
	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a_size; i++) {
		int *row = rows[i % 3];
		const int *above = rows[(i - 1) % 3];
		const int *before = rows[(i + 1) % 3];

		row[0] = (int)i;
		for (size_t j = 1; j <= b_size; j++) {
			int replaced = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = min(replaced, min(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = min(row[j], before[j - 2] + 1);
		}
	}
	return rows[a_size % 3][b_size];
}

void ll_nearest_init(struct ll_nearest *nearest, const char *wanted)
{
	/* A third of the word may be wrong; beyond that it is another word. */
	*nearest = (struct ll_nearest){wanted, NULL, (int)min(strlen(wanted), 64) / 3 + 2};
}

void ll_nearest_offer(struct ll_nearest *nearest, const char *candidate)
{
	int distance = candidate ? ll_edit_distance(nearest->wanted, candidate) : INT_MAX;

	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
