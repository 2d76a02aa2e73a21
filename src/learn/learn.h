/* Learning: channels with pieces to read, courses of lessons and steps, points. What other rooms may call. */
#pragma once
#include "web/web.h"

/* ---- channels and pieces ---- */

typedef struct LearnText { /* words of one language */
    Str lang;              /* "en", "zh-CN" */
    Str title, summary;
    Str body;              /* Markdown */
} LearnText;

typedef struct LearnTextList {
    LearnText *at; /* the first is the one shown where a language is missing */
    size_t len;
} LearnTextList;

typedef struct NewChannel {
    Id org;                   /* who answers for it; 0: the founding co-operative */
    Str slug;                 /* empty: made of the first title */
    const char *kind;         /* "news", "training", "market", "person" */
    const char *visibility;   /* "public" or "members" */
    const char *comment_mode; /* "none", "first" (an author's first ones wait for a moderator), "all" (all wait) */
    LearnTextList texts;      /* title, and the summary as what it is about */
    Id person;                /* kind person: whose */
} NewChannel;
/* Codes: channel.title, channel.slug_taken, channel.kind. */
Err *channel_add(Tx *tx, Time now, Id by, const NewChannel *channel, Id *out);
/* ERR_MISSING "channel.missing". org: who answers for it. */
Err *channel_find(Db *db, Str slug, Id *channel, Id *org);
/* Which comments wait in it; "first" where there is no such channel. */
Err *channel_talk_mode(Db *db, Str slug, Str *mode);
/* Editors of the channel's organisation, admins, and the person of a person's channel. */
bool edits_channel(const Req *r, Id org, Id person);

typedef struct NewItem {
    Id channel;
    LearnTextList texts;
    Str picture, picture_alt;     /* key of media, or empty */
    Str source_name, source_url;  /* where it comes from; may be empty */
    Str licence;                  /* "CC BY-SA 4.0", or empty: all rights with the author */
    Str guid;                     /* of a piece taken from a feed: the same at each import; else empty */
    Str note;                     /* what changed, for the list of revisions */
    Time written_at;              /* of a revision that was written elsewhere; 0: now */
} NewItem;
/* A draft with its first revision. Codes: item.title, item.too_long, item.languages, item.url. */
Err *item_add(Tx *tx, Time now, Id by, const NewItem *item, Id *out);
/* Another revision; the ones before stay as they are. Readers see it once it is published. The same words again make none. */
Err *item_revise(Tx *tx, Time now, Id by, Id item, const NewItem *words, bool *changed);

typedef struct ItemAct {
    Id item, by;
    const char *verb; /* "submit" for review, "return" to draft, "publish", "withdraw", "restore" */
    Str reason;       /* needed to return and to withdraw */
    Time publish_at;  /* publish: when readers see it; 0: at once */
    Time embargo;     /* publish: never before; 0: none */
    bool dated;       /* publish_at holds also when it is past: of a feed */
} ItemAct;
/* Codes: item.not_now, item.reason, item.missing. Announces "item.published", "item.withdrawn". */
Err *item_act(Tx *tx, const ItemAct *act, Time now);

/* ---- courses: the seam to quizzes ---- */

/* A step of kind "quiz" names a quiz by its Id. The room of quizzes says what it needs to say about one by this table, given
   once from its Module.start; without it such steps are shown as not available. */
typedef struct QuizCard {
    Str title;
    Str path;      /* where it is taken: "/quizzes/0abc..." */
    Str about;     /* "10 questions, about 5 minutes"; may be empty */
    int64_t bytes; /* of its page, about; 0: not known */
} QuizCard;
typedef struct QuizSeam {
    Err *(*card)(Db *db, Id quiz, Str lang, QuizCard *out, bool *found);
    /* The quiz with its questions as one JSON object, nothing lost; and taking such a one in (again the same: the same Id). */
    Err *(*pack)(Db *db, Id quiz, Buf *json);
    Err *(*unpack)(Tx *tx, Time now, Id by, Id channel, Str json, Id *quiz);
    /* For reading without a network: what of this quiz a phone must fetch ("/quizzes/0abc..."), added to paths. */
    Err *(*offline)(Db *db, Id quiz, StrList *paths);
    /* The published quizzes of a channel, by its slug: at most max, the newest first. */
    Err *(*of_channel)(Db *db, Str slug, Id *out, size_t max, size_t *len);
} QuizSeam;
void learn_quiz_seam(const QuizSeam *seam);

/* A step with this quiz at the end of a lesson. ERR_MISSING "step.missing" when there is no such lesson. */
Err *learn_add_quiz(Tx *tx, Id lesson, Id quiz);

/* The person passed this quiz: every step of their courses that names it is done. Nothing when there is none. */
Err *learn_quiz_passed(Tx *tx, Time now, Id person, Id quiz);

/* ---- points: private, append-only, capped by rules that are data (table point_rule) ---- */

/* Gives what the rule says, once per person, rule, day of the village and ref; nothing when the rule's daily cap is
   reached, the rule is off, or the person has switched points off. Rules there are from the start: "read" (a piece ticked),
   "lesson", "course", "quiz", "daily", "weekly", "task", "comment". Unknown ones: ERR_BROKEN "points.rule". */
Err *points_award(Tx *tx, Time now, Id person, const char *rule, Id ref);
