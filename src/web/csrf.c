/* Cross-site request forgery: who may ask for a change.
   The browser's own word comes first (Sec-Fetch-Site, then Origin). Where both are absent or Origin is "null" (plain HTTP on a
   village LAN, Referrer-Policy no-referrer) the form token decides. It is the keyed BLAKE2b of what names this visitor
   (the session, or a guest's cookie), masked anew for every page so that compression does not reveal it (BREACH). */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "web/inside.h"

enum { KEY_LEN = 32, SECRET_LEN = 16 };

static struct Csrf {
    pthread_mutex_t lock;
    unsigned char key[KEY_LEN];
} csrf = {.lock = PTHREAD_MUTEX_INITIALIZER};

static Err *key_make(Tx *tx, void *arg)
{
    const char *hex = arg;
    Str there;
    TRY(setting_get(&tx->db, "web.key", (Str){0}, &there));
    return there.len ? NULL : setting_put(tx, "web.key", str_of(hex)); /* another process may have been first */
}

Err *csrf_load(Store *store, Arena *arena)
{
    if (sodium_init() < 0)
        return err_new(arena, ERR_BROKEN, "web.no_random");
    Db db;
    Str hex;
    TRY(db_read(store, arena, &db));
    TRY(setting_get(&db, "web.key", (Str){0}, &hex));
    if (hex.len == 0) {
        unsigned char fresh[KEY_LEN];
        char text[KEY_LEN * 2 + 1];
        randombytes_buf(fresh, sizeof fresh);
        sodium_bin2hex(text, sizeof text, fresh, sizeof fresh);
        TRY(db_write(store, arena, key_make, text));
        TRY(setting_get(&db, "web.key", (Str){0}, &hex));
    }
    unsigned char key[KEY_LEN];
    size_t len;
    if (sodium_hex2bin(key, sizeof key, hex.at, hex.len, NULL, &len, NULL) != 0 || len != KEY_LEN)
        return err_detail(arena, ERR_BROKEN, "web.no_random", "setting web.key is not 64 hexadecimal digits");
    pthread_mutex_lock(&csrf.lock);
    memcpy(csrf.key, key, sizeof key);
    pthread_mutex_unlock(&csrf.lock);
    return NULL;
}

static Str secret_of(Arena *arena, char kind, Str whose)
{
    unsigned char *out = arena_alloc(arena, SECRET_LEN), key[KEY_LEN];
    pthread_mutex_lock(&csrf.lock);
    memcpy(key, csrf.key, sizeof key);
    pthread_mutex_unlock(&csrf.lock);
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, sizeof key, SECRET_LEN);
    crypto_generichash_update(&state, (const unsigned char *)&kind, 1);
    crypto_generichash_update(&state, (const unsigned char *)whose.at, whose.len);
    crypto_generichash_final(&state, out, SECRET_LEN);
    return (Str){(char *)out, SECRET_LEN};
}

/* base64url of mask || (mask XOR secret). */
static Str mask(Arena *arena, Str secret, bool random)
{
    unsigned char both[SECRET_LEN * 2] = {0};
    if (random)
        randombytes_buf(both, SECRET_LEN);
    for (size_t i = 0; i < SECRET_LEN; i++)
        both[SECRET_LEN + i] = both[i] ^ (unsigned char)secret.at[i];
    size_t size = sodium_base64_encoded_len(sizeof both, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(arena, size);
    sodium_bin2base64(text, size, both, sizeof both, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(text);
}

static bool token_right(Str token, Str secret)
{
    unsigned char both[SECRET_LEN * 2];
    size_t len;
    if (sodium_base642bin(both, sizeof both, token.at, token.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len != sizeof both)
        return false;
    for (size_t i = 0; i < SECRET_LEN; i++)
        both[SECRET_LEN + i] ^= both[i];
    return sodium_memcmp(both + SECRET_LEN, secret.at, SECRET_LEN) == 0;
}

static bool is_safe(Method method)
{
    return method == METHOD_GET || method == METHOD_HEAD || method == METHOD_OPTIONS;
}

/* Pages that are shared among guests carry a token that belongs to nobody: without a session there is no authority that
   a forged request could borrow. Signing in is the exception (a stranger's account could be slipped in), so it never
   accepts that one. */
static Str shared_secret(Req *r)
{
    return secret_of(r->arena, 'n', (Str){0});
}

void csrf_start(Req *r)
{
    if (r->bearer)
        return;
    Str visit = req_cookie(r, "visit");
    if (r->session)
        r->in->csrf_secret = secret_of(r->arena, 's', id_text(r->arena, r->session));
    else if (r->route->shared && is_safe(r->method)) {
        r->csrf = mask(r->arena, shared_secret(r), false);
        return;
    } else if (visit.len)
        r->in->csrf_secret = secret_of(r->arena, 'v', visit);
    else { /* no token can be right yet; a page that shows a form sets the cookie */
        unsigned char fresh[SECRET_LEN];
        randombytes_buf(fresh, sizeof fresh);
        char *text = arena_alloc(r->arena, SECRET_LEN * 2 + 1);
        sodium_bin2hex(text, SECRET_LEN * 2 + 1, fresh, sizeof fresh);
        r->in->visit = str_of(text);
        r->in->csrf_secret = secret_of(r->arena, 'v', r->in->visit);
    }
    r->csrf = mask(r->arena, r->in->csrf_secret, true);
}

static Str host_of(Str origin)
{
    size_t at = str_find(origin, STR("://"));
    return at == SIZE_MAX ? (Str){0} : str_slice(origin, at + 3, SIZE_MAX);
}

static Err *forged(Req *r, const char *why)
{
    return err_detail(r->arena, ERR_DENIED, "csrf.refused", "%s", why);
}

Err *csrf_check(Req *r)
{
    if (is_safe(r->method) || r->bearer || r->route->no_csrf)
        return NULL;
    Str site = req_header(r, "Sec-Fetch-Site"), origin = req_header(r, "Origin");
    if (site.len)
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none")) ? NULL : forged(r, "Sec-Fetch-Site");
    if (origin.len && !str_eq(origin, STR("null")))
        return str_eq_nocase(host_of(origin), req_header(r, "Host")) ? NULL : forged(r, "Origin");
    /* A program without cookies has no authority to borrow, and no form of another site can send JSON. */
    if (r->api && !r->session && r->in->body_kind != BODY_FORM && r->in->body_kind != BODY_MULTIPART &&
        r->in->body_kind != BODY_OTHER)
        return NULL;
    Str token = req_header(r, "X-CSRF-Token");
    if (!token.len)
        token = take_typed(r, "csrf");
    if (!token.len)
        return forged(r, "no token");
    if (token_right(token, r->in->csrf_secret))
        return NULL;
    if (!r->session && !r->route->signs_in && token_right(token, shared_secret(r)))
        return NULL;
    return forged(r, "wrong token");
}

void csrf_finish(Req *r)
{
    if (r->in->visit.len && r->csrf.len && str_find(r->reply->body, r->csrf) != SIZE_MAX)
        reply_cookie(r, "visit", r->in->visit, 0);
}
