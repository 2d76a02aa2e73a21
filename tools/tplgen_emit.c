/* Turns the tokens of one template into one C function. #line makes the compiler name the template's own line when a
   field is misspelt or has a type that cannot be written. */
#include "tools/tplgen.h"

#include <ctype.h>
#include <string.h>

typedef enum BlockKind { BLOCK_IF, BLOCK_FOR, BLOCK_WRAP } BlockKind;

typedef struct Block {
    BlockKind kind;
    int line;
    bool saw_else, has_merged;
    HtmlState start, merged;
    Str name;  /* FOR: the loop's name */
    Str close; /* WRAP: the call that ends it */
} Block;

typedef struct Maker {
    Template *t;
    HtmlReader html;
    Block *blocks;
    size_t blocks_len;
    const Token *token;
    int line_written; /* what #line says now; 0: unknown */
} Maker;

static _Noreturn void wrong(const Maker *m, const char *usage)
{
    complain(m->t->file, m->token->line, "wrong use of a directive. Write %s", usage);
}

static const Word *word(const Maker *m, size_t i)
{
    return &m->token->words[i];
}

static bool is_word(const Maker *m, size_t i, WordKind kind, const char *text)
{
    return word(m, i)->kind == kind && (!text || str_eq(word(m, i)->text, str_of(text)));
}

/* ---- writing C ---- */

static void c_text(Buf *out, Str text)
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

static void write_literal(Maker *m)
{
    Str text = buf_str(&m->html.out);
    if (!text.len)
        return;
    buf_add(&m->t->code, STR("    tpl_raw(p, STR("));
    c_text(&m->t->code, text);
    buf_add(&m->t->code, STR("));\n"));
    m->html.out.len = 0;
}

static Buf *statement(Maker *m)
{
    write_literal(m);
    buf_addf(&m->t->code, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    return &m->t->code;
}

/* ---- names ---- */

static bool loop_known(const Maker *m, Str name)
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
static Str expression(const Maker *m, Str path)
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

static Str name_at(const Maker *m, size_t i, const char *usage)
{
    if (word(m, i)->kind != WORD_NAME)
        wrong(m, usage);
    return word(m, i)->text;
}

static void no_more(const Maker *m, size_t i, const char *usage)
{
    if (word(m, i)->kind != WORD_END)
        wrong(m, usage);
}

/* ---- values ---- */

static const char *const writers[] = {"id", "date", "day", "clock", "when", "iso", "plain", "unit", NULL};

static const char *writer_find(Str name)
{
    for (size_t i = 0; writers[i]; i++)
        if (str_eq(name, str_of(writers[i])))
            return writers[i];
    return NULL;
}

static bool in_url(const Maker *m)
{
    return m->html.s.place == IN_VALUE && m->html.s.attr_kind == ATTR_URL;
}

static void value_plain(Maker *m)
{
    no_more(m, 1, "{{ v.field }}: a value is one path, without arithmetic or calls.");
    Str path = name_at(m, 0, "{{ v.field }}");
    bool url = in_url(m), attr = m->html.s.place == IN_VALUE, start = m->html.s.url == URL_START;
    if (str_ends(path, STR(".id")) || str_ends(path, STR("_id")))
        complain(m->t->file, m->token->line, "an Id would be written as a bare number. Write {{ id %.*s }}.", STR_ARG(path));
    const HtmlState *h = &m->html.s;
    bool tel = url && h->value_len == 4 && !strncmp(h->value, "tel:", 4);
    html_value(&m->html, m->token->line, "a value");
    const char *how = tel ? "tpl_url_tel" : url ? (start ? "TPL_URL" : "TPL_URL_PART") : attr ? "TPL_ATTR" : "TPL_TEXT";
    Str c = expression(m, path);
    buf_addf(statement(m), "%s(p, %.*s);\n", how, STR_ARG(c));
}

static void value_written(Maker *m, const char *writer)
{
    Str usage = str_format(m->t->arena, "{{ %s v.field }}", writer);
    Str path = name_at(m, 1, usage.at);
    no_more(m, 2, usage.at);
    bool url = in_url(m);
    if (url && strcmp(writer, "id") != 0 && strcmp(writer, "iso") != 0)
        complain(m->t->file, m->token->line, "{{ %s }} is for people, not for an address. Use {{ id }} or {{ iso }} there.", writer);
    html_value(&m->html, m->token->line, "a value");
    Str c = expression(m, path);
    Buf *out = statement(m);
    if (!strcmp(writer, "id")) {
        buf_addf(out, "tpl_id(p, %.*s);\n", STR_ARG(c));
        return;
    }
    buf_addf(out, url ? "tpl_url_part(p, " : "tpl_str(p, ");
    for (const char *w = "TPL_"; *w; w++)
        buf_add_char(out, *w);
    for (const char *w = writer; *w; w++)
        buf_add_char(out, (char)toupper((unsigned char)*w));
    buf_addf(out, "(p, %.*s));\n", STR_ARG(c));
}

static void do_money(Maker *m)
{
    const char *usage = "{{ money o.price o.currency }}";
    Str amount = expression(m, name_at(m, 1, usage)), currency = expression(m, name_at(m, 2, usage));
    no_more(m, 3, usage);
    html_value(&m->html, m->token->line, "a value");
    buf_addf(statement(m), "tpl_str(p, say_money(p->arena, p->lang, %.*s, %.*s));\n", STR_ARG(amount), STR_ARG(currency));
}

static void do_span(Maker *m)
{
    const char *usage = "{{ span o.from o.until }}";
    Str from = expression(m, name_at(m, 1, usage)), until = expression(m, name_at(m, 2, usage));
    no_more(m, 3, usage);
    html_value(&m->html, m->token->line, "a value");
    buf_addf(statement(m), "tpl_str(p, say_span(p->arena, p->lang, %.*s, %.*s, p->zone));\n", STR_ARG(from), STR_ARG(until));
}

/* ---- texts ---- */

static uint32_t text_hash(Str text) /* FNV-1a, as core/lang.c and pogen */
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 16777619u;
    return hash;
}

