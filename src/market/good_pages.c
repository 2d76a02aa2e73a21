/* Adding goods and changing them. */
#include "market/handlers.h"
#include "market/templates.h"

static void months_view(Req *r, int64_t months, MonthList *out)
{
    static const char *const names[] = {N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
                                        N_("August"), N_("September"), N_("October"), N_("November"), N_("December")};
    out->months.at = NEW_ARRAY(r->arena, MonthView, 12);
    for (int i = 0; i < 12; i++)
        out->months.at[out->months.len++] = (MonthView){i + 1, tr(r->lang, names[i]), months >> i & 1};
}

static Err *months_read(Req *r, const StrList *typed, int64_t *months)
{
    *months = 0;
    for (size_t i = 0; i < typed->len; i++) {
        int64_t month;
        if (!str_to_int(typed->at[i], &month) || month < 1 || month > 12)
            return err_field(r->arena, "field.not_choice", "season");
        *months |= 1 << (month - 1);
    }
    return NULL;
}

/* All shelves, children behind their parents with a dash. */
static Err *shelf_choices(Req *r, Str chosen, LinkViewList *out)
{
    CategoryList rows;
    TRY(category_list(&r->db, lang_of(r), &rows));
    out->at = NEW_ARRAY(r->arena, LinkView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        if (rows.at[i].has_parent)
            continue;
        const Category *top = &rows.at[i];
        out->at[out->len++] = (LinkView){top->slug, top->name, NULL, str_eq(top->slug, chosen)};
        for (size_t k = 0; k < rows.len; k++)
            if (rows.at[k].has_parent && rows.at[k].parent == top->id)
                out->at[out->len++] = (LinkView){rows.at[k].slug, str_format(r->arena, "– %.*s", STR_ARG(rows.at[k].name)), NULL,
                                                 str_eq(rows.at[k].slug, chosen)};
    }
    return NULL;
}

/* ---- adding ---- */

Err *show_new_good(Req *r)
{
    OrgQuery query = {0};
    GoodNewView view = {0};
    LinkViewList shops;
    GoodForm form = {.sold = STR("piece")};
    int64_t months = 0;
    if (r->method == METHOD_GET)
        TRY(take_query(r, &org_query_shape, &query));
    else
        id_parse(take_typed(r, "org"), &query.org);
    view.form = r->form_shape == &good_form ? r->form_values : &form;
    TRY(shop_choose(r, query.org, "/goods/new", NULL, &view.org, &view.shop, &shops));
    if (shops.len < 2)
        view.shop = STR("");
    TRY(shelf_choices(r, view.form->category, &view.shelves));
    Err *err = months_read(r, &view.form->season, &months);
    months_view(r, err ? 0 : months, &view.months);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Add goods")), .place = "/goods", .script = "market.js", .back = STR("/goods")});
    market_good_new(page, &view);
    return page_end(page);
}

/* "By the piece", "by weight" or "by the piece, priced by weight" as measures: kilograms in steps of 50 g. */
static Err *variant_of(Req *r, const GoodForm *form, NewVariant *v)
{
    Arena *arena = r->arena;
    bool kg = str_eq(form->sold, STR("kg")), weighed = str_eq(form->sold, STR("weighed"));
    v->measure = (Measure){kg ? STR("KGM") : STR("C62"), kg ? 3 : 0, kg || weighed ? STR("KGM") : STR("C62"), kg || weighed ? 3 : 0, 0};
    v->step = kg ? 50 : 1;
    v->price = form->price;
    if (!amount_read(form->amount, v->measure.sold_scale, &v->on_hand_steps))
        return err_field(arena, kg ? "cart.amount" : "good.pieces", "amount");
    if (weighed && (!amount_read(form->nominal, 3, &v->measure.nominal_priced_steps) || !v->measure.nominal_priced_steps))
        return err_field(arena, "good.nominal", "nominal");
    v->tolerance_ppm = weighed ? 200000 : 0;
    if (form->content.len && !kg && !weighed) {
        if (!amount_read(form->content, 3, &v->content_milli))
            return err_field(arena, "cart.amount", "content");
        v->content_unit = STR("KGM");
    }
    return NULL;
}

typedef struct Making {
    NewProduct product;
    Id who, made;
    Time now;
} Making;

static Err *good_write(Tx *tx, void *arg)
{
    Making *making = arg;
    return product_add(tx, &making->product, making->who, making->now, &making->made);
}

