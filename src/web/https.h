/* From HTTP to HTTPS on the same machine. */
#pragma once
#include "web/web.h"

/* Where the same machine answers over HTTPS, by the host that was asked and the settings public_url and listen_tls. */
Str https_address(const Req *r, Str path);
/* The setting https_redirect: answers with the HTTPS address what came over HTTP; false when it may be answered here. */
bool https_redirected(Req *r);
