/* Pages of a household: people who share an account of the co-operative. */
#include "identity/handlers.h"

#include "identity/enter.h"
#include "identity/invite.h"
#include "identity/templates.h"
#include "web/qr.h"

enum { HOUSEHOLD_LINK_DAYS = 7, HOUSEHOLD_LINK_USES = 10 };

static Err *show_page(Req *r, const NewInvitation *invitation)
{
    Person me;
    Household row = {0};
    HouseholdForm form = {0};
    TRY(person_must(&r->db, r->who, &me));
    HouseholdView view = {.has = me.has_household};
    if (me.has_household) {
        TRY(household_by_id(&r->db, me.household, &row, &view.has));
        TRY(person_list_by_household(&r->db, me.household, &view.people));
    }
    view.name = form.name = row.name;
    if (r->form_shape == &household_form)
        form = *(const HouseholdForm *)r->form_values;
    view.form = &form;
    if (invitation) {
        view.link = link_of(r, "/invite/", invitation->token);
        view.qr = qr_svg(r->arena, view.link, tr(r->lang, N_("QR code of the invitation")));
        view.until = time_date(invitation->until, r->village.zone);
    }
    PageHead head = {.title = tr(r->lang, N_("Household")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_household(page, &view);
    return page_end(page);
}

Err *show_household(Req *r)
{
    return show_page(r, NULL);
}

typedef struct Naming {
    Id person, fresh;
    Str name;
    Time now;
} Naming;

static Err *write_name(Tx *tx, void *arg)
{
    const Naming *naming = arg;
    Person me;
    int64_t count;
    TRY(person_must(&tx->db, naming->person, &me));
    if (me.has_household) {
        TRY(household_rename(tx, me.household, naming->name, &count));
        return audit(tx, naming->now, naming->person, "household.rename", me.household, (Str){0});
    }
    TRY(household_insert(tx, naming->fresh, naming->name, naming->now));
    TRY(person_set_household(tx, naming->person, &naming->fresh, naming->now, &count));
    return audit(tx, naming->now, naming->person, "household.add", naming->fresh, (Str){0});
}

/* Makes a household, or renames the one there is. */
Err *name_household(Req *r)
{
    HouseholdForm form = {0};
    Err *err = take(r, &household_form, &form);
    Naming naming = {r->who, id_mint(), form.name, r->now};
    if (!err)
        err = db_write(r->store, r->arena, write_name, &naming);
    if (err)
        return reply_form_again(r, err, show_household);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/me/household");
}

static Err *write_leave(Tx *tx, void *arg)
{
    const Naming *leave = arg;
    int64_t count;
    TRY(person_set_household(tx, leave->person, NULL, leave->now, &count));
    return audit(tx, leave->now, leave->person, "household.leave", leave->person, (Str){0});
}

Err *leave_household(Req *r)
{
    Naming leave = {.person = r->who, .now = r->now};
    TRY(db_write(r->store, r->arena, write_leave, &leave));
    reply_notice(r, N_("You have left the household."));
    return reply_see(r, "/me/household");
}

static Err *write_link(Tx *tx, void *arg)
{
    const NewInvitation *invitation = arg;
    return invitation_put(tx, (Time){id_time_ms(invitation->id)}, invitation);
}

/* A link for the others who live here; the answer shows it once. */
Err *invite_household(Req *r)
{
    Person me;
    TRY(person_must(&r->db, r->who, &me));
    if (!me.has_household)
        return err_new(r->arena, ERR_CONFLICT, "household.none");
    NewInvitation invitation = {.org = r->village.org,
                                .by = r->who,
                                .household = me.household,
                                .role = "",
                                .uses = HOUSEHOLD_LINK_USES,
                                .until = {r->now.ms + (int64_t)HOUSEHOLD_LINK_DAYS * DAY_MS}};
    invitation_mint(r->arena, &invitation);
    TRY(db_write(r->store, r->arena, write_link, &invitation));
    return show_page(r, &invitation);
}
