/* Settings, and the trail of changes that shows tampering. */
#include "test/harness.h"

#include <string.h>

#include "core/audit.h"
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
        TEST_DB(an_undone_change_leaves_no_trace_and_no_gap),
        TEST(every_error_code_of_the_house_has_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
