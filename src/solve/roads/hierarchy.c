/* Building the hierarchy: contract the least important node, keep shortest ways among the rest by shortcuts. */
#include "solve/roads/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

enum { WITNESS_TRIAL = 60, WITNESS_REAL = 500 }; /* nodes settled when looking for a way around */

typedef struct Side {
    UpArc *at;
    size_t len, room;
} Side;

typedef struct Entry {
    int64_t key;
    int32_t node;
} Entry;

typedef struct Heap {
    Entry *at;
    size_t len, room;
} Heap;

typedef struct Contract {
    int32_t nodes;
    Side *out, *in;     /* arcs among nodes not yet contracted */
    uint8_t *done;
    int32_t *depth, *removed; /* of contracted neighbours */
    int64_t *reach;     /* witness search: times */
    int32_t *stamp, round;
    Heap queue, search;
    Side found;         /* shortcuts of the node at hand, with .node = to and from in pairs */
    int64_t shortcuts;
} Contract;

static void heap_push(Heap *h, int64_t key, int32_t node)
{
    if (h->len == h->room)
        h->at = list_grow(h->at, &h->room, h->len + 1, sizeof *h->at);
    size_t i = h->len++;
    while (i > 0 && h->at[(i - 1) / 2].key > key) {
        h->at[i] = h->at[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    h->at[i] = (Entry){key, node};
}

static Entry heap_pop(Heap *h)
{
    Entry top = h->at[0], last = h->at[--h->len];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->len)
            break;
        if (child + 1 < h->len && h->at[child + 1].key < h->at[child].key)
            child++;
        if (h->at[child].key >= last.key)
            break;
        h->at[i] = h->at[child];
        i = child;
    }
    if (h->len)
        h->at[i] = last;
    return top;
}

static void side_add(Side *s, UpArc arc)
{
    if (s->len == s->room)
        s->at = list_grow(s->at, &s->room, s->len + 1, sizeof *s->at);
    s->at[s->len++] = arc;
}

/* Keeps the faster of two arcs to the same node. */
static void side_put(Side *s, UpArc arc)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->at[i].node == arc.node) {
            if (arc.time < s->at[i].time)
                s->at[i] = arc;
            return;
        }
    side_add(s, arc);
}

static void side_drop(Side *s, int32_t node)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->at[i].node == node) {
            s->at[i] = s->at[--s->len];
            return;
        }
}

/* Times from `from` without `around`, until `limit` or `settle` nodes. */
static void witness(Contract *c, int32_t from, int32_t around, int64_t limit, int settle)
{
    c->round++;
    c->search.len = 0;
    c->stamp[from] = c->round;
    c->reach[from] = 0;
    heap_push(&c->search, 0, from);
    while (c->search.len > 0 && settle-- > 0) {
        Entry e = heap_pop(&c->search);
        if (e.key > limit)
            return;
        if (e.key > c->reach[e.node])
            continue;
        const Side *out = &c->out[e.node];
        for (size_t i = 0; i < out->len; i++) {
            int32_t to = out->at[i].node;
            int64_t time = e.key + out->at[i].time;
            if (to == around || time > limit || (c->stamp[to] == c->round && c->reach[to] <= time))
                continue;
            c->stamp[to] = c->round;
            c->reach[to] = time;
            heap_push(&c->search, time, to);
        }
    }
}

/* The shortcuts that contracting node needs; into c->found as pairs (from, to). */
static void find_shortcuts(Contract *c, int32_t node, int settle)
{
    const Side *in = &c->in[node], *out = &c->out[node];
    int64_t longest = 0;
    c->found.len = 0;
    for (size_t i = 0; i < out->len; i++)
        longest = out->at[i].time > longest ? out->at[i].time : longest;
    for (size_t i = 0; i < in->len; i++) {
        UpArc first = in->at[i];
        witness(c, first.node, node, first.time + longest, settle);
        for (size_t j = 0; j < out->len; j++) {
            UpArc second = out->at[j];
            int64_t time = (int64_t)first.time + second.time, distance = (int64_t)first.distance + second.distance;
            if (distance >= ROADS_NONE) /* half around the earth: the time still counts */
                distance = ROADS_NONE - 1;
            if (second.node == first.node || time >= ROADS_NONE ||
                (c->stamp[second.node] == c->round && c->reach[second.node] <= time))
                continue;
            side_add(&c->found, (UpArc){first.node, (int32_t)time, (int32_t)distance, node});
            side_add(&c->found, (UpArc){second.node, (int32_t)time, (int32_t)distance, node});
        }
    }
}

static int64_t importance(Contract *c, int32_t node)
{
    find_shortcuts(c, node, WITNESS_TRIAL);
    int64_t added = (int64_t)c->found.len / 2, gone = (int64_t)(c->in[node].len + c->out[node].len);
    return 4 * added - 2 * gone + 2 * c->depth[node] + c->removed[node];
}

