/* QTI 3 content packages (1EdTech Content Packaging): a ZIP with imsmanifest.xml, one file for each item, and its pictures. */
#include "quiz_io/package.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "quiz_io/size.h"

#define MANIFEST STR("imsmanifest.xml")
#define MANIFEST_SPACE "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
#define ITEM_SPACE "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"

/* ---- reading ---- */

static Err *damaged(Arena *arena)
{
    return err_new(arena, ERR_INVALID, "book.archive");
}

static int in_memory(Str file)
{
    int fd = memfd_create("package", MFD_CLOEXEC);
    while (fd >= 0 && file.len) {
        ssize_t put = write(fd, file.at, file.len);
        if (put <= 0) {
            close(fd);
            return -1;
        }
        file = str_slice(file, (size_t)put, file.len);
    }
    return fd;
}

/* One file of it; together no more than BOOK_UNPACKED_MAX, whatever the directory claims. */
static Err *unpack(Book *book, Str name, size_t max, Str *out)
{
    Package *p = book->package;
    const ZipEntry *entry = zip_find(p->zip, name);
    if (!entry)
        return err_arg(book->arena, err_new(book->arena, ERR_INVALID, "book.missing_file"), "file", name);
    if (entry->size > (int64_t)max || p->unpacked + (size_t)entry->size > BOOK_UNPACKED_MAX)
        return err_arg(book->arena, err_new(book->arena, ERR_INVALID, "book.large_file"), "file", name);
    p->unpacked += (size_t)entry->size;
    return zip_read(p->zip, entry, max, out) ? damaged(book->arena) : NULL;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at && (c < '0' || c > '9' ? (c | 0x20) >= 'a' : true) ? (int)(at - digits) : -1;
}

/* An address inside the package, from the folder of the file that says it: "../images/leaf%201.png". */
Str package_path(Arena *arena, Str from, Str href)
{
    Buf out = buf_new(arena, ZIP_NAME_MAX + 1);
    size_t cut = 0;
    for (size_t i = 0; i < from.len; i++)
        cut = from.at[i] == '/' ? i : cut;
    buf_add(&out, str_slice(from, 0, cut));
    for (Str part, rest = href; rest.len && !out.overflowed; ) {
        str_cut(rest, '/', &part, &rest);
        if (!part.len || str_eq(part, STR(".")))
            continue;
        if (str_eq(part, STR(".."))) {
            while (out.len && out.at[--out.len] != '/')
                ;
            continue;
        }
        if (out.len)
            buf_add_char(&out, '/');
        for (size_t i = 0; i < part.len; i++) {
            bool escaped = part.at[i] == '%' && i + 2 < part.len && hex(part.at[i + 1]) >= 0 && hex(part.at[i + 2]) >= 0;
            buf_add_char(&out, escaped ? (char)(hex(part.at[i + 1]) * 16 + hex(part.at[i + 2])) : part.at[i]);
            i += escaped ? 2 : 0;
        }
    }
    return buf_str(&out);
}

Err *package_picture(Book *book, Str href, Str *media, int64_t *width, int64_t *height)
{
    Str name, bytes;
    if (!book->package)
        return err_new(book->arena, ERR_INVALID, "book.picture");
    name = package_path(book->arena, book->package->here, href);
    for (size_t i = 0; i < book->pictures_len; i++)
        if (str_eq(book->pictures[i].name, name) && picture_size(book->pictures[i].bytes, width, height)) {
            *media = str_format(book->arena, "picture:%zu", i);
            return NULL;
        }
    TRY(unpack(book, name, BOOK_PICTURE_BYTES, &bytes));
    return book_picture(book, name, bytes, media, width, height);
}

/* What the notes of one file say is told with the file's name: lines are lines of it. */
static void name_notes(Book *book, size_t from, Str name)
{
    for (size_t i = from; i < book->notes_len; i++)
        book->notes[i].name = str_format(book->arena, "%.*s%s%.*s", STR_ARG(name), book->notes[i].name.len ? ": " : "", STR_ARG(book->notes[i].name));
}

