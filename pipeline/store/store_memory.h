/*
 * The in-memory twin, for tests and simulations: what the real store does, and on demand what a
 * real one does at the worst moment. The hooks act on the shared database, so on every clone; they
 * may be called from any thread.
 *
 * It differs from PostgreSQL in this: reasons_json is kept as it was written (jsonb is rewritten
 * and refused when it is not JSON), everybody may read names, and nothing ever times out.
 */
#ifndef LL_STORE_STORE_MEMORY_H
#define LL_STORE_STORE_MEMORY_H

#include "store.h"

/* While on, every call answers -LL_ERR_UNAVAILABLE and does nothing. */
void ll_store_memory_set_unavailable(struct ll_store *store, bool unavailable);
/* The next write that would succeed is done, but answers -LL_ERR_UNAVAILABLE: the answer was lost. */
void ll_store_memory_lose_answer(struct ll_store *store);
/* Takes the fence away: a proof that does not notice is none. */
void ll_store_memory_ignore_epochs(struct ll_store *store, bool ignore);

enum ll_memory_table {
	LL_MEMORY_TASKS,
	LL_MEMORY_TASK_HISTORY,
	LL_MEMORY_RISK_CHANGES,
	LL_MEMORY_ESCALATIONS,
	LL_MEMORY_HOUSEHOLDS
};
/* Rows of a table. */
size_t ll_store_memory_rows(struct ll_store *store, enum ll_memory_table table);

#endif
