/* A plan as VROOM writes it; what it has no word for (reasons, relaxations, reloads) are fields of ours. */
#include <math.h>

#include "solve/route_io/json_write.h"

typedef struct Writer {
    Buf *out;
    const RouteJson *json;
    const RoutePlan *plan;
} Writer;

static void add_id(Buf *out, Str id)
{
    if (id.len && id.at[0] == '"')
        json_write_str(out, str_slice(id, 1, id.len));
    else
        buf_add(out, id);
}

static long long user_cost(const Writer *w, int64_t cost)
{
    return (long long)((cost + w->json->cost_unit / 2) / w->json->cost_unit);
}

static void add_location(const Writer *w, int32_t place)
{
    if (place < 0)
        return;
    const double *at = w->json->lon_lat[place];
    if (!isnan(at[0]))
        buf_addf(w->out, ",\"location\":[%.9g,%.9g]", at[0], at[1]);
    if (w->json->index[place] >= 0)
        buf_addf(w->out, ",\"location_index\":%d", w->json->index[place]);
}

static void add_amounts(const Writer *w, const char *name, const int64_t *amounts)
{
    buf_addf(w->out, ",\"%s\":[", name);
    for (int k = 0; k < w->json->problem.dims; k++)
        buf_addf(w->out, "%s%lld", k ? "," : "", (long long)amounts[k]);
    buf_add_char(w->out, ']');
}

static void add_sums(const Writer *w, const RouteLine *lines, size_t len)
{
    const RouteProblem *p = &w->json->problem;
    int64_t delivery[ROUTE_DIMS_MAX] = {0}, pickup[ROUTE_DIMS_MAX] = {0}, priority = 0;
    int64_t setup = 0, service = 0, travel = 0, wait = 0, distance = 0;
    for (size_t i = 0; i < len; i++) {
        setup += lines[i].setup, service += lines[i].service, travel += lines[i].travel;
        wait += lines[i].wait, distance += lines[i].distance;
        for (size_t j = 0; j < lines[i].visit_len; j++) {
            if (lines[i].visits[j].kind != ROUTE_STOP)
                continue;
            const RouteStop *stop = &p->stops[lines[i].visits[j].index];
            priority += stop->priority;
            for (int k = 0; k < p->dims; k++)
                delivery[k] += stop->delivery[k], pickup[k] += stop->pickup[k];
        }
    }
    buf_addf(w->out, ",\"setup\":%lld,\"service\":%lld,\"duration\":%lld,\"waiting_time\":%lld,\"distance\":%lld"
             ",\"priority\":%lld,\"violations\":[]", (long long)setup, (long long)service, (long long)travel,
             (long long)wait, (long long)distance, (long long)priority);
    add_amounts(w, "delivery", delivery);
    add_amounts(w, "pickup", pickup);
}

static void add_step(const Writer *w, int32_t vehicle, const RouteVisit *visit, bool first)
{
    static const char *const kinds[] = {"start", "job", "break", "reload", "end"};
    Buf *out = w->out;
    const RouteName *name = visit->kind == ROUTE_STOP    ? &w->json->stop_name[visit->index]
                            : visit->kind == ROUTE_BREAK ? &w->json->breaks[vehicle][visit->index]
                                                         : NULL;
    buf_addf(out, "%s{\"type\":\"%s\"", first ? "" : ",", name ? name->type : kinds[visit->kind]);
    if (name && name->id.len) {
        buf_add(out, STR(",\"id\":"));
        add_id(out, name->id);
    }
    if (name && name->description.len) {
        buf_add(out, STR(",\"description\":"));
        json_write_str(out, name->description);
    }
    add_location(w, visit->place);
    buf_addf(out, ",\"setup\":%lld,\"service\":%lld,\"waiting_time\":%lld,\"arrival\":%lld,\"duration\":%lld"
             ",\"distance\":%lld,\"violations\":[]", (long long)visit->setup, (long long)visit->service,
             (long long)visit->wait, (long long)visit->arrival, (long long)visit->travel, (long long)visit->distance);
    add_amounts(w, "load", visit->load);
    buf_add_char(out, '}');
}

