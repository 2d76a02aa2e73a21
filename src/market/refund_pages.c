/* Money back: the buyer asks on the order's page, the seller answers. */
#include "market/change.h"
#include "market/templates.h"


const char *refund_word(Str state)
{
    static const struct {
        const char *state, *word;
    } words[] = {{"requested", N_("Asked for")}, {"approved", N_("Granted, to be paid back")}, {"sent", N_("Paid back")},
                 {"confirmed", N_("Paid back")}, {"rejected", N_("Refused")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(state, str_of(words[i].state)))
            return words[i].word;
    return "";
}

static const char *cause_word(Str cause)
{
    static const char *const causes[] = {"spoiled", "missing", "wrong", "unwanted"};
    for (size_t i = 0; i < 4; i++)
        if (str_eq(cause, str_of(causes[i])))
            return cause_labels[i];
    return cause_labels[4];
}

Err *show_return(Req *r)
{
    OrderSeen seen;
    OrderLineList lines;
    ReturnForm empty = {0};
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(order_lines(&r->db, seen.group.id, &lines));
    ReturnView view = {.path = order_path(r, &seen.group), .form = r->form_shape == &return_form ? r->form_values : &empty};
    view.lines.at = NEW_ARRAY(r->arena, AmendLineView, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++) {
        const OrderLine *l = &lines.at[i];
        bool collected = false;
        for (size_t k = 0; k < seen.parts.len; k++)
            collected |= seen.parts.at[k].id == l->seller_order && str_eq(seen.parts.at[k].placement, STR("completed"));
        if (collected && l->steps)
            view.lines.at[view.lines.len++] = (AmendLineView){l->id, l->title, l->pack, amount_text(r->arena, l->steps, l->sold_scale), l->sold_unit,
                                                              view.form->line == l->id, (int64_t)i};
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Something was wrong")), .place = "/market", .back = view.path});
    market_return(page, &view);
    return page_end(page);
}

typedef struct Returning {
    OrderReturn ret;
    RefundAct act;
    Id refund;
    Time now;
} Returning;

static Err *return_write(Tx *tx, void *arg)
{
    Returning *x = arg;
    return order_return(tx, &x->ret, x->now, &x->refund);
}

static Err *return_try(Req *r, LineSeen *seen)
{
    ReturnForm form = {0};
    Returning x = {.now = r->now};
    TRY(take(r, &return_form, &form));
    TRY(line_look(r, take_param(r, 0), form.line, seen));
    if (!seen->order.buyer)
        return denied(r);
    x.ret = (OrderReturn){.line = form.line, .cause = form.cause, .reason = form.reason, .who = r->who};
    if (!amount_read(form.amount, seen->line.sold_scale, &x.ret.steps))
        return err_field(r->arena, "cart.amount", "amount");
    return db_write(r->store, r->arena, return_write, &x);
}

Err *ask_return(Req *r)
{
    LineSeen seen;
    Err *err = return_try(r, &seen);
    if (err && err->kind != ERR_MISSING && err->kind != ERR_DENIED)
        return reply_form_again(r, err, show_return);
    TRY(err);
    reply_notice(r, N_("The seller is asked. You see the answer here."));
    return reply_see(r, "%.*s", STR_ARG(order_path(r, &seen.order.group)));
}

/* ---- the seller's page ---- */

Err *list_refunds(Req *r)
{
    OrgQuery query = {0};
    RefundsView view = {0};
    RefundRowList rows;
    Id org;
    TRY(take_query(r, &org_query_shape, &query));
    TRY(shop_choose(r, query.org, "/refunds", NULL, &org, &view.shop, &view.shops));
    TRY(refunds_open(&r->db, org, &rows));
    view.rows.at = NEW_ARRAY(r->arena, RefundView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const RefundRow *x = &rows.at[i];
        view.rows.at[view.rows.len++] = (RefundView){.id = x->id, .title = x->title, .quantity = {x->steps, x->sold_unit, x->sold_scale},
                                                     .amount = x->amount, .cause = tr(r->lang, cause_word(x->cause)), .reason = x->reason,
                                                     .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(x->code, 0, 3)), STR_ARG(str_slice(x->code, 3, 6))),
                                                     .asked = str_eq(x->state, STR("requested")), .at = x->made_at,
                                                     .state = tr(r->lang, refund_word(x->state))};
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Money back")), .place = "/sales",
                                           .back = str_format(r->arena, "/sales?org=%.*s", STR_ARG(id_text(r->arena, org)))});
    market_refunds(page, &view);
    return page_end(page);
}

typedef struct RefundForm {
    Str verb, goods;
} RefundForm;
static const Field refund_fields[] = {
    FIELD(RefundForm, verb, FIELD_STR, .required = true, .one_of = "approve|reject|send"),
    FIELD(RefundForm, goods, FIELD_STR, .one_of = "kept|back|thrown"),
};
const Shape refund_form = SHAPE(RefundForm, "RefundForm", refund_fields);

static Err *refund_write(Tx *tx, void *arg)
{
    const Returning *x = arg;
    return refund_act(tx, &x->act, x->now);
}

Err *settle_refund(Req *r)
{
    RefundForm form = {0};
    Refund row;
    OrderPartRow part;
    Id id;
    bool found;
    TRY(take(r, &refund_form, &form));
    TRY(take_id(r, 0, &id));
    TRY(refund_by_id(&r->db, id, &row, &found));
    if (found)
        TRY(order_part_by_id(&r->db, row.seller_order, &part, &found));
    if (!found || !sells(r, part.org))
        return err_new(r->arena, ERR_MISSING, "refund.missing");
    Returning x = {.act = {id, str_z(r->arena, form.verb), form.goods, r->who}, .now = r->now};
    TRY(db_write(r->store, r->arena, refund_write, &x));
    return reply_see(r, "/refunds?org=%.*s", STR_ARG(id_text(r->arena, part.org)));
}
