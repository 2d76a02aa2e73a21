/* Weighing on the producer's phone: one line, a big number, the next line. */
#include "market/change.h"
#include "market/templates.h"

typedef struct WeighQuery {
    Id org, line;
} WeighQuery;
static const Field weigh_query_fields[] = {FIELD(WeighQuery, org, FIELD_ID), FIELD(WeighQuery, line, FIELD_ID)};
const Shape weigh_query_shape = SHAPE(WeighQuery, "WeighQuery", weigh_query_fields);

typedef struct WeighForm {
    Id org, order, line;
    Str weight;
    bool sure;
} WeighForm;
static const Field weigh_fields[] = {
    FIELD(WeighForm, org, FIELD_ID),
    FIELD(WeighForm, order, FIELD_ID, .required = true),
    FIELD(WeighForm, line, FIELD_ID, .required = true),
    FIELD(WeighForm, weight, FIELD_STR, .required = true, .max = 20, .label = N_("Weight")),
    FIELD(WeighForm, sure, FIELD_BOOL),
};
const Shape weigh_form = SHAPE(WeighForm, "WeighForm", weigh_fields);

static Str weigh_link(Req *r, Id org, Id line)
{
    return str_format(r->arena, "/weigh?org=%.*s&line=%.*s", STR_ARG(id_text(r->arena, org)), STR_ARG(id_text(r->arena, line)));
}

static WeighLineView line_view(Req *r, const WeighLine *l, Id org)
{
    Measure measure = {l->sold_unit, l->sold_scale, l->priced_unit, l->priced_scale, l->nominal_priced_steps};
    int64_t expected = 0, limit = 0;
    measure_expected(&measure, l->steps, l->tolerance_ppm, &expected, &limit);
    return (WeighLineView){.line = l->id, .order = l->order_group, .title = l->title, .pack = l->pack,
                           .buyer = l->buyer_name.len ? l->buyer_name : tr(r->lang, N_("Guest")),
                           .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(l->code, 0, 3)), STR_ARG(str_slice(l->code, 3, 6))),
                           .ordered = {l->steps, l->sold_unit, l->sold_scale}, .expected = {expected, l->priced_unit, l->priced_scale},
                           .weighed = {l->weighed_priced_steps, l->priced_unit, l->priced_scale}, .done = l->has_weighed_priced_steps,
                           .tare = {l->tare_steps, l->priced_unit, l->priced_scale}, .amount = l->amount, .unit = l->priced_unit,
                           .href = weigh_link(r, org, l->id)};
}

/* The line asked for, else the first that was not weighed; the one behind it that waits is "later". */
static void choose(const WeighLineList *rows, Id asked, size_t *now, size_t *later)
{
    *now = *later = rows->len;
    for (size_t i = 0; i < rows->len && *now == rows->len; i++)
        if (asked ? rows->at[i].id == asked : !rows->at[i].has_weighed_priced_steps)
            *now = i;
    for (size_t i = 1; i < rows->len && *now < rows->len && *later == rows->len; i++) {
        size_t at = (*now + i) % rows->len;
        if (!rows->at[at].has_weighed_priced_steps)
            *later = at;
    }
}

/* A partner sees the lines that are theirs to weigh; and nobody sees a buyer who is not theirs to know. */
static Err *lines_of_partner(Req *r, Id org, Id mine, WeighLineList *rows)
{
    HiddenBuyerList hidden;
    bool names = true;
    size_t kept = 0;
    Id to;
    TRY(buyers_hidden(r, org, 0, &hidden));
    if (mine) {
        TRY(allowed(r, org, "see_customer_name", ROLE_SELLER | ROLE_PACKER | ROLE_ADMIN, &to));
        names = to != 0;
    }
    for (size_t i = 0; i < rows->len; i++) {
        WeighLine *line = &rows->at[i];
        Str none = STR("");
        if (mine && line->producer != mine && line->producer != org)
            continue;
        if (names)
            buyer_hide(r, &hidden, line->order_group, &line->buyer_name, &none, &none);
        else
            line->buyer_name = tr(r->lang, N_("A buyer of the hub"));
        rows->at[kept++] = *line;
    }
    rows->len = kept;
    return NULL;
}

