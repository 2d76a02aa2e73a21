/* X.509 with OpenSSL 3: an authority bound to the village, and certificates for its server. */
#include "tls/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { HOSTS_MAX = 64, SERIAL_BYTES = 16 };

/* What an authority may vouch for besides its own hosts: names without an owner in the world, private addresses. */
static const char *const village_names[] = {"localhost", "local", "lan", "home.arpa", "internal"};
static const char *const village_networks[] = {
    "10.0.0.0/255.0.0.0",      "172.16.0.0/255.240.0.0", "192.168.0.0/255.255.0.0",
    "169.254.0.0/255.255.0.0", "100.64.0.0/255.192.0.0", "127.0.0.0/255.0.0.0",
    "fc00::/fe00::",           "fe80::/ffc0::",          "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};

static Err *crypto_error(Arena *arena, const char *code)
{
    char text[256] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return err_detail(arena, ERR_BROKEN, code, "%s", text);
}

bool host_is_address(Str host)
{
    char text[64], raw[16];
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.at, host.len);
    text[host.len] = 0;
    return inet_pton(AF_INET, text, raw) == 1 || inet_pton(AF_INET6, text, raw) == 1;
}

bool host_valid(Str host)
{
    if (host_is_address(host))
        return true;
    bool letter = false;
    size_t label = 0;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if ((!plain && c != '.') || (c == '.' && label == 0))
            return false;
        letter = letter || (plain && (c < '0' || c > '9'));
        label = c == '.' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return host.len > 0 && host.len <= 253 && label > 0 && letter && host.at[0] != '-';
}

static Err *hosts_check(Arena *arena, StrList hosts)
{
    if (hosts.len > HOSTS_MAX)
        return err_arg(arena, err_field(arena, "tls.host", "host"), "host", STR("..."));
    for (size_t i = 0; i < hosts.len; i++)
        if (!host_valid(hosts.at[i]))
            return err_arg(arena, err_field(arena, "tls.host", "host"), "host", hosts.at[i]);
    return NULL;
}

/* ---- parts of a certificate ---- */

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool fine = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return fine;
}

static bool set_name(X509_NAME *name, Str common)
{
    Arena *arena = arena_new();
    Str cut = common.len > 60 ? str_slice(common, 0, 60) : common; /* ub-common-name is 64 */
    while (cut.len && cut.len < common.len && ((unsigned char)common.at[cut.len] & 0xC0) == 0x80)
        cut.len--; /* never inside a character */
    bool fine = X509_NAME_add_entry_by_NID(name, NID_organizationName, MBSTRING_UTF8, (const unsigned char *)"Millet",
                                           -1, -1, 0) == 1 &&
                X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                           (const unsigned char *)str_z(arena, cut), -1, -1, 0) == 1;
    arena_free(arena);
    return fine;
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool fine = number && BN_rand(number, SERIAL_BYTES * 8 - 1, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return fine;
}

static bool set_times(X509 *certificate, Time from, Time until)
{
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(from.ms / SECOND_MS)) &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)(until.ms / SECOND_MS));
}

static Str bio_text(Arena *arena, BIO *bio)
{
    char *at = NULL;
    long len = BIO_get_mem_data(bio, &at);
    return str_copy(arena, (Str){at, len > 0 ? (size_t)len : 0});
}

