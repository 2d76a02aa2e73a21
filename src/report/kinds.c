/* Each report: its columns, its rows, its sums. */
#include "core/core.h"
#include "report/inside.h"

#include <stdlib.h>

enum { PARTS_PAGE = 300, PARTS_ALL = 100000 };

static const char *const none_said = N_("not said");

/* ---- asking, by cycle or by time ---- */

static Err *goods_of(Report *report, GoodsRowList *out)
{
    const Scope *s = &report->scope;
    Req *r = report->r;
    Str lang = str_of(lang_tag(r->lang));
    return s->cycle ? report_goods_by_cycle(&r->db, s->cycle, s->seller, lang, out)
                    : report_goods_by_time(&r->db, s->from_at, s->until_at, s->seller, lang, out);
}

static Err *money_of(Report *report, MoneyRowList *out)
{
    const Scope *s = &report->scope;
    Str lang = str_of(lang_tag(report->r->lang));
    return s->cycle ? report_money_by_cycle(&report->r->db, s->cycle, s->seller, lang, out)
                    : report_money_by_time(&report->r->db, s->from_at, s->until_at, s->seller, lang, out);
}

static Err *parts_of(Report *report, PartRowList *out)
{
    const Scope *s = &report->scope;
    Req *r = report->r;
    Str lang = str_of(lang_tag(r->lang));
    int64_t limit = report->whole ? PARTS_ALL : PARTS_PAGE;
    Err *err = s->cycle ? report_parts_by_cycle(&r->db, s->cycle, s->seller, report->after, limit, lang, out)
                        : report_parts_by_time(&r->db,
                                               &(ReportPartsByTimeArgs){.from_at = s->from_at, .until_at = s->until_at, .seller = s->seller,
                                                                        .after = report->after, .limit = limit, .lang = lang},
                                               out);
    if (!err && (int64_t)out->len == limit)
        report->view->next = id_text(r->arena, out->at[out->len - 1].part);
    return err;
}

static Err *lines_of(Report *report, Id until, LineRowList *out)
{
    const Scope *s = &report->scope;
    Req *r = report->r;
    Str lang = str_of(lang_tag(r->lang));
    return s->cycle ? report_lines_by_cycle(&r->db, s->cycle, s->seller, report->after, until, lang, out)
                    : report_lines_by_time(&r->db,
                                           &(ReportLinesByTimeArgs){.from_at = s->from_at, .until_at = s->until_at, .seller = s->seller,
                                                                    .after = report->after, .until = until, .lang = lang},
                                           out);
}

static ReportRow *sum_row(Report *report)
{
    ReportRow *row = table_row(report);
    row->sum = true;
    cell_text(report, row, tr(report->r->lang, N_("In all")));
    return row;
}

static void add_money(Money *sum, Money more)
{
    if (!money_add(*sum, more, sum))
        sum->minor = INT64_MAX;
}

/* ---- goods: how much of everything ---- */

static void goods_cells(Report *report, const GoodsRow *g)
{
    ReportRow *row = table_row(report);
    cell_text(report, row, g->pack.len ? str_format(report->r->arena, "%.*s · %.*s", STR_ARG(g->name), STR_ARG(g->pack)) : g->name);
    cell_text(report, row, g->sku);
    cell_int(report, row, g->lines);
    cell_quantity(report, row, (Quantity){g->steps, g->sold_unit, g->sold_scale});
    if (g->weighed)
        cell_quantity(report, row, (Quantity){g->weighed, g->priced_unit, g->priced_scale});
    else
        cell_text(report, row, (Str){0});
    cell_money(report, row, g->amount);
}

static const char *const goods_heads[] = {N_("Goods"), N_("Number"), N_("Orders"), N_("Amount"), N_("Weighed"), N_("Worth")};

static int by_name(const void *a, const void *b)
{
    const GoodsRow *left = a, *right = b;
    int order = str_compare(left->name, right->name);
    return order ? order : (left->variant > right->variant) - (left->variant < right->variant);
}

static Err *build_goods(Report *report)
{
    GoodsRowList rows;
    Money sum = {0};
    TRY(goods_of(report, &rows));
    if (rows.len)
        qsort(rows.at, rows.len, sizeof *rows.at, by_name);
    table_head(report, goods_heads, 6, 2);
    for (size_t i = 0; i < rows.len; i++) {
        goods_cells(report, &rows.at[i]);
        add_money(&sum, rows.at[i].amount);
    }
    if (rows.len) {
        ReportRow *row = sum_row(report);
        for (int i = 0; i < 4; i++)
            cell_text(report, row, (Str){0});
        cell_money(report, row, sum);
    }
    return NULL;
}

