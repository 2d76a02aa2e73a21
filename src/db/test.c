/* Reading and writing: types, errors, transactions, readers. */
#include "test/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"

/* ---- a table of every type, and statements on it as sqlgen would make them ---- */

static const char make_values[] = "CREATE TABLE test_value (id BIGINT PRIMARY KEY, whole BIGINT, real DOUBLE PRECISION, text TEXT, "
                                  "blob BYTEA, yes BIGINT, day BIGINT, UNIQUE (text), CHECK (whole <> 1313))";
static const char make_values_sqlite[] = "CREATE TABLE test_value (id INTEGER PRIMARY KEY, whole INTEGER, real REAL, text TEXT, "
                                         "blob BLOB, yes INTEGER, day INTEGER, UNIQUE (text), CHECK (whole <> 1313)) STRICT";

typedef struct Value {
    Id id;
    int64_t whole;
    bool has_whole;
    double real;
    bool has_real;
    Str text;
    bool has_text;
    Str blob;
    bool has_blob;
    bool yes;
    bool has_yes;
    Date day;
    bool has_day;
} Value;

#define COLUMN(kind, member) {.name = #member, .type = kind, .offset = offsetof(Value, member), .has_offset = offsetof(Value, has_##member)}
static const Column value_columns[] = {
    {.name = "id", .type = COL_INT, .offset = offsetof(Value, id)},
    COLUMN(COL_INT, whole),
    COLUMN(COL_REAL, real),
    COLUMN(COL_TEXT, text),
    COLUMN(COL_BLOB, blob),
    COLUMN(COL_BOOL, yes),
    COLUMN(COL_DATE, day),
};
static const ColumnType value_types[] = {COL_INT, COL_INT, COL_REAL, COL_TEXT, COL_BLOB, COL_BOOL, COL_DATE};
#define VALUES "id, whole, real, text, blob, yes, day"
static const Statement value_add = {.name = "value_add",
                                    .sqlite = "INSERT INTO test_value (" VALUES ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                    .postgres = "INSERT INTO test_value (" VALUES ") VALUES ($1, $2, $3, $4, $5, $6, $7)",
                                    .writes = true,
                                    .params = value_types,
                                    .params_len = 7};
static const Statement value_list = {.name = "value_list",
                                     .sqlite = "SELECT " VALUES " FROM test_value WHERE id >= ?1 ORDER BY id",
                                     .postgres = "SELECT " VALUES " FROM test_value WHERE id >= $1 ORDER BY id",
                                     .params = value_types,
                                     .params_len = 1,
                                     .columns = value_columns,
                                     .columns_len = 7,
                                     .row_size = sizeof(Value)};

static Err *add_value(Tx *tx, void *arg)
{
    const Value *value = arg;
    const Param params[] = {
        {.type = COL_INT, .integer = value->id},
        {.type = COL_INT, .null = !value->has_whole, .integer = value->whole},
        {.type = COL_REAL, .null = !value->has_real, .real = value->real},
        {.type = COL_TEXT, .null = !value->has_text, .text = value->text},
        {.type = COL_BLOB, .null = !value->has_blob, .text = value->blob},
        {.type = COL_BOOL, .null = !value->has_yes, .integer = value->yes},
        {.type = COL_DATE, .null = !value->has_day, .integer = value->day.days},
    };
    return db_run(tx, &value_add, params, NULL);
}

static Store *store_with_values(void **state)
{
    assert_fine(test_sql(test_store(state), test_arena(state), test_on_postgres() ? make_values : make_values_sqlite));
    return test_store(state);
}

static Err *put(Store *store, Arena *arena, Value value)
{
    return db_write(store, arena, add_value, &value);
}

static Rows values(Store *store, Arena *arena)
{
    Db db;
    Rows rows;
    const Param params[] = {{.type = COL_INT}};
    assert_fine(db_read(store, arena, &db));
    assert_fine(db_query(&db, &value_list, params, &rows));
    return rows;
}

/* ---- types ---- */

