/* Disputes: a buyer speaks, two officers rule. */
#include "pay/inside.h"

#include "base/text.h"

enum { WORDS_MAX = 1000, DISPUTE_DAYS = 14 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Err *moved_on(Tx *tx)
{
    return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
}

static Err *dispute_look(Tx *tx, Id id, PayDispute *out)
{
    bool found;
    TRY(pay_dispute_by_id(&tx->db, id, out, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "pay.no_dispute");
}

/* While its money is still kept aside a dispute stops the clock. */
static Err *part_freeze(Tx *tx, const PayPart *p, const char *from, const char *to, const Time *due_at, Time now)
{
    int64_t count;
    TRY(pay_part_put(tx, &(PayPartPutArgs){.part = p->part, .was = str_of(from), .state = str_of(to), .round = p->round, .funded = p->funded,
                                           .seller = p->seller, .others = p->others, .tax = p->tax, .refunded = p->refunded,
                                           .due_at = due_at, .now = now}, &count));
    return count == 1 ? NULL : moved_on(tx);
}

Err *dispute_open(Tx *tx, Id part, Id buyer, Str words, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    PayPart p;
    PayDisputeList before;
    bool found;
    words = utf8_clean(arena, utf8_cut(str_trim(words), WORDS_MAX));
    TRY(pay_part_by_id(&tx->db, part, &p, &found));
    if (!found || p.buyer != buyer)
        return err_new(arena, ERR_MISSING, "order.missing");
    if (!words.len)
        return err_field(arena, "field.required", "words");
    TRY(pay_dispute_of_part(&tx->db, part, &before));
    for (size_t i = 0; i < before.len; i++)
        if (!is(before.at[i].state, "withdrawn"))
            return err_new(arena, ERR_CONFLICT, "pay.disputed");
    if (!is(p.state, "due") && !is(p.state, "released"))
        return err_new(arena, ERR_CONFLICT, "pay.not_handed_over");
    if (is(p.state, "released") && now.ms - p.changed_at.ms > DISPUTE_DAYS * (int64_t)DAY_MS)
        return err_new(arena, ERR_CONFLICT, "pay.too_late");
    if (is(p.state, "due"))
        TRY(part_freeze(tx, &p, "due", "disputed", NULL, now));
    *made = id_mint();
    TRY(pay_dispute_insert(tx, *made, part, buyer, words, now));
    return audit(tx, now, buyer, "pay.dispute", part, STR(""));
}

Err *dispute_answer(Tx *tx, Id dispute, Str answer, Id by, Time now)
{
    int64_t count;
    TRY(pay_dispute_answer(tx, dispute, utf8_clean(tx->db.arena, utf8_cut(str_trim(answer), WORDS_MAX)), now, &count));
    return count == 1 ? audit(tx, now, by, "pay.dispute_answer", dispute, STR("")) : moved_on(tx);
}

static Err *dispute_put(Tx *tx, const PayDispute *d, const char *to, Money refund, Id proposed_by, Id ruled_by, Time now)
{
    int64_t count;
    TRY(pay_dispute_put(tx, &(PayDisputePutArgs){.id = d->id, .was = d->state, .state = str_of(to), .refund = refund,
                                                 .proposed_by = proposed_by ? &proposed_by : NULL,
                                                 .ruled_by = ruled_by ? &ruled_by : NULL, .now = now}, &count));
    return count == 1 ? NULL : moved_on(tx);
}

Err *dispute_withdraw(Tx *tx, Id dispute, Id buyer, Time now)
{
    PayDispute d;
    PayPart p;
    bool found;
    TRY(dispute_look(tx, dispute, &d));
    if (d.buyer != buyer)
        return err_new(tx->db.arena, ERR_MISSING, "pay.no_dispute");
    if (!is(d.state, "open") && !is(d.state, "proposed"))
        return moved_on(tx);
    TRY(dispute_put(tx, &d, "withdrawn", (Money){0}, 0, 0, now));
    TRY(pay_part_by_id(&tx->db, d.part, &p, &found));
    if (is(p.state, "disputed"))
        TRY(part_release(tx, d.part, (Money){0}, buyer, now));
    return audit(tx, now, buyer, "pay.dispute_withdrawn", d.part, STR(""));
}

Err *dispute_propose(Tx *tx, Id dispute, Money refund, Id officer, Time now)
{
    PayDispute d;
    TRY(dispute_look(tx, dispute, &d));
    if (refund.minor < 0 || refund.minor > d.funded.minor)
        return err_field(tx->db.arena, "pay.refund", "refund");
    if (!is(d.state, "open") && !is(d.state, "proposed"))
        return moved_on(tx);
    if (officer == d.buyer)
        return err_new(tx->db.arena, ERR_DENIED, "pay.own_case");
    TRY(dispute_put(tx, &d, "proposed", refund, officer, 0, now));
    return audit(tx, now, officer, "pay.dispute_proposed", d.part, STR(""));
}

Err *dispute_rule(Tx *tx, Id dispute, Id officer, Time now)
{
    PayDispute d;
    PayPart p;
    bool found;
    TRY(dispute_look(tx, dispute, &d));
    if (!is(d.state, "proposed"))
        return moved_on(tx);
    if (officer == d.buyer)
        return err_new(tx->db.arena, ERR_DENIED, "pay.own_case");
    if (officer == d.proposed_by)
        return err_new(tx->db.arena, ERR_DENIED, "pay.same_person");
    TRY(pay_part_by_id(&tx->db, d.part, &p, &found));
    TRY(dispute_put(tx, &d, "ruled", d.refund, d.proposed_by, officer, now));
    if (is(p.state, "disputed"))
        TRY(part_release(tx, d.part, d.refund, officer, now));
    else
        TRY(part_refund_after(tx, d.part, d.refund, officer, now));
    return audit(tx, now, officer, "pay.dispute_ruled", d.part, STR(""));
}
