/* Inside identity: the rules about people. */
#pragma once
#include "identity/identity.h"
#include "identity/queries.h"

enum { LEAVE_AFTER_MS = 7 * DAY_MS }; /* how long somebody who leaves may change their mind */

Str phone_digits(Arena *arena, Str phone);
Str phone_tail(Arena *arena, Str phone);
bool phone_same(Arena *arena, Str a, Str b);
Str sign_key_of(Arena *arena, Str name);
Str person_search_text(Arena *arena, Str name, Str sign_name, Str phone);

Err *person_edit(Tx *tx, Time now, Id by, Id id, const NewPerson *person); /* state NULL; codes of person_add */
Err *person_must(Db *db, Id id, Person *out); /* ERR_MISSING "person.missing"; the erased count as missing */
Err *person_find(Db *db, Str typed, Person *out, bool *found);

/* Each refuses with ERR_CONFLICT "person.changed_meanwhile" when the person is no longer in the state it starts from.
 */
Err *person_approve(Tx *tx, Time now, Id by, Id person, Id org); /* waiting -> active, a member of org */
Err *person_refuse(Tx *tx, Time now, Id by, Id person);          /* waiting -> erased at once */
Err *person_disable(Tx *tx, Time now, Id by, Id person, Id founding);
Err *person_enable(Tx *tx, Time now, Id by, Id person);
Err *person_leave(Tx *tx, Time now, Id person, Id founding); /* active -> leaving; LEAVE_AFTER_MS later erased */
Err *person_stay(Tx *tx, Time now, Id person);               /* leaving -> active */
Err *person_forget(Tx *tx, Id person, Time now);             /* identity's part of erasing */

/* ERR_CONFLICT "grant.last_admin" when nobody but this person administers the founding co-operative. */
Err *admin_stays(Tx *tx, Time now, Id person, Id founding);
