/* Money from the wallet to the hands it belongs in: escrow, tills, disputes, payouts. */
#include "pay/test_village.h"

#include "pay/xml.h"

static void an_order_and_its_money_are_one(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 10000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_int_equal(wallet_of(&v, v.ana), 8500);
    assert_int_equal(escrow_of(&v, made.id), 1500);
    Err *err = buy(&v, v.ana, 60, &made);
    assert_err(err, "pay.too_little");
    assert_str(err->field, "payment");
    assert_str(err->args[0].value, "85.00");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM order_group"), 1);
    assert_int_equal(wallet_of(&v, v.ana), 8500);
}

static void handing_over_pays_the_seller_less_the_fee(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    fee(&v, 50000);
    assert_fine(cash_in(&v, v.ana, 10000));
    assert_fine(buy(&v, v.ana, 11, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(escrow_of(&v, made.id), 0);
    assert_int_equal(earnings_of(&v, v.farm), 1650 - 82); /* 5 % of 16.50 is 0.825; the half stays with the seller */
    assert_int_equal(balance_of(&v, STR("fees")), 82);
}

static void cancelling_gives_all_of_it_back_and_can_be_undone(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    fee(&v, 50000);
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "cancel"));
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_int_equal(escrow_of(&v, made.id), 0);
    assert_fine(act_on(&v, made.id, "restore"));
    assert_int_equal(wallet_of(&v, v.ana), 500);
    assert_fine(act_on(&v, made.id, "cancel"));
    OrderMade other;
    assert_fine(buy(&v, v.ana, 10, &other));
    assert_err(act_on(&v, made.id, "restore"), "pay.too_little"); /* the money is spent, so the order stays cancelled */
    assert_int_equal(wallet_of(&v, v.ana), 500);
}

static void money_waits_for_silence_where_the_village_wants_it(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    int64_t released;
    set(&v, (PaySettings){.release_days = 3});
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(escrow_of(&v, made.id), 1500);
    assert_fine(parts_release_due(v.store, v.arena, (Time){time_now().ms + 2 * (int64_t)DAY_MS}, &released));
    assert_int_equal(released, 0);
    assert_fine(parts_release_due(v.store, v.arena, (Time){time_now().ms + 4 * (int64_t)DAY_MS}, &released));
    assert_int_equal(released, 1);
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_fine(parts_release_due(v.store, v.arena, (Time){time_now().ms + 4 * (int64_t)DAY_MS}, &released));
    assert_int_equal(released, 0);
}

static void taking_back_a_hand_over_takes_back_the_money(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    fee(&v, 100000);
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    for (int i = 0; i < 3; i++) {
        assert_fine(act_on(&v, made.id, "collect"));
        assert_int_equal(earnings_of(&v, v.farm), 1350);
        assert_fine(act_on(&v, made.id, "uncollect"));
        assert_int_equal(earnings_of(&v, v.farm), 0);
        assert_int_equal(escrow_of(&v, made.id), 1500);
    }
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(balance_of(&v, STR("fees")), 150);
}

static Err *transport(Tx *tx, Fold *v, void *arg)
{
    Id made;
    (void)arg;
    return fee_add(tx, &(NewFee){.receiver = v->mill, .kind = STR("transport"), .on_top = true, .base = STR("order"), .rate = 300}, 0, time_now(), &made);
}

static void fees_on_top_and_tax_reach_their_parties(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(fold_do(&v, transport, NULL));
    assert_fine(test_sql(v.store, v.arena, "INSERT INTO product_tax (product, tax_ppm) SELECT id, 60000 FROM product"));
    assert_fine(cash_in(&v, v.ana, 5000));
    assert_fine(buy(&v, v.ana, 10, &made)); /* 15.00 of goods with 0.85 of tax inside, 3.00 for bringing it */
    assert_int_equal(escrow_of(&v, made.id), 1800);
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(earnings_of(&v, v.mill), 300);
    assert_int_equal(balance_of(&v, STR("tax")), 85);
    assert_int_equal(earnings_of(&v, v.farm), 1500 - 85);
    assert_int_equal(wallet_of(&v, v.ana), 3200);
}

