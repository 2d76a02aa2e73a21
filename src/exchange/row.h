/* One row as one line of JSON, and back. */
#pragma once
#include "exchange/plan.h"

/* {"id":"0C8M2B5YRQ3ZT","name":"Rice","made_at":"2026-11-21T09:30:00.000Z",...}: ids as people see them, times and dates as
   RFC 3339 (numbers where that cannot say it), true and false, BLOBs in base64, null. Every column, in the order of the
   schema. Code: bundle.text (a text that is not UTF-8; args "table", "column"). */
Err *row_write(Arena *arena, Buf *out, const TableDef *def, const Cell *cells);
/* Columns may come in any order, each that is expected once. expected: by place in def. Code: bundle.row (arg "why"). cells
   of other columns stay as they are; texts live in arena. */
Err *row_read(Arena *arena, Str line, const TableDef *def, const bool *expected, Cell *cells);
