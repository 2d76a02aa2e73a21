/* The loopback servers: see loopback.h. */
#include "loopback.h"

#include "harness.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>


static void note(Loopback *server, const char *text, size_t len)
{
    pthread_mutex_lock(&server->lock);
    if (len < LOOPBACK_HEARD - server->len) {
        memcpy(server->heard + server->len, text, len);
        server->len += len;
        server->heard[server->len] = 0;
    }
    pthread_mutex_unlock(&server->lock);
}

void loopback_say(int fd, const char *bytes, size_t len)
{
    for (ssize_t sent; len && (sent = send(fd, bytes, len, MSG_NOSIGNAL)) > 0; bytes += sent)
        len -= (size_t)sent;
}

static void say(int fd, const char *text)
{
    loopback_say(fd, text, strlen(text));
}

static void serve_http(Loopback *server, int fd)
{
    char text[8192] = {0};
    size_t len = 0, need = SIZE_MAX;
    while (len < need && len + 1 < sizeof text) {
        ssize_t got = recv(fd, text + len, sizeof text - 1 - len, 0);
        if (got <= 0)
            return;
        len += (size_t)got;
        char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length: ");
        if (end)
            need = (size_t)(end + 4 - text) + (length ? strtoul(length + 16, NULL, 10) : 0);
    }
    note(server, text, len);
    int status = server->requests < LOOPBACK_PLAN ? server->plan[server->requests] : 0;
    server->requests++; /* before it is answered: who has the answer finds it counted */
    if (server->reply) {
        server->reply(server, fd, text);
        return;
    }
    char reply[100];
    snprintf(reply, sizeof reply, "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
             status ? status : 200);
    say(fd, reply);
}

static void serve_mail(Loopback *server, int fd)
{
    FILE *in = fdopen(dup(fd), "r");
    char line[2000];
    bool data = false, counted = false;
    say(fd, "220 test ESMTP\r\n");
    while (fgets(line, sizeof line, in)) {
        note(server, line, strlen(line));
        if (data && strcmp(line, ".\r\n") != 0)
            continue;
        int status = server->requests < LOOPBACK_PLAN ? server->plan[server->requests] : 0;
        if (strncmp(line, "EHLO", 4) == 0)
            say(fd, "250-test\r\n250 8BITMIME\r\n");
        else if (strncmp(line, "RCPT", 4) == 0 && status == 550)
            say(fd, "550 no such person\r\n");
        else if (strncmp(line, "RCPT", 4) == 0 && status == 450)
            say(fd, "450 later\r\n");
        else if (strncmp(line, "DATA", 4) == 0) {
            data = true;
            say(fd, "354 go on\r\n");
            continue;
        } else if (strncmp(line, "QUIT", 4) == 0) {
            server->requests++;
            counted = true;
            say(fd, "221 bye\r\n");
            break;
        } else
            say(fd, "250 fine\r\n");
        data = false;
    }
    server->requests += !counted;
    fclose(in);
}

static void *serve_all(void *arg)
{
    Loopback *server = arg;
    for (int fd; (fd = accept(server->listener, NULL, NULL)) >= 0; close(fd))
        if (server->mail)
            serve_mail(server, fd);
        else
            serve_http(server, fd);
    return NULL;
}

void loopback_open(Loopback *server, bool mail)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    *server = (Loopback){.mail = mail, .lock = PTHREAD_MUTEX_INITIALIZER};
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve_all, server), 0);
}

void loopback_close(Loopback *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}
