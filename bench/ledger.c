/* The ledger in process: ledger FOLDER-or-URL WHAT ...
     hot CLIENTS SECONDS     each client pays one co-operative account, one durable transfer after the other
     cold CLIENTS SECONDS    between 10,000 accounts
     alone SECONDS           one client; after each payment the same bytes that it gave to the disk are written to another file there and
                             synced: both medians in ms and how many times the second the first is, so that the disk's moods cancel out
     bulk TRANSFERS BATCH    between 10,000 accounts, durable, ids in order of time
     random TRANSFERS BATCH  the same with random ids
     fill TRANSFERS [N]      N accounts (1,000) over a year of business days, for what follows
     trial                   the trial balance of 9 days in the middle, four days apart: the median, and the slowest as third number
     verify                  the walk of `millet verify`
   Prints one line: the number, then cpu ms per 1,000, slowest 1 % in ms, resident MiB. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ledger/audit.h"

enum { SAMPLES_MAX = 1 << 20, ACCOUNTS = 10000, CLIENTS_MAX = 256 };

static Store *store;
static Id accounts[ACCOUNTS];
static atomic_bool stop;
static atomic_long done_count, failed;
static int32_t samples[SAMPLES_MAX]; /* microseconds */
static bool hot;

static void must(Err *err, Arena *arena)
{
    if (!err)
        return;
    fprintf(stderr, "%.*s\n", STR_ARG(err_text(arena, err)));
    exit(1);
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long resident_mib(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * 4 / 1024;
}

static uint64_t next(uint64_t *random)
{
    *random ^= *random << 13, *random ^= *random >> 7, *random ^= *random << 17;
    return *random;
}

/* ---- accounts ---- */

typedef struct Opening {
    size_t from, len;
} Opening;

static Err *open_write(Tx *tx, void *arg)
{
    const Opening *opening = arg;
    for (size_t i = opening->from; i < opening->from + opening->len; i++) {
        NewAccount account = {.name = STR("Wallet"), .code = STR("2010"), .key = str_format(tx->db.arena, "bench/%zu", i)};
        TRY(account_need(tx, &account, 0, time_real(), &accounts[i]));
    }
    return NULL;
}

static void open_accounts(Arena *arena, size_t len)
{
    for (Opening opening = {0, 500}; opening.from < len; opening.from += opening.len) {
        must(db_write(store, arena, open_write, &opening), arena);
        arena_reset(arena);
    }
}

/* ---- clients ---- */

static void *client_run(void *arg)
{
    Arena *arena = arena_new();
    uint64_t random = 88172645463325252u + (uint64_t)(uintptr_t)arg * 7919;
    while (!stop) {
        Id to = accounts[hot ? 0 : next(&random) % ACCOUNTS], from = accounts[1 + next(&random) % (ACCOUNTS - 1)];
        if (to == from)
            continue;
        NewTransfer line = {.id = uuid_mint(), .debit = from, .credit = to, .amount = 100, .kind = STR("payment")};
        Done done;
        int64_t began = time_monotonic_us();
        Err *err = ledger_submit(store, arena, &(Submission){.list = &line, .len = 1, .now = time_real(), .done = &done});
        if (err || done.refused)
            failed++;
        samples[done_count++ % SAMPLES_MAX] = (int32_t)(time_monotonic_us() - began);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static void clients(Arena *arena, int count, double seconds)
{
    pthread_t threads[CLIENTS_MAX];
    open_accounts(arena, ACCOUNTS);
    if (count > CLIENTS_MAX)
        count = CLIENTS_MAX;
    double cpu = cpu_seconds();
    int64_t began = time_monotonic_us();
    for (intptr_t i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, client_run, (void *)i);
    usleep((useconds_t)(seconds * 1e6));
    stop = true;
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    double span = (double)(time_monotonic_us() - began) / 1e6;
    long len = done_count < SAMPLES_MAX ? done_count : SAMPLES_MAX;
    qsort(samples, (size_t)len, sizeof *samples, by_size);
    printf("%.0f %.1f %.1f %ld p50 %.2f\n", (double)done_count / span, (cpu_seconds() - cpu) * 1e6 / (double)done_count, samples[len * 99 / 100] / 1e3,
           resident_mib(), samples[len / 2] / 1e3);
}

/* ---- one payment alone, beside one sync ---- */

enum { ALONE_BYTES = 5 * 4120, ALONE_FILE = 4 << 20, ALONE_MAX = 1 << 16 }; /* five pages with their frames: strace -e pwrite64 */

static int64_t plain_sync(int file, long n)
{
    static char block[ALONE_BYTES];
    off_t at = (off_t)(n % (ALONE_FILE / ALONE_BYTES)) * ALONE_BYTES;
    block[n % ALONE_BYTES]++;
    int64_t began = time_monotonic_us();
    if (pwrite(file, block, ALONE_BYTES, at) != ALONE_BYTES || fdatasync(file))
        failed++;
    return time_monotonic_us() - began;
}

static void alone(Arena *arena, const char *folder, double seconds)
{
    static int32_t syncs[ALONE_MAX];
    char path[4096];
    long n = 0;
    uint64_t random = 88172645463325252u;
    open_accounts(arena, ACCOUNTS);
    snprintf(path, sizeof path, "%s/sync", folder);
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    for (long i = 0; i < ALONE_FILE / ALONE_BYTES; i++)
        plain_sync(file, i);
    for (int64_t until = time_monotonic_us() + (int64_t)(seconds * 1e6); time_monotonic_us() < until && n < ALONE_MAX; n++) {
        NewTransfer line = {.id = uuid_mint(), .debit = accounts[1 + next(&random) % (ACCOUNTS - 1)], .credit = accounts[0], .amount = 100, .kind = STR("payment")};
        Done done;
        int64_t began = time_monotonic_us();
        Err *err = ledger_submit(store, arena, &(Submission){.list = &line, .len = 1, .now = time_real(), .done = &done});
        samples[n] = (int32_t)(time_monotonic_us() - began);
        failed += err || done.refused;
        arena_reset(arena);
        syncs[n] = (int32_t)plain_sync(file, n);
    }
    close(file);
    qsort(samples, (size_t)n, sizeof *samples, by_size);
    qsort(syncs, (size_t)n, sizeof *syncs, by_size);
    printf("payment %.3f sync %.3f: %.2f times\n", samples[n / 2] / 1e3, syncs[n / 2] / 1e3, (double)samples[n / 2] / (double)syncs[n / 2]);
}

/* ---- bulk ---- */

static int64_t fill(Arena *arena, long transfers, long batch, size_t spread, bool random_ids, bool dated)
{
    uint64_t random = 88172645463325252u;
    NewTransfer *list = calloc((size_t)batch, sizeof *list);
    Done *done = calloc((size_t)batch, sizeof *done);
    int64_t began = time_monotonic_us();
    Date first = date_of(2026, 1, 1);
    if (!list || !done)
        abort();
    for (long sent = 0; sent < transfers; sent += batch) {
        long len = transfers - sent < batch ? transfers - sent : batch;
        for (long i = 0; i < len; i++) {
            size_t from = next(&random) % spread, to = (from + 1 + next(&random) % (spread - 1)) % spread;
            list[i] = (NewTransfer){.id = uuid_mint(), .debit = accounts[from], .credit = accounts[to], .amount = (int64_t)(next(&random) % 100000) + 1, .kind = STR("payment")};
            if (random_ids)
                for (size_t k = 0; k < sizeof list[i].id.at; k++)
                    list[i].id.at[k] = (unsigned char)(next(&random) >> 24);
            list[i].has_effective_on = dated;
            list[i].effective_on = (Date){first.days + (int32_t)((sent + i) * 365 / transfers)};
        }
        must(ledger_submit(store, arena, &(Submission){.list = list, .len = (size_t)len, .now = time_real(), .done = done}), arena);
        for (long i = 0; i < len; i++)
            failed += done[i].refused != NULL;
        arena_reset(arena);
    }
    free(list), free(done);
    return time_monotonic_us() - began;
}

static void bulk(Arena *arena, long transfers, long batch, size_t spread, bool random_ids, bool dated)
{
    open_accounts(arena, spread);
    double cpu = cpu_seconds();
    int64_t us = fill(arena, transfers, batch, spread, random_ids, dated);
    printf("%.0f %.1f 0 %ld\n", (double)transfers * 1e6 / (double)us, (cpu_seconds() - cpu) * 1e6 / (double)transfers, resident_mib());
}

static void trial(Arena *arena)
{
    int32_t took[9];
    for (int i = 0; i < 9; i++) {
        Date day = {date_of(2026, 6, 1).days + 4 * i}; /* over a whole span: some are near its end, some far */
        Db db;
        BalanceList list;
        int64_t began = time_monotonic_us();
        must(db_read(store, arena, &db), arena);
        must(balances_on(&db, day, &list), arena);
        took[i] = (int32_t)(time_monotonic_us() - began);
        int64_t debit = 0, credit = 0;
        for (size_t k = 0; k < list.len; k++)
            debit += list.at[k].debit, credit += list.at[k].credit;
        failed += debit != credit || !debit;
        arena_reset(arena);
    }
    qsort(took, 9, sizeof *took, by_size);
    printf("%.1f 0 %.1f %ld\n", took[4] / 1e3, took[8] / 1e3, resident_mib());
}

static void verify(Arena *arena)
{
    Db db;
    Findings findings = {.out = buf_new(arena, 1 << 16)};
    must(db_read(store, arena, &db), arena);
    double cpu = cpu_seconds();
    int64_t began = time_monotonic_us();
    must(ledger_checks[0].run(&db, &findings), arena);
    int64_t us = time_monotonic_us() - began;
    LedgerHead head;
    bool found;
    must(ledger_head_get(&db, &head, &found), arena);
    failed += findings.wrong;
    printf("%.0f %.2f 0 %ld\n", (double)head.seq * 1e6 / (double)us, (cpu_seconds() - cpu) * 1e6 / (double)head.seq, resident_mib());
}

static long many(long wanted)
{
    return wanted < 2 ? 2 : wanted > ACCOUNTS ? ACCOUNTS : wanted;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    bool postgres = strncmp(argv[1], "postgres", 8) == 0;
    StoreOptions options = {.data = postgres ? NULL : argv[1], .url = postgres ? argv[1] : NULL};
    Arena *arena = arena_new(), *kept = arena_new();
    const char *what = argv[2];
    must(store_open(kept, &options, &store), kept);
    hot = strcmp(what, "hot") == 0;
    if (hot || strcmp(what, "cold") == 0)
        clients(arena, argc > 3 ? atoi(argv[3]) : 64, argc > 4 ? atof(argv[4]) : 3);
    else if (strcmp(what, "alone") == 0)
        alone(arena, argv[1], argc > 3 ? atof(argv[3]) : 3);
    else if (strcmp(what, "bulk") == 0 || strcmp(what, "random") == 0)
        bulk(arena, argc > 3 ? atol(argv[3]) : 200000, argc > 4 ? atol(argv[4]) : TRANSFERS_MAX, ACCOUNTS, *what == 'r', false);
    else if (strcmp(what, "fill") == 0)
        bulk(arena, argc > 3 ? atol(argv[3]) : 100000, TRANSFERS_MAX, (size_t)many(argc > 4 ? atol(argv[4]) : 1000), false, true);
    else if (strcmp(what, "trial") == 0)
        trial(arena);
    else if (strcmp(what, "verify") == 0)
        verify(arena);
    else
        return 2;
    store_close(store);
    arena_free(arena);
    arena_free(kept);
    if (failed)
        fprintf(stderr, "%ld failed\n", (long)failed);
    return failed > 0;
}
