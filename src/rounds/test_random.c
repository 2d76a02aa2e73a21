/* Days that nobody made up: drivers' words at random, then what buyers hear and what is planned again must still hold. */
#include "rounds/test_valley.h"

#include <string.h>

#include "solve/route/random.h"

enum { WORDS = 40 };

/* ---- what a buyer hears ---- */

typedef struct Word {
    int64_t position, moved_ms; /* which stop was reported last, how much later than planned */
    const char *state;
} Word;

static void say_word(Valley *v, const Word *word)
{
    Store *store = app_store(v->app);
    Arena *arena = arena_new();
    const char *planned = "UPDATE round_stop SET state = 'planned', changed_at = NULL";
    assert_fine(test_sql(store, arena, planned));
    Str done = str_format(arena, "UPDATE round_stop SET state = 'done', changed_at = leaves_at WHERE position < %lld", (long long)word->position);
    Str last = str_format(arena, "UPDATE round_stop SET state = '%s', changed_at = %s + %lld WHERE position = %lld", word->state,
                          strcmp(word->state, "arrived") == 0 ? "arrives_at" : "leaves_at", (long long)word->moved_ms, (long long)word->position);
    assert_fine(test_sql(store, arena, str_z(arena, done)));
    if (word->position)
        assert_fine(test_sql(store, arena, str_z(arena, last)));
    arena_free(arena);
}

static RoundsComing heard(Valley *v)
{
    RoundsComing coming;
    bool found;
    Db db;
    assert_fine(db_read(app_store(v->app), v->arena, &db));
    assert_fine(rounds_coming(&db, (Id)test_int(app_store(v->app), "SELECT min(id) FROM order_group"), &coming, &found));
    assert_true(found);
    return coming;
}

static void a_window_holds_the_arrival_follows_the_driver_and_narrows(void **state)
{
    Valley v = valley_make(state);
    Random random = random_of(11);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 9000);
    order(&v, 1, 0, 9000);
    assert_goes_to(plan(&v), "/rounds/");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    Store *store = app_store(v.app);
    int64_t stop = test_int(store, "SELECT s.position FROM round_stop s JOIN order_group g ON g.pickup = s.place WHERE s.kind = 'deliver' "
                                   "AND g.id = (SELECT min(id) FROM order_group)");
    int64_t arrives = test_int(store, "SELECT s.arrives_at FROM round_stop s JOIN order_group g ON g.pickup = s.place WHERE s.kind = 'deliver' "
                                      "AND g.id = (SELECT min(id) FROM order_group)");
    for (int i = 0; i < WORDS; i++) {
        Word word = {random_below(&random, (int)stop), (random_below(&random, 600) - 120) * (int64_t)MINUTE_MS, random_below(&random, 2) ? "arrived" : "done"};
        say_word(&v, &word);
        RoundsComing coming = heard(&v);
        int64_t late = !word.position ? 0 : word.moved_ms < -15 * MINUTE_MS ? -15 * MINUTE_MS : word.moved_ms > 6 * HOUR_MS ? 6 * HOUR_MS : word.moved_ms;
        assert_false(coming.there);
        assert_false(coming.failed);
        assert_true(coming.late_ms == late);
        assert_true(coming.from.ms <= arrives + late && arrives + late <= coming.until.ms);
        assert_true(coming.until.ms - coming.from.ms >= 20 * MINUTE_MS); /* nobody knows it to the minute */
        assert_true(coming.from.ms % (5 * MINUTE_MS) == 0 && coming.until.ms % (5 * MINUTE_MS) == 0);
    }
    say_word(&v, &(Word){stop - 1, 0, "done"}); /* on time, one stop before: it is known better than before leaving */
    RoundsComing near = heard(&v);
    say_word(&v, &(Word){0, 0, "done"});
    RoundsComing begin = heard(&v);
    assert_true(near.until.ms - near.from.ms <= begin.until.ms - begin.from.ms);
    say_word(&v, &(Word){stop, 5 * MINUTE_MS, "done"});
    assert_true(heard(&v).there);
    say_word(&v, &(Word){stop, 0, "failed"});
    assert_true(heard(&v).failed && !heard(&v).there);
}

/* ---- what is planned again ---- */

static int64_t count(Valley *v, const char *sql)
{
    return test_int(app_store(v->app), sql);
}

/* Each round's first stops are reported, some of them as failed. Returns how many. */
static int64_t drive_some(Valley *v, Random *random)
{
    Arena *arena = arena_new();
    Store *store = app_store(v->app);
    int64_t rounds = count(v, "SELECT count(*) FROM round");
    for (int64_t k = 0; k < rounds; k++) {
        Str which = str_format(arena, "(SELECT id FROM round ORDER BY id LIMIT 1 OFFSET %lld)", (long long)k);
        int64_t stops = test_int(store, str_z(arena, str_format(arena, "SELECT count(*) FROM round_stop WHERE round = %.*s", STR_ARG(which))));
        int done = random_below(random, (int)stops + 1);
        assert_fine(test_sql(store, arena, str_z(arena, str_format(arena, "UPDATE round_stop SET state = 'done', changed_at = leaves_at WHERE round = %.*s AND position <= %d", STR_ARG(which), done))));
        if (done && random_below(random, 3) == 0)
            assert_fine(test_sql(store, arena, str_z(arena, str_format(arena, "UPDATE round_stop SET state = 'failed' WHERE round = %.*s AND position = %d", STR_ARG(which), done))));
    }
    arena_free(arena);
    return count(v, "SELECT count(*) FROM round_stop WHERE state <> 'planned'");
}

