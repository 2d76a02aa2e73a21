/* Questions: ten types, how a paper is drawn, how an answer is judged. Pure functions; nothing here knows the database.
   All that a question says in one language is one Question; it is kept as JSON (question_shape). */
#pragma once
#include "base/base.h"

/* A full mark. Weights of answers run from -SHARE_FULL to SHARE_FULL: 100 % with five decimals, as GIFT and Moodle write them. */
#define SHARE_FULL INT64_C(10000000)

enum {
    QUESTION_OPTIONS_MAX = 60,
    QUESTION_GAPS_MAX = 20,
    QUESTION_TEXT_MAX = 8000,  /* bytes of a prompt */
    OPTION_TEXT_MAX = 2000,
    RESPONSE_BYTES_MAX = 8000,
    PAPER_QUESTIONS_MAX = 200,
};

typedef enum QuestionType {
    QUESTION_SINGLE = 1, /* one of several */
    QUESTION_MULTIPLE,   /* several of several, weights may be negative */
    QUESTION_TRUE_FALSE, /* two options: true, false */
    QUESTION_SHORT,      /* a word or number as text, several accepted, * stands for anything */
    QUESTION_NUMERIC,    /* a number with a tolerance */
    QUESTION_MATCHING,   /* pairs; options without text are wrong right sides */
    QUESTION_ORDERING,   /* options stand in the right order */
    QUESTION_CLOZE,      /* gaps in a text */
    QUESTION_HOTSPOT,    /* a place on a picture */
    QUESTION_OPEN,       /* words or a photo; a coach marks it */
} QuestionType;
const char *question_type_word(QuestionType type); /* "single", "multiple", "truefalse", "short" ... */
QuestionType question_type_find(Str word);         /* 0: none */

typedef struct Option {
    Str text;     /* the choice, the accepted answer, the left side, the item, or what a region shows */
    Str match;    /* matching: the right side */
    Str feedback; /* shown when this was chosen */
    int64_t share;
    double value, tolerance; /* numeric: value - tolerance <= answer <= value + tolerance */
    int64_t x, y, width, height; /* hotspot: millionths of the picture's width and height */
    bool round;                  /* hotspot: an ellipse in that rectangle */
} Option;

typedef struct OptionList {
    Option *at;
    size_t len;
} OptionList;

typedef struct Gap {
    Str before; /* the words in front of it */
    Str kind;   /* "choice", "short" or "numeric" */
    bool case_sensitive;
    int64_t weight; /* 1 .. 100, relative to the other gaps */
    OptionList options;
} Gap;

typedef struct GapList {
    Gap *at;
    size_t len;
} GapList;

typedef struct Question {
    Str type;   /* a question_type_word */
    Str name;   /* for authors */
    Str prompt;
    Str format; /* of all its texts: "markdown" or "plain" */
    OptionList options;
    GapList gaps; /* cloze */
    Str tail;     /* cloze: the words behind the last gap */
    bool case_sensitive; /* short */
    bool keep_order;     /* choices are not shuffled */
    Str feedback;        /* shown in any case */
    Str feedback_right, feedback_wrong;
    Str hint;
    Str media, media_alt; /* a picture of media/, and what it shows */
    Str skill;            /* what it trains: a path such as "soil/compost" */
    bool photo;           /* open: a photo may be handed in */
} Question;

extern const Shape question_shape;
Str question_json(Arena *arena, const Question *question);
Err *question_read(Arena *arena, Str json, Question *out); /* codes of json_read and question_check */
/* Equal in all that it asks, accepts and says; names and numbers within rounding included. */
bool question_equal(const Question *a, const Question *b);

/* What a question must be to be asked. Codes (field names the part): question.type, question.prompt, question.options_few,
   question.options_many, question.option_empty, question.no_right, question.share, question.pairs, question.gaps,
   question.gap_kind, question.region, question.picture, question.number, question.format, question.twice. */
Err *question_check(Arena *arena, const Question *question);

/* ---- drawing a paper: the same seed gives the same paper, on every machine and for ever (splitmix64, Fisher-Yates) ---- */

/* draw 0: all. Fills out (available numbers at most) with indexes; the result is how many. Not shuffled: in their order. */
size_t paper_draw(uint64_t seed, size_t available, size_t draw, bool shuffle, int64_t *out);
/* A permutation of 0 .. len-1 for one part of one question. */
void paper_order(uint64_t seed, uint64_t key, size_t len, int64_t *out);

/* A question as one paper shows it: shown index -> own index. Choices and gap choices are shuffled unless keep_order, right
   sides and items to order always. */
typedef struct Shown {
    int64_t options[QUESTION_OPTIONS_MAX]; /* choices; right sides of pairs; items to order */
    size_t options_len;
    int64_t left[QUESTION_OPTIONS_MAX];    /* matching: the left sides, in their order */
    size_t left_len;
    struct { int64_t options[QUESTION_OPTIONS_MAX]; size_t len; } gaps[QUESTION_GAPS_MAX];
    size_t gaps_len;
} Shown;
/* position: of the question in the paper. shuffle false: choices stay in their order. */
void question_show(const Question *question, uint64_t seed, uint64_t position, bool shuffle, Shown *out);

/* ---- judging ----
   A response is a text whose indexes are those shown, from 0:
     single, truefalse   "2"            multiple  "0,3"       ordering  "2,0,1"
     matching            "0:2,1:0" (left:right)               hotspot   "412000,233000;..." millionths from the left and top
     cloze               one line a gap (choice: its index)   short, numeric, open  the text itself
   An empty response is wrong, never an error. */
typedef struct Judgement {
    bool waits;    /* a coach must look at it: share is not known */
    int64_t share; /* 0 .. SHARE_FULL */
    Str feedback;  /* of what was chosen; may be empty */
} Judgement;
/* Code: response.bad (field "response"): it does not fit the question, nothing is judged. */
Err *question_judge(Arena *arena, const Question *question, const Shown *shown, Str response, Judgement *out);
/* The right answer in words, for the feedback; the learner's answer in words, for their own page. */
Str question_right_words(Arena *arena, const Question *question);
Str response_words(Arena *arena, const Question *question, const Shown *shown, Str response);
/* A number as people type it: full-width digits, a decimal comma, spaces; false: none. */
bool number_read(Arena *arena, Str text, double *out);
Str number_text(Arena *arena, double value); /* the shortest that reads back the same */
