/* Buyers' pages: which cycles are open, what they sell, when it is collected. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

enum { CYCLES_MAX = 100, CARDS_PAGE = 100 };

static Err *public_rows(Req *r, CycleRowList *open, CycleRowList *soon)
{
    CycleList cycles;
    TRY(cycle_list_public(&r->db, CYCLES_MAX, &cycles));
    open->at = NEW_ARRAY(r->arena, CycleRow, cycles.len + 1);
    soon->at = NEW_ARRAY(r->arena, CycleRow, cycles.len + 1);
    for (size_t i = 0; i < cycles.len; i++) {
        CycleRow row;
        TRY(cycle_row(r, &cycles.at[i], &row));
        if (row.open)
            open->at[open->len++] = row;
        else if (row.soon)
            soon->at[soon->len++] = row;
    }
    return NULL;
}

Err *list_cycles(Req *r)
{
    CyclesView view = {.staff = (r->roles & (ROLE_ADMIN | ROLE_SELLER)) != 0};
    TRY(public_rows(r, &view.open, &view.soon));
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Order cycles")), "/cycles", STR(""));
    cycle_cycles(page, &view);
    return page_end(page);
}

/* Drafts are their hub's business. */
static Err *public_cycle(Req *r, Cycle *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(cycle_read(&r->db, id, out));
    return str_eq(out->state, STR("draft")) && !runs_hub(r, out->org) ? err_new(r->arena, ERR_MISSING, "cycle.missing") : NULL;
}

static CycleCardView card_of(Req *r, const CycleCard *card, Str back)
{
    const Unit *unit = unit_find(card->priced_unit);
    return (CycleCardView){.offer = card->offer, .product = card->product, .title = card->title, .pack = card->pack,
                           .producer = card->producer_name, .picture = picture_of(r->arena, card->photo, STR(""), SIZES_CARD),
                           .price = card->price, .unit = unit && unit->kind != UNIT_COUNT ? card->priced_unit : STR(""),
                           .sold_out = !card->oversell && card->on_hand - card->reserved < card->min_steps,
                           .add = quantity_plain(r->arena, card->min_steps, card->sold_scale), .back = back};
}

static Err *cards_read(Req *r, const Cycle *cycle, int64_t after, CycleView *view)
{
    CycleCardList cards;
    Str id = id_text(r->arena, cycle->id);
    Str back = str_format(r->arena, "/cycles/%.*s?after=%lld", STR_ARG(id), (long long)after);
    TRY(cycle_page(&r->db, cycle->id, lang_now(r), after, CARDS_PAGE + 1, &cards));
    bool more = cards.len > CARDS_PAGE;
    cards.len = more ? CARDS_PAGE : cards.len;
    view->cards.at = NEW_ARRAY(r->arena, CycleCardView, cards.len + 1);
    for (size_t i = 0; i < cards.len; i++)
        view->cards.at[view->cards.len++] = card_of(r, &cards.at[i], back);
    if (more)
        view->next = str_format(r->arena, "/cycles/%.*s?after=%lld", STR_ARG(id), (long long)cards.at[cards.len - 1].position);
    return NULL;
}

typedef struct AfterQuery {
    int64_t after;
} AfterQuery;
static const Field after_fields[] = {FIELD(AfterQuery, after, FIELD_INT, .min = 0, .max = 1000000)};
const Shape cycle_after_query = SHAPE(AfterQuery, "CycleAfterQuery", after_fields);

Err *show_cycle(Req *r)
{
    AfterQuery query = {0};
    CycleView view = {0};
    Cycle cycle;
    CycleRowList soon;
    TRY(take_query(r, &cycle_after_query, &query));
    TRY(public_cycle(r, &cycle));
    TRY(cycle_row(r, &cycle, &view.row));
    TRY(slot_views(r, &cycle, &view.slots));
    view.everything = cycle.everything;
    if (!cycle.everything)
        TRY(cards_read(r, &cycle, query.after, &view));
    if (!view.row.open) {
        TRY(public_rows(r, &view.others, &soon));
        for (size_t i = 0; i < soon.len && !view.others.len; i++)
            if (soon.at[i].id != cycle.id)
                view.others = (CycleRowList){&soon.at[i], 1};
    }
    Page *page = cycle_page_begin(r, cycle.name, "/cycles", STR("/cycles"));
    cycle_cycle(page, &view);
    return page_end(page);
}
