/* Pages of organisations: the list, one with its story and people, adding, editing; the settings of the co-operative.
 */
#include "identity/handlers.h"

#include <string.h>

#include "base/text.h"
#include "identity/enter.h"
#include "identity/roles.h"
#include "identity/templates.h"
#include "web/markdown.h"
#include "web/url.h"

static Str kind_label(Req *r, Str kind)
{
    static const char *const labels[][2] = {{"farm", N_("Farm")},
                                            {"cooperative", N_("Co-operative")},
                                            {"hub", N_("Hub")},
                                            {"shop", N_("Shop")},
                                            {"office", N_("Office")}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (str_eq(kind, str_of(labels[i][0])))
            return tr(r->lang, labels[i][1]);
    return kind;
}

static Str org_path(Req *r, Str slug, const char *more)
{
    Buf out = buf_new(r->arena, 2000);
    buf_add(&out, STR("/orgs/"));
    url_encode(&out, slug);
    buf_add(&out, str_of(more));
    return buf_str(&out);
}

Err *show_orgs(Req *r)
{
    OrgList rows;
    TRY(org_list(&r->db, 500, &rows));
    OrgsView view = {.may_add = has_role(r, r->village.org, ROLE_ADMIN)};
    view.orgs = (OrgLineList){NEW_ARRAY(r->arena, OrgLine, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        view.orgs.at[i] = (OrgLine){rows.at[i].name, rows.at[i].place, kind_label(r, rows.at[i].kind),
                                    org_path(r, rows.at[i].slug, ""), rows.at[i].open};
    PageHead head = {.title = tr(r->lang, N_("Farms and places")), .place = "/orgs"};
    Page *page = page_begin(r, &head);
    identity_orgs(page, &view);
    return page_end(page);
}

/* People with rights there, each with what they may; shown to those who administer it. */
static Err *people_of(Req *r, Id org, RoleLineList *out)
{
    GrantPersonList rows;
    TRY(grant_list_by_org(&r->db, org, r->now, &rows));
    *out = (RoleLineList){NEW_ARRAY(r->arena, RoleLine, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len;) {
        size_t first = i;
        StrList words = {NEW_ARRAY(r->arena, Str, rows.len), 0};
        for (; i < rows.len && rows.at[i].person == rows.at[first].person; i++)
            words.at[words.len++] = role_label(r, rows.at[i].role);
        Str path = str_format(r->arena, "/people/%.*s", STR_ARG(id_text(r->arena, rows.at[first].person)));
        out->at[out->len++] = (RoleLine){rows.at[first].person_name, person_words(r, words), path};
    }
    return NULL;
}

Err *show_org(Req *r)
{
    OrgCard org;
    TRY(org_card_by_slug(&r->db, take_param(r, 0), &org));
    OrgView view = {.id = org.id,
                    .name = org.name,
                    .place = org.place,
                    .kind = kind_label(r, org.kind),
                    .slug = org_path(r, org.slug, ""),
                    .open = org.open,
                    .may_edit = has_role(r, org.id, ROLE_ADMIN | ROLE_SELLER)};
    view.may_invite = has_role(r, org.id, ROLE_ADMIN);
    view.story = markdown(r->arena, org.story);
    if (view.may_invite)
        TRY(people_of(r, org.id, &view.people));
    PageHead head = {.title = org.name, .place = "/orgs", .back = STR("/orgs"), .about = org.place};
    Page *page = page_begin(r, &head);
    identity_org(page, &view);
    return page_end(page);
}

/* ---- adding and editing ---- */

static Err *show_form(Req *r, const OrgFormView *view, Str title, Str back)
{
    PageHead head = {.title = title, .place = "/orgs", .back = back};
    Page *page = page_begin(r, &head);
    identity_org_form(page, view);
    return page_end(page);
}

Err *show_org_new(Req *r)
{
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    OrgForm form = r->form_shape == &org_new_form ? *(const OrgForm *)r->form_values : (OrgForm){.kind = STR("farm")};
    OrgFormView view = {.form = &form, .action = STR("/orgs"), .fresh = true};
    return show_form(r, &view, tr(r->lang, N_("Add a farm or a place")), STR("/orgs"));
}

typedef struct OrgWrite {
    const OrgForm *form;
    Id by, org;
    Str langs;
    Time now;
} OrgWrite;

static Err *write_org_new(Tx *tx, void *arg)
{
    OrgWrite *write = arg;
    const OrgForm *form = write->form;
    NewOrg org = {.kind = str_z(tx->db.arena, form->kind),
                  .name = form->name,
                  .place = form->place,
                  .story = form->story,
                  .langs = write->langs};
    return org_add(tx, write->now, write->by, &org, &write->org);
}

Err *add_org(Req *r)
{
    OrgForm form = {0};
    OrgCard org;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    OrgWrite write = {.form = &form, .by = r->who, .langs = r->village.lang, .now = r->now};
    Err *err = take(r, &org_new_form, &form);
    if (!err)
        err = db_write(r->store, r->arena, write_org_new, &write);
    if (err)
        return reply_form_again(r, err, show_org_new);
    TRY(org_card(&r->db, write.org, &org));
    reply_notice(r, N_("Added. Invite the people who work there."));
    return reply_see(r, "%.*s", STR_ARG(org_path(r, org.slug, "")));
}

Err *show_org_edit(Req *r)
{
    OrgCard org;
    TRY(org_card_by_slug(&r->db, take_param(r, 0), &org));
    TRY(need_role(r, org.id, ROLE_ADMIN | ROLE_SELLER));
    OrgForm form = {org.kind, org.name, org.place, org.story, !org.open};
    if (r->form_shape == &org_form)
        form = *(const OrgForm *)r->form_values;
    OrgFormView view = {.form = &form, .action = org_path(r, org.slug, "/edit"), .slug = org_path(r, org.slug, "")};
    return show_form(r, &view, org.name, view.slug);
}

static Err *write_org(Tx *tx, void *arg)
{
    const OrgWrite *write = arg;
    const OrgForm *form = write->form;
    int64_t count;
    TRY(org_change(
        tx, &(OrgChangeArgs){write->org, form->name, form->place, form->story, write->langs, !form->closed, write->now},
        &count));
    return audit(tx, write->now, write->by, "org.edit", write->org, (Str){0});
}

Err *change_org(Req *r)
{
    OrgForm form = {0};
    OrgCard org;
    TRY(org_card_by_slug(&r->db, take_param(r, 0), &org));
    TRY(need_role(r, org.id, ROLE_ADMIN | ROLE_SELLER));
    OrgWrite write = {&form, r->who, org.id, org.langs, r->now};
    Err *err = take(r, &org_form, &form);
    if (!err && form.closed && org.id == r->village.org)
        err = err_field(r->arena, "org.founding_open", "closed");
    if (!err)
        err = db_write(r->store, r->arena, write_org, &write);
    if (err)
        return reply_form_again(r, err, show_org_edit);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "%.*s", STR_ARG(org_path(r, org.slug, "")));
}

/* ---- the co-operative's own settings ---- */

Err *show_village(Req *r)
{
    Str joining;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(setting_get(&r->db, "joining", STR("request"), &joining));
    VillageForm form = {r->village.name, r->village.place, r->village.lang, r->village.zone, joining};
    if (r->form_shape == &village_form)
        form = *(const VillageForm *)r->form_values;
    VillageView view = {&form, r->village.currency,
                        field_of_choices(r, &village_form, "lang", choices_of_langs(r, form.lang), "choices"),
                        field_of_choices(r, &village_form, "zone", choices_of_zones(r, form.zone), "select")};
    PageHead head = {.title = tr(r->lang, N_("The co-operative")), .place = "/today", .back = STR("/today")};
    Page *page = page_begin(r, &head);
    identity_village(page, &view);
    return page_end(page);
}

typedef struct VillageWrite {
    const VillageForm *form;
    Id by, org;
    Time now;
} VillageWrite;

static Err *write_village(Tx *tx, void *arg)
{
    const VillageWrite *write = arg;
    const VillageForm *form = write->form;
    Org org;
    bool found;
    int64_t count;
    TRY(setting_put(tx, "village.name", form->name));
    TRY(setting_put(tx, "village.place", form->place));
    TRY(setting_put(tx, "village.lang", form->lang));
    TRY(setting_put(tx, "village.zone", form->zone));
    TRY(setting_put(tx, "joining", form->joining));
    TRY(org_by_id(&tx->db, write->org, &org, &found));
    if (found)
        TRY(org_change(
            tx, &(OrgChangeArgs){org.id, form->name, form->place, org.story, org.langs, org.open, write->now}, &count));
    return audit(tx, write->now, write->by, "village.edit", write->org, (Str){0});
}

Err *change_village(Req *r)
{
    VillageForm form = {0};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    VillageWrite write = {&form, r->who, r->village.org, r->now};
    Err *err = take(r, &village_form, &form);
    if (!err && !zone_valid(form.zone))
        err = err_field(r->arena, "start.zone_bad", "zone");
    if (!err)
        err = db_write(r->store, r->arena, write_village, &write);
    if (err)
        return reply_form_again(r, err, show_village);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/village");
}
