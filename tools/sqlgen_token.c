/* SQL cut into tokens; complaints. */
#include "tools/sqlgen.h"

#include <string.h>

static int complained;

void complain(const Source *source, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", source->path, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    complained++;
}

int complaints(void)
{
    return complained;
}

int line_of(Str text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.at[i] == '\n';
    return line;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

typedef struct Lexer {
    const Source *source;
    size_t at;
    int line;
    bool line_start;
} Lexer;

static char peek(const Lexer *lexer, size_t ahead)
{
    size_t at = lexer->at + ahead;
    return at < lexer->source->text.len ? lexer->source->text.at[at] : '\0';
}

/* White space and block comments, which nobody needs to see. */
static void skip_space(Lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        if (c == '\n') {
            lexer->line++;
            lexer->line_start = true;
        }
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            lexer->at++;
        } else if (c == '/' && peek(lexer, 1) == '*') {
            size_t end = str_find(str_slice(lexer->source->text, lexer->at, SIZE_MAX), STR("*/"));
            size_t to = end == SIZE_MAX ? lexer->source->text.len : lexer->at + end + 2;
            for (; lexer->at < to; lexer->at++)
                lexer->line += peek(lexer, 0) == '\n';
        } else {
            return;
        }
    }
}

/* Length of a quoted run that begins here: 'it''s', "name", $$ ... $$. */
static size_t quoted_len(Lexer *lexer, char quote)
{
    size_t len = 1;
    for (;;) {
        char c = peek(lexer, len);
        if (c == '\0') {
            complain(lexer->source, lexer->line, "A %c is never closed. Close it.", quote);
            return len;
        }
        if (c == quote && peek(lexer, len + 1) != quote)
            return len + 1;
        len += c == quote ? 2 : 1;
    }
}

static size_t dollar_len(Lexer *lexer)
{
    Str rest = str_slice(lexer->source->text, lexer->at + 2, SIZE_MAX);
    size_t end = str_find(rest, STR("$$"));
    if (end == SIZE_MAX) {
        complain(lexer->source, lexer->line, "A $$ is never closed. Close it.");
        return rest.len + 2;
    }
    return end + 4;
}

static size_t name_len(const Lexer *lexer, size_t from)
{
    size_t len = from;
    while (is_name(peek(lexer, len)))
        len++;
    return len;
}

static Token next(Lexer *lexer)
{
    skip_space(lexer);
    Token token = {.at = lexer->at, .line = lexer->line, .line_start = lexer->line_start};
    lexer->line_start = false;
    char c = peek(lexer, 0), d = peek(lexer, 1);
    size_t len = 1, skip = 0;
    if (lexer->at >= lexer->source->text.len) {
        token.kind = TOKEN_END;
        return token;
    }
    if (c == '-' && d == '-') {
        token.kind = TOKEN_COMMENT;
        while (peek(lexer, len) && peek(lexer, len) != '\n')
            len++;
        skip = 2;
    } else if (c == '\'') {
        token.kind = TOKEN_TEXT;
        len = quoted_len(lexer, c);
    } else if (c == '$' && d == '$') {
        token.kind = TOKEN_TEXT;
        len = dollar_len(lexer);
    } else if (c == '"') {
        token.kind = TOKEN_QUOTED;
        len = quoted_len(lexer, c);
    } else if (c == ':' && d != ':' && is_name(d)) {
        token.kind = TOKEN_PARAM;
        len = name_len(lexer, 1);
        skip = 1;
    } else if (is_digit(c)) {
        token.kind = TOKEN_NUMBER;
        while (is_name(peek(lexer, len)) || peek(lexer, len) == '.')
            len++;
    } else if (is_name(c)) {
        token.kind = TOKEN_WORD;
        len = name_len(lexer, 1);
    } else {
        token.kind = TOKEN_OTHER;
        len = c == ':' && d == ':' ? 2 : 1;
    }
    token.text = str_slice(lexer->source->text, lexer->at + skip, lexer->at + len);
    if (token.kind == TOKEN_COMMENT)
        token.text = str_trim(token.text);
    for (size_t i = 0; i < len; i++)
        lexer->line += peek(lexer, i) == '\n';
    lexer->at += len;
    return token;
}

Tokens tokens_of(Arena *arena, const Source *source)
{
    Lexer lexer = {.source = source, .line = 1, .line_start = true};
    size_t room = source->text.len + 1;
    Tokens tokens = {NEW_ARRAY(arena, Token, room), 0};
    do
        tokens.at[tokens.len] = next(&lexer);
    while (tokens.at[tokens.len++].kind != TOKEN_END);
    tokens.len--;
    return tokens;
}

bool token_is(const Token *token, const char *word_or_mark)
{
    return (token->kind == TOKEN_WORD || token->kind == TOKEN_OTHER) && str_eq_nocase(token->text, str_of(word_or_mark));
}

static bool tight(const Token *left, const Token *right)
{
    return left->at + left->text.len + (left->kind == TOKEN_PARAM) == right->at;
}

Str tokens_sql(Arena *arena, const Token *from, const Token *to, const char *prefix, const StrList *names)
{
    Buf out = buf_new(arena, 1 << 20);
    const Token *last = NULL;
    for (const Token *token = from; token < to; token++) {
        if (token->kind == TOKEN_COMMENT)
            continue;
        if (last && !tight(last, token))
            buf_add_char(&out, ' ');
        last = token;
        size_t number = 0;
        while (names && token->kind == TOKEN_PARAM && number < names->len && !str_eq(names->at[number], token->text))
            number++;
        if (token->kind == TOKEN_PARAM && names)
            buf_addf(&out, "%s%zu", prefix, number + 1);
        else if (token->kind == TOKEN_PARAM)
            buf_addf(&out, "%s%.*s", prefix, STR_ARG(token->text));
        else
            buf_add(&out, token->text);
    }
    return buf_str(&out);
}
