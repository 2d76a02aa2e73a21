/* Migrations: our type words expanded for SQLite, for PostgreSQL, and for the schema in memory that checks queries. */
#include "tools/sqlgen.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* clang-format off */
const WordRow word_rows[] = {
    [WORD_ID]    = {"ID",    "Id",    "Id",      "COL_INT",  "FIELD_ID",    "INTEGER", "BIGINT"},
    [WORD_INT]   = {"INT",   "Int",   "int64_t", "COL_INT",  "FIELD_INT",   "INTEGER", "BIGINT"},
    [WORD_MONEY] = {"MONEY", "Money", "Money",   "COL_INT",  "FIELD_MONEY", "INTEGER", "BIGINT"},
    [WORD_TIME]  = {"TIME",  "Time",  "Time",    "COL_INT",  "FIELD_TIME",  "INTEGER", "BIGINT"},
    [WORD_DATE]  = {"DATE",  "Date",  "Date",    "COL_DATE", "FIELD_DATE",  "INTEGER", "BIGINT"},
    [WORD_BOOL]  = {"BOOL",  "Bool",  "bool",    "COL_BOOL", "FIELD_BOOL",  "INTEGER", "BIGINT"},
    [WORD_REAL]  = {"REAL",  "Real",  "double",  "COL_REAL", "FIELD_REAL",  "REAL",    "DOUBLE PRECISION"},
    [WORD_TEXT]  = {"TEXT",  "Text",  "Str",     "COL_TEXT", "FIELD_STR",   "TEXT",    "TEXT COLLATE \"C\""},
    [WORD_BLOB]  = {"BLOB",  "Blob",  "Str",     "COL_BLOB", NULL,          "BLOB",    "BYTEA"},
};

/* Reserved by PostgreSQL 15 (manual, appendix C): "user" would not even fail, it would give the database's user. */
static const char *const reserved[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check", "collate",
    "column", "constraint", "create", "current_date", "current_role", "current_time", "current_timestamp", "current_user",
    "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
    "grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "localtime",
    "localtimestamp", "not", "null", "offset", "on", "only", "or", "order", "placing", "primary", "references", "returning",
    "select", "session_user", "some", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user",
    "using", "variadic", "when", "where", "window", "with",
};
/* clang-format on */

Word word_of_schema(Str name)
{
    if (str_eq(name, STR("KEY")) || str_eq(name, STR("INTEGER")))
        return WORD_ID;
    for (Word word = WORD_ID; word <= WORD_BLOB; word++)
        if (str_eq(name, str_of(word_rows[word].schema)))
            return word;
    return WORD_NONE;
}

Word word_of_query(Str name)
{
    for (Word word = WORD_ID; word <= WORD_BLOB; word++)
        if (str_eq(name, str_of(word_rows[word].query)))
            return word;
    return WORD_NONE;
}

typedef struct ColumnDef {
    Str name, comment;
    Word word;
    bool key, nullable;
    const Token *rest, *rest_end;
} ColumnDef;

/* Where the statement that is being expanded goes. */
typedef struct Expansion {
    Arena *arena;
    Migration *migration;
    Dialect dialect;
} Expansion;

typedef enum Target { CHECKING, TO_SQLITE, TO_POSTGRES } Target;

static Buf *target_buf(const Expansion *to, Target target)
{
    if (to->dialect == (target == TO_POSTGRES ? SQLITE : POSTGRES))
        return NULL;
    Buf *bufs[] = {&to->migration->checking, &to->migration->sqlite, &to->migration->postgres};
    return bufs[target];
}

static void put_all(const Expansion *to, Str sql)
{
    for (Target target = CHECKING; target <= TO_POSTGRES; target++) {
        Buf *buf = target_buf(to, target);
        if (buf)
            buf_add(buf, sql);
    }
}

static void put_text(Buf *buf, Str text)
{
    buf_add_char(buf, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\'')
            buf_add_char(buf, '\'');
        buf_add_char(buf, text.at[i]);
    }
    buf_add_char(buf, '\'');
}

static void name_check(const Expansion *to, const Token *token, const char *what)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_eq_nocase(token->text, str_of(reserved[i])))
            complain(&to->migration->source, token->line,
                     "The %s name \"%.*s\" is reserved by PostgreSQL. Choose another word.", what, STR_ARG(token->text));
    if (token->kind != TOKEN_WORD || !str_eq(token->text, str_lower(to->arena, token->text)))
        complain(&to->migration->source, token->line, "The %s name %.*s must be a plain word in small letters.", what,
                 STR_ARG(token->text));
}

