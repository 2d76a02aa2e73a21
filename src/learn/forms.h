/* What people type into the forms of learning. */
#pragma once
#include "base/base.h"

typedef struct ChannelForm {
    Str title, about, title_other, about_other, kind, visibility, comment_mode;
    bool closed;
} ChannelForm;
extern const Shape channel_form;

typedef struct ItemForm {
    Id channel;
    Str title, summary, body, title_other, summary_other, body_other;
    Str picture_alt, source_name, source_url, licence, note;
} ItemForm;
extern const Shape item_form;

typedef struct ActForm {
    Str verb, reason;
    Str when, embargo_until; /* "2026-12-05T09:30", of the village's clock */
} ActForm;
extern const Shape act_form;

typedef struct LearnQuery {
    Str search, after;
    bool mine;
} LearnQuery;
extern const Shape learn_query;

typedef struct EditQuery {
    Id channel, course;
    int64_t from, to;
} EditQuery;
extern const Shape edit_query;

typedef struct CourseForm {
    Id channel;
    Str title, about, title_other, about_other, licence;
    bool certificate;
} CourseForm;
extern const Shape course_form;

typedef struct LessonForm { /* a lesson, or a step of it */
    Id lesson, item, quiz;
    Str kind, title, title_other, body, body_other;
    bool after_before;
} LessonForm;
extern const Shape lesson_form, step_form;

typedef struct LearnActForm {
    Str verb, reason, code, name;
    Id course;
    bool used, done;
} LearnActForm;
extern const Shape course_act_form, course_need_form, cohort_form, points_form, tick_form;

typedef struct TaskForm {
    Str words, device, remark, verdict;
    int64_t seq;
} TaskForm;
extern const Shape task_form, judge_form;

typedef struct FeedForm {
    Str verb, url, in_lang;
} FeedForm;
extern const Shape feed_form;
