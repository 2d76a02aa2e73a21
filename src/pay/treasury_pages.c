/* The treasurer's day: tills, payouts, complaints, and whether the books are even. */
#include "identity/identity.h"
#include "pay/pages.h"
#include "pay/templates.h"

enum { BATCHES = 10, ACCOUNTS = 500 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

/* ---- the page ---- */

static Err *tills_read(Req *r, TillViewList *out)
{
    PayTillList rows;
    TRY(pay_till_list(&r->db, &rows));
    out->at = NEW_ARRAY(r->arena, TillView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        AccountView account;
        PayCount last;
        TillView *view = &out->at[out->len++];
        TRY(account_get(&r->db, rows.at[i].account, &account));
        *view = (TillView){.id = rows.at[i].id, .name = rows.at[i].name, .agent = person_name(&r->db, r->lang, rows.at[i].agent),
                           .there = {-account.balance}, .most = rows.at[i].most};
        TRY(pay_count_last(&r->db, rows.at[i].id, &last, &view->counted));
        if (view->counted) {
            view->counted_at = last.at;
            view->counted_difference.minor = last.counted.minor - last.expected.minor;
        }
    }
    return NULL;
}

static Err *batch_view(Req *r, const PayBatch *b, BatchView *out)
{
    static const struct {
        const char *state, *words, *badge;
    } states[] = {{"draft", N_("Waits for a second person"), "wait"}, {"approved", N_("Approved"), "info"}, {"exported", N_("On its way"), "wait"},
                  {"paid", N_("Paid; waits for the statement"), "info"}, {"done", N_("Done"), "ok"}, {"dropped", N_("Dropped"), ""}};
    PayPayoutList payouts;
    *out = (BatchView){.id = b->id, .rail = b->rail, .badge = "", .made_by = person_name(&r->db, r->lang, b->made_by), .pay_on = b->pay_on,
                       .draft = is(b->state, "draft"), .approved = is(b->state, "approved"), .mine = b->made_by == r->who,
                       .bank = is(b->rail, "bank"), .sent = is(b->state, "exported") || is(b->state, "paid") || is(b->state, "done")};
    if (b->has_approved_by)
        out->approved_by = person_name(&r->db, r->lang, b->approved_by);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (is(b->state, states[i].state)) {
            out->state = tr(r->lang, states[i].words);
            out->badge = states[i].badge;
        }
    TRY(pay_payouts_of_batch(&r->db, b->id, &payouts));
    out->payouts = (int64_t)payouts.len;
    for (size_t i = 0; i < payouts.len; i++)
        out->total.minor += payouts.at[i].amount.minor;
    return NULL;
}

static Err *batches_read(Req *r, BatchViewList *out)
{
    PayBatchList rows;
    TRY(pay_batch_list(&r->db, BATCHES, &rows));
    out->at = NEW_ARRAY(r->arena, BatchView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        TRY(batch_view(r, &rows.at[i], &out->at[out->len++]));
    return NULL;
}

static Err *disputes_read(Req *r, DisputeViewList *out)
{
    PayDisputeList rows;
    TRY(pay_disputes_open(&r->db, &rows));
    out->at = NEW_ARRAY(r->arena, DisputeView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out->at[out->len++] = (DisputeView){.id = rows.at[i].id, .seller = org_name(r, rows.at[i].org), .words = rows.at[i].words,
                                            .answer = rows.at[i].answer, .funded = rows.at[i].funded, .refund = rows.at[i].refund,
                                            .proposed = is(rows.at[i].state, "proposed"), .mine = rows.at[i].proposed_by == r->who,
                                            .proposed_by = rows.at[i].has_proposed_by ? person_name(&r->db, r->lang, rows.at[i].proposed_by) : STR("")};
    return NULL;
}

/* Accounts with money, those of people and producers summed under their code. */
static Err *trial_read(Req *r, TreasuryView *view)
{
    AccountViewList page;
    Str code = {0};
    Id after = 0;
    view->trial.at = NEW_ARRAY(r->arena, TrialRow, ACCOUNTS);
    do {
        TRY(accounts_list(&r->db, 0, code, after, 200, &page));
        for (size_t i = 0; i < page.len; i++) {
            const AccountView *a = &page.at[i];
            code = a->code;
            after = a->id;
            int64_t debit = a->balance < 0 ? -a->balance : 0, credit = a->balance > 0 ? a->balance : 0;
            view->debit.minor += debit;
            view->credit.minor += credit;
            bool many = a->person || a->org || is(a->code, "2030");
            TrialRow *last = view->trial.len ? &view->trial.at[view->trial.len - 1] : NULL;
            if (!debit && !credit)
                continue;
            if (is(a->code, "2040"))
                view->due.minor += a->available;
            if (many && last && str_eq(last->code, a->code)) {
                last->debit.minor += debit;
                last->credit.minor += credit;
            } else if (view->trial.len < ACCOUNTS) {
                view->trial.at[view->trial.len++] = (TrialRow){a->code, tr(r->lang, str_z(r->arena, a->name)), {debit}, {credit}};
            }
        }
    } while (page.len == 200);
    view->even = view->debit.minor == view->credit.minor;
    return NULL;
}

/* The trial balance as people see it: where the money lies, and to whom it belongs. */
static void shares_read(Req *r, const TreasuryView *view, char first, ShareViewList *out, Html *chart, const char *label)
{
    int64_t sum = 0;
    *out = (ShareViewList){NEW_ARRAY(r->arena, ShareView, view->trial.len + 1), 0};
    for (size_t i = 0; i < view->trial.len; i++) {
        const TrialRow *row = &view->trial.at[i];
        Money amount = first == '1' ? row->debit : row->credit;
        bool money = row->code.len && row->code.at[0] == first && (first != '1' || str_starts(row->code, STR("10")));
        if (!money || amount.minor <= 0)
            continue;
        out->at[out->len++] = (ShareView){.who = row->name, .amount = amount};
        sum += amount.minor;
    }
    for (size_t i = 0; i < out->len && sum; i++)
        mul_div(out->at[i].amount.minor, 100, sum, &out->at[i].percent);
    *chart = out->len > 1 ? share_chart(r->arena, out, tr(r->lang, label)) : (Html){0};
}

Err *show_treasury(Req *r)
{
    static const TillForm till;
    static const RulingForm ruling;
    BatchForm *batch = NEW(r->arena, BatchForm);
    Id book;
    TRY(need_treasurer(r));
    *batch = (BatchForm){.rail = STR("bank"), .pay_on = time_date((Time){r->now.ms + DAY_MS}, r->village.zone)};
    TreasuryView view = {.ruling = r->form_shape == &ruling_form ? r->form_values : &ruling, .till = r->form_shape == &till_form ? r->form_values : &till, .batch = r->form_shape == &batch_form ? r->form_values : batch,
                         .today = time_date(r->now, r->village.zone), .even = true};
    PayCountOf open;
    TRY(tills_read(r, &view.tills));
    TRY(batches_read(r, &view.batches));
    TRY(disputes_read(r, &view.disputes));
    TRY(pay_lines_open_count(&r->db, &open));
    view.unmatched = open.total;
    TRY(pay_calls_unknown_count(&r->db, &open));
    view.calls = open.total;
    TRY(book_main_find(&r->db, &book));
    if (book)
        TRY(trial_read(r, &view));
    shares_read(r, &view, '1', &view.lies, &view.lies_chart, N_("Where the money lies"));
    shares_read(r, &view, '2', &view.belongs, &view.belongs_chart, N_("To whom it belongs"));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Treasury")), .place = "/treasury"});
    pay_treasury(page, &view);
    return page_end(page);
}

/* ---- acts ---- */

typedef struct Doing {
    Req *r;
    Id id, made;
    TillForm till;
    Id agent;
    BatchForm batch;
    Str reason;
    Money refund;
    PaySettings settings;
    Err *(*act)(Tx *tx, struct Doing *doing);
} Doing;

static Err *doing_write(Tx *tx, void *arg)
{
    Doing *doing = arg;
    return doing->act(tx, doing);
}

static Err *do_it(Doing *doing, Err *(*act)(Tx *tx, Doing *doing))
{
    doing->act = act;
    return db_write(doing->r->store, doing->r->arena, doing_write, doing);
}

static Err *till_act(Tx *tx, Doing *d)
{
    return till_open(tx, &(NewTill){.name = d->till.name, .agent = d->agent, .most = d->till.most, .per_person = d->till.per_person}, d->r->who,
                     d->r->now, &d->made);
}

Err *open_till(Req *r)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    Err *err = take(r, &till_form, &d.till);
    if (!err)
        err = member_named(r, d.till.agent, "agent", &d.agent);
    if (!err)
        err = do_it(&d, till_act);
    if (err)
        return reply_form_again(r, err, show_treasury);
    reply_notice(r, N_("The till is open."));
    return reply_see(r, "/treasury");
}

static Err *batch_act(Tx *tx, Doing *d)
{
    return batch_make(tx, d->batch.rail, d->batch.pay_on, d->r->who, d->r->now, &d->made);
}

Err *make_batch(Req *r)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    Err *err = take(r, &batch_form, &d.batch);
    if (!err)
        err = do_it(&d, batch_act);
    if (err)
        return reply_form_again(r, err, show_treasury);
    return reply_see(r, "/treasury/batches/%.*s", STR_ARG(id_text(r->arena, d.made)));
}

Err *show_batch(Req *r)
{
    static const struct {
        const char *state, *words, *badge;
    } states[] = {{"draft", N_("Ready"), ""}, {"sent", N_("On its way"), "wait"}, {"unknown", N_("Not known yet: we are asking"), "wait"},
                  {"paid", N_("Paid"), "info"}, {"reconciled", N_("Seen on the statement"), "ok"}, {"bounced", N_("Came back"), "bad"},
                  {"dropped", N_("Dropped"), ""}};
    BatchPage view = {0};
    PayBatch batch;
    PayPayoutList rows;
    Id id;
    bool found;
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &id));
    TRY(pay_batch_by_id(&r->db, id, &batch, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "pay.no_batch");
    TRY(batch_view(r, &batch, &view.batch));
    TRY(pay_payouts_of_batch(&r->db, id, &rows));
    view.payouts.at = NEW_ARRAY(r->arena, PayoutView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        PayoutView *out = &view.payouts.at[view.payouts.len++];
        *out = (PayoutView){.id = rows.at[i].id, .name = rows.at[i].name, .number = rows.at[i].number, .amount = rows.at[i].amount,
                            .reason = rows.at[i].reason, .badge = "", .sent = is(rows.at[i].state, "sent") || is(rows.at[i].state, "unknown"),
                            .paid = is(rows.at[i].state, "paid")};
        for (size_t k = 0; k < sizeof states / sizeof *states; k++)
            if (is(rows.at[i].state, states[k].state)) {
                out->state = tr(r->lang, states[k].words);
                out->badge = states[k].badge;
            }
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Payouts")), .place = "/treasury", .back = STR("/treasury")});
    pay_batch(page, &view);
    return page_end(page);
}

static Err *batch_step(Req *r, Err *(*act)(Tx *tx, Doing *doing), const char *notice)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &d.id));
    TRY(do_it(&d, act));
    reply_notice(r, notice);
    return reply_see(r, "/treasury/batches/%.*s", STR_ARG(id_text(r->arena, d.id)));
}