static bool text_has(Str text, Str name)
{
    for (size_t i = 0; i + name.len + 1 < text.len; i++)
        if (text.at[i] == '{' && str_eq(str_slice(text, i + 1, i + 1 + name.len), name) && text.at[i + 1 + name.len] == '}')
            return true;
    return false;
}

static bool arg_given(const Maker *m, size_t first, Str name)
{
    for (size_t i = first; word(m, i)->kind == WORD_NAME; i += 3)
        if (str_eq(word(m, i)->text, name))
            return true;
    return false;
}

/* Every {name} of the text is given, and every name given is in the text. */
static void check_args(const Maker *m, Str text, size_t first)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '{')
            continue;
        size_t end = i + 1;
        while (end < text.len && (isalnum((unsigned char)text.at[end]) || text.at[end] == '_'))
            end++;
        Str name = str_slice(text, i + 1, end);
        if (end == text.len || text.at[end] != '}' || !name.len)
            complain(m->t->file, m->token->line, "a { in the text without a name and }. Write {name}, and name=path behind the text.");
        if (!arg_given(m, first, name))
            complain(m->t->file, m->token->line, "the text has {%.*s}, but %.*s= is missing. Add %.*s=path.", STR_ARG(name),
                     STR_ARG(name), STR_ARG(name));
    }
}

static void write_args(Maker *m, size_t first, Str text, const char *usage)
{
    bool attr = m->html.s.place == IN_VALUE;
    Buf *out = &m->t->code;
    size_t count = 0;
    buf_add(out, STR("(const TplArg[]){"));
    for (size_t i = first; word(m, i)->kind != WORD_END; i += 3, count++) {
        Str name = name_at(m, i, usage);
        if (!is_word(m, i + 1, WORD_MARK, "="))
            wrong(m, usage);
        if (!text_has(text, name))
            complain(m->t->file, m->token->line, "%.*s= is given, but the text has no {%.*s}. Remove it or use it.", STR_ARG(name), STR_ARG(name));
        Str path = name_at(m, i + 2, usage), writer, rest;
        const char *known = str_cut(path, ':', &writer, &rest) ? writer_find(writer) : NULL;
        buf_addf(out, "{STR(\"%.*s\"), ", STR_ARG(name));
        if (known) {
            buf_add(out, STR("tpl_arg(TPL_"));
            for (; *known; known++)
                buf_add_char(out, (char)toupper((unsigned char)*known));
            Str c = expression(m, rest);
            buf_addf(out, "(p, %.*s))}, ", STR_ARG(c));
        } else {
            Str c = expression(m, path);
            buf_addf(out, "%s(p, %.*s)}, ", attr ? "TPL_ATTR_ARG" : "TPL_ARG", STR_ARG(c));
        }
    }
    buf_addf(out, "}, %zu", count);
}