static Err *build_suppliers(Report *report)
{
    GoodsRowList rows;
    TRY(goods_of(report, &rows));
    table_head(report, goods_heads, 6, 2);
    for (size_t i = 0; i < rows.len; i++) {
        if (i == 0 || rows.at[i].producer != rows.at[i - 1].producer)
            table_group(report, rows.at[i].producer_name);
        goods_cells(report, &rows.at[i]);
    }
    return NULL;
}

/* ---- lists of orders ---- */

static Str code_of(Report *report, const PartRow *p)
{
    return str_format(report->r->arena, "%.*s %.*s", STR_ARG(str_slice(p->code, 0, 3)), STR_ARG(str_slice(p->code, 3, 6)));
}

static Str buyer_of(Report *report, const PartRow *p)
{
    Str name = p->guest_name.len ? p->guest_name : p->buyer_name;
    if (!report->scope.names)
        return tr(report->r->lang, N_("Buyer"));
    return name.len ? name : tr(report->r->lang, N_("Guest"));
}

static Str phone_of(const Report *report, const PartRow *p)
{
    return !report->scope.phones ? (Str){0} : p->guest_phone.len ? p->guest_phone : p->buyer_phone;
}

static Str slot_of(Report *report, const PartRow *p)
{
    Req *r = report->r;
    return p->has_slot_from ? say_span(r->arena, r->lang, p->slot_from, p->slot_until, r->village.zone) : (Str){0};
}

static void customer_group(Report *report, const PartRow *p)
{
    Str phone = phone_of(report, p), slot = slot_of(report, p), name = buyer_of(report, p), code = code_of(report, p);
    Buf line = buf_new(report->r->arena, 1000);
    buf_addf(&line, "%.*s · %.*s · %.*s", STR_ARG(p->pickup), STR_ARG(name), STR_ARG(code));
    if (phone.len)
        buf_addf(&line, " · %.*s", STR_ARG(phone));
    if (slot.len)
        buf_addf(&line, " · %.*s", STR_ARG(slot));
    if (p->note.len && report->scope.names)
        buf_addf(&line, " · %.*s", STR_ARG(p->note));
    table_group(report, buf_str(&line));
}

static Err *build_customers(Report *report)
{
    static const char *const heads[] = {N_("Goods"), N_("Pack"), N_("Amount"), N_("Weighed"), N_("Worth")};
    PartRowList parts;
    LineRowList lines = {0};
    TRY(parts_of(report, &parts));
    if (parts.len)
        TRY(lines_of(report, parts.at[parts.len - 1].part, &lines));
    table_head(report, heads, 5, 2);
    size_t k = 0;
    for (size_t i = 0; i < parts.len; i++) {
        customer_group(report, &parts.at[i]);
        for (; k < lines.len && lines.at[k].part == parts.at[i].part; k++) {
            const LineRow *l = &lines.at[k];
            ReportRow *row = table_row(report);
            cell_text(report, row, l->name);
            cell_text(report, row, l->pack);
            cell_quantity(report, row, (Quantity){l->steps, l->sold_unit, l->sold_scale});
            if (l->weighed)
                cell_quantity(report, row, (Quantity){l->weighed, l->priced_unit, l->priced_scale});
            else
                cell_text(report, row, (Str){0});
            cell_money(report, row, l->amount);
        }
    }
    return NULL;
}

