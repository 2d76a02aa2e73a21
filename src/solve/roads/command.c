/* `millet import roads`, `millet solve roads table` and `millet solve roads route`. */
#include "base/command.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "solve/roads/roads.h"

static bool show_progress(void *arg, const char *doing, double part)
{
    Args *args = arg;
    args_progress(args, doing, (int64_t)(part * 1000), 1000);
    return !args_gone(args);
}

/* Where the rounds look for it. */
static const char *usual_path(Args *args)
{
    return str_z(args->arena, str_format(args->arena, "%s/roads.mil", args->data ? args->data : "."));
}

static int run_import(Args *args)
{
    const char *out = args_option(args, "out");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!out) {
        out = usual_path(args);
        mkdir(args->data ? args->data : ".", 0700); /* where it is missing; anything else the writing will say */
    }
    RoadsImport options = {.progress = show_progress, .arg = args};
    RoadsReport report;
    Err *err = roads_import(args->arena, args->argv[0], out, &options, &report);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "Roads %lld, junctions %lld, stretches %lld, turn restrictions %lld of %lld\n", (long long)report.ways,
            (long long)report.junctions, (long long)report.edges, (long long)report.restrictions_kept,
            (long long)report.restrictions);
    for (int p = 0; p < ROADS_PROFILES; p++)
        fprintf(args->out, "%-8s %lld stretches connected, %lld shortcuts, %.2f times the straight line at %.0f km/h\n", roads_profile_name((RoadsProfile)p),
                (long long)report.connected[p], (long long)report.shortcuts[p], report.detour[p].factor, report.detour[p].metres_per_second * 3.6);
    fprintf(args->out, "Wrote %s: %lld bytes in %.2f CPU seconds\n", out, (long long)report.file_bytes,
            report.seconds);
    return EXIT_DONE;
}

typedef struct Ask {
    Roads *roads;
    RoadsProfile profile;
} Ask;

static int open_roads(Args *args, Ask *ask)
{
    const char *path = args_option(args, "roads"), *profile = args_option(args, "profile");
    if (!roads_profile_find(str_of(profile ? profile : "van"), &ask->profile)) {
        fputs("millet: --profile is van, truck, tractor, bike or foot\n", args->err);
        return EXIT_USAGE;
    }
    Err *err = roads_open(args->arena, path ? path : usual_path(args), &ask->roads);
    return err ? args_failed(args, err) : EXIT_DONE;
}

/* Snaps a point and says so when it is far from any road. */
static RoadsSnap snap(Args *args, const Ask *ask, double lon, double lat)
{
    RoadsSnap at = roads_snap(ask->roads, ask->profile, lon, lat);
    if (at.edge < 0)
        fprintf(args->err, "millet: no road within 20 km of %.6f,%.6f\n", lon, lat);
    else if (at.far)
        fprintf(args->err, "millet: %.6f,%.6f is %lld m from the nearest road\n", lon, lat, (long long)(at.away_cm / 100));
    return at;
}

static bool point_of(Str text, double *lon, double *lat)
{
    Str a, b;
    return str_cut(text, ',', &a, &b) && str_to_real(str_trim(a), lon) && str_to_real(str_trim(b), lat) &&
           fabs(*lon) <= 180 && fabs(*lat) <= 90;
}

static int run_route(Args *args)
{
    Ask ask;
    int status = open_roads(args, &ask);
    if (status || !args_done(args, 2, 2))
        return status ? status : EXIT_USAGE;
    RoadsSnap ends[2];
    for (int i = 0; i < 2; i++) {
        double lon, lat;
        if (!point_of(str_of(args->argv[i]), &lon, &lat)) {
            fputs("millet: a point is LONGITUDE,LATITUDE\n", args->err);
            return EXIT_USAGE;
        }
        ends[i] = snap(args, &ask, lon, lat);
    }
    RoadsPath path;
    Err *err = roads_route(args->arena, ask.roads, ask.profile, &ends[0], &ends[1], &path);
    if (err)
        return args_failed(args, err);
    fprintf(args->out,
            "{\"type\":\"Feature\",\"properties\":{\"distance_m\":%.1f,\"time_s\":%.1f,\"profile\":\"%s\",\"from_road_m\":%.1f,"
            "\"to_road_m\":%.1f},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[",
            (double)path.distance_cm / 100, (double)path.time_ms / 1000, roads_profile_name(ask.profile),
            (double)ends[0].away_cm / 100, (double)ends[1].away_cm / 100);
    for (size_t i = 0; i < path.len; i++)
        fprintf(args->out, "%s[%.7f,%.7f]", i ? "," : "", path.points[i].lon, path.points[i].lat);
    fputs("]}}\n", args->out);
    return EXIT_DONE;
}

