/* The layer between SQLite and its files: finds bytes that the disk changed by itself. See vfs.c and log_mark.c. */
#pragma once
#include "db/db.h"

enum { PAGE_BYTES = 4096, PAGE_SUM_BYTES = 8 };

/* The name to open databases with; registered at the first call. It stands on whatever is SQLite's standard at each open. */
const char *vfs_name(void);
/* What this thread's last SQLITE_IOERR_DATA was about: "page 7 of ... is not as it was written". */
const char *vfs_damage(void);

/* For sqlite3_file_control. SUMS, with an int *: 0, 1 sets whether the pages of this file carry sums, -1 asks; only a copy needs it,
   because a file that is there says so in its header and a new one always carries them. NOTE, with an int *: from here on the end of
   its log is noted; 1 says that each commit is synced. */
enum { VFS_CONTROL_SUMS = 0x4d4c01, VFS_CONTROL_NOTE };

typedef enum PagesKind { PAGES_NONE, PAGES_PLAIN, PAGES_SUMMED, PAGES_ODD } PagesKind; /* no file yet; of an older program; ours; neither */
PagesKind pages_kind(const char *path);

enum { PAGES_NAMED_MAX = 1000 };
/* Reads the whole file past SQLite; every page that is not as it was written. A file without sums: checked is 0. */
Err *pages_check(Arena *arena, const char *path, PageList *out);
bool page_check(int file, int64_t page); /* one again */

/* ---- log_mark.c: how far the log (millet.db-wal) has come, noted in a file beside it after each commit ---- */

typedef struct LogMark {
    unsigned char salt[8]; /* of the log's present life */
    uint32_t frames;       /* valid ones up to the last commit; 0: nothing is in the log that is not in the file */
    uint32_t sum[2];       /* of the last frame */
} LogMark;

enum { LOG_HEADER = 32, LOG_FRAME_HEADER = 24, LOG_FRAME = LOG_FRAME_HEADER + PAGE_BYTES };
/* SQLite's checksum of its log, carried on over len bytes (a multiple of 8). */
void log_sum(const unsigned char *bytes, size_t len, bool big_endian, uint32_t sum[2]);
int log_mark_open(const char *database); /* a descriptor, or -1 */
void log_mark_write(int file, const LogMark *mark, bool sync);
bool log_mark_there(Arena *arena, const char *database); /* so there was a commit once */
void log_mark_forget(Arena *arena, const char *database);
/* Before SQLite opens the database: would it take up all that was committed? SQLite drops what follows a damaged frame without a
   word. Codes: db.log_lost (no log, but there was one), db.log_damaged (which frame). */
Err *log_mark_check(Arena *arena, const char *database);