static Err *good_try(Req *r)
{
    GoodForm form = {0};
    NewVariant variant = {0};
    NewPhoto photo = {0};
    Making making = {.who = r->who, .now = r->now};
    TRY(take(r, &good_form, &form));
    Id org = form.org ? form.org : seller_org(r);
    if (!sells(r, org))
        return denied(r);
    TRY(variant_of(r, &form, &variant));
    TRY(months_read(r, &form.season, &making.product.season_months));
    TRY(category_find(&r->db, form.category, &making.product.category));
    const Upload *upload = take_upload(r, "photo"); /* last: it takes longest */
    if (upload && upload->bytes)
        TRY(media_take(r, upload, &photo.media));
    LangText texts[] = {{lang_of(r), form.title, form.story}, {other_lang(r), form.title_other, form.story_other}};
    LangText packs[] = {{lang_of(r), form.pack, STR("")}, {other_lang(r), form.pack_other, STR("")}};
    variant.packs = (LangTextList){packs, 2};
    making.product.org = org;
    making.product.texts = (LangTextList){texts, form.title_other.len ? 2 : 1};
    making.product.keeps_days = form.keeps_days;
    making.product.photos = (NewPhotoList){&photo, photo.media.len ? 1 : 0};
    making.product.variants = (NewVariantList){&variant, 1};
    TRY(db_write(r->store, r->arena, good_write, &making));
    reply_notice(r, N_("It is on sale now."));
    return reply_see(r, "/goods?org=%.*s", STR_ARG(id_text(r->arena, org)));
}

Err *make_good(Req *r)
{
    Err *err = good_try(r);
    return err ? reply_form_again(r, err, show_new_good) : NULL;
}

/* ---- changing ---- */

/* permission: what somebody else may do with it when they were allowed so; NULL: nothing. */
static Err *my_product(Req *r, const char *permission, Product *product)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(product_by_id(&r->db, id, lang_of(r), product, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "product.missing");
    return permission ? may_sell(r, product->org, permission) : sells(r, product->org) ? NULL : denied(r);
}

