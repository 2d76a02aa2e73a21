/* Staff's pages about people: the list, one person, approving, roles, sign-in slips. */
#include "identity/handlers.h"

#include "base/text.h"
#include "identity/enter.h"
#include "identity/roles.h"
#include "identity/sign_in.h"
#include "identity/templates.h"
#include "web/qr.h"
#include "web/url.h"

enum { PEOPLE_A_PAGE = 20 };

/* ---- the list ---- */

static Str state_label(Req *r, Str state)
{
    if (str_eq(state, STR("waiting")))
        return tr(r->lang, N_("asks to join"));
    if (str_eq(state, STR("disabled")))
        return tr(r->lang, N_("blocked"));
    if (str_eq(state, STR("leaving")))
        return tr(r->lang, N_("leaves"));
    return (Str){0};
}

static Err *lines_of(Req *r, const PersonList *rows, PersonLineList *out)
{
    *out = (PersonLineList){NEW_ARRAY(r->arena, PersonLine, rows->len + 1), 0};
    for (size_t i = 0; i < rows->len && i < PEOPLE_A_PAGE; i++) {
        const Person *row = &rows->at[i];
        RoleLineList roles;
        TRY(role_lines_of(r, row->id, &roles));
        Buf text = buf_new(r->arena, 4096);
        for (size_t k = 0; k < roles.len; k++)
            buf_addf(&text, "%s%.*s: %.*s", k ? " · " : "", STR_ARG(roles.at[k].org_name), STR_ARG(roles.at[k].roles));
        out->at[out->len++] = (PersonLine){row->id,
                                           row->name,
                                           row->phone,
                                           buf_str(&text),
                                           state_label(r, row->state),
                                           row->request,
                                           time_date(row->made_at, r->village.zone)};
    }
    return NULL;
}

static Err *people_wanted(Req *r, const PeopleQuery *query, PersonList *rows)
{
    Id before = query->before ? query->before : INT64_MAX;
    if (query->search.len) {
        Str digits = str_trim(query->search), words = text_search(r->arena, digits);
        /* Words are found from their beginning, digits of a phone anywhere. */
        if (!words.len)
            return NULL;
        bool phone = str_eq(words, phone_digits(r->arena, words)) && words.len;
        Str like = str_format(r->arena, phone ? "%%%.*s%%" : "%% %.*s%%", STR_ARG(words));
        return person_list_found(&r->db, like, before, PEOPLE_A_PAGE + 1, rows);
    }
    if (str_eq(query->show, STR("disabled")) || str_eq(query->show, STR("leaving")))
        return person_list_in_state(&r->db, query->show, before, PEOPLE_A_PAGE + 1, rows);
    if (role_find(query->show))
        return person_list_by_role(&r->db, r->village.org, query->show, r->now, before, PEOPLE_A_PAGE + 1, rows);
    return person_list_in_state(&r->db, STR("active"), before, PEOPLE_A_PAGE + 1, rows);
}

static OptionViewList shows_of(Req *r, Str chosen)
{
    static const char *const values[] = {"", "seller", "packer", "cashier", "editor", "admin", "disabled", "leaving"};
    size_t len = sizeof values / sizeof *values;
    OptionViewList list = {NEW_ARRAY(r->arena, OptionView, len), len};
    for (size_t i = 0; i < len; i++) {
        Str value = str_of(values[i]);
        Str label = !value.len         ? tr(r->lang, N_("Everyone"))
                    : role_find(value) ? role_label(r, value)
                                       : state_label(r, value);
        list.at[i] = (OptionView){value, label, str_eq(value, chosen)};
    }
    return list;
}

Err *show_people(Req *r)
{
    PeopleQuery query = {0};
    PersonList waiting = {0}, rows = {0};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_query(r, &people_query, &query));
    PeopleView view = {
        .search = query.search, .show = query.show, .searched = query.search.len > 0 || query.show.len > 0};
    if (!view.searched && !query.before)
        TRY(person_list_waiting(&r->db, &waiting));
    TRY(people_wanted(r, &query, &rows));
    TRY(lines_of(r, &waiting, &view.waiting));
    TRY(lines_of(r, &rows, &view.people));
    view.shows = shows_of(r, query.show);
    if (rows.len > PEOPLE_A_PAGE) {
        Buf next = buf_new(r->arena, 2000);
        buf_add(&next, STR("/people?before="));
        buf_add(&next, id_text(r->arena, rows.at[PEOPLE_A_PAGE - 1].id));
        buf_addf(&next, "&show=%.*s&search=",
                 STR_ARG(role_find(query.show) || state_label(r, query.show).len ? query.show : STR("")));
        url_encode(&next, query.search);
        view.next = buf_str(&next);
    }
    PageHead head = {.title = tr(r->lang, N_("People")), .place = "/people"};
    Page *page = page_begin(r, &head);
    identity_people(page, &view);
    return page_end(page);
}

