/* Backups' archives: what goes in comes out; what would lead out of the folder, is damaged or cut, is refused. */
#include "test/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/tar.h"

static char folder[] = "/tmp/millet-tar-XXXXXX";

static const char *in_folder(Arena *arena, const char *name)
{
    return str_z(arena, str_format(arena, "%s/%s", folder, name));
}

static void make_archive(Arena *arena, const char *path, size_t size)
{
    char *bytes = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 7);
    assert_fine(file_write(arena, in_folder(arena, "source"), (Str){bytes, size}, 0600));
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), in = open(in_folder(arena, "source"), O_RDONLY);
    assert_fine(tar_add(arena, out, "millet.db", in, (int64_t)size, (Time){1700000000000}));
    lseek(in, 0, SEEK_SET);
    assert_fine(tar_add(arena, out, "media/ab/cd.jpg", in, (int64_t)size, (Time){1700000000000}));
    assert_fine(tar_end(arena, out));
    close(in);
    close(out);
}

static Err *extract(Arena *arena, const char *path, const char *into)
{
    int64_t files;
    int in = open(path, O_RDONLY);
    Err *err = tar_extract(arena, in, in_folder(arena, into), &files);
    close(in);
    return err;
}

static void what_goes_in_comes_out(void **state)
{
    Arena *arena = test_arena(state);
    static const size_t sizes[] = {0, 1, 511, 512, 513, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = in_folder(arena, "a.tar"), *into = str_z(arena, str_format(arena, "out%zu", i));
        Str source, one, two;
        make_archive(arena, path, sizes[i]);
        assert_fine(extract(arena, path, into));
        assert_fine(file_read(arena, in_folder(arena, "source"), 100000, &source));
        assert_fine(file_read(arena, str_z(arena, str_format(arena, "%s/%s/millet.db", folder, into)), 100000, &one));
        assert_fine(
            file_read(arena, str_z(arena, str_format(arena, "%s/%s/media/ab/cd.jpg", folder, into)), 100000, &two));
        assert_true(str_eq(source, one) && str_eq(source, two));
    }
}

static void every_cut_is_noticed(void **state)
{
    Arena *arena = test_arena(state);
    const char *path = in_folder(arena, "a.tar"), *cut = in_folder(arena, "cut.tar");
    Str whole;
    make_archive(arena, path, 700);
    assert_fine(file_read(arena, path, 100000, &whole));
    for (size_t len = 0; len < whole.len - 1024; len += 101) { /* the last two blocks are zeros: one is enough */
        assert_fine(file_write(arena, cut, str_slice(whole, 0, len), 0600));
        assert_err(extract(arena, cut, str_z(arena, str_format(arena, "cut%zu", len))), "backup.cut");
    }
}

static void every_damaged_header_is_refused(void **state)
{
    Arena *arena = test_arena(state);
    TarEntry entry;
    Str whole;
    make_archive(arena, in_folder(arena, "a.tar"), 700);
    assert_fine(file_read(arena, in_folder(arena, "a.tar"), 100000, &whole));
    char block[TAR_BLOCK];
    memcpy(block, whole.at, sizeof block);
    assert_true(tar_header(block, &entry));
    assert_string_equal(entry.name, "millet.db");
    assert_int_equal(entry.size, 700);
    for (int i = 0; i < TAR_BLOCK; i++) {
        memcpy(block, whole.at, sizeof block);
        block[i] = (char)(block[i] ^ 1);
        bool in_sum = i >= 148 && i < 156; /* its last two bytes end the number and say nothing */
        if (!in_sum)
            assert_false(tar_header(block, &entry));
    }
}

static void names_that_lead_out_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",   "/etc/passwd", "../x", "a/../b", "a//b",
                                      "a/", ".ssh/x",      "a/.",  "a\\b",   "a\nb"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(tar_name_safe(bad[i]));
    assert_true(tar_name_safe("media/ab/c-800.jpg"));
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    const char *command[] = {"rm", "-rf", folder, NULL};
    pid_t child = fork();
    if (child == 0)
        execvp("rm", (char *const *)(uintptr_t)command);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_goes_in_comes_out),
        TEST(every_cut_is_noticed),
        TEST(every_damaged_header_is_refused),
        TEST(names_that_lead_out_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
