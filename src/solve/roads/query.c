/* Times and ways by the hierarchy; Dijkstra's algorithm on the plain network as oracle. */
#include "solve/roads/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

enum { SEEDS_MAX = 64 };

typedef struct Label {
    int64_t time, distance;
    int32_t node;
    int32_t parent;   /* label one came from, -1: a seed */
    int32_t arc;      /* index of the arc used, or of the seed */
    int32_t slot;     /* where it is found */
    bool settled;
} Label;

typedef struct QueueEntry {
    int64_t time;
    int32_t label;
} QueueEntry;

/* One search, used again and again. What it reaches is some hundreds of nodes, however large the map: so they are found by hashing, and
   a query costs the same in a village as in a county. */
typedef struct Reach {
    Label *label;          /* in the order they were reached */
    int32_t *settled;      /* labels, in the order they were settled */
    int32_t label_len, label_room, settled_len;
    int32_t *slot;         /* label + 1; 0: free */
    uint32_t slot_mask;
    QueueEntry *queue;
    size_t queue_len, queue_room;
    Arena *arena;
} Reach;

/* Where a search begins or ends: nodes with the part of the snapped edge still to drive. */
typedef struct Seed {
    int32_t node;
    int64_t time, distance;
    int32_t directed;
} Seed;

typedef struct Seeds {
    Seed at[SEEDS_MAX];
    int len;
} Seeds;

static void reach_room(Reach *r, int32_t room)
{
    Label *label = ARRAY(r->arena, Label, room);
    int32_t *settled = ARRAY(r->arena, int32_t, room);
    if (r->label_len)
        memcpy(label, r->label, (size_t)r->label_len * sizeof *label);
    if (r->settled_len)
        memcpy(settled, r->settled, (size_t)r->settled_len * sizeof *settled);
    r->label = label, r->settled = settled, r->label_room = room;
    r->slot_mask = (uint32_t)room * 4 - 1; /* a power of two, at most a quarter of it taken */
    r->slot = ARRAY(r->arena, int32_t, r->slot_mask + 1);
}

static Reach reach_new(Arena *arena)
{
    Reach r = {.arena = arena};
    reach_room(&r, 256);
    return r;
}

/* The slot of a node, or the free one where it belongs. */
static uint32_t slot_of(const Reach *r, int32_t node)
{
    uint32_t at = (uint32_t)node * UINT32_C(2654435769);
    for (at = (at ^ at >> 15) & r->slot_mask; r->slot[at] && r->label[r->slot[at] - 1].node != node; at = (at + 1) & r->slot_mask)
        continue;
    return at;
}

static const Label *reached(const Reach *r, int32_t node)
{
    int32_t found = r->slot[slot_of(r, node)];
    return found ? &r->label[found - 1] : NULL;
}

static void reach_grow(Reach *r)
{
    reach_room(r, 2 * r->label_room);
    for (int32_t i = 0; i < r->label_len; i++) {
        uint32_t at = slot_of(r, r->label[i].node);
        r->label[i].slot = (int32_t)at;
        r->slot[at] = i + 1;
    }
}

static void push(Reach *r, int64_t time, int32_t label)
{
    if (r->queue_len == r->queue_room) {
        size_t room = r->queue_room ? r->queue_room * 2 : 256;
        QueueEntry *more = ARRAY(r->arena, QueueEntry, room);
        if (r->queue_len)
            memcpy(more, r->queue, r->queue_len * sizeof *more);
        r->queue = more;
        r->queue_room = room;
    }
    size_t i = r->queue_len++;
    while (i > 0 && r->queue[(i - 1) / 2].time > time) {
        r->queue[i] = r->queue[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    r->queue[i] = (QueueEntry){time, label};
}

static QueueEntry pop(Reach *r)
{
    QueueEntry top = r->queue[0], last = r->queue[--r->queue_len];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= r->queue_len)
            break;
        if (child + 1 < r->queue_len && r->queue[child + 1].time < r->queue[child].time)
            child++;
        if (r->queue[child].time >= last.time)
            break;
        r->queue[i] = r->queue[child];
        i = child;
    }
    if (r->queue_len)
        r->queue[i] = last;
    return top;
}

static void relax(Reach *r, int32_t node, int64_t time, int64_t distance, int32_t parent, int32_t arc)
{
    uint32_t at = slot_of(r, node);
    int32_t found = r->slot[at] - 1;
    if (found >= 0 && r->label[found].time <= time)
        return;
    if (found < 0) {
        if (r->label_len == r->label_room) {
            reach_grow(r);
            at = slot_of(r, node);
        }
        found = r->label_len++;
        r->slot[at] = found + 1;
    }
    r->label[found] = (Label){time, distance, node, parent, arc, (int32_t)at, false};
    push(r, time, found);
}

