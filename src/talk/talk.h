/* Talking about things: comments, and how they are moderated. What other rooms may call. */
#pragma once
#include "web/web.h"

typedef struct TalkPlace {
    Id subject;       /* what is commented on, as its room calls it */
    const char *kind; /* "item", "question" */
    Id org;           /* whose moderators look after it */
    Str mode;         /* "none", "first" or "all": which comments wait for a moderator */
    bool members;     /* only members read and write here */
    Str path;         /* where it is shown; comments come back there */
    Str title;        /* for moderators and the public log */
} TalkPlace;
/* Makes or changes where people may comment; in the transaction that makes the subject public. */
Err *talk_place_put(Tx *tx, Time now, const TalkPlace *place);

typedef struct TalkComment {
    Id id;
    Str author; /* as shown; "(left)" once erased */
    Str body;   /* plain text */
    Time at;
    bool mine, waiting, hidden, deleted, answer; /* answer: stands under the one before */
    Str rule;                                    /* hidden: which rule it broke */
} TalkComment;

typedef struct TalkCommentList {
    TalkComment *at;
    size_t len;
} TalkCommentList;

typedef struct TalkView { /* for {{ include talk:comments v.talk }} */
    Id subject;
    bool open;      /* somebody may write here */
    bool may_write; /* this reader */
    bool moderates;
    int64_t shown;  /* how many can be read */
    TalkCommentList comments;
    Str path, mode;
    Str sign_in; /* where to sign in and come back; empty when signed in */
} TalkView;
/* Nothing to see (open false, no comments) where there is no place. */
Err *talk_view(Req *r, Id subject, TalkView *out);

/* Who wrote a comment; 0 when they were erased. A comment that becomes visible is announced as "comment.shown". */
Err *talk_author(Db *db, Id comment, Id *person);
