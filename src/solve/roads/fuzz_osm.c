/* Fuzzing the readers of OpenStreetMap files: .osm.pbf when the first byte is even, else XML or gzip. */
#include "solve/roads/osm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Err *ignore(void *arg, const OsmElement *element, double part)
{
    (void)part;
    *(size_t *)arg += element->tag_len + element->ref_len + element->member_len;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t sum = 0;
    if (size == 0)
        return 0;
    Arena *arena = arena_new();
    Str bytes = {(const char *)data + 1, size - 1};
    if (data[0] & 1)
        osm_read_xml(arena, bytes, ignore, &sum);
    else
        osm_read_pbf(arena, bytes, ignore, &sum);
    arena_free(arena);
    return 0;
}
