/* Parts of a page: includes, forms, icons, assets. */
#include "tools/tplgen.h"

#include <ctype.h>
#include <string.h>

/* ---- parts ---- */

void between_tags(Maker *m, const char *what)
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
Str part_call(Maker *m, const char *usage, const char *ending)
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

bool part_directive(Maker *m)
{
    static const struct {
        const char *name;
        void (*run)(Maker *m);
    } directives[] = {
        {"asset", do_asset}, {"csrf", do_csrf}, {"errors", do_errors}, {"field", do_field}, {"form", do_form}, {"icon", do_icon},
        {"icons", do_icons}, {"include", do_include},
    };
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_eq(word(m, 0)->text, str_of(directives[i].name))) {
            directives[i].run(m);
            return true;
        }
    return false;
}
