/* The village simulator: members buy, agents take cash, producers are paid, thieves try; every day the books are checked. */
#include "pay/simulate.h"

#include <string.h>

#include "identity/identity.h"
#include "market/market.h"
#include "pay/recon.h"
#include "pay/simulate_inside.h"

enum { DAY_ACTS = 14, PRICE_MIN = 80 };

void simulate_wrong(World *w, const char *what, Str detail)
{
    w->result->wrong++;
    buf_addf(&w->findings, "day %lld: %s: %.*s\n", (long long)w->day, what, STR_ARG(detail));
}

/* ---- doing ---- */

typedef struct Act {
    World *w;
    Err *(*run)(Tx *tx, World *w, void *arg);
    void *arg;
} Act;

static Err *act_write(Tx *tx, void *arg)
{
    Act *act = arg;
    return act->run(tx, act->w, act->arg);
}

Err *simulate_act(World *w, Err *(*run)(Tx *tx, World *w, void *arg), void *arg)
{
    Act doing = {w, run, arg};
    return db_write(w->store, w->arena, act_write, &doing);
}

/* An honest act may meet a limit; anything that breaks is a finding. */
bool simulate_honest(World *w, const char *what, Err *err)
{
    if (err && err->kind == ERR_BROKEN)
        simulate_wrong(w, what, err_text(w->arena, err));
    w->result->refusals += err != NULL;
    return err == NULL;
}

/* A thief must be refused. */
static void refused(World *w, const char *what, Err *err)
{
    if (!err)
        simulate_wrong(w, "a thief succeeded", str_of(what));
    else if (err->kind == ERR_BROKEN)
        simulate_wrong(w, what, err_text(w->arena, err));
    w->result->refusals++;
}

static Str fresh_key(World *w)
{
    return str_format(w->arena, "s%lld", (long long)w->keys++);
}

/* ---- founding ---- */

static Err *person(Tx *tx, World *w, const char *name, unsigned roles, Id *out)
{
    TRY(person_add(tx, w->now, 0, &(NewPerson){.name = str_of(name), .state = "active"}, out));
    for (unsigned bit = 1; bit <= roles; bit <<= 1)
        if (roles & bit)
            TRY(grant_add(tx, w->now, 0, *out, w->coop, (Role)bit));
    return NULL;
}

static Err *farm(Tx *tx, World *w, int i)
{
    Id made;
    LangText texts[] = {{STR("en"), str_format(tx->db.arena, "Goods %d", i), STR("")}};
    NewVariant variant = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .price = {PRICE_MIN + 37 * i}, .on_hand_steps = 100000000};
    TRY(org_add(tx, w->now, 0, &(NewOrg){.kind = "farm", .name = str_format(tx->db.arena, "Farm %d", i), .place = STR("Hill")}, &w->farms[i]));
    TRY(product_add(tx, &(NewProduct){.org = w->farms[i], .texts = {texts, 1}, .variants = {&variant, 1}}, 0, w->now, &made));
    w->offers[i] = variant.offer;
    return destination_set(tx, &(NewDestination){.org = w->farms[i], .rail = STR("bank"), .name = STR("Farm"), .number = STR("00420042")}, 0, w->now);
}

static Err *found(Tx *tx, World *w, void *arg)
{
    (void)arg;
    LangText place[] = {{STR("en"), STR("House"), STR("")}};
    TRY(village_found(tx, w->now, &(Founding){STR("Village"), STR("Hill"), STR("en"), STR("CNY"), STR("Asia/Shanghai")}, &w->coop));
    TRY(pickup_add(tx, &(NewPickup){.org = w->coop, .texts = {place, 1}, .everyone = true}, 0, w->now, &w->pickup));
    TRY(person(tx, w, "Treasurer", ROLE_MEMBER | ROLE_TREASURER, &w->treasurer));
    TRY(person(tx, w, "Second", ROLE_MEMBER | ROLE_TREASURER, &w->second));
    TRY(person(tx, w, "Agent", ROLE_MEMBER | ROLE_CASHIER, &w->agent));
    for (int i = 0; i < MEMBERS; i++)
        TRY(person(tx, w, str_z(tx->db.arena, str_format(tx->db.arena, "Member %d", i)), ROLE_MEMBER, &w->members[i]));
    for (int i = 0; i < FARMS; i++)
        TRY(farm(tx, w, i));
    TRY(pay_settings_put(tx, &(PaySettings){.release_days = 2, .bank_name = STR("Village"), .bank_account = STR("0001")}, w->treasurer, w->now));
    return till_open(tx, &(NewTill){.name = STR("House"), .agent = w->agent, .most = {4000000}, .per_person = {200000}}, w->treasurer, w->now, &w->till);
}

