/*
 * households.csv and people.csv → HouseholdRegistered in household-events, PersonRegistered in
 * registry.people, names in PostgreSQL. Importing again changes nothing; a household that comes
 * again replaces what was known of it.
 *
 * A bad row of people.csv is rejected and its household goes on without that person. A bad household
 * is rejected, and its people with it (not-registered), as are people of no household. People beyond
 * LL_MEMBERS_MAX of one household are rejected. The people of a dissolved household are taken out of
 * registry.people.
 *
 * The people are held in memory, about 300 bytes each; households are streamed. Blocks for disk,
 * PostgreSQL and Kafka; one thread at a time.
 */
#ifndef LL_REGISTRY_REGISTRY_IMPORT_H
#define LL_REGISTRY_REGISTRY_IMPORT_H

#include "bus/bus.h"
#include "codec/codec.h"
#include "identity/pseudonym.h"
#include "publish/reject.h"
#include "store/store.h"

/* Everything is borrowed. */
struct ll_registry_options {
	struct ll_bus *bus;
	const struct ll_codec *codec;
	struct ll_store *store; /* NULL: names, phones and addresses are not kept */
	struct ll_pseudonyms *pseudonyms;
	struct ll_str counties;		      /* as in the setting; empty: any */
	struct ll_rejects *household_rejects; /* may be the same as people_rejects, or NULL */
	struct ll_rejects *people_rejects;
	int64_t now_ms; /* written into the events as the time of publishing */
	void (*progress)(void *context, int64_t households); /* or NULL */
	void *context;
	bool (*stop_asked)(void); /* or NULL */
};

struct ll_registry_counts {
	int64_t household_rows;
	int64_t households; /* registered, dissolved ones included */
	int64_t people_rows;
	int64_t people;
	int64_t transactions;
};

/* Fills *counts, also when it fails (then of what is committed and what is not). */
int ll_registry_import(const struct ll_registry_options *options, const char *households_path,
		       const char *people_path, struct ll_registry_counts *counts,
		       struct ll_error *error);

#endif
