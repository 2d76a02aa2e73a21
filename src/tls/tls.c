/* The files of data/tls: made, renewed, read. */
#include "tls/tls.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { PEM_MAX = 256 * 1024, HERE_MAX = 40 };
static const int64_t CLOCK_SET_MS = 1735689600000; /* 2025-01-01: a board without a battery starts in 1970 */

Str tls_path(Arena *arena, Str data, const char *file)
{
    return str_of(str_z(arena, str_format(arena, "%.*s/tls/%s", STR_ARG(data), file)));
}

/* ---- who we are on the network ---- */

static bool has(StrList list, Str text)
{
    for (size_t i = 0; i < list.len; i++)
        if (str_eq_nocase(list.at[i], text))
            return true;
    return false;
}

static void add(StrList *list, size_t room, Str text)
{
    if (list->len < room && text.len && host_valid(text) && !has(*list, text))
        list->at[list->len++] = text;
}

/* RFC 1918, RFC 6598, RFC 4193 and link-local IPv4: what the authority may vouch for without being asked. */
static bool is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        uint32_t ip = ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr);
        return ip >> 24 == 10 || ip >> 20 == 0xAC1 || ip >> 16 == 0xC0A8 || ip >> 22 == 0x191 || ip >> 16 == 0xA9FE;
    }
    if (address->sa_family != AF_INET6)
        return false;
    return (((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr[0] & 0xFE) == 0xFC;
}

static void add_interfaces(Arena *arena, StrList *list)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        if (!one->ifa_addr || !(one->ifa_flags & IFF_UP) || (one->ifa_flags & IFF_LOOPBACK) ||
            !is_private(one->ifa_addr))
            continue;
        char text[INET6_ADDRSTRLEN] = "";
        const struct sockaddr *address = one->ifa_addr;
        const void *raw = address->sa_family == AF_INET
                              ? (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr
                              : (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        inet_ntop(address->sa_family, raw, text, sizeof text);
        add(list, HERE_MAX, str_copy(arena, str_of(text)));
    }
    freeifaddrs(all);
}

StrList tls_here(Arena *arena)
{
    StrList list = {NEW_ARRAY(arena, Str, HERE_MAX), 0};
    char host[256] = "";
    Str first, rest;
    if (gethostname(host, sizeof host - 1) == 0 && host[0]) {
        str_cut(str_lower(arena, str_of(host)), '.', &first, &rest);
        add(&list, HERE_MAX, str_format(arena, "%.*s.local", STR_ARG(first)));
    }
    add_interfaces(arena, &list);
    add(&list, HERE_MAX, STR("localhost"));
    add(&list, HERE_MAX, STR("127.0.0.1"));
    add(&list, HERE_MAX, STR("::1"));
    return list;
}

static StrList join(Arena *arena, StrList a, StrList b)
{
    StrList all = {NEW_ARRAY(arena, Str, a.len + b.len + 1), 0};
    for (size_t i = 0; i < a.len; i++) /* a typed wrong name must reach its error, so only doubles are dropped */
        if (!has(all, a.at[i]))
            all.at[all.len++] = str_lower(arena, a.at[i]);
    for (size_t i = 0; i < b.len; i++)
        add(&all, a.len + b.len, b.at[i]);
    return all;
}

/* ---- files ---- */

static Err *read_file(Arena *arena, Str data, const char *file, Str *out)
{
    return file_read(arena, str_z(arena, tls_path(arena, data, file)), PEM_MAX, out);
}

static Err *write_file(Arena *arena, Str data, const char *file, Str content, unsigned mode)
{
    return file_write(arena, str_z(arena, tls_path(arena, data, file)), content, mode);
}

static Err *read_authority(Arena *arena, Str data, KeyPair *out)
{
    TRY(read_file(arena, data, "ca.crt", &out->certificate));
    return read_file(arena, data, "ca.key", &out->key);
}

/* Key and certificates in one file, so that they are always of one birth, also after a power cut. */
static Err *write_server(Arena *arena, Str data, const KeyPair *authority, StrList hosts, Time now)
{
    KeyPair made;
    TRY(server_make(arena, authority, hosts, now, SERVER_DAYS, &made));
    Str all = str_format(arena, "%.*s%.*s", STR_ARG(made.key), STR_ARG(made.certificate));
    return write_file(arena, data, "server.pem", all, 0600);
}

static Err *clock_check(Arena *arena, Time now)
{
    return now.ms < CLOCK_SET_MS ? err_new(arena, ERR_CONFLICT, "tls.clock") : NULL;
}

Err *tls_init(Arena *arena, Str data, Str name, StrList hosts, bool fresh, Time now)
{
    KeyPair authority;
    StrList all = join(arena, hosts, tls_here(arena));
    TRY(clock_check(arena, now));
    TRY(folder_make(arena, str_z(arena, tls_path(arena, data, "")), 0700));
    Certificate old;
    if (!fresh && !tls_server(arena, data, &old))
        all = join(arena, all, old.names);
    Err *err = fresh ? err_new(arena, ERR_MISSING, "file.missing") : read_authority(arena, data, &authority);
    if (!err)
        return write_server(arena, data, &authority, all, now);
    if (err->kind != ERR_MISSING)
        return err;
    TRY(authority_make(arena, name, hosts, now, &authority));
    KeyPair trial; /* nothing is written before all of it can be made */
    TRY(server_make(arena, &authority, all, now, SERVER_DAYS, &trial));
    TRY(write_file(arena, data, "ca.key", authority.key, 0600));
    TRY(write_file(arena, data, "ca.crt", authority.certificate, 0644));
    return write_server(arena, data, &authority, all, now);
}

static StrList names_only(Arena *arena, StrList hosts)
{
    StrList names = {NEW_ARRAY(arena, Str, hosts.len + 1), 0};
    for (size_t i = 0; i < hosts.len; i++)
        if (!host_is_address(hosts.at[i]))
            names.at[names.len++] = hosts.at[i];
    return names;
}

Err *tls_renew(Arena *arena, Str data, bool now_or_never, Time now, bool *renewed)
{
    KeyPair authority;
    Certificate server;
    *renewed = false;
    TRY(clock_check(arena, now));
    TRY(read_authority(arena, data, &authority));
    TRY(tls_server(arena, data, &server));
    StrList all = join(arena, server.names, tls_here(arena));
    if (all.len > HERE_MAX) /* years of changing addresses: those of today are enough */
        all = join(arena, names_only(arena, server.names), tls_here(arena));
    bool due = server.until.ms - now.ms < (int64_t)RENEW_DAYS * DAY_MS || all.len > server.names.len;
    if (!due && !now_or_never)
        return NULL;
    TRY(write_server(arena, data, &authority, all, now));
    *renewed = true;
    return NULL;
}

Err *tls_authority(Arena *arena, Str data, Certificate *out, Str *pem)
{
    TRY(read_file(arena, data, "ca.crt", pem));
    return certificate_read(arena, *pem, out);
}

Err *tls_server(Arena *arena, Str data, Certificate *out)
{
    Str pem;
    TRY(read_file(arena, data, "server.pem", &pem));
    return certificate_read(arena, pem, out);
}