static void every_type_comes_back_as_it_went_in(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state);
    const Value full = {.id = 1,
                        .whole = INT64_MAX,
                        .has_whole = true,
                        .real = 0.1,
                        .has_real = true,
                        .text = STR("米 “ü” \\ ' \n?"),
                        .has_text = true,
                        .blob = STR("\0\xff\\x00"),
                        .has_blob = true,
                        .yes = true,
                        .has_yes = true,
                        .day = {-719162},
                        .has_day = true};
    assert_fine(put(store, arena, full));
    assert_fine(put(store, arena, (Value){.id = 2}));
    assert_fine(put(store, arena, (Value){.id = 3, .whole = INT64_MIN, .has_whole = true, .has_text = true, .has_blob = true,
                                          .real = -1e300, .has_real = true, .has_yes = true, .has_day = true}));
    Rows rows = values(store, arena);
    assert_int_equal(rows.len, 3);
    const Value *value = rows.at;
    assert_int_equal(value->whole, INT64_MAX);
    assert_true(value->real == 0.1 && value->has_real && value->has_whole && value->yes && value->has_day);
    assert_true(str_eq(value->text, full.text) && str_eq(value->blob, full.blob));
    assert_int_equal(value->day.days, -719162);
    value++;
    assert_false(value->has_whole || value->has_real || value->has_text || value->has_blob || value->has_yes || value->has_day);
    value++;
    assert_true(value->whole == INT64_MIN && value->real == -1e300 && !value->yes && value->has_yes && value->day.days == 0);
    assert_true(value->has_text && value->text.len == 0 && value->has_blob && value->blob.len == 0);
}

static void text_with_a_nul_is_refused(void **state)
{
    Store *store = store_with_values(state);
    assert_err(put(store, test_arena(state), (Value){.id = 1, .has_text = true, .text = STR("a\0b")}), "field.not_text");
    assert_int_equal(values(store, test_arena(state)).len, 0);
}

static Err *ask_one(void **state, const Statement *statement, Value *out, bool *found)
{
    Db db;
    assert_fine(db_read(test_store(state), test_arena(state), &db));
    const Param params[] = {{.type = COL_INT}};
    return db_one(&db, statement, params, out, found);
}

static void null_where_no_null_was_promised_is_an_error_and_not_a_zero(void **state)
{
    const Statement sum = {.name = "sum_all",
                           .sqlite = "SELECT sum(number) AS \"id Id\" FROM migration WHERE number < 0",
                           .postgres = "SELECT sum(number) AS \"id Id\" FROM migration WHERE number < 0",
                           .columns = value_columns,
                           .columns_len = 1,
                           .row_size = sizeof(Value)};
    Value value;
    assert_err(ask_one(state, &sum, &value, NULL), "db.null");
}

static void a_column_of_another_type_is_an_error(void **state)
{
    const Statement text = {.name = "text",
                            .sqlite = "SELECT 'abc' AS \"id Id\"",
                            .postgres = "SELECT 'abc' AS \"id Id\"",
                            .columns = value_columns,
                            .columns_len = 1,
                            .row_size = sizeof(Value)};
    Value value;
    assert_err(ask_one(state, &text, &value, NULL), "db.type");
}

static void sums_and_truths_read_as_integers_on_both_databases(void **state)
{
    const Column columns[] = {value_columns[0], value_columns[1]};
    const Statement sum = {.name = "sum_and_truth",
                           .sqlite = "SELECT sum(v) AS \"id Id\", count(*) = 2 AS \"whole Int\" FROM (SELECT 40 AS v UNION ALL SELECT 2) s",
                           .postgres = "SELECT sum(v) AS \"id Id\", count(*) = 2 AS \"whole Int\" FROM (SELECT 40::bigint AS v UNION ALL SELECT 2) s",
                           .columns = columns,
                           .columns_len = 2,
                           .row_size = sizeof(Value)};
    Value value;
    assert_fine(ask_one(state, &sum, &value, NULL));
    assert_int_equal(value.id, 42);
    assert_int_equal(value.whole, 1);
}

/* ---- how many rows ---- */