static Err *open_store(World *w)
{
    TRY(store_open(w->arena, &w->store_options, &w->store));
    return NULL;
}

/* ---- members ---- */

static Err *cash_run(Tx *tx, World *w, void *arg)
{
    return cash_act(tx, arg, w->now);
}

static void member_cash(World *w, int member, bool out)
{
    CashAct cash = {.till = w->till, .person = w->members[member], .amount = {100 + simulate_below(w, 60000)}, .out = out, .by = w->agent, .key = fresh_key(w)};
    int64_t sign = out ? -1 : 1;
    if (!simulate_honest(w, "cash", simulate_act(w, cash_run, &cash)))
        return;
    w->cash += sign * cash.amount.minor;
    if (simulate_below(w, 4) == 0) /* the button pressed twice: nothing more may happen */
        simulate_honest(w, "cash again", simulate_act(w, cash_run, &cash));
}

static void member_orders(World *w, int member)
{
    OrderAskLine lines[FARMS];
    OrderMade made;
    size_t len = 0;
    bool wallet = simulate_below(w, 5) > 0;
    for (int i = 0; i < FARMS; i++)
        if (simulate_below(w, 3) == 0)
            lines[len++] = (OrderAskLine){w->offers[i], 1 + simulate_below(w, 12)};
    if (!len || w->open_len == OPEN_MAX)
        return;
    OrderAsk ask = {.lines = lines, .lines_len = len, .buyer = w->members[member], .lang = STR("en"), .currency = STR("CNY"), .pickup = w->pickup,
                    .payment = wallet ? STR("wallet") : STR("at_pickup"), .channel = "shop", .key = fresh_key(w)};
    if (!simulate_honest(w, "order", order_place(&w->db, &ask, w->now, &made)))
        return;
    w->result->orders++;
    w->open[w->open_len++] = (OpenOrder){.id = made.id, .buyer = member, .wallet = wallet};
}

typedef struct Sending {
    Id from, to;
    Money amount;
    Str key;
} Sending;

static Err *send_run(Tx *tx, World *w, void *arg)
{
    const Sending *s = arg;
    return wallet_send(tx, s->from, s->to, s->amount, s->key, w->now);
}

static void member_sends(World *w, int member)
{
    Sending s = {w->members[member], w->members[simulate_below(w, MEMBERS)], {1 + simulate_below(w, 3000)}, fresh_key(w)};
    simulate_honest(w, "send", simulate_act(w, send_run, &s));
}

/* ---- orders ---- */

typedef struct Verb {
    Id order;
    const char *verb;
} Verb;

static Err *verb_run(Tx *tx, World *w, void *arg)
{
    const Verb *v = arg;
    return order_act(tx, &(OrderAct){.order = v->order, .verb = v->verb}, w->now);
}

static bool verb(World *w, Id order, const char *word)
{
    Verb v = {order, word};
    return simulate_honest(w, word, simulate_act(w, verb_run, &v));
}

static void order_lives(World *w, size_t at)
{
    OpenOrder *o = &w->open[at];
    int64_t dice = simulate_below(w, 100);
    if (dice < 8) {
        bool gone = verb(w, o->id, "cancel");
        if (!gone || simulate_below(w, 3) || !verb(w, o->id, "restore"))
            *o = w->open[--w->open_len];
        return;
    }
    if (dice < 40)
        return; /* another day */
    if (!verb(w, o->id, "collect"))
        return;
    if (simulate_below(w, 12) == 0 && verb(w, o->id, "uncollect"))
        return;
    *o = w->open[--w->open_len];
}

