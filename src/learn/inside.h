/* What the files of learning share with each other and with nobody else. */
#pragma once
#include "core/core.h"
#include "learn/learn.h"
#include "learn/queries.h"

enum {
    TITLE_MAX = 200,
    SUMMARY_MAX = 600,
    BODY_MAX = 64 * 1024,
    LANGS_MAX = 8,
    PAGE_ITEMS = 20,
    FEED_ITEMS = 30,
};

/* ---- channel.c ---- */
Err *channel_must(Db *db, Str slug, Str lang, Time now, Channel *out); /* ERR_MISSING "channel.missing" */
/* May this person read it: a members' channel is not there for strangers. */
bool reads_channel(const Req *r, Str visibility, Id org, Id person);
bool is_member(const Req *r);
Str reader_lang(const Req *r); /* "en", "zh-CN" */
/* Codes of channel_add. */
Err *channel_edit(Tx *tx, Time now, Id by, Id channel, const NewChannel *words, bool open);

/* ---- item.c ---- */
Err *item_must(Db *db, Id id, Item *out);             /* ERR_MISSING "item.missing" */
bool item_is_public(const Item *item, Time now);      /* readers see it now */
/* SHA-256 of everything a revision says, each part with its length in front. */
Str revision_hash(Arena *arena, const NewItem *words);
Err *item_search_refresh(Tx *tx, Id item);
Err *item_search_rebuild(Tx *tx, void *unused);
Err *item_talk_refresh(Tx *tx, Time now, Id item); /* where people comment on it */

/* ---- list.c ---- */
typedef struct ItemAsk {
    Str lang, search, after; /* after: a cursor of a page before */
    Id channel, person;      /* 0: of every channel; person: only what they subscribe to */
    bool members;            /* also what members alone may read */
    int64_t limit;
    Time now;
} ItemAsk;
typedef struct ItemPage {
    ItemCardList cards;
    Str next; /* cursor, or empty */
    bool loosened;
} ItemPage;
/* Code: learn.after (a cursor nobody gave out). */
Err *item_page_read(Db *db, const ItemAsk *ask, ItemPage *out);

/* ---- person.c ---- */
Err *learn_export_person(Db *db, Id person, Buf *json_members);
Err *learn_erase_person(Tx *tx, Id person, Time now);

/* ---- verify.c, errors.c ---- */
extern const Check learn_checks[];
extern const ErrText learn_errors[];
