/* What there is to carry on a day: open orders, seller by seller and pickup place by pickup place. */
#include "rounds/inside.h"

static const int64_t GRAMS_MAX = 100 * (int64_t)1000000; /* 100 t in one consignment */
enum { GRAMS_UNKNOWN = 500 };                            /* a piece whose weight nobody wrote down */

/* Steps of 10^-scale of a unit in grams; -1 when it is no weight or volume. A litre counts as a kilogram. */
static int64_t grams_of(Str unit, int64_t scale, int64_t steps)
{
    const Unit *known = unit_find(unit);
    if (!known || (known->kind != UNIT_MASS && known->kind != UNIT_VOLUME))
        return -1;
    double grams = (double)steps * (double)known->micro / 1000;
    for (int64_t i = 0; i < scale; i++)
        grams /= 10;
    return grams < 1 ? 1 : grams > (double)GRAMS_MAX ? GRAMS_MAX : (int64_t)(grams + 0.5);
}

static int64_t line_grams(const RoundNeed *need)
{
    int64_t whole = need->steps, grams = grams_of(need->sold_unit, need->sold_scale, need->steps);
    if (grams >= 0)
        return grams;
    for (int64_t i = 0; i < need->sold_scale; i++)
        whole /= 10;
    whole = whole ? whole : 1;
    if (need->has_nominal_priced_steps && need->nominal_priced_steps)
        grams = grams_of(need->priced_unit, need->priced_scale, need->nominal_priced_steps);
    else if (need->has_content_milli && need->has_content_unit)
        grams = grams_of(need->content_unit, 3, need->content_milli);
    if (grams < 0)
        grams = GRAMS_UNKNOWN;
    return whole > GRAMS_MAX / grams ? GRAMS_MAX : whole * grams;
}

static int64_t crates_of(int64_t grams)
{
    return (grams + CRATE_GRAMS - 1) / CRATE_GRAMS;
}

static void line_add(Shipment *shipment, const RoundNeed *need)
{
    int64_t grams = line_grams(need);
    shipment->grams += grams;
    if (str_eq(need->need, STR("cold")))
        shipment->cold_grams += grams;
    if (str_eq(need->need, STR("animals")))
        shipment->skills |= SKILL_ANIMALS;
}

static Shipment *shipment_of(Work *work, Id org, Id pickup, Id door)
{
    for (size_t i = work->shipments_len; i-- > 0;)
        if (work->shipments[i].org == org && work->shipments[i].pickup == pickup && work->shipments[i].door == door)
            return &work->shipments[i];
    if (work->shipments_len == SHIPMENTS_MAX)
        return NULL;
    Shipment *made = &work->shipments[work->shipments_len++];
    *made = (Shipment){.id = id_mint(), .org = org, .pickup = pickup, .door = door};
    return made;
}

static void part_add(Work *work, Shipment *shipment, Id part)
{
    if (shipment->parts_len && shipment->parts[shipment->parts_len - 1] == part)
        return;
    if ((shipment->parts_len & (shipment->parts_len - 1)) == 0) { /* room doubles */
        Id *room = NEW_ARRAY(work->arena, Id, shipment->parts_len ? shipment->parts_len * 2 : 1);
        for (size_t i = 0; i < shipment->parts_len; i++)
            room[i] = shipment->parts[i];
        shipment->parts = room;
    }
    shipment->parts[shipment->parts_len++] = part;
    shipment->orders++;
}

static void shipments_crate(Work *work)
{
    for (size_t i = 0; i < work->shipments_len; i++) {
        Shipment *s = &work->shipments[i];
        if (s->grams > GRAMS_MAX)
            s->grams = GRAMS_MAX;
        if (s->cold_grams > s->grams)
            s->cold_grams = s->grams;
        s->cold_crates = crates_of(s->cold_grams); /* a cold box holds nothing else */
        s->crates = s->cold_crates + crates_of(s->grams - s->cold_grams);
    }
}

Err *work_gather(Db *db, Work *work)
{
    RoundPickupList pickups;
    TRY(round_pickup_list(db, date_weekday(work->plan.day), work->plan.day, work->lang, &pickups));
    work->shipments = NEW_ARRAY(work->arena, Shipment, SHIPMENTS_MAX);
    work->shipments_len = 0;
    for (size_t i = 0; i < pickups.len; i++) {
        RoundNeedList needs;
        TRY(round_need_list(db, pickups.at[i].id, work->plan.id, work->plan.day, &needs));
        for (size_t k = 0; k < needs.len; k++) {
            Shipment *shipment = shipment_of(work, needs.at[k].org, pickups.at[i].id, pickups.at[i].zone ? needs.at[k].order : 0);
            if (!shipment)
                return err_new(work->arena, ERR_INVALID, "round.too_many");
            line_add(shipment, &needs.at[k]);
            part_add(work, shipment, needs.at[k].part);
        }
    }
    shipments_crate(work);
    return NULL;
}

Err *work_again(Db *db, Work *work)
{
    ConsignmentList rows;
    TRY(consignment_list(db, work->plan.id, work->lang, &rows));
    work->shipments = NEW_ARRAY(work->arena, Shipment, rows.len + 1);
    work->shipments_len = rows.len;
    for (size_t i = 0; i < rows.len; i++)
        work->shipments[i] = (Shipment){.id = rows.at[i].id,
                                        .org = rows.at[i].org,
                                        .pickup = rows.at[i].pickup,
                                        .grams = rows.at[i].grams,
                                        .crates = rows.at[i].crates,
                                        .cold_crates = rows.at[i].cold_crates,
                                        .skills = (unsigned)rows.at[i].skills,
                                        .orders = rows.at[i].orders,
                                        .door = rows.at[i].door,
                                        .kept = rows.at[i].kept,
                                        .at_hub = rows.at[i].at_hub,
                                        .pinned = rows.at[i].has_pinned ? rows.at[i].pinned : 0};
    return NULL;
}
