/* Everything about a bundle that can be wrong is found here, before anything is written. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "core/core.h"
#include "exchange/bundle_in.h"

enum { RATIO_MAX = 200, SMALL_TOTAL = 64 << 20, DISK_SHARE = 3 };

void reading_show(const Reading *reading, const char *doing, int64_t done, int64_t of)
{
    if (reading->bundle->progress)
        reading->bundle->progress(reading->bundle->progress_arg, doing, done, of);
}

static Err *refuse(Arena *arena, const char *code, Str file)
{
    return err_arg(arena, err_new(arena, ERR_INVALID, code), "file", file);
}

/* ---- sizes ---- */

/* Rows take more room in a database than in the zip's lines, with indexes and the log beside them. */
static Err *sizes_check(Reading *reading)
{
    int64_t packed = 0;
    struct statvfs disk;
    for (size_t i = 0; i < reading->zip->len; i++)
        packed += reading->zip->entries[i].packed;
    if (reading->zip->total > SMALL_TOTAL && reading->zip->total / RATIO_MAX > packed)
        return err_new(reading->arena, ERR_INVALID, "bundle.bomb");
    if (statvfs(store_options(reading->arena).data, &disk) == 0 &&
        (uint64_t)reading->zip->total > (uint64_t)disk.f_bavail * disk.f_frsize / DISK_SHARE)
        return err_new(reading->arena, ERR_BROKEN, "disk.full");
    return NULL;
}

/* ---- checksums ---- */

/* "<64 digits>  <name>": the next line of text. */
static Err *sum_line(Reading *reading, Str *text, Str *sum, Str *name)
{
    Str line;
    str_cut(*text, '\n', &line, text);
    *sum = str_slice(line, 0, SHA256_TEXT);
    *name = str_slice(line, SHA256_TEXT + 2, line.len);
    return line.len > SHA256_TEXT + 2 && str_eq(str_slice(line, SHA256_TEXT, SHA256_TEXT + 2), STR("  "))
               ? NULL
               : refuse(reading->arena, "bundle.damaged", STR(SUMS_NAME));
}

static Err *entry_check(Reading *reading, Str sum, Str name, bool *seen)
{
    char found[SHA256_TEXT + 1];
    const ZipEntry *entry = zip_find(reading->zip, name);
    if (!entry)
        return refuse(reading->arena, "bundle.missing", name);
    if (seen[entry - reading->zip->entries])
        return refuse(reading->arena, "bundle.damaged", STR(SUMS_NAME));
    seen[entry - reading->zip->entries] = true;
    TRY(zip_sum(reading->zip, entry, found));
    return str_eq(str_of(found), sum) ? NULL : refuse(reading->arena, "bundle.checksum", name);
}

static Err *sums_check(Reading *reading)
{
    bool *seen = NEW_ARRAY(reading->arena, bool, reading->zip->len + 1);
    const ZipEntry *sums = zip_find(reading->zip, STR(SUMS_NAME));
    char mark[SHA256_TEXT + 1];
    Str text, sum, name;
    if (!sums)
        return refuse(reading->arena, "bundle.missing", STR(SUMS_NAME));
    seen[sums - reading->zip->entries] = true;
    TRY(zip_sum(reading->zip, sums, mark));
    reading->bundle->mark = str_copy(reading->arena, str_of(mark));
    TRY(zip_read(reading->zip, sums, SUMS_MAX, &text));
    for (int64_t done = 0; text.len; done++) {
        TRY(sum_line(reading, &text, &sum, &name));
        TRY(entry_check(reading, sum, name, seen));
        reading_show(reading, "checksums", done, (int64_t)reading->zip->len);
    }
    for (size_t i = 0; i < reading->zip->len; i++)
        if (!seen[i])
            return refuse(reading->arena, "bundle.unknown", reading->zip->entries[i].name);
    return NULL;
}

/* ---- tables ---- */

static Err *table_refuse(Arena *arena, const char *code, Str table, Str column)
{
    return err_arg(arena, err_arg(arena, err_new(arena, ERR_INVALID, code), "table", table), "column", column);
}

static Err *columns_match(Reading *reading, const ManifestTable *table, ReadTable *into)
{
    const TableDef *def = into->plan->def;
    for (size_t i = 0; i < table->columns.len; i++) {
        size_t k = 0;
        while (k < def->columns_len && !str_eq(table->columns.at[i].name, str_of(def->columns[k].name)))
            k++;
        if (k == def->columns_len || into->given[k] || !str_eq(table->columns.at[i].type, str_of(def->columns[k].word)))
            return table_refuse(reading->arena, "bundle.newer", table->name, table->columns.at[i].name);
        into->given[k] = true;
        into->given_len++;
    }
    for (size_t k = 0; k < def->columns_len; k++)
        if (!into->given[k] && !def->columns[k].null && !def->columns[k].has_default)
            return table_refuse(reading->arena, "bundle.older", table->name, str_of(def->columns[k].name));
    return NULL;
}

