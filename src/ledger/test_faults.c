/* A disk that is full, or fails, at any of its calls; a machine without memory at any of its allocations. What was acknowledged is
   there, no account crosses its limit, the books close, and whoever asks afterwards is served.
   FAULTS=all for every call and every allocation (make crash), FAULTS=2/4 for the second quarter of them; MILLET_TEST_SEED replays. */
/* tests: sqlite */
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.h"
#include "ledger/audit.h"
#include "test_till.h"

enum { FILES = 2, PAYMENTS = 12, CALLS_EVERY = 3, ALLOCATIONS_EVERY = 240, LIVE_US = 60000000 };

/* ---- a disk that fails when told to ---- */

typedef enum DiskFault { DISK_FULL = 1, DISK_WRITE, DISK_SYNC } DiskFault;

static struct Disk {
    sqlite3_vfs vfs, *real;
    const sqlite3_io_methods *real_methods[FILES]; /* SQLite has others for the file that it locks */
    sqlite3_io_methods methods[FILES];
    struct {
        sqlite3_file *file;
        int index;
    } open[16];
    atomic_long calls, fail_at; /* from this call on; 0: never */
    DiskFault fault;
    atomic_bool data_fails;     /* each sync of the data file */
    atomic_long data_failed;
} disk;

static const sqlite3_io_methods *real_of(const sqlite3_file *file)
{
    for (size_t i = 0; i < sizeof disk.open / sizeof *disk.open; i++)
        if (disk.open[i].file == file)
            return disk.real_methods[disk.open[i].index];
    abort();
}

static bool fails(DiskFault first, DiskFault second)
{
    long call = ++disk.calls;
    return disk.fail_at && call >= disk.fail_at && (disk.fault == first || disk.fault == second);
}

static int disk_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    if (!fails(DISK_FULL, DISK_WRITE))
        return real_of(file)->xWrite(file, from, len, at);
    real_of(file)->xWrite(file, from, len / 2, at); /* as much as went */
    return disk.fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static bool is_data(const sqlite3_file *file)
{
    for (size_t i = 0; i < sizeof disk.open / sizeof *disk.open; i++)
        if (disk.open[i].file == file)
            return disk.open[i].index == 0;
    return false;
}

static int disk_sync(sqlite3_file *file, int flags)
{
    if (disk.data_fails && is_data(file)) {
        disk.data_failed++;
        return SQLITE_IOERR_FSYNC;
    }
    return fails(DISK_SYNC, DISK_SYNC) ? SQLITE_IOERR_FSYNC : real_of(file)->xSync(file, flags);
}

static int disk_close(sqlite3_file *file)
{
    const sqlite3_io_methods *real = real_of(file);
    for (size_t i = 0; i < sizeof disk.open / sizeof *disk.open; i++)
        if (disk.open[i].file == file)
            disk.open[i].file = NULL;
    return real->xClose(file);
}

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    int code = disk.real->xOpen(disk.real, path, file, flags, out_flags);
    int index = flags & SQLITE_OPEN_MAIN_DB ? 0 : flags & SQLITE_OPEN_WAL ? 1 : -1;
    if (code != SQLITE_OK || index < 0)
        return code;
    if (!disk.real_methods[index]) { /* once: a reader is opened while the checkpointer writes through them */
        disk.methods[index] = *file->pMethods;
        disk.methods[index].xWrite = disk_write;
        disk.methods[index].xSync = disk_sync;
        disk.methods[index].xClose = disk_close;
        disk.real_methods[index] = file->pMethods;
    }
    if (disk.real_methods[index] != file->pMethods)
        abort();
    for (size_t i = 0; i < sizeof disk.open / sizeof *disk.open; i++)
        if (!disk.open[i].file) {
            disk.open[i].file = file;
            disk.open[i].index = index;
            file->pMethods = &disk.methods[index];
            return code;
        }
    abort();
}

