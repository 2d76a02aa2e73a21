/* Pages of joining: by asking, by invitation. */
#include "identity/handlers.h"

#include <string.h>

#include "identity/enter.h"
#include "identity/invite.h"
#include "identity/secret.h"
#include "identity/templates.h"

typedef struct Joining {
    const JoinForm *form;
    Str hash;
    const char *state;
    const Invitation *invitation; /* NULL: asks, or the door is open */
    Id founding, person;
    Str lang;
} Joining;

static Err *write_join(Tx *tx, Time now, void *what)
{
    Joining *join = what;
    const JoinForm *form = join->form;
    NewPerson person = {.name = form->name,
                        .sign_name = form->sign_name,
                        .phone = form->phone,
                        .email = form->email,
                        .lang = join->lang,
                        .request = form->request,
                        .state = join->state};
    TRY(person_add(tx, now, 0, &person, &join->person));
    TRY(password_set(tx, now, join->person, join->hash));
    if (join->invitation)
        return invitation_accept(tx, now, join->invitation, join->person, join->founding);
    if (strcmp(join->state, "active") == 0)
        return grant_add(tx, now, join->person, join->person, join->founding, ROLE_MEMBER);
    return announce(tx, "person.asked", join->person, now);
}

static Err *join_by(Req *r, const JoinForm *form, Joining *join)
{
    PasswordFor whose = {form->name, form->sign_name, form->phone, form->email, r->village.name};
    TRY(password_check(r->arena, form->password, &whose, "password"));
    join->form = form;
    join->founding = r->village.org;
    join->lang = str_of(lang_tag(r->lang));
    TRY(password_hash(r->arena, form->password, &join->hash));
    Entry entry = {.proved = true, .also = write_join, .what = join, .person_made = &join->person};
    return identity_enter(r, &entry);
}

/* ---- by asking ---- */

static Err *show_join_page(Req *r, JoinView *view, const Shape *shape)
{
    JoinForm form = r->form_shape == shape ? *(const JoinForm *)r->form_values : (JoinForm){0};
    form.password = (Str){0};
    view->form = &form;
    view->village = r->village.name;
    view->signed_in = r->who != 0;
    PageHead head = {.title = tr(r->lang, N_("Join")), .place = "/me", .back = STR("/sign-in")};
    Page *page = page_begin(r, &head);
    identity_join(page, view);
    return page_end(page);
}

static Err *joining_of(Req *r, Str *joining)
{
    TRY(setting_get(&r->db, "joining", STR("request"), joining));
    return str_eq(*joining, STR("invitation")) ? err_new(r->arena, ERR_DENIED, "join.by_invitation") : NULL;
}

Err *show_join(Req *r)
{
    Str joining;
    TRY(joining_of(r, &joining));
    JoinView view = {.open = str_eq(joining, STR("open")), .path = STR("/join")};
    return show_join_page(r, &view, &join_form);
}

Err *ask_to_join(Req *r)
{
    JoinForm form = {0};
    Str joining;
    TRY(joining_of(r, &joining));
    bool open = str_eq(joining, STR("open"));
    Joining one = {.state = open ? "active" : "waiting"};
    Err *err = take(r, &join_form, &form);
    if (!err)
        err = join_by(r, &form, &one);
    if (err)
        return reply_form_again(r, err, show_join);
    if (open)
        reply_notice(r, N_("Welcome! You are a member now."));
    return reply_see(r, open ? "/" : "/me");
}

/* ---- by invitation ---- */

Err *show_invitation(Req *r)
{
    Invitation invitation;
    TRY(invitation_find(&r->db, r->now, take_param(r, 0), &invitation));
    bool member_only = !invitation.role.len || str_eq(invitation.role, STR("member"));
    JoinView view = {.invited = true,
                     .path = str_format(r->arena, "/invite/%.*s", STR_ARG(secret_typed(r->arena, take_param(r, 0)))),
                     .org_name = invitation.org_name,
                     .role = member_only ? (Str){0} : role_label(r, invitation.role),
                     .into_household = invitation.has_household};
    return show_join_page(r, &view, &invited_form);
}

Err *join_invited(Req *r)
{
    JoinForm form = {0};
    Invitation invitation;
    TRY(invitation_find(&r->db, r->now, take_param(r, 0), &invitation));
    Joining one = {.state = "active", .invitation = &invitation};
    Err *err = take(r, &invited_form, &form);
    if (!err)
        err = join_by(r, &form, &one);
    if (err && err->kind != ERR_MISSING)
        return reply_form_again(r, err, show_invitation);
    TRY(err);
    reply_notice(r, N_("Welcome! You are a member now."));
    return reply_see(r, "/me");
}

typedef struct Accept {
    const Invitation *invitation;
    Id person, founding;
    Time now;
} Accept;

static Err *write_accept(Tx *tx, void *arg)
{
    const Accept *accept = arg;
    return invitation_accept(tx, accept->now, accept->invitation, accept->person, accept->founding);
}

/* Somebody who has an account already takes the invitation with it. */
Err *accept_invitation(Req *r)
{
    Invitation invitation;
    TRY(invitation_find(&r->db, r->now, take_param(r, 0), &invitation));
    Accept accept = {&invitation, r->who, r->village.org, r->now};
    TRY(db_write(r->store, r->arena, write_accept, &accept));
    reply_notice(r, N_("Done: you have taken the invitation."));
    return reply_see(r, "/me");
}
