/* Roles as people read them, and who may give which. */
#include "identity/roles.h"

#include <string.h>

Err *role_lines_of(Req *r, Id person, RoleLineList *out)
{
    GrantRowList rows;
    TRY(grant_list_by_person(&r->db, person, r->now, &rows));
    *out = (RoleLineList){NEW_ARRAY(r->arena, RoleLine, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len;) {
        size_t first = i;
        StrList words = {NEW_ARRAY(r->arena, Str, rows.len), 0};
        for (; i < rows.len && rows.at[i].org == rows.at[first].org; i++)
            words.at[words.len++] = role_label(r, rows.at[i].role);
        out->at[out->len++] = (RoleLine){.org_name = rows.at[first].org_name, .roles = person_words(r, words)};
    }
    return NULL;
}

/* An administrator of an organisation gives its roles; one of the founding co-operative those of every organisation. */
bool may_grant(Req *r, Id org, Role role)
{
    return *role_name(role) && has_role(r, org, ROLE_ADMIN);
}

OptionViewList grantable_roles(Req *r, Id org, Str chosen)
{
    OptionViewList list = {NEW_ARRAY(r->arena, OptionView, 32), 0};
    for (const RoleName *row = role_names; row->name && list.len < 32; row++)
        if (may_grant(r, org, row->role))
            list.at[list.len++] =
                (OptionView){str_of(row->name), tr(r->lang, row->label), str_eq(chosen, str_of(row->name))};
    return list;
}

Err *grantable_orgs(Req *r, Id chosen, OptionViewList *out)
{
    OrgList orgs;
    TRY(org_list(&r->db, 500, &orgs));
    *out = (OptionViewList){NEW_ARRAY(r->arena, OptionView, orgs.len + 1), 0};
    for (int founding_first = 1; founding_first >= 0; founding_first--)
        for (size_t i = 0; i < orgs.len; i++) {
            const Org *org = &orgs.at[i];
            if ((org->id == r->village.org) == (founding_first == 1) && org->open && has_role(r, org->id, ROLE_ADMIN))
                out->at[out->len++] = (OptionView){id_text(r->arena, org->id), org->name, org->id == chosen};
        }
    return NULL;
}
