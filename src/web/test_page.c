/* Pages as people get them: the frame, forms that come back, errors, languages. */
#include "core/config.h"
#include "test/ask.h"

#include "web/asset.h"

static App *style_app(void **state)
{
    App *app = app_of(state);
    assert_fine(config_set(app_arena(app), "style", "true"));
    return app;
}

static size_t count(Str text, const char *what)
{
    size_t found = 0, at;
    while ((at = str_find(text, str_of(what))) != SIZE_MAX) {
        found++;
        text = str_slice(text, at + 1, text.len);
    }
    return found;
}

static void the_style_guide_is_there_only_when_asked_for(void **state)
{
    App *app = app_of(state);
    assert_fine(config_set(app_arena(app), "style", "false"));
    assert_status(ask(app, NULL, "GET", "/style", NULL), 404);
    assert_status(ask(app, guest(app), "POST", "/style", "title=x"), 404);
    assert_status(ask(style_app(state), NULL, "GET", "/style", NULL), 200);
}

static void a_page_names_its_language_and_loads_one_stylesheet(void **state)
{
    App *app = style_app(state);
    const Answer *page = ask(app, NULL, "GET", "/style", NULL);
    assert_says(page, "<html lang=\"en\" dir=\"ltr\">");
    assert_says(page, str_z(app_arena(app), asset_url("style.css")));
    assert_int_equal(count(page->body, "rel=\"stylesheet\""), 1);
    assert_int_equal(count(page->body, "<script type=\"module\" src=\"/assets/web."), 1); /* late, never needed */
    assert_int_equal(count(page->body, "<script"), 1);
    assert_int_equal(count(page->body, " style="), 0);
    assert_int_equal(count(page->body, "<h1"), 2); /* the guide shows one more as a sample */
    assert_says(page, "<a class=\"skip\" href=\"#main\">");
}

static void each_icon_is_drawn_once(void **state)
{
    App *app = style_app(state);
    Str body = ask(app, NULL, "GET", "/style", NULL)->body;
    assert_true(count(body, "href=\"#i-check\"") >= 1);
    assert_int_equal(count(body, "<symbol id=\"i-check\""), 1);
    assert_int_equal(count(body, "<symbol id=\"i-truck\""), 0);
}

static void the_language_switch_returns_to_the_same_page(void **state)
{
    App *app = style_app(state);
    User *one = guest(app);
    const Answer *page = ask(app, one, "GET", "/style?a=1&b=%2F", NULL);
    assert_says(page, "/language?to=zh-CN&amp;back=%2Fstyle%3Fa%3D1%26b%3D%252F\" lang=\"zh-CN\"");
    const Answer *chosen = ask(app, one, "GET", "/language?to=zh-CN&back=%2Fstyle%3Fa%3D1%26b%3D%252F", NULL);
    assert_goes_to(chosen, "/style?a=1&b=%2F");
    page = follow(app, one, chosen);
    assert_says(page, "<html lang=\"zh-CN\"");
    assert_says(page, "跳到正文");
    assert_says(page, "/language?to=en&amp;");
}

static void a_refused_form_keeps_what_was_typed_and_names_the_mistake(void **state)
{
    App *app = style_app(state);
    User *one = guest(app);
    const Answer *page =
        ask(app, one, "POST", "/style", "title=%3Cb%3EEggs&kind=weight&price=12x&story=two%0Alines&secret=hunter22&marks=seed&shown=1");
    assert_status(page, 422);
    assert_says(page, "value=\"12x\"");
    assert_says(page, "value=\"&lt;b&gt;Eggs\"");
    assert_says(page, "two\nlines</textarea>");
    assert_silent(page, "hunter22");
    assert_says(page, "value=\"weight\" checked");
    assert_says(page, "value=\"seed\" checked");
    assert_silent(page, "value=\"organic\" checked");
    assert_says(page, "id=\"f-shown\" name=\"shown\" value=\"1\" checked");
    assert_says(page, "<a href=\"#f-price\">Price: Please give an amount such as 12.50.</a>");
    assert_says(page, "id=\"f-price\"");
    assert_says(page, "aria-describedby=\"f-price-help f-price-error\" aria-invalid=\"true\"");
    assert_says(page, "<p class=\"error\" id=\"f-price-error\">");
    assert_int_equal(count(page->body, "aria-invalid"), 1);
}

static void a_refused_form_speaks_the_persons_language(void **state)
{
    App *app = style_app(state);
    User *one = guest(app);
    user_language(one, "zh-CN,zh;q=0.9");
    const Answer *page = ask(app, one, "POST", "/style", "kind=piece&price=1");
    assert_status(page, 422);
    assert_says(page, "请检查填写的内容");
    assert_says(page, "请填写这一项。");
}

