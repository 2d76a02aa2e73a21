/* Places where buyers collect what they ordered. */
#include "base/text.h"
#include "market/inside.h"

enum { NAME_MAX_BYTES = 120, TEXT_MAX_BYTES = 1000 };

static Str bounded(Arena *arena, Str text, size_t max)
{
    return str_trim(utf8_cut(utf8_clean(arena, str_trim(text)), max));
}

static Err *texts_put(Tx *tx, Id pickup, const NewPickup *p)
{
    Arena *arena = tx->db.arena;
    for (size_t i = 0; i < p->texts.len; i++) {
        Str name = bounded(arena, p->texts.at[i].name, NAME_MAX_BYTES);
        Str address = i < p->addresses.len ? bounded(arena, p->addresses.at[i], TEXT_MAX_BYTES) : STR("");
        if (!name.len)
            return err_field(arena, "pickup.name", "name");
        TRY(pickup_text_put(tx, pickup, p->texts.at[i].lang, name, address, bounded(arena, p->texts.at[i].story, TEXT_MAX_BYTES)));
    }
    return NULL;
}

static Err *hours_put(Tx *tx, Id pickup, const NewPickup *p)
{
    for (size_t i = 0; i < p->hours_len; i++) {
        const PickupHours *h = &p->hours[i];
        if (h->weekday < 1 || h->weekday > 7 || h->from_minute < 0 || h->to_minute <= h->from_minute || h->to_minute > 24 * 60)
            return err_field(tx->db.arena, "pickup.hours", "hours");
        TRY(pickup_hours_insert(tx, pickup, h->weekday, h->from_minute, h->to_minute));
    }
    return NULL;
}

/* Whose goods it takes, and whether they are brought to the door instead. */
static Err *rest_put(Tx *tx, Id pickup, const NewPickup *p)
{
    int64_t count;
    for (size_t i = 0; i < p->sellers_len && !p->everyone; i++)
        TRY(pickup_seller_insert(tx, pickup, p->sellers[i]));
    const DeliveryZone *z = p->zone;
    if (!z)
        return delivery_zone_drop(tx, pickup, &count);
    if (z->charge.minor < 0 || z->per_kg.minor < 0 || z->free_from.minor < 0 || z->min_goods.minor < 0 || z->tax_ppm < 0 || z->tax_ppm > 1000000)
        return err_field(tx->db.arena, "price.range", "charge");
    return delivery_zone_put(tx, &(DeliveryZonePutArgs){.pickup = pickup, .charge = z->charge, .per_kg = z->per_kg,
                                                        .free_from = z->free_from.minor ? &z->free_from : NULL, .min_goods = z->min_goods,
                                                        .tax_ppm = z->tax_ppm});
}

Err *pickup_add(Tx *tx, const NewPickup *p, Id who, Time now, Id *made)
{
    MarketCount total;
    if (!p->texts.len)
        return err_field(tx->db.arena, "pickup.name", "name");
    TRY(pickup_count(&tx->db, &total));
    if (total.total >= PICKUPS_MAX)
        return err_new(tx->db.arena, ERR_CONFLICT, "pickup.too_many");
    *made = id_mint();
    TRY(pickup_insert(tx, &(PickupInsertArgs){.id = *made, .org = p->org, .lang = p->texts.at[0].lang, .everyone = p->everyone,
                                              .latitude = p->has_position ? &p->latitude : NULL,
                                              .longitude = p->has_position ? &p->longitude : NULL,
                                              .position = total.total, .now = now}));
    TRY(texts_put(tx, *made, p));
    TRY(hours_put(tx, *made, p));
    TRY(rest_put(tx, *made, p));
    return audit(tx, now, who, "pickup.add", *made, STR(""));
}

Err *pickup_edit(Tx *tx, Id pickup, const NewPickup *p, bool open, Id who, Time now)
{
    int64_t count;
    TRY(pickup_put(tx, pickup, open, p->everyone, p->has_position ? &p->latitude : NULL, p->has_position ? &p->longitude : NULL, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_MISSING, "pickup.missing");
    TRY(texts_put(tx, pickup, p));
    TRY(pickup_hours_clear(tx, pickup));
    TRY(hours_put(tx, pickup, p));
    TRY(pickup_sellers_clear(tx, pickup, &count));
    TRY(rest_put(tx, pickup, p));
    return audit(tx, now, who, "pickup.edit", pickup, STR(""));
}
