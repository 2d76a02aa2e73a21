/* Bytes from outside as a whole request: target, headers, cookies, ranges, tags, addresses, body, up to the handler. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/cache.h"
#include "web/encode.h"
#include "web/file.h"
#include "web/inside.h"
#include "web/net.h"

enum { HEADERS_MAX = 150 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Err *fill_nothing(Req *r)
{
    return reply_empty(r, 204);
}

typedef struct Thing {
    Str name;
    int64_t count;
    StrList tags;
    Id id;
} Thing;

static const Field thing_fields[] = {
    FIELD(Thing, name, FIELD_STR, .required = true, .max = 40),
    FIELD(Thing, count, FIELD_INT, .min = 1, .max = 9),
    FIELD(Thing, tags, FIELD_STRS),
    FIELD(Thing, id, FIELD_ID),
};
static const Shape thing_shape = SHAPE(Thing, "Thing", thing_fields);
typedef struct Things {
    Str title;
    struct {
        Thing *at;
        size_t len;
    } things;
} Things;
static const Field things_fields[] = {
    FIELD(Things, title, FIELD_STR),
    FIELD(Things, things, FIELD_LIST, .shape = &thing_shape, .max = 5),
};
static const Shape things_shape = SHAPE(Things, "Things", things_fields);

static const Route routes[] = {
    GET("/things/{id}/{rest*}", fill_nothing, ANYONE, "A thing."),
    POST("/things", fill_nothing, ANYONE, "A thing."),
};
static const Module fuzz_module = MODULE("fuzz", routes);
const Module *const house_modules[] = {&fuzz_module, NULL};

static void header_values(Req *r, Str value)
{
    int64_t from, len;
    Address address;
    Net net;
    char text[ADDRESS_TEXT_MAX];
    if (range_read(value, 1000, &from, &len) == RANGE_PART && (from < 0 || len < 1 || from + len > 1000))
        abort();
    (void)encoding_accepted(value, ENCODING_GZIP);
    (void)encoding_accepted(value, ENCODING_BROTLI);
    (void)etag_among(value, STR("W/\"abc\""));
    (void)lang_negotiate(value);
    (void)body_kind(value);
    if (address_parse(value, &address))
        address_write(address, text);
    if (net_parse(value, &net) && net_has(net, net.address) == false)
        abort();
    reply_header(r, "X-Back", value);
    reply_cookie(r, "back", value, 60);
    reply_notice(r, str_z(r->arena, value));
}

/* Method, target, headers and body, each ended by a line end, as the event loop would hand them over. */
static void request_read(Req *r, Str text)
{
    Str line, rest = text;
    Header *headers = NEW_ARRAY(r->arena, Header, HEADERS_MAX);
    bool more = str_cut(rest, '\n', &line, &rest);
    str_cut(line, '?', &r->path, &r->query);
    r->method = more && rest.len && rest.at[0] == 'P' ? METHOD_POST : METHOD_GET;
    while (more && r->headers_len < HEADERS_MAX) {
        more = str_cut(rest, '\n', &line, &rest);
        Header *header = &headers[r->headers_len];
        if (!str_cut(line, ':', &header->name, &header->value))
            break;
        header->value = str_trim(header->value);
        r->headers_len++;
    }
    r->headers = headers;
    r->body = rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool settled;
    if (!settled)
        web_settings = (WebSettings){.form_bytes = 65536, .json_bytes = 262144, .parts = 20, .request_line_bytes = 8192,
                                     .header_bytes = 8192, .headers_bytes = 32768, .header_count = 100};
    settled = true;
    Arena *arena = arena_new();
    Req r = {.arena = arena, .https = size && data[0] & 1, .address = STR("192.0.2.1")};
    r.village.currency = STR("CNY");
    r.village.currency_places = 2;
    request_read(&r, (Str){(const char *)arena_copy(arena, data, size), size});
    if (!web_open(&r) && !web_body(&r, r.body) && !web_body_end(&r)) {
        Thing thing;
        Things things;
        Id id;
        (void)take_query(&r, &thing_shape, &thing);
        if (!take(&r, &thing_shape, &thing) && !utf8_valid(thing.name))
            abort();
        (void)take(&r, &things_shape, &things);
        (void)take_id(&r, 0, &id);
        if (!utf8_valid(take_param(&r, 1)))
            abort();
    }
    (void)req_cookie(&r, "sid");
    (void)take_notice(&r);
    for (size_t i = 0; i < r.headers_len; i++)
        header_values(&r, r.headers[i].value);
    headers_finish(&r);
    for (size_t i = 0; i < r.reply->headers_len; i++) /* no header of ours can hold a line end */
        for (size_t k = 0; k < r.reply->headers[i].value.len; k++)
            if (r.reply->headers[i].value.at[k] == '\r' || r.reply->headers[i].value.at[k] == '\n')
                abort();
    arena_free(arena);
    return 0;
}
