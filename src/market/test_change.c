/* What happens to an order after it was placed: weighing, other amounts, too little, something else, money back; and what it
   comes to with fees, discounts and delivery. */
#include <pthread.h>

#include "fee/fee.h"
#include "market/test_fair.h"

/* ---- writes as tests make them ---- */

typedef struct Doing {
    OrderWeigh weigh;
    OrderAmend amend;
    OrderShort shortage;
    OrderSubstitute substitute;
    OrderReturn ret;
    RefundAct refund;
    NewFee fee;
    NewDiscount discount;
    Id made;
    Time now;
} Doing;

#define WRITE(name, call)                                                                                              \
    static Err *name##_write(Tx *tx, void *arg)                                                                        \
    {                                                                                                                  \
        Doing *d = arg;                                                                                                \
        return call;                                                                                                   \
    }
WRITE(weigh, order_weigh(tx, &d->weigh, d->now))
WRITE(amend, order_amend(tx, &d->amend, d->now))
WRITE(short, order_short(tx, &d->shortage, d->now))
WRITE(substitute, order_substitute(tx, &d->substitute, d->now))
WRITE(return, order_return(tx, &d->ret, d->now, &d->made))
WRITE(refund, refund_act(tx, &d->refund, d->now))
WRITE(fee, fee_add(tx, &d->fee, 0, d->now, &d->made))
WRITE(discount, discount_add(tx, &d->discount, 0, d->now, &d->made))

static Err *doing(Fair *fair, WriteFn fn, Doing *d)
{
    d->now = fair->now;
    return db_write(fair->store, fair->arena, fn, d);
}

static Id line_of(Fair *fair, Id offer)
{
    return test_int(fair->store, str_z(fair->arena, str_format(fair->arena, "SELECT id FROM order_line WHERE offer = %lld ORDER BY id DESC", (long long)offer)));
}

static int64_t number(Fair *fair, const char *sql)
{
    return test_int(fair->store, sql);
}

static Err *weigh(Fair *fair, Id line, int64_t grams, bool sure)
{
    return doing(fair, weigh_write, &(Doing){.weigh = {.line = line, .priced_steps = grams, .sure = sure}});
}

/* ---- weighing ---- */

static void what_the_scale_says_is_what_is_paid(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 2, fair.eggs, 2, 0}, &made));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 11520 + 300);
    Id line = line_of(&fair, fair.chicken);
    assert_fine(weigh(&fair, line, 3455, false));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 11056 + 300);
    assert_int_equal(number(&fair, "SELECT after - before FROM order_change"), -464);
    assert_fine(weigh(&fair, line, 3600, false)); /* again, better */
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 11520 + 300);
    assert_err(weigh(&fair, line_of(&fair, fair.eggs), 500, false), "weigh.not_by_weight");
    assert_err(weigh(&fair, line, 0, false), "weigh.range");
    assert_fine(fair_act(&fair, made.id, "pack"));
    assert_fine(weigh(&fair, line, 3500, false));
    assert_fine(fair_act(&fair, made.id, "collect"));
    assert_err(weigh(&fair, line, 3455, false), "order.not_now");
}

static void a_weight_far_off_is_asked_about_and_never_costs_more_than_the_tolerance(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 1, 0}, &made)); /* 1,800 g expected, 2,160 g at most */
    Id line = line_of(&fair, fair.chicken);
    assert_err(weigh(&fair, line, 2400, false), "weigh.unlikely");
    assert_err(weigh(&fair, line, 180, false), "weigh.unlikely");
    assert_fine(weigh(&fair, line, 2400, true));
    assert_int_equal(number(&fair, "SELECT amount FROM order_line"), 6912); /* 2.160 kg at 32.00 */
    assert_fine(weigh(&fair, line, 900, true));
    assert_int_equal(number(&fair, "SELECT amount FROM order_line"), 2880);
}

