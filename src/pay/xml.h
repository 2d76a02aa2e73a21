/* A little of XML, for files of banks. Only xml.c knows libxml2. */
#pragma once
#include "base/base.h"

typedef struct Xml Xml;         /* a whole document; gone with the arena */
typedef struct XmlNode XmlNode; /* an element in it */

/* No network, no document type, no entities but the five. Codes: statement.xml, statement.dtd. */
Err *xml_read(Arena *arena, Str text, const XmlNode **root);
Str xml_name(const XmlNode *node); /* without its prefix */
Str xml_space(const XmlNode *node); /* its namespace; may be empty */
/* The first child of this name, and the next one after node of this name; NULL when there is none. node may be NULL. */
const XmlNode *xml_child(const XmlNode *node, const char *name);
const XmlNode *xml_next(const XmlNode *node, const char *name);
const XmlNode *xml_first(const XmlNode *node); /* of any name */
const XmlNode *xml_after(const XmlNode *node);
/* Down a path of first children, "TxDtls/Refs/EndToEndId". */
const XmlNode *xml_path(const XmlNode *node, const char *path);
Str xml_text(Arena *arena, const XmlNode *node); /* trimmed; empty for NULL */
Str xml_attribute(Arena *arena, const XmlNode *node, const char *name);

