/* The typing person's side of commands on data. */
#include "core/local.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"

StoreOptions store_options(Arena *arena)
{
    Str url = config_text("db");
    return (StoreOptions){.data = str_z(arena, config_text("data")), .url = url.len ? str_z(arena, url) : NULL};
}

/* The server asks for a file: opened here, with this person's rights and relative to this folder. */
static bool answer_open(int socket, Str body)
{
    int32_t flags, problem = EINVAL;
    uint32_t mode;
    int fd = -1;
    if (body.len > 9 && body.at[body.len - 1] == 0) {
        memcpy(&flags, body.at, 4);
        memcpy(&mode, body.at + 4, 4);
        fd = open(body.at + 8, flags, (mode_t)mode);
        problem = fd < 0 ? errno : 0;
    }
    bool sent = local_send(socket, 'F', (Str){(char *)&problem, 4}, &fd, fd >= 0);
    if (fd >= 0)
        close(fd);
    return sent;
}

static int converse(int socket, Args *args)
{
    char *room = arena_alloc(args->arena, LOCAL_PACKET_MAX);
    LocalPacket packet;
    while (local_receive(socket, room, &packet)) {
        for (int i = 0; i < packet.fds_len; i++)
            close(packet.fds[i]); /* a server sends none */
        int32_t status;
        if (packet.kind == 'X' && packet.body.len == sizeof status) {
            memcpy(&status, packet.body.at, sizeof status);
            return status;
        }
        if (packet.kind != 'O' || !answer_open(socket, packet.body))
            break;
    }
    return args_failed(args, err_new(args->arena, ERR_BUSY, "local.stopped"));
}

static int send_there(int socket, Args *args, int len, const char *const *words)
{
    Buf buf = buf_new(args->arena, LOCAL_PACKET_MAX - 1);
    for (int i = 0; i < len; i++)
        buf_add(&buf, (Str){words[i], strlen(words[i]) + 1});
    if (buf.overflowed || len > LOCAL_WORDS_MAX)
        return args_failed(args, err_new(args->arena, ERR_INVALID, "local.too_long"));
    const int fds[LOCAL_FDS] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    fflush(stdout);
    if (!local_send(socket, 'R', buf_str(&buf), fds, LOCAL_FDS))
        return args_failed(args, err_detail(args->arena, ERR_BUSY, "local.stopped", "%s", strerror(errno)));
    return converse(socket, args);
}

int local_run(const Command *command, Args *args, int len, const char *const *words)
{
    StoreOptions options = store_options(args->arena);
    int socket = local_connect(options.data);
    if (socket >= 0) {
        int status = send_there(socket, args, len, words);
        close(socket);
        return status;
    }
    Err *err = store_open(args->arena, &options, &args->store);
    if (err)
        return args_failed(args, err);
    err = house_furnish(args->store, args->arena);
    int status = err ? args_failed(args, err) : command->run(args);
    store_close(args->store);
    return status;
}