static void item_file(Book *book, Str name)
{
    Str text;
    size_t notes = book->notes_len, broken = 0;
    Err *err = unpack(book, name, BOOK_ITEM_BYTES, &text);
    xmlDoc *doc = err ? NULL : xml_parse(text, &broken);
    book->package->here = name;
    if (doc)
        qti_read(book, doc, broken);
    else
        book_note(book, broken ? broken : 1, (Str){0}, true, err ? err : err_arg(book->arena, err_new(book->arena, ERR_INVALID, "book.xml"), "line", str_format(book->arena, "%zu", broken)));
    xmlFreeDoc(doc);
    name_notes(book, notes, name);
}

/* Items in the order of the manifest; tests, sections and pictures are not items. */
static size_t resources(Book *book, const xmlNode *node, Str manifest, int depth)
{
    size_t items = 0;
    for (const xmlNode *c = node ? node->children : NULL; c && depth < 10; c = c->next) {
        Str href = xml_is(c, "resource") ? markup_attribute(book->arena, c, "href") : (Str){0};
        bool item = href.len && str_find(markup_attribute(book->arena, c, "type"), STR("imsqti_item")) != SIZE_MAX;
        if (item && items < BOOK_QUESTIONS_MAX)
            item_file(book, package_path(book->arena, manifest, href));
        items += item + resources(book, c, manifest, depth + 1);
    }
    return items;
}

static Err *by_manifest(Book *book, Str name, size_t *items)
{
    Str text;
    size_t broken = 0;
    TRY(unpack(book, name, BOOK_ITEM_BYTES, &text));
    xmlDoc *doc = xml_parse(text, &broken);
    if (!doc)
        return damaged(book->arena);
    *items = resources(book, xmlDocGetRootElement(doc), name, 0);
    xmlFreeDoc(doc);
    return NULL;
}

/* The manifest stands at the top, or in the one folder that somebody packed. */
static Str manifest_find(const ZipIn *zip)
{
    Str best = {0};
    for (size_t i = 0; i < zip->len; i++) {
        Str name = zip->entries[i].name;
        bool is = str_eq(name, MANIFEST) || str_ends(name, STR("/imsmanifest.xml"));
        if (is && (!best.len || name.len < best.len))
            best = name;
    }
    return best;
}

/* Without a manifest: whatever is called .xml and holds an item. */
static void by_looking(Book *book)
{
    const ZipIn *zip = book->package->zip;
    for (size_t i = 0; i < zip->len && i < BOOK_QUESTIONS_MAX; i++)
        if (str_ends(zip->entries[i].name, STR(".xml")))
            item_file(book, zip->entries[i].name);
}

static Err *read_zip(Book *book)
{
    size_t items = 0;
    Str manifest = manifest_find(book->package->zip);
    if (manifest.len)
        TRY(by_manifest(book, manifest, &items));
    if (!items)
        by_looking(book);
    return NULL;
}

Err *package_read(Book *book, Str file)
{
    Package package = {0};
    int fd = in_memory(file);
    if (fd < 0)
        return damaged(book->arena);
    Err *err = zip_in_open_loose(book->arena, fd, &package.zip) ? damaged(book->arena) : NULL;
    if (!err) {
        book->package = &package;
        err = read_zip(book);
        book->package = NULL;
        zip_in_close(package.zip);
    }
    close(fd);
    return err;
}

/* ---- writing ---- */

static void resource(Buf *out, const char *kind, Str id, Str href, Str picture)
{
    buf_addf(out, "    <resource identifier=\"%.*s\" type=\"imsqti_%s_xmlv3p0\" href=\"%.*s\">\n      <file href=\"%.*s\"/>\n", STR_ARG(id), kind, STR_ARG(href), STR_ARG(href));
    if (picture.len)
        buf_addf(out, "      <file href=\"%.*s\"/>\n", STR_ARG(picture));
    buf_add(out, STR("    </resource>\n"));
}

static Err *put_file(ZipOut *zip, const char *name, Str bytes, bool pack)
{
    TRY(zip_out_begin(zip, name, pack));
    TRY(zip_out_write(zip, bytes));
    return zip_out_end(zip);
}

static const char *picture_extension(Str bytes)
{
    return str_starts(bytes, STR("\x89PNG")) ? "png" : str_starts(bytes, STR("GIF8")) ? "gif" : "jpg";
}

