/* The profile an iPhone installs (Settings > Profile Downloaded), and then trusts under Certificate Trust Settings.
   Format: Apple's configuration profile with one payload of type com.apple.security.root. */
#include <sodium.h>
#include <string.h>

#include "tls/tls.h"

/* Made from the fingerprint, so that the same authority replaces itself and does not pile up. */
static Str uuid(Arena *arena, const unsigned char *from)
{
    return str_format(arena, "%02X%02X%02X%02X-%02X%02X-4%02X%X-8%02X%X-%02X%02X%02X%02X%02X%02X", from[0], from[1],
                      from[2], from[3], from[4], from[5], from[6], from[7] & 15, from[8], from[9] & 15, from[10],
                      from[11], from[12], from[13], from[14], from[15]);
}

static void add_escaped(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '<' || c == '&' || c == '>')
            buf_addf(out, "&#%d;", c);
        else if ((unsigned char)c >= 32)
            buf_add_char(out, c);
    }
}

Str tls_profile(Arena *arena, const Certificate *authority)
{
    size_t room = sodium_base64_encoded_len(authority->der.len, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_alloc(arena, room);
    sodium_bin2base64(base64, room, (const unsigned char *)authority->der.at, authority->der.len,
                      sodium_base64_VARIANT_ORIGINAL);
    Str inner = uuid(arena, authority->fingerprint), outer = uuid(arena, authority->fingerprint + 16);
    Buf out = buf_new(arena, 64 * 1024);
    buf_add(&out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                      "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>\n"
                      "<key>PayloadContent</key><array><dict>\n<key>PayloadCertificateFileName</key>"
                      "<string>millet.cer</string>\n<key>PayloadContent</key><data>"));
    buf_add(&out, str_of(base64));
    buf_add(&out, STR("</data>\n<key>PayloadDisplayName</key><string>"));
    add_escaped(&out, authority->subject);
    buf_addf(&out,
             "</string>\n<key>PayloadIdentifier</key><string>millet.authority.%.*s</string>\n"
             "<key>PayloadType</key><string>com.apple.security.root</string>\n"
             "<key>PayloadUUID</key><string>%.*s</string>\n<key>PayloadVersion</key><integer>1</integer>\n"
             "</dict></array>\n<key>PayloadDisplayName</key><string>",
             STR_ARG(inner), STR_ARG(inner));
    add_escaped(&out, authority->subject);
    buf_addf(&out,
             "</string>\n<key>PayloadIdentifier</key><string>millet.%.*s</string>\n"
             "<key>PayloadRemovalDisallowed</key><false/>\n<key>PayloadType</key><string>Configuration</string>\n"
             "<key>PayloadUUID</key><string>%.*s</string>\n<key>PayloadVersion</key><integer>1</integer>\n"
             "</dict></plist>\n",
             STR_ARG(outer), STR_ARG(outer));
    return buf_str(&out);
}
