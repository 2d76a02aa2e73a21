/* Conversations with mobile money services: begun once, asked about until the answer is sure. */
#pragma once
#include "pay/inside.h"
#include "pay/rail.h"

/* How a request reaches its service and an answer comes back; tests put a simulator here. */
typedef struct RailLine {
    void (*send)(void *whose, Arena *arena, const RailRequest *request, RailAnswer *answer);
    void *whose;
    RailConfig config;
} RailLine;

/* Money from a phone into a wallet. Codes: pay.rail, pay.number, pay.amount. */
Err *call_money_in(Tx *tx, Str rail, Id person, Str phone, Money amount, Time now, Id *made);
/* A payout of a sent batch. */
Err *call_payout(Tx *tx, Id payout, Time now, Id *made);

/* One step of one call: submits it when it is new, else asks about it. What it means is written in one transaction. */
Err *call_step(Store *store, Arena *arena, const RailLine *line, Id call, Time now);
/* Every call whose time has come. */
Err *calls_step_due(Store *store, Arena *arena, const RailLine *line, Time now, int64_t *stepped);
/* A message of a service, true or forged: noted once, and the call it names is asked about soon. */
Err *rail_heard(Tx *tx, Str rail, Str body, Time now);
