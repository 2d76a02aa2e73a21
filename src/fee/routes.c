/* Fees and discounts for the co-operative's administrators, by page and by program. */
#include <string.h>

#include "fee/pages.h"
#include "fee/templates.h"

/* ---- reading what was typed ---- */

/* "8" or "2.5" percent as millionths. */
static bool percent_read(Str typed, int64_t *ppm)
{
    char plain[24];
    Str text = str_trim(typed);
    if (!text.len || text.len >= sizeof plain)
        return false;
    for (size_t i = 0; i < text.len; i++)
        plain[i] = text.at[i] == ',' ? '.' : text.at[i];
    return quantity_parse((Str){plain, text.len}, 4, ppm);
}

static Err *rate_read(Req *r, Str typed, bool percent, int64_t *rate)
{
    Money money;
    if (percent ? percent_read(typed, rate) : money_parse(str_trim(typed), r->village.currency_places, &money)) {
        *rate = percent ? *rate : money.minor;
        return NULL;
    }
    return err_field(r->arena, "fee.rate", "rate");
}

/* "100: 5, 200: 8" */
static Err *tiers_read(Req *r, Str typed, DiscountTier *tiers, size_t *len)
{
    Str rest = typed, one, amount, percent;
    *len = 0;
    while (str_trim(rest).len) {
        str_cut(rest, ',', &one, &rest);
        if (*len == DISCOUNT_TIERS_MAX || !str_cut(one, ':', &amount, &percent) ||
            !money_parse(str_trim(amount), r->village.currency_places, &tiers[*len].from_goods) || !percent_read(percent, &tiers[*len].rate))
            return err_field(r->arena, "discount.tiers", "tiers");
        (*len)++;
    }
    return NULL;
}

/* ---- the page ---- */

static Str rate_text(Req *r, Str base, int64_t rate)
{
    if (str_eq(base, STR("percent")))
        return str_format(r->arena, "%.*s %%", STR_ARG(quantity_plain(r->arena, rate, 4)));
    if (str_eq(base, STR("tiered")))
        return tr(r->lang, N_("In steps"));
    Str money = say_money(r->arena, r->lang, (Money){rate}, r->village.currency);
    const char *per = str_eq(base, STR("unit")) ? N_("{money} a piece") : str_eq(base, STR("weight")) ? N_("{money} a kilogram")
                      : str_eq(base, STR("line")) ? N_("{money} a line") : str_eq(base, STR("order")) ? N_("{money} an order") : "{money}";
    TextArg arg = {"money", money};
    return tr_fill(r->arena, tr(r->lang, per), &arg, 1);
}

static Err *fees_fill(Req *r, FeesView *view)
{
    FeeRuleRowList rows;
    DiscountRowList discounts;
    TRY(fee_rule_list(&r->db, &rows));
    TRY(discount_list(&r->db, r->now, &discounts));
    view->fees.at = NEW_ARRAY(r->arena, FeeRowView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const FeeRuleRow *f = &rows.at[i];
        bool buyer = str_eq(f->payer, STR("buyer"));
        view->fees.at[view->fees.len++] = (FeeRowView){f->id, f->label.len ? f->label : tr(r->lang, fee_kind_name(f->kind)), f->receiver_name, f->seller_name,
                                                       tr(r->lang, buyer ? N_("The buyer, beside the price") : N_("The seller, out of the price")),
                                                       rate_text(r, f->base, f->rate), f->has_ended_at};
    }
    view->discounts.at = NEW_ARRAY(r->arena, DiscountView, discounts.len + 1);
    for (size_t i = 0; i < discounts.len; i++) {
        const DiscountRow *d = &discounts.at[i];
        view->discounts.at[view->discounts.len++] = (DiscountView){.id = d->id, .label = d->label, .code = d->code, .tag = d->tag, .rate = rate_text(r, d->base, d->rate),
                                                                   .has_budget = d->has_budget, .spent = d->spent, .budget = d->budget, .uses = d->uses};
    }
    return NULL;
}

