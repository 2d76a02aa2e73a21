/* Who may use which road how fast: tables, one row per kind of traveller. */
#pragma once
#include "solve/roads/osm.h"
#include "solve/roads/roads.h"

typedef struct WaySpeed {
    uint8_t forward[ROADS_PROFILES], backward[ROADS_PROFILES]; /* km/h; 0: not allowed */
    uint8_t kind;                                              /* for drawing: 0 motorway .. 7 path */
} WaySpeed;

/* False when no profile may use the way at all. */
bool way_speeds(const OsmElement *way, WaySpeed *out);
/* Profiles (bits) that a node lets nobody through for: bollards, locked gates. */
unsigned node_blocks(const OsmElement *node);
/* Profiles (bits) that a turn restriction binds; 0: none of ours. */
unsigned restriction_binds(const OsmElement *relation);