static void one_means_exactly_one(void **state)
{
    Store *store = store_with_values(state);
    Value value;
    bool found = true;
    assert_err(ask_one(state, &value_list, &value, NULL), "db.missing");
    assert_fine(ask_one(state, &value_list, &value, &found));
    assert_false(found);
    assert_fine(put(store, test_arena(state), (Value){.id = 1}));
    assert_fine(ask_one(state, &value_list, &value, &found));
    assert_true(found && value.id == 1);
    assert_fine(put(store, test_arena(state), (Value){.id = 2}));
    assert_err(ask_one(state, &value_list, &value, NULL), "db.not_one");
}

static void more_rows_than_the_bound_are_refused(void **state)
{
#define MANY "WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 200001) SELECT v AS \"id Id\" FROM n"
    const Statement many = {.name = "many", .sqlite = MANY, .postgres = MANY, .columns = value_columns, .columns_len = 1, .row_size = sizeof(Id)};
    Db db;
    Rows rows;
    assert_fine(db_read(test_store(state), test_arena(state), &db));
    assert_err(db_query(&db, &many, NULL, &rows), "db.too_many_rows");
}

typedef struct Walk {
    Db *db;
    int64_t sum, stop_at;
} Walk;

static Err *walk_value(void *arg, const void *row)
{
    Walk *walk = arg;
    const Value *value = row;
    walk->sum += value->id;
    return value->id == walk->stop_at ? err_new(walk->db->arena, ERR_CONFLICT, "test.stop") : NULL;
}

static Err *walk_inside(void *arg, const void *row)
{
    Walk *walk = arg;
    const Param params[] = {{.type = COL_INT, .integer = ((const Value *)row)->id}};
    return db_each(walk->db, &value_list, params, walk_value, walk);
}

static void walking_rows_allows_queries_inside_and_stops_on_an_error(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state);
    for (Id id = 1; id <= 3; id++)
        assert_fine(put(store, arena, (Value){.id = id}));
    Db db;
    assert_fine(db_read(store, arena, &db));
    const Param params[] = {{.type = COL_INT}};
    Walk walk = {.db = &db};
    assert_fine(db_each(&db, &value_list, params, walk_value, &walk));
    assert_int_equal(walk.sum, 6);
    walk.sum = 0;
    assert_fine(db_each(&db, &value_list, params, walk_inside, &walk)); /* the same statement within itself */
    assert_int_equal(walk.sum, 6 + 5 + 3);
    walk = (Walk){.db = &db, .stop_at = 2};
    assert_err(db_each(&db, &value_list, params, walk_value, &walk), "test.stop");
    assert_int_equal(walk.sum, 3);
    assert_int_equal(values(store, arena).len, 3); /* the connection is as good as before */
}

/* ---- writing ---- */

static Err *add_and_fail(Tx *tx, void *arg)
{
    TRY(add_value(tx, arg));
    return err_new(tx->db.arena, ERR_CONFLICT, "test.no");
}

static Err *add_twice_and_overlook_it(Tx *tx, void *arg)
{
    TRY(add_value(tx, arg));
    (void)add_value(tx, arg);
    return NULL;
}

static Err *write_inside_write(Tx *tx, void *arg)
{
    return db_write(tx->db.store, tx->db.arena, add_value, arg);
}

static void a_failed_write_leaves_nothing(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state);
    Value value = {.id = 1};
    assert_err(db_write(store, arena, add_and_fail, &value), "test.no");
    assert_int_equal(values(store, arena).len, 0);
}

static void a_failed_statement_fails_the_write_even_when_overlooked(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state);
    Value value = {.id = 1};
    assert_err(db_write(store, arena, add_twice_and_overlook_it, &value), "db.duplicate");
    assert_int_equal(values(store, arena).len, 0);
}

static void a_write_inside_a_write_is_refused(void **state)
{
    Store *store = store_with_values(state);
    Value value = {.id = 1};
    assert_err(db_write(store, test_arena(state), write_inside_write, &value), "db.nested");
}

