/* Harvests: the list, one of them with all that happened to it and who got of it, and calling it back. */
#include "lot/handlers.h"
#include "lot/templates.h"
#include "units/units.h"

enum { PAGE_LOTS = 30, MOVES_SHOWN = 100, SOON_DAYS = 2 };

static const Field query_fields[] = {FIELD(LotQuery, org, FIELD_ID), FIELD(LotQuery, offer, FIELD_ID), FIELD(LotQuery, after, FIELD_ID)};
const Shape lot_query = SHAPE(LotQuery, "LotQuery", query_fields);
static const Field spoil_fields[] = {
    FIELD(LotSpoilForm, stock, FIELD_ID, .required = true),
    FIELD(LotSpoilForm, amount, FIELD_STR, .required = true, .max = 40, .label = N_("How much?")),
    FIELD(LotSpoilForm, note, FIELD_STR, .max = 120, .label = N_("Why is it gone?")),
};
const Shape lot_spoil_form = SHAPE(LotSpoilForm, "LotSpoil", spoil_fields);
static const Field recall_fields[] = {
    FIELD(LotRecallForm, reason, FIELD_STR, .required = true, .max = 300, .label = N_("Why, in words for the buyers"), .input = "textarea"),
};
const Shape lot_recall_form = SHAPE(LotRecallForm, "LotRecall", recall_fields);

