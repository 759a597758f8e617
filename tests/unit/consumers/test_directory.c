#include "consumers/enrich/directory.h"

#include "stage_kit.h"

struct world {
	struct kit kit;
	struct ll_directories *directories;
	size_t released;
	int release_err;
	struct ll_key last; /* event that was told last */
};

static int release(void *context, struct ll_directory *directory, struct ll_held_entry *entry)
{
	struct world *world = context;

	assert_true(ll_directory_is_loaded(directory));
	world->released++;
	world->last = entry->event_key;
	return world->release_err;
}

static void open_world(struct world *world)
{
	*world = (struct world){0};
	kit_open(&world->kit);
	assert_int_equal(ll_directories_new(world->kit.bus, world->kit.codec, "test",
					    &world->directories, NULL),
			 0);
}

static void close_world(struct world *world)
{
	ll_directories_free(world->directories);
	kit_close(&world->kit);
}

static int follow(struct world *world)
{
	return ll_directories_follow(world->directories, release, world, NULL);
}

static struct ll_directory *use(struct world *world, int32_t partition)
{
	struct ll_directory *directory = NULL;

	assert_int_equal(ll_directories_use(world->directories, partition, &directory, NULL), 0);
	return directory;
}

static void hold(struct world *world, uint32_t number, const struct ll_key *person,
		 int32_t partition)
{
	const struct ll_held_event event = {
		.person_key = *person,
		.origin = {.topic = LL_STR(HEALTH), .partition = partition},
		.value = kit_text("event"),
	};
	const struct ll_key key = kit_any_key(number);
	struct ll_buf wire;

	ll_buf_init(&wire);
	assert_int_equal(ll_codec_encode(world->kit.codec, LL_MESSAGE_HELD_EVENT, &event, &wire),
			 0);
	kit_send(&world->kit, HELD, partition, (struct ll_bytes){key.bytes, LL_KEY_SIZE},
		 ll_buf_bytes(&wire));
	ll_buf_release(&wire);
}

static void unhold(struct world *world, uint32_t number, int32_t partition)
{
	const struct ll_key key = kit_any_key(number);

	kit_send(&world->kit, HELD, partition, (struct ll_bytes){key.bytes, LL_KEY_SIZE},
		 (struct ll_bytes){NULL, 0});
}

static void test_loads_its_partition_and_follows(void **state)
{
	const struct ll_key here = kit_key(1, 0), there = kit_key(2, 1), later = kit_key(3, 0);
	const struct ll_key household = kit_any_key(100);
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	registry_put(&world.kit, &here, &household);
	registry_put(&world.kit, &there, &household);
	directory = use(&world, 0);
	assert_ptr_equal(use(&world, 0), directory);
	assert_false(ll_directory_is_loaded(directory));
	assert_int_equal(follow(&world), 0);
	assert_true(ll_directory_is_loaded(directory));
	assert_non_null(ll_people_find(&directory->people, &here));
	assert_null(ll_people_find(&directory->people, &there));
	assert_int_equal(ll_people_find(&directory->people, &here)->village_code, 360502001001);
	registry_put(&world.kit, &later, &household);
	registry_end(&world.kit, &here);
	assert_int_equal(follow(&world), 0);
	assert_null(ll_people_find(&directory->people, &here));
	assert_non_null(ll_people_find(&directory->people, &later));
	assert_null(ll_directories_next(world.directories, directory));
	close_world(&world);
}

static void test_tells_of_what_may_be_released(void **state)
{
	const struct ll_key person = kit_key(1, 1), household = kit_any_key(100);
	const struct ll_key first = kit_any_key(11), second = kit_any_key(12);
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	hold(&world, 11, &person, 1);
	directory = use(&world, 1);
	assert_int_equal(follow(&world), 0);
	assert_int_equal(directory->held.count, 1);
	assert_int_equal(world.released, 0);
	/* The person becomes known. */
	registry_put(&world.kit, &person, &household);
	assert_int_equal(follow(&world), 0);
	assert_int_equal(world.released, 1);
	assert_true(ll_key_equal(&world.last, &first));
	unhold(&world, 11, 1);
	assert_int_equal(follow(&world), 0);
	assert_int_equal(directory->held.count, 0);
	/* An event is held of somebody who is known by now. */
	hold(&world, 12, &person, 1);
	assert_int_equal(follow(&world), 0);
	assert_int_equal(world.released, 2);
	assert_true(ll_key_equal(&world.last, &second));
	close_world(&world);
}

/* What was there before everything was loaded is asked for by a scan, not told piece by piece. */
static void test_loading_asks_for_a_scan(void **state)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(100);
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	hold(&world, 11, &person, 0);
	registry_put(&world.kit, &person, &household);
	directory = use(&world, 0);
	directory->scan = false;
	assert_int_equal(follow(&world), 0);
	assert_int_equal(world.released, 0);
	assert_true(directory->scan);
	close_world(&world);
}

