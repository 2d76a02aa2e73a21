/* Sessions and tokens: who is asking, with which rights, and whether those rights are awake. */
#include <string.h>

#include "identity/known.h"
#include "identity/people.h"
#include "identity/secret.h"
#include "identity/session.h"

enum {
    STAFF_SEEN_MS = MINUTE_MS, /* how exactly seen_at is kept: each is one write */
    MEMBER_SEEN_MS = HOUR_MS,
    FRESH_MS = 10 * MINUTE_MS,
    SESSIONS_A_PERSON_MAX = 50,
    TOKEN_LETTERS = 52, /* 260 bits */
};

static const unsigned STAFF = ROLE_ADMIN | ROLE_TREASURER;

/* ---- making ---- */

void session_mint(Arena *arena, Id person, NewSession *out)
{
    *out = (NewSession){.id = id_mint(), .person = person, .token = secret_letters(arena, TOKEN_LETTERS)};
    out->hash = secret_hash(arena, "millet.session", out->token);
}

Err *session_start(Tx *tx, Time now, const NewSession *session)
{
    int64_t dropped;
    TRY(session_insert(tx, &(SessionInsertArgs){.id = session->id,
                                                .person = session->person,
                                                .token_hash = session->hash,
                                                .device = session->device,
                                                .now = now,
                                                .proved_at = session->proved ? now : (Time){0},
                                                .may_reset = session->may_reset}));
    TRY(session_drop_oldest(tx, session->person, SESSIONS_A_PERSON_MAX, &dropped));
    return audit(tx, now, session->person, "session.start", session->person, (Str){0});
}

void token_mint(Arena *arena, Id person, Str name, Str scopes, NewToken *out)
{
    *out = (NewToken){.id = id_mint(), .person = person, .name = name, .scopes = scopes};
    out->token = str_format(arena, "mlt_%.*s", STR_ARG(secret_letters(arena, TOKEN_LETTERS)));
    out->prefix = str_slice(out->token, 0, 10);
    out->hash = secret_hash(arena, "millet.api_token", out->token);
}

Err *token_start(Tx *tx, Time now, const NewToken *token)
{
    TRY(api_token_insert(tx, &(ApiTokenInsertArgs){.id = token->id,
                                                   .person = token->person,
                                                   .name = token->name,
                                                   .prefix = token->prefix,
                                                   .token_hash = token->hash,
                                                   .scopes = token->scopes,
                                                   .now = now,
                                                   .until = token->until.ms ? &token->until : NULL}));
    return audit(tx, now, token->person, "token.make", token->id, token->scopes);
}

Err *password_set(Tx *tx, Time now, Id person, Str hash)
{
    TRY(password_put(tx, person, hash, now));
    return audit(tx, now, person, "password.set", person, (Str){0});
}

/* ---- who is asking ---- */

static void grants_take(Req *r, const GrantRoleList *held, unsigned asleep)
{
    GrantRoleList rows = known_still(r->arena, held, r->now);
    Grant *grants = NEW_ARRAY(r->arena, Grant, rows.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < rows.len; i++) {
        unsigned role = role_find(rows.at[i].role);
        r->asleep |= role & asleep;
        if (len == 0 || grants[len - 1].org != rows.at[i].org)
            grants[len++].org = rows.at[i].org;
        grants[len - 1].roles |= role & ~asleep;
        r->roles |= role & ~asleep;
    }
    r->grants = (GrantList){grants, len};
}

/* The disabled, the waiting and the leaving keep what is theirs: their own pages, export and deletion. Elsewhere they
   are visitors. */
static bool may_act(const Req *r, Str state)
{
    if (str_eq(state, STR("active")))
        return true;
    return str_eq(r->path, STR("/me")) || str_starts(r->path, STR("/me/")) || str_eq(r->path, STR("/sign-out")) ||
           str_eq(r->path, STR("/api/v1/me"));
}

static Err *write_seen(Tx *tx, void *arg)
{
    const Touch *touch = arg;
    int64_t count;
    return touch->sleep ? session_sleep(tx, touch->id, touch->now, &count)
                        : session_seen(tx, touch->id, touch->now, &count);
}

static Err *session_find(Req *r, Str hash, SessionPerson *row, GrantRoleList *roles, bool *found)
{
    KnownVersion version = known_version(r->store);
    *found = known_session(r->arena, version, hash, row, roles);
    if (*found)
        return NULL;
    TRY(session_by_token(&r->db, hash, row, found));
    if (!*found)
        return NULL;
    TRY(grant_roles_of(&r->db, row->person, r->now, roles));
    known_keep_session(version, hash, row, roles);
    return NULL;
}

static Err *token_find(Req *r, Str hash, TokenPerson *row, GrantRoleList *roles, bool *found)
{
    KnownVersion version = known_version(r->store);
    *found = known_token(r->arena, version, hash, row, roles);
    if (*found)
        return NULL;
    TRY(api_token_by_hash(&r->db, hash, row, found));
    if (!*found)
        return NULL;
    TRY(grant_roles_of(&r->db, row->person, r->now, roles));
    known_keep_token(version, hash, row, roles);
    return NULL;
}

