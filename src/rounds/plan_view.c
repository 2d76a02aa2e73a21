/* A plan as its page shows it. */
#include <sys/stat.h>

#include "rounds/handlers.h"

Str say_km(Req *r, int64_t metres)
{
    return str_format(r->arena, "%.*s km", STR_ARG(say_decimal(r->arena, r->lang, (metres + 50) / 100, 1)));
}

/* "2 crates in the cold box"; empty when nothing is cold. */
static Str say_cold(Req *r, int64_t crates)
{
    TextArg arg = {"n", say_int(r->arena, r->lang, crates)};
    return crates ? tr_fill(r->arena, tr_plural(r->lang, "{n} crate in the cold box", "{n} crates in the cold box", crates), &arg, 1) : (Str){0};
}

/* A signature as the phone sent it, checked when it came: strokes of points in a field of 600 x 200. */
static Html drawn_html(Req *r, Str strokes)
{
    if (!strokes.len)
        return (Html){0};
    Buf out = buf_new(r->arena, strokes.len * 2 + 300);
    Str rest = strokes, stroke, point;
    buf_addf(&out, "<svg class=\"drawn\" viewBox=\"0 0 600 200\" role=\"img\" aria-label=\"%.*s\"><path d=\"", STR_ARG(tr(r->lang, N_("Signature"))));
    while (rest.len) {
        str_cut(rest, ';', &stroke, &rest);
        for (bool first = true; stroke.len; first = false) {
            str_cut(stroke, ' ', &point, &stroke);
            buf_addf(&out, "%c%.*s", first ? 'M' : 'L', STR_ARG(point));
        }
    }
    buf_add(&out, STR("\"/></svg>"));
    return (Html){buf_str(&out)};
}

Str say_load(Req *r, int64_t grams, int64_t crates)
{
    Str kg = say_int(r->arena, r->lang, (grams + 999) / 1000);
    TextArg args[] = {{"n", say_int(r->arena, r->lang, crates)}, {"kg", kg}};
    return tr_fill(r->arena, tr_plural(r->lang, "{n} crate, {kg} kg", "{n} crates, {kg} kg", crates), args, 2);
}

Str say_hours(Req *r, int64_t seconds)
{
    TextArg args[] = {{"hours", say_int(r->arena, r->lang, seconds / 3600)}, {"minutes", say_int(r->arena, r->lang, seconds / 60 % 60)}};
    if (seconds < 3600)
        return tr_fill(r->arena, tr(r->lang, N_("{minutes} min")), args, 2);
    return tr_fill(r->arena, tr(r->lang, N_("{hours} h {minutes} min")), args, 2);
}

Str say_co2(Req *r, int64_t grams)
{
    return str_format(r->arena, "%.*s kg", STR_ARG(say_decimal(r->arena, r->lang, grams < 1000 ? (grams + 5) / 10 : (grams + 50) / 100, grams < 1000 ? 2 : 1)));
}

Err *roads_if_there(Arena *arena, Roads **out)
{
    struct stat there;
    const char *path = rounds_roads_path(arena);
    *out = NULL;
    return stat(path, &there) == 0 ? roads_open(arena, path, out) : NULL;
}

/* By when it must be there, and how much time is left until then. */
static Str say_due(Req *r, const RoundStop *row)
{
    if (!row->has_due_at)
        return (Str){0};
    int64_t spare = (row->due_at.ms - row->arrives_at.ms) / SECOND_MS;
    TextArg args[] = {{"time", say_clock(r->arena, r->lang, row->due_at, r->village.zone)}, {"spare", say_hours(r, spare < 0 ? -spare : spare)}};
    return tr_fill(r->arena, tr(r->lang, spare < 0 ? N_("was to be there by {time}: {spare} late") : N_("there by {time}: {spare} to spare")), args, 2);
}

/* How much longer the round is for a stop. */
static Str say_more(Req *r, int64_t metres)
{
    TextArg arg = {"km", say_km(r, metres)};
    return metres < 100 ? tr(r->lang, N_("on the way")) : tr_fill(r->arena, tr(r->lang, N_("adds {km}")), &arg, 1);
}

static StopView stop_view(Req *r, const RoundStop *row)
{
    return (StopView){.id = row->id, .number = row->position, .fetch = str_eq(row->kind, STR("collect")),
                      .arrived = str_eq(row->state, STR("arrived")), .done = str_eq(row->state, STR("done")),
                      .failed = str_eq(row->state, STR("failed")), .name = row->name, .address = row->address, .help = row->help,
                      .load = say_load(r, row->grams, row->crates), .arrives_at = row->arrives_at, .orders = row->orders,
                      .note = row->note, .signature = row->signature, .cold_load = say_cold(r, row->cold_crates), .drawn = drawn_html(r, row->drawn),
                      .door = row->door, .more = say_more(r, row->more_m), .due = say_due(r, row), .late = row->has_due_at && row->due_at.ms < row->arrives_at.ms,
                      .latitude = str_format(r->arena, "%.5f", row->latitude), .longitude = str_format(r->arena, "%.5f", row->longitude),
                      .photo = picture_of(r->arena, row->photo, tr(r->lang, N_("Photo the driver took")), SIZES_SMALL),
                      .device = str_format(r->arena, "page-%.*s", STR_ARG(id_text(r->arena, id_mint())))};
}

