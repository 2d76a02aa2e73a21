/* .osm and .osm.gz: XML, read as a stream with libxml2; only this file knows it. */
#include "solve/roads/osm.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK_BYTES = 64 * 1024 };
#define UNPACKED_MAX (INT64_C(64) << 30) /* a bomb, or a continent that should come as .pbf */

typedef struct Xml {
    Arena *arena;   /* for the error */
    Arena *element_arena;
    OsmSink sink;
    void *arg;
    xmlParserCtxtPtr parser;
    OsmElement element;
    OsmTag *tags;
    int64_t *refs;
    OsmMember *members;
    bool root_seen;
    Err *err;
    double part;
} Xml;

static void stop(Xml *x, Err *err)
{
    if (!x->err)
        x->err = err;
    xmlStopParser(x->parser);
}

static void refuse(Xml *x, const char *what)
{
    stop(x, err_detail(x->arena, ERR_INVALID, "roads.format", "the .osm file is damaged near line %d: %s",
                       xmlSAX2GetLineNumber(x->parser), what));
}

static Str attribute(const xmlChar **attributes, const char *name)
{
    for (; attributes && attributes[0]; attributes += 2)
        if (strcmp((const char *)attributes[0], name) == 0)
            return str_of((const char *)attributes[1]);
    return (Str){0};
}

static bool whole_attribute(const xmlChar **attributes, const char *name, int64_t *out)
{
    return str_to_int(attribute(attributes, name), out);
}

static bool degree_attribute(const xmlChar **attributes, const char *name, double max, int32_t *out)
{
    double value;
    if (!str_to_real(attribute(attributes, name), &value) || !(value >= -max && value <= max))
        return false;
    *out = (int32_t)(value * 1e7 + (value < 0 ? -0.5 : 0.5));
    return true;
}

static void begin_element(Xml *x, char type, const xmlChar **attributes)
{
    arena_reset(x->element_arena);
    x->tags = NULL, x->members = NULL;
    x->element = (OsmElement){.type = type};
    if (!whole_attribute(attributes, "id", &x->element.id)) {
        refuse(x, "an element has no id");
        return;
    }
    if (type == 'n' && (!degree_attribute(attributes, "lon", 180, &x->element.lon) ||
                        !degree_attribute(attributes, "lat", 90, &x->element.lat)))
        x->element.lon = INT32_MAX; /* deleted in histories: never used */
}

/* Lists double in the element's arena; they are short. */
static void *room(Xml *x, void *list, size_t len, size_t size)
{
    if (len > 0 && (len & (len - 1)) != 0)
        return list;
    void *more = arena_alloc(x->element_arena, (len ? len * 2 : 1) * size);
    if (len)
        memcpy(more, list, len * size);
    return more;
}

static void add_tag(Xml *x, const xmlChar **attributes)
{
    size_t len = x->element.tag_len;
    if (len >= OSM_TAGS_MAX)
        return;
    x->tags = room(x, x->tags, len, sizeof *x->tags);
    x->tags[len] = (OsmTag){str_copy(x->element_arena, attribute(attributes, "k")),
                            str_copy(x->element_arena, attribute(attributes, "v"))};
    x->element.tag_len++;
}

static void add_ref(Xml *x, const xmlChar **attributes)
{
    int64_t ref;
    size_t len = x->element.ref_len;
    if (!whole_attribute(attributes, "ref", &ref)) {
        refuse(x, "a nd has no ref");
        return;
    }
    if (len >= OSM_REFS_MAX) {
        refuse(x, "a way is absurdly long");
        return;
    }
    x->refs = room(x, x->refs, len, sizeof *x->refs);
    x->refs[len] = ref;
    x->element.ref_len++;
}

static void add_member(Xml *x, const xmlChar **attributes)
{
    int64_t id;
    size_t len = x->element.member_len;
    Str type = attribute(attributes, "type");
    if (len >= OSM_MEMBERS_MAX || type.len == 0 || !whole_attribute(attributes, "ref", &id))
        return;
    x->members = room(x, x->members, len, sizeof *x->members);
    x->members[len] = (OsmMember){id, type.at[0], str_copy(x->element_arena, attribute(attributes, "role"))};
    x->element.member_len++;
}

static void on_start(void *arg, const xmlChar *xml_name, const xmlChar **attributes)
{
    Xml *x = arg;
    const char *name = (const char *)xml_name;
    if (!x->root_seen) {
        x->root_seen = true;
        if (strcmp(name, "osm") != 0)
            refuse(x, "its outermost element is not <osm>");
        return;
    }
    if (strcmp(name, "node") == 0)
        begin_element(x, 'n', attributes);
    else if (strcmp(name, "way") == 0)
        begin_element(x, 'w', attributes);
    else if (strcmp(name, "relation") == 0)
        begin_element(x, 'r', attributes);
    else if (x->element.type && strcmp(name, "tag") == 0)
        add_tag(x, attributes);
    else if (x->element.type == 'w' && strcmp(name, "nd") == 0)
        add_ref(x, attributes);
    else if (x->element.type == 'r' && strcmp(name, "member") == 0)
        add_member(x, attributes);
}

