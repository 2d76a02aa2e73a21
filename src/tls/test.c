/* The village's own certificates, judged by openssl(1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "tls/tls.h"

typedef struct Fixture {
    Arena *arena;
    Str data;
} Fixture;

static const Time now = {1795000000000}; /* 2026-11-18 */

static int setup(void **state)
{
    static char folder[64];
    snprintf(folder, sizeof folder, "/tmp/millet-tls-XXXXXX");
    static Fixture fixture;
    fixture = (Fixture){arena_new(), str_of(mkdtemp(folder))};
    *state = &fixture;
    return fixture.data.len ? 0 : -1;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%.*s'", STR_ARG(f->data));
    int status = system(command);
    arena_free(f->arena);
    return status;
}

static Err *init(Fixture *f, const char *host)
{
    Str hosts[] = {str_of(host)};
    return tls_init(f->arena, f->data, STR("Millet 小村"), (StrList){hosts, host ? 1 : 0}, false, now);
}

/* openssl(1) in the folder of the certificates, at the test's own day; true when it is content */
static bool openssl(Fixture *f, const char *arguments)
{
    Str command = str_format(f->arena, "cd '%.*s/tls' && openssl %s >>openssl.log 2>&1", STR_ARG(f->data), arguments);
    return system(str_z(f->arena, command)) == 0;
}

static bool verifies(Fixture *f, Time at, const char *more)
{
    return openssl(
        f,
        str_z(f->arena,
              str_format(f->arena, "verify -attime %lld -x509_strict -purpose sslserver %s -CAfile ca.crt server.pem",
                         (long long)(at.ms / 1000), more)));
}

static void the_server_is_trusted_by_its_names_and_addresses(void **state)
{
    Fixture *f = *state;
    assert_null(init(f, "hof.lan"));
    assert_true(verifies(f, now, "-verify_hostname hof.lan"));
    assert_true(verifies(f, now, "-verify_hostname localhost"));
    assert_true(verifies(f, now, "-verify_ip 127.0.0.1"));
    assert_true(verifies(f, now, "-verify_ip ::1"));
}

static void a_wrong_host_is_refused(void **state)
{
    Fixture *f = *state;
    assert_null(init(f, "hof.lan"));
    assert_false(verifies(f, now, "-verify_hostname other.lan"));
    assert_false(verifies(f, now, "-verify_ip 192.168.99.99"));
}

static void the_authority_cannot_vouch_for_the_world(void **state)
{
    Fixture *f = *state;
    assert_null(init(f, "shop.example.org"));
    Err *err = init(f, "bank.example.com");
    assert_true(err_is(err, "tls.outside"));
    /* and a thief with its key cannot either: phones check it themselves */
    assert_true(
        openssl(f, "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout evil.key -subj /CN=bank.example.com "
                   "-addext subjectAltName=DNS:bank.example.com -out evil.csr"));
    assert_true(
        openssl(f, "x509 -req -in evil.csr -CA ca.crt -CAkey ca.key -copy_extensions copy -days 90 -out evil.crt"));
    assert_false(openssl(f, "verify -CAfile ca.crt evil.crt"));
    assert_int_equal(
        system(str_z(f->arena, str_format(f->arena, "grep -q 'permitted subtree violation' '%.*s/tls/openssl.log'",
                                          STR_ARG(f->data)))),
        0);
}

