/* Scheduled jobs: when they are due, that one alone runs them, that a dead one's work is taken over. */
#include "test/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "core/core.h"
#include "core/jobs.h"

static _Atomic int at_once, most_at_once, runs;

static Err *slow(JobContext *context)
{
    (void)context;
    int now = ++at_once;
    if (now > most_at_once)
        most_at_once = now;
    struct timespec moment = {.tv_nsec = 3000000};
    nanosleep(&moment, NULL);
    runs++;
    at_once--;
    return NULL;
}

static Err *failing(JobContext *context)
{
    return err_detail(context->arena, ERR_BUSY, "test.failed", "on purpose");
}

static const Job slow_job = {.name = "test.slow", .every_ms = HOUR_MS, .run = slow, .about = "For tests."};
static const Job failing_job = {.name = "test.failing", .every_ms = HOUR_MS, .run = failing, .about = "For tests."};

static void periods_and_local_days_say_when_a_job_is_due(void **state)
{
    Arena *arena = test_arena(state);
    Job every = {.every_ms = 5 * MINUTE_MS}, daily = {.daily_minute = 2 * 60 + 30};
    assert_int_equal(job_due(&every, (Time){1000}, STR("UTC")).ms, 1000 + 5 * MINUTE_MS);
    Str berlin = STR("Europe/Berlin");
    static const char *const days[][2] = {
        {"2026-11-21T00:00:00Z", "2026-11-21T01:30:00.000Z"},
        {"2026-11-21T01:30:00Z", "2026-11-22T01:30:00.000Z"},
        {"2026-03-28T12:00:00Z", "2026-03-29T01:30:00.000Z"}, /* the gap: half past three */
        {"2026-10-24T12:00:00Z", "2026-10-25T00:30:00.000Z"}, /* twice half past two: once */
        {"2026-10-25T00:30:00Z", "2026-10-26T01:30:00.000Z"}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        Time last;
        assert_true(time_parse(str_of(days[i][0]), &last));
        assert_str(time_text(arena, job_due(&daily, last, berlin)), days[i][1]);
    }
}

static void *try_often(void *store)
{
    Arena *arena = arena_new();
    for (int i = 0; i < 20; i++) {
        Err *err = job_run(store, arena, &slow_job, time_now());
        if (err && !err_is(err, "job.running"))
            runs += 1000; /* seen below */
    }
    arena_free(arena);
    return NULL;
}

static void one_alone_runs_a_job(void **state)
{
    Store *store = test_store(state);
    pthread_t threads[8];
    at_once = most_at_once = runs = 0;
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_often, store), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(most_at_once, 1);
    assert_true(runs >= 1 && runs <= 160);
    assert_int_equal(test_int(store, "SELECT runs FROM job WHERE name = 'test.slow'"), runs);
    assert_int_equal(test_int(store, "SELECT lease_by FROM job WHERE name = 'test.slow'"), 0);
}

static void a_living_lease_is_respected_and_a_dead_one_taken_over(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    runs = 0;
    assert_fine(job_run(store, arena, &slow_job, time_now()));
    assert_fine(test_sql(store, arena, "UPDATE job SET lease_by = 5, lease_until = 9000000000000"));
    assert_err(job_run(store, arena, &slow_job, time_now()), "job.running");
    assert_fine(test_sql(store, arena, "UPDATE job SET lease_until = 1000"));
    assert_fine(job_run(store, arena, &slow_job, time_now()));
    assert_int_equal(runs, 2);
}

static void a_failure_is_counted_and_the_job_runs_again(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    assert_err(job_run(store, arena, &failing_job, time_now()), "test.failed");
    assert_err(job_run(store, arena, &failing_job, time_now()), "test.failed");
    assert_int_equal(test_int(store, "SELECT failures FROM job WHERE name = 'test.failing'"), 2);
    assert_int_equal(test_int(store, "SELECT count(*) FROM job WHERE trouble = 'test.failed'"), 1);
}

static void what_is_due_runs_once_however_long_nothing_ran(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    int first, again, later;
    Time now = time_now();
    assert_fine(jobs_run_due(store, arena, now, &first));
    assert_fine(jobs_run_due(store, arena, now, &again));
    assert_int_equal(again, 0);
    int64_t before = test_int(store, "SELECT count(*) FROM job");
    assert_fine(jobs_run_due(store, arena, (Time){now.ms + 40 * (int64_t)DAY_MS}, &later));
    assert_int_equal(later, before); /* each once, not forty times */
}

static void the_threads_start_and_stop_cleanly(void **state)
{
    Store *store = test_store(state);
    for (int i = 0; i < 3; i++) {
        assert_fine(jobs_start(test_arena(state), store));
        assert_true(jobs_stop(10));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(periods_and_local_days_say_when_a_job_is_due),
        TEST_DB(one_alone_runs_a_job),
        TEST_DB(a_living_lease_is_respected_and_a_dead_one_taken_over),
        TEST_DB(a_failure_is_counted_and_the_job_runs_again),
        TEST_DB(what_is_due_runs_once_however_long_nothing_ran),
        TEST_DB(the_threads_start_and_stop_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