static void loose_goods_may_be_weighed_too(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.rice, 1000, fair.apples, 1500, 0}, &made));
    Id rice = line_of(&fair, fair.rice);
    assert_fine(weigh(&fair, rice, 1012, false)); /* rice in grams, priced per kg in steps of a gram */
    assert_int_equal(number(&fair, "SELECT amount FROM order_line WHERE weighed_priced_steps IS NOT NULL"), 1265);
}

/* ---- other amounts ---- */

static Err *amend(Fair *fair, Id order, Id line, Id offer, int64_t steps)
{
    return doing(fair, amend_write, &(Doing){.amend = {.order = order, .line = line, .offer = offer, .steps = steps}});
}

static void an_order_can_be_changed_until_it_is_packed(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, fair.chicken, 1, 0}, &made));
    Id eggs = line_of(&fair, fair.eggs);
    assert_fine(amend(&fair, made.id, eggs, 0, 20));
    assert_int_equal(fair_free(&fair, fair.eggs), 40);
    assert_fine(amend(&fair, made.id, eggs, 0, 5));
    assert_int_equal(fair_free(&fair, fair.eggs), 55);
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 750 + 5760);
    assert_err(amend(&fair, made.id, eggs, 0, 61), "stock.sold_out");
    assert_fine(amend(&fair, made.id, 0, fair.rice, 500)); /* one more thing of the same farm */
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 750 + 5760 + 625);
    assert_err(amend(&fair, made.id, 0, fair.apples, 500), "order.other_seller");
    assert_err(amend(&fair, made.id, line_of(&fair, fair.rice), 0, 530), "order.step");
    assert_fine(amend(&fair, made.id, eggs, 0, 0));
    assert_int_equal(fair_free(&fair, fair.eggs), 60);
    assert_fine(fair_act(&fair, made.id, "pack"));
    assert_err(amend(&fair, made.id, eggs, 0, 1), "order.not_now");
    assert_fine(fair_act(&fair, made.id, "collect"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 60);
}

static void taking_out_the_last_line_cancels(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, 0}, &made));
    assert_fine(amend(&fair, made.id, line_of(&fair, fair.eggs), 0, 0));
    assert_int_equal(number(&fair, "SELECT count(*) FROM seller_order WHERE placement = 'cancelled'"), 1);
    assert_int_equal(fair_free(&fair, fair.eggs), 60);
    assert_err(fair_act(&fair, made.id, "restore"), "order.not_now"); /* there is nothing to restore */
}

static void too_little_is_said_and_paid_for_as_it_is(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, 0}, &made));
    Doing d = {.shortage = {.line = line_of(&fair, fair.eggs), .steps = 7, .lost = true, .reason = STR("The fox came.")}};
    assert_fine(doing(&fair, short_write, &d));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 55); /* five are not there at all */
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 7);
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 1050);
    d.shortage.steps = 8;
    assert_err(doing(&fair, short_write, &d), "order.short_steps");
    d.shortage = (OrderShort){.line = d.shortage.line, .steps = 6};
    assert_fine(doing(&fair, short_write, &d));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 55); /* this one lies on the shelf again */
    assert_int_equal(fair_free(&fair, fair.eggs), 49);
}

static void something_else_never_costs_more(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 12, 0}, &made)); /* 18.00 */
    Doing d = {.substitute = {.line = line_of(&fair, fair.eggs), .offer = fair.chicken, .steps = 1}};
    assert_fine(doing(&fair, substitute_write, &d)); /* worth 57.60 */
    assert_true(number(&fair, "SELECT total FROM order_group") <= 1800);
    assert_true(number(&fair, "SELECT total FROM order_group") > 1780);
    assert_int_equal(fair_free(&fair, fair.eggs), 60);
    assert_int_equal(fair_free(&fair, fair.chicken), 4);
    d.substitute = (OrderSubstitute){.line = line_of(&fair, fair.chicken), .offer = fair.apples, .steps = 500};
    assert_err(doing(&fair, substitute_write, &d), "order.other_seller");
}

/* ---- money back ---- */

static Err *give_back(Fair *fair, Id line, int64_t steps, int64_t amount, Id *refund)
{
    Doing d = {.ret = {.line = line, .steps = steps, .amount = {amount}, .cause = STR("spoiled"), .reason = STR("Two were broken.")}};
    Err *err = doing(fair, return_write, &d);
    *refund = d.made;
    return err;
}

