/*
 * A writer to household-events that says nothing for longer than the broker remembers it, and then goes
 * on as the running clock does: what fails is sent again, by a writer made anew where that may help.
 *
 *   broadcast_idle SECONDS DAY TIMES     from the day on, a tick each so many seconds
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "producers/broadcast.h"

#define TRIES 5

static int tell(struct ll_bus *bus, struct ll_codec *codec, struct ll_broadcast **broadcast,
		int32_t day)
{
	const struct ll_household_event tick = ll_broadcast_tick(day);
	struct ll_error error = {0};
	int err = 0;

	for (int i = 0; i < TRIES; i++) {
		if (!*broadcast)
			err = ll_broadcast_new(bus, codec, "clock", broadcast, &error);
		if (!err)
			err = ll_broadcast_send(*broadcast, &tick, 1, 1735689600000, &error);
		if (!err || ll_err_class(err) != LL_CLASS_RETRY)
			break;
		printf("again after %s: %s\n", ll_err_name(err), error.message);
		ll_broadcast_free(*broadcast);
		*broadcast = NULL;
		err = 0;
	}
	if (err)
		printf("%s: %s\n", ll_err_name(err), error.message);
	return err;
}

int main(int argc, char **argv)
{
	const struct ll_bus_property property = {"bootstrap.servers",
						 getenv("LIFELINE_KAFKA_BOOTSTRAP_SERVERS")};
	struct ll_broadcast *broadcast = NULL;
	struct ll_codec *codec = NULL;
	struct ll_bus *bus = NULL;
	int32_t day;
	int err = 0;

	if (argc != 4 || !property.value || ll_day_parse(ll_str_from(argv[2]), &day) ||
	    ll_codec_new(&codec, NULL) || ll_bus_kafka_new(&property, 1, &bus, NULL)) {
		fprintf(stderr, "usage: broadcast_idle SECONDS DAY TIMES\n");
		return 2;
	}
	for (int i = 0; !err && i < atoi(argv[3]); i++) {
		if (i > 0)
			sleep((unsigned int)atoi(argv[1]));
		err = tell(bus, codec, &broadcast, day + i);
	}
	ll_broadcast_free(broadcast);
	ll_bus_free(bus);
	ll_codec_free(codec);
	return err ? 1 : 0;
}