static void contract(Contract *c, int32_t node)
{
    find_shortcuts(c, node, WITNESS_REAL);
    for (size_t i = 0; i < c->found.len; i += 2) {
        UpArc to = c->found.at[i + 1], from = c->found.at[i];
        side_put(&c->out[from.node], to);
        from.node = c->found.at[i].node;
        side_put(&c->in[to.node], from);
    }
    c->shortcuts += (int64_t)c->found.len / 2;
    c->done[node] = 1;
    for (int way = 0; way < 2; way++) {
        Side *side = way ? &c->in[node] : &c->out[node];
        for (size_t i = 0; i < side->len; i++) {
            int32_t other = side->at[i].node;
            side_drop(way ? &c->out[other] : &c->in[other], node);
            c->removed[other]++;
            if (c->depth[node] + 1 > c->depth[other])
                c->depth[other] = c->depth[node] + 1;
        }
    }
}

static void load(Contract *c, const Graph *g, const int32_t *length, size_t stride)
{
    for (int32_t node = 0; node < g->nodes; node++)
        for (int32_t a = g->arc_first[node]; a < g->arc_first[node + 1]; a++) {
            const GraphArc *arc = &g->arcs[a];
            if (arc->to == node)
                continue;
            int32_t distance = *(const int32_t *)((const char *)length + (size_t)(arc->edge / 2) * stride);
            UpArc one = {arc->to, g->time[arc->edge], distance, -1 - arc->edge};
            side_put(&c->out[node], one);
            one.node = node;
            side_put(&c->in[arc->to], one);
        }
}

static Err *contract_all(Contract *c, NetworkWatch *watch, double from, double len)
{
    for (int32_t node = 0; node < c->nodes; node++) {
        heap_push(&c->queue, importance(c, node), node);
        if ((node & 0xff) == 0)
            TRY(network_told(watch, "building shortcuts", from + 0.2 * len * (double)node / (double)c->nodes));
    }
    for (int32_t count = 0; c->queue.len > 0;) {
        Entry e = heap_pop(&c->queue);
        if (c->done[e.node])
            continue;
        int64_t now = importance(c, e.node);
        if (c->queue.len > 0 && now > c->queue.at[0].key) {
            heap_push(&c->queue, now, e.node);
            continue;
        }
        contract(c, e.node);
        if ((++count & 0xff) == 0)
            TRY(network_told(watch, "building shortcuts", from + 0.2 * len + 0.8 * len * (double)count / (double)c->nodes));
    }
    return NULL;
}

/* What is left in the lists of a contracted node are exactly its arcs to nodes contracted later. */
static void collect(Arena *arena, const Contract *c, Hierarchy *out)
{
    size_t up = 0, down = 0;
    for (int32_t n = 0; n < c->nodes; n++)
        up += c->out[n].len, down += c->in[n].len;
    *out = (Hierarchy){.up_first = ARRAY(arena, int32_t, c->nodes + 1), .down_first = ARRAY(arena, int32_t, c->nodes + 1),
                       .up = ARRAY(arena, UpArc, up + 1), .down = ARRAY(arena, UpArc, down + 1),
                       .up_len = (int32_t)up, .down_len = (int32_t)down, .shortcuts = c->shortcuts};
    up = down = 0;
    for (int32_t n = 0; n < c->nodes; n++) {
        out->up_first[n] = (int32_t)up, out->down_first[n] = (int32_t)down;
        if (c->out[n].len)
            memcpy(&out->up[up], c->out[n].at, c->out[n].len * sizeof(UpArc));
        if (c->in[n].len)
            memcpy(&out->down[down], c->in[n].at, c->in[n].len * sizeof(UpArc));
        up += c->out[n].len, down += c->in[n].len;
    }
    out->up_first[c->nodes] = (int32_t)up, out->down_first[c->nodes] = (int32_t)down;
}

Err *hierarchy_build(Arena *arena, const Graph *g, const int32_t *length_cm_of_edge, size_t stride, NetworkWatch *watch,
                     double part_from, double part_len, Hierarchy *out)
{
    Arena *own = arena_new();
    size_t n = (size_t)g->nodes + 1;
    Contract c = {.nodes = g->nodes, .out = ARRAY(own, Side, n), .in = ARRAY(own, Side, n), .done = ARRAY(own, uint8_t, n),
                  .depth = ARRAY(own, int32_t, n), .removed = ARRAY(own, int32_t, n), .reach = ARRAY(own, int64_t, n),
                  .stamp = ARRAY(own, int32_t, n)};
    load(&c, g, length_cm_of_edge, stride);
    Err *err = contract_all(&c, watch, part_from, part_len);
    if (!err)
        collect(arena, &c, out);
    for (int32_t i = 0; i < c.nodes; i++) {
        free(c.out[i].at);
        free(c.in[i].at);
    }
    free(c.queue.at);
    free(c.search.at);
    free(c.found.at);
    arena_free(own);
    return err;
}