static Err *show_fees(Req *r)
{
    static const FeeForm new_fee = {.payer = {"seller", 6}};
    static const DiscountForm new_discount = {0};
    FeesView view = {.fee = &new_fee, .discount = &new_discount};
    FeeOrgList orgs;
    TRY(fees_fill(r, &view));
    TRY(fee_org_list(&r->db, &orgs));
    if (r->form_shape == &fee_form)
        view.fee = r->form_values;
    if (r->form_shape == &discount_form)
        view.discount = r->form_values;
    view.receivers.at = NEW_ARRAY(r->arena, OrgChoice, orgs.len + 1);
    view.sellers.at = NEW_ARRAY(r->arena, OrgChoice, orgs.len + 1);
    for (size_t i = 0; i < orgs.len; i++) {
        Id receiver = view.fee->receiver ? view.fee->receiver : r->village.org;
        view.receivers.at[view.receivers.len++] = (OrgChoice){orgs.at[i].id, orgs.at[i].name, orgs.at[i].id == receiver};
        view.sellers.at[view.sellers.len++] = (OrgChoice){orgs.at[i].id, orgs.at[i].name, orgs.at[i].id == view.fee->seller};
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Fees and discounts")), .place = "/fees"});
    fee_fees(page, &view);
    return page_end(page);
}

/* ---- changing ---- */

typedef struct Making {
    NewFee fee;
    NewDiscount discount;
    Id id, who, made;
    bool ending;
    Time now;
} Making;

static Err *fee_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return m->ending ? fee_end(tx, m->id, m->who, m->now) : fee_add(tx, &m->fee, m->who, m->now, &m->made);
}

static Err *discount_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return m->ending ? discount_stop(tx, m->id, m->who, m->now) : discount_add(tx, &m->discount, m->who, m->now, &m->made);
}

static Err *fee_try(Req *r)
{
    FeeForm form = {0};
    Making m = {.who = r->who, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take(r, &fee_form, &form));
    m.fee = (NewFee){.receiver = form.receiver ? form.receiver : r->village.org, .seller = form.seller, .kind = form.kind, .label = form.label,
                     .on_top = str_eq(form.payer, STR("buyer")), .base = form.base};
    TRY(rate_read(r, form.rate, str_eq(form.base, STR("percent")), &m.fee.rate));
    if (form.tax.len && !percent_read(form.tax, &m.fee.tax_ppm))
        return err_field(r->arena, "fee.tax", "tax");
    return db_write(r->store, r->arena, fee_write, &m);
}

static Err *make_fee(Req *r)
{
    Err *err = fee_try(r);
    if (err)
        return reply_form_again(r, err, show_fees);
    reply_notice(r, N_("Saved. It holds for orders from now on."));
    return reply_see(r, "/fees");
}

static Err *end_fee(Req *r)
{
    Making m = {.who = r->who, .ending = true, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_id(r, 0, &m.id));
    TRY(db_write(r->store, r->arena, fee_write, &m));
    return reply_see(r, "/fees");
}

static Err *discount_try(Req *r)
{
    DiscountForm form = {0};
    DiscountTier tiers[DISCOUNT_TIERS_MAX];
    Making m = {.who = r->who, .now = r->now};
    Date last;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take(r, &discount_form, &form));
    m.discount = (NewDiscount){.org = r->village.org, .seller = form.seller, .label = form.label, .code = form.code, .tag = form.tag, .base = form.base,
                               .min_goods = form.min_goods, .budget = form.budget.minor, .uses_max = form.uses_max, .person_max = form.person_max,
                               .from = r->now, .tiers = tiers};
    if (str_eq(form.base, STR("tiered")))
        TRY(tiers_read(r, form.tiers, tiers, &m.discount.tiers_len));
    else
        TRY(rate_read(r, form.rate, str_eq(form.base, STR("percent")), &m.discount.rate));
    if (form.to.len && !date_parse(form.to, &last))
        return err_field(r->arena, "field.not_date", "to");
    if (form.to.len)
        m.discount.to = time_of(r->village.zone, (Date){last.days + 1}, 0, 0);
    return db_write(r->store, r->arena, discount_write, &m);
}

static Err *make_discount(Req *r)
{
    Err *err = discount_try(r);
    if (err)
        return reply_form_again(r, err, show_fees);
    reply_notice(r, N_("Saved. It holds for orders from now on."));
    return reply_see(r, "/fees");
}

static Err *end_discount(Req *r)
{
    Making m = {.who = r->who, .ending = true, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take_id(r, 0, &m.id));
    TRY(db_write(r->store, r->arena, discount_write, &m));
    return reply_see(r, "/fees");
}

/* ---- programs ---- */

