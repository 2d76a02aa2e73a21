/* What a request's header must be before anything looks at it: within its limits, of the characters that RFC 9110 allows, and of
   one meaning (RFC 9112, 6): a proxy before us must not read it otherwise. */
#include <string.h>

#include "base/text.h"
#include "web/inside.h"

static Err *size_check(Req *r)
{
    if ((int64_t)r->headers_len > web_settings.header_count)
        return err_new(r->arena, ERR_INVALID, "http.header_too_large");
    if ((int64_t)(r->path.len + r->query.len) + 1 > web_settings.request_line_bytes)
        return err_new(r->arena, ERR_INVALID, "http.uri_too_long");
    int64_t bytes = 0;
    for (size_t i = 0; i < r->headers_len; i++) {
        int64_t one = (int64_t)(r->headers[i].name.len + r->headers[i].value.len) + 4;
        bytes += one;
        if (one > web_settings.header_bytes || bytes > web_settings.headers_bytes)
            return err_new(r->arena, ERR_INVALID, "http.header_too_large");
    }
    return NULL;
}

/* A token of RFC 9110, 5.6.2: no space may stand before the colon. */
static bool is_token(Str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return name.len > 0;
}

static bool is_value(Str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.at[i] < 0x20 && value.at[i] != '\t') || value.at[i] == 0x7f)
            return false;
    return utf8_valid(value);
}

static bool host_fine(Str host)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.at[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"#%/<>?@\\^`{|}", c))
            return false;
    }
    return true;
}

static Err *bad_header(Req *r, Str name)
{
    return err_arg(r->arena, err_new(r->arena, ERR_INVALID, "http.bad_header"), "name", utf8_clean(r->arena, name));
}

Err *header_check(Req *r)
{
    TRY(size_check(r));
    static const char *const once[] = {"host", "content-length", "content-type", "transfer-encoding", "authorization",
                                       "origin", "sec-fetch-site", "idempotency-key", "expect"};
    unsigned seen = 0;
    for (size_t i = 0; i < r->headers_len; i++) {
        Str name = r->headers[i].name, value = r->headers[i].value;
        if (!is_token(name) || !is_value(value))
            return bad_header(r, name);
        for (size_t k = 0; k < sizeof once / sizeof *once; k++)
            if (str_eq_nocase(name, str_of(once[k]))) {
                if (seen & 1u << k)
                    return err_arg(r->arena, err_new(r->arena, ERR_INVALID, "http.doubled_header"), "name", name);
                seen |= 1u << k;
            }
    }
    if (r->hidden)
        return bad_header(r, STR("?"));
    if (!host_fine(req_header(r, "Host")))
        return err_new(r->arena, ERR_INVALID, "http.bad_host");
    Str coding = req_header(r, "Transfer-Encoding");
    if ((seen & 8u) && !str_eq_nocase(str_trim(coding), STR("chunked")))
        return err_new(r->arena, ERR_INVALID, "http.transfer_coding");
    if ((seen & 2u) && (seen & 8u)) /* Content-Length and Transfer-Encoding: one of the two lies (RFC 9112, 6.1) */
        return err_new(r->arena, ERR_INVALID, "http.bad_length");
    return NULL;
}
