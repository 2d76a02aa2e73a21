/* The demo village, made part by part on a fresh store. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/demo.h"
#include "demo/inside.h"
#include "media/media.h"

static Demo village_of(App *app)
{
    Demo demo = {.store = app_store(app), .arena = app_arena(app), .now = time_now(), .seed = 1};
    DemoPictures none = {NEW_ARRAY(demo.arena, Str, demo_goods_len()), NEW_ARRAY(demo.arena, Str, demo_growers_len())};
    demo_name(&demo, app_org(app), "village");
    assert_fine(demo_people(&demo));
    assert_fine(demo_goods(&demo, &none)); /* drawing is tried by itself: it takes seconds */
    size_t orders;
    assert_fine(demo_orders(&demo, 4, &orders));
    return demo;
}

static void everything_that_is_drawn_has_a_motif_and_colours(void **state)
{
    Arena *arena = test_arena(state);
    for (const Good *good = goods; good->grower; good++) {
        Drawing drawing = good->drawing;
        drawing.ground = "#E7F0E4";
        Str svg = drawing_svg(arena, &drawing); /* aborts on a misspelt motif */
        assert_true(str_ends(svg, STR("</svg>")));
        assert_int_equal(str_find(svg, STR("{")), SIZE_MAX);
    }
    for (const Grower *grower = growers; grower->slug; grower++)
        assert_true(str_ends(portrait_svg(arena, &grower->portrait), STR("</svg>")));
}

static void there_is_enough_to_look_at_in_both_languages(void **state)
{
    (void)state;
    assert_true(demo_growers_len() >= 12);
    assert_true(demo_goods_len() >= 60);
    for (const Good *good = goods; good->grower; good++) {
        bool known = false;
        for (const Grower *grower = growers; grower->slug; grower++)
            known |= strcmp(grower->slug, good->grower) == 0;
        assert_true(known && good->en[0] && good->zh[0] && good->story_en[0] && good->story_zh[0] && good->fen > 0 &&
                    good->stock > 0);
    }
}

static void a_drawing_and_a_portrait_become_light_pictures(void **state)
{
    App *app = app_of(state);
    Drawing drawing = goods[0].drawing;
    Str svgs[2], key;
    drawing.ground = growers[0].portrait.ground;
    svgs[0] = drawing_svg(app_arena(app), &drawing);
    svgs[1] = portrait_svg(app_arena(app), &growers[0].portrait);
    for (int i = 0; i < 2; i++) {
        assert_fine(media_take_drawing(app_store(app), app_arena(app), svgs[i], time_now(), &key));
        const char *url = str_z(app_arena(app), media_url(app_arena(app), key, 320, "webp"));
        const Answer *picture = ask(app, guest(app), "GET", url, NULL);
        assert_status(picture, 200);
        assert_true(picture->body.len > 0 && picture->body.len <= 12000);
    }
}

static void every_past_order_is_closed_and_every_good_can_be_ordered(void **state)
{
    App *app = app_of(state);
    village_of(app);
    Store *store = app_store(app);
    assert_int_equal(test_int(store, "SELECT count(*) FROM product"), (int64_t)demo_goods_len());
    assert_int_equal(test_int(store, "SELECT sum(reserved) FROM stock"), 0);
    assert_int_equal(
        test_int(store,
                 "SELECT count(*) FROM stock s JOIN variant v ON v.id = s.variant WHERE s.on_hand < v.min_steps"),
        0);
    assert_int_equal(
        test_int(store, "SELECT count(*) FROM seller_order WHERE placement NOT IN ('completed', 'cancelled')"), 0);
    assert_true(test_int(store, "SELECT count(*) FROM seller_order WHERE placement = 'completed'") > 10);
}

static void on_every_day_two_places_open(void **state)
{
    (void)state;
    for (int day = 1; day <= 7; day++) {
        int open = 0;
        for (const Pickup *pickup = pickups; pickup->en; pickup++)
            for (int i = 0; i < 4; i++)
                open += pickup->days[i] == day;
        assert_true(open >= 2);
    }
}

