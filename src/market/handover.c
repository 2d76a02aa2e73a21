/* Handing over: the buyer's code, what to give, the cash to take, one button. */
#include "market/handlers.h"
#include "market/templates.h"

#include <string.h>

enum { COMING_MAX = 200, UNDO_MS = 15 * MINUTE_MS, CODE_LEN = 6 };

/* ---- who is still to come ---- */

static Err *coming_read(Req *r, ComingViewList *out)
{
    PickupList pickups;
    TRY(pickup_list(&r->db, lang_of(r), true, &pickups));
    out->at = NEW_ARRAY(r->arena, ComingView, COMING_MAX);
    for (size_t i = 0; i < pickups.len; i++) {
        ComingList rows;
        if (!hands_over(r, &pickups.at[i]) || out->len == COMING_MAX)
            continue;
        TRY(order_list_coming(&r->db, pickups.at[i].id, (int64_t)(COMING_MAX - out->len), &rows));
        for (size_t k = 0; k < rows.len; k++)
            out->at[out->len++] = (ComingView){
                .order = rows.at[k].id, .name = rows.at[k].name.len ? rows.at[k].name : tr(r->lang, N_("Guest")),
                .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(rows.at[k].code, 0, 3)), STR_ARG(str_slice(rows.at[k].code, 3, 6))),
                .pickup = pickups.at[i].name, .total = rows.at[k].total, .packed = rows.at[k].unpacked == 0};
    }
    return NULL;
}

Err *show_handover(Req *r)
{
    HandoverView view = {.secure = r->https};
    if (r->form_error) {
        view.error = err_say(r->arena, r->lang, r->form_error);
        view.code = take_typed(r, "code");
    }
    TRY(coming_read(r, &view.coming));
    Page *page = market_page(r, tr(r->lang, N_("Hand over")), "/handover", "handover.js");
    market_handover(page, &view);
    return page_end(page);
}

/* ---- finding the order ---- */

/* The key in the buyer's link, as the QR holds it: "https://.../o/<id><secret>". */
static Str key_in(Str text)
{
    size_t at = str_find(text, STR(ORDER_LINK));
    return at == SIZE_MAX ? STR("") : str_slice(text, at + strlen(ORDER_LINK), at + strlen(ORDER_LINK) + ORDER_LINK_KEY_LEN);
}

/* The digits of a code as people type it: "482 730", "482-730". */
static Str digits_in(Arena *arena, Str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            out[len++] = text.at[i];
    return (Str){out, len};
}

static Err *see_if_mine(Req *r, Str key, Id *found)
{
    OrderSeen look;
    Err *err = order_look(r, key, &look);
    *found = !err && look.packer ? look.group.id : 0;
    return err_is(err, "order.missing") ? NULL : err;
}

static Err *find_by(Req *r, Str text)
{
    Str key = key_in(text), digits = digits_in(r->arena, text);
    MarketIdList rows = {0};
    Id mine = 0;
    if (key.len)
        TRY(see_if_mine(r, key, &mine));
    else if (digits.len != CODE_LEN)
        return err_field(r->arena, "handover.code", "code");
    else
        TRY(order_group_list_by_code(&r->db, digits, &rows)); /* open ones first */
    for (size_t i = 0; i < rows.len && !mine; i++)
        TRY(see_if_mine(r, id_text(r->arena, rows.at[i].id), &mine));
    if (!mine)
        return err_field(r->arena, "handover.none", "code");
    Str id = id_text(r->arena, mine);
    return reply_see(r, "/handover/%.*s", STR_ARG(id));
}

Err *find_order(Req *r)
{
    HandoverForm form = {0};
    Err *err = take(r, &handover_form, &form);
    if (!err)
        err = find_by(r, form.code);
    return err ? reply_form_again(r, err, show_handover) : NULL;
}

Err *find_order_by_photo(Req *r)
{
    const Upload *upload = take_upload(r, "photo");
    Code code;
    Err *err = upload && upload->bytes ? media_decode_code(r, upload, &code) : err_field(r->arena, "field.required", "photo");
    if (!err)
        err = find_by(r, code.text);
    return err ? reply_form_again(r, err, show_handover) : NULL;
}

/* ---- the order in the packer's hands ---- */

static Err *packer_look(Req *r, OrderSeen *seen)
{
    TRY(order_look(r, take_param(r, 0), seen));
    return seen->packer ? NULL : denied(r);
}

Err *show_hand(Req *r)
{
    OrderSeen seen;
    OrderView view;
    TRY(packer_look(r, &seen));
    TRY(order_view(r, &seen, &view));
    view.can_restore = view.completed && r->now.ms - seen.group.changed_at.ms < UNDO_MS;
    Page *page = page_begin(r, &(PageHead){.title = view.buyer_name, .place = "/handover", .back = STR("/handover")});
    market_hand(page, &view);
    return page_end(page);
}

Err *hand_over(Req *r)
{
    OrderSeen seen;
    TRY(packer_look(r, &seen));
    TRY(order_act_for(r, &seen, 0, "collect"));
    return reply_see(r, "/handover/%.*s", STR_ARG(id_text(r->arena, seen.group.id)));
}

Err *undo_hand_over(Req *r)
{
    OrderSeen seen;
    TRY(packer_look(r, &seen));
    if (r->now.ms - seen.group.changed_at.ms >= UNDO_MS)
        return err_new(r->arena, ERR_CONFLICT, "order.too_late");
    TRY(order_act_for(r, &seen, 0, "uncollect"));
    return reply_see(r, "/handover/%.*s", STR_ARG(id_text(r->arena, seen.group.id)));
}
