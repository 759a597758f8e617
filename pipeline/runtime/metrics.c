#include "runtime/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"

#define LABEL_VALUE_MAX 80 /* bytes of a label's value with its NUL; longer ones are cut */
#define LABEL_OTHER	"other"
#define SERIES_MAX	(LL_METRIC_LABELS_MAX + 1) /* the last one is "other" */
#define NANOSECONDS	1e9
#define SECONDS_MAX	1e6 /* of one observation: more is a clock that went astray */

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_row {
	const char *name;
	enum metric_type type;
	const char *label;
	const char *help;
};

static const struct metric_row metric_rows[LL_METRIC_COUNT] = {
#define METRIC_ROW(symbol, name, type, label, help) \
	[LL_METRIC_##symbol] = {name, METRIC_##type, label, help},
	LL_METRICS(METRIC_ROW)
#undef METRIC_ROW
};

static const char *const metric_type_names[] = {
	[METRIC_COUNTER] = "counter",
	[METRIC_GAUGE] = "gauge",
	[METRIC_HISTOGRAM] = "histogram",
};

/* Upper bounds in seconds, as text too so that they never depend on how a double is printed. */
struct bucket {
	double bound;
	const char *text;
};
static const struct bucket buckets[] = {
	{0.001, "0.001"}, {0.0025, "0.0025"}, {0.005, "0.005"}, {0.01, "0.01"}, {0.025, "0.025"},
	{0.05, "0.05"},	  {0.1, "0.1"},	      {0.25, "0.25"},	{0.5, "0.5"},	{1, "1"},
	{2.5, "2.5"},	  {5, "5"},	      {10, "10"},	{30, "30"},	{60, "60"},
};
#define BUCKET_COUNT (sizeof(buckets) / sizeof(buckets[0]))

/* A counter's number, or the bits of a gauge's double. */
struct series {
	char label[LABEL_VALUE_MAX];
	_Atomic uint64_t value;
};

struct histogram {
	_Atomic uint64_t counts[BUCKET_COUNT + 1]; /* each bucket's own; the last is +Inf */
	_Atomic uint64_t sum_ns;
};

struct metric {
	_Atomic int series_count; /* those whose label is written and may be read */
	struct series series[SERIES_MAX];
	struct histogram histogram;
};

struct ll_metrics {
	pthread_mutex_t lock; /* only for a label that is seen for the first time */
	struct metric metrics[LL_METRIC_COUNT];
};

int ll_metrics_new(struct ll_metrics **ret_metrics)
{
	struct ll_metrics *metrics = calloc(1, sizeof(*metrics));

	if (!metrics)
		return -LL_ERR_NO_MEMORY;
	pthread_mutex_init(&metrics->lock, NULL);
	for (int i = 0; i < LL_METRIC_COUNT; i++)
		if (!metric_rows[i].label)
			atomic_init(&metrics->metrics[i].series_count, 1);
	*ret_metrics = metrics;
	return 0;
}

void ll_metrics_free(struct ll_metrics *metrics)
{
	if (!metrics)
		return;
	pthread_mutex_destroy(&metrics->lock);
	free(metrics);
}

/* ---- series ------------------------------------------------------------------------------------
 */

static struct series *series_search(const struct metric *metric, const char *label)
{
	int count = atomic_load_explicit(&metric->series_count, memory_order_acquire);

	for (int i = 0; i < count; i++)
		if (strcmp(metric->series[i].label, label) == 0)
			return (struct series *)&metric->series[i];
	return NULL;
}

static struct series *series_add(struct ll_metrics *metrics, struct metric *metric,
				 const char *label)
{
	struct series *series;
	int count;

	pthread_mutex_lock(&metrics->lock);
	series = series_search(metric, label);
	count = atomic_load_explicit(&metric->series_count, memory_order_relaxed);
	if (!series && count >= LL_METRIC_LABELS_MAX) {
		label = LABEL_OTHER;
		series = series_search(metric, label);
	}
	if (!series) {
		series = &metric->series[count];
		snprintf(series->label, sizeof(series->label), "%s", label);
		atomic_store_explicit(&metric->series_count, count + 1, memory_order_release);
	}
	pthread_mutex_unlock(&metrics->lock);
	return series;
}

/* Cut to what a series can hold, never within a character. */
static void label_cut(const char *label, char ret_label[LABEL_VALUE_MAX])
{
	size_t size = strnlen(label, LABEL_VALUE_MAX - 1);

	while (size > 0 && ((unsigned char)label[size] & 0xc0) == 0x80)
		size--;
	memcpy(ret_label, label, size);
	ret_label[size] = '\0';
}

static struct series *series_of(struct ll_metrics *metrics, enum ll_metric id, const char *label)
{
	struct metric *metric = &metrics->metrics[id];
	char cut[LABEL_VALUE_MAX];
	struct series *series;

	assert((label != NULL) == (metric_rows[id].label != NULL));
	if (!label)
		return &metric->series[0];
	label_cut(label, cut);
	series = series_search(metric, cut);
	return series ? series : series_add(metrics, metric, cut);
}

/* ---- recording ---------------------------------------------------------------------------------
 */

static uint64_t double_to_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static double bits_to_double(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static void gauge_add(struct series *series, double amount)
{
	uint64_t before = atomic_load_explicit(&series->value, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(
		&series->value, &before, double_to_bits(bits_to_double(before) + amount),
		memory_order_relaxed, memory_order_relaxed))
		;
}

void ll_metrics_add(struct ll_metrics *metrics, enum ll_metric metric, const char *label,
		    int64_t amount)
{
	struct series *series = series_of(metrics, metric, label);

	assert(metric_rows[metric].type != METRIC_HISTOGRAM);
	if (metric_rows[metric].type == METRIC_GAUGE) {
		gauge_add(series, (double)amount);
		return;
	}
	assert(amount >= 0);
	atomic_fetch_add_explicit(&series->value, (uint64_t)amount, memory_order_relaxed);
}

void ll_metrics_set(struct ll_metrics *metrics, enum ll_metric metric, const char *label,
		    double value)
{
	struct series *series = series_of(metrics, metric, label);

	assert(metric_rows[metric].type == METRIC_GAUGE);
	atomic_store_explicit(&series->value, double_to_bits(value), memory_order_relaxed);
}

void ll_metrics_observe(struct ll_metrics *metrics, enum ll_metric metric, double seconds)
{
	struct histogram *histogram = &metrics->metrics[metric].histogram;
	size_t bucket = 0;

	assert(metric_rows[metric].type == METRIC_HISTOGRAM);
	if (!(seconds > 0)) /* a clock set back, or not a number */
		seconds = 0;
	if (seconds > SECONDS_MAX)
		seconds = SECONDS_MAX;
	while (bucket < BUCKET_COUNT && seconds > buckets[bucket].bound)
		bucket++;
	atomic_fetch_add_explicit(&histogram->counts[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&histogram->sum_ns, (uint64_t)(seconds * NANOSECONDS),
				  memory_order_relaxed);
}

static uint64_t histogram_count(const struct histogram *histogram)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= BUCKET_COUNT; i++)
		count += atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
	return count;
}

int64_t ll_metrics_get(const struct ll_metrics *metrics, enum ll_metric metric, const char *label)
{
	const struct metric *stored = &metrics->metrics[metric];
	const struct series *series;
	char cut[LABEL_VALUE_MAX] = "";
	uint64_t value;

	if (metric_rows[metric].type == METRIC_HISTOGRAM)
		return (int64_t)histogram_count(&stored->histogram);
	if (label)
		label_cut(label, cut);
	series = series_search(stored, cut);
	if (!series)
		return 0;
	value = atomic_load_explicit(&series->value, memory_order_relaxed);
	return metric_rows[metric].type == METRIC_GAUGE ? (int64_t)bits_to_double(value)
							: (int64_t)value;
}

/* ---- rendering ---------------------------------------------------------------------------------
 */

/* {label="value"}; the format escapes backslash, quote and newline. */
static int render_label(const char *name, const char *value, struct ll_buf *out)
{
	int err = ll_buf_append_format(out, "{%s=\"", name);

	for (; *value && !err; value++) {
		if (*value == '\n')
			err = ll_buf_append_str(out, "\\n");
		else if (*value == '\\' || *value == '"')
			err = ll_buf_append_format(out, "\\%c", *value);
		else
			err = ll_buf_append(out, value, 1);
	}
	return err ? err : ll_buf_append_str(out, "\"}");
}

static int render_series(const struct metric_row *row, const struct series *series,
			 struct ll_buf *out)
{
	uint64_t value = atomic_load_explicit(&series->value, memory_order_relaxed);
	int err = ll_buf_append_str(out, row->name);

	if (!err && row->label)
		err = render_label(row->label, series->label, out);
	if (err)
		return err;
	if (row->type == METRIC_COUNTER)
		return ll_buf_append_format(out, " %" PRIu64 "\n", value);
	return ll_buf_append_format(out, " %.17g\n", bits_to_double(value));
}

static int render_histogram(const struct metric_row *row, const struct histogram *histogram,
			    struct ll_buf *out)
{
	uint64_t sum_ns = atomic_load_explicit(&histogram->sum_ns, memory_order_relaxed);
	uint64_t total = 0;
	int err = 0;

	for (size_t i = 0; i <= BUCKET_COUNT && !err; i++) {
		total += atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
		err = ll_buf_append_format(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", row->name,
					   i < BUCKET_COUNT ? buckets[i].text : "+Inf", total);
	}
	return err ? err
		   : ll_buf_append_format(out, "%s_sum %.9f\n%s_count %" PRIu64 "\n", row->name,
					  (double)sum_ns / NANOSECONDS, row->name, total);
}

static int render_head(const char *name, const char *type, const char *help, struct ll_buf *out)
{
	return ll_buf_append_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static int render_metric(const struct ll_metrics *metrics, int id, struct ll_buf *out)
{
	const struct metric *metric = &metrics->metrics[id];
	const struct metric_row *row = &metric_rows[id];
	int count = atomic_load_explicit(&metric->series_count, memory_order_acquire);
	int err = render_head(row->name, metric_type_names[row->type], row->help, out);

	if (!err && row->type == METRIC_HISTOGRAM)
		return render_histogram(row, &metric->histogram, out);
	for (int i = 0; i < count && !err; i++)
		err = render_series(row, &metric->series[i], out);
	return err;
}

/* ---- the process itself ------------------------------------------------------------------------
 */

#define PROCESS_CPU	    "process_cpu_seconds_total"
#define PROCESS_CPU_HELP    "CPU time of this process, user and system, in seconds"
#define PROCESS_MEMORY	    "process_resident_memory_bytes"
#define PROCESS_MEMORY_HELP "resident memory of this process"

static double process_cpu_seconds(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage))
		return 0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long long process_resident_bytes(void)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	long long pages = 0;

	if (!statm)
		return 0;
	if (fscanf(statm, "%*s %lld", &pages) != 1)
		pages = 0;
	fclose(statm);
	return pages * sysconf(_SC_PAGESIZE);
}

