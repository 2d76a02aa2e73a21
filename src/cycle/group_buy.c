/* Buying together: decided once, at the deadline, by how much was wanted. */
#include "cycle/inside.h"

enum { TIERS_MAX = 10, DUE_BATCH = 50 };

Err *group_buy_add(Tx *tx, const NewGroupBuy *g, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    CycleGood good;
    bool found;
    TRY(cycle_offer_of(&tx->db, g->offer, &good, &found));
    if (!found)
        return err_field(arena, "forecast.offer", "offer");
    if (g->deadline.ms <= now.ms)
        return err_field(arena, "forecast.past", "closes");
    if (!g->tiers_len || g->tiers_len > TIERS_MAX)
        return err_field(arena, "group_buy.tiers", "tiers");
    for (size_t i = 0; i < g->tiers_len; i++)
        if (g->tiers[i].from_steps <= (i ? g->tiers[i - 1].from_steps : 0) || g->tiers[i].price.minor < 0 ||
            (i && g->tiers[i].price.minor >= g->tiers[i - 1].price.minor))
            return err_field(arena, "group_buy.tiers", "tiers");
    *made = id_mint();
    TRY(group_buy_insert(tx, &(GroupBuyInsertArgs){*made, g->offer, good.org, g->deadline, g->max_each ? &g->max_each : NULL, now}));
    for (size_t i = 0; i < g->tiers_len; i++)
        TRY(group_tier_insert(tx, *made, g->tiers[i].from_steps, g->tiers[i].price));
    return audit(tx, now, who, "group_buy.add", *made, STR(""));
}

Err *group_buy_join(Tx *tx, const NewPledge *p, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    GroupBuy g;
    GroupPledge there;
    bool found;
    int64_t count;
    TRY(group_buy_by_id(&tx->db, p->group_buy, STR("en"), &g, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "group_buy.missing");
    if (p->steps < g.min_steps || p->steps % g.step || p->steps > (g.has_max_each ? g.max_each : STEPS_MAX))
        return err_field(arena, "group_buy.amount", "amount");
    TRY(group_pledge_of(&tx->db, p->group_buy, p->buyer, &there, &found));
    if (found)
        return err_new(arena, ERR_CONFLICT, "group_buy.again");
    TRY(group_buy_pledge(tx, p->group_buy, p->steps, now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "group_buy.over");
    *made = id_mint();
    TRY(group_pledge_insert(tx, &(GroupPledgeInsertArgs){*made, p->group_buy, p->buyer, p->pickup, p->steps, now}));
    return audit(tx, now, p->buyer, "group_buy.join", *made, STR(""));
}

Err *group_buy_leave(Tx *tx, Id id, Id buyer, Time now)
{
    GroupPledge there;
    bool found;
    int64_t count;
    TRY(group_pledge_of(&tx->db, id, buyer, &there, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "group_buy.not_in");
    TRY(group_buy_unpledge(tx, id, there.steps, now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "group_buy.over");
    TRY(group_pledge_put(tx, there.id, STR("left"), NULL, &count));
    return audit(tx, now, buyer, "group_buy.leave", there.id, STR(""));
}

static Err *pledge_order(Tx *tx, const GroupBuy *g, const GroupPledge *p, Str currency, Time now)
{
    OrderMade made;
    int64_t count;
    OrderAskLine line = {g->offer, p->steps};
    OrderAsk ask = {.lines = &line, .lines_len = 1, .buyer = p->buyer, .lang = STR("en"), .currency = currency, .pickup = p->pickup,
                    .payment = STR("at_pickup"), .channel = "shop", .hold_ms = order_hold_ms()};
    order_mint(tx->db.arena, &ask.secret, &ask.code);
    Err *err = order_insert(tx, &ask, now, &made); /* refuses before it writes: one line, no key */
    if (err && err->kind >= ERR_BUSY)
        return err;
    return group_pledge_put(tx, p->id, err ? STR("short") : STR("bought"), err ? NULL : &made.id, &count);
}

/* The price of the tier that was reached; false when not even the first was. */
static bool tier_reached(const GroupTierList *tiers, int64_t pledged, Money *price)
{
    bool reached = false;
    for (size_t i = 0; i < tiers->len && tiers->at[i].from_steps <= pledged; i++) {
        *price = tiers->at[i].price;
        reached = true;
    }
    return reached;
}

Err *group_buy_decide(Tx *tx, Id id, Time now)
{
    GroupBuy g;
    GroupTierList tiers;
    GroupPledgeList pledges;
    Money price = {0};
    bool found;
    int64_t count;
    TRY(group_buy_by_id(&tx->db, id, STR("en"), &g, &found));
    if (!found || !str_eq(g.state, STR("open")))
        return NULL;
    TRY(group_tiers(&tx->db, id, &tiers));
    TRY(group_pledge_list(&tx->db, id, &pledges));
    bool bought = tier_reached(&tiers, g.pledged, &price);
    TRY(group_buy_end(tx, id, bought ? STR("bought") : STR("failed"), bought ? &price : NULL, now, &count));
    Str currency = village_at(&tx->db).currency;
    if (bought) /* the price holds for these orders only: it is put back in the same transaction */
        TRY(offer_price_put(tx, g.offer, price, 0, now));
    for (size_t i = 0; i < pledges.len; i++) {
        if (bought)
            TRY(pledge_order(tx, &g, &pledges.at[i], currency, now));
        else
            TRY(group_pledge_put(tx, pledges.at[i].id, STR("released"), NULL, &count));
    }
    if (bought)
        TRY(offer_price_put(tx, g.offer, g.normal_price, 0, (Time){now.ms + 1}));
    TRY(announce(tx, bought ? "group_buy.bought" : "group_buy.failed", id, now));
    return audit(tx, now, 0, bought ? "group_buy.bought" : "group_buy.failed", id, STR(""));
}

typedef struct Deciding {
    Id id;
    Time now;
} Deciding;

static Err *decide_write(Tx *tx, void *arg)
{
    const Deciding *d = arg;
    return group_buy_decide(tx, d->id, d->now);
}

Err *group_buys_end(Store *store, Arena *arena, Time now)
{
    Db db;
    CycleIdList due;
    TRY(db_read(store, arena, &db));
    TRY(group_buy_list_due(&db, now, DUE_BATCH, &due));
    for (size_t i = 0; i < due.len; i++) {
        Deciding deciding = {due.at[i].id, now};
        TRY(db_write(store, arena, decide_write, &deciding));
    }
    return NULL;
}
