/* kill -9 under 64 clients, again and again: nothing acknowledged is lost or doubled, no group is half there, the books close.
   MILLET_KILLS=5000 for more (make kill). */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_till.h"

enum { CLIENTS = 64, WALLETS = 40, LOG_MAX = 1 << 18, ROUNDS = 200, POSTGRES_ROUNDS = 25, FRESH_EVERY = 25 };

typedef struct Acknowledged {
    Uuid id;
    int64_t amount;
    _Atomic int64_t seq; /* written last: who is killed before it has told nobody */
} Acknowledged;

typedef struct Log { /* what the clients were told; in memory that outlives the killed process */
    atomic_long len, doubled;
    Acknowledged at[LOG_MAX];
} Log;

static Log *client_log;
static Id wallets[WALLETS];

typedef struct Client {
    Store *store;
    uint64_t random;
} Client;

static uint64_t next(Client *client, uint64_t below)
{
    client->random ^= client->random << 13, client->random ^= client->random >> 7, client->random ^= client->random << 17;
    return client->random % below;
}

static void note(const NewTransfer *line, const Done *done)
{
    long at = atomic_fetch_add(&client_log->len, 1);
    if (at >= LOG_MAX)
        return;
    client_log->at[at].id = line->id;
    client_log->at[at].amount = done->amount;
    atomic_store(&client_log->at[at].seq, done->seq);
}

/* Everybody pays wallet 0 (may owe nothing), from the others (may owe), alone, in groups of two, or as a hold; now and then the
   same is asked again. */
static void *pay_for_ever(void *arg)
{
    Client *client = arg;
    Arena *arena = arena_new();
    for (;;) {
        NewTransfer list[2];
        Done done[2];
        size_t len = next(client, 4) ? 1 : 2;
        for (size_t i = 0; i < len; i++) {
            list[i] = till_line(wallets[1 + next(client, WALLETS - 1)], wallets[0], (int64_t)next(client, 1000) + 1);
            list[i].group = len > 1 ? STR("pair") : (Str){0};
            list[i].flags = len == 1 && next(client, 10) == 0 ? TRANSFER_PENDING : 0;
        }
        for (uint64_t again = 0; again < 1 + (next(client, 10) == 0); again++) {
            Submission submission = {.list = list, .len = len, .now = time_real(), .done = done};
            if (ledger_submit(client->store, arena, &submission) || done[0].refused || done[len - 1].refused)
                _exit(3);
            if (again && !done[0].again)
                client_log->doubled++;
            for (size_t i = 0; i < len && !again; i++)
                note(&list[i], &done[i]);
        }
        arena_reset(arena);
    }
}

static void child(const StoreOptions *options, uint64_t seed)
{
    static Client clients[CLIENTS];
    Arena *arena = arena_new();
    Store *store;
    pthread_t thread;
    if (store_open(arena, options, &store))
        _exit(2);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (Client){store, seed * 1000003 + (uint64_t)i * 7919 + 1};
        pthread_create(&thread, NULL, pay_for_ever, &clients[i]);
    }
    for (;;)
        pause();
}

static void run_and_kill(const StoreOptions *options, uint64_t seed)
{
    client_log->len = 0;
    pid_t pid = fork();
    if (pid == 0)
        child(options, seed);
    int status = 0;
    for (int i = 0; i < 240 * 1000 && client_log->len == 0; i++)
        usleep(500);
    usleep((useconds_t)(seed * 2654435761u % 50000));
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_true(client_log->len > 0);
}

static void everything_acknowledged_is_there(const StoreOptions *options)
{
    Arena *arena = arena_new();
    Store *store;
    Db db;
    assert_fine(store_open(arena, options, &store));
    assert_fine(db_read(store, arena, &db));
    long len = client_log->len < LOG_MAX ? client_log->len : LOG_MAX;
    for (long i = 0; i < len; i++) {
        const Acknowledged *was = &client_log->at[i];
        TransferView is;
        bool found;
        if (!was->seq) /* the client was killed between taking its place in the log and writing into it */
            continue;
        assert_fine(transfer_get(&db, was->id, &is, &found));
        if (!found)
            fail_msg("transfer %lld, %.*s, was acknowledged and is gone", (long long)was->seq, STR_ARG(uuid_text(arena, was->id)));
        assert_int_equal(is.seq, was->seq);
        assert_int_equal(is.amount, was->amount);
    }
    memset(client_log->at, 0, (size_t)len * sizeof *client_log->at);
    assert_int_equal(client_log->doubled, 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM (SELECT group_seq FROM transfer WHERE group_seq > 0 GROUP BY group_seq HAVING count(*) <> 2) AS half"), 0);
    till_check(store, arena);
    arena_reset(arena);
    store_close(store);
    arena_free(arena);
}

static void make_wallets(const StoreOptions *options)
{
    Till till = {.arena = arena_new(), .now = till_day};
    assert_fine(store_open(till.arena, options, &till.store));
    for (int i = 0; i < WALLETS; i++)
        wallets[i] = till_account(&till, "Wallet", "2010", i ? 0 : ACCOUNT_NO_OVERDRAFT);
    store_close(till.store);
    arena_free(till.arena);
}

static void kill_9_under_64_clients_loses_and_doubles_nothing(void **state)
{
    const char *given = getenv("MILLET_KILLS");
    int rounds = given ? atoi(given) : test_on_postgres() ? POSTGRES_ROUNDS : ROUNDS;
    long acknowledged = 0;
    uint64_t seed = test_seed();
    client_log = mmap(NULL, sizeof *client_log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(client_log != MAP_FAILED);
    fprintf(stderr, "# %d rounds\n", rounds);
    StoreOptions options = {0};
    for (int round = 0; round < rounds; round++) {
        if (round % FRESH_EVERY == 0) {
            options = test_store_options(test_arena(state));
            make_wallets(&options);
        }
        run_and_kill(&options, seed + (uint64_t)round);
        acknowledged += client_log->len;
        everything_acknowledged_is_there(&options);
    }
    fprintf(stderr, "# %ld transfers were acknowledged\n", acknowledged);
    munmap(client_log, sizeof *client_log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kill_9_under_64_clients_loses_and_doubles_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
