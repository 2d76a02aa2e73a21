/* Where a request goes and where it comes from. */
#include "web/request.h"

#include "web/inside.h"
#include "web/net.h"

/* The target as it came, without the scheme and host that a proxy's absolute form has. */
static void target_split(Req *r, Str target)
{
    if (str_starts(target, STR("http://")) || str_starts(target, STR("https://"))) {
        target = str_slice(target, str_find(target, STR("://")) + 3, SIZE_MAX);
        size_t slash = str_find(target, STR("/"));
        target = slash == SIZE_MAX ? STR("/") : str_slice(target, slash, SIZE_MAX);
    }
    str_cut(target, '?', &r->path, &r->query);
}

/* The client as trusted proxies name it: from the right, the first that is not one of them. */
static void client_find(Req *r)
{
    Str rest = req_header(r, "X-Forwarded-For");
    while (rest.len) {
        size_t comma = rest.len;
        while (comma > 0 && rest.at[comma - 1] != ',')
            comma--;
        Str one = str_trim(str_slice(rest, comma, SIZE_MAX));
        rest = comma ? str_slice(rest, 0, comma - 1) : (Str){0};
        Address address;
        if (!address_parse(one, &address))
            return;
        char *text = arena_alloc(r->arena, ADDRESS_TEXT_MAX);
        address_write(address, text);
        r->address = str_of(text);
        if (!address_trusted(r->address))
            return;
    }
}

void request_place(Req *r, const Conn *conn, bool tls)
{
    target_split(r, (Str){conn->target, conn->target_len});
    r->address = str_of(conn->address);
    r->https = tls;
    if (!conn->trusted)
        return;
    r->https |= str_eq_nocase(str_trim(req_header(r, "X-Forwarded-Proto")), STR("https"));
    client_find(r);
}
