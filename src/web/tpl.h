/* What compiled templates call: writers by type (_Generic) and by place. A type that a place does not take fails to
   compile at the template's own line. */
#pragma once
#include <string.h>

#include "web/asset.h"
#include "web/web.h"

/* ---- literal text ---- */
static inline void tpl_raw(Page *p, Str text)
{
    Buf *out = p->out;
    if (text.len && text.len <= out->room - out->len && !out->overflowed) { /* the everyday case: room is within the limit or near */
        memcpy(out->at + out->len, text.at, text.len);
        out->len += text.len;
    } else {
        buf_add(out, text);
    }
}

/* ---- values; each is escaped for text and quoted attributes alike ---- */
void tpl_str(Page *p, Str text);
void tpl_z(Page *p, const char *text); /* NULL writes nothing */
void tpl_int(Page *p, int64_t value);  /* grouped as the language does: 1,234 */
void tpl_size(Page *p, uint64_t value);
void tpl_int_plain(Page *p, int64_t value); /* digits only: attributes and addresses */
void tpl_size_plain(Page *p, uint64_t value);
void tpl_money(Page *p, Money amount);
void tpl_quantity(Page *p, Quantity quantity);
void tpl_date(Page *p, Date date);
void tpl_time(Page *p, Time time);
void tpl_id(Page *p, Id id);
static inline void tpl_html(Page *p, Html html)
{
    tpl_raw(p, html.raw);
}

#define TPL_TYPES(int_fn, size_fn)                                                                                     \
    Str: tpl_str, char *: tpl_z, const char *: tpl_z, short: int_fn, int: int_fn, long: int_fn, long long: int_fn,     \
        unsigned short: size_fn, unsigned: size_fn, unsigned long: size_fn, unsigned long long: size_fn,               \
        Money: tpl_money, Quantity: tpl_quantity, Date: tpl_date, Time: tpl_time
#define TPL_TEXT(p, x) _Generic((x), TPL_TYPES(tpl_int, tpl_size), Html: tpl_html)((p), (x))
#define TPL_ATTR(p, x) _Generic((x), TPL_TYPES(tpl_int_plain, tpl_size_plain))((p), (x))

/* ---- addresses ---- */
/* Relative, a fragment, or http, https, mailto, tel; without white space, controls and backslashes. */
bool url_allowed(Str url);
/* A whole address; what is not allowed becomes "#blocked". Escaped for the attribute. */
void tpl_url(Page *p, Str url);
void tpl_url_z(Page *p, const char *url);
void tpl_url_part(Page *p, Str part); /* percent-encoded: all but letters, digits and -._~ */
void tpl_url_part_z(Page *p, const char *part);
void tpl_url_tel(Page *p, Str phone);  /* after tel: only digits and a leading + */
void tpl_url_date(Page *p, Date date); /* 2026-12-05 */
#define TPL_URL(p, x) _Generic((x), Str: tpl_url, char *: tpl_url_z, const char *: tpl_url_z)((p), (x))
#define TPL_URL_PART(p, x)                                                                                             \
    _Generic((x), Str: tpl_url_part, char *: tpl_url_part_z, const char *: tpl_url_part_z, short: tpl_int_plain,       \
        int: tpl_int_plain, long: tpl_int_plain, long long: tpl_int_plain, unsigned short: tpl_size_plain,             \
        unsigned: tpl_size_plain, unsigned long: tpl_size_plain, unsigned long long: tpl_size_plain,                   \
        Date: tpl_url_date)((p), (x))

/* ---- ways to write ---- */
Str tpl_date_full(Page *p, Date date);
Str tpl_date_full_of(Page *p, Time time);
Str tpl_date_short(Page *p, Date date);
Str tpl_date_short_of(Page *p, Time time);
Str tpl_iso_date(Page *p, Date date);
Str tpl_iso_time(Page *p, Time time);
Str tpl_plain_money(Page *p, Money amount);       /* "12.50" as a form field holds it */
Str tpl_plain_quantity(Page *p, Quantity amount); /* "1.25" without unit */
Str tpl_plain_int(Page *p, int64_t value);
Str tpl_unit(Page *p, Str code);                  /* "kg", "piece" */
#define TPL_ID(p, x) id_text((p)->arena, (x)) /* in a text's arguments; {{ id }} alone is tpl_id */
#define TPL_DATE(p, x) _Generic((x), Date: tpl_date_full, Time: tpl_date_full_of)((p), (x))
#define TPL_DAY(p, x) _Generic((x), Date: tpl_date_short, Time: tpl_date_short_of)((p), (x))
#define TPL_CLOCK(p, x) say_clock((p)->arena, (p)->lang, (x), (p)->zone)
#define TPL_WHEN(p, x) say_time((p)->arena, (p)->lang, (x), (p)->zone)
#define TPL_ISO(p, x) _Generic((x), Date: tpl_iso_date, Time: tpl_iso_time)((p), (x))
#define TPL_PLAIN(p, x)                                                                                                \
    _Generic((x), Money: tpl_plain_money, Quantity: tpl_plain_quantity, default: tpl_plain_int)((p), (x))
