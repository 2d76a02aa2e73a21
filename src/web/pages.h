/* What the frame, the parts of forms and the error pages show. */
#pragma once
#include "web/web.h"

typedef struct PlaceView {
    const char *path, *icon;
    Str label;
    bool here;
} PlaceView;

typedef struct PlaceViewList {
    PlaceView *at;
    size_t len;
} PlaceViewList;

typedef struct LangView {
    const char *tag, *name;
    bool chosen;
} LangView;

typedef struct LangViewList {
    LangView *at;
    size_t len;
} LangViewList;

typedef struct FrameView {
    const char *lang, *direction;
    Str title, about, village, place;
    Str script;             /* an address, or empty */
    Html json_ld;
    Str back;               /* where the back arrow goes, or empty */
    Str notice;
    Str here;               /* this page's own address, for coming back after choosing a language */
    PlaceViewList places, staff, foot;
    const PlaceView *search; /* the place whose icon is "search", or NULL */
    LangViewList langs;
    const LangView *other_lang; /* the other one, when there are two */
    bool bare;
    bool founded;           /* before the first start there is nothing to install or keep */
} FrameView;

typedef struct OptionView {
    Str value, label;
    bool chosen;
} OptionView;

typedef struct OptionViewList {
    OptionView *at;
    size_t len;
} OptionViewList;

typedef struct FieldView { /* one field of a form, as {{ form }} and {{ field }} show it */
    Str anchor; /* its id in the page */
    Str name, label, help, error, value;
    const char *type;      /* of <input>, or "textarea", "select", "choices" (radios), "ticks" (checkboxes), "checkbox" */
    const char *mode, *complete;
    Str before, after;     /* units inside the field: "¥" */
    int64_t max;           /* characters; 0: not said */
    Str least, most;       /* of dates; or empty */
    OptionViewList options;
    bool required, checked;
    Str described;         /* ids of help and error */
} FieldView;

typedef struct FieldViewList {
    FieldView *at;
    size_t len;
} FieldViewList;

typedef struct ErrorsView { /* the summary above a form that was refused */
    Str sentence, label;
    Str target; /* id of the field, or empty */
} ErrorsView;

typedef struct FormView {
    Str action, button;
    bool upload;
    FieldViewList fields;
    const ErrorsView *errors; /* NULL: nothing was refused */
} FormView;

typedef struct ProblemView { /* error pages */
    Str title, sentence, number;
    const char *icon;
    Str what_next; /* a path */
    Str next_label;
    int64_t wait_seconds;
    bool sorry; /* our fault: show the number */
} ProblemView;

/* house_pages.c, style.c: handlers of routes.c */
Err *show_offline(Req *r);
Err *show_manifest(Req *r);
Err *show_favicon(Req *r);
Err *show_worker(Req *r);
Err *show_style(Req *r);
Err *try_style(Req *r);
Err *problem_page(Req *r, const Err *err, int status, const char *title);

/* Where "/" leads: the first place of this person (staff: today; others: the shop), or NULL when no module has one. */
const char *page_home(const Req *r);
