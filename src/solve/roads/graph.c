/* Copies of junctions, arcs between them, and the largest strongly connected part. */
#include "solve/roads/graph.h"
#include "solve/roads/turns.h"

#include <string.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

/* Turning round at a junction pays only to get around a restriction nearby, so only there one must be kept from it: further away
   driving on and turning is what people do. Keeps the network small. */
enum { NEAR_RULE = 8 /* edges */ };

static void set_times(const Network *net, RoadsProfile profile, Graph *g)
{
    for (size_t i = 0; i < 2 * net->edges.len; i++) {
        const RoadEdge *edge = &net->edges.at[i / 2];
        const WaySpeed *speed = &net->speeds.at[edge->way];
        int kmh = i & 1 ? speed->backward[profile] : speed->forward[profile];
        int64_t ms = kmh ? ((int64_t)edge->length_cm * 36 + kmh - 1) / kmh : 0;
        g->time[i] = kmh ? (ms < 1 ? 1 : ms > 1000000000 ? 1000000000 : (int32_t)ms) : ROADS_NONE;
    }
}

typedef struct Build {
    const Network *net;
    Graph *g;
    unsigned bit;
    int32_t *out_first, *out; /* by junction: directed edges that leave it */
    int32_t *rule_next;       /* by rule: the next of the same directed edge */
    int32_t *rule_of;         /* by directed edge: its first rule, -1 */
    Turns turns;              /* restrictions over several edges */
    int32_t *copy_of_state;   /* by state of turns */
    uint8_t *near_rule;       /* by junction: nobody turns round there, but in a dead end */
} Build;

static void index_edges(Arena *arena, Build *b)
{
    size_t directed = 2 * b->net->edges.len, junctions = b->net->junctions.len;
    b->out_first = ARRAY(arena, int32_t, junctions + 2);
    b->out = ARRAY(arena, int32_t, directed + 1);
    for (size_t i = 0; i < directed; i++)
        if (b->g->time[i] != ROADS_NONE)
            b->out_first[network_tail(b->net, (int32_t)i) + 2]++;
    for (size_t j = 2; j < junctions + 2; j++)
        b->out_first[j] += b->out_first[j - 1];
    for (size_t i = 0; i < directed; i++)
        if (b->g->time[i] != ROADS_NONE)
            b->out[b->out_first[network_tail(b->net, (int32_t)i) + 1]++] = (int32_t)i;
}

static void index_rules(Arena *arena, Build *b)
{
    b->rule_of = ARRAY(arena, int32_t, 2 * b->net->edges.len + 1);
    b->rule_next = ARRAY(arena, int32_t, b->net->turns.len + 1);
    memset(b->rule_of, 0xff, 2 * b->net->edges.len * sizeof *b->rule_of);
    for (size_t i = 0; i < b->net->turns.len; i++) {
        const TurnRule *rule = &b->net->turns.at[i];
        if (!(rule->profiles & b->bit))
            continue;
        int32_t directed = 2 * rule->from + (b->net->edges.at[rule->from].to != rule->via);
        b->rule_next[i] = b->rule_of[directed];
        b->rule_of[directed] = (int32_t)i;
    }
}

static bool keeps_on(const Build *b, int32_t junction)
{
    return b->near_rule[junction] && b->out_first[junction + 1] - b->out_first[junction] > 1;
}

/* Junctions at most NEAR_RULE edges from a restriction, for what has an engine; others get off and turn. */
static void mark_near_rules(Arena *arena, Build *b)
{
    const Network *net = b->net;
    int32_t *queue = ARRAY(arena, int32_t, net->junctions.len + 1), len = 0;
    b->near_rule = ARRAY(arena, uint8_t, net->junctions.len + 1);
    if (!(b->bit & (1u << ROADS_VAN | 1u << ROADS_TRUCK | 1u << ROADS_TRACTOR)))
        return;
    for (size_t i = 0; i < net->turns.len; i++)
        if ((net->turns.at[i].profiles & b->bit) && !b->near_rule[net->turns.at[i].via])
            b->near_rule[queue[len++] = net->turns.at[i].via] = NEAR_RULE;
    for (size_t i = 0; i < net->long_turns.len; i++)
        for (uint32_t k = 0; (net->long_turns.at[i].profiles & b->bit) && k + 1 < net->long_turns.at[i].len; k++) {
            int32_t at = network_head(net, net->turn_edges.at[net->long_turns.at[i].first + k]);
            if (!b->near_rule[at])
                b->near_rule[queue[len++] = at] = NEAR_RULE;
        }
    for (int32_t i = 0; i < len; i++)
        for (int32_t k = b->out_first[queue[i]]; k < b->out_first[queue[i] + 1] && b->near_rule[queue[i]] > 1; k++) {
            int32_t at = network_head(net, b->out[k]);
            if (!b->near_rule[at]) {
                b->near_rule[at] = (uint8_t)(b->near_rule[queue[i]] - 1);
                queue[len++] = at;
            }
        }
}

