/* A hash table with a list of least recent use, under one lock; entries are counted, so that one that is being sent may
   leave the table. */
#include "web/cache.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "web/asset.h"
#include "web/inside.h"

enum {
    BUCKETS = 1024,
    KEY_MAX = 2048,
    ENTRY_BYTES_MAX = 512 * 1024,
    ALL_BYTES_MAX = 8 * 1024 * 1024,
    AGE_MS = 5000,
    AGE_POSTGRES_MS = 2000,
};

struct CacheEntry {
    CacheEntry *next;           /* in its bucket */
    CacheEntry *newer, *older;  /* by use */
    _Atomic int users;
    Arena *arena;
    uint64_t hash;
    Str key, etag;
    bool forever; /* an embedded file */
    uint64_t version;
    const Store *store;
    int64_t made_ms, age_ms;
    size_t bytes;
    CacheForm forms[ENCODINGS];
    CachePart part;
};

static struct Cache {
    pthread_mutex_t lock;
    CacheEntry *buckets[BUCKETS];
    CacheEntry *newest, *oldest;
    size_t bytes;
    void (*release)(void *prepared);
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- which request ---- */

typedef struct Key {
    char at[KEY_MAX];
    size_t len;
    bool file; /* embedded: the same for everybody */
} Key;

static bool key_add(Key *key, Str part)
{
    if (part.len + 1 > KEY_MAX - key->len)
        return false;
    if (part.len)
        memcpy(key->at + key->len, part.at, part.len);
    key->len += part.len;
    key->at[key->len++] = '\n';
    return true;
}

/* The language, when no cookie but that of the language (and the guest's own, which shows nowhere) has come. */
static bool cookies_shared(Str cookies, bool https, const Lang **lang)
{
    Str rest = cookies, piece;
    for (bool more = cookies.len > 0; more;) {
        Str name, value;
        more = str_cut(rest, ';', &piece, &rest);
        if (!str_cut(str_trim(piece), '=', &name, &value))
            continue;
        if (https && str_starts(name, STR("__Host-")))
            name = str_slice(name, strlen("__Host-"), SIZE_MAX);
        if (str_eq(name, STR("lang")))
            *lang = lang_find(value);
        else if (!str_eq(name, STR("visit")))
            return false;
    }
    return true;
}

static bool key_make(const Req *r, Key *key)
{
    key->len = 0;
    key->file = str_starts(r->path, STR("/assets/"));
    if ((r->method != METHOD_GET && r->method != METHOD_HEAD) || !key_add(key, r->path) || !key_add(key, r->query))
        return false;
    if (key->file)
        return true;
    const Lang *lang = NULL;
    Str languages = {0}, host = {0}, saves = {0};
    for (size_t i = 0; i < r->headers_len; i++) {
        Str name = r->headers[i].name, value = r->headers[i].value;
        if (str_eq_nocase(name, STR("cookie")) ? !cookies_shared(value, r->https, &lang)
                                               : str_eq_nocase(name, STR("authorization")))
            return false;
        if (str_eq_nocase(name, STR("accept-language")))
            languages = value;
        else if (str_eq_nocase(name, STR("host")))
            host = value;
        else if (str_eq_nocase(name, STR("save-data")))
            saves = value;
    }
    if (!lang && languages.len)
        lang = lang_negotiate(languages);
    return key_add(key, lang ? str_of(lang_tag(lang)) : STR("-")) && key_add(key, r->https ? STR("s") : STR("p")) &&
           key_add(key, host) && key_add(key, saves);
}

static bool part_key_make(const Req *r, const char *name, Key *key)
{
    key->len = 0;
    key->file = false;
    return key_add(key, STR("part")) && key_add(key, str_of(name)) && key_add(key, r->path) && key_add(key, r->query) &&
           key_add(key, str_of(lang_tag(r->lang))) && key_add(key, r->https ? STR("s") : STR("p"));
}

static uint64_t key_hash(const Key *key)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < key->len; i++)
        hash = (hash ^ (unsigned char)key->at[i]) * 1099511628211u;
    return hash ^ (hash >> 32);
}

/* ---- the table; all under the lock ---- */

static void list_remove(CacheEntry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache.newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache.oldest) = entry->newer;
}

static void list_add(CacheEntry *entry)
{
    entry->newer = NULL;
    entry->older = cache.newest;
    *(cache.newest ? &cache.newest->newer : &cache.oldest) = entry;
    cache.newest = entry;
}

static void entry_free(CacheEntry *entry)
{
    for (int i = 0; i < ENCODINGS; i++)
        if (entry->forms[i].prepared && cache.release)
            cache.release(entry->forms[i].prepared);
    arena_free(entry->arena); /* the entry itself lives in it */
}

