/* Pictures from upload to page to bin. */
#include "ask.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "media/inside.h"
#include "pictures.h"

static const Answer *send_picture(App *app, User *who, const char *name, Str bytes)
{
    AskFile file = {"picture", name, "image/jpeg", bytes};
    return ask_upload(app, who, "/api/v1/pictures", &file, "");
}

static Str taken(App *app, Str bytes)
{
    Str key;
    assert_fine(media_take_bytes(app_store(app), app_arena(app), bytes, time_now(), &key));
    return key;
}

static bool on_disk(App *app, Str key)
{
    KeyParts parts;
    assert_true(key_parse(key, &parts));
    return file_exists(picture_file(app_arena(app), parts.hash, parts.width, "jpg").at);
}

static int64_t rows(App *app)
{
    return test_int(app_store(app), "SELECT count(*) FROM picture");
}

/* ---- taking ---- */

static void a_member_uploads_a_picture_and_everybody_sees_it(void **state)
{
    App *app = app_of(state);
    Str png = png_make(app_arena(app), 700, 500, paint_corners);
    const Answer *sent = send_picture(app, user(app, "Li", 0, ROLE_SELLER), "eggs.jpg", png);
    assert_status(sent, 201);
    assert_int_equal(json_number(sent, "width"), 700);
    const Answer *seen = ask(app, guest(app), "GET", str_z(app_arena(app), json_text(sent, "url")), NULL);
    assert_status(seen, 200);
    assert_str(answer_header(seen, "Content-Type"), "image/jpeg");
    assert_str(answer_header(seen, "Cache-Control"), "public, max-age=31536000, immutable");
    assert_str(answer_header(seen, "X-Content-Type-Options"), "nosniff");
    assert_str(answer_header(seen, "Content-Security-Policy"), "default-src 'none'; sandbox");
}

static void a_stranger_cannot_upload(void **state)
{
    App *app = app_of(state);
    const Answer *sent = send_picture(app, guest(app), "a.png", png_make(app_arena(app), 10, 10, paint_corners));
    assert_int_equal(sent->status, 401);
    assert_int_equal(rows(app), 0);
}

static void what_is_no_picture_is_refused_at_its_field(void **state)
{
    App *app = app_of(state);
    User *li = user(app, "Li", 0, ROLE_SELLER);
    assert_refused(send_picture(app, li, "photo.jpg", STR("<svg onload=alert(1)>")), 422, "media.kind");
    const Answer *cut = send_picture(app, li, "a.png", STR("\x89PNG\r\n\x1A\nnothing"));
    assert_refused(cut, 422, "media.damaged");
    assert_str(json_text(cut, "field"), "picture");
    assert_refused(send_picture(app, li, "a.png", png_bomb(app_arena(app), 60000, 60000, false)), 422,
                   "media.too_large");
    assert_refused(ask_upload(app, li, "/api/v1/pictures", NULL, "a=b"), 422, "field.required");
    assert_int_equal(rows(app), 0);
}

static void the_same_file_twice_is_stored_once(void **state)
{
    App *app = app_of(state);
    Str png = png_make(app_arena(app), 300, 200, paint_corners);
    Str first = taken(app, png), second = taken(app, png);
    assert_true(str_eq(first, second));
    assert_int_equal(rows(app), 1);
    assert_false(str_eq(first, taken(app, png_make(app_arena(app), 301, 200, paint_corners))));
}

static void files_that_were_lost_come_back_with_the_next_upload(void **state)
{
    App *app = app_of(state);
    Str png = png_make(app_arena(app), 300, 200, paint_noise), key = taken(app, png);
    KeyParts parts;
    assert_true(key_parse(key, &parts));
    assert_int_equal(unlink(picture_file(app_arena(app), parts.hash, parts.width, "jpg").at), 0);
    assert_true(str_eq(key, taken(app, png)));
    assert_true(on_disk(app, key));
}

typedef struct Taker {
    App *app;
    Str bytes, key;
    pthread_t thread;
    Arena *arena;
} Taker;

static void *take_in_thread(void *arg)
{
    Taker *taker = arg;
    if (media_take_bytes(app_store(taker->app), taker->arena, taker->bytes, time_now(), &taker->key))
        taker->key = (Str){0};
    return NULL;
}

static void many_may_send_the_same_picture_at_once(void **state)
{
    App *app = app_of(state);
    Str png = png_make(app_arena(app), 200, 200, paint_corners);
    Taker takers[6];
    for (int i = 0; i < 6; i++) {
        takers[i] = (Taker){.app = app, .bytes = png, .arena = arena_new()};
        pthread_create(&takers[i].thread, NULL, take_in_thread, &takers[i]);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(takers[i].thread, NULL);
        assert_true(takers[i].key.len > 0 && str_eq(takers[i].key, takers[0].key));
    }
    for (int i = 0; i < 6; i++)
        arena_free(takers[i].arena);
    assert_int_equal(rows(app), 1);
}

