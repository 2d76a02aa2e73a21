/* Words for the full-text index and queries of it. */
#include "base/search.h"

#include "base/text.h"

static bool is_latin(Str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] < 'a' || word.at[i] > 'z')
            return false;
    return word.len > 0;
}

/* The first step of Porter's stemmer (1980), with -oes and the like: enough to make one and many meet. */
static Str singular(Arena *arena, Str word)
{
    if (word.len < 4 || !is_latin(word) || !str_ends(word, STR("s")) || str_ends(word, STR("ss")) || str_ends(word, STR("us")))
        return word;
    Str stem = str_slice(word, 0, word.len - 1);
    if (str_ends(word, STR("ies")) && word.len > 4)
        return str_format(arena, "%.*sy", STR_ARG(str_slice(word, 0, word.len - 3)));
    static const char *const es[] = {"oes", "ches", "shes", "sses", "xes"};
    for (size_t i = 0; i < sizeof es / sizeof *es; i++)
        if (str_ends(word, str_of(es[i])))
            return str_slice(word, 0, word.len - 2);
    return stem;
}

Str search_index(Arena *arena, Str text)
{
    Str folded = text_search(arena, text), word;
    Buf out = buf_new(arena, folded.len + 64);
    for (Str rest = folded; rest.len;) {
        str_cut(rest, ' ', &word, &rest);
        if (out.len)
            buf_add_char(&out, ' ');
        buf_add(&out, singular(arena, word));
    }
    return buf_str(&out);
}

/* One typed word as a phrase of its folded words. */
static void add_phrase(Buf *out, Str folded, bool postgres, bool begun)
{
    Str word, rest = folded;
    if (out->len)
        buf_add(out, postgres ? STR(" & ") : STR(" AND "));
    buf_add(out, postgres ? STR("(") : STR("\""));
    for (bool first = true; rest.len; first = false) {
        str_cut(rest, ' ', &word, &rest);
        if (!first)
            buf_add(out, postgres ? STR(" <-> ") : STR(" "));
        if (postgres)
            buf_addf(out, "'%.*s'%s", STR_ARG(word), begun && !rest.len ? ":*" : "");
        else
            buf_add(out, word);
    }
    buf_add(out, postgres ? STR(")") : begun ? STR("\"*") : STR("\""));
}

Str search_words(Arena *arena, bool postgres, Str typed, SearchMode mode)
{
    enum { WORDS_MAX = 12, TYPED_MAX = 200 };
    Buf out = buf_new(arena, 8192);
    typed = utf8_cut(typed, TYPED_MAX);
    Str rest = mode == SEARCH_APART ? text_search(arena, typed) : str_trim(typed), word;
    for (int words = 0; rest.len && words < WORDS_MAX; words++) {
        size_t wide = str_find(rest, STR("\u3000")), plain = str_find(rest, STR(" ")); /* Chinese keyboards give a wide space */
        size_t end = wide < plain ? wide : plain;
        word = str_slice(rest, 0, end);
        rest = end == SIZE_MAX ? STR("") : str_trim(str_slice(rest, end + (wide < plain ? 3 : 1), rest.len));
        Str folded = search_index(arena, word);
        bool latin = folded.len && (signed char)folded.at[folded.len - 1] > 0;
        if (folded.len)
            add_phrase(&out, folded, postgres, mode != SEARCH_PHRASES && !rest.len && latin);
    }
    return buf_str(&out);
}
