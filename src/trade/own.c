/* The column that our own files carry besides those of the format, so that goods come back as they were. */
#include "base/text.h"
#include "trade/own.h"

static void put_unit(Str value, Str *unit, int64_t *scale)
{
    Str number;
    if (str_cut(value, ':', unit, &number))
        str_to_int(number, scale);
}

static void put_content(Str value, TradeVariant *variant)
{
    Str unit = {0};
    int64_t milli = 0;
    put_unit(value, &unit, &milli);
    if ((str_eq(unit, STR("KGM")) || str_eq(unit, STR("LTR"))) && milli > 0)
        variant->content_unit = unit, variant->content_milli = milli;
}

static void take_pair(Str name, Str value, TradeProduct *product, TradeVariant *variant)
{
    TradeMeasure *m = &variant->measure;
    const struct {
        const char *name;
        int64_t *into;
    } numbers[] = {{"nominal", &m->nominal},         {"step", &m->step},
                   {"min", &m->min_steps},           {"max", &m->max_steps},
                   {"tolerance", &m->tolerance_ppm}, {"tare", &m->tare_steps},
                   {"season", &product->season_months}, {"keeps", &product->keeps_days}};
    if (str_eq(name, STR("id")))
        id_parse(value, &product->id);
    else if (str_eq(name, STR("category")))
        product->category_slug = value;
    else if (str_eq(name, STR("gtin")))
        variant->gtin = value;
    else if (str_eq(name, STR("content")))
        put_content(value, variant);
    else if (str_eq(name, STR("draft")))
        product->draft = column_true(value);
    else if (str_eq(name, STR("oversell")))
        variant->oversell = column_true(value);
    else if (str_eq(name, STR("stock")))
        variant->counted = str_to_int(value, &variant->stock);
    else if (str_eq(name, STR("sold")))
        put_unit(value, &m->sold_unit, &m->sold_scale);
    else if (str_eq(name, STR("priced")))
        put_unit(value, &m->priced_unit, &m->priced_scale);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (str_eq(name, str_of(numbers[i].name)))
            str_to_int(value, numbers[i].into);
}

void trade_own_column(Str text, TradeProduct *product, TradeVariant *variant)
{
    Str pair, name, value;
    while (text.len) {
        str_cut(text, ';', &pair, &text);
        if (str_cut(str_trim(pair), '=', &name, &value))
            take_pair(name, value, product, variant);
    }
    variant->measure.given = variant->measure.sold_unit.len && variant->measure.priced_unit.len;
}

Str own_column(Arena *arena, const GoodOut *good)
{
    return str_format(arena,
                      "id=%.*s;category=%.*s;sold=%.*s:%lld;priced=%.*s:%lld;nominal=%lld;step=%lld;min=%lld;max=%lld;tolerance=%lld;"
                      "tare=%lld;season=%lld;keeps=%lld",
                      STR_ARG(id_text(arena, good->product)), STR_ARG(good->category_slug), STR_ARG(good->sold_unit),
                      (long long)good->sold_scale, STR_ARG(good->priced_unit), (long long)good->priced_scale, (long long)good->nominal,
                      (long long)good->step, (long long)good->min_steps, (long long)good->max_steps, (long long)good->tolerance_ppm,
                      (long long)good->tare_steps, (long long)good->season_months, (long long)good->keeps_days);
}

/* Their descriptions are HTML, ours plain text: paragraphs, lines, and nothing that could be a tag. */
Str own_html(Arena *arena, Str text)
{
    Buf out = buf_new(arena, 12 * text.len + 64);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\n' && i + 1 < text.len && text.at[i + 1] == '\n')
            buf_add(&out, STR("</p><p>")), i++;
        else
            switch (c) {
            case '\n': buf_add(&out, STR("<br>")); break;
            case '&': buf_add(&out, STR("&amp;")); break;
            case '<': buf_add(&out, STR("&lt;")); break;
            case '>': buf_add(&out, STR("&gt;")); break;
            default: buf_add_char(&out, c);
            }
    }
    return out.len && str_find(text, STR("\n\n")) != SIZE_MAX ? str_format(arena, "<p>%.*s</p>", STR_ARG(buf_str(&out))) : buf_str(&out);
}
