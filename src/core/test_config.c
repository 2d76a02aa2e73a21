/* Settings from file, environment and flags; the log; the metrics; the reserve of the disk. */
#include "test/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/config.h"

static char folder[] = "/tmp/millet-config-XXXXXX";

static Err *load(Arena *arena, const char *file, int argc, const char **argv)
{
    const char *path = str_z(arena, str_format(arena, "%s/millet.conf", folder));
    assert_fine(file_write(arena, path, str_of(file), 0600));
    setenv("MILLET_DATA", folder, 1);
    return config_load(arena, &argc, argv);
}

static void flags_outrank_the_environment_and_that_the_file(void **state)
{
    Arena *arena = test_arena(state);
    setenv("MILLET_WORKERS", "5", 1);
    const char *argv[] = {"serve", "--idle-seconds", "7", "--connections=99", "--", "--workers", "9"};
    int argc = 7;
    const char *file = "# ours\nworkers = 4\nidle_seconds = 8\nmax-form = 2M\npublic_url = \"https://a b\"\n";
    const char *path = str_z(arena, str_format(arena, "%s/millet.conf", folder));
    assert_fine(file_write(arena, path, str_of(file), 0600));
    setenv("MILLET_DATA", folder, 1);
    assert_fine(config_load(arena, &argc, argv));
    assert_int_equal(argc, 4); /* serve -- --workers 9 */
    assert_int_equal(config_int("workers"), 5);
    assert_string_equal(config_source("workers"), "MILLET_WORKERS");
    assert_int_equal(config_int("idle_seconds"), 7);
    assert_string_equal(config_source("idle_seconds"), "flag --idle-seconds");
    assert_int_equal(config_int("connections"), 99);
    assert_int_equal(config_int("max_form"), 2 * 1024 * 1024);
    assert_non_null(strstr(config_source("max_form"), "millet.conf line 4"));
    assert_str(config_text("public_url"), "https://a b");
    assert_null(config_source("stop_seconds"));
    assert_int_equal(config_int("stop_seconds"), 20);
    unsetenv("MILLET_WORKERS");
}

static void a_bad_value_is_refused_with_its_source_and_range(void **state)
{
    Arena *arena = test_arena(state);
    static const struct {
        const char *file, *code;
    } bad[] = {{"workers = many", "config.value"}, {"workers = 257", "config.value"},
               {"workers", "config.unknown"},      {"wrokers = 1", "config.unknown"},
               {"max_form = 2X", "config.value"},  {"max_form = 1", "config.value"},
               {"node = -1", "config.value"},      {"max_form = 99999999999T", "config.value"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Err *err = load(arena, bad[i].file, 0, NULL);
        assert_err(err, bad[i].code);
    }
    const char *argv[] = {"--workers"};
    assert_err(load(arena, "", 1, argv), "config.flag");
    const char *wrong[] = {"--workers", "999"};
    Err *err = load(arena, "", 2, wrong);
    assert_err(err, "config.value");
    assert_str(err->args[1].value, "flag --workers");
    assert_str(err->args[3].value, "0 to 256");
}

static void every_row_of_the_table_is_sound(void **state)
{
    Arena *arena = test_arena(state);
    for (const ConfigRow *row = config_rows; row->name; row++) {
        assert_true(strlen(row->about) > 10);
        assert_fine(config_set(arena, row->name, row->standard));
        for (const ConfigRow *other = config_rows; other < row; other++)
            assert_string_not_equal(row->name, other->name);
    }
    assert_err(config_set(arena, "no_such_thing", "1"), "config.unknown");
}

static void metrics_are_written_as_prometheus_reads_them(void **state)
{
    Arena *arena = test_arena(state);
    metric_add("test_total", "kind=a", 2);
    metric_add("test_total", "kind=a", 3);
    metric_add("test_total", "kind=b\"\n", 1);
    metric_set("test_now", NULL, -7);
    metric_time("test_seconds", "route=/x status=200", 1500);
    for (int i = 0; i < 500; i++) /* labels from outside cannot make it grow without bound */
        metric_add("test_flood_total", str_z(arena, str_format(arena, "id=%d", i)), 1);
    Buf out = buf_new(arena, 1000000);
    metrics_write(&out);
    const char *text = str_z(arena, buf_str(&out));
    static const char *const wanted[] = {
        "# TYPE test_total counter\ntest_total{kind=\"a\"} 5\ntest_total{kind=\"b\\\"?\"} 1\n",
        "# TYPE test_now gauge\ntest_now -7\n",
        "test_seconds_bucket{route=\"/x\",status=\"200\",le=\"0.001\"} 0\n",
        "test_seconds_bucket{route=\"/x\",status=\"200\",le=\"0.0025\"} 1\n",
        "test_seconds_bucket{route=\"/x\",status=\"200\",le=\"+Inf\"} 1\n",
        "test_seconds_sum{route=\"/x\",status=\"200\"} 0.001500\n",
        "test_seconds_count{route=\"/x\",status=\"200\"} 1\n",
        "test_flood_total{other=\"1\"} 400\n",
        "process_resident_memory_bytes "};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(text, wanted[i]))
            fail_msg("not there: %s", wanted[i]);
}

static void nothing_new_is_taken_in_when_the_disk_is_nearly_full(void **state)
{
    Arena *arena = test_arena(state);
    assert_fine(config_set(arena, "data", folder));
    disk_look_again();
    assert_fine(config_set(arena, "disk_reserve", "0"));
    assert_fine(disk_check(arena));
    assert_fine(config_set(arena, "disk_reserve", "1024G"));
    disk_look_again();
    assert_err(disk_check(arena), "disk.full");
    assert_fine(config_set(arena, "disk_reserve", "100M"));
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/millet.conf", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(flags_outrank_the_environment_and_that_the_file),
        TEST(a_bad_value_is_refused_with_its_source_and_range),
        TEST(every_row_of_the_table_is_sound),
        TEST(metrics_are_written_as_prometheus_reads_them),
        TEST(nothing_new_is_taken_in_when_the_disk_is_nearly_full),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
