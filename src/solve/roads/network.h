/* The road network between junctions, before any profile looks at it. */
#pragma once
#include "solve/roads/profile.h"

/* A list that grows outside the arena, since arenas cannot give back. */
#define LIST(Type)                                                                                                     \
    struct {                                                                                                           \
        Type *at;                                                                                                      \
        size_t len, room;                                                                                              \
    }
void *list_grow(void *at, size_t *room, size_t need, size_t size);
#define LIST_ADD(list, value)                                                                                          \
    do {                                                                                                               \
        if ((list)->len == (list)->room)                                                                               \
            (list)->at = list_grow((list)->at, &(list)->room, (list)->len + 1, sizeof *(list)->at);                    \
        (list)->at[(list)->len++] = (value);                                                                           \
    } while (0)

typedef struct RoadDot {
    int32_t lon, lat; /* 1e-7 degrees */
} RoadDot;

typedef struct RoadEdge {
    int32_t from, to;       /* junctions */
    uint32_t dot, dot_len;  /* its line, both ends included */
    int32_t length_cm;
    uint32_t way;           /* into Network.speeds */
} RoadEdge;

typedef struct TurnRule {
    int32_t from, via, to; /* edge, junction, edge */
    bool only;             /* no other way on than to */
    uint8_t profiles;      /* bits */
} TurnRule;

/* A restriction that passes over one or more ways between from and to. */
typedef struct LongTurn {
    uint32_t first, len;   /* into Network.turn_edges: directed edges from .. to, three or more */
    bool only;
    uint8_t profiles;
} LongTurn;

typedef struct Network {
    LIST(RoadDot) junctions;
    LIST(uint8_t) blocked;    /* by junction: profiles (bits) */
    LIST(RoadEdge) edges;
    LIST(RoadDot) dots;
    LIST(WaySpeed) speeds;    /* by way */
    LIST(TurnRule) turns;
    LIST(LongTurn) long_turns;
    LIST(int32_t) turn_edges; /* 2 * edge + 1 when driven backwards */
} Network;

static inline int32_t network_tail(const Network *net, int32_t directed)
{
    const RoadEdge *edge = &net->edges.at[directed / 2];
    return directed & 1 ? edge->to : edge->from;
}

static inline int32_t network_head(const Network *net, int32_t directed)
{
    return network_tail(net, directed ^ 1);
}

typedef struct NetworkWatch {
    const RoadsImport *options;
    Arena *arena;
    double last;
} NetworkWatch;

/* roads.cancelled when the caller has had enough. */
Err *network_told(NetworkWatch *watch, const char *doing, double part);

Err *network_read(Arena *arena, const char *osm_path, NetworkWatch *watch, Network *out, RoadsReport *report);
void network_free(Network *network);
