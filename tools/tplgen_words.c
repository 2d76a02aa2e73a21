/* Cuts a template into literal text and directives, and a directive into words. */
#include "tools/tplgen.h"

#include <string.h>

static bool name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool name_char(char c)
{
    return name_start(c) || (c >= '0' && c <= '9');
}

typedef struct Cutter {
    Arena *arena;
    const char *file;
    Str s;
    size_t at;
    int line;
} Cutter;

static Word text_word(Cutter *c)
{
    Buf out = buf_new(c->arena, c->s.len + 1);
    for (c->at++; c->at < c->s.len && c->s.at[c->at] != '"'; c->at++) {
        char ch = c->s.at[c->at];
        if (ch == '\n')
            complain(c->file, c->line, "a text must end on its own line. Close it with a double quote.");
        if (ch == '\\') {
            c->at++;
            ch = c->at < c->s.len ? c->s.at[c->at] : 0;
            if (ch != '"' && ch != '\\')
                complain(c->file, c->line, "only \\\" and \\\\ may follow a backslash in a text. Write the character itself.");
        }
        buf_add_char(&out, ch);
    }
    if (c->at == c->s.len)
        complain(c->file, c->line, "a text is not closed. End it with a double quote.");
    c->at++;
    return (Word){WORD_TEXT, buf_str(&out)};
}

/* A path: names joined by . or ->, and one colon for another module's template. */
static Word name_word(Cutter *c)
{
    size_t from = c->at;
    for (;;) {
        while (c->at < c->s.len && name_char(c->s.at[c->at]))
            c->at++;
        char ch = c->at < c->s.len ? c->s.at[c->at] : 0;
        char next = c->at + 1 < c->s.len ? c->s.at[c->at + 1] : 0;
        char after = c->at + 2 < c->s.len ? c->s.at[c->at + 2] : 0;
        if ((ch == '.' || ch == ':') && name_start(next))
            c->at++;
        else if (ch == '-' && next == '>' && name_start(after))
            c->at += 2;
        else
            return (Word){WORD_NAME, str_slice(c->s, from, c->at)};
    }
}

static Word number_word(Cutter *c)
{
    size_t from = c->at++;
    while (c->at < c->s.len && c->s.at[c->at] >= '0' && c->s.at[c->at] <= '9')
        c->at++;
    return (Word){WORD_NUMBER, str_slice(c->s, from, c->at)};
}

static Word mark_word(Cutter *c)
{
    static const char *const marks[] = {"==", "!=", "<=", ">=", "<", ">", "!", "=", NULL};
    for (size_t i = 0; marks[i]; i++)
        if (str_starts(str_slice(c->s, c->at, c->s.len), str_of(marks[i]))) {
            c->at += strlen(marks[i]);
            return (Word){WORD_MARK, str_of(marks[i])};
        }
    Str rest = str_slice(c->s, c->at, c->s.len);
    if (str_find(rest, STR("}}")) > str_find(rest, STR("\n")))
        complain(c->file, c->line, "{{ is not closed in its line. Close it with }}.");
    complain(c->file, c->line, "`%c` means nothing in a directive. Logic belongs in the view struct; see docs/house.md, Pages.",
             c->s.at[c->at]);
}

/* c->at stands after {{; leaves it after }}. */
static void directive_words(Cutter *c, Token *token)
{
    size_t len = 0;
    for (;;) {
        while (c->at < c->s.len && strchr(" \t\r\n", c->s.at[c->at])) {
            if (c->s.at[c->at] == '\n')
                c->line++;
            c->at++;
        }
        if (c->at >= c->s.len)
            complain(c->file, token->line, "{{ is not closed. Close it with }}.");
        if (str_starts(str_slice(c->s, c->at, c->s.len), STR("}}"))) {
            c->at += 2;
            break;
        }
        if (len + 1 == WORDS_MAX)
            complain(c->file, token->line, "a directive of more than %d words. Cut it into parts.", WORDS_MAX - 1);
        char ch = c->s.at[c->at];
        char next = c->at + 1 < c->s.len ? c->s.at[c->at + 1] : 0;
        bool number = (ch >= '0' && ch <= '9') || (ch == '-' && next >= '0' && next <= '9');
        token->words[len++] = ch == '"' ? text_word(c) : name_start(ch) ? name_word(c) : number ? number_word(c) : mark_word(c);
    }
    if (!len)
        complain(c->file, token->line, "an empty {{ }}. Name a value or a directive.");
}

static bool stands_alone(const Token *token)
{
    static const char *const alone[] = {"view", "if", "elif", "else", "end", "for", "wrap", "content", "include", "form", "field", "errors", "icons", NULL};
    if (token->words[0].kind == WORD_END)
        return true; /* a comment */
    for (size_t i = 0; alone[i]; i++)
        if (token->words[0].kind == WORD_NAME && str_eq(token->words[0].text, str_of(alone[i])))
            return true;
    return false;
}

/* A line that holds only a control directive or a comment leaves nothing behind. */
static void drop_own_line(Cutter *c, Token *before, size_t opened)
{
    size_t from = opened, to = c->at;
    while (from > 0 && (c->s.at[from - 1] == ' ' || c->s.at[from - 1] == '\t'))
        from--;
    while (to < c->s.len && (c->s.at[to] == ' ' || c->s.at[to] == '\t'))
        to++;
    bool begins = from == 0 || c->s.at[from - 1] == '\n';
    bool ends = to == c->s.len || c->s.at[to] == '\n';
    if (!begins || !ends)
        return;
    if (before->text.len >= opened - from)
        before->text.len -= opened - from;
    if (to < c->s.len)
        c->line++;
    c->at = to < c->s.len ? to + 1 : to;
}

static void skip_comment(Cutter *c)
{
    int line = c->line;
    size_t len = str_find(str_slice(c->s, c->at, c->s.len), STR("#}}"));
    if (len == SIZE_MAX)
        complain(c->file, line, "a comment {{# is not closed. Close it with # and }}.");
    for (size_t i = 0; i < len; i++)
        c->line += c->s.at[c->at + i] == '\n';
    c->at += len + 3;
}

TokenList template_tokens(Arena *arena, const char *file, Str source)
{
    Cutter c = {arena, file, source, 0, 1};
    size_t count = 2;
    for (size_t i = 0; i + 1 < source.len; i++)
        count += source.at[i] == '{' && source.at[i + 1] == '{' ? 2 : 0;
    TokenList list = {NEW_ARRAY(arena, Token, count), 0};
    while (c.at < source.len) {
        Str rest = str_slice(source, c.at, source.len);
        size_t len = str_find(rest, STR("{{"));
        Token *text = &list.at[list.len++];
        *text = (Token){.text = str_slice(rest, 0, len), .line = c.line};
        for (size_t i = 0; i < text->text.len; i++)
            c.line += text->text.at[i] == '\n';
        size_t opened = c.at + text->text.len;
        c.at = opened;
        if (len == SIZE_MAX)
            break;
        c.at += 2;
        Token directive = {.directive = true, .line = c.line};
        if (c.at < source.len && source.at[c.at] == '#')
            skip_comment(&c);
        else
            directive_words(&c, &directive);
        if (stands_alone(&directive))
            drop_own_line(&c, text, opened);
        if (directive.words[0].kind != WORD_END)
            list.at[list.len++] = directive;
    }
    return list;
}