static Err *photos_view(Req *r, Id product, PhotoEditList *out)
{
    ProductPhotoList rows;
    TRY(product_photos(&r->db, product, &rows));
    out->at = NEW_ARRAY(r->arena, PhotoEdit, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out->at[out->len++] = (PhotoEdit){picture_of(r->arena, rows.at[i].media, rows.at[i].alt, SIZES_CARD), rows.at[i].position};
    return NULL;
}

static Err *ways_view(Req *r, const Product *product, GoodEditView *view)
{
    static const VariantForm empty = {.sold = {"piece", 5}};
    ProductOfferList rows;
    TRY(product_offers(&r->db, product->id, &rows));
    view->variant = r->form_shape == &variant_form ? r->form_values : &empty;
    view->ways.at = NEW_ARRAY(r->arena, GoodView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view->ways.at[view->ways.len++] = (GoodView){.offer = rows.at[i].offer, .title = product->name, .pack = rows.at[i].pack,
                                                     .price_plain = money_plain(r->arena, rows.at[i].price, r->village.currency_places)};
    return NULL;
}

Err *show_good(Req *r)
{
    Product product;
    ProductTextList texts;
    CategoryList categories;
    GoodEditForm form = {0};
    GoodEditView view = {0};
    int64_t months;
    TRY(my_product(r, "edit_my_listing", &product));
    TRY(product_texts(&r->db, product.id, &texts));
    for (size_t i = 0; i < texts.len; i++) {
        if (str_eq(texts.at[i].lang, lang_of(r)))
            form.title = texts.at[i].name, form.story = texts.at[i].story;
        else if (str_eq(texts.at[i].lang, other_lang(r)))
            form.title_other = texts.at[i].name, form.story_other = texts.at[i].story;
    }
    TRY(category_list(&r->db, lang_of(r), &categories));
    for (size_t i = 0; i < categories.len; i++)
        if (categories.at[i].id == product.category)
            form.category = categories.at[i].slug;
    form.keeps_days = product.has_keeps_days ? product.keeps_days : 0;
    months = product.season_months;
    view.form = &form;
    if (r->form_shape == &good_edit_form) {
        view.form = r->form_values;
        TRY(months_read(r, &view.form->season, &months));
    }
    view.product = product.id;
    view.title = product.name;
    view.partner = !sells(r, product.org);
    view.live = str_eq(product.state, STR("live"));
    months_view(r, months, &view.months);
    TRY(shelf_choices(r, view.form->category, &view.shelves));
    TRY(photos_view(r, product.id, &view.photos));
    TRY(ways_view(r, &product, &view));
    Page *page = page_begin(r, &(PageHead){.title = product.name, .place = "/goods", .back = STR("/goods")});
    market_good(page, &view);
    return page_end(page);
}

/* ---- one more way it is sold ---- */

typedef struct Varying {
    Id product, who;
    NewVariant variant;
    Time now;
} Varying;

static Err *variant_write(Tx *tx, void *arg)
{
    Varying *v = arg;
    return product_variant_add(tx, v->product, &v->variant, v->who, v->now);
}

static Err *variant_try(Req *r, const Product *product)
{
    VariantForm form = {0};
    Varying v = {.product = product->id, .who = r->who, .now = r->now};
    TRY(take(r, &variant_form, &form));
    GoodForm good = {.sold = form.sold, .amount = form.amount, .content = form.content, .nominal = form.nominal, .price = form.price};
    TRY(variant_of(r, &good, &v.variant));
    LangText packs[] = {{lang_of(r), form.pack, STR("")}, {other_lang(r), form.pack_other, STR("")}};
    v.variant.packs = (LangTextList){packs, 2};
    return db_write(r->store, r->arena, variant_write, &v);
}

Err *add_variant(Req *r)
{
    Product product;
    TRY(my_product(r, NULL, &product));
    Err *err = variant_try(r, &product);
    if (err)
        return reply_form_again(r, err, show_good);
    reply_notice(r, N_("It is on sale now."));
    return reply_see(r, "/goods/%.*s", STR_ARG(id_text(r->arena, product.id)));
}

typedef struct Editing {
    Id product, who;
    ProductEdit edit;
    Str state;
    int64_t position;
    NewPhoto photo;
    Time now;
} Editing;

static Err *edit_write(Tx *tx, void *arg)
{
    const Editing *e = arg;
    return product_edit(tx, e->product, &e->edit, e->who, e->now);
}

static Err *state_write(Tx *tx, void *arg)
{
    const Editing *e = arg;
    return product_show(tx, e->product, e->state, e->who, e->now);
}

static Err *photo_write(Tx *tx, void *arg)
{
    const Editing *e = arg;
    return product_photo_set(tx, e->product, e->position, &e->photo, e->who, e->now);
}

static Err *edit_try(Req *r, const Product *product)
{
    GoodEditForm form = {0};
    Editing e = {.product = product->id, .who = r->who, .now = r->now};
    TRY(take(r, &good_edit_form, &form));
    TRY(months_read(r, &form.season, &e.edit.season_months));
    TRY(category_find(&r->db, form.category, &e.edit.category));
    if (!e.edit.category)
        e.edit.category = product->category;
    LangText texts[] = {{lang_of(r), form.title, form.story}, {other_lang(r), form.title_other, form.story_other}};
    e.edit.texts = (LangTextList){texts, form.title_other.len ? 2 : 1};
    e.edit.keeps_days = form.keeps_days;
    return db_write(r->store, r->arena, edit_write, &e);
}

Err *change_good(Req *r)
{
    Product product;
    TRY(my_product(r, "edit_my_listing", &product));
    Err *err = edit_try(r, &product);
    if (err)
        return reply_form_again(r, err, show_good);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/goods/%.*s", STR_ARG(id_text(r->arena, product.id)));
}

Err *change_good_state(Req *r)
{
    Product product;
    StateForm form = {0};
    TRY(my_product(r, NULL, &product));
    TRY(take(r, &show_form, &form));
    if (!str_eq(form.state, STR("live")) && !str_eq(form.state, STR("withdrawn")))
        return err_field(r->arena, "field.not_choice", "state");
    Editing e = {.product = product.id, .who = r->who, .state = form.state, .now = r->now};
    TRY(db_write(r->store, r->arena, state_write, &e));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/goods/%.*s", STR_ARG(id_text(r->arena, product.id)));
}

Err *add_photo(Req *r)
{
    Product product;
    ProductPhotoList photos;
    TRY(my_product(r, "edit_my_listing", &product));
    TRY(product_photos(&r->db, product.id, &photos));
    if (photos.len >= PHOTOS_MAX)
        return err_new(r->arena, ERR_CONFLICT, "good.photos");
    const Upload *upload = take_upload(r, "photo");
    if (!upload || !upload->bytes)
        return err_field(r->arena, "field.required", "photo");
    Editing e = {.product = product.id, .who = r->who, .now = r->now, .photo.alt = take_typed(r, "alt")};
    e.position = photos.len ? photos.at[photos.len - 1].position + 1 : 0;
    TRY(media_take(r, upload, &e.photo.media));
    TRY(db_write(r->store, r->arena, photo_write, &e));
    return reply_see(r, "/goods/%.*s", STR_ARG(id_text(r->arena, product.id)));
}

Err *remove_photo(Req *r)
{
    Product product;
    Editing e = {.who = r->who, .now = r->now};
    TRY(my_product(r, "edit_my_listing", &product));
    if (!str_to_int(take_param(r, 1), &e.position))
        return err_new(r->arena, ERR_MISSING, "product.missing");
    e.product = product.id;
    TRY(db_write(r->store, r->arena, photo_write, &e));
    return reply_see(r, "/goods/%.*s", STR_ARG(id_text(r->arena, product.id)));
}
