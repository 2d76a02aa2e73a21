/* What the web layer does for any module, shown on a little module of its own: forms, JSON, uploads, access, CSRF, limits,
   answers given once, pages kept for guests. */
#include "test/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "web/url.h"

typedef struct Dish {
    Str name;
    int64_t pieces;
    bool hot;
    StrList tags;
    Money price;
} Dish;

static const Field dish_fields[] = {
    FIELD(Dish, name, FIELD_STR, .required = true, .max = 20, .label = "Name"),
    FIELD(Dish, pieces, FIELD_INT, .min = 1, .max = 10),
    FIELD(Dish, hot, FIELD_BOOL),
    FIELD(Dish, tags, FIELD_STRS, .max = 3),
    FIELD(Dish, price, FIELD_MONEY),
};
static const Shape dish_shape = SHAPE(Dish, "KitchenDish", dish_fields);

typedef struct Menu {
    Str title;
    struct {
        Dish *at;
        size_t len;
    } dishes;
} Menu;

static const Field menu_fields[] = {
    FIELD(Menu, title, FIELD_STR, .required = true),
    FIELD(Menu, dishes, FIELD_LIST, .shape = &dish_shape, .required = true, .max = 5),
};
static const Shape menu_shape = SHAPE(Menu, "KitchenMenu", menu_fields);

static _Atomic int cooked, listed;

static Err *show_form(Req *r)
{
    const Dish *typed = r->form_values;
    Str body = str_format(r->arena, "<form><input name=csrf value=\"%.*s\">name=%.*s error=%s field=%.*s</form>",
                          STR_ARG(r->csrf), STR_ARG(typed ? typed->name : (Str){0}),
                          r->form_error ? r->form_error->code : "", STR_ARG(r->form_error ? r->form_error->field : (Str){0}));
    return reply_bytes(r, 200, "text/html; charset=utf-8", body);
}

static Err *cook(Req *r)
{
    Dish dish;
    Err *err = take(r, &dish_shape, &dish);
    if (err)
        return reply_form_again(r, err, show_form);
    cooked++;
    return reply_see(r, "/kitchen/dish/%.*s", STR_ARG(dish.name));
}

static Err *cook_json(Req *r)
{
    Dish dish;
    TRY(take(r, &dish_shape, &dish));
    cooked++;
    return reply_json(r, 201, &dish_shape, &dish);
}

static Err *plan_menu(Req *r)
{
    Menu menu;
    TRY(take(r, &menu_shape, &menu));
    return reply_json(r, 200, &menu_shape, &menu);
}

static Err *show_dish(Req *r)
{
    return reply_bytes(r, 200, "text/plain", take_param(r, 0));
}

static Err *show_rest(Req *r)
{
    return reply_bytes(r, 200, "text/plain", take_param(r, 1));
}

static Err *show_by_id(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    return reply_bytes(r, 200, "text/plain", id_text(r->arena, id));
}

static Err *take_picture(Req *r)
{
    const Upload *picture = take_upload(r, "picture");
    if (!picture)
        return err_field(r->arena, "field.required", "picture");
    Str content;
    TRY(file_read(r->arena, picture->path, 100 * 1024 * 1024, &content));
    return reply_bytes(r, 200, "text/plain",
                       str_format(r->arena, "%.*s|%.*s|%lld|%.*s|%.*s", STR_ARG(picture->name), STR_ARG(picture->type),
                                  (long long)picture->bytes, STR_ARG(take_typed(r, "title")),
                                  STR_ARG(str_slice(content, 0, 40))));
}

static Err *broken(Req *r)
{
    return err_detail(r->arena, ERR_BROKEN, "kitchen.fire", "the oven says: %s", "secret detail");
}

static Err *silent(Req *r)
{
    (void)r;
    return NULL;
}

/* The one number of the kitchen's own table: how many orders there were. */
static const Statement orders_up = {.name = "orders_up",
                                    .sqlite = "UPDATE kitchen SET orders = orders + 1",
                                    .postgres = "UPDATE kitchen SET orders = orders + 1",
                                    .writes = true};

static Err *orders_count(Db *db, int64_t *out)
{
    static const Column column = {.name = "orders", .type = COL_INT};
    static const Statement statement = {.name = "orders_count",
                                        .sqlite = "SELECT orders FROM kitchen",
                                        .postgres = "SELECT orders FROM kitchen",
                                        .columns = &column,
                                        .columns_len = 1,
                                        .row_size = sizeof(int64_t)};
    return db_one(db, &statement, NULL, out, NULL);
}

