/* Mobile money against a simulator that is late, double, silent, forged and wrong: the ledger must end with its truth. */
#include "pay/test_village.h"

#include <string.h>

#include "base/json.h"
#include "pay/call.h"

enum { SIM_MAX = 2000, EACH = 14 };

typedef enum Fault { HONEST, LATE, SILENT, LOST, TWICE, FORGED, WRONG, FAULTS } Fault;

typedef struct SimCall { /* what the service itself knows */
    Str reference, own;
    int64_t amount; /* asked */
    Fault fault;
    Time begun;
    bool failed;    /* by the payer */
} SimCall;

typedef struct Sim {
    Fold *v;
    Arena *arena;
    SimCall calls[SIM_MAX];
    size_t len;
    Fault next;
    bool next_fails;
    Time now;
    int submits;
    bool out; /* payouts are what is stepped */
} Sim;

static bool sim_over(const Sim *sim, const SimCall *c)
{
    int64_t wait = c->fault == LATE ? 30 * (int64_t)DAY_MS : c->fault == FORGED ? HOUR_MS : 0;
    return sim->now.ms >= c->begun.ms + wait;
}

static int64_t sim_amount(const SimCall *c)
{
    return c->fault == WRONG ? c->amount - 100 : c->amount;
}

static SimCall *sim_find(Sim *sim, Str reference)
{
    for (size_t i = 0; i < sim->len; i++)
        if (str_eq(sim->calls[i].reference, reference))
            return &sim->calls[i];
    return NULL;
}

static Str header(const RailRequest *request, const char *name)
{
    for (size_t i = 0; i < request->headers.len; i++)
        if (str_starts(request->headers.at[i], str_of(name)))
            return str_slice(request->headers.at[i], strlen(name), request->headers.at[i].len);
    return (Str){0};
}

static void sim_submit(Sim *sim, const RailRequest *request, bool momo, RailAnswer *answer)
{
    Str amount, own, reference;
    Money money;
    sim->submits++;
    if (sim->next == LOST) /* the request never arrives */
        return;
    assert_true(json_pick(sim->arena, request->body, momo ? "amount" : "Amount", &amount));
    assert_true(json_pick(sim->arena, request->body, momo ? "externalId" : "AccountReference", &own));
    assert_true(money_parse(amount, 2, &money));
    reference = momo ? header(request, "X-Reference-Id: ") : str_format(sim->arena, "ws_CO_%zu", sim->len);
    assert_true(sim->len < SIM_MAX && !sim_find(sim, reference));
    sim->calls[sim->len++] = (SimCall){str_copy(sim->arena, reference), str_copy(sim->arena, own), money.minor, sim->next, sim->now, sim->next_fails};
    if (sim->next == SILENT) /* it arrived and the answer is lost */
        return;
    *answer = momo ? (RailAnswer){true, 202, {0}}
                   : (RailAnswer){true, 200, str_format(sim->arena, "{\"MerchantRequestID\":\"1\",\"CheckoutRequestID\":\"%.*s\",\"ResponseCode\":\"0\"}", STR_ARG(reference))};
}

static void sim_query(Sim *sim, const RailRequest *request, bool momo, RailAnswer *answer)
{
    Str reference;
    if (momo) {
        size_t at = request->path.len - UUID_TEXT_LEN;
        reference = str_slice(request->path, at, request->path.len);
    } else {
        assert_true(json_pick(sim->arena, request->body, "CheckoutRequestID", &reference));
    }
    const SimCall *c = sim_find(sim, reference);
    answer->reached = true;
    if (!c) {
        answer->status = 404;
    } else if (momo) {
        answer->status = 200;
        answer->body = !sim_over(sim, c) ? STR("{\"status\":\"PENDING\"}")
                       : c->failed       ? STR("{\"status\":\"FAILED\",\"reason\":\"NOT_ENOUGH_FUNDS\"}")
                                         : str_format(sim->arena, "{\"status\":\"SUCCESSFUL\",\"amount\":\"%.*s\",\"currency\":\"CNY\",\"financialTransactionId\":\"7\"}",
                                                      STR_ARG(money_plain(sim->arena, (Money){sim_amount(c)}, 2)));
    } else if (!sim_over(sim, c)) {
        answer->status = 500;
        answer->body = STR("{\"errorCode\":\"500.001.1001\",\"errorMessage\":\"The transaction is being processed\"}");
    } else {
        answer->status = 200;
        answer->body = c->failed ? STR("{\"ResponseCode\":\"0\",\"ResultCode\":\"1032\",\"ResultDesc\":\"Request cancelled by user\"}")
                                 : STR("{\"ResponseCode\":\"0\",\"ResultCode\":\"0\",\"ResultDesc\":\"ok\"}");
    }
}

