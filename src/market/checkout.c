/* Checkout: who, where, and one button. */
#include "market/cart_view.h"
#include "market/templates.h"

static Str checkout_key(Req *r)
{
    Str secret, code;
    order_mint(r->arena, &secret, &code);
    return secret;
}

static Str place_of(const PickupViewList *pickups, Id id)
{
    for (size_t i = 0; i < pickups->len; i++)
        if (pickups->at[i].id == id)
            return pickups->at[i].name;
    return STR("");
}

/* Times of collecting that fit the basket, and the note that this checkout has begun. */
static Err *times_read(Req *r, Id cart, const CartState *state, Id typed, CheckoutView *view)
{
    OrderTimeChoices choices;
    OrderAsk ask = {.lines = state->asks, .lines_len = state->lines.len, .cart = cart};
    TRY(times_offered(&r->db, &ask, r->now, &choices));
    view->times.at = NEW_ARRAY(r->arena, TimeView, choices.len + 1);
    for (size_t i = 0; i < choices.len; i++) {
        const OrderTime *time = &choices.at[i];
        Str place = place_of(&view->pickups, time->pickup);
        if (place.len)
            view->times.at[view->times.len++] = (TimeView){time->id, time->name, place, time->from, time->until, time->left,
                                                           time->left > 0 && time->left <= 5, time->left <= 0, time->id == typed};
    }
    view->only = choices.only;
    view->shut = choices.only && !choices.open;
    view->has_opens_at = choices.has_opens_at;
    view->opens_at = choices.opens_at;
    return NULL;
}

Err *show_checkout(Req *r)
{
    Id cart;
    CartState state;
    CheckoutForm empty = {.payment = STR("at_pickup")};
    CheckoutView view = {.guest = !r->who, .mail = mail_possible(), .who = r->who_name};
    const CheckoutForm *typed = r->form_values && (r->form_shape == &checkout_form || r->form_shape == &checkout_member_form)
                                    ? r->form_values : &empty;
    if (r->who)
        TRY(cart_must(r, &cart));
    else
        TRY(cart_find(r, &cart));
    Err *err = cart_state(r, cart, typed->coupon, &state);
    if (err && str_starts(err->field, STR("coupon"))) { /* the code is refused, the order is not */
        TRY(cart_state(r, cart, STR(""), &state));
        if (!r->form_error && r->method != METHOD_GET)
            r->form_error = err;
    } else {
        TRY(err);
        view.coupon = typed->coupon;
    }
    if (!state.lines.len || state.view.blocked)
        return reply_see(r, "/cart");
    view.cart = state.view;
    view.form = typed;
    view.key = typed->key.len ? typed->key : checkout_key(r);
    view.seen = str_format(r->arena, "%lld", (long long)state.view.total.minor);
    TRY(pickup_views(r, state.sellers, state.sellers_len, &view.pickups));
    TRY(times_read(r, cart, &state, typed->pickup, &view));
    for (size_t i = 0; i < view.pickups.len; i++) {
        view.pickups.at[i].chosen = typed->pickup ? view.pickups.at[i].id == typed->pickup : view.pickups.len == 1 && !view.times.len;
        view.delivers |= view.pickups.at[i].delivery;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Order")), .place = "/market", .back = STR("/cart")});
    market_checkout(page, &view);
    return page_end(page);
}

/* The order's own refusals, said at the checkout: a line that is gone is mended in the basket. */
static Err *refused(Req *r, Err *err)
{
    if (str_starts(err->field, STR("lines."))) {
        reply_notice(r, N_("Something has been sold meanwhile. Please look at your basket."));
        return reply_see(r, "/cart");
    }
    return reply_form_again(r, err, show_checkout);
}

Err *make_order(Req *r)
{
    CheckoutForm form = {0};
    CartAskList lines;
    OrderMade made;
    Err *err = take(r, r->who ? &checkout_member_form : &checkout_form, &form);
    if (str_eq(take_typed(r, "use"), STR("1"))) { /* only the discount code was sent: the rest may be unfinished */
        r->form_error = NULL;
        return show_checkout(r);
    }
    if (err)
        return reply_form_again(r, err, show_checkout);
    TRY(cart_read(r, &lines));
    OrderAskLine *asks = NEW_ARRAY(r->arena, OrderAskLine, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++)
        asks[i] = (OrderAskLine){lines.at[i].offer, lines.at[i].steps};
    OrderAsk order = {.lines = asks, .lines_len = lines.len, .buyer = r->who, .name = form.name, .phone = form.phone, .email = form.email,
                      .note = form.note, .coupon = form.coupon, .missing = form.missing, .address = form.address, .lang = lang_of(r),
                      .currency = r->village.currency, .pickup = form.pickup, .payment = form.payment.len ? form.payment : STR("at_pickup"),
                      .channel = "shop", .has_seen = true, .seen = {form.seen}, .cart = lines.len ? lines.at[0].cart : 0, .key = form.key,
                      .hold_ms = order_hold_ms()};
    if (lines.len) {
        err = form.plain ? NULL : times_chosen(&r->db, form.pickup, r->now, &order);
        if (!err)
            err = order_place(&r->db, &order, r->now, &made);
    }
    if (!lines.len || err_is(err, "idempotency.other_body")) { /* the button pressed twice: the basket is empty by now, or filled anew */
        TRY(order_of_key(&r->db, r->who, form.key, &made));
        if (!made.again)
            return reply_see(r, "/cart");
        err = NULL;
    }
    if (err)
        return refused(r, err);
    if (r->who)
        return reply_see(r, "/orders/%.*s?thanks=1", STR_ARG(id_text(r->arena, made.id)));
    Str link = order_link(r->arena, made.id, made.secret);
    return reply_see(r, "%.*s?thanks=1", STR_ARG(link));
}
