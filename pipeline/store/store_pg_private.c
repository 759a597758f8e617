#include "store_pg.h"

#define PEOPLE_PER_STATEMENT 4096

enum person_column {
	PERSON_KEY,
	PERSON_HOUSEHOLD_KEY,
	PERSON_NAME,
	PERSON_PHONE,
	PERSON_ADDRESS,
	PERSON_COLUMNS
};

static const enum ll_pg_type person_types[PERSON_COLUMNS] = {
	[PERSON_KEY] = LL_PG_BYTEA,    [PERSON_HOUSEHOLD_KEY] = LL_PG_BYTEA,
	[PERSON_NAME] = LL_PG_TEXT,    [PERSON_PHONE] = LL_PG_TEXT,
	[PERSON_ADDRESS] = LL_PG_TEXT,
};

/* The last row of a person counts, its place is that of the first: the head stays the head. */
static const char put_sql[] =
	"INSERT INTO lifeline_private.person AS p"
	" (person_key, household_key, name, phone, address, first_put_place)"
	" SELECT DISTINCT ON (person_key) person_key, household_key, name, phone, address,"
	" min(place) OVER (PARTITION BY person_key)"
	" FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY"
	" AS b (person_key, household_key, name, phone, address, place)"
	" ORDER BY person_key, place DESC"
	" ON CONFLICT (person_key) DO UPDATE SET household_key = excluded.household_key,"
	" name = excluded.name, phone = excluded.phone, address = excluded.address"
	" WHERE (p.household_key, p.name, p.phone, p.address) IS DISTINCT FROM"
	" (excluded.household_key, excluded.name, excluded.phone, excluded.address)";

static int put_some(struct ll_store_pg *pg, struct ll_pg_array *columns,
		    const struct ll_private_person *people, size_t count, struct ll_error *error)
{
	struct ll_pg_params params;

	for (int i = 0; i < PERSON_COLUMNS; i++)
		ll_pg_array_clear(&columns[i]);
	for (size_t i = 0; i < count; i++) {
		ll_pg_array_add_key(&columns[PERSON_KEY], &people[i].person_key);
		ll_pg_array_add_key(&columns[PERSON_HOUSEHOLD_KEY], &people[i].household_key);
		ll_pg_array_add_text(&columns[PERSON_NAME], people[i].name);
		ll_pg_array_add_text(&columns[PERSON_PHONE], people[i].phone);
		ll_pg_array_add_text(&columns[PERSON_ADDRESS], people[i].address);
	}
	ll_pg_params_init(&params);
	for (int i = 0; i < PERSON_COLUMNS; i++)
		ll_pg_params_array(&params, &columns[i]);
	return ll_pg_exec(pg, put_sql, &params, NULL, error);
}

int ll_store_pg_put_people(struct ll_store *store, const struct ll_private_person *people,
			   size_t count, struct ll_error *error)
{
	struct ll_pg_array columns[PERSON_COLUMNS];
	int err = 0;

	for (int i = 0; i < PERSON_COLUMNS; i++)
		ll_pg_array_init(&columns[i], person_types[i]);
	for (size_t done = 0; done < count && !err; done += PEOPLE_PER_STATEMENT) {
		size_t some = count - done;

		if (some > PEOPLE_PER_STATEMENT)
			some = PEOPLE_PER_STATEMENT;
		err = put_some(ll_store_pg_of(store), columns, people + done, some, error);
	}
	for (int i = 0; i < PERSON_COLUMNS; i++)
		ll_pg_array_release(&columns[i]);
	return err;
}

/* By object id: asking by name is refused to those who may not even use the schema. */
int ll_store_pg_sees_names(struct ll_store_pg *pg, bool *ret_sees, struct ll_error *error)
{
	static const char sql[] =
		"SELECT count(*) = 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
		" WHERE n.nspname = 'lifeline_private' AND c.relname = 'household'"
		" AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, "
		"'SELECT')";
	LL_PG_RESULT result = NULL;
	int err = ll_pg_exec(pg, sql, NULL, &result, error);

	if (!err)
		*ret_sees = ll_pg_bool(result, 0, 0);
	return err;
}
