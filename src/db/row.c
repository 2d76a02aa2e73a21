/* Values from a driver into row structs; checks that both drivers share. */
#include <string.h>

#include "db/driver.h"

Err *row_add(RowList *list, char **row)
{
    size_t size = list->statement->row_size;
    if (list->len == DB_ROWS_MAX)
        return err_detail(list->arena, ERR_BROKEN, "db.too_many_rows", "%s gives more than %d rows", list->statement->name,
                          DB_ROWS_MAX);
    if (list->len == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        char *at = arena_alloc(list->arena, array_bytes(room, size));
        if (list->len)
            memcpy(at, list->at, list->len * size);
        list->at = at;
        list->room = room;
    }
    *row = list->at + list->len++ * size;
    return NULL;
}

void *row_field(const Column *column, char *row)
{
    if (column->has_offset)
        *(bool *)(row + column->has_offset) = true;
    return row + column->offset;
}

void row_set_int(const Column *column, char *row, int64_t value)
{
    void *field = row_field(column, row);
    if (column->type == COL_BOOL)
        *(bool *)field = value != 0;
    else if (column->type == COL_DATE)
        *(int32_t *)field = (int32_t)value;
    else
        *(int64_t *)field = value;
}

Err *row_set_null(Arena *arena, const Statement *statement, const Column *column, char *row)
{
    if (!column->has_offset)
        return err_detail(arena, ERR_BROKEN, "db.null", "%s: column %s is null; use coalesce or say so with \"%s Type?\"",
                          statement->name, column->name, column->name);
    *(bool *)(row + column->has_offset) = false;
    return NULL;
}

Err *row_wrong_type(Arena *arena, const Statement *statement, const Column *column, const char *found)
{
    return err_detail(arena, ERR_BROKEN, "db.type", "%s: column %s holds %s, which its type does not", statement->name,
                      column->name, found);
}

Err *column_check(Arena *arena, const Statement *statement, size_t i, const char *name)
{
    Str first, rest;
    str_cut(str_of(name), ' ', &first, &rest);
    if (i >= statement->columns_len || !str_eq(first, str_of(statement->columns[i].name)))
        return err_detail(arena, ERR_BROKEN, "db.failed", "%s: column %zu is \"%s\" here, which the program does not expect",
                          statement->name, i + 1, name);
    return NULL;
}

Err *params_check(Arena *arena, const Statement *statement, const Param *params)
{
    for (size_t i = 0; i < statement->params_len; i++)
        if (params[i].type == COL_TEXT && params[i].text.len && memchr(params[i].text.at, '\0', params[i].text.len))
            return err_detail(arena, ERR_INVALID, "field.not_text", "%s: parameter %zu holds U+0000", statement->name, i + 1);
    return NULL;
}
