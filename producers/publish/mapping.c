#include "mapping_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "codec/subject.h"
#include "policy/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int reader_error(int err, struct ll_error *error)
{
	/* yaml_tree speaks of policies; to its caller here the text is merely not valid. */
	if (err != -LL_ERR_BAD_POLICY)
		return err;
	if (error)
		error->code = -LL_ERR_INVALID;
	return -LL_ERR_INVALID;
}

/* ---- columns ---- */

int ll_mapping_column(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
		      bool optional, int32_t *ret_index)
{
	struct ll_mapping *mapping = reader->mapping;

	for (size_t i = 0; i < mapping->column_count; i++) {
		if (!ll_str_equal(mapping->columns[i].name, node->text))
			continue;
		mapping->columns[i].optional = mapping->columns[i].optional && optional;
		*ret_index = (int32_t)i;
		return 0;
	}
	if (mapping->column_count == LL_ROW_WANTED_MAX)
		return ll_yaml_error(reader->error, node, "more than %d columns are used",
				     LL_ROW_WANTED_MAX);
	mapping->columns[mapping->column_count] = (struct ll_wanted_column){node->text, optional};
	*ret_index = (int32_t)mapping->column_count++;
	return 0;
}

/* A node that may be absent: then the index stays -1. */
static int add_column_if(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
			 int32_t *ret_index)
{
	return node ? ll_mapping_column(reader, node, false, ret_index) : 0;
}

int ll_mapping_check_text(struct ll_mapping_reader *reader, const struct ll_yaml_node *node,
			  const char *what)
{
	if (node->kind == LL_YAML_TEXT && node->text.size > 0)
		return 0;
	return ll_yaml_error(reader->error, node, "%s: write one name", what);
}

/* ---- what the mapping is of ---- */

static const struct ll_field *record_field(const struct ll_field_record *record, const char *name)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return &record->fields[i];
	return NULL;
}

/* The life event's payload union: tag and structs. */
static const struct ll_field *payload_field(void)
{
	const struct ll_field *field =
		record_field(ll_field_record_of(LL_MESSAGE_LIFE_EVENT), "payload");

	assert(field && field->type == LL_FIELD_UNION);
	return field;
}

static struct ll_str kind_at(const void *context, int32_t index)
{
	(void)context;
	return ll_str_from(ll_event_kind_name((enum ll_event_kind)index));
}

static int read_kind(struct ll_mapping_reader *reader, const struct ll_yaml_node *node)
{
	struct ll_names names = {LL_EVENT_KIND_COUNT, kind_at, NULL};
	struct ll_mapping *mapping = reader->mapping;
	const struct ll_field *payload = payload_field();
	int32_t kind = ll_names_find(&names, node->text);
	char hint[LL_NAMES_HINT_MAX];

	if (kind < 0) {
		ll_names_hint(&names, node->text, hint);
		return ll_yaml_error(reader->error, node, "no kind of event is called '%.*s': %s",
				     LL_STR_ARG(ll_yaml_shown(node->text)), hint);
	}
	mapping->kind = (enum ll_event_kind)kind;
	mapping->payload = &payload->choice->branches[kind];
	mapping->payload_offset = payload->offset + mapping->payload->offset;
	return 0;
}

static int read_source(struct ll_mapping_reader *reader, const struct ll_yaml_node *node)
{
	if (node->text.size > LL_SOURCE_MAX)
		return ll_yaml_error(reader->error, node, "the source is longer than %d bytes",
				     LL_SOURCE_MAX);
	for (size_t i = 0; i < node->text.size; i++) {
		char c = node->text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return ll_yaml_error(reader->error, node,
					     "a source is of a to z, 0 to 9 and '-': the name of "
					     "the department's topic");
	}
	reader->mapping->source = node->text;
	return 0;
}

int ll_mapping_format_by_name(struct ll_str name)
{
	if (ll_str_equal(name, LL_STR("csv")))
		return LL_FORMAT_CSV;
	return ll_str_equal(name, LL_STR("ndjson")) ? LL_FORMAT_NDJSON : -1;
}

static int read_format(struct ll_mapping_reader *reader, const struct ll_yaml_node *node)
{
	int format = ll_mapping_format_by_name(node->text);

	if (format < 0)
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no format: write csv or ndjson",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	reader->mapping->format = (enum ll_row_format)format;
	return 0;
}

static int read_charset(struct ll_mapping_reader *reader, const struct ll_yaml_node *node)
{
	int charset = ll_charset_by_name(node->text);

	if (charset < 0)
		return ll_yaml_error(reader->error, node,
				     "'%.*s' is no charset: write utf-8 or gb18030",
				     LL_STR_ARG(ll_yaml_shown(node->text)));
	reader->mapping->charset = (enum ll_charset)charset;
	return 0;
}

