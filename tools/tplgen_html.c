/* Follows the HTML of a template character by character, so that every value is known to stand in a safe place, every
   tag is closed, every word for people is translated, and white space nobody sees is dropped. */
#include "tools/tplgen.h"

#include <string.h>

static bool listed(const char *list, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strstr(list, name); len && at; at = strstr(at + 1, name))
        if (at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

static const char known_tags[] =
    " a abbr address article aside audio b bdi bdo blockquote body br button canvas caption cite code col colgroup data "
    "datalist dd del details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header "
    "hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta meter nav noscript ol optgroup "
    "option output p picture pre progress q rp rt ruby s samp script search section select small source span strong sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track u ul var video wbr ";
static const char void_tags[] = " br col hr img input link meta source track wbr ";
static const char inline_tags[] =
    " a abbr audio b bdi bdo button canvas cite code data datalist del dfn em i iframe img input ins kbd label map mark "
    "meter noscript output picture progress q ruby s samp script select small span strong sub sup svg template textarea "
    "time u var video wbr text tspan ";
static const char url_attrs[] = " action cite data formaction href poster src srcset ";
static const char human_attrs[] = " alt aria-description aria-label aria-roledescription label placeholder title ";

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
}

static Element *top(HtmlReader *html)
{
    return html->s.depth ? &html->s.open[html->s.depth - 1] : NULL;
}

static void put(HtmlReader *html, char c)
{
    buf_add_char(&html->out, c);
}

static void put_space(HtmlReader *html)
{
    if (html->s.space && !html->s.after_block)
        put(html, ' ');
    html->s.space = false;
}

/* Both have room for NAME_MAX_LEN. */
static void name_copy(char *into, const char *from)
{
    memcpy(into, from, NAME_MAX_LEN);
}

static void name_add(HtmlReader *html, char *name, char c, int line)
{
    size_t len = strlen(name);
    if (len + 1 >= NAME_MAX_LEN)
        complain(html->file, line, "the name `%s...` is too long for a tag or attribute.", name);
    name[len] = c;
    name[len + 1] = 0;
}

/* ---- words for people ---- */

static bool foreign_letter(Str text, size_t i)
{
    unsigned char c = (unsigned char)text.at[i];
    if (c < 0xC3) /* ASCII, and Latin-1 signs such as · and × */
        return false;
    if (c == 0xC3)
        return i + 1 < text.len && (unsigned char)text.at[i + 1] != 0x97 && (unsigned char)text.at[i + 1] != 0xB7;
    return c != 0xE2; /* E2: dashes, quotes, arrows, mathematical signs */
}

static void check_untranslated(HtmlReader *html, Str text, size_t i, int line, const char *where)
{
    bool word = is_letter(text.at[i]) && i + 1 < text.len && is_letter(text.at[i + 1]);
    if (!word && !foreign_letter(text, i))
        return;
    size_t end = i;
    while (end < text.len && end < i + 24 && !strchr("<\"{\n", text.at[end]))
        end++;
    complain(html->file, line,
             "`%.*s` stands in %s without translation. Write {{ t \"...\" }}, or put translate=\"no\" on the element.",
             (int)(end - i), text.at + i, where);
}

/* ---- tags ---- */

static void check_attr_name(HtmlReader *html, int line)
{
    HtmlState *s = &html->s;
    if (!strncmp(s->attr, "on", 2))
        complain(html->file, line, "`%s` would be a script inside the page, which our security policy forbids. Put it in the module's .js file.",
                 s->attr);
    if (!strcmp(s->attr, "style"))
        complain(html->file, line, "a style attribute is forbidden by our security policy. Use a class and the module's .css file.");
    if (!strcmp(s->attr, "http-equiv") || !strcmp(s->attr, "srcdoc") || !strcmp(s->attr, "ping"))
        complain(html->file, line, "`%s` is not allowed in templates. Headers are sent by the server.", s->attr);
    for (size_t i = 0; i < s->attrs_len; i++)
        if (!strcmp(s->attrs[i], s->attr))
            complain(html->file, line, "<%s> has `%s` twice. Browsers drop the second: merge them.", s->tag, s->attr);
    if (s->attrs_len == ATTRS_MAX)
        complain(html->file, line, "<%s> has more than %d attributes.", s->tag, ATTRS_MAX);
    name_copy(s->attrs[s->attrs_len++], s->attr);
    s->attr_kind = listed(url_attrs, s->attr) ? ATTR_URL : listed(human_attrs, s->attr) ? ATTR_HUMAN : ATTR_PLAIN;
}

