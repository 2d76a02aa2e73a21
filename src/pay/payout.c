/* Payouts in batches: written by one, approved by another, sent, paid, and found on the rail's statement. */
#include "pay/inside.h"

#include "base/text.h"
#include "pay/call.h"
#include "pay/pain.h"
#include "pay/recon.h"

enum { BATCH_MAX = 2000 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Err *moved_on(Tx *tx)
{
    return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
}

/* ---- where to ---- */

Err *destination_set(Tx *tx, const NewDestination *d, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    int64_t count;
    Str name = utf8_clean(arena, utf8_cut(str_trim(d->name), 140)), number = utf8_clean(arena, utf8_cut(str_trim(d->number), 34));
    bool bank = is(d->rail, "bank"), cash = is(d->rail, "cash");
    if (!bank && !cash && !is(d->rail, "mpesa") && !is(d->rail, "momo"))
        return err_field(arena, "pay.rail", "rail");
    if (!name.len)
        return err_field(arena, "field.required", "name");
    if (!cash && (number.len < 4 || str_find(number, STR(" ")) != SIZE_MAX))
        return err_field(arena, "pay.number", "number");
    TRY(pay_destination_drop(tx, d->person, d->org, now, &count));
    TRY(pay_destination_insert(tx, &(PayDestinationInsertArgs){.id = id_mint(), .person = d->person ? &d->person : NULL,
                                                               .org = d->org ? &d->org : NULL, .rail = d->rail, .name = name,
                                                               .number = cash ? STR("") : number, .bank = bank ? str_trim(d->bank) : STR(""),
                                                               .now = now}));
    return audit(tx, now, by, "pay.destination", d->person ? d->person : d->org, d->rail);
}

/* ---- a batch ---- */

static Uuid hold_name(Arena *arena, Id payout)
{
    return uuid_named(str_format(arena, "payout/%.*s/hold", STR_ARG(id_text(arena, payout))));
}

static Uuid step_name(Arena *arena, Id payout, const char *step)
{
    return uuid_named(str_format(arena, "payout/%.*s/%s", STR_ARG(id_text(arena, payout)), step));
}

/* Holds the money at once: what stands in a draft cannot be spent meanwhile. wanted 0: all there is. */
static Err *payout_make(Tx *tx, Id batch, const PayDestination *d, Id transit, Money wanted, Id by, Time now, bool *made)
{
    Arena *arena = tx->db.arena;
    AccountView view;
    Id payout = id_mint();
    TRY(account_find(&tx->db, 0, d->has_org ? pay_key(arena, "earnings", d->org) : pay_key(arena, "wallet", d->person), &view, made));
    *made = *made && view.available > 0 && !(view.flags & (ACCOUNT_FROZEN | ACCOUNT_CLOSED));
    if (!*made || view.available < wanted.minor)
        return NULL;
    Money amount = wanted.minor ? wanted : (Money){view.available};
    TRY(pay_payout_insert(tx, &(PayPayoutInsertArgs){.id = payout, .batch = batch, .account = view.id, .person = d->has_person ? &d->person : NULL,
                                                     .org = d->has_org ? &d->org : NULL, .destination = d->id, .amount = amount,
                                                     .now = now}));
    const NewTransfer hold = {.id = hold_name(arena, payout), .debit = view.id, .credit = transit, .amount = amount.minor,
                              .kind = STR("payout"), .flags = TRANSFER_PENDING, .ref = pay_key(arena, "payout", payout)};
    return transfer_post(tx, &hold, 1, by, now, NULL);
}

Err *batch_make(Tx *tx, Str rail, Date pay_on, Id by, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    PayDestinationList all;
    HouseAccount lies, on_way;
    Id transit;
    size_t payouts = 0;
    if (!rail_accounts(rail, &lies, &on_way))
        return err_field(arena, "pay.rail", "rail");
    TRY(house_account(tx, on_way, now, &transit));
    TRY(pay_destinations(&tx->db, &all));
    *made = id_mint();
    TRY(pay_batch_insert(tx, *made, rail, by, pay_on, now));
    for (size_t i = 0; i < all.len && payouts < BATCH_MAX; i++) {
        bool one = false;
        if (all.at[i].has_org && str_eq(all.at[i].rail, rail))
            TRY(payout_make(tx, *made, &all.at[i], transit, (Money){0}, by, now, &one));
        payouts += one;
    }
    if (!payouts)
        return err_new(arena, ERR_CONFLICT, "pay.nothing_due");
    return audit(tx, now, by, "pay.batch", *made, rail);
}

Err *payout_wish(Tx *tx, const PayoutWish *wish, Time now, Id *batch)
{
    Arena *arena = tx->db.arena;
    PayPayoutList before;
    PayDestination destination;
    HouseAccount lies, on_way;
    Id transit;
    Money left;
    bool made;
    if (wish->amount.minor <= 0)
        return err_field(arena, "pay.amount", "amount");
    TRY(pay_payouts_of_person(&tx->db, wish->person, 5, &before));
    for (size_t i = 0; i < before.len; i++)
        if (is(before.at[i].state, "draft") || is(before.at[i].state, "sent") || is(before.at[i].state, "unknown"))
            return err_new(arena, ERR_CONFLICT, "pay.wish_open");
    if (!rail_accounts(wish->rail, &lies, &on_way))
        return err_field(arena, "pay.rail", "rail");
    TRY(wallet_left(&tx->db, wish->person, &left));
    if (left.minor < wish->amount.minor)
        return too_little(arena, left, village_at(&tx->db), "amount");
    TRY(destination_set(tx, &(NewDestination){.person = wish->person, .rail = wish->rail, .name = wish->name, .number = wish->number, .bank = wish->bank},
                        wish->person, now));
    TRY(pay_destination_of(&tx->db, wish->person, 0, &destination, &made));
    TRY(house_account(tx, on_way, now, &transit));
    *batch = id_mint();
    TRY(pay_batch_insert(tx, *batch, wish->rail, wish->person, time_date(now, village_at(&tx->db).zone), now));
    TRY(payout_make(tx, *batch, &destination, transit, wish->amount, wish->person, now, &made));
    if (!made)
        return too_little(arena, left, village_at(&tx->db), "amount");
    return audit(tx, now, wish->person, "pay.wish", *batch, wish->rail);
}

static Err *batch_look(Tx *tx, Id id, PayBatch *out)
{
    bool found;
    TRY(pay_batch_by_id(&tx->db, id, out, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "pay.no_batch");
}

static Err *batch_put(Tx *tx, const PayBatch *b, const char *to, const Id *approved_by, Time now)
{
    int64_t count;
    TRY(pay_batch_put(tx, b->id, b->state, str_of(to), approved_by, now, &count));
    return count == 1 ? NULL : moved_on(tx);
}

Err *batch_approve(Tx *tx, Id batch, Id by, Time now)
{
    PayBatch b;
    TRY(batch_look(tx, batch, &b));
    if (!is(b.state, "draft"))
        return moved_on(tx);
    if (b.made_by == by)
        return err_new(tx->db.arena, ERR_DENIED, "pay.same_person");
    TRY(batch_put(tx, &b, "approved", &by, now));
    return audit(tx, now, by, "pay.batch_approved", batch, STR(""));
}

static Err *payout_put(Tx *tx, const PayPayout *p, const char *to, Str reason, Time now)
{
    int64_t count;
    TRY(pay_payout_put(tx, p->id, p->state, str_of(to), reason, now, &count));
    return count == 1 ? NULL : moved_on(tx);
}

Err *batch_send(Tx *tx, Id batch, Id by, Time now)
{
    PayBatch b;
    PayPayoutList payouts;
    bool in, out;
    Id call;
    TRY(batch_look(tx, batch, &b));
    if (is(b.state, "exported")) /* the file may be fetched again: it is the same one */
        return NULL;
    if (!is(b.state, "approved"))
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.not_approved");
    TRY(pay_payouts_of_batch(&tx->db, batch, &payouts));
    TRY(rail_ways(&tx->db, b.rail, &in, &out));
    for (size_t i = 0; i < payouts.len; i++)
        if (is(payouts.at[i].state, "draft")) {
            TRY(payout_put(tx, &payouts.at[i], "sent", STR(""), now));
            if (out) /* the service is asked to pay it, by the job that runs next */
                TRY(call_payout(tx, payouts.at[i].id, now, &call));
        }
    TRY(batch_put(tx, &b, "exported", &b.approved_by, now));
    return audit(tx, now, by, "pay.batch_sent", batch, STR(""));
}

static Err *hold_end(Tx *tx, const PayPayout *p, unsigned flag, const char *step, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    const NewTransfer end = {.id = step_name(arena, p->id, step), .refers = hold_name(arena, p->id), .kind = STR("payout"), .flags = flag,
                             .ref = pay_key(arena, "payout", p->id)};
    return transfer_post(tx, &end, 1, by, now, NULL);
}

Err *batch_drop(Tx *tx, Id batch, Id by, Time now)
{
    PayBatch b;
    PayPayoutList payouts;
    TRY(batch_look(tx, batch, &b));
    if (!is(b.state, "draft") && !is(b.state, "approved"))
        return moved_on(tx);
    TRY(pay_payouts_of_batch(&tx->db, batch, &payouts));
    for (size_t i = 0; i < payouts.len; i++) {
        TRY(hold_end(tx, &payouts.at[i], TRANSFER_VOID, "void", by, now));
        TRY(payout_put(tx, &payouts.at[i], "dropped", STR(""), now));
    }
    TRY(batch_put(tx, &b, "dropped", b.has_approved_by ? &b.approved_by : NULL, now));
    return audit(tx, now, by, "pay.batch_dropped", batch, STR(""));
}

/* ---- one payout ---- */

static Err *payout_look(Tx *tx, Id id, PayPayout *out)
{
    bool found;
    TRY(pay_payout_by_id(&tx->db, id, out, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "pay.no_payout");
}

/* The batch follows its payouts: paid once none is on its way, done once all are settled. */
static Err *batch_follow(Tx *tx, Id batch, Time now)
{
    PayBatch b;
    PayPayoutList payouts;
    size_t open = 0, paid = 0;
    TRY(batch_look(tx, batch, &b));
    TRY(pay_payouts_of_batch(&tx->db, batch, &payouts));
    for (size_t i = 0; i < payouts.len; i++) {
        open += is(payouts.at[i].state, "draft") || is(payouts.at[i].state, "sent") || is(payouts.at[i].state, "unknown");
        paid += is(payouts.at[i].state, "paid");
    }
    const char *to = open ? "exported" : paid ? "paid" : "done";
    return is(b.state, to) ? NULL : batch_put(tx, &b, to, b.has_approved_by ? &b.approved_by : NULL, now);
}

Err *payout_paid(Tx *tx, Id payout, Id by, Time now)
{
    PayPayout p;
    TRY(payout_look(tx, payout, &p));
    if (is(p.state, "paid") || is(p.state, "reconciled"))
        return NULL;
    if (!is(p.state, "sent") && !is(p.state, "unknown"))
        return moved_on(tx);
    TRY(hold_end(tx, &p, TRANSFER_POST, "post", by, now));
    TRY(payout_put(tx, &p, "paid", STR(""), now));
    TRY(batch_follow(tx, p.batch, now));
    TRY(pay_tell(tx, &(PayEvent){"payout.paid", payout, p.amount}, now));
    return audit(tx, now, by, "pay.payout_paid", payout, STR(""));
}

Err *payout_unknown(Tx *tx, Id payout, Time now)
{
    PayPayout p;
    TRY(payout_look(tx, payout, &p));
    return is(p.state, "sent") ? payout_put(tx, &p, "unknown", STR(""), now) : NULL;
}

/* Where the money is between our account and theirs, and where it lies with us. */
static Err *rail_of(Tx *tx, const PayPayout *p, Time now, Id *lies, Id *transit)
{
    HouseAccount where, on_way;
    if (!rail_accounts(p->rail, &where, &on_way))
        return err_field(tx->db.arena, "pay.rail", "rail");
    TRY(house_account(tx, where, now, lies));
    return house_account(tx, on_way, now, transit);
}

Err *payout_reconciled(Tx *tx, Id payout, Str name, Id by, Time now)
{
    PayPayout p;
    Id lies, transit;
    TRY(payout_look(tx, payout, &p));
    if (is(p.state, "sent") || is(p.state, "unknown")) {
        TRY(payout_paid(tx, payout, by, now));
        TRY(payout_look(tx, payout, &p));
    }
    if (!is(p.state, "paid"))
        return moved_on(tx);
    TRY(rail_of(tx, &p, now, &lies, &transit));
    Posted how = {.name = name, .kind = "reconciled", .ref = pay_key(tx->db.arena, "payout", payout), .actor = by};
    TRY(pay_post(tx, &(Posting){transit, lies, p.amount}, 1, &how, now));
    TRY(payout_put(tx, &p, "reconciled", STR(""), now));
    TRY(batch_follow(tx, p.batch, now));
    return audit(tx, now, by, "pay.payout_reconciled", payout, STR(""));
}

Err *payout_bounced(Tx *tx, Id payout, Str reason, Str name, Id by, Time now)
{
    PayPayout p;
    Id lies, transit;
    TRY(payout_look(tx, payout, &p));
    if (is(p.state, "bounced"))
        return NULL;
    TRY(rail_of(tx, &p, now, &lies, &transit));
    Posted how = {.name = name, .kind = "bounced", .ref = pay_key(tx->db.arena, "payout", payout), .actor = by};
    if (is(p.state, "sent") || is(p.state, "unknown"))
        TRY(hold_end(tx, &p, TRANSFER_VOID, "void", by, now));
    else if (is(p.state, "paid"))
        TRY(pay_post(tx, &(Posting){transit, p.account, p.amount}, 1, &how, now));
    else if (is(p.state, "reconciled"))
        TRY(pay_post(tx, &(Posting){lies, p.account, p.amount}, 1, &how, now));
    else
        return moved_on(tx);
    TRY(payout_put(tx, &p, "bounced", utf8_clean(tx->db.arena, utf8_cut(reason, 100)), now));
    TRY(batch_follow(tx, p.batch, now));
    TRY(pay_tell(tx, &(PayEvent){"payout.bounced", payout, p.amount}, now));
    return audit(tx, now, by, "pay.payout_bounced", payout, STR(""));
}

/* A line that was taken for it was something else: back to where it stood before. The money was moved back already. */
Err *payout_unseen(Tx *tx, Id payout, bool bounced, Time now)
{
    PayPayout p;
    TRY(payout_look(tx, payout, &p));
    if (!is(p.state, bounced ? "bounced" : "reconciled"))
        return moved_on(tx);
    TRY(payout_put(tx, &p, bounced ? "reconciled" : "paid", STR(""), now));
    return batch_follow(tx, p.batch, now);
}

/* ---- the bank's file ---- */

Err *batch_file(Db *db, Id batch, Str *xml)
{
    Arena *arena = db->arena;
    PayBatch b;
    PayPayoutList rows;
    PaySettings settings;
    bool found;
    TRY(pay_batch_by_id(db, batch, &b, &found));
    if (!found || !is(b.rail, "bank"))
        return err_new(arena, ERR_MISSING, "pay.no_batch");
    if (is(b.state, "draft") || is(b.state, "dropped"))
        return err_new(arena, ERR_CONFLICT, "pay.not_approved");
    TRY(pay_settings(db, &settings));
    if (!settings.bank_name.len || !settings.bank_account.len)
        return err_new(arena, ERR_CONFLICT, "pay.no_bank");
    TRY(pay_payouts_of_batch(db, batch, &rows));
    BankPayment *payments = NEW_ARRAY(arena, BankPayment, rows.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < rows.len; i++)
        if (!is(rows.at[i].state, "dropped"))
            payments[len++] = (BankPayment){.end_to_end = id_text(arena, rows.at[i].id), .amount = rows.at[i].amount, .name = rows.at[i].name,
                                            .account = rows.at[i].number, .bank = rows.at[i].bank, .text = settings.bank_name};
    const BankOrder order = {.message = id_text(arena, batch), .made_at = b.made_at, .name = settings.bank_name, .account = settings.bank_account,
                             .bank = settings.bank_bic, .currency = village_at(db).currency, .pay_on = b.pay_on, .payments = payments,
                             .payments_len = len};
    return pain_write(arena, &order, xml);
}
