/* Staff's page of invitations. */
#include "identity/handlers.h"

#include "identity/enter.h"
#include "identity/invite.h"
#include "identity/roles.h"
#include "identity/templates.h"
#include "web/qr.h"

/* Whoever administers any organisation may invite into it. */
static Err *show_page(Req *r, const NewInvitation *made)
{
    InvitationForm form = {.org = r->village.org, .role = STR("member"), .uses = 1, .days = 14};
    if (r->form_shape == &invitation_form)
        form = *(const InvitationForm *)r->form_values;
    InvitationsView view = {.form = &form, .village = r->village.name};
    InvitationList rows;
    TRY(invitation_list_open(&r->db, r->now, &rows));
    view.invitations.at = NEW_ARRAY(r->arena, Invitation, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        if (has_role(r, rows.at[i].org, ROLE_ADMIN)) {
            Invitation *line = &view.invitations.at[view.invitations.len++];
            *line = rows.at[i];
            line->role = role_label(r, line->role);
        }
    OptionViewList orgs;
    Id first;
    TRY(grantable_orgs(r, form.org, &orgs));
    if (!orgs.len || !id_parse(orgs.at[0].value, &first))
        return denied(r);
    view.org_field = field_of_choices(r, &invitation_form, "org", orgs, "select");
    view.role_field = field_of_choices(r, &invitation_form, "role", grantable_roles(r, first, form.role), "select");
    if (made) {
        OrgCard org;
        TRY(org_card(&r->db, made->org, &org));
        view.link = link_of(r, "/invite/", made->token);
        view.qr = qr_svg(r->arena, view.link, tr(r->lang, N_("QR code of the invitation")));
        view.org_name = org.name;
        view.role = role_label(r, str_of(made->role));
        view.until = time_date(made->until, r->village.zone);
        view.uses = made->uses;
    }
    PageHead head = {.title = tr(r->lang, N_("Invitations")), .place = "/people", .back = STR("/people")};
    Page *page = page_begin(r, &head);
    identity_invitations(page, &view);
    return page_end(page);
}

Err *show_invitations(Req *r)
{
    return show_page(r, NULL);
}

static Err *write_invitation(Tx *tx, void *arg)
{
    const NewInvitation *invitation = arg;
    return invitation_put(tx, (Time){id_time_ms(invitation->id)}, invitation);
}

static Err *invitation_by(Req *r, const InvitationForm *form, NewInvitation *made)
{
    OrgCard org;
    unsigned role = role_find(form->role);
    if (!role)
        return err_field(r->arena, "grant.role_bad", "role");
    TRY(org_card(&r->db, form->org, &org));
    if (!may_grant(r, form->org, (Role)role))
        return denied(r);
    if (role != ROLE_MEMBER) /* a link that gives rights is as strong as giving them */
        TRY(need_fresh(r));
    *made = (NewInvitation){.org = form->org,
                            .by = r->who,
                            .role = role_name(role),
                            .note = form->note,
                            .uses = form->uses,
                            .until = {r->now.ms + form->days * DAY_MS}};
    invitation_mint(r->arena, made);
    return db_write(r->store, r->arena, write_invitation, made);
}

Err *make_invitation(Req *r)
{
    InvitationForm form = {0};
    NewInvitation made;
    Err *err = take(r, &invitation_form, &form);
    if (!err)
        err = invitation_by(r, &form, &made);
    if (err)
        return reply_form_again(r, err, show_invitations);
    r->form_shape = NULL;
    return show_page(r, &made);
}

typedef struct EndInvitation {
    Id id, by;
    Time now;
} EndInvitation;

static Err *write_end(Tx *tx, void *arg)
{
    const EndInvitation *end = arg;
    int64_t count;
    TRY(invitation_end(tx, end->id, end->now, &count));
    return audit(tx, end->now, end->by, "invitation.end", end->id, (Str){0});
}

Err *end_invitation(Req *r)
{
    EndInvitation end = {.by = r->who, .now = r->now};
    Invitation row;
    bool found;
    TRY(take_id(r, 0, &end.id));
    TRY(invitation_by_id(&r->db, end.id, &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "invitation.gone");
    TRY(need_role(r, row.org, ROLE_ADMIN));
    TRY(db_write(r->store, r->arena, write_end, &end));
    reply_notice(r, N_("The invitation is taken back."));
    return reply_see(r, "/invitations");
}
