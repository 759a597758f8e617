/*
 * Any bytes as a settings file: refused with a place, or every setting has a value that its row allows
 * and says where it is from.
 *
 *   fuzz_settings -max_len=4096 tests/fuzz/corpus/settings
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/settings_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_values(const struct ll_settings *settings)
{
	struct ll_buf shown;
	size_t count;

	for (int i = 0; i < LL_SETTING_COUNT; i++) {
		const struct setting_row *row = &ll_setting_rows[i];
		const char *text = ll_settings_text(settings, (enum ll_setting)i);

		assert(text && strlen(text) <= SETTING_VALUE_MAX);
		assert(!row->valid || !text[0] || row->valid(text));
		if (row->type == SETTING_NUMBER) {
			int64_t number = ll_settings_number(settings, (enum ll_setting)i);

			assert(number >= row->min && number <= row->max);
		}
	}
	ll_settings_kafka(settings, &count);
	assert(count <= KAFKA_COUNT_MAX + 1);
	for (int json = 0; json < 2; json++) {
		ll_buf_init(&shown);
		assert(ll_settings_show(settings, json == 1, &shown) == 0);
		assert(ll_str_is_utf8((struct ll_str){(const char *)shown.data, shown.size}));
		ll_buf_release(&shown);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *environment[] = {NULL};
	struct ll_settings *settings = NULL;
	struct ll_error error = {0};
	char name[64];
	int file = memfd_create("settings", MFD_CLOEXEC);
	int err;

	assert(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	assert(ll_settings_new(&settings) == 0);
	err = ll_settings_load(settings, name, environment, &error);
	if (err) {
		assert(err == -LL_ERR_INVALID && error.code == err && error.message[0]);
		assert(ll_str_is_utf8(ll_str_from(error.message)));
	} else {
		check_values(settings);
	}
	ll_settings_free(settings);
	close(file);
	return 0;
}