static void do_t(Maker *m)
{
    const char *usage = "{{ t \"Words for people\" }} or {{ t \"At {place}\" place=o.place }}.";
    if (word(m, 1)->kind != WORD_TEXT || !word(m, 1)->text.len)
        wrong(m, usage);
    if (in_url(m))
        complain(m->t->file, m->token->line, "a translation cannot be an address. Put the address into the view.");
    Str text = word(m, 1)->text;
    check_args(m, text, 2);
    html_value(&m->html, m->token->line, "a text");
    bool args = word(m, 2)->kind != WORD_END;
    Buf *out = statement(m);
    buf_addf(out, args ? "tpl_tr_fill(p, " : "tpl_tr(p, ");
    c_text(out, text);
    buf_addf(out, ", %zu, %uu", text.len, text_hash(text));
    if (args) {
        buf_add(out, STR(", "));
        write_args(m, 2, text, usage);
    }
    buf_add(out, STR(");\n"));
}

static void do_tn(Maker *m)
{
    const char *usage = "{{ tn \"{n} egg\" \"{n} eggs\" n=o.count }}.";
    if (word(m, 1)->kind != WORD_TEXT || word(m, 2)->kind != WORD_TEXT || !is_word(m, 3, WORD_NAME, "n") || word(m, 5)->kind != WORD_NAME)
        wrong(m, usage);
    if (in_url(m))
        complain(m->t->file, m->token->line, "a translation cannot be an address. Put the address into the view.");
    Str one = word(m, 1)->text, many = word(m, 2)->text;
    check_args(m, one, 3);
    check_args(m, many, 3);
    html_value(&m->html, m->token->line, "a text");
    Buf *out = statement(m);
    buf_add(out, STR("tpl_tr_plural(p, "));
    c_text(out, one);
    buf_add(out, STR(", "));
    c_text(out, many);
    Str n = expression(m, word(m, 5)->text);
    buf_addf(out, ", (int64_t)(%.*s), ", STR_ARG(n));
    write_args(m, 3, many, usage);
    buf_add(out, STR(");\n"));
}

/* ---- parts ---- */

static void between_tags(Maker *m, const char *what)
{
    if (m->html.s.place == IN_VALUE || m->html.s.place == IN_TAG)
        complain(m->t->file, m->token->line, "{{ %s }} cannot stand inside a tag. Put it between tags.", what);
    html_value(&m->html, m->token->line, what);
}

static void need_header(Maker *m, Str module)
{
    Template *t = m->t;
    if (str_eq(module, t->module))
        return;
    Str header = str_format(t->arena, "%.*s/templates.h", STR_ARG(module));
    for (size_t i = 0; i < t->headers.len; i++)
        if (str_eq(t->headers.at[i], header))
            return;
    Str *more = NEW_ARRAY(t->arena, Str, t->headers.len + 1);
    if (t->headers.len)
        memcpy(more, t->headers.at, t->headers.len * sizeof *more);
    more[t->headers.len] = header;
    t->headers = (StrList){more, t->headers.len + 1};
}

/* "module_name%s(p, argument);" of an include or wrap. */
static Str part_call(Maker *m, const char *usage, const char *ending)
{
    Str name = name_at(m, 1, usage), module, rest;
    if (str_cut(name, ':', &module, &rest))
        name = rest;
    else
        module = m->t->module;
    need_header(m, module);
    Str argument = STR("v");
    if (word(m, 2)->kind != WORD_END) {
        Str path = name_at(m, 2, usage);
        Str c = expression(m, path);
        bool bare = str_starts(c, STR("(*"));
        argument = bare ? path : str_format(m->t->arena, "TPL_REF(%.*s)", STR_ARG(c));
        no_more(m, 3, usage);
    }
    return str_format(m->t->arena, "%.*s_%.*s%s(p, %.*s);\n", STR_ARG(module), STR_ARG(name), ending, STR_ARG(argument));
}

