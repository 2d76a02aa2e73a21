/* The node number in this process's ids, leased from the database. */
#pragma once
#include "db/driver.h"

enum { NODE_LEASE_MS = 10 * MINUTE_MS, NODE_RENEW_MS = 2 * MINUTE_MS, NODE_REST_MS = MINUTE_MS };

void node_draw(Store *store); /* before the writer starts */
/* Takes a node number that nobody else holds and gives it to id_set_node. On SQLite, where one process alone has the
   file, the same number for good. Code: db.no_node (all are held). */
Err *node_take(Store *store, Arena *arena);
/* A write on the writer's thread: holds on to the number, or takes another if the lease was lost meanwhile. arg: the store's NodeLease with now filled. */
Err *node_renew(Tx *tx, void *arg);
void node_leave(Store *store); /* at a close: free for others after NODE_REST_MS, when no clock can repeat our times */
