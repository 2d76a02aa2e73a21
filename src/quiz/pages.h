/* What the pages of quizzes show. */
#pragma once
#include "media/media.h"
#include "talk/talk.h"
#include "quiz/inside.h"
#include "web/web.h"

typedef struct QuizCardView {
    Id id;
    Str title, kind, state; /* kind: "Practice" in the reader's language */
    const char *badge;
    int64_t questions, minutes;
    bool has_open_at, has_close_at, soon, over, draft;
    Time open_at, close_at;
} QuizCardView;
typedef struct QuizCardViewList {
    QuizCardView *at;
    size_t len;
} QuizCardViewList;

typedef struct QuizzesView {
    QuizCardViewList quizzes;
    Str next;
    bool signed_in, author, desk; /* desk: the same list for authors */
    int64_t due;
    Str code_error;
} QuizzesView;

typedef struct PastView {
    Id id;
    Time at;
    bool ended, waits;
    int64_t percent;
} PastView;
typedef struct PastViewList {
    PastView *at;
    size_t len;
} PastViewList;

typedef struct QuizView {
    QuizCardView card;
    Html about;
    Str marks, feedback; /* sentences */
    int64_t question_s, attempts, pass_percent, grace_s;
    Str attempts_text;
    bool match, signed_in, author, can_start;
    Str error;
    PastViewList past;
} QuizView;

typedef struct ChoiceView {
    Str name, value;
    Html label;
    Str plain; /* for selects */
    bool chosen;
} ChoiceView;
typedef struct ChoiceViewList {
    ChoiceView *at;
    size_t len;
} ChoiceViewList;

typedef struct PartView { /* a left side, an item, a gap */
    Str name, label, before, value, kind;
    ChoiceViewList choices;
} PartView;
typedef struct PartViewList {
    PartView *at;
    size_t len;
} PartViewList;

typedef struct AskedView {
    int64_t position, number;
    Str name, type, value;
    Html prompt, hint, feedback;
    ChoiceViewList choices;
    PartViewList parts;
    Str tail;
    Picture picture;
    bool has_picture, told, right, part, waits, late, answered;
    Str mine, solution, note;
    int64_t percent;
    Id talk; /* the question, when it may be talked about; else 0 */
} AskedView;
typedef struct AskedViewList {
    AskedView *at;
    size_t len;
} AskedViewList;

typedef struct AttemptView {
    Id id, quiz;
    Str title, mode;
    bool one, ended, passed, fails, has_due_at, has_asked, waits, shown, match, dead, told_later, preview;
    Time due_at, close_at;
    int64_t seconds, asked, answered, percent, right, number, answer_s;
    AskedView now, before; /* one by one: what is asked, and what was just answered */
    bool has_before;
    AskedViewList questions;
    Str error;
    bool sheet; /* the whole paper on one page, to be answered without a network */
    Id who;
} AttemptView;

typedef struct MemoryView {
    Str name;
    int64_t percent, right, of;
    bool due, mastered;
    Date next;
} MemoryView;
typedef struct MemoryViewList {
    MemoryView *at;
    size_t len;
} MemoryViewList;
typedef struct MemoriesView {
    MemoryViewList skills;
    int64_t due, mastered;
    Str keep; /* "800000", "900000", "950000" */
    Id daily; /* the daily quiz, or 0 */
} MemoriesView;

typedef struct MatchView {
    Id id, quiz, attempt;
    Str code, title;
    bool waiting, over, mine_done, won, lost;
    int64_t mine, theirs;
} MatchView;

typedef struct DeskForm {
    Str title, title_other, about, about_other, mode, channel, feedback, marks;
    int64_t draw, minutes, attempts, pass_percent;
    bool shuffle;
    Str open_on, close_on;
} DeskForm;
extern const Shape desk_form;

typedef struct DeskLangView { /* a language that a question could speak */
    Str tag, name;
    bool has;
} DeskLangView;
typedef struct DeskLangViewList {
    DeskLangView *at;
    size_t len;
} DeskLangViewList;
typedef struct DeskQuestionView {
    int64_t position, number;
    Html prompt;
    Str kind, right, langs;
    DeskLangViewList tongues;
} DeskQuestionView;
typedef struct DeskQuestionViewList {
    DeskQuestionView *at;
    size_t len;
} DeskQuestionViewList;

typedef struct DeskView {
    QuizCardView card;
    Str state;
    bool published;
    const DeskForm *form;
    DeskQuestionViewList questions;
    Str gift, gift_error;
    Str report_end; /* what went wrong */
} DeskView;

typedef struct QuestionTalkView {
    Html prompt;
    Str solution;
    TalkView talk;
} QuestionTalkView;

typedef struct WordsPart { /* one text of a question, in the language it comes from and the one it is put into */
    Str name, label, from, to;
    bool large;
} WordsPart;
typedef struct WordsPartList {
    WordsPart *at;
    size_t len;
} WordsPartList;
typedef struct WordsView {
    Id quiz;
    int64_t position, number;
    Str tag, into, from, error;
    WordsPartList parts;
} WordsView;

typedef struct WaitingView { /* an open answer without a mark */
    Id attempt;
    int64_t position;
    Str person, title, words;
    Html prompt;
} WaitingView;
typedef struct WaitingViewList {
    WaitingView *at;
    size_t len;
} WaitingViewList;
typedef struct MarksView {
    WaitingViewList answers;
} MarksView;

typedef struct FileView { /* one format that a quiz can be carried away in */
    Str format, name;
    int64_t kept, all, bytes; /* bytes: in KB */
    StrList lines;            /* what it cannot hold */
} FileView;
typedef struct FileViewList {
    FileView *at;
    size_t len;
} FileViewList;
typedef struct FilesView {
    Id id;
    FileViewList formats;
} FilesView;

typedef struct ReportView { /* of a file that was taken over */
    Id id;
    Str end;
    StrList lines;
} ReportView;

typedef struct DeskNewView {
    const DeskForm *form;
} DeskNewView;
