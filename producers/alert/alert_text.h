/* An area alert as a person or a file writes it, and its event. */
#ifndef LL_ALERT_ALERT_TEXT_H
#define LL_ALERT_ALERT_TEXT_H

#include "base/area.h"
#include "base/err.h"
#include "core/event.h"

#define LL_ALERT_SEVERITY_MIN 1	  /* blue */
#define LL_ALERT_SEVERITY_MAX 4	  /* red */
#define LL_ALERT_DAYS_MAX     366 /* from the alert to its end */

/* Empty texts were not given. */
struct ll_alert_text {
	struct ll_str area;
	struct ll_str kind;
	struct ll_str severity; /* 1 to 4, or blue, yellow, orange, red */
	struct ll_str on;	/* empty: today */
	struct ll_str expires;
	struct ll_str id; /* empty: made of kind, area and day, so that the same is the same */
	struct ll_str revision; /* empty: 0 */
	bool cancelled;
};

/* The event's text lives in here. */
struct ll_alert {
	struct ll_area_alert body;
	char id[LL_EVENT_ID_MAX + 1];
	char area[LL_AREA_TEXT_MAX];
};

/* -LL_ERR_INVALID; the error says which part is wrong and what it may be. */
int ll_alert_make(const struct ll_alert_text *text, int32_t today, struct ll_alert *ret_alert,
		  struct ll_error *error);

const char *ll_alert_kind_name(enum ll_alert_kind kind);
int ll_alert_kind_by_name(struct ll_str name); /* or -1 */

#endif