typedef struct Writing {
    Arena *arena;
    const BookWrite *write;
    Book *book;
    ZipOut *zip;
    Buf manifest, test;
} Writing;

static Err *put_item(Writing *w, size_t number)
{
    const Question *q = &w->write->questions[number - 1];
    Str id = str_format(w->arena, "ITEM%zu", number), href = str_format(w->arena, "items/item-%04zu.xml", number);
    QtiPicture picture = {0};
    Buf out = buf_new(w->arena, BOOK_FILE_MAX);
    buf_add(&out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    if (q->media.len && w->write->picture && w->write->picture(w->write->picture_arg, w->arena, q->media, &picture.bytes) &&
        picture_size(picture.bytes, &picture.width, &picture.height))
        picture.name = str_format(w->arena, "images/picture-%04zu.%s", number, picture_extension(picture.bytes));
    if (!qti_item_write(&out, q, number, &picture, w->book))
        return NULL;
    TRY(put_file(w->zip, str_z(w->arena, href), buf_str(&out), true));
    if (picture.name.len)
        TRY(put_file(w->zip, str_z(w->arena, picture.name), picture.bytes, false));
    resource(&w->manifest, "item", id, href, picture.name);
    buf_addf(&w->test, "      <qti-assessment-item-ref identifier=\"%.*s\" href=\"%.*s\"/>\n", STR_ARG(id), STR_ARG(href));
    return NULL;
}

static void begin(Writing *w)
{
    Buf title = buf_new(w->arena, 2000);
    buf_add_xml(&title, w->write->title.len ? w->write->title : STR("Quiz"));
    w->manifest = buf_new(w->arena, BOOK_FILE_MAX);
    w->test = buf_new(w->arena, BOOK_FILE_MAX);
    buf_add(&w->manifest, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"" MANIFEST_SPACE "\" identifier=\"MANIFEST\">\n"
                              "  <metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n  <organizations/>\n  <resources>\n"));
    resource(&w->manifest, "test", STR("TEST"), STR("test.xml"), (Str){0});
    buf_addf(&w->test, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-test xmlns=\"" ITEM_SPACE "\" identifier=\"TEST\" title=\"%.*s\">\n"
                       "  <qti-test-part identifier=\"PART\" navigation-mode=\"nonlinear\" submission-mode=\"simultaneous\">\n"
                       "    <qti-assessment-section identifier=\"SECTION\" title=\"%.*s\" visible=\"true\">\n", STR_ARG(buf_str(&title)), STR_ARG(buf_str(&title)));
}

static Err *put_all(Writing *w)
{
    begin(w);
    for (size_t i = 1; i <= w->write->len; i++)
        TRY(put_item(w, i));
    buf_add(&w->manifest, STR("  </resources>\n</manifest>\n"));
    buf_add(&w->test, STR("    </qti-assessment-section>\n  </qti-test-part>\n</qti-assessment-test>\n"));
    TRY(put_file(w->zip, "test.xml", buf_str(&w->test), true));
    return put_file(w->zip, "imsmanifest.xml", buf_str(&w->manifest), true);
}

static Err *take_back(Arena *arena, int fd, Str *file)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0 || size > BOOK_FILE_MAX)
        return err_new(arena, ERR_INVALID, "book.too_many");
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    size_t len = 0;
    for (ssize_t got; len < (size_t)size && (got = pread(fd, bytes + len, (size_t)size - len, (off_t)len)) > 0;)
        len += (size_t)got;
    *file = (Str){bytes, len};
    return len == (size_t)size ? NULL : damaged(arena);
}

Err *package_write(Arena *arena, const BookWrite *write, Book *book, Str *file)
{
    Writing w = {.arena = arena, .write = write, .book = book};
    int fd = memfd_create("package", MFD_CLOEXEC);
    if (fd < 0)
        return damaged(arena);
    Err *err = zip_out_open(arena, fd, &w.zip);
    if (!err) {
        err = put_all(&w);
        Err *closed = zip_out_close(w.zip);
        err = err ? err : closed;
    }
    if (!err)
        err = take_back(arena, fd, file);
    close(fd);
    return err;
}