/* "lon,lat" rows; a first row of words is a heading. */
static Err *read_points(Args *args, const Ask *ask, Str text, RoadsSnap *out, size_t *len)
{
    Csv csv = csv_open(args->arena, text, 0);
    *len = 0;
    for (;;) {
        StrList row;
        bool more;
        double lon, lat;
        TRY(csv_row(&csv, &row, &more));
        if (!more)
            return NULL;
        if (row.len >= 2 && str_to_real(str_trim(row.at[0]), &lon) && str_to_real(str_trim(row.at[1]), &lat)) {
            if (*len == ROADS_POINTS_MAX)
                return err_detail(args->arena, ERR_INVALID, "roads.size", "a table has at most 5,000 points");
            out[(*len)++] = snap(args, ask, lon, lat);
        } else if (csv.line > 1)
            return err_detail(args->arena, ERR_INVALID, "roads.point", "line %zu is not LONGITUDE,LATITUDE", csv.line);
    }
}

static void write_matrix(Args *args, const char *name, const int32_t *matrix, size_t len, double unit, const char *end)
{
    fprintf(args->out, "\"%s\":[", name);
    for (size_t i = 0; i < len; i++) {
        fputs(i ? ",\n[" : "[", args->out);
        for (size_t j = 0; j < len; j++) {
            int32_t value = matrix[i * len + j];
            fputs(j ? "," : "", args->out);
            if (value == ROADS_NONE)
                fputs("null", args->out);
            else
                fprintf(args->out, "%.0f", value / unit);
        }
        fputc(']', args->out);
    }
    fprintf(args->out, "]%s", end);
}

static int run_table(Args *args)
{
    Ask ask;
    Str text;
    size_t len;
    int status = open_roads(args, &ask);
    if (status || !args_done(args, 0, 1))
        return status ? status : EXIT_USAGE;
    RoadsSnap *points = NEW_ARRAY(args->arena, RoadsSnap, ROADS_POINTS_MAX);
    Err *err = args_read(args, args->argc ? args->argv[0] : "-", 1 << 20, &text);
    if (!err)
        err = read_points(args, &ask, text, points, &len);
    if (err)
        return args_failed(args, err);
    int32_t *time = NEW_ARRAY(args->arena, int32_t, len * len + 1), *distance = NEW_ARRAY(args->arena, int32_t, len * len + 1);
    RoadsImport watch = {.progress = show_progress, .arg = args};
    err = roads_table(args->arena, ask.roads, ask.profile, points, len, points, len, time, distance, &watch);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "{\"profile\":\"%s\",", roads_profile_name(ask.profile));
    write_matrix(args, "durations", time, len, 1000, ",\n");
    write_matrix(args, "distances", distance, len, 100, "}\n");
    return EXIT_DONE;
}

const Command solve_roads_commands[] = {
    COMMAND("import roads", N_("Turn an OpenStreetMap file into a road network for planning"),
            N_("Usage: millet import roads [--out PATH] FILE\n"
               "FILE is .osm.pbf, .osm or .osm.gz of your county (for example from a regional extract). What comes of it is\n"
               "roads.mil in the data folder, where the rounds look for it, unless --out names another place."),
            run_import),
    COMMAND("solve roads table", N_("Driving times and distances between many points"),
            N_("Usage: millet solve roads table [--roads PATH] [--profile van|truck|tractor|bike|foot] [POINTS.csv]\n"
               "POINTS.csv has longitude and latitude per row; the answer is JSON: durations in seconds, distances in metres."),
            run_table),
    COMMAND("solve roads route", N_("The fastest way between two points, with its line"),
            N_("Usage: millet solve roads route [--roads PATH] [--profile van] LON,LAT LON,LAT\n"
               "The answer is a GeoJSON Feature."),
            run_route),
    {0},
};