typedef struct Order {
    Req *r;
    Dish dish;
} Order;

static Err *order_write(Tx *tx, void *arg)
{
    Order *order = arg;
    if (str_eq(order->dish.name, STR("poison")))
        return err_new(tx->db.arena, ERR_CONFLICT, "kitchen.no");
    TRY(db_run(tx, &orders_up, NULL, NULL));
    TRY(orders_count(&tx->db, &order->dish.pieces));
    return answer_json(tx, order->r, 201, &dish_shape, &order->dish);
}

static Err *order_dish(Req *r)
{
    Order order = {.r = r};
    TRY(take(r, &dish_shape, &order.dish));
    TRY(db_write(r->store, r->arena, order_write, &order));
    return reply_answer(r);
}

static Err *show_list(Req *r)
{
    listed++;
    int64_t count;
    TRY(orders_count(&r->db, &count));
    Buf out = buf_new(r->arena, 100000);
    buf_addf(&out, "orders=%lld lang=%s csrf=%.*s ", (long long)count, lang_tag(r->lang), STR_ARG(r->csrf));
    for (int i = 0; i < 500; i++)
        buf_add(&out, STR("bread and rice; "));
    return reply_bytes(r, 200, "text/html; charset=utf-8", buf_str(&out));
}

static Err *show_file(Req *r)
{
    return reply_path(r, "image/webp", "/etc/hostname", 60);
}

static const ErrText errors[] = {{"kitchen.fire", "The kitchen burns."}, {"kitchen.no", "We do not cook that."}, {0}};

static const Route routes[] = {
    GET("/kitchen", show_form, ANYONE, "The form."),
    POST("/kitchen", cook, ANYONE, "Cooks.", .takes = &dish_shape),
    POST("/kitchen/sign-in", cook, ANYONE, "A door.", .takes = &dish_shape, .limit = LIMIT_SIGN_IN, .signs_in = true),
    POST("/kitchen/post", cook, ANYONE, "A public text.", .takes = &dish_shape, .limit = LIMIT_POSTING),
    POST("/api/v1/kitchen", cook_json, ANYONE, "Cooks.", .takes = &dish_shape, .gives = &dish_shape, .status = 201),
    POST("/api/v1/kitchen/menu", plan_menu, ANYONE, "Plans.", .takes = &menu_shape, .gives = &menu_shape),
    POST("/api/v1/kitchen/orders", order_dish, ANYONE, "Orders.", .takes = &dish_shape, .gives = &dish_shape,
         .status = 201, .idempotent = true),
    GET("/kitchen/dish/{name}", show_dish, ANYONE, "A dish."),
    GET("/kitchen/dish/bread", show_form, ANYONE, "Bread is special."),
    GET("/kitchen/id/{id}", show_by_id, ANYONE, "By id."),
    GET("/kitchen/{room}/files/{rest*}", show_rest, ANYONE, "All below."),
    POST("/kitchen/picture", take_picture, ANYONE, "A picture.", .upload = true, .max_body = 300000),
    POST("/kitchen/fields", cook, ANYONE, "No files."),
    GET("/kitchen/broken", broken, ANYONE, "Fails."),
    GET("/kitchen/silent", silent, ANYONE, "Says nothing."),
    GET("/kitchen/inside", show_form, SIGNED_IN, "Signed in only."),
    GET("/kitchen/list", show_list, ANYONE, "The list.", .shared = true),
    GET("/kitchen/file", show_file, ANYONE, "A file."),
    GET("/kitchen/scan", show_form, ANYONE, "Scans.", .camera = true),
};
static const Module kitchen_module = MODULE("kitchen", routes, .errors = errors);

extern const Module core_module, identity_module, web_module;
/* This program's house: linked instead of the generated one. */
const Module *const house_modules[] = {&core_module, &identity_module, &kitchen_module, &web_module, NULL};

static App *kitchen(void **state)
{
    App *app = app_of(state);
    cooked = listed = 0;
    assert_fine(test_sql(app_store(app), app_arena(app), "CREATE TABLE kitchen (orders BIGINT NOT NULL)"));
    assert_fine(test_sql(app_store(app), app_arena(app), "INSERT INTO kitchen (orders) VALUES (0)"));
    return app;
}

/* ---- routes ---- */

static void a_literal_segment_wins_over_a_name(void **state)
{
    App *app = kitchen(state);
    assert_says(ask(app, NULL, "GET", "/kitchen/dish/soup", NULL), "soup");
    assert_says(ask(app, NULL, "GET", "/kitchen/dish/bread", NULL), "<form>");
    assert_status(ask(app, NULL, "GET", "/kitchen/dish", NULL), 404);
    assert_status(ask(app, NULL, "GET", "/kitchen/dish/", NULL), 404);
    assert_status(ask(app, NULL, "GET", "/kitchen/dish/soup/more", NULL), 404);
}

