/* embed: puts stylesheets, scripts and pictures into the program: embed --out assets.c FILE ... writes assets.c and
   assets.h. All .css become one style.css (src/web first); "./x.js" in a script becomes the hashed address of x.js;
   icons.svg becomes a table of symbols. Everything that shrinks is compressed here, once. */
#include <brotli/encode.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/base.h"
#include "base/file.h"

enum { FILES_MAX = 2000, FILE_BYTES_MAX = 32 << 20, STYLE_GZIP_MAX = 14 * 1024 };

typedef struct File {
    const char *path; /* NULL: the joined stylesheet */
    Str name, content, url;
    const char *type;
    bool hashing; /* a script that is being worked on: meeting it again is a circle */
} File;

typedef struct Maker {
    Arena *arena;
    File *files;
    size_t len;
    Str icons; /* icons.svg, when there is one */
} Maker;

static _Noreturn void complain(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static _Noreturn void complain(const char *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", path);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static Str read_whole(Arena *arena, const char *path)
{
    Str content;
    Err *err = file_read(arena, path, FILE_BYTES_MAX, &content);
    if (err) {
        Str text = err_text(arena, err);
        complain(path, "%.*s", STR_ARG(text));
    }
    return content;
}

static const char *type_of(const char *path, Str name)
{
    static const char *const types[][2] = {
        {".css", "text/css; charset=utf-8"},   {".js", "text/javascript; charset=utf-8"}, {".mjs", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},             {".png", "image/png"},                     {".webp", "image/webp"},
        {".ico", "image/x-icon"},              {".jpg", "image/jpeg"},                    {".json", "application/json"},
        {".wasm", "application/wasm"},         {".txt", "text/plain; charset=utf-8"},     {".vtt", "text/vtt; charset=utf-8"},
        {".map", "application/json"},          {".woff2", "font/woff2"},                  {".webmanifest", "application/manifest+json"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_of(types[i][0])))
            return types[i][1];
    complain(path, "this kind of file has no known type. Add it to tools/embed.c or move the file out of assets/.");
}

/* ---- stylesheets ---- */

/* Drops comments and white space nobody needs; what stands in quotes stays. */
static Str css_shorten(Arena *arena, Str css)
{
    Buf out = buf_new(arena, css.len + 1);
    bool space = false;
    for (size_t i = 0; i < css.len; i++) {
        char c = css.at[i];
        char last = out.len ? out.at[out.len - 1] : '{';
        if (str_starts(str_slice(css, i, css.len), STR("/*"))) {
            size_t end = str_find(str_slice(css, i + 2, css.len), STR("*/"));
            i = end == SIZE_MAX ? css.len : i + 2 + end + 1;
            space = true;
        } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            space = true;
        } else {
            if (c == '}' && last == ';')
                out.len--;
            else if (space && !strchr("{};,>:", last) && !strchr("{};,>", c))
                buf_add_char(&out, ' ');
            space = false;
            buf_add_char(&out, c);
            if (c != '"' && c != '\'')
                continue;
            for (i++; i < css.len && css.at[i] != c; i++)
                buf_add_char(&out, css.at[i]);
            buf_add_char(&out, c);
        }
    }
    return buf_str(&out);
}

static int by_style_order(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int web = !strncmp(y, "src/web/", 8) - !strncmp(x, "src/web/", 8);
    return web ? web : strcmp(x, y);
}

static void add_style(Maker *m, const char **paths, size_t len)
{
    qsort(paths, len, sizeof *paths, by_style_order);
    Buf out = buf_new(m->arena, 4u << 20);
    for (size_t i = 0; i < len; i++)
        buf_add(&out, css_shorten(m->arena, read_whole(m->arena, paths[i])));
    m->files[m->len++] = (File){.name = STR("style.css"), .content = buf_str(&out), .type = "text/css; charset=utf-8"};
}

/* ---- addresses ---- */

static File *find_file(Maker *m, Str name)
{
    for (size_t i = 0; i < m->len; i++)
        if (str_eq(m->files[i].name, name))
            return &m->files[i];
    return NULL;
}

static void give_address(Maker *m, File *file);

/* Where the next "./ or './ begins; SIZE_MAX: nowhere. */
static size_t next_link(Str text)
{
    size_t twice = str_find(text, STR("\"./")), once = str_find(text, STR("'./"));
    return twice < once ? twice : once;
}

/* "./x.js" and './x.js' become the address of x.js. */
static Str script_links(Maker *m, File *file)
{
    Buf out = buf_new(m->arena, file->content.len * 2 + 4096);
    Str rest = file->content;
    for (;;) {
        size_t at = next_link(rest);
        if (at == SIZE_MAX)
            break;
        Str name, after;
        char quote = rest.at[at];
        bool closed = str_cut(str_slice(rest, at + 3, rest.len), quote, &name, &after);
        File *other = closed && str_ends(name, STR(".js")) ? find_file(m, name) : NULL;
        if (closed && str_ends(name, STR(".js")) && !other)
            complain(file->path, "it imports %c./%.*s%c, which is no asset. Correct the name.", quote, STR_ARG(name), quote);
        buf_add(&out, str_slice(rest, 0, at + 1));
        rest = other ? after : str_slice(rest, at + 1, rest.len);
        if (!other)
            continue;
        if (other->hashing)
            complain(file->path, "it imports \"./%.*s\", which imports it back. Move what both need into a third file.", STR_ARG(name));
        give_address(m, other);
        buf_add(&out, other->url);
        buf_add_char(&out, quote);
    }
    buf_add(&out, rest);
    return buf_str(&out);
}

static void give_address(Maker *m, File *file)
{
    if (file->url.len)
        return;
    file->hashing = true;
    if (str_ends(file->name, STR(".js")))
        file->content = script_links(m, file);
    file->hashing = false;
    unsigned char hash[16];
    char hex[11];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)file->content.at, file->content.len, NULL, 0);
    for (int i = 0; i < 5; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    size_t dot = file->name.len;
    while (dot > 0 && file->name.at[dot - 1] != '.')
        dot--;
    Str stem = str_slice(file->name, 0, dot ? dot - 1 : file->name.len);
    file->url = str_format(m->arena, "/assets/%.*s.%s.%.*s", STR_ARG(stem), hex, STR_ARG(str_slice(file->name, dot, file->name.len)));
}

