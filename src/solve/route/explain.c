/* Why a stop is left out, and the smallest change that would let it in. */
#include "solve/route/place.h"
#include "solve/route/plan.h"

/* A change is weighed by how large it is against what is there: a shift, a capacity; one more vehicle weighs this much. */
#define VEHICLE_WEIGHT 0.5

typedef struct Explain {
    Placer placer;
    const Rounds *r;
    Rounds *bare; /* all vehicles empty */
    const Model *m;
    RouteLeftOut *out;
    int stop, pair;
    double weight; /* of the best relaxation so far */
} Explain;

static void offer(Explain *e, double weight, RouteRelax relax, int vehicle, int dim, int64_t amount)
{
    if (weight >= e->weight)
        return;
    e->weight = weight;
    e->out->relax = relax;
    e->out->vehicle = vehicle;
    e->out->dim = dim;
    e->out->amount = amount;
}

static bool skilled(const Explain *e, int v)
{
    const RouteProblem *p = e->m->problem;
    const RouteStop *stop = &p->stops[e->stop];
    return route_has_skills(p->vehicles[v].skills, stop->skills) && (stop->vehicle < 0 || stop->vehicle == v) &&
           (e->pair < 0 || route_has_skills(p->vehicles[v].skills, p->stops[e->pair].skills));
}

static int64_t amount_of(const Explain *e, int k)
{
    const RouteStop *stop = &e->m->problem->stops[e->stop];
    return stop->delivery[k] > stop->pickup[k] ? stop->delivery[k] : stop->pickup[k];
}

static int64_t shift_len(const Kind *kind)
{
    int64_t len = kind->close >= FAR_FUTURE ? INT64_C(36000) : kind->close - kind->open;
    return len > 0 ? len : 1;
}

/* ---- rules that no plan can keep ---- */

static bool no_skills(Explain *e)
{
    for (int k = 0; k < e->m->kinds; k++)
        if (skilled(e, e->m->kind[k].vehicle))
            return false;
    int pinned = e->m->problem->stops[e->stop].vehicle;
    e->out->rule = ROUTE_RULE_SKILLS;
    offer(e, 1, ROUTE_RELAX_SKILL, pinned >= 0 ? pinned : 0, 0, 0);
    return true;
}

static bool too_large(Explain *e)
{
    const Model *m = e->m;
    for (int i = 0; i < m->kinds; i++) {
        const Kind *kind = &m->kind[i];
        if (!skilled(e, kind->vehicle))
            continue;
        int64_t excess = 0;
        int dim = 0;
        for (int k = 0; k < m->dims; k++)
            if (amount_of(e, k) - kind->capacity[k] > excess)
                excess = amount_of(e, k) - kind->capacity[k], dim = k;
        if (excess == 0)
            return false;
        offer(e, (double)excess / (kind->capacity[dim] + 1.0), ROUTE_RELAX_LOAD, kind->vehicle, dim, excess);
    }
    e->out->rule = ROUTE_RULE_CAPACITY;
    return true;
}

/* Straight from the start to the stop (and its delivery) and home, without breaks: how late, how much too long. */
static void solo_times(const Explain *e, const Kind *kind, int64_t *late, int64_t *over, bool *road)
{
    const Model *m = e->m;
    int stops[2] = {e->stop, e->pair}, from = start_node(m, kind->vehicle), end = end_node(m, kind->vehicle);
    int64_t t = larger(kind->open, m->problem->stops[e->stop].release), travel = 0, distance = 0;
    *late = *over = 0;
    *road = true;
    for (int i = 0; i < 3; i++) {
        int node = i < 2 ? stops[i] : end;
        if (node < 0)
            continue;
        int at = m->node[from].row * m->rows + m->node[node].row;
        *road &= kind->time[at] != NO_ROAD;
        t += kind->time[at] + setup_at(m, from, node);
        travel += kind->time[at];
        distance += kind->distance ? kind->distance[at] : 0;
        if (i < 2) {
            int64_t begin = node_begin(m, node, t);
            if (begin >= FAR_FUTURE) {
                *late = larger(*late, t - m->node[node].close);
                begin = t;
            }
            t = begin + m->node[node].service;
        }
        from = node;
    }
    *over = larger(0, t - kind->close);
    int64_t least = travel + m->node[e->stop].service + (e->pair < 0 ? 0 : m->node[e->pair].service);
    if (kind->max_duration != ROUTE_NEVER)
        *over = larger(*over, least - kind->max_duration);
    if (kind->max_travel != ROUTE_NEVER)
        *over = larger(*over, travel - kind->max_travel);
    if (kind->max_distance != ROUTE_NEVER && distance > kind->max_distance)
        *over = larger(*over, 1);
}

