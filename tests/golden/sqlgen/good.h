/* Made by sqlgen from tests/golden/sqlgen/good.sql. */
#pragma once
#include "db/db.h"

typedef struct Thing {
    Id id;
    Id owner;
    bool has_owner;
    Str title;
    Money price;
    bool open;
    double weight;
    bool has_weight;
    Date due_on;
    bool has_due_on;
    Str photo;
    bool has_photo;
    Time made_at;
} Thing;
typedef struct ThingList {
    Thing *at;
    size_t len;
} ThingList;
extern const Shape Thing_shape;

typedef struct ThingTotal {
    int64_t total;
    Money sum;
    bool has_sum;
    Time last;
    bool has_last;
} ThingTotal;
typedef struct ThingTotalList {
    ThingTotal *at;
    size_t len;
} ThingTotalList;
extern const Shape ThingTotal_shape;

typedef struct ThingHit {
    Id id;
    Str title;
    Str other;
    bool has_other;
} ThingHit;
typedef struct ThingHitList {
    ThingHit *at;
    size_t len;
} ThingHitList;
extern const Shape ThingHit_shape;

typedef struct ThingId {
    Id id;
} ThingId;
typedef struct ThingIdList {
    ThingId *at;
    size_t len;
} ThingIdList;
extern const Shape ThingId_shape;

/* The thing with this number. */
Err *thing_by_id(Db *db, Id id, Thing *out);
Err *thing_find(Db *db, Str title, const Id *owner, Thing *out, bool *found);
Err *thing_total(Db *db, Time since, ThingTotal *out);
typedef struct ThingAddArgs {
    Id id;
    const Id *owner;
    Str title;
    Money price;
    const Date *due_on;
    const double *weight;
    const Str *photo;
    bool open;
    Time made_at;
} ThingAddArgs;
Err *thing_add(Tx *tx, const ThingAddArgs *args);
Err *thing_close(Tx *tx, Id id, int64_t *count);
Err *thing_walk(Db *db, Date until, Err *(*each)(void *each_arg, const Thing *row), void *each_arg);
Err *thing_search(Db *db, Str words, int64_t limit, ThingHitList *out);
Err *thing_hit(Db *db, Id id, Time before, ThingHit *out, bool *found);
Err *thing_hits(Db *db, Time before, ThingHitList *out);
Err *thing_new(Tx *tx, Str title, Time made_at, ThingId *out);

extern Statement good_statements[];
extern const size_t good_statements_len;
