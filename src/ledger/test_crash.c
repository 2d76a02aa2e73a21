/* Power cuts: every write, truncation and sync that SQLite makes is recorded while a script books transfers; then for points
   between them the disk is put together as it might be found, opened with the real store, and proven. A disk may have kept all
   that was not synced, none of it, some of it in any order, or single sectors of it.
   Now and then the log goes into the file, so that points lie within checkpoints and in logs that have started over.
   The note beside the log, which is not synced, is the newest one or the one before the last sync.
   CRASH_POINTS=all CRASH_OPERATIONS=2000: all of them (make crash). */
/* tests: sqlite */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/driver.h"
#include "test_till.h"

enum { FILES = 2, SECTOR = 512, MODES = 4, OPERATIONS = 200, POINTS = 60, NOTE = 80 };

typedef enum CallKind { CALL_WRITE = 1, CALL_TRUNCATE, CALL_SYNC } CallKind;

typedef struct Call { /* what SQLite asked of the disk, in order */
    CallKind kind;
    int file; /* 0: millet.db, 1: millet.db-wal */
    int64_t at, len;
    char *bytes;
} Call;

typedef struct Booked { /* what a client was told, and after how many calls */
    size_t calls;
    int64_t seq;
    unsigned char hash[CHAIN_HASH_LEN];
    char note[NOTE]; /* of the log's end, as it was then */
} Booked;

typedef struct Image {
    char *at;
    size_t len, room;
} Image;

static struct Recorder {
    sqlite3_vfs vfs, *real;
    const sqlite3_io_methods *real_methods[FILES]; /* SQLite has others for the file that it locks */
    sqlite3_io_methods methods[FILES];
    struct {
        sqlite3_file *file;
        int index;
    } open[16];
    Call *calls;
    _Atomic size_t len; /* the writer goes on checkpointing after its answer */
    size_t room;
    bool on;
} rec;

/* ---- recording ---- */

static int index_of(const sqlite3_file *file)
{
    for (size_t i = 0; i < sizeof rec.open / sizeof *rec.open; i++)
        if (rec.open[i].file == file)
            return rec.open[i].index;
    return -1;
}

static const sqlite3_io_methods *real_of(const sqlite3_file *file)
{
    int index = index_of(file);
    return rec.real_methods[index < 0 ? 0 : index];
}

static void record(CallKind kind, const sqlite3_file *file, int64_t at, int64_t len, const void *bytes)
{
    int index = index_of(file);
    if (!rec.on || index < 0)
        return;
    if (rec.len == rec.room) {
        rec.room = rec.room ? 2 * rec.room : 4096;
        rec.calls = realloc(rec.calls, rec.room * sizeof *rec.calls);
    }
    char *copy = bytes ? malloc((size_t)len) : NULL;
    if (!rec.calls || (bytes && !copy))
        abort();
    if (copy)
        memcpy(copy, bytes, (size_t)len);
    rec.calls[rec.len++] = (Call){kind, index, at, len, copy};
}

static int rec_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    record(CALL_WRITE, file, at, len, from);
    return real_of(file)->xWrite(file, from, len, at);
}

static int rec_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    record(CALL_TRUNCATE, file, size, 0, NULL);
    return real_of(file)->xTruncate(file, size);
}

static int rec_sync(sqlite3_file *file, int flags)
{
    record(CALL_SYNC, file, 0, 0, NULL);
    return real_of(file)->xSync(file, flags);
}

static int rec_close(sqlite3_file *file)
{
    const sqlite3_io_methods *real = real_of(file);
    for (size_t i = 0; i < sizeof rec.open / sizeof *rec.open; i++)
        if (rec.open[i].file == file)
            rec.open[i].file = NULL;
    return real->xClose(file);
}

