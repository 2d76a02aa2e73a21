/* The chart of accounts, and the few ways in which pay moves money. */
#include "pay/inside.h"

static const struct {
    const char *key, *code, *name;
} chart[HOUSE_ACCOUNTS] = {
    [HOUSE_BANK] = {"bank", "1020", N_("Bank")},
    [HOUSE_MPESA] = {"float/mpesa", "1030", "M-Pesa"},
    [HOUSE_MOMO] = {"float/momo", "1030", "MoMo"},
    [HOUSE_TRANSIT_BANK] = {"transit/bank", "1040", N_("On its way by bank")},
    [HOUSE_TRANSIT_MPESA] = {"transit/mpesa", "1040", N_("On its way by M-Pesa")},
    [HOUSE_TRANSIT_MOMO] = {"transit/momo", "1040", N_("On its way by MoMo")},
    [HOUSE_TRANSIT_CASH] = {"transit/cash", "1040", N_("Cash on its way to the bank")},
    [HOUSE_TAX] = {"tax", "2050", N_("Tax")},
    [HOUSE_UNIDENTIFIED] = {"unidentified", "2090", N_("Receipts nobody could name yet")},
    [HOUSE_OPENING] = {"opening", "3010", N_("Opening balances")},
    [HOUSE_FEES] = {"fees", "4010", N_("Market fees")},
    [HOUSE_RAIL_FEES] = {"rail_fees", "5020", N_("Fees of banks and mobile money")},
    [HOUSE_OVER_SHORT] = {"over_short", "5030", N_("Cash over or short")},
};

Str pay_key(Arena *arena, const char *what, Id id)
{
    return str_format(arena, "%s/%.*s", what, STR_ARG(id_text(arena, id)));
}

Err *house_account(Tx *tx, HouseAccount which, Time now, Id *account)
{
    return account_need(tx, &(NewAccount){.key = str_of(chart[which].key), .code = str_of(chart[which].code), .name = str_of(chart[which].name)},
                        0, now, account);
}

Err *house_view(Db *db, HouseAccount which, AccountView *out, bool *found)
{
    return account_find(db, 0, str_of(chart[which].key), out, found);
}

bool rail_accounts(Str rail, HouseAccount *lies, HouseAccount *transit)
{
    static const struct {
        const char *rail;
        HouseAccount lies, transit;
    } rails[] = {{"bank", HOUSE_BANK, HOUSE_TRANSIT_BANK}, {"mpesa", HOUSE_MPESA, HOUSE_TRANSIT_MPESA}, {"momo", HOUSE_MOMO, HOUSE_TRANSIT_MOMO}};
    for (size_t i = 0; i < sizeof rails / sizeof *rails; i++)
        if (str_eq(rail, str_of(rails[i].rail))) {
            *lies = rails[i].lies;
            *transit = rails[i].transit;
            return true;
        }
    return false;
}

Err *wallet_need(Tx *tx, Id person, Time now, Id *account)
{
    return account_need(tx, &(NewAccount){.key = pay_key(tx->db.arena, "wallet", person), .person = person, .code = STR("2010"),
                                          .name = STR(N_("Wallet")), .flags = ACCOUNT_NO_OVERDRAFT}, 0, now, account);
}

Err *earnings_need(Tx *tx, Id org, Time now, Id *account)
{
    return account_need(tx, &(NewAccount){.key = pay_key(tx->db.arena, "earnings", org), .org = org, .code = STR("2040"),
                                          .name = STR(N_("Earnings")), .flags = ACCOUNT_NO_OVERDRAFT}, 0, now, account);
}

static Str claim_key(Arena *arena, Id person, Id org)
{
    return person ? pay_key(arena, "claim/person", person) : pay_key(arena, "claim/org", org);
}

Err *claim_need(Tx *tx, Id person, Id org, Time now, Id *account)
{
    return account_need(tx, &(NewAccount){.key = claim_key(tx->db.arena, person, org), .person = person, .org = person ? 0 : org,
                                          .code = STR("1200"), .name = STR(N_("Claim")), .flags = ACCOUNT_NO_OVERCREDIT}, 0, now, account);
}

Err *claim_find(Db *db, Id person, Id org, AccountView *out, bool *found)
{
    return account_find(db, 0, claim_key(db->arena, person, org), out, found);
}

