/* The hub's day on one screen: what arrives, what to pack, who is coming, what is missing. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

static Err *day_cycle(Req *r, Cycle *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(cycle_read(&r->db, id, out));
    return works_at(r, out->org) ? NULL : denied(r);
}

static Err *arrives_read(Req *r, const Cycle *cycle, HubDayView *view)
{
    SheetList sheets;
    TRY(sheet_list_by_cycle(&r->db, cycle->id, &sheets));
    view->arrives.at = NEW_ARRAY(r->arena, SheetRow, sheets.len + 1);
    view->short_sheets.at = NEW_ARRAY(r->arena, SheetRow, sheets.len + 1);
    for (size_t i = 0; i < sheets.len; i++) {
        SheetRow row = sheet_row(r, &sheets.at[i]);
        view->arrives.at[view->arrives.len++] = row;
        if (str_eq(sheets.at[i].state, STR("short")))
            view->short_sheets.at[view->short_sheets.len++] = row;
        view->unanswered += str_eq(sheets.at[i].state, STR("sent")) || str_eq(sheets.at[i].state, STR("seen"));
    }
    return NULL;
}

/* What is not packed yet, summed over all buyers; rows come ordered by producer and variant. */
static Err *pack_read(Req *r, const Cycle *cycle, HubDayView *view)
{
    CycleLineList lines;
    Id variant = 0, producer = 0;
    Str name = {0};
    TRY(cycle_lines_of_orders(&r->db, cycle->id, lang_now(r), &lines));
    view->pack.at = NEW_ARRAY(r->arena, DayGood, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++) {
        const CycleLine *line = &lines.at[i];
        if (!str_eq(line->parcel_state, STR("planned")))
            continue;
        if (line->producer != producer) {
            OrgChoice org;
            bool found;
            TRY(party_org_by_id(&r->db, line->producer, &org, &found));
            producer = line->producer;
            name = found ? org.name : STR("");
        }
        if (line->variant != variant)
            view->pack.at[view->pack.len++] = (DayGood){line->title, line->pack, name, {0, line->sold_unit, line->sold_scale}, 0};
        variant = line->variant;
        view->pack.at[view->pack.len - 1].quantity.steps += line->steps;
        view->pack.at[view->pack.len - 1].orders++;
    }
    return NULL;
}

static ComingRow coming_row(Req *r, const CycleComing *row, const CycleSlotView *slot)
{
    bool collected = row->parcels > 0 && row->collected == row->parcels, packed = row->parcels > 0 && row->packed == row->parcels;
    bool late = !collected && slot && slot->past;
    return (ComingRow){.order = row->id, .name = row->name.len ? row->name : tr(r->lang, N_("Guest")),
                       .code = str_format(r->arena, "%.*s %.*s", STR_ARG(str_slice(row->code, 0, 3)), STR_ARG(str_slice(row->code, 3, 6))),
                       .state = tr(r->lang, collected ? N_("Collected") : late ? N_("Did not come") : packed ? N_("Packed") : N_("Not packed")),
                       .badge = collected ? "ok" : late ? "bad" : packed ? "info" : "wait", .total = row->total, .packed = packed,
                       .collected = collected, .late = late};
}

static Err *coming_read(Req *r, const Cycle *cycle, HubDayView *view)
{
    CycleComingList rows;
    CycleSlotViewList slots;
    TRY(cycle_coming(&r->db, cycle->id, &rows));
    TRY(slot_views(r, cycle, &slots));
    view->coming.at = NEW_ARRAY(r->arena, ComingSlot, slots.len + 1);
    view->late.at = NEW_ARRAY(r->arena, ComingRow, rows.len + 1);
    view->coming.len = slots.len + 1;
    for (size_t i = 0; i <= slots.len; i++) {
        ComingSlot *out = &view->coming.at[i];
        const CycleSlotView *slot = i < slots.len ? &slots.at[i] : NULL;
        if (slot)
            *out = (ComingSlot){.place = slot->place, .timed = true, .from = slot->from, .until = slot->until};
        out->rows.at = NEW_ARRAY(r->arena, ComingRow, rows.len + 1);
        for (size_t k = 0; k < rows.len; k++) {
            if (slot ? rows.at[k].slot != slot->id : rows.at[k].has_slot)
                continue;
            ComingRow row = coming_row(r, &rows.at[k], slot);
            out->rows.at[out->rows.len++] = row;
            out->packed += row.packed;
            out->collected += row.collected;
            if (row.late)
                view->late.at[view->late.len++] = row;
        }
        view->orders += (int64_t)out->rows.len;
        view->packed += out->packed;
        view->collected += out->collected;
    }
    return NULL;
}

Err *show_day(Req *r)
{
    HubDayView view = {0};
    Cycle cycle;
    TRY(day_cycle(r, &cycle));
    TRY(cycle_row(r, &cycle, &view.row));
    TRY(arrives_read(r, &cycle, &view));
    TRY(pack_read(r, &cycle, &view));
    TRY(coming_read(r, &cycle, &view));
    view.nothing_missing = !view.short_sheets.len && !view.late.len && !view.unanswered;
    Str back = runs_hub(r, cycle.org) ? str_format(r->arena, "/hub/%.*s", STR_ARG(id_text(r->arena, cycle.id))) : STR("/hub");
    Page *page = cycle_page_begin(r, cycle.name, "/hub", back);
    cycle_hub_day(page, &view);
    return page_end(page);
}