static int rec_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    int code = rec.real->xOpen(rec.real, path, file, flags, out_flags);
    int index = !path ? -1 : str_ends(str_of(path), STR("/millet.db")) ? 0 : str_ends(str_of(path), STR("/millet.db-wal")) ? 1 : -1;
    if (code != SQLITE_OK || index < 0 || !file->pMethods)
        return code;
    if (!rec.real_methods[index]) { /* once: a reader is opened while the checkpointer writes through them */
        rec.methods[index] = *file->pMethods;
        rec.methods[index].xWrite = rec_write;
        rec.methods[index].xTruncate = rec_truncate;
        rec.methods[index].xSync = rec_sync;
        rec.methods[index].xClose = rec_close;
        rec.real_methods[index] = file->pMethods;
    }
    if (rec.real_methods[index] != file->pMethods)
        abort();
    for (size_t i = 0; i < sizeof rec.open / sizeof *rec.open; i++)
        if (!rec.open[i].file) {
            rec.open[i].file = file;
            rec.open[i].index = index;
            file->pMethods = &rec.methods[index];
            break;
        }
    return code;
}

static void recorder_install(void)
{
    rec.real = sqlite3_vfs_find(NULL);
    rec.vfs = *rec.real;
    rec.vfs.zName = "recorder";
    rec.vfs.xOpen = rec_open;
    sqlite3_vfs_register(&rec.vfs, 1);
}

/* ---- disks ---- */

static void image_write(Image *image, int64_t at, const char *bytes, int64_t len)
{
    size_t end = (size_t)(at + len);
    if (end > image->room) {
        image->room = 2 * end;
        image->at = realloc(image->at, image->room);
        if (!image->at)
            abort();
    }
    if (end > image->len) {
        memset(image->at + image->len, 0, end - image->len);
        image->len = end;
    }
    memcpy(image->at + at, bytes, (size_t)len);
}

static void image_call(Image *image, const Call *call)
{
    if (call->kind == CALL_WRITE)
        image_write(image, call->at, call->bytes, call->len);
    else if (call->kind == CALL_TRUNCATE && (size_t)call->at < image->len)
        image->len = (size_t)call->at;
}

static void image_copy(Image *to, const Image *from)
{
    to->len = 0;
    if (from->len)
        image_write(to, 0, from->at, (int64_t)from->len);
}

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

/* One unsynced call as a disk of this mode may have kept it. */
static void image_maybe(Image *image, const Call *call, int mode)
{
    if (mode == 0 || (mode == 2 && next(2)))
        image_call(image, call);
    if (mode == 3 && call->kind == CALL_TRUNCATE)
        image_call(image, call);
    for (int64_t at = 0; mode == 3 && call->kind == CALL_WRITE && at < call->len; at += SECTOR)
        if (next(2))
            image_write(image, call->at + at, call->bytes + at, call->len - at < SECTOR ? call->len - at : SECTOR);
}

static const char *const names[FILES] = {"millet.db", "millet.db-wal"};

static Str path_in(Arena *arena, const char *folder, const char *name)
{
    return str_format(arena, "%s/%s", folder, name);
}

static void disk_write(Arena *arena, const char *folder, const Image *images)
{
    static const char *const others[] = {"millet.db-shm", "millet.lock"};
    for (int i = 0; i < FILES; i++) {
        const char *path = str_z(arena, path_in(arena, folder, names[i]));
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(images[i].at, 1, images[i].len, file), images[i].len);
        assert_int_equal(fclose(file), 0);
        if (i == 1 && !images[i].len)
            unlink(path);
    }
    for (size_t i = 0; i < 2; i++)
        unlink(str_z(arena, path_in(arena, folder, others[i])));
}

static void disk_read(Arena *arena, const char *folder, Image *images)
{
    for (int i = 0; i < FILES; i++) {
        Str bytes = {0};
        Err *err = file_read(arena, str_z(arena, path_in(arena, folder, names[i])), 64u << 20, &bytes);
        assert_true(!err || err_is(err, "file.missing"));
        images[i] = (Image){0};
        if (bytes.len)
            image_write(&images[i], 0, bytes.at, (int64_t)bytes.len);
    }
}

typedef struct Begin {
    const char *folder;
    Image *images;
} Begin;

/* The first image and the record of what follows it must meet: a checkpoint between the two would be in neither, and what it moved out of the
   log would be missing from every disk put together. Inside a write nobody checkpoints. */
