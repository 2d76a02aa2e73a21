/* Escrow: the money of an order, from the order to the hands it belongs in. A wallet pays when the order is placed; where the
   co-operative books the cash of its own places, the till pays when it is collected. Every function here runs in the
   transaction of what happened to the order: an order and its money are one commit. */
#include "market/market.h"
#include "pay/inside.h"

enum { SHARES_MAX = 60, RELEASE_BATCH = 100 };

static Str part_name(Arena *arena, const PayPart *p, const char *what)
{
    return str_format(arena, "part/%.*s/%s/%lld", STR_ARG(id_text(arena, p->part)), what, (long long)p->round);
}

static Posted part_how(Arena *arena, const PayPart *p, const char *what, Id actor)
{
    return (Posted){.name = part_name(arena, p, what), .kind = what, .ref = pay_key(arena, "order", p->order_group), .actor = actor};
}

static Money part_rest(const PayPart *p)
{
    return (Money){p->funded.minor - p->seller.minor - p->others.minor - p->tax.minor - p->refunded.minor};
}

static Err *part_put(Tx *tx, const PayPart *p, const char *was, const char *state, Time now)
{
    int64_t count;
    TRY(pay_part_put(tx, &(PayPartPutArgs){.part = p->part, .was = str_of(was), .state = str_of(state), .round = p->round, .funded = p->funded,
                                           .seller = p->seller, .others = p->others, .tax = p->tax, .refunded = p->refunded,
                                           .due_at = p->has_due_at ? &p->due_at : NULL, .now = now}, &count));
    return count == 1 ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
}

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

/* ---- paying in ---- */

/* Where its money comes from, and goes back to: the buyer's wallet, or the till that took the cash. */
static Err *payer_account(Tx *tx, const PayPart *p, Time now, Id *account)
{
    PayTill till;
    bool found;
    if (!p->till)
        return wallet_need(tx, p->buyer, now, account);
    TRY(pay_till_by_id(&tx->db, p->till, &till, &found));
    *account = found ? till.account : 0;
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "pay.no_till");
}

static Err *part_fund(Tx *tx, PayPart *p, Money total, const char *was, Time now)
{
    Arena *arena = tx->db.arena;
    Id wallet;
    Money left = total;
    TRY(payer_account(tx, p, now, &wallet));
    if (!p->till)
        TRY(wallet_left(&tx->db, p->buyer, &left));
    else
        TRY(till_room(&tx->db, p->till, total, NULL));
    if (left.minor < total.minor)
        return too_little(arena, left, village_at(&tx->db), "payment");
    p->round++;
    p->funded = total;
    p->seller = p->others = p->tax = p->refunded = (Money){0};
    p->has_due_at = false;
    Posted how = part_how(arena, p, "escrow", p->buyer);
    TRY(pay_post(tx, &(Posting){wallet, p->account, total}, 1, &how, now));
    return part_put(tx, p, was, "held", now);
}

/* Reads the order of a part; p->part is 0 when its money does not go through these books. */
static Err *part_look(Tx *tx, Id part, PayOrder *order, PayPart *p)
{
    bool found;
    *p = (PayPart){0};
    TRY(pay_order_of_part(&tx->db, part, order, &found));
    return found ? pay_part_by_id(&tx->db, part, p, &found) : NULL;
}

static Err *escrow_begin(Tx *tx, const PayOrder *order, Id buyer, Id till, Time now, PayPart *p)
{
    *p = (PayPart){.part = order->part, .order_group = order->order_group, .org = order->org, .buyer = buyer, .till = till};
    TRY(account_need(tx, &(NewAccount){.key = pay_key(tx->db.arena, "escrow", order->order_group), .code = STR("2030"),
                                       .name = STR(N_("Escrow of an order")), .flags = ACCOUNT_NO_OVERDRAFT}, 0, now, &p->account));
    return pay_part_insert(tx, &(PayPartInsertArgs){.part = p->part, .order_group = p->order_group, .org = p->org, .buyer = p->buyer,
                                                    .account = p->account, .till = till, .now = now});
}

static Err *heard_placed(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    TRY(part_look(tx, part, &order, &p));
    if (!is(order.payment_method, "wallet"))
        return NULL;
    if (p.part) /* its cash went through the till before, and back */
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    TRY(escrow_begin(tx, &order, order.buyer, 0, now, &p));
    return part_fund(tx, &p, order.total, "held", now);
}

static Err *heard_restored(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    TRY(part_look(tx, part, &order, &p));
    return p.part && !p.till ? part_fund(tx, &p, order.total, "refunded", now) : NULL; /* cash comes when it is collected */
}

