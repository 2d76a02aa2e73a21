/* Writing and mapping road files. The checksum covers every byte behind the header's own words, so a file that opens is the file
   that was written. */
#include "solve/roads/file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "solve/roads/grid.h"

enum { SECTION_JUNCTION, SECTION_EDGE, SECTION_DOT, SECTION_CELL_FIRST, SECTION_CELL_EDGES, SECTION_PROFILES,
       PROFILE_TIME = 0, PROFILE_HEAD, PROFILE_COPY, PROFILE_ARC_FIRST, PROFILE_ARC, PROFILE_CONNECTED, PROFILE_UP_FIRST,
       PROFILE_UP, PROFILE_DOWN_FIRST, PROFILE_DOWN, PROFILE_SECTIONS,
       SECTIONS = SECTION_PROFILES + ROADS_PROFILES * PROFILE_SECTIONS };

typedef struct Section {
    uint64_t at, len; /* bytes from the file's begin */
} Section;

typedef struct Header {
    char magic[8];
    uint32_t version, header_bytes;
    uint64_t checksum, file_bytes;
    RoadsGrid grid;
    int32_t junctions, edges, dots, nodes[ROADS_PROFILES];
    int32_t box[4];
    int32_t detour_ppm[ROADS_PROFILES], detour_mm_s[ROADS_PROFILES], detour_trips[ROADS_PROFILES];
    Section sections[SECTIONS];
} Header;

static const char magic[8] = "MILROAD";

/* FNV-1a over 8-byte words with a rotation between: as quick as memory. */
static uint64_t checksum(const char *at, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = 0;
        memcpy(&word, at + i, len - i < 8 ? len - i : 8);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash = hash << 29 | hash >> 35;
    }
    return hash;
}

typedef struct Sheet {
    const void *at;
    size_t len;
} Sheet;

static void profile_sheets(const Network *net, const Graph *g, const Hierarchy *h, Sheet *out)
{
    size_t n = (size_t)g->nodes + 1, directed = 2 * net->edges.len;
    out[PROFILE_TIME] = (Sheet){g->time, directed * 4};
    out[PROFILE_HEAD] = (Sheet){g->head, directed * 4};
    out[PROFILE_COPY] = (Sheet){g->copy_first, (net->junctions.len + 1) * 4};
    out[PROFILE_ARC_FIRST] = (Sheet){g->arc_first, n * 4};
    out[PROFILE_ARC] = (Sheet){g->arcs, (size_t)g->arc_len * sizeof(GraphArc)};
    out[PROFILE_CONNECTED] = (Sheet){g->connected, net->edges.len};
    out[PROFILE_UP_FIRST] = (Sheet){h->up_first, n * 4};
    out[PROFILE_UP] = (Sheet){h->up, (size_t)h->up_len * sizeof(UpArc)};
    out[PROFILE_DOWN_FIRST] = (Sheet){h->down_first, n * 4};
    out[PROFILE_DOWN] = (Sheet){h->down, (size_t)h->down_len * sizeof(UpArc)};
}

static const void *section(const Roads *roads, const Header *header, int i)
{
    return (const char *)roads->map + header->sections[i].at;
}

static void point(Roads *roads, const Header *h)
{
    roads->grid = h->grid;
    roads->junctions = h->junctions;
    roads->edges = h->edges;
    roads->box = (RoadsBox){h->box[0] * 1e-7, h->box[1] * 1e-7, h->box[2] * 1e-7, h->box[3] * 1e-7};
    roads->junction = section(roads, h, SECTION_JUNCTION);
    roads->edge = section(roads, h, SECTION_EDGE);
    roads->dots = section(roads, h, SECTION_DOT);
    roads->cell_first = section(roads, h, SECTION_CELL_FIRST);
    roads->cell_edges = section(roads, h, SECTION_CELL_EDGES);
    for (int p = 0; p < ROADS_PROFILES; p++) {
        roads->detour[p] = (RoadsDetour){h->detour_ppm[p] * 1e-6, h->detour_mm_s[p] * 1e-3, (size_t)h->detour_trips[p]};
        int s = SECTION_PROFILES + p * PROFILE_SECTIONS;
        roads->ways[p] = (RoadsWays){.nodes = h->nodes[p],
                                     .time = section(roads, h, s + PROFILE_TIME),
                                     .head = section(roads, h, s + PROFILE_HEAD),
                                     .copy_first = section(roads, h, s + PROFILE_COPY),
                                     .arc_first = section(roads, h, s + PROFILE_ARC_FIRST),
                                     .arcs = section(roads, h, s + PROFILE_ARC),
                                     .connected = section(roads, h, s + PROFILE_CONNECTED),
                                     .up_first = section(roads, h, s + PROFILE_UP_FIRST),
                                     .up = section(roads, h, s + PROFILE_UP),
                                     .down_first = section(roads, h, s + PROFILE_DOWN_FIRST),
                                     .down = section(roads, h, s + PROFILE_DOWN)};
    }
}

