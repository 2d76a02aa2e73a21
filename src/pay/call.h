/* Conversations with mobile money services: begun once, asked about until the answer is sure. */
#pragma once
#include "pay/inside.h"
#include "pay/rail.h"

/* How a request reaches its service and an answer comes back. */
typedef struct RailLine {
    Str rail;
    void (*send)(void *whose, Arena *arena, const RailRequest *request, RailAnswer *answer);
    void *whose;
    RailConfig config;
} RailLine;

/* line.c: over HTTPS, with the keys of the settings and a session that is kept until it ends. *there false: no keys yet. Codes:
   rail.door (the service refused our keys or was not reached). */
Err *rail_line_open(Store *store, Arena *arena, Str rail, bool out, RailLine *line, bool *there);
RailConfig rail_config(const RailSettings *settings, Str currency); /* without a session */
/* A session that the service does not take any more is forgotten. */
void rail_line_forget(Str rail);
/* What the settings say: whether money can come in by it, and go out. */
Err *rail_ways(Db *db, Str rail, bool *in, bool *out);

/* Money from a phone into a wallet. Codes: pay.rail, pay.number, pay.amount. */
Err *call_money_in(Tx *tx, Str rail, Id person, Str phone, Money amount, Time now, Id *made);
/* The service was asked often enough and a person gives up on it: counts as failed; if money comes after all it lies in 2090. */
Err *call_give_up(Tx *tx, Id call, Id by, Time now);
/* A payout of a sent batch. */
Err *call_payout(Tx *tx, Id payout, Time now, Id *made);

/* One step of one call: submits it when it is new, else asks about it. What it means is written in one transaction. */
Err *call_step(Store *store, Arena *arena, const RailLine *line, Id call, Time now);
/* Every call of this line's service and direction whose time has come. */
Err *calls_step_due(Store *store, Arena *arena, const RailLine *line, bool out, Time now, int64_t *stepped);
/* The job: every service that has keys. */
Err *calls_run(JobContext *context);
/* A message of a service, true or forged: noted once, and the call it names is asked about soon. */
Err *rail_heard(Tx *tx, Str rail, Str body, Time now);
/* A message to the signed address of this call: counts like an answer. timeout: the service gave up on it, nobody knows. */
Err *call_told(Tx *tx, Id call, const RailConfig *config, Str body, const char *way, Time now);
