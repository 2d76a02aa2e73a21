/* From HTTP to HTTPS, where the village wants it. */
#include "web/https.h"

#include "tls/tls.h"
#include "web/inside.h"

static Str host_of(const Req *r)
{
    Str host = req_header(r, "host"), before, after;
    if (str_starts(host, STR("["))) { /* [fd00::1]:8080 */
        str_cut(host, ']', &before, &after);
        return str_format(r->arena, "%.*s]", STR_ARG(before));
    }
    str_cut(host, ':', &before, &after);
    return before;
}

Str https_address(const Req *r, Str path)
{
    Str listen = config_text("listen_tls"), port = STR("8443"), proxy = config_text("public_url");
    if (str_starts(proxy, STR("https://"))) /* a proxy stands in front */
        return str_format(r->arena, "%.*s%.*s", STR_ARG(str_slice(proxy, 0, proxy.len - str_ends(proxy, STR("/")))), STR_ARG(path));
    for (size_t i = listen.len; i-- > 0;)
        if (listen.at[i] == ':') {
            port = str_slice(listen, i + 1, listen.len);
            break;
        }
    Str host = host_of(r), bare = host;
    if (str_starts(host, STR("[")))
        bare = str_slice(host, 1, host.len ? host.len - 1 : 0);
    if (!host_valid(bare)) /* the header is whatever was sent */
        host = STR("localhost");
    Str behind = str_eq(port, STR("443")) ? STR("") : str_format(r->arena, ":%.*s", STR_ARG(port));
    return str_format(r->arena, "https://%.*s%.*s%.*s", STR_ARG(host), STR_ARG(behind), STR_ARG(path));
}

/* What must be reached without a trusted certificate: how to come to trust it, and what watches the server from its own machine. */
static bool is_open(Str path)
{
    static const char *const paths[] = {"/trust", "/assets/", "/language", "/healthz", "/metrics"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (str_starts(path, str_of(paths[i])))
            return true;
    return false;
}

bool https_redirected(Req *r)
{
    if (!web_settings.https_redirect || r->https || is_open(r->path))
        return false;
    Str to = r->query.len ? str_format(r->arena, "%.*s?%.*s", STR_ARG(r->path), STR_ARG(r->query)) : r->path;
    (void)reply_empty(r, 308); /* keeps the method: a form that was open meanwhile is sent once more, protected */
    reply_header(r, "Location", https_address(r, to));
    return true;
}