/* Reports follow what the market announces; a test that writes past it makes them again. */
static Err *reports_again(Tx *tx, Fold *v, void *arg)
{
    (void)v, (void)arg;
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++)
            if (check->rebuild && str_starts(str_of(check->name), STR("report.")))
                TRY(check->rebuild(tx, NULL));
    return NULL;
}

static void what_a_wallet_cannot_bear_becomes_a_debt_and_is_paid_by_the_next_cash(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 1500));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(test_sql(v.store, v.arena, "UPDATE order_line SET price = 200, amount = 2000, estimate = 2000"));
    assert_fine(test_sql(v.store, v.arena, "UPDATE seller_order SET goods = 2000, total = 2000"));
    assert_fine(test_sql(v.store, v.arena, "UPDATE order_group SET total = 2000"));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(earnings_of(&v, v.farm), 2000);
    assert_int_equal(wallet_of(&v, v.ana), 0);
    assert_int_equal(balance_of(&v, pay_key(v.arena, "claim/person", user_id(v.ana))), -500);
    assert_fine(fold_do(&v, reports_again, NULL));
    assert_fine(cash_in(&v, v.ana, 700));
    assert_int_equal(wallet_of(&v, v.ana), 200);
    assert_int_equal(balance_of(&v, pay_key(v.arena, "claim/person", user_id(v.ana))), 0);
}

static Err *amend(Tx *tx, Fold *v, void *arg)
{
    (void)v;
    return order_amend(tx, arg, time_now());
}

static void more_eggs_are_paid_at_once_and_fewer_come_back(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    OrderAmend change = {.order = made.id, .line = test_int(v.store, "SELECT id FROM order_line"), .steps = 13, .who = user_id(v.ana)};
    assert_fine(fold_do(&v, amend, &change));
    assert_int_equal(escrow_of(&v, made.id), 1950);
    assert_int_equal(wallet_of(&v, v.ana), 50);
    change.steps = 14;
    assert_err(fold_do(&v, amend, &change), "pay.too_little");
    assert_int_equal(escrow_of(&v, made.id), 1950);
    change.steps = 4;
    assert_fine(fold_do(&v, amend, &change));
    assert_int_equal(escrow_of(&v, made.id), 600);
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(earnings_of(&v, v.farm), 600);
    assert_int_equal(wallet_of(&v, v.ana), 1400);
}

typedef struct Giving {
    OrderReturn ret;
    Id refund;
} Giving;

static Err *give_back(Tx *tx, Fold *v, void *arg)
{
    Giving *g = arg;
    (void)v;
    TRY(order_return(tx, &g->ret, time_now(), &g->refund));
    return refund_act(tx, &(RefundAct){.refund = g->refund, .verb = "approve", .goods = STR("thrown")}, time_now());
}

static void a_refund_that_is_agreed_reaches_the_wallet_at_once(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    fee(&v, 100000);
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    Giving g = {{.line = test_int(v.store, "SELECT id FROM order_line"), .steps = 2, .cause = STR("spoiled"), .who = user_id(v.ana)}, 0};
    assert_fine(fold_do(&v, give_back, &g));
    assert_int_equal(wallet_of(&v, v.ana), 800);
    assert_int_equal(earnings_of(&v, v.farm), 1350 - 270);
    assert_int_equal(balance_of(&v, STR("fees")), 120);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM refund WHERE state = 'confirmed'"), 1);
}

static Err *discount(Tx *tx, Fold *v, void *arg)
{
    Id made;
    (void)arg;
    return discount_add(tx, &(NewDiscount){.org = app_org(v->app), .label = STR("Welcome"), .base = STR("percent"), .rate = 200000}, 0, time_now(),
                        &made);
}

static void whoever_gives_a_discount_bears_it(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(fold_do(&v, discount, NULL));
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_int_equal(wallet_of(&v, v.ana), 800); /* a fifth off 15.00 */
    for (int i = 0; i < 2; i++) {
        assert_fine(act_on(&v, made.id, "collect"));
        assert_int_equal(earnings_of(&v, v.farm), 1500);
        assert_int_equal(balance_of(&v, STR("fees")), -300);
        assert_fine(act_on(&v, made.id, "uncollect"));
        assert_int_equal(earnings_of(&v, v.farm), 0);
        assert_int_equal(balance_of(&v, STR("fees")), 0);
    }
    assert_int_equal(escrow_of(&v, made.id), 1200);
}

