/* millet verify. */
#include "core/verify.h"

#include <string.h>

enum { FINDINGS_BYTES = 64 * 1024 };

static bool wanted(const Check *check, const char *only)
{
    return !only || strncmp(check->name, only, strlen(only)) == 0;
}

static Err *rebuild_one(Tx *tx, void *check)
{
    return ((const Check *)check)->rebuild(tx, NULL);
}

static Err *check_one(Store *store, Arena *arena, FILE *out, const Check *check, int64_t *wrong)
{
    Db db;
    Findings findings = {.out = buf_new(arena, FINDINGS_BYTES)};
    int64_t start = time_monotonic_us();
    TRY(db_read(store, arena, &db));
    TRY(db_snapshot(&db));
    TRY(check->run(&db, &findings));
    fprintf(out, "%-5s %s: %lld checked, %lld wrong (%lld ms)\n", findings.wrong ? "WRONG" : "ok", check->name,
            (long long)findings.checked, (long long)findings.wrong, (long long)(time_monotonic_us() - start) / 1000);
    fwrite(findings.out.at ? findings.out.at : "", 1, findings.out.len, out);
    if (findings.out.overflowed)
        fputs("  ... and more than can be shown\n", out);
    fflush(out);
    *wrong += findings.wrong;
    return NULL;
}

/* What cannot even be read, a damaged page in most cases, is wrong by itself; the rooms behind it are looked at all the same. */
static Err *check_or_say(Store *store, Arena *arena, FILE *out, const Check *check, int64_t *wrong)
{
    Err *err = check_one(store, arena, out, check, wrong);
    if (!err || err->kind != ERR_BROKEN)
        return err;
    fprintf(out, "%-5s %s: stopped, it could not be read: %.*s\n", "WRONG", check->name, STR_ARG(err_text(arena, err)));
    fflush(out);
    (*wrong)++;
    return NULL;
}

static Err *rebuild_each(Store *store, Arena *arena, FILE *out, const Check *check)
{
    if (!check->rebuild)
        return NULL;
    TRY(db_write(store, arena, rebuild_one, (void *)(uintptr_t)check));
    fprintf(out, "made again: %s\n", check->name);
    return NULL;
}

static Err *walk_checks(Store *store, Arena *arena, FILE *out, const char *only, bool rebuild, int64_t *wrong)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++) {
            arena_reset(arena);
            if (!wanted(check, only))
                continue;
            TRY(rebuild ? rebuild_each(store, arena, out, check) : check_or_say(store, arena, out, check, wrong));
        }
    return NULL;
}

/* The data file itself, page by page: what no query asks for is read, too. */
static Err *check_pages(Store *store, Arena *arena, FILE *out, int64_t *wrong)
{
    PageList pages;
    int64_t start = time_monotonic_us();
    TRY(store_pages_check(store, arena, &pages));
    if (!pages.checked)
        return NULL;
    fprintf(out, "%-5s db.pages: %lld checked, %lld wrong (%lld ms)\n", pages.wrong ? "WRONG" : "ok", (long long)pages.checked,
            (long long)pages.wrong, (long long)(time_monotonic_us() - start) / 1000);
    for (size_t i = 0, end; i < pages.len; i = end) {
        for (end = i + 1; end < pages.len && pages.at[end] == pages.at[end - 1] + 1; end++)
            continue;
        fprintf(out, "  pages %lld to %lld of the data file are not as they were written\n", (long long)pages.at[i], (long long)pages.at[end - 1]);
    }
    *wrong += pages.wrong;
    return NULL;
}

Err *verify_all(Store *store, Arena *arena, FILE *out, const char *only, bool rebuild, int64_t *wrong)
{
    Arena *own = arena_new(); /* given back after each check */
    *wrong = 0;
    static const Check pages = {.name = "db.pages"};
    Err *err = rebuild ? walk_checks(store, own, out, only, true, wrong) : NULL;
    if (!err && wanted(&pages, only))
        err = check_pages(store, own, out, wrong);
    if (!err)
        err = walk_checks(store, own, out, only, false, wrong);
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}
