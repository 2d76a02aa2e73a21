/* A village leaves with one file and goes on elsewhere; and files of strangers that only look like one. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/config.h"
#include "demo/inside.h"
#include "exchange/bundle_in.h"
#include "fresh.h"
#include "identity/identity.h"
#include "market/market.h"
#include "media/media.h"
#include "pictures.h"

/* ---- a village, and places to take it to ---- */

static Err *keep_picture(Tx *tx, void *key)
{
    return media_keep(tx, *(Str *)key);
}

/* People, farms, goods in two languages, orders in every state, a picture. */
static App *village_app(void **state)
{
    App *app = app_of(state);
    Demo demo = {.store = app_store(app), .arena = app_arena(app), .now = time_now(), .seed = 1};
    DemoPictures none = {NEW_ARRAY(demo.arena, Str, demo_goods_len()), NEW_ARRAY(demo.arena, Str, demo_growers_len())};
    Str png = png_make(demo.arena, 700, 500, paint_corners), key;
    demo_name(&demo, app_org(app), "village");
    assert_fine(demo_people(&demo));
    assert_fine(media_take_bytes(demo.store, demo.arena, png, time_now(), &key));
    none.goods[0] = key;
    assert_fine(db_write(demo.store, demo.arena, keep_picture, &key));
    assert_fine(demo_goods(&demo, &none));
    size_t made;
    assert_fine(demo_orders(&demo, 3, &made));
    return app;
}

