/* Orders and stock: what is promised, sold and given back. */
#include "market/test_fair.h"

static void an_order_promises_the_goods(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, fair.rice, 1250, 0}, &made));
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 12);
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 60);
    assert_int_equal(fair_offer(&fair, fair.rice).reserved, 1250);
    assert_int_equal(test_int(fair.store, "SELECT total FROM order_group"), 12 * 150 + 1563);
    assert_int_equal(made.code.len, 6);
    assert_int_equal(made.secret.len, 26);
}

static void sellers_get_a_part_each(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.apples, 1500, fair.eggs, 6, fair.chicken, 1, 0}, &made));
    assert_int_equal(test_int(fair.store, "SELECT count(*) FROM seller_order"), 2);
    assert_int_equal(test_int(fair.store, "SELECT count(*) FROM parcel"), 2);
    assert_int_equal(test_int(fair.store, "SELECT total FROM order_group"), 1349 + 900 + 5760); /* 8.99 * 1.5 = 13.485 */
}

static void what_is_not_there_cannot_be_promised(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    Err *err = fair_order(&fair, (int64_t[]){fair.eggs, 2, fair.chicken, 6, 0}, &made);
    assert_err(err, "stock.sold_out");
    assert_str(err->field, "lines.1");
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 0);
    assert_int_equal(test_int(fair.store, "SELECT count(*) FROM order_group"), 0);
}

static void two_lines_on_one_stock_are_summed(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    Err *err = fair_order(&fair, (int64_t[]){fair.chicken, 3, fair.chicken, 3, 0}, &made);
    assert_err(err, "stock.sold_out");
    assert_str(err->field, "lines.1");
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 3, fair.chicken, 2, 0}, &made));
    assert_int_equal(fair_free(&fair, fair.chicken), 0);
}

static void steps_limits_and_places_are_checked(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    Err *err = fair_order(&fair, (int64_t[]){fair.eggs, 1, fair.rice, 1260, 0}, &made);
    assert_err(err, "order.step");
    assert_str(err->field, "lines.1.steps");
    assert_err(fair_order(&fair, (int64_t[]){fair.rice, -50, 0}, &made), "order.steps");
    assert_err(fair_order(&fair, (int64_t[]){fair.rice, INT64_MAX, 0}, &made), "order.steps");
    assert_err(fair_order(&fair, (int64_t[]){12345, 1, 0}, &made), "order.line");
    assert_err(fair_order(&fair, (int64_t[]){0}, &made), "order.empty");
    OrderAsk ask = fair_ask(&fair, (int64_t[]){fair.apples, 500, 0});
    ask.pickup = fair.farm_pickup; /* the orchard does not bring its apples there */
    assert_err(order_place(&fair.db, &ask, fair.now, &made), "order.pickup");
    ask.pickup = fair.pickup;
    ask.phone = STR(" ");
    assert_err(order_place(&fair.db, &ask, fair.now, &made), "order.contact");
    ask.phone = STR("1");
    ask.has_seen = true;
    ask.seen = (Money){449};
    assert_err(order_place(&fair.db, &ask, fair.now, &made), "order.price_changed");
    ask.seen = (Money){450};
    assert_fine(order_place(&fair.db, &ask, fair.now, &made));
}

static void the_same_key_never_makes_a_second_order(void **state)
{
    Fair fair = fair_make(state);
    OrderMade first, again;
    OrderAsk ask = fair_ask(&fair, (int64_t[]){fair.chicken, 5, 0});
    ask.key = STR("0192-a");
    assert_fine(order_place(&fair.db, &ask, fair.now, &first));
    assert_false(first.again);
    assert_fine(order_place(&fair.db, &ask, fair.now, &again)); /* though nothing is left */
    assert_true(again.again);
    assert_int_equal(first.id, again.id);
    assert_true(str_eq(first.secret, again.secret));
    ask.note = STR("other");
    assert_err(order_place(&fair.db, &ask, fair.now, &again), "idempotency.other_body");
    assert_int_equal(test_int(fair.store, "SELECT count(*) FROM order_group"), 1);
}

static void cancelling_gives_the_goods_back_and_can_be_undone(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made, other;
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 5, fair.apples, 500, 0}, &made));
    assert_fine(fair_act(&fair, made.id, "cancel"));
    assert_int_equal(fair_free(&fair, fair.chicken), 5);
    assert_err(fair_act(&fair, made.id, "cancel"), "order.not_now");
    assert_fine(fair_act(&fair, made.id, "restore"));
    assert_int_equal(fair_free(&fair, fair.chicken), 0);
    assert_fine(fair_act(&fair, made.id, "cancel"));
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 1, 0}, &other));
    assert_err(fair_act(&fair, made.id, "restore"), "stock.sold_out_since");
}