static void begin(Reach *r, const Seeds *seeds)
{
    for (int32_t i = 0; i < r->label_len; i++)
        r->slot[r->label[i].slot] = 0;
    r->label_len = r->settled_len = 0;
    r->queue_len = 0;
    for (int i = 0; i < seeds->len; i++)
        relax(r, seeds->at[i].node, seeds->at[i].time, seeds->at[i].distance, -1, i);
}

static int64_t share(int32_t whole, double part)
{
    return llround(whole * part);
}

/* Leaving a snapped point: on to either end of its edge. */
static Seeds seeds_from(const Roads *roads, const RoadsWays *ways, const RoadsSnap *snap)
{
    Seeds out = {.len = 0};
    for (int back = 0; back < 2 && snap->edge >= 0; back++) {
        int32_t directed = 2 * snap->edge + back;
        double left = back ? snap->part : 1 - snap->part;
        if (ways->time[directed] != ROADS_NONE)
            out.at[out.len++] = (Seed){ways->head[directed], share(ways->time[directed], left),
                                       share(roads->edge[snap->edge].length_cm, left), directed};
    }
    return out;
}

static bool leads_on(const RoadsWays *ways, int32_t copy, int32_t directed)
{
    for (int32_t a = ways->arc_first[copy]; a < ways->arc_first[copy + 1]; a++)
        if (ways->arcs[a].edge == directed)
            return true;
    return false;
}

/* Reaching a snapped point: from any copy of either end that may drive onto its edge. */
static Seeds seeds_to(const Roads *roads, const RoadsWays *ways, const RoadsSnap *snap)
{
    Seeds out = {.len = 0};
    for (int back = 0; back < 2 && snap->edge >= 0; back++) {
        int32_t directed = 2 * snap->edge + back;
        const FileEdge *edge = &roads->edge[snap->edge];
        double left = back ? 1 - snap->part : snap->part;
        int32_t tail = back ? edge->to : edge->from;
        if (ways->time[directed] == ROADS_NONE)
            continue;
        for (int32_t c = ways->copy_first[tail]; c < ways->copy_first[tail + 1] && out.len < SEEDS_MAX; c++)
            if (leads_on(ways, c, directed))
                out.at[out.len++] = (Seed){c, share(ways->time[directed], left), share(edge->length_cm, left), directed};
    }
    return out;
}

/* Both on one edge and in driving direction: straight along it. */
static bool along_edge(const Roads *roads, const RoadsWays *ways, const RoadsSnap *from, const RoadsSnap *to, Seed *out)
{
    bool found = false;
    for (int back = 0; back < 2 && from->edge >= 0 && from->edge == to->edge; back++) {
        int32_t directed = 2 * from->edge + back;
        double part = back ? from->part - to->part : to->part - from->part;
        if (part < 0 || ways->time[directed] == ROADS_NONE)
            continue;
        int64_t time = share(ways->time[directed], part);
        if (!found || time < out->time)
            *out = (Seed){-1, time, share(roads->edge[from->edge].length_cm, part), directed};
        found = true;
    }
    return found;
}

/* A label that a more important neighbour beats is on no shortest way: not driven on from (stall on demand). */
static bool stalled(const Reach *r, const Label *label, const int32_t *first, const UpArc *arcs)
{
    for (int32_t a = first[label->node]; a < first[label->node + 1]; a++) {
        const Label *other = reached(r, arcs[a].node);
        if (other && other->time + arcs[a].time < label->time)
            return true;
    }
    return false;
}

/* All of one side's upward search, settled nodes listed. */
static void climb(Reach *r, const int32_t *first, const UpArc *arcs, const int32_t *against_first, const UpArc *against)
{
    while (r->queue_len > 0) {
        QueueEntry e = pop(r);
        if (r->label[e.label].settled || e.time > r->label[e.label].time)
            continue;
        r->label[e.label].settled = true;
        Label label = r->label[e.label]; /* they move when more are reached */
        if (stalled(r, &label, against_first, against))
            continue;
        r->settled[r->settled_len++] = e.label;
        for (int32_t a = first[label.node]; a < first[label.node + 1]; a++)
            relax(r, arcs[a].node, label.time + arcs[a].time, label.distance + arcs[a].distance, e.label, a);
    }
}

/* ---- tables: buckets (Knopp, Sanders, Schultes, Schulz and Wagner 2007) ---- */

typedef struct Bucket {
    int64_t time, distance;
    int32_t target, next;
} Bucket;