static int bundle_file(void)
{
    int fd = memfd_create("bundle", MFD_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static int exported(Store *store, Arena *arena, bool sign_in)
{
    Bundle bundle = {.store = store, .arena = arena, .fd = bundle_file(), .sign_in = sign_in};
    Arena *own = arena_new(); /* gives the connection back */
    bundle.arena = own;
    assert_fine(bundle_write(&bundle));
    assert_true(bundle.rows > 0);
    arena_free(own);
    (void)arena;
    return bundle.fd;
}

static Str bytes_of(Arena *arena, int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *at = arena_alloc(arena, (size_t)size);
    assert_int_equal(pread(fd, at, (size_t)size, 0), size);
    return (Str){at, (size_t)size};
}

static void assert_same(Arena *arena, int a, int b)
{
    Str left = bytes_of(arena, a), right = bytes_of(arena, b);
    assert_int_equal(left.len, right.len);
    assert_memory_equal(left.at, right.at, left.len);
}

typedef struct Elsewhere { /* somewhere else: a store with a data folder of its own */
    Store *store;
    char folder[64];
    const char *before;
} Elsewhere;

static Elsewhere place_new(Arena *arena, bool sqlite)
{
    Elsewhere place = {.folder = "/tmp/millet-exchange-XXXXXX", .before = str_z(arena, config_text("data"))};
    StoreOptions options = {.url = ":memory:", .no_sync = true};
    if (!sqlite)
        options = test_store_options(arena);
    assert_non_null(mkdtemp(place.folder));
    assert_fine(store_open(arena, &options, &place.store));
    assert_fine(config_set(arena, "data", place.folder));
    return place;
}

static void place_end(Arena *arena, Elsewhere *place)
{
    store_close(place->store);
    assert_fine(config_set(arena, "data", place->before));
    assert_int_equal(system(str_z(arena, str_format(arena, "rm -rf %s", place->folder))), 0);
}

static Err *taken_in(Store *store, int fd, bool trial)
{
    static Arena *kept; /* of the last one's error */
    arena_free(kept);
    kept = arena_new();
    Arena *own = arena_new();
    Bundle bundle = {.store = store, .arena = own, .fd = fd, .trial = trial};
    Err *err = bundle_read(&bundle);
    if (err && bundle.findings.len)
        fprintf(stderr, "%.*s", STR_ARG(bundle.findings));
    err = err_copy(kept, err);
    arena_free(own);
    return err;
}

/* ---- leaving and arriving ---- */

static void what_left_comes_back_byte_for_byte(void **state)
{
    App *app = village_app(state);
    Arena *arena = app_arena(app);
    int first = exported(app_store(app), arena, true);
    for (int sqlite = 0; sqlite < 2; sqlite++) { /* the same database, and SQLite: from PostgreSQL to it */
        Elsewhere place = place_new(arena, sqlite);
        assert_fine(taken_in(place.store, first, false));
        assert_int_equal(test_int(place.store, "SELECT count(*) FROM order_line"), test_int(app_store(app), "SELECT count(*) FROM order_line"));
        int second = exported(place.store, arena, true);
        assert_same(arena, first, second);
        close(second);
        place_end(arena, &place);
    }
    close(first);
}

static void what_went_to_sqlite_comes_back_to_this_database(void **state)
{
    App *app = village_app(state);
    Arena *arena = app_arena(app);
    int first = exported(app_store(app), arena, false);
    Elsewhere there = place_new(arena, true);
    assert_fine(taken_in(there.store, first, false));
    int second = exported(there.store, arena, false);
    place_end(arena, &there);
    Elsewhere back = place_new(arena, false);
    assert_fine(taken_in(back.store, second, false));
    int third = exported(back.store, arena, false);
    assert_same(arena, first, third);
    place_end(arena, &back);
    close(first), close(second), close(third);
}

static void the_same_data_gives_the_same_bundle_at_another_time(void **state)
{
    App *app = village_app(state);
    int first = exported(app_store(app), app_arena(app), false);
    time_fake((Time){time_now().ms + 3 * DAY_MS});
    int second = exported(app_store(app), app_arena(app), false);
    time_fake((Time){0});
    assert_same(app_arena(app), first, second);
    close(first), close(second);
}

static void a_trial_leaves_nothing_behind(void **state)
{
    App *app = village_app(state);
    Arena *arena = app_arena(app);
    int file = exported(app_store(app), arena, false);
    Elsewhere place = place_new(arena, false);
    assert_fine(taken_in(place.store, file, true));
    assert_int_equal(test_int(place.store, "SELECT count(*) FROM person"), 0);
    assert_int_equal(system(str_z(arena, str_format(arena, "test -z \"$(find %s/media -type f 2>/dev/null)\"", place.folder))), 0);
    assert_fine(taken_in(place.store, file, false));
    place_end(arena, &place);
    close(file);
}

static void who_lives_here_already_is_not_written_over(void **state)
{
    App *app = village_app(state);
    int file = exported(app_store(app), app_arena(app), false);
    int64_t people = test_int(app_store(app), "SELECT count(*) FROM person");
    assert_err(taken_in(app_store(app), file, false), "bundle.not_empty");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM person"), people);
    close(file);
}

/* ---- nothing is forgotten, nothing is told ---- */

static bool named(const Plan *plan, const char *table)
{
    for (size_t i = 0; i < plan->left_len; i++)
        if (strcmp(plan->left[i].table, table) == 0)
            return true;
    return plan_table(plan, str_of(table)) != NULL;
}

typedef struct TableName {
    Str name;
} TableName;

static void every_table_is_carried_or_named_with_a_reason(void **state)
{
    static const Column columns[] = {{.name = "name", .type = COL_TEXT}};
    static const Statement tables = {
        .name = "tables",
        .sqlite = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
        .postgres = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        .columns = columns,
        .columns_len = 1,
        .row_size = sizeof(TableName)};
    Arena *arena = test_arena(state);
    Plan plan;
    Rows rows;
    Db db;
    assert_fine(plan_make(arena, false, &plan));
    assert_fine(db_read(test_store(state), arena, &db));
    assert_fine(db_query(&db, &tables, NULL, &rows));
    assert_true(rows.len > 30);
    const TableName *names = rows.at;
    for (size_t i = 0; i < rows.len; i++)
        if (!str_eq(names[i].name, STR("migration")) && !named(&plan, str_z(arena, names[i].name)))
            fail_msg("table %s would be silently left out", str_z(arena, names[i].name));
    for (size_t i = 0; i < plan.left_len; i++)
        assert_true(strlen(plan.left[i].why) > 10);
    assert_int_equal(plan.len + plan.left_len + 1, rows.len);
}

static void references_stand_before_those_that_refer(void **state)
{
    Plan plan;
    assert_fine(plan_make(test_arena(state), true, &plan));
    for (size_t i = 0; i < plan.len; i++)
        for (size_t k = 0; k < plan.tables[i].def->columns_len; k++) {
            const char *to = plan.tables[i].def->columns[k].references;
            if (to && !plan.tables[i].late[k])
                assert_true(plan_table(&plan, str_of(to)) < &plan.tables[i]);
        }
    assert_true(plan_table(&plan, STR("category"))->any_late);
}

static bool holds(Arena *arena, int file, const char *text)
{
    ZipIn *zip;
    assert_fine(zip_in_open(arena, file, &zip));
    bool found = false;
    for (size_t i = 0; i < zip->len && !found; i++) {
        Str content;
        assert_fine(zip_read(zip, &zip->entries[i], 64 << 20, &content));
        found = str_find(content, str_of(text)) != SIZE_MAX;
    }
    zip_in_close(zip);
    return found;
}

static void passwords_sessions_and_keys_stay_behind(void **state)
{
    App *app = village_app(state);
    user(app, "Li", 0, ROLE_ADMIN);
    assert_fine(test_sql(app_store(app), app_arena(app), "INSERT INTO setting (name, value) VALUES ('some.secret', 'quite-hidden')"));
    int file = exported(app_store(app), app_arena(app), false);
    assert_false(holds(app_arena(app), file, "$argon2id$"));
    assert_false(holds(app_arena(app), file, "quite-hidden"));
    assert_false(holds(app_arena(app), file, "\"name\":\"web.key\""));
    assert_false(holds(app_arena(app), file, "tables/session"));
    assert_true(holds(app_arena(app), file, "village.currency"));
    close(file);
    file = exported(app_store(app), app_arena(app), true);
    assert_true(holds(app_arena(app), file, "$argon2id$"));
    assert_false(holds(app_arena(app), file, "tables/session"));
    close(file);
}

/* ---- bundles that are not right ---- */

typedef struct Change {
    const char *name; /* the entry to change, or to add */
    const char *content; /* NULL: taken out */
    bool keep_sums;      /* the list of checksums stays as it was */
    bool unlisted;       /* not in the list */
} Change;

static int changed(Arena *arena, int from, const Change *change)
{
    ZipIn *zip;
    ZipOut *out;
    int fd = bundle_file();
    bool done = false;
    Buf sums = buf_new(arena, 1 << 22);
    Str old;
    assert_fine(zip_in_open(arena, from, &zip));
    assert_fine(zip_out_open(arena, fd, &out));
    assert_fine(zip_read(zip, zip_find(zip, STR(SUMS_NAME)), SUMS_MAX, &old));
    for (size_t i = 0; i <= zip->len; i++) {
        Str name = i < zip->len ? zip->entries[i].name : str_of(change->name), content;
        bool this = str_eq(name, str_of(change->name));
        if (str_eq(name, STR(SUMS_NAME)) || (this && (!change->content || done)))
            continue;
        if (this)
            content = str_of(change->content), done = true;
        else
            assert_fine(zip_read(zip, &zip->entries[i], 64 << 20, &content));
        assert_fine(zip_out_begin(out, str_z(arena, name), true));
        assert_fine(zip_out_write(out, content));
        assert_fine(zip_out_end(out));
        ZipSumList list = zip_out_sums(out);
        if (!(this && change->unlisted))
            buf_addf(&sums, "%s  %.*s\n", list.at[list.len - 1].sum, STR_ARG(name));
    }
    assert_fine(zip_out_begin(out, SUMS_NAME, true));
    assert_fine(zip_out_write(out, change->keep_sums ? old : buf_str(&sums)));
    assert_fine(zip_out_end(out));
    assert_fine(zip_out_close(out));
    zip_in_close(zip);
    return fd;
}

static void a_changed_bundle_is_refused_before_anything_is_written(void **state)
{
    static const struct {
        Change change;
        const char *code;
    } cases[] = {
        {{.name = "files/../../tmp/evil", .content = "x"}, "bundle.name"},
        {{.name = "/etc/evil", .content = "x"}, "bundle.name"},
        {{.name = "files/a\\..\\b", .content = "x"}, "bundle.name"},
        {{.name = "files/.hidden", .content = "x"}, "bundle.name"},
        {{.name = "files/millet.conf", .content = "x"}, "bundle.unknown"},
        {{.name = "files/millet.db", .content = "x"}, "bundle.unknown"},
        {{.name = "files/tls/ca.key", .content = "x"}, "bundle.unknown"},
        {{.name = "tables/session.ndjson", .content = "{}\n"}, "bundle.unknown"},
        {{.name = "evil.sh", .content = "x"}, "bundle.unknown"},
        {{.name = "files/media/x", .content = "x", .unlisted = true}, "bundle.unknown"},
        {{.name = "tables/org.ndjson", .content = "{}\n", .keep_sums = true}, "bundle.checksum"},
        {{.name = "tables/org.ndjson", .content = NULL, .keep_sums = true}, "bundle.missing"},
        {{.name = "tables/org.ndjson", .content = NULL}, "bundle.missing"},
        {{.name = "tables/org.ndjson", .content = "{}\n"}, "bundle.row"},
        {{.name = "tables/org.ndjson", .content = ""}, "bundle.damaged"},
        {{.name = "manifest.json", .content = NULL}, "bundle.missing"},
        {{.name = "manifest.json", .content = "{}"}, "field.required"},
        {{.name = "manifest.json", .content = "{\"format\":\"zip\",\"version\":1,\"sign_in\":false,\"tables\":[],\"left_out\":[]}"}, "bundle.format"},
        {{.name = "manifest.json", .content = "{\"format\":\"millet-bundle\",\"version\":1,\"sign_in\":false,\"left_out\":[],\"tables\":["
                                              "{\"name\":\"spaceships\",\"about\":\"\",\"rows\":1,\"columns\":[]}]}"}, "bundle.newer"},
        {{.name = "manifest.json", .content = "{\"format\":\"millet-bundle\",\"version\":1,\"sign_in\":false,\"left_out\":[],\"tables\":["
                                              "{\"name\":\"org\",\"about\":\"\",\"rows\":1,\"columns\":[{\"name\":\"id\",\"type\":\"ID\","
                                              "\"optional\":false}]}]}"}, "bundle.older"},
    };
    App *app = village_app(state);
    Arena *arena = app_arena(app);
    int file = exported(app_store(app), arena, false);
    Elsewhere place = place_new(arena, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int bad = changed(arena, file, &cases[i].change);
        const Err *err = taken_in(place.store, bad, false);
        if (!err_is(err, cases[i].code))
            fail_msg("%s: %s instead of %s", cases[i].change.name, err ? err->code : "taken in", cases[i].code);
        close(bad);
    }
    assert_int_equal(test_int(place.store, "SELECT count(*) FROM org"), 0);
    assert_int_equal(system(str_z(arena, str_format(arena, "test -z \"$(find %s -type f ! -name 'millet.*')\"", place.folder))), 0);
    place_end(arena, &place);
    close(file);
}

/* Well formed, but the money of an order does not add up: the house's own checks refuse it, and files go away again. */
static void rows_that_do_not_fit_together_are_refused_whole(void **state)
{
    App *app = village_app(state);
    Arena *arena = app_arena(app);
    int file = exported(app_store(app), arena, false);
    ZipIn *zip;
    Str lines;
    assert_fine(zip_in_open(arena, file, &zip));
    assert_fine(zip_read(zip, zip_find(zip, STR("tables/seller_order.ndjson")), 1 << 22, &lines));
    zip_in_close(zip);
    size_t at = str_find(lines, STR("\"goods\":"));
    assert_true(at != SIZE_MAX);
    char *wrong = (char *)str_z(arena, lines);
    wrong[at + 8] = wrong[at + 8] == '9' ? '8' : '9';
    int bad = changed(arena, file, &(Change){.name = "tables/seller_order.ndjson", .content = wrong});
    Elsewhere place = place_new(arena, false);
    assert_err(taken_in(place.store, bad, false), "bundle.wrong");
    assert_int_equal(test_int(place.store, "SELECT count(*) FROM person"), 0);
    assert_int_equal(system(str_z(arena, str_format(arena, "test -z \"$(find %s/media -type f)\"", place.folder))), 0);
    Bundle forced = {.store = place.store, .arena = arena, .fd = bad, .force = true};
    assert_fine(bundle_read(&forced)); /* somebody who knows what is wrong must not be locked in */
    assert_true(forced.findings.len > 0);
    place_end(arena, &place);
    close(bad), close(file);
}

static void a_row_that_speaks_of_nobody_is_refused_by_its_table(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    int file = exported(app_store(app), arena, false);
    ZipIn *zip;
    Str lines, line, rest;
    assert_fine(zip_in_open(arena, file, &zip));
    assert_fine(zip_read(zip, zip_find(zip, STR("tables/setting.ndjson")), 1 << 22, &lines));
    zip_in_close(zip);
    str_cut(lines, '\n', &line, &rest);
    Str twice = str_format(arena, "%.*s\n%.*s", STR_ARG(line), STR_ARG(lines));
    int bad = changed(arena, file, &(Change){.name = "tables/setting.ndjson", .content = str_z(arena, twice)});
    Elsewhere place = place_new(arena, false);
    assert_err(taken_in(place.store, bad, false), "bundle.damaged"); /* one more than the manifest says */
    place_end(arena, &place);
    close(bad), close(file);
}

static int file_of(Str bytes)
{
    int fd = bundle_file();
    assert_int_equal(write(fd, bytes.at, bytes.len), (ssize_t)bytes.len);
    return fd;
}

static void what_is_no_bundle_is_refused(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    int file = exported(app_store(app), arena, false);
    Str good = bytes_of(arena, file);
    Elsewhere place = place_new(arena, false);
    const Str bad[] = {{0}, STR("PK"), STR("hello"), str_slice(good, 0, good.len / 2), str_slice(good, 0, good.len - 30)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = file_of(bad[i]);
        assert_err(taken_in(place.store, fd, false), "bundle.not_zip");
        close(fd);
    }
    char *flipped = (char *)str_z(arena, good); /* one bit somewhere in the packed rows */
    flipped[good.len / 3] ^= 4;
    int fd = file_of((Str){flipped, good.len});
    assert_non_null(taken_in(place.store, fd, false));
    assert_int_equal(test_int(place.store, "SELECT count(*) FROM org"), 0);
    close(fd);
    place_end(arena, &place);
    close(file);
}

static void a_zip_that_unpacks_without_end_is_refused(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    int fd = bundle_file();
    ZipOut *out;
    static char zeros[1 << 20];
    assert_fine(zip_out_open(arena, fd, &out));
    assert_fine(zip_out_begin(out, "tables/org.ndjson", true));
    for (int i = 0; i < 100; i++)
        assert_fine(zip_out_write(out, (Str){zeros, sizeof zeros}));
    assert_fine(zip_out_end(out));
    assert_fine(zip_out_close(out));
    Elsewhere place = place_new(arena, false);
    assert_err(taken_in(place.store, fd, false), "bundle.bomb");
    place_end(arena, &place);
    close(fd);
}

/* ---- one row ---- */

static void any_value_comes_back_as_it_was(void **state)
{
    static const TableColumn columns[] = {{"id", "ID", false, false, 1, NULL},    {"at", "TIME", false, false, 0, NULL},
                                          {"day", "DATE", true, false, 0, NULL},  {"open", "BOOL", false, false, 0, NULL},
                                          {"rate", "REAL", false, false, 0, NULL}, {"said", "TEXT", true, false, 0, NULL},
                                          {"raw", "BLOB", true, false, 0, NULL},   {"minor", "MONEY", false, false, 0, NULL}};
    static const TableDef def = {"odd", "", "", columns, 8};
    static const int64_t numbers[] = {0, 1, -1, 1795000000000, INT64_MAX, INT64_MIN, 20000};
    static const bool all[8] = {true, true, true, true, true, true, true, true};
    static const char bytes[] = "\0\x01\xff\x80 \"quoted\" \\ \n";
    Arena *arena = test_arena(state);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t n = numbers[i];
        Cell row[8] = {{.has = true, .integer = n}, {.has = true, .integer = n}, {.has = i % 2 != 0, .integer = n}, {.has = true, .integer = i % 2},
                       {.has = true, .real = (double)n / 3}, {.has = i != 2, .text = STR("a\"b\\c\n\t\x01 \x7f 米 \xF0\x9F\x8C\xBE")},
                       {.has = i != 3, .text = {bytes, sizeof bytes}}, {.has = true, .integer = n}};
        Cell back[8];
        Buf line = buf_new(arena, 4096);
        assert_fine(row_write(arena, &line, &def, row));
        Str text = str_slice(buf_str(&line), 0, line.len - 1);
        assert_fine(row_read(arena, text, &def, all, back));
        for (int k = 0; k < 8; k++) {
            assert_int_equal(back[k].has, row[k].has);
            if (row[k].has && (k == 5 || k == 6))
                assert_true(str_eq(back[k].text, row[k].text));
            else if (row[k].has && k == 4)
                assert_true(back[k].real == row[k].real);
            else if (row[k].has)
                assert_int_equal(back[k].integer, row[k].integer);
        }
    }
}

static void a_line_that_is_wrong_says_why(void **state)
{
    static const TableColumn columns[] = {{"id", "ID", false, false, 1, NULL}, {"name", "TEXT", true, false, 0, NULL}};
    static const TableDef def = {"small", "", "", columns, 2};
    static const bool all[2] = {true, true};
    static const char *const lines[] = {"", "{", "{}", "[]", "{\"id\":1}", "{\"id\":1,\"name\":null,\"name\":null}", "{\"id\":1,\"name\":null,\"x\":1}",
                                        "{\"id\":\"short\",\"name\":null}", "{\"id\":null,\"name\":null}", "{\"id\":1.5,\"name\":null}",
                                        "{\"id\":1,\"name\":\"\\u0000\"}", "{\"id\":1,\"name\":\"\\ud800\"}", "{\"id\":1,\"name\":\"a}",
                                        "{\"id\":1,\"name\":null} x", "{\"id\":99999999999999999999,\"name\":null}", "{\"id\":1,\"name\":2}"};
    Arena *arena = test_arena(state);
    Cell cells[2];
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_err(row_read(arena, str_of(lines[i]), &def, all, cells), "bundle.row");
    assert_fine(row_read(arena, STR(" { \"name\" : \"\\u7c73\" , \"id\" : 7 } "), &def, all, cells));
    assert_str(cells[1].text, "米");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(what_left_comes_back_byte_for_byte),
        TEST_DB(what_went_to_sqlite_comes_back_to_this_database),
        TEST_DB(the_same_data_gives_the_same_bundle_at_another_time),
        TEST_DB(a_trial_leaves_nothing_behind),
        TEST_DB(who_lives_here_already_is_not_written_over),
        TEST_DB(every_table_is_carried_or_named_with_a_reason),
        TEST(references_stand_before_those_that_refer),
        TEST_DB(passwords_sessions_and_keys_stay_behind),
        TEST_DB(a_changed_bundle_is_refused_before_anything_is_written),
        TEST_DB(rows_that_do_not_fit_together_are_refused_whole),
        TEST_DB(a_row_that_speaks_of_nobody_is_refused_by_its_table),
        TEST_DB(what_is_no_bundle_is_refused),
        TEST_DB(a_zip_that_unpacks_without_end_is_refused),
        TEST(any_value_comes_back_as_it_was),
        TEST(a_line_that_is_wrong_says_why),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
