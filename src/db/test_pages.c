/* What the disk changes by itself: a byte in a page of the data file, in its log, in the note of the log's end. PostgreSQL has
   checksums of its own (initdb --data-checksums). */
/* tests: sqlite */
#include "test/harness.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/migrate.h"
#include "db/vfs.h"

static const char *path_in(Arena *arena, const StoreOptions *options, const char *name)
{
    return str_z(arena, str_format(arena, "%s/%s", options->data, name));
}

static Store *open_store(void **state, StoreOptions *options)
{
    Store *store;
    *options = test_store_options(test_arena(state));
    assert_fine(store_open(test_arena(state), options, &store));
    assert_fine(test_sql(store, test_arena(state), "CREATE TABLE test_row (id INTEGER PRIMARY KEY, filler TEXT)"));
    for (int i = 0; i < 30; i++)
        assert_fine(test_sql(store, test_arena(state), "INSERT INTO test_row (filler) VALUES (printf('%.*c', 3000, 'x'))"));
    return store;
}

static Err *read_all(Store *store, Arena *arena)
{
    typedef struct Length {
        int64_t bytes;
    } Length;
    static const Column columns[] = {{.name = "bytes", .type = COL_INT, .offset = offsetof(Length, bytes)}};
    static const Statement sum = {.name = "sum", .sqlite = "SELECT coalesce(sum(length(filler)), 0) AS bytes FROM test_row", .columns = columns, .columns_len = 1, .row_size = sizeof(Length)};
    Db db;
    Length length;
    TRY(db_read(store, arena, &db));
    return db_one(&db, &sum, NULL, &length, NULL);
}

static int64_t root_page(Store *store)
{
    return test_int(store, "SELECT rootpage FROM sqlite_schema WHERE name = 'test_row'");
}

