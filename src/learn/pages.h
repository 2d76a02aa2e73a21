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