static void names_of_the_path_are_decoded_once_and_a_slash_in_them_is_no_segment(void **state)
{
    App *app = kitchen(state);
    assert_str(ask(app, NULL, "GET", "/kitchen/dish/%E7%B1%B3%20%2525", NULL)->body, "米 %25");
    assert_str(ask(app, NULL, "GET", "/kitchen/dish/a%2Fb", NULL)->body, "a/b");
    assert_str(ask(app, NULL, "GET", "/kitchen/left/files/a/b/c", NULL)->body, "a/b/c");
}

static void an_id_that_is_none_is_missing_not_an_error(void **state)
{
    App *app = kitchen(state);
    assert_status(ask(app, NULL, "GET", "/kitchen/id/nonsense", NULL), 404);
    Id id = id_mint();
    Str path = str_format(app_arena(app), "/kitchen/id/%.*s", STR_ARG(id_text(app_arena(app), id)));
    assert_status(ask(app, NULL, "GET", str_z(app_arena(app), path), NULL), 200);
}

/* ---- forms and JSON ---- */

static void a_good_form_is_carried_out(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, guest(app), "POST", "/kitchen", "name=%E7%B1%B3&pieces=3&hot=on&tags=a&tags=b&price=12.50");
    assert_goes_to(answer, "/kitchen/dish/");
    assert_int_equal(cooked, 1);
}

static void a_bad_form_comes_back_with_what_was_typed_and_the_error_at_its_field(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, guest(app), "POST", "/kitchen", "name=Soup&pieces=99");
    assert_status(answer, 422);
    assert_says(answer, "name=Soup");
    assert_says(answer, "field=pieces");
    assert_says(answer, "error=field.range");
    assert_int_equal(cooked, 0);
}

static void the_first_bad_field_of_json_is_named(void **state)
{
    App *app = kitchen(state);
    const char *path = "/api/v1/kitchen";
    assert_refused(ask(app, NULL, "POST", path, "{\"pieces\":1}"), 422, "field.required");
    const Answer *answer = ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"pieces\":0}");
    assert_refused(answer, 422, "field.range");
    assert_str(json_text(answer, "field"), "pieces");
    assert_refused(ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"colour\":1}"), 422, "json.unknown_field");
    assert_refused(ask(app, NULL, "POST", path, "{\"name\":\"Soup\""), 400, "json.syntax");
    assert_status(ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"price\":{\"minor\":1250,\"currency\":\"CNY\"}}"), 201);
    assert_int_equal(cooked, 1);
}

static void lists_in_forms_are_read_by_their_numbers(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    const Answer *answer = ask(app, wang, "POST", "/api/v1/kitchen/menu",
                               "title=Lunch&dishes.0.name=Soup&dishes.0.pieces=2&dishes.1.name=Bread&dishes.1.tags=x");
    assert_status(answer, 200);
    assert_str(json_text(answer, "dishes.1.name"), "Bread");
    assert_int_equal(json_number(answer, "dishes.0.pieces"), 2);
    answer = ask(app, wang, "POST", "/api/v1/kitchen/menu", "title=Lunch&dishes.0.name=Soup&dishes.0.pieces=77");
    assert_refused(answer, 422, "field.range");
    assert_str(json_text(answer, "field"), "dishes.0.pieces");
    assert_refused(ask(app, wang, "POST", "/api/v1/kitchen/menu", "title=Lunch"), 422, "field.required");
}

static void broken_and_hostile_bodies_are_refused(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=%zz"), 400);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=a%00b"), 400);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=%ff%fe"), 400);
    assert_status(ask_with(app, wang, "POST", "/kitchen", "Content-Type: text/yaml", "name=a"), 400); /* two types */
    Buf fields = buf_new(app_arena(app), 10000);
    for (int i = 0; i < 201; i++)
        buf_add(&fields, STR("a=1&"));
    assert_status(ask(app, wang, "POST", "/kitchen", str_z(app_arena(app), buf_str(&fields))), 413);
    Buf large = buf_new(app_arena(app), 100000);
    buf_add(&large, STR("name="));
    for (int i = 0; i < 66000; i++)
        buf_add_char(&large, 'a');
    assert_status(ask(app, wang, "POST", "/kitchen", str_z(app_arena(app), buf_str(&large))), 413);
    assert_int_equal(cooked, 0);
}

