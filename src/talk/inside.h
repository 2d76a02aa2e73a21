/* What the files of the talk share with each other and with nobody else. */
#pragma once
#include "core/core.h"
#include "talk/queries.h"
#include "talk/talk.h"

enum {
    COMMENT_MAX = 2000,      /* characters */
    REASON_MAX = 500,
    APPEAL_DAYS = 14,
    THREAD_MAX = 300,        /* comments shown below one subject */
    BURST = 5, BURST_MS = 10 * MINUTE_MS, A_DAY = 50, /* how fast one person may write */
    REPORTS_A_DAY = 20,
    TRUST_KNOWN = 3,         /* so many visible ones, none removed of late: an author is known */
    TRUST_TRUSTED = 20,      /* and trusted */
    TRUST_FORGETS_DAYS = 30, /* a removal weighs so long */
};

/* ---- comment.c ---- */

typedef enum TrustLevel { TRUST_NEW, TRUST_IS_KNOWN, TRUST_IS_TRUSTED } TrustLevel;
Err *talk_trust(Db *db, Id person, Time now, TrustLevel *out);

typedef struct NewComment {
    Id id;       /* minted before the write, which may run twice */
    Id subject, parent, author;
    Str body;
    Str device;  /* of one written without a network, with seq its running number there; empty: none */
    int64_t seq;
    bool member, moderator; /* of the author, there */
} NewComment;
/* Codes: talk.missing, talk.closed, talk.empty, talk.too_long, talk.parent, limit.comments. The same (author, device, seq)
   again writes nothing and gives the first one's id. */
Err *comment_write(Tx *tx, Time now, const NewComment *fresh, Id *out);
Err *comment_take_back(Tx *tx, Time now, Id who, Id comment); /* its own author; talk.not_now */

/* ---- moderate.c ---- */

typedef struct Hiding {
    Id comment, moderator, rule;
    Id decision, notice; /* minted before */
    Str reason;
    const char *role; /* as what the moderator acts */
} Hiding;
/* The only way a comment is taken away: decision, reason, notice and state in one transaction. Codes: talk.rule,
   talk.reason, talk.not_now. */
Err *comment_remove(Tx *tx, Time now, const Hiding *hiding);
Err *comment_approve(Tx *tx, Time now, Id moderator, Id comment); /* pending, or reported and fine */
/* Codes: talk.appeal_late, talk.appealed, talk.missing (not the author's). */
Err *decision_appeal(Tx *tx, Time now, Id author, Id decision, Str words);
typedef struct AppealEnd {
    Id decision, moderator;
    Id fresh, notice; /* minted before: the decision that restores, and what the author is told */
    bool reversed;
    Str reason;
    const char *role;
} AppealEnd;
/* talk.same_moderator when another one could decide it. */
Err *appeal_decide(Tx *tx, Time now, const AppealEnd *end);
Err *comment_report_file(Tx *tx, Time now, Id person, Id comment, Id rule, Str words);
Err *comment_must(Db *db, Id id, Comment *out); /* ERR_MISSING "talk.missing" */
bool moderates(const Req *r, Id org);
Str talk_hash(Arena *arena, Str a, Str b); /* SHA-256 in hex over both, each with its length in front */

/* ---- rules.c ---- */
Err *talk_start(Store *store, Arena *arena);
Str rule_title(const Lang *lang, Str en, Str zh);

/* ---- person.c, verify.c, errors.c ---- */
Err *talk_export_person(Db *db, Id person, Buf *json_members);
Err *talk_erase_person(Tx *tx, Id person, Time now);
extern const Check talk_checks[];
extern const ErrText talk_errors[];
