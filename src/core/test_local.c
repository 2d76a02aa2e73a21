/* The command socket: who may speak, what is understood, what happens when somebody hangs up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/local.h"

static char folder[] = "/tmp/millet-local-XXXXXX";
static char room[LOCAL_PACKET_MAX];

static int32_t ended(int socket)
{
    LocalPacket packet;
    int32_t status = -1;
    if (local_receive(socket, room, &packet) && packet.kind == 'X' && packet.body.len == sizeof status)
        memcpy(&status, packet.body.at, sizeof status);
    return status;
}

static void only_the_owner_can_reach_the_socket(void **state)
{
    (void)state;
    struct stat info;
    char path[64];
    snprintf(path, sizeof path, "%s/millet.sock", folder);
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISSOCK(info.st_mode));
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void an_unknown_command_is_refused_on_the_callers_own_error_output(void **state)
{
    (void)state;
    int pipes[2], socket = local_connect(folder), null = open("/dev/null", O_RDWR);
    assert_true(socket >= 0);
    assert_int_equal(pipe(pipes), 0);
    const int fds[] = {null, null, pipes[1]};
    assert_true(local_send(socket, 'R', (Str){"frob\0", 5}, fds, 3));
    close(pipes[1]);
    assert_int_equal(ended(socket), EXIT_USAGE);
    char text[200] = {0};
    assert_true(read(pipes[0], text, sizeof text - 1) > 0);
    assert_non_null(strstr(text, "does not know this command"));
    close(pipes[0]);
    close(null);
    close(socket);
}

static void nonsense_ends_the_conversation_and_nothing_else(void **state)
{
    (void)state;
    static const char big[LOCAL_PACKET_MAX + 10];
    int null = open("/dev/null", O_RDWR);
    const int fds[] = {null, null, null};
    static const struct {
        char kind;
        const char *body;
        size_t len;
        int fds;
    } wrong[] = {
        {'R', "verify", 6, 3}, {'R', "", 0, 3}, {'R', "verify\0", 7, 2}, {'Q', "x", 1, 0}, {'R', big, sizeof big, 3}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int socket = local_connect(folder);
        assert_true(socket >= 0);
        local_send(socket, wrong[i].kind, (Str){wrong[i].body, wrong[i].len}, fds, wrong[i].fds);
        int32_t status = ended(socket);
        assert_true(status == -1 || status == EXIT_USAGE);
        close(socket);
    }
    close(null);
    int socket = local_connect(folder); /* still answering */
    assert_true(socket >= 0);
    close(socket);
}

static void words_are_cut_at_their_ends(void **state)
{
    (void)state;
    const char *words[LOCAL_WORDS_MAX];
    assert_int_equal(local_words((Str){"user\0add\0\0", 10}, words), 3);
    assert_string_equal(words[1], "add");
    assert_string_equal(words[2], "");
    assert_int_equal(local_words((Str){"user\0add", 8}, words), -1);
    assert_int_equal(local_words((Str){0}, words), 0);
    static const char many[LOCAL_WORDS_MAX + 1];
    assert_int_equal(local_words((Str){many, sizeof many}, words), -1);
}

static int begin(void **state)
{
    Arena *arena = arena_new();
    *state = arena;
    return mkdtemp(folder) && !local_start(arena, NULL, folder) ? 0 : -1;
}

static int end(void **state)
{
    bool quiet = local_stop(5);
    arena_free(*state);
    return quiet && local_connect(folder) < 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_owner_can_reach_the_socket),
        cmocka_unit_test(an_unknown_command_is_refused_on_the_callers_own_error_output),
        cmocka_unit_test(nonsense_ends_the_conversation_and_nothing_else),
        cmocka_unit_test(words_are_cut_at_their_ends),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
