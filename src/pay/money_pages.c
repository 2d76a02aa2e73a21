/* "Where your money went" on an order, and "what I earned and why" for a producer. */
#include "identity/identity.h"
#include "market/market.h"
#include "pay/pages.h"
#include "pay/templates.h"
#include "web/qr.h"

enum { ROWS = 20, CHART_ROWS = 8, DISPUTE_MS = 14 * DAY_MS };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static const struct {
    const char *state, *words, *badge;
} states[] = {
    {"held", N_("Kept aside until you have the goods"), "wait"}, {"due", N_("Handed over; the seller gets it soon"), "wait"},
    {"disputed", N_("Kept aside until the complaint is decided"), "bad"}, {"released", N_("Paid to everybody"), "ok"},
    {"refunded", N_("Back in the wallet"), "info"},
};

static void state_say(Req *r, Str state, Str *words, const char **badge)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (is(state, states[i].state)) {
            *words = tr(r->lang, states[i].words);
            *badge = states[i].badge;
        }
}

static const char *share_word(const PartShare *share)
{
    static const struct {
        const char *kind, *word;
    } kinds[] = {{"goods", N_("for the goods")}, {"delivery", N_("for bringing it")}, {"discount", N_("gives a discount")},
                 {"packing", N_("for packing")}, {"transport", N_("for transport")}, {"admin", N_("for the office")},
                 {"sales", N_("for selling")}, {"fund", N_("for the common fund")}, {"platform", N_("for the platform")}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(share->kind, kinds[i].kind))
            return kinds[i].word;
    return "";
}

static Err *shares_view(Req *r, Id part, ShareViewList *out)
{
    PartShareList all;
    int64_t sum = 0;
    TRY(order_part_shares(&r->db, part, &all));
    out->at = NEW_ARRAY(r->arena, ShareView, all.len + 1);
    for (size_t i = 0; i < all.len; i++)
        sum += all.at[i].amount.minor;
    for (size_t i = 0; i < all.len; i++) {
        const PartShare *s = &all.at[i];
        int64_t percent = 0;
        if (sum > 0)
            mul_div(s->amount.minor, 100, sum, &percent);
        if (s->amount.minor)
            out->at[out->len++] = (ShareView){s->receiver ? org_name(r, s->receiver) : r->village.name, tr(r->lang, share_word(s)), s->amount, percent};
    }
    return NULL;
}

static Err *part_view(Req *r, const PayPart *p, bool buyer, MoneyPart *out)
{
    PayDisputeList disputes;
    *out = (MoneyPart){.part = p->part, .seller = org_name(r, p->org), .badge = "", .paid = p->funded, .back = p->refunded,
                       .has_due_at = p->has_due_at, .due_at = p->due_at};
    state_say(r, p->state, &out->state, &out->badge);
    TRY(shares_view(r, p->part, &out->shares));
    out->chart = share_chart(r->arena, &out->shares, tr(r->lang, N_("Who gets how much")));
    TRY(pay_dispute_of_part(&r->db, p->part, &disputes));
    bool open = disputes.len && !is(disputes.at[0].state, "withdrawn");
    bool fresh = is(p->state, "due") || (is(p->state, "released") && r->now.ms - p->changed_at.ms < DISPUTE_MS);
    out->can_complain = buyer && fresh && !open;
    if (open) {
        out->complained = true;
        out->ruled = is(disputes.at[0].state, "ruled");
        out->can_withdraw = buyer && !out->ruled;
        out->dispute = disputes.at[0].id;
        out->words = disputes.at[0].words;
    }
    return NULL;
}

