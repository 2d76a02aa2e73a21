/* Two readings of the file: ways and restrictions first, then only the nodes they use. */
#include "solve/roads/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 20000000, VIA_WAYS_MAX = 6, TURN_EDGES_MAX = 16, TURN_ENDS_MAX = 8 };

typedef struct RawWay {
    int64_t id;
    size_t ref, ref_len; /* into refs */
} RawWay;

typedef struct RawTurn {
    int64_t from, via, to;       /* via: a node, when there are no ways between */
    int64_t ways[VIA_WAYS_MAX];
    int way_len;
    bool only, again;            /* again: one more of the same relation */
    uint8_t profiles;
} RawTurn;

typedef struct RawNode {
    int64_t id;
    int32_t lon, lat;
    int32_t junction; /* -1: only a bend */
    uint8_t uses;     /* 0, 1, 2 = more */
    uint8_t blocks;
    bool known;
} RawNode;

typedef struct Builder {
    Arena *arena;
    Network *net;
    NetworkWatch *watch;
    LIST(RawWay) ways;
    LIST(int64_t) refs;
    LIST(RawTurn) turns;
    RawNode *nodes;
    size_t node_len;
    int64_t elements;
    const char *doing;
    double part_from, part_len;
    RoadsReport *report;
} Builder;

void *list_grow(void *at, size_t *room, size_t need, size_t size)
{
    size_t wide = *room ? *room * 2 : 64;
    if (wide < need)
        wide = need;
    void *more = realloc(at, array_bytes(wide, size));
    if (!more) {
        fputs("millet: out of memory\n", stderr);
        abort();
    }
    *room = wide;
    return more;
}

Err *network_told(NetworkWatch *watch, const char *doing, double part)
{
    if (!watch->options || !watch->options->progress || (part < 1 && part > watch->last && part - watch->last < 0.005))
        return NULL;
    watch->last = part;
    if (!watch->options->progress(watch->options->arg, doing, part))
        return err_new(watch->arena, ERR_CONFLICT, "roads.cancelled");
    return NULL;
}

/* ---- first reading ---- */

static Err *take_way(Builder *b, const OsmElement *way)
{
    WaySpeed speed;
    if (way->ref_len < 2 || !way_speeds(way, &speed))
        return NULL;
    if (b->refs.len + way->ref_len > NODES_MAX)
        return err_detail(b->arena, ERR_INVALID, "roads.size", "more than 20,000,000 road nodes: cut the file to a region");
    RawWay raw = {way->id, b->refs.len, way->ref_len};
    for (size_t i = 0; i < way->ref_len; i++)
        LIST_ADD(&b->refs, way->refs[i]);
    LIST_ADD(&b->ways, raw);
    LIST_ADD(&b->net->speeds, speed);
    b->report->ways++;
    return NULL;
}

typedef struct TurnEnds {
    int64_t at[TURN_ENDS_MAX];
    int len; /* may count more */
} TurnEnds;

static void ends_add(TurnEnds *ends, int64_t way)
{
    if (ends->len++ < TURN_ENDS_MAX)
        ends->at[ends->len - 1] = way;
}

/* "no_entry" has several ways from, "no_exit" several to; every other kind one of each. */
static void take_restriction(Builder *b, const OsmElement *relation)
{
    Str kind = osm_tag(relation, "restriction");
    if (kind.len == 0)
        kind = osm_tag(relation, "restriction:hgv");
    bool only = str_starts(kind, STR("only_"));
    if (!str_eq(osm_tag(relation, "type"), STR("restriction")) || (!only && !str_starts(kind, STR("no_"))))
        return;
    b->report->restrictions++;
    RawTurn turn = {.only = only, .profiles = (uint8_t)restriction_binds(relation)};
    TurnEnds from = {0}, to = {0};
    int vias = 0;
    for (size_t i = 0; i < relation->member_len; i++) {
        const OsmMember *member = &relation->members[i];
        if (str_eq(member->role, STR("from")) && member->type == 'w')
            ends_add(&from, member->id);
        else if (str_eq(member->role, STR("to")) && member->type == 'w')
            ends_add(&to, member->id);
        else if (str_eq(member->role, STR("via")) && member->type == 'n')
            turn.via = member->id, vias++;
        else if (str_eq(member->role, STR("via")) && member->type == 'w' && turn.way_len++ < VIA_WAYS_MAX)
            turn.ways[turn.way_len - 1] = member->id;
    }
    bool whole = turn.way_len ? vias == 0 && turn.way_len <= VIA_WAYS_MAX : vias == 1;
    bool several = from.len > 1 || to.len > 1, may = str_eq(kind, STR("no_entry")) || str_eq(kind, STR("no_exit"));
    if (!whole || !turn.profiles || from.len > TURN_ENDS_MAX || to.len > TURN_ENDS_MAX || (several && !may))
        return;
    for (int f = 0; f < from.len; f++)
        for (int t = 0; t < to.len; t++) {
            turn.from = from.at[f], turn.to = to.at[t];
            turn.again = f + t > 0;
            LIST_ADD(&b->turns, turn);
        }
}

