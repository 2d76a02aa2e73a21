/* The schema as C data: every table with its columns, types, keys and marks, as SQLite understood the migrations. */
#include "tools/sqlgen.h"

#include <sqlite3.h>
#include <string.h>

enum { TABLES_OUT_MAX = 4 << 20 };

static const char tables_sql[] =
    "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
    "AND name NOT LIKE 'sqlite_%' ORDER BY name";
static const char columns_sql[] =
    "SELECT i.name, i.type, i.\"notnull\", i.dflt_value IS NOT NULL, i.pk, "
    "(SELECT f.\"table\" FROM pragma_foreign_key_list(?1) f WHERE f.\"from\" = i.name) "
    "FROM pragma_table_info(?1) i ORDER BY i.cid";

/* The last comment wins: a table that was made anew is described where that was done. */
static Str note_of(const Migrations *migrations, Str table)
{
    Str found = {0};
    for (size_t i = 0; i < migrations->len; i++)
        for (size_t j = 0; j < migrations->at[i].notes_len; j++)
            if (str_eq(migrations->at[i].notes[j].table, table))
                found = migrations->at[i].notes[j].comment;
    return found;
}

static Str mark_of(Str *note)
{
    static const char *const marks[] = {"derived", "secret", "passing"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = strlen(marks[i]);
        if (note->len > len && str_ends(*note, str_of(marks[i])) && note->at[note->len - len - 1] == ' ' &&
            strchr(".)", note->at[note->len - len - 2])) {
            *note = str_slice(*note, 0, note->len - len - 1);
            return str_of(marks[i]);
        }
    }
    return (Str){0};
}

static void put_text(Buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (; *text; text++) {
        if (strchr("\"\\?", *text))
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static const char *text_at(sqlite3_stmt *rows, int column)
{
    const unsigned char *text = sqlite3_column_text(rows, column);
    return text ? (const char *)text : "";
}

static void put_columns(Buf *out, sqlite3 *db, const char *table, int *len)
{
    sqlite3_stmt *rows = NULL;
    *len = 0;
    if (sqlite3_prepare_v2(db, columns_sql, -1, &rows, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_text(rows, 1, table, -1, SQLITE_TRANSIENT);
    buf_addf(out, "static const TableColumn %s_columns[] = {\n", table);
    for (; sqlite3_step(rows) == SQLITE_ROW; (*len)++) {
        Word word = word_of_schema(str_of(text_at(rows, 1)));
        bool key = sqlite3_column_int(rows, 4) > 0, references = sqlite3_column_type(rows, 5) != SQLITE_NULL;
        buf_addf(out, "    {\"%s\", \"%s\", %s, %s, %d, ", text_at(rows, 0), word_rows[word].schema,
                 sqlite3_column_int(rows, 2) || key ? "false" : "true", sqlite3_column_int(rows, 3) ? "true" : "false",
                 sqlite3_column_int(rows, 4));
        buf_addf(out, references ? "\"%s\"},\n" : "NULL},\n", text_at(rows, 5));
    }
    buf_add(out, STR("};\n"));
    sqlite3_finalize(rows);
}

Str tables_source(Arena *arena, const Migrations *migrations)
{
    Buf out = buf_new(arena, TABLES_OUT_MAX), list = buf_new(arena, TABLES_OUT_MAX);
    Schema *schema = schema_open(arena, migrations);
    sqlite3_stmt *tables = NULL;
    buf_add(&out, STR("/* Made by sqlgen from src/<folder>/migrations. */\n#include \"db/db.h\"\n\n"));
    if (!schema || sqlite3_prepare_v2(schema_db(schema), tables_sql, -1, &tables, NULL) != SQLITE_OK)
        return buf_str(&out);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = text_at(tables, 0);
        bool virtual = strcmp(text_at(tables, 1), "virtual") == 0;
        int len = 0;
        if (!virtual)
            put_columns(&out, schema_db(schema), name, &len);
        Str about = note_of(migrations, str_of(name)), mark = mark_of(&about);
        buf_addf(&list, "    {\"%s\", \"%.*s\", ", name, STR_ARG(virtual ? STR("derived") : mark));
        put_text(&list, str_z(arena, about));
        buf_addf(&list, len ? ", %s_columns, %d},\n" : ", NULL, 0},\n", name, len);
    }
    sqlite3_finalize(tables);
    schema_close(schema);
    buf_addf(&out, "const TableDef house_tables[] = {\n%.*s    {0},\n};\n", STR_ARG(buf_str(&list)));
    return buf_str(&out);
}
