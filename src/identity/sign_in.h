/* Inside identity: ways to sign in. */
#pragma once
#include "identity/people.h"

enum { SLIP_MS = DAY_MS };

typedef struct SignIn {
    Str typed;        /* name, phone or e-mail */
    Str password;     /* or the slip's digits */
    Str address;      /* of the client */
    Str device_token; /* cookie of a browser that signed in before; may be empty */
} SignIn;
#define DEVICE_COOKIE "device"

/* The person whose name and password these are. ERR_INVALID "sign_in.wrong" for anything else, also for people who do
   not exist; ERR_BUSY "limit.sign_in" {minutes} while too many were wrong; ERR_BUSY "identity.busy". */
Err *sign_in_check(Db *db, Time now, const SignIn *in, Person *out, bool *outdated);
/* Somebody who is signed in proves it again: "sign_in.wrong_again". */
Err *password_again(Db *db, Time now, Id person, Str password);

Str device_mint(Arena *arena);
Err *device_remember(Tx *tx, Time now, Id person, Str token);
Err *device_known(Db *db, Id person, Str token, bool *known);

/* Ten one-time codes; recovery_take uses one up or refuses with "sign_in.code_wrong". */
void recovery_mint(Arena *arena, StrList *codes);
Err *recovery_put(Tx *tx, Time now, Id person, StrList codes);
Err *recovery_take(Tx *tx, Time now, Id person, Str typed);

typedef struct NewSlip {
    Id id, person, by;
    Str link, digits; /* shown once */
    Str link_hash, digits_hash;
} NewSlip;
Err *slip_mint(Arena *arena, Id person, Id by, NewSlip *out);
Err *slip_put(Tx *tx, Time now, const NewSlip *slip);                 /* ERR_CONFLICT "slip.not_active" */
Err *slip_find(Db *db, Time now, Str link, SlipPerson *out);          /* ERR_MISSING "slip.gone" */
Err *slip_check(Db *db, Time now, const SignIn *in, SlipPerson *out); /* "slip.wrong" */
Err *slip_take(Tx *tx, Time now, const SlipPerson *slip);