static Str parcel_word(Report *report, Str state)
{
    static const struct {
        Str state;
        const char *word;
    } words[] = {{STR("planned"), N_("to pack")},     {STR("weighed"), N_("weighed")},     {STR("packed"), N_("packed")},
                 {STR("collected"), N_("collected")}, {STR("missed"), N_("not collected")}, {STR("restocked"), N_("back in stock")},
                 {STR("donated"), N_("given away")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(words[i].state, state))
            return tr(report->r->lang, words[i].word);
    return state;
}

static Err *build_pickup(Report *report)
{
    static const char *const heads[] = {N_("Place"), N_("Time"), N_("Name"), N_("Phone"), N_("Code"), N_("Seller"), N_("State"), N_("Items"), N_("To pay")};
    PartRowList parts;
    TRY(parts_of(report, &parts));
    table_head(report, heads, 9, 7);
    for (size_t i = 0; i < parts.len; i++) {
        const PartRow *p = &parts.at[i];
        ReportRow *row = table_row(report);
        bool paid = str_eq(p->payment, STR("captured"));
        cell_text(report, row, p->pickup);
        cell_text(report, row, slot_of(report, p));
        cell_text(report, row, buyer_of(report, p));
        cell_text(report, row, phone_of(report, p));
        cell_text(report, row, code_of(report, p));
        cell_text(report, row, p->seller_name);
        cell_text(report, row, parcel_word(report, p->parcel));
        cell_int(report, row, p->lines);
        cell_money(report, row, paid ? (Money){0} : p->total);
    }
    return NULL;
}

static int by_buyer(const void *a, const void *b)
{
    const BuyerRow *left = a, *right = b;
    int order = str_compare(left->name, right->name);
    return order ? order : str_compare(left->phone, right->phone);
}

static Err *buyers_of(Report *report, BuyerRowList *out)
{
    const Scope *s = &report->scope;
    return s->cycle ? report_buyers_by_cycle(&report->r->db, s->cycle, s->seller, out)
                    : report_buyers_by_time(&report->r->db, s->from_at, s->until_at, s->seller, out);
}

/* Who bought, each once. */
static Err *build_buyers(Report *report)
{
    static const char *const heads[] = {N_("Name"), N_("Phone"), N_("Orders"), N_("Worth")};
    Req *r = report->r;
    BuyerRowList buyers;
    TRY(buyers_of(report, &buyers));
    if (buyers.len)
        qsort(buyers.at, buyers.len, sizeof *buyers.at, by_buyer);
    table_head(report, heads, 4, 2);
    for (size_t i = 0; i < buyers.len; i++) {
        const BuyerRow *b = &buyers.at[i];
        ReportRow *row = table_row(report);
        cell_text(report, row, !report->scope.names ? tr(r->lang, N_("Buyer")) : b->name.len ? b->name : tr(r->lang, N_("Guest")));
        cell_text(report, row, report->scope.phones ? b->phone : (Str){0});
        cell_int(report, row, b->orders);
        cell_money(report, row, b->amount);
    }
    return NULL;
}

/* ---- money ---- */

/* What each seller sold, what is taken out of it, and what is left for the seller. */
static Err *build_totals(Report *report)
{
    static const char *const heads[] = {N_("Seller"), N_("Orders"), N_("Goods"), N_("Fees taken out"), N_("Discounts"), N_("Left for the seller"), N_("Tax in the goods")};
    MoneyRowList rows;
    Money all_goods = {0}, all_fees = {0}, all_discounts = {0}, all_left = {0}, all_tax = {0};
    TRY(money_of(report, &rows));
    table_head(report, heads, 7, 1);
    for (size_t i = 0; i < rows.len;) {
        Id seller = rows.at[i].seller;
        Str name = rows.at[i].seller_name;
        Money goods = {0}, fees = {0}, discounts = {0}, tax = {0};
        int64_t orders = 0;
        for (; i < rows.len && rows.at[i].seller == seller; i++) {
            const MoneyRow *m = &rows.at[i];
            if (str_eq(m->kind, STR("part")))
                orders += m->rows;
            else if (str_eq(m->kind, STR("line")))
                add_money(&goods, m->amount), add_money(&tax, m->tax);
            else if (str_eq(m->kind, STR("fee")) && str_eq(m->payer, STR("seller")))
                add_money(&fees, m->amount);
            else if (str_eq(m->word, STR("discount")) && m->party == seller)
                add_money(&discounts, m->amount); /* negative, and borne by the seller */
        }
        Money left = {goods.minor - fees.minor + discounts.minor};
        ReportRow *row = table_row(report);
        cell_text(report, row, name);
        cell_int(report, row, orders);
        cell_money(report, row, goods);
        cell_money(report, row, fees);
        cell_money(report, row, discounts);
        cell_money(report, row, left);
        cell_money(report, row, tax);
        add_money(&all_goods, goods);
        add_money(&all_fees, fees);
        add_money(&all_discounts, discounts);
        add_money(&all_left, left);
        add_money(&all_tax, tax);
    }
    if (rows.len) {
        ReportRow *row = sum_row(report);
        cell_text(report, row, (Str){0});
        cell_money(report, row, all_goods);
        cell_money(report, row, all_fees);
        cell_money(report, row, all_discounts);
        cell_money(report, row, all_left);
        cell_money(report, row, all_tax);
    }
    return NULL;
}

static const char *fee_word(Str word)
{
    static const struct {
        Str word;
        const char *label;
    } words[] = {{STR("packing"), N_("Packing")}, {STR("transport"), N_("Transport")}, {STR("admin"), N_("Administration")}, {STR("sales"), N_("Sales")},
                 {STR("fund"), N_("Fund")},       {STR("platform"), N_("Platform")},   {STR("delivery"), N_("Delivery")},    {STR("discount"), N_("Discount")},
                 {STR("tax"), N_("Tax")},         {STR("fee"), N_("Fee")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(words[i].word, word))
            return words[i].label;
    return N_("Other");
}

static Err *build_fees(Report *report)
{
    static const char *const heads[] = {N_("Who gets it"), N_("What for"), N_("Paid by"), N_("Goods of"), N_("Times"), N_("Amount"), N_("Tax in it")};
    MoneyRowList rows;
    Money sum = {0}, tax = {0};
    const Lang *lang = report->r->lang;
    TRY(money_of(report, &rows));
    table_head(report, heads, 7, 4);
    for (size_t i = 0; i < rows.len; i++) {
        const MoneyRow *m = &rows.at[i];
        if (!str_eq(m->kind, STR("fee")) && !str_eq(m->kind, STR("charge")))
            continue;
        ReportRow *row = table_row(report);
        cell_text(report, row, m->party_name.len ? m->party_name : tr(lang, none_said));
        cell_text(report, row, tr(lang, fee_word(m->word)));
        cell_text(report, row, str_eq(m->payer, STR("seller")) ? tr(lang, N_("seller, out of the price")) : tr(lang, N_("buyer, on top")));
        cell_text(report, row, m->seller_name);
        cell_int(report, row, m->rows);
        cell_money(report, row, m->amount);
        cell_money(report, row, m->tax);
        add_money(&sum, m->amount);
        add_money(&tax, m->tax);
    }
    if (report->view->rows.len) {
        ReportRow *row = sum_row(report);
        for (int i = 0; i < 4; i++)
            cell_text(report, row, (Str){0});
        cell_money(report, row, sum);
        cell_money(report, row, tax);
    }
    return NULL;
}

static Err *build_tax(Report *report)
{
    static const char *const heads[] = {N_("Seller"), N_("Of"), N_("Rate"), N_("With tax"), N_("Tax"), N_("Without tax")};
    MoneyRowList rows;
    Money sum = {0};
    Req *r = report->r;
    TRY(money_of(report, &rows));
    table_head(report, heads, 6, 2);
    for (size_t i = 0; i < rows.len; i++) {
        const MoneyRow *m = &rows.at[i];
        if (str_eq(m->kind, STR("part")))
            continue;
        ReportRow *row = table_row(report);
        cell_text(report, row, m->seller_name);
        cell_text(report, row, str_eq(m->kind, STR("line")) ? tr(r->lang, N_("Goods")) : tr(r->lang, fee_word(m->word)));
        Str rate = say_decimal(r->arena, r->lang, m->tax_ppm, 4);
        cell_text(report, row, str_format(r->arena, "%.*s %%", STR_ARG(rate)));
        cell_money(report, row, m->amount);
        cell_money(report, row, m->tax);
        cell_money(report, row, (Money){m->amount.minor - m->tax.minor});
        add_money(&sum, m->tax);
    }
    if (rows.len) {
        ReportRow *row = sum_row(report);
        for (int i = 0; i < 3; i++)
            cell_text(report, row, (Str){0});
        cell_money(report, row, sum);
    }
    return NULL;
}

const ReportKind report_kinds[] = {
    {"goods", N_("By product"), N_("How much of everything, to gather and to pack from."), "box", build_goods},
    {"suppliers", N_("By producer"), N_("What each producer brings."), "wheat", build_suppliers},
    {"customers", N_("By customer"), N_("What goes into each buyer's box."), "basket", build_customers},
    {"pickup", N_("Pickup list"), N_("Who comes when, for what, and what is to be paid."), "map", build_pickup},
    {"totals", N_("Producers' totals"), N_("What each sold, what is taken out, what is left."), "wallet", build_totals},
    {"fees", N_("Fees"), N_("Who gets which fee, and who pays it."), "chart", build_fees},
    {"tax", N_("Sales tax"), N_("Tax by rate, in goods and in fees."), "chart", build_tax},
    {"buyers", N_("Customers"), N_("Who ordered how often and for how much."), "people", build_buyers},
    {0},
};