/* ---- uploads ---- */

static int files_left(void)
{
    Str folder = config_text("data");
    char command[200];
    snprintf(command, sizeof command, "ls %.*s/tmp | wc -l", STR_ARG(folder));
    FILE *out = popen(command, "r");
    int count = -1;
    if (!out || fscanf(out, "%d", &count) != 1)
        abort();
    pclose(out);
    return count;
}

static void an_upload_is_on_disk_while_the_handler_runs_and_gone_afterwards(void **state)
{
    App *app = kitchen(state);
    const AskFile file = {"picture", "C:\\photos\\egg.jpg", "image/jpeg", STR("not really a picture")};
    const Answer *answer = ask_upload(app, guest(app), "/kitchen/picture", &file, "title=Egg");
    assert_str(answer->body, "egg.jpg|image/jpeg|20|Egg|not really a picture");
    assert_int_equal(files_left(), 0);
}

static void uploads_keep_to_their_limits(void **state)
{
    App *app = kitchen(state);
    char *big = arena_alloc(app_arena(app), 300001);
    memset(big, 'x', 300000);
    const AskFile large = {"picture", "a.jpg", "image/jpeg", {big, 300000}};
    assert_status(ask_upload(app, guest(app), "/kitchen/picture", &large, ""), 413);
    const AskFile small = {"picture", "a.jpg", "image/jpeg", STR("x")};
    assert_status(ask_upload(app, guest(app), "/kitchen/fields", &small, "name=Soup"), 415);
    Buf parts = buf_new(app_arena(app), 1000);
    for (int i = 0; i < 21; i++)
        buf_add(&parts, STR("a=1&"));
    buf_add(&parts, STR("b=2"));
    assert_status(ask_upload(app, guest(app), "/kitchen/picture", NULL, str_z(app_arena(app), buf_str(&parts))), 413);
    assert_int_equal(files_left(), 0);
}

/* ---- who may ---- */

static void a_stranger_is_led_to_the_door_and_back(void **state)
{
    App *app = kitchen(state);
    assert_goes_to(ask(app, guest(app), "GET", "/kitchen/inside?a=1", NULL), "/sign-in?back=%2Fkitchen%2Finside%3Fa%3D1");
    assert_refused(ask_with(app, NULL, "GET", "/kitchen/inside", "Accept: application/json", NULL), 401, "access.sign_in");
}

static Str token_of(const Answer *answer)
{
    size_t at = str_find(answer->body, STR("value=\""));
    assert_true(at != SIZE_MAX);
    Str rest = str_slice(answer->body, at + 7, SIZE_MAX);
    return str_slice(rest, 0, str_find(rest, STR("\"")));
}

static const char *with_token(App *app, Str token)
{
    return str_z(app_arena(app), str_format(app_arena(app), "name=Soup&csrf=%.*s", STR_ARG(token)));
}

static void where_the_browser_says_nothing_the_form_token_decides(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=Soup"), 403);
    Str token = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    assert_true(user_cookie(wang, "visit").len > 0);
    assert_goes_to(ask(app, wang, "POST", "/kitchen", with_token(app, token)), "/kitchen/dish/Soup");
    assert_goes_to(ask_with(app, wang, "POST", "/kitchen", "Origin: null", with_token(app, token)), "/kitchen/dish/Soup");
    User *other = guest(app);
    user_forged(other);
    ask(app, other, "GET", "/kitchen", NULL);
    assert_status(ask(app, other, "POST", "/kitchen", with_token(app, token)), 403);
    assert_int_equal(cooked, 2);
}

static void a_token_is_masked_anew_on_each_page_and_stays_good(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    Str one = token_of(ask(app, wang, "GET", "/kitchen", NULL)), two = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    assert_false(str_eq(one, two));
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, one)), 303);
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, two)), 303);
}

static void other_sites_are_refused_whatever_token_they_bring(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    Str token = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    static const char *const bad[] = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example",
                                      "Origin: http://millet.test.evil.example"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_status(ask_with(app, wang, "POST", "/kitchen", bad[i], with_token(app, token)), 403);
    assert_status(ask_with(app, wang, "POST", "/kitchen", "Origin: http://millet.test", "name=Soup"), 303);
    assert_int_equal(cooked, 1);
}

static void the_token_of_shared_pages_opens_everything_but_the_door(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    const Answer *list = ask(app, wang, "GET", "/kitchen/list", NULL);
    size_t at = str_find(list->body, STR("csrf=")) + 5;
    Str token = str_slice(list->body, at, at + 43);
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, token)), 303);
    assert_status(ask(app, wang, "POST", "/kitchen/sign-in", with_token(app, token)), 403);
}

