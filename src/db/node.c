/* Leasing a node number. */
#include "db/node.h"

#include <stdlib.h>
#include <sys/random.h>

#include "db/queries.h"

enum { NODES = 256 };
static const int64_t MARK_KEPT_MS = 30 * (int64_t)DAY_MS;

static bool is_free(const IdNodeList *list, Id node, const NodeLease *lease)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->at[i].node == node)
            return list->at[i].holder == lease->holder || list->at[i].until.ms < lease->now.ms;
    return true;
}

Err *node_renew(Tx *tx, void *arg)
{
    NodeLease *lease = arg;
    IdNodeList list;
    TRY(id_node_list(&tx->db, &list));
    /* The wish comes first; from a random start on, so that numbers freed lately are rarely taken at once. */
    Id node = lease->node;
    for (int i = 0; !is_free(&list, node, lease); i++) {
        if (i == NODES)
            return err_detail(tx->db.arena, ERR_BUSY, "db.no_node", "all %d node numbers are held", NODES);
        node = (node + 1) % NODES;
    }
    TRY(id_node_put(tx, node, lease->holder, (Time){lease->now.ms + NODE_LEASE_MS}));
    lease->node = node;
    lease->held = true;
    return NULL;
}

void node_draw(Store *store)
{
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        abort(); /* up to 256 bytes never fail once the machine has started */
    store->node = (NodeLease){.holder = (Id)(random >> 1), .node = (Id)(random % NODES), .now = time_real()};
}

Err *node_take(Store *store, Arena *arena)
{
    NodeLease *lease = &store->node;
    if (!store->postgres) {
        Db db;
        IdNodeList list;
        Arena *scratch = arena_new();
        Err *err = db_read(store, scratch, &db);
        if (!err)
            err = id_node_list(&db, &list);
        bool known = !err && list.len > 0;
        if (known)
            lease->node = list.at[0].node;
        err = err_copy(arena, err);
        arena_free(scratch);
        if (err || known) {
            id_set_node((int)lease->node);
            return err;
        }
    }
    TRY(db_write(store, arena, node_renew, lease));
    id_set_node((int)lease->node);
    return NULL;
}

static Err *leave(Tx *tx, void *arg)
{
    NodeLease *lease = &tx->db.store->node;
    const Time *now = arg;
    lease->held = false; /* so that this last batch leaves no mark */
    int64_t forgotten;
    TRY(commit_mark_forget(tx, lease->holder, (Time){now->ms - MARK_KEPT_MS}, &forgotten));
    return id_node_leave(tx, lease->node, lease->holder, (Time){now->ms + NODE_REST_MS});
}

void node_leave(Store *store)
{
    if (!store->postgres || !store->writer)
        return;
    Arena *arena = arena_new();
    Time now = time_real();
    db_write(store, arena, leave, &now); /* if it fails, the lease runs out by itself */
    arena_free(arena);
}