static Err *approve_act(Tx *tx, Doing *d)
{
    return batch_approve(tx, d->id, d->r->who, d->r->now);
}

Err *approve_batch(Req *r)
{
    TRY(need_fresh(r));
    return batch_step(r, approve_act, N_("Approved."));
}

static Err *drop_act(Tx *tx, Doing *d)
{
    return batch_drop(tx, d->id, d->r->who, d->r->now);
}

Err *drop_batch(Req *r)
{
    return batch_step(r, drop_act, N_("Dropped. The money is free again."));
}

static Err *send_act(Tx *tx, Doing *d)
{
    return batch_send(tx, d->id, d->r->who, d->r->now);
}

Err *send_batch(Req *r)
{
    return batch_step(r, send_act, N_("Marked as sent. Fetch the file and give it to the bank."));
}

Err *show_batch_file(Req *r)
{
    Id id;
    Str xml;
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &id));
    TRY(batch_file(&r->db, id, &xml));
    return reply_file(r, "application/xml", str_format(r->arena, "pain.001-%.*s.xml", STR_ARG(id_text(r->arena, id))), xml);
}

static Err *payout_step(Req *r, Doing *d, Err *(*act)(Tx *tx, Doing *doing))
{
    PayPayout payout;
    bool found;
    TRY(take_id(r, 0, &d->id));
    TRY(do_it(d, act));
    TRY(pay_payout_by_id(&r->db, d->id, &payout, &found));
    return reply_see(r, "/treasury/batches/%.*s", STR_ARG(id_text(r->arena, payout.batch)));
}