/* The buyer by account, anybody with the guest's link, the treasurer, and who sells some of it. */
static Err *order_see(Req *r, Str key, PayOrderLook *out, bool *buyer)
{
    Id id;
    bool found = id_parse(str_slice(key, 0, ID_TEXT_LEN), &id), may;
    if (found)
        TRY(pay_order_look(&r->db, id, out, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "order.missing");
    *buyer = r->who && out->buyer == r->who;
    may = *buyer || (key.len > ID_TEXT_LEN && str_eq(str_slice(key, ID_TEXT_LEN, key.len), out->secret)) ||
          (r->who && has_role(r, r->village.org, ROLE_TREASURER));
    PayPartList parts;
    TRY(pay_parts_of_order(&r->db, id, &parts));
    for (size_t i = 0; i < parts.len && !may; i++)
        may = r->who && has_role(r, parts.at[i].org, ROLE_SELLER);
    return may ? NULL : err_new(r->arena, ERR_MISSING, "order.missing");
}

static Err *money_page(Req *r, Str key)
{
    PayOrderLook order;
    PayPartList parts;
    MoneyView view = {0};
    Err *err;
    bool buyer = false;
    TRY(order_see(r, key, &order, &buyer));
    TRY(pay_parts_of_order(&r->db, order.id, &parts));
    static const ComplainForm empty;
    view = (MoneyView){.form = r->form_shape == &complain_form ? r->form_values : &empty, .order = order.id, .code = order.code, .total = order.total, .wallet = is(order.payment_method, "wallet") || parts.len, .open = order.open,
                       .back = buyer ? str_format(r->arena, "/orders/%.*s", STR_ARG(id_text(r->arena, order.id))) : STR("/")};
    view.parts.at = NEW_ARRAY(r->arena, MoneyPart, parts.len + 1);
    for (size_t i = 0; i < parts.len; i++)
        TRY(part_view(r, &parts.at[i], buyer, &view.parts.at[view.parts.len++]));
    if (!view.wallet && order.open) {
        if (buyer)
            TRY(wallet_left(&r->db, r->who, &view.left));
        view.can_pay = buyer && view.left.minor >= order.total.minor && order.total.minor > 0;
        view.short_of = buyer && !view.can_pay;
        Str code = merchant_code(r, &(MerchantAsk){.amount = order.total, .bill = id_text(r->arena, order.id)}, &err);
        view.qr = qr_svg(r->arena, code, tr(r->lang, N_("Payment code")));
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Where your money went")), .place = "/orders", .back = view.back});
    pay_order_money(page, &view);
    return page_end(page);
}

Err *show_order_money(Req *r)
{
    return money_page(r, take_param(r, 0));
}

/* ---- paying it after all from the wallet ---- */

typedef struct Paying {
    Req *r;
    Id order;
    PayOrderForm form;
} Paying;

static Err *pay_write(Tx *tx, void *arg)
{
    const Paying *p = arg;
    PayOrderLook order;
    bool found;
    TRY(pay_order_look(&tx->db, p->order, &order, &found));
    if (found && order.total.minor != p->form.total.minor) /* it changed since the page was made */
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    return order_pay_ahead(tx, p->order, p->r->who, p->r->now);
}

Err *pay_order(Req *r)
{
    Paying p = {.r = r};
    PayOrderLook order;
    bool buyer = false;
    TRY(order_see(r, take_param(r, 0), &order, &buyer));
    if (!buyer)
        return denied(r);
    p.order = order.id;
    Err *err = take(r, &pay_order_form, &p.form);
    if (!err)
        err = db_write(r->store, r->arena, pay_write, &p);
    if (err)
        return reply_form_again(r, err, show_order_money);
    reply_notice(r, N_("Paid. The money is kept aside until you have the goods."));
    return reply_see(r, "/money/orders/%.*s", STR_ARG(id_text(r->arena, order.id)));
}

/* ---- complaints ---- */

typedef struct Complaining {
    Req *r;
    ComplainForm form;
    Id dispute;
} Complaining;

static Err *complain_write(Tx *tx, void *arg)
{
    Complaining *c = arg;
    return dispute_open(tx, c->form.part, c->r->who, c->form.words, c->r->now, &c->dispute);
}

Err *complain(Req *r)
{
    Complaining c = {.r = r};
    Err *err = take(r, &complain_form, &c.form);
    if (!err)
        err = db_write(r->store, r->arena, complain_write, &c);
    if (err)
        return reply_form_again(r, err, show_order_money);
    reply_notice(r, N_("We have heard you. Two officers of the co-operative will decide; until then the money does not move."));
    return reply_see(r, "/money/orders/%.*s", STR_ARG(take_param(r, 0)));
}

static Err *withdraw_write(Tx *tx, void *arg)
{
    const Complaining *c = arg;
    return dispute_withdraw(tx, c->dispute, c->r->who, c->r->now);
}

Err *withdraw_complaint(Req *r)
{
    Complaining c = {.r = r};
    TRY(take_id(r, 1, &c.dispute));
    TRY(db_write(r->store, r->arena, withdraw_write, &c));
    reply_notice(r, N_("Your complaint is taken back."));
    return reply_see(r, "/money/orders/%.*s", STR_ARG(take_param(r, 0)));
}

/* ---- what a producer earned ---- */

static Err *earned_org(Req *r, Id asked, EarnedView *view)
{
    view->orgs.at = NEW_ARRAY(r->arena, OrgChoice, r->grants.len + 1);
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & ROLE_SELLER)
            view->orgs.at[view->orgs.len++] = (OrgChoice){r->grants.at[i].org, org_name(r, r->grants.at[i].org), false};
    for (size_t i = 0; i < view->orgs.len; i++)
        if (!view->org && (!asked || view->orgs.at[i].id == asked)) {
            view->org = view->orgs.at[i].id;
            view->name = view->orgs.at[i].name;
            view->orgs.at[i].here = true;
        }
    return view->org ? NULL : denied(r);
}

static Err *earned_rows(Req *r, Id before, EarnedView *view)
{
    PayEarnedList rows;
    Str labels[CHART_ROWS];
    Money values[CHART_ROWS];
    size_t bars = 0;
    TRY(pay_earned_rows(&r->db, view->org, before ? before : INT64_MAX, ROWS, &rows));
    view->rows.at = NEW_ARRAY(r->arena, EarnedRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const PayEarned *row = &rows.at[i];
        EarnedRow *out = &view->rows.at[view->rows.len++];
        *out = (EarnedRow){.code = row->code, .badge = "", .paid = row->funded, .seller = row->seller, .others = row->others, .tax = row->tax,
                           .refunded = row->refunded, .at = row->changed_at};
        state_say(r, row->state, &out->state, &out->badge);
    }
    bars = rows.len < CHART_ROWS ? rows.len : CHART_ROWS;
    for (size_t i = 0; i < bars; i++) {
        labels[i] = rows.at[bars - 1 - i].code;
        values[i] = rows.at[bars - 1 - i].seller;
    }
    view->chart = bars_chart(r->arena, labels, values, bars, tr(r->lang, N_("What you earned on your last orders")));
    if (rows.len == ROWS)
        view->next = str_format(r->arena, "/money/earned?org=%.*s&before=%lld", STR_ARG(id_text(r->arena, view->org)),
                                (long long)rows.at[rows.len - 1].part);
    return NULL;
}

Err *show_earned(Req *r)
{
    static const DestinationForm empty = {.rail = STR("bank")};
    MonthQuery query = {0};
    EarnedView view = {.form = r->form_shape == &destination_form ? r->form_values : &empty};
    AccountView account;
    PayDestination destination;
    PaySum held;
    bool found;
    if (r->method == METHOD_POST)
        query.org = view.form->org;
    else
        TRY(take_query(r, &month_query, &query));
    TRY(earned_org(r, query.org, &view));
    TRY(account_find(&r->db, 0, pay_key(r->arena, "earnings", view.org), &account, &found));
    view.due.minor = found ? account.available : 0;
    TRY(claim_find(&r->db, 0, view.org, &account, &found));
    view.owed.minor = found && account.balance < 0 ? -account.balance : 0;
    TRY(pay_held_for(&r->db, view.org, &held));
    view.held = held.sum;
    TRY(pay_destination_of(&r->db, 0, view.org, &destination, &view.has_destination));
    if (view.has_destination) {
        view.rail = destination.rail;
        view.number = destination.number.len > 4 ? str_format(r->arena, "… %.*s", STR_ARG(str_slice(destination.number, destination.number.len - 4, destination.number.len)))
                                                 : destination.name;
    }
    TRY(earned_rows(r, query.before, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("What I earned and why")), .place = "/money/earned", .back = STR("/wallet")});
    pay_earned(page, &view);
    return page_end(page);
}

typedef struct Choosing {
    Req *r;
    DestinationForm form;
} Choosing;

static Err *destination_write(Tx *tx, void *arg)
{
    const Choosing *c = arg;
    return destination_set(tx, &(NewDestination){.org = c->form.org, .rail = c->form.rail, .name = c->form.name, .number = c->form.number, .bank = c->form.bank},
                           c->r->who, c->r->now);
}

Err *set_destination(Req *r)
{
    Choosing c = {.r = r};
    Err *err = take(r, &destination_form, &c.form);
    if (!err && !has_role(r, c.form.org, ROLE_SELLER))
        return denied(r);
    if (!err)
        err = need_fresh(r); /* where money goes is what a thief would change */
    if (err_is(err, "access.confirm"))
        return err;
    if (!err)
        err = db_write(r->store, r->arena, destination_write, &c);
    if (err)
        return reply_form_again(r, err, show_earned);
    reply_notice(r, N_("Saved. The next payout goes there."));
    return reply_see(r, "/money/earned?org=%.*s", STR_ARG(id_text(r->arena, c.form.org)));
}
