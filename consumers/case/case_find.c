#include <stdio.h>

#include "base/date.h"
#include "case.h"
#include "identity/pseudonym.h"
#include "runtime/shell.h"

static int take_row(void *context, const struct ll_household_status *row)
{
	struct ll_case_found *found = context;

	found->row = *row;
	snprintf(found->area, sizeof(found->area), "%.*s", LL_STR_ARG(row->area));
	snprintf(found->name, sizeof(found->name), "%.*s", LL_STR_ARG(row->household_name));
	found->known = true;
	return 0;
}

static int key_of_code(const struct ll_invocation *invocation, const char *code,
		       struct ll_key *ret_key)
{
	struct ll_pseudonyms *pseudonyms = NULL;
	int err = ll_shell_pseudonyms(invocation, &pseudonyms);

	if (err)
		return err;
	err = ll_pseudonym_household(pseudonyms, ll_str_from(code), ret_key);
	ll_pseudonyms_free(pseudonyms);
	return err ? ll_complain(invocation, err, "--code is empty") : 0;
}

/* What to look for: all digits of a code's key, or what was typed. */
static int name_household(struct ll_invocation *invocation, char ret_hex[LL_KEY_HEX_SIZE])
{
	const char *code = ll_invocation_option(invocation, "code");
	bool has_name = ll_invocation_argument_count(invocation) > 0;
	struct ll_key key;
	int err;

	if (has_name == (code != NULL))
		return ll_complain(invocation, -LL_ERR_USAGE,
				   "name one household: by its key, or with --code");
	if (has_name) {
		int size = snprintf(ret_hex, LL_KEY_HEX_SIZE, "%s",
				    ll_invocation_argument(invocation, 0));

		return size < LL_KEY_HEX_SIZE ? 0
					      : ll_complain(invocation, -LL_ERR_USAGE,
							    "a household's key has %d hex digits",
							    2 * LL_KEY_SIZE);
	}
	err = key_of_code(invocation, code, &key);
	if (!err)
		ll_key_to_hex(&key, ret_hex);
	return err;
}

int ll_case_find(struct ll_invocation *invocation, struct ll_store *store,
		 struct ll_case_found *ret_found)
{
	struct ll_case_found found = {.row = {.decided_on = LL_DAY_NONE, .since = LL_DAY_NONE}};
	char hex[LL_KEY_HEX_SIZE];
	struct ll_error error = {0};
	int err = name_household(invocation, hex);

	if (err)
		return err;
	err = ll_store_find_household(store, hex, take_row, &found, &error);
	if (err == -LL_ERR_NOT_FOUND &&
	    ll_key_from_hex(ll_str_from(hex), &found.row.household_key) == 0)
		err = 0;
	if (err)
		return ll_complain_error(invocation, err, hex, &error);
	*ret_found = found;
	/* The texts are here now. */
	ret_found->row.area = ll_str_from(ret_found->area);
	ret_found->row.household_name = ll_str_from(ret_found->name);
	return 0;
}
