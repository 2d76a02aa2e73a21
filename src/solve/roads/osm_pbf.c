/* .osm.pbf: length-prefixed protobuf blobs, zlib inside (OpenStreetMap wiki, "PBF Format"). The bytes come from outside, so
   every length is checked against what is there. */
#include "solve/roads/osm.h"

#include <string.h>
#include <zlib.h>

enum { HEADER_MAX = 64 * 1024, BLOB_MAX = 32 * 1024 * 1024, STRINGS_MAX = 4 * 1024 * 1024 };

typedef struct Bytes {
    const uint8_t *at, *end;
    bool bad;
} Bytes;

typedef struct Block {
    Arena *arena; /* reset after each block */
    Str *strings;
    size_t string_len;
    int64_t granularity, lat_offset, lon_offset;
    OsmSink sink;
    void *arg;
    double part;
    OsmTag *tags;
    size_t tag_room;
} Block;

static Err *damaged(Arena *arena, const char *what)
{
    return err_detail(arena, ERR_INVALID, "roads.format", "the .osm.pbf file is damaged: %s", what);
}

static Bytes bytes_of(Str s)
{
    return (Bytes){(const uint8_t *)s.at, (const uint8_t *)s.at + s.len, false};
}

static uint64_t read_varint(Bytes *b)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (b->at == b->end) {
            b->bad = true;
            return 0;
        }
        uint8_t byte = *b->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    b->bad = true;
    return 0;
}

static int64_t unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

typedef struct Part {
    uint32_t number;
    uint64_t value; /* varint */
    Str bytes;      /* length-delimited */
} Part;

/* The next field; false at the end or when damaged (then b->bad). */
static bool read_part(Bytes *b, Part *out)
{
    if (b->bad || b->at == b->end)
        return false;
    uint64_t key = read_varint(b);
    *out = (Part){.number = (uint32_t)(key >> 3)};
    uint64_t len = 0;
    switch (key & 7) {
    case 0:
        out->value = read_varint(b);
        return !b->bad;
    case 1:
        len = 8;
        break;
    case 2:
        len = read_varint(b);
        break;
    case 5:
        len = 4;
        break;
    default:
        b->bad = true;
        return false;
    }
    if (b->bad || len > (uint64_t)(b->end - b->at)) {
        b->bad = true;
        return false;
    }
    out->bytes = (Str){(const char *)b->at, (size_t)len};
    b->at += len;
    return true;
}

/* How many varints a packed field holds. */
static size_t count_varints(Str packed)
{
    size_t len = 0;
    for (size_t i = 0; i < packed.len; i++)
        len += !((uint8_t)packed.at[i] & 0x80);
    return len;
}

static int64_t *read_deltas(Block *block, Str packed, size_t *len)
{
    Bytes b = bytes_of(packed);
    int64_t *out = NEW_ARRAY(block->arena, int64_t, count_varints(packed) + 1), value = 0;
    *len = 0;
    while (b.at < b.end && !b.bad) {
        uint64_t delta = read_varint(&b);
        if (b.bad)
            break;
        value = (int64_t)((uint64_t)value + (uint64_t)unzigzag(delta));
        out[(*len)++] = value;
    }
    return out;
}

static Str string_at(const Block *block, uint64_t index)
{
    return index < block->string_len ? block->strings[index] : (Str){0};
}

/* 1e-9 degrees scaled by the block's granularity, as 1e-7 degrees; out of range is clamped and never used. */
static int32_t degrees(const Block *block, int64_t offset, int64_t value)
{
    __int128_t nano = (__int128_t)value * block->granularity + offset;
    nano /= 100;
    if (nano > 1800000000 || nano < -1800000000)
        return INT32_MAX;
    return (int32_t)nano;
}

static void room_for_tags(Block *block, size_t len)
{
    if (len <= block->tag_room)
        return;
    block->tags = NEW_ARRAY(block->arena, OsmTag, len);
    block->tag_room = len;
}

static size_t read_tags(Block *block, Str keys, Str values)
{
    Bytes k = bytes_of(keys), v = bytes_of(values);
    size_t len = 0;
    room_for_tags(block, count_varints(keys) + 1);
    while (k.at < k.end && v.at < v.end && len < OSM_TAGS_MAX) {
        uint64_t key = read_varint(&k), value = read_varint(&v);
        if (k.bad || v.bad)
            break;
        block->tags[len++] = (OsmTag){string_at(block, key), string_at(block, value)};
    }
    return len;
}

