/* Cycles for programs: which are open, their times of collecting and goods, and entering the checkout. Fields are only ever
   added. */
#include "cycle/handlers.h"

enum { JSON_PAGE = 100 };

typedef struct CycleJson {
    Id id, hub;
    Str name, note, state;
    Date day;
    Time opens_at, closes_at;
    int64_t grace_minutes;
    bool everything, only;
} CycleJson;
static const Field cycle_fields[] = {
    FIELD(CycleJson, id, FIELD_ID),
    FIELD(CycleJson, hub, FIELD_ID, .label = "The organisation that runs it"),
    FIELD(CycleJson, name, FIELD_STR),
    FIELD(CycleJson, note, FIELD_STR, .label = "Words to the buyers"),
    FIELD(CycleJson, state, FIELD_STR,
          .label = "scheduled, open, closing, closed, consolidated, harvesting, packed, distributing, settled or cancelled"),
    FIELD(CycleJson, day, FIELD_DATE, .label = "Day of handing over"),
    FIELD(CycleJson, opens_at, FIELD_TIME),
    FIELD(CycleJson, closes_at, FIELD_TIME),
    FIELD(CycleJson, grace_minutes, FIELD_INT, .label = "How long a begun checkout may still end after closing"),
    FIELD(CycleJson, everything, FIELD_BOOL, .label = "Sells every offer of the market; else those of /cycles/{id}/offers"),
    FIELD(CycleJson, only, FIELD_BOOL, .label = "Its offers are sold in cycles only"),
};
const Shape cycle_json_shape = SHAPE(CycleJson, "Cycle", cycle_fields);

typedef struct SlotJson {
    Id id, pickup;
    Time from, until;
    int64_t capacity, left;
} SlotJson;
static const Field slot_fields[] = {
    FIELD(SlotJson, id, FIELD_ID),
    FIELD(SlotJson, pickup, FIELD_ID, .label = "The order's pickup must be this one"),
    FIELD(SlotJson, from, FIELD_TIME),
    FIELD(SlotJson, until, FIELD_TIME),
    FIELD(SlotJson, capacity, FIELD_INT),
    FIELD(SlotJson, left, FIELD_INT, .label = "Places still free"),
};
const Shape slot_json_shape = SHAPE(SlotJson, "CycleSlot", slot_fields);

typedef struct CycleOfferJson {
    Id offer, product;
    Str title, pack, producer, unit, priced_unit;
    int64_t scale, step, min_steps, available_steps;
    Money price;
} CycleOfferJson;
static const Field offer_fields[] = {
    FIELD(CycleOfferJson, offer, FIELD_ID),
    FIELD(CycleOfferJson, product, FIELD_ID),
    FIELD(CycleOfferJson, title, FIELD_STR),
    FIELD(CycleOfferJson, pack, FIELD_STR),
    FIELD(CycleOfferJson, producer, FIELD_STR),
    FIELD(CycleOfferJson, unit, FIELD_STR),
    FIELD(CycleOfferJson, scale, FIELD_INT),
    FIELD(CycleOfferJson, step, FIELD_INT),
    FIELD(CycleOfferJson, min_steps, FIELD_INT),
    FIELD(CycleOfferJson, available_steps, FIELD_INT),
    FIELD(CycleOfferJson, price, FIELD_MONEY, .label = "For one whole priced_unit"),
    FIELD(CycleOfferJson, priced_unit, FIELD_STR),
};
const Shape cycle_offer_json_shape = SHAPE(CycleOfferJson, "CycleOffer", offer_fields);

typedef struct PassJson {
    Id pass, cycle;
    Time until;
} PassJson;
static const Field pass_fields[] = {
    FIELD(PassJson, pass, FIELD_ID, .label = "Send it with the order"),
    FIELD(PassJson, cycle, FIELD_ID),
    FIELD(PassJson, until, FIELD_TIME, .label = "The last moment for that order, as things stand"),
};
const Shape pass_json_shape = SHAPE(PassJson, "CyclePass", pass_fields);

static CycleJson json_of(const Cycle *c, Time now)
{
    return (CycleJson){c->id, c->org, c->name, c->note, str_of(cycle_state_now(c, now)), c->day, c->opens_at, c->closes_at,
                       c->grace_minutes, c->everything, c->sold_only};
}

Err *list_cycles_json(Req *r)
{
    CycleList cycles;
    TRY(cycle_list_public(&r->db, JSON_PAGE, &cycles));
    CycleJson *out = NEW_ARRAY(r->arena, CycleJson, cycles.len + 1);
    for (size_t i = 0; i < cycles.len; i++)
        out[i] = json_of(&cycles.at[i], r->now);
    return reply_json_list(r, &cycle_json_shape, out, cycles.len, STR(""));
}

static Err *take_cycle(Req *r, Cycle *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(cycle_read(&r->db, id, out));
    return str_eq(out->state, STR("draft")) ? err_new(r->arena, ERR_MISSING, "cycle.missing") : NULL;
}

Err *show_cycle_json(Req *r)
{
    Cycle cycle;
    TRY(take_cycle(r, &cycle));
    CycleJson out = json_of(&cycle, r->now);
    return reply_json(r, 200, &cycle_json_shape, &out);
}

Err *list_slots_json(Req *r)
{
    Cycle cycle;
    CycleSlotList slots;
    TRY(take_cycle(r, &cycle));
    TRY(cycle_slot_list(&r->db, cycle.id, &slots));
    SlotJson *out = NEW_ARRAY(r->arena, SlotJson, slots.len + 1);
    for (size_t i = 0; i < slots.len; i++)
        out[i] = (SlotJson){slots.at[i].id, slots.at[i].pickup, slots.at[i].from_at, slots.at[i].until_at, slots.at[i].capacity,
                            slots.at[i].capacity - slots.at[i].taken};
    return reply_json_list(r, &slot_json_shape, out, slots.len, STR(""));
}

typedef struct After {
    int64_t after;
} After;

Err *list_cycle_offers_json(Req *r)
{
    Cycle cycle;
    CycleCardList cards;
    After query = {0};
    TRY(take_query(r, &cycle_after_query, &query));
    TRY(take_cycle(r, &cycle));
    TRY(cycle_page(&r->db, cycle.id, lang_now(r), query.after, JSON_PAGE + 1, &cards));
    bool more = cards.len > JSON_PAGE;
    cards.len = more ? JSON_PAGE : cards.len;
    CycleOfferJson *out = NEW_ARRAY(r->arena, CycleOfferJson, cards.len + 1);
    for (size_t i = 0; i < cards.len; i++) {
        const CycleCard *c = &cards.at[i];
        out[i] = (CycleOfferJson){c->offer, c->product, c->title, c->pack, c->producer_name, c->sold_unit, c->priced_unit, c->sold_scale,
                                  c->step, c->min_steps, c->oversell ? STEPS_MAX : c->on_hand - c->reserved, c->price};
    }
    return reply_json_list(r, &cycle_offer_json_shape, out, cards.len,
                           more ? str_format(r->arena, "%lld", (long long)cards.at[cards.len - 1].position) : STR(""));
}

Err *enter_cycle_json(Req *r)
{
    Cycle cycle;
    PassJson out = {0};
    TRY(take_cycle(r, &cycle));
    TRY(cycle_enter(r->store, r->arena, cycle.id, 0, r->now, &out.pass));
    out.cycle = cycle.id;
    out.until.ms = cycle.closes_at.ms + cycle.grace_minutes * MINUTE_MS;
    return reply_json(r, 201, &pass_json_shape, &out);
}
