/* What departments, the registry and the clock put into the topics, for tests of whole stages. */
#ifndef LL_TESTS_CONSUMERS_STAGE_KIT_H
#define LL_TESTS_CONSUMERS_STAGE_KIT_H

#include "kit/kit.h"

#define SOON 12 /* turns after which a retry has been made and its work is done */

#define HEALTH	  "life-events.health"
#define HELD	  "held"
#define PEOPLE	  "registry.people"
#define EVENTS	  "household-events"
#define TASKS	  "assistance-tasks.360502"
#define RISKS	  "risk-changes"
#define VILLAGE	  "360502001001"
#define FEN(yuan) (INT64_C(100) * (yuan))

extern const struct ll_stage ll_stage_enrich;
extern const struct ll_stage ll_stage_assess;
extern const struct ll_stage ll_stage_record;

/* A hospital stay of 8,000 yuan, own, of the first of December; the text must live on. */
struct ll_life_event stay_of(const struct ll_key *person, const char *event_id);
/* Publishes under the subject's key. */
void publish(struct kit *kit, const char *topic, const struct ll_life_event *event);
void registry_put(struct kit *kit, const struct ll_key *person, const struct ll_key *household);
void registry_end(struct kit *kit, const struct ll_key *person);

#endif
