/* What the web layer keeps: answers given once, pages for guests; and how it sends them. */
#include "web/test_kitchen.h"

#include <zlib.h>

#include "web/encode.h"

/* ---- once ---- */

static void the_same_key_gets_the_same_answer_and_acts_once(void **state)
{
    App *app = kitchen(state);
    const char *path = "/api/v1/kitchen/orders", *key = "Idempotency-Key: k-1";
    const Answer *first = ask_with(app, NULL, "POST", path, key, "{\"name\":\"Soup\"}");
    assert_status(first, 201);
    assert_int_equal(json_number(first, "pieces"), 1);
    for (int i = 0; i < 3; i++) {
        const Answer *again = ask_with(app, NULL, "POST", path, key, "{\"name\":\"Soup\"}");
        assert_status(again, 201);
        assert_true(str_eq(again->body, first->body));
        assert_str(answer_header(again, "Idempotent-Replayed"), "true");
    }
    assert_int_equal(test_int(app_store(app), "SELECT orders FROM kitchen"), 1);
    assert_refused(ask_with(app, NULL, "POST", path, key, "{\"name\":\"Bread\"}"), 422, "idempotency.other_request");
    assert_int_equal(json_number(ask_with(app, NULL, "POST", path, "Idempotency-Key: k-2", "{\"name\":\"Soup\"}"), "pieces"), 2);
    assert_int_equal(json_number(ask(app, NULL, "POST", path, "{\"name\":\"Soup\"}"), "pieces"), 3);
}

static void keys_belong_to_whoever_sent_them(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app), *li = guest(app);
    user_address(li, "192.0.2.99");
    const char *path = "/api/v1/kitchen/orders", *key = "Idempotency-Key: mine";
    assert_int_equal(json_number(ask_with(app, wang, "POST", path, key, "{\"name\":\"Soup\"}"), "pieces"), 1);
    assert_int_equal(json_number(ask_with(app, li, "POST", path, key, "{\"name\":\"Soup\"}"), "pieces"), 2);
}

static void a_refusal_is_not_kept_so_that_it_can_be_tried_again(void **state)
{
    App *app = kitchen(state);
    const char *path = "/api/v1/kitchen/orders", *key = "Idempotency-Key: again";
    assert_refused(ask_with(app, NULL, "POST", path, key, "{\"name\":\"poison\"}"), 409, "kitchen.no");
    assert_refused(ask_with(app, NULL, "POST", path, key, "{\"pieces\":3}"), 422, "field.required");
    assert_status(ask_with(app, NULL, "POST", path, key, "{\"name\":\"Soup\"}"), 201);
    assert_refused(ask_with(app, NULL, "POST", path, "Idempotency-Key: a b", "{\"name\":\"Soup\"}"), 422, "idempotency.bad_key");
}

/* ---- pages kept for guests ---- */

static void a_shared_page_is_made_once_until_something_is_written(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    const Answer *first = ask(app, wang, "GET", "/kitchen/list", NULL);
    assert_says(first, "orders=0");
    ask(app, wang, "GET", "/kitchen/list", NULL);
    ask(app, NULL, "GET", "/kitchen/list", NULL);
    assert_int_equal(listed, 1);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen/orders", "{\"name\":\"Soup\"}"), 201);
    assert_says(ask(app, wang, "GET", "/kitchen/list", NULL), "orders=1");
    assert_int_equal(listed, 2);
}

static void a_kept_page_is_kept_for_each_language_and_query(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_language(wang, "zh-CN");
    assert_says(ask(app, guest(app), "GET", "/kitchen/list", NULL), "lang=en");
    assert_says(ask(app, wang, "GET", "/kitchen/list", NULL), "lang=zh-CN");
    assert_says(ask(app, wang, "GET", "/kitchen/list?search=a", NULL), "lang=zh-CN");
    assert_int_equal(listed, 3);
}

static void a_kept_page_grows_old_with_the_clock(void **state)
{
    App *app = kitchen(state);
    ask(app, NULL, "GET", "/kitchen/list", NULL);
    time_fake((Time){time_now().ms + 10000});
    ask(app, NULL, "GET", "/kitchen/list", NULL);
    time_fake((Time){0});
    assert_int_equal(listed, 2);
}

