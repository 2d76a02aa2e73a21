/* From the HTML that shops keep in descriptions to plain text. Nothing is interpreted but paragraphs, lists and
 * entities. */
#include <string.h>

#include "base/text.h"
#include "trade/trade.h"

typedef struct Html2Text {
    Buf out;
    int breaks; /* line ends owed before the next word: 0, 1 or 2 */
    bool space, bullet;
} Html2Text;

static void put_gap(Html2Text *t)
{
    if (t->out.len && t->breaks)
        buf_add(&t->out, t->breaks > 1 ? STR("\n\n") : STR("\n"));
    else if (t->out.len && t->space)
        buf_add_char(&t->out, ' ');
    if (t->bullet)
        buf_add(&t->out, STR("- "));
    t->breaks = 0;
    t->space = t->bullet = false;
}

static void put(Html2Text *t, int32_t c)
{
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0xA0) {
        t->space = true;
        return;
    }
    if (c < 0x20 || c == 0x7F)
        return;
    put_gap(t);
    utf8_put(&t->out, c);
}

static const struct Entity {
    const char *name;
    int32_t code;
} entities[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
                {"nbsp", ' '},     {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026}, {"lsquo", 0x2018},
                {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"laquo", 0xAB},    {"raquo", 0xBB},
                {"bull", 0x2022},  {"middot", 0xB7},  {"deg", 0xB0},     {"frac12", 0xBD},   {"times", 0xD7},
                {"euro", 0x20AC},  {"pound", 0xA3},   {"yen", 0xA5},     {"copy", 0xA9},     {"reg", 0xAE},
                {"trade", 0x2122}, {"eacute", 0xE9},  {"egrave", 0xE8},  {"agrave", 0xE0},   {"ccedil", 0xE7},
                {"auml", 0xE4},    {"ouml", 0xF6},    {"uuml", 0xFC},    {"szlig", 0xDF},    {"ntilde", 0xF1},
                {"oslash", 0xF8},  {"aring", 0xE5}};

/* rest begins with '&'. How many bytes it takes; 0 when it is a plain '&'. */
static size_t entity(Str rest, int32_t *code)
{
    Str name, after;
    if (!str_cut(str_slice(rest, 1, rest.len < 12 ? rest.len : 12), ';', &name, &after) || !name.len)
        return 0;
    if (name.at[0] == '#') {
        bool hex = name.len > 1 && (name.at[1] == 'x' || name.at[1] == 'X');
        int64_t value = 0;
        for (size_t i = hex ? 2 : 1; i < name.len; i++) {
            const char *digits = "0123456789abcdef",
                       *at = strchr(digits, name.at[i] | ((name.at[i] >= 'A') ? 0x20 : 0));
            if (!at || !name.at[i] || at - digits >= (hex ? 16 : 10))
                return 0;
            value = value * (hex ? 16 : 10) + (at - digits);
        }
        bool fine = value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
        *code = fine ? (int32_t)value : 0xFFFD;
        return name.len + 2;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (str_eq(name, str_of(entities[i].name))) {
            *code = entities[i].code;
            return name.len + 2;
        }
    return 0;
}

static bool named(Str tag, const char *list)
{
    const char *at = list;
    for (size_t len; *at; at += len + (at[len] != 0)) {
        len = strcspn(at, " ");
        if (str_eq_nocase(tag, (Str){at, len}))
            return true;
    }
    return false;
}

static Str tag_name(Str inside)
{
    size_t len = 0;
    while (len < inside.len && ((inside.at[len] | 0x20) >= 'a' ? (inside.at[len] | 0x20) <= 'z'
                                                               : inside.at[len] >= '0' && inside.at[len] <= '9'))
        len++;
    return str_slice(inside, 0, len);
}

/* Where the text goes on after what begins at rest ('<'): a tag, a comment, a whole script. */
static size_t skip_tag(Html2Text *t, Str rest)
{
    if (str_starts(rest, STR("<!--"))) {
        size_t end = str_find(rest, STR("-->"));
        return end == SIZE_MAX ? rest.len : end + 3;
    }
    bool closes = rest.len > 1 && rest.at[1] == '/';
    Str tag = tag_name(str_slice(rest, closes ? 2 : 1, rest.len));
    bool other = rest.len > 1 && (rest.at[1] == '!' || rest.at[1] == '?');
    if (!tag.len && !other)
        return 0; /* "a < b" */
    char quote = 0;
    size_t at = 1;
    for (; at < rest.len && (quote || rest.at[at] != '>'); at++)
        if (quote ? rest.at[at] == quote : rest.at[at] == '"' || rest.at[at] == '\'')
            quote = quote ? 0 : rest.at[at];
    if (at == rest.len && quote) { /* a quote that never ends: the tag ends at its first '>' */
        Str before, after;
        at = str_cut(rest, '>', &before, &after) ? before.len : rest.len;
    }
    if (!closes && named(tag, "script style template iframe object noscript svg math")) {
        Arena *arena = t->out.arena;
        Str low = str_lower(arena, str_slice(rest, at, rest.len));
        size_t end = str_find(low, str_format(arena, "</%.*s", STR_ARG(str_lower(arena, tag))));
        if (end == SIZE_MAX)
            return rest.len;
        Str close = str_slice(rest, at + end, rest.len), before, after;
        str_cut(close, '>', &before, &after);
        return rest.len - after.len;
    }
    if (named(tag, "p div h1 h2 h3 h4 h5 h6 ul ol table blockquote section article"))
        t->breaks = 2;
    else if (named(tag, "br li tr dt dd") && t->breaks < 2)
        t->breaks = t->breaks ? t->breaks : 1;
    else if (named(tag, "td th"))
        t->space = true;
    if (!closes && named(tag, "li"))
        t->bullet = true;
    return at < rest.len ? at + 1 : rest.len;
}

Str html_text(Arena *arena, Str html, size_t max_bytes)
{
    Html2Text t = {.out = buf_new(arena, max_bytes + 16)};
    for (size_t at = 0; at < html.len && t.out.len < max_bytes;) {
        Str rest = str_slice(html, at, html.len);
        size_t taken = 0;
        int32_t code = 0;
        if (rest.at[0] == '<')
            taken = skip_tag(&t, rest);
        else if (rest.at[0] == '&' && (taken = entity(rest, &code)))
            put(&t, code);
        else if (str_starts(rest, STR("\\n"))) { /* WooCommerce writes line ends of descriptions so */
            t.breaks = t.breaks ? 2 : 1;
            taken = 2;
        } else if (rest.at[0] == '\n' && rest.len > 1 && (rest.at[1] == '\n' || rest.at[1] == '\r')) {
            t.breaks = 2;
            taken = 1;
        }
        if (taken) {
            at += taken;
            continue;
        }
        put(&t, utf8_next(html, &at));
    }
    return utf8_cut(buf_str(&t.out), max_bytes);
}
