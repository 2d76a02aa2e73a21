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