/* The village made at this hour of this day; what other rooms add is made by rounds alone. */
static void tomorrow_is_planned(void **state, int day, int hour)
{
    App *app = app_of(state);
    Store *store = app_store(app);
    DemoPictures none = {NEW_ARRAY(app_arena(app), Str, demo_goods_len()), NEW_ARRAY(app_arena(app), Str, demo_growers_len())};
    Demo demo = {.store = store, .arena = app_arena(app), .now = time_of(STR("Asia/Shanghai"), (Date){20550 + day}, hour, 45), .seed = 1};
    demo_name(&demo, app_org(app), "village");
    assert_fine(demo_people(&demo));
    assert_fine(demo_goods(&demo, &none));
    for (size_t i = 0; house_modules[i]; i++)
        if (strcmp(house_modules[i]->name, "rounds") == 0)
            assert_fine(house_modules[i]->demo(&demo));
    assert_int_equal(test_int(store, "SELECT count(*) FROM order_group WHERE open = 1"), 26);
    assert_int_equal(test_int(store, "SELECT count(*) FROM day_plan WHERE state = 'locked'"), 1);
    assert_int_equal(test_int(store, "SELECT day FROM day_plan"), 20550 + day + 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0); /* everything finds room */
    assert_int_equal(test_int(store, "SELECT count(DISTINCT s.order_group) FROM consignment_part p JOIN seller_order s ON s.id = p.seller_order"), 20);
    assert_int_equal(test_int(store, "SELECT count(DISTINCT pickup) FROM consignment WHERE door = 0"), 2);
    assert_int_equal(test_int(store, "SELECT count(DISTINCT door) FROM consignment WHERE door <> 0"), 4);
    assert_true(test_int(store, "SELECT count(DISTINCT org) FROM consignment") >= 7);
    assert_int_equal(test_int(store, "SELECT count(*) FROM vehicle WHERE driver IS NOT NULL"), 2);
    assert_true(test_int(store, "SELECT nearest_m - distance_m FROM day_plan") > 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM stock WHERE on_hand - reserved < 5"), 0); /* shelves stay full */
}

#define MADE_ON(word, day, hour)                                                 \
    static void tomorrow_is_planned_when_it_is_made_on_##word(void **state)      \
    {                                                                            \
        tomorrow_is_planned(state, (day), (hour));                               \
    }
MADE_ON(a_day_just_begun, 0, 0)
MADE_ON(the_next, 1, 4)
MADE_ON(the_third_at_seven, 2, 7)
MADE_ON(the_fourth_at_noon, 3, 12)
MADE_ON(the_fifth_in_the_afternoon, 4, 16)
MADE_ON(the_sixth_in_the_evening, 5, 20)
MADE_ON(the_seventh_before_midnight, 6, 23)

static void the_demo_people_can_sign_in(void **state)
{
    App *app = app_of(state);
    Demo demo = village_of(app);
    assert_true(demo_id(&demo, "person:linmei") && demo_id(&demo, "org:chen-terraces") &&
                demo_id(&demo, "offer:luo-tofu/Fresh tofu"));
    const Answer *in = ask(app, guest(app), "POST", "/sign-in", "name=linmei&password=" DEMO_PASSWORD);
    assert_int_equal(in->status, 303);
    assert_int_equal(demo_id(&demo, "person:nobody"), 0);
}

static void the_same_chance_at_each_run(void **state)
{
    (void)state;
    Demo first = {.seed = 7}, second = {.seed = 7};
    for (int i = 0; i < 100; i++) {
        int64_t drawn = demo_random(&first, 10);
        assert_true(drawn >= 0 && drawn < 10);
        assert_int_equal(drawn, demo_random(&second, 10));
    }
}

static void a_folder_that_holds_something_is_refused(void **state)
{
    Arena *arena = test_arena(state);
    char path[4096] = "", folder[] = "/tmp/millet-demo-XXXXXX";
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(len > 0 && mkdtemp(folder));
    strcpy(strstr(path, "/test/"), "/millet");
    Str command =
        str_format(arena, "touch %s/notes.txt; %s demo --data %s 2>&1 | grep -q notes.txt", folder, path, folder);
    assert_int_equal(system(str_z(arena, command)), 0);
    assert_int_equal(system(str_z(arena, str_format(arena, "[ ! -e %s/millet.db ]", folder))), 0);
    assert_int_equal(system(str_z(arena, str_format(arena, "rm -r %s", folder))), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_that_is_drawn_has_a_motif_and_colours),
        TEST(there_is_enough_to_look_at_in_both_languages),
        TEST_DB(a_drawing_and_a_portrait_become_light_pictures),
        TEST_DB(every_past_order_is_closed_and_every_good_can_be_ordered),
        TEST(on_every_day_two_places_open),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_a_day_just_begun),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_next),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_third_at_seven),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_fourth_at_noon),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_fifth_in_the_afternoon),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_sixth_in_the_evening),
        TEST_DB(tomorrow_is_planned_when_it_is_made_on_the_seventh_before_midnight),
        TEST_DB(the_demo_people_can_sign_in),
        TEST(the_same_chance_at_each_run),
        TEST(a_folder_that_holds_something_is_refused),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
