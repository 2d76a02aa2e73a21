/* Partners: who may do what with our goods, and what is certified. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

enum { SOON_DAYS = 60 };
#define SPEAKERS (ROLE_SELLER | ROLE_ADMIN)

static const char *permission_word(Str permission)
{
    static const char *const words[][2] = {
        {"list_my_goods", N_("May sell my goods")}, {"price_my_goods", N_("May set the prices of my goods")},
        {"edit_my_listing", N_("May edit my listings")}, {"weigh_my_lines", N_("May weigh my lines")},
        {"edit_my_lines", N_("May change my lines")}, {"see_customer_name", N_("May see buyers' names")},
        {"see_customer_phone", N_("May see buyers' phone numbers")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(permission, str_of(words[i][0])))
            return words[i][1];
    return "";
}

static Err *permissions_read(Req *r, Id org, PartnersView *view)
{
    PartyGrantList rows;
    TRY(party_grant_list(&r->db, org, &rows));
    view->given.at = NEW_ARRAY(r->arena, PermissionRow, rows.len + 1);
    view->received.at = NEW_ARRAY(r->arena, PermissionRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const PartyGrant *g = &rows.at[i];
        bool given = g->from_org == org, offered = str_eq(g->state, STR("offered"));
        PermissionRowList *list = given ? &view->given : &view->received;
        list->at[list->len++] = (PermissionRow){g->id, tr(r->lang, permission_word(g->permission)), given ? g->to_name : g->from_name,
                                                given, offered, offered && !given};
    }
    return NULL;
}

static Err *certificates_read(Req *r, Id org, PartnersView *view)
{
    CertificateList rows;
    Date today = time_date(r->now, r->village.zone);
    TRY(certificate_list(&r->db, org, &rows));
    view->certificates.at = NEW_ARRAY(r->arena, CertificateRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const Certificate *c = &rows.at[i];
        bool valid = c->valid_from.days <= today.days && today.days <= c->valid_until.days;
        view->certificates.at[view->certificates.len++] =
            (CertificateRow){c->id, c->scheme, c->number, c->valid_from, c->valid_until, valid, valid && c->valid_until.days - today.days < SOON_DAYS};
    }
    return NULL;
}

Err *show_partners(Req *r)
{
    static const PermissionForm no_permission;
    static const CertificateForm no_certificate;
    CycleOrgQuery query = {0};
    PartnersView view = {0};
    OrgChoiceList others;
    OrgChoice own;
    Id org;
    bool found;
    view.form = r->form_shape == &permission_form ? r->form_values : &no_permission;
    view.certificate = r->form_shape == &certificate_form ? r->form_values : &no_certificate;
    query.org = view.form->org ? view.form->org : view.certificate->org;
    if (!query.org && r->method != METHOD_POST)
        TRY(take_query(r, &cycle_org_query, &query));
    TRY(org_choose(r, query.org, SPEAKERS, "/partners", &org, &view.orgs));
    TRY(party_org_by_id(&r->db, org, &own, &found));
    TRY(party_org_choices(&r->db, org, &others));
    view.org = id_text(r->arena, org);
    view.name = found ? own.name : STR("");
    view.others.at = NEW_ARRAY(r->arena, CyclePlaceView, others.len + 1);
    for (size_t i = 0; i < others.len; i++)
        view.others.at[view.others.len++] = (CyclePlaceView){others.at[i].id, others.at[i].name, others.at[i].id == view.form->to};
    TRY(permissions_read(r, org, &view));
    TRY(certificates_read(r, org, &view));
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Partners")), "/partners", STR(""));
    cycle_partners(page, &view);
    return page_end(page);
}

typedef struct Partnering {
    Id from, to, id, who, made;
    Str permission;
    const char *verb;
    const CertificateForm *certificate;
    Time now;
} Partnering;

static Err *back(Req *r, Id org)
{
    return reply_see(r, "/partners?org=%.*s", STR_ARG(id_text(r->arena, org)));
}

static Err *offer_write(Tx *tx, void *arg)
{
    Partnering *p = arg;
    return permission_offer(tx, p->from, p->to, p->permission, p->who, p->now, &p->made);
}

static Err *offer_try(Req *r, Id *org)
{
    PermissionForm form = {0};
    TRY(take(r, &permission_form, &form));
    if (!has_role(r, form.org, SPEAKERS))
        return denied(r);
    *org = form.org;
    Partnering p = {.from = form.org, .to = form.to, .permission = form.permission, .who = r->who, .now = r->now};
    return db_write(r->store, r->arena, offer_write, &p);
}

Err *offer_permission(Req *r)
{
    Id org = 0;
    Err *err = offer_try(r, &org);
    if (err)
        return reply_form_again(r, err, show_partners);
    reply_notice(r, N_("Offered. It counts when they accept."));
    return back(r, org);
}

static Err *act_write(Tx *tx, void *arg)
{
    const Partnering *p = arg;
    return permission_act(tx, p->id, p->verb, p->who, p->now);
}

Err *act_on_permission(Req *r)
{
    VerbForm form = {0};
    PartyGrant grant;
    Partnering p = {.who = r->who, .now = r->now};
    bool found;
    TRY(take(r, &verb_form, &form));
    TRY(take_id(r, 0, &p.id));
    TRY(party_grant_by_id(&r->db, p.id, &grant, &found));
    bool giver = found && has_role(r, grant.from_org, SPEAKERS), receiver = found && has_role(r, grant.to_org, SPEAKERS);
    if (!giver && !receiver)
        return err_new(r->arena, ERR_MISSING, "permission.missing");
    bool ends = str_eq(form.verb, STR("end"));
    if (!ends && !receiver)
        return denied(r);
    p.verb = str_z(r->arena, form.verb);
    TRY(db_write(r->store, r->arena, act_write, &p));
    return back(r, receiver && !giver ? grant.to_org : giver && !receiver ? grant.from_org : ends ? grant.from_org : grant.to_org);
}

static Err *certificate_write(Tx *tx, void *arg)
{
    const Partnering *p = arg;
    const CertificateForm *c = p->certificate;
    Id id = id_mint();
    TRY(certificate_insert(tx, &(CertificateInsertArgs){.id = id, .org = c->org, .scheme = c->scheme, .number = c->number,
                                                        .valid_from = c->valid_from, .valid_until = c->valid_until, .now = p->now}));
    return audit(tx, p->now, p->who, "certificate.add", id, STR(""));
}

static Err *certificate_try(Req *r, CertificateForm *form)
{
    TRY(take(r, &certificate_form, form));
    if (!has_role(r, form->org, SPEAKERS))
        return denied(r);
    if (form->valid_until.days < form->valid_from.days)
        return err_field(r->arena, "certificate.dates", "valid_until");
    Partnering p = {.certificate = form, .who = r->who, .now = r->now};
    return db_write(r->store, r->arena, certificate_write, &p);
}

Err *add_certificate(Req *r)
{
    CertificateForm form = {0};
    Err *err = certificate_try(r, &form);
    if (err)
        return reply_form_again(r, err, show_partners);
    reply_notice(r, N_("Saved."));
    return back(r, form.org);
}

static Err *withdraw_write(Tx *tx, void *arg)
{
    const Partnering *p = arg;
    int64_t count;
    TRY(certificate_withdraw(tx, p->id, p->from, p->now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_MISSING, "certificate.missing");
    return audit(tx, p->now, p->who, "certificate.withdraw", p->id, STR(""));
}

Err *withdraw_certificate(Req *r)
{
    CycleOrgQuery form = {0};
    Partnering p = {.who = r->who, .now = r->now};
    TRY(take(r, &cycle_org_query, &form));
    TRY(take_id(r, 0, &p.id));
    p.from = form.org;
    if (!has_role(r, p.from, SPEAKERS))
        return denied(r);
    TRY(db_write(r->store, r->arena, withdraw_write, &p));
    return back(r, p.from);
}
