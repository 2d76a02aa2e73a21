/* Reading XML through libxml2's tree. */
#include "pay/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/text.h"

static void doc_free(void *doc)
{
    xmlFreeDoc(doc);
}

/* Nothing outside of the document is ever opened, whatever an option would allow. */
static xmlParserInputPtr open_nothing(const char *url, const char *id, xmlParserCtxtPtr context)
{
    (void)url, (void)id, (void)context;
    return NULL;
}

static void start(void)
{
    static bool started; /* xmlInitParser may be called by several threads; a second call does nothing */
    if (__atomic_exchange_n(&started, true, __ATOMIC_SEQ_CST))
        return;
    xmlInitParser();
    xmlSetExternalEntityLoader(open_nothing);
}

Err *xml_read(Arena *arena, Str text, const XmlNode **root)
{
    start();
    *root = NULL;
    if (!text.len || text.len > INT32_MAX)
        return err_new(arena, ERR_INVALID, "statement.xml");
    if (str_find(text, STR("<!DOCTYPE")) != SIZE_MAX || str_find(text, STR("<!ENTITY")) != SIZE_MAX)
        return err_new(arena, ERR_INVALID, "statement.dtd");
    xmlDocPtr doc = xmlReadMemory(text.at, (int)text.len, "statement.xml", NULL,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    if (!doc)
        return err_new(arena, ERR_INVALID, "statement.xml");
    arena_on_reset(arena, doc_free, doc);
    if (doc->intSubset || doc->extSubset) /* written in another encoding, past the look above */
        return err_new(arena, ERR_INVALID, "statement.dtd");
    *root = (const XmlNode *)xmlDocGetRootElement(doc);
    return *root ? NULL : err_new(arena, ERR_INVALID, "statement.xml");
}

static const xmlNode *raw(const XmlNode *node)
{
    return (const xmlNode *)node;
}

static Str of_xml(const xmlChar *text)
{
    return str_of((const char *)text);
}

Str xml_name(const XmlNode *node)
{
    return node ? of_xml(raw(node)->name) : (Str){0};
}

Str xml_space(const XmlNode *node)
{
    return node && raw(node)->ns ? of_xml(raw(node)->ns->href) : (Str){0};
}

static const XmlNode *from_here(const xmlNode *at, const char *name)
{
    for (; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && (!name || strcmp((const char *)at->name, name) == 0))
            return (const XmlNode *)at;
    return NULL;
}

const XmlNode *xml_child(const XmlNode *node, const char *name)
{
    return node ? from_here(raw(node)->children, name) : NULL;
}

const XmlNode *xml_next(const XmlNode *node, const char *name)
{
    return node ? from_here(raw(node)->next, name) : NULL;
}

const XmlNode *xml_first(const XmlNode *node)
{
    return node ? from_here(raw(node)->children, NULL) : NULL;
}

const XmlNode *xml_after(const XmlNode *node)
{
    return node ? from_here(raw(node)->next, NULL) : NULL;
}

const XmlNode *xml_path(const XmlNode *node, const char *path)
{
    char name[64];
    while (node && *path) {
        size_t len = strcspn(path, "/");
        if (len >= sizeof name)
            return NULL;
        memcpy(name, path, len);
        name[len] = 0;
        node = xml_child(node, name);
        path += len + (path[len] == '/');
    }
    return node;
}

static Str taken(Arena *arena, xmlChar *text)
{
    Str out = str_trim(str_of((const char *)text));
    out = utf8_clean(arena, utf8_cut(out, 4000));
    xmlFree(text);
    return out;
}

Str xml_text(Arena *arena, const XmlNode *node)
{
    return node ? taken(arena, xmlNodeGetContent(raw(node))) : (Str){0};
}

Str xml_attribute(Arena *arena, const XmlNode *node, const char *name)
{
    xmlChar *text = node ? xmlGetNoNsProp(raw(node), (const xmlChar *)name) : NULL;
    return text ? taken(arena, text) : (Str){0};
}
