/* A layer of our own between SQLite and the disk. SQLite believes what it reads; disks, cables and memory sometimes change a byte.
   - Each page of a database file ends with 8 bytes that SQLite leaves to us (its "reserved bytes"): XXH3 over the rest of the page,
     begun with its number, so that a page which landed in another one's place is found, too. Written with the page, compared when
     it is read; a page that differs is an error (SQLITE_IOERR_DATA) and never served.
   - Frames of the log carry SQLite's own checksums, which it only looks at after a crash. We look whenever a committed frame is
     read: by somebody who asks, or when it is carried into the file.
   - After each commit the end of the log is noted (log_mark.c).
   - SQLite writes a commit to the log in two calls a page. They lie one behind the other, so they are gathered and go to the disk
     as one, at the latest with the sync, before which nobody is told where they are. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "db/vfs.h"

enum { HEADER = 100, RESERVED_AT = 20, CHUNK_PAGES = 256, INDEX_HEADER = 48, GATHER_MAX = 128 * 1024 };

/* What the open files of one database share. */
typedef struct Shared {
    struct Shared *next;
    char *path;
    int refs, mapped;               /* under the lock */
    _Atomic(volatile char *) index; /* the index of the log, in memory of all connections, while anybody has it mapped */
    int mark_file;
    LogMark mark;         /* as written; only who holds the writer's lock touches it */
    atomic_bool unsynced; /* the log may hold what is not on disk */
    atomic_bool noted;    /* a store's own database, not a copy */
    atomic_bool gathers;  /* each commit is synced */
} Shared;

typedef struct File {
    sqlite3_file base;
    sqlite3_file *real;
    Shared *shared; /* of a database and its log; NULL for other files */
    bool log, sums, mapped;
    char *gathered; /* of a log: what the disk was not given yet */
    int gathered_len;
    sqlite3_int64 gathered_at;
} File;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Shared *all; /* under the lock */
static _Thread_local char damage[300];

const char *vfs_damage(void)
{
    return damage;
}

static int damaged(const Shared *shared, const char *what, int64_t number)
{
    snprintf(damage, sizeof damage, "%s: %s %lld is not as it was written", shared->path, what, (long long)number);
    return SQLITE_IOERR_DATA;
}

/* ---- pages ---- */

static uint64_t page_sum(const char *page, int64_t number)
{
    return XXH3_64bits_withSeed(page, PAGE_BYTES - PAGE_SUM_BYTES, (uint64_t)number);
}

/* A page that was given up before it was ever written is a hole of zeros. */
static bool page_is_whole(const char *page, int64_t number)
{
    static const char zeros[PAGE_BYTES];
    uint64_t sum;
    memcpy(&sum, page + PAGE_BYTES - PAGE_SUM_BYTES, sizeof sum);
    return sum == page_sum(page, number) || (!sum && memcmp(page, zeros, PAGE_BYTES) == 0);
}

static bool is_page(int len, sqlite3_int64 at)
{
    return len == PAGE_BYTES && at % PAGE_BYTES == 0;
}

static PagesKind kind_of(const unsigned char *header, ssize_t len)
{
    if (len == 0)
        return PAGES_NONE;
    if (len < HEADER || memcmp(header, "SQLite format 3", 16) != 0 || (header[RESERVED_AT] && header[RESERVED_AT] != PAGE_SUM_BYTES))
        return PAGES_ODD;
    if (!header[RESERVED_AT])
        return PAGES_PLAIN;
    return header[16] == PAGE_BYTES >> 8 && !header[17] ? PAGES_SUMMED : PAGES_ODD;
}

PagesKind pages_kind(const char *path)
{
    unsigned char header[HEADER];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = file < 0 ? 0 : pread(file, header, sizeof header, 0);
    if (file >= 0)
        close(file);
    return kind_of(header, len);
}

bool page_check(int file, int64_t page)
{
    char bytes[PAGE_BYTES];
    return pread(file, bytes, sizeof bytes, (page - 1) * PAGE_BYTES) == PAGE_BYTES && page_is_whole(bytes, page);
}

static void chunk_check(PageList *list, const char *chunk, int64_t pages)
{
    for (int64_t i = 0; i < pages; i++) {
        int64_t number = ++list->checked;
        if (page_is_whole(chunk + i * PAGE_BYTES, number))
            continue;
        list->wrong++;
        if (list->len < PAGES_NAMED_MAX)
            list->at[list->len++] = number;
    }
}

