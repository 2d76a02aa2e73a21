/* A seller's day: what to pack, packing it, and the list to print. */
#include "market/handlers.h"
#include "market/templates.h"

enum { OPEN_MAX = 500 };

/* ---- what is open ---- */


static Str pickup_name(const PickupList *pickups, Id id)
{
    for (size_t i = 0; i < pickups->len; i++)
        if (pickups->at[i].id == id)
            return pickups->at[i].name;
    return STR("");
}

static SaleView sale_view(Req *r, const OpenOrder *row, const OpenLineList *lines, const PickupList *pickups)
{
    SaleView out = {.part = row->id, .order = row->order_group,
                    .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(row->code, 0, 3)), STR_ARG(str_slice(row->code, 3, 6))),
                    .buyer = row->buyer_name.len ? row->buyer_name : tr(r->lang, N_("Guest")), .phone = row->buyer_phone,
                    .note = row->note, .pickup = pickup_name(pickups, row->pickup), .placed_at = row->placed_at, .total = row->total,
                    .address = row->address, .confirmed = str_eq(row->placement, STR("confirmed")),
                    .missing = str_eq(row->missing, STR("replace")) ? tr(r->lang, N_("Put something like it"))
                               : str_eq(row->missing, STR("call")) ? tr(r->lang, N_("Call me")) : STR(""),
                    .packed = str_eq(row->parcel_state, STR("packed")), .paid = str_eq(row->payment, STR("captured"))};
    out.lines.at = NEW_ARRAY(r->arena, OrderLineView, lines->len + 1);
    for (size_t i = 0; i < lines->len; i++)
        if (lines->at[i].seller_order == row->id)
            out.lines.at[out.lines.len++] = (OrderLineView){
                lines->at[i].title, lines->at[i].pack, {lines->at[i].steps, lines->at[i].sold_unit, lines->at[i].sold_scale},
                lines->at[i].amount, lines->at[i].has_weighed_priced_steps,
                {lines->at[i].weighed_priced_steps, lines->at[i].priced_unit, lines->at[i].priced_scale}, lines->at[i].id, STR(""), STR("")};
    return out;
}

/* Which harvest should go first: the one that keeps the shortest. */
static void firsts_fill(Req *r, const FirstLotList *firsts, Id variant, NeedView *need)
{
    for (size_t i = 0; i < firsts->len; i++) {
        const FirstLot *lot = &firsts->at[i];
        if (lot->variant != variant)
            continue;
        Str said = harvest_text(r, lot->has_harvested_on, lot->harvested_on, lot->field);
        need->lot = lot->lot;
        need->first = said.len && lot->code.len ? str_format(r->arena, "%.*s · %.*s", STR_ARG(said), STR_ARG(lot->code)) : said.len ? said : lot->code;
    }
}

/* How much of each variant the orders that are not packed yet want together. */
static void needs_sum(Req *r, const OpenLineList *lines, const FirstLotList *firsts, NeedViewList *out)
{
    Id *variants = NEW_ARRAY(r->arena, Id, lines->len + 1);
    out->at = NEW_ARRAY(r->arena, NeedView, lines->len + 1);
    for (size_t i = 0; i < lines->len; i++) {
        const OpenLine *line = &lines->at[i];
        if (!str_eq(line->parcel_state, STR("planned")))
            continue;
        size_t at = 0;
        while (at < out->len && variants[at] != line->variant)
            at++;
        if (at == out->len) {
            variants[out->len] = line->variant;
            out->at[out->len++] = (NeedView){.title = line->title, .pack = line->pack, .quantity = {0, line->sold_unit, line->sold_scale}};
            firsts_fill(r, firsts, line->variant, &out->at[out->len - 1]);
        }
        out->at[at].quantity.steps += line->steps;
        out->at[at].orders++;
    }
}

static Err *sales_read(Req *r, Id org, SalesView *view)
{
    OpenOrderList rows;
    OpenLineList lines;
    PickupList pickups;
    HiddenBuyerList hidden;
    FirstLotList firsts;
    TRY(seller_order_list_open(&r->db, org, 0, OPEN_MAX, &rows));
    TRY(seller_lines_open(&r->db, org, lang_of(r), 0, rows.len ? rows.at[rows.len - 1].id : 0, &lines));
    TRY(pickup_list(&r->db, lang_of(r), true, &pickups));
    TRY(buyers_hidden(r, org, 0, &hidden));
    view->waiting.at = NEW_ARRAY(r->arena, SaleView, rows.len + 1);
    view->packed.at = NEW_ARRAY(r->arena, SaleView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        buyer_hide(r, &hidden, rows.at[i].order_group, &rows.at[i].buyer_name, &rows.at[i].buyer_phone, &rows.at[i].address);
        SaleView sale = sale_view(r, &rows.at[i], &lines, &pickups);
        SaleViewList *list = sale.packed ? &view->packed : &view->waiting;
        list->at[list->len++] = sale;
        if (!sale.packed)
            view->sum.minor += sale.total.minor;
    }
    TRY(lots_first(&r->db, org, time_date(r->now, r->village.zone), &firsts));
    needs_sum(r, &lines, &firsts, &view->needs);
    for (size_t i = 0; i < lines.len; i++)
        view->to_weigh += lines.at[i].has_nominal_priced_steps && !lines.at[i].has_weighed_priced_steps && lines.at[i].steps &&
                          str_eq(lines.at[i].parcel_state, STR("planned"));
    RefundRowList refunds;
    TRY(refunds_open(&r->db, org, &refunds));
    view->refunds = (int64_t)refunds.len;
    view->org = id_text(r->arena, org);
    view->day = time_date(r->now, r->village.zone);
    return NULL;
}

