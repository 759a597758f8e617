/*
 * Whom an event can be about. Of a household's money a household can be told as a whole; a job, a
 * school, a disability and a death are one person's, and nothing can be made of them without.
 *
 * Not part of decoding: the log keeps what was taken before this was asked.
 */
#ifndef LL_CODEC_SUBJECT_H
#define LL_CODEC_SUBJECT_H

#include "core/event.h"

/* Must an event of this kind name a person? */
bool ll_subject_is_person(enum ll_event_kind kind);

/* 0, or -LL_ERR_UNSUPPORTED_SUBJECT: an area, or a household where a person is needed. */
int ll_subject_check(const struct ll_life_event *event);

#endif