static void on_end(void *arg, const xmlChar *xml_name)
{
    Xml *x = arg;
    const char *name = (const char *)xml_name;
    if (!x->element.type || x->err || (strcmp(name, "node") != 0 && strcmp(name, "way") != 0 && strcmp(name, "relation") != 0))
        return;
    x->element.tags = x->tags;
    x->element.refs = x->refs;
    x->element.members = x->members;
    Err *err = x->sink(x->arg, &x->element, x->part);
    x->element.type = 0;
    if (err)
        stop(x, err);
}

static xmlEntityPtr no_entity(void *arg, const xmlChar *name)
{
    (void)arg;
    return xmlGetPredefinedEntity(name); /* &amp; and the like; an OSM file declares none of its own */
}

static void quiet(void *arg, const char *format, ...)
{
    (void)arg, (void)format;
}

static Err *feed(Xml *x, const char *at, int len, bool last)
{
    int code = xmlParseChunk(x->parser, at, len, last);
    if (x->err)
        return x->err;
    if (code != XML_ERR_OK)
        refuse(x, "it is not well-formed XML");
    return x->err;
}

static Err *feed_gzip(Xml *x, Str bytes)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes.at};
    char *chunk = arena_alloc(x->arena, CHUNK_BYTES);
    size_t taken = 0;
    int64_t unpacked = 0;
    Err *err = NULL;
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return err_detail(x->arena, ERR_BROKEN, "roads.format", "zlib does not start");
    for (int state = Z_OK; !err && !(state == Z_STREAM_END && z.avail_in == 0 && taken == bytes.len);) {
        if (z.avail_in == 0 && taken < bytes.len) {
            size_t piece = bytes.len - taken < (1 << 20) ? bytes.len - taken : 1 << 20;
            z.avail_in = (uInt)piece;
            taken += piece;
        }
        if (state == Z_STREAM_END && inflateReset(&z) != Z_OK) /* members in a row are one file */
            break;
        z.next_out = (Bytef *)chunk;
        z.avail_out = CHUNK_BYTES;
        state = inflate(&z, Z_NO_FLUSH);
        int len = CHUNK_BYTES - (int)z.avail_out;
        unpacked += len;
        x->part = (double)taken / (double)bytes.len;
        if ((state != Z_OK && state != Z_STREAM_END) || unpacked > UNPACKED_MAX)
            err = err_detail(x->arena, ERR_INVALID, "roads.format", "the gzip file is damaged or far too large");
        else
            err = feed(x, chunk, len, false);
    }
    inflateEnd(&z);
    return err;
}

static Err *feed_plain(Xml *x, Str bytes)
{
    for (size_t at = 0; at < bytes.len; at += CHUNK_BYTES) {
        size_t len = bytes.len - at < CHUNK_BYTES ? bytes.len - at : CHUNK_BYTES;
        x->part = (double)at / (double)bytes.len;
        TRY(feed(x, bytes.at + at, (int)len, false));
    }
    return NULL;
}

Err *osm_read_xml(Arena *arena, Str bytes, OsmSink sink, void *arg)
{
    Xml x = {.arena = arena, .element_arena = arena_new(), .sink = sink, .arg = arg};
    xmlSAXHandler handler = {.startElement = on_start, .endElement = on_end, .getEntity = no_entity, .error = quiet,
                             .warning = quiet, .fatalError = quiet};
    x.parser = xmlCreatePushParserCtxt(&handler, &x, NULL, 0, NULL);
    if (!x.parser) {
        arena_free(x.element_arena);
        return err_detail(arena, ERR_BROKEN, "roads.format", "libxml2 does not start");
    }
    xmlCtxtUseOptions(x.parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool gzip = bytes.len > 2 && (uint8_t)bytes.at[0] == 0x1f && (uint8_t)bytes.at[1] == 0x8b;
    Err *err = gzip ? feed_gzip(&x, bytes) : feed_plain(&x, bytes);
    if (!err)
        err = feed(&x, "", 0, true);
    if (!err && !x.root_seen)
        err = err_detail(arena, ERR_INVALID, "roads.format", "the file is empty");
    xmlFreeParserCtxt(x.parser);
    arena_free(x.element_arena);
    return err;
}

/* ---- either kind, from a path ---- */

Str osm_tag(const OsmElement *element, const char *key)
{
    for (size_t i = 0; i < element->tag_len; i++)
        if (str_eq(element->tags[i].key, str_of(key)))
            return element->tags[i].value;
    return (Str){0};
}

static bool looks_like_pbf(Str bytes)
{
    return bytes.len > 16 && bytes.at[0] == 0 && bytes.at[1] == 0 && str_find(str_slice(bytes, 0, 64), STR("OSMHeader")) < 64;
}

Err *osm_read(Arena *arena, const char *path, OsmSink sink, void *arg)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info = {0};
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        bool missing = fd < 0 && errno == ENOENT;
        Err *err = err_detail(arena, missing ? ERR_MISSING : ERR_BROKEN, missing ? "file.missing" : "file.unreadable", "%s", path);
        if (fd >= 0)
            close(fd);
        return err;
    }
    if (info.st_size == 0) {
        close(fd);
        return err_detail(arena, ERR_INVALID, "roads.format", "the file is empty");
    }
    void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s", path);
    Str bytes = {map, (size_t)info.st_size};
    Err *err = looks_like_pbf(bytes) ? osm_read_pbf(arena, bytes, sink, arg) : osm_read_xml(arena, bytes, sink, arg);
    munmap(map, (size_t)info.st_size);
    return err;
}
