#include "runtime/json_print.h"

#include <stdio.h>
#include <stdlib.h>

int ll_json_print(json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);

	json_decref(value);
	if (!text)
		return -LL_ERR_NO_MEMORY;
	puts(text);
	free(text);
	return 0;
}
