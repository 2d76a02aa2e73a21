/* Following another platform's catalogue: who may say so, the addresses that Open Food Network has for it, and the reading. Anybody may read
   here what is on sale, so the scopes ReadEnterprise and ReadProducts are everybody's; WriteProducts is what an organisation grants. */
#include "trade/platform.h"

#include "base/json.h"
#include "core/fetch.h"
#include "core/jobs.h"
#include "core/log.h"
#include "identity/identity.h"
#include "trade/handlers.h"
#include "trade/pages.h"
#include "trade/trade.h"

enum { AT_ONCE = 20, RUN_MS = 120 * 1000, SCOPES_MAX = 20, REPLY_MAX = 256 * 1024 };

/* ---- saying so ---- */

static bool name_fine(Str name)
{
    bool fine = name.len > 0 && name.len <= PLATFORM_NAME_MAX;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        fine &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return fine;
}

/* Encrypted, but inside one's own network; the reading looks where the address leads. */
static bool url_fine(Str url)
{
    bool fine = str_starts(url, STR("https://")) || (config_bool("fetch_inside") && str_starts(url, STR("http://")));
    for (size_t i = 0; i < url.len; i++)
        fine &= (unsigned char)url.at[i] > ' ' && url.at[i] != 127 && url.at[i] != '?' && url.at[i] != '#';
    return fine && url.len <= PLATFORM_URL_MAX && url.len > 10;
}

/* "https://a.org/api/dfc/enterprises/3/catalog_items/" and ".../3" mean the same. */
static Str enterprise_of(Str url)
{
    while (str_ends(url, STR("/")))
        url.len--;
    if (str_ends(url, STR("/catalog_items")))
        url.len -= STR("/catalog_items").len;
    return url;
}

Err *platform_set(Tx *tx, void *arg)
{
    const PlatformSet *set = arg;
    Arena *arena = tx->db.arena;
    Platform old;
    PlatformCount there;
    bool found;
    int64_t count;
    if (!name_fine(set->name))
        return err_new(arena, ERR_INVALID, "platform.name");
    TRY(platform_named(&tx->db, set->org, set->name, &old, &found));
    Str url = set->url.len || !found ? enterprise_of(set->url) : old.url;
    if (!url_fine(url))
        return err_new(arena, ERR_INVALID, "platform.address");
    const Time *asked = set->takes ? &set->now : NULL;
    if (found) {
        TRY(platform_change(tx, old.id, url, set->takes, set->who, asked, &count));
        return audit(tx, set->now, set->who, "trade.platform", old.id, set->takes ? STR("follows") : STR("stops"));
    }
    TRY(platform_count(&tx->db, set->org, &there));
    if (there.platforms >= PLATFORMS_MAX)
        return err_new(arena, ERR_CONFLICT, "platform.too_many");
    Id id = id_mint();
    TRY(platform_add(tx, &(PlatformAddArgs){id, set->org, set->name, url, set->takes, set->who, asked}));
    return audit(tx, set->now, set->who, "trade.platform", id, set->takes ? STR("follows") : STR("stops"));
}

/* ---- for programs ---- */

static void scope_add(Buf *out, Str at, const char *scope, bool first)
{
    buf_addf(out, "%s{\"@id\":\"%.*s/scopes/%s\",\"@type\":\"dfc-t:Scope\",\"dfc-t:scope\":\"%s\"}", first ? "" : ",", STR_ARG(at), scope, scope);
}

static void platform_add_json(Buf *out, Str at, const Platform *p)
{
    buf_add(out, STR("\"@id\":"));
    json_write_str(out, p->url);
    buf_add(out, STR(",\"@type\":\"dfc-t:Platform\",\"localId\":"));
    json_write_str(out, p->name);
    buf_add(out, STR(",\"dfc-t:hasAssignedScopes\":{\"@type\":\"rdf:List\",\"@list\":["));
    scope_add(out, at, "ReadEnterprise", true);
    scope_add(out, at, "ReadProducts", false);
    if (p->takes)
        scope_add(out, at, "WriteProducts", false);
    buf_add(out, STR("]}"));
}

