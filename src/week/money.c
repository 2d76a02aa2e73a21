/* Money in the week: into wallets, out of the till, to the producers through the bank's files. */
#include "market/market.h"
#include "pay/pay.h"
#include "week/inside.h"

enum { FIRST_PAYER = 4, STRANGER = 9, LINES_AT_ONCE = 200 };

typedef struct Act { /* one write of the script */
    Week *week;
    CashAct cash;
    CountAct count;
    StatementFile file;
    NewDestination to;
    Money amount, refund;
    Id made, line, by;
    Str key;
    int64_t lines, fresh;
    WeekPartDear part;
} Act;

static Err *act(Act *a, Err *(*run)(Tx *tx, void *arg))
{
    Arena *own = arena_new();
    Err *err = err_copy(a->week->arena, db_write(a->week->store, own, run, a));
    arena_free(own);
    return err;
}

static Err *must_refuse(Week *week, Err *err, const char *code)
{
    return err_is(err, code) ? NULL : err ? err : err_detail(week->arena, ERR_BROKEN, "week.wrong", "%s was not refused", code);
}

/* ---- the bank's statement ---- */

static Err *import_write(Tx *tx, void *arg)
{
    Act *a = arg;
    return statement_file_import(tx, &a->file, a->week->now, &a->lines, &a->fresh);
}

/* The treasurer takes the likeliest of what the page offers. */
static Err *explain_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    WeekBankLineList lines;
    TRY(week_lines_open(&tx->db, &lines));
    for (size_t i = 0; i < lines.len; i++) {
        MatchAct match;
        TRY(line_likeliest(&tx->db, lines.at[i].id, &match));
        match.by = a->week->treasurer;
        TRY(line_match(tx, &match, a->week->now));
    }
    return NULL;
}

static Err *read_statement(Week *week)
{
    Act a = {.week = week};
    int64_t entries;
    a.file = (StatementFile){.source = STR("bank"), .name = STR("camt.053"), .xml = bank_statement(week, &entries), .by = week->treasurer};
    TRY(act(&a, import_write));
    week_same_count(week, "bookings in the statement", entries, "lines taken in", a.fresh);
    week->statement_lines += a.fresh;
    TRY(act(&a, import_write));
    week_same_count(week, "the same file once more", a.fresh, "nothing", 0);
    return act(&a, explain_write);
}

/* ---- into the wallets ---- */

static Err *cash_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return cash_act(tx, &a->cash, a->week->now);
}

static Err *wallets_fill(Week *week)
{
    for (int i = FIRST_PAYER; i < WEEK_MEMBERS; i++) {
        Money amount = {100 * (200 + week_chance(week, 400))};
        if (i % 3 == 0) /* pays when collecting */
            continue;
        if (i % 3 == 1) {
            Act a = {.week = week, .cash = {.till = week->till, .person = week->members[i], .amount = amount, .by = week->cashier,
                                            .key = str_format(week->arena, "fill%d", i)}};
            TRY(act(&a, cash_write));
            week->cash_in.minor += amount.minor;
        } else {
            bank_book(week, (BankEntry){.amount = amount, .party = week->names[i], .text = STR("For my wallet")});
            week->bank_in.minor += amount.minor;
        }
    }
    bank_book(week, (BankEntry){.amount = {8800}, .party = STR("A cousin in town"), .text = STR("vegetables")});
    week->bank_in.minor += 8800;
    return NULL;
}

Err *week_fill(Week *week)
{
    TRY(wallets_fill(week));
    TRY(read_statement(week));
    week_say(week, "Households bring %.*s in cash and transfer %.*s; one transfer nobody can name yet.", STR_ARG(week_money(week, week->cash_in)),
             STR_ARG(week_money(week, week->bank_in)));
    return NULL;
}

/* Who sent it comes and says so: the line is undone and given to the right wallet. */
static Err *stranger_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    const Week *week = a->week;
    WeekBankLineList lines;
    TRY(week_lines_as(&tx->db, STR("unidentified"), &lines));
    for (size_t i = 0; i < lines.len; i++) {
        TRY(line_unmatch(tx, lines.at[i].id, week->treasurer, week->now));
        TRY(line_match(tx, &(MatchAct){.line = lines.at[i].id, .what = "wallet", .subject = week->members[STRANGER], .by = week->treasurer}, week->now));
    }
    return NULL;
}

/* ---- a complaint ---- */

static Err *complain_write(Tx *tx, void *arg)
{
    Act *a = arg;
    TRY(week_part_dear(&tx->db, &a->part));
    return dispute_open(tx, a->part.part, a->part.buyer, STR("Half of it was bruised"), a->week->now, &a->made);
}

static Err *propose_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return dispute_propose(tx, a->made, a->refund, a->by, a->week->now);
}

static Err *rule_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return dispute_rule(tx, a->made, a->by, a->week->now);
}

