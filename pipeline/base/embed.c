/*
 * Runs on the build machine: embed OUT.c SYMBOL FILE...
 * Writes the files as the arrays that embedded.h describes.
 */
#include <stdio.h>
#include <string.h>

#define BYTES_IN_LINE 20

static int write_text(FILE *out, const char *path, int number)
{
	FILE *in = fopen(path, "rb");
	int column = 0;
	int byte;

	if (!in) {
		perror(path);
		return -1;
	}
	fprintf(out, "static const char text_%d[] = {", number);
	while ((byte = fgetc(in)) != EOF)
		fprintf(out, "%s(char)%d,", column++ % BYTES_IN_LINE == 0 ? "\n" : "", byte);
	fprintf(out, "\n0};\n");
	return fclose(in);
}

static void write_entry(FILE *out, const char *path, int number)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	int size = (int)(dot ? (size_t)(dot - name) : strlen(name));

	fprintf(out, "\t{\"%.*s\", text_%d, sizeof(text_%d) - 1},\n", size, name, number, number);
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc < 4) {
		fprintf(stderr, "usage: embed OUT.c SYMBOL FILE...\n");
		return 2;
	}
	out = fopen(argv[1], "w");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "#include \"base/embedded.h\"\n\n");
	for (int i = 3; i < argc; i++)
		if (write_text(out, argv[i], i - 3) != 0)
			return 1;
	fprintf(out, "extern const struct ll_embedded %s[];\nextern const size_t %s_count;\n",
		argv[2], argv[2]);
	fprintf(out, "const struct ll_embedded %s[] = {\n", argv[2]);
	for (int i = 3; i < argc; i++)
		write_entry(out, argv[i], i - 3);
	fprintf(out, "};\nconst size_t %s_count = %d;\n", argv[2], argc - 3);
	return fclose(out) == 0 ? 0 : 1;
}
