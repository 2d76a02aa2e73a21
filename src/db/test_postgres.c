/* What only a database elsewhere can do wrong: lost connections, a COMMIT without an answer, a server that restarts, other
   processes that write, too. On SQLite this program only sees that libpq stays out. */
#include "test/harness.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "db/driver.h"

static const char make_counter[] = "CREATE TABLE test_counter (id BIGINT PRIMARY KEY, value BIGINT NOT NULL)";

typedef struct Number {
    int64_t value;
} Number;
static const Column number_column = {.name = "value", .type = COL_INT, .offset = offsetof(Number, value)};

static Err *sql(Tx *tx, const char *text)
{
    const Statement statement = {.name = text, .postgres = text, .writes = true};
    return db_run(tx, &statement, NULL, NULL);
}

/* Reads, then writes what it read plus one: lost unless transactions are serializable. */
static Err *increment(Tx *tx, void *arg)
{
    (void)arg;
    static const Statement get = {.name = "get",
                                  .postgres = "SELECT value FROM test_counter WHERE id = 1",
                                  .columns = &number_column,
                                  .columns_len = 1,
                                  .row_size = sizeof(Number)};
    static const ColumnType types[] = {COL_INT};
    static const Statement set = {
        .name = "set", .postgres = "UPDATE test_counter SET value = $1 WHERE id = 1", .writes = true, .params = types, .params_len = 1};
    Number number;
    TRY(db_one(&tx->db, &get, NULL, &number, NULL));
    const Param params[] = {{.type = COL_INT, .integer = number.value + 1}};
    return db_run(tx, &set, params, NULL);
}

static Store *store_with_counter(void **state, StoreOptions *options)
{
    Store *store;
    *options = test_store_options(test_arena(state));
    assert_fine(store_open(test_arena(state), options, &store));
    assert_fine(test_sql(store, test_arena(state), make_counter));
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_counter (id, value) VALUES (1, 0)"));
    return store;
}

static int64_t counter(Store *store)
{
    return test_int(store, "SELECT value FROM test_counter");
}

/* ---- several processes ---- */

enum { THREADS = 4, TIMES = 15 };

static atomic_int failures;

static void *increment_often(void *arg)
{
    Arena *arena = arena_new();
    for (int i = 0; i < TIMES; i++)
        if (db_write(arg, arena, increment, NULL))
            failures++;
    arena_free(arena);
    return NULL;
}

static void two_stores_that_write_one_row_lose_no_increment(void **state)
{
    StoreOptions options;
    Store *stores[2] = {store_with_counter(state, &options)};
    pthread_t threads[2 * THREADS];
    failures = 0;
    assert_fine(store_open(test_arena(state), &options, &stores[1]));
    for (int i = 0; i < 2 * THREADS; i++)
        pthread_create(&threads[i], NULL, increment_often, stores[i % 2]);
    for (int i = 0; i < 2 * THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(failures, 0);
    assert_int_equal(counter(stores[0]), 2 * THREADS * TIMES);
    store_close(stores[0]);
    store_close(stores[1]);
}

static void two_stores_on_one_database_mint_with_different_nodes(void **state)
{
    StoreOptions options;
    Store *first = store_with_counter(state, &options), *second;
    assert_fine(store_open(test_arena(state), &options, &second));
    assert_int_not_equal(first->node.node, second->node.node);
    assert_int_equal(test_int(first, "SELECT count(DISTINCT node) FROM id_node"), 2);
    store_close(first);
    store_close(second);
}

static void processes_that_start_at_once_migrate_once(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    pid_t pids[3];
    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            Store *store;
            _exit(store_open(test_arena(state), &options, &store) ? 1 : 0);
        }
    }
    for (int i = 0; i < 3; i++) {
        int status;
        waitpid(pids[i], &status, 0);
        assert_int_equal(status, 0);
    }
}

/* ---- lost connections ---- */

static Err *increment_and_lose_connection_once(Tx *tx, void *arg)
{
    int *left = arg;
    TRY(increment(tx, NULL));
    if ((*left)-- > 0)
        (void)sql(tx, "SELECT pg_terminate_backend(pg_backend_pid())");
    return NULL;
}

static void a_connection_lost_before_commit_costs_nothing_but_time(void **state)
{
    StoreOptions options;
    Store *store = store_with_counter(state, &options);
    int left = 2;
    assert_fine(db_write(store, test_arena(state), increment_and_lose_connection_once, &left));
    assert_int_equal(left, -1);
    assert_int_equal(counter(store), 1);
    store_close(store);
}