/* ---- complaints ---- */

typedef struct Ruling {
    Id part, buyer, dispute, by;
    Money refund;
} Ruling;

static Err *complain_run(Tx *tx, World *w, void *arg)
{
    Ruling *r = arg;
    return dispute_open(tx, r->part, r->buyer, STR("bruised"), w->now, &r->dispute);
}

static Err *propose_run(Tx *tx, World *w, void *arg)
{
    const Ruling *r = arg;
    return dispute_propose(tx, r->dispute, r->refund, r->by, w->now);
}

static Err *rule_run(Tx *tx, World *w, void *arg)
{
    const Ruling *r = arg;
    return dispute_rule(tx, r->dispute, r->by, w->now);
}

static void somebody_complains(World *w)
{
    PayPartList parts;
    Err *err = pay_parts_of_org(&w->db, w->farms[simulate_below(w, FARMS)], INT64_MAX, 20, &parts);
    if (!simulate_honest(w, "parts", err) || !parts.len)
        return;
    const PayPart *p = &parts.at[simulate_below(w, (int64_t)parts.len)];
    Ruling r = {.part = p->part, .buyer = p->buyer, .by = w->treasurer, .refund = {simulate_below(w, p->funded.minor + 1)}};
    if (!simulate_honest(w, "complain", simulate_act(w, complain_run, &r)))
        return;
    w->result->disputes++;
    if (!simulate_honest(w, "propose", simulate_act(w, propose_run, &r)))
        return;
    refused(w, "one officer ruled alone", simulate_act(w, rule_run, &r));
    r.by = w->second;
    simulate_honest(w, "rule", simulate_act(w, rule_run, &r));
}

/* ---- thieves ---- */

static void thieves_try(World *w)
{
    int64_t thief = simulate_below(w, MEMBERS);
    Money left;
    if (!simulate_honest(w, "look", wallet_left(&w->db, w->members[thief], &left)))
        return;
    Sending s = {w->members[thief], w->members[(thief + 1) % MEMBERS], {left.minor + 1 + simulate_below(w, 1000)}, fresh_key(w)};
    refused(w, "sent more than there is", simulate_act(w, send_run, &s));
    s.amount.minor = -1 - simulate_below(w, 1000);
    refused(w, "sent less than nothing", simulate_act(w, send_run, &s));
    CashAct cash = {.till = w->till, .person = w->members[thief], .amount = {left.minor + 1 + simulate_below(w, 1000)}, .out = true, .by = w->agent, .key = fresh_key(w)};
    refused(w, "took more than there is", simulate_act(w, cash_run, &cash));
    cash = (CashAct){.till = w->till, .person = w->agent, .amount = {100}, .by = w->agent, .key = fresh_key(w)};
    refused(w, "an agent filled the own wallet", simulate_act(w, cash_run, &cash));
    cash = (CashAct){.till = w->till, .person = w->members[thief], .amount = {100}, .by = w->members[thief], .key = fresh_key(w)};
    refused(w, "used another's till", simulate_act(w, cash_run, &cash));
}

/* ---- the bank ---- */

static void bank_books(World *w, int64_t amount, Str number, const char *words)
{
    if (w->statement_len == LINES)
        return;
    w->bank += amount;
    w->statement[w->statement_len++] = (StatementLine){.booked_on = time_date(w->now, STR("Asia/Shanghai")), .amount = {amount},
                                                       .end_to_end = number, .text = str_of(words)};
}

typedef struct Week {
    Id batch, payout, by;
    ImportAct import;
    Id made, line;
    int64_t fresh;
    MatchAct match;
    CountAct count;
    Money amount, difference;
    Str key;
} Week;

static Err *make_run(Tx *tx, World *w, void *arg)
{
    Week *week = arg;
    return batch_make(tx, STR("bank"), time_date(w->now, STR("Asia/Shanghai")), week->by, w->now, &week->batch);
}