static void sim_send(void *whose, Arena *arena, const RailRequest *request, RailAnswer *answer)
{
    Sim *sim = whose;
    (void)arena;
    bool momo = str_find(request->path, STR("/mpesa/")) == SIZE_MAX;
    bool submit = strcmp(request->method, "POST") == 0 && str_find(request->path, STR("query")) == SIZE_MAX;
    *answer = (RailAnswer){0};
    if (submit)
        sim_submit(sim, request, momo, answer);
    else
        sim_query(sim, request, momo, answer);
}

static RailLine sim_line(Sim *sim, const char *rail)
{
    return (RailLine){.rail = str_of(rail), .send = sim_send, .whose = sim,
                      .config = {.currency = STR("CNY"), .short_code = STR("174379"), .passkey = STR("k"), .callback = STR("https://x/pay/rails/mpesa"),
                                 .key = STR("s"), .environment = STR("sandbox"), .token = STR("t")}};
}

static const char *text(Fold *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Fold *v, const char *format, ...)
{
    Buf out = buf_new(v->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

/* What the service says to us without being asked: true or forged. */
static void say_back(Sim *sim, const SimCall *c, const char *rail)
{
    Fold *v = sim->v;
    bool momo = strcmp(rail, "momo") == 0;
    const char *body = momo ? text(v, "{\"externalId\":\"%.*s\",\"status\":\"SUCCESSFUL\",\"amount\":\"999999\",\"currency\":\"CNY\"}", STR_ARG(c->own))
                            : text(v, "{\"Body\":{\"stkCallback\":{\"CheckoutRequestID\":\"%.*s\",\"ResultCode\":0}}}", STR_ARG(c->reference));
    assert_status(ask(v->app, NULL, "POST", text(v, "/pay/rails/%s", rail), body), 204);
}

typedef struct Asking {
    const char *rail;
    int64_t amount;
    Time now;
    Id call;
} Asking;

static Err *ask_money(Tx *tx, Fold *v, void *arg)
{
    Asking *a = arg;
    return call_money_in(tx, str_of(a->rail), user_id(v->ana), STR("254700000001"), (Money){a->amount}, a->now, &a->call);
}

/* Steps until nothing more is due at this moment. */
static void steps(Sim *sim, const RailLine *line, int64_t after_ms)
{
    int64_t done;
    sim->now.ms += after_ms;
    do
        assert_fine(calls_step_due(sim->v->store, sim->v->arena, line, sim->out, sim->now, &done));
    while (done);
}

static void all_faults(Fold *v, const char *rail)
{
    Sim *sim = NEW(v->arena, Sim);
    RailLine line = sim_line(sim, rail);
    int64_t truth = 0;
    *sim = (Sim){.v = v, .arena = v->arena, .now = time_now()};
    for (int i = 0; i < FAULTS * EACH; i++) {
        bool momo = strcmp(rail, "momo") == 0;
        Asking asking = {rail, 1000 + 100 * i, sim->now, 0};
        sim->next = (Fault)(i % FAULTS);
        if (!momo && sim->next == WRONG) /* Daraja's query names no amount: it is the one the phone was asked for */
            sim->next = HONEST;
        sim->next_fails = i % 3 == 0;
        assert_fine(fold_do(v, ask_money, &asking));
        size_t before = sim->len;
        assert_fine(call_step(v->store, v->arena, &line, asking.call, sim->now));
        const SimCall *c = sim->len > before ? &sim->calls[before] : NULL;
        for (int k = 0; c && k < (c->fault == TWICE ? 2 : c->fault == FORGED ? 1 : 0); k++)
            say_back(sim, c, rail);
    }
    const int64_t waits[] = {SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, 2 * HOUR_MS, 3 * (int64_t)DAY_MS, 31 * (int64_t)DAY_MS, DAY_MS};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        steps(sim, &line, waits[i]);
    for (size_t i = 0; i < sim->len; i++)
        say_back(sim, &sim->calls[i], rail); /* all of them once more, at the end */
    steps(sim, &line, MINUTE_MS);
    assert_int_equal(sim->submits, FAULTS * EACH); /* nothing was begun twice */
    for (size_t i = 0; i < sim->len; i++)
        truth += sim->calls[i].failed || (strcmp(rail, "mpesa") == 0 && sim->calls[i].fault == SILENT) ? 0 : sim_amount(&sim->calls[i]);
    assert_int_equal(-balance_of(v, str_format(v->arena, "float/%s", rail)), truth);
    assert_int_equal(wallet_of(v, v->ana), truth);
    assert_int_equal(test_int(v->store, "SELECT count(*) FROM pay_call WHERE state NOT IN ('succeeded', 'failed', 'unknown')"), 0);
}

static void momo_with_every_fault_ends_with_the_truth_of_the_service(void **state)
{
    Fold v = fold_make(state);
    all_faults(&v, "momo");
}

/* Daraja gives no number of ours: a push whose answer was lost stays unknown until the statement shows it, and is never
   counted as failed or as paid. */
static void daraja_with_every_fault_assumes_nothing(void **state)
{
    Fold v = fold_make(state);
    all_faults(&v, "mpesa");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'unknown'"), 2 * EACH);
}

typedef struct Out {
    const char *step;
    Id batch, payout, call, by;
} Out;

static Err *out_act(Tx *tx, Fold *v, void *arg)
{
    Out *o = arg;
    Time now = time_now();
    Str what = str_of(o->step);
    if (str_eq(what, STR("to")))
        return destination_set(tx, &(NewDestination){.org = v->farm, .rail = STR("momo"), .name = STR("Lin"), .number = STR("254700000002")}, o->by, now);
    if (str_eq(what, STR("make")))
        return batch_make(tx, STR("momo"), date_of(2026, 12, 1), o->by, now, &o->batch);
    if (str_eq(what, STR("approve")))
        return batch_approve(tx, o->batch, o->by, now);
    if (str_eq(what, STR("send")))
        return batch_send(tx, o->batch, o->by, now);
    return call_payout(tx, o->payout, now, &o->call);
}

static void out_do(Fold *v, Out *o, User *by, const char *what)
{
    o->by = user_id(by);
    o->step = what;
    assert_fine(fold_do(v, out_act, o));
}

static void payout_by_phone(Fold *v, Sim *sim, Out *o)
{
    OrderMade made;
    assert_fine(cash_in(v, v->ana, 2000));
    assert_fine(buy(v, v->ana, 10, &made));
    assert_fine(act_on(v, made.id, "collect"));
    out_do(v, o, v->lin, "to");
    out_do(v, o, v->tess, "make");
    out_do(v, o, v->olga, "approve");
    out_do(v, o, v->tess, "send");
    o->payout = test_int(v->store, "SELECT id FROM pay_payout");
    out_do(v, o, v->tess, "call");
    sim->now = time_now();
}

static void a_payout_that_times_out_is_asked_about_and_paid_once(void **state)
{
    Fold v = fold_make(state);
    Sim *sim = NEW(v.arena, Sim);
    RailLine line = sim_line(sim, "momo");
    Out o = {0};
    *sim = (Sim){.v = &v, .arena = v.arena, .next = SILENT, .out = true};
    payout_by_phone(&v, sim, &o);
    assert_fine(call_step(v.store, v.arena, &line, o.call, sim->now));
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_payout WHERE state = 'unknown'"), 1);
    assert_int_equal(earnings_of(&v, v.farm), 1500); /* held, neither gone nor given back */
    steps(sim, &line, MINUTE_MS);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_payout WHERE state = 'paid'"), 1);
    assert_int_equal(earnings_of(&v, v.farm), 0);
    assert_int_equal(balance_of(&v, STR("transit/momo")), 1500);
    assert_int_equal(sim->submits, 1);
}

static void a_payout_that_fails_is_given_back(void **state)
{
    Fold v = fold_make(state);
    Sim *sim = NEW(v.arena, Sim);
    RailLine line = sim_line(sim, "momo");
    Out o = {0};
    *sim = (Sim){.v = &v, .arena = v.arena, .next_fails = true, .out = true};
    payout_by_phone(&v, sim, &o);
    assert_fine(call_step(v.store, v.arena, &line, o.call, sim->now));
    steps(sim, &line, MINUTE_MS);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_payout WHERE state = 'bounced'"), 1);
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    sim->calls[0].failed = false; /* and then the service says it was paid after all */
    say_back(sim, &sim->calls[0], "momo");
    steps(sim, &line, MINUTE_MS);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'late'"), 1);
    assert_int_equal(balance_of(&v, STR("unidentified")), -1500); /* a case for a person; the money left us */
    assert_int_equal(balance_of(&v, STR("float/momo")), 1500);
}

static void a_forged_message_names_nobody_or_only_makes_us_ask(void **state)
{
    Fold v = fold_make(state);
    assert_status(ask(v.app, NULL, "POST", "/pay/rails/momo", "{\"externalId\":\"0000000000000\",\"status\":\"SUCCESSFUL\"}"), 204);
    assert_status(ask(v.app, NULL, "POST", "/pay/rails/momo", "{not json"), 204);
    assert_status(ask(v.app, NULL, "POST", "/pay/rails/nobody", "{\"a\":1}"), 404);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_rail_event WHERE call IS NULL"), 2);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call"), 0);
}

