/*
 * A process stood still with a transaction open on `held`. Another took its partition over, released
 * an event and committed; the tombstone stood behind the open transaction, where a reader of
 * committed records does not come. Who took over next read `held` up to there, took it for loaded, and
 * released the event a second time. Found by tests/sim.
 */
#include "consumers/enrich/directory.h"
#include "unit/consumers/stage_kit.h"

#define STOPPED "lifeline-enrich-stopped-0"

static int release(void *context, struct ll_directory *directory, struct ll_held_entry *entry)
{
	(void)directory;
	(void)entry;
	++*(int *)context;
	return 0;
}

static void put_held(struct kit *kit, const struct ll_key *event_key, const struct ll_key *person)
{
	const struct ll_held_event event = {.person_key = *person,
					    .origin = {.topic = LL_STR(HEALTH)},
					    .value = kit_text("event")};
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(kit->codec, LL_MESSAGE_HELD_EVENT, &event, &wire), 0);
	kit_send(kit, HELD, 0, (struct ll_bytes){event_key->bytes, LL_KEY_SIZE},
		 ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

static void leave_a_transaction_open(struct kit *kit)
{
	static const struct ll_producer_options options = {.transactional_id = STOPPED,
							   .instance = "stopped"};
	const struct ll_key key = kit_any_key(77);
	const struct ll_outgoing outgoing = {
		.topic = HELD, .partition = 0, .key = {key.bytes, LL_KEY_SIZE}};
	struct ll_producer *producer = NULL;

	assert_int_equal(ll_producer_new(kit->bus, &options, &producer, NULL), 0);
	assert_int_equal(ll_producer_begin(producer, NULL), 0);
	assert_int_equal(ll_producer_send(producer, &outgoing, NULL), 0);
	ll_bus_memory_kill_producer(producer);
}

static void test_a_take_over_sees_every_release_before_it(void **state)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(100);
	const struct ll_key event_key = kit_any_key(11);
	struct ll_directories *directories = NULL;
	struct ll_directory *directory = NULL;
	struct kit kit;
	int released = 0;

	(void)state;
	kit_open(&kit);
	put_held(&kit, &event_key, &person);
	registry_put(&kit, &person, &household);
	leave_a_transaction_open(&kit);
	kit_send(&kit, HELD, 0, (struct ll_bytes){event_key.bytes, LL_KEY_SIZE},
		 (struct ll_bytes){NULL, 0});
	assert_int_equal(ll_directories_new(kit.bus, kit.codec, "next", &directories, NULL), 0);
	assert_int_equal(ll_directories_use(directories, 0, &directory, NULL), 0);
	assert_int_equal(ll_directories_follow(directories, release, &released, NULL), 0);
	assert_false(ll_directory_is_loaded(directory));
	assert_true(ll_bus_memory_expire_transaction(kit.bus, STOPPED));
	assert_int_equal(ll_directories_follow(directories, release, &released, NULL), 0);
	assert_true(ll_directory_is_loaded(directory));
	assert_int_equal(directory->held.count, 0);
	assert_int_equal(released, 0);
	ll_directories_free(directories);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_take_over_sees_every_release_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