Err *pages_check(Arena *arena, const char *path, PageList *out)
{
    *out = (PageList){.at = NEW_ARRAY(arena, int64_t, PAGES_NAMED_MAX)};
    if (pages_kind(path) != PAGES_SUMMED)
        return NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
    char *chunk = arena_alloc(arena, (size_t)CHUNK_PAGES * PAGE_BYTES);
    ssize_t len;
    while ((len = pread(file, chunk, (size_t)CHUNK_PAGES * PAGE_BYTES, out->checked * PAGE_BYTES)) >= PAGE_BYTES)
        chunk_check(out, chunk, len / PAGE_BYTES);
    Err *err = len < 0 ? err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno)) : NULL;
    close(file);
    return err;
}

/* ---- the index of the log: sqlite.org/walformat.html section 2.1 ---- */

typedef struct LogIndex {
    uint32_t frames; /* up to the last commit */
    bool big_endian;
    LogMark mark;
} LogIndex;

static bool index_read(const Shared *shared, LogIndex *out)
{
    const volatile char *index = atomic_load(&shared->index);
    unsigned char bytes[INDEX_HEADER];
    if (!index)
        return false;
    atomic_thread_fence(memory_order_seq_cst);
    for (int i = 0; i < INDEX_HEADER; i++)
        bytes[i] = (unsigned char)index[i];
    out->big_endian = bytes[13];
    memcpy(&out->frames, bytes + 16, 4);
    out->mark.frames = out->frames;
    memcpy(out->mark.sum, bytes + 24, 8);
    memcpy(out->mark.salt, bytes + 32, 8);
    return bytes[12] != 0; /* made */
}

static uint32_t committed(const Shared *shared)
{
    const volatile char *index = atomic_load(&shared->index);
    return index ? *(const volatile uint32_t *)(index + 16) : 0;
}

/* The writer is about to let go: whatever it committed is on disk when the log was synced since. */
static void note_end(Shared *shared)
{
    LogIndex index;
    if (!atomic_load(&shared->noted) || atomic_load(&shared->unsynced) || !index_read(shared, &index) || memcmp(&index.mark, &shared->mark, sizeof index.mark) == 0)
        return;
    if (shared->mark_file < 0)
        shared->mark_file = log_mark_open(shared->path);
    log_mark_write(shared->mark_file, &index.mark, false);
    shared->mark = index.mark;
}

/* ---- what the files of one database share ---- */

static Shared *shared_take(const char *path, size_t len)
{
    pthread_mutex_lock(&lock);
    Shared *shared = all;
    while (shared && (strncmp(shared->path, path, len) != 0 || shared->path[len]))
        shared = shared->next;
    if (!shared && (shared = calloc(1, sizeof *shared)) != NULL) {
        if (!(shared->path = strndup(path, len)))
            abort();
        shared->mark_file = -1;
        shared->unsynced = true;
        shared->next = all;
        all = shared;
    }
    if (!shared)
        abort();
    shared->refs++;
    pthread_mutex_unlock(&lock);
    return shared;
}

static void shared_drop(Shared *shared)
{
    pthread_mutex_lock(&lock);
    if (--shared->refs == 0) {
        Shared **at = &all;
        while (*at != shared)
            at = &(*at)->next;
        *at = shared->next;
        if (shared->mark_file >= 0)
            close(shared->mark_file);
        free(shared->path);
        free(shared);
    }
    pthread_mutex_unlock(&lock);
}

