/* The basket. Nothing is reserved by it: the order decides, in one statement. */
#include "market/cart.h"

#include <sodium.h>

enum { TOKEN_BYTES = 16, KEEP_S = 30 * 24 * 3600 };

static Str token_hash(Arena *arena, Str token)
{
    unsigned char *hash = arena_alloc(arena, crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)token.at, token.len);
    return (Str){(const char *)hash, crypto_hash_sha256_BYTES};
}

/* The basket of the cookie, if it is nobody else's. */
static Err *by_cookie(Req *r, Cart *cart, bool *found)
{
    Str cookie = req_cookie(r, CART_COOKIE);
    *found = false;
    if (cookie.len != 2 * TOKEN_BYTES)
        return NULL;
    TRY(cart_by_token(&r->db, token_hash(r->arena, cookie), cart, found));
    if (*found && cart->has_person && cart->person != r->who)
        *found = false; /* somebody else signed in on this device before */
    return NULL;
}

Err *cart_read(Req *r, CartAskList *out)
{
    Str cookie = req_cookie(r, CART_COOKIE);
    return cart_asks(&r->db, cookie.len == 2 * TOKEN_BYTES ? token_hash(r->arena, cookie) : STR(""), r->who, out);
}

Err *cart_find(Req *r, Id *id)
{
    Cart cart;
    bool found = false;
    *id = 0;
    TRY(by_cookie(r, &cart, &found));
    if (!found && r->who)
        TRY(cart_by_person(&r->db, r->who, &cart, &found));
    *id = found ? cart.id : 0;
    return NULL;
}

typedef struct Settling {
    Id who, mine, cookies; /* the person's basket and the cookie's; 0: none */
    Id fresh;              /* id of a new one */
    Str hash;              /* of the new one's cookie */
    Time now;
    Id settled;
} Settling;

static Err *settle_write(Tx *tx, void *arg)
{
    Settling *s = arg;
    int64_t count;
    if (s->mine && s->cookies && s->mine != s->cookies) {
        TRY(cart_line_merge(tx, s->cookies, s->mine));
        TRY(cart_lines_drop(tx, s->cookies, &count));
        TRY(cart_drop(tx, s->cookies, &count));
        s->settled = s->mine;
    } else if (s->mine) {
        s->settled = s->mine;
    } else if (s->cookies) {
        TRY(cart_give(tx, s->cookies, s->who, s->now, &count));
        s->settled = s->cookies;
    } else {
        TRY(cart_insert(tx, s->fresh, s->hash.len ? &s->hash : NULL, s->who ? &s->who : NULL, s->now));
        s->settled = s->fresh;
    }
    return NULL;
}

static Str token_mint(Arena *arena)
{
    unsigned char random[TOKEN_BYTES];
    char *text = arena_alloc(arena, 2 * TOKEN_BYTES + 1);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(text, 2 * TOKEN_BYTES + 1, random, sizeof random);
    return (Str){text, 2 * TOKEN_BYTES};
}

Err *cart_must(Req *r, Id *id)
{
    Cart cookies = {0}, mine = {0};
    bool has_cookie, has_mine = false;
    TRY(by_cookie(r, &cookies, &has_cookie));
    if (r->who)
        TRY(cart_by_person(&r->db, r->who, &mine, &has_mine));
    bool settled = r->who ? has_mine && (!has_cookie || cookies.id == mine.id) : has_cookie;
    if (settled) {
        *id = has_mine ? mine.id : cookies.id;
        return NULL;
    }
    Settling settling = {.who = r->who, .mine = has_mine ? mine.id : 0, .cookies = has_cookie ? cookies.id : 0,
                         .fresh = id_mint(), .now = r->now};
    if (!r->who) {
        Str token = token_mint(r->arena);
        settling.hash = token_hash(r->arena, token);
        reply_cookie(r, CART_COOKIE, token, KEEP_S);
    }
    TRY(db_write(r->store, r->arena, settle_write, &settling));
    *id = settling.settled;
    return NULL;
}

typedef struct Putting {
    Id cart, offer;
    int64_t steps;
    Time now;
} Putting;

static Err *put_write(Tx *tx, void *arg)
{
    const Putting *p = arg;
    int64_t count;
    if (!p->steps) {
        TRY(cart_line_drop(tx, p->cart, p->offer, &count));
        return cart_touch(tx, p->cart, p->now, &count);
    }
    MarketCount size;
    TRY(cart_size(&tx->db, p->cart, &size));
    if (size.total >= ORDER_LINES_MAX)
        return err_new(tx->db.arena, ERR_CONFLICT, "cart.full");
    TRY(cart_line_put(tx, p->cart, p->offer, p->steps, p->now));
    return cart_touch(tx, p->cart, p->now, &count);
}

Err *cart_put(Req *r, Id cart, Id offer, int64_t steps)
{
    Putting putting = {cart, offer, steps, r->now};
    return db_write(r->store, r->arena, put_write, &putting);
}