static void do_include(Maker *m)
{
    between_tags(m, "include");
    Str call = part_call(m, "{{ include card o }} or {{ include web:field f }}.", "");
    buf_add(statement(m), call);
}

static void do_form(Maker *m)
{
    const char *usage = "{{ form \"/market\" offer_form v.form }} or {{ form v.action offer_form v.form \"Save\" }}.";
    between_tags(m, "form");
    Str shape = name_at(m, 2, usage), values = name_at(m, 3, usage);
    Str where = word(m, 1)->kind == WORD_NAME ? expression(m, word(m, 1)->text) : (Str){0};
    if (!where.len && word(m, 1)->kind != WORD_TEXT)
        wrong(m, usage);
    bool label = word(m, 4)->kind == WORD_TEXT;
    no_more(m, label ? 5 : 4, usage);
    Str value = expression(m, values);
    Buf *out = statement(m);
    buf_add(out, STR("tpl_form(p, "));
    if (where.len) {
        buf_addf(out, "tpl_as_str(%.*s)", STR_ARG(where));
    } else {
        buf_add(out, STR("STR("));
        c_text(out, word(m, 1)->text);
        buf_add(out, STR(")"));
    }
    buf_addf(out, ", &%.*s, TPL_REF(%.*s), ", STR_ARG(shape), STR_ARG(value));
    if (label) {
        buf_add(out, STR("TPL_LABEL("));
        c_text(out, word(m, 4)->text);
        buf_add(out, STR(")"));
    } else {
        buf_add(out, STR("NULL"));
    }
    buf_add(out, STR(");\n"));
}

static void do_csrf(Maker *m)
{
    no_more(m, 1, "{{ csrf }}");
    between_tags(m, "csrf");
    html_csrf(&m->html, m->token->line);
    buf_add(statement(m), STR("tpl_csrf(p);\n"));
}

static void do_icons(Maker *m)
{
    no_more(m, 1, "{{ icons }}");
    between_tags(m, "icons");
    buf_add(statement(m), STR("tpl_icons(p);\n"));
}

/* {{ field offer_form title v.form }} and {{ errors }} */
static void do_field(Maker *m)
{
    const char *usage = "{{ field offer_form title v.form }}: the shape, the field's name, the struct with its value.";
    between_tags(m, "field");
    Str shape = name_at(m, 1, usage), name = name_at(m, 2, usage);
    Str value = expression(m, name_at(m, 3, usage));
    no_more(m, 4, usage);
    buf_addf(statement(m), "tpl_field(p, &%.*s, \"%.*s\", TPL_REF(%.*s));\n", STR_ARG(shape), STR_ARG(name), STR_ARG(value));
}

static void do_errors(Maker *m)
{
    const char *usage = "{{ errors offer_form }}";
    between_tags(m, "errors");
    Str shape = name_at(m, 1, usage);
    no_more(m, 2, usage);
    buf_addf(statement(m), "tpl_errors(p, &%.*s);\n", STR_ARG(shape));
}

static void c_name(const Maker *m, Buf *out, Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!isalnum((unsigned char)c) && !strchr("._-", c))
            complain(m->t->file, m->token->line, "`%.*s` is no file name. Use letters, digits, dots and dashes.", STR_ARG(name));
        buf_add_char(out, c == '.' || c == '-' ? '_' : c);
    }
}

static void do_asset(Maker *m)
{
    if (word(m, 1)->kind != WORD_TEXT)
        wrong(m, "{{ asset \"market.js\" }}");
    no_more(m, 2, "{{ asset \"market.js\" }}");
    if (m->html.s.place != IN_VALUE || (in_url(m) && m->html.s.url != URL_START))
        complain(m->t->file, m->token->line, "{{ asset }} is an address. Write src=\"{{ asset \"...\" }}\" or a data- attribute.");
    html_value(&m->html, m->token->line, "an asset");
    Buf *out = statement(m);
    buf_add(out, STR("tpl_raw(p, asset_"));
    c_name(m, out, word(m, 1)->text);
    buf_add(out, STR(".url);\n"));
}