/* ---- compressing ---- */

static Str gzip(Arena *arena, Str content)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        complain("embed", "zlib does not start.");
    size_t room = deflateBound(&z, content.len);
    unsigned char *out = arena_alloc(arena, room);
    z.next_in = (Bytef *)(uintptr_t)content.at;
    z.avail_in = (uInt)content.len;
    z.next_out = out;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        complain("embed", "zlib does not finish.");
    deflateEnd(&z);
    return (Str){(char *)out, room - z.avail_out};
}

static Str brotli(Arena *arena, Str content)
{
    size_t len = BrotliEncoderMaxCompressedSize(content.len) + 64;
    uint8_t *out = arena_alloc(arena, len);
    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT, content.len, (const uint8_t *)content.at,
                               &len, out))
        complain("embed", "brotli does not finish.");
    return (Str){(char *)out, len};
}

/* ---- writing ---- */

static void c_name(Buf *out, Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        buf_add_char(out, good ? c : '_');
    }
}

static void c_bytes(Buf *out, Str bytes)
{
    static const char digits[] = "01234567";
    buf_add(out, STR("STR(\""));
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if (i && i % 4000 == 0)
            buf_add(out, STR("\"\n\""));
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '?') {
            buf_add_char(out, (char)c);
        } else {
            char octal[4] = {'\\', digits[c >> 6], digits[c >> 3 & 7], digits[c & 7]};
            buf_add(out, (Str){octal, 4});
        }
    }
    buf_add(out, STR("\")"));
}

static void write_file(Maker *m, const File *file, Buf *c, Buf *h)
{
    bool packed = strstr("image/png image/webp image/jpeg font/woff2", file->type) != NULL;
    Str gz = packed ? (Str){0} : gzip(m->arena, file->content), br = packed ? (Str){0} : brotli(m->arena, file->content);
    if (str_eq(file->name, STR("style.css")) && gz.len > STYLE_GZIP_MAX)
        complain("style.css", "all stylesheets together are %zu bytes compressed; %d is the most a slow phone should load. Shorten them.",
                 gz.len, STYLE_GZIP_MAX);
    buf_add(h, STR("extern const Asset asset_"));
    c_name(h, file->name);
    buf_add(h, STR(";\n"));
    buf_add(c, STR("const Asset asset_"));
    c_name(c, file->name);
    buf_addf(c, " = {\"%.*s\", {\"%.*s\", %zu}, {\"%s\", %zu},\n    ", STR_ARG(file->name), STR_ARG(file->url), file->url.len, file->type,
             strlen(file->type));
    c_bytes(c, file->content);
    buf_add(c, STR(",\n    "));
    c_bytes(c, gz.len < file->content.len ? gz : (Str){0});
    buf_add(c, STR(",\n    "));
    c_bytes(c, br.len < file->content.len ? br : (Str){0});
    buf_add(c, STR("};\n"));
}

static int by_url(const void *a, const void *b)
{
    return str_compare(((const File *)a)->url, ((const File *)b)->url);
}

typedef struct Symbol {
    Str name, text;
} Symbol;

static int by_name(const void *a, const void *b)
{
    return str_compare(((const Symbol *)a)->name, ((const Symbol *)b)->name);
}