static Err *session_take(Req *r, Str token)
{
    SessionPerson row;
    GrantRoleList roles;
    bool found;
    if (token.len != TOKEN_LETTERS)
        return NULL;
    TRY(session_find(r, secret_hash(r->arena, "millet.session", token), &row, &roles, &found));
    if (!found || !may_act(r, row.state))
        return NULL;
    int64_t idle = r->now.ms - row.seen_at.ms, age = r->now.ms - row.made_at.ms;
    if (idle > config_int("session_idle_days") * DAY_MS || age > config_int("session_days") * DAY_MS)
        return NULL;
    r->who = row.person;
    r->session = row.id;
    r->who_name = row.name;
    if (row.lang.len && lang_find(row.lang))
        r->lang = lang_find(row.lang);
    bool active = str_eq(row.state, STR("active"));
    bool awake = active && idle <= config_int("staff_idle_minutes") * MINUTE_MS &&
                 r->now.ms - row.proved_at.ms <= config_int("staff_hours") * HOUR_MS;
    if (active)
        grants_take(r, &roles, awake ? 0 : STAFF);
    bool staff = r->roles & STAFF;
    Touch touch = {.id = row.id, .now = r->now, .sleep = !awake && row.proved_at.ms != 0};
    if (touch.sleep || idle > (staff ? STAFF_SEEN_MS : MEMBER_SEEN_MS)) {
        Err *err = db_write(r->store, r->arena, write_seen, &touch);
        if (err && touch.sleep) /* a right that should sleep must not wake by itself with the next request */
            return err;
    }
    return NULL;
}

static StrList words_of(Arena *arena, Str text)
{
    StrList list = {NEW_ARRAY(arena, Str, text.len / 2 + 1), 0};
    for (Str word; text.len;) {
        str_cut(text, ' ', &word, &text);
        if (word.len)
            list.at[list.len++] = word;
    }
    return list;
}

static Err *write_token_used(Tx *tx, void *arg)
{
    const Touch *touch = arg;
    int64_t count;
    return api_token_used(tx, touch->id, touch->day, &count);
}

static Err *token_take(Req *r, Str token)
{
    TokenPerson row;
    GrantRoleList roles;
    bool found;
    TRY(token_find(r, secret_hash(r->arena, "millet.api_token", token), &row, &roles, &found));
    if (!found || (row.has_until && row.until.ms <= r->now.ms) || !may_act(r, row.state))
        return err_new(r->arena, ERR_DENIED, "access.token");
    r->who = row.person;
    r->who_name = row.name;
    r->bearer = true;
    r->scopes = words_of(r->arena, row.scopes);
    if (str_eq(row.state, STR("active")))
        grants_take(r, &roles, 0);
    Touch touch = {.id = row.id, .day = time_date(r->now, r->village.zone)};
    if (!row.has_used_on || row.used_on.days != touch.day.days) /* only the day is kept; a failure here costs nothing */
        (void)db_write(r->store, r->arena, write_token_used, &touch);
    return NULL;
}

/* Before the first start there is nothing else to see. */
static bool leads_to_start(const Req *r)
{
    static const char *const open[] = {"/start", "/language", "/healthz", "/metrics"};
    if (r->village.org || r->api || r->method != METHOD_GET || str_starts(r->path, STR("/assets/")))
        return false;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (str_eq(r->path, str_of(open[i])))
            return false;
    return true;
}

Err *identity_authenticate(Req *r)
{
    if (leads_to_start(r))
        return reply_see(r, "/start");
    Str bearer = req_header(r, "authorization");
    if (bearer.len > 7 && str_eq_nocase(str_slice(bearer, 0, 7), STR("Bearer ")))
        return token_take(r, str_trim(str_slice(bearer, 7, bearer.len)));
    return session_take(r, req_cookie(r, SESSION_COOKIE));
}

Err *need_fresh(Req *r)
{
    SessionPerson row;
    bool found = false;
    if (r->session)
        TRY(session_by_token(&r->db, secret_hash(r->arena, "millet.session", req_cookie(r, SESSION_COOKIE)), &row,
                             &found));
    if (found && row.id == r->session && r->now.ms - row.proved_at.ms <= FRESH_MS)
        return NULL;
    return err_new(r->arena, ERR_DENIED, "access.confirm");
}

/* ---- what a browser is called in the list of devices: coarse, so that it tells its owner enough and nobody else much
 * ---- */

static const char *first_in(Str text, const char *const (*table)[2])
{
    for (size_t i = 0; table[i][0]; i++)
        if (str_find(text, str_of(table[i][0])) != SIZE_MAX)
            return table[i][1];
    return NULL;
}

Str device_name(Arena *arena, Str user_agent)
{
    /* Most browsers also claim to be the ones below them, so the order decides. */
    static const char *const browsers[][2] = {{"MicroMessenger", "WeChat"},
                                              {"QQBrowser", "QQ Browser"},
                                              {"UCBrowser", "UC Browser"},
                                              {"SamsungBrowser", "Samsung Internet"},
                                              {"EdgA", "Edge"},
                                              {"Edg", "Edge"},
                                              {"OPR/", "Opera"},
                                              {"Firefox", "Firefox"},
                                              {"FxiOS", "Firefox"},
                                              {"CriOS", "Chrome"},
                                              {"Chrom", "Chrome"},
                                              {"Safari", "Safari"},
                                              {"curl", "curl"},
                                              {NULL, NULL}};
    static const char *const systems[][2] = {
        {"HarmonyOS", "HarmonyOS"}, {"KAIOS", "KaiOS"},  {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Windows", "Windows"},     {"Mac OS X", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"},   {NULL, NULL}};
    const char *browser = first_in(user_agent, browsers), *system = first_in(user_agent, systems);
    if (browser && system)
        return str_format(arena, "%s, %s", browser, system);
    return str_of(browser ? browser : system);
}