static void disk_install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.zName = "faulty";
    disk.vfs.xOpen = disk_open;
    sqlite3_vfs_register(&disk.vfs, 1);
}

/* ---- payments whose answers are written down ---- */

typedef struct Told { /* in memory that outlives a killed process */
    atomic_long len, opened, allocations; /* how many it took to open the store, and in all */
    struct {
        Uuid id;
        int64_t amount, seq;
    } at[PAYMENTS + 1];
} Told;

typedef struct Purse {
    Id cash, ana;
} Purse;

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

static uint64_t seed(void)
{
    random_at = test_seed();
    return random_at;
}

/* Every step-th, from first on: all of them, one part of them, or a sample that begins by chance. */
static long step_of(int standard, long *first)
{
    const char *given = getenv("FAULTS");
    long part, parts;
    *first = 1;
    if (given && strcmp(given, "all") == 0)
        return 1;
    if (given && sscanf(given, "%ld/%ld", &part, &parts) == 2 && part > 0 && part <= parts) {
        *first = part;
        return parts;
    }
    *first = 1 + (long)next((uint64_t)standard);
    return standard;
}

static Err *pay(Store *store, Arena *arena, const Purse *purse, Told *told)
{
    NewTransfer line = till_line(purse->cash, purse->ana, (int64_t)told->len + 1);
    Done done;
    TRY(ledger_submit(store, arena, &(Submission){.list = &line, .len = 1, .now = time_real(), .done = &done}));
    if (done.refused)
        return done.refused;
    told->at[told->len].id = line.id;
    told->at[told->len].amount = line.amount;
    told->at[told->len].seq = done.seq;
    told->len++;
    return NULL;
}

static void everything_told_is_there(Store *store, Arena *arena, const Told *told)
{
    Db db;
    assert_fine(db_read(store, arena, &db));
    for (long i = 0; i < told->len; i++) {
        TransferView view;
        bool found;
        assert_fine(transfer_get(&db, told->at[i].id, &view, &found));
        if (!found || view.amount != told->at[i].amount || view.seq != told->at[i].seq)
            fail_msg("payment %ld was acknowledged and is not there", i);
    }
    till_check(store, arena);
}

static Purse purse_make(Arena *arena, StoreOptions *options)
{
    Till till = {.arena = arena, .now = till_day};
    *options = test_store_options(arena);
    assert_fine(store_open(arena, options, &till.store));
    Purse purse = {till_account(&till, "World", "3010", 0), till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT)};
    store_close(till.store);
    return purse;
}

/* ---- the disk ---- */

static const char *const fault_names[] = {"", "full", "failing at a write", "failing at a sync"};

/* One life of the store with the disk failing from its n-th call on. False: there were fewer calls. */
static bool life(const StoreOptions *options, const Purse *purse, DiskFault fault, long at)
{
    Arena *arena = arena_new();
    Told told = {0};
    Store *store = NULL;
    Db db;
    AccountView view;
    disk.calls = 0;
    disk.fault = fault;
    disk.fail_at = at;
    Err *err = store_open(arena, options, &store);
    for (int i = 0; !err && i < PAYMENTS; i++) {
        Err *refused = pay(store, arena, purse, &told);
        const char *wanted = fault == DISK_FULL ? "disk.full" : "disk.failed";
        if (refused && !err_is(refused, wanted))
            fail_msg("disk %s at call %ld: %.*s", fault_names[fault], at, STR_ARG(err_text(arena, refused)));
    }
    if (store) {
        Arena *reading = arena_new();
        assert_fine(db_read(store, reading, &db)); /* whatever the disk does, reading goes on */
        assert_fine(account_get(&db, purse->ana, &view));
        arena_free(reading);
    }
    bool reached = disk.calls >= at;
    disk.fail_at = 0;
    if (store && fault == DISK_FULL) { /* there is room again: the next is served at once */
        int64_t began = time_monotonic_us();
        assert_fine(pay(store, arena, purse, &told));
        assert_true(time_monotonic_us() - began < LIVE_US);
    }
    store_close(store);
    arena_reset(arena);
    assert_fine(store_open(arena, options, &store));
    everything_told_is_there(store, arena, &told);
    told.len = 0;
    assert_fine(pay(store, arena, purse, &told));
    arena_reset(arena);
    store_close(store);
    arena_free(arena);
    return reached;
}

