/* Every query prepared against the real schema in an empty SQLite in memory: SQLite says what it reads and gives. */
#include "tools/sqlgen.h"

#include <sqlite3.h>
#include <stdlib.h>

struct Schema {
    sqlite3 *db;
};

/* What the house adds to SQLite (src/db/sqlite.c); statements are only prepared here, never run. */
static void never_run(sqlite3_context *context, int len, sqlite3_value **values)
{
    (void)len, (void)values;
    sqlite3_result_null(context);
}

Schema *schema_open(Arena *arena, const Migrations *migrations)
{
    Schema *schema = NEW(arena, Schema);
    if (sqlite3_open(":memory:", &schema->db) != SQLITE_OK ||
        sqlite3_create_function(schema->db, "sha256_hex", 1, SQLITE_UTF8, NULL, never_run, NULL, NULL) != SQLITE_OK) {
        fputs("sqlgen: SQLite cannot open a database in memory\n", stderr);
        return NULL;
    }
    for (size_t i = 0; i < migrations->len; i++) {
        const Migration *migration = &migrations->at[i];
        for (size_t j = 0; j < migration->marks_len; j++) {
            size_t to = j + 1 < migration->marks_len ? migration->marks[j + 1].checking : migration->checking.len;
            Str sql = str_slice(buf_str(&migration->checking), migration->marks[j].checking, to);
            if (sqlite3_exec(schema->db, str_z(arena, sql), NULL, NULL, NULL) != SQLITE_OK)
                complain(&migration->source, migration->marks[j].line, "SQLite refuses this statement: %s.",
                         sqlite3_errmsg(schema->db));
        }
    }
    return schema;
}

void schema_close(Schema *schema)
{
    sqlite3_close(schema->db);
}

struct sqlite3 *schema_db(const Schema *schema)
{
    return schema->db;
}

static void params_check(const Source *source, const Query *query)
{
    const Tokens *blocks[] = {&query->tokens, &query->tokens_postgres};
    bool *used = calloc(query->params.len + 1, sizeof *used);
    for (size_t b = 0; used && b < 2; b++)
        for (size_t i = 0; i < blocks[b]->len; i++) {
            const Token *token = &blocks[b]->at[i];
            if (token_is(token, "$") || (b == 0 && (token_is(token, "?") || token_is(token, "@"))))
                complain(source, token->line, "%.*s uses \"%.*s\". Name its parameter and write :name.", STR_ARG(query->name),
                         STR_ARG(token->text));
            if (token->kind != TOKEN_PARAM)
                continue;
            bool declared = false;
            for (size_t p = 0; p < query->params.len; p++)
                if (str_eq(query->params.at[p].name, token->text))
                    declared = used[p] = true;
            if (!declared)
                complain(source, token->line, "%.*s uses :%.*s but does not declare it. Add \"%.*s Type\" to its parameters.",
                         STR_ARG(query->name), STR_ARG(token->text), STR_ARG(token->text));
        }
    for (size_t p = 0; used && p < query->params.len; p++)
        if (!used[p])
            complain(source, query->line, "%.*s declares \"%.*s\" but never uses it. Take it out of its parameters.",
                     STR_ARG(query->name), STR_ARG(query->params.at[p].name));
    free(used);
}

/* "SELECT *" would give other columns after the next migration, and in another order on PostgreSQL. */
static void star_check(const Source *source, const Query *query)
{
    for (size_t i = 1; i < query->tokens.len; i++) {
        const Token *token = &query->tokens.at[i], *before = token - 1;
        if (token_is(token, "*") && (token_is(before, "SELECT") || token_is(before, "DISTINCT") || token_is(before, "RETURNING") ||
                                     token_is(before, ".") || token_is(before, ",")))
            complain(source, token->line, "%.*s asks for \"*\". Name the columns.", STR_ARG(query->name));
    }
}

static const Token *closing(const Token *open, const Token *end)
{
    int depth = 0;
    for (const Token *token = open; token < end; token++) {
        depth += token_is(token, "(") - token_is(token, ")");
        if (depth == 0)
            return token;
    }
    return end;
}