static const char context_start[] = "{\"@context\":{\"dfc-t\":\"https://github.com/datafoodconsortium/ontology/releases/latest/download/DFC_TechnicalOntology.owl#\","
                                    "\"rdf\":\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"},";

static Err *seller_of(Req *r, Id *org, Str *at)
{
    TRY(take_id(r, 0, org));
    TRY(need_role(r, *org, ROLE_SELLER | ROLE_ADMIN));
    *at = str_format(r->arena, "%.*s/api/dfc/enterprises/%.*s/platforms", STR_ARG(dfc_base(r)), STR_ARG(id_text(r->arena, *org)));
    return NULL;
}

Err *show_dfc_platforms(Req *r)
{
    PlatformList rows;
    Id org;
    Str at;
    TRY(seller_of(r, &org, &at));
    TRY(platform_list(&r->db, org, &rows));
    Buf out = buf_new(r->arena, REPLY_MAX);
    buf_addf(&out, "%s\"@id\":\"%.*s\",\"dfc-t:platforms\":{\"@type\":\"rdf:List\",\"@list\":[", context_start, STR_ARG(at));
    for (size_t i = 0; i < rows.len; i++) {
        buf_add(&out, i ? STR(",{") : STR("{"));
        platform_add_json(&out, at, &rows.at[i]);
        buf_add_char(&out, '}');
    }
    buf_add(&out, STR("]}}"));
    return reply_bytes(r, 200, "application/json", buf_str(&out));
}

