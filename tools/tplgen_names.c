/* Words of a directive, and the C they become: texts and expressions. */
#include "tools/tplgen.h"

#include <ctype.h>
#include <string.h>

_Noreturn void wrong(const Maker *m, const char *usage)
{
    complain(m->t->file, m->token->line, "wrong use of a directive. Write %s", usage);
}

const Word *word(const Maker *m, size_t i)
{
    return &m->token->words[i];
}

bool is_word(const Maker *m, size_t i, WordKind kind, const char *text)
{
    return word(m, i)->kind == kind && (!text || str_eq(word(m, i)->text, str_of(text)));
}

/* ---- writing C ---- */

void c_text(Buf *out, Str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '\n')
            buf_add(out, STR("\\n"));
        else if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c < 0x20 || c == '?') /* ?: no trigraph can arise */
            buf_addf(out, "\\%03o", c);
        else
            buf_add_char(out, (char)c);
    }
    buf_add_char(out, '"');
}

void write_literal(Maker *m)
{
    Str text = buf_str(&m->html.out);
    if (!text.len)
        return;
    buf_add(&m->t->code, STR("    tpl_raw(p, STR("));
    c_text(&m->t->code, text);
    buf_add(&m->t->code, STR("));\n"));
    m->html.out.len = 0;
}

Buf *statement(Maker *m)
{
    write_literal(m);
    buf_addf(&m->t->code, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    return &m->t->code;
}

/* ---- names ---- */

bool loop_known(const Maker *m, Str name)
{
    for (size_t i = 0; i < m->blocks_len; i++)
        if (m->blocks[i].kind == BLOCK_FOR && str_eq(m->blocks[i].name, name))
            return true;
    return false;
}

static bool is_constant(Str name)
{
    bool upper = false;
    for (size_t i = 0; i < name.len; i++) {
        if (!isupper((unsigned char)name.at[i]) && !isdigit((unsigned char)name.at[i]) && name.at[i] != '_')
            return false;
        upper = upper || isupper((unsigned char)name.at[i]);
    }
    return upper;
}

static _Noreturn void unknown_name(const Maker *m, Str root)
{
    Buf known = buf_new(m->t->arena, 4096);
    buf_add(&known, STR("v"));
    for (size_t i = 0; i < m->blocks_len; i++)
        if (m->blocks[i].kind == BLOCK_FOR)
            buf_addf(&known, ", %.*s", STR_ARG(m->blocks[i].name));
    complain(m->t->file, m->token->line, "`%.*s` is not known here. Known are: %.*s.", STR_ARG(root), STR_ARG(buf_str(&known)));
}

/* o_index, o_number, o_first and o_last of a loop over o; empty when root is none of them. */
static Str loop_word(const Maker *m, Str root)
{
    static const char *const endings[] = {"_index", "_number", "_first", "_last"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!str_ends(root, str_of(endings[i])))
            continue;
        Str name = str_slice(root, 0, root.len - strlen(endings[i]));
        if (!loop_known(m, name))
            continue;
        if (i == 0)
            return root;
        if (i == 1)
            return str_format(m->t->arena, "(%.*s_index + 1)", STR_ARG(name));
        if (i == 2)
            return str_format(m->t->arena, "(%.*s_index == 0)", STR_ARG(name));
        return str_format(m->t->arena, "(%.*s_index + 1 == %.*s_len)", STR_ARG(name), STR_ARG(name));
    }
    return (Str){0};
}

/* The C expression of a path: v.a.b is v->a.b; a loop's own name is *o. */
Str expression(const Maker *m, Str path)
{
    size_t end = 0;
    while (end < path.len && path.at[end] != '.' && path.at[end] != '-' && path.at[end] != ':')
        end++;
    Str root = str_slice(path, 0, end), rest = str_slice(path, end, path.len);
    if (rest.len && rest.at[0] == ':')
        complain(m->t->file, m->token->line, "`%.*s`: a colon names another module's template, or a form of writing in t. Use a dot.", STR_ARG(path));
    Str special = loop_word(m, root);
    if (special.len && !rest.len)
        return special;
    bool known = str_eq(root, STR("v")) || loop_known(m, root);
    if (!known && !rest.len && is_constant(root))
        return root;
    if (!known)
        unknown_name(m, root);
    if (str_eq(root, STR("v")) && str_eq(m->t->view, STR("void")))
        complain(m->t->file, m->token->line, "this template has {{ view void }}: it shows no struct. Name one to use v.");
    if (!rest.len)
        return str_format(m->t->arena, "(*%.*s)", STR_ARG(root));
    if (rest.at[0] == '-')
        return path;
    return str_format(m->t->arena, "%.*s->%.*s", STR_ARG(root), STR_ARG(str_slice(rest, 1, rest.len)));
}

Str name_at(const Maker *m, size_t i, const char *usage)
{
    if (word(m, i)->kind != WORD_NAME)
        wrong(m, usage);
    return word(m, i)->text;
}

void no_more(const Maker *m, size_t i, const char *usage)
{
    if (word(m, i)->kind != WORD_END)
        wrong(m, usage);
}

bool in_url(const Maker *m)
{
    return m->html.s.place == IN_VALUE && m->html.s.attr_kind == ATTR_URL;
}
