/* What must survive: kill -9 in the middle of writing, on both databases. */
#include "test/harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 8, KILLS = 8, IDS_MAX = 1 << 20 };

static const char make_rows[] = "CREATE TABLE test_row (id BIGINT PRIMARY KEY, twice BIGINT NOT NULL)";
static const char make_total[] = "CREATE TABLE test_total (id BIGINT PRIMARY KEY, rows BIGINT NOT NULL)";

typedef struct Client {
    Store *store;
    int acknowledge; /* a pipe to the one that survives */
    int64_t from;
} Client;

/* Two tables in one write: half of it must never be there. */
static Err *add_row(Tx *tx, void *arg)
{
    static const ColumnType types[] = {COL_INT};
    static const Statement add = {.name = "add",
                                  .sqlite = "INSERT INTO test_row (id, twice) VALUES (?1, 2 * ?1)",
                                  .postgres = "INSERT INTO test_row (id, twice) VALUES ($1, 2 * $1)",
                                  .writes = true,
                                  .params = types,
                                  .params_len = 1};
    static const Statement count = {.name = "count",
                                    .sqlite = "UPDATE test_total SET rows = rows + 1 WHERE id = 1",
                                    .postgres = "UPDATE test_total SET rows = rows + 1 WHERE id = 1",
                                    .writes = true};
    const Param params[] = {{.type = COL_INT, .integer = *(const int64_t *)arg}};
    TRY(db_run(tx, &add, params, NULL));
    return db_run(tx, &count, NULL, NULL);
}

static void *write_for_ever(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    for (int64_t id = client->from;; id += CLIENTS) {
        Err *err = db_write(client->store, arena, add_row, &id);
        if (err || write(client->acknowledge, &id, sizeof id) != sizeof id)
            _exit(3);
        arena_reset(arena);
    }
    return NULL;
}

static void child(const StoreOptions *options, int acknowledge, int64_t from)
{
    Arena *arena = arena_new();
    Store *store;
    pthread_t thread;
    static Client clients[CLIENTS];
    if (store_open(arena, options, &store))
        _exit(2);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (Client){store, acknowledge, from + i};
        pthread_create(&thread, NULL, write_for_ever, &clients[i]);
    }
    for (;;)
        pause();
}

static int64_t id_limit = 1;

/* Kills a writing child after a while; marks what it had acknowledged. */
static int64_t run_and_kill(const StoreOptions *options, char *acknowledged, useconds_t after_us)
{
    int ends[2];
    int64_t id, len = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(options, ends[1], id_limit);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &id, sizeof id), sizeof id); /* from the first acknowledgement on, at any moment */
    acknowledged[id] = 1;
    usleep(after_us);
    kill(pid, SIGKILL);
    while (read(ends[0], &id, sizeof id) == sizeof id) {
        assert_true(id < IDS_MAX - CLIENTS);
        acknowledged[id] = 1;
        id_limit = id >= id_limit ? id + 1 : id_limit;
        len++;
    }
    close(ends[0]);
    int status;
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    id_limit += CLIENTS + 1; /* past what was under way */
    return len;
}

static void kill_9_loses_nothing_that_was_acknowledged(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    Arena *arena = test_arena(state);
    char *acknowledged = calloc(1, IDS_MAX);
    Store *store;
    assert_fine(store_open(arena, &options, &store));
    assert_fine(test_sql(store, arena, make_rows));
    assert_fine(test_sql(store, arena, make_total));
    assert_fine(test_sql(store, arena, "INSERT INTO test_total (id, rows) VALUES (1, 0)"));
    store_close(store);
    int64_t written = 0;
    srand(7);
    for (int round = 0; round < KILLS; round++)
        written += run_and_kill(&options, acknowledged, (useconds_t)(rand() % 150000));
    assert_true(written > KILLS);
    assert_fine(store_open(arena, &options, &store));
    int64_t rows = test_int(store, "SELECT count(*) FROM test_row");
    assert_int_equal(test_int(store, "SELECT rows FROM test_total"), rows);
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row WHERE twice <> 2 * id"), 0);
    char sql[100];
    for (int64_t id = 1; id < id_limit; id++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM test_row WHERE id = %lld", (long long)id);
        if (acknowledged[id] && test_int(store, sql) != 1)
            fail_msg("row %lld was acknowledged and is gone", (long long)id);
    }
    if (!test_on_postgres())
        assert_int_equal(test_int(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    store_close(store);
    free(acknowledged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kill_9_loses_nothing_that_was_acknowledged),
    };
    return cmocka_run_group_tests_name("db durable", tests, NULL, NULL);
}
