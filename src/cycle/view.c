/* From rows to what pages show, and who may do what. */
#include "cycle/view.h"

bool runs_hub(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_ADMIN | ROLE_SELLER);
}

bool works_at(const Req *r, Id org)
{
    return r->who && has_role(r, org, HUB_ROLES | ROLE_CASHIER);
}

bool supplies(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_ADMIN | ROLE_SELLER);
}

Str lang_now(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

Err *org_choose(Req *r, Id asked, unsigned roles, const char *path, Id *org, CycleLinkList *others)
{
    *org = 0;
    others->at = NEW_ARRAY(r->arena, CycleLink, r->grants.len + 1);
    others->len = 0;
    if (asked && !has_role(r, asked, roles))
        return denied(r);
    for (size_t i = 0; i < r->grants.len; i++) {
        OrgChoice row;
        bool found;
        if (!(r->grants.at[i].roles & roles))
            continue;
        *org = *org ? *org : r->grants.at[i].org;
        TRY(party_org_by_id(&r->db, r->grants.at[i].org, &row, &found));
        if (found)
            others->at[others->len++] = (CycleLink){str_format(r->arena, "%s?org=%.*s", path, STR_ARG(id_text(r->arena, row.id))),
                                                    row.name, row.id == (asked ? asked : *org)};
    }
    *org = asked ? asked : *org;
    if (others->len < 2)
        others->len = 0;
    return *org ? NULL : denied(r);
}

const char *cycle_word(const char *state)
{
    static const char *const words[][2] = {
        {"draft", N_("Draft")}, {"scheduled", N_("Opens soon")}, {"open", N_("Open for orders")}, {"closing", N_("Closing")},
        {"closed", N_("Closed")}, {"consolidated", N_("Amounts agreed")}, {"harvesting", N_("Harvest")}, {"packed", N_("Packed")},
        {"distributing", N_("Handing over")}, {"settled", N_("Done")}, {"cancelled", N_("Cancelled")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(str_of(state), str_of(words[i][0])))
            return words[i][1];
    return "";
}

Err *cycle_row(Req *r, const Cycle *cycle, CycleRow *out)
{
    OrgChoice hub;
    bool found;
    const char *state = cycle_state_now(cycle, r->now);
    Str word = str_of(state);
    TRY(party_org_by_id(&r->db, cycle->org, &hub, &found));
    bool open = str_eq(word, STR("open")), soon = str_eq(word, STR("scheduled"));
    bool over = str_eq(word, STR("settled")) || str_eq(word, STR("cancelled"));
    *out = (CycleRow){.id = cycle->id, .name = cycle->name, .hub = found ? hub.name : STR(""), .note = cycle->note, .day = cycle->day,
                      .state = tr(r->lang, cycle_word(state)),
                      .badge = open ? "ok" : soon ? "info" : str_eq(word, STR("cancelled")) ? "bad" : over ? "" : "wait",
                      .opens_at = cycle->opens_at, .closes_at = cycle->closes_at, .open = open, .soon = soon, .over = over,
                      .orders = cycle->orders, .turnover = cycle->turnover};
    return NULL;
}

Err *cycle_rows(Req *r, const CycleList *cycles, CycleRowList *out)
{
    *out = (CycleRowList){NEW_ARRAY(r->arena, CycleRow, cycles->len + 1), cycles->len};
    for (size_t i = 0; i < cycles->len; i++)
        TRY(cycle_row(r, &cycles->at[i], &out->at[i]));
    return NULL;
}

Str pickup_word(const CyclePickupList *pickups, Id id)
{
    for (size_t i = 0; i < pickups->len; i++)
        if (pickups->at[i].id == id)
            return pickups->at[i].name;
    return STR("");
}

Err *slot_views(Req *r, const Cycle *cycle, CycleSlotViewList *out)
{
    CycleSlotList slots;
    CyclePickupList pickups;
    TRY(cycle_slot_list(&r->db, cycle->id, &slots));
    TRY(cycle_pickups(&r->db, lang_now(r), &pickups));
    *out = (CycleSlotViewList){NEW_ARRAY(r->arena, CycleSlotView, slots.len + 1), slots.len};
    for (size_t i = 0; i < slots.len; i++) {
        const CycleSlot *s = &slots.at[i];
        int64_t left = s->capacity - s->taken;
        out->at[i] = (CycleSlotView){s->id, pickup_word(&pickups, s->pickup), s->from_at, s->until_at, left, s->taken, s->capacity,
                                     left <= 0, left > 0 && left <= 5, s->until_at.ms < r->now.ms, s->taken == 0};
    }
    return NULL;
}

SheetRow sheet_row(Req *r, const Sheet *sheet)
{
    static const struct {
        const char *state, *word, *badge;
    } words[] = {{"sent", N_("Sent"), "info"}, {"seen", N_("Seen"), "wait"}, {"confirmed", N_("Confirmed"), "ok"}, {"short", N_("Something is missing"), "bad"}};
    SheetRow out = {.id = sheet->id, .producer = sheet->org_name, .cycle = sheet->cycle_name, .hub = sheet->hub_name, .badge = "",
                    .day = sheet->day, .total = sheet->total, .note = sheet->note, .has_due = sheet->has_due_at, .due_at = sheet->due_at,
                    .version = sheet->version};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(sheet->state, str_of(words[i].state))) {
            out.state = tr(r->lang, words[i].word);
            out.badge = words[i].badge;
        }
    return out;
}

Page *cycle_page_begin(Req *r, Str title, const char *place, Str back)
{
    return page_begin(r, &(PageHead){.title = title, .place = place, .back = back});
}

Err *hub_cycle_take(Req *r, Cycle *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(cycle_read(&r->db, id, out));
    return runs_hub(r, out->org) ? NULL : denied(r);
}