static void a_form_that_is_not_refused_shows_its_values(void **state)
{
    App *app = style_app(state);
    const Answer *page = ask(app, NULL, "GET", "/style", NULL);
    assert_status(page, 200);
    assert_says(page, "name=\"title\" value=\"Brown eggs\"");
    assert_says(page, "name=\"price\" value=\"2.50\" inputmode=\"decimal\"");
    assert_says(page, "<span>¥</span>");
    assert_says(page, "type=\"tel\" id=\"f-phone\" name=\"phone\" autocomplete=\"tel\"");
    assert_says(page, "name=\"csrf\" value=\"");
    assert_silent(page, "aria-invalid");
    assert_silent(page, "role=\"alert\"");
}

static void a_notice_is_shown_once(void **state)
{
    App *app = style_app(state);
    User *one = guest(app);
    const Answer *done = ask(app, one, "POST", "/style", "title=Eggs&kind=piece&price=1");
    /* A page that a phone fetches only to keep it does not use the notice up. */
    assert_silent(ask_with(app, one, "GET", "/style", "X-Kept: 1", NULL), "role=\"status\"><p>Saved.");
    assert_says(follow(app, one, done), "<div class=\"notice ok\" role=\"status\"><p>Saved.</p></div>");
    assert_silent(ask(app, one, "GET", "/style", NULL), "notice ok\" role=\"status\"");
}

static void an_error_page_stands_in_the_frame_and_says_what_next(void **state)
{
    App *app = app_of(state);
    User *one = guest(app);
    user_language(one, "zh");
    const Answer *page = ask(app, one, "GET", "/no/such/place", NULL);
    assert_status(page, 404);
    assert_says(page, "<html lang=\"zh-CN\"");
    assert_says(page, "<h1>找不到</h1>");
    assert_says(page, "<a class=\"btn\" href=\"/\">");
    assert_says(page, "class=\"brand\"");
}

static void the_manifest_lets_a_phone_install_the_pages(void **state)
{
    App *app = app_of(state);
    const Answer *manifest = ask(app, NULL, "GET", "/manifest.webmanifest", NULL);
    assert_status(manifest, 200);
    assert_str(answer_header(manifest, "Content-Type"), "application/manifest+json");
    assert_str(json_text(manifest, "display"), "standalone");
    assert_str(json_text(manifest, "icons.3.purpose"), "maskable");
    assert_int_equal(json_number(manifest, "icons"), 5);
}

static void the_service_worker_names_the_files_of_this_build(void **state)
{
    App *app = app_of(state);
    const Answer *worker = ask(app, NULL, "GET", "/sw.js", NULL);
    assert_status(worker, 200);
    assert_str(answer_header(worker, "Cache-Control"), "no-cache");
    assert_says(worker, str_z(app_arena(app), asset_url("style.css")));
    assert_says(ask(app, NULL, "GET", "/offline", NULL), "You are offline");
}

static void every_asset_has_an_address_of_its_own_content(void **state)
{
    App *app = app_of(state);
    assert_true(house_assets_len > 5);
    for (size_t i = 0; i < house_assets_len; i++) {
        const Asset *asset = house_assets[i];
        assert_ptr_equal(asset_at_url(asset->url), asset);
        assert_ptr_equal(asset_find(str_of(asset->name)), asset);
        const Answer *answer = ask(app, NULL, "GET", str_z(app_arena(app), asset->url), NULL);
        assert_status(answer, 200);
        assert_true(str_eq(answer->body, asset->plain));
        assert_true(str_find(answer_header(answer, "Cache-Control"), STR("immutable")) != SIZE_MAX);
    }
    assert_null(asset_at_url(STR("/assets/style.css")));
    assert_null(asset_at_url(STR("")));
    assert_int_equal(asset_url("nowhere.js").len, 0);
    assert_int_equal(icon_find(STR("nowhere")), -1);
    assert_string_equal(house_icons[icon_find(STR("basket"))].name, "basket");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(the_style_guide_is_there_only_when_asked_for),
        TEST_DB(a_page_names_its_language_and_loads_one_stylesheet),
        TEST_DB(each_icon_is_drawn_once),
        TEST_DB(the_language_switch_returns_to_the_same_page),
        TEST_DB(a_refused_form_keeps_what_was_typed_and_names_the_mistake),
        TEST_DB(a_refused_form_speaks_the_persons_language),
        TEST_DB(a_form_that_is_not_refused_shows_its_values),
        TEST_DB(a_notice_is_shown_once),
        TEST_DB(an_error_page_stands_in_the_frame_and_says_what_next),
        TEST_DB(the_manifest_lets_a_phone_install_the_pages),
        TEST_DB(the_service_worker_names_the_files_of_this_build),
        TEST_DB(every_asset_has_an_address_of_its_own_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