static Err *read_dense(Block *block, Str bytes)
{
    Bytes b = bytes_of(bytes);
    Part part;
    Str ids = {0}, lats = {0}, lons = {0}, pairs = {0};
    while (read_part(&b, &part)) {
        if (part.number == 1)
            ids = part.bytes;
        else if (part.number == 8)
            lats = part.bytes;
        else if (part.number == 9)
            lons = part.bytes;
        else if (part.number == 10)
            pairs = part.bytes;
    }
    size_t id_len, lat_len, lon_len;
    int64_t *id = read_deltas(block, ids, &id_len), *lat = read_deltas(block, lats, &lat_len);
    int64_t *lon = read_deltas(block, lons, &lon_len);
    if (b.bad || lat_len != id_len || lon_len != id_len)
        return damaged(block->arena, "nodes without coordinates");
    Bytes words = bytes_of(pairs);
    room_for_tags(block, count_varints(pairs) / 2 + 1);
    for (size_t i = 0; i < id_len; i++) {
        OsmElement node = {.type = 'n', .id = id[i], .lat = degrees(block, block->lat_offset, lat[i]),
                           .lon = degrees(block, block->lon_offset, lon[i]), .tags = block->tags};
        while (words.at < words.end && !words.bad) {
            uint64_t key = read_varint(&words);
            if (key == 0)
                break;
            uint64_t value = read_varint(&words);
            if (node.tag_len < OSM_TAGS_MAX && node.tag_len < block->tag_room)
                block->tags[node.tag_len++] = (OsmTag){string_at(block, key), string_at(block, value)};
        }
        TRY(block->sink(block->arg, &node, block->part));
    }
    return NULL;
}

typedef struct Message { /* fields that nodes, ways and relations share */
    int64_t id;
    Str keys, values, eight, nine, ten;
    uint64_t eight_value, nine_value;
    bool bad;
} Message;

static Message read_message(Str bytes)
{
    Bytes b = bytes_of(bytes);
    Part part;
    Message m = {0};
    while (read_part(&b, &part)) {
        switch (part.number) {
        case 1:
            m.id = (int64_t)part.value;
            break;
        case 2:
            m.keys = part.bytes;
            break;
        case 3:
            m.values = part.bytes;
            break;
        case 8:
            m.eight = part.bytes, m.eight_value = part.value;
            break;
        case 9:
            m.nine = part.bytes, m.nine_value = part.value;
            break;
        case 10:
            m.ten = part.bytes;
            break;
        default:
            break;
        }
    }
    m.bad = b.bad;
    return m;
}

static Err *read_node(Block *block, Str bytes)
{
    Message m = read_message(bytes);
    OsmElement node = {.type = 'n', .id = unzigzag((uint64_t)m.id), .tag_len = read_tags(block, m.keys, m.values)};
    node.lat = degrees(block, block->lat_offset, unzigzag(m.eight_value));
    node.lon = degrees(block, block->lon_offset, unzigzag(m.nine_value));
    node.tags = block->tags;
    return m.bad ? damaged(block->arena, "a node is cut off") : block->sink(block->arg, &node, block->part);
}

static Err *read_way(Block *block, Str bytes)
{
    Message m = read_message(bytes);
    OsmElement way = {.type = 'w', .id = m.id, .tag_len = read_tags(block, m.keys, m.values)};
    way.tags = block->tags;
    way.refs = read_deltas(block, m.eight, &way.ref_len);
    if (m.bad || way.ref_len > OSM_REFS_MAX)
        return damaged(block->arena, "a way is cut off or absurdly long");
    return block->sink(block->arg, &way, block->part);
}

static Err *read_relation(Block *block, Str bytes)
{
    Message m = read_message(bytes);
    size_t len;
    int64_t *ids = read_deltas(block, m.nine, &len);
    OsmElement relation = {.type = 'r', .id = m.id, .tag_len = read_tags(block, m.keys, m.values)};
    relation.tags = block->tags;
    if (m.bad || len > OSM_MEMBERS_MAX)
        return damaged(block->arena, "a relation is cut off or absurdly long");
    OsmMember *members = NEW_ARRAY(block->arena, OsmMember, len + 1);
    Bytes roles = bytes_of(m.eight), types = bytes_of(m.ten);
    for (size_t i = 0; i < len; i++) {
        uint64_t role = read_varint(&roles), type = read_varint(&types);
        members[i] = (OsmMember){ids[i], type == 0 ? 'n' : type == 1 ? 'w' : 'r', string_at(block, role)};
    }
    relation.members = members;
    relation.member_len = len;
    return block->sink(block->arg, &relation, block->part);
}

static Err *read_group(Block *block, Str bytes)
{
    Bytes b = bytes_of(bytes);
    Part part;
    while (read_part(&b, &part)) {
        if (part.number == 1)
            TRY(read_node(block, part.bytes));
        else if (part.number == 2)
            TRY(read_dense(block, part.bytes));
        else if (part.number == 3)
            TRY(read_way(block, part.bytes));
        else if (part.number == 4)
            TRY(read_relation(block, part.bytes));
    }
    return b.bad ? damaged(block->arena, "a group is cut off") : NULL;
}