static Err *settle(Fair *fair, Id refund, const char *verb, const char *goods)
{
    return doing(fair, refund_write, &(Doing){.refund = {.refund = refund, .verb = verb, .goods = str_of(goods)}});
}

static void money_is_given_back_for_what_was_bad(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    Id first, second, third;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 7, 0}, &made));
    Id eggs = line_of(&fair, fair.eggs);
    assert_err(give_back(&fair, eggs, 2, 0, &first), "order.not_now");
    assert_fine(fair_act(&fair, made.id, "collect"));
    assert_err(give_back(&fair, eggs, 8, 0, &first), "refund.steps");
    assert_err(give_back(&fair, eggs, 2, 1051, &first), "refund.amount");
    assert_fine(give_back(&fair, eggs, 2, 0, &first));
    assert_int_equal(number(&fair, "SELECT amount FROM refund"), 300);
    assert_err(fair_act(&fair, made.id, "uncollect"), "order.not_now");
    assert_fine(settle(&fair, first, "approve", "back"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 55);
    assert_err(settle(&fair, first, "reject", ""), "refund.not_now");
    assert_fine(settle(&fair, first, "send", ""));
    assert_fine(settle(&fair, first, "confirm", ""));
    assert_err(give_back(&fair, eggs, 6, 0, &second), "refund.steps");
    assert_fine(give_back(&fair, eggs, 5, 0, &second));
    assert_fine(settle(&fair, second, "reject", ""));
    assert_fine(give_back(&fair, eggs, 5, 0, &third)); /* a refusal is no refund */
    assert_int_equal(number(&fair, "SELECT sum(amount) FROM refund WHERE state <> 'rejected'"), 1050);
    fair.now.ms += 15 * (int64_t)DAY_MS;
    assert_err(give_back(&fair, eggs, 1, 0, &first), "refund.too_late");
}

static void missed_goods_go_back_or_to_somebody_who_needs_them(void **state)
{
    Fair fair = fair_make(state);
    OrderMade first, second;
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 10, 0}, &first));
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 20, 0}, &second));
    assert_err(fair_act(&fair, first.id, "restock"), "order.not_now");
    assert_fine(fair_act(&fair, first.id, "miss"));
    assert_fine(fair_act(&fair, first.id, "unmiss"));
    assert_fine(fair_act(&fair, first.id, "miss"));
    assert_fine(fair_act(&fair, first.id, "restock"));
    assert_int_equal(fair_free(&fair, fair.eggs), 40);
    assert_fine(fair_act(&fair, second.id, "miss"));
    assert_fine(fair_act(&fair, second.id, "donate"));
    assert_int_equal(fair_offer(&fair, fair.eggs).on_hand, 40);
    assert_int_equal(fair_offer(&fair, fair.eggs).reserved, 0);
}

/* ---- fees ---- */

static Money share(Fair *fair, Id offer, const char *kind)
{
    PartShareList shares;
    Id part = test_int(fair->store, str_z(fair->arena, str_format(fair->arena, "SELECT seller_order FROM order_line WHERE offer = %lld", (long long)offer)));
    OrderPart whole;
    int64_t sum = 0;
    Money found = {-1};
    assert_fine(order_part(&fair->db, part, &whole));
    assert_fine(order_part_shares(&fair->db, part, &shares));
    for (size_t i = 0; i < shares.len; i++) {
        sum += shares.at[i].amount.minor;
        if (str_eq(shares.at[i].kind, str_of(kind)))
            found = shares.at[i].amount;
    }
    assert_int_equal(sum, whole.total.minor); /* whoever gets what, it is all of it */
    return found;
}

