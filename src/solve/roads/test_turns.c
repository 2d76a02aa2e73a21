/* Forbidden and ordered turns over one and two ways, thrown at random on a small grid: each way found is as long as the shortest one that an
   exhaustive search allows, which knows nothing but the rules as a driver reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "solve/roads/roads.h"

enum { SIDE = 4, NODES = SIDE * SIDE, EDGES = 2 * SIDE * (SIDE - 1), DIRECTED = 2 * EDGES, RULES = 9, PATH_MAX_EDGES = 4, NETWORKS = 12, PAIRS = 40 };
enum { NO_EDGE = DIRECTED, KEYS = DIRECTED + 1, STATES = KEYS * KEYS * DIRECTED };

typedef struct Rule {
    int edges[PATH_MAX_EDGES]; /* directed, one after the other */
    int len;
    bool only;
} Rule;

typedef struct Grid {
    double lon[NODES], lat[NODES];
    int tail[DIRECTED], head[DIRECTED];
    double cm[DIRECTED];
    Rule rules[RULES];
} Grid;

static uint64_t seed;

static int below(int limit) /* splitmix64 */
{
    uint64_t z = (seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (int)((z ^ (z >> 31)) % (uint64_t)limit);
}

/* Edge e is the way e + 1; directed edges 2e (as written) and 2e + 1 (back). */
static void edge_add(Grid *g, int e, int from, int to)
{
    g->tail[2 * e] = g->head[2 * e + 1] = from;
    g->head[2 * e] = g->tail[2 * e + 1] = to;
    g->cm[2 * e] = g->cm[2 * e + 1] = roads_straight_cm(g->lon[from], g->lat[from], g->lon[to], g->lat[to]);
}

static int random_next(const Grid *g, int by)
{
    int found[DIRECTED], len = 0;
    for (int d = 0; d < DIRECTED; d++)
        if (g->tail[d] == g->head[by] && d != (by ^ 1))
            found[len++] = d;
    return found[below(len)];
}

static void grid_make(Grid *g)
{
    int e = 0;
    for (int i = 0; i < NODES; i++) {
        g->lon[i] = 113 + i % SIDE * 0.002 + below(60) * 1e-5;
        g->lat[i] = 28 + i / SIDE * 0.002 + below(60) * 1e-5;
    }
    for (int i = 0; i < NODES; i++) {
        if (i % SIDE + 1 < SIDE)
            edge_add(g, e++, i, i + 1);
        if (i + SIDE < NODES)
            edge_add(g, e++, i, i + SIDE);
    }
    for (int k = 0; k < RULES; k++) {
        Rule *rule = &g->rules[k];
        *rule = (Rule){.len = 3 + below(2), .only = below(3) == 0};
        rule->edges[0] = below(DIRECTED);
        for (int i = 1; i < rule->len; i++)
            rule->edges[i] = random_next(g, rule->edges[i - 1]);
        if (rule->edges[rule->len - 1] >> 1 == rule->edges[0] >> 1 || g->head[rule->edges[rule->len - 1]] == g->tail[rule->edges[0]])
            k--; /* once around a block: a map would not say which way */
    }
}

static Str grid_osm(Arena *arena, const Grid *g)
{
    Buf out = buf_new(arena, 1 << 16);
    buf_add(&out, STR("<osm>"));
    for (int i = 0; i < NODES; i++)
        buf_addf(&out, "<node id='%d' lon='%.7f' lat='%.7f'/>", i + 1, g->lon[i], g->lat[i]);
    for (int e = 0; e < EDGES; e++)
        buf_addf(&out, "<way id='%d'><nd ref='%d'/><nd ref='%d'/><tag k='highway' v='tertiary'/></way>", e + 1, g->tail[2 * e] + 1, g->head[2 * e] + 1);
    for (int k = 0; k < RULES; k++) {
        const Rule *rule = &g->rules[k];
        buf_addf(&out, "<relation id='%d'>", k + 1);
        for (int i = 0; i < rule->len; i++)
            buf_addf(&out, "<member type='way' ref='%d' role='%s'/>", rule->edges[i] / 2 + 1, i == 0 ? "from" : i + 1 == rule->len ? "to" : "via");
        buf_addf(&out, "<tag k='type' v='restriction'/><tag k='restriction' v='%s'/></relation>", rule->only ? "only_straight_on" : "no_left_turn");
    }
    buf_add(&out, STR("</osm>"));
    return buf_str(&out);
}

/* Whether the driver who came by c, then b, then a (NO_EDGE: nothing before) may go on by d. */
static bool allowed(const Grid *g, int c, int b, int a, int d)
{
    const int came[] = {a, b, c};
    if (g->tail[d] != g->head[a] || d == (a ^ 1))
        return false;
    for (int k = 0; k < RULES; k++) {
        const Rule *rule = &g->rules[k];
        for (int done = 1; done < rule->len; done++) { /* that much of the rule is behind */
            bool in_it = true;
            for (int i = 0; i < done; i++)
                in_it &= came[i] == rule->edges[done - 1 - i];
            if (in_it && (rule->only ? d != rule->edges[done] : done + 1 == rule->len && d == rule->edges[done]))
                return false;
        }
    }
    return true;
}

static int state_of(int c, int b, int a)
{
    return (c * KEYS + b) * DIRECTED + a;
}

/* Length from the middle of one edge to the middle of another, by trying everything, shortest first (Dijkstra on what was driven last). */
static double shortest(Arena *arena, const Grid *g, int from, int to)
{
    double *best = NEW_ARRAY(arena, double, STATES), found = INFINITY;
    bool *waits = NEW_ARRAY(arena, bool, STATES);
    int *queue = NEW_ARRAY(arena, int, STATES), first = 0, len = 0;
    for (int i = 0; i < STATES; i++)
        best[i] = INFINITY;
    for (int back = 0; back < 2; back++) {
        int s = state_of(NO_EDGE, NO_EDGE, 2 * from + back);
        best[s] = g->cm[2 * from] / 2;
        queue[len++] = s;
        waits[s] = true;
    }
    while (len) { /* label correcting: the queue goes around */
        int s = queue[first], a = s % DIRECTED, b = s / DIRECTED % KEYS, c = s / DIRECTED / KEYS;
        first = (first + 1) % STATES, len--;
        waits[s] = false;
        for (int d = 0; d < DIRECTED; d++) {
            int next = state_of(b, a, d);
            if (best[s] >= found || !allowed(g, c, b, a, d))
                continue;
            if (d >> 1 == to)
                found = fmin(found, best[s] + g->cm[d] / 2);
            if (best[s] + g->cm[d] >= best[next])
                continue;
            best[next] = best[s] + g->cm[d];
            if (!waits[next])
                queue[(first + len++) % STATES] = next;
            waits[next] = true;
        }
    }
    return found;
}

static RoadsSnap middle(const Roads *roads, const Grid *g, int e, bool *there)
{
    double lon = (g->lon[g->tail[2 * e]] + g->lon[g->head[2 * e]]) / 2, lat = (g->lat[g->tail[2 * e]] + g->lat[g->head[2 * e]]) / 2;
    RoadsSnap snap = roads_snap(roads, ROADS_VAN, lon, lat);
    *there = snap.edge >= 0 && snap.away_cm < 100; /* else no way leads there and back again: it is not in the largest part */
    return snap;
}

static int compare(const Grid *g)
{
    Arena *arena = arena_new();
    char folder[] = "/tmp/millet-turns-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *osm = str_z(arena, str_format(arena, "%s/a.osm", folder)), *mil = str_z(arena, str_format(arena, "%s/a.mil", folder));
    RoadsReport report;
    Roads *roads = NULL;
    int compared = 0;
    assert_null(file_write(arena, osm, grid_osm(arena, g), 0600));
    assert_null(roads_import(arena, osm, mil, NULL, &report));
    assert_int_equal(report.restrictions_kept, RULES);
    assert_null(roads_open(arena, mil, &roads));
    for (int i = 0; i < PAIRS; i++) {
        Arena *own = arena_new();
        RoadsPath path;
        bool here, there;
        int from = below(EDGES), to = (from + 1 + below(EDGES - 1)) % EDGES;
        RoadsSnap a = middle(roads, g, from, &here), b = middle(roads, g, to, &there);
        if (here && there) {
            double truth = shortest(own, g, from, to);
            Err *err = roads_route(own, roads, ROADS_VAN, &a, &b, &path);
            assert_int_equal(err != NULL, isinf(truth));
            if (!err) {
                assert_true(fabs((double)path.distance_cm - truth) < 100);
                assert_int_equal(path.time_ms, roads_dijkstra(own, roads, ROADS_VAN, &a, &b));
                compared++;
            }
        }
        arena_free(own);
    }
    unlink(osm);
    unlink(mil);
    rmdir(folder);
    arena_free(arena);
    return compared;
}

static void rules_over_ways_are_kept_and_nothing_longer_is_driven_than_they_ask(void **state)
{
    (void)state;
    static Grid grid;
    int compared = 0;
    for (int i = 0; i < NETWORKS; i++) {
        seed = 100 + (uint64_t)i;
        grid_make(&grid);
        compared += compare(&grid);
    }
    assert_true(compared > NETWORKS * PAIRS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rules_over_ways_are_kept_and_nothing_longer_is_driven_than_they_ask)};
    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
