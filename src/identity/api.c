/* The API about oneself. */
#include "identity/handlers.h"

#include "identity/people.h"

typedef struct GrantOut {
    Id org;
    Str org_name;
    StrList roles;
} GrantOut;

static const Field grant_out_fields[] = {
    FIELD(GrantOut, org, FIELD_ID, .label = N_("The organisation")),
    FIELD(GrantOut, org_name, FIELD_STR, .label = N_("Its name")),
    FIELD(GrantOut, roles, FIELD_STRS, .label = N_("What the person may do there")),
};
static const Shape grant_out_shape = SHAPE(GrantOut, "Roles", grant_out_fields);

typedef struct MeOut {
    Id id, household;
    Str name, sign_name, phone, email, lang, state;
    StrList scopes;
    struct {
        GrantOut *at;
        size_t len;
    } grants;
} MeOut;

static const Field me_fields[] = {
    FIELD(MeOut, id, FIELD_ID, .label = N_("The person")),
    FIELD(MeOut, name, FIELD_STR, .label = N_("As others see it")),
    FIELD(MeOut, sign_name, FIELD_STR, .label = N_("What they type to sign in")),
    FIELD(MeOut, phone, FIELD_STR),
    FIELD(MeOut, email, FIELD_STR),
    FIELD(MeOut, lang, FIELD_STR, .label = N_("Language tag, or empty")),
    FIELD(MeOut, state, FIELD_STR, .one_of = "waiting|active|disabled|leaving"),
    FIELD(MeOut, household, FIELD_ID),
    FIELD(MeOut, grants, FIELD_LIST, .shape = &grant_out_shape, .label = N_("Roles, organisation by organisation")),
    FIELD(MeOut, scopes, FIELD_STRS, .label = N_("What the token may do; empty for a session")),
};
const Shape me_shape = SHAPE(MeOut, "Me", me_fields);

Err *show_me_json(Req *r)
{
    Person me;
    GrantRowList rows;
    TRY(person_must(&r->db, r->who, &me));
    TRY(grant_list_by_person(&r->db, r->who, r->now, &rows));
    MeOut out = {.id = me.id,
                 .household = me.household,
                 .name = me.name,
                 .sign_name = me.sign_name,
                 .phone = me.phone,
                 .email = me.email,
                 .lang = me.lang,
                 .state = me.state,
                 .scopes = r->scopes};
    out.grants.at = NEW_ARRAY(r->arena, GrantOut, rows.len + 1);
    for (size_t i = 0; i < rows.len;) {
        GrantOut *grant = &out.grants.at[out.grants.len++];
        *grant = (GrantOut){.org = rows.at[i].org, .org_name = rows.at[i].org_name};
        grant->roles.at = NEW_ARRAY(r->arena, Str, rows.len);
        for (; i < rows.len && rows.at[i].org == grant->org; i++)
            grant->roles.at[grant->roles.len++] = rows.at[i].role;
    }
    return reply_json(r, 200, &me_shape, &out);
}