static bool never_in_time(Explain *e)
{
    const Model *m = e->m;
    bool any_road = false;
    e->out->rule = ROUTE_RULE_SHIFT;
    for (int i = 0; i < m->kinds; i++) {
        const Kind *kind = &m->kind[i];
        int64_t late, over;
        bool road;
        if (!skilled(e, kind->vehicle))
            continue;
        if (place_find_in(&(Placer){.r = e->bare, .blink = 1 << 30}, e->stop, kind->vehicle).after >= 0)
            return false;
        solo_times(e, kind, &late, &over, &road);
        any_road |= road;
        if (!road)
            continue;
        double length = (double)shift_len(kind);
        if (late > 0)
            e->out->rule = ROUTE_RULE_WINDOW;
        if (late > 0 && over == 0)
            offer(e, (double)late / length, ROUTE_RELAX_WINDOW, kind->vehicle, 0, late);
        else if (over > 0)
            offer(e, (double)(over + late) / length, ROUTE_RELAX_SHIFT, kind->vehicle, 0, over);
        else
            offer(e, 10, ROUTE_RELAX_SHIFT, kind->vehicle, 0, 1); /* a break stands in the way */
    }
    if (!any_road) {
        e->out->rule = ROUTE_RULE_UNREACHABLE;
        e->out->relax = ROUTE_RELAX_NONE;
        e->out->vehicle = -1;
    }
    return true;
}

/* ---- what the others leave no room for ---- */

/* What is missing in load when the stop joins this vehicle; -1 when nothing is. */
static int64_t load_missing(const Explain *e, int v, int *dim)
{
    const Model *m = e->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    int64_t most = -1;
    for (int k = 0; k < m->dims && e->pair < 0; k++) {
        int64_t excess = e->r->tour[v].load[k] + amount_of(e, k) - kind->capacity[k];
        if (excess > 0 && excess > most)
            most = excess, *dim = k;
    }
    return most;
}

/* How late service would begin behind `after` with everybody else still on time; -1 when others would be late. */
static int64_t lateness_at(const Explain *e, const Kind *kind, int after)
{
    const Rounds *r = e->r;
    const Model *m = e->m;
    int stop = e->stop, a = r->row[after] < 0 ? real_prev(r, after) : after, b = real_next(r, after);
    if (r->flag[after] & SEALED)
        return -1;
    int64_t t = rounds_drive(r, kind, a, r->moment[a].ready, r->link[a].next, r->link[after].next, stop);
    t += setup_at(m, a, stop);
    int64_t begin = node_begin(m, stop, t);
    int64_t late = begin >= FAR_FUTURE ? t - m->node[stop].close : 0;
    if (late > 0)
        begin = t;
    t = rounds_drive(r, kind, stop, begin + m->node[stop].service, r->link[after].next, b, b) + setup_at(m, stop, b);
    return t <= r->moment[b].latest ? late : -1;
}

/* Vehicles the stop may ride in: which of them lack load, which time. */
static void look_at_tours(Explain *e, bool *time_left, bool *load_left)
{
    const Model *m = e->m;
    for (int v = 0; v < m->vehicles; v++) {
        const Kind *kind = &m->kind[m->kind_of[v]];
        if (!skilled(e, v) || !kind->serves[e->stop])
            continue;
        int dim = 0;
        int64_t missing = load_missing(e, v, &dim), least = -1;
        *load_left |= missing < 0;
        for (int node = start_node(m, v); node != end_node(m, v) && e->pair < 0; node = e->r->link[node].next) {
            int64_t late = lateness_at(e, kind, node);
            if (late >= 0 && (least < 0 || late < least))
                least = late;
        }
        *time_left |= least == 0;
        if (least == 0 && missing > 0)
            offer(e, (double)missing / (kind->capacity[dim] + 1.0), ROUTE_RELAX_LOAD, v, dim, missing);
        if (least > 0 && missing < 0)
            offer(e, (double)least / (double)shift_len(kind), ROUTE_RELAX_WINDOW, v, 0, least);
    }
}

static void no_room(Explain *e)
{
    const Model *m = e->m;
    bool time_left = false, load_left = false;
    for (int i = 0; i < m->kinds; i++)
        if (skilled(e, m->kind[i].vehicle) &&
            place_find_in(&(Placer){.r = e->bare, .blink = 1 << 30}, e->stop, m->kind[i].vehicle).after >= 0)
            offer(e, VEHICLE_WEIGHT, ROUTE_RELAX_VEHICLE, m->kind[i].vehicle, 0, 1);
    look_at_tours(e, &time_left, &load_left);
    e->out->rule = load_left ? ROUTE_RULE_BUSY : ROUTE_RULE_FULL;
}

static void explain_one(Explain *e)
{
    const Model *m = e->m;
    if (no_skills(e) || too_large(e) || never_in_time(e))
        return;
    *e->out = (RouteLeftOut){.stop = e->stop, .vehicle = -1};
    e->weight = 1e300;
    Place place = place_find(&e->placer, e->stop);
    if (place.after >= 0) { /* it fits, so its price was too high */
        e->out->rule = ROUTE_RULE_PRICE;
        offer(e, 0, ROUTE_RELAX_PRICE, e->r->link[place.after].vehicle, 0, larger(place.delta - m->skip[e->stop], 0));
        return;
    }
    no_room(e);
}

void plan_explain(Arena *arena, Rounds *r, RoutePlan *plan)
{
    if (plan->left_out_len == 0)
        return;
    Explain e = {.placer = placer_new(arena, r, 1, 0), .r = r, .bare = rounds_new(arena, r->m), .m = r->m};
    for (size_t i = 0; i < plan->left_out_len; i++) {
        e.out = &plan->left_out[i];
        e.stop = e.out->stop;
        e.pair = r->m->node[e.stop].pair;
        e.weight = 1e300;
        *e.out = (RouteLeftOut){.stop = e.stop, .vehicle = -1};
        explain_one(&e);
    }
}