typedef struct Buckets {
    Bucket *at;
    size_t len, room;
    int32_t *first; /* by node, -1 */
} Buckets;

static int32_t fits(int64_t value)
{
    return value >= ROADS_NONE ? ROADS_NONE : (int32_t)value;
}

static void fill_buckets(const RoadsWays *ways, Reach *r, const Seeds *seeds, int32_t target, Buckets *b)
{
    begin(r, seeds);
    climb(r, ways->down_first, ways->down, ways->up_first, ways->up);
    for (int32_t i = 0; i < r->settled_len; i++) {
        const Label *label = &r->label[r->settled[i]];
        if (b->len == b->room)
            b->at = list_grow(b->at, &b->room, b->len + 1, sizeof *b->at);
        b->at[b->len] = (Bucket){label->time, label->distance, target, b->first[label->node]};
        b->first[label->node] = (int32_t)b->len++;
    }
}

static void scan_buckets(const RoadsWays *ways, Reach *r, const Seeds *seeds, const Buckets *b, int64_t *time, int64_t *distance)
{
    begin(r, seeds);
    climb(r, ways->up_first, ways->up, ways->down_first, ways->down);
    for (int32_t i = 0; i < r->settled_len; i++) {
        const Label *label = &r->label[r->settled[i]];
        for (int32_t k = b->first[label->node]; k >= 0; k = b->at[k].next) {
            int64_t sum = label->time + b->at[k].time;
            if (sum < time[b->at[k].target]) {
                time[b->at[k].target] = sum;
                distance[b->at[k].target] = label->distance + b->at[k].distance;
            }
        }
    }
}

static Err *table_rows(Arena *arena, const Roads *roads, const RoadsWays *ways, const RoadsSnap *from, size_t from_len,
                       const RoadsSnap *to, size_t to_len, int32_t *time_ms, int32_t *distance_cm, NetworkWatch *watch,
                       Buckets *b)
{
    Reach r = reach_new(arena);
    int64_t *time = ARRAY(arena, int64_t, to_len + 1), *distance = ARRAY(arena, int64_t, to_len + 1);
    b->first = ARRAY(arena, int32_t, ways->nodes + 1);
    memset(b->first, 0xff, (size_t)ways->nodes * sizeof *b->first);
    for (size_t j = 0; j < to_len; j++) {
        Seeds seeds = seeds_to(roads, ways, &to[j]);
        fill_buckets(ways, &r, &seeds, (int32_t)j, b);
    }
    for (size_t i = 0; i < from_len; i++) {
        TRY(network_told(watch, "measuring", (double)i / (double)from_len));
        for (size_t j = 0; j < to_len; j++) {
            Seed seed = {0};
            bool along = along_edge(roads, ways, &from[i], &to[j], &seed);
            time[j] = along ? seed.time : INT64_MAX;
            distance[j] = along ? seed.distance : INT64_MAX;
        }
        Seeds seeds = seeds_from(roads, ways, &from[i]);
        scan_buckets(ways, &r, &seeds, b, time, distance);
        for (size_t j = 0; j < to_len; j++) {
            if (time_ms)
                time_ms[i * to_len + j] = fits(time[j]);
            if (distance_cm)
                distance_cm[i * to_len + j] = fits(distance[j]);
        }
    }
    return NULL;
}

Err *roads_table(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, size_t from_len,
                 const RoadsSnap *to, size_t to_len, int32_t *time_ms, int32_t *distance_cm, const RoadsImport *watch)
{
    if (from_len > ROADS_POINTS_MAX || to_len > ROADS_POINTS_MAX)
        return err_detail(arena, ERR_INVALID, "roads.size", "a table has at most 5,000 points on a side");
    Arena *own = arena_new();
    Buckets buckets = {0};
    NetworkWatch told = {.options = watch, .arena = arena};
    Err *err = table_rows(own, roads, &roads->ways[profile], from, from_len, to, to_len, time_ms, distance_cm, &told, &buckets);
    free(buckets.at);
    arena_free(own);
    return err;
}

/* ---- one way, with its points ---- */

typedef struct Trail {
    const Roads *roads;
    const RoadsWays *ways;
    int32_t *directed; /* edges in order of driving */
    size_t len, room;
} Trail;

static void trail_add(Trail *t, int32_t directed)
{
    if (t->len == t->room)
        t->directed = list_grow(t->directed, &t->room, t->len + 1, sizeof *t->directed);
    t->directed[t->len++] = directed;
}