Str lot_lang(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

Err *lot_org_choose(Req *r, Id asked, const char *path, Id *org, LotLinkList *others)
{
    *org = 0;
    *others = (LotLinkList){NEW_ARRAY(r->arena, LotLink, r->grants.len + 1), 0};
    if (asked && !has_role(r, asked, KEEPERS))
        return denied(r);
    for (size_t i = 0; i < r->grants.len; i++) {
        OrgCard card;
        bool there = false;
        for (size_t k = 0; k < i; k++)
            there |= r->grants.at[k].org == r->grants.at[i].org && (r->grants.at[k].roles & KEEPERS);
        if (there || !(r->grants.at[i].roles & KEEPERS))
            continue;
        *org = *org ? *org : r->grants.at[i].org;
        TRY(org_card(&r->db, r->grants.at[i].org, &card));
        others->at[others->len++] = (LotLink){str_format(r->arena, "%s?org=%.*s", path, STR_ARG(id_text(r->arena, card.id))), card.name,
                                              card.id == (asked ? asked : *org)};
    }
    *org = asked ? asked : *org;
    if (others->len < 2)
        others->len = 0;
    return *org ? NULL : denied(r);
}

Str lot_name(Req *r, bool dated, Date day, Str field, Str code)
{
    Buf out = buf_new(r->arena, 500);
    if (dated) {
        TextArg arg = {"day", say_date(r->arena, r->lang, day)};
        buf_add(&out, tr_fill(r->arena, tr(r->lang, N_("Harvested {day}")), &arg, 1));
    }
    const Str more[] = {field, code};
    for (size_t i = 0; i < 2; i++)
        if (more[i].len) {
            buf_add(&out, out.len ? tr(r->lang, N_(", ")) : STR(""));
            buf_add(&out, more[i]);
        }
    return out.len ? buf_str(&out) : tr(r->lang, N_("A harvest without a name"));
}

Str store_name(Req *r, Str name)
{
    return name.len ? name : tr(r->lang, N_("Main store"));
}

static LotRow row_view(Req *r, const Lot *l)
{
    Date today = time_date(r->now, r->village.zone);
    return (LotRow){.id = l->id, .title = l->title, .pack = l->pack, .name = lot_name(r, l->has_harvested_on, l->harvested_on, l->field, l->code),
                    .left = {l->left, l->sold_unit, l->sold_scale}, .received = {l->received, l->sold_unit, l->sold_scale},
                    .has_best_before = l->has_best_before, .best_before = l->best_before, .recalled = l->has_recalled_at, .gone = l->left == 0,
                    .past = l->has_best_before && l->left && l->best_before.days < today.days,
                    .soon = l->has_best_before && l->left && l->best_before.days >= today.days && l->best_before.days <= today.days + SOON_DAYS};
}

Err *list_lots(Req *r)
{
    LotQuery query = {0};
    LotsView view = {0};
    LotList rows;
    LotOffer offer = {0};
    Id org;
    bool found = false;
    TRY(take_query(r, &lot_query, &query));
    if (query.offer) {
        TRY(lot_offer(&r->db, query.offer, &offer, &found));
        if (!found)
            return err_new(r->arena, ERR_MISSING, "offer.missing");
        query.org = offer.org;
    }
    TRY(lot_org_choose(r, query.org, "/lots", &org, &view.orgs));
    TRY(lot_list(&r->db, org, offer.variant, lot_lang(r), query.after ? query.after : INT64_MAX, PAGE_LOTS + 1, &rows));
    size_t shown = rows.len > PAGE_LOTS ? PAGE_LOTS : rows.len;
    view.one = found;
    view.offer = query.offer;
    view.good = found && rows.len ? rows.at[0].title : STR("");
    view.rows.at = NEW_ARRAY(r->arena, LotRow, shown + 1);
    for (size_t i = 0; i < shown; i++)
        view.rows.at[view.rows.len++] = row_view(r, &rows.at[i]);
    if (rows.len > shown)
        view.next = str_format(r->arena, "/lots?org=%.*s%s%.*s&after=%.*s", STR_ARG(id_text(r->arena, org)), found ? "&offer=" : "",
                               STR_ARG(found ? id_text(r->arena, query.offer) : STR("")), STR_ARG(id_text(r->arena, rows.at[shown - 1].id)));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Harvests")), .place = "/lots", .back = found ? STR("/goods") : STR("")});
    lot_lots(page, &view);
    return page_end(page);
}

/* ---- one of them ---- */

/* Sellers and administrators of whoever keeps it, and packers of the co-operative: a lot is called back in a hurry. */
static Err *lot_take_for(Req *r, Lot *lot)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(lot_by_id(&r->db, id, lot_lang(r), lot, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "lot.missing");
    return has_role(r, lot->org, KEEPERS) || has_role(r, r->village.org, PACKERS) ? NULL : denied(r);
}

static const char *state_word(const LotOrder *o)
{
    static const struct {
        const char *state, *word;
    } words[] = {{"packed", N_("Packed, not collected yet")}, {"missed", N_("Nobody came for it")}, {"collected", N_("Collected")}, {"cancelled", N_("Given away")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(o->parcel_state, str_of(words[i].state)))
            return words[i].word;
    return N_("Being prepared");
}

static Err *orders_fill(Req *r, const Lot *lot, LotView *view)
{
    LotOrderList rows;
    TRY(lot_orders(&r->db, lot->id, lot_lang(r), &rows));
    view->orders.at = NEW_ARRAY(r->arena, LotOrderView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const LotOrder *o = &rows.at[i];
        bool staff = has_role(r, r->village.org, ROLE_PACKER | ROLE_CASHIER | ROLE_ADMIN) || (o->hub && has_role(r, o->hub, PACKERS));
        bool collected = str_eq(o->parcel_state, STR("collected"));
        view->uncollected += str_eq(o->parcel_state, STR("packed")) || str_eq(o->parcel_state, STR("missed"));
        view->packed.steps += o->steps;
        view->orders.at[view->orders.len++] = (LotOrderView){
            .order = o->order_group, .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(o->code, 0, 3)), STR_ARG(str_slice(o->code, 3, o->code.len))),
            .name = !(staff || o->name_known) ? tr(r->lang, N_("A buyer of the hub")) : o->name.len ? o->name : tr(r->lang, N_("Guest")),
            .phone = staff || o->phone_known ? o->phone : STR(""), .pickup = o->pickup, .state = tr(r->lang, state_word(o)), .collected = collected,
            .quantity = {o->steps, lot->sold_unit, lot->sold_scale}, .placed_at = o->placed_at};
    }
    return NULL;
}

