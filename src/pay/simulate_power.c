/* Power cuts of the simulator: the files as a dead process leaves them, with a write torn in the middle at the end of the log. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pay/simulate_inside.h"

enum { CHUNK = 65536, TORN_MOST = 9000 };

static const char *path_in(World *w, Str folder, const char *name)
{
    return str_z(w->arena, str_format(w->arena, "%.*s/%s", STR_ARG(folder), name));
}

/* False: there is no such file. */
static bool copy_file(World *w, Str from, Str to, const char *name, int64_t *size)
{
    char *chunk = arena_alloc(w->arena, CHUNK);
    FILE *in = fopen(path_in(w, from, name), "rb"), *out = in ? fopen(path_in(w, to, name), "wb") : NULL;
    bool fine = in && out;
    *size = 0;
    for (size_t got; fine && (got = fread(chunk, 1, CHUNK, in)) > 0; *size += (int64_t)got)
        fine = fwrite(chunk, 1, got, out) == got;
    if (out)
        fine = fclose(out) == 0 && fine;
    if (in)
        fclose(in);
    return fine;
}

/* Part of a page that was being written: no commit behind it. */
static bool tear(World *w, Str folder)
{
    FILE *log = fopen(path_in(w, folder, "millet.db-wal"), "ab");
    int64_t bytes = 1 + simulate_below(w, TORN_MOST);
    if (!log)
        return false;
    for (int64_t i = 0; i < bytes; i++)
        fputc((int)simulate_below(w, 256), log);
    return fclose(log) == 0;
}

static Err *last_seq(World *w, int64_t *seq)
{
    Arena *own = arena_new();
    Db db;
    Err *err = db_read(w->store, own, &db);
    if (!err)
        err = seq_at(&db, (Time){INT64_MAX / 2000000}, seq);
    err = err_copy(w->arena, err);
    arena_free(own);
    return err;
}

Err *simulate_power_cut(World *w)
{
    int64_t before, after, size;
    Str old = w->folder, fresh = str_format(w->findings.arena, "%s/cut-%lld", w->options->data, (long long)w->day);
    TRY(last_seq(w, &before));
    if (mkdir(str_z(w->arena, fresh), 0700) || !copy_file(w, old, fresh, "millet.db", &size))
        return err_detail(w->arena, ERR_BROKEN, "file.unwritable", "%.*s", STR_ARG(fresh));
    if (!copy_file(w, old, fresh, "millet.db-wal", &size) || !tear(w, fresh))
        return err_detail(w->arena, ERR_BROKEN, "file.unwritable", "%.*s: the log", STR_ARG(fresh));
    copy_file(w, old, fresh, "millet.db-last", &size); /* the note of how far the log had come, when there is one */
    store_close(w->store); /* the dead process: nothing it writes from here on reaches the copy */
    w->store = NULL;
    static const char *const names[] = {"millet.db", "millet.db-wal", "millet.db-shm", "millet.db-last", "millet.lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_in(w, old, names[i]));
    w->folder = fresh;
    w->store_options.data = str_z(w->findings.arena, fresh);
    TRY(store_open(w->arena, &w->store_options, &w->store));
    TRY(last_seq(w, &after));
    if (before != after)
        simulate_wrong(w, "a power cut lost or made transfers", str_format(w->arena, "%lld before, %lld after", (long long)before, (long long)after));
    return NULL;
}