/* ---- back to the buyer ---- */

static Err *heard_cancelled(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    Id wallet;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part || (p.till && is(p.state, "refunded"))) /* cash went back when the handing over was taken back */
        return NULL;
    const char *was = is(p.state, "due") ? "due" : is(p.state, "disputed") ? "disputed" : "held";
    Money rest = part_rest(&p);
    TRY(payer_account(tx, &p, now, &wallet));
    Posted how = part_how(tx->db.arena, &p, "refund", 0);
    TRY(pay_post(tx, &(Posting){p.account, wallet, rest}, 1, &how, now));
    p.refunded.minor += rest.minor;
    p.has_due_at = false;
    TRY(part_put(tx, &p, was, "refunded", now));
    return claim_settle(tx, wallet, how, now); /* of a till: nobody's, nothing happens */
}

/* ---- to everybody it belongs to ---- */

typedef struct Share {
    Id account;
    Money amount; /* negative: a discount that this party bears */
    enum { TO_SELLER, TO_OTHER, TO_TAX } to;
} Share;

static Err *receiver_account(Tx *tx, Id org, Time now, Id *account)
{
    bool house = !org || org == village_at(&tx->db).org;
    return house ? house_account(tx, HOUSE_FEES, now, account) : earnings_need(tx, org, now, account);
}

/* Who gets what of a part as it stands, with nothing poor about it; the tax inside each share is kept back. The seller is
   first. */
static Err *shares_of(Tx *tx, const PayOrder *order, Time now, Share *out, size_t *len)
{
    PartShareList all;
    Money tax = {0};
    Id account;
    TRY(order_part_shares(&tx->db, order->part, &all));
    *len = 0;
    if (all.len >= SHARES_MAX)
        return err_detail(tx->db.arena, ERR_BROKEN, "pay.postings", "a part with %zu receivers", all.len);
    for (size_t i = 0; i < all.len; i++) {
        const PartShare *share = &all.at[i];
        int64_t kept = share->amount.minor <= 0 || share->tax.minor < 0 ? 0 : share->tax.minor;
        kept = kept > share->amount.minor && kept ? share->amount.minor : kept;
        TRY(receiver_account(tx, share->receiver, now, &account));
        out[(*len)++] = (Share){account, {share->amount.minor - kept}, share->receiver == order->org ? TO_SELLER : TO_OTHER};
        tax.minor += kept;
    }
    TRY(house_account(tx, HOUSE_TAX, now, &account));
    out[(*len)++] = (Share){account, tax, TO_TAX};
    return NULL;
}

/* Cuts whole in proportion to what each would get of total: the parts always add up (largest remainder). Who bears a
   discount bears as much less. */
static void shares_cut(Arena *arena, Share *shares, size_t len, Money whole, Money total)
{
    int64_t *weights = NEW_ARRAY(arena, int64_t, len);
    Money *parts = NEW_ARRAY(arena, Money, len);
    if (whole.minor == total.minor)
        return;
    for (size_t i = 0; i < len; i++) {
        weights[i] = shares[i].amount.minor > 0 ? shares[i].amount.minor : 0;
        if (shares[i].amount.minor < 0 && !mul_div(shares[i].amount.minor, whole.minor, total.minor ? total.minor : 1, &shares[i].amount.minor))
            shares[i].amount.minor = 0;
        if (shares[i].amount.minor < 0)
            whole.minor -= shares[i].amount.minor;
    }
    money_split(whole, weights, len, parts);
    for (size_t i = 0; i < len; i++)
        shares[i].amount = shares[i].amount.minor < 0 ? shares[i].amount : parts[i];
}

static void part_count(PayPart *p, const Share *share, int sign)
{
    Money *sum = share->to == TO_SELLER ? &p->seller : share->to == TO_TAX ? &p->tax : &p->others;
    sum->minor += sign * share->amount.minor;
}

/* Weighing may have made it dearer than what was put aside: the wallet pays the rest, or the buyer owes it. */
static Err *part_top_up(Tx *tx, PayPart *p, Money total, Time now)
{
    Id wallet;
    int64_t more = total.minor - part_rest(p).minor;
    if (more <= 0)
        return NULL;
    TRY(payer_account(tx, p, now, &wallet));
    p->funded.minor += more;
    return take_or_claim(tx, &(Taking){.from = wallet, .to = p->account, .person = p->buyer, .amount = {more},
                                       .how = part_how(tx->db.arena, p, "top_up", p->buyer)}, now);
}

