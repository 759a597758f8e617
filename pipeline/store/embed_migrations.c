/*
 * Runs on the build machine: embed_migrations OUT.c 0001_name.sql 0002_name.sql …
 * Writes the files as const text, for store_migrations.h; their numbers must run 1, 2, 3, …
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int write_text(FILE *out, const char *path, int version)
{
	FILE *in = fopen(path, "rb");
	int byte;
	int column = 0;

	if (!in) {
		perror(path);
		return -1;
	}
	fprintf(out, "static const char text_%d[] = {", version);
	while ((byte = fgetc(in)) != EOF)
		fprintf(out, "%s(char)%d,", column++ % 12 == 0 ? "\n" : "", byte);
	fprintf(out, "\n0};\n");
	return fclose(in);
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc < 3) {
		fprintf(stderr, "usage: embed_migrations OUT.c 0001_NAME.sql...\n");
		return 2;
	}
	out = fopen(argv[1], "w");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "#include \"store/store_migrations.h\"\n\n");
	for (int i = 2; i < argc; i++) {
		if (atoi(base_name(argv[i])) != i - 1) {
			fprintf(stderr, "%s: migration %d is expected\n", argv[i], i - 1);
			return 1;
		}
		if (write_text(out, argv[i], i - 1) != 0)
			return 1;
	}
	fprintf(out, "const struct ll_migration ll_migrations[] = {\n");
	for (int i = 2; i < argc; i++)
		fprintf(out, "\t{\"%s\", text_%d},\n", base_name(argv[i]), i - 1);
	fprintf(out, "};\nconst int32_t ll_migration_count = %d;\n", argc - 2);
	return fclose(out) == 0 ? 0 : 1;
}
