/* The database layer: writing, reading, refusing. */
#include "test/harness.h"

#include <pthread.h>

static const char make_stock[] = "CREATE TABLE test_stock (id BIGINT PRIMARY KEY, on_hand BIGINT NOT NULL, CHECK (on_hand >= 0))";

typedef struct Take {
    Store *store;
    int64_t id, taken;
} Take;

static Err *take_one(Tx *tx, void *arg)
{
    static const ColumnType types[] = {COL_INT};
    static const Statement statement = {.name = "take_one",
                                        .sqlite = "UPDATE test_stock SET on_hand = on_hand - 1 WHERE id = ?1 AND on_hand >= 1",
                                        .postgres = "UPDATE test_stock SET on_hand = on_hand - 1 WHERE id = $1 AND on_hand >= 1",
                                        .writes = true,
                                        .params = types,
                                        .params_len = 1};
    Take *take = arg;
    const Param params[] = {{.type = COL_INT, .integer = take->id}};
    int64_t count;
    TRY(db_run(tx, &statement, params, &count));
    return count ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "test.sold_out");
}

static void *race_take(void *arg)
{
    Take *take = arg;
    Arena *arena = arena_new();
    for (int i = 0; i < 20; i++)
        take->taken += db_write(take->store, arena, take_one, take) == NULL;
    arena_free(arena);
    return NULL;
}

static void thirty_two_threads_never_take_more_than_there_is(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    assert_fine(test_sql(store, arena, make_stock));
    assert_fine(test_sql(store, arena, "INSERT INTO test_stock (id, on_hand) VALUES (1, 100)"));
    enum { THREADS = 32 };
    pthread_t threads[THREADS];
    Take takes[THREADS];
    int64_t taken = 0;
    for (int i = 0; i < THREADS; i++) {
        takes[i] = (Take){store, 1, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, race_take, &takes[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        taken += takes[i].taken;
    }
    assert_int_equal(taken, 100);
    assert_int_equal(test_int(store, "SELECT on_hand FROM test_stock"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(thirty_two_threads_never_take_more_than_there_is),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