static void handing_over_sells_and_can_be_undone(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, 0}, &made));
    assert_fine(fair_act(&fair, made.id, "pack"));
    assert_err(fair_act(&fair, made.id, "pack"), "order.not_now");
    assert_fine(fair_act(&fair, made.id, "collect"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 48);
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 0);
    assert_err(fair_act(&fair, made.id, "collect"), "order.not_now");
    assert_err(fair_act(&fair, made.id, "cancel"), "order.not_now");
    assert_fine(fair_act(&fair, made.id, "uncollect"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 60);
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 12);
    assert_fine(fair_act(&fair, made.id, "collect"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 48);
}

static void an_order_nobody_packs_lapses(void **state)
{
    Fair fair = fair_make(state);
    OrderMade lapsing, packed;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 10, 0}, &lapsing));
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 20, 0}, &packed));
    assert_fine(fair_act(&fair, packed.id, "pack"));
    assert_fine(orders_expire(fair.store, fair.arena, fair.now));
    assert_int_equal(fair_free(&fair, fair.eggs), 30);
    assert_fine(orders_expire(fair.store, fair.arena, (Time){fair.now.ms + 8 * (int64_t)DAY_MS}));
    assert_int_equal(fair_free(&fair, fair.eggs), 40);
    assert_err(fair_act(&fair, lapsing.id, "collect"), "order.not_now");
    assert_fine(fair_act(&fair, packed.id, "collect"));
}

typedef struct Counting {
    Id offer;
    int64_t steps;
    Time now;
} Counting;

static Err *count_write(Tx *tx, void *arg)
{
    const Counting *counting = arg;
    return offer_stock_count(tx, counting->offer, counting->steps, 0, counting->now);
}

static void stock_cannot_be_counted_below_what_is_promised(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, 0}, &made));
    assert_err(db_write(fair.store, fair.arena, count_write, &(Counting){fair.eggs, 11, fair.now}), "stock.below_reserved");
    assert_fine(db_write(fair.store, fair.arena, count_write, &(Counting){fair.eggs, 12, fair.now}));
    assert_int_equal(fair_free(&fair, fair.eggs), 0);
    assert_err(db_write(fair.store, fair.arena, count_write, &(Counting){fair.eggs, -1, fair.now}), "stock.range");
}

static Err *price_write(Tx *tx, void *arg)
{
    const Counting *pricing = arg;
    return offer_price_put(tx, pricing->offer, (Money){pricing->steps}, 0, pricing->now);
}

static void an_order_keeps_the_price_it_was_made_at(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 2, 0}, &made));
    assert_fine(db_write(fair.store, fair.arena, price_write, &(Counting){fair.eggs, 200, {fair.now.ms + 1}}));
    assert_int_equal(test_int(fair.store, "SELECT amount FROM order_line"), 300);
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 2, 0}, &made));
    assert_int_equal(test_int(fair.store, "SELECT sum(amount) FROM order_line"), 700);
    assert_int_equal(test_int(fair.store, "SELECT count(*) FROM price WHERE valid_to IS NOT NULL"), 1);
}

static void a_checkout_stays_within_its_statements(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    for (int lines = 1; lines <= 4; lines++) {
        const int64_t all[] = {fair.eggs, 1, fair.apples, 500, fair.rice, 50, fair.chicken, 1};
        int64_t pairs[9] = {0};
        for (int i = 0; i < 2 * lines; i++)
            pairs[i] = all[i];
        OrderAsk ask = fair_ask(&fair, pairs);
        ask.key = str_format(fair.arena, "key %d", lines);
        int64_t before = db_statements_run();
        assert_fine(order_place(&fair.db, &ask, fair.now, &made));
        int64_t run = db_statements_run() - before;
        print_message("# %d lines: %lld statements\n", lines, (long long)run);
        assert_true(run <= 15 + 4 * lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_order_promises_the_goods),
        TEST_DB(sellers_get_a_part_each),
        TEST_DB(what_is_not_there_cannot_be_promised),
        TEST_DB(two_lines_on_one_stock_are_summed),
        TEST_DB(steps_limits_and_places_are_checked),
        TEST_DB(the_same_key_never_makes_a_second_order),
        TEST_DB(cancelling_gives_the_goods_back_and_can_be_undone),
        TEST_DB(handing_over_sells_and_can_be_undone),
        TEST_DB(an_order_nobody_packs_lapses),
        TEST_DB(stock_cannot_be_counted_below_what_is_promised),
        TEST_DB(an_order_keeps_the_price_it_was_made_at),
        TEST_DB(a_checkout_stays_within_its_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