static void index_set(File *file, volatile char *index)
{
    pthread_mutex_lock(&lock);
    if (index && !file->mapped) {
        file->mapped = true;
        file->shared->mapped++;
        atomic_store(&file->shared->index, index);
    } else if (!index && file->mapped) {
        file->mapped = false;
        if (--file->shared->mapped == 0)
            atomic_store(&file->shared->index, NULL);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- a file's methods ---- */

static sqlite3_file *real(sqlite3_file *file)
{
    return ((File *)file)->real;
}

/* What SQLite is told of a failure comes with the sync or the next call; the commit is undone then. */
static int flush(File *file)
{
    int len = file->gathered_len;
    file->gathered_len = 0;
    return len ? file->real->pMethods->xWrite(file->real, file->gathered, len, file->gathered_at) : SQLITE_OK;
}

static int gather(File *file, const void *from, int len, sqlite3_int64 at)
{
    if (file->gathered_len && (at != file->gathered_at + file->gathered_len || file->gathered_len + len > GATHER_MAX)) {
        int code = flush(file);
        if (code != SQLITE_OK)
            return code;
    }
    if (!file->gathered && !(file->gathered = malloc(GATHER_MAX)))
        return SQLITE_IOERR_NOMEM;
    if (!file->gathered_len)
        file->gathered_at = at;
    memcpy(file->gathered + file->gathered_len, from, (size_t)len);
    file->gathered_len += len;
    return SQLITE_OK;
}

static int vfs_close(sqlite3_file *base)
{
    File *file = (File *)base;
    flush(file); /* nobody was told of it */
    int code = file->real->pMethods->xClose(file->real);
    free(file->gathered);
    free(file->real);
    if (file->shared) {
        index_set(file, NULL);
        shared_drop(file->shared);
    }
    return code;
}

/* A committed frame against its checksum, which goes on from the one of the frame before. What is not committed yet may be
   rewritten in place, with checksums that SQLite makes at the end. */
static int frame_check(const File *file, const void *page, sqlite3_int64 at)
{
    sqlite3_int64 frame = (at - LOG_HEADER - LOG_FRAME_HEADER) / LOG_FRAME; /* from 0 */
    unsigned char header[LOG_FRAME_HEADER], before[8];
    LogIndex index;
    if ((at - LOG_HEADER) % LOG_FRAME != LOG_FRAME_HEADER || frame >= committed(file->shared) || !index_read(file->shared, &index))
        return SQLITE_OK;
    sqlite3_int64 before_at = frame ? at - LOG_FRAME_HEADER - LOG_FRAME + 16 : LOG_HEADER - 8;
    int code = file->real->pMethods->xRead(file->real, header, sizeof header, at - LOG_FRAME_HEADER);
    if (code == SQLITE_OK)
        code = file->real->pMethods->xRead(file->real, before, sizeof before, before_at);
    if (code != SQLITE_OK)
        return code;
    uint32_t words[4], sum[2];
    memcpy(words, before, 8);
    memcpy(words + 2, header + 16, 8);
    for (int i = 0; i < 4 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__; i++)
        words[i] = __builtin_bswap32(words[i]);
    memcpy(sum, words, sizeof sum);
    log_sum(header, 8, index.big_endian, sum);
    log_sum(page, PAGE_BYTES, index.big_endian, sum);
    return sum[0] == words[2] && sum[1] == words[3] ? SQLITE_OK : damaged(file->shared, "frame of the log", frame + 1);
}

static int vfs_read(sqlite3_file *base, void *to, int len, sqlite3_int64 at)
{
    File *file = (File *)base;
    int code = flush(file);
    if (code == SQLITE_OK)
        code = file->real->pMethods->xRead(file->real, to, len, at);
    if (code != SQLITE_OK || !file->shared)
        return code;
    if (file->log)
        return len == PAGE_BYTES ? frame_check(file, to, at) : SQLITE_OK;
    if (file->sums && is_page(len, at) && !page_is_whole(to, at / PAGE_BYTES + 1))
        return damaged(file->shared, "page", at / PAGE_BYTES + 1);
    return SQLITE_OK;
}

static int vfs_write(sqlite3_file *base, const void *from, int len, sqlite3_int64 at)
{
    File *file = (File *)base;
    char page[PAGE_BYTES];
    if (file->shared && file->log) {
        atomic_store(&file->shared->unsynced, true);
        if (atomic_load(&file->shared->gathers) && len < GATHER_MAX)
            return gather(file, from, len, at);
    } else if (file->shared && is_page(len, at)) {
        if (at == 0)
            file->sums = kind_of(from, HEADER) == PAGES_SUMMED;
        if (file->sums) {
            memcpy(page, from, PAGE_BYTES);
            uint64_t sum = page_sum(page, at / PAGE_BYTES + 1);
            memcpy(page + PAGE_BYTES - PAGE_SUM_BYTES, &sum, sizeof sum);
            from = page;
        }
    }
    return file->real->pMethods->xWrite(file->real, from, len, at);
}

static int vfs_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = flush((File *)file);
    return code == SQLITE_OK ? real(file)->pMethods->xTruncate(real(file), size) : code;
}

static int vfs_sync(sqlite3_file *base, int flags)
{
    File *file = (File *)base;
    int code = flush(file);
    if (code == SQLITE_OK)
        code = file->real->pMethods->xSync(file->real, flags);
    if (code == SQLITE_OK && file->shared && file->log)
        atomic_store(&file->shared->unsynced, false);
    return code;
}

static int vfs_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = flush((File *)file);
    return code == SQLITE_OK ? real(file)->pMethods->xFileSize(real(file), size) : code;
}

