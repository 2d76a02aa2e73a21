/* Pre-orders of a harvest that is not there yet, and sharing it out by a rule everybody could read before. */
#include <sodium.h>

#include "cycle/inside.h"

enum { SEED_BYTES = 16 };

void forecast_seed(Arena *arena, Str *seed, Str *hash)
{
    unsigned char random[SEED_BYTES], digest[crypto_hash_sha256_BYTES];
    char *text = arena_alloc(arena, 2 * SEED_BYTES + 1), *hex = arena_alloc(arena, 2 * sizeof digest + 1);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(text, 2 * SEED_BYTES + 1, random, sizeof random);
    crypto_hash_sha256(digest, (const unsigned char *)text, 2 * SEED_BYTES);
    sodium_bin2hex(hex, 2 * sizeof digest + 1, digest, sizeof digest);
    *seed = str_of(text);
    *hash = str_of(hex);
}

Err *forecast_add(Tx *tx, const NewForecast *f, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    CycleGood good;
    bool found;
    TRY(cycle_offer_of(&tx->db, f->offer, &good, &found));
    if (!found)
        return err_field(arena, "forecast.offer", "offer");
    if (!allocation_rule(f->rule))
        return err_field(arena, "forecast.rule", "rule");
    if (f->low < 0 || f->likely < f->low || f->high < f->likely || f->likely == 0 || f->high > STEPS_MAX)
        return err_field(arena, "forecast.amounts", "likely");
    if (f->closes_at.ms <= now.ms)
        return err_field(arena, "forecast.past", "closes");
    *made = id_mint();
    TRY(forecast_insert(tx, &(ForecastInsertArgs){*made, f->offer, good.org, f->day, f->closes_at, f->low, f->likely, f->high, f->rule,
                                                  f->seed, f->seed_hash, now}));
    return audit(tx, now, who, "forecast.add", *made, STR(""));
}

Err *preorder_add(Tx *tx, const NewPreorder *p, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    Forecast f;
    Preorder there;
    ForecastMark mark;
    bool found, done;
    TRY(forecast_by_id(&tx->db, p->forecast, STR("en"), &f, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "forecast.missing");
    if (p->steps < f.min_steps || p->steps % f.step || p->steps > STEPS_MAX)
        return err_arg(arena, err_field(arena, "forecast.step", "amount"), "step", quantity_plain(arena, f.step, f.sold_scale));
    TRY(preorder_of(&tx->db, p->forecast, p->buyer, &there, &found));
    if (found)
        return err_new(arena, ERR_CONFLICT, "forecast.again");
    TRY(forecast_promise(tx, p->forecast, p->steps, now, &mark, &done));
    if (!done) {
        bool over = !str_eq(f.state, STR("open")) || f.closes_at.ms <= now.ms;
        Err *err = over ? err_new(arena, ERR_CONFLICT, "forecast.closed") : err_new(arena, ERR_CONFLICT, "forecast.full");
        err->field = STR("amount");
        return err_arg(arena, err, "left", quantity_plain(arena, f.likely - f.promised, f.sold_scale));
    }
    int64_t before = mark.promised - p->steps, sure = mark.low > before ? mark.low - before : 0;
    *made = id_mint();
    TRY(preorder_insert(tx, &(PreorderInsertArgs){*made, p->forecast, p->buyer, p->pickup, p->member, p->steps,
                                                  sure < p->steps ? sure : p->steps, now}));
    return audit(tx, now, p->buyer, "preorder.add", *made, STR(""));
}

Err *preorder_drop(Tx *tx, Id forecast, Id buyer, Time now)
{
    Preorder there;
    bool found;
    int64_t count;
    TRY(preorder_of(&tx->db, forecast, buyer, &there, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "forecast.no_preorder");
    TRY(preorder_leave(tx, there.id, &count));
    TRY(forecast_release(tx, forecast, there.wanted, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "forecast.closed");
    return audit(tx, now, buyer, "preorder.leave", there.id, STR(""));
}

static Err *share_order(Tx *tx, const Forecast *f, const Preorder *p, int64_t got, Str currency, Time now)
{
    OrderMade made = {0};
    int64_t count;
    if (got) {
        OrderAskLine line = {f->offer, got};
        OrderAsk ask = {.lines = &line, .lines_len = 1, .buyer = p->buyer, .lang = STR("en"), .currency = currency, .pickup = p->pickup,
                        .payment = STR("at_pickup"), .channel = "shop", .hold_ms = order_hold_ms()};
        order_mint(tx->db.arena, &ask.secret, &ask.code);
        TRY(order_insert(tx, &ask, now, &made));
    }
    TRY(preorder_share(tx, p->id, got, made.id ? &made.id : NULL, &count));
    return announce(tx, "preorder.shared", p->id, now);
}

Err *forecast_share_out(Tx *tx, Id id, int64_t harvest, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Forecast f;
    PreorderList all;
    bool found;
    int64_t count;
    TRY(forecast_by_id(&tx->db, id, STR("en"), &f, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "forecast.missing");
    if (harvest < 0 || harvest > STEPS_MAX)
        return err_field(arena, "forecast.amounts", "amount");
    TRY(forecast_share(tx, id, harvest, now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "forecast.closed");
    TRY(preorder_list(&tx->db, id, &all));
    Claim *claims = NEW_ARRAY(arena, Claim, all.len + 1);
    for (size_t i = 0; i < all.len; i++)
        claims[i] = (Claim){.id = all.at[i].id, .at = all.at[i].at, .member = all.at[i].member, .wanted = all.at[i].wanted};
    allocate(arena, allocation_rule(f.rule), f.seed, harvest, f.step, f.min_steps, claims, all.len);
    Str currency = village_at(&tx->db).currency;
    for (size_t i = 0; i < all.len; i++) {
        Err *err = share_order(tx, &f, &all.at[i], claims[i].got, currency, now);
        if (err_is(err, "stock.sold_out"))
            return err_field(arena, "forecast.stock", "amount");
        TRY(err);
    }
    return audit(tx, now, who, "forecast.shared", id, f.rule);
}
