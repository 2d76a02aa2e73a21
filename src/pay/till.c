/* Cash: tills in agents' care, money into wallets and out of them, counting, and bringing cash to the bank. */
#include "pay/inside.h"

#include "base/text.h"

enum { ENTRIES_LOOK = 200 };

#define TILL_MOST_MAX INT64_C(1000000000000)

static Err *amount_check(Arena *arena, Money amount)
{
    return amount.minor > 0 && amount.minor <= TILL_MOST_MAX ? NULL : err_field(arena, "pay.amount", "amount");
}

Err *till_open(Tx *tx, const NewTill *till, Id by, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    PayTill other;
    PayMember agent;
    Id account;
    bool found;
    Str name = utf8_clean(arena, utf8_cut(str_trim(till->name), 60));
    if (!name.len)
        return err_field(arena, "field.required", "name");
    if (till->most.minor <= 0 || till->most.minor > TILL_MOST_MAX || till->per_person.minor <= 0 || till->per_person.minor > till->most.minor)
        return err_field(arena, "pay.till_limits", "most");
    TRY(pay_member(&tx->db, till->agent, &agent, &found));
    if (!found)
        return err_field(arena, "pay.nobody", "agent");
    TRY(pay_till_of_agent(&tx->db, till->agent, &other, &found));
    if (found)
        return err_field(arena, "pay.has_till", "agent");
    *made = id_mint();
    TRY(account_open(tx, &(NewAccount){.key = pay_key(arena, "till", *made), .code = STR("1010"), .name = name, .flags = ACCOUNT_NO_OVERCREDIT},
                     by, now, &account));
    TRY(pay_till_insert(tx, &(PayTillInsertArgs){.id = *made, .name = name, .agent = till->agent, .account = account, .most = till->most,
                                                 .per_person = till->per_person, .now = now}));
    return audit(tx, now, by, "pay.till_open", *made, STR(""));
}

/* The till, its cash, and that this person may use it. */
static Err *till_look(Tx *tx, Id id, Id by, PayTill *out, AccountView *cash)
{
    bool found;
    TRY(pay_till_by_id(&tx->db, id, out, &found));
    if (!found || !out->open)
        return err_new(tx->db.arena, ERR_MISSING, "pay.no_till");
    if (out->agent != by)
        return err_new(tx->db.arena, ERR_DENIED, "pay.not_your_till");
    return account_get(&tx->db, out->account, cash);
}

/* What this account moved in cash since the day began, in both directions. */
static Err *cash_today(Tx *tx, Id account, Time now, int64_t *sum)
{
    EntryList entries;
    Str zone = village_at(&tx->db).zone;
    int64_t begin_ms = time_of(zone, time_date(now, zone), 0, 0).ms;
    *sum = 0;
    TRY(account_entries(&tx->db, account, 0, ENTRIES_LOOK, &entries));
    for (size_t i = 0; i < entries.len; i++) {
        const TransferView *t = &entries.at[i].transfer;
        if (t->recorded_ns / 1000000 < begin_ms)
            break;
        if (str_eq(t->kind, STR("cash_in")) || str_eq(t->kind, STR("cash_out")))
            *sum += t->amount;
    }
    return NULL;
}

static Err *with_amount(Db *db, const char *code, const char *name, int64_t amount)
{
    Err *err = err_new(db->arena, ERR_CONFLICT, code);
    err->field = STR("amount");
    return err_arg(db->arena, err, name, money_plain(db->arena, (Money){amount}, village_at(db).currency_places));
}