static bool has_attr(const HtmlState *s, const char *name)
{
    for (size_t i = 0; i < s->attrs_len; i++)
        if (!strcmp(s->attrs[i], name))
            return true;
    return false;
}

static void check_nesting(HtmlReader *html)
{
    static const struct {
        const char *outer, *inner, *why;
    } bad[] = {
        {"a", " a button input select textarea label ", "a link cannot hold another thing to press"},
        {"button", " a button input select textarea label ", "a button cannot hold another thing to press"},
        {"form", " form ", "forms cannot be nested: the browser drops the inner one"},
        {"label", " label ", "labels cannot be nested"},
    };
    HtmlState *s = &html->s;
    const Element *outer = top(html);
    if (outer && !outer->foreign && listed(" textarea title option ", outer->name))
        complain(html->file, s->tag_line, "<%s> inside <%s> of line %d would be shown as it is written. Only text can stand there.", s->tag,
                 outer->name, outer->line);
    for (size_t i = 0; i < s->depth; i++) {
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
            if (!strcmp(s->open[i].name, bad[k].outer) && listed(bad[k].inner, s->tag))
                complain(html->file, s->tag_line, "<%s> inside <%s> of line %d: %s. Move it out.", s->tag, s->open[i].name,
                         s->open[i].line, bad[k].why);
        if (!strcmp(s->open[i].name, "p") && !listed(inline_tags, s->tag) && strcmp(s->tag, "br") != 0 && !s->open[s->depth - 1].foreign)
            complain(html->file, s->tag_line, "<%s> cannot stand inside the <p> of line %d: the browser would close the <p> before it. Use <div>.",
                     s->tag, s->open[i].line);
    }
}

static void check_tag(HtmlReader *html)
{
    HtmlState *s = &html->s;
    bool foreign = s->depth && s->open[s->depth - 1].foreign;
    if (!strcmp(s->tag, "style"))
        complain(html->file, s->tag_line, "<style> is forbidden by our security policy. Use the module's .css file.");
    if (!foreign && !listed(known_tags, s->tag))
        complain(html->file, s->tag_line, "<%s> is no HTML element. Correct the spelling (small letters).", s->tag);
    check_nesting(html);
    if (!strcmp(s->tag, "script") && !has_attr(s, "src"))
        complain(html->file, s->tag_line, "a script inside the page is forbidden by our security policy. Put it in the module's .js file and name it with src=\"{{ asset \"x.js\" }}\".");
    if (!strcmp(s->tag, "img") && !has_attr(s, "alt"))
        complain(html->file, s->tag_line, "<img> needs alt=\"...\". Say what it shows, or alt=\"\" when it only decorates.");
    if (!strcmp(s->tag, "img") && (!has_attr(s, "width") || !has_attr(s, "height")))
        complain(html->file, s->tag_line, "<img> needs width and height, so that nothing jumps when it loads.");
    if (!strcmp(s->tag, "iframe") && !has_attr(s, "title"))
        complain(html->file, s->tag_line, "<iframe> needs title=\"...\". Say what it holds.");
}

static void tag_open_end(HtmlReader *html)
{
    HtmlState *s = &html->s;
    check_tag(html);
    Element *outer = top(html);
    bool foreign = (outer && outer->foreign) || !strcmp(s->tag, "svg");
    bool is_void = !foreign && listed(void_tags, s->tag);
    if (s->slash && !foreign && !is_void)
        complain(html->file, s->tag_line, "<%s/> does not close itself in HTML. Write <%s></%s>.", s->tag, s->tag, s->tag);
    if (s->slash && foreign)
        put(html, '/');
    put(html, '>');
    s->place = IN_TEXT;
    s->space = false;
    s->after_block = !listed(inline_tags, s->tag);
    if (is_void || s->slash)
        return;
    if (s->depth == DEPTH_MAX)
        complain(html->file, s->tag_line, "elements are nested deeper than %d. Flatten the page or use {{ include }}.", DEPTH_MAX);
    Element *e = &s->open[s->depth++];
    *e = (Element){.line = s->tag_line, .foreign = foreign, .posts = s->tag_posts};
    name_copy(e->name, s->tag);
    e->verbatim = (outer && outer->verbatim) || listed(" pre textarea ", s->tag);
    e->translate_no = (outer && outer->translate_no) || s->tag_translate_no || listed(" code kbd samp ", s->tag);
    if (!strcmp(s->tag, "textarea")) /* HTML drops one newline here: give it ours, so that a typed one survives */
        put(html, '\n');
}