/* Numbers that must not change while the rest is planned again. */
static int64_t fingerprint(Valley *v)
{
    return count(v, "SELECT coalesce(sum(s.position * 7 + s.id % 1000003 + s.round % 1000003), 0) FROM round_stop s WHERE s.state <> 'planned'");
}

/* The dispatcher plans the rest again so many minutes after that day's midnight: evenings too, when every promise is long broken. */
static Err *rest_at(Valley *v, int64_t minutes)
{
    DayPlan plan;
    bool found;
    Db db;
    TRY(db_read(app_store(v->app), v->arena, &db));
    TRY(day_plan_by_id(&db, plan_id(v), &plan, &found));
    assert_true(found);
    Work work = {.arena = v->arena, .plan = plan, .zone = STR("Asia/Shanghai"), .lang = STR("en")};
    Replan replan = {.work = &work, .who = user_id(v->dispatcher), .now = work_time(&work, minutes * 60)};
    TRY(rounds_replan(app_store(v->app), &replan));
    assert_false(replan.stale);
    return NULL;
}

static void a_random_day(void **state, uint64_t seed, int64_t minutes)
{
    Valley v = valley_make(state);
    Random random = random_of(seed);
    gates_all(&v);
    for (int k = 0; k < 2; k++) {
        Id van = vehicle_new(&v, "Van", 100 + random_below(&random, 500));
        assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=400&crates=40&from=0:01&to=24:00"), "/vehicles");
    }
    int orders = 2 + random_below(&random, 7);
    for (int k = 0; k < orders; k++)
        order(&v, random_below(&random, 2), random_below(&random, 2), 500 * (1 + random_below(&random, 60)));
    assert_goes_to(plan(&v), "/rounds/");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    int64_t loads = count(&v, "SELECT count(*) FROM consignment"), done = drive_some(&v, &random), kept = fingerprint(&v);
    int64_t left = count(&v, "SELECT count(*) FROM round_stop WHERE state = 'planned'");
    assert_fine(rest_at(&v, minutes));
    assert_int_equal(count(&v, "SELECT count(*) FROM round_stop WHERE state <> 'planned'"), done);
    assert_true(fingerprint(&v) == kept); /* what is reported keeps its name, its round and its place */
    assert_int_equal(count(&v, "SELECT count(*) FROM consignment"), loads);
    assert_int_equal(count(&v, "SELECT count(*) FROM (SELECT round FROM round_stop GROUP BY round HAVING max(position) <> count(*) OR min(position) <> 1) x"), 0);
    /* Fetched before brought, on the same round; on board and not yet brought: it still is to be. What its farm did not give is brought nowhere. */
#define FAILED "EXISTS (SELECT 1 FROM round_stop f WHERE f.round = c.round AND f.position = c.fetch_stop AND f.state = 'failed')"
    assert_int_equal(count(&v, "SELECT count(*) FROM consignment c WHERE c.round IS NOT NULL AND (fetch_stop >= bring_stop OR fetch_stop < 1) AND NOT " FAILED), 0);
    assert_int_equal(count(&v, "SELECT count(*) FROM consignment c WHERE c.round IS NOT NULL AND bring_stop > 0 AND " FAILED), 0);
    assert_int_equal(count(&v, "SELECT count(*) FROM consignment c WHERE c.round IS NOT NULL AND NOT " FAILED " AND (SELECT count(*) FROM round_stop s WHERE s.round = c.round "
                               "AND ((s.position = c.fetch_stop AND s.kind = 'collect' AND s.place = c.org) OR (s.position = c.bring_stop AND s.kind = 'deliver' AND s.place = c.pickup))) <> 2"), 0);
    assert_int_equal(count(&v, "SELECT count(*) FROM consignment WHERE round IS NULL AND rule = ''"), 0); /* nothing is gone without a word */
    assert_true(left == 0 || count(&v, "SELECT count(*) FROM round_stop WHERE state = 'planned'") > 0 || count(&v, "SELECT count(*) FROM consignment c WHERE round IS NULL OR " FAILED) > 0);
    assert_int_equal(count(&v, "SELECT sum(metres) FROM consignment_part"), count(&v, "SELECT sum(distance_m) FROM round"));
    Findings findings = {.out = buf_new(v.arena, 4000)};
    Db db;
    assert_fine(db_read(app_store(v.app), v.arena, &db));
    assert_fine(rounds_checks[0].run(&db, &findings));
    assert_int_equal(findings.wrong, 0);
}

static void whatever_was_driven_the_rest_is_sound_before_dawn(void **state)
{
    a_random_day(state, 1, 2 * 60);
}

static void whatever_was_driven_the_rest_is_sound_in_the_morning(void **state)
{
    a_random_day(state, 2, 9 * 60 + 30);
}

static void whatever_was_driven_the_rest_is_sound_in_the_evening(void **state)
{
    a_random_day(state, 3, 18 * 60 + 30);
}

static void whatever_was_driven_the_rest_is_sound_before_midnight(void **state)
{
    a_random_day(state, 4, 23 * 60 + 59);
}

static void whatever_was_driven_the_rest_is_sound_days_later(void **state)
{
    a_random_day(state, 5, 5 * 24 * 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_window_holds_the_arrival_follows_the_driver_and_narrows),
        TEST_DB(whatever_was_driven_the_rest_is_sound_before_dawn),
        TEST_DB(whatever_was_driven_the_rest_is_sound_in_the_morning),
        TEST_DB(whatever_was_driven_the_rest_is_sound_in_the_evening),
        TEST_DB(whatever_was_driven_the_rest_is_sound_before_midnight),
        TEST_DB(whatever_was_driven_the_rest_is_sound_days_later),
    };
    return cmocka_run_group_tests_name("rounds at random", tests, NULL, NULL);
}