static Err *recording_begin(Tx *tx, void *arg)
{
    const Begin *begin = arg;
    disk_read(tx->db.arena, begin->folder, begin->images);
    rec.on = true;
    return NULL;
}

/* ---- the script ---- */

static void note_read(Arena *arena, const char *folder, char note[NOTE])
{
    Str text;
    assert_fine(file_read(arena, str_z(arena, path_in(arena, folder, "millet.db-last")), 1000, &text));
    assert_int_equal(text.len, NOTE);
    memcpy(note, text.at, NOTE);
}

/* What the writer does by itself when nobody has asked for anything for a second. */
static Err *log_into_file(DbConn *conn, Arena *arena)
{
    (void)arena;
    conn->store->driver->rest(conn, true);
    return NULL;
}

static size_t script_run(Till *till, const char *folder, Booked *booked, size_t operations)
{
    Id wallets[] = {till->ana, till->ben, till->cho, till->escrow};
    size_t len = 0;
    for (size_t i = 0; i < operations; i++) {
        NewTransfer list[3];
        Done done[3];
        size_t lines = next(4) ? 1 : 3;
        for (size_t k = 0; k < lines; k++) {
            list[k] = till_line(till->cash, wallets[next(4)], (int64_t)next(10000) + 1);
            list[k].group = lines > 1 ? STR("sale") : (Str){0};
            list[k].flags = next(6) ? 0 : TRANSFER_PENDING;
        }
        till->now.ms += 1000;
        assert_fine(ledger_submit(till->store, till->arena, &(Submission){.list = list, .len = lines, .now = till->now, .done = done}));
        Arena *arena = arena_new();
        TransferView last;
        bool found;
        Db db;
        assert_fine(db_read(till->store, arena, &db));
        assert_fine(transfer_at(&db, done[lines - 1].seq, &last, &found));
        assert_true(found);
        booked[len].calls = rec.len;
        booked[len].seq = last.seq;
        memcpy(booked[len].hash, last.hash, CHAIN_HASH_LEN);
        note_read(arena, folder, booked[len++].note);
        if (!next(6))
            assert_fine(writer_alone(till->store, arena, log_into_file));
        arena_free(arena);
    }
    return len;
}

/* ---- proving one disk ---- */

typedef struct Proof {
    const Booked *booked;
    size_t booked_len;
    const char *folder;
    int64_t slowest_us;
} Proof;

/* The newest note that can be there at this point, or the one before it: none vouches for more than is on any disk. */
static void note_put(Arena *arena, const Proof *proof, size_t point)
{
    const char *path = str_z(arena, path_in(arena, proof->folder, "millet.db-last"));
    size_t told = 0;
    while (told < proof->booked_len && proof->booked[told].calls <= point)
        told++;
    size_t at = told - (told > 1 && next(2));
    unlink(path);
    if (at)
        assert_fine(file_write(arena, path, (Str){proof->booked[at - 1].note, NOTE}, 0600));
}

static void prove(Proof *proof, size_t point, int mode)
{
    Arena *arena = arena_new();
    note_put(arena, proof, point);
    StoreOptions options = {.data = proof->folder, .no_sync = true};
    Store *store;
    Db db;
    LedgerHead head;
    bool found, whole = false;
    int64_t began = time_monotonic_us();
    Err *err = store_open(arena, &options, &store);
    if (err)
        fail_msg("point %zu, mode %d: %.*s", point, mode, STR_ARG(err_text(arena, err)));
    int64_t took = time_monotonic_us() - began;
    proof->slowest_us = took > proof->slowest_us ? took : proof->slowest_us;
    assert_fine(db_read(store, arena, &db));
    assert_fine(ledger_head_get(&db, &head, &found));
    for (size_t i = 0; i < proof->booked_len; i++) {
        const Booked *b = &proof->booked[i];
        TransferView view;
        bool there;
        whole = whole || b->seq == head.seq;
        bool told = b->calls <= point, last = i + 1 == proof->booked_len || proof->booked[i + 1].calls > point;
        if (!told || !last)
            continue;
        assert_fine(transfer_at(&db, b->seq, &view, &there)); /* its hash vouches for all before it */
        if (!there || memcmp(view.hash, b->hash, CHAIN_HASH_LEN) != 0)
            fail_msg("point %zu, mode %d: transfer %lld was acknowledged and is %s", point, mode, (long long)b->seq, there ? "another" : "gone");
    }
    if (found && head.seq && !whole)
        fail_msg("point %zu, mode %d: a group is half there: the journal ends with %lld", point, mode, (long long)head.seq);
    till_check(store, arena);
    arena_reset(arena);
    store_close(store);
    arena_free(arena);
}

