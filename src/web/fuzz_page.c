/* Any text in any place of a page: what comes out can end neither the text, nor an attribute, nor run as a script. */
#include <stdlib.h>

#include "core/lang.h"
#include "web/tpl.h"

static void must(bool fine)
{
    if (!fine)
        abort();
}

static bool has(Str text, const char *characters)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] && strchr(characters, text.at[i]))
            return true;
    return false;
}

static Str written(Page *p, Arena *arena, void (*write)(Page *p, Str text), Str text)
{
    *p->out = buf_new(arena, 1 << 22);
    write(p, text);
    return buf_str(p->out);
}

static void write_filled(Page *p, Str text)
{
    const TplArg args[] = {{STR("a"), {text, false}}};
    static const char pattern[] = "x {a} {b} {a";
    tpl_tr_fill(p, pattern, sizeof pattern - 1, lang_hash(pattern, sizeof pattern - 1), args, 1);
}

/* As a browser finds the scheme: leading controls and spaces, and tabs and newlines anywhere, are dropped. */
static bool runs_script(Arena *arena, Str url)
{
    Buf seen = buf_new(arena, url.len + 1);
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.at[i] > 0x20)
            buf_add_char(&seen, url.at[i]);
    Str start = str_slice(buf_str(&seen), 0, 11);
    return str_eq_nocase(start, STR("javascript:")) || str_eq_nocase(str_slice(start, 0, 5), STR("data:")) ||
           str_eq_nocase(str_slice(start, 0, 9), STR("vbscript:"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    Buf out;
    Page p = {.out = &out, .arena = arena, .lang = lang_negotiate(text), .currency = STR("CNY"), .zone = STR("UTC")};
    must(p.lang != NULL);
    must(!has(written(&p, arena, tpl_str, text), "<>\"'"));
    must(!has(written(&p, arena, write_filled, text), "<>\"'"));
    must(!has(written(&p, arena, tpl_url_part, text), "<>\"'&#?/ :\\"));
    must(!has(written(&p, arena, tpl_url_tel, text), "<>\"'&:"));
    Str url = written(&p, arena, tpl_url, text);
    must(!has(url, "<>\"'"));
    must(str_eq(url, STR("#blocked")) || !runs_script(arena, text));
    arena_free(arena);
    return 0;
}