Err *show_weigh(Req *r)
{
    WeighQuery query = {0};
    WeighView view = {0};
    WeighLineList rows;
    size_t now, later;
    Id org;
    if (r->method == METHOD_GET) {
        TRY(take_query(r, &weigh_query_shape, &query));
    } else {
        id_parse(take_typed(r, "org"), &query.org);
        id_parse(take_typed(r, "line"), &query.line);
    }
    bool packer = query.org && !sells(r, query.org) && has_role(r, r->village.org, ROLE_PACKER | ROLE_ADMIN);
    org = query.org; /* packers of the co-operative weigh for any farm */
    Id mine = 0;
    if (org && !packer && !sells(r, org))
        TRY(allowed(r, org, "weigh_my_lines", ROLE_SELLER | ROLE_PACKER | ROLE_ADMIN, &mine));
    if (!packer && !mine)
        TRY(shop_choose(r, query.org, "/weigh", NULL, &org, &view.shop, &view.shops));
    TRY(weigh_lines(&r->db, org, lang_of(r), &rows));
    TRY(lines_of_partner(r, org, mine, &rows));
    choose(&rows, query.line, &now, &later);
    view.org = id_text(r->arena, org);
    view.lines.at = NEW_ARRAY(r->arena, WeighLineView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        WeighLineView *line = &view.lines.at[view.lines.len++];
        *line = line_view(r, &rows.at[i], org);
        line->here = i == now;
        view.done += line->done;
    }
    view.all = (int64_t)rows.len;
    view.any = now < rows.len;
    if (view.any)
        view.line = view.lines.at[now];
    if (later < rows.len)
        view.later = view.lines.at[later].href;
    if (r->form_error) {
        view.error = err_say(r->arena, r->lang, r->form_error);
        view.typed = take_typed(r, "weight");
        view.ask_sure = err_is(r->form_error, "weigh.unlikely");
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Weigh")), .place = "/sales", .script = "weigh.js",
                                           .back = str_format(r->arena, "/sales?org=%.*s", STR_ARG(view.org))});
    market_weigh(page, &view);
    return page_end(page);
}

typedef struct Weighing {
    OrderWeigh weigh;
    Time now;
} Weighing;

static Err *weigh_write(Tx *tx, void *arg)
{
    const Weighing *w = arg;
    return order_weigh(tx, &w->weigh, w->now);
}

static Err *tare_of(Req *r, Id org, Id line, int64_t *tare)
{
    WeighLineList rows;
    TRY(weigh_lines(&r->db, org, lang_of(r), &rows));
    *tare = 0;
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].id == line)
            *tare = rows.at[i].tare_steps;
    return NULL;
}

static Err *weigh_try(Req *r, WeighForm *form, LineSeen *seen)
{
    int64_t tare, steps;
    TRY(take(r, &weigh_form, form));
    TRY(line_staff(r, id_text(r->arena, form->order), form->line, "weigh_my_lines", seen));
    if (!weight_read(form->weight, seen->line.priced_unit, seen->line.priced_scale, &steps))
        return err_field(r->arena, "weigh.range", "weight");
    TRY(tare_of(r, seen->part.org, form->line, &tare));
    Weighing weighing = {{form->line, steps - tare, form->sure, r->who}, r->now};
    Err *err = db_write(r->store, r->arena, weigh_write, &weighing);
    if (err && err->field.len)
        err->field = STR("weight");
    return err;
}

Err *weigh_line(Req *r)
{
    WeighForm form = {0};
    LineSeen seen;
    Err *err = weigh_try(r, &form, &seen);
    if (err)
        return reply_form_again(r, err, show_weigh);
    return reply_see(r, "/weigh?org=%.*s", STR_ARG(id_text(r->arena, seen.part.org)));
}
