/* The bus on a real broker: librdkafka, from 2.0.2. README.md tells what it takes care of. */
#include <stdlib.h>
#include <string.h>

#include "bus_kafka_impl.h"

static void kafka_free(struct ll_bus *base)
{
	struct ll_kafka_bus *bus = (struct ll_kafka_bus *)base;

	if (bus->admin)
		rd_kafka_destroy(bus->admin);
	ll_kafka_link_release(&bus->admin_link);
	pthread_mutex_destroy(&bus->admin_lock);
	for (size_t i = 0; i < bus->property_count; i++) {
		free((char *)bus->properties[i].name);
		free((char *)bus->properties[i].value);
	}
	free(bus->properties);
	free(bus);
}

static const struct ll_bus_ops kafka_ops = {
	.name = "kafka",
	.free = kafka_free,
	.create_topics = ll_kafka_create_topics,
	.partition_count = ll_kafka_partition_count,
	.list_topics = ll_kafka_list_topics,
	.consumer_new = ll_kafka_consumer_new,
	.consumer_free = ll_kafka_consumer_free,
	.consumer_fetch = ll_kafka_consumer_fetch,
	.consumer_poll = ll_kafka_consumer_poll,
	.consumer_hops = ll_kafka_consumer_hops,
	.consumer_committed = ll_kafka_consumer_committed,
	.consumer_range = ll_kafka_consumer_range,
	.consumer_offset_at = ll_kafka_consumer_offset_at,
	.producer_new = ll_kafka_producer_new,
	.producer_free = ll_kafka_producer_free,
	.producer_begin = ll_kafka_producer_begin,
	.producer_send = ll_kafka_producer_send,
	.producer_send_offsets = ll_kafka_producer_send_offsets,
	.producer_commit = ll_kafka_producer_commit,
	.producer_abort = ll_kafka_producer_abort,
	.producer_flush = ll_kafka_producer_flush,
	.producer_poll = ll_kafka_producer_poll,
	.producer_check = ll_kafka_producer_check,
};

static int copy_properties(struct ll_kafka_bus *bus, const struct ll_bus_property *properties,
			   size_t count)
{
	bus->properties = calloc(count, sizeof(*bus->properties));
	if (!bus->properties)
		return -LL_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		char *name = strdup(properties[i].name);
		char *value = strdup(properties[i].value);

		bus->properties[i] = (struct ll_bus_property){name, value};
		bus->property_count = i + 1;
		if (!name || !value)
			return -LL_ERR_NO_MEMORY;
	}
	return 0;
}

int ll_bus_kafka_new(const struct ll_bus_property *properties, size_t count,
		     struct ll_bus **ret_bus, struct ll_error *error)
{
	int err = ll_kafka_conf_check(properties, count, error);

	if (err)
		return err;

	struct ll_kafka_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	bus->base.ops = &kafka_ops;
	pthread_mutex_init(&bus->admin_lock, NULL);
	ll_kafka_link_init(&bus->admin_link, NULL);
	err = copy_properties(bus, properties, count);
	if (err) {
		kafka_free(&bus->base);
		return ll_error_set(error, err, "out of memory");
	}
	*ret_bus = &bus->base;
	return 0;
}