static void fees_are_frozen_and_add_up_to_the_whole(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    fair_fee(&fair, "admin", "percent", 80000, false);
    Id packing = fair_fee(&fair, "packing", "order", 200, true);
    fair_fee(&fair, "transport", "weight", 50, true);
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 2, fair.eggs, 3, fair.apples, 1500, 0}, &made));
    /* the farm: 115.20 + 4.50, packing 2.00, 3.6 kg at 0.50; the orchard: 13.49, packing 2.00, 1.5 kg */
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 11520 + 450 + 200 + 180 + 1349 + 200 + 75);
    assert_int_equal(share(&fair, fair.chicken, "admin").minor, 922 + 36);
    assert_int_equal(share(&fair, fair.chicken, "goods").minor, 11970 - 958);
    assert_int_equal(share(&fair, fair.apples, "packing").minor, 200);
    assert_fine(db_write(fair.store, fair.arena, fee_write, &(Doing){.fee = {.receiver = fair.coop, .kind = STR("fund"), .base = STR("percent"), .rate = 10000}, .now = fair.now}));
    (void)packing;
    assert_fine(weigh(&fair, line_of(&fair, fair.chicken), 4000, false)); /* the fees of the sale, from the new weight */
    assert_int_equal(share(&fair, fair.chicken, "transport").minor, 200);
    assert_int_equal(share(&fair, fair.chicken, "fund").minor, -1);
    assert_int_equal(share(&fair, fair.chicken, "goods").minor, 12800 + 450 - 1024 - 36);
}

static void fees_together_cannot_be_more_than_the_price(void **state)
{
    Fair fair = fair_make(state);
    fair_fee(&fair, "admin", "percent", 800000, false);
    Doing d = {.fee = {.receiver = fair.coop, .kind = STR("fund"), .base = STR("percent"), .rate = 200001}};
    assert_err(doing(&fair, fee_write, &d), "fee.over");
    d.fee.kind = STR("luck");
    assert_err(doing(&fair, fee_write, &d), "fee.kind");
    d.fee = (NewFee){.receiver = fair.coop, .kind = STR("fund"), .base = STR("moon"), .rate = 1};
    assert_err(doing(&fair, fee_write, &d), "fee.base");
}

/* ---- discounts ---- */

static Id discount(Fair *fair, NewDiscount new)
{
    Doing d = {.discount = new};
    d.discount.org = fair->coop;
    d.discount.label = STR("Thank you");
    assert_fine(doing(fair, discount_write, &d));
    return d.made;
}

static Err *order_with(Fair *fair, const char *coupon, Id buyer, const int64_t *pairs, OrderMade *made)
{
    OrderAsk ask = fair_ask(fair, pairs);
    ask.coupon = str_of(coupon);
    ask.buyer = buyer;
    return order_place(&fair->db, &ask, fair->now, made);
}

static void a_coupon_ends_with_its_budget(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made, none;
    discount(&fair, (NewDiscount){.code = STR("Harvest"), .base = STR("percent"), .rate = 100000, .budget = 400, .min_goods = {1000}});
    assert_err(order_with(&fair, "none", 0, (int64_t[]){fair.eggs, 10, 0}, &none), "coupon.unknown");
    assert_err(order_with(&fair, "HARVEST", 0, (int64_t[]){fair.eggs, 2, 0}, &made), "coupon.minimum");
    assert_fine(order_with(&fair, " harvest ", 0, (int64_t[]){fair.eggs, 20, 0}, &made));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 2700);
    assert_err(order_with(&fair, "harvest", 0, (int64_t[]){fair.eggs, 10, 0}, &none), "coupon.used_up");
    assert_fine(fair_act(&fair, made.id, "cancel")); /* what was taken goes back */
    OrderMade second;
    assert_fine(order_with(&fair, "harvest", 0, (int64_t[]){fair.eggs, 20, 0}, &second));
    assert_err(fair_act(&fair, made.id, "restore"), "coupon.used_up");
}

static void a_discount_shrinks_with_the_goods_and_never_grows(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    discount(&fair, (NewDiscount){.base = STR("percent"), .rate = 100000});
    assert_fine(fair_order(&fair, (int64_t[]){fair.chicken, 1, 0}, &made));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 5760 - 576);
    assert_fine(weigh(&fair, line_of(&fair, fair.chicken), 1500, false));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 4800 - 480);
    assert_fine(weigh(&fair, line_of(&fair, fair.chicken), 2000, false));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 6400 - 576);
}