Err *list_sales(Req *r)
{
    OrgQuery query = {0};
    SalesView view = {0};
    Id org;
    TRY(take_query(r, &org_query_shape, &query));
    TRY(shop_choose(r, query.org, "/sales", NULL, &org, &view.shop, &view.shops));
    TRY(sales_read(r, org, &view));
    Page *page = market_page(r, tr(r->lang, N_("Orders to pack")), "/sales", NULL);
    market_sales(page, &view);
    return page_end(page);
}

typedef struct SheetQuery {
    Id org;
    Str paper;
} SheetQuery;
static const Field sheet_query_fields[] = {FIELD(SheetQuery, org, FIELD_ID), FIELD(SheetQuery, paper, FIELD_STR, .one_of = "a4|80mm")};
const Shape sheet_query_shape = SHAPE(SheetQuery, "SheetQuery", sheet_query_fields);

Err *show_sheet(Req *r)
{
    SheetQuery query = {0};
    SalesView view = {0};
    Id org;
    TRY(take_query(r, &sheet_query_shape, &query));
    TRY(shop_choose(r, query.org, "/sales/sheet", NULL, &org, &view.shop, &view.shops));
    TRY(sales_read(r, org, &view));
    view.slip = str_eq(query.paper, STR("80mm"));
    view.paper_switch = str_format(r->arena, "/sales/sheet?org=%.*s&paper=%s", STR_ARG(view.org), view.slip ? "a4" : "80mm");
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Packing list")), .bare = true, .script = "market.js"});
    market_sheet(page, &view);
    return page_end(page);
}

/* ---- packing ---- */

static Err *part_act(Req *r, const char *verb)
{
    OrderSeen seen;
    Id part;
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(take_id(r, 1, &part));
    for (size_t i = 0; i < seen.parts.len; i++) {
        if (seen.parts.at[i].id != part)
            continue;
        if (!sells(r, seen.parts.at[i].org) && !seen.packer)
            return denied(r);
        TRY(order_act_for(r, &seen, part, verb));
        return reply_see(r, "/sales?org=%.*s", STR_ARG(id_text(r->arena, seen.parts.at[i].org)));
    }
    return err_new(r->arena, ERR_MISSING, "order.missing");
}

Err *pack_part(Req *r)
{
    return part_act(r, "pack");
}

Err *unpack_part(Req *r)
{
    return part_act(r, "unpack");
}

Err *cancel_part(Req *r)
{
    TRY(part_act(r, "cancel"));
    reply_notice(r, N_("Cancelled; the goods are back on the shelf. Please call the buyer."));
    return NULL;
}

/* ---- today ---- */

Err *market_today(Req *r, Today *today)
{
    int64_t waiting = 0;
    for (size_t i = 0; i < r->grants.len; i++) {
        MarketCount count;
        if (!(r->grants.at[i].roles & ROLE_SELLER))
            continue;
        TRY(seller_orders_waiting(&r->db, r->grants.at[i].org, &count));
        waiting += count.total;
    }
    if (waiting) {
        Str pattern = tr_plural(r->lang, "{n} order to pack", "{n} orders to pack", waiting);
        TextArg n = {"n", say_int(r->arena, r->lang, waiting)};
        today_add(today, (TodayItem){tr_fill(r->arena, pattern, &n, 1), "/sales", "box", 20});
    }
    /* What sellers changed in this person's open orders since the day before yesterday. */
    MarketCount changed;
    TRY(orders_changed_for(&r->db, r->who, (Time){r->now.ms - 2 * (int64_t)DAY_MS}, &changed));
    if (changed.total) {
        Str pattern = tr_plural(r->lang, "{n} order of yours has changed", "{n} orders of yours have changed", changed.total);
        TextArg n = {"n", say_int(r->arena, r->lang, changed.total)};
        today_add(today, (TodayItem){tr_fill(r->arena, pattern, &n, 1), "/orders", "info", 30});
    }
    return NULL;
}
