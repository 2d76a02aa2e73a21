/* What banks and mobile money say happened, whatever file it came in. */
#pragma once
#include "base/base.h"

typedef struct StatementLine {
    Date booked_on;
    bool has_valued_on;
    Date valued_on;
    Money amount;       /* positive: it came in; negative: it went out */
    Str bank_ref;       /* the bank's own number; may be empty, and some banks give two lines the same one */
    Str end_to_end;     /* our number, on payments we sent; may be empty */
    Str party, account; /* the other side: name and account or phone; may be empty */
    Str text;           /* what the payer wrote */
    bool reversal;      /* takes back an earlier entry; amount says which way the money went now */
    bool has_balance;
    Money balance;      /* after this line, where the file says so */
} StatementLine;

typedef struct StatementLineList {
    StatementLine *at;
    size_t len;
} StatementLineList;

typedef struct BankStatement {
    Str id, account, currency; /* currency may be empty: that of the book */
    bool has_opening, has_closing;
    Money opening, closing;
    StatementLineList lines;
} BankStatement;

typedef struct BankStatementList {
    BankStatement *at;
    size_t len;
} BankStatementList;

enum { STATEMENT_LINES_MAX = 50000, STATEMENT_BYTES_MAX = 8 * 1024 * 1024, STATEMENT_TEXT_MAX = 500 };

/* ISO 20022 camt.052, camt.053 and camt.054, any version. Only booked entries count. An entry of several transactions
   whose amounts add up to it becomes one line each. In a camt.053 opening balance and entries must give the closing one.
   Codes: statement.xml (not well formed), statement.dtd (document types and entities are not read), statement.none (no
   statement in it), statement.too_many, statement.amount, statement.date (args "line": its number), statement.currency,
   statement.sum (args "wanted", "got"). */
Err *camt_read(Arena *arena, Str xml, BankStatementList *out);

/* ---- CSV of banks ---- */

/* Where a bank's export has what. Columns count from 1; 0: it has none. */
typedef struct BankProfile {
    Str name;
    Str separator;      /* one of , ; tab | or empty: guessed */
    int64_t skip;       /* lines above the first entry, its head included */
    Str dates;          /* order of year, month, day: "ymd", "dmy", "mdy" */
    bool decimal_comma;
    int64_t date_column, valued_column;
    int64_t amount_column;             /* signed; or instead of it: */
    int64_t in_column, out_column;     /* money in and money out, both positive */
    int64_t sign_column;               /* beside an unsigned amount: a word */
    Str out_word;                      /* of sign_column for money that went out: "D", "DR", "Debit" */
    int64_t ref_column, party_column, account_column, text_column, balance_column;
} BankProfile;
extern const Shape bank_profile_shape;

/* Codes: profile.columns (no date, or no amount), profile.dates. */
Err *bank_profile_check(Arena *arena, const BankProfile *profile);
/* What the head of this file lets one believe; a start for the mapping page. Always gives something. */
Err *bank_profile_guess(Arena *arena, Str csv, BankProfile *out);
/* The first rows as they are, for the mapping page. */
typedef struct CsvRows {
    StrList *at;
    size_t len;
} CsvRows;
Err *bank_csv_peek(Arena *arena, Str csv, Str separator, size_t most, CsvRows *out);
/* places: of the book's currency. Where the file has balances, each must follow from the one before, in one of the two
   orders a bank may write; then opening and closing are known. Codes: those of csv, statement.too_many, statement.date,
   statement.amount, statement.balance, statement.none; args "line". Lines without a date and without an amount are
   passed over (sums, page ends). */
Err *bank_csv_read(Arena *arena, Str csv, const BankProfile *profile, int places, BankStatement *out);
bool date_read(Str text, Str order, Date *out); /* "03/05/26", "3.5.2026", "20260305", "3 May 2026" */