static void add_route(const Writer *w, const RouteLine *line, bool first)
{
    Buf *out = w->out;
    const RouteName *name = &w->json->vehicle_name[line->vehicle];
    buf_addf(out, "%s{\"vehicle\":", first ? "" : ",");
    add_id(out, name->id);
    if (name->description.len) {
        buf_add(out, STR(",\"description\":"));
        json_write_str(out, name->description);
    }
    buf_addf(out, ",\"cost\":%lld", user_cost(w, line->cost));
    add_sums(w, line, 1);
    buf_add(out, STR(",\"steps\":["));
    bool first_step = true;
    for (size_t i = 0; i < line->visit_len; i++) {
        const RouteVisit *visit = &line->visits[i];
        if ((visit->kind == ROUTE_START || visit->kind == ROUTE_END) && visit->place < 0)
            continue; /* as VROOM: who begins or ends anywhere has no such step */
        add_step(w, line->vehicle, visit, first_step);
        first_step = false;
    }
    buf_add_char(out, ']');
    if (w->json->geometry)
        json_add_geometry(out, w->json, line);
    buf_add_char(out, '}');
}

static const char *const rules[] = {"none", "skills", "capacity", "unreachable", "window", "shift", "full", "busy", "price"};
static const char *const relaxes[] = {"none", "skill", "load", "window", "shift", "vehicle", "price"};

static void add_left_out(const Writer *w, int32_t stop, const RouteLeftOut *left, bool first)
{
    Buf *out = w->out;
    const RouteName *name = &w->json->stop_name[stop];
    buf_addf(out, "%s{\"id\":", first ? "" : ",");
    add_id(out, name->id);
    buf_addf(out, ",\"type\":\"%s\"", name->type);
    if (name->description.len) {
        buf_add(out, STR(",\"description\":"));
        json_write_str(out, name->description);
    }
    add_location(w, w->json->problem.stops[stop].place);
    buf_addf(out, ",\"reason\":\"%s\"", rules[left->rule]);
    if (left->relax != ROUTE_RELAX_NONE) {
        long long amount = left->relax == ROUTE_RELAX_PRICE ? user_cost(w, left->amount) : (long long)left->amount;
        buf_addf(out, ",\"relaxation\":{\"what\":\"%s\",\"amount\":%lld", relaxes[left->relax], amount);
        if (left->relax == ROUTE_RELAX_LOAD)
            buf_addf(out, ",\"dimension\":%d", left->dim);
        if (left->vehicle >= 0) {
            buf_add(out, STR(",\"vehicle\":"));
            add_id(out, w->json->vehicle_name[left->vehicle].id);
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
}

static size_t left_out_stops(const RouteJson *json, const RoutePlan *plan)
{
    size_t len = plan->left_out_len;
    for (size_t i = 0; i < plan->left_out_len; i++)
        len += json->problem.stops[plan->left_out[i].stop].pair >= 0;
    return len;
}

void route_write_json(Buf *out, const RouteJson *json, const RoutePlan *plan)
{
    Writer w = {out, json, plan};
    buf_addf(out, "{\"code\":0,\"summary\":{\"cost\":%lld,\"routes\":%zu,\"unassigned\":%zu", user_cost(&w, plan->cost),
             plan->line_len, left_out_stops(json, plan));
    add_sums(&w, plan->lines, plan->line_len);
    if (json->estimated) {
        buf_add(out, STR(",\"distances\":"));
        json_write_str(out, str_of(json->estimated));
    }
    buf_add_char(out, '}');
    for (size_t i = 0; i < json->warning_len; i++) {
        buf_add(out, i ? STR(",") : STR(",\"warnings\":["));
        json_write_str(out, json->warnings[i]);
    }
    buf_add(out, json->warning_len ? STR("],\"unassigned\":[") : STR(",\"unassigned\":["));
    for (size_t i = 0, written = 0; i < plan->left_out_len; i++) {
        const RouteLeftOut *left = &plan->left_out[i];
        int32_t pair = json->problem.stops[left->stop].pair;
        add_left_out(&w, left->stop, left, written++ == 0);
        if (pair >= 0)
            add_left_out(&w, pair, left, written++ == 0);
    }
    buf_add(out, STR("],\"routes\":["));
    for (size_t i = 0; i < plan->line_len; i++)
        add_route(&w, &plan->lines[i], i == 0);
    buf_add(out, STR("]}\n"));
}