static void keys_are_for_the_owner_alone(void **state)
{
    Fixture *f = *state;
    struct stat info;
    assert_null(init(f, NULL));
    assert_int_equal(stat(tls_path(f->arena, f->data, "ca.key").at, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(tls_path(f->arena, f->data, "server.pem").at, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(tls_path(f->arena, f->data, "").at, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
}

static void phones_accept_how_long_it_is_good(void **state)
{
    Fixture *f = *state;
    Certificate server, authority;
    Str pem;
    assert_null(init(f, NULL));
    assert_null(tls_server(f->arena, f->data, &server));
    assert_null(tls_authority(f->arena, f->data, &authority, &pem));
    assert_int_equal((server.until.ms - server.from.ms) / DAY_MS, 397);
    assert_true(authority.until.ms - now.ms > (int64_t)3650 * DAY_MS);
    assert_true(authority.authority);
    assert_false(server.authority);
    assert_true(str_eq(authority.subject, STR("Millet 小村")));
}

static void a_second_init_keeps_the_authority_and_adds_hosts(void **state)
{
    Fixture *f = *state;
    Certificate first, second;
    Str pem;
    assert_null(init(f, "hof.lan"));
    assert_null(tls_authority(f->arena, f->data, &first, &pem));
    assert_null(init(f, "laden.lan"));
    assert_null(tls_authority(f->arena, f->data, &second, &pem));
    assert_memory_equal(first.fingerprint, second.fingerprint, 32);
    assert_true(verifies(f, now, "-verify_hostname hof.lan"));
    assert_true(verifies(f, now, "-verify_hostname laden.lan"));
}

static void it_is_renewed_in_time_and_not_before(void **state)
{
    Fixture *f = *state;
    bool renewed;
    Time later = {now.ms + (int64_t)300 * DAY_MS}, late = {now.ms + (int64_t)340 * DAY_MS};
    Time end = {now.ms + (int64_t)600 * DAY_MS};
    assert_null(init(f, "hof.lan"));
    assert_null(tls_renew(f->arena, f->data, false, later, &renewed));
    assert_false(renewed);
    assert_null(tls_renew(f->arena, f->data, false, late, &renewed));
    assert_true(renewed);
    assert_true(verifies(f, end, "-verify_hostname hof.lan"));
}

static void a_server_never_outlives_its_authority(void **state)
{
    Fixture *f = *state;
    bool renewed;
    Certificate server;
    assert_null(init(f, "hof.lan"));
    assert_null(tls_renew(f->arena, f->data, true, (Time){now.ms + (int64_t)3600 * DAY_MS}, &renewed));
    assert_null(tls_server(f->arena, f->data, &server));
    assert_true(server.until.ms <= now.ms + (int64_t)AUTHORITY_DAYS * DAY_MS);
    Err *err = tls_renew(f->arena, f->data, true, (Time){now.ms + (int64_t)3700 * DAY_MS}, &renewed);
    assert_true(err_is(err, "tls.expired"));
}

static void a_machine_whose_clock_is_not_set_is_told_so(void **state)
{
    Fixture *f = *state;
    Err *err = tls_init(f->arena, f->data, STR("x"), (StrList){0}, false, (Time){DAY_MS});
    assert_true(err_is(err, "tls.clock"));
    assert_false(file_exists(tls_path(f->arena, f->data, "ca.key").at));
}

static void a_host_that_is_no_host_is_refused_and_nothing_is_written(void **state)
{
    Fixture *f = *state;
    static const char *const bad[] = {"a b", "", "a,DNS:bank.com", "-x.lan", "a..b", ".lan", "999.1.1.1", "x/../y"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(err_is(init(f, bad[i]), "tls.host"));
    assert_false(file_exists(tls_path(f->arena, f->data, "ca.key").at));
}

static void the_words_of_a_fingerprint_are_all_different(void **state)
{
    Fixture *f = *state;
    static Str seen[2][256];
    for (int byte = 0; byte < 256; byte++)
        for (int chinese = 0; chinese < 2; chinese++) {
            unsigned char all[32];
            memset(all, byte, sizeof all);
            Str words = fingerprint_words(f->arena, all, chinese), word, rest;
            str_cut(words, ' ', &word, &rest);
            assert_true(word.len > 0);
            for (int i = 0; i < byte; i++)
                assert_false(str_eq(seen[chinese][i], word));
            seen[chinese][byte] = word;
        }
}

static void an_iphone_gets_a_profile_with_the_same_certificate(void **state)
{
    Fixture *f = *state;
    Certificate authority;
    Str pem;
    assert_null(init(f, NULL));
    assert_null(tls_authority(f->arena, f->data, &authority, &pem));
    Str profile = tls_profile(f->arena, &authority);
    assert_null(file_write(f->arena, tls_path(f->arena, f->data, "p.xml").at, profile, 0600));
    assert_true(openssl(f, "version && xmllint --noout --nonet p.xml"
                           " && sed -n 's:.*<data>\\(.*\\)</data>.*:\\1:p' p.xml | base64 -d >p.der"
                           " && openssl x509 -in p.der -inform DER -out p.pem && openssl x509 -in ca.crt -out c.pem"
                           " && cmp p.pem c.pem"));
    assert_true(str_find(profile, STR("com.apple.security.root")) != SIZE_MAX);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_server_is_trusted_by_its_names_and_addresses),
        T(a_wrong_host_is_refused),
        T(the_authority_cannot_vouch_for_the_world),
        T(keys_are_for_the_owner_alone),
        T(phones_accept_how_long_it_is_good),
        T(a_second_init_keeps_the_authority_and_adds_hosts),
        T(it_is_renewed_in_time_and_not_before),
        T(a_server_never_outlives_its_authority),
        T(a_machine_whose_clock_is_not_set_is_told_so),
        T(a_host_that_is_no_host_is_refused_and_nothing_is_written),
        T(the_words_of_a_fingerprint_are_all_different),
        T(an_iphone_gets_a_profile_with_the_same_certificate),
    };
    return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
