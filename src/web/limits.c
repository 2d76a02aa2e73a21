/* Token buckets per person or address: a bounded table in memory, the oldest bucket gives way. */
#include <pthread.h>
#include <string.h>

#include "web/inside.h"

enum { BUCKETS = 8192, WAYS = 8, MILLI = 1000, EXPORTS = 64 };

typedef struct Rate {
    int64_t burst, refill, span_ms; /* refill tokens in every span */
} Rate;

typedef struct Bucket {
    uint64_t key; /* 0: free */
    int64_t tokens_milli;
    int64_t at_ms;
} Bucket;

static struct Limits {
    pthread_mutex_t lock;
    Bucket buckets[BUCKETS];
    uint64_t exports[EXPORTS]; /* whose exports run now; 0: free */
} limits = {.lock = PTHREAD_MUTEX_INITIALIZER};


static uint64_t hash(Str s, uint64_t seed)
{
    uint64_t value = 14695981039346656037u ^ seed; /* FNV-1a */
    for (size_t i = 0; i < s.len; i++)
        value = (value ^ (unsigned char)s.at[i]) * 1099511628211u;
    return value ^ (value >> 29);
}

/* A household has a /64 of IPv6 addresses: counting single ones would count nothing. */
static Str address_group(Arena *arena, Str address)
{
    if (str_find(address, STR(":")) == SIZE_MAX)
        return address;
    Buf out = buf_new(arena, 64);
    Str rest = address, part;
    bool more = true;
    for (int i = 0; i < 4 && more; i++) {
        more = str_cut(rest, ':', &part, &rest);
        if (i && part.len == 0)
            break; /* :: is zeros from here */
        buf_add(&out, part);
        buf_add_char(&out, ':');
    }
    return buf_str(&out);
}

static uint64_t key_of(Req *r)
{
    Str whose = r->who && r->route->limit != LIMIT_SIGN_IN ? id_text(r->arena, r->who)
                                                           : address_group(r->arena, r->address);
    uint64_t key = hash(whose, (uint64_t)r->route->limit);
    return key ? key : 1;
}

static Rate rate_of(const Req *r)
{
    const WebSettings *s = &web_settings;
    switch (r->route->limit) {
    case LIMIT_SEARCH:
        return (Rate){s->search_per_minute, s->search_per_minute, MINUTE_MS};
    case LIMIT_POSTING:
        if (r->who && r->now.ms - id_time_ms(r->who) < DAY_MS) /* an account's first 24 hours */
            return (Rate){3, 3, MINUTE_MS};
        return (Rate){s->posting_burst, s->posting_per_minute, MINUTE_MS};
    case LIMIT_SIGN_IN:
        return (Rate){s->sign_in_address, s->sign_in_address, HOUR_MS};
    case LIMIT_EXPORT:
    case LIMIT_NONE:
        break;
    }
    return (Rate){5, 5, MINUTE_MS};
}

/* The bucket of this key among its 8 places, or the least lately used of them, full again. */
static Bucket *bucket_of(uint64_t key, Rate rate, int64_t now_ms)
{
    Bucket *set = &limits.buckets[key % (BUCKETS / WAYS) * WAYS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (!set[i].key || (oldest->key && set[i].at_ms < oldest->at_ms))
            oldest = &set[i];
    }
    *oldest = (Bucket){key, rate.burst * MILLI, now_ms};
    return oldest;
}

/* An export reads everything of a person: a place among those that run, until the request is done. */
static Err *export_take(Req *r)
{
    uint64_t key = key_of(r);
    int64_t running = 0;
    uint64_t *place = NULL;
    pthread_mutex_lock(&limits.lock);
    for (int i = 0; i < EXPORTS; i++) {
        running += limits.exports[i] == key;
        if (!limits.exports[i])
            place = &limits.exports[i];
    }
    if (running >= web_settings.exports_running)
        place = NULL;
    if (place)
        *place = key;
    pthread_mutex_unlock(&limits.lock);
    r->in->exporting = place;
    return place ? NULL : err_new(r->arena, ERR_BUSY, "limit.export");
}

static void export_finish(Req *r)
{
    if (!r->in->exporting)
        return;
    pthread_mutex_lock(&limits.lock);
    *r->in->exporting = 0;
    pthread_mutex_unlock(&limits.lock);
    r->in->exporting = NULL;
}

/* One token of this request's bucket. */
static bool bucket_take(Req *r)
{
    Rate rate = rate_of(r);
    int64_t now_ms = time_monotonic_us() / 1000;
    pthread_mutex_lock(&limits.lock);
    Bucket *bucket = bucket_of(key_of(r), rate, now_ms);
    int64_t passed = now_ms - bucket->at_ms;
    if (passed > rate.span_ms)
        passed = rate.span_ms;
    bucket->tokens_milli += passed * rate.refill * MILLI / rate.span_ms;
    if (bucket->tokens_milli > rate.burst * MILLI)
        bucket->tokens_milli = rate.burst * MILLI;
    bucket->at_ms = now_ms;
    bool enough = bucket->tokens_milli >= MILLI;
    if (enough)
        bucket->tokens_milli -= MILLI;
    pthread_mutex_unlock(&limits.lock);
    return enough;
}

Err *limits_take(Req *r)
{
    if (r->route->limit == LIMIT_NONE)
        return NULL;
    if (!bucket_take(r))
        return err_new(r->arena, ERR_BUSY, "limit.too_many");
    return r->route->limit == LIMIT_EXPORT ? export_take(r) : NULL;
}

void limits_finish(Req *r, bool failed)
{
    export_finish(r);
    if (!r->route || r->route->limit != LIMIT_SIGN_IN || failed)
        return;
    pthread_mutex_lock(&limits.lock);
    Rate rate = rate_of(r);
    Bucket *bucket = bucket_of(key_of(r), rate, time_monotonic_us() / 1000);
    if (bucket->tokens_milli < rate.burst * MILLI)
        bucket->tokens_milli += MILLI;
    pthread_mutex_unlock(&limits.lock);
}
