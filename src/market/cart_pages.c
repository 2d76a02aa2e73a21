/* The basket's page, and putting things into it. */
#include "market/quote.h"
#include "market/cart_view.h"
#include "market/templates.h"
#include "units/units.h"

/* ---- what lies in it, at today's prices ---- */

static CartLineView line_view(Req *r, const CartLine *line)
{
    const Unit *unit = unit_find(line->sold_unit);
    int64_t free = stock_free(line->on_hand, line->reserved, line->oversell), most = free - free % line->step;
    Measure measure = {line->sold_unit, line->sold_scale, line->priced_unit, line->priced_scale,
                       line->has_nominal_priced_steps ? line->nominal_priced_steps : 0};
    CartLineView out = {.offer = line->offer, .product = line->product, .title = line->title, .pack = line->pack,
                        .seller = line->seller_name, .picture = picture_of(r->arena, line->photo, STR(""), SIZES_SMALL),
                        .quantity = {line->steps, line->sold_unit, line->sold_scale}, .unit = line->sold_unit,
                        .pieces = unit && unit->kind == UNIT_COUNT, .left = {most, line->sold_unit, line->sold_scale}};
    out.price = (PriceView){.amount = line->price, .about = line->has_nominal_priced_steps};
    if (!measure_cost(&measure, line->price, line->steps, &out.cost))
        out.gone = true;
    out.gone |= !str_eq(line->offer_state, STR("open")) || !str_eq(line->product_state, STR("live")) || free < line->min_steps;
    out.short_of = !out.gone && free < line->steps;
    if (line->has_max_steps && line->max_steps < most)
        most = line->max_steps;
    out.amount = amount_text(r->arena, line->steps, line->sold_scale);
    out.by = amount_text(r->arena, line->step, line->sold_scale);
    out.least = amount_text(r->arena, line->min_steps, line->sold_scale);
    out.most = amount_text(r->arena, most, line->sold_scale);
    if (line->steps - line->step >= line->min_steps)
        out.less = amount_text(r->arena, line->steps - line->step > most ? most : line->steps - line->step, line->sold_scale);
    if (line->steps + line->step <= most)
        out.more = amount_text(r->arena, line->steps + line->step, line->sold_scale);
    return out;
}

/* What it comes to with fees and discounts; a basket that must be mended first keeps the sum of its lines. */
static Err *charges_read(Req *r, Str coupon, CartState *state)
{
    OrderQuote quote;
    OrderAsk ask = {.lines = state->asks, .lines_len = state->lines.len, .buyer = r->who, .lang = lang_of(r), .coupon = coupon};
    if (state->view.blocked || !state->lines.len)
        return NULL;
    Err *err = order_quote(&r->db, &ask, r->now, &quote);
    if (err && str_starts(err->field, STR("lines."))) {
        state->view.blocked = true;
        return NULL;
    }
    TRY(err);
    state->view.charges = quote.charges;
    state->view.total = quote.total;
    return NULL;
}

Err *cart_state(Req *r, Id cart, Str coupon, CartState *out)
{
    *out = (CartState){0};
    if (cart)
        TRY(cart_lines(&r->db, cart, lang_of(r), r->who, &out->lines));
    size_t len = out->lines.len;
    CartView *view = &out->view;
    view->lines.at = NEW_ARRAY(r->arena, CartLineView, len + 1);
    out->asks = NEW_ARRAY(r->arena, OrderAskLine, len + 1);
    out->sellers = NEW_ARRAY(r->arena, Id, len + 1);
    for (size_t i = 0; i < len; i++) {
        const CartLine *line = &out->lines.at[i];
        CartLineView *v = &view->lines.at[view->lines.len++];
        *v = line_view(r, line);
        v->new_seller = i == 0 || line->org != out->lines.at[i - 1].org; /* they come ordered by seller */
        if (v->new_seller)
            out->sellers[out->sellers_len++] = line->org;
        out->asks[i] = (OrderAskLine){line->offer, line->steps};
        view->about |= v->price.about;
        view->blocked |= v->gone || v->short_of;
        if (!v->gone && !money_add(view->total, v->cost, &view->total))
            view->blocked = true;
    }
    view->count = (int64_t)len;
    return charges_read(r, coupon, out);
}

static Err *along_read(Req *r, const CartLineList *lines, BesideViewList *out)
{
    enum { ALONG = 4 };
    Id *products = NEW_ARRAY(r->arena, Id, lines->len + 1);
    for (size_t i = 0; i < lines->len; i++)
        products[i] = lines->at[i].product;
    return beside_read(r, &(BesideAsk){products, lines->len, ALONG, true}, out);
}

Err *show_cart(Req *r)
{
    Id cart;
    CartState state;
    Measures measures;
    if (r->who)
        TRY(cart_must(r, &cart)); /* what a guest put in before signing in comes along */
    else
        TRY(cart_find(r, &cart));
    TRY(cart_state(r, cart, STR(""), &state));
    TRY(along_read(r, &state.lines, &state.view.along));
    TRY(measures_shown(&r->db, lang_of(r), &measures));
    for (size_t i = 0; i < state.view.lines.len; i++)
        state.view.lines.at[i].local = measure_local(r->arena, &measures, state.view.lines.at[i].quantity);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Your basket")), .place = "/market", .script = "market.js",
                                           .back = STR("/market")});
    market_cart(page, &state.view);
    return page_end(page);
}