/* ---- showing ---- */

static void names_that_are_no_picture_are_not_there(void **state)
{
    App *app = app_of(state);
    static const char *const names[] = {"/media/x",
                                        "/media/..%2F..%2Fmillet.db",
                                        "/media/.lock",
                                        "/media/0123456789abcdef0123456789abcdef01234567-320.webp",
                                        "/media/0123456789abcdef0123456789abcdef0123456%2F-320.webp",
                                        "/media/0123456789abcdef0123456789abcdef01234567-0320.webp",
                                        "/media/0123456789abcdef0123456789abcdef01234567-320.svg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Answer *answer = ask(app, guest(app), "GET", names[i], NULL);
        assert_true(answer->status == 404 ||
                    answer->status == 400); /* the dispatcher itself refuses an encoded slash */
    }
}

static void who_saves_data_gets_the_small_one(void **state)
{
    App *app = app_of(state);
    Str key = taken(app, png_make(app_arena(app), 800, 600, paint_noise));
    const char *url = str_z(app_arena(app), media_url(app_arena(app), key, 640, "webp"));
    const Answer *full = ask(app, guest(app), "GET", url, NULL);
    const Answer *small = ask_with(app, guest(app), "GET", url, "Save-Data: on", NULL);
    assert_status(small, 200);
    assert_str(answer_header(small, "Vary"), "Save-Data");
    assert_true(small->body.len > 0 && small->body.len * 2 < full->body.len);
}

static void a_page_is_told_all_widths_and_the_proportions(void **state)
{
    Arena *arena = test_arena(state);
    const char *hash = "0123456789abcdef0123456789abcdef01234567";
    Picture p = picture_of(arena, str_format(arena, "%s-700x500-e02020", hash), STR("Eggs"), SIZES_CARD);
    assert_int_equal(p.width, 700);
    assert_int_equal(p.height, 500);
    assert_str(p.tone, "tone-300");
    assert_str(p.src, "/media/0123456789abcdef0123456789abcdef01234567-320.jpg");
    assert_int_equal(p.files.len, 4);
    assert_str(p.files.at[2].name, "0123456789abcdef0123456789abcdef01234567-640.webp");
    assert_int_equal(p.files.at[3].width, 700);
    assert_str(media_url(arena, p.key, 9999, "jpg"), "/media/0123456789abcdef0123456789abcdef01234567-700.jpg");
    assert_str(media_url(arena, p.key, 1, "jpg"), "/media/0123456789abcdef0123456789abcdef01234567-160.jpg");
}

static void a_text_that_is_no_key_shows_no_picture(void **state)
{
    Arena *arena = test_arena(state);
    static const char *const keys[] = {"",
                                       "x",
                                       "0123456789abcdef0123456789abcdef01234567-0x5-e02020",
                                       "0123456789abcdef0123456789abcdef01234567-700x500-e0202g",
                                       "0123456789abcdef0123456789abcdef0123456/-700x500-e02020",
                                       "0123456789abcdef0123456789abcdef01234567-700x999999-e02020"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_int_equal(picture_of(arena, str_of(keys[i]), STR("x"), SIZES_CARD).key.len, 0);
        assert_int_equal(media_url(arena, str_of(keys[i]), 320, "jpg").len, 0);
    }
}

/* ---- keeping and sweeping ---- */

typedef struct Use {
    Str key;
    Time now;
} Use;

static Err *keep_write(Tx *tx, void *arg)
{
    return media_keep(tx, ((Use *)arg)->key);
}

static Err *drop_write(Tx *tx, void *arg)
{
    return media_drop(tx, ((Use *)arg)->key, ((Use *)arg)->now);
}

static Err *keep(App *app, Str key)
{
    Use use = {key, time_now()};
    return db_write(app_store(app), app_arena(app), keep_write, &use);
}

static void drop(App *app, Str key, Time now)
{
    Use use = {key, now};
    assert_fine(db_write(app_store(app), app_arena(app), drop_write, &use));
}

static Time later(int hours)
{
    return (Time){time_now().ms + (int64_t)hours * HOUR_MS};
}

static void sweep(App *app, Time now)
{
    JobContext context = {app_store(app), arena_new(), now};
    assert_fine(sweep_pictures(&context));
    arena_free(context.arena);
}

