/* SQLite's log holds what was committed last. After a crash SQLite reads it up to the first frame whose checksum is wrong and drops
   the rest without a word: right for a commit that was never finished, wrong when one byte of a finished one has changed on the
   disk. So the number of frames and the checksum of the last one are noted after each commit, when it is on disk and before
   anybody hears of it. The note is not synced: after a power cut it may be older, and then vouches for less; never for more.
   The format of the log: sqlite.org/walformat.html. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/file.h"
#include "db/vfs.h"

enum { LINE = 80, PATH_MAX_BYTES = 4096 };

static void path_of(char *to, const char *database, const char *ending)
{
    snprintf(to, PATH_MAX_BYTES, "%s-%s", database, ending);
}

void log_sum(const unsigned char *bytes, size_t len, bool big_endian, uint32_t sum[2])
{
    uint32_t a = sum[0], b = sum[1];
    bool swap = big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    for (size_t i = 0; i < len; i += 8) {
        uint32_t first, second;
        memcpy(&first, bytes + i, 4);
        memcpy(&second, bytes + i + 4, 4);
        a += (swap ? __builtin_bswap32(first) : first) + b;
        b += (swap ? __builtin_bswap32(second) : second) + a;
    }
    sum[0] = a;
    sum[1] = b;
}

static uint32_t number_at(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ---- the note: one line of always the same length, with a sum of its own ---- */

int log_mark_open(const char *database)
{
    char path[PATH_MAX_BYTES];
    path_of(path, database, "last");
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void line_end(char line[LINE + 1])
{
    unsigned long long sum = XXH3_64bits(line, 62);
    snprintf(line + 62, LINE - 61, " %016llx\n", sum);
}

static void line_make(char line[LINE + 1], const LogMark *mark)
{
    uint64_t salt;
    memcpy(&salt, mark->salt, sizeof salt);
    int len = snprintf(line, LINE + 1, "millet log %016llx %010u %08x %08x", (unsigned long long)salt, mark->frames, mark->sum[0], mark->sum[1]);
    memset(line + len, ' ', (size_t)(62 - len));
    line_end(line);
}

void log_mark_write(int file, const LogMark *mark, bool sync)
{
    char line[LINE + 1];
    line_make(line, mark);
    /* A note that cannot be written vouches for less; the commit itself is safe. */
    if (file < 0 || pwrite(file, line, LINE, 0) != LINE || !sync)
        return;
    fdatasync(file);
}

/* False when there is none, or it was damaged itself: then nothing is known, as without it. */
static bool mark_read(const char *database, LogMark *mark)
{
    char path[PATH_MAX_BYTES], line[LINE + 1], again[LINE + 1];
    path_of(path, database, "last");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = file < 0 ? -1 : pread(file, line, LINE, 0);
    unsigned long long salt;
    if (file >= 0)
        close(file);
    if (len != LINE)
        return false;
    line[LINE] = 0;
    if (sscanf(line, "millet log %16llx %10u %8x %8x", &salt, &mark->frames, &mark->sum[0], &mark->sum[1]) != 4)
        return false;
    memcpy(mark->salt, &salt, sizeof mark->salt);
    line_make(again, mark);
    return memcmp(line, again, LINE) == 0;
}

bool log_mark_there(Arena *arena, const char *database)
{
    return file_exists(str_z(arena, str_format(arena, "%s-last", database)));
}

void log_mark_forget(Arena *arena, const char *database)
{
    unlink(str_z(arena, str_format(arena, "%s-last", database)));
}

/* ---- the log against the note ---- */

static Err *damaged(Arena *arena, const char *path, const LogMark *mark, uint32_t frame)
{
    return err_detail(arena, ERR_BROKEN, "db.log_damaged", "%s: %s %u is not as it was written; %u were committed", path, frame ? "frame" : "the header, before frame",
                      frame ? frame : 1, mark->frames);
}

static Err *frames_check(Arena *arena, FILE *log, const char *path, const unsigned char *header, const LogMark *mark)
{
    unsigned char frame[LOG_FRAME];
    uint32_t sum[2] = {number_at(header + 24), number_at(header + 28)};
    bool big_endian = header[3] & 1;
    for (uint32_t i = 1; i <= mark->frames; i++) {
        if (fread(frame, 1, sizeof frame, log) != sizeof frame)
            return err_detail(arena, ERR_BROKEN, "db.log_lost", "%s ends before frame %u; %u were committed", path, i, mark->frames);
        log_sum(frame, 8, big_endian, sum);
        log_sum(frame + LOG_FRAME_HEADER, PAGE_BYTES, big_endian, sum);
        if (memcmp(frame + 8, mark->salt, sizeof mark->salt) != 0 || number_at(frame + 16) != sum[0] || number_at(frame + 20) != sum[1])
            return damaged(arena, path, mark, i);
    }
    return sum[0] == mark->sum[0] && sum[1] == mark->sum[1] ? NULL : damaged(arena, path, mark, mark->frames);
}

static Err *log_check(Arena *arena, FILE *log, const char *path, const LogMark *mark)
{
    unsigned char header[LOG_HEADER];
    uint32_t sum[2] = {0, 0};
    if (fread(header, 1, sizeof header, log) != sizeof header)
        return err_detail(arena, ERR_BROKEN, "db.log_lost", "%s is empty; %u frames were committed", path, mark->frames);
    log_sum(header, LOG_HEADER - 8, header[3] & 1, sum);
    /* magic, version, page size; the number of checkpoints and the salts are under the checksum */
    if ((number_at(header) | 1) != 0x377f0683 || number_at(header + 4) != 3007000 || number_at(header + 8) != PAGE_BYTES ||
        number_at(header + 24) != sum[0] || number_at(header + 28) != sum[1])
        return damaged(arena, path, mark, 0);
    if (memcmp(header + 16, mark->salt, sizeof mark->salt) != 0)
        return NULL; /* it has started over since: then all of its former life is in the file */
    return frames_check(arena, log, path, header, mark);
}

Err *log_mark_check(Arena *arena, const char *database)
{
    LogMark mark;
    char path[PATH_MAX_BYTES];
    if (!mark_read(database, &mark) || !mark.frames)
        return NULL;
    path_of(path, database, "wal");
    FILE *log = fopen(path, "re");
    if (!log)
        return err_detail(arena, ERR_BROKEN, "db.log_lost", "%s: %s; %u frames were committed", path, strerror(errno), mark.frames);
    Err *err = log_check(arena, log, path, &mark);
    fclose(log);
    return err;
}