static Err *reply_platform(Req *r, Db *db, Id org, Str at)
{
    Platform p;
    bool found;
    TRY(platform_named(db, org, take_param(r, 1), &p, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "platform.missing");
    Buf out = buf_new(r->arena, REPLY_MAX);
    buf_add(&out, str_of(context_start));
    platform_add_json(&out, at, &p);
    buf_add_char(&out, '}');
    return reply_bytes(r, 200, "application/json", buf_str(&out));
}

Err *show_dfc_platform(Req *r)
{
    Id org;
    Str at;
    TRY(seller_of(r, &org, &at));
    return reply_platform(r, &r->db, org, at);
}

/* Whether the list of scopes, each named by the last part of its address, holds this one. False when there is no list. */
static bool scopes_of(const Req *r, const char *scope, bool *has)
{
    Str value;
    bool list = json_pick(r->arena, r->body, "dfc-t:hasAssignedScopes.@type", &value);
    *has = false;
    for (int i = 0; i < SCOPES_MAX; i++) {
        const char *path = str_z(r->arena, str_format(r->arena, "dfc-t:hasAssignedScopes.@list.%d.@id", i));
        if (!json_pick(r->arena, r->body, path, &value))
            break;
        list = true;
        size_t start = value.len;
        while (start && value.at[start - 1] != '/' && value.at[start - 1] != '#')
            start--;
        *has |= str_eq(str_slice(value, start, value.len), str_of(scope));
    }
    return list;
}

Err *take_dfc_platform(Req *r)
{
    Id org;
    Str at;
    TRY(seller_of(r, &org, &at));
    PlatformSet set = {.org = org, .who = r->who, .name = take_param(r, 1), .now = r->now};
    if (!scopes_of(r, "WriteProducts", &set.takes))
        return err_new(r->arena, ERR_INVALID, "platform.scopes");
    if (!json_pick(r->arena, r->body, "enterprise", &set.url))
        set.url = STR("");
    TRY(db_write(r->store, r->arena, platform_set, &set));
    Db db;
    TRY(db_read(r->store, r->arena, &db)); /* as it stands now */
    return reply_platform(r, &db, org, at);
}

typedef struct Refresh {
    const Req *r;
    Str url;
    int64_t found;
} Refresh;

static Err *refresh_write(Tx *tx, void *arg)
{
    Refresh *refresh = arg;
    const Req *r = refresh->r;
    refresh->found = 0;
    for (size_t i = 0; i < r->grants.len; i++) {
        int64_t count = 0;
        if (r->grants.at[i].roles & (ROLE_SELLER | ROLE_ADMIN))
            TRY(platform_refresh(tx, r->grants.at[i].org, refresh->url, r->now, &count));
        refresh->found += count;
    }
    return NULL;
}

/* "Something changed at that enterprise": by a program that a seller gave a token. */
Err *hear_dfc_event(Req *r)
{
    Str type, url;
    if (json_pick(r->arena, r->body, "eventType", &type) && !str_eq(type, STR("refresh")))
        return err_new(r->arena, ERR_INVALID, "platform.event");
    if (!json_pick(r->arena, r->body, "enterpriseUrlid", &url))
        return err_new(r->arena, ERR_INVALID, "platform.enterprise");
    Refresh refresh = {.r = r, .url = enterprise_of(url)};
    TRY(db_write(r->store, r->arena, refresh_write, &refresh));
    if (!refresh.found)
        return err_new(r->arena, ERR_MISSING, "platform.missing");
    return reply_bytes(r, 200, "application/json", STR("{\"success\":true}"));
}

/* ---- reading ---- */

typedef struct Reading {
    Platform row;
    Village here;
    Time now;
    Str said;
    TradeCounts counts;
    int64_t refused;
} Reading;

static Err *read_write(Tx *tx, void *arg)
{
    const Reading *reading = arg;
    const Platform *p = &reading->row;
    int64_t count;
    TRY(platform_read(tx, &(PlatformReadArgs){p->id, reading->now, reading->said, reading->counts.made, reading->counts.changed, reading->refused}, &count));
    return reading->counts.made + reading->counts.changed ? audit(tx, reading->now, p->by_person, "trade.platform_read", p->id, STR("")) : NULL;
}

static Err *take_over(Store *store, Arena *arena, Reading *reading, Str body)
{
    TradeBook book = {.arena = arena, .places = reading->here.currency_places, .currency = reading->here.currency, .now = reading->now};
    TradeWrite write = {.book = &book, .org = reading->row.org, .who = reading->row.by_person, .lang = reading->here.lang};
    TRY(trade_read(body, "dfc", &book));
    Err *err = trade_kept(&book) ? trade_write(store, arena, &write) : NULL;
    reading->refused = (int64_t)book.refused;
    if (!err)
        reading->counts = write.counts;
    return err;
}

static Err *read_one(Store *store, Arena *arena, Reading *reading)
{
    const FetchAsk ask = {.url = str_format(arena, "%.*s/catalog_items", STR_ARG(reading->row.url)), .inside = config_bool("fetch_inside"),
                          .accept = STR("application/json, application/ld+json;q=0.9"), .agent = STR("Millet/" MILLET_VERSION " (catalogues of a village)")};
    FetchResult got = {0};
    Err *err = fetch(arena, &ask, &got);
    if (!err && got.status != 200)
        err = err_new(arena, ERR_CONFLICT, "platform.status");
    if (!err)
        err = take_over(store, arena, reading, got.body);
    reading->said = err ? str_of(err->code) : STR("");
    log_line("platform", "status=%lld made=%lld changed=%lld refused=%lld code=%.*s", (long long)got.status, (long long)reading->counts.made,
             (long long)reading->counts.changed, (long long)reading->refused, STR_ARG(reading->said));
    return db_write(store, arena, read_write, reading);
}

/* The next one, in arena; the connection goes back before anybody is asked. */
static Err *next_due(Store *store, Arena *arena, Time now, Reading *out, bool *found)
{
    PlatformList due;
    Db db;
    Arena *own = arena_new();
    Err *err = db_read(store, own, &db);
    if (!err)
        err = platform_due(&db, (Time){now.ms - DAY_MS}, &due);
    *found = !err && due.len;
    if (*found) {
        *out = (Reading){.row = due.at[0], .here = village_at(&db), .now = now};
        out->row.name = str_copy(arena, out->row.name);
        out->row.url = str_copy(arena, out->row.url);
        out->here.currency = str_copy(arena, out->here.currency);
        out->here.lang = str_copy(arena, out->here.lang);
    }
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

Err *platforms_job(JobContext *context)
{
    int64_t until = time_monotonic_us() / 1000 + RUN_MS; /* what is left waits for the next minute, not others' jobs for it */
    for (int i = 0; i < AT_ONCE && !jobs_stopping() && time_monotonic_us() / 1000 < until; i++) {
        Reading reading;
        bool found;
        arena_reset(context->arena);
        TRY(next_due(context->store, context->arena, context->now, &reading, &found));
        if (!found)
            break;
        TRY(read_one(context->store, context->arena, &reading));
    }
    return NULL;
}

/* ---- for people ---- */

typedef struct PlatformForm {
    Id seller;
    Str name, url;
    bool stop;
} PlatformForm;
static const Field form_fields[] = {
    FIELD(PlatformForm, seller, FIELD_ID, .required = true, .label = N_("Sold by")),
    FIELD(PlatformForm, name, FIELD_STR, .required = true, .max = PLATFORM_NAME_MAX, .label = N_("Short name")),
    FIELD(PlatformForm, url, FIELD_STR, .max = PLATFORM_URL_MAX, .label = N_("Address of its catalogue")),
    FIELD(PlatformForm, stop, FIELD_BOOL, .input = "hidden"),
};
const Shape platform_form = SHAPE(PlatformForm, "FollowPlatform", form_fields);

Err *follow_platform(Req *r)
{
    PlatformForm form;
    TRY(take(r, &platform_form, &form));
    TRY(need_role(r, form.seller, ROLE_SELLER | ROLE_ADMIN));
    PlatformSet set = {.org = form.seller, .who = r->who, .name = form.name, .url = form.url, .takes = !form.stop, .now = r->now};
    Err *err = db_write(r->store, r->arena, platform_set, &set);
    if (err)
        return reply_form_again(r, err, show_import);
    reply_notice(r, form.stop ? N_("It is not read any more. The goods it brought stay.") : N_("It is read within a minute, then once a day."));
    return reply_see(r, "/market/import");
}

static PlatformView view_of(const Req *r, const Platform *p, Str seller)
{
    PlatformView view = {.seller = p->org, .seller_name = seller, .name = p->name, .url = p->url, .takes = p->takes, .waits = p->takes && p->has_asked_at,
                         .read = p->has_read_at, .made = p->made, .changed = p->changed, .refused = p->refused};
    if (p->has_read_at)
        view.read_at = say_time(r->arena, r->lang, p->read_at, r->village.zone);
    if (p->said.len)
        view.why = err_say(r->arena, r->lang, err_new(r->arena, ERR_CONFLICT, str_z(r->arena, p->said)));
    return view;
}

Err *platforms_view(Req *r, PlatformViewList *out)
{
    *out = (PlatformViewList){NEW_ARRAY(r->arena, PlatformView, r->grants.len * PLATFORMS_MAX + 1), 0};
    for (size_t i = 0; i < r->grants.len; i++) {
        PlatformList rows;
        OrgCard card;
        if (!(r->grants.at[i].roles & (ROLE_SELLER | ROLE_ADMIN)))
            continue;
        TRY(org_card(&r->db, r->grants.at[i].org, &card));
        TRY(platform_list(&r->db, r->grants.at[i].org, &rows));
        for (size_t k = 0; k < rows.len && k < PLATFORMS_MAX; k++)
            out->at[out->len++] = view_of(r, &rows.at[k], card.name);
    }
    return NULL;
}
