/* Values, ways of writing them, and translated texts. */
#include "tools/tplgen.h"

#include <ctype.h>
#include <string.h>

/* ---- values ---- */

static const char *const writers[] = {"id", "date", "day", "clock", "when", "iso", "plain", "unit", NULL};

static const char *writer_find(Str name)
{
    for (size_t i = 0; writers[i]; i++)
        if (str_eq(name, str_of(writers[i])))
            return writers[i];
    return NULL;
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

/* In the order of how often pages use them. */
bool value_directive(Maker *m)
{
    static const struct {
        const char *name;
        void (*run)(Maker *m);
    } directives[] = {{"t", do_t}, {"tn", do_tn}, {"money", do_money}, {"span", do_span}};
    Str first = word(m, 0)->text;
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_eq(first, str_of(directives[i].name))) {
            directives[i].run(m);
            return true;
        }
    const char *writer = writer_find(first);
    if (writer)
        value_written(m, writer);
    else if (word(m, 1)->kind == WORD_END || str_find(first, STR(".")) != SIZE_MAX)
        value_plain(m);
    else
        return false;
    return true;
}
