/* queries.sql read: headers "-- name(parameters) -> kind Struct" and the SQL below each; parts are in sqlgen_parts.c. */
#include "tools/sqlgen.h"

#include <string.h>

static const char header_form[] =
    "Write \"-- name(param Type, other Type?) -> one|maybe|many|each Struct\" or \"-- name(...) -> count|done\".";

/* clang-format off */
static const char *const c_words[] = {
    "auto", "bool", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "false",
    "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "true", "typedef", "union", "unsigned", "void", "volatile", "while", "linux", "unix", "asm",
    "typeof", NULL,
};
/* Names that the generated functions use themselves; a column may be called so, it stands in a struct. */
static const char *const own_words[] = {
    "db", "tx", "out", "found", "count", "rows", "params", "each", "each_arg", "walk", "args", NULL,
};
/* clang-format on */

static bool is_among(Str name, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(name, str_of(*words)))
            return true;
    return false;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_c_name(Str name)
{
    if (!name.len || (name.at[0] >= '0' && name.at[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_char(name.at[i]))
            return false;
    return true;
}

bool member_name_check(const Source *source, int line, const char *what, Str name)
{
    bool bad = !is_c_name(name) || is_among(name, c_words) || (strcmp(what, "Parameter") == 0 && is_among(name, own_words));
    if (bad)
        complain(source, line, "%s \"%.*s\" cannot be a name in C. Choose another%s.", what, STR_ARG(name),
                 strcmp(what, "Column") == 0 ? " with AS" : "");
    return !bad;
}

static bool is_type_name(Str name)
{
    if (!name.len || name.at[0] < 'A' || name.at[0] > 'Z')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_char(name.at[i]) && !(name.at[i] >= 'A' && name.at[i] <= 'Z'))
            return false;
    return !word_of_query(name);
}

/* The word and "?" of "Time?". */
bool member_type_read(Str type, Member *member)
{
    member->nullable = str_ends(type, STR("?"));
    member->word = word_of_query(str_slice(type, 0, type.len - member->nullable));
    return member->word != WORD_NONE;
}

static void params_read(Arena *arena, const Source *source, Query *query, Str text)
{
    size_t room = 1;
    for (size_t i = 0; i < text.len; i++)
        room += text.at[i] == ',';
    query->params.at = NEW_ARRAY(arena, Member, room);
    for (Str rest = str_trim(text), one, type; rest.len;) {
        str_cut(rest, ',', &one, &rest);
        Member member = {0};
        str_cut(str_trim(one), ' ', &member.name, &type);
        type = str_trim(type);
        if (!member_name_check(source, query->line, "Parameter", member.name))
            continue;
        if (!member_type_read(type, &member)) {
            complain(source, query->line,
                     "Parameter \"%.*s\" of %.*s needs a type: Id, Int, Money, Time, Date, Bool, Real, Text or Blob, with ? "
                     "when it may be null.",
                     STR_ARG(member.name), STR_ARG(query->name));
            continue;
        }
        for (size_t i = 0; i < query->params.len; i++)
            if (str_eq(query->params.at[i].name, member.name))
                complain(source, query->line, "Parameter \"%.*s\" of %.*s stands there twice. Take one out.",
                         STR_ARG(member.name), STR_ARG(query->name));
        query->params.at[query->params.len++] = member;
    }
}

static Kind kind_of(Str word)
{
    static const char *const words[] = {"", "one", "maybe", "many", "each", "count", "done"};
    for (Kind kind = KIND_ONE; kind <= KIND_DONE; kind++)
        if (str_eq(word, str_of(words[kind])))
            return kind;
    return 0;
}

/* text: "name(params) -> kind Struct", line breaks already joined. */
static bool header_read(Arena *arena, const Source *source, Str text, Query *query)
{
    Str params, rest, kind, row;
    str_cut(text, '(', &query->name, &rest);
    bool closed = str_cut(rest, ')', &params, &rest);
    rest = str_trim(rest);
    if (!closed || !str_starts(rest, STR("->"))) {
        complain(source, query->line, "This header is not understood. %s", header_form);
        return false;
    }
    str_cut(str_trim(str_slice(rest, 2, rest.len)), ' ', &kind, &row);
    row = str_trim(row);
    query->kind = kind_of(kind);
    if (!query->kind) {
        complain(source, query->line, "%.*s ends with \"-> %.*s\". %s", STR_ARG(query->name), STR_ARG(kind), header_form);
        return false;
    }
    bool gives_rows = query->kind < KIND_COUNT;
    if (gives_rows && !is_type_name(row)) {
        complain(source, query->line, "%.*s gives rows, so name their struct, like \"-> many Offer\".", STR_ARG(query->name));
        return false;
    }
    if (str_ends(row, STR("List")) || str_ends(row, STR("Args"))) {
        complain(source, query->line, "%.*s gives %.*s, but names in List and Args are made by sqlgen. Name the single row.",
                 STR_ARG(query->name), STR_ARG(row));
        return false;
    }
    if (!gives_rows && row.len) {
        complain(source, query->line, "%.*s gives no rows, so no struct may stand behind %.*s. Take \"%.*s\" out.",
                 STR_ARG(query->name), STR_ARG(kind), STR_ARG(row));
        return false;
    }
    query->row = row;
    member_name_check(source, query->line, "Query", query->name);
    params_read(arena, source, query, params);
    return true;
}

static size_t leading_name(Str text)
{
    size_t len = 0;
    while (len < text.len && is_name_char(text.at[len]))
        len++;
    return len;
}

static bool is_header(const Token *token, bool between)
{
    if (token->kind != TOKEN_COMMENT || !token->line_start)
        return false;
    size_t len = leading_name(token->text);
    bool parenthesis = len && len < token->text.len && token->text.at[len] == '(';
    return parenthesis && (between || str_find(token->text, STR("->")) != SIZE_MAX);
}

static bool is_postgres_header(const Token *token, Str *name)
{
    if (token->kind != TOKEN_COMMENT || !token->line_start)
        return false;
    *name = str_slice(token->text, 0, leading_name(token->text));
    return name->len && str_eq(str_slice(token->text, name->len, SIZE_MAX), STR(" postgres"));
}

static Query *query_find(const Queries *queries, Str name)
{
    for (size_t i = 0; i < queries->len; i++)
        if (str_eq(queries->at[i].name, name))
            return &queries->at[i];
    return NULL;
}

/* The header may run over several comment lines; what follows it in comments is said again in the C header. */
static const Token *whole_header(Arena *arena, const Token *token, const Token *end, Str *header, Str *doc)
{
    Buf text = buf_new(arena, 64 * 1024), rest = buf_new(arena, 64 * 1024);
    buf_add(&text, token->text);
    for (token++; token < end && token->kind == TOKEN_COMMENT; token++) {
        Str name;
        if (is_postgres_header(token, &name) || is_part_header(token, &name))
            break;
        if (str_find(buf_str(&text), STR("->")) == SIZE_MAX) {
            buf_add_char(&text, ' ');
            buf_add(&text, token->text);
            continue;
        }
        if (is_header(token, true))
            break;
        if (rest.len)
            buf_add(&rest, STR("\n   "));
        buf_add(&rest, token->text);
    }
    *header = buf_str(&text);
    *doc = buf_str(&rest);
    return token;
}

/* The SQL from token on, up to its ";", the next header or the end; it belongs to what is called so and began at that line. */
static const Token *body_read(const Source *source, const Token *token, const Token *end, Str owner, int line, Tokens *body)
{
    Str name;
    const Token *from = token;
    while (token < end && !token_is(token, ";") && !is_header(token, false) && !is_postgres_header(token, &name) &&
           !is_part_header(token, &name))
        token++;
    const Token *stop = token;
    while (stop > from && stop[-1].kind == TOKEN_COMMENT)
        stop--;
    *body = (Tokens){(Token *)from, (size_t)(stop - from)};
    if (!body->len)
        complain(source, line, "%.*s has no SQL below its header. Write it there.", STR_ARG(owner));
    if (token < end && token_is(token, ";"))
        token++;
    if (token < end && token->kind != TOKEN_COMMENT)
        complain(source, token->line, "After %.*s comes a second statement. Give it a header of its own.", STR_ARG(owner));
    while (token < end && token->kind != TOKEN_COMMENT)
        token++;
    return token;
}

/* A second block for PostgreSQL, of a query above it. */
static const Token *postgres_read(Arena *arena, const Source *source, const Token *token, const Token *end, Query *query, Parts *parts)
{
    Str name;
    Tokens *body = &query->tokens_postgres;
    is_postgres_header(token, &name);
    if (!query->name.len)
        complain(source, token->line, "\"%.*s postgres\" has no query %.*s above it. Write that first.", STR_ARG(name), STR_ARG(name));
    else if (body->len)
        complain(source, token->line, "%.*s has two blocks for PostgreSQL. Take one out.", STR_ARG(name));
    int line = query->name.len ? query->line : token->line;
    for (token++; token < end && token->kind == TOKEN_COMMENT && !is_header(token, true);)
        token++;
    token = body_read(source, token, end, name, line, body);
    *body = parts_put(arena, source, parts, name, *body);
    return token;
}

static const Token *query_read(Arena *arena, const Source *source, const Token *token, const Token *end, Queries *queries, Parts *parts)
{
    Str header;
    Query *query = &queries->at[queries->len];
    query->line = token->line;
    token = whole_header(arena, token, end, &header, &query->doc);
    bool good = header_read(arena, source, header, query);
    Query *twin = query_find(queries, query->name);
    if (twin)
        complain(source, query->line, "%.*s is already there at line %d. Rename one.", STR_ARG(query->name), twin->line);
    token = body_read(source, token, end, query->name, query->line, &query->tokens);
    query->tokens = parts_put(arena, source, parts, query->name, query->tokens);
    queries->len += good && !twin;
    return token;
}

Queries queries_read(Arena *arena, const Source *source)
{
    Tokens tokens = tokens_of(arena, source);
    const Token *end = tokens.at + tokens.len;
    Queries queries = {NEW_ARRAY(arena, Query, tokens.len + 1), 0};
    Parts parts = {NEW_ARRAY(arena, Part, tokens.len + 1), 0};
    for (const Token *token = tokens.at; token < end;) {
        Str name;
        if (is_part_header(token, &name)) {
            Tokens body;
            int line = token->line;
            token = body_read(source, token + 1, end, name, line, &body);
            part_add(source, &parts, name, line, body);
        } else if (is_postgres_header(token, &name)) {
            Query *query = query_find(&queries, name), lost = {0};
            token = postgres_read(arena, source, token, end, query ? query : &lost, &parts);
        } else if (is_header(token, true)) {
            token = query_read(arena, source, token, end, &queries, &parts);
        } else if (token->kind == TOKEN_COMMENT) {
            token++;
        } else {
            complain(source, token->line, "SQL without a header above it. %s", header_form);
            while (token < end && token->kind != TOKEN_COMMENT)
                token++;
        }
    }
    parts_check(source, &parts);
    return queries;
}
