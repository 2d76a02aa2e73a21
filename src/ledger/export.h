/* The whole journal as plain text for hledger, Ledger and Beancount: whoever leaves takes every line along, and three programs
   that know nothing of Millet can add it up. */
#pragma once
#include <stdio.h>

#include "ledger/inside.h"

typedef enum ExportFormat { EXPORT_HLEDGER = 1, EXPORT_LEDGER, EXPORT_BEANCOUNT } ExportFormat;

/* Writes everything as it is now to out; the last lines assert every balance, so that the program itself refuses a file that
   was changed. *lines: transfers written. Code: disk.full. progress may be NULL. */
Err *ledger_export(Db *db, ExportFormat format, FILE *out, int64_t *lines, void (*progress)(void *arg, int64_t done, int64_t of), void *arg);
/* "Liabilities:2010:0akw...": how an account is called in the file. */
Str export_account_name(Arena *arena, Str code, Id id);
