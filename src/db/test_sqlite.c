/* What only SQLite can do wrong: a full disk, a failing disk, two processes on one file, a log that grows. On PostgreSQL this
   program only sees that no such file appears. */
#include "test/harness.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

/* ---- a file system that fails when told to ---- */

typedef struct Flawed {
    sqlite3_file base;
    sqlite3_file *real; /* follows in the same memory */
} Flawed;

static sqlite3_vfs flawed_vfs, *real_vfs;
static atomic_int full, broken, syncs;

static sqlite3_file *real(sqlite3_file *file)
{
    return ((Flawed *)file)->real;
}

static int flawed_close(sqlite3_file *file)
{
    return real(file)->pMethods->xClose(real(file));
}

static int flawed_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    return real(file)->pMethods->xRead(real(file), to, len, at);
}

static int flawed_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    return full ? SQLITE_FULL : real(file)->pMethods->xWrite(real(file), from, len, at);
}

static int flawed_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real(file)->pMethods->xTruncate(real(file), size);
}

static int flawed_sync(sqlite3_file *file, int flags)
{
    syncs++;
    return broken ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

static int flawed_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}

static int flawed_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int flawed_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int flawed_reserved(sqlite3_file *file, int *out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int flawed_control(sqlite3_file *file, int what, void *arg)
{
    return real(file)->pMethods->xFileControl(real(file), what, arg);
}

static int flawed_sector(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

static int flawed_device(sqlite3_file *file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int flawed_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int flawed_shm_lock(sqlite3_file *file, int offset, int len, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, len, flags);
}

static void flawed_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int flawed_shm_unmap(sqlite3_file *file, int remove)
{
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods flawed_methods = {
    2,           flawed_close,    flawed_read,    flawed_write,   flawed_truncate, flawed_sync,    flawed_size,        flawed_lock,
    flawed_unlock, flawed_reserved, flawed_control, flawed_sector, flawed_device,   flawed_shm_map, flawed_shm_lock, flawed_shm_barrier,
    flawed_shm_unmap, NULL,         NULL,
};

static int flawed_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    Flawed *flawed = (Flawed *)file;
    flawed->real = (sqlite3_file *)(flawed + 1);
    int code = real_vfs->xOpen(real_vfs, path, flawed->real, flags, out_flags);
    file->pMethods = flawed->real->pMethods ? &flawed_methods : NULL;
    return code;
}

static void install_flaws(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    flawed_vfs = *real_vfs;
    flawed_vfs.zName = "flawed";
    flawed_vfs.szOsFile = (int)sizeof(Flawed) + real_vfs->szOsFile;
    flawed_vfs.xOpen = flawed_open;
    sqlite3_vfs_register(&flawed_vfs, 1);
}

/* ---- a store with a table ---- */

static Store *open_store(void **state, StoreOptions *options)
{
    Store *store;
    full = broken = 0;
    *options = test_store_options(test_arena(state));
    assert_fine(store_open(test_arena(state), options, &store));
    assert_fine(test_sql(store, test_arena(state), "CREATE TABLE test_row (id INTEGER PRIMARY KEY, filler BLOB)"));
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (1)"));
    return store;
}

static int64_t rows(Store *store)
{
    return test_int(store, "SELECT count(*) FROM test_row");
}

static int64_t wal_bytes(void **state, const StoreOptions *options)
{
    struct stat status;
    const char *path = str_z(test_arena(state), str_format(test_arena(state), "%s/millet.db-wal", options->data));
    return stat(path, &status) ? 0 : status.st_size;
}

/* ---- tests ---- */

static void a_commit_is_synced_before_it_is_acknowledged(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    int before = syncs;
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (2)"));
    assert_true(syncs > before);
    store_close(store);
}

static void a_full_disk_refuses_writes_and_serves_reads(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    full = 1;
    for (int i = 0; i < 3; i++)
        assert_err(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (2)"), "disk.full");
    assert_int_equal(rows(store), 1);
    full = 0;
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (2)"));
    assert_int_equal(rows(store), 2);
    store_close(store);
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_int_equal(rows(store), 2);
    store_close(store);
}

static void a_failing_disk_is_never_acknowledged_and_stops_writing(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    broken = 1;
    assert_err(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (2)"), "disk.failed");
    broken = 0;
    /* The disk may say fine now and still have lost pages: only a restart, which reads the log anew, may go on. */
    assert_err(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (3)"), "disk.failed");
    assert_int_equal(rows(store), 1);
    store_close(store);
    assert_fine(store_open(test_arena(state), &options, &store));
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row WHERE id = 1"), 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM test_row WHERE id = 3"), 0);
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (id) VALUES (4)"));
    store_close(store);
}

static void a_second_process_is_refused_and_told_which_has_the_file(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options), *second;
    Arena *arena = test_arena(state);
    Err *err = store_open(arena, &options, &second);
    assert_err(err, "db.locked");
    assert_str(err->args[0].value, str_z(arena, str_format(arena, "%d", (int)getpid())));
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(err_is(store_open(arena, &options, &second), "db.locked") ? 7 : 1);
    waitpid(pid, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 7);
    store_close(store);
    assert_fine(store_open(arena, &options, &store));
    store_close(store);
}

static void the_file_is_for_its_owner_alone(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    struct stat status;
    Arena *arena = test_arena(state);
    assert_int_equal(stat(str_z(arena, str_format(arena, "%s/millet.db", options.data)), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(str_z(arena, str_format(arena, "%s/millet.db-wal", options.data)), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    store_close(store);
}

typedef struct Reading {
    Store *store;
    atomic_bool *stop;
} Reading;

static void *read_for_ever(void *arg)
{
    Reading *reading = arg;
    while (!*reading->stop)
        rows(reading->store);
    return NULL;
}

static void the_log_stays_bounded_while_readers_never_pause(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    store_close(store);
    options.no_sync = true; /* only how much, not how safely */
    assert_fine(store_open(test_arena(state), &options, &store));
    atomic_bool stop = false;
    Reading reading = {store, &stop};
    pthread_t threads[3];
    int64_t most = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, read_for_ever, &reading);
    for (int i = 0; i < 60; i++) { /* 240 MiB through a log that may hold 16 and what comes until readers let it go */
        assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (filler) VALUES (zeroblob(2097152))"));
        assert_fine(test_sql(store, test_arena(state), "DELETE FROM test_row WHERE filler IS NOT NULL"));
        int64_t bytes = wal_bytes(state, &options);
        most = bytes > most ? bytes : most;
    }
    stop = true;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_in_range(most, 1, 120 << 20); /* a reader that the machine makes wait in the middle holds it up for a while */
    store_close(store);
    assert_int_equal(wal_bytes(state, &options), 0);
}

static void an_idle_writer_empties_the_log_into_the_file(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    struct stat before, after;
    Arena *arena = test_arena(state);
    const char *path = str_z(arena, str_format(arena, "%s/millet.db", options.data));
    assert_int_equal(stat(path, &before), 0);
    assert_fine(test_sql(store, arena, "INSERT INTO test_row (filler) VALUES (zeroblob(1000000))"));
    for (int i = 0; i < 1200; i++) {
        usleep(100 * 1000);
        assert_int_equal(stat(path, &after), 0);
        if (after.st_size >= before.st_size + 1000000) /* seen whole: it grows page by page */
            break;
    }
    assert_true(after.st_size >= before.st_size + 1000000);
    store_close(store);
}

static void *write_one(void *arg)
{
    Arena *arena = arena_new();
    Err *err = test_sql(arg, arena, "INSERT INTO test_row (filler) VALUES (NULL)");
    bool busy = err_is(err, "db.busy");
    arena_free(arena);
    return (void *)(intptr_t)busy;
}

static void a_stranger_who_holds_the_file_delays_writers_together_and_not_one_after_the_other(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    sqlite3 *stranger;
    enum { WRITERS = 12 };
    pthread_t threads[WRITERS];
    int busy = 0;
    assert_int_equal(sqlite3_open(str_z(test_arena(state), str_format(test_arena(state), "%s/millet.db", options.data)), &stranger), SQLITE_OK);
    assert_int_equal(sqlite3_exec(stranger, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int64_t began = time_monotonic_us();
    for (int i = 0; i < WRITERS; i++)
        pthread_create(&threads[i], NULL, write_one, store);
    for (int i = 0; i < WRITERS; i++) {
        void *was_busy;
        pthread_join(threads[i], &was_busy);
        busy += was_busy != NULL;
    }
    assert_int_equal(busy, WRITERS);
    assert_true(time_monotonic_us() - began < 45 * 1000000); /* the first waits 5 s, the rest 5 s together; one after the other it would be a minute */
    sqlite3_close(stranger);
    assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (filler) VALUES (NULL)"));
    store_close(store);
}

static void deleted_text_is_gone_from_the_file(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    assert_fine(test_sql(store, arena, "INSERT INTO test_row (filler) VALUES ('a secret that must be forgotten')"));
    assert_fine(test_sql(store, arena, "DELETE FROM test_row WHERE filler IS NOT NULL"));
    store_close(store);
    Str file;
    assert_fine(file_read(arena, str_z(arena, str_format(arena, "%s/millet.db", options.data)), 64 << 20, &file));
    assert_true(str_find(file, STR("must be forgotten")) == SIZE_MAX);
}

static void the_writer_and_readers_are_set_as_promised(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    assert_int_equal(test_int(store, "PRAGMA query_only"), 1);
    assert_int_equal(test_int(store, "PRAGMA foreign_keys"), 1);
    assert_int_equal(test_int(store, "PRAGMA synchronous"), 2);
    assert_int_equal(test_int(store, "PRAGMA wal_autocheckpoint"), 0);
    assert_int_equal(test_int(store, "PRAGMA trusted_schema"), 0);
    assert_int_equal(test_int(store, "PRAGMA secure_delete"), 1);
    assert_int_equal(test_int(store, "PRAGMA cell_size_check"), 1);
    assert_err(test_sql(store, test_arena(state), "DROP TABLE sqlite_schema"), "db.failed");
    store_close(store);
}

static void a_data_file_that_is_no_database_is_refused(void **state)
{
    Arena *arena = test_arena(state);
    StoreOptions options = test_store_options(arena);
    Store *store;
    Buf junk = buf_new(arena, 1 << 16);
    for (int i = 0; i < 5000; i++)
        buf_add(&junk, STR("no database "));
    const char *path = str_z(arena, str_format(arena, "%s/millet.db", options.data));
    assert_fine(file_write(arena, path, buf_str(&junk), 0600));
    assert_err(store_open(arena, &options, &store), "db.unreadable");
}

static void no_sqlite_file_appears_beside_postgres(void **state)
{
    Arena *arena = test_arena(state);
    StoreOptions options = test_store_options(arena);
    options.data = "/tmp/millet-must-not-be-made";
    Store *store;
    assert_fine(store_open(arena, &options, &store));
    assert_true(store_is_postgres(store));
    assert_false(file_exists(options.data));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest sqlite[] = {
        TEST(a_commit_is_synced_before_it_is_acknowledged),
        TEST(a_full_disk_refuses_writes_and_serves_reads),
        TEST(a_failing_disk_is_never_acknowledged_and_stops_writing),
        TEST(a_second_process_is_refused_and_told_which_has_the_file),
        TEST(the_file_is_for_its_owner_alone),
        TEST(the_log_stays_bounded_while_readers_never_pause),
        TEST(an_idle_writer_empties_the_log_into_the_file),
        TEST(a_stranger_who_holds_the_file_delays_writers_together_and_not_one_after_the_other),
        TEST(deleted_text_is_gone_from_the_file),
        TEST(the_writer_and_readers_are_set_as_promised),
        TEST(a_data_file_that_is_no_database_is_refused),
    };
    const struct CMUnitTest postgres[] = {
        TEST(no_sqlite_file_appears_beside_postgres),
    };
    if (test_on_postgres())
        return cmocka_run_group_tests_name("db sqlite", postgres, NULL, NULL);
    install_flaws();
    return cmocka_run_group_tests_name("db sqlite", sqlite, NULL, NULL);
}