/* Discounts that somebody else than the seller bears are put into the escrow first. */
static Err *shares_bear(Tx *tx, const PayPart *p, const Share *shares, size_t len, Id actor, Time now)
{
    for (size_t i = 0; i < len; i++) {
        AccountView owner;
        if (shares[i].amount.minor >= 0)
            continue;
        TRY(account_get(&tx->db, shares[i].account, &owner));
        Posted how = part_how(tx->db.arena, p, "bear", actor);
        how.name = str_format(tx->db.arena, "%.*s/%zu", STR_ARG(how.name), i);
        TRY(take_or_claim(tx, &(Taking){.from = shares[i].account, .to = p->account, .person = owner.person, .org = owner.org,
                                        .amount = {-shares[i].amount.minor}, .how = how}, now));
    }
    return NULL;
}

Err *part_release(Tx *tx, Id part, Money refund, Id actor, Time now)
{
    Arena *arena = tx->db.arena;
    PayOrder order;
    PayPart p;
    Share shares[SHARES_MAX];
    Posting list[SHARES_MAX + 1];
    size_t len;
    Id wallet;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part || is(p.state, "released") || is(p.state, "refunded"))
        return err_new(arena, ERR_CONFLICT, "pay.not_held");
    if (refund.minor < 0 || refund.minor > order.total.minor)
        return err_field(arena, "pay.refund", "refund");
    const char *was = is(p.state, "due") ? "due" : is(p.state, "disputed") ? "disputed" : "held";
    TRY(part_top_up(tx, &p, order.total, now));
    TRY(shares_of(tx, &order, now, shares, &len));
    Money rest = part_rest(&p), whole = {order.total.minor - refund.minor}, back = {rest.minor - whole.minor};
    shares_cut(arena, shares, len, whole, order.total);
    TRY(payer_account(tx, &p, now, &wallet));
    TRY(shares_bear(tx, &p, shares, len, actor, now));
    for (size_t i = 0; i < len; i++) {
        list[i] = (Posting){p.account, shares[i].account, {shares[i].amount.minor > 0 ? shares[i].amount.minor : 0}};
        part_count(&p, &shares[i], 1);
    }
    list[len] = (Posting){p.account, wallet, back};
    p.refunded.minor += back.minor;
    p.has_due_at = false;
    Posted how = part_how(arena, &p, "release", actor);
    TRY(pay_post(tx, list, len + 1, &how, now));
    TRY(part_put(tx, &p, was, "released", now));
    for (size_t i = 0; i < len; i++)
        if (shares[i].amount.minor > 0 && shares[i].to != TO_TAX) {
            Posted settle = how;
            settle.name = str_format(arena, "%.*s/%zu", STR_ARG(how.name), i);
            TRY(claim_settle(tx, shares[i].account, settle, now));
        }
    TRY(pay_tell(tx, &(PayEvent){"escrow.released", part, p.seller}, now));
    return audit(tx, now, actor, "pay.released", part, STR(""));
}

/* The first till that has room for it; the first one when none has, which then refuses. */
static Err *till_choose(Db *db, const PayTillList *tills, Money amount, size_t *at)
{
    bool room = false;
    for (*at = 0; *at < tills->len && !room; (*at)++)
        TRY(till_room(db, tills->at[*at].id, amount, &room));
    *at = room ? *at - 1 : 0;
    return NULL;
}

/* Cash at a place of the co-operative: into its first till with room, and on as if a wallet had paid. For a guest stands who answers
   for the till. p->part stays 0 when it is not booked here. */
static Err *cash_taken(Tx *tx, const PaySettings *settings, const PayOrder *order, PayPart *p, Time now)
{
    PayTillList tills;
    if (!p->part) {
        if (!settings->cash_orders || !is(order->payment_method, "at_pickup") || order->place_org != village_at(&tx->db).org)
            return NULL;
        TRY(pay_till_list(&tx->db, &tills));
        if (!tills.len)
            return NULL;
        size_t at = 0;
        TRY(till_choose(&tx->db, &tills, order->total, &at));
        TRY(escrow_begin(tx, order, order->buyer ? order->buyer : tills.at[at].agent, tills.at[at].id, now, p));
        p->state = STR("held");
    }
    TRY(part_fund(tx, p, order->total, str_z(tx->db.arena, p->state), now));
    p->state = STR("held");
    return NULL;
}

