/* Inside identity: what the handlers of its pages share. */
#pragma once
#include "identity/pages.h"
#include "identity/people.h"

/* The way in: writes a session in one transaction with what led to it, and sets the cookies. */
typedef struct Entry {
    Id person;
    bool proved, may_reset;
    Str rehash;                                 /* when the parameters of the password's hash have risen */
    Err *(*also)(Tx *tx, Time now, void *what); /* or NULL: uses up the code, adds the person ... */
    void *what;
    Id *person_made; /* person is only known after also() ran */
    /* filled by enter */
    NewSession session;
    Str device_token;
    Id old_session;
    Time now;
} Entry;
Err *identity_enter(Req *r, Entry *entry);

Str back_safe(Str back, const char *otherwise); /* a path of ours, never another host */
OptionViewList choices_of_langs(Req *r, Str chosen);
OptionViewList choices_of_zones(Req *r, Str chosen);
/* A field of a form whose choices are only known now: type "select" or "choices". */
FieldView field_of_choices(Req *r, const Shape *shape, const char *name, OptionViewList options, const char *type);
Str person_words(Req *r, StrList words);          /* "a, b and c" */
Str role_label(Req *r, Str role);                 /* translated */
Str link_of(Req *r, const char *path, Str token); /* absolute address as the person's browser sees us */
