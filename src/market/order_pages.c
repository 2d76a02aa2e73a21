/* An order as its buyer sees it: by the link for guests, among "my orders" for members. */
#include "market/quote.h"
#include "market/cart_view.h"
#include "market/change.h"
#include "market/templates.h"
#include "units/units.h"
#include "web/qr.h"

enum { UNDO_MS = 15 * MINUTE_MS, ORDERS_PAGE = 20 };

const char *part_word(const SellerOrder *part)
{
    if (str_eq(part->placement, STR("cancelled")))
        return N_("Cancelled");
    if (str_eq(part->placement, STR("expired")))
        return N_("Lapsed");
    if (str_eq(part->placement, STR("completed")))
        return N_("Collected");
    if (str_eq(part->parcel_state, STR("packed")))
        return N_("Packed");
    return str_eq(part->parcel_state, STR("missed")) ? N_("Not collected") : N_("Being prepared");
}

const char *part_badge(const SellerOrder *part)
{
    if (str_eq(part->placement, STR("cancelled")) || str_eq(part->placement, STR("expired")))
        return "bad";
    return str_eq(part->parcel_state, STR("packed")) || str_eq(part->placement, STR("completed")) ? "ok" : "wait";
}

static Err *part_view(Req *r, const SellerOrder *row, const OrderLineList *lines, PartView *out)
{
    MarketText name;
    bool found;
    TRY(seller_name(&r->db, row->org, lang_of(r), &name, &found));
    bool open = str_eq(row->placement, STR("placed")) || str_eq(row->placement, STR("confirmed"));
    *out = (PartView){.id = row->id, .seller = found ? name.words : STR(""), .total = row->total,
                      .seller_path = str_format(r->arena, "/producers/%.*s", STR_ARG(id_text(r->arena, row->org))),
                      .collected = str_eq(row->placement, STR("completed")), .packed = str_eq(row->parcel_state, STR("packed")),
                      .over = !open && !str_eq(row->placement, STR("completed")), .state = tr(r->lang, part_word(row)), .badge = part_badge(row)};
    out->lines.at = NEW_ARRAY(r->arena, OrderLineView, lines->len + 1);
    for (size_t i = 0; i < lines->len; i++)
        if (lines->at[i].seller_order == row->id)
            out->lines.at[out->lines.len++] = (OrderLineView){
                lines->at[i].title, lines->at[i].pack, {lines->at[i].steps, lines->at[i].sold_unit, lines->at[i].sold_scale},
                lines->at[i].amount, lines->at[i].has_weighed_priced_steps,
                {lines->at[i].weighed_priced_steps, lines->at[i].priced_unit, lines->at[i].priced_scale}, lines->at[i].id, STR(""), STR("")};
    return NULL;
}

/* "Eggs: 12 pieces became 7 pieces. The fox came." for what the seller changed; weights stand beside the lines. */
static void changes_view(Req *r, const OrderChangeList *changes, const OrderLineList *lines, PartView *part)
{
    part->changes.at = NEW_ARRAY(r->arena, Str, changes->len + 1);
    for (size_t i = 0; i < changes->len; i++) {
        const OrderChange *c = &changes->at[i];
        if (c->seller_order != part->id || !c->has_line || str_eq(c->kind, STR("weigh")))
            continue;
        for (size_t k = 0; k < lines->len; k++) {
            const OrderLine *l = &lines->at[k];
            if (l->id != c->line)
                continue;
            TextArg args[] = {{"title", l->title},
                              {"before", say_quantity(r->arena, r->lang, (Quantity){c->steps_before, l->sold_unit, l->sold_scale})},
                              {"after", say_quantity(r->arena, r->lang, (Quantity){c->steps_after, l->sold_unit, l->sold_scale})}};
            Str said = tr_fill(r->arena, tr(r->lang, N_("{title}: {before} became {after}.")), args, 3);
            part->changes.at[part->changes.len++] = str_format(r->arena, "%.*s %.*s", STR_ARG(said), STR_ARG(c->reason));
        }
    }
}

