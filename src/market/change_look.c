/* Finding the line of an order that somebody may change, and a scale's label. */
#include "market/change.h"

static Err *line_find(Req *r, Id line, LineSeen *out)
{
    OrderLineList lines;
    TRY(order_lines(&r->db, out->order.group.id, &lines));
    for (size_t i = 0; i < lines.len; i++) {
        if (lines.at[i].id != line)
            continue;
        out->line = lines.at[i];
        for (size_t k = 0; k < out->order.parts.len; k++)
            if (out->order.parts.at[k].id == lines.at[i].seller_order) {
                out->part = out->order.parts.at[k];
                out->seller = sells(r, out->part.org);
                return NULL;
            }
    }
    return err_new(r->arena, ERR_MISSING, "order.missing");
}

Err *line_look(Req *r, Str order, Id line, LineSeen *out)
{
    TRY(order_look(r, order, &out->order));
    return line_find(r, line, out);
}

/* Allowed by the seller: a hub may do so with a farm's lines, a farm with those of its own goods that a hub sells. */
static Err *line_allowed(Req *r, Str order, Id line, const char *permission, LineSeen *out)
{
    Err *missing = err_new(r->arena, ERR_MISSING, "order.missing");
    Product product;
    Id id, to;
    bool found;
    *out = (LineSeen){0};
    if (!r->who || !id_parse(order, &id))
        return missing;
    TRY(order_group_by_id(&r->db, id, &out->order.group, &found));
    if (!found)
        return missing;
    TRY(seller_order_list(&r->db, id, &out->order.parts));
    TRY(line_find(r, line, out));
    TRY(allowed(r, out->part.org, permission, ROLE_SELLER | ROLE_PACKER | ROLE_ADMIN, &to));
    if (!to)
        return missing;
    TRY(product_by_id(&r->db, out->line.product, lang_of(r), &product, &found));
    return found && (product.org == to || product.org == out->part.org) ? NULL : missing;
}

Err *line_staff(Req *r, Str order, Id line, const char *permission, LineSeen *out)
{
    Err *err = line_look(r, order, line, out);
    if (!err && (out->seller || out->order.packer))
        return NULL;
    if (err && err->kind != ERR_MISSING)
        return err;
    bool seen = !err;
    err = line_allowed(r, order, line, permission, out);
    return err && seen ? denied(r) : err;
}

/* GS1 General Specifications 7.9: the sum of digits, those at even places from the right three times, ends in 0. */
static bool check_digit_good(Str digits)
{
    int sum = 0;
    for (size_t i = 0; i < digits.len; i++)
        sum += (digits.at[i] - '0') * ((digits.len - i) % 2 ? 1 : 3);
    return sum % 10 == 0;
}

bool scale_label_read(Str text, int64_t *grams)
{
    enum { LABEL_LEN = 13, WEIGHT_AT = 7, WEIGHT_LEN = 5 };
    int64_t weight = 0;
    text = str_trim(text);
    if (text.len != LABEL_LEN || text.at[0] != '2') /* 20 to 29: numbers a shop gives itself */
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    for (size_t i = WEIGHT_AT; i < WEIGHT_AT + WEIGHT_LEN; i++)
        weight = weight * 10 + (text.at[i] - '0');
    if (!check_digit_good(text) || !weight)
        return false;
    *grams = weight;
    return true;
}

bool weight_read(Str typed, Str priced_unit, int64_t priced_scale, int64_t *steps)
{
    int64_t grams;
    if (scale_label_read(typed, &grams))
        return quantity_convert((Quantity){grams, STR("GRM"), 0}, priced_unit, priced_scale, steps);
    return amount_read(typed, priced_scale, steps);
}
