/* What was understood, written as C. */
#include "tools/sqlgen.h"

enum { PARAMS_MAX = 5, OUT_MAX = 16 << 20 };

static Str camel(Arena *arena, Str name)
{
    Buf out = buf_new(arena, 4096);
    bool up = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (c != '_')
            buf_add_char(&out, up && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
        up = c == '_';
    }
    return buf_str(&out);
}

/* The folder's name as a C name: "solve/route" gives solve_route. */
static Str symbol(Arena *arena, const char *name)
{
    char *text = (char *)str_z(arena, str_of(name));
    for (char *at = text; *at; at++)
        if (!((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9')))
            *at = '_';
    return str_of(text);
}

static void put_c_text(Buf *out, Str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\n')
            buf_add(out, i + 1 < text.len ? STR("\\n\"\n    \"") : STR("\\n"));
        else if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c == '?') /* no trigraphs */
            buf_add(out, STR("\\?"));
        else if ((unsigned char)c < 32)
            buf_addf(out, "\\%03o", (unsigned char)c);
        else
            buf_add_char(out, c);
    }
    buf_add_char(out, '"');
}

static bool first_of_row(const Queries *queries, size_t index)
{
    if (!queries->at[index].row.len)
        return false;
    for (size_t i = 0; i < index; i++)
        if (str_eq(queries->at[i].row, queries->at[index].row))
            return false;
    return true;
}

static bool has_args(const Query *query)
{
    return query->params.len > PARAMS_MAX;
}

static void put_param_type(Buf *out, const Member *param)
{
    const char *type = word_rows[param->word].c;
    buf_addf(out, param->nullable ? "const %s *%.*s" : "%s %.*s", type, STR_ARG(param->name));
}

static void put_signature(Buf *out, Arena *arena, const Query *query)
{
    buf_addf(out, "Err *%.*s(%s", STR_ARG(query->name), query->writes ? "Tx *tx" : "Db *db");
    if (has_args(query))
        buf_addf(out, ", const %.*sArgs *args", STR_ARG(camel(arena, query->name)));
    for (size_t i = 0; i < query->params.len && !has_args(query); i++) {
        buf_add(out, STR(", "));
        put_param_type(out, &query->params.at[i]);
    }
    Str row = query->row;
    switch (query->kind) {
    case KIND_ONE:
        buf_addf(out, ", %.*s *out", STR_ARG(row));
        break;
    case KIND_MAYBE:
        buf_addf(out, ", %.*s *out, bool *found", STR_ARG(row));
        break;
    case KIND_MANY:
        buf_addf(out, ", %.*sList *out", STR_ARG(row));
        break;
    case KIND_EACH:
        buf_addf(out, ", Err *(*each)(void *each_arg, const %.*s *row), void *each_arg", STR_ARG(row));
        break;
    case KIND_COUNT:
        buf_add(out, STR(", int64_t *count"));
        break;
    case KIND_DONE:
        break;
    }
    buf_add_char(out, ')');
}

static void put_row_struct(Buf *out, const Query *query)
{
    buf_addf(out, "typedef struct %.*s {\n", STR_ARG(query->row));
    for (size_t i = 0; i < query->columns.len; i++) {
        const Member *column = &query->columns.at[i];
        buf_addf(out, "    %s %.*s;\n", word_rows[column->word].c, STR_ARG(column->name));
        if (column->nullable)
            buf_addf(out, "    bool has_%.*s;\n", STR_ARG(column->name));
    }
    buf_addf(out, "} %.*s;\n", STR_ARG(query->row));
    buf_addf(out, "typedef struct %.*sList {\n    %.*s *at;\n    size_t len;\n} %.*sList;\n", STR_ARG(query->row),
             STR_ARG(query->row), STR_ARG(query->row));
    buf_addf(out, "extern const Shape %.*s_shape;\n\n", STR_ARG(query->row));
}

static void put_args_struct(Buf *out, Arena *arena, const Query *query)
{
    Str name = camel(arena, query->name);
    buf_addf(out, "typedef struct %.*sArgs {\n", STR_ARG(name));
    for (size_t i = 0; i < query->params.len; i++) {
        buf_add(out, STR("    "));
        put_param_type(out, &query->params.at[i]);
        buf_add(out, STR(";\n"));
    }
    buf_addf(out, "} %.*sArgs;\n", STR_ARG(name));
}

Str queries_header(Arena *arena, const char *name, const Source *source, const Queries *queries)
{
    Buf out = buf_new(arena, OUT_MAX);
    Str module = symbol(arena, name);
    buf_addf(&out, "/* Made by sqlgen from %s. */\n#pragma once\n#include \"db/db.h\"\n\n", source->path);
    for (size_t i = 0; i < queries->len; i++)
        if (first_of_row(queries, i))
            put_row_struct(&out, &queries->at[i]);
    for (size_t i = 0; i < queries->len; i++) {
        const Query *query = &queries->at[i];
        if (query->doc.len)
            buf_addf(&out, "/* %.*s */\n", STR_ARG(query->doc));
        if (has_args(query))
            put_args_struct(&out, arena, query);
        put_signature(&out, arena, query);
        buf_add(&out, STR(";\n"));
    }
    buf_addf(&out, "\nextern Statement %.*s_statements[];\nextern const size_t %.*s_statements_len;\n", STR_ARG(module),
             STR_ARG(module));
    return buf_str(&out);
}

static void put_shape(Buf *out, const Query *query)
{
    Str row = query->row;
    buf_addf(out, "static const Field %.*s_fields[] = {\n", STR_ARG(row));
    size_t len = 0;
    for (size_t i = 0; i < query->columns.len; i++) {
        const Member *column = &query->columns.at[i];
        if (!word_rows[column->word].field)
            continue;
        len++;
        buf_addf(out, "    FIELD(%.*s, %.*s, %s, .required = %s", STR_ARG(row), STR_ARG(column->name),
                 word_rows[column->word].field, column->nullable ? "false" : "true");
        if (column->nullable)
            buf_addf(out, ", HAS(%.*s, %.*s)", STR_ARG(row), STR_ARG(column->name));
        buf_add(out, STR("),\n"));
    }
    if (!len)
        buf_add(out, STR("    {0},\n"));
    buf_addf(out, "};\nconst Shape %.*s_shape = {.name = \"%.*s\", .fields = %.*s_fields, .len = %zu, .size = sizeof(%.*s)};\n\n",
             STR_ARG(row), STR_ARG(row), STR_ARG(row), len, STR_ARG(row));
}

static void put_tables(Buf *out, const Query *query)
{
    Str name = query->name;
    if (query->params.len) {
        buf_addf(out, "static const ColumnType %.*s_params[] = {", STR_ARG(name));
        for (size_t i = 0; i < query->params.len; i++)
            buf_addf(out, "%s%s", i ? ", " : "", word_rows[query->params.at[i].word].column);
        buf_add(out, STR("};\n"));
    }
    if (query->columns.len) {
        buf_addf(out, "static const Column %.*s_columns[] = {\n", STR_ARG(name));
        for (size_t i = 0; i < query->columns.len; i++) {
            const Member *column = &query->columns.at[i];
            buf_addf(out, "    {.name = \"%.*s\", .type = %s, .offset = offsetof(%.*s, %.*s)", STR_ARG(column->name),
                     word_rows[column->word].column, STR_ARG(query->row), STR_ARG(column->name));
            if (column->nullable)
                buf_addf(out, ", .has_offset = offsetof(%.*s, has_%.*s)", STR_ARG(query->row), STR_ARG(column->name));
            buf_add(out, STR("},\n"));
        }
        buf_add(out, STR("};\n"));
    }
}

static void put_statement(Buf *out, Arena *arena, const Query *query)
{
    StrList names = {NEW_ARRAY(arena, Str, query->params.len), query->params.len};
    for (size_t i = 0; i < names.len; i++)
        names.at[i] = query->params.at[i].name;
    const Tokens *sqlite = &query->tokens, *postgres = query->tokens_postgres.len ? &query->tokens_postgres : sqlite;
    Str name = query->name;
    buf_addf(out, "    {.name = \"%.*s\",\n     .sqlite = ", STR_ARG(name));
    put_c_text(out, tokens_sql(arena, sqlite->at, sqlite->at + sqlite->len, "?", &names));
    buf_add(out, STR(",\n     .postgres = "));
    put_c_text(out, tokens_sql(arena, postgres->at, postgres->at + postgres->len, "$", &names));
    buf_addf(out, ",\n     .writes = %s", query->writes ? "true" : "false");
    if (query->params.len)
        buf_addf(out, ", .params = %.*s_params, .params_len = %zu", STR_ARG(name), query->params.len);
    if (query->columns.len)
        buf_addf(out, ",\n     .columns = %.*s_columns, .columns_len = %zu, .row_size = sizeof(%.*s)", STR_ARG(name),
                 query->columns.len, STR_ARG(query->row));
    buf_add(out, STR("},\n"));
}

static void put_param_value(Buf *out, const Query *query, const Member *param)
{
    static const char *const part[] = {[WORD_MONEY] = "minor", [WORD_TIME] = "ms", [WORD_DATE] = "days", [WORD_BLOB] = NULL};
    const char *slot = param->word == WORD_REAL ? "real" : param->word == WORD_TEXT || param->word == WORD_BLOB ? "text" : "integer";
    const char *from = has_args(query) ? "args->" : "", *member = part[param->word];
    Str name = param->name;
    buf_addf(out, "        {.type = %s, ", word_rows[param->word].column);
    if (param->nullable) {
        const char *empty = param->word == WORD_TEXT || param->word == WORD_BLOB ? "(Str){0}" : "0";
        buf_addf(out, ".null = !%s%.*s, .%s = %s%.*s ? ", from, STR_ARG(name), slot, from, STR_ARG(name));
        if (member)
            buf_addf(out, "%s%.*s->%s : %s},\n", from, STR_ARG(name), member, empty);
        else
            buf_addf(out, "*%s%.*s : %s},\n", from, STR_ARG(name), empty);
    } else {
        buf_addf(out, ".%s = %s%.*s%s%s},\n", slot, from, STR_ARG(name), member ? "." : "", member ? member : "");
    }
}

static void put_each(Buf *out, Arena *arena, const Query *query)
{
    Str name = query->name, type = camel(arena, query->name), row = query->row;
    buf_addf(out, "typedef struct %.*sEach {\n    Err *(*each)(void *arg, const %.*s *row);\n    void *arg;\n} %.*sEach;\n\n",
             STR_ARG(type), STR_ARG(row), STR_ARG(type));
    buf_addf(out,
             "static Err *%.*s_row(void *arg, const void *row)\n{\n    const %.*sEach *to = arg;\n    return to->each(to->arg, "
             "row);\n}\n\n",
             STR_ARG(name), STR_ARG(type));
}

static void put_function(Buf *out, Arena *arena, Str module, const Query *query, size_t index)
{
    if (query->kind == KIND_EACH)
        put_each(out, arena, query);
    put_signature(out, arena, query);
    buf_add(out, STR("\n{\n"));
    const char *params = query->params.len ? "params" : "NULL", *db = query->writes ? "&tx->db" : "db";
    if (query->params.len) {
        buf_add(out, STR("    const Param params[] = {\n"));
        for (size_t i = 0; i < query->params.len; i++)
            put_param_value(out, query, &query->params.at[i]);
        buf_add(out, STR("    };\n"));
    }
    Str statement = str_format(arena, "&%.*s_statements[%zu]", STR_ARG(module), index);
    switch (query->kind) {
    case KIND_ONE:
        buf_addf(out, "    return db_one(%s, %.*s, %s, out, NULL);\n", db, STR_ARG(statement), params);
        break;
    case KIND_MAYBE:
        buf_addf(out, "    return db_one(%s, %.*s, %s, out, found);\n", db, STR_ARG(statement), params);
        break;
    case KIND_MANY:
        buf_addf(out, "    Rows rows;\n    TRY(db_query(%s, %.*s, %s, &rows));\n    out->at = rows.at;\n    out->len = rows.len;\n"
                      "    return NULL;\n",
                 db, STR_ARG(statement), params);
        break;
    case KIND_EACH:
        buf_addf(out, "    %.*sEach walk = {each, each_arg};\n    return db_each(%s, %.*s, %s, %.*s_row, &walk);\n",
                 STR_ARG(camel(arena, query->name)), db, STR_ARG(statement), params, STR_ARG(query->name));
        break;
    case KIND_COUNT:
        buf_addf(out, "    return db_run(tx, %.*s, %s, count);\n", STR_ARG(statement), params);
        break;
    case KIND_DONE:
        buf_addf(out, "    return db_run(tx, %.*s, %s, NULL);\n", STR_ARG(statement), params);
        break;
    }
    buf_add(out, STR("}\n\n"));
}

Str queries_source(Arena *arena, const char *name, const Source *source, const Queries *queries)
{
    Buf out = buf_new(arena, OUT_MAX);
    Str module = symbol(arena, name);
    buf_addf(&out, "/* Made by sqlgen from %s. */\n#include \"%s/queries.h\"\n\n", source->path, name);
    for (size_t i = 0; i < queries->len; i++) {
        if (first_of_row(queries, i))
            put_shape(&out, &queries->at[i]);
        put_tables(&out, &queries->at[i]);
    }
    buf_addf(&out, "\nStatement %.*s_statements[] = {\n", STR_ARG(module));
    for (size_t i = 0; i < queries->len; i++)
        put_statement(&out, arena, &queries->at[i]);
    if (!queries->len)
        buf_add(&out, STR("    {0},\n"));
    buf_addf(&out, "};\nconst size_t %.*s_statements_len = %zu;\n\n", STR_ARG(module), queries->len);
    for (size_t i = 0; i < queries->len; i++)
        put_function(&out, arena, module, &queries->at[i], i);
    return buf_str(&out);
}

Str migrations_source(Arena *arena, const Migrations *migrations)
{
    Buf out = buf_new(arena, OUT_MAX);
    buf_add(&out, STR("/* Made by sqlgen from src/<folder>/migrations. */\n#include \"db/migrate.h\"\n\n"
                      "const Migration house_migrations[] = {\n"));
    for (size_t i = 0; i < migrations->len; i++) {
        const Migration *migration = &migrations->at[i];
        buf_addf(&out, "    {.number = %lld, .name = \"%.*s\", .hash = \"%.*s\",\n     .sqlite =\n    ",
                 (long long)migration->number, STR_ARG(migration->name), STR_ARG(migration->hash));
        put_c_text(&out, buf_str(&migration->sqlite));
        buf_add(&out, STR(",\n     .postgres =\n    "));
        put_c_text(&out, buf_str(&migration->postgres));
        buf_add(&out, STR("},\n"));
    }
    buf_add(&out, STR("    {0},\n};\n"));
    return buf_str(&out);
}
