/* How a phone comes to trust the village's certificate, and the job that renews the server's. */
#include "secure/pages.h"
#include "secure/templates.h"
#include "tls/tls.h"
#include "web/https.h"

static Err *show_trust(Req *r)
{
    Certificate authority;
    Str pem;
    TrustView view = {.secure = r->https};
    Err *err = tls_authority(r->arena, config_text("data"), &authority, &pem);
    if (err && err->kind != ERR_MISSING)
        return err;
    if (!err) {
        bool chinese = str_eq(str_of(lang_tag(r->lang)), STR("zh-CN"));
        view.there = true;
        view.name = authority.subject;
        view.words = fingerprint_words(r->arena, authority.fingerprint, chinese);
        view.hex = fingerprint_hex(r->arena, authority.fingerprint);
        view.until = time_date(authority.until, r->village.zone);
        view.address = https_address(r, STR("/"));
        view.qr = qr_svg(r->arena, view.address, tr(r->lang, "The protected address"));
    }
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, "Trust this village's connection"), .place = "/me"});
    secure_trust(p, &view);
    return page_end(p);
}

static Err *authority_of(Req *r, Certificate *out)
{
    Str pem;
    Err *err = tls_authority(r->arena, config_text("data"), out, &pem);
    return err && err->kind == ERR_MISSING ? err_new(r->arena, ERR_MISSING, "web.missing") : err;
}

/* DER: Android and computers open it by this type. */
static Err *show_certificate(Req *r)
{
    Certificate authority;
    TRY(authority_of(r, &authority));
    TRY(reply_file(r, "application/x-x509-ca-cert", STR("millet-ca.crt"), authority.der));
    reply_header(r, "Cache-Control", STR("no-cache"));
    return NULL;
}

static Err *show_profile(Req *r)
{
    Certificate authority;
    TRY(authority_of(r, &authority));
    TRY(reply_bytes(r, 200, "application/x-apple-aspen-config",
                    tls_profile(r->arena, &authority))); /* as an attachment Safari would only store it */
    reply_header(r, "Cache-Control", STR("no-cache"));
    return NULL;
}

/* The folder of a co-operative that never asked for certificates has nothing to renew. */
static Err *renew(JobContext *context)
{
    bool renewed = false;
    Err *err = tls_renew(context->arena, config_text("data"), false, context->now, &renewed);
    if (renewed)
        log_line("tls", "renewed=1");
    return err && err->kind == ERR_MISSING ? NULL : err;
}

static const ErrText errors[] = {
    /* of src/tls/, which is no module */
    {"tls.host", N_("\"{host}\" is no name or address of a computer. Write it like shop.local or 192.168.1.10.")},
    {"tls.outside", N_("The authority may not vouch for one of these: {hosts}. Make a new one with --new-authority; "
                       "every phone must then trust it anew.")},
    {"tls.key", N_("The authority's key and certificate cannot be read or do not belong together. Put both back from a "
                   "backup, or start over with --new-authority.")},
    {"tls.certificate",
     N_("This certificate cannot be read. Put it back from a backup, or run millet tls init again.")},
    {"tls.expired", N_("The authority has expired. Make a new one with millet tls init --new-authority.")},
    {"tls.clock", N_("This machine's clock is not set, so a certificate would be wrong. Set the date first.")},
    {"tls.crypto", N_("The certificate could not be made.")},
    {0},
};

static const Job jobs[] = {
    {.name = "secure.renew",
     .every_ms = 6 * HOUR_MS,
     .run = renew,
     .about = N_("Renews the certificate for HTTPS in time.")},
    {0},
};

static const Route routes[] = {
    GET("/trust", show_trust, ANYONE, "How a phone comes to trust the certificate of this village."),
    GET("/trust/ca.crt", show_certificate, ANYONE, "The certificate authority's certificate (DER)."),
    GET("/trust/ca.mobileconfig", show_profile, ANYONE, "The same as a profile for iPhones."),
};

const Module secure_module = MODULE("secure", routes, .errors = errors, .jobs = jobs);
