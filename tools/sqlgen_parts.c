/* SQL that several queries share, written once: "-- part NAME" and its text, used as {NAME} in queries below it. */
#include "tools/sqlgen.h"

#include <string.h>

static Part *part_find(const Parts *parts, Str name)
{
    for (size_t i = 0; i < parts->len; i++)
        if (str_eq(parts->at[i].name, name))
            return &parts->at[i];
    return NULL;
}

bool is_part_header(const Token *token, Str *name)
{
    if (token->kind != TOKEN_COMMENT || !token->line_start || !str_starts(token->text, STR("part ")))
        return false;
    *name = str_trim(str_slice(token->text, strlen("part "), SIZE_MAX));
    return name->len && str_find(*name, STR(" ")) == SIZE_MAX;
}

/* The name in a {name} that begins here; empty, after a complaint, when the brace holds anything else. */
static Str use_name(const Source *source, const Token *token, const Token *end, Str user)
{
    if (end - token > 2 && token[1].kind == TOKEN_WORD && token_is(token + 2, "}"))
        return token[1].text;
    complain(source, token->line, "%.*s has a \"{\" that names no part. Write {name}, or put the brace into a 'text'.", STR_ARG(user));
    return (Str){0};
}

void part_add(const Source *source, Parts *parts, Str name, int line, Tokens body)
{
    const Part *twin = part_find(parts, name);
    if (twin) {
        complain(source, line, "Part %.*s is already there at line %d. Rename one.", STR_ARG(name), twin->line);
        return;
    }
    Part *part = &parts->at[parts->len++];
    *part = (Part){.name = name, .line = line, .tokens = body, .bad = !body.len};
    for (const Token *token = body.at, *end = body.at + body.len; token < end; token++) {
        if (!token_is(token, "{"))
            continue;
        part->bad = true;
        Str used = use_name(source, token, end, name);
        if (used.len)
            complain(source, token->line, "Part %.*s uses {%.*s}, but parts do not nest. Use both in the query.", STR_ARG(name),
                     STR_ARG(used));
    }
}

/* The part used at token; NULL after a complaint. */
static Part *part_used(const Source *source, const Parts *parts, const Token *token, const Token *end, Str user)
{
    Str name = use_name(source, token, end, user);
    Part *part = part_find(parts, name);
    if (part)
        part->used = true;
    else if (name.len)
        complain(source, token->line, "%.*s uses {%.*s}, but no such part stands above it. Write \"-- part %.*s\" and its SQL there.",
                 STR_ARG(user), STR_ARG(name), STR_ARG(name));
    return part && !part->bad ? part : NULL;
}

static void tokens_add(Arena *arena, Tokens *out, size_t *room, const Token *from, size_t len)
{
    if (out->len + len > *room) {
        *room = 2 * (out->len + len);
        Token *more = NEW_ARRAY(arena, Token, *room);
        if (out->len)
            memcpy(more, out->at, out->len * sizeof(Token));
        out->at = more;
    }
    memcpy(out->at + out->len, from, len * sizeof(Token));
    out->len += len;
}

Tokens parts_put(Arena *arena, const Source *source, Parts *parts, Str user, Tokens body)
{
    Tokens out = {0};
    size_t room = 0;
    bool bad = false;
    for (const Token *token = body.at, *end = body.at + body.len; token < end; token++) {
        if (!token_is(token, "{")) {
            tokens_add(arena, &out, &room, token, 1);
            continue;
        }
        const Part *part = part_used(source, parts, token, end, user);
        if (part) {
            tokens_add(arena, &out, &room, part->tokens.at, part->tokens.len);
            token += 2;
        }
        bad = bad || !part;
    }
    return bad ? (Tokens){0} : out;
}

void parts_check(const Source *source, const Parts *parts)
{
    for (size_t i = 0; i < parts->len; i++)
        if (!parts->at[i].used)
            complain(source, parts->at[i].line, "Part %.*s is used by no query. Take it out.", STR_ARG(parts->at[i].name));
}
