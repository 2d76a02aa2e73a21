/* Languages: choosing one, looking up texts, filling in names. The tables are made by pogen from po/. */
#include "core/lang.h"

#include <string.h>

#include "core/core.h"

const Lang *lang_at(size_t index)
{
    for (size_t i = 0; i <= index; i++)
        if (!house_languages[i].tag)
            return NULL;
    return &house_languages[index];
}

const char *lang_tag(const Lang *lang)
{
    return lang->tag;
}

const char *lang_name(const Lang *lang)
{
    return lang->name;
}

bool lang_right_to_left(const Lang *lang)
{
    return lang->right_to_left;
}

static Str primary_part(Str tag)
{
    size_t len = 0;
    while (len < tag.len && tag.at[len] != '-' && tag.at[len] != '_')
        len++;
    return str_slice(tag, 0, len);
}

const Lang *lang_find(Str tag)
{
    const Lang *near = NULL;
    for (const Lang *lang = house_languages; lang->tag; lang++) {
        if (str_eq_nocase(str_of(lang->tag), tag))
            return lang;
        if (!near && str_eq_nocase(primary_part(str_of(lang->tag)), primary_part(tag)))
            near = lang;
    }
    return near;
}

/* The weight after ";q=", in thousandths; 1000 when there is none, 0 when it is no number (RFC 9110, 12.4.2). */
static int quality(Str params)
{
    size_t at = str_find(params, STR("q="));
    if (at == SIZE_MAX)
        return 1000;
    Str q = str_trim(str_slice(params, at + 2, params.len));
    if (!q.len || (q.at[0] != '0' && q.at[0] != '1'))
        return 0;
    if (q.at[0] == '1')
        return 1000;
    int value = 0, unit = 100;
    for (size_t i = 2; i < q.len && i < 5 && q.at[i] >= '0' && q.at[i] <= '9'; i++, unit /= 10)
        value += (q.at[i] - '0') * unit;
    return value;
}

const Lang *lang_negotiate(Str accept_language)
{
    const Lang *best = &house_languages[0];
    int best_quality = 0;
    Str rest = accept_language, part;
    for (int i = 0; i < 32 && rest.len; i++) { /* nobody speaks more; a longer header is hostile */
        str_cut(rest, ',', &part, &rest);
        Str tag, params;
        str_cut(part, ';', &tag, &params);
        const Lang *lang = lang_find(str_trim(tag));
        int q = quality(params);
        if (lang && q > best_quality) {
            best = lang;
            best_quality = q;
        }
    }
    return best;
}

static const Message *message_find(const Lang *lang, const char *text, size_t len, uint32_t hash)
{
    for (uint32_t slot = hash & lang->mask;; slot = (slot + 1) & lang->mask) {
        const Message *m = &lang->messages[slot];
        if (!m->key)
            return NULL;
        if (m->hash == hash && m->key_len == len && !memcmp(m->key, text, len))
            return m;
    }
}

Str tr_hashed(const Lang *lang, const char *text, size_t len, uint32_t hash)
{
    const Message *m = lang->messages ? message_find(lang, text, len, hash) : NULL;
    if (m)
        return m->text;
    const char *mark = memchr(text, '\004', len); /* a context is for the translator only */
    return mark ? (Str){mark + 1, len - (size_t)(mark + 1 - text)} : (Str){text, len};
}

Str tr(const Lang *lang, const char *text)
{
    size_t len = strlen(text);
    return tr_hashed(lang, text, len, lang->messages ? lang_hash(text, len) : 0);
}

Str tr_plural(const Lang *lang, const char *one, const char *many, int64_t n)
{
    uint64_t count = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    size_t len = strlen(one);
    const Message *m = lang->messages ? message_find(lang, one, len, lang_hash(one, len)) : NULL;
    if (!m || !m->plurals)
        return str_of(count == 1 ? one : many);
    size_t form = lang->plural(count);
    return m->plurals[form < lang->plurals_len ? form : 0];
}

static const TextArg *arg_find(const TextArg *args, size_t len, Str name)
{
    for (size_t i = 0; i < len; i++)
        if (args[i].name && str_eq(str_of(args[i].name), name))
            return &args[i];
    return NULL;
}

Str tr_fill(Arena *arena, Str pattern, const TextArg *args, size_t len)
{
    size_t limit = pattern.len;
    for (size_t i = 0; i < len; i++)
        limit += args[i].value.len * 8;
    Buf out = buf_new(arena, limit + 64);
    for (size_t i = 0; i < pattern.len;) {
        Str rest = str_slice(pattern, i, pattern.len);
        size_t end = rest.at[0] == '{' ? str_find(rest, STR("}")) : SIZE_MAX;
        const TextArg *arg = end == SIZE_MAX ? NULL : arg_find(args, len, str_slice(rest, 1, end));
        if (arg) {
            buf_add(&out, arg->value);
            i += end + 1;
        } else {
            buf_add_char(&out, rest.at[0]);
            i++;
        }
    }
    return buf_str(&out);
}

Str err_say(Arena *arena, const Lang *lang, const Err *err)
{
    const char *sentence = err_sentence(err->code);
    if (!sentence)
        sentence = N_("Something went wrong on our side. Please try again in a moment.");
    TextArg args[ERR_ARGS];
    for (int i = 0; i < ERR_ARGS; i++)
        args[i] = (TextArg){err->args[i].name, err->args[i].value};
    return tr_fill(arena, tr(lang, sentence), args, ERR_ARGS);
}
