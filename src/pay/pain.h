/* Payment files for banks: ISO 20022 pain.001.001.09 out, pain.002 back. */
#pragma once
#include "base/base.h"

typedef struct BankPayment {
    Str end_to_end; /* our number, at most 35 characters of the plain set */
    Money amount;
    Str name;       /* of who gets it, at most 140 characters */
    Str account;    /* an IBAN, or the bank's own number */
    Str bank;       /* a BIC, or empty */
    Str text;       /* for the receiver, at most 140 characters */
} BankPayment;

typedef struct BankOrder {
    Str message;    /* number of the file, at most 35 characters */
    Time made_at;
    Str name, account, bank; /* ours */
    Str currency;
    Date pay_on;
    const BankPayment *payments;
    size_t payments_len;
} BankOrder;

enum { BANK_PAYMENTS_MAX = 10000 };

/* One PmtInf for the day. Codes, at fields "name", "payments.3.account" ...: pain.name, pain.account, pain.bank,
   pain.reference (empty, too long, other signs, or twice), pain.amount (not above zero), pain.too_many, pain.empty. */
Err *pain_write(Arena *arena, const BankOrder *order, Str *out);

typedef struct BankAnswer {
    Str end_to_end;
    bool accepted, rejected; /* neither: the bank is still at it */
    Str status, reason;      /* "RJCT", "AC04"; as the bank wrote it */
} BankAnswer;

typedef struct BankAnswerList {
    BankAnswer *at;
    size_t len;
} BankAnswerList;

/* A status report on the whole file is given to each of its payments only when it names them; else *all says it. Codes:
   statement.xml, statement.dtd, pain.no_report. */
Err *pain_report_read(Arena *arena, Str xml, Str *message, BankAnswer *all, BankAnswerList *out);

/* ISO 13616: letters, digits and the remainder 1 of 97. */
bool iban_valid(Str text);
