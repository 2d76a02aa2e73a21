/* Values on their way to PostgreSQL and back. */
#include "db/postgres_value.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

/* Built-in type numbers (PostgreSQL, pg_type.dat): bytea, int8, text, float8. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

static Oid type_oid(ColumnType type)
{
    return type == COL_REAL ? OID_FLOAT8 : type == COL_TEXT ? OID_TEXT : type == COL_BLOB ? OID_BYTEA : OID_INT8;
}

Err *pg_params(Arena *arena, const Statement *statement, const Param *params, PgParams *out)
{
    if (statement->params_len > PG_PARAMS_MAX)
        return err_detail(arena, ERR_BROKEN, "db.failed", "%s has more than %d parameters", statement->name, PG_PARAMS_MAX);
    out->len = (int)statement->params_len;
    for (size_t i = 0; i < statement->params_len; i++) {
        const Param *param = &params[i];
        uint64_t bits = (uint64_t)param->integer;
        out->types[i] = type_oid(statement->params[i]);
        out->formats[i] = 1;
        out->lengths[i] = sizeof bits;
        if (param->type == COL_REAL)
            memcpy(&bits, &param->real, sizeof bits);
        out->numbers[i] = htobe64(bits);
        out->values[i] = (const char *)&out->numbers[i];
        if (param->type == COL_TEXT || param->type == COL_BLOB) {
            out->values[i] = param->text.len ? param->text.at : "";
            out->lengths[i] = (int)param->text.len;
        }
        if (param->null)
            out->values[i] = NULL;
    }
    return NULL;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\x0aff": bytea_output=hex, the manual's section 8.4. */
static bool read_bytea(Arena *arena, Str text, Str *out)
{
    if (!str_starts(text, STR("\\x")) || text.len % 2)
        return false;
    size_t len = text.len / 2 - 1;
    char *at = arena_alloc(arena, len);
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text.at[2 + 2 * i]), low = hex_digit(text.at[3 + 2 * i]);
        if (high < 0 || low < 0)
            return false;
        at[i] = (char)(high << 4 | low);
    }
    *out = (Str){at, len};
    return true;
}

/* Expressions may come as boolean (t, f) or as numeric (sum of bigint) where SQLite has integers. */
static bool read_int(Str text, int64_t *out)
{
    if (str_eq(text, STR("t")) || str_eq(text, STR("f"))) {
        *out = text.at[0] == 't';
        return true;
    }
    return str_to_int(text, out);
}

static Err *read_column(Arena *arena, const Statement *statement, const Column *column, Str text, char *row)
{
    int64_t integer;
    double real;
    Str bytes;
    switch (column->type) {
    case COL_TEXT:
        *(Str *)row_field(column, row) = str_copy(arena, text);
        return NULL;
    case COL_BLOB:
        if (!read_bytea(arena, text, &bytes))
            break;
        *(Str *)row_field(column, row) = bytes;
        return NULL;
    case COL_REAL:
        if (!str_to_real(text, &real))
            break;
        *(double *)row_field(column, row) = real;
        return NULL;
    default:
        if (!read_int(text, &integer))
            break;
        row_set_int(column, row, integer);
        return NULL;
    }
    return row_wrong_type(arena, statement, column, str_z(arena, str_slice(text, 0, 40)));
}

Err *pg_row(Arena *arena, const Statement *statement, const PGresult *result, int i, char *row)
{
    if ((size_t)pq.nfields(result) != statement->columns_len)
        return err_detail(arena, ERR_BROKEN, "db.failed", "%s gives %d columns instead of %zu", statement->name,
                          pq.nfields(result), statement->columns_len);
    for (size_t c = 0; c < statement->columns_len; c++) {
        const Column *column = &statement->columns[c];
        if (pq.getisnull(result, i, (int)c))
            TRY(row_set_null(arena, statement, column, row));
        else
            TRY(read_column(arena, statement, column,
                            (Str){pq.getvalue(result, i, (int)c), (size_t)pq.getlength(result, i, (int)c)}, row));
    }
    return NULL;
}
