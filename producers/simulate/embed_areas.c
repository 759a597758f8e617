/*
 * Runs on the build machine: embed_areas AREAS.csv OUT.c
 * Writes the file as the array of builtin_areas.h.
 */
#include <stdio.h>

#define BYTES_IN_LINE 20

int main(int argc, char **argv)
{
	FILE *in = NULL, *out = NULL;
	long size = 0;
	int byte;

	if (argc != 3) {
		fprintf(stderr, "usage: embed_areas AREAS.csv OUT.c\n");
		return 2;
	}
	in = fopen(argv[1], "rb");
	if (!in) {
		perror(argv[1]);
		return 1;
	}
	out = fopen(argv[2], "w");
	if (!out) {
		perror(argv[2]);
		return 1;
	}
	fprintf(out, "#include \"builtin_areas.h\"\n\nconst char ll_builtin_areas[] = {");
	while ((byte = fgetc(in)) != EOF)
		fprintf(out, "%s(char)%d,", size++ % BYTES_IN_LINE == 0 ? "\n" : "", byte);
	fprintf(out, "\n};\nconst size_t ll_builtin_areas_size = sizeof(ll_builtin_areas);\n");
	if (ferror(in) || ferror(out) || fclose(out) != 0) {
		perror(argv[2]);
		return 1;
	}
	fclose(in);
	return 0;
}
