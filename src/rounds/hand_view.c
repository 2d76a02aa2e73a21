/* Whom the driver meets at each stop: a number to call, whose orders come off there, what is still to be paid for them, and which goods
   come on and off. */
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
            if (stop->door && stop->hands.len && !stop->phone.len) { /* whoever opens the door */
                stop->phone = stop->hands.at[0].phone;
                stop->phone_of = stop->hands.at[0].name;
            }
            stop->orders = stop->hands.len ? (int64_t)stop->hands.len : stop->orders; /* goods of several farms may be one order */
        }
    return NULL;
}

/* ---- goods ---- */

static void id_add(Req *r, Str *list, Id id)
{
    *list = list->len ? str_format(r->arena, "%.*s,%.*s", STR_ARG(*list), STR_ARG(id_text(r->arena, id))) : id_text(r->arena, id);
}

static void line_add(Req *r, StopView *stop, size_t room, Str who, const Consignment *c)
{
    if (!stop->lines.at)
        stop->lines.at = NEW_ARRAY(r->arena, GoodsLine, room);
    stop->lines.at[stop->lines.len++] = (GoodsLine){who, say_load(r, c->grams, c->crates)};
    id_add(r, &stop->goods, c->id);
}

/* The stops at which the goods of the stop with this number come on: "1, 3". */
static Str comes_on(Req *r, const ConsignmentList *cargo, Id round, int64_t off)
{
    Buf out = buf_new(r->arena, 200);
    for (int64_t position = 1; position < off; position++)
        for (size_t k = 0; k < cargo->len; k++) {
            const Consignment *c = &cargo->at[k];
            if (!c->has_round || c->round != round || c->bring_stop != off || c->fetch_stop != position)
                continue;
            buf_addf(&out, "%s%lld", out.len ? ", " : "", (long long)position);
            break;
        }
    return buf_str(&out);
}

void rounds_goods_fill(Req *r, const ConsignmentList *cargo, RoundView *out)
{
    size_t room = 0;
    for (size_t k = 0; k < cargo->len; k++)
        room += cargo->at[k].has_round && cargo->at[k].round == out->id;
    for (size_t k = 0; k < cargo->len; k++) {
        const Consignment *c = &cargo->at[k];
        for (size_t i = 0; i < out->stops.len && c->has_round && c->round == out->id; i++) {
            StopView *stop = &out->stops.at[i];
            if (stop->fetch && c->fetch_stop == stop->number)
                line_add(r, stop, room, c->pickup_name, c);
            if (!stop->fetch && c->bring_stop == stop->number)
                line_add(r, stop, room, c->org_name, c);
        }
    }
    size_t brings = 0;
    for (size_t i = 0; i < out->stops.len; i++)
        brings += !out->stops.at[i].fetch;
    for (size_t i = 0; i < out->stops.len; i++) { /* where everything goes to one place, or comes from one, nobody needs to be told */
        StopView *stop = &out->stops.at[i];
        if (stop->fetch ? brings < 2 : stop->lines.len < 2)
            stop->lines.len = 0;
    }
    out->loading.at = NEW_ARRAY(r->arena, LoadRow, out->stops.len + 1);
    for (size_t i = out->stops.len; i-- > 0;) {
        const StopView *stop = &out->stops.at[i];
        size_t n = out->loading.len;
        if (!stop->fetch) {
            out->loading.at[n] = (LoadRow){(int64_t)n + 1, stop->number, stop->name, stop->load, comes_on(r, cargo, out->id, stop->number)};
            out->loading.len = n + 1;
        }
    }
}
