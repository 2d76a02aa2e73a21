/* Options and words of a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/command.h"

static Arena *arena;
static const char *words[16];

static Args typed(const char *line)
{
    Args args = {.arena = arena, .argv = words, .in = stdin, .in_fd = -1, .out = stdout, .err = stderr};
    Str rest = str_of(line), word;
    for (bool more = true; more && rest.len;) {
        more = str_cut(rest, ' ', &word, &rest);
        words[args.argc++] = str_z(arena, word);
    }
    return args;
}

static void options_are_taken_wherever_they_stand(void **state)
{
    (void)state;
    Args args = typed("--role admin wang --org=3 --force --role seller");
    assert_string_equal(args_option(&args, "role"), "seller");
    assert_string_equal(args_option(&args, "org"), "3");
    assert_true(args_flag(&args, "force"));
    assert_false(args_flag(&args, "force"));
    assert_null(args_option(&args, "absent"));
    assert_true(args_done(&args, 1, 1));
    assert_string_equal(args.argv[0], "wang");
}

static void what_follows_two_dashes_is_no_option(void **state)
{
    (void)state;
    Args args = typed("--force -- --role x");
    assert_null(args_option(&args, "role"));
    assert_true(args_flag(&args, "force"));
    assert_true(args_done(&args, 2, 2));
    assert_string_equal(args.argv[0], "--role");
}

static void what_is_left_over_is_refused(void **state)
{
    (void)state;
    FILE *quiet = fopen("/dev/null", "w");
    static const struct {
        const char *line;
        int min, max;
    } wrong[] = {{"--frob", 0, 9}, {"", 1, 1}, {"a b", 0, 1}, {"--role", 0, 9}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Args args = typed(wrong[i].line);
        args.err = quiet;
        assert_null(args_option(&args, "role"));
        assert_false(args_done(&args, wrong[i].min, wrong[i].max));
    }
    fclose(quiet);
}

static void a_line_is_read_without_its_end(void **state)
{
    (void)state;
    Str line;
    Args args = typed("");
    char text[] = "secret word\r\nnext\n\n";
    args.in = fmemopen(text, sizeof text - 1, "r");
    assert_null(args_line(&args, "Password: ", true, &line));
    assert_string_equal(str_z(arena, line), "secret word");
    assert_null(args_line(&args, "", false, &line));
    assert_string_equal(str_z(arena, line), "next");
    assert_true(err_is(args_line(&args, "", false, &line), "input.missing"));
    assert_true(err_is(args_line(&args, "", false, &line), "input.missing"));
    fclose(args.in);
}

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_taken_wherever_they_stand),
        cmocka_unit_test(what_follows_two_dashes_is_no_option),
        cmocka_unit_test(what_is_left_over_is_refused),
        cmocka_unit_test(a_line_is_read_without_its_end),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
