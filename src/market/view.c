/* From rows to what pages show. */
#include "market/view.h"

#include <string.h>

#include "base/text.h"
#include "units/units.h"
#include "web/url.h"

Page *market_page(Req *r, Str title, const char *place, const char *script)
{
    return page_begin(r, &(PageHead){.title = title, .place = place, .script = script});
}

Str amount_text(Arena *arena, int64_t steps, int64_t scale)
{
    return quantity_plain(arena, steps, scale);
}

bool amount_read(Str typed, int64_t scale, int64_t *steps)
{
    char plain[32];
    Str text = str_trim(typed);
    if (!text.len || text.len >= sizeof plain)
        return false;
    for (size_t i = 0; i < text.len; i++) /* many keyboards offer only the comma */
        plain[i] = text.at[i] == ',' ? '.' : text.at[i];
    return quantity_parse((Str){plain, text.len}, scale, steps);
}

Err *amount_given(Req *r, Str typed, Str unit, int64_t scale, const char *field, int64_t *steps)
{
    bool good;
    TRY(measure_typed(&r->db, typed, unit, scale, steps, &good));
    return good ? NULL : err_field(r->arena, "cart.amount", field);
}

PriceView price_view(const Card *card)
{
    PriceView out = {.amount = card->price};
    const Unit *unit = unit_find(card->priced_unit);
    if (unit && unit->kind != UNIT_COUNT)
        out.unit = card->priced_unit;
    out.has_unit_price = card_unit_price(card, &out.unit_price, &out.unit_price_unit);
    Measure measure = card_measure(card);
    int64_t piece = 1;
    for (int64_t i = 0; i < card->sold_scale; i++)
        piece *= 10;
    out.about = card->has_nominal_milli && measure_cost(&measure, card->price, piece, &out.each);
    return out;
}

bool season_now(Req *r, int64_t months)
{
    return months && months != 0xFFF && (months >> (time_clock(r->now, r->village.zone).month - 1) & 1);
}

CardView card_view(Req *r, const Card *card, Str back)
{
    bool sold_out = card->available < card->min_steps;
    int64_t left = card->available - card->available % card->step;
    return (CardView){.offer = card->offer, .product = card->product, .title = card->title, .pack = card->pack,
                      .producer = card->producer_name, .picture = picture_of(r->arena, card->photo, STR(""), SIZES_CARD),
                      .price = price_view(card), .sold_out = sold_out, .few = !sold_out && card->available < 6 * card->min_steps,
                      .left = {left, card->sold_unit, card->sold_scale}, .in_season = season_now(r, card->season_months),
                      .add = amount_text(r->arena, card->min_steps, card->sold_scale), .back = back};
}

CardViewList card_views(Req *r, const CardList *cards, Str back)
{
    CardViewList out = {NEW_ARRAY(r->arena, CardView, cards->len + 1), cards->len};
    for (size_t i = 0; i < cards->len; i++)
        out.at[i] = card_view(r, &cards->at[i], back);
    for (size_t i = 0; i < 2 && i < cards->len; i++) /* what is seen at once is loaded at once */
        out.at[i].picture.first = true;
    return out;
}

StrList paragraphs(Arena *arena, Str text, size_t most)
{
    StrList out = {NEW_ARRAY(arena, Str, most + 1), 0};
    Str line, rest = text;
    size_t from = 0;
    for (size_t at = 0; rest.len && out.len < most;) {
        str_cut(rest, '\n', &line, &rest);
        size_t next = text.len - rest.len;
        bool blank = !str_trim(line).len;
        if (blank || !rest.len) {
            Str part = str_trim(str_slice(text, from, blank ? at : text.len));
            if (part.len)
                out.at[out.len++] = part;
            from = next;
        }
        at = next;
    }
    return out;
}

Str initials_of(Arena *arena, Str name)
{
    size_t at = 0;
    Buf out = buf_new(arena, 16);
    int32_t first = utf8_next(name, &at);
    if (first > 0)
        utf8_put(&out, first);
    return buf_str(&out);
}