Err *rounds_round_read(Req *r, const Round *row, int64_t number, RoundView *out, RoundStopList *stops)
{
    int64_t grams = 0, crates = 0, most_grams = 0, most_crates = 0;
    TRY(round_stop_list(&r->db, row->id, str_of(lang_tag(r->lang)), stops));
    *out = (RoundView){.id = row->id, .vehicle_id = row->vehicle, .number = number, .vehicle = row->name, .km = say_km(r, row->distance_m),
                       .hours = say_hours(r, (row->back_at.ms - row->leaves_at.ms) / SECOND_MS), .leaves_at = row->leaves_at,
                       .back_at = row->back_at, .co2 = say_co2(r, row->emitted_grams)};
    out->driver = row->has_driver ? person_name(&r->db, r->lang, row->driver) : (Str){0};
    out->stops.at = NEW_ARRAY(r->arena, StopView, stops->len + 1);
    for (size_t i = 0; i < stops->len; i++) {
        StopView stop = stop_view(r, &stops->at[i]);
        grams += stop.fetch ? stops->at[i].grams : -stops->at[i].grams;
        crates += stop.fetch ? stops->at[i].crates : -stops->at[i].crates;
        most_grams = grams > most_grams ? grams : most_grams;
        most_crates = crates > most_crates ? crates : most_crates;
        out->stops.at[out->stops.len++] = stop;
    }
    out->load = say_load(r, most_grams, most_crates);
    out->room = say_load(r, row->kilograms * 1000, row->crates);
    out->full = most_grams * 10 > row->kilograms * 9000 || most_crates * 10 > row->crates * 9;
    return NULL;
}

/* ---- why something is left out, and what would help ---- */

static const struct {
    const char *rule, *text;
} rules[] = {
    {"capacity", N_("More than any vehicle can carry.")},
    {"unreachable", N_("No road leads there.")},
    {"window", N_("Even a vehicle that does nothing else comes too late.")},
    {"shift", N_("Even a vehicle that does nothing else is not back in time.")},
    {"full", N_("Every vehicle is full.")},
    {"busy", N_("Every vehicle's time is used up by other goods.")},
    {"skills", N_("No vehicle in use may carry this or get there.")},
    {"no_gate", N_("Nobody has said where this farm is.")},
    {"no_place", N_("Nobody has said where this pickup place is.")},
    {"no_door", N_("Nobody has said where this door is.")},
    {"kept", N_("Stays back on this day, as somebody chose.")},
};
static const struct {
    const char *relax, *text;
} reliefs[] = {
    {"load", N_("{n} kg more room would do.")},
    {"crates", N_("Room for {n} crates more would do.")},
    {"cold", N_("{n} more crates in a cold box would do.")},
    {"animals", N_("A vehicle that may carry live animals would do.")},
    {"narrow", N_("A vehicle that gets through narrow lanes would do.")},
    {"window", N_("If the place opened {n} minutes later, it would go.")},
    {"shift", N_("With {n} minutes more on the road it would go.")},
    {"vehicle", N_("With one more vehicle it would go.")},
};

static void rule_add(Req *r, Buf *out, Str rule)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (str_eq(rule, str_of(rules[i].rule)))
            buf_add(out, tr(r->lang, rules[i].text));
}

Str say_left_out(Req *r, const RouteLeftOut *left)
{
    Buf out = buf_new(r->arena, 300);
    rule_add(r, &out, str_of(rounds_rule_word(left->rule)));
    return buf_str(&out);
}

static Str say_why(Req *r, const Consignment *c)
{
    Buf out = buf_new(r->arena, 500);
    TextArg arg = {"n", say_int(r->arena, r->lang, c->relax_amount)};
    rule_add(r, &out, c->rule);
    for (size_t i = 0; i < sizeof reliefs / sizeof *reliefs; i++)
        if (str_eq(c->relax, str_of(reliefs[i].relax))) {
            buf_add_char(&out, ' ');
            buf_add(&out, tr_fill(r->arena, tr(r->lang, reliefs[i].text), &arg, 1));
        }
    return buf_str(&out);
}

