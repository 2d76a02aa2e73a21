/* Feeds in any encoding as UTF-8: what a mark, the declaration, HTTP or the bytes themselves say, in this order. */
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/text.h"
#include "learn/feed.h"

enum { DECLARATION = 200, NAME_MAX_BYTES = 40 };

/* encoding="gb2312" of <?xml ... ?>, or empty. */
static Str declared(Str file)
{
    Str head = str_slice(file, 0, DECLARATION), name;
    size_t end = str_find(head, STR("?>")), at = str_find(head, STR("encoding="));
    if (!str_starts(str_trim(head), STR("<?xml")) || end == SIZE_MAX || at == SIZE_MAX || at > end || at + 10 > end)
        return (Str){0};
    char quote = head.at[at + 9];
    if (quote != '"' && quote != '\'')
        return (Str){0};
    return str_cut(str_slice(head, at + 10, end), quote, &name, &head) ? name : (Str){0};
}

/* As browsers read the names (encoding.spec.whatwg.org): what calls itself Latin-1 or ASCII is windows-1252, GB 2312 is GB 18030. */
static Str usual(Arena *arena, Str name)
{
    static const struct { const char *name, *read_as; } table[] = {
        {"gb2312", "GB18030"}, {"gb_2312-80", "GB18030"}, {"gbk", "GB18030"}, {"x-gbk", "GB18030"}, {"iso-8859-1", "WINDOWS-1252"},
        {"latin1", "WINDOWS-1252"}, {"us-ascii", "WINDOWS-1252"}, {"ascii", "WINDOWS-1252"}, {"shift_jis", "CP932"}, {"sjis", "CP932"},
        {"x-sjis", "CP932"}, {"big5", "BIG5-HKSCS"}, {"utf8", "UTF-8"}, {"utf-8", "UTF-8"},
    };
    Str lower = str_lower(arena, str_trim(name));
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_eq(lower, str_of(table[i].name)))
            return str_of(table[i].read_as);
    for (size_t i = 0; i < lower.len; i++) /* nothing that iconv could take for an order ("//IGNORE") */
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.:", lower.at[i]))
            return (Str){0};
    return lower.len <= NAME_MAX_BYTES ? lower : (Str){0};
}

static Str choose(Arena *arena, Str file, Str charset)
{
    Str name;
    if (str_starts(file, STR("\xFF\xFE")) || str_starts(file, STR("\xFE\xFF")))
        return STR("UTF-16");
    if (str_starts(file, STR("\xEF\xBB\xBF")))
        return STR("UTF-8");
    if (str_starts(file, (Str){"\0<\0?", 4}))
        return STR("UTF-16BE");
    if (str_starts(file, (Str){"<\0?\0", 4}))
        return STR("UTF-16LE");
    name = usual(arena, declared(file));
    if (!name.len)
        name = usual(arena, charset);
    if (!name.len || str_eq(name, STR("WINDOWS-1252"))) /* the name that servers give when nobody told them better */
        return utf8_valid(file) ? STR("UTF-8") : name.len ? name : STR("GB18030");
    return name;
}

/* false: no such encoding. */
static bool convert(Arena *arena, Str in, const char *from, Str *out)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return false;
    size_t room = in.len * 3 + 16, left = room, in_left = in.len;
    char *to = arena_alloc(arena, room), *at = to, *source = arena_copy(arena, in.at, in.len);
    while (in_left && left > 4 && iconv(cd, &source, &in_left, &at, &left) == (size_t)-1 && errno != E2BIG && in_left) {
        for (int i = 0; i < 3; i++) /* a bad byte is passed over and seen */
            *at++ = "\xEF\xBF\xBD"[i];
        left -= 3;
        source++;
        in_left--;
    }
    iconv_close(cd);
    *out = (Str){to, room - left};
    return true;
}

Str feed_utf8(Arena *arena, Str file, Str charset)
{
    Str name = choose(arena, file, charset), text = file;
    if (!str_eq(name, STR("UTF-8")) && !convert(arena, file, str_z(arena, name), &text))
        text = file;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    return utf8_valid(text) ? text : utf8_clean(arena, text);
}
