/* What the files of web/ share among themselves; modules use web.h. */
#pragma once
#include <string.h>

#include "web/encode.h"
#include "web/multipart.h"
#include "web/router.h"
#include "web/url.h"
#include "web/web.h"

typedef enum BodyKind { BODY_NONE, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_OTHER } BodyKind;

enum { REPLY_BYTES_MAX = 8 * 1024 * 1024, REPLY_HEADERS_MAX = 48 };

typedef struct WebSettings { /* of the configuration table, read once by web_start; const afterwards */
    const char *upload_folder;
    int64_t form_bytes, json_bytes, upload_bytes;
    int parts;
    int64_t request_line_bytes, header_bytes, headers_bytes, header_count;
    bool log_requests;
    bool https_redirect;
    int64_t search_per_minute, posting_per_minute, posting_burst, sign_in_address, exports_running;
} WebSettings;
extern WebSettings web_settings;

/* ---- start.c ---- */
Err *web_start(Store *store, Arena *arena);

typedef struct Once { /* one use of an Idempotency-Key */
    Str owner, key, request;
    uint64_t flight; /* its place among those in flight; 0: no key, or not in flight */
    Reply answer;    /* what the write function said */
    Str location, type;
    bool stored;
} Once;

typedef struct Inside {
    const Module *module;
    unsigned methods;   /* what the path knows, for Allow */
    Err *refused;       /* found before the handler could run */
    bool opened;
    BodyKind body_kind;
    int64_t body_max, body_seen;
    Buf body;
    Multipart *multipart;
    Pairs form, query;
    bool has_form, has_query;
    Str csrf_secret;    /* 16 bytes that a right form token unmasks to */
    Str visit;          /* a new guest cookie, set when the page shows its token */
    int64_t started_us;
    uint64_t version;   /* store_version before anything was read: what is kept of the answer is as old as that */
    Id number;
    bool head_written;  /* the standard headers are there already */
    size_t headers_room;
    Once once;
    bool has_file;      /* the reply is a file: fd (-1 once taken), and which part of it */
    int fd;
    int64_t file_from, file_len;
    struct Stream *stream; /* the reply is a stream of events */
    uint64_t *exporting;   /* its place among the running exports, or NULL */
    bool may_wait;         /* the event loop can take the answer later */
    LaterWrite write;      /* what reply_later asked for, while it is not done; fn NULL: nothing */
    Handler then;
    Ready ready;            /* what of the page is compressed already */
    const char *ready_body; /* of which reply body */
} Inside;

/* ---- dispatch.c ---- */
/* Number, reply, clock, first language: everything that even a refusal needs. Called by web_open and web_handle. */
void web_begin(Req *r);
/* After the header: checks it, finds the route, refuses what can be refused before the body is read. */
Err *web_open(Req *r);
/* A piece of the body, bounded by the route; files of a multipart form go to disk. */
Err *web_body(Req *r, Str chunk);
Err *web_body_end(Req *r);
/* The line in the log and the numbers of one answered request. */
void request_note(const Req *r, int status, size_t bytes, int64_t took_us);

/* ---- header_check.c ---- */
/* Codes: http.uri_too_long, http.header_too_large, http.bad_header, http.doubled_header, http.bad_host, http.bad_length,
   http.transfer_coding. */
Err *header_check(Req *r);

/* ---- refuse.c ---- */
int err_status(const Req *r, const Err *err);
/* Turns err into the reply: problem+json or a page; never fails. */
void refuse(Req *r, Err *err);

/* ---- reply.c ---- */
Str path_of_ours(Str to, bool cut_short); /* "/" for anything that is no path of this house */

/* ---- csrf.c ---- */
Err *csrf_load(Store *store, Arena *arena); /* the server's own key, made at the first start */
void csrf_start(Req *r);                    /* fills r->csrf */
Err *csrf_check(Req *r);
void csrf_finish(Req *r);                   /* sets the guest cookie when the page shows its token */

/* ---- limits.c ---- */
Err *limits_take(Req *r);
void limits_finish(Req *r, bool failed); /* a sign-in that succeeded costs nothing */

/* ---- idempotency.c ---- */
Err *once_start(Req *r, bool *answered); /* true: the stored answer is the reply */
void once_finish(Req *r, bool failed);
Err *once_erase_person(Tx *tx, Id person, Time now);

/* ---- cache.c ---- */
bool etag_among(Str header, Str etag); /* of If-None-Match: a list of tags, or "*" */

/* ---- headers.c ---- */
void headers_finish(Req *r);
Str reply_find(const Reply *reply, const char *name); /* empty when absent */

/* ---- input.c ---- */
BodyKind body_kind(Str content_type);
