/* Backup while writing, checking, restoring, giving space back. */
#include "test/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static const char make_rows[] = "CREATE TABLE test_row (id INTEGER PRIMARY KEY, twice INTEGER NOT NULL, filler BLOB)";

typedef struct Client {
    Store *store;
    atomic_bool *stop;
    int64_t from;
    _Atomic int64_t len;
} Client;

static Err *add_pair(Tx *tx, void *arg)
{
    static const ColumnType types[] = {COL_INT};
    static const Statement add = {.name = "add",
                                  .sqlite = "INSERT INTO test_row (id, twice) VALUES (?1, 2 * ?1), (-?1, -2 * ?1)",
                                  .writes = true,
                                  .params = types,
                                  .params_len = 1};
    const Param params[] = {{.type = COL_INT, .integer = *(const int64_t *)arg}};
    return db_run(tx, &add, params, NULL);
}

static void *write_on(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    for (int64_t id = client->from; !*client->stop; id += 4, arena_reset(arena))
        client->len += db_write(client->store, arena, add_pair, &id) == NULL;
    arena_free(arena);
    return NULL;
}

static const char *beside(void **state, const StoreOptions *options, const char *name)
{
    return str_z(test_arena(state), str_format(test_arena(state), "%s/%s", options->data, name));
}

static Store *open_store(void **state, StoreOptions *options)
{
    Store *store;
    *options = test_store_options(test_arena(state));
    assert_fine(store_open(test_arena(state), options, &store));
    assert_fine(test_sql(store, test_arena(state), make_rows));
    return store;
}

static void a_backup_made_while_writing_is_one_moment_and_opens(void **state)
{
    enum { CLIENTS = 4 };
    StoreOptions options, other;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    atomic_bool stop = false;
    pthread_t threads[CLIENTS];
    Client clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].store = store, clients[i].stop = &stop, clients[i].from = i + 1, clients[i].len = 0;
        pthread_create(&threads[i], NULL, write_on, &clients[i]);
    }
    const char *path = beside(state, &options, "backup.db");
    int64_t before = 0;
    for (int i = 0; i < 5; i++) {
        for (int64_t had = clients[0].len; clients[0].len == had;) /* each backup finds them writing */
            usleep(1000);
        before = test_int(store, "SELECT count(*) FROM test_row");
        assert_fine(store_backup(store, arena, path));
    }
    stop = true;
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    store_close(store);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_fine(store_check_file(arena, path));
    other = test_store_options(arena);
    assert_fine(store_restore(arena, &other, path));
    assert_fine(store_open(arena, &other, &store));
    assert_true(test_int(store, "SELECT count(*) FROM test_row") >= before);
    assert_int_equal(test_int(store, "SELECT sum(id) FROM test_row"), 0); /* no half of a write */
    store_close(store);
}

static void a_restore_replaces_the_data_and_keeps_the_old_file(void **state)
{
    StoreOptions options, old;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    const char *path = beside(state, &options, "backup.db");
    int64_t id = 1;
    assert_fine(store_backup(store, arena, path));
    assert_fine(db_write(store, arena, add_pair, &id));
    assert_err(store_restore(arena, &options, path), "db.locked");
    store_close(store);
    assert_fine(store_restore(arena, &options, path));
    assert_fine(store_open(arena, &options, &store));
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row"), 0);
    store_close(store);
    old = test_store_options(arena);
    assert_fine(store_restore(arena, &old, beside(state, &options, "millet.db.replaced")));
    assert_fine(store_open(arena, &old, &store));
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row"), 2);
    store_close(store);
}

static void a_broken_data_file_can_be_restored_over(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    const char *path = beside(state, &options, "backup.db");
    assert_fine(store_backup(store, arena, path));
    store_close(store);
    assert_fine(file_write(arena, beside(state, &options, "millet.db"), STR("nothing that SQLite could read, whatever it tries"), 0600));
    assert_fine(file_write(arena, beside(state, &options, "millet.db-wal"), STR("neither"), 0600));
    assert_fine(store_restore(arena, &options, path));
    assert_fine(store_open(arena, &options, &store));
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row"), 0);
    store_close(store);
}

