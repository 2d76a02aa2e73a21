/* Pay: wallets, escrow, tills, payouts. What other modules may call; the rules are in README.md. All money lies in the
   ledger; every function that writes does so in the caller's transaction, together with what it pays for. */
#pragma once
#include "db/db.h"

/* Where a person's money lies; opened when there is none yet. */
Err *wallet_need(Tx *tx, Id person, Time now, Id *account);
/* What a producer has earned and was not paid yet. */
Err *earnings_need(Tx *tx, Id org, Time now, Id *account);
/* What may be spent of a wallet; 0 when there is none. */
Err *wallet_left(Db *db, Id person, Money *left);

/* Between members. words: opaque, for both; ref of the ledger. Codes: pay.too_little (ERR_CONFLICT; args "left"), pay.amount,
   pay.self. */
Err *wallet_send(Tx *tx, Id from, Id to, Money amount, Str key, Time now);
