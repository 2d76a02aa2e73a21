/* The pages of the reports: choosing what about, seeing it, printing it, taking it along as CSV. */
#include <string.h>

#include "core/core.h"
#include "report/inside.h"
#include "report/templates.h"
#include "cycle/cycle.h"

enum { DAYS_STANDARD = 7, CYCLES_SHOWN = 30, CSV_MAX = 64 << 20 };
#define HUB (ROLE_ADMIN | ROLE_PACKER | ROLE_CASHIER | ROLE_TREASURER)
#define READERS (HUB | ROLE_SELLER)

typedef struct ReportQuery {
    Id cycle, org, after;
    bool has_from, has_until;
    Date from, until;
} ReportQuery;
static const Field query_fields[] = {
    FIELD(ReportQuery, cycle, FIELD_ID), FIELD(ReportQuery, org, FIELD_ID), FIELD(ReportQuery, after, FIELD_ID),
    FIELD(ReportQuery, from, FIELD_DATE, HAS(ReportQuery, from)), FIELD(ReportQuery, until, FIELD_DATE, HAS(ReportQuery, until))};
static const Shape query_shape = SHAPE(ReportQuery, "ReportQuery", query_fields);

/* ---- who may see what ---- */

static Id own_shop(const Req *r)
{
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & ROLE_SELLER)
            return r->grants.at[i].org;
    return 0;
}

/* The hub's people see everybody's; a seller its own, with names and phones where the hub granted them. */
static Err *scope_rights(Req *r, Scope *scope)
{
    Id hub = r->village.org;
    if (has_role(r, hub, HUB)) {
        scope->names = scope->phones = true;
        return NULL;
    }
    if (!scope->seller)
        scope->seller = own_shop(r);
    TRY(need_role(r, scope->seller, READERS));
    TRY(permission_holds(&r->db, hub, scope->seller, "see_customer_name", &scope->names));
    return permission_holds(&r->db, hub, scope->seller, "see_customer_phone", &scope->phones);
}

static Err *scope_read(Req *r, Report *report)
{
    ReportQuery query = {0};
    TRY(take_query(r, &query_shape, &query));
    Date today = time_date(r->now, r->village.zone);
    Scope *scope = &report->scope;
    *scope = (Scope){.cycle = query.cycle, .seller = query.org};
    scope->until = query.has_until ? query.until : today;
    scope->from = query.has_from ? query.from : (Date){scope->until.days - DAYS_STANDARD + 1};
    if (scope->from.days > scope->until.days)
        return err_field(r->arena, "report.days", "until");
    scope->from_at = time_of(r->village.zone, scope->from, 0, 0);
    scope->until_at = time_of(r->village.zone, (Date){scope->until.days + 1}, 0, 0);
    report->after = query.after;
    return scope_rights(r, scope);
}

/* ---- what stands around the table ---- */

static const ReportKind *kind_of(Req *r)
{
    Str word = take_param(r, 0);
    for (const ReportKind *kind = report_kinds; kind->word; kind++)
        if (str_eq(word, str_of(kind->word)))
            return kind;
    return NULL;
}

static Err *cycles_fill(Req *r, const Scope *scope, ReportView *view)
{
    ReportCycleList cycles;
    TRY(report_cycles(&r->db, CYCLES_SHOWN, &cycles));
    view->cycles.at = NEW_ARRAY(r->arena, ReportChoice, cycles.len + 1);
    for (size_t i = 0; i < cycles.len; i++) {
        bool chosen = cycles.at[i].id == scope->cycle;
        Str title = str_format(r->arena, "%.*s, %.*s", STR_ARG(cycles.at[i].name), STR_ARG(say_date_full(r->arena, r->lang, cycles.at[i].day)));
        view->cycles.at[view->cycles.len++] = (ReportChoice){.word = id_text(r->arena, cycles.at[i].id), .title = title, .chosen = chosen};
        if (chosen)
            view->scope_words = title;
    }
    return NULL;
}

static Err *sellers_fill(Req *r, const Scope *scope, ReportView *view)
{
    ReportOrgList orgs;
    TRY(report_orgs(&r->db, &orgs));
    view->sellers.at = NEW_ARRAY(r->arena, ReportChoice, orgs.len + 1);
    for (size_t i = 0; i < orgs.len; i++)
        if (view->all_sellers || has_role(r, orgs.at[i].id, ROLE_SELLER))
            view->sellers.at[view->sellers.len++] = (ReportChoice){
                .word = id_text(r->arena, orgs.at[i].id), .title = orgs.at[i].name, .chosen = orgs.at[i].id == scope->seller};
    return NULL;
}