#define TPL_UNIT(p, x) tpl_unit((p), tpl_as_str(x))

/* ---- translated texts ---- */
typedef struct TplText {
    Str text;
    bool html; /* already escaped */
} TplText;
typedef struct TplArg {
    Str name;
    TplText value;
} TplArg;

void tpl_tr(Page *p, const char *text, size_t len, uint32_t hash);
void tpl_tr_fill(Page *p, const char *text, size_t len, uint32_t hash, const TplArg *args, size_t args_len);
void tpl_tr_plural(Page *p, const char *one, const char *many, int64_t n, const TplArg *args, size_t args_len);

static inline TplText tpl_arg(Str text)
{
    return (TplText){text, false};
}
TplText tpl_arg_str(Page *p, Str text);
TplText tpl_arg_z(Page *p, const char *text);
TplText tpl_arg_int(Page *p, int64_t value);
TplText tpl_arg_money(Page *p, Money amount);
TplText tpl_arg_quantity(Page *p, Quantity quantity);
TplText tpl_arg_date(Page *p, Date date);
TplText tpl_arg_time(Page *p, Time time);
TplText tpl_arg_html(Page *p, Html html);
#define TPL_ARG_TYPES                                                                                                  \
    Str: tpl_arg_str, char *: tpl_arg_z, const char *: tpl_arg_z, short: tpl_arg_int, int: tpl_arg_int,                \
        long: tpl_arg_int, long long: tpl_arg_int, unsigned short: tpl_arg_int, unsigned: tpl_arg_int,                 \
        Money: tpl_arg_money, Quantity: tpl_arg_quantity, Date: tpl_arg_date, Time: tpl_arg_time
static inline TplText tpl_arg_size(Page *p, uint64_t value)
{
    return tpl_arg_int(p, (int64_t)value);
}
#define TPL_ARG(p, x)                                                                                                  \
    _Generic((x), TPL_ARG_TYPES, unsigned long: tpl_arg_size, unsigned long long: tpl_arg_size, Html: tpl_arg_html)((p), (x))
#define TPL_ATTR_ARG(p, x)                                                                                             \
    _Generic((x), TPL_ARG_TYPES, unsigned long: tpl_arg_size, unsigned long long: tpl_arg_size)((p), (x))
#define TPL_LABEL(text) text /* the label of a form's button; marks it for translation */

/* ---- conditions ---- */
static inline bool tpl_true_str(Str s)
{
    return s.len != 0;
}
static inline bool tpl_true_z(const char *s)
{
    return s && *s;
}
static inline bool tpl_true_html(Html h)
{
    return h.raw.len != 0;
}
static inline bool tpl_true_int(int64_t value)
{
    return value != 0;
}
static inline bool tpl_true_size(uint64_t value)
{
    return value != 0;
}
static inline bool tpl_true_money(Money amount)
{
    return amount.minor != 0;
}
static inline bool tpl_true_time(Time time)
{
    return time.ms != 0;
}
static inline bool tpl_true_pointer(const void *pointer)
{
    return pointer != NULL;
}
/* A text or number is true when it is not empty or zero; for a list ask its .len. */
#define TPL_TRUE(x)                                                                                                    \
    _Generic((x), bool: tpl_true_int, Str: tpl_true_str, char *: tpl_true_z, const char *: tpl_true_z,                 \
        Html: tpl_true_html, short: tpl_true_int, int: tpl_true_int, long: tpl_true_int, long long: tpl_true_int,      \
        unsigned short: tpl_true_size, unsigned: tpl_true_size, unsigned long: tpl_true_size,                          \
        unsigned long long: tpl_true_size, Money: tpl_true_money, Time: tpl_true_time, default: tpl_true_pointer)(x)
static inline Str tpl_same_str(Str s)
{
    return s;
}
#define tpl_as_str(x) _Generic((x), Str: tpl_same_str, char *: str_of, const char *: str_of)(x)

/* A struct's address, a pointer as it is. */
#define TPL_REF(x) __builtin_choose_expr(__builtin_classify_type(x) == 5, (x), &(x))

/* ---- parts ---- */
void tpl_icon(Page *p, int icon); /* ICON_basket of "assets.h"; a negative number writes nothing */
void tpl_icon_named(Page *p, const char *name);
void tpl_icons(Page *p); /* the drawings of the icons used so far: once, at the end of the page */
void tpl_csrf(Page *p);
/* One field of a Shape: label, input by its type, help, the error beside it, what was typed. values as in tpl_form. */
void tpl_field(Page *p, const Shape *shape, const char *name, const void *values);
/* The summary above a form that was refused, linking to the field; nothing when this form was not. */
void tpl_errors(Page *p, const Shape *shape);
/* A whole form by its Shape: fields with labels, help, kept values, errors beside them and a summary on top.
   values may be NULL (an empty form); label NULL: "Save". Shape fields of type ONE and LIST are left out. */
void tpl_form(Page *p, Str action, const Shape *shape, const void *values, const char *label);
