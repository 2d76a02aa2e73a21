/* Opening: migrations, statements, readers and their limits. */
#include "test/harness.h"

#include <pthread.h>

#include "db/driver.h"

static const Column value_columns[] = {{.name = "id", .type = COL_INT}};

/* ---- readers ---- */

static void readers_are_borrowed_until_the_arena_is_reset(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    options.readers = 1;
    options.read_wait_ms = 30;
    Store *store;
    assert_fine(store_open(test_arena(state), &options, &store));
    Arena *first = arena_new(), *second = arena_new();
    Db a, b;
    assert_fine(db_read(store, first, &a));
    assert_fine(db_read(store, first, &b));
    assert_ptr_equal(a.conn, b.conn);
    assert_err(db_read(store, second, &b), "db.busy");
    arena_reset(first);
    assert_fine(db_read(store, second, &b));
    arena_free(first);
    store_close(store); /* while one is out: it lives on until its arena goes */
    arena_free(second);
}

static void a_read_without_end_is_stopped(void **state)
{
#define ENDLESS "WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v > 0) SELECT max(v) AS \"id Id\" FROM n"
    const Statement endless = {
        .name = "endless", .sqlite = ENDLESS, .postgres = ENDLESS, .columns = value_columns, .columns_len = 1, .row_size = sizeof(Id)};
    StoreOptions options = test_store_options(test_arena(state));
    Arena *arena = arena_new();
    Store *store;
    Db db;
    Rows rows;
    options.query_ms = 1000;
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_fine(db_read(store, arena, &db));
    int64_t before = time_monotonic_us();
    assert_err(db_query(&db, &endless, NULL, &rows), "db.slow");
    assert_in_range(time_monotonic_us() - before, 1000 * 1000, 300 * 1000 * 1000);
    assert_int_equal(test_int(store, "SELECT 7"), 7);
    arena_free(arena);
    store_close(store);
}

static void *write_once(void *store)
{
    Arena *arena = arena_new();
    Err *err = test_sql(store, arena, "UPDATE setting SET value = value");
    bool failed = err != NULL;
    arena_free(arena);
    return failed ? store : NULL;
}

/* Owners run their own writes when nobody else does, also in the moment in which the writer's thread begins. */
static void writes_in_the_first_moment_come_one_after_the_other(void **state)
{
    enum { ROUNDS = 60, OWNERS = 4 };
    pthread_t owners[OWNERS];
    void *failed, *any = NULL;
    StoreOptions options = test_store_options(test_arena(state));
    for (int round = 0; round < ROUNDS; round++) {
        Arena *arena = arena_new();
        Store *store;
        assert_fine(store_open(arena, &options, &store));
        for (int i = 0; i < OWNERS; i++)
            assert_int_equal(pthread_create(&owners[i], NULL, write_once, store), 0);
        for (int i = 0; i < OWNERS; i++) {
            pthread_join(owners[i], &failed);
            any = failed ? failed : any;
        }
        store_close(store);
        arena_free(arena);
        assert_null(any);
    }
}

/* The whole of a county's journal takes longer to check than a page may take to read. */
static void what_holds_a_snapshot_may_take_its_time(void **state)
{
#define LONG "WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 4000000) SELECT max(v) AS \"id Id\" FROM n"
    const Statement statement = {
        .name = "long", .sqlite = LONG, .postgres = LONG, .columns = value_columns, .columns_len = 1, .row_size = sizeof(Id)};
    StoreOptions options = test_store_options(test_arena(state));
    Arena *arena = arena_new();
    Store *store;
    Db db;
    Rows rows;
    options.query_ms = 250;
    options.readers = 1;
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_fine(db_read(store, arena, &db));
    assert_fine(db_snapshot(&db));
    assert_fine(db_query(&db, &statement, NULL, &rows));
    assert_true(*(const Id *)rows.at == 4000000);
    arena_reset(arena);
    assert_fine(db_read(store, arena, &db)); /* the same connection, lent again: the limit holds as before */
    assert_err(db_query(&db, &statement, NULL, &rows), "db.slow");
    arena_free(arena);
    store_close(store);
}

/* ---- the whole house ---- */

static void every_statement_of_the_house_prepares_here(void **state)
{
    Store *store = test_store(state);
    Db db;
    assert_fine(db_read(store, test_arena(state), &db));
    for (const StatementSet *set = house_statements; set->at; set++)
        for (size_t i = 0; i < *set->len; i++)
            assert_fine(store->driver->describe(&db, &set->at[i]));
}

static void a_migration_that_changed_after_it_ran_is_refused(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    Store *store;
    Arena *arena = test_arena(state);
    assert_fine(store_open(arena, &options, &store));
    assert_fine(test_sql(store, arena, "UPDATE migration SET hash = 'other' WHERE number = 10"));
    store_close(store);
    Err *err = store_open(arena, &options, &store);
    assert_err(err, "db.migration_changed");
    assert_str(err->args[0].value, "0010_id_node");
}

static void data_of_a_newer_program_is_refused(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    Store *store;
    Arena *arena = test_arena(state);
    assert_fine(store_open(arena, &options, &store));
    assert_fine(test_sql(store, arena, "INSERT INTO migration (number, name, hash, ran_at) VALUES (9999, '9999_later', 'x', 0)"));
    store_close(store);
    assert_err(store_open(arena, &options, &store), "db.newer");
}

static void opening_again_runs_no_migration_twice(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    Store *store;
    Arena *arena = test_arena(state);
    assert_fine(store_open(arena, &options, &store));
    int64_t len = test_int(store, "SELECT count(*) FROM migration");
    store_close(store);
    assert_fine(store_open(arena, &options, &store));
    assert_true(len > 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM migration"), len);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(readers_are_borrowed_until_the_arena_is_reset),
        TEST(a_read_without_end_is_stopped),
        TEST(what_holds_a_snapshot_may_take_its_time),
        TEST(writes_in_the_first_moment_come_one_after_the_other),
        TEST_DB(every_statement_of_the_house_prepares_here),
        TEST(a_migration_that_changed_after_it_ran_is_refused),
        TEST(data_of_a_newer_program_is_refused),
        TEST(opening_again_runs_no_migration_twice),
    };
    return cmocka_run_group_tests_name("db open", tests, NULL, NULL);
}
