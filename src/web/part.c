/* Parts of pages that are the same for everybody, kept ready. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "web/cache.h"
#include "web/encode.h"
#include "web/inside.h"

/* Stands where the reader's form token will stand. Chance alone makes it, so that no text of a person can hold it. */
static char mark[33];
static pthread_once_t mark_once = PTHREAD_ONCE_INIT;

static void mark_make(void)
{
    unsigned char fresh[(sizeof mark - 1) / 2];
    randombytes_buf(fresh, sizeof fresh);
    sodium_bin2hex(mark, sizeof mark, fresh, sizeof fresh);
}

/* What all who ask have in common. What make replies or sets goes nowhere. */
static Req *common(const Page *p)
{
    const Req *r = p->r;
    Req *out = NEW(p->arena, Req);
    *out = (Req){.arena = r->arena, .store = r->store, .db = r->db, .method = r->method, .path = r->path, .query = r->query,
                 .https = r->https, .api = r->api, .route = r->route, .now = r->now, .lang = r->lang, .village = r->village,
                 .number = r->number, .csrf = str_of(mark)};
    memcpy(out->params, r->params, sizeof out->params);
    out->in = NEW(p->arena, Inside);
    out->in->headers_room = REPLY_HEADERS_MAX;
    out->reply = NEW(p->arena, Reply);
    out->reply->headers = NEW_ARRAY(p->arena, Header, REPLY_HEADERS_MAX);
    return out;
}

/* Takes the marks out of text and notes where they stood. */
static void marks_take(Arena *arena, Str text, CachePart *part)
{
    size_t room = 0, len = strlen(mark), at;
    for (Str rest = text; (at = str_find(rest, str_of(mark))) != SIZE_MAX; room++)
        rest = str_slice(rest, at + len, SIZE_MAX);
    size_t *tokens = NEW_ARRAY(arena, size_t, room + 1);
    Buf out = buf_new(arena, text.len + 1);
    Str rest = text;
    for (; (at = str_find(rest, str_of(mark))) != SIZE_MAX; rest = str_slice(rest, at + len, SIZE_MAX)) {
        buf_add(&out, str_slice(rest, 0, at));
        tokens[part->tokens_len++] = out.len;
    }
    buf_add(&out, rest);
    part->text = buf_str(&out);
    part->tokens = tokens;
}

static bool takes_gzip(const Page *p)
{
    return encoding_accepted(req_header(p->r, "Accept-Encoding"), ENCODING_GZIP);
}

/* What is compressed already goes along with the reply: dispatch.c joins it with the reader's own. */
static void put_pressed(Page *p, const CachePart *part, size_t from)
{
    Ready *at = &p->r->in->ready;
    if (!part->pressed.before.len || (part->tokens_len && part->pressed.gap != p->r->csrf.len) || at->len || !takes_gzip(p))
        return;
    at->from = from;
    at->len = p->out->len - from;
    press_copy(p->arena, &part->pressed, &at->pressed);
}

static void put(Page *p, const CachePart *part)
{
    size_t from = 0, begin = p->out->len;
    for (size_t i = 0; i < part->tokens_len; i++) {
        buf_add(p->out, str_slice(part->text, from, part->tokens[i]));
        buf_add(p->out, p->r->csrf);
        from = part->tokens[i];
    }
    buf_add(p->out, str_slice(part->text, from, SIZE_MAX));
    for (size_t i = 0; i < sizeof p->icons / sizeof *p->icons; i++)
        p->icons[i] |= part->icons[i];
    p->forms = part->forms_after;
    put_pressed(p, part, begin);
}

static void part_press(Page *p, CachePart *part)
{
    if (!press(p->arena, part->text, part->tokens, part->tokens_len, p->r->csrf.len, GZIP_MANY_READERS, &part->pressed))
        part->pressed = (Pressed){0};
}

static bool put_kept(Page *p, const char *name)
{
    CacheEntry *entry = cache_take_part(p->r, name);
    const CachePart *part = entry ? cache_part(entry) : NULL;
    bool fits = part && part->forms_before == p->forms;
    if (fits && !part->pressed.before.len && takes_gzip(p)) { /* who came before took it plain */
        CachePart again = *part;
        part_press(p, &again);
        cache_keep_part_again(p->r, name, entry, &again);
        put(p, &again);
    } else if (fits) {
        put(p, part);
    }
    cache_give(entry);
    return fits;
}

Err *page_part(Page *p, const char *name, PartMake *make, void *arg)
{
    pthread_once(&mark_once, mark_make);
    if (put_kept(p, name))
        return NULL;
    Page made = *p;
    Buf out = buf_new(p->arena, p->out->limit);
    made.out = &out;
    made.r = common(p);
    memset(made.icons, 0, sizeof made.icons);
    TRY(make(&made, arg));
    if (out.overflowed)
        return err_detail(p->arena, ERR_BROKEN, "web.reply_too_large", "part %s of a page", name);
    CachePart part = {.forms_before = p->forms, .forms_after = made.forms};
    memcpy(part.icons, made.icons, sizeof part.icons);
    marks_take(p->arena, buf_str(&out), &part);
    if (takes_gzip(p))
        part_press(p, &part);
    put(p, &part);
    if (p->r->method == METHOD_GET)
        cache_keep_part(p->r, name, p->r->in->version, &part);
    return NULL;
}
