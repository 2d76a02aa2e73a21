/* The line to a mobile money service: HTTPS through the house's sending child, keys from the settings, one session at a time. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "pay/call.h"

enum { SESSION_TEXT = 4096, EARLY_MS = 60 * SECOND_MS };

/* A token is asked for once and used until a minute before it ends; one for paying and one for being paid. */
static struct {
    pthread_mutex_t lock;
    struct {
        char rail[16], door[400], token[SESSION_TEXT]; /* door: for whom it was given */
        bool out;
        int64_t until_us;
    } kept[4];
} sessions = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool session_find(Arena *arena, Str rail, Str door, bool out, Str *token)
{
    bool found = false;
    pthread_mutex_lock(&sessions.lock);
    for (size_t i = 0; i < 4 && !found; i++) {
        found = str_eq(rail, str_of(sessions.kept[i].rail)) && str_eq(door, str_of(sessions.kept[i].door)) && sessions.kept[i].out == out &&
                sessions.kept[i].until_us > time_monotonic_us();
        if (found)
            *token = str_copy(arena, str_of(sessions.kept[i].token));
    }
    pthread_mutex_unlock(&sessions.lock);
    return found;
}

static void session_keep(Str rail, Str door, bool out, Str token, int64_t seconds)
{
    int64_t ms = seconds * SECOND_MS - EARLY_MS;
    size_t at = (str_eq(rail, STR("momo")) ? 2u : 0u) + (out ? 1u : 0u);
    if (ms <= 0 || token.len >= SESSION_TEXT || door.len >= sizeof sessions.kept[at].door)
        return;
    pthread_mutex_lock(&sessions.lock);
    snprintf(sessions.kept[at].rail, sizeof sessions.kept[at].rail, "%.*s", STR_ARG(rail));
    snprintf(sessions.kept[at].door, sizeof sessions.kept[at].door, "%.*s", STR_ARG(door));
    snprintf(sessions.kept[at].token, sizeof sessions.kept[at].token, "%.*s", STR_ARG(token));
    sessions.kept[at].out = out;
    sessions.kept[at].until_us = time_monotonic_us() + ms * 1000;
    pthread_mutex_unlock(&sessions.lock);
}

void rail_line_forget(Str rail)
{
    pthread_mutex_lock(&sessions.lock);
    for (size_t i = 0; i < 4; i++)
        if (str_eq(rail, str_of(sessions.kept[i].rail)))
            memset(&sessions.kept[i], 0, sizeof sessions.kept[i]);
    pthread_mutex_unlock(&sessions.lock);
}

/* ---- talking ---- */

typedef struct Wire {
    Str url, door;
    const Rail *rail;
    RailConfig config;
    bool out;
} Wire;

static void exchange(const Wire *wire, Arena *arena, const RailRequest *request, RailAnswer *answer)
{
    const HttpAsk ask = {.method = request->method, .url = str_format(arena, "%.*s%.*s", STR_ARG(wire->url), STR_ARG(request->path)),
                         .headers = request->headers, .body = request->body};
    HttpAnswer said;
    http_ask(arena, &ask, &said);
    *answer = (RailAnswer){said.reached, said.status, said.body};
}

static Err *session_begin(Wire *wire, Arena *arena)
{
    RailRequest request;
    RailAnswer answer = {0};
    Str token;
    int64_t seconds;
    wire->rail->authorize(arena, &wire->config, wire->out, &request);
    exchange(wire, arena, &request, &answer);
    if (!wire->rail->authorized(arena, &answer, &token, &seconds))
        return err_detail(arena, ERR_BUSY, "rail.door", "status %d", answer.status);
    wire->config.token = token;
    session_keep(str_of(wire->rail->name), wire->door, wire->out, token, seconds);
    return NULL;
}

/* A session that ended meanwhile (401: nothing was done) is begun anew, once. */
static void wire_send(void *whose, Arena *arena, const RailRequest *request, RailAnswer *answer)
{
    Wire *wire = whose;
    exchange(wire, arena, request, answer);
    if (!answer->reached || answer->status != 401)
        return;
    rail_line_forget(str_of(wire->rail->name));
    if (session_begin(wire, arena))
        return;
    RailRequest again = *request;
    again.headers.at = NEW_ARRAY(arena, Str, request->headers.len);
    for (size_t i = 0; i < request->headers.len; i++)
        again.headers.at[i] = str_starts(request->headers.at[i], STR("Authorization: "))
                                  ? str_format(arena, "Authorization: Bearer %.*s", STR_ARG(wire->config.token))
                                  : request->headers.at[i];
    exchange(wire, arena, &again, answer);
}

static Err *wire_read(Store *store, Arena *arena, Str rail, RailSettings *settings, Str *currency)
{
    Arena *own = arena_new();
    Db db;
    Err *err = db_read(store, own, &db);
    if (!err)
        err = rail_settings(&db, rail, settings);
    if (!err) {
        Str *const texts[] = {&settings->url, &settings->user, &settings->secret, &settings->short_code, &settings->passkey,
                              &settings->in_key, &settings->out_key, &settings->environment, &settings->callback,
                              &settings->initiator, &settings->credential, &settings->hook};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = str_copy(arena, *texts[i]);
        *currency = str_copy(arena, village_at(&db).currency);
    }
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

RailConfig rail_config(const RailSettings *s, Str currency)
{
    return (RailConfig){.currency = currency, .user = s->user, .secret = s->secret, .short_code = s->short_code, .passkey = s->passkey,
                        .callback = s->callback, .key = s->in_key, .out_key = s->out_key, .environment = s->environment, .initiator = s->initiator,
                        .credential = s->credential, .base = rail_base(s->callback), .hook = s->hook};
}

Err *rail_line_open(Store *store, Arena *arena, Str name, bool out, RailLine *line, bool *there)
{
    const Rail *rail = rail_find(name);
    RailSettings s;
    Str currency;
    if (!rail)
        return err_field(arena, "pay.rail", "rail");
    TRY(wire_read(store, arena, name, &s, &currency));
    *there = rail_settings_whole(name, &s, out);
    if (!*there)
        return NULL;
    Wire *wire = NEW(arena, Wire);
    *wire = (Wire){.url = s.url, .rail = rail, .out = out, .door = str_format(arena, "%.*s %.*s", STR_ARG(s.url), STR_ARG(s.user)),
                   .config = rail_config(&s, currency)};
    if (!session_find(arena, name, wire->door, out, &wire->config.token))
        TRY(session_begin(wire, arena));
    *line = (RailLine){.rail = str_of(rail->name), .send = wire_send, .whose = wire, .config = wire->config};
    return NULL;
}

Err *rail_ways(Db *db, Str rail, bool *in, bool *out)
{
    RailSettings s;
    TRY(rail_settings(db, rail, &s));
    *in = rail_settings_whole(rail, &s, false);
    *out = rail_settings_whole(rail, &s, true);
    return NULL;
}