static size_t crash_everywhere(Proof *proof, Image *durable, size_t points)
{
    size_t pending = 0, proven = 0; /* calls from pending on are not synced, as far as their file is concerned */
    Image disk[FILES] = {{0}, {0}};
    bool *synced = calloc(rec.len + 1, sizeof *synced);
    assert_non_null(synced);
    for (size_t point = 0; point <= rec.len; point++) {
        if (points >= rec.len || next(rec.len) < points)
            for (int mode = 0; mode < MODES; mode++, proven++) {
                Arena *arena = arena_new();
                for (int f = 0; f < FILES; f++)
                    image_copy(&disk[f], &durable[f]);
                for (size_t i = pending; i < point; i++)
                    if (!synced[i])
                        image_maybe(&disk[rec.calls[i].file], &rec.calls[i], mode);
                disk_write(arena, proof->folder, disk);
                arena_free(arena);
                prove(proof, point, mode);
            }
        if (point == rec.len || rec.calls[point].kind != CALL_SYNC)
            continue;
        for (size_t i = pending; i < point; i++)
            if (!synced[i] && rec.calls[i].file == rec.calls[point].file) {
                image_call(&durable[rec.calls[i].file], &rec.calls[i]);
                synced[i] = true;
            }
        synced[point] = true;
        while (pending < point && synced[pending])
            pending++;
    }
    free(synced);
    free(disk[0].at), free(disk[1].at);
    return proven;
}

static size_t number(const char *name, size_t standard)
{
    const char *text = getenv(name);
    return !text ? standard : strcmp(text, "all") == 0 ? SIZE_MAX : (size_t)strtoull(text, NULL, 10);
}

static void a_power_cut_between_any_two_calls_loses_nothing(void **state)
{
    size_t operations = number("CRASH_OPERATIONS", OPERATIONS);
    Till till = {.arena = test_arena(state), .now = till_day};
    StoreOptions options = test_store_options(till.arena);
    Booked *booked = calloc(operations, sizeof *booked);
    Image durable[FILES];
    char folder[] = "/dev/shm/ledger-crash-XXXXXX";
    assert_non_null(booked);
    assert_non_null(mkdtemp(folder));
    random_at = test_seed();
    recorder_install();
    assert_fine(store_open(till.arena, &options, &till.store));
    till.cash = till_account(&till, "Cash box", "1010", 0);
    till.ana = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.ben = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.cho = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.escrow = till_account(&till, "Order", "2030", ACCOUNT_NO_OVERDRAFT);
    assert_fine(db_write(till.store, till.arena, recording_begin, &(Begin){options.data, durable}));
    Proof proof = {booked, script_run(&till, options.data, booked, operations), folder, 0};
    rec.on = false;
    size_t calls = rec.len;
    store_close(till.store);
    assert_true(calls > 2 * operations);
    size_t proven = crash_everywhere(&proof, durable, number("CRASH_POINTS", POINTS));
    fprintf(stderr, "# %zu operations, %zu calls, %zu disks proven, slowest recovery %lld ms\n", operations, calls, proven, (long long)proof.slowest_us / 1000);
    assert_true(proven > POINTS);
    assert_true(proof.slowest_us < 60000000); /* milliseconds; what else the machine does may hold it up */
    Str clean = str_format(test_arena(state), "rm -rf %s", folder);
    assert_int_equal(system(str_z(test_arena(state), clean)), 0);
    for (size_t i = 0; i < rec.len; i++)
        free(rec.calls[i].bytes);
    free(rec.calls), free(booked), free(durable[0].at), free(durable[1].at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_power_cut_between_any_two_calls_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