static const UpArc *arc_to(const int32_t *first, const UpArc *arcs, int32_t node, int32_t other)
{
    const UpArc *best = NULL;
    for (int32_t a = first[node]; a < first[node + 1]; a++)
        if (arcs[a].node == other && (!best || arcs[a].time < best->time))
            best = &arcs[a];
    return best;
}

/* The edges under an arc from one node to another; a shortcut is the arc into its middle and the arc out of it. The depth is
   that of the hierarchy, some dozens. */
static void unpack(Trail *t, int32_t from, int32_t to, const UpArc *arc)
{
    if (!arc)
        return;
    if (arc->via < 0) {
        trail_add(t, -1 - arc->via);
        return;
    }
    unpack(t, from, arc->via, arc_to(t->ways->down_first, t->ways->down, arc->via, from));
    unpack(t, arc->via, to, arc_to(t->ways->up_first, t->ways->up, arc->via, to));
}

static void unpack_forward(Trail *t, const Reach *r, int32_t label)
{
    int32_t steps = 0;
    for (int32_t at = label; r->label[at].parent >= 0; at = r->label[at].parent)
        steps++;
    int32_t *chain = list_grow(NULL, &(size_t){0}, (size_t)steps + 1, sizeof *chain);
    for (int32_t at = label, i = steps; i >= 0; at = r->label[at].parent, i--)
        chain[i] = at;
    for (int32_t i = 1; i <= steps; i++)
        unpack(t, r->label[chain[i - 1]].node, r->label[chain[i]].node, &t->ways->up[r->label[chain[i]].arc]);
    free(chain);
}

static void unpack_backward(Trail *t, const Reach *r, int32_t label)
{
    for (const Label *at = &r->label[label]; at->parent >= 0; at = &r->label[at->parent])
        unpack(t, at->node, r->label[at->parent].node, &t->ways->down[at->arc]);
}

static int32_t first_of(const Reach *r, int32_t label)
{
    while (r->label[label].parent >= 0)
        label = r->label[label].parent;
    return r->label[label].arc; /* the seed */
}

static void add_point(RoadsPath *out, double lon, double lat)
{
    if (out->len > 0 && fabs(out->points[out->len - 1].lon - lon) < 1e-9 && fabs(out->points[out->len - 1].lat - lat) < 1e-9)
        return;
    out->points[out->len++] = (RoadsPoint){lon, lat};
}

/* The dots of an edge between two parts of it (in the direction of its dots, from <= to); backwards when driven so. */
static void add_stretch(const Roads *roads, int32_t directed, double from, double to, RoadsPath *out)
{
    const FileEdge *edge = &roads->edge[directed / 2];
    const RoadDot *dots = &roads->dots[edge->dot];
    double whole = 0, along = 0;
    for (uint32_t d = 1; d < edge->dot_len; d++)
        whole += roads_straight_cm(dots[d - 1].lon * 1e-7, dots[d - 1].lat * 1e-7, dots[d].lon * 1e-7, dots[d].lat * 1e-7);
    size_t begun = out->len;
    for (uint32_t d = 0; d < edge->dot_len; d++) {
        if (d > 0)
            along += roads_straight_cm(dots[d - 1].lon * 1e-7, dots[d - 1].lat * 1e-7, dots[d].lon * 1e-7, dots[d].lat * 1e-7);
        double part = whole > 0 ? along / whole : 0;
        if (part > from + 1e-12 && part < to - 1e-12)
            out->points[out->len++] = (RoadsPoint){dots[d].lon * 1e-7, dots[d].lat * 1e-7};
        else if ((d == 0 && from <= 0) || (d + 1 == edge->dot_len && to >= 1))
            out->points[out->len++] = (RoadsPoint){dots[d].lon * 1e-7, dots[d].lat * 1e-7};
    }
    for (size_t i = begun, j = out->len; (directed & 1) && i + 1 < j; i++, j--) {
        RoadsPoint swap = out->points[i];
        out->points[i] = out->points[j - 1];
        out->points[j - 1] = swap;
    }
}