static Err *refunds_view(Req *r, Id order, const OrderLineList *lines, OrderView *out)
{
    RefundFactList rows;
    TRY(order_refunds(&r->db, order, 0, &rows));
    out->refunds.at = NEW_ARRAY(r->arena, RefundLine, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        for (size_t k = 0; k < lines->len; k++)
            if (lines->at[k].id == rows.at[i].line)
                out->refunds.at[out->refunds.len++] = (RefundLine){lines->at[k].title, tr(r->lang, refund_word(rows.at[i].state)), rows.at[i].amount};
    return NULL;
}

static Str base_url(Req *r)
{
    Str set = config_text("public_url"), host = req_header(r, "Host");
    return set.len ? set : str_format(r->arena, "%s://%.*s", r->https ? "https" : "http", STR_ARG(host));
}

static void order_state(Req *r, const OrderSeen *seen, OrderView *out)
{
    Str state = str_of(order_state_word(&seen->parts));
    out->open = seen->group.open;
    out->cancelled = str_eq(state, STR("cancelled"));
    out->expired = str_eq(state, STR("expired"));
    out->completed = str_eq(state, STR("completed"));
    out->packed = str_eq(state, STR("packed"));
    out->wallet = str_eq(seen->group.payment_method, STR("wallet"));
    out->may_pay = out->open && !out->wallet && r->who && seen->group.has_buyer && seen->group.buyer == r->who;
    out->paid = str_eq(seen->group.payment, STR("captured"));
    bool any_packed = false;
    for (size_t i = 0; i < seen->parts.len; i++)
        any_packed |= out->parts.at[i].packed;
    out->can_cancel = out->open && !any_packed;
    for (size_t i = 0; i < seen->parts.len; i++) {
        bool planned = str_eq(seen->parts.at[i].parcel_state, STR("planned"));
        out->can_amend |= out->open && planned;
        out->can_return |= out->parts.at[i].collected && r->now.ms - seen->parts.at[i].changed_at.ms < RETURN_DAYS * (int64_t)DAY_MS;
    }
    out->can_restore = out->cancelled && r->now.ms - seen->group.changed_at.ms < UNDO_MS;
    out->can_forget = !out->open && !seen->group.has_buyer && !seen->group.has_erased_at;
}

Str harvest_text(Req *r, bool dated, Date day, Str field)
{
    TextArg arg = {"day", dated ? say_date(r->arena, r->lang, day) : STR("")};
    Str said = dated ? tr_fill(r->arena, tr(r->lang, N_("Harvested {day}")), &arg, 1) : STR("");
    return !said.len ? field : !field.len ? said : str_format(r->arena, "%.*s%.*s%.*s", STR_ARG(said), STR_ARG(tr(r->lang, N_(", "))), STR_ARG(field));
}

/* Amounts in the reader's own measure. */
static Err *locals_view(Req *r, OrderView *out)
{
    Measures measures;
    TRY(measures_shown(&r->db, lang_of(r), &measures));
    for (size_t i = 0; i < out->parts.len; i++)
        for (size_t k = 0; k < out->parts.at[i].lines.len; k++)
            out->parts.at[i].lines.at[k].local = measure_local(r->arena, &measures, out->parts.at[i].lines.at[k].quantity);
    return NULL;
}

/* From which harvests the goods of a line came, once they are packed. */
static Err *harvests_view(Req *r, Id order, OrderView *out)
{
    LineLotList lots;
    TRY(lots_of_order(&r->db, order, &lots));
    out->recalls.at = NEW_ARRAY(r->arena, Str, lots.len + 1);
    for (size_t i = 0; i < lots.len; i++)
        for (size_t p = 0; p < out->parts.len; p++)
            for (size_t k = 0; k < out->parts.at[p].lines.len; k++) {
                OrderLineView *line = &out->parts.at[p].lines.at[k];
                Str said = harvest_text(r, lots.at[i].has_harvested_on, lots.at[i].harvested_on, lots.at[i].field);
                if (line->line == lots.at[i].line && lots.at[i].recalled) {
                    TextArg args[] = {{"title", line->title}, {"reason", lots.at[i].reason}};
                    out->recalls.at[out->recalls.len++] = tr_fill(r->arena, tr(r->lang, N_("{title} is called back, please do not eat it: {reason}")), args, 2);
                }
                if (line->line == lots.at[i].line && said.len)
                    line->harvest = line->harvest.len ? str_format(r->arena, "%.*s · %.*s", STR_ARG(line->harvest), STR_ARG(said)) : said;
            }
    return NULL;
}

Err *order_view(Req *r, const OrderSeen *seen, OrderView *out)
{
    const OrderGroup *g = &seen->group;
    OrderLineList lines;
    OrderChangeList changes;
    TRY(order_lines(&r->db, g->id, &lines));
    *out = (OrderView){.id = g->id, .code = g->code, .code_first = str_slice(g->code, 0, 3), .code_last = str_slice(g->code, 3, g->code.len),
                       .total = g->total, .placed_at = g->placed_at, .expires_at = g->expires_at, .has_expires_at = g->has_expires_at,
                       .buyer_name = g->buyer_name, .buyer_phone = g->buyer_phone, .note = g->note, .address = g->address, .guest = !g->has_buyer};
    out->path = order_path(r, g);
    out->parts.at = NEW_ARRAY(r->arena, PartView, seen->parts.len + 1);
    for (size_t i = 0; i < seen->parts.len; i++)
        TRY(part_view(r, &seen->parts.at[i], &lines, &out->parts.at[out->parts.len++]));
    TRY(order_change_list(&r->db, g->id, &changes));
    for (size_t i = 0; i < out->parts.len; i++)
        changes_view(r, &changes, &lines, &out->parts.at[i]);
    TRY(order_charges_seen(&r->db, &seen->parts, lang_of(r), &out->charges));
    TRY(refunds_view(r, g->id, &lines, out));
    for (size_t i = 0; i < lines.len; i++)
        out->about |= lines.at[i].has_nominal_priced_steps && !lines.at[i].has_weighed_priced_steps;
    order_state(r, seen, out);
    TRY(harvests_view(r, g->id, out));
    TRY(locals_view(r, out));
    TRY(order_buyer_hide(r, seen, &out->buyer_name, &out->buyer_phone, &out->address));
    if (!out->buyer_name.len)
        out->buyer_name = g->has_erased_at ? tr(r->lang, N_("(forgotten)")) : tr(r->lang, N_("Guest"));
    OrderTime time;
    bool joined;
    TRY(times_of_order(&r->db, g->id, &time, &joined));
    if (joined) {
        out->cycle = time.name;
        out->timed = time.from.ms > 0;
        out->from = time.from;
        out->until = time.until;
    }
    return pickup_view(r, g->pickup, &out->pickup);
}

struct OrderNotes {
    Req *r;
    OrderView *view;
};

enum { NOTES_MAX = 4 };

void order_note_add(OrderNotes *notes, const char *icon, Str text)
{
    if (notes->view->notes.len < NOTES_MAX)
        notes->view->notes.at[notes->view->notes.len++] = (OrderNote){icon, text};
}

/* What other rooms know about an order that is still to be collected, or was handed over. */
static Err *notes_ask(Req *r, OrderView *view)
{
    OrderNotes notes = {r, view};
    view->notes.at = NEW_ARRAY(r->arena, OrderNote, NOTES_MAX);
    for (size_t i = 0; house_modules[i] && (view->open || view->completed); i++)
        if (house_modules[i]->order_notes)
            TRY(house_modules[i]->order_notes(r, view->id, &notes));
    return NULL;
}

Err *show_order(Req *r)
{
    OrderSeen seen;
    OrderView view;
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(order_view(r, &seen, &view));
    TRY(notes_ask(r, &view));
    Str base = base_url(r);
    Str link = order_link(r->arena, seen.group.id, seen.group.secret);
    view.link = str_format(r->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(link));
    view.qr = qr_svg(r->arena, view.link, str_format(r->arena, "%.*s", STR_ARG(view.code)));
    view.fresh = str_eq(r->query, STR("thanks=1")) && r->now.ms - view.placed_at.ms < 10 * MINUTE_MS;
    Page *page = page_begin(r, &(PageHead){.title = str_format(r->arena, "%.*s %.*s", STR_ARG(tr(r->lang, N_("Order"))), STR_ARG(view.code)),
                                           .place = "/market", .back = r->who ? STR("/orders") : STR("/market")});
    market_order(page, &view);
    return page_end(page);
}

/* What an order holds, in a few words: "Eggs, Mountain rice, Chicken ...". titles is where the order's lines begin. */
static Str order_words(Req *r, const OrderTitleList *titles, size_t *at, Id order)
{
    Buf text = buf_new(r->arena, 1000);
    for (size_t n = 0; *at < titles->len && titles->at[*at].order_group == order; (*at)++, n++) {
        if (n < 3) {
            buf_add(&text, n ? tr(r->lang, N_(", ")) : STR(""));
            buf_add(&text, titles->at[*at].title);
        } else if (n == 3) {
            buf_add(&text, STR(" …"));
        }
    }
    return buf_str(&text);
}

Err *list_orders(Req *r)
{
    OrdersView view = {0};
    OrderGroupList rows;
    OrderTitleList titles;
    size_t title = 0;
    Id after = INT64_MAX;
    Str text = str_starts(r->query, STR("after=")) ? str_slice(r->query, 6, r->query.len) : STR("");
    if (text.len && !id_parse(text, &after))
        return err_field(r->arena, "shelf.after", "after");
    TRY(order_group_list_by_buyer(&r->db, r->who, after, ORDERS_PAGE + 1, &rows));
    bool more = rows.len > ORDERS_PAGE;
    rows.len = more ? ORDERS_PAGE : rows.len;
    TRY(order_titles_by_buyer(&r->db, r->who, after, ORDERS_PAGE, &titles));
    view.orders.at = NEW_ARRAY(r->arena, OrderRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const OrderGroup *g = &rows.at[i];
        OrderRow *row = &view.orders.at[view.orders.len++];
        bool over = !g->open && str_eq(g->payment, STR("void"));
        *row = (OrderRow){.path = str_format(r->arena, "/orders/%.*s", STR_ARG(id_text(r->arena, g->id))), .code = g->code,
                          .placed_at = g->placed_at, .total = g->total,
                          .state = tr(r->lang, g->open ? N_("Open") : over ? N_("Cancelled") : N_("Collected")),
                          .badge = g->open ? "wait" : over ? "bad" : "ok"};
        row->what = order_words(r, &titles, &title, g->id);
    }
    if (more)
        view.next = str_format(r->arena, "/orders?after=%.*s", STR_ARG(id_text(r->arena, rows.at[rows.len - 1].id)));
    Page *page = market_page(r, tr(r->lang, N_("My orders")), "/market", NULL);
    market_orders(page, &view);
    return page_end(page);
}

/* ---- what a buyer may do ---- */

static Err *back_to(Req *r, const OrderSeen *seen)
{
    if (seen->group.has_buyer && r->who)
        return reply_see(r, "/orders/%.*s", STR_ARG(id_text(r->arena, seen->group.id)));
    Str link = order_link(r->arena, seen->group.id, seen->group.secret);
    return reply_see(r, "%.*s", STR_ARG(link));
}

static Err *buyer_look(Req *r, OrderSeen *seen)
{
    TRY(order_look(r, take_param(r, 0), seen));
    return seen->buyer ? NULL : denied(r);
}

Err *cancel_order(Req *r)
{
    OrderSeen seen;
    TRY(buyer_look(r, &seen));
    seen.packer = seen.seller = false; /* here they are a buyer like any other */
    TRY(order_cancel_by(r, &seen));
    return back_to(r, &seen);
}

Err *restore_order(Req *r)
{
    OrderSeen seen;
    TRY(buyer_look(r, &seen));
    if (r->now.ms - seen.group.changed_at.ms >= UNDO_MS)
        return err_new(r->arena, ERR_CONFLICT, "order.too_late");
    TRY(order_act_for(r, &seen, 0, "restore"));
    reply_notice(r, N_("Your order stands again."));
    return back_to(r, &seen);
}

/* Puts what can still be had into the basket; the rest is left out, and said. */
Err *repeat_order(Req *r)
{
    OrderSeen seen;
    OrderLineList lines;
    Id cart;
    bool all = true;
    TRY(buyer_look(r, &seen));
    TRY(order_lines(&r->db, seen.group.id, &lines));
    TRY(cart_must(r, &cart));
    for (size_t i = 0; i < lines.len; i++) {
        OfferForOrder offer;
        bool found;
        TRY(offer_read(&r->db, lines.at[i].offer, lang_of(r), lines.at[i].ordered_steps, r->who, &offer, &found));
        int64_t free = found ? stock_free(offer.on_hand, offer.reserved, offer.oversell) : 0;
        if (found && free >= lines.at[i].ordered_steps)
            TRY(cart_put(r, cart, offer.id, lines.at[i].ordered_steps));
        else
            all = false;
    }
    if (!all)
        reply_notice(r, N_("Not everything is there today; the rest is in your basket."));
    return reply_see(r, "/cart");
}

typedef struct Forgetting {
    Id order;
    Time now;
} Forgetting;

static Err *forget_write(Tx *tx, void *arg)
{
    const Forgetting *f = arg;
    int64_t count;
    TRY(order_contact_erase(tx, f->order, f->now, &count));
    return audit(tx, f->now, 0, "order.forget", f->order, STR(""));
}

Err *forget_guest(Req *r)
{
    OrderSeen seen;
    TRY(buyer_look(r, &seen));
    if (seen.group.open)
        return err_new(r->arena, ERR_CONFLICT, "order.not_now");
    Forgetting forgetting = {seen.group.id, r->now};
    TRY(db_write(r->store, r->arena, forget_write, &forgetting));
    reply_notice(r, N_("Your name and phone number are erased."));
    return back_to(r, &seen);
}
