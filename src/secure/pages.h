/* What the page /trust shows. */
#pragma once
#include "web/qr.h"
#include "web/web.h"

typedef struct TrustView {
    bool there; /* an authority was made */
    Str name, words, hex;
    Date until;
    bool secure; /* this very page came over HTTPS */
    Str address; /* https://... of this server, to open afterwards */
    Html qr;
} TrustView;
