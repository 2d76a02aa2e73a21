/* A seller's own goods: quick edits of stock and price, adding, changing, photos, the story. */
#include "market/handlers.h"
#include "market/templates.h"

enum { GOODS_PAGE = 20 };

/* ---- which shop ---- */

static const Field org_query_fields[] = {FIELD(OrgQuery, org, FIELD_ID), FIELD(OrgQuery, after, FIELD_ID)};
const Shape org_query_shape = SHAPE(OrgQuery, "OrgQuery", org_query_fields);

static Err *shop_link(Req *r, Id id, const char *path, bool chosen, LinkViewList *shops)
{
    MarketText text;
    bool found;
    TRY(seller_name(&r->db, id, lang_of(r), &text, &found));
    shops->at[shops->len++] = (LinkView){str_format(r->arena, "%s?org=%.*s", path, STR_ARG(id_text(r->arena, id))),
                                         found ? text.words : STR(""), NULL, chosen};
    return NULL;
}

Err *shop_choose(Req *r, Id asked, const char *path, const char *permission, Id *org, Str *name, LinkViewList *shops)
{
    MarketText text;
    bool found;
    IdList partners = {0};
    *org = asked ? asked : seller_org(r);
    if (permission)
        TRY(allowers(r, permission, ROLE_SELLER | ROLE_ADMIN, &partners));
    bool mine = sells(r, *org);
    for (size_t i = 0; i < partners.len; i++)
        mine |= partners.at[i] == *org;
    if (!mine)
        return denied(r);
    *shops = (LinkViewList){NEW_ARRAY(r->arena, LinkView, r->grants.len + partners.len + 1), 0};
    for (size_t i = 0; i < r->grants.len; i++) {
        Id id = r->grants.at[i].org;
        bool there = false;
        for (size_t k = 0; k < i; k++)
            there |= r->grants.at[k].org == id;
        if (there || !(r->grants.at[i].roles & (ROLE_SELLER | ROLE_ADMIN)))
            continue;
        TRY(shop_link(r, id, path, id == *org, shops));
    }
    for (size_t i = 0; i < partners.len; i++)
        if (!sells(r, partners.at[i]))
            TRY(shop_link(r, partners.at[i], path, partners.at[i] == *org, shops));
    TRY(seller_name(&r->db, *org, lang_of(r), &text, &found));
    *name = found ? text.words : STR("");
    return NULL;
}

/* ---- the list ---- */

static GoodView good_view(Req *r, const Good *row)
{
    int64_t free = stock_free(row->on_hand, row->reserved, row->oversell);
    return (GoodView){.offer = row->offer, .product = row->product, .title = row->title, .pack = row->pack,
                      .picture = picture_of(r->arena, row->photo, STR(""), SIZES_SMALL),
                      .on_hand = {row->on_hand, row->sold_unit, row->sold_scale},
                      .reserved = {row->reserved, row->sold_unit, row->sold_scale},
                      .amount = amount_text(r->arena, row->on_hand, row->sold_scale), .unit = row->sold_unit,
                      .price_plain = money_plain(r->arena, row->price, r->village.currency_places), .price_unit = row->priced_unit,
                      .shown = str_eq(row->offer_state, STR("open")) && str_eq(row->product_state, STR("live")),
                      .sold_out = free < row->step};
}

/* The row whose quick edit was refused keeps what was typed, with the reason beside it. */
static void keep_typed(Req *r, GoodView *good)
{
    if (!r->form_error || r->form_shape != &quick_form || !str_eq(take_param(r, 0), id_text(r->arena, good->offer)))
        return;
    good->amount = take_typed(r, "amount");
    good->price_plain = take_typed(r, "price");
    good->error = err_say(r->arena, r->lang, r->form_error);
}

static Err *goods_page_of(Req *r, Id asked, Id after)
{
    GoodsView view = {0};
    GoodList rows;
    Id org;
    TRY(shop_choose(r, asked, "/goods", "price_my_goods", &org, &view.shop, &view.shops));
    TRY(goods_page(&r->db, org, lang_of(r), after ? after : INT64_MAX, GOODS_PAGE + 1, &rows));
    view.org = id_text(r->arena, org);
    view.partner = !sells(r, org);
    bool more = rows.len > GOODS_PAGE;
    rows.len = more ? GOODS_PAGE : rows.len;
    view.goods.at = NEW_ARRAY(r->arena, GoodView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        view.goods.at[i] = good_view(r, &rows.at[i]);
        keep_typed(r, &view.goods.at[i]);
    }
    view.goods.len = rows.len;
    if (more)
        view.next = str_format(r->arena, "/goods?org=%.*s&after=%.*s", STR_ARG(view.org),
                               STR_ARG(id_text(r->arena, rows.at[rows.len - 1].offer)));
    Page *page = market_page(r, tr(r->lang, N_("My goods")), "/goods", NULL);
    market_goods(page, &view);
    return page_end(page);
}

Err *list_goods(Req *r)
{
    OrgQuery query = {0};
    TRY(take_query(r, &org_query_shape, &query));
    return goods_page_of(r, query.org, query.after);
}

/* ---- quick edits ---- */

