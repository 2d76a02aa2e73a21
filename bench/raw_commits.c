/* The physical limit beside our writes: how many rows a second a plain SQLite loop makes durable, ROWS (1) a commit, WAL,
   synchronous=FULL, one connection. raw_commits FOLDER SECONDS [ROWS] */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    char path[4096];
    sqlite3 *db;
    sqlite3_stmt *insert;
    if (argc < 3)
        return 2;
    snprintf(path, sizeof path, "%s/raw.db", argv[1]);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, x TEXT)", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO t(x) VALUES(?1)", -1, &insert, NULL) != SQLITE_OK)
        return 1;
    double begin = seconds(), limit = atof(argv[2]);
    long rows = 0, group = argc > 3 ? atol(argv[3]) : 1;
    while (seconds() - begin < limit) {
        if (group > 1 && rows % group == 0)
            sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        sqlite3_bind_text(insert, 1, "a row as long as the head of a small order, about a hundred bytes of text in all, padded", -1, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            return 1;
        sqlite3_reset(insert);
        rows++;
        if (group > 1 && rows % group == 0 && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
            return 1;
    }
    printf("%.0f\n", (double)rows / (seconds() - begin));
    return 0;
}