/* name TYPE [NULL] rest: what stands between the commas of CREATE TABLE, or after ADD COLUMN. */
static bool column_read(const Expansion *to, const Token *from, const Token *end, ColumnDef *out)
{
    const Source *source = &to->migration->source;
    *out = (ColumnDef){.name = from->text, .rest = from + 2, .rest_end = end};
    name_check(to, from, "column");
    out->word = end - from > 1 ? word_of_schema(from[1].text) : WORD_NONE;
    if (!out->word || str_eq(from[1].text, STR("INTEGER"))) {
        complain(source, from->line,
                 "Column \"%.*s\" needs a type word: KEY, ID, INT, MONEY, TIME, DATE, BOOL, REAL, TEXT or BLOB.",
                 STR_ARG(from->text));
        out->word = WORD_NONE;
        return false;
    }
    out->key = str_eq(from[1].text, STR("KEY"));
    if (out->rest < end && token_is(out->rest, "NULL")) {
        out->nullable = true;
        out->rest++;
    }
    for (const Token *token = out->rest; token + 1 < end; token++)
        if (token_is(token, "NOT") && token_is(token + 1, "NULL"))
            complain(source, token->line, "Column \"%.*s\" says NOT NULL, which every column is. Leave it out.",
                     STR_ARG(from->text));
    for (const Token *token = out->rest; token + 1 < end; token++)
        if (token_is(token, "PRIMARY"))
            complain(source, token->line, "Column \"%.*s\" says PRIMARY KEY. Give it the type KEY.", STR_ARG(from->text));
    return true;
}

static void put_column(const Expansion *to, Target target, const ColumnDef *column)
{
    static const StrList none;
    Buf *buf = target_buf(to, target);
    if (!buf)
        return;
    const WordRow *row = &word_rows[column->word];
    const char *type = target == TO_POSTGRES ? row->postgres : target == TO_SQLITE ? row->sqlite : row->schema;
    if (column->key && target != TO_POSTGRES)
        type = "INTEGER";
    buf_addf(buf, "%.*s %s%s%s", STR_ARG(column->name), type, column->key ? " PRIMARY KEY" : "",
             column->nullable ? "" : " NOT NULL");
    if (column->word == WORD_BOOL && target != CHECKING)
        buf_addf(buf, " CHECK (%.*s IN (0, 1))", STR_ARG(column->name));
    Str rest = tokens_sql(to->arena, column->rest, column->rest_end, ":", &none);
    if (rest.len)
        buf_addf(buf, " %.*s", STR_ARG(rest));
}

static void put_column_comment(const Expansion *to, Str table, const ColumnDef *column, int line)
{
    if (!column->comment.len)
        complain(&to->migration->source, line, "Column \"%.*s\" has no comment. Write \"-- what it holds\" behind it.",
                 STR_ARG(column->name));
    Buf *buf = target_buf(to, TO_POSTGRES);
    if (!buf)
        return;
    buf_addf(buf, "COMMENT ON COLUMN %.*s.%.*s IS ", STR_ARG(table), STR_ARG(column->name));
    put_text(buf, column->comment);
    buf_add(buf, STR(";\n"));
}

static Str join(Arena *arena, Str a, Str b)
{
    return a.len && b.len ? str_format(arena, "%.*s %.*s", STR_ARG(a), STR_ARG(b)) : a.len ? a : b;
}

