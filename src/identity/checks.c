/* What `millet verify` looks at in identity's tables. */
#include "identity/checks.h"

#include "identity/people.h"

typedef struct Look {
    Findings *findings;
    Arena *arena;
} Look;

static void complain(const Look *look, Id person, const char *what)
{
    finding(look->findings, "person %.*s: %s", STR_ARG(id_text(look->arena, person)), what);
}

static Err *look_at_person(void *arg, const PersonCheck *p)
{
    static const char *const states = " guest waiting active disabled leaving erased ";
    const Look *look = arg;
    look->findings->checked++;
    if (str_find(str_of(states), str_format(look->arena, " %.*s ", STR_ARG(p->state))) == SIZE_MAX)
        complain(look, p->id, "its state is none that we know");
    if (p->has_sign_key != p->has_sign_name ||
        (p->has_sign_name && !str_eq(p->sign_key, sign_key_of(look->arena, p->sign_name))))
        complain(look, p->id, "its sign-in name is not the one that is looked up");
    if (p->has_phone_tail != p->has_phone ||
        (p->has_phone && !str_eq(p->phone_tail, phone_tail(look->arena, p->phone))))
        complain(look, p->id, "its phone is not the one that is looked up");
    bool gone = str_eq(p->state, STR("erased")), guest = str_eq(p->state, STR("guest"));
    if (gone && (p->name.len || p->has_sign_name || p->has_phone || p->has_email || p->search.len))
        complain(look, p->id, "was erased, and something personal is still there");
    if (!gone && !guest && !p->has_sign_key)
        complain(look, p->id, "has an account but no name to sign in with");
    if (str_eq(p->state, STR("leaving")) != p->has_leave_at)
        complain(look, p->id, "leaves without a day, or has a day without leaving");
    return NULL;
}

Err *check_people(Db *db, Findings *findings)
{
    Look look = {findings, db->arena};
    return identity_each_person(db, look_at_person, &look);
}

static Err *look_at_grant(void *arg, const GrantCheck *g)
{
    const Look *look = arg;
    look->findings->checked++;
    if (!role_find(g->role))
        complain(look, g->person, "has a role that we do not know");
    if (g->has_until && g->until.ms < g->since.ms)
        complain(look, g->person, "has a role that ended before it began");
    return NULL;
}

Err *check_grants(Db *db, Findings *findings)
{
    Look look = {findings, db->arena};
    Total doubled;
    TRY(identity_each_grant(db, look_at_grant, &look));
    TRY(identity_double_grants(db, time_now(), &doubled));
    if (doubled.total)
        finding(findings, "%lld roles are given twice", (long long)doubled.total);
    return NULL;
}

Err *check_admin(Db *db, Findings *findings)
{
    Str founding;
    Id org = 0;
    Total admins;
    TRY(setting_get(db, "village.org", (Str){0}, &founding));
    if (!id_parse(founding, &org))
        return NULL; /* not set up yet */
    findings->checked++;
    TRY(grant_count_admins(db, org, 0, time_now(), &admins));
    if (!admins.total)
        finding(findings, "nobody administers the co-operative: millet user role NAME admin");
    return NULL;
}

Err *check_erased(Db *db, Findings *findings)
{
    Total left;
    TRY(identity_count_left_behind(db, &left));
    findings->checked++;
    if (left.total)
        finding(findings, "%lld erased people left passwords, sessions or codes behind", (long long)left.total);
    return NULL;
}