static Err *approve_run(Tx *tx, World *w, void *arg)
{
    const Week *week = arg;
    return batch_approve(tx, week->batch, week->by, w->now);
}

static Err *send_batch_run(Tx *tx, World *w, void *arg)
{
    const Week *week = arg;
    return batch_send(tx, week->batch, week->by, w->now);
}

static void producers_are_paid(World *w)
{
    Week week = {.by = w->treasurer};
    PayPayoutList payouts;
    if (!simulate_honest(w, "batch", simulate_act(w, make_run, &week)))
        return;
    refused(w, "approved one's own payouts", simulate_act(w, approve_run, &week));
    week.by = w->second;
    if (!simulate_honest(w, "approve", simulate_act(w, approve_run, &week)) || !simulate_honest(w, "send batch", simulate_act(w, send_batch_run, &week)) ||
        !simulate_honest(w, "payouts", pay_payouts_of_batch(&w->db, week.batch, &payouts)))
        return;
    for (size_t i = 0; i < payouts.len; i++) { /* the bank pays most of them */
        w->result->payouts++;
        if (simulate_below(w, 10))
            bank_books(w, -payouts.at[i].amount.minor, id_text(w->arena, payouts.at[i].id), "payout");
    }
}

static Err *deposit_run(Tx *tx, World *w, void *arg)
{
    const Week *week = arg;
    return till_deposit(tx, w->till, week->amount, w->agent, week->key, w->now);
}

static Err *count_run(Tx *tx, World *w, void *arg)
{
    Week *week = arg;
    return till_count(tx, &week->count, w->now, &week->difference);
}

static void the_till_is_counted(World *w)
{
    Week week = {.key = fresh_key(w), .amount = {w->cash / 2}};
    if (simulate_below(w, 4) == 0 && w->cash > 500)
        w->cash -= simulate_below(w, 500); /* a hand in the drawer */
    week.count = (CountAct){.till = w->till, .by = w->agent, .witness = w->treasurer, .counted = {w->cash}, .key = fresh_key(w)};
    simulate_honest(w, "count", simulate_act(w, count_run, &week));
    week.amount.minor = w->cash / 2;
    if (week.amount.minor > 0 && simulate_honest(w, "deposit", simulate_act(w, deposit_run, &week))) {
        w->cash -= week.amount.minor;
        bank_books(w, week.amount.minor, (Str){0}, "cash deposit");
    }
}

static Err *import_run(Tx *tx, World *w, void *arg)
{
    Week *week = arg;
    (void)w;
    return statement_import(tx, &week->import, &week->made, &week->fresh);
}

static Err *match_run(Tx *tx, World *w, void *arg)
{
    const Week *week = arg;
    return line_match(tx, &week->match, w->now);
}

static Err *unmatch_run(Tx *tx, World *w, void *arg)
{
    const Week *week = arg;
    return line_unmatch(tx, week->line, w->treasurer, w->now);
}

static void lines_are_explained(World *w)
{
    PayLineList lines;
    if (!simulate_honest(w, "lines", pay_lines_in(&w->db, STR("open"), 200, &lines)))
        return;
    for (size_t i = 0; i < lines.len; i++) {
        MaybeList maybe;
        Week week = {.line = lines.at[i].id};
        w->result->lines++;
        if (!simulate_honest(w, "guesses", line_guesses(&w->db, &lines.at[i], &maybe)))
            return;
        week.match = (MatchAct){.line = lines.at[i].id, .what = maybe.at[0].what, .subject = maybe.at[0].subject, .by = w->treasurer};
        if (!simulate_honest(w, "match", simulate_act(w, match_run, &week)))
            continue;
        if (simulate_below(w, 8) == 0 && simulate_honest(w, "unmatch", simulate_act(w, unmatch_run, &week))) /* and again: undo is for ever */
            simulate_honest(w, "match again", simulate_act(w, match_run, &week));
    }
}

