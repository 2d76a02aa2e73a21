/* HTML in, Markdown out; XML helpers. libxml2 reads, never touching the network or other files. */
#include "quiz_io/inside.h"

#include <limits.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "web/markdown.h"

/* ---- XML ---- */

static void first_error(void *line, xmlErrorPtr error)
{
    size_t *broken = line;
    if (!*broken && error && error->line > 0)
        *broken = (size_t)error->line;
}

xmlDoc *xml_parse(Str text, size_t *broken_line)
{
    if (text.len > INT_MAX)
        return NULL;
    /* No DTD from outside, no network, no entity expansion beyond libxml2's own limits (XML_PARSE_HUGE stays off). */
    xmlParserCtxt *context = xmlNewParserCtxt();
    if (!context)
        return NULL;
    xmlSetStructuredErrorFunc(broken_line, first_error);
    xmlDoc *doc = xmlCtxtReadMemory(context, text.at, (int)text.len, NULL, NULL,
                                    XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    xmlSetStructuredErrorFunc(NULL, NULL);
    xmlFreeParserCtxt(context);
    if (doc && !xmlDocGetRootElement(doc)) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    return doc;
}

bool xml_is(const xmlNode *node, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

const xmlNode *markup_child(const xmlNode *node, const char *name)
{
    for (const xmlNode *c = node ? node->children : NULL; c; c = c->next)
        if (xml_is(c, name))
            return c;
    return NULL;
}

static void gather(Buf *out, const xmlNode *node, int depth)
{
    for (const xmlNode *c = node->children; c && depth < 200; c = c->next) {
        if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
            buf_add(out, str_of((const char *)c->content));
        else if (c->type == XML_ELEMENT_NODE)
            gather(out, c, depth + 1);
    }
}

Str markup_text(Arena *arena, const xmlNode *node)
{
    Buf out = buf_new(arena, BOOK_FILE_MAX);
    if (node)
        gather(&out, node, 0);
    return str_trim(buf_str(&out));
}

Str markup_attribute(Arena *arena, const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node && node->type == XML_ELEMENT_NODE ? node->properties : NULL; a; a = a->next)
        if (strcmp((const char *)a->name, name) == 0 && a->children && a->children->content)
            return str_copy(arena, str_of((const char *)a->children->content));
    return (Str){0};
}

size_t xml_line(const xmlNode *node)
{
    long line = xmlGetLineNo(node);
    return line > 0 ? (size_t)line : 0;
}

/* ---- HTML to text ---- */

typedef struct Walk {
    Buf out;
    int breaks;  /* new lines owed before the next words */
    int depth;
    bool plain;  /* no marks of Markdown */
} Walk;

static bool named(const xmlNode *node, const char *const *names)
{
    const char *name = (const char *)node->name;
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

static const char *const blocks[] = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "tr", "blockquote", "pre", NULL};
static const char *const strong[] = {"b", "strong", NULL}, *const emphasis[] = {"i", "em", NULL};
static const char *const silent[] = {"script", "style", "head", "title", "object", "iframe", NULL};

static void owe(Walk *w, int breaks)
{
    w->breaks = breaks > w->breaks ? breaks : w->breaks;
}

static void pay(Walk *w)
{
    while (w->out.len && (w->out.at[w->out.len - 1] == ' ') && w->breaks)
        w->out.len--;
    for (int i = 0; i < w->breaks && w->out.len; i++)
        buf_add_char(&w->out, '\n');
    w->breaks = 0;
}

static void say(Walk *w, const char *text)
{
    bool fresh = !w->out.len || w->breaks;
    for (; *text; text++) {
        char c = *text;
        bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (space && (fresh || w->out.at[w->out.len - 1] == ' '))
            continue;
        if (space) {
            buf_add_char(&w->out, ' ');
            continue;
        }
        pay(w);
        if (!w->plain && (strchr("\\`*_[]<", c) || (fresh && strchr("#>+-", c))))
            buf_add_char(&w->out, '\\');
        buf_add_char(&w->out, c);
        fresh = false;
    }
}

static void walk(Walk *w, const xmlNode *node);

/* "**words**": the marks stand at the words, not at the spaces around them. */
static void walk_marked(Walk *w, const xmlNode *node, const char *mark)
{
    if (!markup_text(w->out.arena, node).len)
        return;
    pay(w);
    buf_add(&w->out, str_of(mark));
    walk(w, node->children);
    while (w->out.at[w->out.len - 1] == ' ')
        w->out.len--;
    buf_add(&w->out, str_of(mark));
}

static void walk_element(Walk *w, const xmlNode *node)
{
    bool block = named(node, blocks), item = strcasecmp((const char *)node->name, "li") == 0;
    if (named(node, silent))
        return;
    if (strcasecmp((const char *)node->name, "br") == 0)
        w->breaks++;
    else if (!w->plain && named(node, strong))
        walk_marked(w, node, "**");
    else if (!w->plain && named(node, emphasis))
        walk_marked(w, node, "*");
    else {
        owe(w, block ? 2 : item ? 1 : 0);
        if (item) {
            pay(w);
            buf_add(&w->out, STR("- "));
        }
        walk(w, node->children);
        owe(w, block ? 2 : item ? 1 : 0);
    }
}

static void walk(Walk *w, const xmlNode *node)
{
    if (++w->depth < 200)
        for (; node; node = node->next) {
            if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
                say(w, (const char *)node->content);
            else if (node->type == XML_ELEMENT_NODE && !strstr((const char *)node->name, "nteraction") && !strstr((const char *)node->name, "eedback"))
                walk_element(w, node);
        }
    w->depth--;
}

Str nodes_to_text(Arena *arena, const xmlNode *first, bool plain)
{
    Walk w = {.out = buf_new(arena, BOOK_FILE_MAX), .plain = plain};
    walk(&w, first);
    return str_trim(buf_str(&w.out));
}

Str html_to_markdown(Arena *arena, Str html)
{
    if (!html.len || html.len > INT_MAX)
        return (Str){0};
    htmlDocPtr doc = htmlReadMemory(html.at, (int)html.len, NULL, "UTF-8",
                                    HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER);
    if (!doc)
        return (Str){0};
    Str text = nodes_to_text(arena, xmlDocGetRootElement(doc), false);
    xmlFreeDoc(doc);
    return text;
}

Str text_to_xhtml(Arena *arena, Str text, Str format)
{
    if (str_eq(format, STR("markdown")))
        return markdown(arena, text).raw;
    Buf out = buf_new(arena, BOOK_FILE_MAX);
    for (Str line, rest; text.len; text = rest) { /* a blank line ends a paragraph, a single end of line breaks it */
        size_t end = str_find(text, STR("\n\n"));
        line = end == SIZE_MAX ? text : str_slice(text, 0, end);
        rest = end == SIZE_MAX ? (Str){0} : str_slice(text, end + 2, text.len);
        buf_add(&out, STR("<p>"));
        for (Str part, more; line.len; line = more) {
            bool cut = str_cut(line, '\n', &part, &more);
            buf_add_xml(&out, part);
            if (cut)
                buf_add(&out, STR("<br/>"));
        }
        buf_add(&out, STR("</p>"));
    }
    return buf_str(&out);
}
