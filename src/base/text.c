/* Unicode by utf8proc; decoding by hand, because bad bytes must be survived. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

/* Length of the well-formed sequence at the start of s, with its code point; 0 when it is malformed (RFC 3629). */
static size_t decode(Str s, int32_t *code_point)
{
    const unsigned char *at = (const unsigned char *)s.at;
    if (at[0] < 0x80) {
        *code_point = at[0];
        return 1;
    }
    size_t len = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || s.len < len)
        return 0;
    int32_t value = at[0] & (0x7F >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3F);
    }
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code_point = value;
    return len;
}

/* Bytes at the front that are ASCII and not NUL, counted eight at a time. */
static size_t plain_ascii(Str s)
{
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.at + i, 8);
        uint64_t has_zero = (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
        if ((word & 0x8080808080808080u) | has_zero)
            break;
    }
    while (i < s.len && s.at[i] > 0)
        i++;
    return i;
}

bool utf8_valid(Str s)
{
    for (size_t i = plain_ascii(s); i < s.len;) {
        int32_t code_point;
        size_t len = decode(str_slice(s, i, s.len), &code_point);
        if (len == 0 || code_point == 0)
            return false;
        i += len;
    }
    return true;
}

int32_t utf8_next(Str s, size_t *at)
{
    if (*at >= s.len)
        return -1;
    int32_t code_point;
    size_t len = decode(str_slice(s, *at, s.len), &code_point);
    *at += len ? len : 1;
    return len ? code_point : REPLACEMENT;
}

void utf8_put(Buf *out, int32_t code_point)
{
    if (code_point < 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    unsigned char bytes[4];
    buf_add(out, (Str){(char *)bytes, (size_t)utf8proc_encode_char(code_point, bytes)});
}

size_t utf8_count(Str s)
{
    size_t count = 0, at = 0;
    while (utf8_next(s, &at) >= 0)
        count++;
    return count;
}

Str utf8_cut(Str s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    size_t end = max_bytes;
    while (end > 0 && max_bytes - end < 3 && ((unsigned char)s.at[end] & 0xC0) == 0x80)
        end--;
    return str_slice(s, 0, ((unsigned char)s.at[end] & 0xC0) == 0x80 ? max_bytes : end);
}

static bool is_control(int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
}

/* s is well formed. utf8proc allocates with malloc; its result is copied into the arena and freed. */
static Str normal_form(Arena *arena, Str s, utf8proc_option_t options)
{
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, &made, options | UTF8PROC_STABLE);
    Str out = len >= 0 ? str_copy(arena, (Str){(char *)made, (size_t)len}) : s;
    free(made);
    return out;
}

/* Well formed, without U+0000 and other controls. */
static Str repaired(Arena *arena, Str s)
{
    Buf buf = buf_new(arena, s.len * 3 + 1);
    size_t at = 0;
    for (int32_t c; (c = utf8_next(s, &at)) >= 0;)
        if (!is_control(c))
            utf8_put(&buf, c);
    return buf_str(&buf);
}

static bool only_printing_ascii(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] >= 0x7F || s.at[i] < 0 || is_control(s.at[i]))
            return false;
    return true;
}

Str utf8_clean(Arena *arena, Str s)
{
    if (only_printing_ascii(s))
        return str_copy(arena, s);
    s = repaired(arena, s);
    return s.len ? normal_form(arena, s, UTF8PROC_COMPOSE) : s;
}

/* Letters whose stroke is not a combining mark, so that no normal form takes it off. */
static const char *unstroked(int32_t c)
{
    switch (c) {
    case 0xE6: /* ae */
        return "ae";
    case 0xF0: /* eth */
    case 0x111:
        return "d";
    case 0xF8:
        return "o";
    case 0x127:
        return "h";
    case 0x131:
        return "i";
    case 0x142:
        return "l";
    case 0x153:
        return "oe";
    case 0x167:
        return "t";
    default:
        return NULL;
    }
}

/* Only the general combining diacritics go: in Thai, Bengali or kana the marks are part of the spelling. */
static bool is_diacritic(int32_t c)
{
    return c >= 0x300 && c <= 0x36F;
}

Str text_fold(Arena *arena, Str s)
{
    if (only_printing_ascii(s))
        return str_lower(arena, s);
    s = repaired(arena, s);
    if (!s.len)
        return s;
    s = normal_form(arena, s, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    Buf buf = buf_new(arena, s.len * 2 + 1);
    size_t at = 0;
    for (int32_t c; (c = utf8_next(s, &at)) >= 0;) {
        const char *plain = unstroked(c);
        if (plain)
            buf_add(&buf, str_of(plain));
        else if (!is_diacritic(c))
            utf8_put(&buf, c);
    }
    return buf.len ? normal_form(arena, buf_str(&buf), UTF8PROC_COMPOSE) : (Str){0};
}

bool text_is_han(int32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD) || c == 0x3005 || c == 0x3007;
}

static bool is_word(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

/* The words of folded text joined by one separator; with han_apart each Han character is a word of its own. */
static Str join_words(Arena *arena, Str s, char separator, bool han_apart)
{
    s = text_fold(arena, s);
    Buf buf = buf_new(arena, s.len * 2 + 1);
    bool gap = false;
    size_t at = 0;
    for (int32_t c; (c = utf8_next(s, &at)) >= 0;) {
        bool apart = han_apart && text_is_han(c);
        gap = gap || apart;
        if (is_word(c)) {
            if (gap && buf.len)
                buf_add_char(&buf, separator);
            utf8_put(&buf, c);
            gap = apart;
        } else
            gap = true;
    }
    return buf_str(&buf);
}

Str text_search(Arena *arena, Str s)
{
    return join_words(arena, s, ' ', true);
}

Str text_slug(Arena *arena, Str s, size_t max_bytes)
{
    Str slug = utf8_cut(join_words(arena, s, '-', false), max_bytes);
    while (str_ends(slug, STR("-")))
        slug.len--;
    return slug;
}