static bool needs_copy(const Build *b, int32_t directed)
{
    return b->rule_of[directed] >= 0 || b->turns.begun[directed] >= 0 || keeps_on(b, network_head(b->net, directed)) ||
           (b->net->blocked.at[network_head(b->net, directed)] & b->bit);
}

/* Whether one may drive on by `next` having come by `came` (-1: one began here). */
static bool may_turn(const Build *b, int32_t came, int32_t next)
{
    if (came < 0)
        return true;
    if (b->net->blocked.at[network_head(b->net, came)] & b->bit)
        return next == (came ^ 1);
    if (next == (came ^ 1) && keeps_on(b, network_head(b->net, came)))
        return false;
    for (int32_t i = b->rule_of[came]; i >= 0; i = b->rule_next[i]) {
        const TurnRule *rule = &b->net->turns.at[i];
        if ((rule->to == next / 2) != rule->only)
            return false;
    }
    return true;
}

static void number_copies(Build *b)
{
    Graph *g = b->g;
    size_t junctions = b->net->junctions.len, directed = 2 * b->net->edges.len;
    for (size_t j = 0; j < junctions; j++)
        g->copy_first[j + 1] = 1;
    for (size_t i = 0; i < directed; i++)
        if (g->time[i] != ROADS_NONE && needs_copy(b, (int32_t)i))
            g->copy_first[network_head(b->net, (int32_t)i) + 1]++;
    for (size_t s = 0; s < b->turns.states.len; s++)
        if (!turns_is_begin(&b->turns, (int32_t)s))
            g->copy_first[network_head(b->net, b->turns.states.at[s].came) + 1]++;
    for (size_t j = 0; j < junctions; j++)
        g->copy_first[j + 1] += g->copy_first[j];
    g->nodes = g->copy_first[junctions];
}

typedef struct Copies { /* by copy */
    int32_t *came;  /* the directed edge it stands for, -1 for the plain one */
    int32_t *state; /* of turns, -1: no restriction is half done */
} Copies;

static Copies place_copies(Arena *arena, Build *b)
{
    Graph *g = b->g;
    size_t junctions = b->net->junctions.len, directed = 2 * b->net->edges.len, bytes = (size_t)(g->nodes + 1) * sizeof(int32_t);
    Copies out = {ARRAY(arena, int32_t, g->nodes + 1), ARRAY(arena, int32_t, g->nodes + 1)};
    int32_t *used = ARRAY(arena, int32_t, junctions + 1);
    memset(out.came, 0xff, bytes);
    memset(out.state, 0xff, bytes);
    for (size_t i = 0; i < directed; i++) {
        int32_t at = network_head(b->net, (int32_t)i);
        g->head[i] = g->time[i] == ROADS_NONE ? -1 : g->copy_first[at];
        if (g->head[i] >= 0 && needs_copy(b, (int32_t)i)) {
            g->head[i] += ++used[at];
            out.came[g->head[i]] = (int32_t)i;
        }
    }
    b->copy_of_state = ARRAY(arena, int32_t, b->turns.states.len + 1);
    for (size_t s = 0; s < b->turns.states.len; s++) {
        int32_t came = b->turns.states.at[s].came, at = network_head(b->net, came);
        int32_t copy = turns_is_begin(&b->turns, (int32_t)s) ? g->head[came] : g->copy_first[at] + ++used[at];
        b->copy_of_state[s] = copy;
        out.came[copy] = came;
        out.state[copy] = (int32_t)s;
    }
    return out;
}

/* Where driving on by next leads from a copy: another copy, or -1 when that is forbidden. */
static int32_t drive_on(const Build *b, const Copies *copies, int32_t copy, int32_t next)
{
    if (!may_turn(b, copies->came[copy], next))
        return -1;
    int32_t state;
    if (!turns_next(&b->turns, copies->state[copy], next, &state))
        return -1;
    return state >= 0 ? b->copy_of_state[state] : b->g->head[next];
}

