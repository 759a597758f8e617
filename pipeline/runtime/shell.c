#include "runtime/shell.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/log.h"

#define SECRET_FILE_MAX (LL_SECRET_MAX + 64) /* bytes: the secret and white space around it */
#define MAKE_SECRET	"head -c 32 /dev/urandom | base64 > secret && chmod 600 secret"

static const char *shell_text(const struct ll_invocation *invocation, enum ll_setting setting)
{
	return ll_settings_text(ll_invocation_settings(invocation), setting);
}

int ll_shell_fail(const struct ll_invocation *invocation, const char *what,
		  const struct ll_error *error)
{
	return ll_complain_error(invocation, ll_exit_of(error->code), what, error);
}

void ll_shell_log(const struct ll_invocation *invocation, const char *stage)
{
	int level = ll_log_level_by_name(shell_text(invocation, LL_SETTING_LOG_LEVEL));

	ll_log_init(stage, (enum ll_log_level)level); /* the settings have checked the name */
}

/* Functions without a story of their own still have a code. */
static int shell_tell(const struct ll_invocation *invocation, const char *what, int err,
		      struct ll_error *error)
{
	if (err && error->code == 0)
		error->code = err;
	if (err)
		ll_complain_error(invocation, 0, what, error);
	return err;
}

/* ---- Kafka -------------------------------------------------------------------------------------
 */

static const char *bootstrap_servers(const struct ll_invocation *invocation)
{
	size_t count;
	const struct ll_bus_property *properties =
		ll_settings_kafka(ll_invocation_settings(invocation), &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(properties[i].name, "bootstrap.servers") == 0)
			return properties[i].value;
	return "";
}

int ll_shell_bus(const struct ll_invocation *invocation, struct ll_bus **ret_bus)
{
	struct ll_error error = {0};
	size_t count;
	const struct ll_bus_property *properties =
		ll_settings_kafka(ll_invocation_settings(invocation), &count);

	return shell_tell(invocation, "Kafka client",
			  ll_bus_kafka_new(properties, count, ret_bus, &error), &error);
}

static void ignore_topic(void *context, const char *topic, int32_t partitions)
{
	(void)context;
	(void)topic;
	(void)partitions;
}

int ll_shell_bus_ready(const struct ll_invocation *invocation, struct ll_bus **ret_bus)
{
	struct ll_error error = {0};
	struct ll_bus *bus = NULL;
	int err = ll_shell_bus(invocation, &bus);

	if (err)
		return err;
	err = ll_bus_list_topics(bus, LL_SHELL_ANSWER_MS, ignore_topic, NULL, &error);
	if (err) {
		ll_bus_free(bus);
		return ll_complain(invocation, err,
				   "Kafka does not answer at %s; start it, or name another with "
				   "--kafka.bootstrap.servers HOST:PORT (%s)",
				   bootstrap_servers(invocation),
				   error.message[0] ? error.message : ll_err_text(err));
	}
	*ret_bus = bus;
	return 0;
}

/* ---- PostgreSQL --------------------------------------------------------------------------------
 */

int ll_shell_store(const struct ll_invocation *invocation, struct ll_store **ret_store)
{
	struct ll_error error = {0};

	return shell_tell(invocation, "the setting database",
			  ll_store_pg_new(shell_text(invocation, LL_SETTING_DATABASE), ret_store),
			  &error);
}

int ll_shell_store_ready(const struct ll_invocation *invocation, struct ll_store **ret_store)
{
	struct ll_error error = {0};
	struct ll_store *store = NULL;
	int err = ll_shell_store(invocation, &store);

	if (err)
		return err;
	err = ll_store_ping(store, &error);
	if (err) {
		ll_store_free(store);
		return ll_complain(invocation, err,
				   "PostgreSQL does not answer; start it, or say where it is with "
				   "--database 'host=HOST dbname=NAME user=USER' (%s)",
				   error.message[0] ? error.message : ll_err_text(err));
	}
	*ret_store = store;
	return 0;
}

int ll_shell_codec(const struct ll_invocation *invocation, struct ll_codec **ret_codec)
{
	struct ll_error error = {0};

	return shell_tell(invocation, "built-in schemas", ll_codec_new(ret_codec, &error), &error);
}

/* ---- the secret --------------------------------------------------------------------------------
 */

