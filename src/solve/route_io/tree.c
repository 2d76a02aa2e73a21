/* A reader of JSON (RFC 8259) that a matrix of thousands of places does not drown: a long row of numbers takes 8 bytes each, where a document
   of a general library takes over 100, and what a document may ask for is bounded before it is read. */
#include "solve/route_io/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { DEPTH_MAX = 32, PARTS_MAX = 2000000, ROW_MIN = 1024, ROW_MAX = 20000 };

typedef struct Parse {
    Arena *arena;
    const char *begin, *at, *end;
    Tree *stack; /* values of the lists and objects that are open */
    size_t len, room;
    Str *names;  /* beside them, of those in an object */
    double *row; /* of the long row at hand */
    size_t row_len, row_room;
    size_t parts;
} Parse;

static Err *bad(const Parse *p, const char *what)
{
    size_t line = 1, column = 1;
    for (const char *at = p->begin; at < p->at && at < p->end; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    Err *err = err_detail(p->arena, ERR_INVALID, "route.json", "line %zu, column %zu: %s", line, column, what);
    return err_arg(p->arena, err, "where", str_format(p->arena, "line %zu", line));
}

static void skip_space(Parse *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static bool next_is(Parse *p, char wanted)
{
    skip_space(p);
    if (p->at == p->end || *p->at != wanted)
        return false;
    p->at++;
    return true;
}

static void *grown(void *list, size_t *room, size_t size)
{
    *room = *room ? *room * 2 : 256;
    void *more = realloc(list, array_bytes(*room, size));
    if (!more)
        abort();
    return more;
}

/* ---- words ---- */

static int hex_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits; -1 when there are none. */
static int32_t read_unit(Parse *p)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = p->at < p->end ? hex_of(*p->at) : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        p->at++;
    }
    return unit;
}

static size_t put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)((0xf00 >> len & 0xff) | code);
    return len;
}

static Err *read_escape(Parse *p, char *to, size_t *len)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = p->at < p->end ? *p->at++ : 0;
    const char *found = c ? strchr(from, c) : NULL;
    if (found) {
        to[(*len)++] = into[found - from];
        return NULL;
    }
    int32_t unit = c == 'u' ? read_unit(p) : -1, low;
    if (unit >= 0xd800 && unit < 0xdc00) {
        if (p->end - p->at < 2 || p->at[0] != '\\' || p->at[1] != 'u')
            return bad(p, "half a character");
        p->at += 2;
        low = read_unit(p);
        unit = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : -1;
    } else if (unit >= 0xdc00 && unit < 0xe000)
        unit = -1;
    if (unit <= 0)
        return bad(p, "this is no character");
    *len += put_utf8(to + *len, (uint32_t)unit);
    return NULL;
}

/* The quote is behind. */
static Err *read_text(Parse *p, Str *out)
{
    const char *close = p->at;
    while (close < p->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= p->end)
        return bad(p, "a text does not end");
    char *to = arena_alloc(p->arena, (size_t)(close - p->at) + 1);
    size_t len = 0;
    while (p->at < close) {
        char c = *p->at++;
        if ((unsigned char)c < 0x20)
            return bad(p, "a text has a control character");
        if (c == '\\')
            TRY(read_escape(p, to, &len));
        else
            to[len++] = c;
    }
    p->at = close + 1;
    *out = (Str){to, len};
    return utf8_valid(*out) ? NULL : bad(p, "a text is not UTF-8");
}

static Err *read_number(Parse *p, Tree *out)
{
    const char *from = p->at;
    bool minus = p->at < p->end && *p->at == '-', real = false;
    p->at += minus;
    const char *digits = p->at;
    int64_t whole = 0;
    for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++)
        whole = p->at - digits < 18 ? whole * 10 + (*p->at - '0') : whole;
    if (p->at == digits || (*digits == '0' && p->at - digits > 1))
        return bad(p, "this is no value");
    ptrdiff_t len = p->at - digits;
    for (int part = 0; part < 2 && p->at < p->end; part++) {
        bool here = part == 0 ? *p->at == '.' : *p->at == 'e' || *p->at == 'E';
        if (!here)
            continue;
        real = true;
        p->at++;
        if (part && p->at < p->end && (*p->at == '+' || *p->at == '-'))
            p->at++;
        const char *more = p->at;
        while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
            p->at++;
        if (p->at == more)
            return bad(p, "this is no number");
    }
    if (!real && len > 18)
        return bad(p, "a number is too large");
    whole = minus ? -whole : whole;
    *out = real ? (Tree){.kind = TREE_REAL} : (Tree){.kind = TREE_INT, .number = whole, .real = (double)whole};
    if (real && (!str_to_real((Str){from, (size_t)(p->at - from)}, &out->real) || !isfinite(out->real)))
        return bad(p, "a number is too large");
    return NULL;
}

/* ---- lists and objects ---- */

static Err *read_value(Parse *p, int depth, Tree *out);

static bool is_number(const Tree *value)
{
    return value->kind == TREE_INT || value->kind == TREE_REAL || value->kind == TREE_NULL;
}

static void row_add(Parse *p, const Tree *value)
{
    if (p->row_len == p->row_room)
        p->row = grown(p->row, &p->row_room, sizeof *p->row);
    p->row[p->row_len++] = value->kind == TREE_NULL ? NAN : value->real;
}

