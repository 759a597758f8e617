/* The executable: every program is a command of it. */
#include <unistd.h>

#include "cli/commands.h"

int main(int argc, char **argv)
{
	const struct ll_command commands[] = {
#define COMMAND_ROW(name) ll_command_##name,
		LL_COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
			{.name = NULL},
	};

	return ll_command_main(commands, argc, argv, environ);
}