static void a_program_without_cookies_needs_no_token_for_json(void **state)
{
    App *app = kitchen(state);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen", "{\"name\":\"Soup\"}"), 201);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen", "name=Soup"), 403);
    assert_status(ask_with(app, NULL, "POST", "/api/v1/kitchen", "Sec-Fetch-Site: cross-site", "{\"name\":\"Soup\"}"), 403);
}

static void posting_is_limited_and_the_refusal_says_when_to_come_back(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_address(wang, "198.51.100.20");
    int fine = 0;
    const Answer *answer = NULL;
    for (int i = 0; i < 25; i++) {
        answer = ask(app, wang, "POST", "/kitchen/post", "name=Soup");
        fine += answer->status == 303;
    }
    assert_int_equal(fine, 20);
    assert_status(answer, 429);
    assert_true(answer_header(answer, "Retry-After").len > 0);
    User *li = guest(app);
    user_address(li, "198.51.100.21");
    assert_status(ask(app, li, "POST", "/kitchen/post", "name=Soup"), 303);
}

static void signing_in_well_is_never_limited_but_guessing_is(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_address(wang, "2001:db8:1:2::7");
    for (int i = 0; i < 40; i++)
        assert_status(ask(app, wang, "POST", "/kitchen/sign-in", "name=Soup"), 303);
    int guesses = 0;
    for (int i = 0; i < 30; i++) {
        char address[64];
        snprintf(address, sizeof address, "2001:db8:1:2::%d", i + 10); /* one household, many addresses */
        user_address(wang, address);
        guesses += ask(app, wang, "POST", "/kitchen/sign-in", "name=")->status == 422;
    }
    assert_int_equal(guesses, 20);
}

/* ---- failures ---- */

static void a_failure_of_ours_tells_no_details(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, NULL, "GET", "/kitchen/broken", NULL);
    assert_status(answer, 500);
    assert_silent(answer, "secret detail");
    assert_says(answer, "The kitchen burns.");
    assert_status(ask(app, NULL, "GET", "/kitchen/silent", NULL), 500);
}

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
        TEST_DB(a_literal_segment_wins_over_a_name),
        TEST_DB(names_of_the_path_are_decoded_once_and_a_slash_in_them_is_no_segment),
        TEST_DB(an_id_that_is_none_is_missing_not_an_error),
        TEST_DB(a_good_form_is_carried_out),
        TEST_DB(a_bad_form_comes_back_with_what_was_typed_and_the_error_at_its_field),
        TEST_DB(the_first_bad_field_of_json_is_named),
        TEST_DB(lists_in_forms_are_read_by_their_numbers),
        TEST_DB(broken_and_hostile_bodies_are_refused),
        TEST_DB(an_upload_is_on_disk_while_the_handler_runs_and_gone_afterwards),
        TEST_DB(uploads_keep_to_their_limits),
        TEST_DB(a_stranger_is_led_to_the_door_and_back),
        TEST_DB(where_the_browser_says_nothing_the_form_token_decides),
        TEST_DB(a_token_is_masked_anew_on_each_page_and_stays_good),
        TEST_DB(other_sites_are_refused_whatever_token_they_bring),
        TEST_DB(the_token_of_shared_pages_opens_everything_but_the_door),
        TEST_DB(a_program_without_cookies_needs_no_token_for_json),
        TEST_DB(posting_is_limited_and_the_refusal_says_when_to_come_back),
        TEST_DB(signing_in_well_is_never_limited_but_guessing_is),
        TEST_DB(a_failure_of_ours_tells_no_details),
        TEST_DB(the_same_key_gets_the_same_answer_and_acts_once),
        TEST_DB(keys_belong_to_whoever_sent_them),
        TEST_DB(a_refusal_is_not_kept_so_that_it_can_be_tried_again),
        TEST_DB(a_shared_page_is_made_once_until_something_is_written),
        TEST_DB(a_kept_page_is_kept_for_each_language_and_query),
        TEST_DB(a_kept_page_grows_old_with_the_clock),
        TEST_DB(cookies_that_might_show_on_a_page_keep_it_out_of_the_cache),
        TEST_DB(what_the_client_has_already_is_not_sent_again),
        TEST_DB(pages_are_compressed_where_that_pays),
        TEST_DB(only_pages_that_scan_may_ask_for_the_camera),
        TEST_DB(files_of_people_may_do_nothing_on_our_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
