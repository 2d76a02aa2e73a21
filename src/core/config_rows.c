/* Every setting of a running Millet, its default and its range. Times are in the unit the name says. */
#include "core/core.h"

enum { KIB = 1024, MIB = 1024 * KIB, GIB = 1024 * MIB };
static const int64_t TIB = 1024 * (int64_t)GIB;
#define TEXT(name, standard, about)              \
    {                                            \
        name, CONFIG_TEXT, standard, 0, 0, about \
    }
#define INT(name, standard, min, max, about)        \
    {                                               \
        name, CONFIG_INT, standard, min, max, about \
    }
#define SIZE(name, standard, min, max, about)        \
    {                                                \
        name, CONFIG_SIZE, standard, min, max, about \
    }

const ConfigRow config_rows[] = {
    TEXT("data", "data", N_("The folder that holds everything: database, pictures, keys.")),
    TEXT("config", "", N_("A file of settings, one name = value a line; without it, millet.conf in the data folder.")),
    TEXT("listen", "127.0.0.1:8080", N_("Address and port to serve on; 0.0.0.0:8080 for the whole network.")),
    TEXT("db", "", N_("A PostgreSQL address (postgres://...); empty: SQLite in the data folder.")),
    INT("node", "0", 0, 255, N_("This process among those that share a PostgreSQL database; each has its own.")),
    INT("workers", "0", 0, 256, N_("Threads that answer requests; 0: by the number of processors.")),
    INT("stop_seconds", "20", 1, 600, N_("How long running requests may finish when the server stops.")),
    TEXT("public_url", "", N_("The address people type, when a proxy stands in front: https://shop.example.org")),
    TEXT("tls_cert", "", N_("The certificate chain for HTTPS, a PEM file.")),
    TEXT("tls_key", "", N_("The private key for HTTPS, a PEM file.")),
    TEXT("listen_tls", "",
         N_("Address and port for HTTPS; empty: the address of listen, port 8443, once there is a certificate "
            "(tls_cert, or made "
            "by millet tls init).")),
    {"https_redirect", CONFIG_BOOL, "false", 0, 0,
     N_("Leads everybody who comes over HTTP to HTTPS, but for the page /trust. Off: a phone that does not know the certificate still "
        "reaches the shop.")},
    TEXT("trusted_proxies", "", N_("Addresses or networks of proxies whose X-Forwarded-For counts, with commas.")),
    /* what one request may cost */
    SIZE("max_request_line", "8K", KIB, 64 * KIB, N_("Longest request line.")),
    SIZE("max_header", "8K", KIB, 64 * KIB, N_("Longest single header.")),
    SIZE("max_headers", "32K", 2 * KIB, 256 * KIB, N_("All headers of a request together.")),
    INT("max_header_count", "100", 10, 1000, N_("Most headers in a request.")),
    SIZE("max_form", "64K", KIB, 16 * MIB, N_("Longest form.")),
    SIZE("max_json", "256K", KIB, 64 * MIB, N_("Longest JSON body.")),
    SIZE("max_upload", "10M", 16 * KIB, GIB, N_("Largest uploaded file.")),
    {"max_import", CONFIG_SIZE, "1G", MIB, 64 * (int64_t)GIB, N_("Largest file for an import.")},
    SIZE("max_reply", "8M", 64 * KIB, GIB, N_("Longest page or answer.")),
    INT("max_form_fields", "200", 10, 10000, N_("Most fields in a form.")),
    INT("max_parts", "20", 1, 1000, N_("Most parts in a multipart form.")),
    /* how long it may take */
    INT("header_seconds", "10", 1, 600, N_("Time to send the headers.")),
    INT("idle_seconds", "15", 1, 3600, N_("How long a connection may stay open with nothing asked.")),
    INT("request_seconds", "60", 1, 3600, N_("Time for a whole request; uploads get more by their size.")),
    INT("min_body_rate", "500", 0, 1000000, N_("Slowest sending of a body, bytes a second, once the grace is over.")),
    INT("rate_grace_seconds", "10", 1, 600, N_("How long a body may come slower than that.")),
    /* how many at once */
    INT("connections", "4096", 16, 100000, N_("Most open connections.")),
    INT("connections_address", "512", 1, 100000,
        N_("Most open connections of one address; the house itself and proxies are free.")),
    INT("hashes_running", "2", 1, 64, N_("Passwords checked at once.")),
    INT("hashes_waiting", "16", 0, 1024, N_("Passwords waiting to be checked; more are asked to come back.")),
    SIZE("hash_memory", "46M", 19 * MIB, GIB, N_("Memory for hashing one password (Argon2id).")),
    INT("hash_passes", "1", 1, 20, N_("Passes for hashing a password (Argon2id); at least 2 with less than 46M.")),
    /* how often */
    INT("sign_in_account", "5", 1, 1000, N_("Failed sign-ins an account may have in 15 minutes before it must wait.")),
    INT("sign_in_address", "20", 1, 100000, N_("Failed sign-ins of one address in an hour before it must wait.")),
    INT("posting_per_minute", "10", 1, 10000, N_("Public texts a person may post in a minute.")),
    INT("posting_burst", "20", 1, 10000, N_("Public texts a person may post at once.")),
    INT("search_per_minute", "120", 1, 1000000000, N_("Searches of one person or address in a minute.")),
    INT("order_hold_hours", "168", 0, 8760, N_("How long ordered goods are held before they are packed; 0: for ever.")),
    INT("exports_running", "1", 1, 100, N_("Exports of one person that may run at once.")),
    /* sessions */
    INT("session_idle_days", "14", 1, 400, N_("A sign-in ends after this many days without a visit.")),
    INT("session_days", "90", 1, 400, N_("A sign-in ends after this many days.")),
    INT("staff_idle_minutes", "30", 1, 10000, N_("Staff sign in again after this long without a visit.")),
    INT("staff_hours", "12", 1, 1000, N_("Staff sign in again after this long.")),
    /* what goes out */
    TEXT("smtp_url", "", N_("Mail server: smtp://user:password@host:587 or smtps://...; empty: no mail is sent.")),
    TEXT("mail_from", "", N_("The sender's address of mail.")),
    INT("outbox_attempts", "12", 1, 100,
        N_("Tries before a message to the outside is set aside for a person to look at.")),
    {"disk_reserve", CONFIG_SIZE, "100M", 0, TIB, N_("Free disk space under which nothing new is taken in.")},
    {"fetch_inside", CONFIG_BOOL, "false", 0, 0, N_("Feeds may be fetched from private addresses too, such as a server of the village's own.")},
    {"style", CONFIG_BOOL, "false", 0, 0, N_("Shows every part of a page at /style, for those who make pages.")},
    TEXT("log", "requests", N_("What is logged: requests, errors or nothing.")),
    {0},
};