static void a_reader_whose_server_process_died_asks_again(void **state)
{
    StoreOptions options;
    Store *store = store_with_counter(state, &options);
    Arena *arena = arena_new();
    Db db;
    Rows rows;
    const Statement get = {.name = "get",
                           .postgres = "SELECT value FROM test_counter",
                           .columns = &number_column,
                           .columns_len = 1,
                           .row_size = sizeof(Number)};
    assert_fine(db_read(store, arena, &db));
    assert_fine(db_query(&db, &get, NULL, &rows));
    assert_fine(test_sql(store, test_arena(state),
                         "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millet' AND pid <> "
                         "pg_backend_pid() AND query LIKE '%test_counter%'"));
    assert_fine(db_query(&db, &get, NULL, &rows));
    assert_int_equal(rows.len, 1);
    arena_free(arena);
    store_close(store);
}

/* ---- a proxy that loses COMMITs ---- */

typedef enum Loss { LOSE_NOTHING, LOSE_COMMIT, LOSE_ANSWER } Loss;
static atomic_bool reused; /* the server answers for somebody else's transaction of the same number: it is committed */
static atomic_int loss, lost;
static char proxy_folder[64], server_path[100];

static const char status_sql[] = "SELECT pg_xact_status($1::text::xid8)", reused_sql[] = "SELECT 'committed'||left($1::text,0) ";
_Static_assert(sizeof status_sql == sizeof reused_sql, "one is written over the other");

static void copy_until_end(int client, int server)
{
    char bytes[65536];
    for (;;) {
        struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        poll(ends, 2, -1);
        int from = ends[0].revents ? client : server;
        ssize_t len = read(from, bytes, sizeof bytes);
        if (len <= 0)
            return;
        char *asked = reused && from == client ? memmem(bytes, (size_t)len, status_sql, sizeof status_sql - 1) : NULL;
        if (asked)
            memcpy(asked, reused_sql, sizeof reused_sql - 1);
        bool commit = from == client && memmem(bytes, (size_t)len, "COMMIT", 6);
        if (commit && loss == LOSE_COMMIT) {
            loss = LOSE_NOTHING;
            lost++;
            return;
        }
        if (write(from == client ? server : client, bytes, (size_t)len) != len)
            return;
        if (commit && loss == LOSE_ANSWER) {
            loss = LOSE_NOTHING;
            lost++;
            len = read(server, bytes, sizeof bytes); /* it is committed, and nobody hears it */
            return;
        }
    }
}

static void *carry(void *arg)
{
    int client = (int)(intptr_t)arg, server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, server_path, sizeof server_path);
    if (connect(server, (struct sockaddr *)&address, sizeof address) == 0)
        copy_until_end(client, server);
    close(server);
    close(client);
    return NULL;
}

static void *accept_for_ever(void *arg)
{
    int listener = (int)(intptr_t)arg;
    for (;;) {
        pthread_t thread;
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0 && pthread_create(&thread, NULL, carry, (void *)(intptr_t)client) == 0)
            pthread_detach(thread);
    }
    return NULL;
}

/* The same address through the proxy. */
static const char *proxied(Arena *arena, const char *url)
{
    static bool running;
    const char *host = strstr(url, "host="), *end = strchr(host, '&');
    if (!running) {
        pthread_t thread;
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        strcpy(proxy_folder, "/tmp/millet-proxy-XXXXXX");
        assert_non_null(mkdtemp(proxy_folder));
        snprintf(server_path, sizeof server_path, "%.*s/.s.PGSQL.5432", (int)(end - host - 5), host + 5);
        snprintf(address.sun_path, sizeof address.sun_path, "%.60s/.s.PGSQL.5432", proxy_folder);
        int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(listener, 16), 0);
        assert_int_equal(pthread_create(&thread, NULL, accept_for_ever, (void *)(intptr_t)listener), 0);
        running = true;
    }
    return str_z(arena, str_format(arena, "%.*shost=%s%s", (int)(host - url), url, proxy_folder, end));
}

static void remove_proxy(void)
{
    char path[100];
    snprintf(path, sizeof path, "%.60s/.s.PGSQL.5432", proxy_folder);
    unlink(path);
    rmdir(proxy_folder);
}

static void lose_a_commit(void **state, Loss how)
{
    StoreOptions options;
    Store *store = store_with_counter(state, &options);
    store_close(store);
    options.url = proxied(test_arena(state), options.url);
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_fine(db_write(store, test_arena(state), increment, NULL));
    int before = lost;
    loss = (int)how;
    assert_fine(db_write(store, test_arena(state), increment, NULL));
    assert_int_equal(lost - before, 1);
    assert_int_equal(counter(store), 2);
    store_close(store);
}