void cache_give(CacheEntry *entry)
{
    if (entry && atomic_fetch_sub(&entry->users, 1) == 1)
        entry_free(entry);
}

static void entry_remove(CacheEntry *entry)
{
    CacheEntry **at = &cache.buckets[entry->hash % BUCKETS];
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    list_remove(entry);
    cache.bytes -= entry->bytes;
    cache_give(entry);
}

static CacheEntry *entry_find(const Key *key, uint64_t hash, const Store *store)
{
    for (CacheEntry *entry = cache.buckets[hash % BUCKETS]; entry; entry = entry->next)
        if (entry->hash == hash && entry->store == store && str_eq(entry->key, (Str){key->at, key->len}))
            return entry;
    return NULL;
}

static bool entry_true(const CacheEntry *entry, const Req *r)
{
    if (entry->forever)
        return true;
    int64_t age = time_now().ms - entry->made_ms;
    return entry->version == store_version(r->store) && age >= 0 && age < entry->age_ms;
}

static CacheEntry *entry_take(const Req *r, const Key *key)
{
    uint64_t hash = key_hash(key);
    pthread_mutex_lock(&cache.lock);
    CacheEntry *entry = entry_find(key, hash, key->file ? NULL : r->store);
    if (entry && !entry_true(entry, r)) {
        entry_remove(entry);
        entry = NULL;
    }
    if (entry) {
        atomic_fetch_add(&entry->users, 1);
        if (cache.newest != entry) {
            list_remove(entry);
            list_add(entry);
        }
    }
    pthread_mutex_unlock(&cache.lock);
    return entry;
}

CacheEntry *cache_take(const Req *r)
{
    Key key;
    return key_make(r, &key) ? entry_take(r, &key) : NULL;
}

CacheEntry *cache_take_part(const Req *r, const char *name)
{
    Key key;
    return part_key_make(r, name, &key) ? entry_take(r, &key) : NULL;
}

const CachePart *cache_part(const CacheEntry *entry)
{
    return &entry->part;
}

Str cache_etag(const CacheEntry *entry)
{
    return entry->etag;
}

/* "*", or a list of tags; weak comparison (RFC 9110, 13.1.2). */
bool etag_among(Str header, Str etag)
{
    Str rest = header, piece;
    for (bool more = header.len > 0; more;) {
        more = str_cut(rest, ',', &piece, &rest);
        piece = str_trim(piece);
        if (str_eq(piece, STR("*")) || str_eq(piece, etag))
            return true;
        if (str_starts(piece, STR("W/")) && str_eq(str_slice(piece, 2, SIZE_MAX), etag))
            return true;
        if (str_starts(etag, STR("W/")) && str_eq(str_slice(etag, 2, SIZE_MAX), piece))
            return true;
    }
    return false;
}

CacheForm *cache_form(CacheEntry *entry, const Req *r)
{
    Str accept = {0}, none_match = {0};
    for (size_t i = 0; i < r->headers_len; i++)
        if (str_eq_nocase(r->headers[i].name, STR("accept-encoding")))
            accept = r->headers[i].value;
        else if (str_eq_nocase(r->headers[i].name, STR("if-none-match")))
            none_match = r->headers[i].value;
    if (none_match.len && etag_among(none_match, entry->etag))
        return NULL;
    for (int encoding = ENCODINGS - 1; encoding > ENCODING_PLAIN; encoding--)
        if (entry->forms[encoding].body.len && encoding_accepted(accept, (Encoding)encoding))
            return &entry->forms[encoding];
    return &entry->forms[ENCODING_PLAIN];
}

/* ---- keeping ---- */

static bool may_keep(const Req *r, bool file)
{
    const Reply *reply = r->reply;
    if (r->method != METHOD_GET || !r->route || !r->route->shared || reply->status != 200 || reply->path)
        return false;
    if (!file && (r->who || r->session || r->bearer))
        return false;
    for (size_t i = 0; i < reply->headers_len; i++)
        if (str_eq_nocase(reply->headers[i].name, STR("set-cookie")))
            return false;
    return reply->body.len > 0 && reply->body.len <= ENTRY_BYTES_MAX;
}

static void form_make(CacheEntry *entry, Encoding encoding, const Req *r, Str body)
{
    const Reply *reply = r->reply;
    CacheForm *form = &entry->forms[encoding];
    form->body = body;
    form->headers = NEW_ARRAY(entry->arena, Header, reply->headers_len + 2);
    for (size_t i = 0; i < reply->headers_len; i++) {
        Str name = reply->headers[i].name;
        if (str_eq_nocase(name, STR("x-request-id")) || str_eq_nocase(name, STR("etag")))
            continue; /* the number belonged to the first request */
        form->headers[form->headers_len++] =
            (Header){str_copy(entry->arena, name), str_copy(entry->arena, reply->headers[i].value)};
    }
    form->headers[form->headers_len++] = (Header){STR("ETag"), entry->etag};
    if (encoding != ENCODING_PLAIN)
        form->headers[form->headers_len++] = (Header){STR("Content-Encoding"), str_of(encoding_name(encoding))};
}