static const char *move_word(Str kind)
{
    static const struct {
        const char *kind, *word;
    } words[] = {{"receipt", NP_("of a harvest", "Came in")}, {"pack", N_("Packed for an order")}, {"unpack", N_("Taken out of a parcel again")},
                 {"spoil", N_("Spoilt or gone")}, {"lost", N_("Gone when it was counted")}, {"transfer", N_("Carried to another place")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(kind, str_of(words[i].kind)))
            return words[i].word;
    return "";
}

static Err *history_fill(Req *r, const Lot *lot, LotView *view)
{
    LotPlaceList places;
    LotMoveList moves;
    TRY(lot_places(&r->db, lot->id, &places));
    TRY(lot_moves(&r->db, lot->id, MOVES_SHOWN, &moves));
    view->places.at = NEW_ARRAY(r->arena, LotPlaceView, places.len + 1);
    for (size_t i = 0; i < places.len; i++)
        if (places.at[i].left_steps)
            view->places.at[view->places.len++] = (LotPlaceView){places.at[i].stock, store_name(r, places.at[i].name),
                                                                 {places.at[i].left_steps, lot->sold_unit, lot->sold_scale}};
    view->moves.at = NEW_ARRAY(r->arena, LotMoveView, moves.len + 1);
    for (size_t i = 0; i < moves.len; i++) {
        int64_t steps = moves.at[i].steps;
        Str amount = say_quantity(r->arena, r->lang, (Quantity){steps < 0 ? -steps : steps, lot->sold_unit, lot->sold_scale});
        view->moves.at[view->moves.len++] = (LotMoveView){tr(r->lang, move_word(moves.at[i].kind)), store_name(r, moves.at[i].name),
                                                          str_format(r->arena, "%s%.*s", steps < 0 ? "−" : "+", STR_ARG(amount)), moves.at[i].at};
    }
    return NULL;
}

static Err *view_fill(Req *r, LotView *view)
{
    static const LotSpoilForm no_spoil;
    static const LotRecallForm no_recall;
    Lot lot;
    TRY(lot_take_for(r, &lot));
    *view = (LotView){.row = row_view(r, &lot), .product = lot.product, .code = lot.code, .field = lot.field, .grade = lot.grade,
                      .has_harvested_on = lot.has_harvested_on, .harvested_on = lot.harvested_on, .has_recalled_at = lot.has_recalled_at,
                      .recalled_at = lot.recalled_at, .reason = lot.reason, .packed = {0, lot.sold_unit, lot.sold_scale},
                      .spoil = r->form_shape == &lot_spoil_form ? r->form_values : &no_spoil,
                      .recall = r->form_shape == &lot_recall_form ? r->form_values : &no_recall, .day = time_date(r->now, r->village.zone)};
    TRY(history_fill(r, &lot, view));
    return orders_fill(r, &lot, view);
}

Err *show_lot(Req *r)
{
    LotView view;
    TRY(view_fill(r, &view));
    Page *page = page_begin(r, &(PageHead){.title = view.row.title, .place = "/lots", .back = STR("/lots")});
    lot_lot(page, &view);
    return page_end(page);
}

Err *print_lot(Req *r)
{
    LotView view;
    TRY(view_fill(r, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Who got some of it")), .bare = true, .script = "market.js"});
    lot_print(page, &view);
    return page_end(page);
}

/* ---- acting on it ---- */

typedef struct Acting {
    LotSpoil spoil;
    Id lot;
    Str reason;
    int64_t parts;
    Time now;
} Acting;

static Err *spoil_write(Tx *tx, void *arg)
{
    const Acting *a = arg;
    return lot_spoil(tx, &a->spoil, a->now);
}

static Err *recall_write(Tx *tx, void *arg)
{
    Acting *a = arg;
    return lot_recall(tx, a->lot, a->reason, a->spoil.who, a->now, &a->parts);
}

static Err *spoil_try(Req *r, const Lot *lot)
{
    LotSpoilForm form = {0};
    TRY(take(r, &lot_spoil_form, &form));
    Acting a = {.spoil = {.lot = lot->id, .stock = form.stock, .note = form.note, .who = r->who}, .now = r->now};
    bool good;
    TRY(measure_typed(&r->db, form.amount, lot->sold_unit, lot->sold_scale, &a.spoil.steps, &good));
    if (!good)
        return err_field(r->arena, "cart.amount", "amount");
    return db_write(r->store, r->arena, spoil_write, &a);
}

static bool comes_back(const Err *err)
{
    return err && err->kind != ERR_MISSING && err->kind != ERR_DENIED;
}

Err *spoil_lot(Req *r)
{
    Lot lot;
    TRY(lot_take_for(r, &lot));
    Err *err = spoil_try(r, &lot);
    if (comes_back(err))
        return reply_form_again(r, err, show_lot);
    TRY(err);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/lots/%.*s", STR_ARG(id_text(r->arena, lot.id)));
}

Err *recall_lot(Req *r)
{
    Lot lot;
    LotRecallForm form = {0};
    TRY(lot_take_for(r, &lot));
    Err *err = take(r, &lot_recall_form, &form);
    Acting a = {.lot = lot.id, .reason = form.reason, .spoil = {.who = r->who}, .now = r->now};
    if (!err)
        err = db_write(r->store, r->arena, recall_write, &a);
    if (comes_back(err))
        return reply_form_again(r, err, show_lot);
    TRY(err);
    reply_notice(r, N_("Called back. Everybody we can reach is told; call the others from the list."));
    return reply_see(r, "/lots/%.*s", STR_ARG(id_text(r->arena, lot.id)));
}
