/* Counters, gauges and histograms in Prometheus' text format, version 0.0.4. A fixed table, so that no label from
   outside can make it grow without bound; looking up and counting take no lock. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/core.h"

enum { SLOTS = 2048, METRICS_MAX = 1024, LABELS_PER_NAME = 100, NAME_BYTES = 64, LABEL_BYTES = 128, BUCKETS = 15 };

typedef enum MetricKind { METRIC_COUNTER, METRIC_GAUGE, METRIC_TIME } MetricKind;

/* Upper bounds in microseconds; written in seconds. */
static const int64_t bounds[BUCKETS] = {250,    500,    1000,   2500,    5000,    10000,    25000,   50000,
                                        100000, 250000, 500000, 1000000, 2500000, 10000000, 30000000};

struct Metric {
    char name[NAME_BYTES], label[LABEL_BYTES];
    uint64_t hash;
    MetricKind kind;
    _Atomic int64_t value; /* of a histogram: the sum of microseconds */
    _Atomic int64_t buckets[BUCKETS + 1];
};

static struct {
    pthread_mutex_t lock; /* only for adding */
    _Atomic(Metric *) slots[SLOTS];
    size_t len;
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t hash_of(const char *name, const char *label)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    hash = (hash ^ 0xFF) * 1099511628211u;
    for (; *label; label++)
        hash = (hash ^ (unsigned char)*label) * 1099511628211u;
    return hash;
}

static Metric *look(const char *name, const char *label, uint64_t hash, size_t *slot)
{
    for (size_t i = hash % SLOTS;; i = (i + 1) % SLOTS) {
        Metric *metric = atomic_load_explicit(&table.slots[i], memory_order_acquire);
        *slot = i;
        if (!metric || (metric->hash == hash && strcmp(metric->name, name) == 0 && strcmp(metric->label, label) == 0))
            return metric;
    }
}

static size_t labels_of(const char *name)
{
    size_t len = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        Metric *metric = atomic_load(&table.slots[i]);
        len += metric && strcmp(metric->name, name) == 0;
    }
    return len;
}

static Metric *add_locked(const char *name, const char *label, MetricKind kind)
{
    size_t slot;
    Metric *metric = look(name, label, hash_of(name, label), &slot);
    if (metric || table.len >= METRICS_MAX)
        return metric;
    metric = calloc(1, sizeof *metric);
    if (!metric)
        return NULL;
    snprintf(metric->name, NAME_BYTES, "%s", name);
    snprintf(metric->label, LABEL_BYTES, "%s", label);
    metric->hash = hash_of(name, label);
    metric->kind = kind;
    atomic_store_explicit(&table.slots[slot], metric, memory_order_release);
    table.len++;
    return metric;
}

/* NULL only when the table is full. A name with too many labels counts the rest under "other". */
static Metric *find(const char *name, const char *label, MetricKind kind)
{
    size_t slot;
    label = label ? label : "";
    Metric *metric = look(name, label, hash_of(name, label), &slot);
    if (metric)
        return metric;
    if (strlen(name) >= NAME_BYTES || strlen(label) >= LABEL_BYTES)
        label = "other=1";
    pthread_mutex_lock(&table.lock);
    if (*label && labels_of(name) >= LABELS_PER_NAME)
        label = "other=1";
    metric = strlen(name) < NAME_BYTES ? add_locked(name, label, kind) : NULL;
    pthread_mutex_unlock(&table.lock);
    return metric;
}

void metric_add(const char *name, const char *label, int64_t amount)
{
    Metric *metric = find(name, label, METRIC_COUNTER);
    if (metric && amount > 0)
        atomic_fetch_add_explicit(&metric->value, amount, memory_order_relaxed);
}

void metric_set(const char *name, const char *label, int64_t value)
{
    Metric *metric = find(name, label, METRIC_GAUGE);
    if (metric)
        atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

void metric_time(const char *name, const char *label, int64_t microseconds)
{
    Metric *metric = find(name, label, METRIC_TIME);
    if (!metric)
        return;
    size_t bucket = 0;
    while (bucket < BUCKETS && microseconds > bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&metric->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->value, microseconds, memory_order_relaxed);
}

/* ---- writing ---- */

static int by_name(const void *a, const void *b)
{
    const Metric *x = *(Metric *const *)a, *y = *(Metric *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->label, y->label);
}

static void write_quoted(Buf *out, Str value)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '"' || value.at[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, (unsigned char)value.at[i] < ' ' ? '?' : value.at[i]);
    }
    buf_add_char(out, '"');
}

/* "route=/market status=200" and a bound give {route="/market",status="200",le="0.005"} */
static void write_labels(Buf *out, const char *label, const char *bound)
{
    Str rest = str_of(label), pair, name, value;
    if (!rest.len && !bound)
        return;
    buf_add_char(out, '{');
    while (rest.len) {
        str_cut(rest, ' ', &pair, &rest);
        if (!str_cut(pair, '=', &name, &value)) {
            value = pair;
            name = STR("label");
        }
        buf_add(out, name);
        buf_add_char(out, '=');
        write_quoted(out, value);
        if (rest.len || bound)
            buf_add_char(out, ',');
    }
    if (bound)
        buf_addf(out, "le=\"%s\"", bound);
    buf_add_char(out, '}');
}

static void write_sample(Buf *out, const Metric *metric, const char *suffix, const char *bound, int64_t value)
{
    buf_add(out, str_of(metric->name));
    buf_add(out, str_of(suffix));
    write_labels(out, metric->label, bound);
    buf_addf(out, " %lld\n", (long long)value);
}

static void write_histogram(Buf *out, Metric *metric)
{
    int64_t sum = 0;
    for (size_t i = 0; i <= BUCKETS; i++) {
        char bound[24] = "+Inf";
        if (i < BUCKETS)
            snprintf(bound, sizeof bound, "%g", (double)bounds[i] / 1e6);
        sum += atomic_load(&metric->buckets[i]);
        write_sample(out, metric, "_bucket", bound, sum);
    }
    buf_addf(out, "%s_sum", metric->name);
    write_labels(out, metric->label, NULL);
    buf_addf(out, " %.6f\n", (double)atomic_load(&metric->value) / 1e6);
    write_sample(out, metric, "_count", NULL, sum);
}

static void write_process(Buf *out)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%ld %ld", &pages, &resident) == 2)
        buf_addf(out, "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %lld\n",
                 (long long)resident * sysconf(_SC_PAGESIZE));
    if (file)
        fclose(file);
    buf_addf(out, "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.3f\n", cpu);
    buf_addf(out, "# TYPE millet_build_info gauge\nmillet_build_info{version=\"" MILLET_VERSION "\"} 1\n");
}

void metrics_write(Buf *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    Metric *sorted[METRICS_MAX];
    size_t len = 0;
    for (size_t i = 0; i < SLOTS && len < METRICS_MAX; i++) {
        Metric *metric = atomic_load_explicit(&table.slots[i], memory_order_acquire);
        if (metric)
            sorted[len++] = metric;
    }
    qsort(sorted, len, sizeof(Metric *), by_name);
    for (size_t i = 0; i < len; i++) {
        if (i == 0 || strcmp(sorted[i]->name, sorted[i - 1]->name) != 0)
            buf_addf(out, "# TYPE %s %s\n", sorted[i]->name, kinds[sorted[i]->kind]);
        if (sorted[i]->kind == METRIC_TIME)
            write_histogram(out, sorted[i]);
        else
            write_sample(out, sorted[i], "", NULL, atomic_load(&sorted[i]->value));
    }
    write_process(out);
}
