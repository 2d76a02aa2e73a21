/* Any bytes as a line of a bundle: what is read and written again reads the same. */
#include <stdlib.h>

#include "exchange/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const TableColumn columns[] = {{"id", "ID", false, false, 1, NULL},  {"at", "TIME", true, false, 0, NULL},
                                      {"day", "DATE", true, false, 0, NULL}, {"open", "BOOL", true, false, 0, NULL},
                                      {"rate", "REAL", true, false, 0, NULL}, {"said", "TEXT", true, false, 0, NULL},
                                      {"raw", "BLOB", true, false, 0, NULL}};
static const TableDef def = {"fuzz", "", "", columns, 7};
static const bool all[7] = {true, true, true, true, true, true, true};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Cell row[7], again[7];
    Str text = {(const char *)data, size};
    if (!row_read(arena, text, &def, all, row)) {
        Buf out = buf_new(arena, 1 << 24);
        if (row_write(arena, &out, &def, row))
            abort();
        if (row_read(arena, str_slice(buf_str(&out), 0, out.len - 1), &def, all, again))
            abort();
        for (int i = 0; i < 7; i++)
            if (row[i].has != again[i].has || (row[i].has && !(i == 5 || i == 6 ? str_eq(row[i].text, again[i].text)
                                                              : i == 4          ? row[i].real == again[i].real
                                                                                : row[i].integer == again[i].integer)))
                abort();
    }
    arena_free(arena);
    return 0;
}
