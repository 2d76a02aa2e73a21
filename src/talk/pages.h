/* What the pages of the talk show. */
#pragma once
#include "talk/inside.h"

typedef struct RuleView {
    Id id;
    int64_t position;
    Str title, text;
} RuleView;
typedef struct RuleViewList {
    RuleView *at;
    size_t len;
} RuleViewList;

typedef struct HideView { /* taking away, or reporting */
    Id comment;
    Str author, body, path, error;
    RuleViewList rules;
} HideView;

typedef struct LogView {
    Str rule, reason, about, appeal, role;
    Time at;
    bool restored, automated, noticed;
} LogView;
typedef struct LogViewList {
    LogView *at;
    size_t len;
} LogViewList;

typedef struct ModerationView {
    RuleViewList rules;
    LogViewList log;
    int64_t written, removed, restored, appeals;
    Str next;
    bool moderates;
} ModerationView;

typedef struct QueueItemView {
    Id id;
    Str author, body, about, path, why, report;
    Time at;
    int64_t reports;
} QueueItemView;
typedef struct QueueItemViewList {
    QueueItemView *at;
    size_t len;
} QueueItemViewList;

typedef struct AppealView {
    Id decision;
    Str words, body, reason, rule, about;
    Time at;
    bool mine; /* this moderator took it away */
} AppealView;
typedef struct AppealViewList {
    AppealView *at;
    size_t len;
} AppealViewList;

typedef struct WordView {
    Str typed;
} WordView;
typedef struct WordViewList {
    WordView *at;
    size_t len;
} WordViewList;

typedef struct QueueView {
    QueueItemViewList comments;
    AppealViewList appeals;
    WordViewList words;
    Str error;
} QueueView;

typedef struct NoticeView {
    Id decision;
    Str kind, reason, rule, rule_text, body, about, path, appeal, appeal_reason;
    Time at, until;
    bool fresh, removed, restored, may_appeal;
} NoticeView;
typedef struct NoticeViewList {
    NoticeView *at;
    size_t len;
} NoticeViewList;

typedef struct NoticesView {
    NoticeViewList notices;
    Str error;
} NoticesView;

Err *rules_view(Req *r, RuleViewList *out);