/* ---- one person ---- */

static Err *roles_of(Req *r, Id person, PersonRoleList *out)
{
    GrantRowList rows;
    TRY(grant_list_by_person(&r->db, person, r->now, &rows));
    *out = (PersonRoleList){NEW_ARRAY(r->arena, PersonRole, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (PersonRole){rows.at[i].org, rows.at[i].org_name, rows.at[i].role, role_label(r, rows.at[i].role),
                                  time_date(rows.at[i].since, r->village.zone)};
    return NULL;
}

Err *show_person(Req *r)
{
    Id id;
    Person row;
    Password password;
    Household household = {0};
    bool found;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_id(r, 0, &id));
    TRY(person_must(&r->db, id, &row));
    PersonView view = {.id = id,
                       .name = row.name,
                       .sign_name = row.sign_name,
                       .phone = row.phone,
                       .email = row.email,
                       .state = row.state,
                       .request = row.request,
                       .since = time_date(row.made_at, r->village.zone),
                       .leave_at = row.leave_at,
                       .me = id == r->who};
    view.waiting = str_eq(row.state, STR("waiting"));
    view.active = str_eq(row.state, STR("active"));
    view.disabled = str_eq(row.state, STR("disabled"));
    view.leaving = str_eq(row.state, STR("leaving"));
    TRY(roles_of(r, id, &view.roles));
    OptionViewList orgs;
    TRY(grantable_orgs(r, r->village.org, &orgs));
    view.org = field_of_choices(r, &grant_form, "org", orgs, "select");
    view.role = field_of_choices(r, &grant_form, "role", grantable_roles(r, r->village.org, (Str){0}), "select");
    view.may_grant = orgs.len > 0;
    TRY(password_of(&r->db, id, &password, &view.has_password));
    if (row.has_household)
        TRY(household_by_id(&r->db, row.household, &household, &found));
    view.household = household.name;
    PageHead head = {.title = row.name, .place = "/people", .back = STR("/people")};
    Page *page = page_begin(r, &head);
    identity_person(page, &view);
    return page_end(page);
}

/* ---- changing ---- */

typedef struct Change {
    Id by, person, founding, org;
    Role role;
    Time now;
    Err *(*how)(Tx *tx, const struct Change *change);
} Change;

static Err *write_change(Tx *tx, void *arg)
{
    const Change *change = arg;
    return change->how(tx, change);
}

static Err *change_person(Req *r, Change *change, const char *notice)
{
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_id(r, 0, &change->person));
    change->by = r->who;
    change->founding = r->village.org;
    change->now = r->now;
    TRY(db_write(r->store, r->arena, write_change, change));
    reply_notice(r, notice);
    return reply_see(r, "/people/%.*s", STR_ARG(id_text(r->arena, change->person)));
}

static Err *how_approve(Tx *tx, const Change *c)
{
    return person_approve(tx, c->now, c->by, c->person, c->founding);
}
static Err *how_refuse(Tx *tx, const Change *c)
{
    return person_refuse(tx, c->now, c->by, c->person);
}
static Err *how_disable(Tx *tx, const Change *c)
{
    return person_disable(tx, c->now, c->by, c->person, c->founding);
}
static Err *how_enable(Tx *tx, const Change *c)
{
    return person_enable(tx, c->now, c->by, c->person);
}
static Err *how_grant(Tx *tx, const Change *c)
{
    return grant_add(tx, c->now, c->by, c->person, c->org, c->role);
}
static Err *how_take(Tx *tx, const Change *c)
{
    return grant_take(tx, c->now, c->by, c->person, c->org, c->role);
}

Err *approve_person(Req *r)
{
    return change_person(r, &(Change){.how = how_approve}, N_("Approved: a member now."));
}
Err *enable_person(Req *r)
{
    return change_person(r, &(Change){.how = how_enable}, N_("Unblocked."));
}

Err *refuse_person(Req *r)
{
    Change change = {.how = how_refuse, .by = r->who, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_id(r, 0, &change.person));
    TRY(db_write(r->store, r->arena, write_change, &change));
    reply_notice(r, N_("Refused. What they had typed is forgotten."));
    return reply_see(r, "/people");
}

Err *disable_person(Req *r)
{
    TRY(need_fresh(r));
    return change_person(r, &(Change){.how = how_disable},
                         N_("Blocked and signed out everywhere. They can still take their data along or delete it."));
}

