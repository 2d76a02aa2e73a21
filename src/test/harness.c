/* The database part of the harness. */
#include "harness.h"

#include "fresh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/worker.h"

enum { CHECKS_MAX = 8 };

/* Children that decode pictures are started from the program that is tested: build/test/market/test -> build/millet. */
__attribute__((constructor)) static void find_program(void)
{
    char path[4096] = "";
    worker_patience(20);
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 16);
    char *test = len > 0 ? strstr(path, "/test/") : NULL;
    if (test)
        strcpy(test, "/millet");
    worker_program(test ? path : "build/millet"); /* never this program itself: its children would run the tests again, and so on */
}

static void (*checks[CHECKS_MAX])(Store *store, Arena *arena);
static size_t checks_len;

void test_after_each(void (*check)(Store *store, Arena *arena))
{
    for (size_t i = 0; i < checks_len; i++)
        if (checks[i] == check)
            return;
    if (checks_len == CHECKS_MAX)
        abort();
    checks[checks_len++] = check;
}

bool test_on_postgres(void)
{
    const char *db = getenv("MILLET_TEST_DB");
    return db && strcmp(db, "postgres") == 0;
}

uint64_t test_seed(void)
{
    const char *given = getenv("MILLET_TEST_SEED");
    uint64_t seed = 20261122;
    if (given)
        seed = strcmp(given, "random") == 0 ? (uint64_t)time_real().ms : strtoull(given, NULL, 10);
    fprintf(stderr, "# MILLET_TEST_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

int test_setup(void **state)
{
    Test *test = calloc(1, sizeof *test);
    test->arena = arena_new();
    *state = test;
    return 0;
}

static Test *unended; /* what its check after the test left standing, by failing */

static void test_end(Test *test)
{
    unended = NULL;
    arena_free(test->arena);
    store_close(test->store);
    if (test->store) /* a test without one may run inside a group that has one */
        test_fresh_drop();
    free(test);
}

int test_setup_db(void **state)
{
    if (unended) /* one failure is one failure: its lock is not the next test's */
        test_end(unended);
    test_setup(state);
    Test *test = *state;
    StoreOptions options = test_fresh(test->arena);
    Err *err = store_open(test->arena, &options, &test->store);
    if (err)
        print_error("the store does not open: %.*s\n", STR_ARG(err_text(test->arena, err)));
    return err ? -1 : 0;
}

int test_teardown(void **state)
{
    Test *test = *state;
    if (test->store) {
        Arena *arena = arena_new();
        unended = test;
        for (size_t i = 0; i < checks_len; i++)
            checks[i](test->store, arena);
        arena_free(arena);
    }
    test_end(test);
    return 0;
}

Arena *test_arena(void **state)
{
    return ((Test *)*state)->arena;
}

Store *test_store(void **state)
{
    return ((Test *)*state)->store;
}

void assert_fine_at(const Err *err, const char *file, int line)
{
    if (!err)
        return;
    Arena *arena = arena_new();
    print_error("unexpected error: %.*s\n", STR_ARG(err_text(arena, err)));
    arena_free(arena);
    _fail(file, line);
}

void assert_err_at(const Err *err, const char *code, const char *file, int line)
{
    if (err_is(err, code))
        return;
    Arena *arena = arena_new();
    if (err)
        print_error("expected the error %s, got %.*s\n", code, STR_ARG(err_text(arena, err)));
    else
        print_error("expected the error %s, got none\n", code);
    arena_free(arena);
    _fail(file, line);
}

void assert_str_at(Str str, const char *text, const char *file, int line)
{
    if (str_eq(str, str_of(text)))
        return;
    print_error("expected \"%s\", got \"%.*s\"\n", text, STR_ARG(str));
    _fail(file, line);
}

static Err *run_sql(Tx *tx, void *arg)
{
    const Statement statement = {.name = "test_sql", .sqlite = arg, .postgres = arg, .writes = true};
    return db_run(tx, &statement, NULL, NULL);
}

Err *test_sql(Store *store, Arena *arena, const char *sql)
{
    return db_write(store, arena, run_sql, (char *)sql);
}

int64_t test_int(Store *store, const char *sql)
{
    typedef struct One {
        int64_t value;
        bool has_value;
    } One;
    const Column column = {.name = "value", .type = COL_INT, .offset = offsetof(One, value), .has_offset = offsetof(One, has_value)};
    const Statement statement = {
        .name = "test_int", .sqlite = sql, .postgres = sql, .columns = &column, .columns_len = 1, .row_size = sizeof(One)};
    Arena *arena = arena_new();
    Db db;
    Rows rows;
    assert_fine(db_read(store, arena, &db));
    assert_fine(db_query(&db, &statement, NULL, &rows));
    int64_t value = rows.len ? ((One *)rows.at)->value : 0;
    arena_free(arena);
    return value;
}