static void flip(const char *path, int64_t at)
{
    int file = open(path, O_RDWR);
    char byte = 0;
    assert_true(file >= 0 && pread(file, &byte, 1, at) == 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

/* As after kill -9: all files as they are, without closing. */
static StoreOptions copy_running(void **state, const StoreOptions *from)
{
    Arena *arena = test_arena(state);
    StoreOptions to = test_store_options(arena);
    Str sql = str_format(arena, "cp %s/millet.db %s/millet.db-wal %s/millet.db-last %s/", from->data, from->data, from->data, to.data);
    assert_int_equal(system(str_z(arena, sql)), 0);
    return to;
}

/* ---- pages ---- */

static void every_page_carries_its_checksum(void **state)
{
    StoreOptions options;
    PageList pages;
    Store *store = open_store(state, &options);
    assert_fine(store_pages_check(store, test_arena(state), &pages));
    assert_int_equal(pages.wrong, 0);
    store_close(store);
    assert_int_equal(pages_kind(path_in(test_arena(state), &options, "millet.db")), PAGES_SUMMED);
    assert_fine(pages_check(test_arena(state), path_in(test_arena(state), &options, "millet.db"), &pages));
    assert_in_range(pages.checked, 30, 100000);
    assert_int_equal(pages.wrong, 0);
}

static void a_page_that_the_disk_changed_is_named_and_not_served(void **state)
{
    StoreOptions options;
    PageList pages;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    int64_t page = root_page(store);
    store_close(store);
    flip(path_in(arena, &options, "millet.db"), (page - 1) * PAGE_BYTES + 2000);
    assert_fine(store_open(arena, &options, &store)); /* the rest of the data is fine */
    Err *err = read_all(store, arena);
    assert_err(err, "db.page_damaged");
    assert_true(str_find(err->detail, str_format(arena, "page %lld is not", (long long)page)) != SIZE_MAX);
    assert_fine(store_pages_check(store, arena, &pages));
    assert_int_equal(pages.wrong, 1);
    assert_int_equal(pages.at[0], page);
    assert_err(test_sql(store, arena, "UPDATE test_row SET filler = 'y' WHERE id = 1"), "db.page_damaged");
    assert_fine(test_sql(store, arena, "CREATE TABLE test_other (id INTEGER PRIMARY KEY)")); /* writing goes on elsewhere */
    store_close(store);
}

static void a_page_in_the_place_of_another_is_found(void **state)
{
    StoreOptions options;
    char page[PAGE_BYTES];
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    int64_t last = test_int(store, "PRAGMA page_count");
    store_close(store);
    int file = open(path_in(arena, &options, "millet.db"), O_RDWR);
    assert_int_equal(pread(file, page, sizeof page, (last - 1) * PAGE_BYTES), PAGE_BYTES);
    assert_int_equal(pwrite(file, page, sizeof page, (last - 2) * PAGE_BYTES), PAGE_BYTES);
    close(file);
    assert_fine(store_open(arena, &options, &store));
    assert_err(read_all(store, arena), "db.page_damaged");
    store_close(store);
}

static void a_header_that_denies_its_checksums_is_refused(void **state)
{
    static const int places[] = {0, 16, 20}; /* the magic words, the page size, the reserved bytes */
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    const char *path = path_in(arena, &options, "millet.db");
    store_close(store);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        flip(path, places[i]);
        assert_err(store_open(arena, &options, &store), "db.page_damaged");
        flip(path, places[i]);
    }
    assert_fine(store_open(arena, &options, &store));
    store_close(store);
    assert_int_equal(truncate(path, 0), 0);
    assert_err(store_open(arena, &options, &store), "db.page_damaged");
}

static void a_damaged_backup_is_refused(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    const char *path = path_in(arena, &options, "backup");
    int64_t page = root_page(store);
    assert_fine(store_backup(store, arena, path));
    store_close(store);
    assert_int_equal(pages_kind(path), PAGES_SUMMED);
    assert_fine(store_check_file(arena, path));
    flip(path, (page - 1) * PAGE_BYTES + 3000);
    assert_err(store_check_file(arena, path), "db.damaged");
    assert_err(store_restore(arena, &options, path), "db.damaged");
}

/* ---- data of before ---- */

/* As programs before the checksums made it: the same tables, no reserved bytes. */
static void make_plain(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, ran_at INTEGER NOT NULL) STRICT", NULL, NULL, NULL), SQLITE_OK);
    for (const Migration *m = house_migrations; m->number; m++) {
        char *sql = sqlite3_mprintf("INSERT INTO migration VALUES (%lld, %Q, %Q, 1)", (long long)m->number, m->name, m->hash);
        assert_int_equal(sqlite3_exec(db, m->sqlite, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_free(sql);
    }
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE test_row (id INTEGER PRIMARY KEY, filler TEXT); INSERT INTO test_row VALUES (7, printf('%.*c', 9000, 'x'))", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(pages_kind(path), PAGES_PLAIN);
}

static void data_without_checksums_is_given_them_once(void **state)
{
    Arena *arena = test_arena(state);
    StoreOptions options = test_store_options(arena);
    const char *path = path_in(arena, &options, "millet.db");
    Store *store;
    PageList pages;
    make_plain(path);
    for (int i = 0; i < 2; i++) {
        assert_fine(store_open(arena, &options, &store));
        assert_int_equal(test_int(store, "SELECT length(filler) FROM test_row WHERE id = 7"), 9000);
        assert_int_equal(test_int(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
        assert_fine(store_pages_check(store, arena, &pages));
        assert_in_range(pages.checked, 10, 100000);
        assert_int_equal(pages.wrong, 0);
        store_close(store);
        assert_int_equal(pages_kind(path), PAGES_SUMMED);
    }
}

static void a_backup_without_checksums_can_be_restored(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    store_close(store);
    make_plain(path_in(arena, &options, "old"));
    assert_fine(store_restore(arena, &options, path_in(arena, &options, "old")));
    assert_fine(store_open(arena, &options, &store));
    assert_int_equal(test_int(store, "SELECT length(filler) FROM test_row WHERE id = 7"), 9000);
    store_close(store);
    assert_int_equal(pages_kind(path_in(arena, &options, "millet.db")), PAGES_SUMMED);
}

/* ---- the log ---- */

static void a_log_that_lost_a_commit_is_refused_and_not_cut_short(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options), *again;
    Arena *arena = test_arena(state);
    StoreOptions whole = copy_running(state, &options), bad = copy_running(state, &options), shorter = copy_running(state, &options), lost = copy_running(state, &options),
                 header = copy_running(state, &options), forgotten = copy_running(state, &options);
    store_close(store);
    assert_fine(store_open(arena, &whole, &again));
    assert_int_equal(test_int(again, "SELECT count(*) FROM test_row"), 30);
    store_close(again);
    flip(path_in(arena, &bad, "millet.db-wal"), LOG_HEADER + 3 * LOG_FRAME + 500);
    Err *err = store_open(arena, &bad, &again);
    assert_err(err, "db.log_damaged");
    assert_true(str_find(err->detail, STR("frame 4 is not")) != SIZE_MAX);
    flip(path_in(arena, &header, "millet.db-wal"), 17);
    assert_err(store_open(arena, &header, &again), "db.log_damaged");
    assert_int_equal(truncate(path_in(arena, &shorter, "millet.db-wal"), LOG_HEADER + 3 * LOG_FRAME), 0);
    assert_err(store_open(arena, &shorter, &again), "db.log_lost");
    assert_int_equal(unlink(path_in(arena, &lost, "millet.db-wal")), 0);
    assert_err(store_open(arena, &lost, &again), "db.log_lost");
    assert_int_equal(unlink(path_in(arena, &lost, "millet.db-last")), 0); /* as the message says */
    assert_fine(store_open(arena, &lost, &again));
    store_close(again);
    flip(path_in(arena, &forgotten, "millet.db-last"), 20); /* a damaged note says nothing */
    assert_fine(store_open(arena, &forgotten, &again));
    assert_int_equal(test_int(again, "SELECT count(*) FROM test_row"), 30);
    store_close(again);
}

static void a_frame_of_the_log_that_changed_under_a_running_server_is_not_served(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    assert_fine(read_all(store, arena));
    /* every frame of the last life: whichever the reader asks for */
    assert_fine(test_sql(store, arena, "UPDATE test_row SET filler = printf('%.*c', 3000, 'z')"));
    Str log;
    assert_fine(file_read(arena, path_in(arena, &options, "millet.db-wal"), 64 << 20, &log));
    for (size_t at = LOG_HEADER; at + LOG_FRAME <= log.len; at += LOG_FRAME)
        flip(path_in(arena, &options, "millet.db-wal"), (int64_t)at + 2000);
    assert_err(read_all(store, arena), "db.page_damaged");
    store_close(store);
}

static void a_stopped_server_leaves_a_note_that_asks_for_no_log(void **state)
{
    StoreOptions options;
    Store *store = open_store(state, &options);
    Arena *arena = test_arena(state);
    store_close(store);
    assert_false(file_exists(path_in(arena, &options, "millet.db-wal")));
    Str note;
    assert_fine(file_read(arena, path_in(arena, &options, "millet.db-last"), 1000, &note));
    assert_true(str_starts(note, STR("millet log 0000000000000000 0000000000 ")));
    assert_fine(store_open(arena, &options, &store));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest sqlite[] = {
        TEST(every_page_carries_its_checksum),
        TEST(a_page_that_the_disk_changed_is_named_and_not_served),
        TEST(a_page_in_the_place_of_another_is_found),
        TEST(a_header_that_denies_its_checksums_is_refused),
        TEST(a_damaged_backup_is_refused),
        TEST(data_without_checksums_is_given_them_once),
        TEST(a_backup_without_checksums_can_be_restored),
        TEST(a_log_that_lost_a_commit_is_refused_and_not_cut_short),
        TEST(a_frame_of_the_log_that_changed_under_a_running_server_is_not_served),
        TEST(a_stopped_server_leaves_a_note_that_asks_for_no_log),
    };
    return cmocka_run_group_tests_name("db pages", sqlite, NULL, NULL);
}