static Err *change_role(Req *r, Err *(*how)(Tx *, const Change *), const char *notice)
{
    GrantForm form = {0};
    TRY(need_fresh(r));
    TRY(take(r, &grant_form, &form));
    Change change = {.how = how, .org = form.org, .role = (Role)role_find(form.role)};
    if (!change.role)
        return err_field(r->arena, "grant.role_bad", "role");
    OrgCard org;
    TRY(org_card(&r->db, form.org, &org));
    if (!may_grant(r, form.org, change.role))
        return denied(r);
    return change_person(r, &change, notice);
}

Err *give_role(Req *r)
{
    return change_role(r, how_grant, N_("The role is given."));
}
Err *take_role(Req *r)
{
    return change_role(r, how_take, N_("The role is taken back."));
}

/* ---- somebody at the counter ---- */

Err *show_person_new(Req *r)
{
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    PersonForm form = r->form_shape == &person_form ? *(const PersonForm *)r->form_values
                                                    : (PersonForm){.lang = str_of(lang_tag(r->lang))};
    PersonNewView view = {&form, field_of_choices(r, &person_form, "lang", choices_of_langs(r, form.lang), "choices")};
    PageHead head = {.title = tr(r->lang, N_("Add a person")), .place = "/people", .back = STR("/people")};
    Page *page = page_begin(r, &head);
    identity_person_new(page, &view);
    return page_end(page);
}

typedef struct Adding {
    NewPerson person;
    Id by, founding, made;
    Time now;
} Adding;

static Err *write_adding(Tx *tx, void *arg)
{
    Adding *adding = arg;
    TRY(person_add(tx, adding->now, adding->by, &adding->person, &adding->made));
    return grant_add(tx, adding->now, adding->by, adding->made, adding->founding, ROLE_MEMBER);
}

static Err *person_by(Req *r, const PersonForm *form, Adding *adding)
{
    *adding = (Adding){.person = {.name = form->name, .phone = form->phone, .lang = form->lang, .state = "active"},
                       .by = r->who,
                       .founding = r->village.org,
                       .now = r->now};
    return db_write(r->store, r->arena, write_adding, adding);
}

Err *add_person(Req *r)
{
    PersonForm form = {0};
    Adding adding = {0};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    Err *err = take(r, &person_form, &form);
    if (!err)
        err = person_by(r, &form, &adding);
    if (err_is(err, "person.name_shared"))
        err = err_arg(r->arena, err_field(r->arena, "person.name_taken", "name"), "name", form.name);
    if (err)
        return reply_form_again(r, err, show_person_new);
    reply_notice(r, N_("Added. Print a sign-in slip for them now."));
    return reply_see(r, "/people/%.*s", STR_ARG(id_text(r->arena, adding.made)));
}

/* ---- a sign-in slip ---- */

static Err *write_slip(Tx *tx, void *arg)
{
    const NewSlip *slip = arg;
    return slip_put(tx, (Time){id_time_ms(slip->id)}, slip);
}

/* Nobody prints a slip for somebody with more rights than their own. */
static Err *may_slip(Req *r, Id person)
{
    GrantRoleList roles;
    TRY(grant_roles_of(&r->db, person, r->now, &roles));
    for (size_t i = 0; i < roles.len; i++)
        if (!str_eq(roles.at[i].role, STR("member")) &&
            !may_grant(r, roles.at[i].org, (Role)role_find(roles.at[i].role)))
            return denied(r);
    return NULL;
}

Err *print_slip(Req *r)
{
    Id id;
    Person person;
    NewSlip slip;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(need_fresh(r));
    TRY(take_id(r, 0, &id));
    TRY(person_must(&r->db, id, &person));
    TRY(may_slip(r, id));
    TRY(slip_mint(r->arena, id, r->who, &slip));
    TRY(db_write(r->store, r->arena, write_slip, &slip));
    Str link = link_of(r, "/slip/", slip.link);
    SlipSheet view = {.name = person.name,
                      .digits = slip.digits,
                      .village = r->village.name,
                      .person = id,
                      .address = link_of(r, "/sign-in/slip", (Str){0}),
                      .until = {r->now.ms + SLIP_MS},
                      .qr = qr_svg(r->arena, link, tr(r->lang, N_("QR code that signs in")))};
    PageHead head = {.title = tr(r->lang, N_("Sign-in slip")),
                     .place = "/people",
                     .back = str_format(r->arena, "/people/%.*s", STR_ARG(id_text(r->arena, id)))};
    Page *page = page_begin(r, &head);
    identity_slip_sheet(page, &view);
    return page_end(page);
}
