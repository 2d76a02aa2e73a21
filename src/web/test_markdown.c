/* Markdown written by people does no harm. */
#include "harness.h"

#include "web/markdown.h"

static Str of(void **state, const char *text)
{
    return markdown(test_arena(state), str_of(text)).raw;
}

static void plain_markdown_becomes_paragraphs_and_lists(void **state)
{
    assert_str(of(state, "We grow *rice*.\n\n- red\n- black\n"),
               "<p>We grow <em>rice</em>.</p>\n<ul>\n<li>red</li>\n<li>black</li>\n</ul>\n");
}

static void headings_begin_below_those_of_the_page(void **state)
{
    assert_str(of(state, "# Our hill"), "<h3>Our hill</h3>\n");
    assert_str(of(state, "##### Deep"), "<h6>Deep</h6>\n");
}

static void raw_html_and_scripts_are_left_out(void **state)
{
    assert_int_equal(str_find(of(state, "<script>alert(1)</script>\n\nhi <b onclick=x>there</b>"), STR("<script")),
                     SIZE_MAX);
    assert_int_equal(str_find(of(state, "hi <b onclick=x>there</b>"), STR("onclick")), SIZE_MAX);
    assert_int_equal(
        str_find(of(state, "[x](javascript:alert(1)) [y](JaVaScRiPt:1) [z](data:text/html,1)"), STR("alert")),
        SIZE_MAX);
    assert_int_equal(str_find(of(state, "[z](data:text/html,hello)"), STR("data:")), SIZE_MAX);
}

static void pictures_of_other_hosts_become_links(void **state)
{
    assert_str(of(state, "![a barn](https://elsewhere.example/x.png)"),
               "<p><a href=\"https://elsewhere.example/x.png\">a barn</a></p>\n");
    assert_str(of(state, "![a barn](//elsewhere.example/x.png)"),
               "<p><a href=\"//elsewhere.example/x.png\">a barn</a></p>\n");
    assert_str(of(state, "![a barn](/media/x.webp)"), "<p><img src=\"/media/x.webp\" alt=\"a barn\" /></p>\n");
}

static void nothing_gives_nothing(void **state)
{
    assert_int_equal(of(state, "").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain_markdown_becomes_paragraphs_and_lists),
        TEST(headings_begin_below_those_of_the_page),
        TEST(raw_html_and_scripts_are_left_out),
        TEST(pictures_of_other_hosts_become_links),
        TEST(nothing_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