static Err *paid_act(Tx *tx, Doing *d)
{
    return payout_paid(tx, d->id, d->r->who, d->r->now);
}

Err *mark_paid(Req *r)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    return payout_step(r, &d, paid_act);
}

static Err *bounced_act(Tx *tx, Doing *d)
{
    return payout_bounced(tx, d->id, d->reason, str_format(tx->db.arena, "payout/%.*s/bounce", STR_ARG(id_text(tx->db.arena, d->id))), d->r->who,
                          d->r->now);
}

Err *mark_bounced(Req *r)
{
    Doing d = {.r = r};
    BounceForm form = {0};
    TRY(need_treasurer(r));
    TRY(take(r, &bounce_form, &form));
    d.reason = form.reason;
    return payout_step(r, &d, bounced_act);
}

/* ---- complaints ---- */

static Err *propose_act(Tx *tx, Doing *d)
{
    return dispute_propose(tx, d->id, d->refund, d->r->who, d->r->now);
}

Err *propose_ruling(Req *r)
{
    Doing d = {.r = r};
    RulingForm form = {0};
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &d.id));
    Err *err = take(r, &ruling_form, &form);
    d.refund = form.refund;
    if (!err)
        err = do_it(&d, propose_act);
    if (err)
        return reply_form_again(r, err, show_treasury);
    reply_notice(r, N_("Proposed. Now another officer has to agree."));
    return reply_see(r, "/treasury");
}

