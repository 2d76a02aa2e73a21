/* What compiled templates call: values written by type, escaped for the page or for an address. */
#include "web/inside.h"
#include "web/tpl.h"

#include "core/lang.h"

/* ---- escaping ---- */

/* Non-zero for the five characters that mean something in text or a quoted attribute. */
static const unsigned char special[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5};
static const Str escapes[] = {{0}, {"&amp;", 5}, {"&lt;", 4}, {"&gt;", 4}, {"&quot;", 6}, {"&#39;", 5}};

void tpl_str(Page *p, Str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char kind = special[(unsigned char)text.at[i]];
        if (!kind)
            continue;
        tpl_raw(p, (Str){text.at + from, i - from});
        tpl_raw(p, escapes[kind]);
        from = i + 1;
    }
    if (text.len > from)
        tpl_raw(p, (Str){text.at + from, text.len - from});
}

void tpl_z(Page *p, const char *text)
{
    tpl_str(p, str_of(text));
}

void tpl_int(Page *p, int64_t value)
{
    if (value > -1000 && value < 1000)
        buf_add_int(p->out, value);
    else
        tpl_str(p, say_int(p->arena, p->lang, value));
}

void tpl_size(Page *p, uint64_t value)
{
    tpl_int(p, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void tpl_int_plain(Page *p, int64_t value)
{
    buf_add_int(p->out, value);
}

void tpl_size_plain(Page *p, uint64_t value)
{
    buf_add_int(p->out, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void tpl_money(Page *p, Money amount)
{
    tpl_str(p, say_money(p->arena, p->lang, amount, p->currency));
}

void tpl_quantity(Page *p, Quantity quantity)
{
    tpl_str(p, say_quantity(p->arena, p->lang, quantity));
}

void tpl_date(Page *p, Date date)
{
    tpl_str(p, say_date(p->arena, p->lang, date));
}

void tpl_time(Page *p, Time time)
{
    tpl_str(p, say_time(p->arena, p->lang, time, p->zone));
}

void tpl_id(Page *p, Id id)
{
    char text[ID_TEXT_LEN];
    id_write(id, text);
    tpl_raw(p, (Str){text, ID_TEXT_LEN});
}

/* ---- addresses ---- */

static bool scheme_allowed(Str scheme)
{
    static const char *const good[] = {"http", "https", "mailto", "tel"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (str_eq_nocase(scheme, str_of(good[i])))
            return true;
    return false;
}

/* A browser drops tabs, newlines and leading controls before it looks for the scheme ("java\tscript:"), so any such
   character refuses the whole address. */
bool url_allowed(Str url)
{
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.at[i] <= 0x20 || url.at[i] == 0x7f || url.at[i] == '\\')
            return false;
    for (size_t i = 0; i < url.len; i++) {
        char c = url.at[i];
        if (c == '/' || c == '?' || c == '#')
            return true; /* relative: no scheme can follow */
        if (c == ':')
            return scheme_allowed(str_slice(url, 0, i));
    }
    return true;
}

void tpl_url(Page *p, Str url)
{
    tpl_str(p, url_allowed(url) ? url : STR("#blocked"));
}

void tpl_url_z(Page *p, const char *url)
{
    tpl_url(p, str_of(url));
}

static bool unreserved(unsigned char c) /* RFC 3986, 2.3 */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void tpl_url_part(Page *p, Str part)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = (unsigned char)part.at[i];
        const char encoded[3] = {'%', digits[c >> 4], digits[c & 15]};
        tpl_raw(p, unreserved(c) ? (Str){part.at + i, 1} : (Str){encoded, 3});
    }
}

void tpl_url_part_z(Page *p, const char *part)
{
    tpl_url_part(p, str_of(part));
}

void tpl_url_tel(Page *p, Str phone)
{
    bool first = true;
    for (size_t i = 0; i < phone.len; i++) {
        char c = phone.at[i];
        if ((c >= '0' && c <= '9') || (c == '+' && first)) {
            tpl_raw(p, (Str){&phone.at[i], 1});
            first = false;
        }
    }
}

void tpl_url_date(Page *p, Date date)
{
    tpl_raw(p, date_text(p->arena, date));
}

/* ---- ways to write ---- */

Str tpl_date_full(Page *p, Date date)
{
    return say_date_full(p->arena, p->lang, date);
}

Str tpl_date_full_of(Page *p, Time time)
{
    return say_date_full(p->arena, p->lang, time_date(time, p->zone));
}

Str tpl_date_short(Page *p, Date date)
{
    return say_date(p->arena, p->lang, date);
}

Str tpl_date_short_of(Page *p, Time time)
{
    return say_date(p->arena, p->lang, time_date(time, p->zone));
}

Str tpl_iso_date(Page *p, Date date)
{
    return date_text(p->arena, date);
}

Str tpl_iso_time(Page *p, Time time)
{
    return time_text(p->arena, time);
}

Str tpl_plain_money(Page *p, Money amount)
{
    return money_plain(p->arena, amount, currency_places(p->currency));
}

Str tpl_plain_quantity(Page *p, Quantity amount)
{
    return quantity_plain(p->arena, amount.steps, amount.scale);
}

Str tpl_plain_int(Page *p, int64_t value)
{
    return str_format(p->arena, "%lld", (long long)value);
}

Str tpl_unit(Page *p, Str code)
{
    return say_unit(p->arena, p->lang, code);
}

/* ---- translated texts ---- */

TplText tpl_arg_str(Page *p, Str text)
{
    (void)p;
    return (TplText){text, false};
}

TplText tpl_arg_z(Page *p, const char *text)
{
    (void)p;
    return (TplText){str_of(text), false};
}

TplText tpl_arg_int(Page *p, int64_t value)
{
    return (TplText){say_int(p->arena, p->lang, value), false};
}

TplText tpl_arg_money(Page *p, Money amount)
{
    return (TplText){say_money(p->arena, p->lang, amount, p->currency), false};
}

TplText tpl_arg_quantity(Page *p, Quantity quantity)
{
    return (TplText){say_quantity(p->arena, p->lang, quantity), false};
}

TplText tpl_arg_date(Page *p, Date date)
{
    return (TplText){say_date(p->arena, p->lang, date), false};
}

TplText tpl_arg_time(Page *p, Time time)
{
    return (TplText){say_time(p->arena, p->lang, time, p->zone), false};
}

TplText tpl_arg_html(Page *p, Html html)
{
    (void)p;
    return (TplText){html.raw, true};
}

static const TplArg *arg_find(const TplArg *args, size_t len, Str name)
{
    for (size_t i = 0; i < len; i++)
        if (str_eq(args[i].name, name))
            return &args[i];
    return NULL;
}

/* The translation decides the order; what is not a known name stays as it is. */
static void fill(Page *p, Str pattern, const TplArg *args, size_t len)
{
    while (pattern.len) {
        size_t at = str_find(pattern, STR("{"));
        size_t end = at == SIZE_MAX ? SIZE_MAX : str_find(str_slice(pattern, at, pattern.len), STR("}"));
        if (end == SIZE_MAX)
            break;
        const TplArg *arg = arg_find(args, len, str_slice(pattern, at + 1, at + end));
        tpl_str(p, str_slice(pattern, 0, arg ? at : at + 1));
        if (arg && arg->value.html)
            tpl_raw(p, arg->value.text);
        else if (arg)
            tpl_str(p, arg->value.text);
        pattern = str_slice(pattern, arg ? at + end + 1 : at + 1, pattern.len);
    }
    tpl_str(p, pattern);
}

void tpl_tr(Page *p, const char *text, size_t len, uint32_t hash)
{
    tpl_str(p, tr_hashed(p->lang, text, len, hash));
}

void tpl_tr_fill(Page *p, const char *text, size_t len, uint32_t hash, const TplArg *args, size_t args_len)
{
    fill(p, tr_hashed(p->lang, text, len, hash), args, args_len);
}

void tpl_tr_plural(Page *p, const char *one, const char *many, int64_t n, const TplArg *args, size_t args_len)
{
    fill(p, tr_plural(p->lang, one, many, n), args, args_len);
}

/* ---- parts ---- */

void tpl_icon(Page *p, int icon)
{
    if (icon < 0 || (size_t)icon >= house_icons_len)
        return;
    p->icons[icon / 64] |= (uint64_t)1 << (icon % 64);
    tpl_raw(p, STR("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-"));
    tpl_raw(p, str_of(house_icons[icon].name));
    tpl_raw(p, STR("\"/></svg>"));
}

void tpl_icon_named(Page *p, const char *name)
{
    tpl_icon(p, icon_find(str_of(name)));
}

void tpl_csrf(Page *p)
{
    tpl_raw(p, STR("<input type=\"hidden\" name=\"csrf\" value=\""));
    tpl_str(p, p->r->csrf);
    tpl_raw(p, STR("\">"));
}

void tpl_icons(Page *p)
{
    static const uint64_t none[4];
    if (!memcmp(p->icons, none, sizeof none))
        return;
    p->r->in->ready.tail = p->out->len; /* the same for many readers: encode.h */
    tpl_raw(p, STR("<svg hidden>"));
    for (size_t i = 0; i < house_icons_len; i++)
        if (p->icons[i / 64] >> (i % 64) & 1)
            tpl_raw(p, house_icons[i].symbol);
    tpl_raw(p, STR("</svg>"));
}
