/*
 * What people report and decide becomes one event of a household in the log: `lifeline tasks` and
 * `lifeline case` share how it is checked, named and sent. Functions that return an error have told
 * the user, but for those that fill *error.
 */
#ifndef LL_CONSUMERS_REPORT_H
#define LL_CONSUMERS_REPORT_H

#include "bus/bus.h"
#include "core/event.h"
#include "runtime/command.h"
#include "store/store.h"

/*
 * Text that is kept for ever and read by many: at most max bytes of UTF-8, without what looks like a
 * citizen number or a phone number. -LL_ERR_USAGE.
 */
int ll_report_check_text(const struct ll_invocation *invocation, const char *option,
			 const char *text, size_t max);
/* The same said twice is one: the id is a hash of what is said. */
void ll_report_id(char ret_hex[LL_KEY_HEX_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * The county decides when exclusion marks are decided: -LL_ERR_MARKS_OPEN while that task is open.
 * The core refuses it all the same; this says so at once.
 */
int ll_report_check_marks(struct ll_store *store, const struct ll_key *household_key,
			  struct ll_error *error);
/*
 * To household-events, in the household's partition, by a producer named client. One record by an
 * idempotent producer: it needs no transaction, and holds no reader back.
 */
int ll_report_send(const struct ll_invocation *invocation, struct ll_bus *bus, const char *client,
		   const struct ll_household_event *event, struct ll_error *error);

/*
 * Asks is_seen again and again until it says so or some seconds are over, for what has to go once
 * round: through assess and record into the database. False: not seen.
 */
bool ll_report_wait(bool (*is_seen)(void *context), void *context);

#endif
