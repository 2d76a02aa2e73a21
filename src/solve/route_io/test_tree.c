/* Our reader of JSON beside jansson's: random documents, and the same with a byte changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/route/random.h"
#include "solve/route_io/tree.h"

static json_t *random_text(Random *random)
{
    static const char *const parts[] = {"a", "Z9", " ", "\"", "\\", "/", "\b\f\n\r\t", "\x01", "é", "小米", "🌾", "\xef\xbf\xbd"};
    char text[64] = "";
    for (int i = random_below(random, 6); i > 0; i--)
        strcat(text, parts[random_below(random, 12)]);
    return json_string(text);
}

static json_t *random_value(Random *random, int depth)
{
    switch (random_below(random, depth > 4 ? 6 : 8)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(random_below(random, 2));
    case 2:
        return json_integer(random_below(random, 2000001) - 1000000);
    case 3:
        return json_integer((json_int_t)(random_next(random) % UINT64_C(999999999999999999)) * (random_below(random, 2) ? 1 : -1));
    case 4:
        return json_real(ldexp(random_unit(random) - 0.5, random_below(random, 200) - 100));
    case 5:
        return random_text(random);
    case 6: {
        json_t *list = json_array();
        int len = random_below(random, 40) ? random_below(random, 6) : 1020 + random_below(random, 10); /* rows of a matrix too */
        for (int i = 0; i < len; i++)
            json_array_append_new(list, len > 10 ? json_integer(i) : random_value(random, depth + 1));
        return list;
    }
    default: {
        json_t *object = json_object();
        for (int i = random_below(random, 6); i > 0; i--) {
            json_t *name = random_text(random);
            json_object_set_new(object, json_string_value(name), random_value(random, depth + 1));
            json_decref(name);
        }
        return object;
    }
    }
}

static bool alike(json_t *a, const Tree *b)
{
    switch (json_typeof(a)) {
    case JSON_NULL:
        return b->kind == TREE_NULL;
    case JSON_TRUE:
    case JSON_FALSE:
        return b->kind == TREE_BOOL && b->truth == json_is_true(a);
    case JSON_INTEGER:
        return b->kind == TREE_INT && b->number == json_integer_value(a);
    case JSON_REAL:
        return b->kind == TREE_REAL && b->real == json_real_value(a);
    case JSON_STRING:
        return b->kind == TREE_TEXT && str_eq(b->text, (Str){json_string_value(a), json_string_length(a)});
    case JSON_ARRAY:
        if (b->kind != TREE_LIST || b->len != json_array_size(a))
            return false;
        for (size_t i = 0; i < b->len; i++)
            if (b->row ? b->row[i] != json_number_value(json_array_get(a, i)) : !alike(json_array_get(a, i), &b->items[i]))
                return false;
        return true;
    default:
        if (b->kind != TREE_OBJECT || b->len != json_object_size(a))
            return false;
        for (size_t i = 0; i < b->len; i++) {
            json_t *there = json_object_getn(a, b->names[i].at, b->names[i].len);
            if (!there || !alike(there, &b->items[i]))
                return false;
        }
        return true;
    }
}

static char *random_document(Random *random)
{
    json_t *document = random_below(random, 2) ? json_object() : json_array();
    for (int i = random_below(random, 8); i > 0; i--) {
        json_t *value = random_value(random, 1);
        if (json_is_array(document))
            json_array_append_new(document, value);
        else
            json_object_set_new(document, (char[]){(char)('a' + i), 0}, value);
    }
    static const size_t styles[] = {0, JSON_COMPACT, JSON_INDENT(2), JSON_ENSURE_ASCII, JSON_ESCAPE_SLASH};
    char *text = json_dumps(document, styles[random_below(random, 5)] | JSON_REAL_PRECISION(17));
    json_decref(document);
    return text;
}

static void documents_are_read_as_jansson_reads_them(void **state)
{
    (void)state;
    Random random = random_of(11);
    for (int i = 0; i < 3000; i++) {
        char *text = random_document(&random);
        json_t *theirs = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        Arena *arena = arena_new();
        Tree ours;
        assert_non_null(theirs);
        Err *err = tree_read(arena, str_of(text), &ours);
        if (err || !alike(theirs, &ours))
            fail_msg("read otherwise: %s", text);
        arena_free(arena);
        json_decref(theirs);
        free(text);
    }
}

static void what_jansson_refuses_is_refused_and_nothing_else(void **state)
{
    (void)state;
    static const char odd[] = "{}[]:,\"\\eE+-.0123456789tfnu \n\x01\x80\xff";
    Random random = random_of(12);
    int refused = 0, read = 0;
    for (int i = 0; i < 20000; i++) {
        char *text = random_document(&random);
        size_t len = strlen(text);
        text[random_below(&random, (int)len)] = odd[random_below(&random, sizeof odd - 1)];
        json_t *theirs = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        Arena *arena = arena_new();
        Tree ours;
        Err *err = tree_read(arena, (Str){text, len}, &ours);
        bool bounded = err && str_find(err->detail, STR("too large")) != SIZE_MAX; /* whole numbers of more than 18 digits */
        if (!bounded && (!err != !!theirs || (theirs && !alike(theirs, &ours))))
            fail_msg("%s, by jansson %s: %s", err ? "refused" : "read", theirs ? "read" : "refused", text);
        refused += err != NULL;
        read += err == NULL;
        arena_free(arena);
        json_decref(theirs);
        free(text);
    }
    assert_true(refused > 1000);
    assert_true(read > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_read_as_jansson_reads_them),
        cmocka_unit_test(what_jansson_refuses_is_refused_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
