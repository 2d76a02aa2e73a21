/* Turn restrictions that pass over ways: what is forbidden depends on how one came to the last junction, so a traveller half
   through such a restriction is in a state of his own. A state is the edge one came by and which restrictions are how far done. */
#pragma once
#include "solve/roads/network.h"

enum { TURNS_AT_ONCE = 8 }; /* half done at the same time; more are forgotten (none such is known) */

typedef struct TurnPart {
    int32_t rule; /* of Network.long_turns */
    int32_t done; /* edges of it that are driven */
} TurnPart;

typedef struct TurnState {
    int32_t came; /* directed edge */
    int32_t next; /* another state of that edge, -1 */
    int32_t len;
    TurnPart at[TURNS_AT_ONCE];
} TurnState;

typedef struct Turns {
    const Network *net;
    unsigned bit;
    const int32_t *time;          /* by directed edge */
    LIST(TurnState) states;
    int32_t *begun;               /* by directed edge: the state of having begun there or come from nowhere special, -1 */
    int32_t *state_of;            /* by directed edge: its first state, -1 */
    int32_t *rule_of, *rule_next; /* by directed edge its first long restriction; by restriction the next */
} Turns;

/* All states one profile (bit) can come into. */
void turns_find(Arena *arena, const Network *net, unsigned bit, const int32_t *time, Turns *out);
void turns_free(Turns *turns);
bool turns_is_begin(const Turns *turns, int32_t state);
/* Drives on from a state (-1: nothing half done) by a directed edge; false when that is forbidden. *next is -1 when nothing is half
   done after it but what begins with the edge itself. */
bool turns_next(const Turns *turns, int32_t state, int32_t by, int32_t *next);
