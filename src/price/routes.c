/* Pages and calls for those who sell: special prices, tax, tags of buyers. */
#include <string.h>

#include "base/text.h"
#include "fee/fee.h"
#include "identity/identity.h"
#include "price/pages.h"
#include "price/price.h"
#include "price/templates.h"

enum { SELLERS = ROLE_SELLER | ROLE_ADMIN, ORGS_MAX = 50 };

/* ---- forms ---- */

static const Field special_fields[] = {
    FIELD(PriceForm, from, FIELD_STR, .max = 20, .input = "number", .label = N_("From how much"), .help = N_("In kilograms, litres or pieces, like 5 or 2.5.")),
    FIELD(PriceForm, price, FIELD_MONEY, .required = true, .min = 0, .max = INT64_C(100000000000), .label = N_("Price")),
    FIELD(PriceForm, tag, FIELD_STR, .max = 40, .label = N_("Only for buyers with this tag"), .help = N_("May stay empty.")),
};
const Shape special_form = SHAPE(PriceForm, "SpecialPrice", special_fields);
static const Field tax_fields[] = {
    FIELD(TaxForm, tax, FIELD_STR, .max = 20, .input = "number", .label = N_("Tax inside the price, in percent"), .help = N_("May stay empty.")),
};
const Shape tax_form = SHAPE(TaxForm, "ProductTax", tax_fields);
static const Field tag_fields[] = {
    FIELD(TagForm, org, FIELD_ID, .required = true),
    FIELD(TagForm, person, FIELD_STR, .required = true, .max = 120, .label = N_("Who"), .help = N_("The name they sign in with, or their full name.")),
    FIELD(TagForm, tag, FIELD_STR, .required = true, .max = 40, .label = N_("Tag")),
};
const Shape tag_form = SHAPE(TagForm, "GiveTag", tag_fields);

/* ---- prices ---- */

