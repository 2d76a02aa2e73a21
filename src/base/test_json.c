/* Shapes, JSON and forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/json.h"

typedef struct Line {
    Id offer;
    int64_t steps;
} Line;

typedef struct LineList {
    Line *at;
    size_t len;
} LineList;

typedef struct Order {
    Str name;
    Money price;
    bool has_price;
    LineList lines;
    StrList tags;
    bool open;
    Date day;
    bool has_day;
    Time at;
    double weight;
} Order;

static const Field line_fields[] = {
    FIELD(Line, offer, FIELD_ID, .required = true),
    FIELD(Line, steps, FIELD_INT, .min = 1, .max = 100),
};
static const Shape line_shape = SHAPE(Line, "Line", line_fields);
static const Field order_fields[] = {
    FIELD(Order, name, FIELD_STR, .required = true, .max = 20),
    FIELD(Order, price, FIELD_MONEY, HAS(Order, price), .min = 1),
    FIELD(Order, lines, FIELD_LIST, .shape = &line_shape, .max = 3),
    FIELD(Order, tags, FIELD_STRS, .max = 2),
    FIELD(Order, open, FIELD_BOOL),
    FIELD(Order, day, FIELD_DATE, HAS(Order, day)),
    FIELD(Order, at, FIELD_TIME),
    FIELD(Order, weight, FIELD_REAL),
};
static const Shape order_shape = SHAPE(Order, "Order", order_fields);

static Arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void refused(const char *body, const char *code, const char *field)
{
    Order order = {0};
    Err *err = json_read(arena, str_of(body), &order_shape, &order);
    assert_non_null(err);
    assert_string_equal(err->code, code);
    assert_string_equal(str_z(arena, err->field), field);
}

static void an_object_comes_back_as_it_went(void **state)
{
    (void)state;
    const char *text =
        "{\"name\":\"Eggs \\\"big\\\" \xE9\xB8\xA1\xE8\x9B\x8B\",\"price\":{\"minor\":1250,\"currency\":\"CNY\"},"
        "\"lines\":[{\"offer\":\"0000000000001\",\"steps\":2}],\"tags\":[\"a\",\"b\"],\"open\":true,"
        "\"day\":\"2026-11-21\",\"at\":\"2026-11-21T09:30:00.000Z\",\"weight\":0.1}";
    Order order = {0};
    assert_null(json_read(arena, str_of(text), &order_shape, &order));
    assert_int_equal(order.price.minor, 1250);
    assert_true(order.has_price);
    assert_int_equal(order.lines.at[0].steps, 2);
    Buf out = buf_new(arena, 4096);
    json_write(&out, &order_shape, &order, STR("CNY"));
    assert_string_equal(str_z(arena, buf_str(&out)), text);
}

static void the_first_bad_field_is_named_with_its_path(void **state)
{
    (void)state;
    refused("{\"name\":\"x\",\"lines\":[{\"offer\":\"0000000000001\",\"steps\":0}]}", "field.range", "lines.0.steps");
    refused("{\"name\":\"x\",\"lines\":[{\"steps\":1}]}", "field.required", "lines.0.offer");
    refused("{\"name\":\"x\",\"lines\":[{\"offer\":\"0000000000001\",\"colour\":1}]}", "json.unknown_field",
            "lines.0.colour");
    refused("{\"name\":\"x\",\"lines\":[1]}", "json.type", "lines.0");
    refused("{\"name\":\"\"}", "field.required", "name");
    refused("{}", "field.required", "name");
    refused("{\"name\":\"x\",\"price\":0}", "field.too_small", "price");
    refused("{\"name\":\"x\",\"price\":{\"minor\":1,\"curency\":\"CNY\"}}", "json.type", "price");
    refused("{\"name\":\"x\",\"tags\":[\"1\",\"2\",\"3\"]}", "field.too_long", "tags");
    refused("{\"name\":\"x\",\"day\":\"2026-02-30\"}", "field.not_date", "day");
}

static void what_is_not_strict_json_is_refused(void **state)
{
    (void)state;
    refused("", "json.syntax", "");
    refused("{\"name\":\"x\"} x", "json.syntax", "");
    refused("{\"name\":\"x\",\"name\":\"y\"}", "json.doubled_field", "");
    refused("{\"name\":\"a\\u0000b\"}", "json.syntax", "");
    refused("{\"name\":\"\xFF\"}", "json.syntax", "");
    refused("{\"name\":\"x\",\"price\":99999999999999999999}", "json.number", "");
    refused("[]", "json.type", "");
    refused("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "json.depth", "");
}

static void money_in_another_currency_is_refused(void **state)
{
    (void)state;
    Order order = {0};
    Err *err = json_read_in(arena, STR("{\"name\":\"x\",\"price\":{\"minor\":1,\"currency\":\"EUR\"}}"), &order_shape,
                            STR("CNY"), &order);
    assert_true(err_is(err, "field.currency"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_object_comes_back_as_it_went, begin, end),
        cmocka_unit_test_setup_teardown(the_first_bad_field_is_named_with_its_path, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_strict_json_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(money_in_another_currency_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
