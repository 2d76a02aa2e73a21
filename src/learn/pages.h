/* What the pages of learning show. */
#pragma once
#include "learn/forms.h"
#include "media/media.h"
#include "talk/talk.h"

typedef struct LearnLink {
    Str href, label, note;
    bool here;
} LearnLink;
typedef struct LearnLinkList {
    LearnLink *at;
    size_t len;
} LearnLinkList;

typedef struct ItemCardView {
    Str path, title, summary, channel, channel_path, bytes, lang;
    Picture picture;
    Time at;
} ItemCardView;
typedef struct ItemCardViewList {
    ItemCardView *at;
    size_t len;
} ItemCardViewList;

typedef struct CourseCardView {
    Str path, title, about, state;
    Picture picture;
    int64_t lessons, steps, done;
    bool mine;
} CourseCardView;
typedef struct CourseCardViewList {
    CourseCardView *at;
    size_t len;
} CourseCardViewList;

typedef struct SyncView { /* what a script shows of the copy on this phone and of what waits to be sent */
    Id who;
} SyncView;

typedef struct LearnView {
    Str search, next;
    bool mine, signed_in, loosened, edits, coaches;
    LearnLinkList channels;
    CourseCardViewList courses;
    ItemCardViewList items;
    SyncView sync;
} LearnView;

typedef struct ChannelView {
    Id id;
    Str slug, title, about, next;
    bool subscribed, signed_in, edits, members;
    int64_t followers;
    ItemCardViewList items;
    SyncView sync;
} ChannelView;

typedef struct ItemView {
    Id id;
    Str title, summary, channel, channel_path, path, bytes, said_in, lang;
    Picture picture;
    Html body;
    Time at, changed_at;
    bool changed, read, signed_in, edits, withdrawn, preview, other_language;
    Str reason, source_name, source_url, licence, edit_path, state;
    int64_t revision;
    TalkView talk;
    SyncView sync;
} ItemView;

/* ---- the editor ---- */

typedef struct WorkView {
    Str path, title, channel, state, badge, note;
    Time at;
} WorkView;
typedef struct WorkViewList {
    WorkView *at;
    size_t len;
} WorkViewList;

typedef struct EditorView {
    WorkViewList items;
    LearnLinkList channels;
    CourseCardViewList courses;
    bool may_channels;
} EditorView;

typedef struct ItemEditView {
    Id id, channel;
    Str channel_title, state, badge, reason, view_path, other_lang;
    const ItemForm *form;
    const ActForm *act;
    Picture picture;
    bool fresh, may_submit, may_return, may_publish, may_withdraw, may_restore, shown;
    Str visible;
    int64_t revision;
} ItemEditView;

typedef struct RevisionView {
    int64_t number;
    Str note, hash, compare;
    Time at;
    bool shown;
} RevisionView;
typedef struct RevisionViewList {
    RevisionView *at;
    size_t len;
} RevisionViewList;

typedef struct DiffLine {
    Str text;
    bool added, gone;
} DiffLine;
typedef struct DiffLineList {
    DiffLine *at;
    size_t len;
} DiffLineList;

typedef struct RevisionsView {
    Str title, back;
    RevisionViewList revisions;
    DiffLineList lines;
    int64_t from, to;
    bool comparing;
} RevisionsView;

typedef struct ChannelEditView {
    const ChannelForm *form;
    Str action;
    bool fresh;
} ChannelEditView;

typedef struct FeedView {
    Str channel, slug;
    const FeedForm *form;
    bool there, on, gone, new_soon; /* new_soon: asked within a minute */
    Str trouble;                    /* the sentence of its last failure; empty: none */
    int64_t status, kept, refused, failures;
    bool tried, taken;
    Time tried_at, taken_at, next_at;
} FeedView;

/* ---- courses ---- */

typedef struct StepView {
    Id id;
    Str title, path, note;
    const char *kind; /* an icon */
    bool done, tick, open;
} StepView;
typedef struct StepViewList {
    StepView *at;
    size_t len;
} StepViewList;
typedef struct LessonView {
    Id id;
    int64_t number;
    Str title;
    bool open;
    StepViewList steps;
} LessonView;
typedef struct LessonViewList {
    LessonView *at;
    size_t len;
} LessonViewList;

typedef struct CoursesView {
    CourseCardViewList courses, mine;
    SyncView sync;
} CoursesView;

typedef struct CourseView {
    Id id;
    Str slug, title, about, licence, reason, cohort;
    Picture picture;
    LessonViewList lessons;
    LearnLinkList needs;
    int64_t steps, done;
    bool signed_in, enrolled, finished, certificate, withdrawn, edits;
    SyncView sync;
} CourseView;

typedef struct MyTaskView {
    Str words, state, badge, remark;
    Picture photo;
    Time at;
} MyTaskView;
typedef struct MyTaskViewList {
    MyTaskView *at;
    size_t len;
} MyTaskViewList;

typedef struct TaskView {
    Id id;
    Str slug, course, title, error;
    Html body;
    bool open, done, signed_in;
    MyTaskViewList sent;
    SyncView sync;
} TaskView;

typedef struct PaperView {
    Str village, place, name, course, about, code, check;
    Time at;
    bool found, mine;
} PaperView;

typedef struct CohortView {
    Id id;
    Str name, code, course, path;
    bool open;
} CohortView;
typedef struct CohortViewList {
    CohortView *at;
    size_t len;
} CohortViewList;

typedef struct TaskWaitView {
    Id id;
    Str name, course, step, words;
    Picture photo;
    Time at;
} TaskWaitView;
typedef struct TaskWaitViewList {
    TaskWaitView *at;
    size_t len;
} TaskWaitViewList;

typedef struct CoachView {
    TaskWaitViewList tasks;
    CohortViewList cohorts;
    LearnLinkList courses; /* to open a group for; href: id */
    Str error;
} CoachView;

typedef struct CohortStep {
    Str title, about; /* "10 or more" */
} CohortStep;
typedef struct CohortStepList {
    CohortStep *at;
    size_t len;
} CohortStepList;
typedef struct CohortPageView {
    Id id;
    Str name, code, course, members;
    CohortStepList steps;
    bool open;
} CohortPageView;

typedef struct PointLine {
    Str what;
    Date day;
    int64_t delta;
} PointLine;
typedef struct PointLineList {
    PointLine *at;
    size_t len;
} PointLineList;
typedef struct PointRuleView {
    Str what;
    int64_t points, cap;
} PointRuleView;
typedef struct PointRuleViewList {
    PointRuleView *at;
    size_t len;
} PointRuleViewList;
typedef struct PointsView {
    int64_t total, today;
    bool used;
    PointLineList lines;
    PointRuleViewList rules;
} PointsView;

typedef struct CourseEditView {
    const CourseForm *form;
    const LessonForm *lesson;
    Str slug, title, state, badge, action;
    bool fresh, published;
    LessonViewList lessons;
    LearnLinkList channels, pieces, quizzes, needs, others; /* needs: what comes first; others: what could */
    Str need_error;
} CourseEditView;
