/* The frame around every page: its head, the places, the language switch, the notice; and the pages of errors. */
#include <stdlib.h>
#include <string.h>

#include "web/inside.h"
#include "web/pages.h"
#include "web/templates.h"
#include "web/tpl.h"

enum { PAGE_BYTES_MAX = 8 << 20, PLACES_MAX = 64, BAR_MAX = 5 };

/* ---- places ---- */

static int by_order(const void *a, const void *b)
{
    const Place *x = *(const Place *const *)a, *y = *(const Place *const *)b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->path, y->path);
}

static size_t places_gather(const Req *r, const Place **out)
{
    size_t len = 0;
    for (size_t i = 0; house_modules[i]; i++)
        for (const Place *place = house_modules[i]->places; place && place->path; place++)
            if (len < PLACES_MAX && (!place->roles || (r->roles & place->roles)))
                out[len++] = place;
    qsort(out, len, sizeof *out, by_order);
    return len;
}

const char *page_home(const Req *r)
{
    const Place *found[PLACES_MAX];
    return places_gather(r, found) ? found[0]->path : NULL;
}

size_t page_work(const Req *r, const Place **out, size_t max)
{
    const Place *found[PLACES_MAX];
    size_t all = places_gather(r, found), len = 0;
    for (size_t i = 0; i < all && len < max; i++)
        if (found[i]->roles && !found[i]->main)
            out[len++] = found[i];
    return len;
}

/* The lit place is the one the page names, or the one whose path begins this page's path. */
static bool is_here(const Req *r, const PageHead *head, const Place *place)
{
    if (head->place)
        return !strcmp(head->place, place->path);
    Str path = str_of(place->path);
    return str_starts(r->path, path) && (r->path.len == path.len || r->path.at[path.len] == '/');
}

static void places_show(const Page *p, FrameView *view)
{
    const Req *r = p->r;
    const Place *found[PLACES_MAX];
    size_t len = places_gather(r, found);
    PlaceView *all = NEW_ARRAY(p->arena, PlaceView, len * 3 + 1);
    view->places.at = all;
    view->staff.at = all + len;
    view->foot.at = all + 2 * len;
    for (size_t i = 0; i < len; i++) {
        const Place *place = found[i];
        PlaceView one = {place->path, place->icon, tr(p->lang, place->label), is_here(r, p->head, place)};
        if (place->icon && !strcmp(place->icon, "search"))
            view->search = arena_copy(p->arena, &one, sizeof one);
        else if (place->main && view->places.len < BAR_MAX)
            view->places.at[view->places.len++] = one;
        else if (place->roles)
            view->staff.at[view->staff.len++] = one;
        else
            view->foot.at[view->foot.len++] = one;
    }
}

/* ---- languages ---- */

static void languages_show(const Page *p, FrameView *view)
{
    size_t len = 0;
    while (lang_at(len))
        len++;
    view->langs.at = NEW_ARRAY(p->arena, LangView, len);
    for (size_t i = 0; i < len; i++)
        view->langs.at[view->langs.len++] = (LangView){lang_tag(lang_at(i)), lang_name(lang_at(i)), lang_at(i) == p->lang};
    for (size_t i = 0; i < len && len == 2; i++)
        if (!view->langs.at[i].chosen)
            view->other_lang = &view->langs.at[i];
}

static Str here(const Page *p)
{
    const Req *r = p->r;
    if (r->method != METHOD_GET) /* what a refused form answers has no address of its own */
        return r->path;
    return r->query.len ? str_format(p->arena, "%.*s?%.*s", STR_ARG(r->path), STR_ARG(r->query)) : r->path;
}

/* ---- the frame ---- */

/* JSON inside <script>: a < could end the script, so it is written as an escape of JSON. */
static Html json_ld(const Page *p, Str json)
{
    if (!json.len)
        return (Html){0};
    Buf out = buf_new(p->arena, json.len * 6 + 128);
    buf_add(&out, STR("<script type=\"application/ld+json\">"));
    for (size_t i = 0; i < json.len; i++)
        if (json.at[i] == '<')
            buf_add(&out, STR("\\u003c"));
        else
            buf_add_char(&out, json.at[i]);
    buf_add(&out, STR("</script>"));
    return (Html){buf_str(&out)};
}

static FrameView *frame_view(Page *p)
{
    const PageHead *head = p->head;
    Req *r = p->r;
    FrameView *view = NEW(p->arena, FrameView);
    *view = (FrameView){
        .lang = lang_tag(p->lang),
        .direction = lang_right_to_left(p->lang) ? "rtl" : "ltr",
        .title = head->title,
        .about = head->about,
        .village = r->village.name.len ? r->village.name : STR("Millet"),
        .place = r->village.place,
        .script = head->script ? asset_url(head->script) : (Str){0},
        .json_ld = json_ld(p, head->json_ld),
        .back = head->back,
        .notice = take_notice(r),
        .here = here(p),
        .bare = head->bare,
        .founded = r->village.org != 0,
    };
    if (!head->bare) {
        places_show(p, view);
        languages_show(p, view);
    }
    return view;
}

Page *page_begin(Req *r, const PageHead *head)
{
    Page *p = NEW(r->arena, Page);
    Buf *out = NEW(r->arena, Buf);
    *out = buf_new(r->arena, PAGE_BYTES_MAX);
    *p = (Page){.out = out, .r = r, .arena = r->arena, .lang = r->lang, .currency = r->village.currency, .zone = r->village.zone};
    p->head = arena_copy(r->arena, head, sizeof *head);
    p->frame = frame_view(p);
    web_frame_begin(p, p->frame);
    return p;
}

Err *page_end(Page *p)
{
    web_frame_end(p, p->frame);
    if (p->out->overflowed)
        return err_detail(p->arena, ERR_BROKEN, "web.reply_too_large", "a page of more than %d bytes", PAGE_BYTES_MAX);
    int status = p->head->status ? p->head->status : p->r->form_error ? 422 : 200;
    p->r->in->ready_body = buf_str(p->out).at;
    return reply_bytes(p->r, status, "text/html; charset=utf-8", buf_str(p->out));
}