static void tag_close_end(HtmlReader *html, int line)
{
    HtmlState *s = &html->s;
    Element *e = top(html);
    if (listed(void_tags, s->tag))
        complain(html->file, line, "</%s>: <%s> has no end tag. Remove it.", s->tag, s->tag);
    if (!e)
        complain(html->file, line, "</%s> closes nothing that was opened in this template. Remove it, or open <%s> before.", s->tag, s->tag);
    if (strcmp(e->name, s->tag) != 0)
        complain(html->file, line, "</%s> does not fit: <%s> of line %d is still open. Close <%s> first.", s->tag, e->name, e->line, e->name);
    if (e->posts && !e->csrf)
        complain(html->file, e->line, "this form posts without {{ csrf }}. Put {{ csrf }} inside the form.");
    s->depth--;
    put(html, '>');
    s->place = IN_TEXT;
    s->space = false;
    s->after_block = !listed(inline_tags, s->tag);
}

/* ---- characters, by place ---- */

static void tag_begin(HtmlReader *html, Str text, size_t i, int line)
{
    HtmlState *s = &html->s;
    char next = i + 1 < text.len ? text.at[i + 1] : 0;
    Str rest = str_slice(text, i, text.len);
    if (str_starts(rest, STR("<!--")))
        complain(html->file, line, "an HTML comment would be sent to everybody. Begin it with {{# instead.");
    bool doctype = rest.len >= 9 && str_eq_nocase(str_slice(rest, 0, 9), STR("<!doctype"));
    if (i + 1 == text.len)
        complain(html->file, line, "the name of a tag cannot be a value. Write the tag, or &lt; for the character.");
    if (!is_letter(next) && next != '/' && !doctype)
        complain(html->file, line, "a bare < in the text. Write &lt;.");
    size_t from = i + (next == '/' ? 2 : 1), to = from;
    while (to < text.len && name_char(text.at[to]))
        to++;
    char name[NAME_MAX_LEN] = "";
    for (size_t k = from; k < to && k - from < NAME_MAX_LEN - 1; k++)
        name[k - from] = text.at[k];
    Element *e = top(html);
    bool seen = listed(inline_tags, name) && !(e && e->foreign && !listed(" text tspan ", e->name));
    if (seen)
        put_space(html);
    s->space = false;
    s->tag[0] = 0;
    s->slash = s->tag_posts = s->tag_translate_no = false;
    s->attrs_len = 0;
    s->tag_line = line;
    s->place = doctype ? IN_DOCTYPE : next == '/' ? IN_END_TAG : IN_TAG_NAME;
    put(html, '<');
}

/* Returns how many more characters it took. */
static size_t step_text(HtmlReader *html, Str text, size_t i, int line)
{
    HtmlState *s = &html->s;
    Element *e = top(html);
    char c = text.at[i];
    if (c == '<') {
        tag_begin(html, text, i, line);
        return 0;
    }
    if (is_space(c) && !(e && e->verbatim)) {
        s->space = true;
        return 0;
    }
    if (e && !strcmp(e->name, "script"))
        complain(html->file, line, "a script inside the page is forbidden by our security policy. Put it in the module's .js file.");
    put_space(html);
    s->after_block = false;
    if (!(e && e->translate_no) && (i == 0 || !is_letter(text.at[i - 1])))
        check_untranslated(html, text, i, line, "the page");
    put(html, c);
    size_t len = 0;
    if (c == '&') /* an entity is no word */
        for (size_t k = i + 1; k < text.len && k < i + 12 && !len; k++)
            len = text.at[k] == ';' ? k - i : 0;
    buf_add(&html->out, str_slice(text, i + 1, i + 1 + len));
    return len;
}

static void step_tag(HtmlReader *html, char c, int line)
{
    HtmlState *s = &html->s;
    if (is_space(c)) {
        s->space = true;
    } else if (c == '>') {
        tag_open_end(html);
    } else if (c == '/') {
        s->slash = true;
    } else if (is_letter(c)) {
        put(html, ' ');
        put(html, c);
        s->space = false;
        s->attr[0] = c;
        s->attr[1] = 0;
        s->place = IN_ATTR_NAME;
    } else {
        complain(html->file, line, "`%c` cannot stand inside <%s>. Write name=\"value\" without spaces around =.", c, s->tag);
    }
}

static void step_attr_name(HtmlReader *html, char c, int line)
{
    HtmlState *s = &html->s;
    if (name_char(c)) {
        put(html, c);
        name_add(html, s->attr, c, line);
        return;
    }
    check_attr_name(html, line);
    s->place = IN_TAG;
    if (c != '=') {
        step_tag(html, c, line);
        return;
    }
    put(html, '=');
    s->place = BEFORE_VALUE;
}

