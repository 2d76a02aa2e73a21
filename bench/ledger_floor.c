/* The plain loop beside the ledger: what a careful programmer gets from SQLite with the same rows and no rules. A transfer is one
   insert with a random 16-byte unique id and two updates of 10,000 balances, B transfers a commit, WAL, synchronous=FULL.
   ledger_floor FOLDER B SECONDS: transfers a second. ledger_floor FOLDER 0 BYTES: the median time in microseconds of writing so many bytes
   (0: 8 KiB) and one fdatasync, the bytes behind each other over 4 MiB that are there already, as a log that begins anew is written. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ACCOUNTS = 10000, SYNCS = 1001, SYNC_FILE = 4 << 20, SYNC_MOST = 1 << 20 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static int sync_time(const char *folder, long bytes)
{
    static char block[SYNC_MOST];
    static double took[SYNCS];
    char path[4096];
    size_t len = bytes > 0 && bytes < SYNC_MOST ? (size_t)bytes : 8192;
    snprintf(path, sizeof path, "%s/sync", folder);
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    for (off_t at = 0; fd >= 0 && at < SYNC_FILE; at += SYNC_MOST)
        if (pwrite(fd, block, SYNC_MOST, at) != SYNC_MOST)
            return 1;
    if (fd < 0 || fsync(fd))
        return 1;
    off_t at = 0;
    for (int i = 0; i < SYNCS; i++, at += (off_t)len) {
        if (at + (off_t)len > SYNC_FILE)
            at = 0;
        block[i % 64] = (char)i;
        double began = seconds();
        if (pwrite(fd, block, len, at) != (ssize_t)len || fdatasync(fd))
            return 1;
        took[i] = seconds() - began;
    }
    close(fd);
    qsort(took, SYNCS, sizeof *took, by_size);
    printf("%.0f\n", took[SYNCS / 2] * 1e6);
    return 0;
}

static void must(int code, int wanted, sqlite3 *db)
{
    if (code == wanted)
        return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static void step(sqlite3_stmt *statement, sqlite3 *db)
{
    must(sqlite3_step(statement), SQLITE_DONE, db);
    sqlite3_reset(statement);
}

int main(int argc, char **argv)
{
    char path[4096];
    sqlite3 *db;
    sqlite3_stmt *insert, *debit, *credit, *begin, *commit;
    if (argc != 4)
        return 2;
    long batch = atol(argv[2]), done = 0;
    if (!batch)
        return sync_time(argv[1], atol(argv[3]));
    snprintf(path, sizeof path, "%s/floor.db", argv[1]);
    must(sqlite3_open(path, &db), SQLITE_OK, db);
    must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE account (id INTEGER PRIMARY KEY, dr INT, cr INT);"
                          "CREATE TABLE transfer (seq INTEGER PRIMARY KEY, id BLOB UNIQUE, debit INT, credit INT, amount INT);"
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO account SELECT i, 0, 0 FROM n",
                      NULL, NULL, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "INSERT INTO transfer (id, debit, credit, amount) VALUES (randomblob(16), ?1, ?2, 100)", -1, &insert, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "UPDATE account SET dr = dr + 100 WHERE id = ?1", -1, &debit, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "UPDATE account SET cr = cr + 100 WHERE id = ?1", -1, &credit, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, NULL), SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL), SQLITE_OK, db);
    uint64_t random = 88172645463325252u;
    double began = seconds(), limit = atof(argv[3]);
    while (seconds() - began < limit) {
        step(begin, db);
        for (long i = 0; i < batch; i++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            long from = 1 + (long)(random % ACCOUNTS), to = 1 + (long)(random / ACCOUNTS % ACCOUNTS);
            sqlite3_bind_int64(insert, 1, from), sqlite3_bind_int64(insert, 2, to);
            step(insert, db);
            sqlite3_bind_int64(debit, 1, from);
            step(debit, db);
            sqlite3_bind_int64(credit, 1, to);
            step(credit, db);
        }
        step(commit, db);
        done += batch;
    }
    printf("%.0f\n", (double)done / (seconds() - began));
    return 0;
}
