/* Staff keep the list of pickup places. */
#include "market/handlers.h"
#include "market/templates.h"

enum { HOURS_MAX = 28 };

Err *list_pickups(Req *r)
{
    PickupsView view = {0};
    PickupList rows;
    TRY(pickup_list(&r->db, lang_of(r), true, &rows));
    view.pickups.at = NEW_ARRAY(r->arena, PickupRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view.pickups.at[view.pickups.len++] = (PickupRow){rows.at[i].id, rows.at[i].name, rows.at[i].address, rows.at[i].open};
    Page *page = market_page(r, tr(r->lang, N_("Pickup places")), "/pickups", NULL);
    market_pickups(page, &view);
    return page_end(page);
}

static bool ticked(const StrList *typed, Str id)
{
    for (size_t i = 0; i < typed->len; i++)
        if (str_eq(typed->at[i], id))
            return true;
    return false;
}

static Err *edit_page(Req *r, Id pickup, Str action, Str name, const PickupForm *form)
{
    PickupSellerNameList sellers;
    PickupEditView view = {.action = action, .name = name, .form = r->form_shape == &pickup_form ? r->form_values : form};
    view.other = view.form->name_other.len;
    TRY(pickup_sellers_of(&r->db, pickup, lang_of(r), &sellers));
    view.sellers.at = NEW_ARRAY(r->arena, Choice, sellers.len + 1);
    for (size_t i = 0; i < sellers.len; i++) {
        bool chosen = view.form == form ? sellers.at[i].chosen : ticked(&view.form->sellers, id_text(r->arena, sellers.at[i].id));
        view.sellers.at[view.sellers.len++] = (Choice){sellers.at[i].id, sellers.at[i].name, chosen};
    }
    Page *page = page_begin(r, &(PageHead){.title = name.len ? name : tr(r->lang, N_("New pickup place")), .place = "/pickups",
                                           .back = STR("/pickups")});
    market_pickup_edit(page, &view);
    return page_end(page);
}

Err *show_new_pickup(Req *r)
{
    static const PickupForm empty;
    return edit_page(r, 0, STR("/pickups/new"), STR(""), &empty);
}

/* ---- opening hours as people write them ---- */

static bool minute_read(Str text, int64_t *minute)
{
    Str hours, minutes;
    int64_t h, m = 0;
    text = str_trim(text);
    bool colon = str_cut(text, ':', &hours, &minutes);
    if (!str_to_int(hours, &h) || (colon && !str_to_int(minutes, &m)) || h < 0 || h > 24 || m < 0 || m > 59 || (h == 24 && m))
        return false;
    *minute = h * 60 + m;
    return true;
}

/* A dash of any kind, or the wave that Chinese writing uses, becomes '-'; full-width signs become plain. */
static Str plain_hours(Arena *arena, Str text)
{
    static const struct { const char *from; char to; } signs[] = {{"–", '-'}, {"—", '-'}, {"～", '-'}, {"~", '-'}, {"：", ':'},
                                                                  {"，", ','}, {"、", ','}, {";", ','}};
    Buf out = buf_new(arena, 256);
    for (size_t i = 0; i < text.len;) {
        Str rest = str_slice(text, i, text.len);
        size_t k = 0;
        while (k < sizeof signs / sizeof *signs && !str_starts(rest, str_of(signs[k].from)))
            k++;
        bool sign = k < sizeof signs / sizeof *signs;
        buf_add_char(&out, sign ? signs[k].to : text.at[i]);
        i += sign ? str_of(signs[k].from).len : 1;
    }
    return buf_str(&out);
}

/* "9:00-11:30, 16-18"; false when it cannot be read or runs backwards. */
bool hours_read(Arena *arena, Str text, int64_t weekday, PickupHours *out, size_t *len, size_t max)
{
    Str rest = plain_hours(arena, text), span, from, to;
    while (str_trim(rest).len) {
        str_cut(rest, ',', &span, &rest);
        PickupHours *h = &out[*len];
        if (*len == max || !str_cut(span, '-', &from, &to) || !minute_read(from, &h->from_minute) ||
            !minute_read(to, &h->to_minute) || h->to_minute <= h->from_minute)
            return false;
        h->weekday = weekday;
        (*len)++;
    }
    return true;
}

typedef struct Placing {
    NewPickup pickup;
    LangText texts[2];
    Str addresses[2];
    PickupHours hours[HOURS_MAX];
    Id *sellers;
    DeliveryZone zone;
    bool open;
    Id id, who;
    Time now;
} Placing;

/* "29.7153, 118.3164" */
static bool position_read(Str typed, NewPickup *out)
{
    Str latitude, longitude;
    out->has_position = str_cut(typed, ',', &latitude, &longitude) && str_to_real(str_trim(latitude), &out->latitude) &&
                        str_to_real(str_trim(longitude), &out->longitude) && out->latitude >= -90 && out->latitude <= 90 &&
                        out->longitude >= -180 && out->longitude <= 180;
    return out->has_position;
}

static Err *placing_read(Req *r, const PickupForm *form, Placing *p)
{
    const Str typed[] = {form->hours1, form->hours2, form->hours3, form->hours4, form->hours5, form->hours6, form->hours7};
    p->texts[0] = (LangText){lang_of(r), form->name, form->instructions};
    p->texts[1] = (LangText){other_lang(r), form->name_other, form->instructions_other};
    p->addresses[0] = form->address;
    p->addresses[1] = form->address_other;
    size_t len = form->name_other.len ? 2 : 1;
    p->pickup.texts = (LangTextList){p->texts, len};
    p->pickup.addresses = (StrList){p->addresses, len};
    p->pickup.hours = p->hours;
    p->pickup.everyone = !form->some;
    p->sellers = NEW_ARRAY(r->arena, Id, form->sellers.len + 1);
    for (size_t i = 0; i < form->sellers.len; i++)
        if (id_parse(form->sellers.at[i], &p->sellers[p->pickup.sellers_len]))
            p->pickup.sellers_len++;
    p->pickup.sellers = p->sellers;
    p->zone = (DeliveryZone){form->charge, form->per_kg, form->free_from, form->min_goods, 0};
    p->pickup.zone = form->delivers ? &p->zone : NULL;
    if (form->position.len && !position_read(form->position, &p->pickup))
        return err_field(r->arena, "pickup.position", "position");
    p->pickup.org = r->village.org;
    for (int i = 0; i < 7; i++)
        if (!hours_read(r->arena, typed[i], i + 1, p->hours, &p->pickup.hours_len, HOURS_MAX)) {
            Err *err = err_field(r->arena, "pickup.hours", "hours1");
            err->field = str_format(r->arena, "hours%d", i + 1);
            return err;
        }
    p->open = !form->closed;
    p->who = r->who;
    p->now = r->now;
    return NULL;
}

static Err *add_write(Tx *tx, void *arg)
{
    Placing *p = arg;
    return pickup_add(tx, &p->pickup, p->who, p->now, &p->id);
}

static Err *change_write(Tx *tx, void *arg)
{
    const Placing *p = arg;
    return pickup_edit(tx, p->id, &p->pickup, p->open, p->who, p->now);
}

static Err *make_try(Req *r)
{
    PickupForm form = {0};
    Placing *placing = NEW(r->arena, Placing);
    TRY(take(r, &pickup_form, &form));
    TRY(placing_read(r, &form, placing));
    return db_write(r->store, r->arena, add_write, placing);
}

Err *make_pickup(Req *r)
{
    Err *err = make_try(r);
    if (err)
        return reply_form_again(r, err, show_new_pickup);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/pickups");
}

/* ---- one place ---- */

static Err *my_pickup(Req *r, Pickup *pickup)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(pickup_by_id(&r->db, id, lang_of(r), pickup, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "pickup.missing");
    return need_role(r, pickup->org, ROLE_ADMIN);
}

static void hours_text(Arena *arena, const PickupHoursRowList *rows, int weekday, Str *out)
{
    Buf text = buf_new(arena, 200);
    for (size_t i = 0; i < rows->len; i++) {
        const PickupHoursRow *h = &rows->at[i];
        if (h->weekday == weekday)
            buf_addf(&text, "%s%lld:%02lld-%lld:%02lld", text.len ? ", " : "", (long long)h->from_minute / 60,
                     (long long)h->from_minute % 60, (long long)h->to_minute / 60, (long long)h->to_minute % 60);
    }
    *out = buf_str(&text);
}

Err *show_pickup(Req *r)
{
    Pickup pickup;
    PickupTextList texts;
    PickupHoursRowList hours;
    PickupForm form = {0};
    TRY(my_pickup(r, &pickup));
    TRY(pickup_texts(&r->db, pickup.id, &texts));
    TRY(pickup_hours_of(&r->db, pickup.id, &hours));
    form.name = pickup.name, form.address = pickup.address, form.instructions = pickup.instructions;
    for (size_t i = 0; i < texts.len; i++)
        if (str_eq(texts.at[i].lang, other_lang(r)))
            form.name_other = texts.at[i].name, form.address_other = texts.at[i].address, form.instructions_other = texts.at[i].instructions;
    Str *const days[] = {&form.hours1, &form.hours2, &form.hours3, &form.hours4, &form.hours5, &form.hours6, &form.hours7};
    for (int i = 0; i < 7; i++)
        hours_text(r->arena, &hours, i + 1, days[i]);
    form.closed = !pickup.open;
    form.some = !pickup.everyone;
    form.delivers = pickup.has_charge;
    form.charge = pickup.charge, form.per_kg = pickup.per_kg, form.free_from = pickup.free_from, form.min_goods = pickup.min_goods;
    if (pickup.has_latitude && pickup.has_longitude)
        form.position = str_format(r->arena, "%.5f, %.5f", pickup.latitude, pickup.longitude);
    return edit_page(r, pickup.id, str_format(r->arena, "/pickups/%.*s", STR_ARG(id_text(r->arena, pickup.id))), pickup.name, &form);
}

static Err *change_try(Req *r, Id id)
{
    PickupForm form = {0};
    Placing *placing = NEW(r->arena, Placing);
    TRY(take(r, &pickup_form, &form));
    TRY(placing_read(r, &form, placing));
    placing->id = id;
    return db_write(r->store, r->arena, change_write, placing);
}

Err *change_pickup(Req *r)
{
    Pickup pickup;
    TRY(my_pickup(r, &pickup));
    Err *err = change_try(r, pickup.id);
    if (err)
        return reply_form_again(r, err, show_pickup);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/pickups");
}