typedef struct BasketJson {
    int64_t count;
    Money total;
} BasketJson;
static const Field basket_json_fields[] = {FIELD(BasketJson, count, FIELD_INT), FIELD(BasketJson, total, FIELD_MONEY)};
const Shape basket_json_shape = SHAPE(BasketJson, "Basket", basket_json_fields);

static Err *basket_reply(Req *r, Id cart)
{
    CartState state;
    TRY(cart_state(r, cart, STR(""), &state));
    BasketJson out = {state.view.count, state.view.total};
    return reply_json(r, 200, &basket_json_shape, &out);
}

Err *show_basket_json(Req *r)
{
    Id cart;
    TRY(cart_find(r, &cart));
    return basket_reply(r, cart);
}

/* ---- putting in and taking out ---- */

/* The amount as steps, checked against how the offer is sold, as the order will be. */
static Err *steps_check(Req *r, const OfferForOrder *offer, Str typed, int64_t *steps)
{
    Arena *arena = r->arena;
    TRY(amount_given(r, typed, offer->sold_unit, offer->sold_scale, "amount", steps));
    if (*steps > STEPS_MAX)
        return err_field(arena, "cart.amount", "amount");
    Err *err = NULL;
    if (*steps < offer->min_steps)
        err = err_arg(arena, err_field(arena, "order.minimum", "amount"), "minimum",
                      quantity_plain(arena, offer->min_steps, offer->sold_scale));
    else if (*steps % offer->step)
        err = err_arg(arena, err_field(arena, "order.step", "amount"), "step",
                      quantity_plain(arena, offer->step, offer->sold_scale));
    else if (offer->has_max_steps && *steps > offer->max_steps)
        err = err_arg(arena, err_field(arena, "order.maximum", "amount"), "maximum",
                      quantity_plain(arena, offer->max_steps, offer->sold_scale));
    return err;
}

static Err *offer_must(Req *r, Id id, OfferForOrder *offer)
{
    bool found;
    TRY(offer_read(&r->db, id, lang_of(r), 1, r->who, offer, &found));
    return found ? NULL : err_new(r->arena, ERR_MISSING, "offer.missing");
}

/* What lies in the basket of this offer already. */
static Err *steps_there(Req *r, Id cart, Id offer, int64_t *steps)
{
    CartLineList lines;
    *steps = 0;
    TRY(cart_lines(&r->db, cart, lang_of(r), r->who, &lines));
    for (size_t i = 0; i < lines.len; i++)
        if (lines.at[i].offer == offer)
            *steps = lines.at[i].steps;
    return NULL;
}

static bool is_ours(Str path)
{
    return str_starts(path, STR("/")) && !str_starts(path, STR("//")) && str_find(path, STR("\\")) == SIZE_MAX;
}

Err *add_to_cart(Req *r)
{
    AddForm form = {0};
    OfferForOrder offer;
    Id cart;
    int64_t steps, there;
    TRY(take(r, &add_form, &form));
    TRY(offer_must(r, form.offer, &offer));
    if (form.unit.len) /* chosen beside the number */
        form.amount = str_format(r->arena, "%.*s %.*s", STR_ARG(form.amount), STR_ARG(form.unit));
    TRY(steps_check(r, &offer, form.amount, &steps));
    TRY(cart_must(r, &cart));
    TRY(steps_there(r, cart, form.offer, &there));
    if (stock_free(offer.on_hand, offer.reserved, offer.oversell) < steps + there) {
        int64_t left = stock_free(offer.on_hand, offer.reserved, offer.oversell);
        Err *err = err_arg(r->arena, err_new(r->arena, ERR_CONFLICT, "stock.sold_out"), "title", offer.title);
        err->field = STR("amount");
        return err_arg(r->arena, err, "left", quantity_plain(r->arena, left - left % offer.step, offer.sold_scale));
    }
    TRY(cart_put(r, cart, form.offer, steps + there));
    if (r->wants_json)
        return basket_reply(r, cart);
    reply_notice(r, N_("It is in your basket."));
    return reply_see(r, "%.*s", STR_ARG(is_ours(form.back) ? form.back : STR("/cart")));
}

Err *change_cart(Req *r)
{
    ChangeForm form = {0};
    OfferForOrder offer;
    Id cart;
    int64_t steps;
    TRY(take(r, &change_form, &form));
    TRY(offer_must(r, form.offer, &offer));
    TRY(steps_check(r, &offer, form.to.len ? form.to : form.amount, &steps));
    TRY(cart_must(r, &cart));
    TRY(cart_put(r, cart, form.offer, steps));
    return reply_see(r, "/cart");
}

Err *remove_from_cart(Req *r)
{
    ChangeForm form = {0};
    Id cart;
    TRY(take(r, &change_form, &form));
    TRY(cart_find(r, &cart));
    if (cart)
        TRY(cart_put(r, cart, form.offer, 0));
    return reply_see(r, "/cart");
}
