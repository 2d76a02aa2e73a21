/* Bit rot: whatever byte changes in the data file, in its log or in the note of the log's end, it is either found or changes nothing
   that can be read, of any table. ROT_FLIPS=10000 in `make rot`; MILLET_TEST_SEED replays. SQLite's files only: PostgreSQL looks
   after its own (initdb --data-checksums). */
/* tests: sqlite */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/verify.h"
#include "db/vfs.h"
#include "ledger/audit.h"
#include "test_till.h"

enum { FLIPS = 240, TRANSFERS = 140, FILES = 3, SAID_MAX = 32 << 20 };

static const char *const names[FILES] = {"millet.db", "millet.db-wal", "millet.db-last"};

typedef struct Bytes {
    char *at;
    size_t len;
} Bytes;

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

/* ---- everything the database can say, as text ---- */

static bool say_table(sqlite3 *db, const char *name, Buf *out)
{
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    sqlite3_stmt *rows = NULL;
    int step = sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
    buf_addf(out, "== %s\n", name);
    while (step == SQLITE_OK || step == SQLITE_ROW) {
        step = sqlite3_step(rows);
        for (int i = 0; step == SQLITE_ROW && i < sqlite3_column_count(rows); i++) {
            const void *value = sqlite3_column_blob(rows, i);
            buf_addf(out, "%d ", sqlite3_column_type(rows, i));
            buf_add(out, (Str){value, (size_t)sqlite3_column_bytes(rows, i)});
        }
    }
    sqlite3_finalize(rows);
    sqlite3_free(sql);
    return step == SQLITE_DONE;
}

/* Through our layer, as every connection of the program; what a running process keeps for itself (its lease of a number) is left out. */
static bool say_all(const char *path, Buf *out)
{
    sqlite3 *db = NULL;
    bool fine = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, vfs_name()) == SQLITE_OK;
    for (const TableDef *table = house_tables; fine && table->name; table++)
        if (strcmp(table->mark, "passing") != 0 && table->columns_len)
            fine = say_table(db, table->name, out);
    sqlite3_close(db);
    assert_false(out->overflowed);
    return fine;
}

typedef enum Outcome { REFUSED, FOUND, UNCHANGED, SERVED, OUTCOMES } Outcome;

/* Opens the folder as a server would, and proves it as millet verify does. */
static Outcome outcome_of(const char *folder, const char *path, Str before, Str *said, Arena *kept)
{
    Arena *arena = arena_new();
    StoreOptions options = {.data = folder, .no_sync = true};
    Store *store;
    int64_t wrong = 0;
    Buf out = buf_new(arena, SAID_MAX);
    FILE *sink = fopen("/dev/null", "w");
    Outcome outcome = REFUSED;
    if (!store_open(arena, &options, &store)) {
        bool fine = say_all(path, &out);
        Err *err = verify_all(store, arena, sink, NULL, false, &wrong);
        outcome = err || wrong || !fine ? FOUND : str_eq(buf_str(&out), before) ? UNCHANGED : SERVED;
        if (fine && before.len && !str_eq(buf_str(&out), before))
            outcome = SERVED; /* found or not: another value was handed out */
        if (said && fine)
            *said = str_copy(kept, buf_str(&out));
        arena_reset(arena);
        store_close(store);
    }
    fclose(sink);
    arena_free(arena);
    return outcome;
}

/* ---- the data that rots ---- */

static void fill(Till *till)
{
    Id wallets[] = {till->ana, till->ben, till->cho, till->escrow};
    for (int i = 0; i < TRANSFERS; i++) {
        NewTransfer line = till_line(till->cash, wallets[next(4)], (int64_t)next(10000) + 1);
        line.flags = next(5) ? 0 : TRANSFER_PENDING;
        line.ref = STR("order 7");
        till->now.ms += 1000;
        assert_fine(till_post(till, &line, 1, NULL));
    }
}

/* Half of it in the file, half in the log, as kill -9 leaves it. */
static void make(Arena *arena, Bytes *files)
{
    Till till = {.arena = arena, .now = till_day};
    StoreOptions options = test_store_options(arena);
    assert_fine(store_open(arena, &options, &till.store));
    till.cash = till_account(&till, "Cash box", "1010", 0);
    till.ana = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.ben = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.cho = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.escrow = till_account(&till, "Order", "2030", ACCOUNT_NO_OVERDRAFT);
    fill(&till);
    store_close(till.store);
    assert_fine(store_open(arena, &options, &till.store));
    fill(&till);
    for (int i = FILES; i-- > 0;) { /* the note first: it never says more than the log holds */
        Str bytes;
        assert_fine(file_read(arena, str_z(arena, str_format(arena, "%s/%s", options.data, names[i])), 64u << 20, &bytes));
        files[i] = (Bytes){(char *)(uintptr_t)bytes.at, bytes.len};
    }
    store_close(till.store);
}

