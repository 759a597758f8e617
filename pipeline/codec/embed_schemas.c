/*
 * Runs on the build machine: embed_schemas OUT.c FILE.avsc…
 * Writes the files as const arrays, for builtin.h.
 */
#include <stdio.h>
#include <string.h>

static int write_array(FILE *out, const char *path, int number)
{
	FILE *in = fopen(path, "rb");
	int byte;
	int column = 0;

	if (!in) {
		perror(path);
		return -1;
	}
	fprintf(out, "static const unsigned char text_%d[] = {", number);
	while ((byte = fgetc(in)) != EOF)
		fprintf(out, "%s%d,", column++ % 20 == 0 ? "\n" : "", byte);
	fprintf(out, "\n};\n");
	return fclose(in);
}

static void write_entry(FILE *out, const char *path, int number)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	int size = (int)(dot ? (size_t)(dot - name) : strlen(name));

	fprintf(out, "\t{\"%.*s\", (const char *)text_%d, sizeof(text_%d)},\n", size, name, number,
		number);
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc < 3) {
		fprintf(stderr, "usage: embed_schemas OUT.c FILE.avsc...\n");
		return 2;
	}
	out = fopen(argv[1], "w");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "#include \"codec/builtin.h\"\n\n");
	for (int i = 2; i < argc; i++)
		if (write_array(out, argv[i], i - 2) != 0)
			return 1;
	fprintf(out, "const struct ll_builtin_schema ll_builtin_schemas[] = {\n");
	for (int i = 2; i < argc; i++)
		write_entry(out, argv[i], i - 2);
	fprintf(out, "};\nconst size_t ll_builtin_schema_count = %d;\n", argc - 2);
	return fclose(out) == 0 ? 0 : 1;
}