Err *week_complain(Week *week)
{
    Act a = {.week = week, .by = week->treasurer, .refund = {1500}};
    week_until(week, 5, 19, 0);
    TRY(act(&a, complain_write));
    TRY(act(&a, propose_write));
    TRY(must_refuse(week, act(&a, rule_write), "pay.same_person"));
    a.by = week->second;
    TRY(act(&a, rule_write));
    week->complaint = a.refund;
    week_say(week, "A complaint: one officer proposes that %.*s goes back, another agrees; nobody decides alone.", STR_ARG(week_money(week, a.refund)));
    return NULL;
}

/* ---- the till ---- */

static Err *count_write(Tx *tx, void *arg)
{
    Act *a = arg;
    return till_count(tx, &a->count, a->week->now, &a->amount);
}

static Err *deposit_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return till_deposit(tx, a->week->till, a->amount, a->week->cashier, STR("sunday"), a->week->now);
}

static Err *till_holds(Week *week, Money *out)
{
    WeekAccountList accounts;
    Arena *own = arena_new();
    Db db;
    *out = (Money){0};
    Err *err = db_read(week->store, own, &db);
    if (!err)
        err = week_accounts(&db, &accounts);
    for (size_t i = 0; !err && i < accounts.len; i++)
        out->minor -= str_eq(accounts.at[i].code, STR("1010")) ? accounts.at[i].balance : 0;
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

Err *week_count(Week *week)
{
    int64_t released;
    Act a = {.week = week};
    week_until(week, 6, 20, 0);
    TRY(parts_release_due(week->store, week->arena, week->now, &released));
    week_say(week, "Sunday evening: nobody complained about %lld parts of orders; their money goes to everybody it belongs to.", (long long)released);
    TRY(till_holds(week, &a.amount));
    week->till_short.minor = 500;
    a.count = (CountAct){.till = week->till, .by = week->cashier, .witness = week->second, .counted = {a.amount.minor - week->till_short.minor},
                         .note = STR("Wrong change"), .key = STR("sunday")};
    Money there = a.count.counted;
    TRY(act(&a, count_write));
    week_same(week, "what the count found missing", (Money){-a.amount.minor}, "what is missing", week->till_short);
    a.amount = there;
    TRY(act(&a, deposit_write));
    week_say(week, "The till is counted with a witness: %.*s, five yuan short. All of it goes to the bank.", STR_ARG(week_money(week, there)));
    week_until(week, 7, 9, 0);
    bank_book(week, (BankEntry){.amount = there, .party = STR("Cash deposit"), .text = STR("Counter")});
    return act(&a, stranger_write);
}

/* ---- producers ---- */

static Err *make_write(Tx *tx, void *arg)
{
    Act *a = arg;
    return batch_make(tx, STR("bank"), time_date(a->week->now, STR("Asia/Shanghai")), a->week->treasurer, a->week->now, &a->made);
}

static Err *approve_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return batch_approve(tx, a->made, a->by, a->week->now);
}

static Err *send_write(Tx *tx, void *arg)
{
    Act *a = arg;
    TRY(batch_send(tx, a->made, a->by, a->week->now));
    TRY(batch_file(&tx->db, a->made, &a->key));
    a->key = str_copy(a->week->arena, a->key);
    return NULL;
}

static Err *pay_batch(Week *week)
{
    Act a = {.week = week, .by = week->treasurer};
    int64_t payments;
    Money sum;
    TRY(act(&a, make_write));
    TRY(must_refuse(week, act(&a, approve_write), "pay.same_person"));
    a.by = week->second;
    TRY(act(&a, approve_write));
    TRY(act(&a, send_write));
    TRY(bank_pay(week, a.key, &payments, &sum));
    week->payouts += payments;
    week_say(week, "A payment file (pain.001) with %lld payments of %.*s in all, approved by a second treasurer, goes to the bank.", (long long)payments,
             STR_ARG(week_money(week, sum)));
    return NULL;
}

static Err *destination_write(Tx *tx, void *arg)
{
    const Act *a = arg;
    return destination_set(tx, &a->to, a->week->treasurer, a->week->now);
}

Err *week_pay_out(Week *week)
{
    week_until(week, 7, 10, 0);
    TRY(pay_batch(week));
    bank_book(week, (BankEntry){.amount = {-1200}, .party = STR("Bank"), .text = STR("Account fee")});
    week_until(week, 8, 9, 0);
    TRY(read_statement(week));
    bank_gives_back(week);
    TRY(read_statement(week));
    week_say(week, "The statement (camt.053) is read; the orchard's account number was wrong and its money came back.");
    Act a = {.week = week, .to = {.org = week->farms[WEEK_FARMS - 1], .rail = STR("bank"), .name = STR("Peach hollow"), .number = STR("6222000000000013")}};
    TRY(act(&a, destination_write));
    TRY(pay_batch(week));
    week_until(week, 9, 9, 0);
    return read_statement(week);
}