static void put(Arena *arena, const char *folder, const Bytes *files)
{
    for (int i = 0; i < FILES; i++) {
        FILE *file = fopen(str_z(arena, str_format(arena, "%s/%s", folder, names[i])), "w");
        assert_non_null(file);
        assert_int_equal(fwrite(files[i].at, 1, files[i].len, file), files[i].len);
        assert_int_equal(fclose(file), 0);
    }
    unlink(str_z(arena, str_format(arena, "%s/millet.db-shm", folder)));
}

static void a_flipped_byte_is_found_or_changes_nothing(void **state)
{
    const char *given = getenv("ROT_FLIPS");
    int flips = given ? atoi(given) : FLIPS, counts[FILES][OUTCOMES] = {{0}};
    Arena *kept = test_arena(state), *arena = arena_new();
    Bytes files[FILES];
    Str before = {0};
    char folder[] = "/dev/shm/ledger-rot-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = str_z(kept, str_format(kept, "%s/millet.db", folder));
    random_at = test_seed();
    make(kept, files);
    put(arena, folder, files);
    assert_int_equal(outcome_of(folder, path, (Str){0}, &before, kept), SERVED); /* as it is: the first to say anything */
    assert_true(before.len > 2 * TRANSFERS * 48);
    for (int i = 0; i < flips; i++, arena_reset(arena)) {
        int f = i % 20 == 0 ? 2 : i % 2; /* the note is 80 bytes long: a twentieth is plenty */
        size_t at = (size_t)next(files[f].len);
        char flip = (char)(1 + next(255));
        files[f].at[at] = (char)(files[f].at[at] ^ flip);
        put(arena, folder, files);
        files[f].at[at] = (char)(files[f].at[at] ^ flip);
        Outcome outcome = outcome_of(folder, path, before, NULL, kept);
        counts[f][outcome]++;
        if (outcome == SERVED)
            fail_msg("byte %zu of %s was flipped by %d, and something else is read", at, names[f], flip & 255);
    }
    for (int f = 0; f < FILES; f++)
        fprintf(stderr, "# %-14s %7zu bytes: %5d flips, %5d refused at the start, %5d found by verify, %5d changed nothing\n", names[f], files[f].len,
                counts[f][REFUSED] + counts[f][FOUND] + counts[f][UNCHANGED], counts[f][REFUSED], counts[f][FOUND], counts[f][UNCHANGED]);
    assert_true(counts[0][FOUND] + counts[0][REFUSED] > flips / 3); /* every page of the file is looked at */
    assert_true(counts[1][REFUSED] > flips / 4);
    arena_free(arena);
    assert_int_equal(system(str_z(kept, str_format(kept, "rm -rf %s", folder))), 0);
}

/* A byte in the middle of the first page of each of these tables and indexes. */
static void damage(Store *store, const char *path, const char *const *tables, size_t len, Arena *arena)
{
    int64_t pages[4];
    assert_true(len <= 4);
    for (size_t i = 0; i < len; i++)
        pages[i] = test_int(store, str_z(arena, str_format(arena, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", tables[i])));
    store_close(store);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    for (size_t i = 0; i < len; i++) {
        long at = (long)(pages[i] - 1) * PAGE_BYTES + 2000;
        assert_true(pages[i] > 0);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        int was = fgetc(file);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fputc(was ^ 0x55, file), was ^ 0x55);
    }
    assert_int_equal(fclose(file), 0);
}

static void verify_names_every_room_with_a_damaged_page(void **state)
{
    static const char *const tables[] = {"transfer", "stock", "pay_part_order"};
    Till till = {.arena = test_arena(state), .now = till_day};
    StoreOptions options = test_store_options(till.arena);
    assert_fine(store_open(till.arena, &options, &till.store));
    till.cash = till_account(&till, "Cash box", "1010", 0);
    till.ana = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    assert_fine(till_move(&till, till.cash, till.ana, 500, NULL));
    damage(till.store, str_z(till.arena, str_format(till.arena, "%s/millet.db", options.data)), tables, 3, till.arena);
    char *text = NULL;
    size_t len;
    int64_t wrong;
    Store *store;
    Arena *arena = arena_new();
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_fine(store_open(arena, &options, &store));
    assert_fine(verify_all(store, arena, out, NULL, false, &wrong));
    assert_int_equal(fclose(out), 0);
    static const char *const said[] = {"WRONG db.pages", "WRONG ledger.journal: stopped", "WRONG market.stock: stopped", "WRONG pay.escrow: stopped", "ok    identity", "ok    talk"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (!strstr(text, said[i]))
            fail_msg("not said: %s, but\n%s", said[i], strlen(text) > 600 ? text + strlen(text) - 600 : text);
    assert_true(wrong >= 6); /* three pages, three rooms */
    free(text);
    store_close(store);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_flipped_byte_is_found_or_changes_nothing),
        TEST(verify_names_every_room_with_a_damaged_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
