/* CSV and TSV as people's programs write them (RFC 4180 and its neighbours): quotes, quoted newlines, CRLF, BOM. */
#pragma once
#include "base/err.h"

typedef struct Csv {
    Arena *arena;
    Str text; /* what is left; the caller may refill it only between rows */
    char separator;
    char newline; /* '\n'; '\r' in files of old Macintosh programs */
    bool quotes;  /* false: TSV without quoting */
    size_t line;  /* 1-based line where the last row began */
    size_t next_line;
    Str *fields; /* used again for each row */
    Buf unquoted;
} Csv;

enum { CSV_FIELDS_MAX = 1000 };

/* separator 0: guessed from the first line among , ; tab |. A UTF-8 BOM is skipped, and Excel's line "sep=;" obeyed. */
Csv csv_open(Arena *arena, Str text, char separator);
/* *more is false at the end. Blank lines are skipped. The row and its texts are valid until the next call: copy what is
   kept. Memory stays that of the longest row, however long the file. Codes: csv.quote (unclosed or text after a closing
   quote), csv.too_many_fields; each with arg "line". After an error the reader stands at the next line. */
Err *csv_row(Csv *csv, StrList *row, bool *more);
/* Quotes where needed. A field that a spreadsheet would run (= + - @ in front) gets a leading apostrophe. */
void csv_write(Buf *out, Str field, bool last);
void csv_write_plain(Buf *out, Str field, bool last); /* the same without the apostrophe: for programs */