static void the_statement_is_read(World *w)
{
    if (simulate_below(w, 3) == 0)
        bank_books(w, 100 + simulate_below(w, 20000), (Str){0}, "from a member");
    if (simulate_below(w, 2) == 0)
        bank_books(w, -simulate_below(w, 900) - 1, (Str){0}, "fee");
    BankStatement statement = {.lines = {w->statement, w->statement_len}};
    Week week = {.import = {.source = STR("bank"), .name = STR("week"), .hash = STR("-"), .statement = &statement, .by = w->treasurer, .now = w->now}};
    if (!simulate_honest(w, "import", simulate_act(w, import_run, &week)))
        return;
    if (week.fresh != (int64_t)w->statement_len)
        simulate_wrong(w, "the bank's lines", str_format(w->arena, "%zu in the file, %lld taken", w->statement_len, (long long)week.fresh));
    if (simulate_below(w, 3) == 0 && simulate_honest(w, "import again", simulate_act(w, import_run, &week)) && week.fresh)
        simulate_wrong(w, "the same file twice", str_format(w->arena, "%lld lines doubled", (long long)week.fresh));
    w->statement_len = 0;
    lines_are_explained(w);
}

/* ---- the books, every day ---- */

static void books_checked(World *w)
{
    Findings findings = {.out = buf_new(w->arena, 1 << 16)};
    for (size_t i = 0; house_modules[i]; i++) {
        bool ours = strcmp(house_modules[i]->name, "ledger") == 0 || strcmp(house_modules[i]->name, "pay") == 0;
        for (const Check *check = house_modules[i]->checks; ours && check && check->name; check++) {
            Err *err = check->run(&w->db, &findings);
            if (err)
                simulate_wrong(w, check->name, err_text(w->arena, err));
        }
    }
    if (findings.wrong)
        simulate_wrong(w, "the books", buf_str(&findings.out));
}

/* The book says what really lies in the till and at the bank, but for lines that are not read yet. */
static void world_checked(World *w)
{
    AccountView bank;
    PayTill till;
    AccountView cash;
    PayLineList open;
    bool found_bank, found_till;
    int64_t unread = 0;
    Err *err = pay_till_by_id(&w->db, w->till, &till, &found_till);
    if (!err)
        err = account_get(&w->db, till.account, &cash);
    if (!err)
        err = house_view(&w->db, HOUSE_BANK, &bank, &found_bank);
    if (!err)
        err = pay_lines_in(&w->db, STR("open"), 1000, &open);
    if (!simulate_honest(w, "look", err))
        return;
    for (size_t i = 0; i < open.len; i++)
        unread += open.at[i].amount.minor;
    for (size_t i = 0; i < w->statement_len; i++)
        unread += w->statement[i].amount.minor;
    if (-cash.balance != w->cash)
        simulate_wrong(w, "the till", str_format(w->arena, "%lld in the book, %lld in the drawer", (long long)-cash.balance, (long long)w->cash));
    if ((found_bank ? -bank.balance : 0) + unread != w->bank)
        simulate_wrong(w, "the bank", str_format(w->arena, "%lld in the book, %lld unread, %lld there", (long long)-bank.balance, (long long)unread, (long long)w->bank));
}

/* ---- a day ---- */

static void a_day(World *w)
{
    int64_t released;
    Clock today = time_clock(w->now, STR("Asia/Shanghai"));
    int64_t acts = DAY_ACTS * (today.month >= 6 && today.month <= 10 ? 2 : 1) / 2; /* the season */
    for (int64_t i = 0; i < acts; i++) {
        int member = (int)simulate_below(w, MEMBERS);
        int64_t dice = simulate_below(w, 100);
        if (dice < 30)
            member_cash(w, member, simulate_below(w, 4) == 0);
        else if (dice < 75)
            member_orders(w, member);
        else if (dice < 85)
            member_sends(w, member);
        else if (dice < 91)
            simulate_member_pays_in(w, member);
        else
            thieves_try(w);
        w->now.ms += 1 + simulate_below(w, 20 * MINUTE_MS);
        time_fake(w->now);
    }
    for (size_t i = w->open_len; i-- > 0;)
        order_lives(w, i);
    if (simulate_below(w, 3) == 0)
        somebody_complains(w);
    simulate_honest(w, "release", parts_release_due(w->store, w->arena, w->now, &released));
    if (w->day % 7 == 5)
        producers_are_paid(w);
    if (w->day % 7 == 6) {
        the_till_is_counted(w);
        the_statement_is_read(w);
    }
    simulate_rail_day(w);
    books_checked(w);
    world_checked(w);
    simulate_rail_check(w);
}