static bool is_table_rule(const Token *token)
{
    static const char *const words[] = {"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

/* One item between commas, and the comment that stands behind it (also behind its comma). */
typedef struct Item {
    const Token *from, *end;
    Str comment;
} Item;

/* Cuts what stands after the "(" at open into items; gives the closing ")". */
static const Token *items_read(Arena *arena, const Token *open, const Token *end, Item *items, size_t *len)
{
    int depth = 0;
    bool fresh = true; /* the next token that is no comment begins an item */
    *len = 0;
    for (const Token *token = open + 1; token < end; token++) {
        if (token->kind == TOKEN_COMMENT) {
            if (*len)
                items[*len - 1].comment = join(arena, items[*len - 1].comment, token->text);
            continue;
        }
        if (depth == 0 && (token_is(token, ",") || token_is(token, ")"))) {
            fresh = true;
            if (token_is(token, ")"))
                return token;
            continue;
        }
        depth += token_is(token, "(") - token_is(token, ")");
        if (fresh)
            items[(*len)++] = (Item){.from = token};
        fresh = false;
        items[*len - 1].end = token + 1;
    }
    return end;
}

static void put_table_end(const Expansion *to, Target target, const Token *close, const Token *end)
{
    static const StrList none;
    Buf *buf = target_buf(to, target);
    if (!buf)
        return;
    Str options = tokens_sql(to->arena, close + 1, end, ":", &none);
    if (target == TO_POSTGRES)
        buf_add(buf, STR("\n);\n"));
    else
        buf_addf(buf, "\n)%s%s%.*s;\n", target == TO_SQLITE ? " STRICT" : "",
                 options.len ? target == TO_SQLITE ? ", " : " " : "", STR_ARG(options));
}

static void put_table_rule(const Expansion *to, const Item *item)
{
    static const StrList none;
    put_all(to, tokens_sql(to->arena, item->from, item->end, ":", &none));
}

/* CREATE TABLE name ( ... ): from stands at CREATE. */
static void table_expand(const Expansion *to, const Token *from, const Token *end, Str comment)
{
    const Source *source = &to->migration->source;
    if (end - from < 4 || !token_is(from + 3, "(")) {
        complain(source, from->line, "This must read CREATE TABLE name ( columns ). Say it so.");
        return;
    }
    Str table = from[2].text;
    name_check(to, from + 2, "table");
    if (!comment.len)
        complain(source, from->line, "Table \"%.*s\" has no comment. Write \"-- what it holds\" above it.", STR_ARG(table));
    to->migration->notes[to->migration->notes_len++] = (TableNote){table, comment};
    Item *items = NEW_ARRAY(to->arena, Item, (size_t)(end - from));
    size_t len;
    const Token *close = items_read(to->arena, from + 3, end, items, &len);
    ColumnDef *columns = NEW_ARRAY(to->arena, ColumnDef, len);
    put_all(to, str_format(to->arena, "CREATE TABLE %.*s (", STR_ARG(table)));
    for (size_t i = 0; i < len; i++) {
        put_all(to, i ? STR(",\n    ") : STR("\n    "));
        if (is_table_rule(items[i].from)) {
            put_table_rule(to, &items[i]);
        } else if (column_read(to, items[i].from, items[i].end, &columns[i])) {
            columns[i].comment = items[i].comment;
            for (Target target = CHECKING; target <= TO_POSTGRES; target++)
                put_column(to, target, &columns[i]);
        }
    }
    for (Target target = CHECKING; target <= TO_POSTGRES; target++)
        put_table_end(to, target, close, end);
    Buf *postgres = target_buf(to, TO_POSTGRES);
    if (postgres) {
        buf_addf(postgres, "COMMENT ON TABLE %.*s IS ", STR_ARG(table));
        put_text(postgres, comment);
        buf_add(postgres, STR(";\n"));
    }
    for (size_t i = 0; i < len; i++)
        if (columns[i].word)
            put_column_comment(to, table, &columns[i], items[i].from->line);
}

/* ALTER TABLE name ADD [COLUMN] column: from stands at ALTER; the comment stands behind. */
static void added_column_expand(const Expansion *to, const Token *from, const Token *end, Str comment)
{
    const Token *at = from + (token_is(from + 4, "COLUMN") ? 5 : 4);
    ColumnDef column;
    if (!column_read(to, at, end, &column))
        return;
    bool filled = column.nullable;
    for (const Token *token = column.rest; token < end; token++)
        filled = filled || token_is(token, "DEFAULT");
    if (!filled)
        complain(&to->migration->source, at->line, "Column \"%.*s\" is added to rows that are there already. Give it a DEFAULT, or NULL.",
                 STR_ARG(column.name));
    column.comment = comment;
    put_all(to, str_format(to->arena, "ALTER TABLE %.*s ADD COLUMN ", STR_ARG(from[2].text)));
    for (Target target = CHECKING; target <= TO_POSTGRES; target++)
        put_column(to, target, &column);
    put_all(to, STR(";\n"));
    put_column_comment(to, from[2].text, &column, at->line);
}

/* The ";" that ends the statement at from, or the end. A trigger's body has semicolons of its own: it ends with END. */
static const Token *statement_end(const Token *from, const Token *end)
{
    int depth = 0, cases = 0;
    const Token *second = from + 1 < end && (token_is(from + 1, "TEMP") || token_is(from + 1, "TEMPORARY")) ? from + 2 : from + 1;
    bool trigger = second < end && token_is(from, "CREATE") && token_is(second, "TRIGGER"), body = false, ended = false;
    for (const Token *token = from; token < end; token++) {
        depth += token_is(token, "(") - token_is(token, ")");
        body = body || (trigger && token_is(token, "BEGIN"));
        cases += token_is(token, "CASE");
        if (token_is(token, "END") && cases)
            cases--;
        else
            ended = ended || (body && token_is(token, "END"));
        if (token_is(token, ";") && depth <= 0 && (!body || ended))
            return token;
    }
    return end;
}

static void statement_expand(const Expansion *to, const Token *from, const Token *end, Str above, Str behind)
{
    static const StrList none;
    if (token_is(from, "CREATE") && token_is(from + 1, "TABLE")) {
        table_expand(to, from, end, above);
    } else if (token_is(from, "ALTER") && end - from > 4 && token_is(from + 3, "ADD") && !is_table_rule(from + 4)) {
        Str comment = behind;
        for (const Token *token = from; token < end; token++)
            if (token->kind == TOKEN_COMMENT)
                comment = join(to->arena, token->text, comment);
        added_column_expand(to, from, end, comment);
    } else {
        put_all(to, str_format(to->arena, "%.*s;\n", STR_ARG(tokens_sql(to->arena, from, end, ":", &none))));
    }
}

static void migration_expand(Arena *arena, Migration *migration)
{
    Expansion to = {arena, migration, BOTH};
    Tokens tokens = tokens_of(arena, &migration->source);
    const Token *end = tokens.at + tokens.len;
    Str above = {0};
    int above_line = 0;
    migration->marks = NEW_ARRAY(arena, Mark, tokens.len + 1);
    migration->notes = NEW_ARRAY(arena, TableNote, tokens.len + 1);
    for (const Token *token = tokens.at; token < end; token++) {
        if (token->kind == TOKEN_COMMENT) {
            if (str_eq(token->text, STR("sqlite:")) || str_eq(token->text, STR("postgres:")) || str_eq(token->text, STR("both:"))) {
                to.dialect = token->text.at[0] == 's' ? SQLITE : token->text.at[0] == 'p' ? POSTGRES : BOTH;
                above = (Str){0};
                continue;
            }
            above = token->line == above_line + 1 ? join(arena, above, token->text) : token->text;
            above_line = token->line;
            continue;
        }
        if (token->line != above_line + 1) /* a blank line between: it speaks of something else */
            above = (Str){0};
        const Token *stop = statement_end(token, end);
        bool commented = stop < end && stop[1].kind == TOKEN_COMMENT && !stop[1].line_start;
        migration->marks[migration->marks_len++] = (Mark){token->line, migration->checking.len};
        statement_expand(&to, token, stop, above, commented ? stop[1].text : (Str){0});
        above = (Str){0};
        token = stop + commented;
    }
}

static Str hash_of(Arena *arena, Str text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    return (Str){hex, 2 * sizeof hash};
}

/* "src/market/migrations/0040_product.sql": the number is what stands before the first underscore. */
static bool name_read(Migration *migration)
{
    const char *slash = strrchr(migration->source.path, '/');
    Str file = str_of(slash ? slash + 1 : migration->source.path), number, rest;
    bool named = str_cut(file, '_', &number, &rest) && number.len == 4 && str_to_int(number, &migration->number);
    if (!named || migration->number <= 0 || !str_ends(file, STR(".sql"))) {
        complain(&migration->source, 1, "A migration is named like 0040_product.sql: four digits, what it does. Rename it.");
        return false;
    }
    migration->name = str_slice(file, 0, file.len - 4);
    return true;
}

static int by_number(const void *a, const void *b)
{
    const Migration *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

Migrations migrations_read(Arena *arena, const char **paths, size_t len)
{
    Migrations all = {NEW_ARRAY(arena, Migration, len), 0};
    for (size_t i = 0; i < len; i++) {
        Migration *migration = &all.at[all.len];
        *migration = (Migration){.source.path = paths[i],
                                 .checking = buf_new(arena, 1 << 22),
                                 .sqlite = buf_new(arena, 1 << 22),
                                 .postgres = buf_new(arena, 1 << 22)};
        Err *err = file_read(arena, paths[i], 1 << 20, &migration->source.text);
        if (err)
            complain(&migration->source, 1, "Cannot be read: %.*s.", STR_ARG(err_text(arena, err)));
        else if (name_read(migration))
            all.len++;
        migration->hash = hash_of(arena, migration->source.text);
    }
    qsort(all.at, all.len, sizeof *all.at, by_number);
    for (size_t i = 0; i < all.len; i++) {
        if (i && all.at[i].number == all.at[i - 1].number)
            complain(&all.at[i].source, 1, "The number is already taken by %s. Take the next free one.", all.at[i - 1].source.path);
        migration_expand(arena, &all.at[i]);
    }
    return all;
}
