/* The serving side: each command runs on a thread of its own, with the typing person's files. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "core/help.h"
#include "core/local.h"

enum { RUNNING_MAX = 4 };

static struct {
    Store *store;
    int listener, folder;
    int wake[2]; /* closing its writing end ends the accepting thread */
    pthread_t accepting;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int running;
    bool stopping;
} local = {.listener = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

typedef struct Caller {
    int socket;
    int in; /* their standard input */
} Caller;

static bool hung_up(void *whose)
{
    struct pollfd poller = {.fd = ((Caller *)whose)->socket, .events = POLLRDHUP};
    return poll(&poller, 1, 0) > 0 && (poller.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* Reading their input ends when they hang up, so that a forgotten prompt does not keep a thread. */
static ssize_t read_input(void *whose, char *room, size_t size)
{
    Caller *caller = whose;
    struct pollfd poller[2] = {{.fd = caller->in, .events = POLLIN}, {.fd = caller->socket, .events = POLLRDHUP}};
    while (poll(poller, 2, -1) < 0)
        if (errno != EINTR)
            return -1;
    if (poller[1].revents && !poller[0].revents)
        return 0;
    return read(caller->in, room, size);
}

static int open_there(void *whose, const char *path, int flags, unsigned mode)
{
    Caller *caller = whose;
    char room[LOCAL_PACKET_MAX];
    int32_t head[2] = {flags & ~O_CLOEXEC, (int32_t)mode}, problem = EIO;
    size_t len = strlen(path) + 1;
    if (len > 4096) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(room, head, sizeof head);
    memcpy(room + sizeof head, path, len);
    LocalPacket packet;
    if (!local_send(caller->socket, 'O', (Str){room, sizeof head + len}, NULL, 0) ||
        !local_receive(caller->socket, room, &packet)) {
        errno = EIO;
        return -1;
    }
    if (packet.kind == 'F' && packet.body.len == sizeof problem)
        memcpy(&problem, packet.body.at, sizeof problem);
    if (problem == 0 && packet.fds_len == 1)
        return packet.fds[0];
    for (int i = 0; i < packet.fds_len; i++)
        close(packet.fds[i]);
    errno = problem ? problem : EIO;
    return -1;
}

static int run_words(Args *args, Str body)
{
    const char *words[LOCAL_WORDS_MAX];
    args->argv = words;
    args->argc = local_words(body, words);
    const Command *command = args->argc > 0 ? command_find(&args->argc, words) : NULL;
    if (!command || !command->needs_store) {
        fputs("millet: the serving process does not know this command; is it another version?\n", args->err);
        return EXIT_USAGE;
    }
    int64_t start = time_monotonic_us();
    int status = command->run(args);
    log_line("command", "words=\"%s\" status=%d ms=%lld", command->words, status,
             (long long)(time_monotonic_us() - start) / 1000);
    return status;
}

static void serve_caller(int socket)
{
    char room[LOCAL_PACKET_MAX];
    LocalPacket packet;
    if (!local_receive(socket, room, &packet))
        return;
    if (packet.kind == 'R' && packet.fds_len == LOCAL_FDS) {
        Arena *arena = arena_new();
        Caller caller = {socket, packet.fds[0]};
        cookie_io_functions_t reading = {.read = read_input};
        Args args = {.arena = arena,
                     .data = str_z(arena, config_text("data")),
                     .store = local.store,
                     .in = fopencookie(&caller, "r", reading),
                     .in_fd = caller.in,
                     .out = fdopen(packet.fds[1], "w"),
                     .err = fdopen(packet.fds[2], "w"),
                     .open_file = open_there,
                     .is_gone = hung_up,
                     .whose = &caller};
        int32_t status = args.in && args.out && args.err ? run_words(&args, packet.body) : EXIT_FAILED;
        if (args.out && (fclose(args.out) != 0 && status == EXIT_DONE))
            status = EXIT_FAILED;
        if (args.err)
            fclose(args.err);
        if (args.in)
            fclose(args.in);
        close(caller.in);
        arena_free(arena);
        local_send(socket, 'X', (Str){(char *)&status, sizeof status}, NULL, 0);
    } else
        for (int i = 0; i < packet.fds_len; i++)
            close(packet.fds[i]);
}

static void *caller_thread(void *socket)
{
    int fd = (int)(intptr_t)socket;
    serve_caller(fd);
    close(fd);
    pthread_mutex_lock(&local.lock);
    local.running--;
    pthread_cond_broadcast(&local.changed);
    pthread_mutex_unlock(&local.lock);
    return NULL;
}

/* Only this program's own user, and root, may command it; the socket's mode says so too. */
static bool may_command(int socket)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return false;
    return peer.uid == 0 || peer.uid == geteuid();
}

static bool wait_for_room(void)
{
    pthread_mutex_lock(&local.lock);
    while (local.running >= RUNNING_MAX && !local.stopping)
        pthread_cond_wait(&local.changed, &local.lock);
    bool going = !local.stopping;
    local.running += going;
    pthread_mutex_unlock(&local.lock);
    return going;
}

static void start_caller(int socket)
{
    struct timeval patience = {.tv_sec = 5}; /* for the first packet and for files they open */
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    pthread_t thread;
    if (may_command(socket) && wait_for_room()) {
        if (pthread_create(&thread, NULL, caller_thread, (void *)(intptr_t)socket) == 0) {
            pthread_detach(thread);
            return;
        }
        pthread_mutex_lock(&local.lock);
        local.running--;
        pthread_mutex_unlock(&local.lock);
    }
    close(socket);
}

static void *accept_thread(void *unused)
{
    (void)unused;
    struct pollfd poller[2] = {{.fd = local.listener, .events = POLLIN}, {.fd = local.wake[0], .events = POLLIN}};
    for (;;) {
        if (poll(poller, 2, -1) < 0 && errno != EINTR)
            return NULL;
        if (poller[1].revents)
            return NULL;
        int fd = poller[0].revents ? accept4(local.listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd >= 0)
            start_caller(fd);
    }
}

static bool listen_in(const char *data)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    local.folder = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    local.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (local.folder < 0 || local.listener < 0)
        return false;
    int other = local_connect(data); /* another process on the same PostgreSQL and folder: it keeps the socket */
    if (other >= 0) {
        close(other);
        errno = EADDRINUSE;
        return false;
    }
    unlinkat(local.folder, "millet.sock", 0);
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/millet.sock", local.folder);
    return fchmod(local.listener, 0600) == 0 &&
           bind(local.listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(local.listener, 16) == 0;
}

static void forget(void)
{
    if (local.listener >= 0)
        close(local.listener);
    if (local.folder >= 0)
        close(local.folder);
    local.listener = local.folder = -1;
}

Err *local_start(Arena *arena, Store *store, const char *data)
{
    local.store = store;
    local.stopping = false;
    bool fine = listen_in(data) && pipe2(local.wake, O_CLOEXEC) == 0 &&
                pthread_create(&local.accepting, NULL, accept_thread, NULL) == 0;
    if (fine)
        return NULL;
    Err *err = err_detail(arena, ERR_BROKEN, "local.socket", "%s/millet.sock: %s", data, strerror(errno));
    forget();
    return err;
}

bool local_stop(int seconds)
{
    if (local.listener < 0)
        return true;
    pthread_mutex_lock(&local.lock);
    local.stopping = true;
    pthread_cond_broadcast(&local.changed);
    pthread_mutex_unlock(&local.lock);
    close(local.wake[1]);
    pthread_join(local.accepting, NULL);
    close(local.wake[0]);
    unlinkat(local.folder, "millet.sock", 0);
    forget();
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&local.lock);
    int late = 0;
    while (local.running > 0 && late != ETIMEDOUT)
        late = pthread_cond_clockwait(&local.changed, &local.lock, CLOCK_MONOTONIC, &until);
    bool quiet = local.running == 0;
    pthread_mutex_unlock(&local.lock);
    return quiet;
}