static void cookies_that_might_show_on_a_page_keep_it_out_of_the_cache(void **state)
{
    App *app = kitchen(state);
    ask(app, NULL, "GET", "/kitchen/list", NULL);
    ask_with(app, NULL, "GET", "/kitchen/list", "Cookie: cart=1", NULL);
    ask_with(app, NULL, "GET", "/kitchen/list", "Cookie: sid=nonsense", NULL);
    ask_with(app, NULL, "GET", "/kitchen/list", "Cookie: notice=Saved", NULL);
    assert_int_equal(listed, 4);
    ask_with(app, NULL, "GET", "/kitchen/list", "Cookie: lang=en; visit=1", NULL);
    assert_int_equal(listed, 4);
}

static void what_the_client_has_already_is_not_sent_again(void **state)
{
    App *app = kitchen(state);
    const Answer *first = ask(app, NULL, "GET", "/kitchen/list", NULL);
    Str etag = answer_header(first, "ETag");
    assert_true(etag.len > 10);
    Str condition = str_format(app_arena(app), "If-None-Match: \"other\", %.*s", STR_ARG(etag));
    const Answer *same = ask_with(app, NULL, "GET", "/kitchen/list", str_z(app_arena(app), condition), NULL);
    assert_status(same, 304);
    assert_int_equal(same->body.len, 0);
    assert_status(ask_with(app, NULL, "GET", "/kitchen/list", "If-None-Match: \"other\"", NULL), 200);
}

static void pages_are_compressed_where_that_pays(void **state)
{
    App *app = kitchen(state);
    const Answer *plain = ask(app, NULL, "GET", "/kitchen/list", NULL);
    const Answer *small = ask_with(app, NULL, "GET", "/kitchen/list", "Accept-Encoding: gzip, deflate, br", NULL);
    assert_str(answer_header(small, "Content-Encoding"), "gzip");
    assert_true(small->body.len * 5 < plain->body.len);
    assert_int_equal((unsigned char)small->body.at[0], 0x1f);
    assert_int_equal(answer_header(ask_with(app, NULL, "GET", "/kitchen/list", "Accept-Encoding: gzip;q=0", NULL), "Content-Encoding").len, 0);
    assert_int_equal(answer_header(ask_with(app, NULL, "GET", "/kitchen", "Accept-Encoding: gzip", NULL), "Content-Encoding").len, 0);
}

/* ---- parts of pages, kept for everybody ---- */

/* The text behind name up to the next space or ";". */
static Str said(const Answer *answer, const char *name)
{
    size_t at = str_find(answer->body, str_of(name)), len = 0;
    assert_true(at != SIZE_MAX);
    Str rest = str_slice(answer->body, at + strlen(name), SIZE_MAX);
    while (len < rest.len && rest.at[len] != ';' && rest.at[len] != ' ')
        len++;
    return str_slice(rest, 0, len);
}

static void a_part_for_everybody_is_made_by_nobody(void **state)
{
    App *app = kitchen(state);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN);
    const Answer *page = ask_with(app, mei, "GET", "/kitchen/board", "User-Agent: Meis phone", NULL);
    assert_says(page, "alone name=Mei;");
    assert_says(page, "part who=0 roles=0 name= grants=0 cookie= agent= bearer=0 orders=0");
    for (size_t i = 0; i < page->headers_len; i++)
        assert_true(str_find(page->headers[i].value, STR("leak")) == SIZE_MAX);
    assert_str(answer_header(page, "Cache-Control"), "no-store");
}

static void a_kept_part_carries_each_readers_own_form_token(void **state)
{
    App *app = kitchen(state);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN), *lin = user(app, "Lin", 0, ROLE_MEMBER);
    const Answer *meis = ask(app, mei, "GET", "/kitchen/board", NULL), *lins = ask(app, lin, "GET", "/kitchen/board", NULL);
    const Answer *guests = ask(app, NULL, "GET", "/kitchen/board", NULL);
    assert_int_equal(listed, 1);
    const Answer *all[] = {meis, lins, guests};
    for (size_t i = 0; i < 3; i++) {
        Str first = said(all[i], "token="), mine = said(all[i], "mine=");
        assert_true(first.len > 20);
        assert_true(str_eq(first, mine));
        assert_says(all[i], str_z(app_arena(app), str_format(app_arena(app), "token=%.*s token=%.*s;mine=", STR_ARG(mine), STR_ARG(mine))));
    }
    assert_false(str_eq(said(meis, "mine="), said(lins, "mine=")));
    assert_false(str_eq(said(meis, "mine="), said(guests, "mine=")));
    assert_silent(lins, "Mei");
    assert_silent(guests, "Lin");
}

