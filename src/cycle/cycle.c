/* Making and changing a cycle. */
#include "base/text.h"
#include "cycle/inside.h"

Err *cycle_read(Db *db, Id id, Cycle *out)
{
    bool found;
    TRY(cycle_by_id(db, id, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "cycle.missing");
}

static Str bounded(Arena *arena, Str text, size_t max)
{
    return str_trim(utf8_cut(utf8_clean(arena, str_trim(text)), max));
}

static Err *plan_check(Arena *arena, const CycleEdit *edit)
{
    if (!str_trim(edit->name).len)
        return err_field(arena, "cycle.name", "name");
    if (edit->closes_at.ms <= edit->opens_at.ms)
        return err_field(arena, "cycle.times", "closes");
    if (edit->grace_minutes < 0 || edit->grace_minutes > CYCLE_GRACE_MAX)
        return err_field(arena, "cycle.grace", "grace_minutes");
    if (edit->max_orders < 0 || edit->max_orders > CYCLE_CAPACITY_MAX || edit->max_turnover.minor < 0)
        return err_field(arena, "cycle.limit", "max_orders");
    return NULL;
}

/* The hub's own goods, and those of producers who let it list them. One question for each seller. */
typedef struct Allowed {
    Id *sellers;
    size_t len;
} Allowed;

static Err *offer_check(Tx *tx, Id hub, Id offer, Allowed *allowed)
{
    CycleGood good;
    bool found, yes = false;
    TRY(cycle_offer_of(&tx->db, offer, &good, &found));
    for (size_t i = 0; found && i < allowed->len && !yes; i++)
        yes = allowed->sellers[i] == good.org;
    if (found && !yes)
        TRY(permission_holds(&tx->db, good.org, hub, "list_my_goods", &yes));
    if (!yes)
        return err_arg(tx->db.arena, err_field(tx->db.arena, "cycle.offer", "offers"), "offer", id_text(tx->db.arena, offer));
    if (!allowed->len || allowed->sellers[allowed->len - 1] != good.org)
        allowed->sellers[allowed->len++] = good.org;
    return NULL;
}

Err *cycle_offers_add(Tx *tx, Id cycle, const Id *offers, size_t len, Time now)
{
    Arena *arena = tx->db.arena;
    Cycle row;
    CycleNumber last;
    int64_t count;
    TRY(cycle_read(&tx->db, cycle, &row));
    TRY(cycle_offer_last(&tx->db, cycle, &last));
    if (last.number + (int64_t)len > CYCLE_OFFERS_MAX)
        return err_field(arena, "cycle.too_many_goods", "offers");
    Allowed allowed = {NEW_ARRAY(arena, Id, len + 1), 0};
    for (size_t i = 0; i < len; i++) {
        CycleId there;
        bool found;
        TRY(offer_check(tx, row.org, offers[i], &allowed));
        TRY(cycle_offer_has(&tx->db, cycle, offers[i], &there, &found));
        if (!found)
            TRY(cycle_offer_insert(tx, cycle, ++last.number, offers[i]));
    }
    if (row.sold_only)
        TRY(cycle_only_put(tx, cycle, now, &count));
    return NULL;
}

Err *cycle_slot_add(Tx *tx, Id cycle, const NewSlot *slot, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    CyclePlaces there;
    if (slot->until.ms <= slot->from.ms || slot->capacity < 1 || slot->capacity > CYCLE_CAPACITY_MAX || !slot->pickup)
        return err_field(arena, "cycle.slot", "slots");
    TRY(cycle_places(&tx->db, cycle, &there));
    if (there.slots >= CYCLE_SLOTS_MAX)
        return err_field(arena, "cycle.slot", "slots");
    Id id = id_mint();
    TRY(cycle_slot_insert(tx, &(CycleSlotInsertArgs){id, cycle, slot->pickup, slot->from, slot->until, slot->capacity}));
    return audit(tx, now, who, "cycle.slot", cycle, id_text(arena, id));
}

static bool leg_there(const CycleLegList *legs, Id org, Id pickup)
{
    for (size_t i = 0; i < legs->len; i++)
        if ((org && legs->at[i].org == org) || (pickup && legs->at[i].pickup == pickup))
            return true;
    return false;
}

Err *cycle_everybody(Tx *tx, Id cycle, Time due_at)
{
    CycleIdList producers;
    CycleSlotList slots;
    CycleLegList legs;
    TRY(cycle_leg_list(&tx->db, cycle, &legs));
    TRY(cycle_producers(&tx->db, cycle, &producers));
    for (size_t i = 0; i < producers.len; i++)
        if (!leg_there(&legs, producers.at[i].id, 0))
            TRY(cycle_leg_insert(tx, &(CycleLegInsertArgs){.id = id_mint(), .cycle = cycle, .direction = STR("in"),
                                                           .org = &producers.at[i].id, .due_at = due_at.ms ? &due_at : NULL}));
    TRY(cycle_slot_list(&tx->db, cycle, &slots));
    for (size_t i = 0; i < slots.len; i++) {
        bool again = leg_there(&legs, 0, slots.at[i].pickup);
        for (size_t k = 0; k < i; k++)
            again = again || slots.at[k].pickup == slots.at[i].pickup;
        if (!again)
            TRY(cycle_leg_insert(tx, &(CycleLegInsertArgs){.id = id_mint(), .cycle = cycle, .direction = STR("out"),
                                                           .pickup = &slots.at[i].pickup}));
    }
    return NULL;
}

/* Goods are due at the hub an hour before the first buyer comes. */
static Time first_due(const NewCycle *cycle)
{
    Time due = {0};
    for (size_t i = 0; i < cycle->slots_len; i++)
        if (!due.ms || cycle->slots[i].from.ms - HOUR_MS < due.ms)
            due.ms = cycle->slots[i].from.ms - HOUR_MS;
    return due;
}

Err *cycle_add(Tx *tx, const NewCycle *cycle, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    CycleEdit edit = {cycle->day, cycle->name, cycle->note, cycle->opens_at, cycle->closes_at, cycle->grace_minutes,
                      cycle->max_orders, cycle->max_turnover, cycle->close_full};
    TRY(plan_check(arena, &edit));
    *made = id_mint();
    TRY(cycle_insert(tx, &(CycleInsertArgs){.id = *made, .org = cycle->org, .series = cycle->series ? &cycle->series : NULL,
                                            .day = cycle->day, .name = bounded(arena, cycle->name, NAME_BYTES),
                                            .note = bounded(arena, cycle->note, NOTE_BYTES), .opens_at = cycle->opens_at,
                                            .closes_at = cycle->closes_at, .grace_minutes = cycle->grace_minutes,
                                            .everything = cycle->everything, .sold_only = cycle->only && !cycle->everything,
                                            .max_orders = cycle->max_orders ? &cycle->max_orders : NULL,
                                            .max_turnover = cycle->max_turnover.minor ? &cycle->max_turnover : NULL,
                                            .close_full = cycle->close_full, .now = now}));
    TRY(cycle_event_insert(tx, &(CycleEventInsertArgs){*made, STR("make"), STR(""), STR("draft"), who ? &who : NULL, now}));
    if (!cycle->everything)
        TRY(cycle_offers_add(tx, *made, cycle->offers, cycle->offers_len, now));
    for (size_t i = 0; i < cycle->slots_len; i++)
        TRY(cycle_slot_add(tx, *made, &cycle->slots[i], who, now));
    TRY(cycle_everybody(tx, *made, first_due(cycle)));
    return audit(tx, now, who, "cycle.add", *made, STR(""));
}

Err *cycle_change(Tx *tx, Id id, const CycleEdit *edit, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Cycle cycle;
    int64_t count;
    TRY(cycle_read(&tx->db, id, &cycle));
    TRY(plan_check(arena, edit));
    const char *state = cycle_state_now(&cycle, now);
    if (!cycle_step("close", str_of(state)) && !cycle_step("schedule", str_of(state)) && !cycle_step("open", str_of(state)) &&
        !cycle_step("reopen", str_of(state)))
        return err_arg(arena, err_new(arena, ERR_CONFLICT, "cycle.not_now"), "state", str_of(state));
    TRY(cycle_edit(tx, &(CycleEditArgs){.id = id, .day = edit->day, .name = bounded(arena, edit->name, NAME_BYTES),
                                        .note = bounded(arena, edit->note, NOTE_BYTES), .opens_at = edit->opens_at,
                                        .closes_at = edit->closes_at, .grace_minutes = edit->grace_minutes,
                                        .max_orders = edit->max_orders ? &edit->max_orders : NULL,
                                        .max_turnover = edit->max_turnover.minor ? &edit->max_turnover : NULL,
                                        .close_full = edit->close_full, .now = now}, &count));
    return audit(tx, now, who, "cycle.edit", id, STR(""));
}

Err *cycle_brief(Db *db, Id id, Time now, CycleBrief *out)
{
    Cycle c;
    TRY(cycle_read(db, id, &c));
    *out = (CycleBrief){c.id, c.org, c.name, str_of(cycle_state_now(&c, now)), c.day, c.opens_at, c.closes_at, c.orders, c.turnover};
    return NULL;
}

Err *cycle_slot_briefs(Db *db, Id cycle, SlotBriefList *out)
{
    CycleSlotList rows;
    TRY(cycle_slot_list(db, cycle, &rows));
    *out = (SlotBriefList){NEW_ARRAY(db->arena, SlotBrief, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (SlotBrief){rows.at[i].id, rows.at[i].pickup, rows.at[i].from_at, rows.at[i].until_at, rows.at[i].capacity,
                                 rows.at[i].taken};
    return NULL;
}
