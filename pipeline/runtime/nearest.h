/* What a person may have meant: the known word nearest to a misspelt one. */
#ifndef LL_RUNTIME_NEAREST_H
#define LL_RUNTIME_NEAREST_H

#define LL_NEAREST_LENGTH_MAX 64 /* longer words are near to nothing */

/*
 * Insertions, deletions, replacements and swaps of neighbours that make b of a; a large number when
 * either is longer than LL_NEAREST_LENGTH_MAX.
 */
int ll_edit_distance(const char *a, const char *b);

/* Finds the nearest word by offering all of them, one after the other. */
struct ll_nearest {
	const char *wanted;
	const char *best; /* NULL: nothing near enough was offered */
	int distance;
};
void ll_nearest_init(struct ll_nearest *nearest, const char *wanted);
/* candidate may be NULL, and must outlive nearest. */
void ll_nearest_offer(struct ll_nearest *nearest, const char *candidate);

#endif
