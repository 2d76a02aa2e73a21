/* Children of this same program (`millet worker NAME`) that decode what strangers send. They hold the heavy libraries,
   have no rights, and talk in typed, length-prefixed messages over one socket. A crash or a timeout costs one answer.
 */
#pragma once
#include "base/base.h"

typedef struct Message {
    uint32_t type; /* 0..15 belong to this header */
    Str body;
} Message;

typedef struct MessageList {
    Message *at;
    size_t len;
} MessageList;

enum {
    WORKER_HELLO = 1,  /* child: body is the bits of Sandbox it stands in */
    WORKER_DONE = 2,   /* child: the answer is complete */
    WORKER_FAILED = 3, /* child: body is an error's code; the answer is refused */
    WORKER_FIRST = 16, /* the first type that a pair of parent and child may give its own meaning */
};

/* ---- the parent's side ---- */

typedef struct WorkerOptions {
    const char *name;               /* `millet worker NAME`; also the first part of its error codes */
    int restart_after;              /* answers of one child before a fresh one takes its place */
    int waiting_max;                /* callers that may wait for the child; one more hears "worker.busy" */
    const char *const *environment; /* "NAME=value" lines for the child, ending with NULL; it gets no others */
    int wall_seconds;               /* for one answer: then the child is killed, "worker.timeout" */
    size_t answer_bytes;            /* of all messages of one answer together: more is "worker.broken" */
} WorkerOptions;

typedef struct Worker Worker;

/* Starts nothing yet: the child is born with the first question and stays warm until it was idle for a minute. */
Worker *worker_new(const WorkerOptions *options);
void worker_free(Worker *worker); /* kills the child; NULL is allowed; nobody may be asking */

/* Asks one question and gives every message before WORKER_DONE; they live in arena. Safe from any thread: one question
   at a time, the others wait. A child that had gone to rest is replaced and asked again.
   Codes: "worker.busy" (ERR_BUSY), "worker.timeout", "worker.crashed" (ERR_INVALID: the input is to blame),
   "worker.broken" (ERR_BROKEN: no child could be made, or it talks nonsense), and the child's own "NAME.xxx"
   (ERR_INVALID). */
Err *worker_ask(Worker *worker, Arena *arena, uint32_t type, Str question, MessageList *answer);

/* Bits of Sandbox that the present child stands in; 0 when none was born yet. */
unsigned worker_sandbox(Worker *worker);

/* The program that is started, for test programs; by default this one (/proc/self/exe). */
void worker_program(const char *path);
void worker_patience(int factor); /* for tests, where the machine may be busy with others: all wall_seconds of workers made from now on, times this */

/* ---- the child's side ---- */

typedef struct WorkerReply {
    Arena *arena;
    int fd;
    bool lost; /* the parent is gone */
} WorkerReply;

void worker_reply(WorkerReply *answer, uint32_t type, Str body); /* sent at once */

typedef struct WorkerChild {
    size_t memory_bytes;   /* that may be mapped on top of what the libraries hold already */
    int cpu_seconds;       /* of one answer */
    int restart_after;     /* answers before it ends by itself whatever the parent says */
    size_t question_bytes; /* longer ones end the child */
    bool network;          /* it talks to other machines: sandbox_network instead of sandbox_enter */
    /* NULL: answered. Its code goes to the parent. The arena is reset after each. */
    Err *(*answer)(WorkerReply *answer, const Message *question);
} WorkerChild;

/* Call after loading libraries: drops all rights, then answers on standard input until the parent leaves or a minute
   passes in silence. Returns the exit status. */
int worker_serve(const WorkerChild *child);

/* ---- the sandbox, for children that have another loop ---- */

typedef enum Sandbox {
    SANDBOX_SECCOMP = 1 << 0,  /* system calls: memory, threads, reading and writing what is open; else the end */
    SANDBOX_LANDLOCK = 1 << 1, /* no file, no TCP, no signal to others */
    SANDBOX_NOBODY = 1 << 2,   /* was root, is nobody now */
    SANDBOX_MEMORY = 1 << 3,   /* address space is limited */
} Sandbox;

/* For this process and for good. 0 when seccomp is refused: then do not decode anything. */
unsigned sandbox_enter(size_t memory_bytes, int cpu_seconds_all);
/* For a child that must reach other machines and read certificates: nobody, limits, no file written, nothing executed, but
   no list of system calls. It must not decode what strangers made. */
unsigned sandbox_network(size_t memory_bytes, int cpu_seconds_all);