static void check_url(HtmlReader *html, Str text, size_t i, int line)
{
    static const char loading[] = " src srcset poster data ";
    HtmlState *s = &html->s;
    Str rest = str_slice(text, i, text.len);
    Str scheme = str_slice(rest, 0, 11);
    if (scheme.len == 11 && str_eq_nocase(scheme, STR("javascript:")))
        complain(html->file, line, "a javascript: address is forbidden by our security policy. Use a button and the module's .js file.");
    bool outside = str_starts(rest, STR("http:")) || str_starts(rest, STR("https:")) || str_starts(rest, STR("//"));
    if (outside && (listed(loading, s->attr) || !strcmp(s->tag, "link")))
        complain(html->file, line, "`%s` would load from another server. Put the file into the module's assets/.", s->attr);
}

static void value_end(HtmlReader *html)
{
    HtmlState *s = &html->s;
    s->value[s->value_len] = 0;
    if (!strcmp(s->tag, "form") && !strcmp(s->attr, "method") && str_eq_nocase(str_of(s->value), STR("post")))
        s->tag_posts = true;
    if (!strcmp(s->attr, "translate") && !strcmp(s->value, "no"))
        s->tag_translate_no = true;
    s->place = IN_TAG;
    s->space = false;
}

static void step_value(HtmlReader *html, Str text, size_t i, int line)
{
    HtmlState *s = &html->s;
    char c = text.at[i];
    if (c == s->quote) {
        put(html, c);
        value_end(html);
        return;
    }
    if (c == '\n' || (is_space(c) && s->space)) {
        if (!s->space)
            put(html, ' ');
        s->space = true;
        return;
    }
    s->space = false;
    Element *e = top(html);
    bool for_people = s->attr_kind == ATTR_HUMAN && !(e && e->translate_no) && !s->tag_translate_no;
    if (for_people && (i == 0 || !is_letter(text.at[i - 1])))
        check_untranslated(html, text, i, line, s->attr);
    if (s->attr_kind == ATTR_URL && s->url == URL_START && !is_space(c)) {
        check_url(html, text, i, line);
        s->url = URL_LITERAL;
    } else if (s->attr_kind == ATTR_URL && s->url != URL_START) {
        s->url = !strcmp(s->attr, "srcset") && c == ',' ? URL_START : URL_LITERAL;
    }
    if (s->value_len + 1 < sizeof s->value)
        s->value[s->value_len++] = c;
    put(html, c);
}

static void step_before_value(HtmlReader *html, char c, int line)
{
    HtmlState *s = &html->s;
    if (c != '"' && c != '\'')
        complain(html->file, line, "the value of `%s` is not quoted. Write %s=\"...\".", s->attr, s->attr);
    put(html, c);
    s->quote = c;
    s->place = IN_VALUE;
    s->url = URL_START;
    s->value_len = 0;
    s->space = false;
}

static void step_tag_name(HtmlReader *html, char c, int line)
{
    HtmlState *s = &html->s;
    if (s->place == IN_END_TAG && is_space(c)) {
        s->space = true;
    } else if (name_char(c) && !s->space) {
        name_add(html, s->tag, c, line);
        put(html, c);
    } else if (c == '/' && s->place == IN_END_TAG && !s->tag[0]) {
        put(html, c);
    } else if (s->place == IN_TAG_NAME) {
        s->place = IN_TAG;
        step_tag(html, c, line);
    } else if (c == '>') {
        tag_close_end(html, line);
    } else {
        complain(html->file, line, "`%c` in the end tag </%s. Close it with >.", c, s->tag);
    }
}

void html_read(HtmlReader *html, Str text, int line)
{
    HtmlState *s = &html->s;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        switch (s->place) {
        case IN_TEXT:
            i += step_text(html, text, i, line);
            break;
        case IN_TAG:
            step_tag(html, c, line);
            break;
        case IN_TAG_NAME:
        case IN_END_TAG:
            step_tag_name(html, c, line);
            break;
        case IN_ATTR_NAME:
            step_attr_name(html, c, line);
            break;
        case BEFORE_VALUE:
            step_before_value(html, c, line);
            break;
        case IN_VALUE:
            step_value(html, text, i, line);
            break;
        case IN_DOCTYPE:
            put(html, c);
            if (c == '>') {
                s->place = IN_TEXT;
                s->after_block = true;
            }
            break;
        }
        line += c == '\n';
    }
}

/* ---- directives, by place ---- */

