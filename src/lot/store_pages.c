/* Where goods lie, and carrying them from one place to another. */
#include "lot/handlers.h"
#include "lot/templates.h"
#include "units/units.h"

enum { GOODS_SHOWN = 1000, TRANSFERS_SHOWN = 30 };

static const Field store_fields[] = {
    FIELD(StoreForm, org, FIELD_ID),
    FIELD(StoreForm, name, FIELD_STR, .required = true, .max = 80, .label = N_("Name of the place"), .help = N_("Barn, cold room, van, the hub's cellar.")),
};
const Shape store_form = SHAPE(StoreForm, "Store", store_fields);
static const Field carry_fields[] = {
    FIELD(CarryForm, amount, FIELD_STR, .required = true, .max = 40, .label = N_("How much?")),
    FIELD(CarryForm, place, FIELD_ID, .required = true, .label = N_("Where to?")),
    FIELD(CarryForm, lot, FIELD_ID, .label = N_("Which harvest?")),
    FIELD(CarryForm, note, FIELD_STR, .max = 120, .label = N_("Note")),
};
const Shape carry_form = SHAPE(CarryForm, "Carry", carry_fields);

static void transfers_fill(Req *r, const LotCarriedList *rows, StoresView *view)
{
    view->transfers.at = NEW_ARRAY(r->arena, TransferView, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++)
        view->transfers.at[view->transfers.len++] = (TransferView){
            rows->at[i].title, str_format(r->arena, "%.*s → %.*s", STR_ARG(store_name(r, rows->at[i].from_name)), STR_ARG(store_name(r, rows->at[i].to_name))),
            rows->at[i].note, {rows->at[i].steps, rows->at[i].sold_unit, rows->at[i].sold_scale}, rows->at[i].at};
}

Err *list_stores(Req *r)
{
    static const StoreForm none;
    LotQuery query = {0};
    StoresView view = {.form = r->form_shape == &store_form ? r->form_values : &none};
    StoreRowList stores;
    LyingList goods;
    LotCarriedList transfers;
    if (r->form_shape == &store_form)
        query.org = view.form->org;
    else
        TRY(take_query(r, &lot_query, &query));
    TRY(lot_org_choose(r, query.org, "/stores", &view.org, &view.orgs));
    TRY(store_list(&r->db, view.org, &stores));
    TRY(store_goods(&r->db, view.org, lot_lang(r), GOODS_SHOWN, &goods));
    TRY(lot_carried_list(&r->db, view.org, lot_lang(r), TRANSFERS_SHOWN, &transfers));
    view.many = stores.len > 1;
    view.stores.at = NEW_ARRAY(r->arena, StoreView, stores.len + 1);
    for (size_t i = 0; i < stores.len; i++) {
        StoreView *out = &view.stores.at[view.stores.len++];
        *out = (StoreView){.id = stores.at[i].id, .name = store_name(r, stores.at[i].name), .goods = {NEW_ARRAY(r->arena, StoreGood, goods.len + 1), 0}};
        for (size_t k = 0; k < goods.len; k++)
            if (goods.at[k].place == out->id)
                out->goods.at[out->goods.len++] = (StoreGood){goods.at[k].id, goods.at[k].title, goods.at[k].pack,
                                                              {goods.at[k].on_hand, goods.at[k].sold_unit, goods.at[k].sold_scale},
                                                              {goods.at[k].reserved, goods.at[k].sold_unit, goods.at[k].sold_scale}, goods.at[k].sold_here};
    }
    transfers_fill(r, &transfers, &view);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Where goods lie")), .place = "/goods", .back = STR("/goods")});
    lot_stores(page, &view);
    return page_end(page);
}

typedef struct Storing {
    StoreForm form;
    Id place, who, made;
    LotTransfer transfer;
    Time now;
} Storing;

static Err *add_write(Tx *tx, void *arg)
{
    Storing *s = arg;
    return stock_place_add(tx, s->form.org, s->form.name, s->who, s->now, &s->made);
}

static Err *rename_write(Tx *tx, void *arg)
{
    const Storing *s = arg;
    int64_t count;
    TRY(store_rename(tx, s->place, s->form.org, s->form.name, &count));
    return audit(tx, s->now, s->who, "stock.place_rename", s->place, STR(""));
}

Err *add_store(Req *r)
{
    Storing s = {.who = r->who, .now = r->now};
    Err *err = take(r, &store_form, &s.form);
    if (!err)
        TRY(need_role(r, s.form.org, KEEPERS));
    if (!err)
        err = db_write(r->store, r->arena, add_write, &s);
    if (err)
        return reply_form_again(r, err, list_stores);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/stores?org=%.*s", STR_ARG(id_text(r->arena, s.form.org)));
}

