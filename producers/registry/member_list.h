/*
 * The people of people.csv, read into memory and grouped by household:
 *
 *   household_code,citizen_number,name,phone,resident,labour,in_school
 *
 * resident, labour and in_school are yes or no; name and phone may be empty or missing. Citizen
 * numbers are checked and replaced by pseudonyms as the rows are read. A bad row is rejected and its
 * household goes on without that person. Within a household the file's order is kept: the first is
 * the head.
 *
 * One thread at a time; read blocks for the disk.
 */
#ifndef LL_REGISTRY_MEMBER_LIST_H
#define LL_REGISTRY_MEMBER_LIST_H

#include "base/arena.h"
#include "core/event.h"
#include "identity/pseudonym.h"
#include "key_set.h"
#include "publish/reject.h"

#define LL_REGISTRY_PEOPLE_MAX 50000000 /* persons of one import */

struct ll_registry_person {
	struct ll_key household_key;
	struct ll_member member;
	struct ll_str name;
	struct ll_str phone;
	struct ll_str raw; /* the row, for the rejects */
	int64_t line;
	bool settled; /* registered, or rejected */
};

struct ll_member_list {
	struct ll_registry_person *people; /* by household, then by line */
	size_t count;
	size_t capacity;
	int64_t rows;
	struct ll_arena arena; /* of texts */
	struct ll_key_set seen;
};

void ll_member_list_init(struct ll_member_list *list);
void ll_member_list_release(struct ll_member_list *list);
/*
 * Reads the whole file. Bad rows go to rejects (or NULL); progress (or NULL) hears of each row.
 * -LL_ERR_IO, -LL_ERR_MISSING, -LL_ERR_INVALID with the reason.
 */
int ll_member_list_read(struct ll_member_list *list, const char *path,
			struct ll_pseudonyms *pseudonyms, struct ll_rejects *rejects,
			struct ll_error *error);
/* The household's people, *ret_count of them; borrows. */
struct ll_registry_person *ll_member_list_of(const struct ll_member_list *list,
					     const struct ll_key *household_key, size_t *ret_count);

#endif
