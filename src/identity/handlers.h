/* Handlers of identity's pages, for its route table. */
#pragma once
#include "web/web.h"

Err *show_start(Req *r), *start_village(Req *r);
Err *show_sign_in(Req *r), *sign_in(Req *r), *sign_out(Req *r);
Err *show_sign_in_code(Req *r), *sign_in_code(Req *r);
Err *show_slip(Req *r), *sign_in_slip_link(Req *r), *show_sign_in_slip(Req *r), *sign_in_slip_digits(Req *r);
Err *show_confirm(Req *r), *confirm_password(Req *r);
Err *show_join(Req *r), *ask_to_join(Req *r);
Err *show_invitation(Req *r), *join_invited(Req *r), *accept_invitation(Req *r);
Err *show_me(Req *r), *show_profile(Req *r), *change_profile(Req *r);
Err *show_password(Req *r), *change_password(Req *r);
Err *show_devices(Req *r), *sign_out_device(Req *r), *sign_out_others(Req *r);
Err *show_codes(Req *r), *make_codes(Req *r);
Err *show_tokens(Req *r), *make_token(Req *r), *end_token(Req *r);
Err *show_household(Req *r), *name_household(Req *r), *leave_household(Req *r), *invite_household(Req *r);
Err *show_my_data(Req *r), *export_me(Req *r), *leave_village(Req *r), *stay_in_village(Req *r);
Err *show_people(Req *r), *show_person(Req *r), *show_person_new(Req *r), *add_person(Req *r);
Err *approve_person(Req *r), *refuse_person(Req *r), *disable_person(Req *r), *enable_person(Req *r);
Err *give_role(Req *r), *take_role(Req *r), *print_slip(Req *r);
Err *show_invitations(Req *r), *make_invitation(Req *r), *end_invitation(Req *r);
Err *show_orgs(Req *r), *show_org(Req *r), *show_org_new(Req *r), *add_org(Req *r), *show_org_edit(Req *r),
    *change_org(Req *r);
Err *show_village(Req *r), *change_village(Req *r);
Err *show_today(Req *r), *identity_today_items(Req *r, Today *today);
Err *show_me_json(Req *r);
extern const Shape me_shape;

/* Scopes of tokens: those that some route asks for, with read and write. "token.scope_unknown", "token.scope_none". */
StrList scopes_known(Arena *arena);
Err *scopes_check(Arena *arena, StrList wanted, Str *joined);