static void a_disk_that_fails_at_any_call_loses_nothing_acknowledged(void **state)
{
    StoreOptions options;
    seed();
    Purse purse = purse_make(test_arena(state), &options);
    long first, step = step_of(CALLS_EVERY, &first);
    for (DiskFault fault = DISK_FULL; fault <= DISK_SYNC; fault++) {
        long lives = 0;
        for (long at = first; life(&options, &purse, fault, at); at += step)
            lives++;
        fprintf(stderr, "# disk %s: %ld lives, each failing from another call on\n", fault_names[fault], lives);
        assert_true(lives > 1);
    }
}

/* A second after the last write the writer moves the log into the file. When the disk fails there, nobody knows any more what it holds: no write is
   taken until a restart, also when the disk seems to be well again. */
static void a_disk_that_fails_while_nobody_writes_takes_no_more_writes(void **state)
{
    StoreOptions options;
    Purse purse = purse_make(test_arena(state), &options);
    Arena *arena = arena_new();
    Told told = {0};
    Store *store;
    assert_fine(store_open(arena, &options, &store));
    disk.data_fails = true;
    assert_fine(pay(store, arena, &purse, &told)); /* into the log, which is well */
    for (int i = 0; i < 12000 && !disk.data_failed; i++)
        usleep(10000);
    assert_true(disk.data_failed > 0);
    disk.data_fails = false;
    assert_err(pay(store, arena, &purse, &told), "disk.failed");
    store_close(store);
    arena_reset(arena);
    assert_fine(store_open(arena, &options, &store));
    everything_told_is_there(store, arena, &told);
    assert_fine(pay(store, arena, &purse, &told));
    arena_reset(arena);
    store_close(store);
    arena_free(arena);
}

static void a_full_disk_is_answered_with_507_and_reading_goes_on(void **state)
{
    App *app = app_of(state);
    Arena *arena = test_arena(state);
    User *tao = program(app, user(app, "Tao", 0, ROLE_TREASURER), "read transfers");
    Str from = str_copy(arena, json_text(ask(app, tao, "POST", "/api/v1/accounts", "{\"name\":\"World\",\"code\":\"3010\"}"), "id"));
    Str to = str_copy(arena, json_text(ask(app, tao, "POST", "/api/v1/accounts", "{\"name\":\"Co-op\",\"code\":\"4010\"}"), "id"));
    Str id = uuid_text(arena, uuid_mint());
    const char *body = str_z(arena, str_format(arena, "{\"id\":\"%.*s\",\"debit\":\"%.*s\",\"credit\":\"%.*s\",\"amount_minor\":5}", STR_ARG(id), STR_ARG(from), STR_ARG(to)));
    const char *account = str_z(arena, str_format(arena, "/api/v1/accounts/%.*s", STR_ARG(to)));
    disk.fault = DISK_FULL;
    disk.calls = 0;
    disk.fail_at = 1;
    assert_status(ask(app, tao, "POST", "/api/v1/transfers", body), 507);
    assert_int_equal(json_number(ask(app, tao, "GET", account, NULL), "credit_minor"), 0);
    disk.fail_at = 0;
    assert_status(ask(app, tao, "POST", "/api/v1/transfers", body), 201); /* the same request again, and once */
    assert_status(ask(app, tao, "POST", "/api/v1/transfers", body), 201);
    assert_int_equal(json_number(ask(app, tao, "GET", account, NULL), "credit_minor"), 5);
}