static int read_delimiter(struct ll_mapping_reader *reader, const struct ll_yaml_node *node)
{
	char delimiter = node->text.data[0];

	if (node->text.size != 1 || !strchr(",;\t|", delimiter))
		return ll_yaml_error(reader->error, node,
				     "a delimiter is \",\", \";\", \"|\" or \"\\t\"");
	/* '|' is also the second byte of Chinese characters there. */
	if (delimiter == '|' && reader->mapping->charset == LL_CHARSET_GB18030)
		return ll_yaml_error(reader->error, node,
				     "\"|\" cannot be told from text in gb18030: use another");
	reader->mapping->delimiter = delimiter;
	return 0;
}

static int read_event_id(struct ll_mapping_reader *reader, const struct ll_yaml_node *list)
{
	struct ll_mapping *mapping = reader->mapping;

	if (list->count > LL_MAPPING_KEYS_MAX)
		return ll_yaml_error(reader->error, list, "more than %d columns in 'event_id'",
				     LL_MAPPING_KEYS_MAX);
	for (const struct ll_yaml_node *node = list->first; node; node = node->next) {
		int err = ll_mapping_check_text(reader, node, "a column of 'event_id'");

		if (!err)
			err = ll_mapping_column(reader, node, false,
						&mapping->event_id[mapping->event_id_count]);
		if (err)
			return err;
		mapping->event_id_count++;
	}
	return 0;
}

static int read_subject(struct ll_mapping_reader *reader, const struct ll_yaml_node *map)
{
	static const struct ll_yaml_field keys[] = {
		{"citizen_number", LL_YAML_TEXT, false, "the column of citizen numbers"},
		{"household_code", LL_YAML_TEXT, false, "the column of household codes"},
	};
	const struct ll_yaml_node *values[COUNT(keys)];
	int err = ll_yaml_fields(map, "subject", keys, COUNT(keys), values, reader->error);

	if (err)
		return err;
	if (!values[0] == !values[1])
		return ll_yaml_error(
			reader->error, map,
			"'subject' is either a 'citizen_number' or a 'household_code'");
	if (!values[0] && ll_subject_is_person(reader->mapping->kind))
		return ll_yaml_error(reader->error, map,
				     "%s is of one person: 'subject' takes a 'citizen_number'",
				     ll_event_kind_name(reader->mapping->kind));
	reader->mapping->subject_type = values[0] ? LL_SUBJECT_PERSON : LL_SUBJECT_HOUSEHOLD;
	return ll_mapping_column(reader, values[0] ? values[0] : values[1], false,
				 &reader->mapping->subject);
}

static int read_action(struct ll_mapping_reader *reader, const struct ll_yaml_node *map)
{
	static const struct ll_yaml_field keys[] = {
		{"column", LL_YAML_TEXT, true, "the column that says what happened to the fact"},
		{"retract", LL_YAML_LIST, true, "the list of values that take the fact back"},
	};
	const struct ll_yaml_node *values[COUNT(keys)];
	struct ll_mapping *mapping = reader->mapping;
	struct ll_str *retract;
	int err = ll_yaml_fields(map, "action", keys, COUNT(keys), values, reader->error);

	if (err)
		return err;
	retract = ll_arena_calloc(&mapping->arena, (size_t)values[1]->count, sizeof(*retract));
	if (!retract)
		return -LL_ERR_NO_MEMORY;
	for (const struct ll_yaml_node *node = values[1]->first; node; node = node->next) {
		err = ll_mapping_check_text(reader, node, "a value that retracts");
		if (err)
			return err;
		retract[mapping->retract_count++] = node->text;
	}
	mapping->retract = retract;
	return ll_mapping_column(reader, values[0], false, &mapping->action);
}

enum {
	M_SOURCE,
	M_KIND,
	M_FORMAT,
	M_CHARSET,
	M_DELIMITER,
	M_EVENT_ID,
	M_REVISION,
	M_OCCURRED_ON,
	M_REPORTED_AT,
	M_SUBJECT,
	M_ACTION,
	M_FIELDS,
	M_COUNT
};

static const struct ll_yaml_field mapping_keys[M_COUNT] = {
	[M_SOURCE] = {"source", LL_YAML_TEXT, false, "the department's name"},
	[M_KIND] = {"kind", LL_YAML_TEXT, true, "a kind of event, such as hospitalisation"},
	[M_FORMAT] = {"format", LL_YAML_TEXT, false, "csv or ndjson"},
	[M_CHARSET] = {"charset", LL_YAML_TEXT, false, "utf-8 or gb18030"},
	[M_DELIMITER] = {"delimiter", LL_YAML_TEXT, false, "\",\", \";\", \"|\" or \"\\t\""},
	[M_EVENT_ID] = {"event_id", LL_YAML_LIST, false, "the list of columns that name a fact"},
	[M_REVISION] = {"revision", LL_YAML_TEXT, false, "the column of the revision"},
	[M_OCCURRED_ON] = {"occurred_on", LL_YAML_TEXT, true, "the column of the fact's day"},
	[M_REPORTED_AT] = {"reported_at", LL_YAML_TEXT, false,
			   "the column of the time of reporting"},
	[M_SUBJECT] = {"subject", LL_YAML_MAP, true,
		       "{citizen_number: column} or {household_code: …}"},
	[M_ACTION] = {"action", LL_YAML_MAP, false, "{column: …, retract: [values]}"},
	[M_FIELDS] = {"fields", LL_YAML_MAP, false, "'field: column' lines"},
};