/* Of the finished arrays, as whoever opens the file will see them. */
static void learn_detours(Arena *arena, char *bytes, size_t len, Header *header, RoadsReport *report)
{
    Roads roads = {.map = bytes, .map_len = len};
    point(&roads, header);
    for (int p = 0; p < ROADS_PROFILES; p++) {
        RoadsDetour learned = detour_learn(arena, &roads, (RoadsProfile)p);
        report->detour[p] = learned;
        header->detour_ppm[p] = (int32_t)lround(learned.factor * 1e6);
        header->detour_mm_s[p] = (int32_t)lround(learned.metres_per_second * 1e3);
        header->detour_trips[p] = (int32_t)learned.trips;
    }
}

static FileEdge *file_edges(Arena *arena, const Network *net)
{
    FileEdge *edges = NEW_ARRAY(arena, FileEdge, net->edges.len + 1);
    for (size_t i = 0; i < net->edges.len; i++) {
        const RoadEdge *e = &net->edges.at[i];
        edges[i] = (FileEdge){e->from, e->to, e->dot, e->dot_len, e->length_cm, net->speeds.at[e->way].kind};
    }
    return edges;
}

Err *roads_file_write(Arena *arena, const char *path, const Network *net, const Graph *graphs, const Hierarchy *hierarchies,
                      RoadsReport *report)
{
    Arena *own = arena_new();
    GridLists grid = grid_build(own, net);
    size_t cells = (size_t)grid.grid.columns * (size_t)grid.grid.rows;
    Sheet sheets[SECTIONS];
    sheets[SECTION_JUNCTION] = (Sheet){net->junctions.at, net->junctions.len * sizeof(RoadDot)};
    sheets[SECTION_EDGE] = (Sheet){file_edges(own, net), net->edges.len * sizeof(FileEdge)};
    sheets[SECTION_DOT] = (Sheet){net->dots.at, net->dots.len * sizeof(RoadDot)};
    sheets[SECTION_CELL_FIRST] = (Sheet){grid.cell_first, (cells + 1) * 4};
    sheets[SECTION_CELL_EDGES] = (Sheet){grid.cell_edges, (size_t)grid.cell_first[cells] * 4};
    Header header = {.version = ROADS_VERSION, .header_bytes = sizeof header, .grid = grid.grid,
                     .junctions = (int32_t)net->junctions.len, .edges = (int32_t)net->edges.len,
                     .dots = (int32_t)net->dots.len};
    memcpy(header.magic, magic, sizeof magic);
    for (int p = 0; p < ROADS_PROFILES; p++) {
        profile_sheets(net, &graphs[p], &hierarchies[p], &sheets[SECTION_PROFILES + p * PROFILE_SECTIONS]);
        header.nodes[p] = graphs[p].nodes;
    }
    header.box[0] = header.box[1] = INT32_MAX, header.box[2] = header.box[3] = INT32_MIN;
    for (size_t i = 0; i < net->dots.len; i++) {
        RoadDot dot = net->dots.at[i];
        header.box[0] = dot.lon < header.box[0] ? dot.lon : header.box[0];
        header.box[1] = dot.lat < header.box[1] ? dot.lat : header.box[1];
        header.box[2] = dot.lon > header.box[2] ? dot.lon : header.box[2];
        header.box[3] = dot.lat > header.box[3] ? dot.lat : header.box[3];
    }
    size_t len = (sizeof header + 7) / 8 * 8;
    for (int i = 0; i < SECTIONS; i++) {
        header.sections[i] = (Section){len, sheets[i].len};
        len += (sheets[i].len + 7) / 8 * 8;
    }
    char *bytes = arena_alloc(own, len);
    for (int i = 0; i < SECTIONS; i++)
        if (sheets[i].len)
            memcpy(bytes + header.sections[i].at, sheets[i].at, sheets[i].len);
    learn_detours(own, bytes, len, &header, report);
    header.file_bytes = len;
    memcpy(bytes, &header, sizeof header);
    header.checksum = checksum(bytes + offsetof(Header, file_bytes), len - offsetof(Header, file_bytes));
    memcpy(bytes, &header, sizeof header);
    report->file_bytes = (int64_t)len;
    Err *err = file_write(arena, path, (Str){bytes, len}, 0644);
    arena_free(own);
    return err;
}

