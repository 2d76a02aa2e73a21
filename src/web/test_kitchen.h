/* A little module of its own, to show what the web layer does for any module. */
#pragma once
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

/* What everybody may read of the board, and what one reads alone. */
static Err *board_part(Page *page, void *arg)
{
    const Req *r = page->r;
    int64_t count;
    listed++;
    TRY(orders_count(&page->r->db, &count));
    if (*(const bool *)arg)
        return err_new(r->arena, ERR_CONFLICT, "kitchen.no");
    for (int i = 0; i < 40; i++)
        buf_addf(page->out, "<form>dish %d <input name=\"csrf\" value=\"%.*s\"></form>\n", i, STR_ARG(r->csrf));
    buf_addf(page->out, "part who=%d roles=%u name=%.*s grants=%zu cookie=%.*s agent=%.*s bearer=%d orders=%lld token=%.*s token=%.*s;",
             r->who != 0, r->roles, STR_ARG(r->who_name), r->grants.len, STR_ARG(req_cookie(r, "sid")), STR_ARG(req_header(r, "User-Agent")),
             r->bearer, (long long)count, STR_ARG(r->csrf), STR_ARG(r->csrf));
    reply_cookie(page->r, "leak", STR("1"), 0);
    return NULL;
}

static Err *show_board(Req *r)
{
    bool fails = str_eq(r->query, STR("fails=1"));
    Page *page = page_begin(r, &(PageHead){.title = STR("Board"), .bare = true});
    buf_addf(page->out, "alone name=%.*s;", STR_ARG(r->who_name));
    TRY(page_part(page, "board", board_part, &fails));
    buf_addf(page->out, "mine=%.*s;", STR_ARG(r->csrf));
    return page_end(page);
}

static Err *show_file(Req *r)
{
    return reply_path(r, "image/webp", "/etc/hostname", 60);
}

/* An export, during which its person asks for another one: the inner answer's status is the body. */
static App *export_app;
static User *exporter;
static int exports_deep;

static Err *export_all(Req *r)
{
    int status = 0;
    if (exports_deep++ == 0)
        status = ask(export_app, exporter, "GET", "/kitchen/export", NULL)->status;
    exports_deep--;
    return reply_bytes(r, 200, "text/plain", str_format(r->arena, "inner=%d", status));
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
    GET("/kitchen/board", show_board, ANYONE, "The board.", .shared = true),
    GET("/kitchen/file", show_file, ANYONE, "A file."),
    GET("/kitchen/export", export_all, ANYONE, "Everything.", .limit = LIMIT_EXPORT),
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