CargoView rounds_cargo_view(Req *r, const Consignment *c)
{
    CargoView out = {.id = c->id, .org = c->org_name, .pickup = c->pickup_name, .load = say_load(r, c->grams, c->crates), .address = c->address,
                     .orders = c->orders, .why = say_why(r, c), .needs = say_cold(r, c->cold_crates), .kept = c->kept, .at_hub = c->at_hub,
                     .pinned = c->has_pinned, .door = str_eq(c->rule, STR("no_door")) ? c->door : 0};
    if (c->skills & SKILL_ANIMALS)
        out.needs = tr(r->lang, N_("live animals"));
    return out;
}

static CargoView cargo_view(Req *r, const Consignment *c, const VehicleList *vehicles, Id now)
{
    CargoView out = rounds_cargo_view(r, c);
    out.vehicles.at = NEW_ARRAY(r->arena, Choice, vehicles->len + 1);
    for (size_t i = 0; i < vehicles->len; i++)
        if (vehicles->at[i].active && vehicles->at[i].has_latitude && vehicles->at[i].id != now)
            out.vehicles.at[out.vehicles.len++] = (Choice){vehicles->at[i].id, vehicles->at[i].name, false};
    return out;
}

static void drivers_fill(Req *r, const DriverList *drivers, const Round *row, ChoiceList *out)
{
    out->at = NEW_ARRAY(r->arena, Choice, drivers->len + 1);
    for (size_t i = 0; i < drivers->len; i++)
        out->at[out->len++] = (Choice){drivers->at[i].id, drivers->at[i].name, row->has_driver && row->driver == drivers->at[i].id};
}

/* Vehicle by vehicle beside the way without a plan; one that drives in only one of the two stands there all the same. */
static Err *numbers_fill(Req *r, const DayPlan *plan, const RoundList *rounds, PlanView *out)
{
    DayNearestList nearest;
    TRY(day_nearest_list(&r->db, plan->id, &nearest));
    out->numbers.at = NEW_ARRAY(r->arena, NumberRow, rounds->len + nearest.len + 1);
    for (size_t i = 0; i < rounds->len; i++) {
        const Round *row = &rounds->at[i];
        out->numbers.at[out->numbers.len++] = (NumberRow){.name = row->name, .km = say_km(r, row->distance_m), .hours = say_hours(r, row->drive_s), .co2 = say_co2(r, row->emitted_grams)};
    }
    for (size_t k = 0; k < nearest.len; k++) {
        const DayNearest *n = &nearest.at[k];
        size_t i = 0;
        while (i < rounds->len && rounds->at[i].vehicle != n->vehicle)
            i++;
        NumberRow *row = i < rounds->len ? &out->numbers.at[i] : &out->numbers.at[out->numbers.len++];
        row->name = n->name;
        row->nearest_km = say_km(r, n->distance_m);
        row->nearest_hours = say_hours(r, n->drive_s);
        row->nearest_co2 = say_co2(r, n->emitted_grams);
    }
    return NULL;
}

/* What the search has found since its first plan: a fact beside its progress. */
static void gained_fill(Req *r, const DayPlan *plan, PlanView *out)
{
    int64_t metres = plan->first_m - plan->distance_m, seconds = plan->first_s - plan->drive_s;
    TextArg args[] = {{"km", say_km(r, metres)}, {"time", say_hours(r, seconds)}};
    if (plan->late_min || plan->improve_ms > IMPROVE_MS)
        return;
    out->look_s = IMPROVE_MS / 1000;
    out->looked_s = (IMPROVE_MS - plan->improve_ms) / 1000;
    if (metres >= 100)
        out->gained = tr_fill(r->arena, tr(r->lang, N_("{km} shorter than the first plan")), args, 2);
    else if (seconds >= 60)
        out->gained = tr_fill(r->arena, tr(r->lang, N_("{time} less driving than the first plan")), args, 2);
}

/* Places that lie far from any road a vehicle takes: their position may be wrong. */
static void far_fill(Req *r, const Roads *roads, const RoundStopList *stops, PlanView *out)
{
    out->far.at = NEW_ARRAY(r->arena, Str, stops->len + 1);
    for (size_t i = 0; i < stops->len; i++) {
        const RoundStop *s = &stops->at[i];
        bool before = false;
        for (size_t k = 0; k < i; k++)
            before |= stops->at[k].place == s->place;
        RoadsSnap snap = roads_snap(roads, ROADS_VAN, s->longitude, s->latitude);
        if (before || (snap.edge >= 0 && !snap.far))
            continue;
        TextArg args[] = {{"place", s->name}, {"km", say_km(r, snap.away_cm / 100)}};
        out->far.at[out->far.len++] = tr_fill(r->arena, tr(r->lang, snap.edge < 0 ? N_("{place} lies more than 20 km from any road.") : N_("{place} lies {km} from the nearest road.")), args, 2);
    }
}