static void a_file_that_is_damaged_or_not_ours_is_refused_and_nothing_replaced(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    const char *path = beside(state, &options, "backup.db");
    assert_fine(test_sql(store, arena, "INSERT INTO test_row (twice, filler) VALUES (0, zeroblob(200000))"));
    assert_fine(store_backup(store, arena, path));
    Str good;
    assert_fine(file_read(arena, path, 64 << 20, &good));
    char *bad = arena_copy(arena, good.at, good.len);
    for (size_t i = 4096; i < good.len; i += 4096)
        bad[i] ^= 0x55; /* the first byte of each page */
    assert_fine(file_write(arena, path, (Str){bad, good.len}, 0600));
    Err *err = store_check_file(arena, path);
    assert_true(err_is(err, "db.damaged") || err_is(err, "db.unreadable"));
    assert_fine(file_write(arena, path, (Str){good.at, good.len / 2}, 0600)); /* a copy that broke off */
    err = store_check_file(arena, path);
    assert_true(err_is(err, "db.damaged") || err_is(err, "db.unreadable"));
    assert_fine(file_write(arena, path, STR(""), 0600));
    assert_err(store_check_file(arena, path), "db.not_ours");
    assert_err(store_check_file(arena, beside(state, &options, "none.db")), "file.missing");
    assert_fine(file_write(arena, path, good, 0600));
    assert_fine(test_sql(store, arena, "INSERT INTO migration (number, name, hash, ran_at) VALUES (9999, '9999_later', 'x', 0)"));
    assert_fine(store_backup(store, arena, path));
    assert_err(store_check_file(arena, path), "db.newer");
    store_close(store);
    assert_err(store_restore(arena, &options, path), "db.newer");
    assert_false(file_exists(beside(state, &options, "millet.db.replaced")));
    assert_false(file_exists(beside(state, &options, "millet.db.new")));
}

static void a_backup_into_a_missing_folder_says_so(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    assert_err(store_backup(store, test_arena(state), beside(state, &options, "none/backup.db")), "file.unwritable");
    store_close(store);
}

static void vacuum_gives_space_back(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    struct stat before, after;
    assert_fine(test_sql(store, arena, "INSERT INTO test_row (twice, filler) VALUES (0, zeroblob(3000000))"));
    assert_fine(test_sql(store, arena, "DELETE FROM test_row"));
    assert_fine(store_vacuum(store, arena));
    store_close(store);
    assert_int_equal(stat(beside(state, &options, "millet.db"), &after), 0);
    assert_fine(store_open(arena, &options, &store));
    assert_fine(test_sql(store, arena, "INSERT INTO test_row (twice, filler) VALUES (0, zeroblob(3000000))"));
    store_close(store);
    assert_int_equal(stat(beside(state, &options, "millet.db"), &before), 0);
    assert_true(before.st_size - after.st_size > 2500000);
}

static void postgres_names_pg_dump_and_vacuums(void **state)
{
    StoreOptions options = test_store_options(test_arena(state));
    Arena *arena = test_arena(state);
    Store *store;
    assert_fine(store_open(arena, &options, &store));
    assert_err(store_backup(store, arena, "/tmp/none.db"), "db.use_pg_dump");
    assert_err(store_restore(arena, &options, "/tmp/none.db"), "db.use_pg_dump");
    assert_fine(store_vacuum(store, arena));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest sqlite[] = {
        TEST(a_backup_made_while_writing_is_one_moment_and_opens),
        TEST(a_restore_replaces_the_data_and_keeps_the_old_file),
        TEST(a_broken_data_file_can_be_restored_over),
        TEST(a_file_that_is_damaged_or_not_ours_is_refused_and_nothing_replaced),
        TEST(a_backup_into_a_missing_folder_says_so),
        TEST(vacuum_gives_space_back),
    };
    const struct CMUnitTest postgres[] = {
        TEST(postgres_names_pg_dump_and_vacuums),
    };
    if (test_on_postgres())
        return cmocka_run_group_tests_name("db backup", postgres, NULL, NULL);
    return cmocka_run_group_tests_name("db backup", sqlite, NULL, NULL);
}
