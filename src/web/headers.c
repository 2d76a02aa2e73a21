/* The headers that every answer carries. */
#include "web/inside.h"

#define CSP                                                                                                            \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "            \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
#define CSP_FILE "default-src 'none'; sandbox" /* a file of a person may be anything */
#define PERMISSIONS_NO_CAMERA "geolocation=(), camera=(), microphone=(), payment=(), usb=()"
#define PERMISSIONS_CAMERA "geolocation=(), camera=(self), microphone=(), payment=(), usb=()"

Str reply_find(const Reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->headers_len; i++)
        if (str_eq_nocase(reply->headers[i].name, str_of(name)))
            return reply->headers[i].value;
    return (Str){0};
}

static void header_default(Req *r, const char *name, Str value)
{
    if (!reply_find(r->reply, name).len)
        reply_header(r, name, value);
}

static void cache_control(Req *r)
{
    bool shared = r->route && r->route->shared && !r->who && !r->session && r->reply->status == 200;
    if (shared) {
        header_default(r, "Cache-Control", STR("no-cache"));
        header_default(r, "Vary", STR("Accept-Encoding, Accept-Language, Cookie"));
    } else
        header_default(r, "Cache-Control", STR("no-store"));
}

void headers_finish(Req *r)
{
    bool file = r->reply->path || reply_find(r->reply, "Content-Disposition").len;
    reply_header(r, "X-Request-Id", r->number);
    header_default(r, "Content-Security-Policy", file ? STR(CSP_FILE) : STR(CSP));
    header_default(r, "X-Content-Type-Options", STR("nosniff"));
    header_default(r, "Referrer-Policy", STR("no-referrer"));
    header_default(r, "Cross-Origin-Resource-Policy", STR("same-origin"));
    header_default(r, "Cross-Origin-Opener-Policy", STR("same-origin"));
    header_default(r, "X-Frame-Options", STR("DENY"));
    header_default(r, "Permissions-Policy",
                   r->route && r->route->camera ? STR(PERMISSIONS_CAMERA) : STR(PERMISSIONS_NO_CAMERA));
    if (r->https)
        header_default(r, "Strict-Transport-Security", STR("max-age=63072000; includeSubDomains"));
    cache_control(r);
}