static Err *heard_collected(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    PaySettings settings;
    TRY(part_look(tx, part, &order, &p));
    TRY(pay_settings(&tx->db, &settings));
    if (!p.part || p.till)
        TRY(cash_taken(tx, &settings, &order, &p, now));
    if (!p.part || is(p.state, "disputed"))
        return NULL;
    if (!settings.release_days)
        return part_release(tx, part, (Money){0}, 0, now);
    p.has_due_at = true;
    p.due_at = (Time){now.ms + settings.release_days * DAY_MS};
    return part_put(tx, &p, "held", "due", now);
}

/* ---- taking back ---- */

/* Moves back what the transfer of this name moved, if there is one; from an account that may have been emptied meanwhile:
   then it is owed. */
static Err *move_back(Tx *tx, const PayPart *p, Str name, Str as, Time now)
{
    TransferView moved;
    AccountView owner;
    bool found;
    TRY(transfer_get(&tx->db, uuid_named(name), &moved, &found));
    if (!found)
        return NULL;
    TRY(account_get(&tx->db, moved.credit, &owner));
    Posted how = part_how(tx->db.arena, p, "undo", 0);
    how.name = as;
    return take_or_claim(tx, &(Taking){.from = moved.credit, .to = moved.debit, .person = owner.person, .org = owner.org,
                                       .amount = {moved.amount}, .how = how}, now);
}

static Err *release_undo(Tx *tx, PayPart *p, Time now)
{
    Arena *arena = tx->db.arena;
    Str release = part_name(arena, p, "release"), bear = part_name(arena, p, "bear"), undo = part_name(arena, p, "undo");
    for (size_t i = 0; i <= SHARES_MAX; i++)
        TRY(move_back(tx, p, str_format(arena, "%.*s/%zu", STR_ARG(release), i), str_format(arena, "%.*s/%zu", STR_ARG(undo), i), now));
    for (size_t i = 0; i <= SHARES_MAX; i++)
        for (size_t k = 0; k < 2; k++)
            TRY(move_back(tx, p, str_format(arena, "%.*s/%zu/%zu", STR_ARG(bear), i, k), str_format(arena, "%.*s/b%zu/%zu", STR_ARG(undo), i, k), now));
    p->seller = p->others = p->tax = p->refunded = (Money){0};
    p->round++;
    return NULL;
}

/* The handing over was a mistake: what the till took for it leaves the till again. */
static Err *cash_given_back(Tx *tx, PayPart *p, Time now)
{
    Id till;
    Money rest = part_rest(p);
    TRY(payer_account(tx, p, now, &till));
    Posted how = part_how(tx->db.arena, p, "refund", 0);
    TRY(pay_post(tx, &(Posting){p->account, till, rest}, 1, &how, now));
    p->refunded.minor += rest.minor;
    return NULL;
}

static Err *heard_uncollected(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    PayDisputeList disputes;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part)
        return NULL;
    TRY(pay_dispute_of_part(&tx->db, part, &disputes));
    if (disputes.len)
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.disputed");
    p.has_due_at = false;
    bool due = is(p.state, "due");
    if (!due)
        TRY(release_undo(tx, &p, now));
    if (p.till)
        TRY(cash_given_back(tx, &p, now));
    return part_put(tx, &p, due ? "due" : "released", p.till ? "refunded" : "held", now);
}

Err *part_refund_after(Tx *tx, Id part, Money refund, Id actor, Time now)
{
    Arena *arena = tx->db.arena;
    PayOrder order;
    PayPart p;
    Share shares[SHARES_MAX];
    size_t len;
    Id wallet;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part || !is(p.state, "released"))
        return err_new(arena, ERR_CONFLICT, "pay.not_held");
    if (refund.minor < 0 || refund.minor > p.seller.minor + p.others.minor + p.tax.minor)
        return err_field(arena, "pay.refund", "refund");
    TRY(shares_of(tx, &order, now, shares, &len));
    Money all = {0};
    for (size_t i = 0; i < len; i++) {
        shares[i].amount.minor = shares[i].amount.minor > 0 ? shares[i].amount.minor : 0;
        all.minor += shares[i].amount.minor;
    }
    shares_cut(arena, shares, len, refund, all);
    TRY(payer_account(tx, &p, now, &wallet));
    p.round++;
    for (size_t i = 0; i < len; i++) {
        AccountView owner;
        TRY(account_get(&tx->db, shares[i].account, &owner));
        Posted how = part_how(arena, &p, "refund_after", actor);
        how.name = str_format(arena, "%.*s/%zu", STR_ARG(how.name), i);
        part_count(&p, &shares[i], -1);
        TRY(take_or_claim(tx, &(Taking){.from = shares[i].account, .to = wallet, .person = owner.person, .org = owner.org,
                                        .amount = shares[i].amount, .how = how}, now));
    }
    p.refunded.minor += refund.minor;
    TRY(part_put(tx, &p, "released", "released", now));
    return audit(tx, now, actor, "pay.refunded", part, STR(""));
}

