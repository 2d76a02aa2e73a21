/* The market's routes and its Module record. */
#include "market/inside.h"
#include "web/web.h"

static Err *start(Store *store, Arena *arena)
{
    return category_start(store, arena);
}

static Err *erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    return order_contact_erase_person(tx, person, now, &count);
}

/* Placeholder until the pages land: the categories as JSON. */
static Err *list_categories(Req *r)
{
    CategoryList rows;
    TRY(category_list(&r->db, STR("en"), &rows));
    return reply_json_list(r, &Category_shape, rows.at, rows.len, STR(""));
}

static const Route routes[] = {
    GET("/api/v1/categories", list_categories, ANYONE, "The shelves of the market.", .gives = &Category_shape, .gives_list = true),
};
const Module market_module = MODULE("market", routes, .errors = market_errors, .jobs = market_jobs, .checks = market_checks,
                                    .start = start, .erase_person = erase_person);