static int render_process(struct ll_buf *out)
{
	int err = render_head(PROCESS_CPU, "counter", PROCESS_CPU_HELP, out);

	if (!err)
		err = ll_buf_append_format(out, PROCESS_CPU " %.6f\n", process_cpu_seconds());
	if (!err)
		err = render_head(PROCESS_MEMORY, "gauge", PROCESS_MEMORY_HELP, out);
	if (!err)
		err = ll_buf_append_format(out, PROCESS_MEMORY " %lld\n", process_resident_bytes());
	return err;
}

int ll_metrics_render(const struct ll_metrics *metrics, struct ll_buf *out)
{
	int err = 0;

	for (int i = 0; i < LL_METRIC_COUNT && !err; i++)
		err = render_metric(metrics, i, out);
	return err ? err : render_process(out);
}

/* ---- reference ---------------------------------------------------------------------------------
 */

static const char reference_head[] =
	"# Metrics\n"
	"\n"
	"Generated by `lifeline config metrics`; a test compares it with the program.\n"
	"\n"
	"Every stage serves these at `/metrics` of its `listen` address, in the Prometheus text\n"
	"format. Names and labels are a stable interface. A label has at most 64 values of its "
	"own;\n"
	"further ones count as `other`. Histograms have buckets from 1 ms to 60 s.\n"
	"\n"
	"`/healthz` answers 200 while the stage's loop turned within the last 30 s, `/readyz` "
	"while "
	"the\n"
	"stage is ready to work; else 503.\n"
	"\n"
	"| metric | type | label | meaning |\n"
	"|---|---|---|---|\n";

int ll_metrics_reference(struct ll_buf *out)
{
	int err = ll_buf_append_str(out, reference_head);

	for (int i = 0; i < LL_METRIC_COUNT && !err; i++) {
		const struct metric_row *row = &metric_rows[i];

		err = ll_buf_append_format(out, "| `%s` | %s | %s | %s |\n", row->name,
					   metric_type_names[row->type],
					   row->label ? row->label : "", row->help);
	}
	if (!err)
		err = ll_buf_append_str(out, "| `" PROCESS_CPU "` | counter |  | " PROCESS_CPU_HELP
					     " |\n| `" PROCESS_MEMORY
					     "` | gauge |  | " PROCESS_MEMORY_HELP " |\n");
	return err;
}