static void a_commit_that_never_arrived_is_done_again(void **state)
{
    lose_a_commit(state, LOSE_COMMIT);
}

static void a_commit_whose_answer_was_lost_is_found_and_not_done_twice(void **state)
{
    lose_a_commit(state, LOSE_ANSWER);
}

/* After a crash the server may give a transaction's number to somebody else, who commits it. */
static void a_commit_that_was_lost_is_not_taken_for_another_one_of_the_same_number(void **state)
{
    reused = true;
    lose_a_commit(state, LOSE_COMMIT);
    reused = false;
}

/* ---- the server ---- */

static void a_server_that_crashes_and_restarts_loses_and_doubles_nothing(void **state)
{
    StoreOptions options;
    Store *store = store_with_counter(state, &options);
    pthread_t threads[THREADS];
    failures = 0;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, increment_often, store);
    usleep(20 * 1000);
    assert_int_equal(system(getenv("MILLET_TEST_PG_RESTART")), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    /* A write may have been given up while the server was away, but then it was told so. */
    assert_int_equal(counter(store), THREADS * TIMES - failures);
    /* Nor does a restart while nobody writes. The last test of the program: the harness has lost its server, too. */
    for (int i = 0; i < 3; i++) {
        assert_fine(db_write(store, test_arena(state), increment, NULL));
        assert_int_equal(system(getenv("MILLET_TEST_PG_RESTART")), 0);
    }
    assert_fine(db_write(store, test_arena(state), increment, NULL));
    assert_int_equal(counter(store), THREADS * TIMES - failures + 4);
    store_close(store);
}

static void a_server_that_is_not_there_is_named(void **state)
{
    Store *store;
    StoreOptions options = {.url = "postgresql:///none?host=/nonexistent"};
    assert_err(store_open(test_arena(state), &options, &store), "db.unreachable");
}

static void a_database_of_another_encoding_is_refused(void **state)
{
    StoreOptions options;
    Store *store;
    Arena *arena = test_arena(state);
    const char *base = getenv("MILLET_TEST_PG"), *cut = strstr(base, "/postgres?");
    char command[500];
    snprintf(command, sizeof command, "psql -q '%s' -c \"CREATE DATABASE test_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'\"", base);
    assert_int_equal(system(command), 0);
    options = (StoreOptions){.url = str_z(arena, str_format(arena, "%.*s/test_ascii?%s", (int)(cut - base), base, cut + 10))};
    assert_err(store_open(arena, &options, &store), "db.encoding");
}

static void every_table_and_column_carries_its_comment(void **state)
{
    Store *store = test_store(state);
    assert_true(test_int(store, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") > 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE attnum > 0 AND NOT "
                                     "attisdropped AND relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'migration' "
                                     "AND attgenerated = '' AND col_description(attrelid, attnum) IS NULL"),
                     0);
}

static void libpq_is_not_loaded_for_sqlite(void **state)
{
    Str maps;
    assert_true(test_int(test_store(state), "SELECT count(*) FROM migration") > 0);
    FILE *file = fopen("/proc/self/maps", "r");
    char *bytes = arena_alloc(test_arena(state), 1 << 20);
    maps = (Str){bytes, fread(bytes, 1, 1 << 20, file)};
    fclose(file);
    assert_true(maps.len > 0 && str_find(maps, STR("libpq")) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest postgres[] = {
        TEST(two_stores_that_write_one_row_lose_no_increment),
        TEST(two_stores_on_one_database_mint_with_different_nodes),
        TEST(processes_that_start_at_once_migrate_once),
        TEST(a_connection_lost_before_commit_costs_nothing_but_time),
        TEST(a_reader_whose_server_process_died_asks_again),
        TEST(a_commit_that_never_arrived_is_done_again),
        TEST(a_commit_whose_answer_was_lost_is_found_and_not_done_twice),
        TEST(a_server_that_is_not_there_is_named),
        TEST(a_database_of_another_encoding_is_refused),
        TEST_DB(every_table_and_column_carries_its_comment),
        /* Last: it takes the harness's own connections away, too. */
        TEST(a_commit_that_was_lost_is_not_taken_for_another_one_of_the_same_number),
        TEST(a_server_that_crashes_and_restarts_loses_and_doubles_nothing),
    };
    const struct CMUnitTest sqlite[] = {
        TEST_DB(libpq_is_not_loaded_for_sqlite),
    };
    if (!test_on_postgres())
        return cmocka_run_group_tests_name("db postgres", sqlite, NULL, NULL);
    int failed = cmocka_run_group_tests_name("db postgres", postgres, NULL, NULL);
    remove_proxy();
    return failed;
}