/* ---- changes while it waits ---- */

/* Less to pay: the difference goes back at once. More: only what the buyer asked for is taken now (an order is never
   unpaid); what the scale added is taken when it is handed over. */
static Err *part_follow_total(Tx *tx, Id part, bool asked, Time now)
{
    Arena *arena = tx->db.arena;
    PayOrder order;
    PayPart p;
    Id wallet;
    Money left;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part || p.till || !is(p.state, "held"))
        return NULL;
    int64_t more = order.total.minor - part_rest(&p).minor;
    TRY(wallet_need(tx, p.buyer, now, &wallet));
    TRY(wallet_left(&tx->db, p.buyer, &left));
    if (more > 0 && !asked)
        return NULL;
    if (more > left.minor)
        return too_little(arena, left, village_at(&tx->db), "steps");
    p.round++;
    Posted how = part_how(arena, &p, "changed", p.buyer);
    const Posting in = {wallet, p.account, {more}}, out = {p.account, wallet, {-more}};
    TRY(pay_post(tx, more > 0 ? &in : &out, 1, &how, now));
    p.funded.minor += more > 0 ? more : 0;
    p.refunded.minor += more < 0 ? -more : 0;
    return part_put(tx, &p, "held", "held", now);
}

static Err *heard_amended(Tx *tx, Id part, Time now)
{
    return part_follow_total(tx, part, true, now);
}

static Err *heard_changed(Tx *tx, Id part, Time now)
{
    return part_follow_total(tx, part, false, now);
}

/* The seller or the co-operative agreed to give money back: it goes to the wallet it came from, at once. */
static Err *heard_refund_due(Tx *tx, Id part, Time now)
{
    PayOrder order;
    PayPart p;
    RefundFactList refunds;
    TRY(part_look(tx, part, &order, &p));
    if (!p.part || is(p.state, "disputed"))
        return NULL;
    TRY(order_refunds(&tx->db, order.order_group, part, &refunds));
    for (size_t i = 0; i < refunds.len; i++) {
        if (!is(refunds.at[i].state, "approved"))
            continue;
        if (is(p.state, "due"))
            TRY(part_release(tx, part, refunds.at[i].amount, 0, now));
        else
            TRY(part_refund_after(tx, part, refunds.at[i].amount, 0, now));
        TRY(refund_act(tx, &(RefundAct){.refund = refunds.at[i].id, .verb = "send"}, now));
        TRY(refund_act(tx, &(RefundAct){.refund = refunds.at[i].id, .verb = "confirm"}, now));
        TRY(part_look(tx, part, &order, &p));
    }
    return NULL;
}

const Hear pay_hears[] = {
    {"order.paid_ahead", heard_placed},     {"order.restored", heard_restored},   {"order.cancelled", heard_cancelled},
    {"order.expired", heard_cancelled},     {"order.restocked", heard_cancelled}, {"order.donated", heard_cancelled},
    {"order.collected", heard_collected},   {"order.uncollected", heard_uncollected}, {"order.amended", heard_amended},
    {"order.weighed", heard_changed},       {"order.short", heard_changed},       {"order.substituted", heard_changed},
    {"order.refund_due", heard_refund_due}, {0},
};

/* ---- silence ---- */

typedef struct Releasing {
    PayPartList parts;
    Time now;
} Releasing;

static Err *release_all(Tx *tx, void *arg)
{
    const Releasing *releasing = arg;
    for (size_t i = 0; i < releasing->parts.len; i++) {
        PayPart p;
        bool found;
        TRY(pay_part_by_id(&tx->db, releasing->parts.at[i].part, &p, &found));
        if (found && is(p.state, "due") && p.has_due_at && p.due_at.ms <= releasing->now.ms)
            TRY(part_release(tx, p.part, (Money){0}, 0, releasing->now));
    }
    return NULL;
}

Err *parts_release_due(Store *store, Arena *arena, Time now, int64_t *released)
{
    Releasing releasing = {.now = now};
    Db db;
    *released = 0;
    TRY(db_read(store, arena, &db));
    do {
        TRY(pay_parts_due(&db, now, RELEASE_BATCH, &releasing.parts));
        if (releasing.parts.len)
            TRY(db_write(store, arena, release_all, &releasing));
        *released += (int64_t)releasing.parts.len;
    } while (releasing.parts.len == RELEASE_BATCH);
    return NULL;
}