static void test_what_cannot_be_read_is_left_out(void **state)
{
	static const uint8_t zero[LL_KEY_SIZE];
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(100);
	const struct ll_person_registered nobody = {household, LL_STR(VILLAGE)};
	struct ll_directory *directory;
	struct world world;
	struct ll_buf wire;

	(void)state;
	open_world(&world);
	kit_send(&world.kit, PEOPLE, 0, kit_text("short"), kit_text("x"));
	kit_send(&world.kit, PEOPLE, 0, (struct ll_bytes){person.bytes, LL_KEY_SIZE},
		 kit_text("not a message"));
	kit_send(&world.kit, HELD, 0, kit_text("short"), kit_text("x"));
	kit_send(&world.kit, HELD, 0, (struct ll_bytes){person.bytes, LL_KEY_SIZE},
		 kit_text("not a message"));
	ll_buf_init(&wire);
	assert_int_equal(
		ll_codec_encode(world.kit.codec, LL_MESSAGE_PERSON_REGISTERED, &nobody, &wire), 0);
	/* Zero is an empty slot, not a person. */
	for (int i = 0; i < 3; i++)
		kit_send(&world.kit, PEOPLE, 0, (struct ll_bytes){zero, sizeof(zero)},
			 ll_buf_bytes(&wire));
	ll_buf_release(&wire);
	directory = use(&world, 0);
	assert_int_equal(follow(&world), 0);
	assert_true(ll_directory_is_loaded(directory));
	assert_int_equal(directory->people.count, 0);
	assert_int_equal(directory->held.count, 0);
	assert_int_equal(ll_directories_people(world.directories), 0);
	close_world(&world);
}

/*
 * A release that fails is told to who asked, and costs no record: what stood behind it is read again.
 */
static void test_a_release_that_fails_loses_nothing(void **state)
{
	const struct ll_key person = kit_key(1, 0), household = kit_any_key(100);
	const struct ll_key behind = kit_key(2, 0);
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	hold(&world, 11, &person, 0);
	directory = use(&world, 0);
	assert_int_equal(follow(&world), 0);
	registry_put(&world.kit, &person, &household);
	registry_put(&world.kit, &behind, &household);
	world.release_err = -LL_ERR_FULL;
	assert_int_equal(follow(&world), -LL_ERR_FULL);
	world.release_err = 0;
	assert_int_equal(follow(&world), 0);
	assert_non_null(ll_people_find(&directory->people, &person));
	assert_non_null(ll_people_find(&directory->people, &behind));
	close_world(&world);
}

/* Memory that was loaded long ago is old: another instance may have released what it holds. */
static void test_is_not_loaded_again_before_it_is_up_to_date(void **state)
{
	const struct ll_key person = kit_key(1, 0);
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	hold(&world, 11, &person, 0);
	directory = use(&world, 0);
	assert_int_equal(follow(&world), 0);
	assert_true(ll_directory_is_loaded(directory));
	ll_directories_leave(directory, 0);
	unhold(&world, 11, 0);
	assert_ptr_equal(use(&world, 0), directory);
	assert_false(ll_directory_is_loaded(directory));
	assert_int_equal(follow(&world), 0);
	assert_true(ll_directory_is_loaded(directory));
	assert_int_equal(directory->held.count, 0);
	close_world(&world);
}

static void test_is_forgotten_when_nobody_needs_it(void **state)
{
	struct ll_directory *directory;
	struct world world;

	(void)state;
	open_world(&world);
	directory = use(&world, 0);
	use(&world, 1);
	ll_directories_leave(directory, 100);
	ll_directories_forget(world.directories, 160, 60);
	assert_ptr_equal(ll_directories_next(world.directories, NULL), directory);
	ll_directories_forget(world.directories, 161, 60);
	/* The other one is in use, however old. */
	directory = ll_directories_next(world.directories, NULL);
	assert_non_null(directory);
	assert_int_equal(directory->partition, 1);
	assert_null(ll_directories_next(world.directories, directory));
	assert_int_equal(follow(&world), 0);
	assert_true(ll_directory_is_loaded(directory));
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads_its_partition_and_follows),
		cmocka_unit_test(test_tells_of_what_may_be_released),
		cmocka_unit_test(test_loading_asks_for_a_scan),
		cmocka_unit_test(test_what_cannot_be_read_is_left_out),
		cmocka_unit_test(test_a_release_that_fails_loses_nothing),
		cmocka_unit_test(test_is_forgotten_when_nobody_needs_it),
		cmocka_unit_test(test_is_not_loaded_again_before_it_is_up_to_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
