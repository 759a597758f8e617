#include "subject.h"

#include "base/err.h"

static const bool of_person[LL_EVENT_KIND_COUNT] = {
	[LL_EVENT_JOB_LOSS] = true,   [LL_EVENT_EMPLOYED] = true, [LL_EVENT_SCHOOL_DROPOUT] = true,
	[LL_EVENT_DISABILITY] = true, [LL_EVENT_DEATH] = true,	  [LL_EVENT_WAGE_REPORT] = true,
};

bool ll_subject_is_person(enum ll_event_kind kind)
{
	/* A foreign number is for the codec to refuse. */
	return (unsigned int)kind < LL_EVENT_KIND_COUNT && of_person[kind];
}

int ll_subject_check(const struct ll_life_event *event)
{
	if (event->subject.type == LL_SUBJECT_PERSON)
		return 0;
	if (event->subject.type == LL_SUBJECT_HOUSEHOLD &&
	    !ll_subject_is_person(event->payload.kind))
		return 0;
	return -LL_ERR_UNSUPPORTED_SUBJECT;
}