static void discounts_grow_in_steps_and_go_by_tags(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    const DiscountTier tiers[] = {{{1000}, 50000}, {{5000}, 100000}};
    discount(&fair, (NewDiscount){.base = STR("tiered"), .tiers = tiers, .tiers_len = 2});
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 6, 0}, &made));
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 10, 0}, &made));
    assert_fine(fair_order(&fair, (int64_t[]){fair.eggs, 36, 0}, &made));
    assert_int_equal(number(&fair, "SELECT sum(total) FROM order_group"), 900 + 1425 + 4860);
    Doing d = {.discount = {.org = fair.coop, .label = STR("x"), .base = STR("tiered")}};
    assert_err(doing(&fair, discount_write, &d), "discount.tiers");
}

static Err *person_write(Tx *tx, void *arg)
{
    Doing *d = arg;
    return person_guest(tx, d->now, STR("Ana"), STR("555 77"), STR("en"), &d->made);
}

static void a_coupon_counts_people(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    Doing ana = {0}, bo = {0};
    assert_fine(doing(&fair, person_write, &ana));
    assert_fine(doing(&fair, person_write, &bo));
    discount(&fair, (NewDiscount){.code = STR("hello"), .base = STR("fixed"), .rate = 500, .person_max = 1});
    assert_err(order_with(&fair, "hello", 0, (int64_t[]){fair.eggs, 10, 0}, &made), "coupon.sign_in");
    assert_fine(order_with(&fair, "hello", ana.made, (int64_t[]){fair.eggs, 10, 0}, &made));
    assert_err(order_with(&fair, "hello", ana.made, (int64_t[]){fair.eggs, 10, 0}, &made), "coupon.used_up");
    assert_fine(order_with(&fair, "hello", bo.made, (int64_t[]){fair.eggs, 2, 0}, &made)); /* at most what the goods cost */
    assert_int_equal(number(&fair, "SELECT total FROM order_group ORDER BY id DESC"), 0);
}

enum { RACERS = 12, PRIZES = 5 };

typedef struct Racer {
    const Fair *fair;
    int64_t placed, used_up, other;
} Racer;

static void *race(void *arg)
{
    Racer *racer = arg;
    for (int i = 0; i < 3; i++) {
        Arena *arena = arena_new();
        Fair mine = *racer->fair;
        OrderMade made;
        mine.arena = arena;
        Err *err = db_read(mine.store, arena, &mine.db);
        if (!err)
            err = order_with(&mine, "rush", 0, (int64_t[]){mine.eggs, 1, 0}, &made);
        racer->placed += !err;
        racer->used_up += err_is(err, "coupon.used_up");
        racer->other += err && !err_is(err, "coupon.used_up");
        arena_free(arena);
    }
    return NULL;
}

static void a_coupon_for_five_is_used_five_times_however_many_come_at_once(void **state)
{
    Fair fair = fair_make(state);
    pthread_t threads[RACERS];
    Racer racers[RACERS], all = {0};
    discount(&fair, (NewDiscount){.code = STR("rush"), .base = STR("fixed"), .rate = 100, .uses_max = PRIZES});
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (Racer){.fair = &fair};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        all.placed += racers[i].placed;
        all.used_up += racers[i].used_up;
        all.other += racers[i].other;
    }
    assert_int_equal(all.placed, PRIZES);
    assert_int_equal(all.used_up, 3 * RACERS - PRIZES);
    assert_int_equal(all.other, 0);
    assert_int_equal(number(&fair, "SELECT uses FROM discount"), PRIZES);
    assert_int_equal(number(&fair, "SELECT spent FROM discount"), 100 * PRIZES);
}

/* ---- delivery ---- */