/* Each <symbol id="x" ...>...</symbol> of icons.svg becomes icon x, its id "i-x" in the page. */
static void write_icons(Maker *m, Buf *c, Buf *h)
{
    Symbol *symbols = NEW_ARRAY(m->arena, Symbol, 256);
    size_t len = 0;
    Str rest = m->icons;
    for (;;) {
        size_t from = str_find(rest, STR("<symbol id=\""));
        if (from == SIZE_MAX)
            break;
        rest = str_slice(rest, from + 12, rest.len);
        size_t end = str_find(rest, STR("</symbol>"));
        Str name, tail;
        if (end == SIZE_MAX || !str_cut(str_slice(rest, 0, end), '"', &name, &tail) || len == 256)
            complain("icons.svg", "an unclosed <symbol>, or more than 256 of them.");
        symbols[len++] = (Symbol){name, str_format(m->arena, "<symbol id=\"i-%.*s\"%.*s</symbol>", STR_ARG(name), STR_ARG(tail))};
        rest = str_slice(rest, end, rest.len);
    }
    qsort(symbols, len, sizeof *symbols, by_name);
    buf_add(h, STR("enum {\n"));
    buf_add(c, STR("const Icon house_icons[] = {\n"));
    for (size_t i = 0; i < len; i++) {
        buf_add(h, STR("    ICON_"));
        c_name(h, symbols[i].name);
        buf_addf(h, " = %zu,\n", i);
        buf_addf(c, "    {\"%.*s\", ", STR_ARG(symbols[i].name));
        c_bytes(c, symbols[i].text);
        buf_add(c, STR("},\n"));
    }
    buf_add(h, STR("    ICON_NONE = -1\n};\n"));
    buf_addf(c, "    {0}};\nconst size_t house_icons_len = %zu;\n", len);
}

static void write_if_new(Arena *arena, const char *path, Str content)
{
    Str old;
    if (!file_read(arena, path, FILE_BYTES_MAX, &old) && str_eq(old, content))
        return; /* every page depends on the header: leave it alone when no name changed */
    Err *err = file_write(arena, path, content, 0644);
    if (err) {
        Str text = err_text(arena, err);
        complain(path, "%.*s", STR_ARG(text));
    }
}

static void write_all(Maker *m, const char *out_path)
{
    Buf c = buf_new(m->arena, (size_t)1 << 30), h = buf_new(m->arena, 1u << 20);
    buf_add(&h, STR("/* Made by embed. */\n#pragma once\n#include \"web/asset.h\"\n\n"));
    buf_add(&c, STR("/* Made by embed. */\n#include \"assets.h\"\n\n"));
    for (size_t i = 0; i < m->len; i++)
        give_address(m, &m->files[i]);
    qsort(m->files, m->len, sizeof *m->files, by_url);
    for (size_t i = 0; i < m->len; i++)
        write_file(m, &m->files[i], &c, &h);
    buf_add(&c, STR("const Asset *const house_assets[] = {"));
    for (size_t i = 0; i < m->len; i++) {
        buf_add(&c, STR("&asset_"));
        c_name(&c, m->files[i].name);
        buf_add(&c, STR(", "));
    }
    buf_addf(&c, "NULL};\nconst size_t house_assets_len = %zu;\n", m->len);
    write_icons(m, &c, &h);
    Str header = str_format(m->arena, "%.*sh", (int)strlen(out_path) - 1, out_path);
    write_if_new(m->arena, header.at, buf_str(&h));
    Err *err = file_write(m->arena, out_path, buf_str(&c), 0644);
    if (err)
        complain(out_path, "it cannot be written.");
}

int main(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "--out") != 0) {
        fputs("usage: embed --out FILE.c FILE ...\n", stderr);
        return 2;
    }
    if (sodium_init() < 0)
        complain("embed", "libsodium does not start.");
    Arena *arena = arena_new();
    Maker m = {.arena = arena, .files = NEW_ARRAY(arena, File, FILES_MAX + 1)};
    const char **styles = NEW_ARRAY(arena, const char *, (size_t)argc);
    size_t styles_len = 0;
    for (int i = 3; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        Str name = str_of(slash ? slash + 1 : argv[i]);
        if (str_ends(name, STR(".css"))) {
            styles[styles_len++] = argv[i];
        } else if (str_eq(name, STR("icons.svg"))) {
            m.icons = read_whole(arena, argv[i]);
        } else {
            File *same = find_file(&m, name);
            if (same)
                complain(argv[i], "another asset has this name: %s. Names are one list over the whole house; rename it.", same->path);
            if (m.len == FILES_MAX)
                complain(argv[i], "more than %d assets.", FILES_MAX);
            m.files[m.len++] = (File){.path = argv[i], .name = name, .content = read_whole(arena, argv[i]), .type = type_of(argv[i], name)};
        }
    }
    add_style(&m, styles, styles_len);
    write_all(&m, argv[2]);
    arena_free(arena);
    return 0;
}