static Err *table_match(Reading *reading, const ManifestTable *table)
{
    Str name = str_format(reading->arena, "tables/%.*s.ndjson", STR_ARG(table->name));
    const PlanTable *plan = plan_table(&reading->plan, table->name);
    if (!plan)
        return table_refuse(reading->arena, "bundle.newer", table->name, (Str){0});
    ReadTable *into = &reading->tables[plan - reading->plan.tables];
    if (into->plan || table->columns.len == 0)
        return refuse(reading->arena, "bundle.damaged", STR(MANIFEST_NAME));
    *into = (ReadTable){.plan = plan, .rows = table->rows, .entry = zip_find(reading->zip, name)};
    into->given = NEW_ARRAY(reading->arena, bool, plan->def->columns_len);
    return into->entry ? columns_match(reading, table, into) : refuse(reading->arena, "bundle.missing", name);
}

static bool entry_known(const Reading *reading, Str name)
{
    if (str_eq(name, STR(MANIFEST_NAME)) || str_eq(name, STR(README_NAME)) || str_eq(name, STR(SUMS_NAME)))
        return true;
    if (str_starts(name, STR("files/")))
        return file_carried(str_slice(name, 6, name.len));
    for (size_t i = 0; i < reading->len; i++)
        if (reading->tables[i].entry && str_eq(reading->tables[i].entry->name, name))
            return true;
    return false;
}

static Err *manifest_match(Reading *reading)
{
    const ZipEntry *entry = zip_find(reading->zip, STR(MANIFEST_NAME));
    Manifest manifest;
    Str text;
    if (!entry)
        return refuse(reading->arena, "bundle.missing", STR(MANIFEST_NAME));
    TRY(zip_read(reading->zip, entry, MANIFEST_MAX, &text));
    TRY(manifest_read(reading->arena, text, &manifest));
    reading->len = reading->plan.len;
    reading->tables = NEW_ARRAY(reading->arena, ReadTable, reading->len);
    for (size_t i = 0; i < manifest.tables.len; i++)
        TRY(table_match(reading, &manifest.tables.at[i]));
    for (size_t i = 0; i < reading->zip->len; i++)
        if (!entry_known(reading, reading->zip->entries[i].name))
            return refuse(reading->arena, "bundle.unknown", reading->zip->entries[i].name);
    reading->bundle->tables = (int64_t)manifest.tables.len;
    return NULL;
}

/* ---- rows ---- */

typedef struct Lines {
    Reading *reading;
    const ReadTable *table;
    Arena *row; /* given back after each line */
    char *rest; /* of a line that goes on in the next piece */
    size_t len, room;
    int64_t line;
    Err *(*each)(void *arg, Arena *arena, const Cell *cells);
    void *arg;
} Lines;

static Err *take_line(Lines *lines, Str line)
{
    const TableDef *def = lines->table->plan->def;
    Arena *arena = lines->reading->arena;
    Cell *cells = NEW_ARRAY(lines->row, Cell, def->columns_len);
    lines->line++;
    Err *err = row_read(lines->row, line, def, lines->table->given, cells);
    if (err) {
        err_arg(lines->row, err, "file", lines->table->entry->name);
        err_arg(lines->row, err, "line", str_format(lines->row, "%lld", (long long)lines->line));
    } else {
        err = lines->each(lines->arg, lines->row, cells);
    }
    err = err_copy(arena, err);
    arena_reset(lines->row);
    return err;
}

static Err *rest_add(Lines *lines, Str part)
{
    if (lines->len + part.len > LINE_MAX_BYTES)
        return refuse(lines->reading->arena, "bundle.damaged", lines->table->entry->name);
    if (lines->len + part.len > lines->room) {
        lines->room = 2 * (lines->len + part.len);
        char *room = realloc(lines->rest, lines->room);
        if (!room)
            abort();
        lines->rest = room;
    }
    if (part.len)
        memcpy(lines->rest + lines->len, part.at, part.len);
    lines->len += part.len;
    return NULL;
}

static Err *take_piece(void *arg, Str piece)
{
    Lines *lines = arg;
    Str line, rest;
    while (str_cut(piece, '\n', &line, &rest)) {
        if (lines->len) {
            TRY(rest_add(lines, line));
            line = (Str){lines->rest, lines->len};
        }
        TRY(take_line(lines, line));
        lines->len = 0;
        piece = rest;
    }
    return rest_add(lines, piece);
}

Err *read_rows(Reading *reading, const ReadTable *table, Err *(*each)(void *arg, Arena *arena, const Cell *cells), void *arg)
{
    Lines lines = {.reading = reading, .table = table, .row = arena_new(), .each = each, .arg = arg};
    Err *err = zip_walk(reading->zip, table->entry, take_piece, &lines);
    if (!err && (lines.len || lines.line != table->rows))
        err = refuse(reading->arena, "bundle.damaged", table->entry->name);
    arena_free(lines.row);
    free(lines.rest);
    return err;
}

static Err *only_look(void *arg, Arena *arena, const Cell *cells)
{
    (void)arena, (void)cells;
    ++*(int64_t *)arg;
    return NULL;
}

Err *bundle_look(Reading *reading)
{
    TRY(plan_make(reading->arena, true, &reading->plan));
    TRY(sizes_check(reading));
    TRY(sums_check(reading));
    TRY(manifest_match(reading));
    for (size_t i = 0; i < reading->len; i++)
        if (reading->tables[i].entry) {
            reading_show(reading, "lines", (int64_t)i, (int64_t)reading->len);
            TRY(read_rows(reading, &reading->tables[i], only_look, &reading->bundle->rows));
        }
    return NULL;
}
