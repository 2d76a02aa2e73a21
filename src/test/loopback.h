/* A mail server or a web service of our own on the loopback that writes down what it hears. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { LOOPBACK_HEARD = 64 * 1024, LOOPBACK_PLAN = 20 };

typedef struct Loopback {
    int listener, port;
    pthread_t thread;
    pthread_mutex_t lock;
    char heard[LOOPBACK_HEARD]; /* all requests one after the other */
    size_t len;
    _Atomic int requests;    /* that have come, each counted before it is answered */
    _Atomic int plan[LOOPBACK_PLAN]; /* the status of each answer; 0: 200 */
    bool mail;
    void (*reply)(struct Loopback *server, int fd, const char *request); /* of web services: says something else than its plan; NULL: by plan */
} Loopback;

/* Listens on a free port of 127.0.0.1 (server->port) on a thread of its own; fails the test when it cannot. */
void loopback_open(Loopback *server, bool mail);
/* Says so many bytes; a client that has gone is nobody's fault. */
void loopback_say(int fd, const char *bytes, size_t len);
/* After this all that was heard is in server->heard. */
void loopback_close(Loopback *server);
