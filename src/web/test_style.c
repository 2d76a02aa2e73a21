/* The colours of the stylesheet are readable: WCAG 2.1 contrast of every pair that meets, in both themes. */
#include <math.h>
#include <string.h>

#include "harness.h"
#include "web/asset.h"

static Str theme(Str css, bool dark)
{
    size_t at = str_find(css, STR("prefers-color-scheme:dark"));
    assert_int_not_equal(at, SIZE_MAX);
    Str rest = dark ? str_slice(css, at, css.len) : str_slice(css, 0, at);
    return str_slice(rest, 0, str_find(rest, STR("}")));
}

static int hex(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* #RRGGBB of a token; the dark theme leaves out what it shares with the light one. */
static bool token(Arena *arena, Str block, const char *name, double rgb[3])
{
    Str start = str_format(arena, "--%s:#", name);
    size_t at = str_find(block, start);
    if (at == SIZE_MAX)
        return false;
    const char *digits = block.at + at + start.len;
    for (int i = 0; i < 3; i++)
        rgb[i] = (hex(digits[2 * i]) * 16 + hex(digits[2 * i + 1])) / 255.0;
    return true;
}

/* WCAG 2.1, "relative luminance" */
static double luminance(const double rgb[3])
{
    double linear[3];
    for (int i = 0; i < 3; i++)
        linear[i] = rgb[i] <= 0.04045 ? rgb[i] / 12.92 : pow((rgb[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

static double contrast(const double a[3], const double b[3])
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

typedef struct Pair {
    const char *front, *back;
    double least;
} Pair;

static const Pair pairs[] = {
    {"ink", "paper", 4.5},        {"ink", "card", 4.5},         {"muted", "paper", 4.5},      {"muted", "card", 4.5},
    {"leaf", "paper", 4.5},       {"leaf", "card", 4.5},        {"leaf-dark", "paper", 4.5},  {"leaf-dark", "card", 4.5},
    {"on-leaf", "leaf", 4.5},     {"on-leaf", "leaf-dark", 4.5}, {"clay", "paper", 4.5},      {"clay", "card", 4.5},
    {"on-clay", "clay", 4.5},     {"clay", "clay-tint", 4.5},   {"sky", "paper", 4.5},        {"sky", "sky-tint", 4.5},
    {"ink", "leaf-tint", 4.5},    {"ink", "millet-tint", 4.5},  {"ink", "clay-tint", 4.5},    {"ink", "sky-tint", 4.5},
    {"ink", "line", 4.5},         {"muted", "line", 3},         {"leaf-dark", "leaf-tint", 4.5}, {"leaf", "leaf-tint", 4.5},
    {"muted", "leaf-tint", 4.5},  {"edge", "paper", 3},         {"edge", "card", 3},          {"leaf", "millet-tint", 4.5},
    {"leaf", "sky-tint", 4.5},
};

static void every_pair_of_colours_is_readable_in_both_themes(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    const Asset *style = asset_find(STR("style.css"));
    assert_non_null(style);
    for (int dark = 0; dark < 2; dark++)
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            double front[3], back[3];
            Str light = theme(style->plain, false), block = theme(style->plain, dark);
            assert_true(token(arena, block, pairs[i].front, front) || token(arena, light, pairs[i].front, front));
            assert_true(token(arena, block, pairs[i].back, back) || token(arena, light, pairs[i].back, back));
            double ratio = contrast(front, back);
            if (ratio < pairs[i].least)
                fail_msg("%s theme: %s on %s is %.2f:1, less than %.1f:1", dark ? "dark" : "light", pairs[i].front,
                         pairs[i].back, ratio, pairs[i].least);
        }
    arena_free(arena);
}

static void the_colours_of_the_light_theme_are_those_of_the_design(void **state)
{
    (void)state;
    static const char *const design[] = {"--paper:#FBF8F1", "--card:#FFFFFF", "--ink:#23291F",  "--muted:#5E6658",
                                         "--line:#E4DECF",  "--leaf:#2F6B3A", "--leaf-dark:#23522C", "--millet:#E2A72E",
                                         "--clay:#A63D2F",  "--sky:#2B6C8F"};
    Str light = theme(asset_find(STR("style.css"))->plain, false);
    for (size_t i = 0; i < sizeof design / sizeof *design; i++)
        assert_int_not_equal(str_find(light, str_of(design[i])), SIZE_MAX);
}

/* Colours outside the tokens would escape both themes. */
static void no_colour_is_named_outside_the_tokens(void **state)
{
    (void)state;
    Str css = asset_find(STR("style.css"))->plain;
    size_t end = str_find(css, STR("*,::before"));
    Str rest = str_slice(css, end, css.len);
    size_t print = str_find(rest, STR("@media print"));
    rest = str_slice(rest, 0, print);
    for (size_t at = str_find(rest, STR("#")); at != SIZE_MAX; at = str_find(rest, STR("#"))) {
        rest = str_slice(rest, at + 1, rest.len);
        if (rest.len > 6 && !str_starts(rest, STR("0000"))) { /* #0000 is "nothing" */
            bool colour = true;
            for (int i = 0; i < 3; i++)
                colour = colour && strchr("0123456789abcdefABCDEF", rest.at[i]);
            if (colour)
                fail_msg("a colour of its own: #%.6s", rest.at);
        }
    }
}

static void the_stylesheet_is_small(void **state)
{
    (void)state;
    const Asset *style = asset_find(STR("style.css"));
    assert_in_range(style->gzip.len, 1, 14 * 1024);
    assert_in_range(style->brotli.len, 1, style->gzip.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_colours_is_readable_in_both_themes),
        cmocka_unit_test(the_colours_of_the_light_theme_are_those_of_the_design),
        cmocka_unit_test(no_colour_is_named_outside_the_tokens),
        cmocka_unit_test(the_stylesheet_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
