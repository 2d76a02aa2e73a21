/* Organisations, the roles people hold in them, and the founding of the co-operative. */
#include <string.h>

#include "base/text.h"
#include "identity/people.h"

enum { SLUG_BYTES_MAX = 60, SLUG_TRIES_MAX = 50 };

static bool kind_known(const char *kind)
{
    static const char *const kinds[] = {"farm", "cooperative", "hub", "shop", "office"};
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static Err *slug_free(Db *db, Str wanted, Str *out)
{
    Arena *arena = db->arena;
    Str slug = text_slug(arena, wanted, SLUG_BYTES_MAX);
    if (!slug.len || str_eq(slug, STR("new")))
        slug = str_format(arena, "%.*s-1", STR_ARG(slug.len ? slug : STR("org")));
    for (int i = 2; i < SLUG_TRIES_MAX; i++) {
        Org other;
        bool taken;
        *out = i == 2 ? slug : str_format(arena, "%.*s-%d", STR_ARG(slug), i - 1);
        TRY(org_by_slug(db, *out, &other, &taken));
        if (!taken)
            return NULL;
    }
    *out = str_format(arena, "%.*s-%.*s", STR_ARG(slug), STR_ARG(id_text(arena, id_mint())));
    return NULL;
}

Err *org_add(Tx *tx, Time now, Id by, const NewOrg *org, Id *out)
{
    Arena *arena = tx->db.arena;
    Str name = str_trim(org->name), slug;
    if (!name.len || !utf8_valid(name))
        return err_field(arena, "org.name_bad", "name");
    if (!kind_known(org->kind))
        return err_field(arena, "org.kind_bad", "kind");
    TRY(slug_free(&tx->db, org->slug.len ? org->slug : name, &slug));
    *out = id_mint();
    TRY(org_insert(tx, &(OrgInsertArgs){.id = *out,
                                        .kind = str_of(org->kind),
                                        .slug = slug,
                                        .name = name,
                                        .place = str_trim(org->place),
                                        .story = org->story,
                                        .langs = org->langs,
                                        .now = now}));
    return audit(tx, now, by, "org.add", *out, str_of(org->kind));
}

static OrgCard card_of(const Org *row)
{
    return (OrgCard){.id = row->id,
                     .kind = row->kind,
                     .slug = row->slug,
                     .name = row->name,
                     .place = row->place,
                     .story = row->story,
                     .langs = row->langs,
                     .open = row->open};
}

Err *org_card(Db *db, Id id, OrgCard *out)
{
    Org row;
    bool found;
    TRY(org_by_id(db, id, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "org.missing");
    *out = card_of(&row);
    return NULL;
}

Err *org_card_by_slug(Db *db, Str slug, OrgCard *out)
{
    Org row;
    bool found;
    TRY(org_by_slug(db, slug, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "org.missing");
    *out = card_of(&row);
    return NULL;
}

Err *village_found(Tx *tx, Time now, const Founding *founding, Id *org)
{
    Str known;
    TRY(setting_get(&tx->db, "village.org", (Str){0}, &known));
    if (known.len)
        return err_new(tx->db.arena, ERR_CONFLICT, "start.done");
    if (!zone_valid(founding->zone))
        return err_field(tx->db.arena, "start.zone_bad", "zone");
    NewOrg coop = {.kind = "cooperative", .name = founding->name, .place = founding->place, .langs = founding->lang};
    TRY(org_add(tx, now, 0, &coop, org));
    TRY(setting_put(tx, "village.name", str_trim(founding->name)));
    TRY(setting_put(tx, "village.place", str_trim(founding->place)));
    TRY(setting_put(tx, "village.currency", founding->currency));
    TRY(setting_put(tx, "village.zone", founding->zone));
    TRY(setting_put(tx, "village.lang", founding->lang));
    return setting_put(tx, "village.org", id_text(tx->db.arena, *org));
}

/* ---- roles ---- */

unsigned role_find(Str name)
{
    for (const RoleName *row = role_names; row->name; row++)
        if (str_eq(name, str_of(row->name)))
            return row->role;
    return 0;
}

const char *role_name(unsigned role)
{
    for (const RoleName *row = role_names; row->name; row++)
        if (row->role == role)
            return row->name;
    return "";
}

Err *grant_add(Tx *tx, Time now, Id by, Id person, Id org, Role role)
{
    const char *name = role_name(role);
    GrantRoleList held;
    if (!*name)
        return err_field(tx->db.arena, "grant.role_bad", "role");
    TRY(grant_roles_of(&tx->db, person, now, &held));
    for (size_t i = 0; i < held.len; i++)
        if (held.at[i].org == org && str_eq(held.at[i].role, str_of(name)))
            return NULL;
    TRY(grant_insert(tx, &(GrantInsertArgs){.id = id_mint(),
                                            .person = person,
                                            .org = org,
                                            .role = str_of(name),
                                            .since = now,
                                            .given_by = by ? &by : NULL}));
    return audit(tx, now, by, "grant.add", person,
                 str_format(tx->db.arena, "%s %.*s", name, STR_ARG(id_text(tx->db.arena, org))));
}

Err *admin_stays(Tx *tx, Time now, Id person, Id founding)
{
    Total others;
    GrantRoleList held;
    TRY(grant_roles_of(&tx->db, person, now, &held));
    for (size_t i = 0; i < held.len; i++) {
        if (held.at[i].org != founding || !str_eq(held.at[i].role, STR("admin")))
            continue;
        TRY(grant_count_admins(&tx->db, founding, person, now, &others));
        if (others.total == 0)
            return err_new(tx->db.arena, ERR_CONFLICT, "grant.last_admin");
    }
    return NULL;
}

Err *grant_take(Tx *tx, Time now, Id by, Id person, Id org, Role role)
{
    Arena *arena = tx->db.arena;
    Str founding;
    Id founding_id = 0;
    int64_t ended;
    TRY(setting_get(&tx->db, "village.org", (Str){0}, &founding));
    if (role == ROLE_ADMIN && id_parse(founding, &founding_id) && founding_id == org)
        TRY(admin_stays(tx, now, person, org));
    TRY(grant_end(tx, person, org, str_of(role_name(role)), by ? &by : NULL, now, &ended));
    if (!ended)
        return NULL;
    return audit(tx, now, by, "grant.take", person,
                 str_format(arena, "%s %.*s", role_name(role), STR_ARG(id_text(arena, org))));
}