static Err *rule_act(Tx *tx, Doing *d)
{
    return dispute_rule(tx, d->id, d->r->who, d->r->now);
}

Err *confirm_ruling(Req *r)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    TRY(need_fresh(r));
    TRY(take_id(r, 0, &d.id));
    TRY(do_it(&d, rule_act));
    reply_notice(r, N_("Decided, and the money has moved."));
    return reply_see(r, "/treasury");
}

/* ---- settings ---- */

Err *show_pay_settings(Req *r)
{
    PaySettings *settings = NEW(r->arena, PaySettings);
    TRY(need_treasurer(r));
    TRY(pay_settings(&r->db, settings));
    SettingsView view = {r->form_shape == &pay_settings_shape ? r->form_values : settings};
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Settings for money")), .place = "/treasury", .back = STR("/treasury")});
    pay_settings_page(page, &view);
    return page_end(page);
}

static Err *settings_act(Tx *tx, Doing *d)
{
    return pay_settings_put(tx, &d->settings, d->r->who, d->r->now);
}

Err *change_pay_settings(Req *r)
{
    Doing d = {.r = r};
    TRY(need_treasurer(r));
    TRY(need_fresh(r));
    Err *err = take(r, &pay_settings_shape, &d.settings);
    if (!err)
        err = do_it(&d, settings_act);
    if (err)
        return reply_form_again(r, err, show_pay_settings);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/treasury/settings");
}

/* ---- Today ---- */

static Err *counted(Req *r, Today *today, int64_t n, const char *one, const char *many, const char *path, const char *icon)
{
    TextArg arg = {"n", say_int(r->arena, r->lang, n)};
    if (n)
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, one, many, n), &arg, 1), path, icon, 30});
    return NULL;
}
#define COUNTED(path, one, many) (one), (many), (path) /* marks both as one text with a plural */

Err *pay_today(Req *r, Today *today)
{
    PayDisputeList disputes;
    PayBatchList batches;
    PayCountOf lines, calls;
    int64_t waiting = 0;
    if (!has_role(r, r->village.org, ROLE_TREASURER))
        return NULL;
    TRY(pay_disputes_open(&r->db, &disputes));
    TRY(pay_batch_list(&r->db, BATCHES, &batches));
    TRY(pay_lines_open_count(&r->db, &lines));
    TRY(pay_calls_unknown_count(&r->db, &calls));
    TRY(counted(r, today, calls.total, COUNTED("/treasury/calls", "{n} payment by phone without an answer", "{n} payments by phone without an answer"), "phone"));
    for (size_t i = 0; i < batches.len; i++)
        waiting += is(batches.at[i].state, "draft") && batches.at[i].made_by != r->who;
    TRY(counted(r, today, (int64_t)disputes.len, COUNTED("/treasury", "{n} complaint to decide", "{n} complaints to decide"), "flag"));
    TRY(counted(r, today, waiting, COUNTED("/treasury", "{n} list of payouts to approve", "{n} lists of payouts to approve"), "hand-coins"));
    return counted(r, today, lines.total, COUNTED("/treasury/reconcile", "{n} bank line to explain", "{n} bank lines to explain"), "list-checks");
}
