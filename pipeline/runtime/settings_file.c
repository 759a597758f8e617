/*
 * The settings file: one YAML mapping of names to scalars (a list setting may be a sequence), and
 * under `kafka` a mapping of librdkafka's properties. Events of the parser are taken one by one, so
 * that nothing is nested deeper than these; anchors, aliases and tags have no meaning here and are
 * refused.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <yaml.h>

#include "runtime/settings_internal.h"

struct file_reader {
	struct ll_settings *settings;
	const char *file;
	struct ll_error *error;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one; always initialised */
	bool seen[LL_SETTING_COUNT];
	bool seen_kafka;
};

static int file_complain(struct file_reader *reader, const yaml_mark_t *mark, const char *what)
{
	return ll_error_set_at(reader->error, -LL_ERR_INVALID, (int)mark->line + 1,
			       (int)mark->column + 1, "%s: %s", reader->file, what);
}

/* The next event into reader->event; also refuses what has no meaning in any place. */
static int file_next(struct file_reader *reader)
{
	yaml_event_t *event = &reader->event;

	yaml_event_delete(event);
	if (!yaml_parser_parse(&reader->parser, event)) {
		memset(event, 0, sizeof(*event));
		return file_complain(reader, &reader->parser.problem_mark,
				     reader->parser.problem ? reader->parser.problem
							    : "not YAML in UTF-8");
	}
	if (event->type == YAML_ALIAS_EVENT ||
	    (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
	    (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor) ||
	    (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor))
		return file_complain(reader, &event->start_mark,
				     "anchors and aliases are not supported here");
	return 0;
}

static struct setting_place file_place(const struct file_reader *reader)
{
	return (struct setting_place){
		.origin = ORIGIN_FILE,
		.name = reader->file,
		.line = (int)reader->event.start_mark.line + 1,
		.column = (int)reader->event.start_mark.column + 1,
	};
}

/* The current scalar's text; a plain `~` or `null` is an empty one, as YAML means it. */
static int file_scalar(struct file_reader *reader, const char **ret_text)
{
	const char *text = (const char *)reader->event.data.scalar.value;

	if (reader->event.type != YAML_SCALAR_EVENT)
		return file_complain(reader, &reader->event.start_mark,
				     "a plain value belongs here");
	if (strlen(text) != reader->event.data.scalar.length)
		return file_complain(reader, &reader->event.start_mark, "a NUL within a value");
	if (reader->event.data.scalar.plain_implicit &&
	    (strcmp(text, "~") == 0 || strcmp(text, "null") == 0))
		text = "";
	*ret_text = text;
	return 0;
}

/* A sequence of scalars, joined with commas. */
static int file_sequence(struct file_reader *reader, struct ll_buf *joined)
{
	int err = file_next(reader);

	while (!err && reader->event.type != YAML_SEQUENCE_END_EVENT) {
		const char *text;

		err = file_scalar(reader, &text);
		if (!err && strchr(text, ','))
			err = file_complain(reader, &reader->event.start_mark,
					    "one name each, without a comma");
		if (!err && joined->size > 0)
			err = ll_buf_append(joined, ",", 1);
		if (!err)
			err = ll_buf_append_str(joined, text);
		if (!err)
			err = file_next(reader);
	}
	return err ? err : ll_buf_append(joined, "", 1);
}

static int file_setting(struct file_reader *reader, int setting)
{
	struct setting_place place;
	struct ll_buf joined;
	const char *text;
	int err = file_next(reader);

	if (err)
		return err;
	place = file_place(reader);
	ll_buf_init(&joined);
	if (reader->event.type == YAML_SEQUENCE_START_EVENT && ll_setting_rows[setting].list) {
		err = file_sequence(reader, &joined);
		text = (const char *)joined.data;
	} else {
		err = file_scalar(reader, &text);
	}
	if (!err)
		err = ll_settings_put(reader->settings, setting, text, &place, reader->error);
	ll_buf_release(&joined);
	return err;
}

static bool kafka_from_file(const struct file_reader *reader, const char *name, const bool *seen)
{
	for (size_t i = 0; i < reader->settings->kafka_count; i++)
		if (seen[i] && strcmp(reader->settings->kafka[i].name, name) == 0)
			return true;
	return false;
}

static void kafka_mark_seen(const struct file_reader *reader, const char *name, bool *seen)
{
	for (size_t i = 0; i < reader->settings->kafka_count; i++)
		if (strcmp(reader->settings->kafka[i].name, name) == 0)
			seen[i] = true;
}

/* One property; the current event is its key. */
static int file_kafka_property(struct file_reader *reader, bool *seen)
{
	char name[KAFKA_NAME_MAX + 1];
	struct setting_place place = file_place(reader);
	const char *text;
	int err = file_scalar(reader, &text);

	if (err)
		return err;
	snprintf(name, sizeof(name), "%s", text);
	if (strlen(text) >= sizeof(name))
		return file_complain(reader, &reader->event.start_mark, "a name is too long");
	if (kafka_from_file(reader, name, seen))
		return file_complain(reader, &reader->event.start_mark,
				     "this name was there before");
	err = file_next(reader);
	if (!err)
		err = file_scalar(reader, &text);
	if (!err)
		err = ll_settings_put_kafka(reader->settings, name, text, &place, reader->error);
	if (!err)
		kafka_mark_seen(reader, name, seen);
	return err;
}

static int file_kafka(struct file_reader *reader)
{
	bool seen[KAFKA_COUNT_MAX] = {false};
	int err = file_next(reader);

	if (!err && reader->event.type != YAML_MAPPING_START_EVENT)
		return file_complain(reader, &reader->event.start_mark,
				     "kafka is a map of Kafka client properties");
	if (!err)
		err = file_next(reader);
	while (!err && reader->event.type != YAML_MAPPING_END_EVENT) {
		err = file_kafka_property(reader, seen);
		if (!err)
			err = file_next(reader);
	}
	return err;
}

static int file_unknown(struct file_reader *reader, const char *key)
{
	const char *nearest = ll_setting_nearest(key);
	yaml_mark_t mark = reader->event.start_mark;

	return ll_error_set_at(reader->error, -LL_ERR_INVALID, (int)mark.line + 1,
			       (int)mark.column + 1,
			       nearest ? "%s: there is no setting \"%.64s\"; did you mean %s?"
				       : "%s: there is no setting \"%.64s\"",
			       reader->file, key, nearest);
}

/* One key of the outer mapping and its value; the current event is the key. */
static int file_key(struct file_reader *reader)
{
	const char *key;
	bool *seen;
	int setting;
	int err = file_scalar(reader, &key);

	if (err)
		return err;
	setting = ll_setting_find(key);
	if (setting < 0 && strcmp(key, "kafka") != 0)
		return file_unknown(reader, key);
	seen = setting < 0 ? &reader->seen_kafka : &reader->seen[setting];
	if (*seen)
		return file_complain(reader, &reader->event.start_mark,
				     "this name was there before");
	*seen = true;
	return setting < 0 ? file_kafka(reader) : file_setting(reader, setting);
}

static int file_document(struct file_reader *reader)
{
	int err = file_next(reader); /* the stream's start */

	if (!err)
		err = file_next(reader); /* the document's, or the end of an empty file */
	if (err || reader->event.type == YAML_STREAM_END_EVENT)
		return err;
	err = file_next(reader);
	if (!err && reader->event.type == YAML_SCALAR_EVENT &&
	    reader->event.data.scalar.length == 0)
		return 0; /* nothing but comments after `---` */
	if (!err && reader->event.type != YAML_MAPPING_START_EVENT)
		return file_complain(reader, &reader->event.start_mark,
				     "a settings file is a map of names to values");
	if (!err)
		err = file_next(reader);
	while (!err && reader->event.type != YAML_MAPPING_END_EVENT) {
		err = file_key(reader);
		if (!err)
			err = file_next(reader);
	}
	if (!err)
		err = file_next(reader); /* the document's end */
	if (!err)
		err = file_next(reader);
	if (!err && reader->event.type != YAML_STREAM_END_EVENT)
		return file_complain(reader, &reader->event.start_mark,
				     "a settings file holds one document");
	return err;
}

static int file_load(const char *file, char **ret_text, size_t *ret_size, struct ll_error *error)
{
	FILE *stream = fopen(file, "re");
	char *text = malloc(SETTING_FILE_MAX + 1);
	size_t size = 0;
	int err = 0;

	if (!stream)
		err = ll_error_set(error, -LL_ERR_IO, "%s: %s", file, strerror(errno));
	else if (!text)
		err = ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	if (!err) {
		size = fread(text, 1, SETTING_FILE_MAX + 1, stream);
		if (ferror(stream))
			err = ll_error_set(error, -LL_ERR_IO, "%s: %s", file, strerror(errno));
		else if (size > SETTING_FILE_MAX)
			err = ll_error_set(error, -LL_ERR_INVALID, "%s: larger than 1 MiB", file);
	}
	if (stream)
		fclose(stream);
	if (err) {
		free(text);
		return err;
	}
	*ret_text = text;
	*ret_size = size;
	return 0;
}

int ll_settings_read_file(struct ll_settings *settings, const char *file, struct ll_error *error)
{
	struct file_reader reader = {.settings = settings, .file = file, .error = error};
	char *text = NULL;
	size_t size = 0;
	int err = file_load(file, &text, &size, error);

	if (err)
		return err;
	if (!yaml_parser_initialize(&reader.parser)) {
		free(text);
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, size);
	err = file_document(&reader);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	free(text);
	return err;
}