static Str unzipped(Arena *arena, Str gzip, size_t room)
{
    Str out = {arena_alloc(arena, room + 1), 0};
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)gzip.at, .avail_in = (unsigned)gzip.len,
                       .next_out = (unsigned char *)(uintptr_t)out.at, .avail_out = (unsigned)room};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END); /* its length and its sum, too */
    assert_int_equal(stream.avail_in, 0);
    out.len = room - stream.avail_out;
    inflateEnd(&stream);
    return out;
}

/* A page with every token of its reader replaced by a dash. */
static const char *without_tokens(Arena *arena, Str page, Str token)
{
    Buf out = buf_new(arena, page.len + 1);
    assert_true(token.len > 20);
    for (size_t at; (at = str_find(page, token)) != SIZE_MAX; page = str_slice(page, at + token.len, SIZE_MAX)) {
        buf_add(&out, str_slice(page, 0, at));
        buf_add_char(&out, '-');
    }
    buf_add(&out, page);
    return str_z(arena, buf_str(&out));
}

static void a_compressed_page_of_kept_parts_says_the_same_as_a_plain_one(void **state)
{
    App *app = kitchen(state);
    Arena *arena = app_arena(app);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN);
    const Answer *plain = ask(app, mei, "GET", "/kitchen/board", NULL);
    const char *wanted = without_tokens(arena, plain->body, said(plain, "mine="));
    for (int i = 0; i < 3; i++) { /* the first meets a part that was kept by one who took it plain */
        const Answer *small = ask_with(app, mei, "GET", "/kitchen/board", "Accept-Encoding: gzip", NULL);
        assert_str(answer_header(small, "Content-Encoding"), "gzip");
        Answer whole = {.body = unzipped(arena, small->body, 100000)};
        assert_str(str_of(without_tokens(arena, whole.body, said(&whole, "mine="))), wanted);
        assert_true(small->body.len * 3 < whole.body.len);
    }
    assert_int_equal(listed, 1);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen/orders", "{\"name\":\"Soup\"}"), 201);
    User *lin = user(app, "Lin", 0, ROLE_MEMBER);
    User *both[] = {lin, mei, NULL};
    for (int i = 0; i < 3; i++) { /* now kept by one who took it compressed */
        const Answer *small = ask_with(app, both[i], "GET", "/kitchen/board", "Accept-Encoding: gzip", NULL);
        Answer whole = {.body = unzipped(arena, small->body, 100000)};
        assert_true(str_eq(said(&whole, "token="), said(&whole, "mine=")));
        assert_says(&whole, "orders=1");
    }
    assert_int_equal(listed, 2);
}

static uint64_t dice;
static size_t roll(size_t sides)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(dice >> 33) % sides;
}

static Str random_words(Arena *arena, size_t len)
{
    static const char *const words[] = {"<li>", "<form>", "value=\"", "rice ", "米", "eggs", "\n", "1234567890", "\1\2\3", "a"};
    Buf out = buf_new(arena, len + 16);
    while (out.len < len)
        buf_add(&out, str_of(words[roll(sizeof words / sizeof *words)]));
    return buf_str(&out);
}

static void whatever_is_pressed_comes_out_whole_with_any_token(void **state)
{
    enum { TOKENS_MAX = 20 };
    Arena *arena = test_arena(state);
    int pressed = 0;
    dice = test_seed();
    for (int round = 0; round < 300; round++) {
        Str front = random_words(arena, roll(3000)), text = random_words(arena, 1 + roll(20000)), rest = random_words(arena, roll(3000)),
            tail = random_words(arena, (size_t)(round % 40) * 30 + 1);
        size_t tokens[TOKENS_MAX], tokens_len = roll(TOKENS_MAX + 1), from = 0, gap = roll(4) ? 43 : roll(70);
        for (size_t i = 0; i < tokens_len; i++)
            from = tokens[i] = roll(5) ? from + roll(text.len - from + 1) / (1 + roll(tokens_len)) : from;
        char token[70];
        for (size_t i = 0; i < gap; i++)
            token[i] = (char)('a' + roll(26));
        Ready ready = {.from = front.len};
        if (!press(arena, text, tokens, tokens_len, gap, (int)roll(9) + 1, &ready.pressed))
            continue; /* said so, and nothing is lost but time */
        pressed++;
        Buf body = buf_new(arena, 200000);
        buf_add(&body, front);
        from = 0;
        for (size_t i = 0; i < tokens_len; i++) {
            buf_add(&body, str_slice(text, from, tokens[i]));
            buf_add(&body, (Str){token, gap});
            from = tokens[i];
        }
        buf_add(&body, str_slice(text, from, SIZE_MAX));
        ready.len = body.len - front.len;
        buf_add(&body, rest);
        ready.tail = roll(3) ? body.len : 0;
        buf_add(&body, tail);
        Str small;
        if (gzip_join(arena, buf_str(&body), roll(8) ? &ready : NULL, 2, &small))
            assert_true(str_eq(unzipped(arena, small, body.len), buf_str(&body)));
    }
    assert_true(pressed > 200);
}

