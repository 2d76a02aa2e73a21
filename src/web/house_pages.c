/* Pages that belong to no module: errors, being offline, the manifest for installing. */
#include <string.h>

#include "base/json.h"
#include "web/inside.h"
#include "web/pages.h"
#include "web/templates.h"

/* ---- errors ---- */

static const char *problem_icon(int status)
{
    switch (status) {
    case 403:
        return "lock";
    case 404:
        return "search";
    case 409:
        return "refresh";
    case 429:
    case 503:
        return "clock";
    default:
        return "alert";
    }
}

/* Where a person goes from here: back to what can be asked again, else to the first page. */
static void problem_next(const Req *r, int status, ProblemView *view)
{
    bool again = r->method == METHOD_GET && (status == 429 || status >= 500);
    view->what_next = again ? r->path : STR("/");
    view->next_label = tr(r->lang, again ? N_("Try again") : N_("To the first page"));
    view->wait_seconds = status == 429 ? 30 : 0;
    view->sorry = status >= 500 && status != 503;
}

/* The page of an error in the frame of all pages. Not for when the database is away: the frame asks for the village. */
Err *problem_page(Req *r, const Err *err, int status, const char *title)
{
    ProblemView view = {
        .title = tr(r->lang, title),
        .sentence = err_say(r->arena, r->lang, err),
        .number = r->number,
        .icon = problem_icon(status),
    };
    problem_next(r, status, &view);
    Page *p = page_begin(r, &(PageHead){.title = view.title, .place = "", .status = status});
    web_problem(p, &view);
    return page_end(p);
}

/* Kept by the service worker and shown when the network is away. */
Err *show_offline(Req *r)
{
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("You are offline")), .place = ""});
    ProblemView view = {
        .title = tr(r->lang, N_("You are offline")),
        .sentence = tr(r->lang, N_("This page has not been opened on this device before, so it cannot be shown without the network. "
                                   "Pages you opened lately still work.")),
        .icon = "offline",
        .what_next = STR("/"),
        .next_label = tr(r->lang, N_("Try again")),
    };
    web_problem(p, &view);
    return page_end(p);
}

/* ---- installing on a phone ---- */

static void member(Buf *out, const char *name, Str text)
{
    json_write_str(out, str_of(name));
    buf_add_char(out, ':');
    json_write_str(out, text);
    buf_add_char(out, ',');
}

static void picture(Buf *out, const char *asset, const char *sizes, const char *purpose, bool last)
{
    const Asset *found = asset_find(str_of(asset));
    if (!found)
        return;
    buf_add_char(out, '{');
    member(out, "src", found->url);
    member(out, "type", found->type);
    member(out, "purpose", str_of(purpose));
    buf_addf(out, "\"sizes\":\"%s\"}%s", sizes, last ? "" : ",");
}

Err *show_manifest(Req *r)
{
    Str name = r->village.name.len ? r->village.name : STR("Millet");
    Buf out = buf_new(r->arena, 16384);
    buf_add_char(&out, '{');
    member(&out, "id", STR("/"));
    member(&out, "name", name);
    member(&out, "short_name", name);
    member(&out, "lang", str_of(lang_tag(r->lang)));
    member(&out, "start_url", STR("/"));
    member(&out, "scope", STR("/"));
    member(&out, "display", STR("standalone"));
    member(&out, "background_color", STR("#FBF8F1"));
    member(&out, "theme_color", STR("#2F6B3A"));
    buf_add(&out, STR("\"icons\":["));
    picture(&out, "favicon.svg", "any", "any", false);
    picture(&out, "icon-192.png", "192x192", "any", false);
    picture(&out, "icon-512.png", "512x512", "any", false);
    picture(&out, "icon-512.png", "512x512", "maskable", false);
    picture(&out, "maskable.svg", "any", "maskable", true);
    buf_add(&out, STR("]}"));
    return reply_bytes(r, 200, "application/manifest+json", buf_str(&out));
}

/* Browsers ask for this name whatever the page says. */
Err *show_favicon(Req *r)
{
    return reply_see(r, "%.*s", STR_ARG(asset_url("favicon.svg")));
}

/* The service worker lives at the root, so that it may answer for every page; it names the files of this build. */
Err *show_worker(Req *r)
{
    static const char *const files[] = {"style.css", "web.js", "logo.svg", "favicon.svg"};
    const Asset *worker = asset_find(STR("sw.js"));
    if (!worker)
        return err_new(r->arena, ERR_MISSING, "web.missing");
    Buf out = buf_new(r->arena, 65536);
    buf_add(&out, STR("const FILES=[\"/offline\""));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        buf_add_char(&out, ',');
        json_write_str(&out, asset_url(files[i]));
    }
    buf_add(&out, STR("],VERSION="));
    json_write_str(&out, asset_url("style.css"));
    buf_add(&out, STR(";\n"));
    buf_add(&out, worker->plain);
    reply_header(r, "Cache-Control", STR("no-cache"));
    return reply_bytes(r, 200, "text/javascript; charset=utf-8", buf_str(&out));
}