static void do_icon(Maker *m)
{
    const char *usage = "{{ icon \"basket\" }} or {{ icon o.icon }} for a name (const char *).";
    no_more(m, 2, usage);
    between_tags(m, "icon");
    if (word(m, 1)->kind != WORD_TEXT) {
        Str c = expression(m, name_at(m, 1, usage));
        buf_addf(statement(m), "tpl_icon_named(p, %.*s);\n", STR_ARG(c));
        return;
    }
    Buf *out = statement(m);
    buf_add(out, STR("tpl_icon(p, ICON_"));
    c_name(m, out, word(m, 1)->text);
    buf_add(out, STR(");\n"));
}

/* ---- control ---- */

static Block *open_block(Maker *m, BlockKind kind)
{
    if (m->blocks_len == DEPTH_MAX)
        complain(m->t->file, m->token->line, "blocks are nested deeper than %d. Use {{ include }}.", DEPTH_MAX);
    html_control(&m->html, m->token->line);
    Block *block = &m->blocks[m->blocks_len++];
    *block = (Block){.kind = kind, .line = m->token->line, .start = m->html.s};
    return block;
}

static Str condition(Maker *m)
{
    const char *usage = "{{ if v.field }}, {{ if !v.field }}, {{ if v.count > 3 }} or {{ if v.state == \"open\" }}. Logic belongs in the view struct.";
    Arena *arena = m->t->arena;
    bool negated = is_word(m, 1, WORD_MARK, "!");
    size_t at = negated ? 2 : 1;
    Str left = expression(m, name_at(m, at, usage));
    const Word *mark = word(m, at + 1), *right = word(m, at + 2);
    if (mark->kind == WORD_END)
        return str_format(arena, "%sTPL_TRUE(%.*s)", negated ? "!" : "", STR_ARG(left));
    if (negated || mark->kind != WORD_MARK || str_eq(mark->text, STR("!")) || str_eq(mark->text, STR("=")))
        wrong(m, usage);
    no_more(m, at + 3, usage);
    bool equality = str_eq(mark->text, STR("==")) || str_eq(mark->text, STR("!="));
    if (right->kind == WORD_NUMBER)
        return str_format(arena, "(%.*s) %.*s %.*s", STR_ARG(left), STR_ARG(mark->text), STR_ARG(right->text));
    if (right->kind == WORD_NAME) {
        Str c = expression(m, right->text);
        return str_format(arena, "(%.*s) %.*s (%.*s)", STR_ARG(left), STR_ARG(mark->text), STR_ARG(c));
    }
    if (right->kind != WORD_TEXT || !equality)
        wrong(m, usage);
    Buf text = buf_new(arena, 65536);
    c_text(&text, right->text);
    return str_format(arena, "%sstr_eq(tpl_as_str(%.*s), STR(%.*s))", mark->text.at[0] == '!' ? "!" : "", STR_ARG(left), STR_ARG(buf_str(&text)));
}

static void do_if(Maker *m)
{
    Str c = condition(m);
    open_block(m, BLOCK_IF);
    buf_addf(statement(m), "if (%.*s) {\n", STR_ARG(c));
}

static void end_branch(Maker *m, Block *block)
{
    html_control(&m->html, m->token->line);
    write_literal(m);
    if (block->has_merged)
        html_join(&m->html, &block->merged, &m->html.s, m->token->line);
    else
        block->merged = m->html.s;
    block->has_merged = true;
    HtmlState start = block->start; /* also a first branch must end where it began */
    html_join(&m->html, &start, &m->html.s, m->token->line);
    m->html.s = block->start;
}

static void do_elif(Maker *m)
{
    Block *block = m->blocks_len ? &m->blocks[m->blocks_len - 1] : NULL;
    if (!block || block->kind != BLOCK_IF || block->saw_else)
        complain(m->t->file, m->token->line, "{{ elif }} without an open {{ if }}. Open one, or use {{ else }} once, at the end.");
    end_branch(m, block);
    Str c = condition(m);
    buf_addf(statement(m), "} else if (%.*s) {\n", STR_ARG(c));
}