static void warn_if_others_read(const struct ll_invocation *invocation, const char *file,
				FILE *stream)
{
	struct stat status;

	if (fstat(fileno(stream), &status) == 0 && S_ISREG(status.st_mode) &&
	    (status.st_mode & S_IROTH))
		ll_complain(invocation, 0,
			    "warning: everybody can read %s; whoever has the secret can undo "
			    "pseudonyms: chmod 600 %s",
			    file, file);
}

/* The file's bytes; one more than SECRET_FILE_MAX when it is larger. */
static int secret_read(const struct ll_invocation *invocation, const char *file,
		       char ret_text[SECRET_FILE_MAX + 1], size_t *ret_size)
{
	FILE *stream = fopen(file, "re");
	bool failed;

	if (!stream)
		return ll_complain(invocation, -LL_ERR_IO,
				   "the secret file %s: %s; a new one is made with: " MAKE_SECRET,
				   file, strerror(errno));
	setvbuf(stream, NULL, _IONBF, 0); /* no copy of the secret stays in a buffer */
	warn_if_others_read(invocation, file, stream);
	*ret_size = fread(ret_text, 1, SECRET_FILE_MAX + 1, stream);
	failed = ferror(stream) != 0;
	fclose(stream);
	if (failed)
		return ll_complain(invocation, -LL_ERR_IO, "the secret file %s cannot be read",
				   file);
	return 0;
}

int ll_shell_pseudonyms(const struct ll_invocation *invocation,
			struct ll_pseudonyms **ret_pseudonyms)
{
	const char *file = shell_text(invocation, LL_SETTING_SECRET_FILE);
	char text[SECRET_FILE_MAX + 1];
	size_t size = 0;
	int err;

	if (!*file)
		return ll_complain(
			invocation, -LL_ERR_MISSING,
			"the secret that turns citizen numbers into pseudonyms is missing: name "
			"its "
			"file with --secret-file FILE or LIFELINE_SECRET_FILE; every program of a "
			"deployment needs the same one. A new one is made with: " MAKE_SECRET);
	err = secret_read(invocation, file, text, &size);
	if (!err) {
		err = size > SECRET_FILE_MAX
			      ? -LL_ERR_INVALID
			      : ll_pseudonyms_new(ll_str_trim((struct ll_str){text, size}),
						  ret_pseudonyms);
		if (err == -LL_ERR_INVALID)
			ll_complain(invocation, 0,
				    "the secret in %s must be %d to %d bytes; a new one is made "
				    "with: " MAKE_SECRET,
				    file, LL_SECRET_MIN, LL_SECRET_MAX);
		else if (err)
			ll_complain(invocation, 0, "pseudonyms: %s", ll_err_text(err));
	}
	explicit_bzero(text, sizeof(text));
	return err;
}

/* ---- the process -------------------------------------------------------------------------------
 */

int ll_shell_instance(const struct ll_invocation *invocation, char ret_instance[LL_INSTANCE_MAX])
{
	const char *instance = shell_text(invocation, LL_SETTING_INSTANCE);
	char host[256] = "";

	if (*instance) {
		snprintf(ret_instance, LL_INSTANCE_MAX, "%s", instance);
		return 0;
	}
	if (gethostname(host, sizeof(host) - 1) || !*host || strlen(host) >= LL_INSTANCE_MAX)
		return ll_complain(invocation, -LL_ERR_INVALID,
				   "this host has no name of 1 to %d bytes: name the instance with "
				   "--instance NAME",
				   LL_INSTANCE_MAX - 1);
	snprintf(ret_instance, LL_INSTANCE_MAX, "%s", host);
	return 0;
}

int ll_shell_endpoint(const struct ll_invocation *invocation, const char *stage,
		      struct ll_metrics *metrics, struct ll_endpoint **ret_endpoint)
{
	const char *listen = shell_text(invocation, LL_SETTING_LISTEN);
	struct ll_error error = {0};
	int err = ll_endpoint_new(listen, stage, metrics, ret_endpoint, &error);
	char quoted[128];

	if (err)
		return shell_tell(invocation, "", err, &error);
	if (*ret_endpoint)
		ll_log(LL_LOG_INFO, "listening", "setting=%s port=%d",
		       ll_log_quote(listen, quoted, sizeof(quoted)),
		       ll_endpoint_port(*ret_endpoint));
	return 0;
}