static Str key_pem(Arena *arena, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    Str text = {0};
    if (bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
        text = bio_text(arena, bio);
    BIO_free_all(bio);
    return text;
}

static Str certificate_pem(Arena *arena, X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    Str text = {0};
    if (bio && PEM_write_bio_X509(bio, certificate) == 1)
        text = bio_text(arena, bio);
    BIO_free_all(bio);
    return text;
}

static X509 *parse_certificate(Str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free_all(bio);
    return certificate;
}

static EVP_PKEY *parse_key(Str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free_all(bio);
    return key;
}

/* ---- the authority ---- */

static const char *constraints_text(Arena *arena, StrList hosts)
{
    Buf buf = buf_new(arena, 32 * 1024);
    buf_add(&buf, STR("critical"));
    for (size_t i = 0; i < sizeof village_names / sizeof *village_names; i++)
        buf_addf(&buf, ",permitted;DNS:%s", village_names[i]);
    for (size_t i = 0; i < sizeof village_networks / sizeof *village_networks; i++)
        buf_addf(&buf, ",permitted;IP:%s", village_networks[i]);
    for (size_t i = 0; i < hosts.len; i++) {
        Str host = hosts.at[i];
        if (!host_is_address(host))
            buf_addf(&buf, ",permitted;DNS:%.*s", STR_ARG(host));
        else if (str_find(host, STR(":")) == SIZE_MAX)
            buf_addf(&buf, ",permitted;IP:%.*s/255.255.255.255", STR_ARG(host));
        else
            buf_addf(&buf, ",permitted;IP:%.*s/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", STR_ARG(host));
    }
    return str_z(arena, buf_str(&buf));
}

static bool fill_authority(Arena *arena, X509 *certificate, EVP_PKEY *key, Str name, StrList hosts, Time now)
{
    Time from = {now.ms - DAY_MS}, until = {now.ms + (int64_t)AUTHORITY_DAYS * DAY_MS};
    return X509_set_version(certificate, X509_VERSION_3) && set_serial(certificate) &&
           set_times(certificate, from, until) && set_name(X509_get_subject_name(certificate), name) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) && X509_set_pubkey(certificate, key) &&
           add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(certificate, certificate, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, certificate, NID_name_constraints, constraints_text(arena, hosts)) &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

Err *authority_make(Arena *arena, Str name, StrList hosts, Time now, KeyPair *out)
{
    TRY(hosts_check(arena, hosts));
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool fine = key && certificate && fill_authority(arena, certificate, key, name, hosts, now);
    if (fine)
        *out = (KeyPair){key_pem(arena, key), certificate_pem(arena, certificate)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return fine && out->key.len && out->certificate.len ? NULL : crypto_error(arena, "tls.crypto");
}

/* ---- a server's certificate ---- */

static const char *names_text(Arena *arena, StrList hosts)
{
    Buf buf = buf_new(arena, 32 * 1024);
    for (size_t i = 0; i < hosts.len; i++)
        buf_addf(&buf, "%s%s:%.*s", i ? "," : "", host_is_address(hosts.at[i]) ? "IP" : "DNS", STR_ARG(hosts.at[i]));
    return str_z(arena, buf_str(&buf));
}

static bool fill_server(Arena *arena, X509 *certificate, EVP_PKEY *key, X509 *issuer, StrList hosts, Time from,
                        Time until)
{
    return X509_set_version(certificate, X509_VERSION_3) && set_serial(certificate) &&
           set_times(certificate, from, until) && set_name(X509_get_subject_name(certificate), hosts.at[0]) &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) && X509_set_pubkey(certificate, key) &&
           add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
           add_extension(certificate, issuer, NID_subject_alt_name, names_text(arena, hosts));
}

/* The constraints are asked now, not by a phone in the field that only says "not private". The signed certificate is
   read anew: OpenSSL looks at names only of what it parsed. */
static bool within_constraints(Arena *arena, X509 *certificate, X509 *issuer)
{
    X509 *read = parse_certificate(certificate_pem(arena, certificate));
    NAME_CONSTRAINTS *constraints = X509_get_ext_d2i(issuer, NID_name_constraints, NULL, NULL);
    bool fine = read && X509_check_purpose(read, -1, 0) == 1 &&
                (!constraints || NAME_CONSTRAINTS_check(read, constraints) == X509_V_OK);
    NAME_CONSTRAINTS_free(constraints);
    X509_free(read);
    return fine;
}

static Time asn1_time(const ASN1_TIME *time)
{
    struct tm parts = {0};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? (Time){(int64_t)timegm(&parts) * SECOND_MS} : (Time){0};
}

static Err *issue(Arena *arena, X509 *issuer, EVP_PKEY *issuer_key, StrList hosts, Time now, int days, KeyPair *out)
{
    Time from = {now.ms - DAY_MS}, until = {from.ms + (int64_t)days * DAY_MS};
    Time end = asn1_time(X509_get0_notAfter(issuer));
    if (end.ms <= now.ms)
        return err_new(arena, ERR_CONFLICT, "tls.expired");
    if (until.ms > end.ms)
        until = end;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool fine = key && certificate && fill_server(arena, certificate, key, issuer, hosts, from, until) &&
                X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
    bool inside = fine && within_constraints(arena, certificate, issuer);
    if (inside)
        *out =
            (KeyPair){key_pem(arena, key), str_format(arena, "%.*s%.*s", STR_ARG(certificate_pem(arena, certificate)),
                                                      STR_ARG(certificate_pem(arena, issuer)))};
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (fine && !inside)
        return err_arg(arena, err_field(arena, "tls.outside", "host"), "hosts", str_of(names_text(arena, hosts)));
    return fine && out->key.len ? NULL : crypto_error(arena, "tls.crypto");
}

Err *server_make(Arena *arena, const KeyPair *authority, StrList hosts, Time now, int days, KeyPair *out)
{
    TRY(hosts_check(arena, hosts));
    if (!hosts.len)
        return err_arg(arena, err_field(arena, "tls.host", "host"), "host", STR(""));
    X509 *issuer = parse_certificate(authority->certificate);
    EVP_PKEY *issuer_key = parse_key(authority->key);
    Err *err;
    if (issuer && issuer_key && X509_check_private_key(issuer, issuer_key) == 1)
        err = issue(arena, issuer, issuer_key, hosts, now, days, out);
    else
        err = crypto_error(arena, "tls.key");
    EVP_PKEY_free(issuer_key);
    X509_free(issuer);
    return err;
}

/* ---- reading ---- */

static Str name_text(Arena *arena, const GENERAL_NAME *name)
{
    if (name->type == GEN_DNS) {
        const unsigned char *at = ASN1_STRING_get0_data(name->d.dNSName);
        return str_copy(arena, (Str){(const char *)at, (size_t)ASN1_STRING_length(name->d.dNSName)});
    }
    char text[INET6_ADDRSTRLEN] = "";
    int len = name->type == GEN_IPADD ? ASN1_STRING_length(name->d.iPAddress) : 0;
    const unsigned char *at = len ? ASN1_STRING_get0_data(name->d.iPAddress) : NULL;
    if (len != 4 && len != 16 && len != 8 && len != 32)
        return (Str){0};
    bool network = len == 8 || len == 32;
    int bits = 0, half = network ? len / 2 : len;
    inet_ntop(half == 4 ? AF_INET : AF_INET6, at, text, sizeof text);
    for (int i = half; network && i < len; i++)
        bits += __builtin_popcount(at[i]);
    return network ? str_format(arena, "%s/%d", text, bits) : str_copy(arena, str_of(text));
}

static void read_names(Arena *arena, X509 *certificate, Certificate *out)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    NAME_CONSTRAINTS *bounds = X509_get_ext_d2i(certificate, NID_name_constraints, NULL, NULL);
    int names_len = names ? sk_GENERAL_NAME_num(names) : 0;
    int bounds_len = bounds && bounds->permittedSubtrees ? sk_GENERAL_SUBTREE_num(bounds->permittedSubtrees) : 0;
    out->names.at = NEW_ARRAY(arena, Str, (size_t)(names_len + bounds_len) + 1);
    for (int i = 0; i < names_len; i++)
        out->names.at[out->names.len++] = name_text(arena, sk_GENERAL_NAME_value(names, i));
    for (int i = 0; i < bounds_len; i++)
        out->names.at[out->names.len++] =
            name_text(arena, sk_GENERAL_SUBTREE_value(bounds->permittedSubtrees, i)->base);
    GENERAL_NAMES_free(names);
    NAME_CONSTRAINTS_free(bounds);
}

Err *certificate_read(Arena *arena, Str pem, Certificate *out)
{
    *out = (Certificate){0};
    X509 *certificate = parse_certificate(pem);
    if (!certificate)
        return crypto_error(arena, "tls.certificate");
    char common[256] = "";
    unsigned char *der = NULL;
    unsigned len = sizeof out->fingerprint;
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common, sizeof common);
    int der_len = i2d_X509(certificate, &der);
    bool fine = der_len > 0 && X509_digest(certificate, EVP_sha256(), out->fingerprint, &len) == 1;
    if (fine)
        out->der = str_copy(arena, (Str){(const char *)der, (size_t)der_len});
    out->subject = str_copy(arena, str_of(common));
    out->from = asn1_time(X509_get0_notBefore(certificate));
    out->until = asn1_time(X509_get0_notAfter(certificate));
    out->authority = X509_check_ca(certificate) == 1;
    read_names(arena, certificate, out);
    OPENSSL_free(der);
    X509_free(certificate);
    return fine ? NULL : crypto_error(arena, "tls.crypto");
}