static void sums_fill(Req *r, const DayPlan *plan, PlanView *out)
{
    int64_t each = out->orders ? out->orders : 1;
    out->km = say_km(r, plan->distance_m);
    out->hours = say_hours(r, plan->drive_s);
    out->co2 = say_co2(r, plan->emitted_grams);
    out->km_each = say_km(r, plan->distance_m / each);
    out->hours_each = say_hours(r, plan->drive_s / each);
    out->co2_each = say_co2(r, plan->emitted_grams / each);
    gained_fill(r, plan, out);
    if (plan->nearest_late_min)
        out->nearest_late = say_hours(r, plan->nearest_late_min * 60);
    out->late_by = say_hours(r, plan->late_min * 60);
    out->has_nearest = plan->has_nearest_m && plan->nearest_m > 0;
    if (!out->has_nearest)
        return;
    out->nearest_km = say_km(r, plan->nearest_m);
    out->nearest_hours = say_hours(r, plan->nearest_s);
    out->nearest_co2 = say_co2(r, plan->nearest_grams);
    out->nearest_km_each = say_km(r, plan->nearest_m / each);
    out->nearest_hours_each = say_hours(r, plan->nearest_s / each);
    out->nearest_co2_each = say_co2(r, plan->nearest_grams / each);
    out->saved = (plan->nearest_m - plan->distance_m) * 100 / plan->nearest_m;
    out->has_saving = plan->nearest_m > plan->distance_m;
    out->saved_km = say_km(r, plan->nearest_m - plan->distance_m);
}

Err *rounds_plan_read(Req *r, const DayPlan *plan, bool map, PlanView *out)
{
    RoundList rounds;
    ConsignmentList cargo;
    VehicleList vehicles;
    DriverList drivers;
    RoundOrders orders;
    TRY(round_orders_of(&r->db, plan->id, &orders));
    TRY(round_list(&r->db, plan->id, &rounds));
    TRY(consignment_list(&r->db, plan->id, str_of(lang_tag(r->lang)), &cargo));
    TRY(vehicle_list(&r->db, &vehicles));
    TRY(driver_list(&r->db, r->now, &drivers));
    *out = (PlanView){.id = plan->id, .day = plan->day, .locked = str_eq(plan->state, STR("locked")), .improving = plan->improve_ms > 0,
                      .straight = plan->straight, .empty = cargo.len == 0, .orders = orders.orders, .late = plan->late_min > 0};
    out->rounds.at = NEW_ARRAY(r->arena, RoundView, rounds.len + 1);
    RoundStopList all = {.at = NEW_ARRAY(r->arena, RoundStop, 2 * cargo.len + 1)}, stops;
    for (size_t i = 0; i < rounds.len; i++) {
        RoundView *round = &out->rounds.at[out->rounds.len++];
        TRY(rounds_round_read(r, &rounds.at[i], (int64_t)i + 1, round, &stops));
        TRY(rounds_hands_read(r, round));
        rounds_goods_fill(r, &cargo, round);
        for (size_t k = 0; k < stops.len && all.len < 2 * cargo.len; k++)
            all.at[all.len++] = stops.at[k];
        for (size_t k = 0; k < stops.len; k++)
            out->begun |= !str_eq(stops.at[k].state, STR("planned"));
        round->cargo.at = NEW_ARRAY(r->arena, CargoView, cargo.len + 1);
        for (size_t k = 0; k < cargo.len; k++)
            if (cargo.at[k].has_round && cargo.at[k].round == rounds.at[i].id)
                round->cargo.at[round->cargo.len++] = cargo_view(r, &cargo.at[k], &vehicles, rounds.at[i].vehicle);
        drivers_fill(r, &drivers, &rounds.at[i], &round->drivers);
    }
    out->left.at = NEW_ARRAY(r->arena, CargoView, cargo.len + 1);
    out->kept.at = NEW_ARRAY(r->arena, CargoView, cargo.len + 1);
    for (size_t k = 0; k < cargo.len; k++)
        if (cargo.at[k].kept)
            out->kept.at[out->kept.len++] = cargo_view(r, &cargo.at[k], &vehicles, 0);
        else if (!cargo.at[k].has_round)
            out->left.at[out->left.len++] = cargo_view(r, &cargo.at[k], &vehicles, 0);
    out->stops = (int64_t)all.len;
    sums_fill(r, plan, out);
    TRY(numbers_fill(r, plan, &rounds, out));
    if (!map)
        return NULL;
    Roads *roads;
    TRY(roads_if_there(r->arena, &roads));
    if (roads)
        far_fill(r, roads, &all, out);
    out->map = rounds_map(r->arena, roads, &rounds, &all, tr(r->lang, N_("Map of the day's rounds; the list below says the same")));
    return NULL;
}