Err *rename_store(Req *r)
{
    Storing s = {.who = r->who, .now = r->now};
    StoreRow store;
    bool found;
    TRY(take_id(r, 0, &s.place));
    TRY(store_by_id(&r->db, s.place, &store, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "lot.place_missing");
    TRY(need_role(r, store.org, KEEPERS));
    Err *err = take(r, &store_form, &s.form);
    s.form.org = store.org;
    if (err)
        return reply_form_again(r, err, list_stores);
    TRY(db_write(r->store, r->arena, rename_write, &s));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/stores?org=%.*s", STR_ARG(id_text(r->arena, store.org)));
}

/* ---- carrying ---- */

static Err *lying_take(Req *r, Lying *out)
{
    Id stock;
    bool found;
    TRY(take_id(r, 0, &stock));
    TRY(stock_lying(&r->db, stock, lot_lang(r), out, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    return need_role(r, out->org, KEEPERS);
}

static Err *choices_fill(Req *r, const Lying *good, CarryView *view)
{
    StoreRowList stores;
    LotLeftList lots;
    TRY(store_list(&r->db, good->org, &stores));
    TRY(lots_lying(&r->db, good->id, &lots));
    view->places.at = NEW_ARRAY(r->arena, CarryChoice, stores.len + 1);
    for (size_t i = 0; i < stores.len; i++) {
        Str name = store_name(r, stores.at[i].name);
        if (stores.at[i].id == good->place)
            view->from = name;
        else
            view->places.at[view->places.len++] = (CarryChoice){stores.at[i].id, name, view->form->place == stores.at[i].id};
    }
    view->lots.at = NEW_ARRAY(r->arena, CarryChoice, lots.len + 1);
    for (size_t i = 0; i < lots.len; i++) {
        Lot lot;
        bool found;
        TRY(lot_by_id(&r->db, lots.at[i].lot, lot_lang(r), &lot, &found));
        Str left = say_quantity(r->arena, r->lang, (Quantity){lots.at[i].left_steps, good->sold_unit, good->sold_scale});
        if (found)
            view->lots.at[view->lots.len++] = (CarryChoice){lot.id, str_format(r->arena, "%.*s (%.*s)", STR_ARG(lot_name(r, lot.has_harvested_on, lot.harvested_on, lot.field, lot.code)), STR_ARG(left)),
                                                            view->form->lot == lot.id};
    }
    return NULL;
}

Err *show_carry(Req *r)
{
    static const CarryForm none;
    Lying good;
    TRY(lying_take(r, &good));
    CarryView view = {.stock = good.id, .title = good.title, .pack = good.pack, .free = {good.on_hand - good.reserved, good.sold_unit, good.sold_scale},
                      .form = r->form_shape == &carry_form ? r->form_values : &none};
    TRY(choices_fill(r, &good, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Carry to another place")), .place = "/goods",
                                           .back = str_format(r->arena, "/stores?org=%.*s", STR_ARG(id_text(r->arena, good.org)))});
    lot_carry(page, &view);
    return page_end(page);
}

static Err *carry_write(Tx *tx, void *arg)
{
    Storing *s = arg;
    return lot_transfer(tx, &s->transfer, s->now, &s->made);
}

static Err *carry_try(Req *r, const Lying *good)
{
    CarryForm form = {0};
    StoreRow store;
    bool found;
    TRY(take(r, &carry_form, &form));
    TRY(store_by_id(&r->db, form.place, &store, &found));
    if (!found || store.org != good->org)
        return err_field(r->arena, "lot.place_missing", "place");
    Storing s = {.transfer = {.from = good->id, .place = form.place, .lot = form.lot, .note = form.note, .org = good->org, .who = r->who}, .now = r->now};
    TRY(measure_typed(&r->db, form.amount, good->sold_unit, good->sold_scale, &s.transfer.steps, &found));
    if (!found || s.transfer.steps <= 0)
        return err_field(r->arena, "cart.amount", "amount");
    Err *err = db_write(r->store, r->arena, carry_write, &s);
    if (err && str_eq(err->field, STR("steps")))
        err->field = STR("amount");
    return err;
}

Err *carry_goods(Req *r)
{
    Lying good;
    TRY(lying_take(r, &good));
    Err *err = carry_try(r, &good);
    if (err && err->kind != ERR_MISSING && err->kind != ERR_DENIED)
        return reply_form_again(r, err, show_carry);
    TRY(err);
    reply_notice(r, N_("It lies there now."));
    return reply_see(r, "/stores?org=%.*s", STR_ARG(id_text(r->arena, good.org)));
}
