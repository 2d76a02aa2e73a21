/* Whom the driver meets at each stop: a number to call, whose orders come off there, and what is still to be paid for them. */
#include "rounds/handlers.h"

static void phones_fill(const RoundPhoneList *phones, RoundView *out)
{
    for (size_t i = 0; i < out->stops.len; i++)
        for (size_t k = 0; k < phones->len && !out->stops.at[i].phone.len; k++)
            if (phones->at[k].position == out->stops.at[i].number) {
                out->stops.at[i].phone = phones->at[k].phone;
                out->stops.at[i].phone_of = phones->at[k].name;
            }
}

static Str cash_say(Req *r, const RoundHand *row, Money due)
{
    return due.minor ? say_money(r->arena, r->lang, due, row->currency) : (Str){0};
}

/* Rows are of parts, by order: those of one order become one line. */
static void hands_fill(Req *r, const RoundHandList *rows, StopView *stop)
{
    Money sum = {0};
    stop->hands.at = NEW_ARRAY(r->arena, HandView, rows->len + 1);
    for (size_t i = 0; i < rows->len;) {
        const RoundHand *row = &rows->at[i];
        Money due = {0};
        size_t end = i;
        for (; end < rows->len && rows->at[end].order == row->order && rows->at[end].position == row->position; end++)
            if (str_eq(rows->at[end].payment, STR("due_at_pickup")))
                due.minor += rows->at[end].total.minor;
        i = end;
        if (row->position != stop->number)
            continue;
        sum.minor += due.minor;
        stop->hands.at[stop->hands.len++] =
            (HandView){row->code, row->guest.len ? row->guest : row->buyer, row->guest_phone.len ? row->guest_phone : row->buyer_phone, cash_say(r, row, due)};
        stop->cash = cash_say(r, row, sum);
    }
}

Err *rounds_hands_read(Req *r, RoundView *out)
{
    RoundPhoneList phones;
    RoundHandList hands;
    TRY(round_phone_list(&r->db, out->id, r->now, &phones));
    TRY(round_hand_list(&r->db, out->id, &hands));
    phones_fill(&phones, out);
    for (size_t i = 0; i < out->stops.len; i++)
        if (!out->stops.at[i].fetch) {
            StopView *stop = &out->stops.at[i];
            hands_fill(r, &hands, stop);
            stop->orders = stop->hands.len ? (int64_t)stop->hands.len : stop->orders; /* goods of several farms may be one order */
        }
    return NULL;
}