static Err *first_reading(void *arg, const OsmElement *element, double part)
{
    Builder *b = arg;
    if ((++b->elements & 0xfff) == 0)
        TRY(network_told(b->watch, "reading roads", part * 0.25));
    if (element->type == 'w')
        return take_way(b, element);
    if (element->type == 'r')
        take_restriction(b, element);
    return NULL;
}

/* ---- the nodes that are used ---- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void list_nodes(Builder *b)
{
    size_t len = b->refs.len;
    int64_t *sorted = list_grow(NULL, &(size_t){0}, len + 1, sizeof *sorted);
    if (len)
        memcpy(sorted, b->refs.at, len * sizeof *sorted);
    qsort(sorted, len, sizeof *sorted, by_number);
    b->nodes = list_grow(NULL, &(size_t){0}, len + 1, sizeof *b->nodes);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && sorted[i] == sorted[i - 1]) {
            b->nodes[b->node_len - 1].uses = 2;
            continue;
        }
        b->nodes[b->node_len++] = (RawNode){.id = sorted[i], .junction = -1, .uses = 1};
    }
    free(sorted);
}

static RawNode *find_node(const Builder *b, int64_t id)
{
    size_t low = 0, high = b->node_len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->nodes[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->node_len && b->nodes[low].id == id ? &b->nodes[low] : NULL;
}

static Err *second_reading(void *arg, const OsmElement *element, double part)
{
    Builder *b = arg;
    if ((++b->elements & 0xfff) == 0)
        TRY(network_told(b->watch, "reading places", 0.25 + part * 0.25));
    RawNode *node = element->type == 'n' ? find_node(b, element->id) : NULL;
    if (node && element->lon != INT32_MAX && element->lat != INT32_MAX) {
        node->lon = element->lon, node->lat = element->lat;
        node->blocks = (uint8_t)node_blocks(element);
        node->known = true;
    }
    return NULL;
}

/* ---- cutting ways at junctions ---- */

static double metres_between(RoadDot a, RoadDot b)
{
    return roads_straight_cm(a.lon * 1e-7, a.lat * 1e-7, b.lon * 1e-7, b.lat * 1e-7) / 100;
}

static int32_t junction_of(Builder *b, RawNode *node)
{
    if (node->junction < 0) {
        node->junction = (int32_t)b->net->junctions.len;
        RoadDot dot = {node->lon, node->lat};
        LIST_ADD(&b->net->junctions, dot);
        LIST_ADD(&b->net->blocked, node->blocks);
    }
    return node->junction;
}

static void add_edge(Builder *b, uint32_t way, RawNode *const *nodes, size_t from, size_t to)
{
    Network *net = b->net;
    RoadEdge edge = {.from = junction_of(b, nodes[from]), .to = junction_of(b, nodes[to]), .dot = (uint32_t)net->dots.len,
                     .way = way};
    double metres = 0;
    for (size_t i = from; i <= to; i++) {
        RoadDot dot = {nodes[i]->lon, nodes[i]->lat};
        if (i > from)
            metres += metres_between(net->dots.at[net->dots.len - 1], dot);
        LIST_ADD(&net->dots, dot);
    }
    edge.dot_len = (uint32_t)(to - from + 1);
    double cm = metres * 100;
    edge.length_cm = cm < 1 ? 1 : cm > 1e9 ? 1000000000 : (int32_t)llround(cm);
    LIST_ADD(&net->edges, edge);
}

/* A run of known nodes is cut where it meets another road, at barriers, at restrictions, and so that no edge begins and ends
   at the same junction. */
static void cut_run(Builder *b, uint32_t way, RawNode **nodes, size_t len)
{
    size_t from = 0;
    for (size_t i = 1; i < len; i++) {
        bool last = i + 1 == len, cut = last || nodes[i]->uses > 1 || nodes[i]->blocks;
        if (!cut)
            continue;
        if (nodes[i] == nodes[from] && i - from > 1) { /* a loop: one more junction in its middle */
            size_t middle = from + (i - from) / 2;
            add_edge(b, way, nodes, from, middle);
            add_edge(b, way, nodes, middle, i);
        } else if (nodes[i] != nodes[from])
            add_edge(b, way, nodes, from, i);
        from = i;
    }
}

