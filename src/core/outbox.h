/* Delivering what is in the outbox: at least once, in order within a kind and key, with growing pauses after a failure. */
#pragma once
#include "base/command.h"
#include "core/module.h"

enum { OUTBOX_FIRST_PAUSE_MS = 10 * SECOND_MS, OUTBOX_LONGEST_PAUSE_MS = 6 * HOUR_MS };

Err *outbox_start(Arena *arena, Store *store); /* the delivering threads */
bool outbox_stop(int seconds);                 /* false: a delivery still runs */
void outbox_wake(void);                        /* something was put in */

/* Tries every message that is due at now once, until none is left: for tests and `millet outbox send`. Counts what was
   delivered and what was not. */
Err *outbox_deliver_due(Store *store, Arena *arena, Time now, int64_t *delivered, int64_t *failed);
/* The pause before attempt number attempts + 1: doubling, between half and one and a half of that, by a random number. */
int64_t outbox_pause_ms(int64_t attempts, uint32_t random);

int outbox_list_command(Args *args);
int outbox_retry_command(Args *args);
int outbox_drop_command(Args *args);
