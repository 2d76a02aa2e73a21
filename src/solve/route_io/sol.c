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
    size_t v = 0;
    for (Str line; lines_next(&lines, &line);) {
        Str head, rest;
        if (!str_starts(line, STR("Route")) || !str_cut(line, ':', &head, &rest))
            continue;
        if (v == p->vehicle_len)
            return file_bad(arena, &lines, "there are more routes than vehicles");
        TRY(read_route(arena, file, &lines, str_trim(rest), by_label, labels, row, &(*lens)[v]));
        (*sequences)[v] = arena_copy(arena, row, ((*lens)[v] + 1) * sizeof *row);
        v++;
    }
    return NULL;
}
