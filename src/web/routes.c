/* What the house answers by itself: health, metrics, the description of the API, assets, the choice of a language. */
#include <string.h>
#include <sys/statvfs.h>

#include "web/asset.h"
#include "web/inside.h"
#include "web/openapi.h"
#include "web/pages.h"
#include "web/style.h"

/* ---- health ---- */

typedef struct Health {
    Str status, database;
    int64_t disk_free_bytes;
} Health;

static const Field health_fields[] = {
    FIELD(Health, status, FIELD_STR, .one_of = "ok|failing"),
    FIELD(Health, database, FIELD_STR, .one_of = "ok|failing"),
    FIELD(Health, disk_free_bytes, FIELD_INT),
};
static const Shape health_shape = SHAPE(Health, "Health", health_fields);

static Err *write_nothing(Tx *tx, void *unused)
{
    (void)tx, (void)unused;
    return NULL;
}

static Err *show_health(Req *r)
{
    Health health = {.status = STR("ok"), .database = STR("ok")};
    Err *err = db_write(r->store, r->arena, write_nothing, NULL);
    struct statvfs disk;
    if (statvfs(str_z(r->arena, config_text("data")), &disk) == 0)
        health.disk_free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    if (err)
        health.database = STR("failing");
    bool room = health.disk_free_bytes >= config_int("disk_reserve");
    if (err || !room)
        health.status = STR("failing");
    return reply_json(r, err || !room ? 503 : 200, &health_shape, &health);
}

static Err *show_metrics(Req *r)
{
    Buf out = buf_new(r->arena, REPLY_BYTES_MAX);
    metrics_write(&out);
    return reply_bytes(r, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&out));
}

static Err *show_openapi(Req *r)
{
    return reply_bytes(r, 200, "application/json", openapi_text());
}

/* ---- assets: only the first request for each comes here, the cache keeps them for good ---- */

static Err *show_asset(Req *r)
{
    const Asset *asset = asset_at_url(r->path);
    if (!asset)
        return err_new(r->arena, ERR_MISSING, "web.missing");
    reply_header(r, "Cache-Control", STR("public, max-age=31536000, immutable"));
    reply_header(r, "Vary", STR("Accept-Encoding"));
    return reply_bytes(r, 200, str_z(r->arena, asset->type), asset->plain);
}

/* ---- language ---- */

typedef struct LanguageForm {
    Str to, back;
} LanguageForm;

static const Field language_fields[] = {
    FIELD(LanguageForm, to, FIELD_STR, .required = true, .max = 35, .label = N_("Language")),
    FIELD(LanguageForm, back, FIELD_STR, .max = 2000, .input = "hidden"),
};
static const Shape language_shape = SHAPE(LanguageForm, "Language", language_fields);

enum { YEAR_S = 365 * 86400 };

static Err *choose_language(Req *r)
{
    LanguageForm form;
    TRY(take_query(r, &language_shape, &form));
    const Lang *lang = lang_find(form.to);
    if (!lang)
        return err_arg(r->arena, err_field(r->arena, "field.not_choice", "to"), "choices", STR("en, zh-CN"));
    reply_cookie(r, "lang", str_of(lang_tag(lang)), YEAR_S);
    return reply_see(r, "%.*s", STR_ARG(form.back.len ? form.back : STR("/")));
}

static Err *show_home(Req *r)
{
    const char *home = page_home(r);
    return home ? reply_see(r, "%s", home) : err_new(r->arena, ERR_MISSING, "web.missing");
}

