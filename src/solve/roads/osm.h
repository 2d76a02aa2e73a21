/* OpenStreetMap files, element by element. */
#pragma once
#include "base/base.h"

typedef struct OsmTag {
    Str key, value;
} OsmTag;

typedef struct OsmMember {
    int64_t id;
    char type; /* 'n', 'w', 'r' */
    Str role;
} OsmMember;

typedef struct OsmElement {
    char type; /* 'n', 'w', 'r' */
    int64_t id;
    int32_t lon, lat; /* 1e-7 degrees; nodes */
    const OsmTag *tags;
    size_t tag_len;
    const int64_t *refs; /* ways */
    size_t ref_len;
    const OsmMember *members; /* relations */
    size_t member_len;
} OsmElement;

enum { OSM_REFS_MAX = 100000, OSM_TAGS_MAX = 2000, OSM_MEMBERS_MAX = 200000 };

/* Called for each element; what it points to lives during the call. part: how much of the file is read, 0..1. */
typedef Err *(*OsmSink)(void *arg, const OsmElement *element, double part);

/* .osm.pbf, .osm or .osm.gz by content. Codes: file.missing, file.unreadable, roads.format. */
Err *osm_read(Arena *arena, const char *path, OsmSink sink, void *arg);

/* The same on bytes in memory (tests, fuzzing). */
Err *osm_read_pbf(Arena *arena, Str bytes, OsmSink sink, void *arg);
Err *osm_read_xml(Arena *arena, Str bytes, OsmSink sink, void *arg); /* plain or gzip */

Str osm_tag(const OsmElement *element, const char *key); /* empty when absent */
