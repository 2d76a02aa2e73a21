/* Catalogues of other platforms that an organisation follows. */
#pragma once
#include "core/module.h"
#include "trade/pages.h"
#include "trade/queries.h"
#include "web/web.h"

enum { PLATFORMS_MAX = 20, PLATFORM_URL_MAX = 500, PLATFORM_NAME_MAX = 40 };

typedef struct PlatformSet {
    Id org, who;
    Str name, url; /* url empty: as it was */
    bool takes;
    Time now;
} PlatformSet;

/* Makes it or changes it, and asks for a reading when its goods are to be taken: for db_write. Codes: platform.name, platform.address,
   platform.too_many. */
Err *platform_set(Tx *tx, void *platform_set);

/* A job: reads one catalogue after the other that was asked for or has not been read for a day. */
Err *platforms_job(JobContext *context);

Err *show_dfc_platforms(Req *r);
Err *show_dfc_platform(Req *r);
Err *take_dfc_platform(Req *r);
Err *hear_dfc_event(Req *r);

/* The section of the import page, and its form. */
extern const Shape platform_form;
Err *platforms_view(Req *r, PlatformViewList *out);
Err *follow_platform(Req *r);
