/* Changing an order by hand: the buyer's amounts, the seller's shortages, what nobody came for. */
#include "market/change.h"
#include "market/templates.h"

enum { MISSED_MAX = 200, WAITING_MS = 12 * HOUR_MS };

/* ---- the buyer's amounts ---- */

typedef struct AmendForm {
    StrList line, amount;
} AmendForm;
static const Field amend_fields[] = {
    FIELD(AmendForm, line, FIELD_STRS, .max = ORDER_LINES_MAX),
    FIELD(AmendForm, amount, FIELD_STRS, .max = ORDER_LINES_MAX),
};
const Shape amend_form = SHAPE(AmendForm, "AmendForm", amend_fields);

Str order_path(Req *r, const OrderGroup *g)
{
    return g->has_buyer && r->who ? str_format(r->arena, "/orders/%.*s", STR_ARG(id_text(r->arena, g->id))) : order_link(r->arena, g->id, g->secret);
}

static bool can_amend(const OrderSeen *seen, Id part)
{
    for (size_t i = 0; i < seen->parts.len; i++)
        if (seen->parts.at[i].id == part)
            return state_step("parcel", STR("amend"), seen->parts.at[i].parcel_state) != NULL;
    return false;
}

Err *show_amend(Req *r)
{
    OrderSeen seen;
    OrderLineList lines;
    AmendView view = {0};
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(order_lines(&r->db, seen.group.id, &lines));
    view.path = order_path(r, &seen.group);
    view.lines.at = NEW_ARRAY(r->arena, AmendLineView, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++) {
        const OrderLine *l = &lines.at[i];
        const Unit *unit = unit_find(l->sold_unit);
        if (can_amend(&seen, l->seller_order))
            view.lines.at[view.lines.len++] = (AmendLineView){l->id, l->title, l->pack, amount_text(r->arena, l->steps, l->sold_scale), l->sold_unit,
                                                              unit && unit->kind == UNIT_COUNT, (int64_t)i};
    }
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Change the order")), .place = "/market", .back = view.path});
    market_amend(page, &view);
    return page_end(page);
}

typedef struct Amending {
    OrderAmend *at;
    size_t len;
    Time now;
} Amending;

static Err *amend_write(Tx *tx, void *arg)
{
    const Amending *a = arg;
    for (size_t i = 0; i < a->len; i++)
        TRY(order_amend(tx, &a->at[i], a->now));
    return NULL;
}

/* Takes less first, so that what one line gives back another may take. */
static Err *amends_read(Req *r, const OrderSeen *seen, const AmendForm *form, Amending *out)
{
    OrderLineList lines;
    TRY(order_lines(&r->db, seen->group.id, &lines));
    out->at = NEW_ARRAY(r->arena, OrderAmend, form->line.len + 1);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < form->line.len && i < form->amount.len; i++)
            for (size_t k = 0; k < lines.len; k++) {
                int64_t steps;
                if (!str_eq(form->line.at[i], id_text(r->arena, lines.at[k].id)))
                    continue;
                TRY(amount_given(r, form->amount.at[i], lines.at[k].sold_unit, lines.at[k].sold_scale, "amount", &steps));
                if (steps != lines.at[k].steps && (steps < lines.at[k].steps) == (round == 0))
                    out->at[out->len++] = (OrderAmend){seen->group.id, lines.at[k].id, 0, steps, r->who};
            }
    return NULL;
}

static Err *amend_try(Req *r, OrderSeen *seen)
{
    AmendForm form = {0};
    Amending amending = {.now = r->now};
    TRY(order_look(r, take_param(r, 0), seen));
    if (!seen->buyer)
        return denied(r);
    TRY(take(r, &amend_form, &form));
    TRY(amends_read(r, seen, &form, &amending));
    return amending.len ? db_write(r->store, r->arena, amend_write, &amending) : NULL;
}

Err *amend_order(Req *r)
{
    OrderSeen seen;
    Err *err = amend_try(r, &seen);
    if (err && err->kind != ERR_MISSING && err->kind != ERR_DENIED)
        return reply_form_again(r, err, show_amend);
    TRY(err);
    reply_notice(r, N_("Your order is changed."));
    return reply_see(r, "%.*s", STR_ARG(order_path(r, &seen.group)));
}

/* ---- the seller: too little, or something else ---- */

Err *show_short(Req *r)
{
    LineSeen seen;
    Id line;
    GoodList goods;
    ShortForm empty = {0};
    TRY(take_id(r, 1, &line));
    TRY(line_staff(r, take_param(r, 0), line, "edit_my_lines", &seen));
    TRY(order_buyer_hide(r, &seen.order, &seen.order.group.buyer_name, &seen.order.group.buyer_phone, &seen.order.group.address));
    TRY(goods_page(&r->db, seen.part.org, lang_of(r), INT64_MAX, 100, &goods));
    ShortView view = {.title = seen.line.title, .ordered = {seen.line.steps, seen.line.sold_unit, seen.line.sold_scale},
                      .buyer = seen.order.group.buyer_name, .wish = seen.order.group.missing,
                      .path = str_format(r->arena, "/sales/%.*s/%.*s/short", STR_ARG(take_param(r, 0)), STR_ARG(take_param(r, 1))),
                      .form = r->form_shape == &short_form ? r->form_values : &empty};
    view.goods.at = NEW_ARRAY(r->arena, Choice, goods.len + 1);
    for (size_t i = 0; i < goods.len; i++)
        if (goods.at[i].offer != seen.line.offer && str_eq(goods.at[i].offer_state, STR("open")))
            view.goods.at[view.goods.len++] = (Choice){goods.at[i].offer, str_format(r->arena, "%.*s %.*s", STR_ARG(goods.at[i].title), STR_ARG(goods.at[i].pack)),
                                                       view.form->other == goods.at[i].offer};
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Not enough")), .place = "/sales", .back = STR("/sales")});
    market_short(page, &view);
    return page_end(page);
}

