/* Reading and writing percent-encoded text. */
#include "web/url.h"

#include <string.h>

#include "base/text.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool url_decode(Arena *arena, Str s, bool plus, Str *out)
{
    char *at = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '%') {
            if (s.len - i < 3 || hex(s.at[i + 1]) < 0 || hex(s.at[i + 2]) < 0)
                return false;
            c = (char)(hex(s.at[i + 1]) * 16 + hex(s.at[i + 2]));
            i += 2;
        } else if (c == '+' && plus)
            c = ' ';
        at[len++] = c;
    }
    Str decoded = {at, len};
    if (!utf8_valid(decoded))
        return false;
    *out = decoded;
    return true;
}

void url_encode(Buf *out, Str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
            buf_add_char(out, (char)c);
        else {
            buf_add_char(out, '%');
            buf_add_char(out, digits[c >> 4]);
            buf_add_char(out, digits[c & 15]);
        }
    }
}

static bool segment_climbs(Str segment)
{
    return str_eq(segment, STR(".")) || str_eq(segment, STR(".."));
}

Err *path_check(Arena *arena, Str path)
{
    Str decoded;
    if (path.len == 0 || path.at[0] != '/' || !url_decode(arena, path, false, &decoded))
        return err_new(arena, ERR_INVALID, "http.bad_path");
    for (size_t i = 0; i < decoded.len; i++)
        if ((unsigned char)decoded.at[i] < 0x20 || decoded.at[i] == 0x7f || decoded.at[i] == '\\')
            return err_new(arena, ERR_INVALID, "http.bad_path");
    Str rest = decoded, segment;
    bool more = true;
    while (more) {
        more = str_cut(rest, '/', &segment, &rest);
        if (segment_climbs(segment))
            return err_new(arena, ERR_INVALID, "http.bad_path");
    }
    return NULL;
}

Err *pairs_read(Arena *arena, Str encoded, Pairs *out)
{
    *out = (Pairs){0};
    size_t room = 0;
    Str rest = encoded, piece;
    for (bool more = encoded.len > 0; more;) {
        more = str_cut(rest, '&', &piece, &rest);
        if (piece.len == 0)
            continue;
        if (out->len == PAIRS_MAX)
            return err_new(arena, ERR_INVALID, "http.too_many_fields");
        if (out->len == room) {
            room = room ? room * 2 : 16;
            Pair *at = NEW_ARRAY(arena, Pair, room);
            if (out->len)
                memcpy(at, out->at, out->len * sizeof *at);
            out->at = at;
        }
        Str name, value;
        str_cut(piece, '=', &name, &value);
        Pair *pair = &out->at[out->len++];
        if (!url_decode(arena, name, true, &pair->name) || !url_decode(arena, value, true, &pair->value))
            return err_new(arena, ERR_INVALID, "http.bad_encoding");
    }
    return NULL;
}

const Pair *pairs_find(const Pairs *pairs, Str name)
{
    for (size_t i = pairs->len; i-- > 0;)
        if (str_eq(pairs->at[i].name, name))
            return &pairs->at[i];
    return NULL;
}
