/* The neutral book: columns by heading, notes, prices, weights, stock. */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "trade/trade.h"

static size_t heading_find(const Columns *row, const char *heading)
{
    for (size_t i = 0; i < row->headings.len; i++)
        if (str_eq_nocase(row->headings.at[i], str_of(heading)))
            return i;
    return SIZE_MAX;
}

Str column(const Columns *row, ...)
{
    va_list names;
    Str found = {0};
    va_start(names, row);
    for (const char *name; !found.len && (name = va_arg(names, const char *));) {
        size_t at = heading_find(row, name);
        if (at < row->fields.len)
            found = str_trim(row->fields.at[at]);
    }
    va_end(names);
    /* WooCommerce puts an apostrophe before what a spreadsheet would run */
    if (found.len > 1 && found.at[0] == '\'' && strchr("=+-@", found.at[1]))
        found = str_slice(found, 1, found.len);
    return str_copy(row->book->arena, found); /* the reader uses the row again */
}

bool column_there(const Columns *row, const char *heading)
{
    return heading_find(row, heading) != SIZE_MAX;
}

bool column_true(Str text)
{
    return str_eq(text, STR("1")) || str_eq_nocase(text, STR("true")) || str_eq_nocase(text, STR("yes"));
}

/* Doubles the room of an array in the arena; what it leaves behind is at most as much again. */
static void *grown(Arena *arena, const void *old, size_t len, size_t *room, size_t size)
{
    if (len < *room)
        return NULL;
    size_t wider = *room ? *room * 2 : 16;
    char *at = arena_alloc(arena, array_bytes(wider, size));
    if (len)
        memcpy(at, old, len * size);
    *room = wider;
    return at;
}

void trade_note(TradeBook *book, Level level, size_t line, const char *heading, Err *why)
{
    if (level == LEVEL_REFUSED)
        book->refused++;
    if (book->notes_len == TRADE_NOTES_MAX)
        return;
    void *wider = grown(book->arena, book->notes, book->notes_len, &book->notes_room, sizeof *book->notes);
    if (wider)
        book->notes = wider;
    book->notes[book->notes_len++] = (TradeNote){level, line, str_of(heading), why};
}

TradeProduct *trade_product(TradeBook *book, size_t line, Str uri)
{
    void *wider = grown(book->arena, book->products, book->len, &book->room, sizeof *book->products);
    if (wider)
        book->products = wider;
    TradeProduct *product = &book->products[book->len++];
    *product = (TradeProduct){.line = line, .uri = uri};
    return product;
}

TradeVariant *trade_variant(TradeBook *book, TradeProduct *product, size_t line)
{
    if (product->variants_len == TRADE_VARIANTS_MAX) {
        trade_note(book, LEVEL_REFUSED, line, "", err_new(book->arena, ERR_INVALID, "import.variants"));
        product->refused = true;
        return NULL;
    }
    void *wider = grown(book->arena, product->variants, product->variants_len, &product->variants_room,
                        sizeof *product->variants);
    if (wider)
        product->variants = wider;
    TradeVariant *variant = &product->variants[product->variants_len++];
    *variant = (TradeVariant){.line = line};
    return variant;
}

void trade_images(TradeBook *book, TradeProduct *product, Str text, char separator)
{
    Str one;
    if (!product->images.at)
        product->images.at = NEW_ARRAY(book->arena, Str, TRADE_IMAGES_MAX);
    while (text.len) {
        if (separator)
            str_cut(text, separator, &one, &text);
        else {
            one = text;
            text = (Str){0};
        }
        one = str_trim(one);
        bool known = !one.len || product->images.len == TRADE_IMAGES_MAX;
        for (size_t i = 0; i < product->images.len; i++)
            known |= str_eq(product->images.at[i], one);
        if (!known)
            product->images.at[product->images.len++] = one;
    }
}

/* ---- money ---- */

static bool is_code(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < 'A' || text.at[i] > 'Z')
            return false;
    return text.len == 3;
}

bool trade_price(TradeBook *book, size_t line, const char *heading, Str text, Money *out)
{
    Arena *arena = book->arena;
    Str amount = str_trim(text), before, after;
    if (str_cut(amount, ' ', &before, &after)) {
        bool front = is_code(before);
        Str code = front ? before : str_trim(after);
        if (is_code(code) && book->currency.len && !str_eq(code, book->currency)) {
            Err *err = err_arg(arena, err_new(arena, ERR_INVALID, "import.currency"), "theirs", code);
            trade_note(book, LEVEL_REFUSED, line, heading, err_arg(arena, err, "ours", book->currency));
            return false;
        }
        amount = is_code(code) ? (front ? str_trim(after) : before) : amount;
    }
    const char *code = !amount.len                              ? "import.price_missing"
                       : money_parse(amount, book->places, out) ? NULL
                                                                : "import.price";
    if (!code && out->minor < 0)
        code = "import.price";
    if (code)
        trade_note(book, LEVEL_REFUSED, line, heading,
                   err_arg(arena, err_new(arena, ERR_INVALID, code), "value", utf8_cut(text, 60)));
    return !code;
}

/* ---- weights ---- */

bool trade_content(Str amount, Str unit, TradeVariant *into)
{
    static const struct {
        const char *name;
        int64_t micro; /* millionths of a gram or of a millilitre */
        bool volume;
    } units[] = {{"kg", 1000000000, false}, {"g", 1000000, false},   {"lbs", 453592370, false},
                 {"lb", 453592370, false},  {"oz", 28349523, false}, {"mg", 1000, false},
                 {"l", 1000000000, true},   {"ml", 1000000, true},   {"cl", 10000000, true},
                 {"fl_oz", 29573530, true}, {"floz", 29573530, true}};
    int64_t milli, result;
    if (!quantity_parse(amount, 3, &milli) || milli <= 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq_nocase(unit, str_of(units[i].name))) {
            if (!mul_div(milli, units[i].micro, INT64_C(1000000000), &result) || result <= 0)
                return false;
            into->content_unit = units[i].volume ? STR("LTR") : STR("KGM");
            into->content_milli = result; /* grams or millilitres: thousandths of the unit */
            return true;
        }
    return false;
}

void trade_stock(TradeBook *book, size_t line, const char *heading, Str text, TradeVariant *into)
{
    Arena *arena = book->arena;
    double amount;
    if (!text.len)
        return;
    if (!str_to_real(text, &amount) || amount > 1e9 || amount < -1e9) {
        trade_note(book, LEVEL_WARNED, line, heading,
                   err_arg(arena, err_new(arena, ERR_INVALID, "import.stock"), "value", utf8_cut(text, 40)));
        return;
    }
    into->counted = true;
    into->stock = amount > 0 ? (int64_t)amount : 0;
    if (amount < 0)
        trade_note(book, LEVEL_WARNED, line, heading, err_new(arena, ERR_INVALID, "import.stock_negative"));
}
