/* What the pages of the notices show. */
#pragma once
#include "notice/notice.h"

typedef struct NoticeView {
    Str says, more, href;
    Time at;
    bool fresh;
    const char *icon;
} NoticeView;
typedef struct NoticeViewList {
    NoticeView *at;
    size_t len;
} NoticeViewList;
typedef struct NoticesView {
    NoticeViewList notices;
    bool any_new;
} NoticesView;

typedef struct WayCell {
    Str name, label; /* of the form field; "Mail" */
    bool wanted;
} WayCell;
typedef struct WayCellList {
    WayCell *at;
    size_t len;
} WayCellList;
typedef struct WayRow {
    Str title, help;
    WayCellList cells;
} WayRow;
typedef struct WayRowList {
    WayRow *at;
    size_t len;
} WayRowList;
typedef struct WaysView {
    WayRowList rows;
    bool mail, text;       /* ways there are here */
    Str email, phone;      /* the person's own; empty: none */
} WaysView;

typedef struct GatewayForm {
    Str url;
    bool fresh; /* a new secret */
} GatewayForm;
extern const Shape gateway_form;
typedef struct GatewayView {
    const GatewayForm *form;
    Str url, secret;
    bool mail;
} GatewayView;