static Err *my_offer(Req *r, PriceOffer *offer)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(price_offer(&r->db, id, str_of(lang_tag(r->lang)), offer, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    return need_role(r, offer->org, SELLERS);
}

static void specials_show(Req *r, const PriceOffer *offer, const PriceSpecialList *rows, PricesView *view)
{
    view->specials.at = NEW_ARRAY(r->arena, SpecialView, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++) {
        const PriceSpecial *s = &rows->at[i];
        TextArg amount = {"amount", say_quantity(r->arena, r->lang, (Quantity){s->min_steps, offer->sold_unit, offer->sold_scale})};
        TextArg tag = {"tag", s->tag};
        view->specials.at[view->specials.len++] =
            (SpecialView){s->id, s->tag.len ? tr_fill(r->arena, tr(r->lang, N_("Buyers with the tag {tag}")), &tag, 1) : tr(r->lang, N_("Everybody")),
                          s->min_steps ? tr_fill(r->arena, tr(r->lang, N_("From {amount}")), &amount, 1) : tr(r->lang, N_("Any amount")), s->amount};
    }
}

static Err *show_prices(Req *r)
{
    PriceOffer offer;
    PriceSpecialList rows;
    PriceTagList words;
    PriceForm none = {0};
    TaxForm tax = {0};
    TRY(my_offer(r, &offer));
    TRY(price_special_list(&r->db, offer.id, &rows));
    TRY(price_tag_words(&r->db, offer.org, &words));
    if (offer.tax_ppm)
        tax.tax = quantity_plain(r->arena, offer.tax_ppm, 4);
    PricesView view = {.offer = offer.id, .product = offer.product, .title = offer.title, .pack = offer.pack, .priced_unit = offer.priced_unit,
                       .sold_unit = offer.sold_unit, .has_standard = offer.has_standard, .standard = offer.standard,
                       .form = r->form_shape == &special_form ? r->form_values : &none, .tax = r->form_shape == &tax_form ? r->form_values : &tax,
                       .tags = {NEW_ARRAY(r->arena, Str, words.len + 1), 0}};
    for (size_t i = 0; i < words.len; i++)
        view.tags.at[view.tags.len++] = words.at[i].tag;
    specials_show(r, &offer, &rows, &view);
    Page *p = page_begin(r, &(PageHead){.title = offer.title, .place = "/goods", .back = str_format(r->arena, "/goods/%.*s", STR_ARG(id_text(r->arena, offer.product)))});
    price_prices(p, &view);
    return page_end(p);
}

typedef struct Pricing {
    NewSpecial special;
    Id price, product, who, made;
    int64_t tax;
    Time now;
} Pricing;

static Err *add_write(Tx *tx, void *arg)
{
    Pricing *p = arg;
    return special_add(tx, &p->special, p->who, p->now, &p->made);
}

static Err *end_write(Tx *tx, void *arg)
{
    const Pricing *p = arg;
    return special_end(tx, p->special.offer, p->price, p->who, p->now);
}

static Err *tax_write(Tx *tx, void *arg)
{
    const Pricing *p = arg;
    return product_tax_set(tx, p->product, p->tax, p->who, p->now);
}

static Err *back(Req *r, Id offer)
{
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/goods/offers/%s/prices", str_z(r->arena, id_text(r->arena, offer)));
}

/* What people type is in the unit of the price (kilograms, though it is sold in grams), unless pieces are priced by weight. */
static bool amount_read(Str typed, const PriceOffer *offer, int64_t *steps)
{
    int64_t milli;
    Str text = str_trim(typed);
    if (quantity_parse(text, 3, &milli) && quantity_convert((Quantity){milli, offer->priced_unit, 3}, offer->sold_unit, offer->sold_scale, steps))
        return true;
    return quantity_parse(text, offer->sold_scale, steps);
}

static Err *add_special(Req *r)
{
    PriceForm form = {0};
    PriceOffer offer;
    TRY(my_offer(r, &offer));
    TRY(take(r, &special_form, &form));
    Pricing p = {.special = {.offer = offer.id, .tag = form.tag, .amount = form.price}, .who = r->who, .now = r->now};
    if (str_trim(form.from).len && !amount_read(form.from, &offer, &p.special.min_steps))
        return err_field(r->arena, "price.step", "from");
    TRY(db_write(r->store, r->arena, add_write, &p));
    return back(r, offer.id);
}

static Err *make_special(Req *r)
{
    Err *err = add_special(r);
    return err && err->kind == ERR_INVALID ? reply_form_again(r, err, show_prices) : err;
}

static Err *end_special(Req *r)
{
    PriceOffer offer;
    Pricing p = {.who = r->who, .now = r->now};
    TRY(my_offer(r, &offer));
    TRY(take_id(r, 1, &p.price));
    p.special.offer = offer.id;
    TRY(db_write(r->store, r->arena, end_write, &p));
    return back(r, offer.id);
}

/* "6" or "2,5" percent as millionths; empty: none. */
static bool percent_read(Str typed, int64_t *ppm)
{
    char plain[24];
    Str text = str_trim(typed);
    *ppm = 0;
    if (!text.len || text.len >= sizeof plain)
        return !text.len;
    for (size_t i = 0; i < text.len; i++)
        plain[i] = text.at[i] == ',' ? '.' : text.at[i];
    return quantity_parse((Str){plain, text.len}, 4, ppm);
}

static Err *take_tax(Req *r)
{
    TaxForm form = {0};
    PriceOffer offer;
    Pricing p = {.who = r->who, .now = r->now};
    TRY(my_offer(r, &offer));
    TRY(take(r, &tax_form, &form));
    if (!percent_read(form.tax, &p.tax))
        return err_field(r->arena, "price.tax", "tax");
    p.product = offer.product;
    TRY(db_write(r->store, r->arena, tax_write, &p));
    return back(r, offer.id);
}

static Err *set_tax(Req *r)
{
    Err *err = take_tax(r);
    return err && err->kind == ERR_INVALID ? reply_form_again(r, err, show_prices) : err;
}

/* ---- by program ---- */

typedef struct SpecialJson {
    Id id;
    int64_t min_steps;
    Str tag;
    Money price;
} SpecialJson;
static const Field special_json_fields[] = {
    FIELD(SpecialJson, id, FIELD_ID),
    FIELD(SpecialJson, min_steps, FIELD_INT, .min = 0, .max = INT64_C(1000000000), .label = "From this many steps on; 0: any amount"),
    FIELD(SpecialJson, tag, FIELD_STR, .max = 40, .label = "Only for buyers with this tag; empty: for all"),
    FIELD(SpecialJson, price, FIELD_MONEY, .required = true, .min = 0, .max = INT64_C(100000000000), .label = "For one whole priced unit"),
};
static const Shape special_json_shape = SHAPE(SpecialJson, "SpecialPriceOfOffer", special_json_fields);

static Err *list_specials_json(Req *r)
{
    PriceOffer offer;
    PriceSpecialList rows;
    TRY(my_offer(r, &offer));
    TRY(price_special_list(&r->db, offer.id, &rows));
    SpecialJson *out = NEW_ARRAY(r->arena, SpecialJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out[i] = (SpecialJson){rows.at[i].id, rows.at[i].min_steps, rows.at[i].tag, rows.at[i].amount};
    return reply_json_list(r, &special_json_shape, out, rows.len, (Str){0});
}

static Err *make_special_json(Req *r)
{
    SpecialJson form = {0};
    PriceOffer offer;
    TRY(my_offer(r, &offer));
    TRY(take(r, &special_json_shape, &form));
    Pricing p = {.special = {.offer = offer.id, .tag = form.tag, .min_steps = form.min_steps, .amount = form.price}, .who = r->who, .now = r->now};
    TRY(db_write(r->store, r->arena, add_write, &p));
    form.id = p.made;
    return reply_json(r, 201, &special_json_shape, &form);
}

static Err *end_special_json(Req *r)
{
    PriceOffer offer;
    Pricing p = {.who = r->who, .now = r->now};
    TRY(my_offer(r, &offer));
    TRY(take_id(r, 1, &p.price));
    p.special.offer = offer.id;
    TRY(db_write(r->store, r->arena, end_write, &p));
    return reply_empty(r, 204);
}

/* ---- tags ---- */

static Err *orgs_of(Req *r, Id wanted, TagsView *view)
{
    view->orgs.at = NEW_ARRAY(r->arena, OrgView, ORGS_MAX);
    for (size_t i = 0; i < r->grants.len && view->orgs.len < ORGS_MAX; i++) {
        OrgCard card;
        if (!(r->grants.at[i].roles & SELLERS))
            continue;
        TRY(org_card(&r->db, r->grants.at[i].org, &card));
        bool chosen = wanted ? card.id == wanted : !view->orgs.len;
        view->orgs.at[view->orgs.len++] = (OrgView){card.id, card.name, chosen};
        view->org = chosen ? card.id : view->org;
    }
    return view->org ? NULL : denied(r);
}

typedef struct TagQuery {
    Id org;
} TagQuery;
static const Field tag_query_fields[] = {FIELD(TagQuery, org, FIELD_ID, .label = "Whose tags")};
static const Shape tag_query = SHAPE(TagQuery, "TagQuery", tag_query_fields);

static Err *show_tags(Req *r)
{
    TagForm none = {0};
    TagQuery query = {0};
    PriceTaggedList rows;
    TRY(r->method == METHOD_GET ? take_query(r, &tag_query, &query) : NULL);
    TagsView view = {.form = r->form_shape == &tag_form ? r->form_values : &none};
    TRY(orgs_of(r, query.org ? query.org : view.form->org, &view));
    TRY(price_tagged(&r->db, view.org, &rows));
    view.tags.at = NEW_ARRAY(r->arena, TagView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        bool same = view.tags.len && str_eq(view.tags.at[view.tags.len - 1].tag, rows.at[i].tag);
        TagView *tag = &view.tags.at[same ? view.tags.len - 1 : view.tags.len++];
        if (!same)
            *tag = (TagView){.tag = rows.at[i].tag, .org = view.org, .people = {NEW_ARRAY(r->arena, TaggedView, rows.len - i), 0}};
        tag->people.at[tag->people.len++] = (TaggedView){rows.at[i].person, rows.at[i].name};
    }
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Tags of buyers")), .place = "/buyers/tags", .back = STR("/today")});
    price_tags(p, &view);
    return page_end(p);
}

typedef struct Tagging {
    Id org, person, who;
    Str tag;
    bool has;
    Time now;
} Tagging;

static Err *tag_write(Tx *tx, void *arg)
{
    const Tagging *t = arg;
    return buyer_tag_put(tx, t->org, t->person, t->tag, t->has, t->who, t->now);
}

static Err *take_tag(Req *r, bool has)
{
    TagForm form = {0};
    PricePersonList found = {0};
    Tagging t = {.who = r->who, .has = has, .now = r->now};
    TRY(take(r, &tag_form, &form));
    TRY(need_role(r, form.org, SELLERS));
    t.org = form.org, t.tag = form.tag;
    if (has) {
        Str name = str_trim(form.person);
        TRY(price_person(&r->db, text_fold(r->arena, name), name, &found));
        if (found.len != 1)
            return err_field(r->arena, found.len ? "tag.several" : "tag.nobody", "person");
        t.person = found.at[0].id;
    } else if (!id_parse(form.person, &t.person)) {
        return err_field(r->arena, "tag.nobody", "person");
    }
    TRY(db_write(r->store, r->arena, tag_write, &t));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/buyers/tags?org=%s", str_z(r->arena, id_text(r->arena, t.org)));
}

static Err *give_tag(Req *r)
{
    Err *err = take_tag(r, true);
    return err && err->kind == ERR_INVALID ? reply_form_again(r, err, show_tags) : err;
}

static Err *drop_tag(Req *r)
{
    return take_tag(r, false);
}

static const ErrText errors[] = {
    {"price.standard", N_("Say from how much it holds, or for which tag. The usual price for everybody stands with the goods.")},
    {"price.not_lower", N_("It is not below the usual price, so it would never count.")},
    {"price.step", N_("This amount cannot be ordered. Use a multiple of the smallest step.")},
    {"price.too_many", N_("There are 50 special prices already. End one first.")},
    {"price.missing", N_("There is no such price any more.")},
    {"price.tax", N_("Write the tax as a percentage, like 9 or 2.5.")},
    {"tag.nobody", N_("Nobody here has this name. Write it as they sign in with it.")},
    {"tag.several", N_("Several people have this name. Write the name they sign in with.")},
    {0},
};
static const Place places[] = {
    {.path = "/buyers/tags", .label = N_("Tags of buyers"), .icon = "people", .order = 42, .roles = SELLERS, .kind = PLACE_GOODS},
    {0},
};
static const Route routes[] = {
    GET("/goods/offers/{id}/prices", show_prices, HAS_ROLE, "What an offer costs: special prices and tax.", .roles = SELLERS),
    POST("/goods/offers/{id}/prices", make_special, HAS_ROLE, "One more special price.", .roles = SELLERS, .takes = &special_form),
    POST("/goods/offers/{id}/prices/{price}/end", end_special, HAS_ROLE, "No order after now has it.", .roles = SELLERS),
    POST("/goods/offers/{id}/tax", set_tax, HAS_ROLE, "The tax inside its price.", .roles = SELLERS, .takes = &tax_form),
    GET("/api/v1/offers/{id}/prices", list_specials_json, SIGNED_IN, "The special prices of an offer that hold.", .gives = &special_json_shape,
        .gives_list = true, .scope = "offers"),
    POST("/api/v1/offers/{id}/prices", make_special_json, SIGNED_IN, "One more special price; one of the same tag and amount ends.", .takes = &special_json_shape,
         .gives = &special_json_shape, .status = 201, .scope = "offers"),
    DELETE("/api/v1/offers/{id}/prices/{price}", end_special_json, SIGNED_IN, "No order after now has it.", .status = 204, .scope = "offers"),
    GET("/buyers/tags", show_tags, HAS_ROLE, "Which buyers have which tag.", .roles = SELLERS, .query = &tag_query),
    POST("/buyers/tags", give_tag, HAS_ROLE, "Gives a buyer a tag.", .roles = SELLERS, .takes = &tag_form),
    POST("/buyers/tags/drop", drop_tag, HAS_ROLE, "Takes it away.", .roles = SELLERS, .takes = &tag_form),
};
const Module price_module = MODULE("price", routes, .errors = errors, .places = places);
