/* The simulator's mobile money service: late, silent, twice, forged and wrong. Our side is the real one; only the wire is missing. */
#include <string.h>

#include "base/json.h"
#include "pay/simulate_inside.h"

enum { LATE_DAYS = 30, GIVE_UP_DAYS = 45, STEPS_A_DAY = 3 };

static SimulatedCall *call_of(World *w, Id call)
{
    for (size_t i = 0; i < w->rail.len; i++)
        if (w->rail.open[i].call == call)
            return &w->rail.open[i];
    return NULL;
}

static bool is_over(const World *w, const SimulatedCall *c)
{
    int64_t wait = c->fault == RAIL_LATE ? LATE_DAYS * (int64_t)DAY_MS : c->fault == RAIL_FORGED ? HOUR_MS : 0;
    return w->now.ms >= c->begun.ms + wait;
}

static void submitted(World *w, const RailRequest *request, RailAnswer *answer)
{
    Str amount, own;
    Money money;
    Id call;
    RailFault fault = (RailFault)simulate_below(w, RAIL_FAULTS);
    w->result->lies += fault != RAIL_HONEST;
    bool read = json_pick(w->arena, request->body, "amount", &amount) && json_pick(w->arena, request->body, "externalId", &own) &&
                money_parse(amount, 2, &money) && id_parse(own, &call);
    if (!read || call_of(w, call)) {
        simulate_wrong(w, "the service was asked for the same money twice, or not understood", request->body);
        return;
    }
    if (fault == RAIL_LOST || w->rail.len == RAIL_CALLS) /* it never arrives */
        return;
    w->rail.open[w->rail.len++] = (SimulatedCall){.call = call, .amount = money.minor - (fault == RAIL_WRONG && money.minor > 100 ? 100 : 0), .fault = fault,
                                                  .begun = w->now, .fails = simulate_below(w, 4) == 0};
    *answer = fault == RAIL_SILENT ? (RailAnswer){0} : (RailAnswer){true, 202, {0}};
}

static void queried(World *w, const RailRequest *request, RailAnswer *answer)
{
    const SimulatedCall *c = NULL;
    w->result->asked++;
    for (size_t i = 0; i < w->rail.len && !c; i++)
        c = str_find(request->path, rail_reference(w->arena, w->rail.open[i].call)) != SIZE_MAX ? &w->rail.open[i] : NULL;
    *answer = (RailAnswer){true, 200, {0}};
    if (simulate_below(w, 6) == 0)
        *answer = (RailAnswer){0}; /* the line breaks */
    else if (!c)
        answer->status = 404;
    else if (!is_over(w, c))
        answer->body = STR("{\"status\":\"PENDING\"}");
    else if (c->fails)
        answer->body = STR("{\"status\":\"FAILED\",\"reason\":\"NOT_ENOUGH_FUNDS\"}");
    else
        answer->body = str_format(w->arena, "{\"status\":\"SUCCESSFUL\",\"amount\":\"%.*s\",\"currency\":\"CNY\",\"financialTransactionId\":\"F\"}",
                                  STR_ARG(money_plain(w->arena, (Money){c->amount}, 2)));
}

static void service(void *whose, Arena *arena, const RailRequest *request, RailAnswer *answer)
{
    World *w = whose;
    (void)arena;
    *answer = (RailAnswer){0};
    if (strcmp(request->method, "POST") == 0)
        submitted(w, request, answer);
    else
        queried(w, request, answer);
}

void simulate_rail_begin(World *w)
{
    w->line = (RailLine){.rail = STR("momo"), .send = service, .whose = w,
                         .config = {.currency = STR("CNY"), .key = STR("k"), .environment = STR("sandbox"), .token = STR("t")}};
}

static Err *pay_in_run(Tx *tx, World *w, void *arg)
{
    Id call;
    const int *member = arg;
    return call_money_in(tx, STR("momo"), w->members[*member], STR("254700000001"), (Money){200 + simulate_below(w, 20000)}, w->now, &call);
}

void simulate_member_pays_in(World *w, int member)
{
    w->result->phone += simulate_honest(w, "pay in", simulate_act(w, pay_in_run, &member));
}

static Err *heard_run(Tx *tx, World *w, void *arg)
{
    const SimulatedCall *c = arg;
    return rail_heard(tx, STR("momo"), str_format(tx->db.arena, "{\"externalId\":\"%.*s\",\"status\":\"SUCCESSFUL\",\"amount\":\"999999\"}",
                                                  STR_ARG(id_text(tx->db.arena, c->call))), w->now);
}

/* What the service says by itself: some of it twice, some of it forged. */
static void service_calls(World *w)
{
    for (size_t i = 0; i < w->rail.len; i++) {
        SimulatedCall *c = &w->rail.open[i];
        int times = c->fault == RAIL_TWICE ? 2 : c->fault == RAIL_FORGED ? 1 : 0;
        for (int k = 0; !c->settled && k < times; k++)
            simulate_honest(w, "a message of the service", simulate_act(w, heard_run, c));
    }
}

static Err *give_up_run(Tx *tx, World *w, void *arg)
{
    const PayCallRow *row = arg;
    return call_give_up(tx, row->id, w->treasurer, w->now);
}

/* What never arrived at the service stays unknown for ever: a treasurer gives up on it. */
static void old_ones_given_up(World *w)
{
    PayCallRowList rows;
    if (!simulate_honest(w, "open calls", pay_calls_open(&w->db, 200, &rows)))
        return;
    for (size_t i = 0; i < rows.len; i++)
        if (w->now.ms - rows.at[i].made_at.ms > GIVE_UP_DAYS * (int64_t)DAY_MS && !call_of(w, rows.at[i].id))
            simulate_honest(w, "give up", simulate_act(w, give_up_run, &rows.at[i]));
}

void simulate_rail_day(World *w)
{
    int64_t stepped;
    if (w->day % 7 == 6)
        old_ones_given_up(w);
    for (int i = 0; i < STEPS_A_DAY; i++) {
        simulate_honest(w, "asking the service", calls_step_due(w->store, w->arena, &w->line, false, w->now, &stepped));
        w->now.ms += HOUR_MS;
        time_fake(w->now);
        service_calls(w);
    }
}

/* A call that both sides know the end of is counted once and forgotten here. */
static void settled_forgotten(World *w)
{
    for (size_t i = w->rail.len; i-- > 0;) {
        SimulatedCall *c = &w->rail.open[i];
        PayCall row;
        bool found;
        if (!simulate_honest(w, "look", pay_call_by_id(&w->db, c->call, &row, &found)) || !found)
            continue;
        bool came = str_eq(row.state, STR("succeeded")), failed = str_eq(row.state, STR("failed"));
        if (came && c->fails)
            simulate_wrong(w, "money was booked that never came", id_text(w->arena, c->call));
        if (failed && !c->fails)
            simulate_wrong(w, "money that came counts as failed", id_text(w->arena, c->call));
        if (came)
            w->rail.settled += c->amount;
        if (came || failed)
            *c = w->rail.open[--w->rail.len];
    }
}

void simulate_rail_check(World *w)
{
    AccountView lies;
    bool found;
    settled_forgotten(w);
    if (!simulate_honest(w, "look", house_view(&w->db, HOUSE_MOMO, &lies, &found)))
        return;
    int64_t book = found ? -lies.balance : 0;
    if (book != w->rail.settled)
        simulate_wrong(w, "mobile money", str_format(w->arena, "%lld in the book, %lld there", (long long)book, (long long)w->rail.settled));
}