static bool is_table(const Schema *schema, Str name)
{
    sqlite3_stmt *find = NULL;
    sqlite3_prepare_v2(schema->db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", -1, &find, NULL);
    sqlite3_bind_text(find, 1, name.at, (int)name.len, SQLITE_STATIC);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    sqlite3_finalize(find);
    return found;
}

static bool is_alias(const Token *token)
{
    static const char *const words[] = {"ON", "USING", "JOIN", "LEFT", "INNER", "CROSS", "WHERE", "GROUP", "ORDER", "LIMIT", "HAVING", "UNION"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(token, words[i]))
            return false;
    return token->kind == TOKEN_WORD;
}

/* By which name a table or subquery in FROM goes, whose last token is at last. */
static Str known_as(const Token *last, const Token *end)
{
    const Token *next = last + 1;
    if (next < end && token_is(next, "AS"))
        next++;
    return next < end && is_alias(next) ? next->text : last->kind == TOKEN_WORD ? last->text : (Str){0};
}

/* The expression behind result column i, when it is "alias.column": the alias; else empty. */
static Str column_alias(const Query *query, int i)
{
    const Token *end = query->tokens.at + query->tokens.len, *token = query->tokens.at;
    int depth = 0;
    for (; token < end && !(depth == 0 && token_is(token, "SELECT")); token++)
        depth += token_is(token, "(") - token_is(token, ")");
    if (token < end && token_is(token + 1, "DISTINCT"))
        token++;
    for (token++; token < end && i > 0; token++) {
        depth += token_is(token, "(") - token_is(token, ")");
        i -= depth == 0 && token_is(token, ",");
    }
    if (end - token < 4 || !token_is(token + 1, ".") || token[2].kind != TOKEN_WORD)
        return (Str){0};
    bool ends = token_is(token + 3, ",") || token_is(token + 3, "FROM") || token_is(token + 3, "AS");
    return ends ? token->text : (Str){0};
}

static bool stands_in(const Token *from, const Token *to, Str name)
{
    for (; from < to; from++)
        if (from->kind == TOKEN_WORD && str_eq_nocase(from->text, name))
            return true;
    return false;
}

/* Whether a column of this table, asked for as alias.column, may be missing because the table stands behind LEFT JOIN.
   SQLite does not tell, so we look. Without an alias of a plain table we cannot tell which of several uses it is: then any
   LEFT JOIN of this table, or of anything that is no plain table, counts. A typed alias on the column says otherwise. */
static bool is_outer(const Schema *schema, const Query *query, Str alias, Str table)
{
    const Token *end = query->tokens.at + query->tokens.len;
    bool sure = false;
    for (const Token *token = query->tokens.at; token < end && alias.len; token++)
        sure = sure || (str_eq_nocase(token->text, table) && str_eq_nocase(known_as(token, end), alias));
    for (const Token *token = query->tokens.at; token < end; token++) {
        if (!token_is(token, "LEFT"))
            continue;
        while (token < end && !token_is(token, "JOIN"))
            token++;
        if (++token >= end)
            break;
        const Token *last = token_is(token, "(") ? closing(token, end) : token;
        Str name = known_as(last, end);
        if ((alias.len && str_eq_nocase(name, alias)) || (last > token && stands_in(token, last, sure ? alias : table)))
            return true;
        if (!sure && last == token && (!is_table(schema, token->text) || str_eq_nocase(token->text, table)))
            return true;
    }
    return false;
}

/* Both databases know them, yet a page reads easier with one kind; and nullability follows one rule. */
static void join_check(const Source *source, const Query *query)
{
    for (size_t i = 0; i + 1 < query->tokens.len; i++) {
        const Token *token = &query->tokens.at[i];
        bool join = token_is(token + 1, "JOIN") || token_is(token + 1, "OUTER");
        if (join && (token_is(token, "RIGHT") || token_is(token, "FULL")))
            complain(source, token->line, "%.*s has a %.*s JOIN. Turn it into a LEFT JOIN.", STR_ARG(query->name), STR_ARG(token->text));
    }
}

static int storage(Word word)
{
    return word == WORD_REAL ? 1 : word == WORD_TEXT ? 2 : word == WORD_BLOB ? 3 : 0;
}

static bool column_nullable(const Schema *schema, const Query *query, sqlite3_stmt *statement, int i)
{
    const char *table = sqlite3_column_table_name(statement, i), *column = sqlite3_column_origin_name(statement, i);
    int not_null = 0, primary = 0;
    if (!table || !column)
        return true;
    sqlite3_table_column_metadata(schema->db, "main", table, column, NULL, NULL, &not_null, &primary, NULL);
    return (!not_null && !primary) || is_outer(schema, query, column_alias(query, i), str_of(table));
}

/* A column's C name, word and whether it may be null: from SQLite, or from an alias "total Int?". */
static bool column_check(Arena *arena, const Schema *schema, const Source *source, const Query *query, sqlite3_stmt *statement,
                         int i, Member *out)
{
    Str alias = str_copy(arena, str_of(sqlite3_column_name(statement, i))), type;
    Word declared = word_of_schema(str_of(sqlite3_column_decltype(statement, i)));
    if (str_cut(alias, ' ', &out->name, &type)) {
        if (!member_type_read(str_trim(type), out)) {
            complain(source, query->line,
                     "%.*s: the alias \"%.*s\" needs one of Id, Int, Money, Time, Date, Bool, Real, Text or Blob (and ? when "
                     "it may be null) behind its name.",
                     STR_ARG(query->name), STR_ARG(alias));
            return false;
        }
        if (declared && storage(declared) != storage(out->word))
            complain(source, query->line, "%.*s: the alias says \"%.*s\" but the column is %s. Correct the alias.",
                     STR_ARG(query->name), STR_ARG(alias), word_rows[declared].schema);
    } else if (!declared) {
        complain(source, query->line,
                 "%.*s: the type of \"%.*s\" is not known. Give it a typed alias, like AS \"total Int\" or AS \"last Time?\".",
                 STR_ARG(query->name), STR_ARG(alias));
        return false;
    } else {
        out->word = declared;
        out->nullable = column_nullable(schema, query, statement, i);
    }
    return member_name_check(source, query->line, "Column", out->name);
}

static void columns_check(Arena *arena, const Schema *schema, const Source *source, Query *query, sqlite3_stmt *statement)
{
    int len = sqlite3_column_count(statement);
    query->columns.at = NEW_ARRAY(arena, Member, (size_t)len + 1);
    for (int i = 0; i < len; i++) {
        Member *member = &query->columns.at[query->columns.len];
        if (!column_check(arena, schema, source, query, statement, i, member))
            continue;
        for (size_t j = 0; j < query->columns.len; j++)
            if (str_eq(query->columns.at[j].name, member->name))
                complain(source, query->line, "%.*s gives two columns \"%.*s\". Rename one with AS.", STR_ARG(query->name),
                         STR_ARG(member->name));
        query->columns.len++;
    }
}

static void kind_check(const Source *source, const Query *query, int columns)
{
    bool gives_rows = query->kind < KIND_COUNT;
    if (gives_rows && columns == 0)
        complain(source, query->line, "%.*s gives no rows, yet promises \"%.*s\". Say \"-> count\" or \"-> done\", or add RETURNING.",
                 STR_ARG(query->name), STR_ARG(query->row));
    if (!gives_rows && !query->writes)
        complain(source, query->line, "%.*s only reads. Say \"-> one\", \"maybe\", \"many\" or \"each\" and the struct.",
                 STR_ARG(query->name));
    if (!gives_rows && query->writes && columns > 0)
        complain(source, query->line, "%.*s returns rows that nobody gets. Say \"-> one Struct\", or take RETURNING out.",
                 STR_ARG(query->name));
    if (query->kind == KIND_EACH && query->writes)
        complain(source, query->line, "%.*s writes, so it cannot be \"each\". Say \"-> many\".", STR_ARG(query->name));
}

/* The line of the token that gives byte offset of the query's SQL. A part's SQL is told at the line where the part stands. */
static int line_at(Arena *arena, const Tokens *tokens, size_t offset)
{
    size_t i = 1;
    while (i < tokens->len && tokens_sql(arena, tokens->at, tokens->at + i, ":", NULL).len <= offset)
        i++;
    return tokens->at[i - 1].line;
}

void query_check(Arena *arena, Schema *schema, const Source *source, Query *query)
{
    if (!query->tokens.len)
        return;
    int before = complaints();
    params_check(source, query);
    star_check(source, query);
    join_check(source, query);
    if (complaints() > before)
        return;
    sqlite3_stmt *statement = NULL;
    Str sql = tokens_sql(arena, query->tokens.at, query->tokens.at + query->tokens.len, ":", NULL);
    if (sqlite3_prepare_v2(schema->db, sql.at, (int)sql.len, &statement, NULL) != SQLITE_OK || !statement) {
        int offset = sqlite3_error_offset(schema->db);
        complain(source, line_at(arena, &query->tokens, offset > 0 ? (size_t)offset : 0), "%.*s: %s. Compare it with the migrations.",
                 STR_ARG(query->name), statement ? "" : sqlite3_errmsg(schema->db));
        return;
    }
    query->writes = !sqlite3_stmt_readonly(statement);
    kind_check(source, query, sqlite3_column_count(statement));
    if (query->kind < KIND_COUNT)
        columns_check(arena, schema, source, query, statement);
    sqlite3_finalize(statement);
}

static bool members_equal(const Members *a, const Members *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (!str_eq(a->at[i].name, b->at[i].name) || a->at[i].word != b->at[i].word || a->at[i].nullable != b->at[i].nullable)
            return false;
    return true;
}

static Str members_text(Arena *arena, const Members *members)
{
    Buf out = buf_new(arena, 64 * 1024);
    for (size_t i = 0; i < members->len; i++)
        buf_addf(&out, "%s%.*s %s%s", i ? ", " : "", STR_ARG(members->at[i].name), word_rows[members->at[i].word].query,
                 members->at[i].nullable ? "?" : "");
    return buf_str(&out);
}

void queries_check_rows(const Source *source, const Queries *queries)
{
    Arena *arena = arena_new();
    for (size_t i = 0; i < queries->len; i++)
        for (size_t j = 0; j < i; j++) {
            const Query *query = &queries->at[i], *first = &queries->at[j];
            if (!query->row.len || !query->tokens.len || !first->tokens.len || !str_eq(query->row, first->row) || members_equal(&query->columns, &first->columns))
                continue;
            complain(source, query->line,
                     "%.*s and %.*s (line %d) both give %.*s, but with other columns: here (%.*s), there (%.*s). Make them "
                     "equal, or name another struct.",
                     STR_ARG(query->name), STR_ARG(first->name), first->line, STR_ARG(query->row),
                     STR_ARG(members_text(arena, &query->columns)), STR_ARG(members_text(arena, &first->columns)));
            break;
        }
    arena_free(arena);
}
