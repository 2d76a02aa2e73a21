/* The manifest, the README, and which files are carried. */
#include "exchange/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"

/* ---- the manifest ---- */

enum { ABOUT_MAX = 4000 };

static const Field column_fields[] = {
    FIELD(ManifestColumn, name, FIELD_STR, .required = true, .max = 100),
    FIELD(ManifestColumn, type, FIELD_STR, .required = true, .max = 10),
    FIELD(ManifestColumn, optional, FIELD_BOOL),
};
static const Shape column_shape = SHAPE(ManifestColumn, "Column", column_fields);
static const Field table_fields[] = {
    FIELD(ManifestTable, name, FIELD_STR, .required = true, .max = 100),
    FIELD(ManifestTable, about, FIELD_STR, .max = ABOUT_MAX),
    FIELD(ManifestTable, rows, FIELD_INT, .required = true, .max = INT64_MAX),
    FIELD(ManifestTable, columns, FIELD_LIST, .shape = &column_shape, .max = 500),
};
static const Shape table_shape = SHAPE(ManifestTable, "Table", table_fields);
static const Field left_fields[] = {
    FIELD(ManifestLeft, table, FIELD_STR, .required = true, .max = 100),
    FIELD(ManifestLeft, why, FIELD_STR, .max = ABOUT_MAX),
};
static const Shape left_shape = SHAPE(ManifestLeft, "LeftOut", left_fields);
static const Field manifest_fields[] = {
    FIELD(Manifest, format, FIELD_STR, .required = true, .max = 40),
    FIELD(Manifest, version, FIELD_INT, .required = true, .max = 1000),
    FIELD(Manifest, sign_in, FIELD_BOOL),
    FIELD(Manifest, tables, FIELD_LIST, .shape = &table_shape, .max = 5000),
    FIELD(Manifest, left_out, FIELD_LIST, .shape = &left_shape, .max = 5000),
};
static const Shape manifest_shape = SHAPE(Manifest, "Manifest", manifest_fields);

static ManifestTable table_of(Arena *arena, const TableDef *def)
{
    ManifestTable table = {.name = str_of(def->name), .about = str_of(def->about)};
    table.columns = (ManifestColumnList){NEW_ARRAY(arena, ManifestColumn, def->columns_len), def->columns_len};
    for (size_t i = 0; i < def->columns_len; i++)
        table.columns.at[i] =
            (ManifestColumn){str_of(def->columns[i].name), str_of(def->columns[i].word), def->columns[i].null};
    return table;
}

Manifest manifest_of(Arena *arena, const Plan *plan, bool sign_in)
{
    Manifest manifest = {.format = STR("millet-bundle"), .version = BUNDLE_VERSION, .sign_in = sign_in};
    manifest.tables = (ManifestTableList){NEW_ARRAY(arena, ManifestTable, plan->len), plan->len};
    for (size_t i = 0; i < plan->len; i++)
        manifest.tables.at[i] = table_of(arena, plan->tables[i].def);
    manifest.left_out = (ManifestLeftList){NEW_ARRAY(arena, ManifestLeft, plan->left_len), plan->left_len};
    for (size_t i = 0; i < plan->left_len; i++)
        manifest.left_out.at[i] = (ManifestLeft){str_of(plan->left[i].table), str_of(plan->left[i].why)};
    return manifest;
}

Str manifest_write(Arena *arena, const Manifest *manifest)
{
    Buf out = buf_new(arena, MANIFEST_MAX);
    json_write(&out, &manifest_shape, manifest, (Str){0});
    buf_add_char(&out, '\n');
    return buf_str(&out);
}

Err *manifest_read(Arena *arena, Str text, Manifest *out)
{
    *out = (Manifest){0};
    TRY(json_read(arena, text, &manifest_shape, out));
    if (!str_eq(out->format, STR("millet-bundle")) || out->version != BUNDLE_VERSION)
        return err_new(arena, ERR_INVALID, "bundle.format");
    return NULL;
}

const char readme_text[] =
    "This is a Millet bundle: everything a village co-operative needs to go on somewhere else.\n"
    "\n"
    "It holds people's names and phone numbers. Keep it as you would keep the membership book.\n"
    "\n"
    "  tables/     one file a table, one line a row, each line a JSON object. Money is in minor units (cents, fen) of the\n"
    "              currency in tables/setting.ndjson; times are UTC; ids are 13 letters and digits, as in addresses.\n"
    "  files/      pictures and other files, as they lie in the data folder\n"
    "  manifest.json   which tables and columns there are and what each holds; what was left out, and why\n"
    "  SHA256SUMS      checksums of all the others: sha256sum -c SHA256SUMS\n"
    "\n"
    "To go on with it: install Millet, and on an empty data folder say\n"
    "\n"
    "  millet import bundle FILE.zip\n"
    "\n"
    "Without Millet: any program that reads JSON reads it. The format is described in docs/bundle.md.\n";

/* ---- files ---- */

enum { DEPTH_MAX = 8 };

bool file_carried(Str name)
{
    if (!zip_name_safe(name) || str_starts(name, STR("tls/")) || str_starts(name, STR("tmp/")))
        return false;
    if (str_starts(name, STR("millet.")) || str_ends(name, STR(".tmp")) || str_ends(name, STR(".replaced")))
        return false;
    size_t depth = 1;
    for (size_t i = 0; i < name.len; i++)
        depth += name.at[i] == '/';
    return depth <= DEPTH_MAX;
}

/* By bytes, whatever the locale: the order in the bundle. Folders compare with their slash. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

typedef struct FileWalk {
    Arena *arena;
    FileEach each;
    void *arg;
} FileWalk;

static Err *walk_folder(const FileWalk *walk, const char *prefix, const char *path, int depth);

static Err *walk_entry(const FileWalk *walk, const char *prefix, const char *folder, const char *entry, int depth)
{
    struct stat info;
    Arena *own = arena_new();
    const char *path = str_z(own, str_format(own, "%s/%s", folder, entry));
    const char *name = str_z(own, str_format(own, "%s%s", prefix, entry));
    Err *err = NULL;
    if (entry[0] != '.' && lstat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX)
            err = walk_folder(walk, str_z(own, str_format(own, "%s/", name)), path, depth + 1);
        else if (S_ISREG(info.st_mode) && file_carried(str_of(name)))
            err = walk->each(walk->arg, name, path);
    }
    err = err_copy(walk->arena, err);
    arena_free(own);
    return err;
}

static Err *walk_folder(const FileWalk *walk, const char *prefix, const char *path, int depth)
{
    struct dirent **entries = NULL;
    Err *err = NULL;
    int len = scandir(path, &entries, NULL, by_name);
    if (len < 0 && errno != ENOENT)
        return err_detail(walk->arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
    for (int i = 0; i < len; i++) {
        if (!err)
            err = walk_entry(walk, prefix, path, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    return err;
}

Err *files_each(Arena *arena, const char *folder, FileEach each, void *arg)
{
    FileWalk walk = {arena, each, arg};
    return walk_folder(&walk, "", folder, 1);
}