static const ErrText errors[] = {
    {"web.missing", N_("There is nothing at this address. It may have been removed, or the address was cut short.")},
    {"web.no_reply", N_("Something went wrong on our side. It has been written down.")},
    {"web.no_random", N_("Something went wrong on our side. It has been written down.")},
    {"web.reply_too_large", N_("This answer would be too large. Please ask for less.")},
    {"web.too_many_streams", N_("Too many are watching just now. Please try again in a moment.")},
    {"web.listen", N_("Cannot serve on {address}. Is another program using it?")},
    {"web.loop", N_("The server cannot start.")},
    {"web.tls", N_("The certificate or its key cannot be used.")},
    {"access.sign_in", N_("Please sign in first.")},
    {"access.role", N_("You do not have the right to do this. An administrator can give it to you.")},
    {"access.scope", N_("This token may not do this: it lacks the scope \"{scope}\".")},
    {"csrf.refused", N_("This form was not sent from our own page, or it is too old. Open the page again and send it once more.")},
    {"limit.export", N_("Your export is already being made. Please wait until it is done.")},
    {"limit.too_many", N_("That was a bit much at once. Please wait a moment and try again.")},
    {"idempotency.bad_key", N_("The Idempotency-Key must be 1 to 255 visible ASCII characters.")},
    {"idempotency.other_request", N_("This Idempotency-Key was used for another request. Use a new one.")},
    {"idempotency.in_flight", N_("This is being done already. Please wait a moment.")},
    {"http.bad_path", N_("This address has characters that do not belong there.")},
    {"http.bad_encoding", N_("This text has characters that cannot be read.")},
    {"http.bad_header", N_("The header {name} cannot be read.")},
    {"http.bad_host", N_("The Host header cannot be read.")},
    {"http.no_https", N_("https_redirect is on, but there is no HTTPS to lead to. Make a certificate with millet tls init, or name one.")},
    {"http.doubled_header", N_("The header {name} was sent twice.")},
    {"http.bad_length", N_("The length of the request is said in two ways.")},
    {"http.transfer_coding", N_("This transfer coding is not known here. Send the body plain or chunked.")},
    {"http.bad_type", N_("The body must be a form or JSON.")},
    {"http.bad_multipart", N_("The upload was cut short or damaged. Please send it again.")},
    {"http.no_upload", N_("Files cannot be sent here.")},
    {"http.too_many_fields", N_("This form has too many fields.")},
    {"http.too_many_parts", N_("Too many files at once. Please send them in several goes.")},
    {"http.too_large", N_("This is too large. Please make it smaller, or send it in parts.")},
    {"http.uri_too_long", N_("This address is too long.")},
    {"http.header_too_large", N_("The headers of this request are too large.")},
    {"http.method", N_("This address does not take that kind of request.")},
    {"http.slow", N_("The request took too long to arrive.")},
    {0},
};

static const Route routes[] = {
    GET("/", show_home, ANYONE, "The first place of whoever asks."),
    GET("/healthz", show_health, ANYONE, "Whether the server can write and has room on its disk.",
        .gives = &health_shape),
    GET("/metrics", show_metrics, ANYONE, "Numbers about the running server in Prometheus text format."),
    GET("/api/v1/openapi.json", show_openapi, ANYONE, "This description of the API."),
    GET("/assets/{name}", show_asset, ANYONE, "A stylesheet, script or picture of the pages.", .shared = true),
    GET("/language", choose_language, ANYONE, "Changes the language of the pages on this device.",
        .query = &language_shape),
    GET("/manifest.webmanifest", show_manifest, ANYONE, "What a phone needs to install the pages like a program.", .shared = true),
    GET("/sw.js", show_worker, ANYONE, "Keeps pages for when the network is away."),
    GET("/favicon.ico", show_favicon, ANYONE, "The small picture of the site."),
    GET("/offline", show_offline, ANYONE, "What is shown when the network is away.", .shared = true),
    GET("/style", show_style, ANYONE, "Every part of a page, for those who make pages; only with the setting style.", .shared = true),
    POST("/style", try_style, ANYONE, "Its form, which keeps nothing.", .takes = &style_form),
};

const Module web_module = MODULE("web", routes, .errors = errors, .start = web_start, .erase_person = once_erase_person);
