/* "Close the year": what it would move, doing it, and taking it back. */
#include "identity/identity.h"
#include "ledger/closing.h"
#include "ledger/pages.h"
#include "ledger/templates.h"

enum { CLOSINGS_SHOWN = 30 };

static const Field closing_fields[] = {
    FIELD(ClosingForm, day, FIELD_DATE, .required = true, .label = N_("Last day of the year")),
    FIELD(ClosingForm, result, FIELD_INT, HAS(ClosingForm, result), .min = INT64_MIN, .max = INT64_MAX),
};
const Shape closing_form = SHAPE(ClosingForm, "ClosingForm", closing_fields);

static const Field closing_query_fields[] = {FIELD(ClosingQuery, day, FIELD_DATE, HAS(ClosingQuery, day))};
const Shape closing_query = SHAPE(ClosingQuery, "ClosingQuery", closing_query_fields);

static Money size_of(int64_t amount)
{
    return (Money){amount < 0 ? -amount : amount};
}

static Date last_year_end(const Req *r)
{
    Clock today = date_clock(time_date(r->now, r->village.zone));
    return date_of(today.year - 1, 12, 31);
}

static void lines_view(Req *r, const ClosingPlan *plan, ClosingView *view)
{
    view->rows.at = NEW_ARRAY(r->arena, ClosingRowView, plan->len + 1);
    for (size_t i = 0; i < plan->len; i++) {
        const ClosingLine *line = &plan->at[i];
        bool income = line->amount > 0;
        view->rows.at[view->rows.len++] = (ClosingRowView){.id = line->account, .code = line->code, .name = tr(r->lang, str_z(r->arena, line->name)),
                                                           .income = {income ? line->amount : 0}, .expense = {income ? 0 : -line->amount}};
        view->income.minor += income ? line->amount : 0;
        view->expense.minor += income ? 0 : -line->amount;
    }
    view->result = size_of(plan->result);
    view->result_minor = plan->result;
    view->loss = plan->result < 0;
}

static Err *done_view(Req *r, ClosingView *view)
{
    ClosingList rows;
    bool open = false;
    TRY(closing_list(&r->db, CLOSINGS_SHOWN, &rows));
    view->done.at = NEW_ARRAY(r->arena, ClosingDoneView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const Closing *c = &rows.at[i];
        view->done.at[view->done.len++] = (ClosingDoneView){.id = c->id, .day = c->day, .made_at = c->made_at, .result = size_of(c->result), .loss = c->result < 0,
                                                            .by = c->has_by ? person_name(&r->db, r->lang, c->by) : r->village.name, .undone = c->has_undone_at,
                                                            .undone_by = c->has_undone_by ? person_name(&r->db, r->lang, c->undone_by) : (Str){0},
                                                            .may_undo = !c->has_undone_at && !open}; /* the latest first */
        open = open || !c->has_undone_at;
    }
    return NULL;
}

Err *show_closing(Req *r)
{
    ClosingQuery query = {0};
    ClosingPlan plan = {0};
    ClosingView view = {0};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    bool again = r->form_shape == &closing_form;
    if (again)
        query = (ClosingQuery){((const ClosingForm *)r->form_values)->day, true};
    else if (r->method == METHOD_GET)
        TRY(take_query(r, &closing_query, &query));
    view.day = query.has_day && query.day.days > 0 ? query.day : last_year_end(r);
    view.day_text = date_text(r->arena, view.day);
    Err *err = closing_plan(&r->db, view.day, r->now, &plan);
    view.too_early = err_is(err, "closing.too_early");
    if (!view.too_early)
        TRY(err);
    lines_view(r, &plan, &view);
    TRY(done_view(r, &view));
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Close the year")), .place = "/ledger", .back = STR("/ledger")});
    ledger_closing(page, &view);
    return page_end(page);
}

typedef struct ClosingDoing {
    const Req *r;
    ClosingAct act;
    Id id;
} ClosingDoing;

static Err *close_write(Tx *tx, void *arg)
{
    ClosingDoing *doing = arg;
    return year_close(tx, &doing->act, doing->r->now, &doing->id);
}

Err *close_year(Req *r)
{
    ClosingForm form = {0};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(need_fresh(r));
    Err *err = take(r, &closing_form, &form);
    ClosingDoing doing = {r, {.day = form.day, .has_seen = form.has_result, .seen = form.result, .by = r->who}, 0};
    if (!err)
        err = db_write(r->store, r->arena, close_write, &doing);
    if (err && err->kind != ERR_BROKEN && err->kind != ERR_BUSY)
        return reply_form_again(r, err, show_closing);
    TRY(err);
    reply_notice(r, N_("The year is closed. Income and expense begin again with nothing."));
    return reply_see(r, "/ledger/closing?day=%.*s", STR_ARG(date_text(r->arena, form.day)));
}

static Err *reopen_write(Tx *tx, void *arg)
{
    const ClosingDoing *doing = arg;
    return year_reopen(tx, doing->id, doing->r->who, doing->r->now);
}

Err *reopen_year(Req *r)
{
    ClosingDoing doing = {.r = r};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(need_fresh(r));
    TRY(take_id(r, 0, &doing.id));
    TRY(db_write(r->store, r->arena, reopen_write, &doing));
    reply_notice(r, N_("Taken back. The year is open again."));
    return reply_see(r, "/ledger/closing");
}