static void fill_arcs(Arena *arena, Build *b)
{
    Graph *g = b->g;
    Copies copies = place_copies(arena, b);
    g->arc_first = ARRAY(arena, int32_t, g->nodes + 1);
    for (int pass = 0; pass < 2; pass++) {
        int32_t len = 0;
        for (size_t j = 0; j < b->net->junctions.len; j++)
            for (int32_t c = g->copy_first[j]; c < g->copy_first[j + 1]; c++) {
                g->arc_first[c] = len;
                for (int32_t k = b->out_first[j]; k < b->out_first[j + 1]; k++) {
                    int32_t to = drive_on(b, &copies, c, b->out[k]);
                    if (to < 0)
                        continue;
                    if (pass)
                        g->arcs[len] = (GraphArc){to, b->out[k]};
                    len++;
                }
            }
        g->arc_first[g->nodes] = g->arc_len = len;
        if (!pass)
            g->arcs = ARRAY(arena, GraphArc, len + 1);
    }
}

/* ---- strongly connected parts: Tarjan (1972), with a stack of its own as roads are long ---- */

typedef struct Tarjan {
    const Graph *g;
    int32_t *index, *low, *part, *stack, *path, *next_arc;
    int32_t counter, stack_len, parts;
} Tarjan;

static void tarjan_enter(Tarjan *t, int32_t node, int32_t *depth)
{
    t->index[node] = t->low[node] = ++t->counter;
    t->stack[t->stack_len++] = node;
    t->next_arc[node] = t->g->arc_first[node];
    t->path[(*depth)++] = node;
}

static void tarjan_leave(Tarjan *t, int32_t node)
{
    if (t->low[node] != t->index[node])
        return;
    int32_t other;
    do {
        other = t->stack[--t->stack_len];
        t->part[other] = t->parts;
    } while (other != node);
    t->parts++;
}

static void tarjan_from(Tarjan *t, int32_t root)
{
    int32_t depth = 0;
    tarjan_enter(t, root, &depth);
    while (depth > 0) {
        int32_t node = t->path[depth - 1];
        if (t->next_arc[node] < t->g->arc_first[node + 1]) {
            int32_t to = t->g->arcs[t->next_arc[node]++].to;
            if (!t->index[to])
                tarjan_enter(t, to, &depth);
            else if (t->part[to] < 0 && t->index[to] < t->low[node])
                t->low[node] = t->index[to];
            continue;
        }
        tarjan_leave(t, node);
        depth--;
        if (depth > 0 && t->low[node] < t->low[t->path[depth - 1]])
            t->low[t->path[depth - 1]] = t->low[node];
    }
}

static void mark_connected(Arena *arena, const Network *net, Graph *g)
{
    size_t n = (size_t)g->nodes + 1;
    Tarjan t = {.g = g, .index = ARRAY(arena, int32_t, n), .low = ARRAY(arena, int32_t, n), .part = ARRAY(arena, int32_t, n),
                .stack = ARRAY(arena, int32_t, n), .path = ARRAY(arena, int32_t, n), .next_arc = ARRAY(arena, int32_t, n)};
    memset(t.part, 0xff, n * sizeof *t.part);
    for (int32_t node = 0; node < g->nodes; node++)
        if (!t.index[node])
            tarjan_from(&t, node);
    int32_t *sizes = ARRAY(arena, int32_t, t.parts + 1), best = 0;
    for (int32_t node = 0; node < g->nodes; node++)
        sizes[t.part[node]]++;
    for (int32_t p = 1; p < t.parts; p++)
        best = sizes[p] > sizes[best] ? p : best;
    for (int32_t node = 0; node < g->nodes; node++)
        for (int32_t a = g->arc_first[node]; a < g->arc_first[node + 1]; a++)
            if (t.part[node] == best && t.part[g->arcs[a].to] == best)
                g->connected[g->arcs[a].edge / 2] = 1;
    for (size_t e = 0; e < net->edges.len; e++)
        g->connected_len += g->connected[e];
}

Graph graph_build(Arena *arena, const Network *net, RoadsProfile profile)
{
    size_t directed = 2 * net->edges.len;
    Arena *own = arena_new();
    Graph g = {.copy_first = ARRAY(arena, int32_t, net->junctions.len + 1), .time = ARRAY(arena, int32_t, directed + 1),
               .head = ARRAY(arena, int32_t, directed + 1), .connected = ARRAY(arena, uint8_t, net->edges.len + 1)};
    Build b = {.net = net, .g = &g, .bit = 1u << profile};
    set_times(net, profile, &g);
    index_edges(own, &b);
    index_rules(own, &b);
    turns_find(own, net, b.bit, g.time, &b.turns);
    mark_near_rules(own, &b);
    number_copies(&b);
    fill_arcs(arena, &b);
    mark_connected(own, net, &g);
    turns_free(&b.turns);
    arena_free(own);
    return g;
}