static int vfs_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int vfs_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int vfs_reserved(sqlite3_file *file, int *out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int vfs_control(sqlite3_file *base, int what, void *arg)
{
    File *file = (File *)base;
    int *sums = arg; /* of our own calls */
    if (what == VFS_CONTROL_NOTE && file->shared) {
        atomic_store(&file->shared->noted, true);
        atomic_store(&file->shared->gathers, *sums);
    } else if (what == VFS_CONTROL_SUMS && *sums < 0)
        *sums = file->sums;
    else if (what == VFS_CONTROL_SUMS)
        file->sums = *sums;
    else
        return file->real->pMethods->xFileControl(file->real, what, arg);
    return SQLITE_OK;
}

static int vfs_sector(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

static int vfs_device(sqlite3_file *file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int vfs_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
    File *file = (File *)base;
    int code = file->real->pMethods->xShmMap(file->real, region, size, extend, out);
    if (region == 0 && *out && (code == SQLITE_OK || code == SQLITE_READONLY))
        index_set(file, *out);
    return code;
}

static int vfs_shm_lock(sqlite3_file *base, int offset, int len, int flags)
{
    const File *file = (const File *)base;
    if (offset == 0 && flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE)) /* the writer's lock */
        note_end(file->shared);
    return file->real->pMethods->xShmLock(file->real, offset, len, flags);
}

static void vfs_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int vfs_shm_unmap(sqlite3_file *base, int remove)
{
    index_set((File *)base, NULL);
    return real(base)->pMethods->xShmUnmap(real(base), remove);
}

/* Version 2: no memory-mapped reading, which nobody could look at. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_unlock,
    .xCheckReservedLock = vfs_reserved,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector,
    .xDeviceCharacteristics = vfs_device,
    .xShmMap = vfs_shm_map,
    .xShmLock = vfs_shm_lock,
    .xShmBarrier = vfs_shm_barrier,
    .xShmUnmap = vfs_shm_unmap,
};

/* ---- the layer ---- */

static const char log_ending[] = "-wal";

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags)
{
    (void)vfs;
    File *file = (File *)base;
    sqlite3_vfs *below = sqlite3_vfs_find(NULL);
    *file = (File){.real = calloc(1, (size_t)below->szOsFile), .log = flags & SQLITE_OPEN_WAL};
    if (!file->real)
        return SQLITE_NOMEM;
    int code = below->xOpen(below, path, file->real, flags, out_flags);
    if (!file->real->pMethods) { /* SQLite closes nothing that has no methods */
        free(file->real);
        return code;
    }
    file->base.pMethods = &methods;
    if (!path || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
        return code;
    size_t len = strlen(path);
    file->shared = shared_take(path, file->log ? len - (sizeof log_ending - 1) : len);
    if (!file->log) {
        unsigned char header[HEADER];
        int read = code != SQLITE_OK ? SQLITE_OK : file->real->pMethods->xRead(file->real, header, sizeof header, 0);
        PagesKind kind = read == SQLITE_IOERR_SHORT_READ ? PAGES_NONE : kind_of(header, HEADER);
        file->sums = kind == PAGES_NONE || kind == PAGES_SUMMED;
    }
    return code;
}

/* SQLite takes the log away when all of it is in the file: first the note must say so. */
static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    sqlite3_vfs *below = sqlite3_vfs_find(NULL);
    size_t len = strlen(path), ending = sizeof log_ending - 1;
    if (len > ending && strcmp(path + len - ending, log_ending) == 0) {
        Shared *shared = shared_take(path, len - ending);
        memset(&shared->mark, 0, sizeof shared->mark);
        if (atomic_load(&shared->noted)) {
            if (shared->mark_file < 0)
                shared->mark_file = log_mark_open(shared->path);
            log_mark_write(shared->mark_file, &shared->mark, true);
        }
        shared_drop(shared);
    }
    return below->xDelete(below, path, sync);
}

static sqlite3_vfs layer;

static void layer_register(void)
{
    layer = *sqlite3_vfs_find(NULL);
    layer.zName = "millet";
    layer.szOsFile = sizeof(File);
    layer.xOpen = vfs_open;
    layer.xDelete = vfs_delete;
    sqlite3_vfs_register(&layer, 0);
}

const char *vfs_name(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, layer_register);
    return layer.zName;
}