static Err *days(World *w)
{
    for (w->day = 0; w->day < w->options->days && !w->result->wrong; w->day++) {
        /* Texts of a statement that spans days are kept by their ids; the arena goes with the day. */
        for (size_t i = 0; i < w->statement_len; i++)
            w->statement[i].end_to_end = str_copy(w->findings.arena, w->statement[i].end_to_end);
        arena_reset(w->arena);
        if (simulate_below(w, 30) == 0 && w->day) { /* the power goes */
            bool torn = simulate_below(w, 2) == 0;
            if (!torn) {
                store_close(w->store);
                w->store = NULL;
                TRY(open_store(w));
            } else {
                TRY(simulate_power_cut(w));
            }
            w->result->restarts++;
            w->result->torn += torn;
        }
        TRY(db_read(w->store, w->arena, &w->db));
        w->now.ms = 1767225600000 + w->day * (int64_t)DAY_MS; /* from 1 January 2026 on */
        time_fake(w->now);
        a_day(w);
        w->result->days++;
        if (w->options->progress)
            w->options->progress(w->options->whose, w->day + 1, w->options->days);
    }
    return NULL;
}

static Err *live(World *w)
{
    TRY(open_store(w));
    TRY(house_furnish(w->store, w->arena));
    time_fake(w->now);
    simulate_rail_begin(w);
    TRY(simulate_act(w, found, NULL));
    TRY(days(w));
    return NULL;
}

/* What the book says in the end. */
static Err *totals_read(World *w, Db *db)
{
    const struct {
        const char *code;
        Money *sum;
        int sign;
    } codes[] = {{"2010", &w->result->wallets, 1}, {"2030", &w->result->escrow, 1}, {"2040", &w->result->earned, 1}, {"1010", &w->result->cash, -1},
                 {"1020", &w->result->bank, -1}, {"1030", &w->result->mobile, -1}, {"4010", &w->result->fees, 1}};
    AccountViewList page;
    Str code = {0};
    Id after = 0;
    TRY(seq_at(db, (Time){INT64_MAX / 2000000}, &w->result->transfers));
    do {
        TRY(accounts_list(db, 0, code, after, 200, &page));
        for (size_t i = 0; i < page.len; i++) {
            code = page.at[i].code;
            after = page.at[i].id;
            for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
                if (str_eq(code, str_of(codes[k].code)))
                    codes[k].sum->minor += codes[k].sign * page.at[i].balance;
        }
    } while (page.len == 200);
    return NULL;
}

static void count_transfers(World *w)
{
    Arena *own = arena_new();
    Db db;
    if (w->store && !db_read(w->store, own, &db) && totals_read(w, &db))
        w->result->transfers = 0;
    arena_free(own);
}

Err *simulate(Arena *arena, const SimulateOptions *options, SimulateResult *out)
{
    *out = (SimulateResult){0};
    World *w = NEW(arena, World);
    *w = (World){.options = options, .result = out, .store_options = {.data = options->data, .no_sync = true, .readers = 2}, .arena = arena_new(),
                 .chance = options->seed, .now = {1767225600000 - DAY_MS}, .findings = buf_new(arena, 1 << 20), .folder = str_of(options->data)};
    Err *err = err_copy(arena, live(w));
    count_transfers(w);
    arena_free(w->arena);
    store_close(w->store);
    time_fake((Time){0});
    out->findings = buf_str(&w->findings);
    return err;
}
