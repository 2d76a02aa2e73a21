/* Producers: the sheets of what to bring, on screen, on paper, as a file, and the answer to them. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

enum { SHEETS_MAX = 50 };
#define SUPPLIERS (ROLE_SELLER | ROLE_ADMIN)

Err *show_supply(Req *r)
{
    CycleOrgQuery query = {0};
    SupplyView view = {0};
    SheetList sheets;
    Id org;
    TRY(take_query(r, &cycle_org_query, &query));
    TRY(org_choose(r, query.org, SUPPLIERS, "/supply", &org, &view.orgs));
    TRY(sheet_list_by_org(&r->db, org, INT64_MAX, SHEETS_MAX, &sheets));
    view.org = id_text(r->arena, org);
    view.sheets.at = NEW_ARRAY(r->arena, SheetRow, sheets.len + 1);
    for (size_t i = 0; i < sheets.len; i++)
        view.sheets.at[view.sheets.len++] = sheet_row(r, &sheets.at[i]);
    Page *page = cycle_page_begin(r, tr(r->lang, N_("What I supply")), "/supply", STR(""));
    cycle_supply(page, &view);
    return page_end(page);
}

/* For the producer and the hub; to others it does not exist. */
static Err *take_sheet(Req *r, Sheet *out)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(sheet_by_id(&r->db, id, out, &found));
    if (!found || (!supplies(r, out->org) && !works_at(r, out->hub)))
        return err_new(r->arena, ERR_MISSING, "sheet.missing");
    return NULL;
}

static Err *sheet_view(Req *r, const Sheet *sheet, SheetView *view)
{
    SheetLineList lines;
    TRY(sheet_lines(&r->db, sheet->id, lang_now(r), &lines));
    view->row = sheet_row(r, sheet);
    view->bring = sheet->bring;
    view->mine = has_role(r, sheet->org, SUPPLIERS);
    view->version = str_format(r->arena, "%lld", (long long)sheet->version);
    view->can_answer = view->mine;
    view->lines.at = NEW_ARRAY(r->arena, SheetLineView, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++)
        view->lines.at[view->lines.len++] = (SheetLineView){lines.at[i].title, lines.at[i].pack,
                                                            {lines.at[i].steps, lines.at[i].sold_unit, lines.at[i].sold_scale},
                                                            lines.at[i].orders, lines.at[i].amount};
    return NULL;
}

typedef struct Answering {
    Id sheet, who;
    int64_t version;
    bool all;
    Str note;
    Time now;
} Answering;

static Err *seen_write(Tx *tx, void *arg)
{
    const Answering *a = arg;
    int64_t count;
    TRY(sheet_seen(tx, a->sheet, a->now, &count));
    return count ? announce(tx, "sheet.seen", a->sheet, a->now) : NULL;
}

Err *show_sheet_page(Req *r)
{
    static const SheetForm empty = {.answer = {"all", 3}};
    SheetView view = {0};
    Sheet sheet;
    TRY(take_sheet(r, &sheet));
    if (str_eq(sheet.state, STR("sent")) && supplies(r, sheet.org) && has_role(r, sheet.org, ROLE_SELLER)) {
        Answering seen = {.sheet = sheet.id, .now = r->now};
        TRY(db_write(r->store, r->arena, seen_write, &seen));
        TRY(take_sheet(r, &sheet));
    }
    TRY(sheet_view(r, &sheet, &view));
    view.form = r->form_shape == &sheet_form ? r->form_values : &empty;
    Page *page = cycle_page_begin(r, sheet.cycle_name, "/supply", view.mine ? STR("/supply") : STR("/hub"));
    cycle_sheet(page, &view);
    return page_end(page);
}

Err *print_sheet(Req *r)
{
    SheetView view = {0};
    Sheet sheet;
    TRY(take_sheet(r, &sheet));
    TRY(sheet_view(r, &sheet, &view));
    Page *page = page_begin(r, &(PageHead){.title = sheet.cycle_name, .bare = true, .script = "market.js"});
    cycle_sheet_print(page, &view);
    return page_end(page);
}

Err *send_sheet_csv(Req *r)
{
    Sheet sheet;
    SheetLineList lines;
    Str csv;
    TRY(take_sheet(r, &sheet));
    TRY(sheet_lines(&r->db, sheet.id, lang_now(r), &lines));
    TRY(sheet_csv(r->arena, &sheet, &lines, &csv));
    return reply_file(r, "text/csv; charset=utf-8", str_format(r->arena, "sheet-%.*s.csv", STR_ARG(date_text(r->arena, sheet.day))), csv);
}

static Err *answer_write(Tx *tx, void *arg)
{
    const Answering *a = arg;
    return sheet_reply(tx, a->sheet, a->version, a->all, a->note, a->who, a->now);
}

static Err *answer_try(Req *r, Id sheet)
{
    SheetForm form = {0};
    TRY(take(r, &sheet_form, &form));
    Answering a = {sheet, r->who, form.version, str_eq(form.answer, STR("all")), form.note, r->now};
    if (!a.all && !a.note.len)
        return err_field(r->arena, "sheet.what_missing", "note");
    return db_write(r->store, r->arena, answer_write, &a);
}

Err *answer_sheet(Req *r)
{
    Sheet sheet;
    TRY(take_sheet(r, &sheet));
    if (!supplies(r, sheet.org))
        return denied(r);
    Err *err = answer_try(r, sheet.id);
    if (err)
        return reply_form_again(r, err, show_sheet_page);
    reply_notice(r, N_("Thank you. The hub knows."));
    return reply_see(r, "/supply/%.*s", STR_ARG(id_text(r->arena, sheet.id)));
}

Err *cycle_today(Req *r, Today *today)
{
    int64_t waiting = 0;
    for (size_t i = 0; i < r->grants.len; i++) {
        CycleNumber count;
        if (!(r->grants.at[i].roles & SUPPLIERS))
            continue;
        TRY(sheet_count_unanswered(&r->db, r->grants.at[i].org, &count));
        waiting += count.number;
    }
    if (waiting) {
        Str n = say_int(r->arena, r->lang, waiting);
        Str text = tr_fill(r->arena, tr_plural(r->lang, "{n} sheet to confirm", "{n} sheets to confirm", waiting), &(TextArg){"n", n}, 1);
        today_add(today, (TodayItem){.text = text, .path = "/supply", .icon = "clipboard", .order = 15});
    }
    return NULL;
}