Err *till_room(Db *db, Id id, Money more, bool *room)
{
    PayTill till;
    AccountView cash;
    bool found;
    TRY(pay_till_by_id(db, id, &till, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "pay.no_till");
    TRY(account_get(db, till.account, &cash));
    int64_t left = till.most.minor + cash.balance;
    if (room)
        *room = more.minor <= left;
    return room || more.minor <= left ? NULL : with_amount(db, "pay.till_full", "left", left > 0 ? left : 0);
}

static Err *cash_limits(Tx *tx, const CashAct *act, const PayTill *till, const AccountView *cash, Id account, Time now)
{
    int64_t today, there = -cash->balance;
    AccountView owner;
    TRY(account_get(&tx->db, account, &owner));
    TRY(cash_today(tx, account, now, &today));
    if (act->person && today + act->amount.minor > till->per_person.minor)
        return with_amount(&tx->db, "pay.day_limit", "left", till->per_person.minor > today ? till->per_person.minor - today : 0);
    if (!act->out && there + act->amount.minor > till->most.minor)
        return with_amount(&tx->db, "pay.till_full", "left", till->most.minor > there ? till->most.minor - there : 0);
    if (act->out && there < act->amount.minor)
        return with_amount(&tx->db, "pay.till_short", "left", there);
    if (act->out && owner.available < act->amount.minor)
        return with_amount(&tx->db, "pay.too_little", "left", owner.available > 0 ? owner.available : 0);
    return NULL;
}

Err *cash_act(Tx *tx, const CashAct *act, Time now)
{
    Arena *arena = tx->db.arena;
    PayTill till;
    AccountView cash;
    Id account;
    PayMember member;
    bool found = true;
    TransferView before;
    Posted how = {.name = str_format(arena, "cash/%.*s/%.*s", STR_ARG(id_text(arena, act->till)), STR_ARG(act->key)),
                  .kind = act->out ? "cash_out" : "cash_in", .ref = pay_key(arena, "till", act->till), .actor = act->by};
    TRY(amount_check(arena, act->amount));
    TRY(till_look(tx, act->till, act->by, &till, &cash));
    if (act->person)
        TRY(pay_member(&tx->db, act->person, &member, &found));
    if (!found || (!act->person && (!act->org || !act->out)))
        return err_field(arena, "pay.nobody", "who");
    if (act->person == act->by)
        return err_new(arena, ERR_DENIED, "pay.own_case");
    TRY(act->person ? wallet_need(tx, act->person, now, &account) : earnings_need(tx, act->org, now, &account));
    TRY(transfer_get(&tx->db, uuid_named(str_format(arena, "%.*s/0", STR_ARG(how.name))), &before, &found));
    if (!found)
        TRY(cash_limits(tx, act, &till, &cash, account, now));
    const Posting in = {till.account, account, act->amount}, out = {account, till.account, act->amount};
    TRY(pay_post(tx, act->out ? &out : &in, 1, &how, now));
    if (!act->out)
        TRY(claim_settle(tx, account, how, now));
    return audit(tx, now, act->by, act->out ? "pay.cash_out" : "pay.cash_in", act->person ? act->person : act->org, STR(""));
}

Err *till_count(Tx *tx, const CountAct *act, Time now, Money *difference)
{
    Arena *arena = tx->db.arena;
    PayTill till;
    AccountView cash;
    PayMember witness;
    Id over_short;
    bool found;
    TRY(till_look(tx, act->till, act->by, &till, &cash));
    if (act->counted.minor < 0 || act->counted.minor > TILL_MOST_MAX)
        return err_field(arena, "pay.amount", "counted");
    if (act->witness == act->by)
        return err_field(arena, "pay.witness", "witness");
    TRY(pay_member(&tx->db, act->witness, &witness, &found));
    if (!found)
        return err_field(arena, "pay.witness", "witness");
    int64_t expected = -cash.balance;
    difference->minor = act->counted.minor - expected;
    TRY(house_account(tx, HOUSE_OVER_SHORT, now, &over_short));
    const Posting more = {till.account, over_short, *difference}, less = {over_short, till.account, {-difference->minor}};
    Posted how = {.name = str_format(arena, "count/%.*s/%.*s", STR_ARG(id_text(arena, act->till)), STR_ARG(act->key)), .kind = "counted",
                  .ref = pay_key(arena, "till", act->till), .actor = act->by};
    TRY(pay_post(tx, difference->minor > 0 ? &more : &less, 1, &how, now));
    TRY(pay_count_insert(tx, &(PayCountInsertArgs){.id = id_mint(), .till = act->till, .expected = {expected}, .counted = act->counted,
                                                   .by = act->by, .witness = act->witness,
                                                   .note = utf8_clean(arena, utf8_cut(str_trim(act->note), 300)), .now = now}));
    return audit(tx, now, act->by, "pay.counted", act->till, money_plain(arena, *difference, village_at(&tx->db).currency_places));
}

Err *till_deposit(Tx *tx, Id id, Money amount, Id by, Str key, Time now)
{
    Arena *arena = tx->db.arena;
    PayTill till;
    AccountView cash;
    Id transit;
    TRY(amount_check(arena, amount));
    TRY(till_look(tx, id, by, &till, &cash));
    if (-cash.balance < amount.minor)
        return with_amount(&tx->db, "pay.till_short", "left", -cash.balance);
    TRY(house_account(tx, HOUSE_TRANSIT_CASH, now, &transit));
    Posted how = {.name = str_format(arena, "deposit/%.*s/%.*s", STR_ARG(id_text(arena, id)), STR_ARG(key)), .kind = "deposit",
                  .ref = pay_key(arena, "till", id), .actor = by};
    TRY(pay_post(tx, &(Posting){transit, till.account, amount}, 1, &how, now));
    return audit(tx, now, by, "pay.deposit", id, STR(""));
}
