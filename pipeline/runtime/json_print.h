/*
 * What --json prints.
 */
#ifndef LL_RUNTIME_JSON_PRINT_H
#define LL_RUNTIME_JSON_PRINT_H

#include <jansson.h>

#include "base/err.h"

/*
 * The value on one line of standard output, compact; takes the reference, also on failure.
 * -LL_ERR_NO_MEMORY, also for a NULL that jansson gave for want of memory: nothing was printed.
 */
int ll_json_print(json_t *value);

#endif