static void forms_make(CacheEntry *entry, const Req *r)
{
    const Asset *asset = entry->forever ? asset_at_url(r->path) : NULL;
    if (asset) { /* these bytes are part of the program */
        form_make(entry, ENCODING_PLAIN, r, asset->plain);
        if (asset->gzip.len)
            form_make(entry, ENCODING_GZIP, r, asset->gzip);
        if (asset->brotli.len)
            form_make(entry, ENCODING_BROTLI, r, asset->brotli);
        return;
    }
    form_make(entry, ENCODING_PLAIN, r, str_copy(entry->arena, r->reply->body));
    Str small;
    if (encoding_pays(reply_find(r->reply, "Content-Type"), r->reply->body.len) &&
        gzip_make(entry->arena, r->reply->body, GZIP_MANY_READERS, &small))
        form_make(entry, ENCODING_GZIP, r, small);
}

static Str etag_make(Arena *arena, Str body)
{
    unsigned char hash[16];
    char text[sizeof hash * 2 + 1];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)body.at, body.len, NULL, 0);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return str_format(arena, "W/\"%s\"", text);
}

static CacheEntry *entry_new(const Req *r, const Key *key, uint64_t version)
{
    Arena *arena = arena_new();
    CacheEntry *entry = NEW(arena, CacheEntry);
    entry->arena = arena;
    entry->hash = key_hash(key);
    entry->key = str_copy(arena, (Str){key->at, key->len});
    entry->forever = key->file;
    entry->store = key->file ? NULL : r->store;
    entry->version = version;
    entry->made_ms = r->now.ms;
    entry->age_ms = store_is_postgres(r->store) ? AGE_POSTGRES_MS : AGE_MS;
    return entry;
}

/* Into the table, for it and for users more. */
static void entry_add(CacheEntry *entry, const Key *key, int users)
{
    entry->bytes = arena_used(entry->arena) + 16 * 1024; /* an arena's first block */
    atomic_store(&entry->users, 1 + users);
    pthread_mutex_lock(&cache.lock);
    CacheEntry *before = entry_find(key, entry->hash, entry->store);
    if (before)
        entry_remove(before);
    entry->next = cache.buckets[entry->hash % BUCKETS];
    cache.buckets[entry->hash % BUCKETS] = entry;
    list_add(entry);
    cache.bytes += entry->bytes;
    while (cache.bytes > ALL_BYTES_MAX && cache.oldest)
        entry_remove(cache.oldest);
    pthread_mutex_unlock(&cache.lock);
}

CacheEntry *cache_keep(const Req *r, uint64_t version)
{
    Key key;
    if (!key_make(r, &key) || !may_keep(r, key.file))
        return NULL;
    CacheEntry *entry = entry_new(r, &key, version);
    entry->etag = etag_make(entry->arena, r->reply->body);
    forms_make(entry, r);
    entry_add(entry, &key, 1);
    return entry;
}

static void keep_part(const Req *r, const char *name, uint64_t version, Time made, const CachePart *part)
{
    Key key;
    if (part->text.len > ENTRY_BYTES_MAX || !part_key_make(r, name, &key))
        return;
    CacheEntry *entry = entry_new(r, &key, version);
    entry->made_ms = made.ms;
    entry->part = *part;
    entry->part.text = str_copy(entry->arena, part->text);
    entry->part.tokens = arena_copy(entry->arena, part->tokens, part->tokens_len * sizeof *part->tokens);
    press_copy(entry->arena, &part->pressed, &entry->part.pressed);
    entry_add(entry, &key, 0);
}

void cache_keep_part(const Req *r, const char *name, uint64_t version, const CachePart *part)
{
    keep_part(r, name, version, r->now, part);
}

void cache_keep_part_again(const Req *r, const char *name, const CacheEntry *before, const CachePart *part)
{
    keep_part(r, name, before->version, (Time){before->made_ms}, part);
}

void cache_on_free(void (*release)(void *prepared))
{
    pthread_mutex_lock(&cache.lock);
    cache.release = release;
    pthread_mutex_unlock(&cache.lock);
}

void cache_clear(void)
{
    pthread_mutex_lock(&cache.lock);
    while (cache.oldest)
        entry_remove(cache.oldest);
    pthread_mutex_unlock(&cache.lock);
}