static void a_part_is_made_again_after_a_write_with_the_clock_and_for_each_language_and_query(void **state)
{
    App *app = kitchen(state);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN);
    ask(app, mei, "GET", "/kitchen/board", NULL);
    ask(app, mei, "GET", "/kitchen/board", NULL);
    assert_int_equal(listed, 1);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen/orders", "{\"name\":\"Soup\"}"), 201);
    assert_says(ask(app, mei, "GET", "/kitchen/board", NULL), "orders=1");
    assert_int_equal(listed, 2);
    ask(app, mei, "GET", "/kitchen/board?a=1", NULL);
    assert_int_equal(listed, 3);
    time_fake((Time){time_now().ms + 10000});
    ask(app, mei, "GET", "/kitchen/board", NULL);
    time_fake((Time){0});
    assert_int_equal(listed, 4);
    user_language(mei, "zh-CN");
    ask(app, mei, "GET", "/kitchen/board", NULL);
    assert_int_equal(listed, 5);
}

static void a_part_that_fails_is_refused_to_the_reader_and_not_kept(void **state)
{
    App *app = kitchen(state);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN);
    for (int i = 1; i <= 2; i++) {
        assert_status(ask(app, mei, "GET", "/kitchen/board?fails=1", NULL), 409);
        assert_int_equal(listed, i);
    }
}

static void only_pages_that_scan_may_ask_for_the_camera(void **state)
{
    App *app = kitchen(state);
    assert_true(str_find(answer_header(ask(app, NULL, "GET", "/kitchen/scan", NULL), "Permissions-Policy"), STR("camera=(self)")) !=
                SIZE_MAX);
    assert_true(str_find(answer_header(ask(app, NULL, "GET", "/kitchen", NULL), "Permissions-Policy"), STR("camera=()")) != SIZE_MAX);
}

static void files_of_people_may_do_nothing_on_our_site(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, NULL, "GET", "/kitchen/file", NULL);
    assert_str(answer_header(answer, "Content-Security-Policy"), "default-src 'none'; sandbox");
    assert_str(answer_header(answer, "X-Content-Type-Options"), "nosniff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(the_same_key_gets_the_same_answer_and_acts_once),
        TEST_DB(keys_belong_to_whoever_sent_them),
        TEST_DB(a_refusal_is_not_kept_so_that_it_can_be_tried_again),
        TEST_DB(a_shared_page_is_made_once_until_something_is_written),
        TEST_DB(a_kept_page_is_kept_for_each_language_and_query),
        TEST_DB(a_kept_page_grows_old_with_the_clock),
        TEST_DB(cookies_that_might_show_on_a_page_keep_it_out_of_the_cache),
        TEST_DB(what_the_client_has_already_is_not_sent_again),
        TEST_DB(pages_are_compressed_where_that_pays),
        TEST_DB(a_part_for_everybody_is_made_by_nobody),
        TEST_DB(a_kept_part_carries_each_readers_own_form_token),
        TEST_DB(a_compressed_page_of_kept_parts_says_the_same_as_a_plain_one),
        TEST(whatever_is_pressed_comes_out_whole_with_any_token),
        TEST_DB(a_part_is_made_again_after_a_write_with_the_clock_and_for_each_language_and_query),
        TEST_DB(a_part_that_fails_is_refused_to_the_reader_and_not_kept),
        TEST_DB(only_pages_that_scan_may_ask_for_the_camera),
        TEST_DB(files_of_people_may_do_nothing_on_our_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
