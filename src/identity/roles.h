/* Inside identity: roles as people read them. */
#pragma once
#include "identity/enter.h"

Err *role_lines_of(Req *r, Id person, RoleLineList *out);
/* Roles that the asking person may give in this organisation, as choices. */
OptionViewList grantable_roles(Req *r, Id org, Str chosen);
bool may_grant(Req *r, Id org, Role role);
/* Organisations in which the asking person may give roles. */
Err *grantable_orgs(Req *r, Id chosen, OptionViewList *out);
