/* What lies there of one offer: what came in, what went, what spoiled; for its seller. */
#include "market/handlers.h"
#include "market/templates.h"

enum { MOVES_PAGE = 50 };

static const char *const kind_labels[] = {N_("More has come in"), N_("Some is spoilt or gone"), N_("I have counted")};

static const Field stock_fields[] = {
    FIELD(StockForm, kind, FIELD_STR, .required = true, .one_of = "receipt|spoil|count", .one_of_labels = kind_labels, .input = "choices",
          .label = N_("What happened?")),
    FIELD(StockForm, amount, FIELD_STR, .required = true, .max = 20, .input = "number", .label = N_("How much?"), .help = N_("Counted: all that lies there now.")),
    FIELD(StockForm, harvested_on, FIELD_DATE, HAS(StockForm, harvested_on), .input = "date", .label = N_("Harvested or made on")),
    FIELD(StockForm, best_before, FIELD_DATE, HAS(StockForm, best_before), .input = "date", .label = N_("Good until")),
    FIELD(StockForm, field, FIELD_STR, .max = 80, .label = N_("Which field, coop or vat")),
    FIELD(StockForm, grade, FIELD_STR, .max = 40, .label = N_("Grade")),
    FIELD(StockForm, code, FIELD_STR, .max = 40, .label = N_("Number on the box")),
    FIELD(StockForm, note, FIELD_STR, .max = 120, .label = N_("Why is it gone?")),
};
const Shape stock_form = SHAPE(StockForm, "StockForm", stock_fields);

static const char *kind_word(Str kind)
{
    static const struct {
        const char *kind, *word;
    } words[] = {{"receipt", N_("New stock")}, {"reserve", N_("Promised to a buyer")}, {"release", N_("No longer promised")}, {"sale", N_("Sold")},
                 {"return", N_("Came back from a buyer")}, {"spoil", N_("Spoilt or gone")}, {"count", N_("Counted")}, {"transfer", N_("Moved")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(kind, str_of(words[i].kind)))
            return words[i].word;
    return "";
}

static Err *my_offer(Req *r, Offer *offer, Product *product)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(offer_by_id(&r->db, id, offer, &found));
    if (found)
        TRY(product_by_id(&r->db, offer->product, lang_of(r), product, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    return sells(r, offer->org) ? NULL : denied(r);
}

static Str change_text(Req *r, const Offer *offer, int64_t steps)
{
    Quantity size = {steps < 0 ? -steps : steps, offer->sold_unit, offer->sold_scale};
    return str_format(r->arena, "%s%.*s", steps < 0 ? "−" : "+", STR_ARG(say_quantity(r->arena, r->lang, size)));
}

/* "Harvested Sat 21 Nov, upper field, grade A" */
static Str lot_text(Req *r, const StockMoveRow *m)
{
    Buf out = buf_new(r->arena, 400);
    if (m->has_harvested_on) {
        TextArg arg = {"day", say_date(r->arena, r->lang, m->harvested_on)};
        buf_add(&out, tr_fill(r->arena, tr(r->lang, N_("Harvested {day}")), &arg, 1));
    }
    const Str more[] = {m->field, m->grade, m->lot_code, m->note};
    for (size_t i = 0; i < 4; i++)
        if (more[i].len) {
            buf_add(&out, out.len ? tr(r->lang, N_(", ")) : STR(""));
            buf_add(&out, more[i]);
        }
    return buf_str(&out);
}

Err *show_stock(Req *r)
{
    Offer offer;
    Product product;
    StockMoveRowList rows;
    static const StockForm empty = {.kind = {"receipt", 7}};
    TRY(my_offer(r, &offer, &product));
    TRY(stock_moves_of(&r->db, offer.stock, INT64_MAX, MOVES_PAGE, &rows));
    int64_t free = stock_free(offer.on_hand, offer.reserved, offer.oversell);
    StockView view = {.offer = offer.id, .product = offer.product, .org = offer.org, .title = product.name, .on_hand = {offer.on_hand, offer.sold_unit, offer.sold_scale},
                      .reserved = {offer.reserved, offer.sold_unit, offer.sold_scale}, .free = {free, offer.sold_unit, offer.sold_scale},
                      .form = r->form_shape == &stock_form ? r->form_values : &empty};
    view.moves.at = NEW_ARRAY(r->arena, StockMoveView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const StockMoveRow *m = &rows.at[i];
        view.moves.at[view.moves.len++] = (StockMoveView){tr(r->lang, kind_word(m->kind)), change_text(r, &offer, m->on_hand_change ? m->on_hand_change : m->reserved_change),
                                                          lot_text(r, m), m->on_hand_change == 0, m->at};
    }
    Page *page = page_begin(r, &(PageHead){.title = product.name, .place = "/goods",
                                           .back = str_format(r->arena, "/goods?org=%.*s", STR_ARG(id_text(r->arena, offer.org)))});
    market_stock(page, &view);
    return page_end(page);
}

typedef struct Stocking {
    StockForm form;
    Id offer, who;
    int64_t steps;
    Time now;
} Stocking;

static Err *stock_write(Tx *tx, void *arg)
{
    const Stocking *s = arg;
    const StockForm *f = &s->form;
    if (str_eq(f->kind, STR("spoil")))
        return offer_stock_spoil(tx, s->offer, s->steps, f->note, s->who, s->now);
    if (str_eq(f->kind, STR("count")))
        return offer_stock_count(tx, s->offer, s->steps, s->who, s->now);
    NewLot lot = {f->code, f->field, f->grade, f->has_harvested_on, f->has_best_before, f->harvested_on, f->best_before};
    return offer_stock_receive(tx, s->offer, s->steps, &lot, s->who, s->now);
}

static Err *stock_try(Req *r)
{
    Offer offer;
    Product product;
    Stocking s = {.who = r->who, .now = r->now};
    TRY(my_offer(r, &offer, &product));
    TRY(take(r, &stock_form, &s.form));
    s.offer = offer.id;
    TRY(amount_given(r, s.form.amount, offer.sold_unit, offer.sold_scale, "amount", &s.steps));
    Err *err = db_write(r->store, r->arena, stock_write, &s);
    if (err && (str_eq(err->field, STR("steps")) || str_eq(err->field, STR("on_hand_steps"))))
        err->field = STR("amount");
    return err;
}

Err *change_stock(Req *r)
{
    Err *err = stock_try(r);
    if (err && err->kind != ERR_MISSING && err->kind != ERR_DENIED)
        return reply_form_again(r, err, show_stock);
    TRY(err);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/goods/offers/%.*s/stock", STR_ARG(take_param(r, 0)));
}