static void cut_way(Builder *b, uint32_t way, RawNode **nodes)
{
    const RawWay *raw = &b->ways.at[way];
    size_t len = 0;
    for (size_t i = 0; i < raw->ref_len; i++) {
        RawNode *node = find_node(b, b->refs.at[raw->ref + i]);
        if (!node->known) { /* cut off at the region's border */
            cut_run(b, way, nodes, len);
            len = 0;
            continue;
        }
        if (len == 0 || nodes[len - 1] != node)
            nodes[len++] = node;
    }
    cut_run(b, way, nodes, len);
}

/* ---- restrictions by edge ---- */

typedef struct WayEdges {
    int64_t id;
    uint32_t way, first, len; /* edges of a way are neighbours */
} WayEdges;

static int by_way_id(const void *a, const void *b)
{
    const WayEdges *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

typedef struct WayIndex {
    const Builder *b;
    WayEdges *at; /* by id */
} WayIndex;

static const WayEdges *edges_of(const WayIndex *index, int64_t id)
{
    WayEdges key = {.id = id};
    return bsearch(&key, index->at, index->b->ways.len, sizeof key, by_way_id);
}

/* The edge of way `id` that ends at (or begins from) the junction in a direction that may be driven; a way that passes through
   gives the one before. -1: none, or not unique. */
static int32_t edge_at(const WayIndex *index, int64_t id, int32_t via, bool arriving)
{
    const Network *net = index->b->net;
    const WayEdges *found = edges_of(index, id);
    int32_t edge = -1;
    for (uint32_t i = 0; found && i < found->len; i++) {
        const RoadEdge *e = &net->edges.at[found->first + i];
        const WaySpeed *speed = &net->speeds.at[e->way];
        if (e->from != via && e->to != via)
            continue;
        const uint8_t *way_on = (e->to == via) == arriving ? speed->forward : speed->backward;
        if (!way_on[ROADS_VAN] && !way_on[ROADS_BIKE] && !way_on[ROADS_TRACTOR])
            continue;
        if (edge >= 0)
            return -1;
        edge = (int32_t)(found->first + i);
    }
    return edge;
}

/* ---- restrictions over ways: the edges between are found by walking along the ways ---- */

typedef struct Walk {
    const WayIndex *index;
    const RawTurn *raw;
    int32_t edges[TURN_EDGES_MAX]; /* directed, from the restriction's first */
    uint32_t len;
    int32_t found[TURN_EDGES_MAX];
    uint32_t found_len;
    int found_times;
} Walk;

static void walk_way(Walk *w, int level, int32_t junction);

static void walk_on(Walk *w, int level, int32_t junction)
{
    if (level < w->raw->way_len) {
        walk_way(w, level, junction);
        return;
    }
    int32_t to = edge_at(w->index, w->raw->to, junction, false);
    if (to < 0 || w->len == TURN_EDGES_MAX)
        return;
    w->edges[w->len] = 2 * to + (w->index->b->net->edges.at[to].from != junction);
    if (w->found_times++ == 0) {
        memcpy(w->found, w->edges, sizeof w->found);
        w->found_len = w->len + 1;
    }
}

/* Along one via way from a junction, either way; wherever the next way may begin, on with that. */
static void walk_way(Walk *w, int level, int32_t junction)
{
    const Network *net = w->index->b->net;
    const WayEdges *way = edges_of(w->index, w->raw->ways[level]);
    uint32_t before = w->len;
    for (uint32_t i = 0; way && i < way->len; i++)
        for (int back = 0; back < 2; back++) {
            int32_t directed = 2 * (int32_t)(way->first + i) + back, at = junction;
            for (int64_t k = i; k >= 0 && k < way->len && w->len < TURN_EDGES_MAX && network_tail(net, directed) == at; k += back ? -1 : 1) {
                w->edges[w->len++] = directed;
                at = network_head(net, directed);
                walk_on(w, level + 1, at);
                directed += back ? -2 : 2;
                if (k + (back ? -1 : 1) < 0 || k + (back ? -1 : 1) >= way->len)
                    break;
            }
            w->len = before;
        }
}

static bool place_long_turn(Builder *b, const WayIndex *index, const RawTurn *raw)
{
    const WayEdges *from = edges_of(index, raw->from);
    Walk walk = {.index = index, .raw = raw};
    for (uint32_t i = 0; from && i < from->len; i++)
        for (int back = 0; back < 2; back++) {
            int32_t edge = (int32_t)(from->first + i), directed = 2 * edge + back, junction = network_head(b->net, directed);
            if (edge_at(index, raw->from, junction, true) != edge)
                continue;
            walk.edges[0] = directed;
            walk.len = 1;
            walk_on(&walk, 0, junction);
        }
    if (walk.found_times != 1) /* it fits nowhere, or nobody can tell where */
        return false;
    LongTurn rule = {.first = (uint32_t)b->net->turn_edges.len, .len = walk.found_len, .only = raw->only, .profiles = raw->profiles};
    for (uint32_t i = 0; i < walk.found_len; i++)
        LIST_ADD(&b->net->turn_edges, walk.found[i]);
    LIST_ADD(&b->net->long_turns, rule);
    return true;
}

static bool place_turn(Builder *b, const WayIndex *index, const RawTurn *raw)
{
    RawNode *via = find_node(b, raw->via);
    if (!via || via->junction < 0)
        return false;
    TurnRule rule = {.from = edge_at(index, raw->from, via->junction, true), .via = via->junction,
                     .to = edge_at(index, raw->to, via->junction, false), .only = raw->only, .profiles = raw->profiles};
    if (rule.from < 0 || rule.to < 0)
        return false;
    LIST_ADD(&b->net->turns, rule);
    return true;
}

static void place_turns(Builder *b, const uint32_t *first_edge)
{
    WayIndex index = {b, list_grow(NULL, &(size_t){0}, b->ways.len + 1, sizeof(WayEdges))};
    for (size_t i = 0; i < b->ways.len; i++)
        index.at[i] = (WayEdges){b->ways.at[i].id, (uint32_t)i, first_edge[i], first_edge[i + 1] - first_edge[i]};
    qsort(index.at, b->ways.len, sizeof *index.at, by_way_id);
    for (size_t i = 0; i < b->turns.len; i++) {
        const RawTurn *raw = &b->turns.at[i];
        bool placed = raw->way_len ? place_long_turn(b, &index, raw) : place_turn(b, &index, raw);
        b->report->restrictions_kept += placed && !raw->again;
    }
    free(index.at);
}

static void mark_turn_nodes(Builder *b)
{
    for (size_t i = 0; i < b->turns.len; i++) {
        RawNode *via = b->turns.at[i].way_len ? NULL : find_node(b, b->turns.at[i].via);
        if (via)
            via->uses = 2;
    }
}

static Err *build(Builder *b, const char *path)
{
    TRY(osm_read(b->arena, path, first_reading, b));
    if (b->ways.len == 0)
        return err_detail(b->arena, ERR_INVALID, "roads.empty", "there is no road in %s", path);
    list_nodes(b);
    TRY(osm_read(b->arena, path, second_reading, b));
    mark_turn_nodes(b);
    size_t longest = 0;
    for (size_t i = 0; i < b->ways.len; i++)
        longest = b->ways.at[i].ref_len > longest ? b->ways.at[i].ref_len : longest;
    RawNode **row = list_grow(NULL, &(size_t){0}, longest + 1, sizeof *row);
    uint32_t *first_edge = list_grow(NULL, &(size_t){0}, b->ways.len + 1, sizeof *first_edge);
    for (size_t i = 0; i < b->ways.len; i++) {
        first_edge[i] = (uint32_t)b->net->edges.len;
        cut_way(b, (uint32_t)i, row);
    }
    first_edge[b->ways.len] = (uint32_t)b->net->edges.len;
    place_turns(b, first_edge);
    free(row);
    free(first_edge);
    b->report->nodes = (int64_t)b->node_len;
    b->report->junctions = (int64_t)b->net->junctions.len;
    b->report->edges = (int64_t)b->net->edges.len;
    if (b->net->edges.len == 0)
        return err_detail(b->arena, ERR_INVALID, "roads.empty", "the roads in %s have no places", path);
    return NULL;
}

Err *network_read(Arena *arena, const char *osm_path, NetworkWatch *watch, Network *out, RoadsReport *report)
{
    *out = (Network){0};
    Builder b = {.arena = arena, .net = out, .watch = watch, .report = report};
    Err *err = build(&b, osm_path);
    free(b.ways.at);
    free(b.refs.at);
    free(b.turns.at);
    free(b.nodes);
    return err;
}

void network_free(Network *net)
{
    free(net->junctions.at);
    free(net->blocked.at);
    free(net->edges.at);
    free(net->dots.at);
    free(net->speeds.at);
    free(net->turns.at);
    free(net->long_turns.at);
    free(net->turn_edges.at);
    *net = (Network){0};
}