/* permission: what somebody else may do with it when they were allowed so; NULL: nothing. */
static Err *my_offer(Req *r, const char *permission, Offer *offer)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(offer_by_id(&r->db, id, offer, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    return permission ? may_sell(r, offer->org, permission) : sells(r, offer->org) ? NULL : denied(r);
}

static Err *show_goods_again(Req *r)
{
    Offer offer;
    TRY(my_offer(r, "price_my_goods", &offer));
    return goods_page_of(r, offer.org, offer.id + 1); /* the page that begins with the row that was edited */
}

typedef struct Quick {
    Id offer, who;
    bool price_only; /* allowed by its owner: what lies there is not theirs to say */
    int64_t steps;
    Money price;
    Str state;
    Time now;
} Quick;

static Err *quick_write(Tx *tx, void *arg)
{
    const Quick *quick = arg;
    if (quick->state.len)
        return offer_show(tx, quick->offer, quick->state, quick->who, quick->now);
    if (!quick->price_only)
        TRY(offer_stock_count(tx, quick->offer, quick->steps, quick->who, quick->now));
    return offer_price_put(tx, quick->offer, quick->price, quick->who, quick->now);
}

static Err *quick_try(Req *r, const Offer *offer)
{
    QuickForm form = {0};
    Quick quick = {.offer = offer->id, .who = r->who, .price_only = !sells(r, offer->org), .now = r->now};
    TRY(take(r, &quick_form, &form));
    quick.price = form.price;
    if (!quick.price_only)
        TRY(amount_given(r, form.amount, offer->sold_unit, offer->sold_scale, "amount", &quick.steps));
    return db_write(r->store, r->arena, quick_write, &quick);
}

Err *quick_change(Req *r)
{
    Offer offer;
    TRY(my_offer(r, "price_my_goods", &offer));
    Err *err = quick_try(r, &offer);
    if (err)
        return reply_form_again(r, err, show_goods_again);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/goods?org=%.*s", STR_ARG(id_text(r->arena, offer.org)));
}

Err *show_or_pause(Req *r)
{
    Offer offer;
    StateForm form = {0};
    TRY(my_offer(r, NULL, &offer));
    TRY(take(r, &show_form, &form));
    if (!str_eq(form.state, STR("open")) && !str_eq(form.state, STR("paused")))
        return err_field(r->arena, "field.not_choice", "state");
    Quick quick = {.offer = offer.id, .who = r->who, .state = form.state, .now = r->now};
    TRY(db_write(r->store, r->arena, quick_write, &quick));
    return reply_see(r, "/goods?org=%.*s", STR_ARG(id_text(r->arena, offer.org)));
}

/* ---- the story ---- */

Str other_lang(const Req *r)
{
    return str_eq(lang_of(r), STR("en")) ? STR("zh-CN") : STR("en");
}

Err *show_story(Req *r)
{
    OrgQuery query = {0};
    ProducerTextList texts;
    StoryForm form = {0};
    LinkViewList shops;
    StoryView view = {0};
    MarketText photo;
    Str name;
    bool found;
    TRY(take_query(r, &org_query_shape, &query));
    TRY(shop_choose(r, query.org, "/goods/story", NULL, &view.org, &name, &shops));
    TRY(producer_texts(&r->db, view.org, &texts));
    form.name = name;
    for (size_t i = 0; i < texts.len; i++) {
        const ProducerText *t = &texts.at[i];
        if (str_eq(t->lang, lang_of(r)))
            form.name = t->name, form.place = t->place, form.story = t->story;
        else if (str_eq(t->lang, other_lang(r)))
            form.name_other = t->name, form.place_other = t->place, form.story_other = t->story;
    }
    TRY(producer_photo(&r->db, view.org, &photo, &found));
    view.picture = picture_of(r->arena, found ? photo.words : STR(""), STR(""), SIZES_SMALL);
    view.other = form.name_other.len;
    view.form = r->form_shape == &story_form ? r->form_values : &form;
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Who we are")), .place = "/goods", .back = STR("/goods")});
    market_story(page, &view);
    return page_end(page);
}

typedef struct Telling {
    NewProducer producer;
    Id who;
    Time now;
} Telling;

static Err *story_write(Tx *tx, void *arg)
{
    const Telling *telling = arg;
    return producer_put(tx, &telling->producer, telling->who, telling->now);
}

static Err *story_try(Req *r)
{
    StoryForm form = {0};
    MarketText photo = {0};
    bool found;
    TRY(take(r, &story_form, &form));
    if (!sells(r, form.org))
        return denied(r);
    const Upload *upload = take_upload(r, "photo");
    TRY(producer_photo(&r->db, form.org, &photo, &found));
    Str key = found ? photo.words : STR("");
    if (upload && upload->bytes)
        TRY(media_take(r, upload, &key));
    LangText texts[] = {{lang_of(r), form.name, form.story}, {other_lang(r), form.name_other, form.story_other}};
    Str places[] = {form.place, form.place_other};
    size_t len = form.name_other.len ? 2 : 1;
    Telling telling = {{.org = form.org, .texts = {texts, len}, .places = {places, len}, .photo = key}, r->who, r->now};
    TRY(db_write(r->store, r->arena, story_write, &telling));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/producers/%.*s", STR_ARG(id_text(r->arena, form.org)));
}

Err *change_story(Req *r)
{
    Err *err = story_try(r);
    return err ? reply_form_again(r, err, show_story) : NULL;
}
