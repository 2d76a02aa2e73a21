/* Any bytes as JSON: refused or read; what was read is written, read again and written the same. */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"

typedef struct Inner {
    Id id;
    int64_t n;
    bool has_n;
} Inner;

typedef struct InnerList {
    Inner *at;
    size_t len;
} InnerList;

typedef struct Outer {
    Str text;
    Money money;
    double real;
    bool flag;
    Time time;
    bool has_time;
    Date date;
    bool has_date;
    StrList texts;
    Inner one;
    bool has_one;
    InnerList list;
} Outer;

static const Field inner_fields[] = {
    FIELD(Inner, id, FIELD_ID),
    FIELD(Inner, n, FIELD_INT, HAS(Inner, n), .min = -5, .max = 1000000),
};
static const Shape inner_shape = SHAPE(Inner, "Inner", inner_fields);
static const Field outer_fields[] = {
    FIELD(Outer, text, FIELD_STR),
    FIELD(Outer, money, FIELD_MONEY),
    FIELD(Outer, real, FIELD_REAL),
    FIELD(Outer, flag, FIELD_BOOL),
    FIELD(Outer, time, FIELD_TIME, HAS(Outer, time)),
    FIELD(Outer, date, FIELD_DATE, HAS(Outer, date)),
    FIELD(Outer, texts, FIELD_STRS, .max = 4),
    FIELD(Outer, one, FIELD_ONE, HAS(Outer, one), .shape = &inner_shape),
    FIELD(Outer, list, FIELD_LIST, .shape = &inner_shape, .max = 4),
};
static const Shape outer_shape = SHAPE(Outer, "Outer", outer_fields);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str body = {(const char *)data, size};
    Buf quoted = buf_new(arena, size * 6 + 16);
    json_write_str(&quoted, body);
    if (!utf8_valid(buf_str(&quoted)) || quoted.overflowed)
        abort();
    Outer first = {0}, second = {0};
    Err *err = json_read(arena, body, &outer_shape, &first);
    if (err && (err->kind != ERR_INVALID || !utf8_valid(err->field)))
        abort();
    if (!err) {
        Buf once = buf_new(arena, size * 8 + 4096), twice = buf_new(arena, size * 8 + 4096);
        json_write(&once, &outer_shape, &first, STR("CNY"));
        if (json_read_in(arena, buf_str(&once), &outer_shape, STR("CNY"), &second))
            abort();
        json_write(&twice, &outer_shape, &second, STR("CNY"));
        if (!str_eq(buf_str(&once), buf_str(&twice)))
            abort();
    }
    arena_free(arena);
    return 0;
}