static void write_points(Arena *arena, const Trail *t, const RoadsSnap *from, const RoadsSnap *to, int32_t first, int32_t last,
                         bool along, RoadsPath *out)
{
    size_t room = 8;
    room += t->roads->edge[from->edge].dot_len + t->roads->edge[to->edge].dot_len;
    for (size_t i = 0; i < t->len; i++)
        room += t->roads->edge[t->directed[i] / 2].dot_len;
    out->points = NEW_ARRAY(arena, RoadsPoint, room);
    add_point(out, from->lon, from->lat);
    if (along) {
        double low = fmin(from->part, to->part), high = fmax(from->part, to->part);
        add_stretch(t->roads, first, low, high, out);
    } else {
        add_stretch(t->roads, first, first & 1 ? 0 : from->part, first & 1 ? from->part : 1, out);
        for (size_t i = 0; i < t->len; i++)
            add_stretch(t->roads, t->directed[i], 0, 1, out);
        add_stretch(t->roads, last, last & 1 ? to->part : 0, last & 1 ? 1 : to->part, out);
    }
    add_point(out, to->lon, to->lat);
    size_t kept = 0; /* neighbours share their junction */
    for (size_t i = 0; i < out->len; i++)
        if (kept == 0 || out->points[i].lon != out->points[kept - 1].lon || out->points[i].lat != out->points[kept - 1].lat)
            out->points[kept++] = out->points[i];
    out->len = kept;
}

static Err *no_way(Arena *arena)
{
    return err_new(arena, ERR_MISSING, "roads.no_way");
}

Err *roads_route(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, const RoadsSnap *to,
                 RoadsPath *out)
{
    const RoadsWays *ways = &roads->ways[profile];
    *out = (RoadsPath){0};
    if (from->edge < 0 || to->edge < 0)
        return no_way(arena);
    Arena *own = arena_new();
    Reach up = reach_new(own), down = reach_new(own);
    Seeds begins = seeds_from(roads, ways, from), ends = seeds_to(roads, ways, to);
    begin(&down, &ends);
    climb(&down, ways->down_first, ways->down, ways->up_first, ways->up);
    begin(&up, &begins);
    climb(&up, ways->up_first, ways->up, ways->down_first, ways->down);
    Seed straight;
    bool along = along_edge(roads, ways, from, to, &straight);
    int64_t best = along ? straight.time : INT64_MAX;
    int32_t meet = -1, meet_down = -1;
    for (int32_t i = 0; i < up.settled_len; i++) {
        const Label *a = &up.label[up.settled[i]], *b = reached(&down, a->node);
        if (b && b->settled && a->time + b->time < best) {
            best = a->time + b->time;
            meet = up.settled[i], meet_down = (int32_t)(b - down.label);
        }
    }
    if (best == INT64_MAX) {
        arena_free(own);
        return no_way(arena);
    }
    Trail trail = {.roads = roads, .ways = ways};
    int32_t first = along ? straight.directed : 0, last = 0;
    out->time_ms = best;
    out->distance_cm = along ? straight.distance : 0;
    if (meet >= 0) {
        out->distance_cm = up.label[meet].distance + down.label[meet_down].distance;
        first = begins.at[first_of(&up, meet)].directed;
        last = ends.at[first_of(&down, meet_down)].directed;
        unpack_forward(&trail, &up, meet);
        unpack_backward(&trail, &down, meet_down);
    }
    write_points(arena, &trail, from, to, first, last, meet < 0, out);
    free(trail.directed);
    arena_free(own);
    return NULL;
}

/* ---- the oracle: plain arrays over all of the network, no hierarchy ---- */

int64_t roads_dijkstra(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, const RoadsSnap *to)
{
    const RoadsWays *ways = &roads->ways[profile];
    Arena *own = arena_new();
    (void)arena;
    Reach queue = {.arena = own}; /* only its queue, of nodes */
    Seeds begins = seeds_from(roads, ways, from), ends = seeds_to(roads, ways, to);
    Seed straight;
    int64_t best = along_edge(roads, ways, from, to, &straight) ? straight.time : INT64_MAX;
    int64_t *time = ARRAY(own, int64_t, ways->nodes + 1);
    for (int32_t i = 0; i < ways->nodes; i++)
        time[i] = INT64_MAX;
    for (int i = 0; i < begins.len; i++)
        if (begins.at[i].time < time[begins.at[i].node]) {
            time[begins.at[i].node] = begins.at[i].time;
            push(&queue, begins.at[i].time, begins.at[i].node);
        }
    while (queue.queue_len > 0) {
        QueueEntry e = pop(&queue);
        int32_t node = e.label;
        if (e.time > time[node])
            continue;
        if (e.time >= best)
            break;
        for (int i = 0; i < ends.len; i++)
            if (ends.at[i].node == node && e.time + ends.at[i].time < best)
                best = e.time + ends.at[i].time;
        for (int32_t a = ways->arc_first[node]; a < ways->arc_first[node + 1]; a++) {
            int64_t next = e.time + ways->time[ways->arcs[a].edge];
            if (next >= time[ways->arcs[a].to])
                continue;
            time[ways->arcs[a].to] = next;
            push(&queue, next, ways->arcs[a].to);
        }
    }
    arena_free(own);
    return best == INT64_MAX ? ROADS_NONE : best;
}