Err *wallet_left(Db *db, Id person, Money *left)
{
    AccountView view;
    bool found;
    TRY(account_find(db, 0, pay_key(db->arena, "wallet", person), &view, &found));
    left->minor = found ? view.available : 0;
    return NULL;
}

/* ---- moving ---- */

enum { POSTINGS_MAX = 64 };

Err *pay_post(Tx *tx, const Posting *list, size_t len, const Posted *how, Time now)
{
    Arena *arena = tx->db.arena;
    NewTransfer transfers[POSTINGS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (!list[i].amount.minor)
            continue;
        if (n == POSTINGS_MAX)
            return err_detail(arena, ERR_BROKEN, "pay.postings", "%.*s", STR_ARG(how->name));
        transfers[n++] = (NewTransfer){.id = uuid_named(str_format(arena, "%.*s/%zu", STR_ARG(how->name), i)), .debit = list[i].debit,
                                       .credit = list[i].credit, .amount = list[i].amount.minor, .kind = str_of(how->kind),
                                       .ref = how->ref, .group = len > 1 ? STR("g") : STR("")};
    }
    return n ? transfer_post(tx, transfers, n, how->actor, now, NULL) : NULL;
}

Err *take_or_claim(Tx *tx, const Taking *taking, Time now)
{
    AccountView view;
    Id claim = 0;
    TRY(account_get(&tx->db, taking->from, &view));
    bool bounded = (view.flags & ACCOUNT_NO_OVERDRAFT) != 0;
    int64_t there = !bounded || view.available >= taking->amount.minor ? taking->amount.minor : view.available > 0 ? view.available : 0;
    if (there < taking->amount.minor)
        TRY(claim_need(tx, taking->person, taking->org, now, &claim));
    const Posting list[] = {{taking->from, taking->to, {there}}, {claim, taking->to, {taking->amount.minor - there}}};
    return pay_post(tx, list, 2, &taking->how, now);
}

Err *claim_settle(Tx *tx, Id account, Posted how, Time now)
{
    AccountView view, claim;
    bool found;
    TRY(account_get(&tx->db, account, &view));
    if (!view.person && !view.org)
        return NULL;
    TRY(claim_find(&tx->db, view.person, view.org, &claim, &found));
    if (!found || claim.balance >= 0 || view.available <= 0)
        return NULL;
    int64_t owed = -claim.balance, amount = owed < view.available ? owed : view.available;
    how.name = str_format(tx->db.arena, "%.*s/claim", STR_ARG(how.name));
    how.kind = "claim_paid";
    return pay_post(tx, &(Posting){account, claim.id, {amount}}, 1, &how, now);
}

/* ---- wallets ---- */

Err *wallet_send(Tx *tx, Id from, Id to, Money amount, Str key, Time now)
{
    Arena *arena = tx->db.arena;
    Id wallet, other;
    Money left;
    PayMember member;
    bool found;
    if (amount.minor <= 0)
        return err_field(arena, "pay.amount", "amount");
    if (from == to)
        return err_field(arena, "pay.self", "to");
    TRY(pay_member(&tx->db, to, &member, &found));
    if (!found)
        return err_field(arena, "pay.nobody", "to");
    TRY(wallet_need(tx, from, now, &wallet));
    TRY(wallet_need(tx, to, now, &other));
    TRY(wallet_left(&tx->db, from, &left));
    if (left.minor < amount.minor)
        return too_little(arena, left, village_at(&tx->db), "amount");
    Posted how = {.name = str_format(arena, "send/%.*s/%.*s", STR_ARG(id_text(arena, from)), STR_ARG(key)), .kind = "sent", .actor = from};
    TRY(pay_post(tx, &(Posting){wallet, other, amount}, 1, &how, now));
    TRY(claim_settle(tx, other, how, now));
    return audit(tx, now, from, "pay.sent", to, STR(""));
}

Err *too_little(Arena *arena, Money left, Village home, const char *field)
{
    Err *err = err_new(arena, ERR_CONFLICT, "pay.too_little");
    err->field = str_of(field);
    return err_arg(arena, err, "left", money_plain(arena, left, home.currency_places));
}
