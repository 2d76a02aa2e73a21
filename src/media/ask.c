/* Asks the child, and believes nothing: it has just read what a stranger sent. */
#include <pthread.h>
#include <string.h>

#include "media/inside.h"

enum { WAITING_MAX = 8, WALL_SECONDS = 20, RESTART_AFTER = 100 };

static Worker *worker;

/* Read by the child's libraries: one heap, no plug-ins but the one that is opened by name, no warnings. */
static const char *const environment[] = {"LC_ALL=C", "MALLOC_ARENA_MAX=1", "VIPSHOME=/nonexistent", "VIPS_WARNING=0",
                                          NULL};

static void make_worker(void)
{
    worker = worker_new(&(WorkerOptions){.name = "media",
                                         .restart_after = RESTART_AFTER,
                                         .waiting_max = WAITING_MAX,
                                         .environment = environment,
                                         .wall_seconds = WALL_SECONDS,
                                         .answer_bytes = RENDITIONS_BYTES_MAX});
}

static Err *ask(Arena *arena, uint32_t type, Str question, MessageList *answer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_worker);
    int64_t begin = time_monotonic_us();
    Err *err = worker_ask(worker, arena, type, question, answer);
    metric_time("millet_media_seconds", type == ASK_CODE ? "code" : "picture", time_monotonic_us() - begin);
    metric_set("millet_media_sandbox", NULL, worker_sandbox(worker));
    if (err)
        metric_add("millet_media_refused_total", err->code, 1);
    return err;
}

static Err *nonsense(Arena *arena)
{
    return err_detail(arena, ERR_BROKEN, "worker.broken", "the picture child sent what it should not");
}

static bool rendition_read(Str body, Rendition *out)
{
    if (body.len <= sizeof out->head)
        return false;
    memcpy(&out->head, body.at, sizeof out->head);
    out->bytes = str_slice(body, sizeof out->head, body.len);
    PictureKind kind = picture_kind(out->bytes);
    bool fits = out->head.width > 0 && out->head.width <= BOX_WIDTH && out->head.height > 0 &&
                out->head.height <= BOX_WIDTH * TALL_MAX;
    return fits && ((out->head.format == FORMAT_WEBP && kind == KIND_WEBP) ||
                    (out->head.format == FORMAT_JPEG && kind == KIND_JPEG));
}

/* A WebP and a JPEG of each width that the key will promise, the narrowest first, and nothing else. */
static bool files_complete(const Decoded *decoded)
{
    KeyParts parts = {.width = decoded->widest.width};
    int64_t widths[RENDITION_WIDTHS];
    size_t len = key_widths(&parts, widths);
    if (decoded->len != 2 * len)
        return false;
    for (size_t i = 0; i < decoded->len; i++) {
        const RenditionHead *head = &decoded->files[i].head;
        if (head->width != widths[i / 2] || head->format != (i % 2 ? FORMAT_JPEG : FORMAT_WEBP))
            return false;
    }
    return true;
}

Err *picture_decode(Arena *arena, uint32_t question, Str bytes, Decoded *out)
{
    MessageList answer;
    *out = (Decoded){0};
    TRY(ask(arena, question, bytes, &answer));
    if (answer.len < 3 || answer.len > FILES_MAX + 1 || answer.len % 2 == 0)
        return nonsense(arena);
    const Message *last = &answer.at[answer.len - 1];
    if (last->type != TELL_INFO || last->body.len != sizeof out->info)
        return nonsense(arena);
    memcpy(&out->info, last->body.at, sizeof out->info);
    out->len = answer.len - 1;
    for (size_t i = 0; i < out->len; i++) { /* they come in pairs, the widest first */
        Rendition *file = &out->files[out->len - 2 - (i - i % 2) + i % 2];
        if (answer.at[i].type != TELL_RENDITION || !rendition_read(answer.at[i].body, file))
            return nonsense(arena);
    }
    out->widest = out->files[out->len - 1].head;
    return files_complete(out) ? NULL : nonsense(arena);
}

Err *code_decode(Arena *arena, Str photo, Code *out)
{
    enum { ZBAR_QRCODE = 64 };
    MessageList answer;
    TRY(ask(arena, ASK_CODE, photo, &answer));
    if (answer.len == 0 || answer.at[0].type != TELL_CODE || answer.at[0].body.len < 1)
        return nonsense(arena);
    Str body = answer.at[0].body;
    *out = (Code){.qr = body.at[0] == ZBAR_QRCODE, .text = str_slice(body, 1, body.len)};
    return NULL;
}
