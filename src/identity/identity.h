/* People, organisations, roles: what other modules may ask. All rules about them stand in this folder. */
#pragma once
#include "web/web.h"

/* ---- people ---- */

typedef struct NewPerson {
    Str name;          /* as others see it; required */
    Str sign_name;     /* what they type to sign in; empty: the name. Ignored for guests */
    Str phone;         /* optional, as typed */
    Str email;         /* optional */
    Str lang;          /* a tag such as "zh-CN", or empty */
    Str request;       /* what they wrote when asking to join */
    const char *state; /* "guest", "waiting" or "active" */
} NewPerson;

/* Adds a person; nobody's rights yet. Codes: person.name_taken (field sign_name), person.name_bad, person.phone_bad,
   person.email_bad. */
Err *person_add(Tx *tx, Time now, Id by, const NewPerson *person, Id *out);

/* A buyer without an account: name and phone only, erased like any other person. Each call makes a new one. */
Err *person_guest(Tx *tx, Time now, Str name, Str phone, Str lang, Id *out);

/* The name as others may see it; "(left)" once erased, translated by the caller's language (NULL: English). */
Str person_name(Db *db, const Lang *lang, Id person);
/* Name and phone for those who must reach them (packers, drivers). ERR_MISSING "person.missing" when there is none. */
Err *person_contact(Db *db, Id person, Str *name, Str *phone);
/* How somebody with an account is written to: email and phone may be empty; lang is a tag or empty. *found is false for guests and
   for those who left. */
typedef struct PersonReach {
    Str email, phone, lang;
} PersonReach;
Err *person_reach(Db *db, Id person, PersonReach *out, bool *found);

/* ---- organisations ---- */

typedef struct NewOrg {
    const char *kind; /* "farm", "cooperative", "hub", "shop", "office" */
    Str name, place;
    Str story; /* Markdown */
    Str langs; /* tags separated by spaces */
    Str slug;  /* empty: made of the name */
} NewOrg;

/* Codes: org.name_bad, org.kind_bad. A slug that is taken gets a number. */
Err *org_add(Tx *tx, Time now, Id by, const NewOrg *org, Id *out);

typedef struct OrgCard { /* what anybody may know of an organisation */
    Id id;
    Str kind, slug, name, place;
    Str story; /* Markdown */
    Str langs; /* tags separated by spaces */
    bool open; /* a closed one takes no new business */
} OrgCard;
Err *org_card(Db *db, Id id, OrgCard *out);            /* ERR_MISSING "org.missing" */
Err *org_card_by_slug(Db *db, Str slug, OrgCard *out); /* the same */

typedef struct Founding {
    Str name, place, lang, currency, zone;
} Founding;

/* Makes the founding co-operative and the settings; once only: ERR_CONFLICT "start.done". */
Err *village_found(Tx *tx, Time now, const Founding *founding, Id *org);

/* ---- roles ---- */

/* Grants one role (one bit); granting what holds already changes nothing. by 0: the command line. */
Err *grant_add(Tx *tx, Time now, Id by, Id person, Id org, Role role);
/* Takes it away. ERR_CONFLICT "grant.last_admin" when nobody could administer the founding co-operative any more. */
Err *grant_take(Tx *tx, Time now, Id by, Id person, Id org, Role role);
/* The bit of a role's name ("seller"), or 0. */
unsigned role_find(Str name);
const char *role_name(unsigned role); /* of one bit; "" for none */

/* ---- sessions and tokens ---- */

typedef struct NewSession {
    Id id, person;
    Str device;     /* "Chrome, Android"; may be empty */
    bool proved;    /* a password was given just now: the rights of staff are awake */
    bool may_reset; /* came by a recovery code or a slip */
    Str token;      /* goes into the cookie, kept nowhere */
    Str hash;
} NewSession;
#define SESSION_COOKIE "sid"
/* Mints id and token; session_start then writes it. Two steps, because a write may run twice. */
void session_mint(Arena *arena, Id person, NewSession *out);
Err *session_start(Tx *tx, Time now, const NewSession *session);

/* What Module.authenticate does: fills r->who, who_name, grants, session from cookie or bearer token. */
Err *identity_authenticate(Req *r);

/* Staff acts that need a password given in the last 10 minutes (roles, exports of others, deletions). When it is longer
   ago: ERR_DENIED "access.confirm". Tokens never pass. */
Err *need_fresh(Req *r);

/* Sets a password that was checked before. hash comes from password_hash; slow work happens outside of db_write. */
Err *password_hash(Arena *arena, Str password, Str *hash); /* ERR_BUSY "identity.busy" when 18 are at it already */
Err *password_set(Tx *tx, Time now, Id person, Str hash);

typedef struct NewToken {
    Id id, person;
    Str name;   /* what it is for */
    Str scopes; /* separated by spaces; "*": all */
    Time until; /* 0: until it is taken back */
    Str token;  /* for the program; kept nowhere */
    Str prefix, hash;
} NewToken;
void token_mint(Arena *arena, Id person, Str name, Str scopes, NewToken *out);
Err *token_start(Tx *tx, Time now, const NewToken *token);
