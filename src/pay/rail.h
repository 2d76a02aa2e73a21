/* Mobile money behind one interface: what to send, what an answer means. Pure: nothing here talks to anybody. */
#pragma once
#include "pay/statement.h"

typedef enum RailState {
    RAIL_PENDING,   /* the service knows of it and has not decided */
    RAIL_SUCCEEDED, /* the money has moved */
    RAIL_FAILED,    /* it has not and will not */
    RAIL_UNKNOWN,   /* no answer one could trust: ask again, assume nothing */
} RailState;

typedef struct RailOutcome {
    RailState state;
    Str external; /* the service's number for the conversation, when it said one */
    Str receipt;  /* of the movement, when it said one */
    Str reason;   /* why it failed, in the service's words */
    bool has_amount;
    Money amount; /* that moved, as the service says: not always what was asked */
} RailOutcome;

typedef struct RailRequest {
    const char *method;
    Str path; /* behind the service's address */
    StrList headers;
    Str body;
} RailRequest;

typedef struct RailAnswer {
    bool reached; /* false: no answer came back */
    int status;
    Str body;
} RailAnswer;

typedef struct RailConfig {
    Str currency;
    Str user, secret;                  /* who we are: consumer key and secret; API user and key */
    Str short_code, passkey, callback; /* Daraja */
    Str key, out_key, environment;     /* MoMo: subscription keys for collecting and for disbursing, target environment */
    Str initiator, credential;         /* Daraja, to pay out: who asks there, and the password as its portal has sealed it */
    Str base, hook;                    /* where we are reached, and the key that signs addresses given to the service alone */
    Str token;                         /* of the session */
} RailConfig;

typedef struct RailReceipt { /* money that came without our asking */
    Str number;       /* of the movement there */
    Money amount;
    Date on;
    Str short_code;   /* to whom; may be empty */
    Str reference;    /* what the payer typed; may be empty */
    Str phone, party; /* of the payer; may be hidden or empty */
} RailReceipt;

typedef struct RailCall {
    Id id;
    bool out;     /* we pay; else we ask for money */
    Money amount;
    Str phone;    /* digits with the country code */
    Str external; /* once known */
    Time now;
} RailCall;

typedef struct Rail {
    const char *name;
    /* A session: its token is good for so many seconds. out: for paying, where a service keeps that apart. False: refused. */
    void (*authorize)(Arena *arena, const RailConfig *config, bool out, RailRequest *request);
    bool (*authorized)(Arena *arena, const RailAnswer *answer, Str *token, int64_t *seconds);
    /* Codes: rail.out (this service tells the outcome of payouts only on its statement), rail.no_number (nothing to ask by). */
    Err *(*submit)(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out);
    Err *(*query)(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out);
    RailOutcome (*submitted)(Arena *arena, const RailConfig *config, const RailAnswer *answer);
    RailOutcome (*queried)(Arena *arena, const RailConfig *config, const RailAnswer *answer);
    /* Asks the service to tell us of each payment; NULL: it tells only of what we asked for. Codes: rail.none. */
    Err *(*enrol)(Arena *arena, const RailConfig *config, RailRequest *out);
    /* What a message to one of these addresses says; false: not of this shape. NULL as above. */
    bool (*receipt)(Arena *arena, const RailConfig *config, Str body, RailReceipt *out);
    /* What a message to the signed address of a call says became of it; asked: it answers our question about it. NULL: messages
       of this service decide nothing. */
    RailOutcome (*told)(Arena *arena, const RailConfig *config, const RailCall *call, Str body, bool asked);
    /* Which conversation a message is about: its external number, or our own. It decides nothing. */
    bool (*callback)(Arena *arena, Str body, Str *external);
    /* The service's own statement, as its portal exports it: completed movements only. Codes: those of bank_csv_read. */
    Err *(*statement)(Arena *arena, Str csv, int places, BankStatement *out);
} Rail;
const Rail *rail_find(Str name); /* "mpesa", "momo"; NULL: no such rail */
/* The UUID that MoMo knows a call by: made of our own number, so that asking twice moves nothing twice. */
Str rail_reference(Arena *arena, Id call);

/* ---- rail_told.c: addresses that the service alone is given ---- */
/* way: "check" and "paid" for payments that come by themselves (call 0), "result", "status" and "timeout" for one call. Each has a
   sign of its own, HMAC-SHA256 with the key that only this server knows: knowing one address opens no other. */
Str rail_address(Arena *arena, const RailConfig *config, const char *way, Id call);
bool rail_signed(const RailConfig *config, Str way, Id call, Str sign);
Err *daraja_enrol(Arena *arena, const RailConfig *config, RailRequest *out);
bool daraja_receipt(Arena *arena, const RailConfig *config, Str body, RailReceipt *out);
Err *daraja_pay(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out);
Err *daraja_ask(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out);
RailOutcome daraja_told(Arena *arena, const RailConfig *config, const RailCall *call, Str body, bool asked);
StrList daraja_headers(Arena *arena, const RailConfig *config);
