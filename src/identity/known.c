/* A bounded table in memory, 4 MB at most: places of fixed size in sets of four, by hash; in a full set the least lately used gives way.
   What does not fit, and who is not active, is not kept. */
#include "identity/known.h"

#include <pthread.h>
#include <string.h>

enum { SETS = 2048, WAYS = 4, HASH = 64, NAME_MAX = 64, SCOPES_MAX = 96, WORD_MAX = 16, ROLES_MAX = 4 };

typedef struct KeptRole {
    Id org;
    Time until;
    bool has_until;
    char role[WORD_MAX];
} KeptRole;

typedef struct Known {
    char hash[HASH]; /* all zero: a free place */
    uint64_t version, used;
    bool token;
    union { /* their texts point nowhere: they stand below */
        SessionPerson session;
        TokenPerson bearer;
    };
    char name[NAME_MAX], lang[WORD_MAX], scopes[SCOPES_MAX];
    KeptRole roles[ROLES_MAX];
    size_t roles_len;
} Known;

static struct {
    pthread_mutex_t lock;
    uint64_t uses;
    Known at[SETS][WAYS];
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

KnownVersion known_version(const Store *store)
{
    return (KnownVersion){store_version_of(store, &identity_statements[0]), !store_is_postgres(store)};
}

/* The place of this hash, or the one of its set to be used for it. */
static Known *place_of(Str hash)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) /* hexadecimal of a hash: any part is as good as another */
        value = value << 4 | (uint64_t)(hash.at[i] & 15) | (hash.at[i] > '9' ? 8u : 0u);
    Known *set = known.at[value % SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].hash, hash.at, HASH) == 0)
            return &set[i];
        if (set[i].used < oldest->used)
            oldest = &set[i];
    }
    return oldest;
}

/* ---- into the table ---- */

static bool put(char *to, size_t room, Str text)
{
    if (text.len >= room)
        return false;
    memcpy(to, text.at ? text.at : "", text.len);
    to[text.len] = 0;
    return true;
}

static bool put_roles(Known *out, const GrantRoleList *roles)
{
    if (roles->len > ROLES_MAX)
        return false;
    for (size_t i = 0; i < roles->len; i++) {
        const GrantRole *role = &roles->at[i];
        KeptRole *to = &out->roles[i];
        to->org = role->org;
        to->has_until = role->has_until;
        to->until = role->until;
        if (!put(to->role, sizeof to->role, role->role))
            return false;
    }
    out->roles_len = roles->len;
    return true;
}

static void keep(KnownVersion version, Str hash, Known *one)
{
    if (!version.exact || hash.len != HASH)
        return;
    memcpy(one->hash, hash.at, HASH);
    one->version = version.of;
    pthread_mutex_lock(&known.lock);
    one->used = ++known.uses;
    *place_of(hash) = *one;
    pthread_mutex_unlock(&known.lock);
}

void known_keep_session(KnownVersion version, Str hash, const SessionPerson *row, const GrantRoleList *roles)
{
    Known one = {.session = *row};
    if (put(one.name, sizeof one.name, row->name) && put(one.lang, sizeof one.lang, row->lang) &&
        str_eq(row->state, STR("active")) && put_roles(&one, roles))
        keep(version, hash, &one);
}

void known_keep_token(KnownVersion version, Str hash, const TokenPerson *row, const GrantRoleList *roles)
{
    Known one = {.token = true, .bearer = *row};
    if (put(one.name, sizeof one.name, row->name) && put(one.lang, sizeof one.lang, row->lang) && str_eq(row->state, STR("active")) &&
        put(one.scopes, sizeof one.scopes, row->scopes) && put_roles(&one, roles))
        keep(version, hash, &one);
}

/* ---- out of it ---- */

static bool find(KnownVersion version, Str hash, bool token, Known *out)
{
    if (!version.exact || hash.len != HASH)
        return false;
    pthread_mutex_lock(&known.lock);
    Known *place = place_of(hash);
    bool found = place->version == version.of && place->token == token && memcmp(place->hash, hash.at, HASH) == 0;
    if (found) {
        place->used = ++known.uses;
        *out = *place;
    }
    pthread_mutex_unlock(&known.lock);
    return found;
}

static void roles_out(Arena *arena, const Known *one, GrantRoleList *out)
{
    *out = (GrantRoleList){NEW_ARRAY(arena, GrantRole, one->roles_len + 1), one->roles_len};
    for (size_t i = 0; i < out->len; i++)
        out->at[i] = (GrantRole){.org = one->roles[i].org, .role = str_copy(arena, str_of(one->roles[i].role)),
                                 .until = one->roles[i].until, .has_until = one->roles[i].has_until};
}

bool known_session(Arena *arena, KnownVersion version, Str hash, SessionPerson *row, GrantRoleList *roles)
{
    Known one;
    if (!find(version, hash, false, &one))
        return false;
    *row = one.session;
    row->name = str_copy(arena, str_of(one.name));
    row->state = STR("active");
    row->lang = str_copy(arena, str_of(one.lang));
    roles_out(arena, &one, roles);
    return true;
}

bool known_token(Arena *arena, KnownVersion version, Str hash, TokenPerson *row, GrantRoleList *roles)
{
    Known one;
    if (!find(version, hash, true, &one))
        return false;
    *row = one.bearer;
    row->name = str_copy(arena, str_of(one.name));
    row->state = STR("active");
    row->lang = str_copy(arena, str_of(one.lang));
    row->scopes = str_copy(arena, str_of(one.scopes));
    roles_out(arena, &one, roles);
    return true;
}

GrantRoleList known_still(Arena *arena, const GrantRoleList *roles, Time now)
{
    GrantRoleList out = {NEW_ARRAY(arena, GrantRole, roles->len + 1), 0};
    for (size_t i = 0; i < roles->len; i++)
        if (!roles->at[i].has_until || roles->at[i].until.ms > now.ms)
            out.at[out.len++] = roles->at[i];
    return out;
}