static Err *read_strings(Block *block, Str bytes)
{
    Bytes b = bytes_of(bytes);
    Part part;
    size_t room = 1024;
    block->strings = NEW_ARRAY(block->arena, Str, room);
    block->string_len = 0;
    while (read_part(&b, &part)) {
        if (part.number != 1)
            continue;
        if (block->string_len == room) {
            if (room > STRINGS_MAX)
                return damaged(block->arena, "too many words");
            Str *more = NEW_ARRAY(block->arena, Str, room * 2);
            memcpy(more, block->strings, room * sizeof *more);
            block->strings = more;
            room *= 2;
        }
        block->strings[block->string_len++] = part.bytes;
    }
    return b.bad ? damaged(block->arena, "the table of words is cut off") : NULL;
}

static Err *read_block(Block *block, Str bytes)
{
    Bytes b = bytes_of(bytes), again = b;
    Part part;
    block->granularity = 100;
    block->lat_offset = block->lon_offset = 0;
    block->string_len = 0;
    while (read_part(&b, &part)) {
        if (part.number == 1)
            TRY(read_strings(block, part.bytes));
        else if (part.number == 17)
            block->granularity = (int32_t)part.value;
        else if (part.number == 19)
            block->lat_offset = (int64_t)part.value;
        else if (part.number == 20)
            block->lon_offset = (int64_t)part.value;
    }
    if (b.bad || block->granularity <= 0)
        return damaged(block->arena, "a block is cut off");
    while (read_part(&again, &part))
        if (part.number == 2)
            TRY(read_group(block, part.bytes));
    return NULL;
}

static Err *check_header(Arena *arena, Str bytes)
{
    Bytes b = bytes_of(bytes);
    Part part;
    while (read_part(&b, &part))
        if (part.number == 4 && !str_eq(part.bytes, STR("OsmSchema-V0.6")) && !str_eq(part.bytes, STR("DenseNodes")))
            return err_detail(arena, ERR_INVALID, "roads.format", "the file needs \"%.*s\", which this program does not know",
                              STR_ARG(part.bytes));
    return b.bad ? damaged(arena, "its header") : NULL;
}

static Err *unpack_blob(Arena *arena, Str blob, Str *out)
{
    Bytes b = bytes_of(blob);
    Part part;
    Str packed = {0};
    uint64_t size = 0;
    *out = (Str){0};
    while (read_part(&b, &part)) {
        if (part.number == 1)
            *out = part.bytes;
        else if (part.number == 2)
            size = part.value;
        else if (part.number == 3)
            packed = part.bytes;
        else if (part.number >= 4 && part.number <= 7)
            return err_detail(arena, ERR_INVALID, "roads.format", "the file is packed in a way other than zlib");
    }
    if (b.bad || size > BLOB_MAX)
        return damaged(arena, "a blob is cut off or too large");
    if (packed.len == 0)
        return NULL;
    char *to = arena_alloc(arena, (size_t)size + 1);
    uLongf got = (uLongf)size;
    if (uncompress((Bytef *)to, &got, (const Bytef *)packed.at, (uLong)packed.len) != Z_OK || got != size)
        return damaged(arena, "a blob does not unpack");
    *out = (Str){to, (size_t)size};
    return NULL;
}

static Err *read_blob_header(Arena *arena, Str *rest, Str *type, Str *blob)
{
    if (rest->len < 4)
        return damaged(arena, "it ends within a header");
    const uint8_t *at = (const uint8_t *)rest->at;
    size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    if (len > HEADER_MAX || len > rest->len - 4)
        return damaged(arena, "a header is too long");
    Bytes b = bytes_of(str_slice(*rest, 4, 4 + len));
    Part part;
    uint64_t size = 0;
    while (read_part(&b, &part)) {
        if (part.number == 1)
            *type = part.bytes;
        else if (part.number == 3)
            size = part.value;
    }
    if (b.bad || size > BLOB_MAX || size > rest->len - 4 - len)
        return damaged(arena, "a blob is longer than the file");
    *blob = str_slice(*rest, 4 + len, 4 + len + (size_t)size);
    *rest = str_slice(*rest, 4 + len + (size_t)size, rest->len);
    return NULL;
}

Err *osm_read_pbf(Arena *arena, Str bytes, OsmSink sink, void *arg)
{
    Arena *own = arena_new();
    Str rest = bytes;
    Err *err = NULL;
    bool headed = false;
    while (!err && rest.len > 0) {
        Str type = {0}, blob, data;
        arena_reset(own);
        err = read_blob_header(own, &rest, &type, &blob);
        if (!err)
            err = unpack_blob(own, blob, &data);
        Block block = {.arena = own, .sink = sink, .arg = arg, .part = 1 - (double)rest.len / (double)bytes.len};
        if (!err && str_eq(type, STR("OSMHeader"))) {
            headed = true;
            err = check_header(own, data);
        } else if (!err && str_eq(type, STR("OSMData"))) {
            err = headed ? read_block(&block, data) : damaged(own, "data before its header");
        }
    }
    err = err ? err_copy(arena, err) : headed ? NULL : damaged(arena, "it has no header");
    arena_free(own);
    return err;
}