static void refuse_place(HtmlReader *html, int line, const char *what)
{
    HtmlState *s = &html->s;
    Element *e = top(html);
    if (e && s->place == IN_TEXT && !strcmp(e->name, "script"))
        complain(html->file, line, "%s cannot stand inside <script>. Give it to the script in a data- attribute.", what);
    if (s->place == IN_TAG_NAME || s->place == IN_END_TAG || s->place == IN_DOCTYPE)
        complain(html->file, line, "%s cannot be the name of a tag. Write the tag.", what);
    if (s->place == IN_ATTR_NAME)
        complain(html->file, line, "%s cannot be the name of an attribute. Write the name.", what);
    if (s->place == BEFORE_VALUE)
        complain(html->file, line, "the value of `%s` is not quoted. Write %s=\"{{ ... }}\".", s->attr, s->attr);
}

void html_value(HtmlReader *html, int line, const char *what)
{
    HtmlState *s = &html->s;
    refuse_place(html, line, what);
    if (s->place == IN_TAG)
        complain(html->file, line, "%s cannot stand between the attributes of <%s>. Write name=\"{{ ... }}\".", what, s->tag);
    if (s->place == IN_TEXT) {
        put_space(html);
        s->after_block = false;
        return;
    }
    s->space = false;
    if (s->attr_kind == ATTR_URL && s->url == URL_AFTER_VALUE)
        complain(html->file, line, "two values side by side in `%s`: nobody can say what the second means. Make one field of them in the view.", s->attr);
    if (s->attr_kind == ATTR_URL && s->url == URL_UNCLEAR)
        complain(html->file, line, "depending on the {{ if }} before, this value begins the address or not. Begin `%s` the same way in every branch.", s->attr);
    s->url = URL_AFTER_VALUE;
}

void html_control(HtmlReader *html, int line)
{
    HtmlState *s = &html->s;
    if (s->place == IN_ATTR_NAME) { /* {{ if v.open }}checked{{ end }} */
        check_attr_name(html, line);
        s->place = IN_TAG;
    }
    refuse_place(html, line, "a directive");
    if (s->place == IN_TAG) {
        s->space = true;
    } else if (s->place == IN_TEXT && s->space) {
        put_space(html);
        s->after_block = true; /* one space is written: more would not be seen */
    }
}

void html_csrf(HtmlReader *html, int line)
{
    HtmlState *s = &html->s;
    for (size_t i = s->depth; i-- > 0;)
        if (!strcmp(s->open[i].name, "form")) {
            s->open[i].csrf = true;
            return;
        }
    complain(html->file, line, "{{ csrf }} stands outside a form. Put it inside the <form method=\"post\">.");
}

void html_join(HtmlReader *html, HtmlState *into, const HtmlState *other, int line)
{
    bool same = into->place == other->place && into->depth == other->depth;
    for (size_t i = 0; same && i < into->depth; i++)
        same = !strcmp(into->open[i].name, other->open[i].name);
    const HtmlState *more = into->depth > other->depth ? into : other;
    if (!same && into->place == IN_TEXT && other->place == IN_TEXT && into->depth != other->depth)
        complain(html->file, line, "<%s> of line %d is opened or closed in one branch only. Open and close it inside the same branch.",
                 more->open[more->depth - 1].name, more->open[more->depth - 1].line);
    if (!same || (into->place == IN_VALUE && (into->quote != other->quote || strcmp(into->attr, other->attr) != 0)))
        complain(html->file, line, "the branches end in different places of the HTML. Each branch must leave tags and quotes as it found them.");
    for (size_t i = 0; i < into->depth; i++)
        into->open[i].csrf = into->open[i].csrf && other->open[i].csrf;
    into->after_block = into->after_block && other->after_block;
    into->space = into->space || other->space;
    for (size_t i = 0; i < other->attrs_len && into->place == IN_TAG; i++)
        if (!has_attr(into, other->attrs[i]) && into->attrs_len < ATTRS_MAX)
            name_copy(into->attrs[into->attrs_len++], other->attrs[i]);
    if (into->url != other->url)
        into->url = into->url == URL_START || other->url == URL_START || into->url == URL_UNCLEAR || other->url == URL_UNCLEAR
                        ? URL_UNCLEAR : URL_AFTER_VALUE;
}

void html_finish(HtmlReader *html, int line)
{
    HtmlState *s = &html->s;
    Element *e = top(html);
    if (s->place != IN_TEXT)
        complain(html->file, s->tag_line, "the tag <%s is not closed. Close it with >.", s->tag);
    if (e)
        complain(html->file, e->line, "<%s> is never closed. Write </%s> in this template.", e->name, e->name);
    (void)line;
}
