/* Reading and comparing addresses. */
#include "web/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static Address from_four(const void *four)
{
    Address address;
    memcpy(address.at, mapped, 12);
    memcpy(address.at + 12, four, 4);
    return address;
}

static bool is_four(Address address)
{
    return memcmp(address.at, mapped, 12) == 0;
}

Address address_of(const struct sockaddr *from)
{
    Address address = {{0}};
    if (from->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, from, sizeof four);
        return from_four(&four.sin_addr);
    }
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, from, sizeof six);
        memcpy(address.at, &six.sin6_addr, 16);
    }
    return address;
}

bool address_parse(Str text, Address *out)
{
    char copy[ADDRESS_TEXT_MAX];
    if (text.len >= 2 && text.at[0] == '[' && text.at[text.len - 1] == ']')
        text = str_slice(text, 1, text.len - 1);
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = 0;
    struct in_addr four;
    if (inet_pton(AF_INET, copy, &four) == 1) {
        *out = from_four(&four);
        return true;
    }
    return inet_pton(AF_INET6, copy, out->at) == 1;
}

void address_write(Address address, char out[ADDRESS_TEXT_MAX])
{
    bool four = is_four(address);
    if (!inet_ntop(four ? AF_INET : AF_INET6, address.at + (four ? 12 : 0), out, ADDRESS_TEXT_MAX))
        out[0] = 0;
}

bool address_is_loopback(Address address)
{
    static const unsigned char one[16] = {[15] = 1};
    return is_four(address) ? address.at[12] == 127 : memcmp(address.at, one, 16) == 0;
}

bool net_parse(Str text, Net *out)
{
    Str address, bits;
    bool has_bits = str_cut(str_trim(text), '/', &address, &bits);
    if (!address_parse(address, &out->address))
        return false;
    int64_t count = 0, max = is_four(out->address) ? 32 : 128;
    if (has_bits && (!str_to_int(bits, &count) || count < 0 || count > max))
        return false;
    out->bits = (int)(has_bits ? count + (128 - max) : 128);
    return true;
}

bool net_has(Net net, Address address)
{
    int whole = net.bits / 8, rest = net.bits % 8;
    if (memcmp(net.address.at, address.at, (size_t)whole) != 0)
        return false;
    if (!rest)
        return true;
    unsigned bits = 0xff00u >> rest & 0xff;
    return (net.address.at[whole] & bits) == (address.at[whole] & bits);
}
