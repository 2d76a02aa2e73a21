/* What buyers are told when something happens to their orders: in the app, by mail, and by the co-operative's own gateway to text
   messages. Nothing here is called by other rooms: it listens. */
#pragma once
#include "notice/queries.h"
#include "web/web.h"

typedef enum NoticeKind { NOTICE_CHANGED, NOTICE_WEIGHED, NOTICE_READY, NOTICE_MISSED, NOTICE_REFUND, NOTICE_KINDS } NoticeKind;
typedef enum NoticeBy { BY_APP, BY_MAIL, BY_TEXT, NOTICE_BYS } NoticeBy;

typedef struct NoticeChoice { /* what somebody wants to hear, by which way */
    bool wanted[NOTICE_KINDS][NOTICE_BYS];
} NoticeChoice;

extern const char *const notice_kind_words[NOTICE_KINDS]; /* as stored and in forms: "ready" */
extern const char *const notice_by_words[NOTICE_BYS];
Err *notice_choice(Db *db, Id person, NoticeChoice *out);
/* Remembers only what differs from the standard, and forgets what was the standard again. */
Err *notice_choice_put(Tx *tx, Id person, const NoticeChoice *choice);

/* Calls go to setting notice.url, signed with notice.secret; both empty: there is no gateway. */
#define GATEWAY_URL "notice.url"
#define GATEWAY_SECRET "notice.secret"
Err *gateway_of(Db *db, Str *url, Str *secret);

/* "Your order 123 456 is ready to be collected." */
Str notice_says(Arena *arena, const Lang *lang, const NoticeRow *row);
/* "From Chen Terraces. It comes to ¥36.80 now." */
Str notice_more(Arena *arena, const Lang *lang, const NoticeRow *row);
extern const Hear notice_hears[];
/* Guests who ordered in the last hour and left an address are told once that it is placed, with the link that is their key. */
Err *guests_placed(JobContext *context);
