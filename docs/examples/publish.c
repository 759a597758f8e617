/*
 * A department's own program: publishes one settled stay in hospital.
 *
 *   publish_example BROKERS SECRET_FILE SETTLEMENT_NUMBER CITIZEN_NUMBER DATE TOTAL REIMBURSED
 *   publish_example 127.0.0.1:9092 secret S-1 11010519491231002X 2025-03-01 12000.50 7000
 *
 * It is built with the rest (producers/meson.build). docs/department.md explains the fields.
 */
#include <stdio.h>
#include <time.h>

#include "base/date.h"
#include "base/money.h"
#include "bus/bus.h"
#include "codec/codec.h"
#include "identity/pseudonym.h"
#include "producers/publish/publisher.h"

#define DEPARTMENT "medical-insurance"
#define FLUSH_MS   30000

static int fail(const char *what, int err, const struct ll_error *error)
{
	fprintf(stderr, "%s: %s\n", what,
		error && error->message[0] ? error->message : ll_err_text(err));
	return 1;
}

/* The secret is the deployment's: with another one nobody knows the person. */
static int open_pseudonyms(const char *path, struct ll_pseudonyms **ret_pseudonyms)
{
	char secret[LL_SECRET_MAX];
	FILE *stream = fopen(path, "r");
	size_t size;

	if (!stream)
		return -LL_ERR_IO;
	size = fread(secret, 1, sizeof(secret), stream);
	fclose(stream);
	return ll_pseudonyms_new(ll_str_trim((struct ll_str){secret, size}), ret_pseudonyms);
}

/* What the department knows → a life event. Everything it borrows must live until it was sent. */
static int make_event(char **argv, struct ll_pseudonyms *pseudonyms, struct ll_life_event *event)
{
	struct ll_hospitalisation *stay = &event->payload.hospitalisation;
	int err;

	*event = (struct ll_life_event){
		.event_id = ll_str_from(argv[3]), /* your own number of the fact */
		.revision = 0,			  /* a correction carries a higher one */
		.reported_at_ms = (int64_t)time(NULL) * 1000,
		.subject.type = LL_SUBJECT_PERSON,
		.action = LL_ACTION_REPORT,
		.payload.kind = LL_EVENT_HOSPITALISATION,
	};
	err = ll_pseudonym_person(pseudonyms, ll_str_from(argv[4]), &event->subject.key);
	if (!err)
		err = ll_day_parse(ll_str_from(argv[5]), &event->occurred_on);
	if (!err)
		err = ll_fen_parse(ll_str_from(argv[6]), 100, 1, &stay->total_fen);
	if (!err)
		err = ll_fen_parse(ll_str_from(argv[7]), 100, 1, &stay->reimbursed_fen);
	return err;
}

static int publish(char **argv, struct ll_bus *bus, struct ll_codec *codec,
		   struct ll_pseudonyms *pseudonyms)
{
	struct ll_publisher *publisher;
	struct ll_life_event event;
	struct ll_error error = {0};
	int err = make_event(argv, pseudonyms, &event);

	if (err)
		return fail("the fact", err, NULL);
	err = ll_publisher_new(bus, codec, LL_STR(DEPARTMENT), &publisher, &error);
	if (err)
		return fail("Kafka", err, &error);
	err = ll_publisher_send(publisher, &event, &error); /* again for each further event */
	if (!err)
		err = ll_publisher_flush(publisher, FLUSH_MS, &error); /* only now it is written */
	ll_publisher_free(publisher);
	return err ? fail("publishing", err, &error) : 0;
}

int main(int argc, char **argv)
{
	struct ll_bus_property brokers = {"bootstrap.servers", argc > 1 ? argv[1] : ""};
	struct ll_pseudonyms *pseudonyms = NULL;
	struct ll_codec *codec = NULL;
	struct ll_bus *bus = NULL;
	struct ll_error error = {0};
	int err, code;

	if (argc != 8) {
		fprintf(stderr,
			"usage: %s BROKERS SECRET_FILE SETTLEMENT_NUMBER CITIZEN_NUMBER "
			"DATE TOTAL REIMBURSED\n",
			argv[0]);
		return 2;
	}
	err = open_pseudonyms(argv[2], &pseudonyms);
	if (!err)
		err = ll_codec_new(&codec, &error);
	if (!err)
		err = ll_bus_kafka_new(&brokers, 1, &bus, &error);
	code = err ? fail("start", err, &error) : publish(argv, bus, codec, pseudonyms);
	ll_bus_free(bus);
	ll_codec_free(codec);
	ll_pseudonyms_free(pseudonyms);
	if (code == 0)
		printf("published %s\n", argv[3]);
	return code;
}
