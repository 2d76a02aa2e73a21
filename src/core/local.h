/* Commands on data that a server may be serving: one process alone holds the SQLite file, so they are sent to it over a
   socket in the data folder (data/millet.sock) and run there; without a server this process opens the data itself. */
#pragma once
#include "base/command.h"
#include "db/db.h"

/* Runs a command that needs the store; words is everything that was typed, without the settings' flags. Exit status. */
int local_run(const Command *command, Args *args, int len, const char *const *words);

/* Serving side: answers such commands on this store until local_stop. Codes: local.socket. */
Err *local_start(Arena *arena, Store *store, const char *data);
/* Takes no new command and waits for running ones. False: one still runs after so many seconds; the store must not be
   closed then. */
bool local_stop(int seconds);

/* ---- the conversation, for both sides and its fuzzer ---- */
enum { LOCAL_PACKET_MAX = 64 * 1024, LOCAL_WORDS_MAX = 500, LOCAL_FDS = 3 };
/* One packet: a letter and what belongs to it. R: words, each ended by NUL, with standard input, output and error
   attached. O: flags, mode, path; asks the typing side to open a file. F: errno, with the descriptor attached when that
   is 0. X: exit status. */
typedef struct LocalPacket {
    char kind;
    Str body;
    int fds[LOCAL_FDS];
    int fds_len;
} LocalPacket;
bool local_send(int socket, char kind, Str body, const int *fds, int fds_len);
/* False at the end of the conversation or when the packet is not well formed. body lives in room. */
bool local_receive(int socket, char *room, LocalPacket *out);
/* A connection to the server of this data folder, or -1. */
int local_connect(const char *data);
/* Cuts the body of an R packet into at most LOCAL_WORDS_MAX words; -1 when it is not well formed. */
int local_words(Str body, const char **words);