typedef struct Shorting {
    OrderShort shortage;
    OrderSubstitute substitute;
    Time now;
} Shorting;

static Err *short_write(Tx *tx, void *arg)
{
    const Shorting *s = arg;
    return s->substitute.line ? order_substitute(tx, &s->substitute, s->now) : order_short(tx, &s->shortage, s->now);
}

static Err *short_try(Req *r, LineSeen *seen)
{
    ShortForm form = {0};
    Id line;
    Shorting s = {.now = r->now};
    Offer other;
    bool found;
    TRY(take_id(r, 1, &line));
    TRY(line_staff(r, take_param(r, 0), line, "edit_my_lines", seen));
    TRY(take(r, &short_form, &form));
    s.shortage = (OrderShort){line, 0, form.lost, form.reason, r->who};
    TRY(amount_given(r, form.amount, seen->line.sold_unit, seen->line.sold_scale, "amount", &s.shortage.steps));
    if (form.other) {
        TRY(offer_by_id(&r->db, form.other, &other, &found));
        s.substitute = (OrderSubstitute){line, form.other, 0, form.lost, form.reason, r->who};
        if (!found)
            return err_new(r->arena, ERR_MISSING, "offer.missing");
        TRY(amount_given(r, form.other_amount, other.sold_unit, other.sold_scale, "other_amount", &s.substitute.steps));
        if (s.shortage.steps) /* something else goes in the place of all of it */
            return err_field(r->arena, "order.replace_all", "amount");
    }
    return db_write(r->store, r->arena, short_write, &s);
}

Err *short_line(Req *r)
{
    LineSeen seen;
    Err *err = short_try(r, &seen);
    if (err && err->kind != ERR_MISSING && err->kind != ERR_DENIED)
        return reply_form_again(r, err, show_short);
    TRY(err);
    reply_notice(r, N_("Noted. The buyer sees it on the order's page."));
    return reply_see(r, "/sales?org=%.*s", STR_ARG(id_text(r->arena, seen.part.org)));
}

/* ---- what nobody came for ---- */

static void missed_view(Req *r, const MissedList *rows, const Pickup *pickup, MissedRowList *out)
{
    for (size_t i = 0; i < rows->len && out->len < MISSED_MAX; i++) {
        const Missed *m = &rows->at[i];
        out->at[out->len++] = (MissedRow){.order = m->order_group, .part = m->id, .name = m->name.len ? m->name : tr(r->lang, N_("Guest")),
                                          .phone = m->phone, .pickup = pickup->name, .total = m->total, .since = m->changed_at,
                                          .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(m->code, 0, 3)), STR_ARG(str_slice(m->code, 3, 6)))};
    }
}

Err *list_missed(Req *r)
{
    MissedView view = {0};
    PickupList pickups;
    TRY(pickup_list(&r->db, lang_of(r), true, &pickups));
    view.waiting.at = NEW_ARRAY(r->arena, MissedRow, MISSED_MAX);
    view.missed.at = NEW_ARRAY(r->arena, MissedRow, MISSED_MAX);
    for (size_t i = 0; i < pickups.len; i++) {
        MissedList rows;
        if (!hands_over(r, &pickups.at[i]))
            continue;
        TRY(order_list_missed(&r->db, pickups.at[i].id, false, (Time){r->now.ms - WAITING_MS}, MISSED_MAX, &rows));
        missed_view(r, &rows, &pickups.at[i], &view.waiting);
        TRY(order_list_missed(&r->db, pickups.at[i].id, true, r->now, MISSED_MAX, &rows));
        missed_view(r, &rows, &pickups.at[i], &view.missed);
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Not collected")), .place = "/handover", .back = STR("/handover")});
    market_missed(page, &view);
    return page_end(page);
}

typedef struct MissedForm {
    Id order, part;
    Str verb;
} MissedForm;
static const Field missed_fields[] = {
    FIELD(MissedForm, order, FIELD_ID, .required = true),
    FIELD(MissedForm, part, FIELD_ID, .required = true),
    FIELD(MissedForm, verb, FIELD_STR, .required = true, .one_of = "miss|unmiss|restock|donate"),
};
const Shape missed_form = SHAPE(MissedForm, "MissedForm", missed_fields);

Err *settle_missed(Req *r)
{
    MissedForm form = {0};
    OrderSeen seen;
    TRY(take(r, &missed_form, &form));
    TRY(order_look(r, id_text(r->arena, form.order), &seen));
    if (!seen.packer)
        return denied(r);
    TRY(order_act_for(r, &seen, form.part, str_z(r->arena, form.verb)));
    return reply_see(r, "/missed");
}

/* ---- seen and promised ---- */

Err *confirm_part(Req *r)
{
    OrderSeen seen;
    Id part;
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(take_id(r, 1, &part));
    for (size_t i = 0; i < seen.parts.len; i++) {
        if (seen.parts.at[i].id != part)
            continue;
        if (!sells(r, seen.parts.at[i].org))
            return denied(r);
        TRY(order_act_for(r, &seen, part, "confirm"));
        return reply_see(r, "/sales?org=%.*s", STR_ARG(id_text(r->arena, seen.parts.at[i].org)));
    }
    return err_new(r->arena, ERR_MISSING, "order.missing");
}
