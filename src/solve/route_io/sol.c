/* CVRPLIB's solution files. */
#include "solve/route_io/file_read.h"

#include <string.h>

static void write_route(Buf *out, const RouteFile *file, const RouteLine *line, size_t number)
{
    buf_addf(out, "Route #%zu:", number);
    for (size_t i = 0; line && i < line->visit_len; i++)
        if (line->visits[i].kind == ROUTE_STOP)
            buf_addf(out, " %d", file->label[line->visits[i].index]);
    buf_add_char(out, '\n');
}

void route_write_sol(Buf *out, const RouteFile *file, const RoutePlan *plan)
{
    size_t at = 0;
    if (file->format == ROUTE_PYVRP) { /* vehicles differ, so route k is vehicle k, maybe empty */
        for (size_t v = 0; v < file->problem.vehicle_len; v++) {
            bool used = at < plan->line_len && (size_t)plan->lines[at].vehicle == v;
            write_route(out, file, used ? &plan->lines[at++] : NULL, v + 1);
        }
    } else {
        for (; at < plan->line_len; at++)
            write_route(out, file, &plan->lines[at], at + 1);
    }
    if (file->unit == 1)
        buf_addf(out, "Cost %lld\n", (long long)plan->cost);
    else
        buf_addf(out, "Cost %.2f\n", (double)plan->cost / (double)file->unit);
}

static Err *read_route(Arena *arena, const RouteFile *file, Lines *lines, Str row, const int32_t *by_label, int labels,
                       int32_t *stops, size_t *len)
{
    *len = 0;
    while (row.len > 0) {
        Str word, rest;
        int64_t number;
        str_cut(row, ' ', &word, &rest);
        row = str_trim(rest);
        word = str_trim(word);
        if (word.len == 0)
            continue;
        if (!str_to_int(word, &number) || number < 0 || number >= labels || by_label[number] < 0)
            return file_bad(arena, lines, "a route has a stop that is not there");
        if (*len == file->problem.stop_len)
            return file_bad(arena, lines, "a route has more stops than there are");
        stops[(*len)++] = by_label[number];
    }
    return NULL;
}

/* What driving the sequences costs, in the problem's units: for the cost that the file states. */
static int64_t driven(const RouteFile *file, int32_t *const *sequences, const size_t *lens)
{
    const RouteProblem *p = &file->problem;
    int64_t cost = 0;
    for (size_t v = 0; v < p->vehicle_len; v++) {
        int32_t at = p->vehicles[v].start;
        for (size_t i = 0; i <= lens[v] && lens[v]; i++) {
            int32_t to = i < lens[v] ? p->stops[sequences[v][i]].place : p->vehicles[v].end;
            cost += p->profiles[0].distance[(size_t)at * (size_t)p->place_len + (size_t)to];
            at = to;
        }
        cost += lens[v] ? p->vehicles[v].fixed_cost : 0;
    }
    return cost;
}

/* A whole number stated where distances are whole ones must be right; other sets are published with several roundings. */
static Err *check_cost(Arena *arena, const Lines *lines, const RouteFile *file, Str stated, int64_t cost)
{
    int64_t number;
    if (file->unit != 1 || !str_to_int(stated, &number) || number == cost)
        return NULL;
    return file_bad(arena, lines, str_z(arena, str_format(arena, "its routes cost %lld, it says %lld", (long long)cost, (long long)number)));
}

Err *route_read_sol(Arena *arena, const RouteFile *file, Str text, int32_t ***sequences, size_t **lens)
{
    const RouteProblem *p = &file->problem;
    Lines lines = {.text = text, .rest = text};
    int labels = 1;
    for (size_t i = 0; i < p->stop_len; i++)
        labels = file->label[i] >= labels ? file->label[i] + 1 : labels;
    int32_t *by_label = NEW_ARRAY(arena, int32_t, (size_t)labels);
    memset(by_label, 0xff, (size_t)labels * sizeof *by_label);
    for (size_t i = 0; i < p->stop_len; i++)
        by_label[file->label[i]] = (int32_t)i;
    *sequences = NEW_ARRAY(arena, int32_t *, p->vehicle_len);
    *lens = NEW_ARRAY(arena, size_t, p->vehicle_len);
    int32_t *row = NEW_ARRAY(arena, int32_t, p->stop_len + 1);
    size_t v = 0, cost_line = 0;
    Str stated = {0};
    for (Str line; lines_next(&lines, &line);) {
        Str head, rest;
        if (str_starts(line, STR("Cost"))) {
            stated = str_trim(str_slice(line, line.len > 4 && line.at[4] == ':' ? 5 : 4, line.len));
            cost_line = lines.line;
            continue;
        }
        if (!str_starts(line, STR("Route")) || !str_cut(line, ':', &head, &rest))
            continue;
        if (v == p->vehicle_len)
            return file_bad(arena, &lines, "there are more routes than vehicles");
        TRY(read_route(arena, file, &lines, str_trim(rest), by_label, labels, row, &(*lens)[v]));
        (*sequences)[v] = arena_copy(arena, row, ((*lens)[v] + 1) * sizeof *row);
        v++;
    }
    lines.line = cost_line;
    return check_cost(arena, &lines, file, stated, driven(file, *sequences, *lens));
}