static Err *view_fill(Report *report, const ReportKind *kind)
{
    Req *r = report->r;
    ReportView *view = report->view;
    const Scope *scope = &report->scope;
    view->all_sellers = has_role(r, r->village.org, HUB);
    view->cycle = scope->cycle ? id_text(r->arena, scope->cycle) : (Str){0};
    view->org = scope->seller ? id_text(r->arena, scope->seller) : (Str){0};
    view->from = date_text(r->arena, scope->from);
    view->until = date_text(r->arena, scope->until);
    TRY(cycles_fill(r, scope, view));
    TRY(sellers_fill(r, scope, view));
    if (!view->scope_words.len)
        view->scope_words = str_format(r->arena, "%.*s – %.*s", STR_ARG(say_date_full(r->arena, r->lang, scope->from)),
                                       STR_ARG(say_date_full(r->arena, r->lang, scope->until)));
    for (size_t i = 0; i < view->sellers.len; i++)
        if (view->sellers.at[i].chosen)
            view->scope_words = str_format(r->arena, "%.*s · %.*s", STR_ARG(view->scope_words), STR_ARG(view->sellers.at[i].title));
    size_t len = 0;
    while (report_kinds[len].word)
        len++;
    view->kinds.at = NEW_ARRAY(r->arena, ReportChoice, len);
    for (; view->kinds.len < len; view->kinds.len++) {
        const ReportKind *k = &report_kinds[view->kinds.len];
        view->kinds.at[view->kinds.len] =
            (ReportChoice){str_of(k->word), tr(r->lang, k->title), tr(r->lang, k->about), k->icon, k == kind};
    }
    if (kind) {
        view->word = str_of(kind->word);
        view->title = tr(r->lang, kind->title);
        view->about = tr(r->lang, kind->about);
    }
    return NULL;
}

/* ---- the pages ---- */

static Err *list_reports(Req *r)
{
    ReportView view = {0};
    Report report = {.r = r, .view = &view};
    TRY(scope_read(r, &report));
    TRY(view_fill(&report, NULL));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Reports")), .place = "/reports"});
    report_reports(page, &view);
    return page_end(page);
}

static Err *show_report(Req *r)
{
    ReportView view = {0};
    Report report = {.r = r, .view = &view};
    const ReportKind *kind = kind_of(r);
    if (!kind)
        return err_new(r->arena, ERR_MISSING, "report.kind");
    TRY(scope_read(r, &report));
    TRY(view_fill(&report, kind));
    TRY(kind->build(&report));
    Page *page = page_begin(r, &(PageHead){.title = view.title, .place = "/reports", .script = "market.js"});
    report_report(page, &view);
    return page_end(page);
}

static Err *show_csv(Req *r)
{
    ReportView view = {0};
    Report report = {.r = r, .view = &view, .whole = true};
    const ReportKind *kind = kind_of(r);
    if (!kind)
        return err_new(r->arena, ERR_MISSING, "report.kind");
    TRY(scope_read(r, &report));
    report.after = 0;
    TRY(kind->build(&report));
    Buf out = buf_new(r->arena, CSV_MAX);
    buf_add(&out, STR("\xEF\xBB\xBF")); /* so that spreadsheets read Chinese */
    table_csv(&report, &out, true);
    if (out.overflowed)
        return err_new(r->arena, ERR_INVALID, "report.large");
    Str name = str_format(r->arena, "%s-%.*s.csv", kind->word, STR_ARG(date_text(r->arena, report.scope.until)));
    return reply_file(r, "text/csv; charset=utf-8", name, buf_str(&out));
}

static const ErrText errors[] = {
    {"report.kind", N_("There is no such report.")},
    {"report.days", N_("The last day must not be before the first.")},
    {"report.large", N_("That is too much for one file. Choose fewer days.")},
    {0},
};

static const Place places[] = {
    {.path = "/reports", .label = N_("Reports"), .icon = "chart", .order = 35, .roles = READERS},
    {0},
};

static const Route routes[] = {
    GET("/reports", list_reports, HAS_ROLE, "Choosing a report.", .roles = READERS, .query = &query_shape),
    GET("/reports/{kind}", show_report, HAS_ROLE, "One report: on screen and for paper.", .roles = READERS, .query = &query_shape),
    GET("/reports/{kind}/csv", show_csv, HAS_ROLE, "The same for a spreadsheet.", .roles = READERS, .query = &query_shape),
};

const Module report_module = MODULE("report", routes, .errors = errors, .places = places, .hears = report_hears, .start = report_start, .checks = report_checks);
