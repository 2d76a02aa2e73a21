/* Packets between the typing process and the serving one: SOCK_SEQPACKET keeps their bounds, SCM_RIGHTS carries files.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/local.h"

bool local_send(int socket, char kind, Str body, const int *fds, int fds_len)
{
    struct iovec parts[2] = {{&kind, 1}, {(void *)(uintptr_t)body.at, body.len}};
    union {
        char room[CMSG_SPACE(sizeof(int) * LOCAL_FDS)];
        struct cmsghdr align;
    } control = {.room = {0}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (fds_len > 0) {
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)fds_len);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)fds_len);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)fds_len);
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)(body.len + 1);
}

static void take_files(struct msghdr *message, LocalPacket *out)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t len = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < len; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
            if (out->fds_len < LOCAL_FDS)
                out->fds[out->fds_len++] = fd;
            else
                close(fd);
        }
    }
}

bool local_receive(int socket, char *room, LocalPacket *out)
{
    struct iovec part = {room, LOCAL_PACKET_MAX};
    union {
        char room[CMSG_SPACE(sizeof(int) * LOCAL_FDS)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t got;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    *out = (LocalPacket){0};
    if (got < 0)
        return false;
    take_files(&message, out);
    if (got == 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
        for (int i = 0; i < out->fds_len; i++)
            close(out->fds[i]);
        return false;
    }
    out->kind = room[0];
    out->body = (Str){room + 1, (size_t)got - 1};
    return true;
}

int local_words(Str body, const char **words)
{
    int len = 0;
    while (body.len) {
        const char *end = memchr(body.at, 0, body.len);
        if (!end || len == LOCAL_WORDS_MAX)
            return -1;
        words[len++] = body.at;
        body = str_slice(body, (size_t)(end - body.at) + 1, body.len);
    }
    return len;
}

int local_connect(const char *data)
{
    int folder = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -1;
    struct sockaddr_un address = {.sun_family =
                                      AF_UNIX}; /* through /proc: a data folder's path may be longer than fits */
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/millet.sock", folder);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    bool fine = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(folder);
    if (!fine && fd >= 0)
        close(fd);
    return fine ? fd : -1;
}
