/* Merchant-presented QR codes as EMVCo's "QR Code Specification for Payment Systems, Merchant-Presented Mode" v1.1 has
   them: tag, length and value in two, two and so many characters; at the end a CRC. */
#pragma once
#include "base/base.h"

typedef struct MerchantQr {
    Str domain;    /* whose account numbers these are, as a reversed domain name: "org.example.village" */
    Str account;   /* of the merchant there */
    Str category;  /* four digits of ISO 18245; "0763" is an agricultural co-operative */
    Str currency;  /* ISO 4217 letters */
    bool has_amount;
    Money amount;  /* without one the payer types it */
    Str country;   /* ISO 3166 letters, two */
    Str name, city; /* as the payer's phone shows them; where they are not ASCII, lang says their language */
    Str lang;      /* "zh"; empty: plain name and city only */
    Str bill, reference; /* may be empty */
} MerchantQr;

enum { MERCHANT_QR_MAX = 512 }; /* characters of a whole code */

/* Codes, at the field that must change: qr.domain, qr.account, qr.category, qr.currency, qr.country, qr.name, qr.city,
   qr.amount, qr.reference. Names longer than the format's 25 and 15 characters are cut. */
Err *merchant_qr_write(Arena *arena, const MerchantQr *qr, Str *out);
/* Codes: qr.crc, qr.syntax, qr.currency, qr.amount. Tags it does not know are skipped, as the format asks. */
Err *merchant_qr_read(Arena *arena, Str text, MerchantQr *out);

/* CRC-16/CCITT-FALSE: polynomial 1021, begins with FFFF, nothing reflected. Of "123456789": 29B1. */
uint16_t crc16_ccitt(Str bytes);
/* Three digits of ISO 4217, or empty. */
Str currency_number(Str letters);