/* ---- opening ---- */

static void unmap(void *thing)
{
    Roads *roads = thing;
    munmap(roads->map, roads->map_len);
}

static Err *damaged(Arena *arena, const char *path)
{
    return err_detail(arena, ERR_INVALID, "roads.damaged", "%s is damaged or not a road file: import it again", path);
}

static Err *map_file(Arena *arena, const char *path, Roads *roads)
{
    struct stat info = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_detail(arena, errno == ENOENT ? ERR_MISSING : ERR_BROKEN, errno == ENOENT ? "file.missing" : "file.unreadable",
                          "%s: make it with `millet import roads`", path);
    if (fstat(fd, &info) != 0 || (size_t)info.st_size < sizeof(Header)) {
        close(fd);
        return damaged(arena, path);
    }
    roads->map_len = (size_t)info.st_size;
    roads->map = mmap(NULL, roads->map_len, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (roads->map == MAP_FAILED)
        return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: it cannot be mapped", path);
    arena_on_reset(arena, unmap, roads);
    return NULL;
}

static bool sections_good(const Roads *roads, const Header *h)
{
    for (int i = 0; i < SECTIONS; i++)
        if (h->sections[i].at % 8 != 0 || h->sections[i].at > roads->map_len ||
            h->sections[i].len > roads->map_len - h->sections[i].at)
            return false;
    return h->junctions > 0 && h->edges > 0 && h->grid.columns > 0 && h->grid.rows > 0 &&
           h->sections[SECTION_EDGE].len == (uint64_t)h->edges * sizeof(FileEdge) &&
           h->sections[SECTION_JUNCTION].len == (uint64_t)h->junctions * sizeof(RoadDot) &&
           h->sections[SECTION_CELL_FIRST].len == ((uint64_t)h->grid.columns * (uint64_t)h->grid.rows + 1) * 4;
}

Err *roads_open(Arena *arena, const char *path, Roads **out)
{
    Roads *roads = NEW(arena, Roads);
    TRY(map_file(arena, path, roads));
    Header header;
    memcpy(&header, roads->map, sizeof header);
    if (memcmp(header.magic, magic, sizeof magic) != 0)
        return damaged(arena, path);
    if (header.version > UINT16_MAX && __builtin_bswap32(header.version) <= UINT16_MAX)
        return err_detail(arena, ERR_CONFLICT, "roads.version", "%s was made on a machine that writes numbers the other way round: import it again on this one", path);
    if (header.version != ROADS_VERSION || header.header_bytes != sizeof header)
        return err_detail(arena, ERR_CONFLICT, "roads.version", "%s is of version %u, this program reads version %u: import it again", path, header.version,
                          (unsigned)ROADS_VERSION);
    size_t from = offsetof(Header, file_bytes);
    if (header.file_bytes != roads->map_len ||
        header.checksum != checksum((const char *)roads->map + from, roads->map_len - from) || !sections_good(roads, &header))
        return damaged(arena, path);
    point(roads, &header);
    *out = roads;
    return NULL;
}

RoadsBox roads_box(const Roads *roads)
{
    return roads->box;
}