typedef struct FeeJson {
    Id id, receiver, seller;
    Str kind, label, payer, base;
    int64_t rate, tax_ppm;
} FeeJson;
static const Field fee_json_fields[] = {
    FIELD(FeeJson, id, FIELD_ID),
    FIELD(FeeJson, receiver, FIELD_ID, .label = "Organisation that gets it"),
    FIELD(FeeJson, seller, FIELD_ID, .label = "Only on goods of this seller; null: on everybody's"),
    FIELD(FeeJson, kind, FIELD_STR, .label = "packing, transport, admin, sales, fund or platform"),
    FIELD(FeeJson, label, FIELD_STR),
    FIELD(FeeJson, payer, FIELD_STR, .label = "buyer: beside the price; seller: out of it"),
    FIELD(FeeJson, base, FIELD_STR, .label = "percent, order, line, unit or weight"),
    FIELD(FeeJson, rate, FIELD_INT, .label = "Millionths, or minor units"),
    FIELD(FeeJson, tax_ppm, FIELD_INT, .label = "Tax inside it, millionths"),
};
static const Shape fee_json_shape = SHAPE(FeeJson, "Fee", fee_json_fields);

static Err *list_fees_json(Req *r)
{
    FeeRuleList rules;
    TRY(fees_now(&r->db, r->now, &rules));
    FeeJson *out = NEW_ARRAY(r->arena, FeeJson, rules.len + 1);
    for (size_t i = 0; i < rules.len; i++) {
        const FeeTerm *t = &rules.at[i].term;
        out[i] = (FeeJson){t->rule, t->receiver, rules.at[i].seller, t->kind, t->label, t->on_top ? STR("buyer") : STR("seller"),
                           str_of(fee_base_word(t->base)), t->rate, t->tax_ppm};
    }
    return reply_json_list(r, &fee_json_shape, out, rules.len, STR(""));
}

typedef struct TagForm {
    Id person;
    Str tag;
    bool has;
} TagForm;
static const Field tag_fields[] = {
    FIELD(TagForm, person, FIELD_ID, .required = true),
    FIELD(TagForm, tag, FIELD_STR, .required = true, .max = 40),
    FIELD(TagForm, has, FIELD_BOOL, .label = "false takes it away"),
};
static const Shape tag_form = SHAPE(TagForm, "BuyerTag", tag_fields);

typedef struct Tagging {
    TagForm form;
    Id org, who;
    Time now;
} Tagging;

static Err *tag_write(Tx *tx, void *arg)
{
    const Tagging *t = arg;
    return buyer_tag_put(tx, t->org, t->form.person, t->form.tag, t->form.has, t->who, t->now);
}

static Err *tag_buyer_json(Req *r)
{
    Tagging t = {.org = r->village.org, .who = r->who, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(take(r, &tag_form, &t.form));
    TRY(db_write(r->store, r->arena, tag_write, &t));
    return reply_empty(r, 204);
}

static const Place places[] = {
    {.path = "/fees", .label = N_("Fees and discounts"), .icon = "hand-coins", .order = 41, .roles = ROLE_ADMIN, .kind = PLACE_MONEY},
    {0},
};
static const Route routes[] = {
    GET("/fees", show_fees, HAS_ROLE, "Who gets which part of a price, and what lowers it.", .roles = ROLE_ADMIN),
    POST("/fees", make_fee, HAS_ROLE, "One more fee.", .roles = ROLE_ADMIN, .takes = &fee_form),
    POST("/fees/{id}/end", end_fee, HAS_ROLE, "No order after now has it.", .roles = ROLE_ADMIN),
    POST("/fees/discounts", make_discount, HAS_ROLE, "One more discount.", .roles = ROLE_ADMIN, .takes = &discount_form),
    POST("/fees/discounts/{id}/end", end_discount, HAS_ROLE, "No order after now has it.", .roles = ROLE_ADMIN),
    GET("/api/v1/fees", list_fees_json, ANYONE, "The fees that hold now.", .gives = &fee_json_shape, .gives_list = true, .shared = true),
    POST("/api/v1/buyers/tags", tag_buyer_json, SIGNED_IN, "Gives a buyer a tag of the co-operative, or takes it away.", .takes = &tag_form,
         .status = 204, .scope = "orders"),
};
const Module fee_module = MODULE("fee", routes, .errors = fee_errors, .checks = fee_checks, .places = places, .demo = fee_demo,
                                 .erase_person = fee_erase_person);