static Err *push(Parse *p, Str name, const Tree *value)
{
    if (p->len == p->room) {
        size_t room = p->room;
        p->stack = grown(p->stack, &room, sizeof *p->stack);
        p->names = grown(p->names, &p->room, sizeof *p->names);
    }
    if (++p->parts > PARTS_MAX)
        return bad(p, "the document has more than 2,000,000 parts");
    p->names[p->len] = name;
    p->stack[p->len++] = *value;
    return NULL;
}

/* Values from the first on are a row of numbers so far: they move there. */
static bool row_begin(Parse *p, size_t first)
{
    for (size_t i = first; i < p->len; i++)
        if (!is_number(&p->stack[i]))
            return false;
    p->row_len = 0;
    for (size_t i = first; i < p->len; i++)
        row_add(p, &p->stack[i]);
    p->parts -= p->len - first;
    p->len = first;
    return true;
}

static Err *read_list(Parse *p, int depth, Tree *out)
{
    size_t first = p->len;
    bool row = false, more = !next_is(p, ']');
    while (more) {
        Tree value;
        TRY(read_value(p, depth + 1, &value));
        if (row && p->row_len == ROW_MAX)
            return bad(p, "a row has more than 20,000 numbers");
        if (row && !is_number(&value))
            return bad(p, "a long row of numbers holds something else");
        if (row)
            row_add(p, &value);
        else
            TRY(push(p, (Str){0}, &value));
        if (p->len - first == ROW_MIN)
            row = row_begin(p, first);
        more = next_is(p, ',');
        if (!more && !next_is(p, ']'))
            return bad(p, "a comma or the end of the list was expected");
    }
    *out = (Tree){.kind = TREE_LIST, .len = row ? p->row_len : p->len - first};
    if (row)
        out->row = arena_copy(p->arena, p->row, p->row_len * sizeof *p->row);
    else
        out->items = arena_copy(p->arena, p->stack ? &p->stack[first] : NULL, out->len * sizeof *out->items);
    p->len = first;
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static Err *no_doubles(const Parse *p, const Str *names, size_t len)
{
    Arena *own = arena_new();
    Str *sorted = arena_copy(own, names, len * sizeof *names);
    bool doubled = false;
    if (len)
        qsort(sorted, len, sizeof *sorted, by_text);
    for (size_t i = 1; i < len; i++)
        doubled |= str_eq(sorted[i - 1], sorted[i]);
    arena_free(own);
    return doubled ? bad(p, "a name stands twice in an object") : NULL;
}

static Err *read_object(Parse *p, int depth, Tree *out)
{
    size_t first = p->len;
    bool more = !next_is(p, '}');
    while (more) {
        Str name;
        Tree value;
        if (!next_is(p, '"'))
            return bad(p, "a name in quotes was expected");
        TRY(read_text(p, &name));
        if (!next_is(p, ':'))
            return bad(p, "a colon was expected");
        TRY(read_value(p, depth + 1, &value));
        TRY(push(p, name, &value));
        more = next_is(p, ',');
        if (!more && !next_is(p, '}'))
            return bad(p, "a comma or the end of the object was expected");
    }
    *out = (Tree){.kind = TREE_OBJECT, .len = p->len - first};
    out->items = arena_copy(p->arena, p->stack ? &p->stack[first] : NULL, out->len * sizeof *out->items);
    out->names = arena_copy(p->arena, p->names ? &p->names[first] : NULL, out->len * sizeof *out->names);
    p->len = first;
    return no_doubles(p, out->names, out->len);
}

static bool word_is(Parse *p, Str word)
{
    if ((size_t)(p->end - p->at) < word.len || memcmp(p->at, word.at, word.len) != 0)
        return false;
    p->at += word.len;
    return true;
}

static Err *read_value(Parse *p, int depth, Tree *out)
{
    if (depth > DEPTH_MAX)
        return bad(p, "the document is nested too deeply");
    if (next_is(p, '{'))
        return read_object(p, depth, out);
    if (next_is(p, '['))
        return read_list(p, depth, out);
    if (next_is(p, '"')) {
        *out = (Tree){.kind = TREE_TEXT};
        return read_text(p, &out->text);
    }
    *out = (Tree){0};
    if (word_is(p, STR("null")))
        return NULL;
    *out = (Tree){.kind = TREE_BOOL};
    if (word_is(p, STR("false")))
        return NULL;
    out->truth = word_is(p, STR("true"));
    return out->truth ? NULL : read_number(p, out);
}

Err *tree_read(Arena *arena, Str text, Tree *out)
{
    Parse p = {.arena = arena, .begin = text.at ? text.at : "", .at = text.at ? text.at : ""};
    p.end = p.begin + text.len;
    Err *err = read_value(&p, 0, out);
    skip_space(&p);
    if (!err && p.at != p.end)
        err = bad(&p, "something stands behind the document");
    if (!err && out->kind != TREE_OBJECT && out->kind != TREE_LIST)
        err = bad(&p, "an object was expected");
    free(p.stack);
    free(p.names);
    free(p.row);
    return err;
}

const Tree *tree_get(const Tree *object, const char *name)
{
    if (!object || object->kind != TREE_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->len; i++)
        if (str_eq(object->names[i], str_of(name)))
            return object->items[i].kind == TREE_NULL ? NULL : &object->items[i];
    return NULL;
}
