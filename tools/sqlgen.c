/* sqlgen --name market --out build/gen/market/queries --queries src/market/queries.sql MIGRATIONS...
   sqlgen --embed build/gen/migrations.c MIGRATIONS...
   sqlgen --tables build/gen/tables.c MIGRATIONS...
   Checks SQL against the real schema and writes typed C; every fault is told as file:line and what to do. */
#include "tools/sqlgen.h"

#include <sodium.h>
#include <string.h>

#include "base/file.h"

typedef struct Options {
    const char *name, *out, *queries, *embed, *tables;
    const char **migrations;
    size_t migrations_len;
} Options;

static bool options_read(Arena *arena, int argc, char **argv, Options *out)
{
    *out = (Options){.migrations = NEW_ARRAY(arena, const char *, (size_t)argc)};
    for (int i = 1; i < argc; i++) {
        const char **into = strcmp(argv[i], "--name") == 0      ? &out->name
                            : strcmp(argv[i], "--out") == 0     ? &out->out
                            : strcmp(argv[i], "--queries") == 0 ? &out->queries
                            : strcmp(argv[i], "--embed") == 0   ? &out->embed
                            : strcmp(argv[i], "--tables") == 0  ? &out->tables
                                                                : NULL;
        if (into && i + 1 < argc)
            *into = argv[++i];
        else if (into || argv[i][0] == '-')
            return false;
        else
            out->migrations[out->migrations_len++] = argv[i];
    }
    return out->embed || out->tables || (out->name && out->out && out->queries);
}

static int write_out(Arena *arena, const char *path, Str text)
{
    Err *err = file_write(arena, path, text, 0644);
    if (err)
        fprintf(stderr, "sqlgen: %s cannot be written: %.*s\n", path, STR_ARG(err_text(arena, err)));
    return err != NULL;
}

static int generate(Arena *arena, const Options *options, const Migrations *migrations)
{
    Source source = {.path = options->queries};
    Err *err = file_read(arena, options->queries, 4 << 20, &source.text);
    if (err) {
        complain(&source, 1, "Cannot be read: %.*s.", STR_ARG(err_text(arena, err)));
        return 1;
    }
    Schema *schema = schema_open(arena, migrations);
    if (!schema || complaints())
        return 1;
    Queries queries = queries_read(arena, &source);
    for (size_t i = 0; i < queries.len; i++)
        query_check(arena, schema, &source, &queries.at[i]);
    queries_check_rows(&source, &queries);
    schema_close(schema);
    if (complaints())
        return 1;
    const char *header = str_z(arena, str_format(arena, "%s.h", options->out));
    Str text = queries_header(arena, options->name, &source, &queries), old;
    /* An unchanged header keeps its time, so that what includes it is not compiled again. */
    if (file_read(arena, header, 4 << 20, &old) || !str_eq(old, text))
        if (write_out(arena, header, text))
            return 1;
    return write_out(arena, str_z(arena, str_format(arena, "%s.c", options->out)),
                     queries_source(arena, options->name, &source, &queries));
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    Options options;
    if (sodium_init() < 0 || !options_read(arena, argc, argv, &options)) {
        fputs("usage: sqlgen --name NAME --out BASE --queries FILE MIGRATION...\n       sqlgen --embed FILE MIGRATION...\n"
              "       sqlgen --tables FILE MIGRATION...\n", stderr);
        return 2;
    }
    Migrations migrations = migrations_read(arena, options.migrations, options.migrations_len);
    int status = complaints() > 0;
    if (!status && options.tables)
        status = write_out(arena, options.tables, tables_source(arena, &migrations));
    else if (!status)
        status = options.embed ? write_out(arena, options.embed, migrations_source(arena, &migrations))
                               : generate(arena, &options, &migrations);
    arena_free(arena);
    return status;
}