/* ---- memory ---- */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { INJECTED = false }; /* sanitizers have an allocator of their own */
static atomic_long allocations, fail_allocation;
#else
enum { INJECTED = true };
static atomic_long allocations, fail_allocation; /* 0: none fails; n: the n-th; -n: all from the n-th on */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t len, size_t size);
void *__libc_realloc(void *at, size_t size);

static bool no_memory(void)
{
    long fail = atomic_load(&fail_allocation), at = atomic_fetch_add(&allocations, 1) + 1;
    return fail > 0 ? at == fail : fail < 0 && at >= -fail;
}

void *malloc(size_t size)
{
    return no_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t len, size_t size)
{
    return no_memory() ? NULL : __libc_calloc(len, size);
}

void *realloc(void *at, size_t size)
{
    return no_memory() ? NULL : __libc_realloc(at, size);
}
#endif

/* In a process of its own: opens the store and pays, while one allocation (or every one from there on) fails. */
static void child(const StoreOptions *options, const Purse *purse, Told *told, long fail)
{
    Store *store;
    if (!freopen("/dev/null", "w", stderr))
        _exit(9);
    signal(SIGALRM, SIG_DFL);
    alarm(300);
    Arena *arena = arena_new();
    allocations = 0;
    fail_allocation = fail;
    Err *err = store_open(arena, options, &store);
    told->opened = allocations;
    for (int i = 0; !err && i < PAYMENTS; i++) {
        pay(store, arena, purse, told);
        arena_reset(arena);
    }
    told->allocations = allocations;
    fail_allocation = 0;
    if (!err) /* whoever survived is alive: the next is served */
        err = pay(store, arena, purse, told);
    _exit(err && fail > 0 && told->len ? 8 : 0);
}

static void a_machine_without_memory_loses_nothing_acknowledged(void **state)
{
    StoreOptions options;
    Arena *arena = test_arena(state);
    Purse purse = purse_make(arena, &options);
    Told *told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    seed();
    long first, step = step_of(ALLOCATIONS_EVERY, &first), opened = 0, total = 1, died = 0, survived = 0, short_of = 0;
    assert_true(told != MAP_FAILED);
    for (long at = -1; INJECTED && at < total; at = at < 0 ? first : at + (at < opened ? step : step / 12 + 1))
        for (int lasting = 0; lasting < 2; lasting++) {
            int status;
            memset(told, 0, sizeof *told);
            pid_t pid = fork();
            if (pid == 0)
                child(&options, &purse, told, at < 0 ? 0 : lasting ? -at : at);
            waitpid(pid, &status, 0);
            bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
            if (!aborted && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
                fail_msg("allocation %ld%s: the process ended with status %x", at, lasting ? " and all that followed" : "", (unsigned)status);
            if (at < 0) { /* nothing failed: so many there are */
                assert_int_equal(told->len, PAYMENTS + 1);
                opened = told->opened;
                total = told->allocations;
            }
            died += aborted, survived += !aborted;
            short_of += told->len <= PAYMENTS;
            Arena *own = arena_new();
            Store *store;
            assert_fine(store_open(own, &options, &store));
            everything_told_is_there(store, own, told);
            arena_reset(own);
            store_close(store);
            arena_free(own);
        }
    fprintf(stderr, "# %ld allocations, %ld of them after opening; %ld processes ended at once, %ld refused what they could not do and went on; "
            "%ld could not make every payment\n", total, total - opened, died, survived, short_of);
    assert_true(!INJECTED || short_of > 10);
    munmap(told, sizeof *told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_disk_that_fails_at_any_call_loses_nothing_acknowledged),
        TEST(a_disk_that_fails_while_nobody_writes_takes_no_more_writes),
        TEST_DB(a_full_disk_is_answered_with_507_and_reading_goes_on),
        TEST(a_machine_without_memory_loses_nothing_acknowledged),
    };
    disk_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
