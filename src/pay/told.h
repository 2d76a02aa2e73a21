/* Money that a service tells us came: no call of ours asked for it. */
#pragma once
#include "pay/inside.h"
#include "pay/rail.h"

typedef struct ToldFor { /* whose it is, by what the payer typed */
    const char *what; /* "call", "wallet", "unidentified": as a line is matched */
    Id subject;       /* call or person */
    Id order;         /* that it was meant to pay; 0: none */
    bool known;       /* somebody is named; false: nobody here is called so */
} ToldFor;
Err *told_for(Db *db, Str rail, const RailReceipt *receipt, ToldFor *out);

/* Before it happens: NULL when we take it, else why not. It moves and writes nothing. Codes: pay.told_code (another short code),
   pay.told_amount, pay.nobody. */
Err *told_check(Db *db, Str rail, const RailConfig *config, Str body);
/* It happened. Booked once under its number, to the wallet or order it names, else to 2090. What cannot be true is noted only: another
   short code, a number that a statement has with another amount; the same number with another amount stands open for a person. */
Err *told_paid(Tx *tx, Str rail, const RailConfig *config, Str body, Time now);
