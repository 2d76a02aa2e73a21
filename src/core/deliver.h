/* Sending mail and webhooks: what the serving process asks of the child that talks to other machines. */
#pragma once
#include "base/command.h"
#include "core/core.h"
#include "worker/worker.h"

enum { DELIVER_REQUEST = WORKER_FIRST, DELIVER_RESULT, DELIVER_BYTES_MAX = 1024 * 1024, DELIVER_ANSWER_MAX = 64 * 1024 };

typedef struct DeliverRequest {
    Str url;           /* smtp:, smtps:, http: or https: */
    Str user, password; /* of the mail server */
    Str from, to;      /* mail only */
    Str method;        /* "GET"; empty: POST */
    StrList headers;   /* not of mail */
    Str body;          /* the whole message, or the body of the POST */
    bool wants_answer; /* what comes back is read and handed on, as text, up to DELIVER_ANSWER_MAX */
} DeliverRequest;
extern const Shape deliver_request_shape;

typedef struct DeliverResult {
    Str outcome; /* "done", "later" or "never" */
    Str detail;  /* for the log */
    int64_t status; /* of HTTP; 0: no answer came */
    Str body;    /* of the answer, when it was wanted */
} DeliverResult;
extern const Shape deliver_result_shape;

/* The Deliver functions of the kinds "mail" and "webhook" (OutboxKind). */
Err *mail_deliver(Store *store, Arena *arena, Id id, Str key, Str payload);
Err *webhook_deliver(Store *store, Arena *arena, Id id, Str key, Str payload);

/* An address as mail servers take it: one @, no spaces, controls, brackets or line ends, ASCII, at most 254 bytes. */
bool mail_address_valid(Str address);
/* RFC 5322 message: headers encoded, body in base64. id makes its Message-ID. */
Str mail_message(Arena *arena, const Mail *mail, Str from, Id id, Time now);
/* "v1,<base64>" over "id.seconds.body" with the key behind "whsec_" (base64), or the secret's own bytes. */
Str webhook_signature(Arena *arena, Str secret, Str id, int64_t seconds, Str body);

int deliver_child(Args *args); /* `millet worker deliver` */
