/* Durable writes a second through db_write: db FOLDER-or-URL CLIENTS SECONDS. Each client is a thread that writes one row,
   waits until it is on disk, and writes the next. Prints: writes/s, processor ms per 1,000 writes, slowest 1 % in ms. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "db/db.h"

enum { SAMPLES_MAX = 1 << 20 };

typedef struct Client {
    Store *store;
} Client;

static atomic_bool stop;
static atomic_long written, failed;
static int32_t samples[SAMPLES_MAX]; /* microseconds */

static const ColumnType types[] = {COL_INT, COL_TEXT};
static const Statement make = {
    .name = "make",
    .sqlite = "CREATE TABLE IF NOT EXISTS bench_row (id INTEGER PRIMARY KEY, x TEXT)",
    .postgres = "CREATE TABLE IF NOT EXISTS bench_row (id BIGINT PRIMARY KEY, x TEXT)",
    .writes = true,
};
static Statement add = {
    .name = "add",
    .sqlite = "INSERT INTO bench_row (id, x) VALUES (?1, ?2)",
    .postgres = "INSERT INTO bench_row (id, x) VALUES ($1, $2)",
    .writes = true,
    .params = types,
    .params_len = 2,
};

static Err *make_table(Tx *tx, void *arg)
{
    (void)arg;
    return db_run(tx, &make, NULL, NULL);
}

static Err *add_row(Tx *tx, void *arg)
{
    const Param params[] = {
        {.type = COL_INT, .integer = *(const int64_t *)arg},
        {.type = COL_TEXT, .text = STR("a row as long as the head of a small order, about a hundred bytes of text in all, padded")}};
    return db_run(tx, &add, params, NULL);
}

static void *client_run(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    while (!stop) {
        int64_t id = id_mint(), began = time_monotonic_us();
        if (db_write(client->store, arena, add_row, &id))
            failed++;
        samples[written++ % SAMPLES_MAX] = (int32_t)(time_monotonic_us() - began);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    bool postgres = strncmp(argv[1], "postgres", 8) == 0;
    StoreOptions options = {.data = postgres ? NULL : argv[1], .url = postgres ? argv[1] : NULL};
    int clients = atoi(argv[2]);
    Arena *arena = arena_new();
    Store *store;
    Err *err = store_open(arena, &options, &store);
    if (!err)
        err = db_write(store, arena, make_table, NULL);
    if (err) {
        fprintf(stderr, "%.*s\n", STR_ARG(err_text(arena, err)));
        return 1;
    }
    add.index = 1; /* the slot of another statement, which this program never asks: prepared once, as generated ones are */
    pthread_t threads[1024];
    Client client = {.store = store};
    double cpu = cpu_seconds();
    int64_t began = time_monotonic_us();
    for (int i = 0; i < clients && i < 1024; i++)
        pthread_create(&threads[i], NULL, client_run, &client);
    usleep((useconds_t)(atof(argv[3]) * 1e6));
    stop = true;
    for (int i = 0; i < clients && i < 1024; i++)
        pthread_join(threads[i], NULL);
    double span = (double)(time_monotonic_us() - began) / 1e6;
    long len = written < SAMPLES_MAX ? written : SAMPLES_MAX;
    qsort(samples, (size_t)len, sizeof *samples, by_size);
    printf("%.0f %.1f %.1f\n", (double)written / span, (cpu_seconds() - cpu) * 1e6 / (double)written, samples[len * 99 / 100] / 1e3);
    store_close(store);
    arena_free(arena);
    return failed > 0;
}