/* A correction must say which fact it corrects. */
static int check_identity(struct ll_mapping_reader *reader,
			  const struct ll_yaml_node *const *values)
{
	const struct ll_yaml_node *node =
		values[M_REVISION] ? values[M_REVISION] : values[M_ACTION];

	if (!node || reader->mapping->event_id_count > 0)
		return 0;
	return ll_yaml_error(reader->error, node->key,
			     "'%.*s' needs an 'event_id': without one a row cannot say which fact "
			     "it corrects",
			     LL_STR_ARG(node->key->text));
}

static int read_how(struct ll_mapping_reader *reader, const struct ll_yaml_node *const *values)
{
	static const struct {
		int key;
		int (*read)(struct ll_mapping_reader *reader, const struct ll_yaml_node *node);
	} steps[] = {
		{M_KIND, read_kind},	       {M_SOURCE, read_source},
		{M_FORMAT, read_format},       {M_CHARSET, read_charset},
		{M_DELIMITER, read_delimiter}, {M_SUBJECT, read_subject},
		{M_EVENT_ID, read_event_id},   {M_ACTION, read_action},
	};

	for (size_t i = 0; i < COUNT(steps); i++) {
		const struct ll_yaml_node *node = values[steps[i].key];
		int err = node ? steps[i].read(reader, node) : 0;

		if (err)
			return err;
	}
	return check_identity(reader, values);
}

static int read_mapping(struct ll_mapping_reader *reader, const struct ll_yaml_node *root)
{
	struct ll_mapping *mapping = reader->mapping;
	const struct ll_yaml_node *values[M_COUNT];
	int err = ll_yaml_fields(root, "the mapping", mapping_keys, M_COUNT, values, reader->error);

	if (!err)
		err = read_how(reader, values);
	if (!err)
		err = ll_mapping_column(reader, values[M_OCCURRED_ON], false,
					&mapping->occurred_on);
	if (!err)
		err = add_column_if(reader, values[M_REVISION], &mapping->revision);
	if (!err)
		err = add_column_if(reader, values[M_REPORTED_AT], &mapping->reported_at);
	return err ? err : ll_mapping_read_fields(reader, values[M_FIELDS], root);
}

int ll_mapping_parse(struct ll_str yaml, struct ll_mapping **ret_mapping, struct ll_error *error)
{
	struct ll_mapping *mapping;
	struct ll_yaml_node *root;
	struct ll_mapping_reader reader;
	int err;

	if (ll_str_trim(yaml).size == 0)
		return ll_error_set_at(error, -LL_ERR_INVALID, 1, 1,
				       "the mapping is empty: begin with 'kind: hospitalisation'");
	if (yaml.size > LL_MAPPING_TEXT_MAX)
		return ll_error_set_at(error, -LL_ERR_INVALID, 1, 1,
				       "a mapping is at most %d bytes long", LL_MAPPING_TEXT_MAX);
	mapping = calloc(1, sizeof(*mapping));
	if (!mapping)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	ll_arena_init(&mapping->arena, 0);
	mapping->delimiter = ',';
	mapping->revision = mapping->reported_at = mapping->action = -1;
	reader = (struct ll_mapping_reader){mapping, error};
	err = ll_yaml_parse(yaml, &mapping->arena, &root, error);
	if (!err)
		err = read_mapping(&reader, root);
	if (err == -LL_ERR_NO_MEMORY)
		ll_error_set(error, err, "out of memory");
	if (err) {
		ll_mapping_free(mapping);
		return reader_error(err, error);
	}
	*ret_mapping = mapping;
	return 0;
}

/* Up to max bytes of a file; -LL_ERR_TOO_LARGE when there are more. */
static int read_small_file(const char *path, char *ret_text, size_t max, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -LL_ERR_IO;
	while (size < max && got > 0) {
		got = read(fd, ret_text + size, max - size);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			size += (size_t)got;
	}
	if (got < 0) {
		int cause = errno;

		close(fd);
		errno = cause;
		return -LL_ERR_IO;
	}
	close(fd);
	*ret_size = size;
	return 0;
}

int ll_mapping_read(const char *path, struct ll_mapping **ret_mapping, struct ll_error *error)
{
	size_t size = 0;
	char *text = malloc(LL_MAPPING_TEXT_MAX + 1);
	int err;

	if (!text)
		return ll_error_set(error, -LL_ERR_NO_MEMORY, "out of memory");
	err = read_small_file(path, text, LL_MAPPING_TEXT_MAX + 1, &size);
	if (err)
		ll_error_set(error, err, "%s", strerror(errno));
	else
		err = ll_mapping_parse((struct ll_str){text, size}, ret_mapping, error);
	free(text);
	return err;
}

void ll_mapping_free(struct ll_mapping *mapping)
{
	if (!mapping)
		return;
	ll_arena_release(&mapping->arena);
	free(mapping);
}
