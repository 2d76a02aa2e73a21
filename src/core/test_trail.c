/* Settings, and the trail of changes that shows tampering. */
#include "test/harness.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/audit.h"
#include "core/config.h"
#include "core/core.h"

static Err *put_village(Tx *tx, void *arg)
{
    TRY(setting_put(tx, "village.name", str_of(arg)));
    TRY(setting_put(tx, "village.currency", STR("JPY")));
    return setting_put(tx, "village.org", STR("0000000000005"));
}

static void a_changed_setting_is_seen_at_once(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Village before = village(store, arena);
    assert_int_equal(before.org, 0);
    assert_str(before.currency, "CNY");
    assert_fine(db_write(store, arena, put_village, "Millet"));
    Village after = village(store, arena);
    assert_str(after.name, "Millet");
    assert_int_equal(after.org, 5);
    assert_int_equal(after.currency_places, 0);
    assert_fine(db_write(store, arena, put_village, "Hirse"));
    assert_str(village(store, arena).name, "Hirse");
    Db db;
    Str value;
    assert_fine(db_read(store, arena, &db));
    assert_fine(setting_get(&db, "village.absent", STR("none"), &value));
    assert_str(value, "none");
}

static Err *three_changes(Tx *tx, void *arg)
{
    (void)arg;
    TRY(audit(tx, (Time){1000}, 7, "test.one", 9, STR("a to b")));
    TRY(audit(tx, (Time){2000}, 0, "test.two", 0, (Str){0}));
    return audit(tx, (Time){2000}, 7, "test.three", 9, STR("b to c"));
}

static Err *another_change(Tx *tx, void *arg)
{
    (void)arg;
    return audit(tx, (Time){3000}, 8, "test.other", 9, (Str){0});
}

static int64_t wrong(Store *store)
{
    Db db;
    Arena *arena = arena_new();
    Findings findings = {.out = buf_new(arena, 10000)};
    assert_fine(db_read(store, arena, &db));
    assert_fine(audit_check(&db, &findings));
    int64_t count = findings.wrong;
    arena_free(arena);
    return count;
}

static void the_trail_is_whole_when_nobody_touched_it(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    assert_int_equal(wrong(store), 0);
    for (int i = 0; i < 5; i++)
        assert_fine(db_write(store, arena, three_changes, NULL));
    assert_int_equal(test_int(store, "SELECT count(*) FROM audit"), 15);
    assert_int_equal(wrong(store), 0);
}

static void every_kind_of_tampering_shows(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    static const char *const deeds[][2] = {
        {"UPDATE audit SET detail = 'a to z' WHERE n = 1", "UPDATE audit SET detail = 'a to b' WHERE n = 1"},
        {"UPDATE audit SET who = 8 WHERE n = 3", "UPDATE audit SET who = 7 WHERE n = 3"},
        {"UPDATE audit SET who = 0 WHERE n = 3", "UPDATE audit SET who = 7 WHERE n = 3"},
        {"UPDATE audit SET at = 1 WHERE n = 2", "UPDATE audit SET at = 2000 WHERE n = 2"},
        {"UPDATE audit SET n = 9 WHERE n = 3", "UPDATE audit SET n = 3 WHERE n = 9"},
        {"UPDATE audit SET subject = NULL WHERE n = 1", "UPDATE audit SET subject = 9 WHERE n = 1"},
        {"UPDATE audit_end SET n = 2", "UPDATE audit_end SET n = 3"},
        {"UPDATE audit_end SET hash = 'ab'", "UPDATE audit_end SET hash = (SELECT hash FROM audit WHERE n = 3)"},
        {"DELETE FROM audit WHERE n = 2", NULL},
    };
    assert_fine(db_write(store, arena, three_changes, NULL));
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        assert_int_equal(wrong(store), 0);
        assert_fine(test_sql(store, arena, deeds[i][0]));
        assert_true(wrong(store) > 0);
        if (deeds[i][1])
            assert_fine(test_sql(store, arena, deeds[i][1]));
    }
}

/* What verify says of the trail. */
static Str said_of(Store *store, Arena *arena)
{
    Db db;
    Findings findings = {.out = buf_new(arena, 10000)};
    assert_fine(db_read(store, arena, &db));
    assert_fine(audit_check(&db, &findings));
    return buf_str(&findings.out);
}

static bool named(Store *store, Arena *arena, const char *words)
{
    return str_find(said_of(store, arena), str_of(words)) != SIZE_MAX;
}

static void a_trail_whose_end_is_cut_off_is_found(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    for (int i = 0; i < 3; i++)
        assert_fine(db_write(store, arena, three_changes, NULL));
    assert_int_equal(wrong(store), 0);
    assert_fine(test_sql(store, arena, "DELETE FROM audit WHERE n > 7"));
    assert_int_equal(wrong(store), 1);
    assert_true(named(store, arena, "the end is cut off: row 9 was written, the trail ends with row 7"));
    /* Nor does it heal by itself when life goes on. */
    assert_fine(db_write(store, arena, three_changes, NULL));
    assert_true(named(store, arena, "row 8 is missing or out of place: row 10 follows"));
    assert_fine(test_sql(store, arena, "DELETE FROM audit"));
    assert_true(named(store, arena, "row 12 was written, the trail ends with row 0"));
}