static void a_push_is_written_as_daraja_wants_it(void **state)
{
    const RailConfig config = {.currency = STR("KES"), .short_code = STR("174379"), .passkey = STR("bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"),
                               .callback = STR("https://x.example/pay/rails/mpesa"), .token = STR("T")};
    RailCall call = {.id = 77, .amount = {15000}, .phone = STR("254708374149"), .now = {1555500600000}}; /* 17 April 2019, 14:30:00 in Nairobi */
    RailRequest request;
    Str value;
    Arena *arena = test_arena(state);
    assert_fine(rail_find(STR("mpesa"))->submit(arena, &config, &call, &request));
    assert_true(json_pick(arena, request.body, "Timestamp", &value));
    assert_str(value, "20190417143000");
    assert_true(json_pick(arena, request.body, "Password", &value));
    assert_true(str_starts(value, STR("MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOT")));
    assert_true(json_pick(arena, request.body, "Amount", &value));
    assert_str(value, "150");
    call.amount.minor = 15050;
    assert_err(rail_find(STR("mpesa"))->submit(arena, &config, &call, &request), "rail.whole");
    call.out = true;
    assert_err(rail_find(STR("mpesa"))->submit(arena, &config, &call, &request), "rail.out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(momo_with_every_fault_ends_with_the_truth_of_the_service),
        TEST_DB(daraja_with_every_fault_assumes_nothing),
        TEST_DB(a_payout_that_times_out_is_asked_about_and_paid_once),
        TEST_DB(a_payout_that_fails_is_given_back),
        TEST_DB(a_forged_message_names_nobody_or_only_makes_us_ask),
        TEST(a_push_is_written_as_daraja_wants_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