static void broken_rules_are_told_apart(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state);
    assert_fine(put(store, arena, (Value){.id = 1, .has_text = true, .text = STR("a")}));
    assert_err(put(store, arena, (Value){.id = 1}), "db.duplicate");
    assert_err(put(store, arena, (Value){.id = 2, .has_text = true, .text = STR("a")}), "db.duplicate");
    assert_err(put(store, arena, (Value){.id = 2, .has_whole = true, .whole = 1313}), "db.constraint");
    assert_fine(test_sql(store, arena, "CREATE TABLE test_child (id BIGINT PRIMARY KEY REFERENCES test_value)"));
    assert_err(test_sql(store, arena, "INSERT INTO test_child (id) VALUES (7)"), "db.reference");
    assert_fine(test_sql(store, arena, "INSERT INTO test_child (id) VALUES (1)"));
    assert_err(test_sql(store, arena, "DELETE FROM test_value WHERE id = 1"), "db.reference");
}

static void a_reader_cannot_write(void **state)
{
    Store *store = store_with_values(state);
    Tx forged;
    assert_fine(db_read(store, test_arena(state), &forged.db));
    Value value = {.id = 1};
    assert_err(add_value(&forged, &value), "db.failed");
    assert_int_equal(values(store, test_arena(state)).len, 0);
}

/* ---- many at once ---- */

typedef struct Client {
    Store *store;
    Value value;
    const char *code; /* expected error, or NULL */
    atomic_int *wrong;
} Client;

static atomic_bool inside, released;

/* Holds the writer until it is released, so that others gather behind it. */
static Err *add_slowly(Tx *tx, void *arg)
{
    inside = true;
    while (!released)
        usleep(1000);
    return add_value(tx, arg);
}

static void start_client(pthread_t *thread, void *(*run)(void *), Client *client, bool first)
{
    if (first)
        inside = released = false;
    assert_int_equal(pthread_create(thread, NULL, run, client), 0);
    while (first && !inside)
        usleep(1000);
}

static void *client_write(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    Err *err = db_write(client->store, arena, add_value, &client->value);
    if (client->code ? !err_is(err, client->code) : err != NULL)
        (*client->wrong)++;
    arena_free(arena);
    return NULL;
}

static void *client_write_slowly(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    if (db_write(client->store, arena, add_slowly, &client->value))
        (*client->wrong)++;
    arena_free(arena);
    return NULL;
}

static void one_failing_write_does_not_hurt_the_others_of_its_batch(void **state)
{
    enum { CLIENTS = 20 };
    Store *store = store_with_values(state);
    pthread_t threads[CLIENTS + 1];
    Client clients[CLIENTS + 1];
    atomic_int wrong = 0;
    for (int i = 0; i <= CLIENTS; i++) {
        bool bad = i % 4 == 3; /* these want the number of the first, which is busy while they gather behind it */
        clients[i] = (Client){store, {.id = bad ? 1 : i + 1}, bad ? "db.duplicate" : NULL, &wrong};
        start_client(&threads[i], i ? client_write : client_write_slowly, &clients[i], i == 0);
    }
    usleep(20 * 1000);
    released = true;
    for (int i = 0; i <= CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(values(store, test_arena(state)).len, CLIENTS + 1 - 5);
}

typedef struct Take {
    Store *store;
    int64_t taken;
} Take;

static Err *take_one(Tx *tx, void *arg)
{
    (void)arg;
    static const Statement statement = {.name = "take_one",
                                        .sqlite = "UPDATE test_value SET whole = whole - 1 WHERE id = 1 AND whole >= 1",
                                        .postgres = "UPDATE test_value SET whole = whole - 1 WHERE id = 1 AND whole >= 1",
                                        .writes = true};
    int64_t count;
    TRY(db_run(tx, &statement, NULL, &count));
    return count ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "test.sold_out");
}

static void *race_take(void *arg)
{
    Take *take = arg;
    Arena *arena = arena_new();
    for (int i = 0; i < 20; i++)
        take->taken += db_write(take->store, arena, take_one, NULL) == NULL;
    arena_free(arena);
    return NULL;
}