static void an_end_whose_note_was_removed_with_it_is_found(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    assert_fine(db_write(store, arena, three_changes, NULL));
    assert_fine(test_sql(store, arena, "DELETE FROM audit WHERE n = 3"));
    assert_fine(test_sql(store, arena, "DELETE FROM audit_end"));
    assert_true(named(store, arena, "the note of the trail's end is gone, the trail ends with row 2"));
    assert_fine(db_write(store, arena, audit_end_rebuild, NULL)); /* as a bundle of an older release needs it */
    assert_int_equal(wrong(store), 0);
    assert_fine(test_sql(store, arena, "DELETE FROM audit WHERE n = 2"));
    assert_fine(db_write(store, arena, audit_end_rebuild, NULL)); /* heals nothing */
    assert_int_equal(wrong(store), 1);
}

static void an_older_state_that_was_put_back_is_found_by_the_mark(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Db db;
    char folder[] = "/tmp/audit-mark-XXXXXX";
    const char *before = str_z(arena, config_text("data"));
    assert_non_null(mkdtemp(folder));
    assert_fine(config_set(arena, "data", folder));
    assert_fine(db_read(store, arena, &db));
    assert_fine(audit_mark_write(&db, str_of(folder))); /* nothing was done yet */
    assert_int_equal(wrong(store), 0);
    for (int i = 0; i < 2; i++)
        assert_fine(db_write(store, arena, three_changes, NULL));
    assert_fine(audit_mark_write(&db, str_of(folder)));
    assert_int_equal(wrong(store), 0);
    assert_fine(db_write(store, arena, three_changes, NULL));
    assert_int_equal(wrong(store), 0); /* the mark is of a minute ago */
    assert_fine(test_sql(store, arena, "DELETE FROM audit WHERE n > 3"));
    assert_fine(test_sql(store, arena, "UPDATE audit_end SET n = 3, hash = (SELECT hash FROM audit WHERE n = 3)"));
    assert_true(named(store, arena, "audit.mark remembers row 6, the trail ends with row 3: an older state was put back"));
    for (int i = 0; i < 2; i++) /* it went another way since */
        assert_fine(db_write(store, arena, another_change, NULL));
    assert_true(named(store, arena, "audit.mark remembers row 6, the trail ends with row 5"));
    assert_fine(db_write(store, arena, another_change, NULL));
    assert_true(named(store, arena, "row 6 is not the one that audit.mark remembers"));
    assert_fine(test_sql(store, arena, "DELETE FROM audit"));
    assert_fine(test_sql(store, arena, "UPDATE audit_end SET n = 0, hash = ''"));
    assert_fine(db_write(store, arena, another_change, NULL));
    assert_int_equal(wrong(store), 0); /* another village in the same folder */
    assert_fine(config_set(arena, "data", before));
    unlink(str_z(arena, str_format(arena, "%s/audit.mark", folder)));
    rmdir(folder);
}

static Err *change_then_fail(Tx *tx, void *arg)
{
    (void)arg;
    TRY(audit(tx, (Time){1}, 1, "test.undone", 1, (Str){0}));
    return err_new(tx->db.arena, ERR_CONFLICT, "test.no");
}

static void an_undone_change_leaves_no_trace_and_no_gap(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    assert_fine(db_write(store, arena, three_changes, NULL));
    assert_err(db_write(store, arena, change_then_fail, NULL), "test.no");
    assert_fine(db_write(store, arena, three_changes, NULL));
    assert_int_equal(test_int(store, "SELECT max(n) FROM audit"), 6);
    assert_int_equal(wrong(store), 0);
}

static void every_error_code_of_the_house_has_one_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; house_modules[i]; i++)
        for (const ErrText *row = house_modules[i]->errors; row && row->code; row++) {
            assert_true(row->text && strlen(row->text) > 5);
            assert_string_equal(err_sentence(row->code), row->text);
        }
    assert_null(err_sentence("no.such_code"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_changed_setting_is_seen_at_once),
        TEST_DB(the_trail_is_whole_when_nobody_touched_it),
        TEST_DB(every_kind_of_tampering_shows),
        TEST_DB(a_trail_whose_end_is_cut_off_is_found),
        TEST_DB(an_end_whose_note_was_removed_with_it_is_found),
        TEST_DB(an_older_state_that_was_put_back_is_found_by_the_mark),
        TEST_DB(an_undone_change_leaves_no_trace_and_no_gap),
        TEST(every_error_code_of_the_house_has_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