static void a_program_is_told_by_a_signed_call_in_the_same_commit(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    PaySettings settings = {.webhook_url = STR("http://shop.example/in"), .webhook_secret = STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
    assert_err(fold_do(&v, fold_settings, &settings), "pay.webhook"); /* never in the clear */
    settings.webhook_url = STR("https://shop.example/in");
    assert_fine(fold_do(&v, fold_settings, &settings));
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM outbox WHERE kind = 'webhook'"), 0);
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM outbox WHERE kind = 'webhook' AND payload LIKE '%escrow.released%' AND payload LIKE '%1500%'"), 1);
}

/* ---- disputes ---- */

typedef struct Speech {
    Id part, dispute, by;
    Money refund;
} Speech;

static Err *speak(Tx *tx, Fold *v, void *arg)
{
    Speech *s = arg;
    return dispute_open(tx, s->part, user_id(v->ana), STR("Two were broken"), time_now(), &s->dispute);
}

static Err *propose(Tx *tx, Fold *v, void *arg)
{
    Speech *s = arg;
    (void)v;
    return dispute_propose(tx, s->dispute, s->refund, s->by, time_now());
}

static Err *rule(Tx *tx, Fold *v, void *arg)
{
    Speech *s = arg;
    (void)v;
    return dispute_rule(tx, s->dispute, s->by, time_now());
}

static Err *withdraw(Tx *tx, Fold *v, void *arg)
{
    Speech *s = arg;
    return dispute_withdraw(tx, s->dispute, user_id(v->ana), time_now());
}

static void a_ruling_needs_two_officers_and_stops_the_clock(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    int64_t released;
    fee(&v, 100000);
    set(&v, (PaySettings){.release_days = 2});
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    Speech s = {.part = part_of(&v, made.id), .by = user_id(v.tess), .refund = {300}};
    assert_err(fold_do(&v, speak, &s), "pay.not_handed_over");
    assert_fine(act_on(&v, made.id, "collect"));
    assert_fine(fold_do(&v, speak, &s));
    assert_err(fold_do(&v, speak, &s), "pay.disputed");
    assert_fine(parts_release_due(v.store, v.arena, (Time){time_now().ms + 9 * (int64_t)DAY_MS}, &released));
    assert_int_equal(released, 0);
    assert_err(fold_do(&v, rule, &s), "pay.changed_meanwhile"); /* nobody proposed anything */
    assert_fine(fold_do(&v, propose, &s));
    assert_err(fold_do(&v, rule, &s), "pay.same_person");
    s.by = user_id(v.ana);
    assert_err(fold_do(&v, rule, &s), "pay.own_case");
    s.by = user_id(v.olga);
    assert_fine(fold_do(&v, rule, &s));
    assert_int_equal(wallet_of(&v, v.ana), 500 + 300);
    assert_int_equal(earnings_of(&v, v.farm), 1080); /* nine tenths of 12.00 */
    assert_int_equal(balance_of(&v, STR("fees")), 120);
    assert_int_equal(escrow_of(&v, made.id), 0);
}

static void a_refund_after_the_release_takes_from_all_parties(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    fee(&v, 100000);
    assert_fine(cash_in(&v, v.ana, 1500));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    Speech s = {.part = part_of(&v, made.id), .by = user_id(v.tess), .refund = {333}};
    assert_fine(fold_do(&v, speak, &s));
    assert_err(act_on(&v, made.id, "uncollect"), "pay.disputed");
    assert_fine(fold_do(&v, propose, &s));
    s.by = user_id(v.olga);
    assert_fine(fold_do(&v, rule, &s));
    assert_int_equal(wallet_of(&v, v.ana), 333);
    assert_int_equal(earnings_of(&v, v.farm) + balance_of(&v, STR("fees")), 1500 - 333);
    assert_int_equal(balance_of(&v, STR("fees")), 150 - 33);
}

static void a_complaint_taken_back_pays_the_seller(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    set(&v, (PaySettings){.release_days = 2});
    assert_fine(cash_in(&v, v.ana, 1500));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    Speech s = {.part = part_of(&v, made.id)};
    assert_fine(fold_do(&v, speak, &s));
    assert_fine(fold_do(&v, withdraw, &s));
    assert_int_equal(earnings_of(&v, v.farm), 1500);
}

/* ---- cash ---- */

static void a_till_keeps_its_limits(void **state)
{
    Fold v = fold_make(state);
    assert_fine(cash_in(&v, v.ana, 400000));
    Err *err = cash_in(&v, v.ana, 100001);
    assert_err(err, "pay.day_limit");
    assert_str(err->args[0].value, "1000.00");
    assert_fine(cash_in(&v, v.bo, 500000));
    assert_err(cash_in(&v, v.tess, 100001), "pay.till_full");
    assert_err(cash_in(&v, v.gus, 100), "pay.own_case");
    CashAct out = {.till = v.till, .person = user_id(v.ana), .amount = {400001}, .out = true, .by = user_id(v.gus), .key = STR("o")};
    assert_err(fold_do(&v, fold_cash, &out), "pay.day_limit");
    out.amount.minor = 100000;
    assert_fine(fold_do(&v, fold_cash, &out));
    assert_fine(fold_do(&v, fold_cash, &out)); /* the button pressed twice */
    assert_int_equal(wallet_of(&v, v.ana), 300000);
    out.by = user_id(v.bo);
    assert_err(fold_do(&v, fold_cash, &out), "pay.not_your_till");
}

typedef struct Counting {
    CountAct act;
    Money difference;
} Counting;

static Err *count(Tx *tx, Fold *v, void *arg)
{
    Counting *c = arg;
    (void)v;
    return till_count(tx, &c->act, time_now(), &c->difference);
}

static void a_count_needs_a_witness_and_books_what_is_missing(void **state)
{
    Fold v = fold_make(state);
    assert_fine(cash_in(&v, v.ana, 10000));
    Counting c = {{.till = v.till, .by = user_id(v.gus), .witness = user_id(v.gus), .counted = {9950}, .key = STR("a")}, {0}};
    assert_err(fold_do(&v, count, &c), "pay.witness");
    c.act.witness = user_id(v.bo);
    assert_fine(fold_do(&v, count, &c));
    assert_int_equal(c.difference.minor, -50);
    assert_int_equal(balance_of(&v, STR("over_short")), -50);
    c.act.counted.minor = 10000;
    c.act.key = STR("b");
    assert_fine(fold_do(&v, count, &c)); /* it was under the drawer */
    assert_int_equal(c.difference.minor, 50);
    assert_int_equal(balance_of(&v, STR("over_short")), 0);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_count"), 2);
}

/* ---- payouts ---- */

typedef struct Paying {
    Id batch, by, payout;
    const char *step;
} Paying;

static Err *pay_step(Tx *tx, Fold *v, void *arg)
{
    Paying *p = arg;
    Time now = time_now();
    Str step = str_of(p->step), name = str_format(tx->db.arena, "test/%s/%lld", p->step, (long long)p->payout);
    if (str_eq(step, STR("destination")))
        return destination_set(tx, &(NewDestination){.org = v->farm, .rail = STR("bank"), .name = STR("Lin & sons"), .number = STR("DE89370400440532013000")},
                               p->by, now);
    if (str_eq(step, STR("make")))
        return batch_make(tx, STR("bank"), date_of(2026, 11, 23), p->by, now, &p->batch);
    if (str_eq(step, STR("approve")))
        return batch_approve(tx, p->batch, p->by, now);
    if (str_eq(step, STR("send")))
        return batch_send(tx, p->batch, p->by, now);
    if (str_eq(step, STR("drop")))
        return batch_drop(tx, p->batch, p->by, now);
    if (str_eq(step, STR("paid")))
        return payout_paid(tx, p->payout, p->by, now);
    if (str_eq(step, STR("reconciled")))
        return payout_reconciled(tx, p->payout, name, p->by, now);
    return payout_bounced(tx, p->payout, STR("AC04"), name, p->by, now);
}

static Err *step(Fold *v, Paying *p, User *by, const char *what)
{
    p->by = user_id(by);
    p->step = what;
    return fold_do(v, pay_step, p);
}

static void a_batch_is_approved_by_a_second_person_and_pays_to_the_cent(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    Paying p = {0};
    Str xml;
    const XmlNode *root;
    set(&v, (PaySettings){.bank_name = STR("Village"), .bank_account = STR("0042")});
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_err(step(&v, &p, v.tess, "make"), "pay.nothing_due"); /* nobody knows where to */
    assert_fine(step(&v, &p, v.lin, "destination"));
    assert_fine(step(&v, &p, v.tess, "make"));
    assert_err(batch_file(&v.db, p.batch, &xml), "pay.not_approved");
    assert_err(step(&v, &p, v.tess, "approve"), "pay.same_person");
    assert_err(step(&v, &p, v.tess, "send"), "pay.not_approved");
    assert_fine(step(&v, &p, v.olga, "approve"));
    assert_fine(step(&v, &p, v.tess, "send"));
    assert_fine(batch_file(&v.db, p.batch, &xml));
    assert_fine(xml_read(v.arena, xml, &root));
    assert_str(xml_text(v.arena, xml_path(root, "CstmrCdtTrfInitn/PmtInf/CtrlSum")), "15.00");
    p.payout = test_int(v.store, "SELECT id FROM pay_payout");
    assert_str(xml_text(v.arena, xml_path(root, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId/EndToEndId")), str_z(v.arena, id_text(v.arena, p.payout)));
    assert_int_equal(earnings_of(&v, v.farm), 1500); /* held, not gone */
    assert_fine(step(&v, &p, v.tess, "paid"));
    assert_int_equal(earnings_of(&v, v.farm), 0);
    assert_int_equal(balance_of(&v, STR("transit/bank")), 1500);
    assert_fine(step(&v, &p, v.tess, "reconciled"));
    assert_int_equal(balance_of(&v, STR("transit/bank")), 0);
    assert_int_equal(balance_of(&v, STR("bank")), 1500);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_batch WHERE state = 'done'"), 1);
    assert_fine(step(&v, &p, v.tess, "bounced")); /* the bank sends it back days later */
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_int_equal(balance_of(&v, STR("bank")), 0);
}

static void what_stands_in_a_draft_cannot_be_spent_twice(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    Paying p = {0}, again = {0};
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_fine(step(&v, &p, v.lin, "destination"));
    assert_fine(step(&v, &p, v.tess, "make"));
    assert_err(step(&v, &again, v.tess, "make"), "pay.nothing_due");
    CashAct out = {.till = v.till, .org = v.farm, .amount = {100}, .out = true, .by = user_id(v.gus), .key = STR("o")};
    assert_err(fold_do(&v, fold_cash, &out), "pay.too_little");
    assert_fine(step(&v, &p, v.tess, "drop"));
    assert_fine(fold_do(&v, fold_cash, &out));
    assert_int_equal(earnings_of(&v, v.farm), 1400);
    assert_fine(step(&v, &again, v.tess, "make"));
}

static void a_hand_over_taken_back_after_the_payout_is_owed(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    CashAct out = {.till = v.till, .org = v.farm, .amount = {1500}, .out = true, .by = user_id(v.gus), .key = STR("o")};
    assert_fine(fold_do(&v, fold_cash, &out));
    assert_fine(act_on(&v, made.id, "uncollect"));
    assert_int_equal(escrow_of(&v, made.id), 1500);
    assert_int_equal(balance_of(&v, pay_key(v.arena, "claim/org", v.farm)), -1500);
    assert_fine(act_on(&v, made.id, "collect")); /* what it earns now pays its debt first */
    assert_int_equal(balance_of(&v, pay_key(v.arena, "claim/org", v.farm)), 0);
    assert_int_equal(earnings_of(&v, v.farm), 0);
}

/* An order that is paid in cash when it is collected; who NULL: a guest. */
static Id buy_cash(Fold *v, User *who, int64_t eggs)
{
    OrderAskLine line = {v->eggs, eggs};
    OrderMade made;
    OrderAsk ask = {.lines = &line, .lines_len = 1, .buyer = who ? user_id(who) : 0, .name = STR("Guest"), .phone = STR("13900000001"), .lang = STR("en"),
                    .currency = STR("CNY"), .pickup = v->pickup, .payment = STR("at_pickup"), .channel = "shop", .hold_ms = 7 * (int64_t)DAY_MS};
    assert_fine(order_place(&v->db, &ask, time_now(), &made));
    return made.id;
}

static int64_t till_of(Fold *v)
{
    return -balance_of(v, pay_key(v->arena, "till", v->till));
}

static void cash_of_an_order_goes_through_the_books_where_the_village_wants_it(void **state)
{
    Fold v = fold_make(state);
    fee(&v, 50000);
    Id before = buy_cash(&v, v.ana, 10);
    assert_fine(act_on(&v, before, "collect")); /* not asked for: cash stays outside */
    assert_int_equal(till_of(&v), 0);
    set(&v, (PaySettings){.cash_orders = true});
    Id order = buy_cash(&v, NULL, 20);
    assert_int_equal(escrow_of(&v, order), 0); /* nothing is paid before it is collected */
    assert_fine(act_on(&v, order, "collect"));
    assert_int_equal(till_of(&v), 3000);
    assert_int_equal(earnings_of(&v, v.farm), 2850);
    assert_int_equal(balance_of(&v, STR("fees")), 150);
    assert_int_equal(escrow_of(&v, order), 0);
}

static void a_cash_order_handed_over_by_mistake_leaves_the_till_as_it_was(void **state)
{
    Fold v = fold_make(state);
    set(&v, (PaySettings){.cash_orders = true, .release_days = 2});
    Id order = buy_cash(&v, NULL, 20);
    assert_fine(act_on(&v, order, "collect"));
    assert_int_equal(till_of(&v), 3000);
    assert_int_equal(escrow_of(&v, order), 3000);
    assert_fine(act_on(&v, order, "uncollect"));
    assert_int_equal(till_of(&v), 0);
    assert_fine(act_on(&v, order, "collect"));
    assert_int_equal(till_of(&v), 3000);
    set(&v, (PaySettings){.cash_orders = true});
    Id other = buy_cash(&v, v.ana, 10);
    assert_fine(act_on(&v, other, "collect"));
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_fine(act_on(&v, other, "uncollect"));
    assert_int_equal(earnings_of(&v, v.farm), 0);
    assert_int_equal(till_of(&v), 3000);
    assert_fine(act_on(&v, other, "cancel"));
    assert_int_equal(till_of(&v), 3000);
    assert_int_equal(wallet_of(&v, v.ana), 0);
}

static void a_refund_of_a_cash_order_comes_out_of_the_till(void **state)
{
    Fold v = fold_make(state);
    fee(&v, 50000);
    set(&v, (PaySettings){.cash_orders = true});
    Id order = buy_cash(&v, NULL, 10);
    assert_fine(act_on(&v, order, "collect"));
    Giving give = {.ret = {.line = test_int(v.store, "SELECT id FROM order_line"), .steps = 2, .cause = STR("spoiled")}};
    assert_fine(fold_do(&v, give_back, &give));
    assert_int_equal(till_of(&v), 1200);
    assert_int_equal(earnings_of(&v, v.farm) + balance_of(&v, STR("fees")), 1200);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM refund WHERE state = 'confirmed'"), 1);
}

static Err *second_till(Tx *tx, Fold *v, void *arg)
{
    return till_open(tx, &(NewTill){.name = STR("Market stall"), .agent = user_id(v->bo), .most = {5000}, .per_person = {5000}}, user_id(v->tess), time_now(), arg);
}

static void the_cash_of_orders_keeps_to_the_limits_of_tills(void **state)
{
    Fold v = fold_make(state);
    Id other;
    set(&v, (PaySettings){.cash_orders = true});
    assert_fine(test_sql(v.store, v.arena, "UPDATE pay_till SET most = 2000, per_person = 2000"));
    Id first = buy_cash(&v, NULL, 10), second = buy_cash(&v, v.ana, 10);
    assert_fine(act_on(&v, first, "collect"));
    assert_int_equal(till_of(&v), 1500);
    assert_err(act_on(&v, second, "collect"), "pay.till_full");
    assert_int_equal(till_of(&v), 1500);
    assert_fine(fold_do(&v, second_till, &other));
    assert_fine(act_on(&v, second, "collect")); /* where there is room */
    assert_int_equal(till_of(&v), 1500);
    assert_int_equal(-balance_of(&v, pay_key(v.arena, "till", other)), 1500);
    assert_fine(act_on(&v, second, "uncollect"));
    assert_int_equal(balance_of(&v, pay_key(v.arena, "till", other)), 0);
    assert_fine(test_sql(v.store, v.arena, "UPDATE pay_till SET most = 1000, per_person = 1000"));
    assert_err(act_on(&v, second, "collect"), "pay.till_full"); /* also when it is collected again */
    assert_int_equal(earnings_of(&v, v.farm), 1500);
}

static void an_order_for_cash_can_be_paid_from_the_wallet_before(void **state)
{
    Fold v = fold_make(state);
    Id order = buy_cash(&v, v.ana, 10), guests = buy_cash(&v, NULL, 10);
    const char *page = str_z(v.arena, str_format(v.arena, "/money/orders/%.*s", STR_ARG(id_text(v.arena, order))));
    const char *pay = str_z(v.arena, str_format(v.arena, "%s/pay", page));
    assert_says(ask(v.app, v.ana, "GET", str_z(v.arena, str_format(v.arena, "/orders/%.*s", STR_ARG(id_text(v.arena, order)))), NULL), "Pay it now from my wallet");
    assert_says(ask(v.app, v.ana, "GET", page, NULL), "not enough to pay it from there");
    assert_status(ask(v.app, v.ana, "POST", pay, "total=15.00"), 409);
    assert_int_equal(escrow_of(&v, order), 0);
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_says(ask(v.app, v.ana, "GET", page, NULL), "from my wallet");
    assert_status(ask(v.app, v.bo, "POST", pay, "total=15.00"), 404);
    assert_status(ask(v.app, v.tess, "POST", pay, "total=15.00"), 403); /* she may look, not pay */
    assert_status(ask(v.app, v.ana, "POST", pay, "total=14.00"), 409); /* it changed since she looked */
    assert_goes_to(ask(v.app, v.ana, "POST", pay, "total=15.00"), page);
    assert_int_equal(wallet_of(&v, v.ana), 500);
    assert_int_equal(escrow_of(&v, order), 1500);
    assert_status(ask(v.app, v.ana, "POST", pay, "total=15.00"), 409); /* once */
    assert_silent(ask(v.app, v.ana, "GET", page, NULL), "from my wallet");
    assert_fine(act_on(&v, order, "cancel"));
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_fine(act_on(&v, order, "restore"));
    assert_fine(act_on(&v, order, "collect"));
    assert_int_equal(wallet_of(&v, v.ana), 500);
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_int_equal(escrow_of(&v, guests), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_order_and_its_money_are_one),
        TEST_DB(handing_over_pays_the_seller_less_the_fee),
        TEST_DB(cancelling_gives_all_of_it_back_and_can_be_undone),
        TEST_DB(money_waits_for_silence_where_the_village_wants_it),
        TEST_DB(taking_back_a_hand_over_takes_back_the_money),
        TEST_DB(fees_on_top_and_tax_reach_their_parties),
        TEST_DB(what_a_wallet_cannot_bear_becomes_a_debt_and_is_paid_by_the_next_cash),
        TEST_DB(more_eggs_are_paid_at_once_and_fewer_come_back),
        TEST_DB(a_refund_that_is_agreed_reaches_the_wallet_at_once),
        TEST_DB(whoever_gives_a_discount_bears_it),
        TEST_DB(a_program_is_told_by_a_signed_call_in_the_same_commit),
        TEST_DB(a_ruling_needs_two_officers_and_stops_the_clock),
        TEST_DB(a_refund_after_the_release_takes_from_all_parties),
        TEST_DB(a_complaint_taken_back_pays_the_seller),
        TEST_DB(a_till_keeps_its_limits),
        TEST_DB(the_cash_of_orders_keeps_to_the_limits_of_tills),
        TEST_DB(an_order_for_cash_can_be_paid_from_the_wallet_before),
        TEST_DB(a_count_needs_a_witness_and_books_what_is_missing),
        TEST_DB(a_batch_is_approved_by_a_second_person_and_pays_to_the_cent),
        TEST_DB(what_stands_in_a_draft_cannot_be_spent_twice),
        TEST_DB(a_hand_over_taken_back_after_the_payout_is_owed),
        TEST_DB(cash_of_an_order_goes_through_the_books_where_the_village_wants_it),
        TEST_DB(a_cash_order_handed_over_by_mistake_leaves_the_till_as_it_was),
        TEST_DB(a_refund_of_a_cash_order_comes_out_of_the_till),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