static void thirty_two_clients_never_take_more_than_there_is(void **state)
{
    enum { CLIENTS = 32 };
    Store *store = store_with_values(state);
    assert_fine(put(store, test_arena(state), (Value){.id = 1, .has_whole = true, .whole = 100}));
    pthread_t threads[CLIENTS];
    Take takes[CLIENTS];
    int64_t taken = 0;
    for (int i = 0; i < CLIENTS; i++) {
        takes[i] = (Take){store, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, race_take, &takes[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        taken += takes[i].taken;
    }
    assert_int_equal(taken, 100);
    assert_int_equal(((Value *)values(store, test_arena(state)).at)->whole, 0);
}

static void a_full_queue_says_busy_and_loses_nothing(void **state)
{
    enum { CLIENTS = 12, ROOM = 4 };
    StoreOptions options = test_store_options(test_arena(state));
    options.queue_max = ROOM;
    Store *store;
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_fine(test_sql(store, test_arena(state), test_on_postgres() ? make_values : make_values_sqlite));
    pthread_t threads[CLIENTS];
    Client clients[CLIENTS];
    atomic_int busy = 0;
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (Client){store, {.id = i + 1}, NULL, &busy};
        start_client(&threads[i], i ? client_write : client_write_slowly, &clients[i], i == 0);
    }
    for (int i = 0; i < 120 * 1000 && busy < CLIENTS - 1 - ROOM; i++)
        usleep(1000);
    released = true;
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    Arena *arena = arena_new();
    assert_int_equal(values(store, arena).len, 1 + ROOM);
    assert_int_equal(busy, CLIENTS - 1 - ROOM);
    arena_free(arena);
    store_close(store);
}

/* ---- readers ---- */

static void a_reader_sees_what_was_committed_and_a_snapshot_does_not(void **state)
{
    Store *store = store_with_values(state);
    Arena *arena = test_arena(state), *other = arena_new();
    Db db;
    assert_fine(db_read(store, other, &db));
    assert_fine(db_snapshot(&db));
    assert_int_equal(values(store, other).len, 0);
    assert_fine(put(store, arena, (Value){.id = 1}));
    assert_int_equal(values(store, other).len, 0);
    assert_int_equal(values(store, arena).len, 1);
    arena_reset(other);
    assert_int_equal(values(store, other).len, 1);
    arena_free(other);
}

static void statements_are_counted_for_the_thread_that_asked(void **state)
{
    Store *store = store_with_values(state);
    int64_t before = db_statements_run();
    assert_fine(put(store, test_arena(state), (Value){.id = 1}));
    assert_int_equal(db_statements_run() - before, 1);
    values(store, test_arena(state));
    assert_int_equal(db_statements_run() - before, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(every_type_comes_back_as_it_went_in),
        TEST_DB(text_with_a_nul_is_refused),
        TEST_DB(null_where_no_null_was_promised_is_an_error_and_not_a_zero),
        TEST_DB(a_column_of_another_type_is_an_error),
        TEST_DB(sums_and_truths_read_as_integers_on_both_databases),
        TEST_DB(one_means_exactly_one),
        TEST_DB(more_rows_than_the_bound_are_refused),
        TEST_DB(walking_rows_allows_queries_inside_and_stops_on_an_error),
        TEST_DB(a_failed_write_leaves_nothing),
        TEST_DB(a_failed_statement_fails_the_write_even_when_overlooked),
        TEST_DB(a_write_inside_a_write_is_refused),
        TEST_DB(broken_rules_are_told_apart),
        TEST_DB(a_reader_cannot_write),
        TEST_DB(one_failing_write_does_not_hurt_the_others_of_its_batch),
        TEST_DB(thirty_two_clients_never_take_more_than_there_is),
        TEST(a_full_queue_says_busy_and_loses_nothing),
        TEST_DB(a_reader_sees_what_was_committed_and_a_snapshot_does_not),
        TEST_DB(statements_are_counted_for_the_thread_that_asked),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