static void bringing_it_costs_what_the_zone_says(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    OrderQuote quote;
    assert_fine(test_sql(fair.store, fair.arena, str_z(fair.arena, str_format(fair.arena, "INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm) VALUES (%lld, 800, 100, 10000, 1000, 0)", (long long)fair.pickup))));
    OrderAsk ask = fair_ask(&fair, (int64_t[]){fair.apples, 2500, fair.eggs, 10, 0});
    assert_err(order_place(&fair.db, &ask, fair.now, &made), "order.address");
    ask.address = STR("3 Mill Lane");
    assert_fine(order_quote(&fair.db, &ask, fair.now, &quote));
    assert_int_equal(quote.delivery.minor, 800 + 300); /* 2.5 kg that we know of, begun kilograms */
    ask.has_seen = true;
    ask.seen = (Money){2248 + 1500};
    assert_fine(order_place(&fair.db, &ask, fair.now, &made));
    assert_int_equal(number(&fair, "SELECT total FROM order_group"), 2248 + 1500 + 1100);
    assert_int_equal(number(&fair, "SELECT sum(amount) FROM order_charge WHERE kind = 'delivery'"), 1100);
    ask = fair_ask(&fair, (int64_t[]){fair.chicken, 2, 0});
    ask.address = STR("3 Mill Lane");
    assert_fine(order_place(&fair.db, &ask, fair.now, &made)); /* enough to be brought free */
    assert_int_equal(number(&fair, "SELECT sum(amount) FROM order_charge WHERE kind = 'delivery'"), 1100);
    ask = fair_ask(&fair, (int64_t[]){fair.eggs, 2, 0});
    ask.address = STR("3 Mill Lane");
    assert_err(order_place(&fair.db, &ask, fair.now, &made), "order.delivery_minimum");
}

static void with_fees_and_delivery_a_checkout_stays_within_its_statements(void **state)
{
    Fair fair = fair_make(state);
    OrderMade made;
    fair_fee(&fair, "admin", "percent", 80000, false);
    fair_fee(&fair, "packing", "order", 200, true);
    assert_fine(test_sql(fair.store, fair.arena, str_z(fair.arena, str_format(fair.arena, "INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm) VALUES (%lld, 800, 0, NULL, 0, 0)", (long long)fair.pickup))));
    for (int lines = 1; lines <= 4; lines++) {
        const int64_t all[] = {fair.eggs, 1, fair.apples, 500, fair.rice, 50, fair.chicken, 1};
        int64_t pairs[9] = {0};
        for (int i = 0; i < 2 * lines; i++)
            pairs[i] = all[i];
        OrderAsk ask = fair_ask(&fair, pairs);
        ask.key = str_format(fair.arena, "key %d", lines);
        ask.address = STR("3 Mill Lane");
        int64_t before = db_statements_run();
        assert_fine(order_place(&fair.db, &ask, fair.now, &made));
        int64_t run = db_statements_run() - before;
        print_message("# %d lines with fees and delivery: %lld statements\n", lines, (long long)run);
        assert_true(run <= 15 + 4 * lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(what_the_scale_says_is_what_is_paid),
        TEST_DB(a_weight_far_off_is_asked_about_and_never_costs_more_than_the_tolerance),
        TEST_DB(loose_goods_may_be_weighed_too),
        TEST_DB(an_order_can_be_changed_until_it_is_packed),
        TEST_DB(taking_out_the_last_line_cancels),
        TEST_DB(too_little_is_said_and_paid_for_as_it_is),
        TEST_DB(something_else_never_costs_more),
        TEST_DB(money_is_given_back_for_what_was_bad),
        TEST_DB(missed_goods_go_back_or_to_somebody_who_needs_them),
        TEST_DB(fees_are_frozen_and_add_up_to_the_whole),
        TEST_DB(fees_together_cannot_be_more_than_the_price),
        TEST_DB(a_coupon_ends_with_its_budget),
        TEST_DB(a_discount_shrinks_with_the_goods_and_never_grows),
        TEST_DB(discounts_grow_in_steps_and_go_by_tags),
        TEST_DB(a_coupon_counts_people),
        TEST_DB(a_coupon_for_five_is_used_five_times_however_many_come_at_once),
        TEST_DB(bringing_it_costs_what_the_zone_says),
        TEST_DB(with_fees_and_delivery_a_checkout_stays_within_its_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