static void do_else(Maker *m)
{
    Block *block = m->blocks_len ? &m->blocks[m->blocks_len - 1] : NULL;
    no_more(m, 1, "{{ else }}; with a condition it is {{ elif v.field }}.");
    if (!block || block->kind == BLOCK_WRAP || block->saw_else)
        complain(m->t->file, m->token->line, "{{ else }} without an open {{ if }} or {{ for }}. Open one, or remove it.");
    end_branch(m, block);
    block->saw_else = true;
    Buf *out = statement(m);
    if (block->kind == BLOCK_FOR)
        buf_addf(out, "}\n    if (!%.*s_len) {\n", STR_ARG(block->name));
    else
        buf_add(out, STR("} else {\n"));
}

static void do_for(Maker *m)
{
    const char *usage = "{{ for o in v.offers }}.";
    Str name = name_at(m, 1, usage);
    if (!is_word(m, 2, WORD_NAME, "in"))
        wrong(m, usage);
    Str list = expression(m, name_at(m, 3, usage));
    no_more(m, 4, usage);
    if (str_eq(name, STR("v")) || str_eq(name, STR("p")) || loop_known(m, name) || str_find(name, STR(".")) != SIZE_MAX)
        complain(m->t->file, m->token->line, "`%.*s` cannot name a loop here: it is taken or no plain word. Choose another.", STR_ARG(name));
    Block *block = open_block(m, BLOCK_FOR);
    block->name = name;
    Buf *out = statement(m);
    const char *n = str_z(m->t->arena, name);
    buf_addf(out, "{ const size_t %s_len = (%.*s).len;\n", n, STR_ARG(list));
    buf_addf(out, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    buf_addf(out, "for (size_t %s_index = 0; %s_index < %s_len; %s_index++) {\n", n, n, n, n);
    buf_addf(out, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    buf_addf(out, "const __typeof__(*(%.*s).at) *const %s = &(%.*s).at[%s_index]; (void)%s;\n", STR_ARG(list), n, STR_ARG(list), n, n);
}

static void do_end(Maker *m)
{
    no_more(m, 1, "{{ end }}");
    if (!m->blocks_len)
        complain(m->t->file, m->token->line, "{{ end }} without an open {{ if }}, {{ for }} or {{ wrap }}. Remove it.");
    Block *block = &m->blocks[m->blocks_len - 1];
    if (block->kind == BLOCK_WRAP) {
        html_control(&m->html, m->token->line);
        write_literal(m);
        html_join(&m->html, &block->start, &m->html.s, m->token->line);
        buf_add(statement(m), block->close);
    } else {
        end_branch(m, block);
        m->html.s = block->merged;
        if (!block->saw_else)
            html_join(&m->html, &m->html.s, &block->start, m->token->line);
        buf_addf(statement(m), block->kind == BLOCK_FOR ? "}}\n" : "}\n");
    }
    if (m->html.s.place == IN_TAG)
        m->html.s.space = true;
    m->blocks_len--;
}

static void do_wrap(Maker *m)
{
    const char *usage = "{{ wrap panel o }} ... {{ end }}; the template named has {{ content }}.";
    between_tags(m, "wrap");
    Str begin = part_call(m, usage, "_begin");
    Str close = part_call(m, usage, "_end");
    Block *block = open_block(m, BLOCK_WRAP);
    block->close = close;
    buf_add(statement(m), begin);
    m->html.s.after_block = true;
}

static void function_head(Template *t, Buf *out, const char *ending)
{
    buf_addf(out, "void %.*s_%.*s%s(Page *p, const %.*s *v)", STR_ARG(t->module), STR_ARG(t->name), ending, STR_ARG(t->view));
}

static void do_content(Maker *m)
{
    no_more(m, 1, "{{ content }}");
    if (m->blocks_len || m->t->splits || m->html.s.place != IN_TEXT)
        complain(m->t->file, m->token->line, "{{ content }} stands once, outside of {{ if }}, {{ for }} and tags. Move it.");
    html_control(&m->html, m->token->line);
    write_literal(m);
    m->t->splits = true;
    buf_add(&m->t->code, STR("}\n"));
    function_head(m->t, &m->t->code, "_end");
    buf_add(&m->t->code, STR("\n{\n    (void)p, (void)v;\n"));
    m->html.s.after_block = true;
}

static void do_view(Maker *m)
{
    complain(m->t->file, m->token->line, "{{ view }} stands once, in the first line. Remove this one.");
}

static void do_directive(Maker *m)
{
    static const struct {
        const char *name;
        void (*run)(Maker *m);
    } directives[] = {
        {"asset", do_asset}, {"content", do_content}, {"csrf", do_csrf}, {"elif", do_elif}, {"else", do_else}, {"end", do_end}, {"errors", do_errors},
        {"field", do_field}, {"for", do_for}, {"form", do_form}, {"icon", do_icon}, {"icons", do_icons}, {"if", do_if}, {"include", do_include}, {"money", do_money},
        {"span", do_span}, {"t", do_t}, {"tn", do_tn}, {"view", do_view}, {"wrap", do_wrap},
    };
    const Word *first = word(m, 0);
    if (first->kind != WORD_NAME)
        complain(m->t->file, m->token->line, "a directive begins with a word. Texts are written {{ t \"...\" }}.");
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_eq(first->text, str_of(directives[i].name))) {
            directives[i].run(m);
            return;
        }
    const char *writer = writer_find(first->text);
    if (writer)
        value_written(m, writer);
    else if (word(m, 1)->kind != WORD_END && str_find(first->text, STR(".")) == SIZE_MAX)
        complain(m->t->file, m->token->line, "unknown directive `%.*s`. docs/house.md, Pages, lists them.", STR_ARG(first->text));
    else
        value_plain(m);
}

/* The first directive names the struct: {{ view OfferListView "market/pages.h" }} or {{ view void }}. */
static void read_view(Template *t, const TokenList *tokens)
{
    size_t i = 0;
    while (i < tokens->len && !tokens->at[i].directive && !str_trim(tokens->at[i].text).len)
        i++;
    const Token *token = i < tokens->len && tokens->at[i].directive ? &tokens->at[i] : NULL;
    if (!token || !str_eq(token->words[0].text, STR("view")) || token->words[1].kind != WORD_NAME)
        complain(t->file, token ? token->line : 1, "the first line names the struct this page shows. Write {{ view OfferView \"%.*s/pages.h\" }}, or {{ view void }}.",
                 STR_ARG(t->module));
    t->view = token->words[1].text;
    if (token->words[2].kind == WORD_TEXT)
        t->view_header = token->words[2].text;
    else if (!str_eq(t->view, STR("void")))
        complain(t->file, token->line, "{{ view %.*s }} does not say where the struct is declared. Write {{ view %.*s \"%.*s/pages.h\" }}.",
                 STR_ARG(t->view), STR_ARG(t->view), STR_ARG(t->module));
}

void template_compile(Template *t, Str source)
{
    TokenList tokens = template_tokens(t->arena, t->file, source);
    read_view(t, &tokens);
    t->code = buf_new(t->arena, 64u << 20);
    Maker m = {.t = t, .html = {.file = t->file, .out = buf_new(t->arena, 16u << 20)}, .blocks = NEW_ARRAY(t->arena, Block, DEPTH_MAX + 1)};
    m.html.s.after_block = true;
    bool seen_view = false;
    int line = 1;
    for (size_t i = 0; i < tokens.len; i++) {
        m.token = &tokens.at[i];
        line = m.token->line;
        if (!m.token->directive)
            html_read(&m.html, m.token->text, line);
        else if (seen_view)
            do_directive(&m);
        else
            seen_view = true;
    }
    if (m.blocks_len)
        complain(t->file, m.blocks[m.blocks_len - 1].line, "this block is never closed. Write {{ end }}.");
    html_finish(&m.html, line);
    write_literal(&m);
    Buf body = t->code;
    t->code = buf_new(t->arena, 64u << 20);
    function_head(t, &t->code, t->splits ? "_begin" : "");
    buf_add(&t->code, STR("\n{\n    (void)p, (void)v;\n"));
    buf_add(&t->code, buf_str(&body));
    buf_add(&t->code, STR("}\n\n"));
}