Str season_text(Req *r, int64_t months)
{
    static const char *const names[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
                                        N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
    Buf out = buf_new(r->arena, 200);
    for (int i = 0; months && months != 0xFFF && i < 12; i++)
        if (months >> i & 1) {
            if (out.len)
                buf_add(&out, tr(r->lang, N_(", ")));
            buf_add(&out, tr(r->lang, names[i]));
        }
    return buf_str(&out);
}

Str query_link(Arena *arena, Str path, const char *const *names, const Str *values, size_t len)
{
    Buf out = buf_new(arena, 4096);
    buf_add(&out, path);
    char mark = '?';
    for (size_t i = 0; i < len; i++) {
        if (!values[i].len)
            continue;
        buf_add_char(&out, mark);
        buf_addf(&out, "%s=", names[i]);
        url_encode(&out, values[i]);
        mark = '&';
    }
    return buf_str(&out);
}

/* ---- pickup places ---- */

static Str minutes_text(Req *r, int64_t minute)
{
    return str_format(r->arena, "%lld:%02lld", (long long)minute / 60, (long long)minute % 60);
}

static const char *const weekdays[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};

/* The opening that is on now, or the first one in the coming week. */
static void next_opening(Req *r, const PickupHoursRowList *hours, PickupView *view)
{
    Date today = time_date(r->now, r->village.zone);
    for (int day = 0; day <= 7 && !view->has_next; day++) {
        Date date = {today.days + day};
        for (size_t i = 0; i < hours->len; i++) {
            const PickupHoursRow *h = &hours->at[i];
            if (h->pickup != view->id || h->weekday != date_weekday(date))
                continue;
            Time from = time_of(r->village.zone, date, (int)h->from_minute / 60, (int)h->from_minute % 60);
            Time until = time_of(r->village.zone, date, (int)h->to_minute / 60 % 24, (int)h->to_minute % 60);
            if (h->to_minute == 24 * 60)
                until.ms += DAY_MS;
            if (until.ms <= r->now.ms || (view->has_next && from.ms >= view->next_from.ms))
                continue;
            view->has_next = true;
            view->next_from = from;
            view->next_until = until;
            view->open_now = from.ms <= r->now.ms;
        }
    }
}

static PickupView pickup_of(Req *r, const Pickup *row, const PickupHoursRowList *hours)
{
    PickupView out = {.id = row->id, .name = row->name, .address = row->address, .instructions = row->instructions};
    out.hours.at = NEW_ARRAY(r->arena, HourView, hours->len + 1);
    for (size_t i = 0; i < hours->len; i++) {
        const PickupHoursRow *h = &hours->at[i];
        if (h->pickup != row->id)
            continue;
        Str span = str_format(r->arena, "%.*s–%.*s", STR_ARG(minutes_text(r, h->from_minute)), STR_ARG(minutes_text(r, h->to_minute)));
        out.hours.at[out.hours.len++] = (HourView){tr(r->lang, weekdays[h->weekday - 1]), span};
    }
    next_opening(r, hours, &out);
    out.delivery = row->has_charge;
    out.charge = row->charge;
    if (row->has_latitude && row->has_longitude)
        out.placed = true, out.latitude = row->latitude, out.longitude = row->longitude;
    if (out.placed)
        out.map = str_format(r->arena, "https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=16/%.5f/%.5f", row->latitude,
                             row->longitude, row->latitude, row->longitude);
    return out;
}

static bool serves(const Pickup *pickup, const PickupSellerList *sellers, Id org)
{
    if (pickup->everyone)
        return true;
    for (size_t i = 0; i < sellers->len; i++)
        if (sellers->at[i].pickup == pickup->id && sellers->at[i].org == org)
            return true;
    return false;
}

Err *pickup_views(Req *r, const Id *orgs, size_t orgs_len, PickupViewList *out)
{
    PickupList rows;
    PickupHoursRowList hours;
    PickupSellerList sellers = {0};
    bool narrow = false;
    TRY(pickup_list(&r->db, lang_of(r), false, &rows));
    TRY(pickup_hours_all(&r->db, &hours));
    for (size_t i = 0; i < rows.len; i++)
        narrow |= orgs_len && !rows.at[i].everyone;
    if (narrow)
        TRY(pickup_sellers_all(&r->db, &sellers));
    *out = (PickupViewList){NEW_ARRAY(r->arena, PickupView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        bool all = true;
        for (size_t k = 0; k < orgs_len; k++)
            all = all && serves(&rows.at[i], &sellers, orgs[k]);
        if (all)
            out->at[out->len++] = pickup_of(r, &rows.at[i], &hours);
    }
    return NULL;
}

Err *pickup_view(Req *r, Id pickup, PickupView *out)
{
    Pickup row;
    PickupHoursRowList hours;
    bool found;
    TRY(pickup_by_id(&r->db, pickup, lang_of(r), &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "pickup.missing");
    TRY(pickup_hours_all(&r->db, &hours));
    *out = pickup_of(r, &row, &hours);
    return NULL;
}
