/* tplgen: compiles page templates to C, escaped by type and by place. See docs/house.md, Pages.
   tplgen --name market --out build/gen/market/templates src/market/pages/x.html ... writes templates.c and templates.h. */
#include "tools/tplgen.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void complain(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static void give_up(Arena *arena, Err *err, const char *path)
{
    Str text = err_text(arena, err);
    fprintf(stderr, "tplgen: %s: %.*s\n", path, STR_ARG(text));
    exit(1);
}

/* "src/market/pages/offer-list.html" -> offer_list */
static Str template_name(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    Str name = str_copy(arena, str_of(slash ? slash + 1 : path));
    if (str_ends(name, STR(".html")))
        name.len -= 5;
    char *at = arena_copy(arena, name.at, name.len + 1);
    for (size_t i = 0; i < name.len; i++) {
        if (at[i] == '-')
            at[i] = '_';
        bool good = (at[i] >= 'a' && at[i] <= 'z') || (i && at[i] >= '0' && at[i] <= '9') || at[i] == '_';
        if (!good)
            complain(path, 1, "the file's name becomes a C name. Use small letters, digits and dashes.");
    }
    return (Str){at, name.len};
}

static void add_header(Buf *out, StrList *seen, Arena *arena, Str header)
{
    for (size_t i = 0; i < seen->len; i++)
        if (str_eq(seen->at[i], header))
            return;
    Str *more = NEW_ARRAY(arena, Str, seen->len + 1);
    if (seen->len)
        memcpy(more, seen->at, seen->len * sizeof *more);
    more[seen->len] = header;
    *seen = (StrList){more, seen->len + 1};
    buf_addf(out, "#include \"%.*s\"\n", STR_ARG(header));
}

static void write_header(Arena *arena, const char *path, const Template *templates, size_t len)
{
    Buf out = buf_new(arena, 1u << 20);
    StrList seen = {0};
    buf_add(&out, STR("/* Made by tplgen: one function per template. */\n#pragma once\n#include \"web/tpl.h\"\n"));
    for (size_t i = 0; i < len; i++)
        if (templates[i].view_header.len)
            add_header(&out, &seen, arena, templates[i].view_header);
    buf_add_char(&out, '\n');
    for (size_t i = 0; i < len; i++) {
        const Template *t = &templates[i];
        static const char *const both[] = {"_begin", "_end"}, *const one[] = {""};
        for (size_t k = 0; k < (t->splits ? 2u : 1u); k++)
            buf_addf(&out, "void %.*s_%.*s%s(Page *p, const %.*s *v);\n", STR_ARG(t->module), STR_ARG(t->name),
                     (t->splits ? both : one)[k], STR_ARG(t->view));
    }
    Err *err = file_write(arena, path, buf_str(&out), 0644);
    if (err)
        give_up(arena, err, path);
}

static void write_code(Arena *arena, const char *path, Str name, const Template *templates, size_t len)
{
    Buf out = buf_new(arena, 256u << 20);
    StrList seen = {0};
    buf_addf(&out, "/* Made by tplgen. */\n#include \"%.*s/templates.h\"\n", STR_ARG(name));
    buf_add(&out, STR("#include \"assets.h\"\n"));
    for (size_t i = 0; i < len; i++)
        for (size_t k = 0; k < templates[i].headers.len; k++)
            add_header(&out, &seen, arena, templates[i].headers.at[k]);
    buf_add_char(&out, '\n');
    for (size_t i = 0; i < len; i++)
        buf_add(&out, buf_str(&templates[i].code));
    Err *err = file_write(arena, path, buf_str(&out), 0644);
    if (err)
        give_up(arena, err, path);
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    if (argc < 5 || strcmp(argv[1], "--name") != 0 || strcmp(argv[3], "--out") != 0) {
        fputs("usage: tplgen --name MODULE --out PATH_WITHOUT_ENDING FILE.html ...\n", stderr);
        return 2;
    }
    size_t len = (size_t)argc - 5;
    Template *templates = NEW_ARRAY(arena, Template, len ? len : 1);
    for (size_t i = 0; i < len; i++) {
        const char *path = argv[5 + i];
        Str source;
        Err *err = file_read(arena, path, 1u << 20, &source);
        if (err)
            give_up(arena, err, path);
        templates[i] = (Template){.arena = arena, .file = path, .module = str_of(argv[2]), .name = template_name(arena, path)};
        template_compile(&templates[i], source);
    }
    write_header(arena, str_format(arena, "%s.h", argv[4]).at, templates, len);
    write_code(arena, str_format(arena, "%s.c", argv[4]).at, str_of(argv[2]), templates, len);
    arena_free(arena);
    return 0;
}