static void a_picture_nobody_uses_is_gone_after_a_day(void **state)
{
    App *app = app_of(state);
    Str key = taken(app, png_make(app_arena(app), 90, 90, paint_corners));
    sweep(app, later(23));
    assert_true(on_disk(app, key));
    sweep(app, later(25));
    assert_false(on_disk(app, key));
    assert_int_equal(rows(app), 0);
}

static void a_picture_in_use_stays_until_its_last_use_ends(void **state)
{
    App *app = app_of(state);
    Str key = taken(app, png_make(app_arena(app), 90, 90, paint_noise));
    assert_fine(keep(app, key));
    assert_fine(keep(app, key));
    sweep(app, later(1000));
    drop(app, key, later(1000));
    sweep(app, later(2000));
    assert_true(on_disk(app, key));
    drop(app, key, later(2000));
    sweep(app, later(2023));
    assert_true(on_disk(app, key));
    sweep(app, later(2025));
    assert_false(on_disk(app, key));
}

static void keeping_what_is_gone_is_refused(void **state)
{
    App *app = app_of(state);
    assert_err(keep(app, STR("0123456789abcdef0123456789abcdef01234567-700x500-e02020")), "media.missing");
    assert_err(keep(app, STR("nonsense")), "media.missing");
    assert_fine(keep(app, (Str){0}));
}

static void a_file_without_a_row_is_swept_when_it_is_old(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    Str key = taken(app, png_make(arena, 50, 50, paint_corners));
    Str fresh = picture_file(arena, STR("aa23456789abcdef0123456789abcdef01234567"), 160, "webp");
    Str old = picture_file(arena, STR("aa23456789abcdef0123456789abcdef01234568"), 160, "webp");
    assert_fine(folder_make(arena, str_z(arena, str_slice(fresh, 0, str_find(fresh, STR("/23456")))), 0755));
    assert_fine(file_write(arena, fresh.at, STR("x"), 0644));
    assert_fine(file_write(arena, old.at, STR("x"), 0644));
    const struct timeval times[2] = {{1000, 0}, {1000, 0}};
    assert_int_equal(utimes(old.at, times), 0);
    assert_fine(keep(app, key));
    sweep(app, time_now());
    assert_true(file_exists(fresh.at));
    assert_false(file_exists(old.at));
    assert_true(on_disk(app, key));
}

static void verify_names_a_missing_file(void **state)
{
    App *app = app_of(state);
    Str png = png_make(app_arena(app), 60, 40, paint_noise), key = taken(app, png);
    KeyParts parts;
    Db db;
    assert_true(key_parse(key, &parts));
    const char *lost = picture_file(app_arena(app), parts.hash, parts.width, "webp").at;
    assert_int_equal(unlink(lost), 0);
    Findings findings = {.out = buf_new(app_arena(app), 10000)};
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    assert_fine(check_pictures(&db, &findings));
    assert_int_equal(findings.wrong, 1);
    assert_true(str_find(buf_str(&findings.out), str_of(lost)) != SIZE_MAX);
    taken(app, png); /* mended, for the checks that follow every test */
}

static void a_drawing_of_ours_becomes_a_picture(void **state)
{
    App *app = app_of(state);
    Str key;
    assert_fine(media_take_drawing(app_store(app), app_arena(app),
                                   STR("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"480\">"
                                       "<rect width=\"640\" height=\"480\" fill=\"#e2a72e\"/></svg>"),
                                   time_now(), &key));
    assert_true(str_ends(key, STR("-640x480-e2a72e")));
    assert_true(on_disk(app, key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_member_uploads_a_picture_and_everybody_sees_it),
        TEST_DB(a_stranger_cannot_upload),
        TEST_DB(what_is_no_picture_is_refused_at_its_field),
        TEST_DB(the_same_file_twice_is_stored_once),
        TEST_DB(files_that_were_lost_come_back_with_the_next_upload),
        TEST_DB(many_may_send_the_same_picture_at_once),
        TEST_DB(names_that_are_no_picture_are_not_there),
        TEST_DB(who_saves_data_gets_the_small_one),
        TEST(a_page_is_told_all_widths_and_the_proportions),
        TEST(a_text_that_is_no_key_shows_no_picture),
        TEST_DB(a_picture_nobody_uses_is_gone_after_a_day),
        TEST_DB(a_picture_in_use_stays_until_its_last_use_ends),
        TEST_DB(keeping_what_is_gone_is_refused),
        TEST_DB(a_file_without_a_row_is_swept_when_it_is_old),
        TEST_DB(verify_names_a_missing_file),
        TEST_DB(a_drawing_of_ours_becomes_a_picture),
    };
    return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
