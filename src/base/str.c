/* Str and Buf. */
#include "base/str.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Str str_of(const char *text)
{
    return (Str){text, text ? strlen(text) : 0};
}

bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

int str_compare(Str a, Str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.at, b.at, shared) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, Str prefix)
{
    return s.len >= prefix.len && str_eq((Str){s.at, prefix.len}, prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find(Str s, Str needle)
{
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return SIZE_MAX;
    const char *found = memmem(s.at, s.len, needle.at, needle.len);
    return found ? (size_t)(found - s.at) : SIZE_MAX;
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (Str){0};
    return (Str){s.at + from, to - from};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s)
{
    while (s.len && is_space(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len && is_space(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool str_cut(Str s, char at, Str *before, Str *after)
{
    const char *found = s.len ? memchr(s.at, at, s.len) : NULL;
    if (!found) {
        *before = s;
        *after = (Str){0};
        return false;
    }
    size_t index = (size_t)(found - s.at);
    *before = (Str){s.at, index};
    *after = (Str){found + 1, s.len - index - 1};
    return true;
}

Str str_copy(Arena *arena, Str s)
{
    return s.len ? (Str){arena_copy(arena, s.at, s.len), s.len} : (Str){0};
}

const char *str_z(Arena *arena, Str s)
{
    char *text = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(text, s.at, s.len);
    return text;
}

Str str_format(Arena *arena, const char *format, ...)
{
    va_list args;
    Buf buf = buf_new(arena, SIZE_MAX / 4);
    va_start(args, format);
    buf_addv(&buf, format, args);
    va_end(args);
    return buf_str(&buf);
}

Str str_lower(Arena *arena, Str s)
{
    char *text = arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++)
        text[i] = lower(s.at[i]);
    return (Str){text, s.len};
}

bool str_to_int(Str s, int64_t *out)
{
    size_t i = 0;
    bool negative = s.len && s.at[0] == '-';
    int64_t value = 0;
    if (negative)
        i++;
    if (i == s.len)
        return false;
    for (; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        int64_t digit = s.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *out = value;
    return true;
}

bool str_to_real(Str s, double *out)
{
    char text[64];
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    for (size_t i = 0; i < s.len; i++) /* strtod also takes hex, inf, nan and leading space: not wanted */
        if (!strchr("0123456789+-.eE", s.at[i]) || !s.at[i])
            return false;
    memcpy(text, s.at, s.len);
    text[s.len] = 0;
    static locale_t c_locale;
    if (!c_locale) {
        locale_t made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        locale_t none = (locale_t)0;
        if (!__atomic_compare_exchange_n(&c_locale, &none, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            freelocale(made);
    }
    char *end;
    double value = strtod_l(text, &end, c_locale);
    if (*end || end == text || !isfinite(value))
        return false;
    *out = value;
    return true;
}

Buf buf_new(Arena *arena, size_t limit_bytes)
{
    return (Buf){.arena = arena, .limit = limit_bytes};
}

static bool make_room(Buf *buf, size_t more)
{
    if (buf->overflowed || more > buf->limit - buf->len) {
        buf->overflowed = true;
        return false;
    }
    if (buf->room - buf->len >= more)
        return true;
    size_t room = buf->room ? buf->room * 2 : 256;
    while (room - buf->len < more)
        room *= 2;
    char *at = arena_alloc(buf->arena, room);
    if (buf->len)
        memcpy(at, buf->at, buf->len);
    buf->at = at;
    buf->room = room;
    return true;
}

void buf_add(Buf *buf, Str s)
{
    if (!s.len || !make_room(buf, s.len))
        return;
    memcpy(buf->at + buf->len, s.at, s.len);
    buf->len += s.len;
}

void buf_add_char(Buf *buf, char c)
{
    if (!make_room(buf, 1))
        return;
    buf->at[buf->len++] = c;
}

void buf_add_int(Buf *buf, int64_t value)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        text[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        text[--at] = '-';
    buf_add(buf, (Str){text + at, sizeof text - at});
}

void buf_addv(Buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    if (need > 0 && make_room(buf, (size_t)need + 1)) { /* vsnprintf writes a NUL too */
        vsnprintf(buf->at + buf->len, (size_t)need + 1, format, again);
        buf->len += (size_t)need;
    }
    va_end(again);
}

void buf_add_xml(Buf *buf, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '&')
            buf_add(buf, STR("&amp;"));
        else if (c == '<')
            buf_add(buf, STR("&lt;"));
        else if (c == '>')
            buf_add(buf, STR("&gt;"));
        else if (c == '"')
            buf_add(buf, STR("&quot;"));
        else if (c >= ' ' || c == '\n' || c == '\t')
            buf_add_char(buf, (char)c);
    }
}

void buf_addf(Buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_addv(buf, format, args);
    va_end(args);
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->at, buf->len};
}
