/* pogen: gettext's .po files become tables in C: pogen [--complete] --out languages.c po/zh_CN.po ...
   English is the source and always there. Fuzzy and obsolete entries are left out; --complete refuses them, and whatever
   is not translated. Format: GNU gettext manual, "The Format of PO Files". */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/file.h"
#include "core/lang.h"

enum { ENTRIES_MAX = 50000 };

typedef struct Entry {
    Str context, id, plural, text[PLURALS_MAX];
    bool has_context, has_plural, fuzzy;
    int line;
} Entry;

typedef struct Po {
    Arena *arena;
    const char *path;
    Str rest;
    int line;
    Entry *entries;
    size_t len;
    Str plural_forms, name, tag;
    bool right_to_left;
    int64_t plurals;
} Po;

static _Noreturn void complain(const char *path, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static _Noreturn void complain(const char *path, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", path, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

/* ---- reading ---- */

static bool next_line(Po *po, Str *line)
{
    if (!po->rest.len)
        return false;
    str_cut(po->rest, '\n', line, &po->rest);
    *line = str_trim(*line);
    po->line++;
    return true;
}

/* "…" with \n \t \" \\ undone, added to out. */
static void read_quoted(Po *po, Str text, Buf *out)
{
    text = str_trim(text);
    if (text.len < 2 || text.at[0] != '"' || text.at[text.len - 1] != '"')
        complain(po->path, po->line, "a text in double quotes was expected. Correct the line.");
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.at[i];
        if (c == '"')
            complain(po->path, po->line, "a double quote inside a text. Write \\\".");
        if (c == '\\') {
            c = text.at[++i];
            if (i + 1 == text.len || !strchr("nt\"\\", c))
                complain(po->path, po->line, "only \\n, \\t, \\\" and \\\\ are known. Correct the text.");
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        buf_add_char(out, c);
    }
}

/* The keyword's text with the quoted lines below it. */
static Str read_text(Po *po, Str first)
{
    Buf out = buf_new(po->arena, 1u << 20);
    read_quoted(po, first, &out);
    while (str_starts(str_trim(po->rest), STR("\"")) && po->rest.len) {
        Str line;
        next_line(po, &line);
        if (line.len)
            read_quoted(po, line, &out);
        else
            break;
    }
    buf_add_char(&out, 0);
    return (Str){out.at, out.len - 1};
}

static bool keyword(Str line, const char *word, Str *rest)
{
    if (!str_starts(line, str_of(word)) || line.len == strlen(word) || !strchr(" \t\"", line.at[strlen(word)]))
        return false;
    *rest = str_slice(line, strlen(word), line.len);
    return true;
}

static Entry *new_entry(Po *po)
{
    if (po->len == ENTRIES_MAX)
        complain(po->path, po->line, "more than %d texts.", ENTRIES_MAX);
    po->entries[po->len] = (Entry){.line = po->line};
    return &po->entries[po->len++];
}

static void read_entries(Po *po)
{
    Str line, rest;
    Entry *entry = NULL;
    bool fuzzy = false, fresh = true;
    while (next_line(po, &line)) {
        if (!line.len || line.at[0] == '#') {
            fresh = fresh || !line.len || (line.len > 1 && line.at[1] != '~');
            fuzzy = fuzzy || (str_starts(line, STR("#,")) && str_find(line, STR("fuzzy")) != SIZE_MAX);
            continue;
        }
        if (keyword(line, "msgctxt", &rest)) {
            entry = new_entry(po);
            entry->context = read_text(po, rest);
            entry->has_context = true;
        } else if (keyword(line, "msgid", &rest)) {
            if (!entry || !entry->has_context || entry->id.at)
                entry = new_entry(po);
            entry->id = read_text(po, rest);
            entry->fuzzy = fuzzy;
            fuzzy = false;
        } else if (entry && keyword(line, "msgid_plural", &rest)) {
            entry->plural = read_text(po, rest);
            entry->has_plural = true;
        } else if (entry && keyword(line, "msgstr", &rest)) {
            entry->text[0] = read_text(po, rest);
        } else if (entry && str_starts(line, STR("msgstr[")) && line.len > 9 && line.at[7] >= '0' && line.at[7] < '0' + PLURALS_MAX) {
            entry->text[line.at[7] - '0'] = read_text(po, str_slice(line, 9, line.len));
        } else {
            complain(po->path, po->line, "not a line of a .po file. It may be msgctxt, msgid, msgid_plural, msgstr or a comment.");
        }
    }
}

static Str header_value(Str header, const char *name)
{
    Str line, rest = header;
    while (rest.len) {
        str_cut(rest, '\n', &line, &rest);
        if (str_starts(line, str_of(name)))
            return str_trim(str_slice(line, strlen(name), line.len));
    }
    return (Str){0};
}

static void read_header(Po *po)
{
    if (!po->len || po->entries[0].id.len || po->entries[0].has_context)
        complain(po->path, 1, "the header is missing. Begin the file with msgid \"\" and the fields Language, X-Name and Plural-Forms.");
    Str header = po->entries[0].text[0];
    po->tag = header_value(header, "Language:");
    po->name = header_value(header, "X-Name:");
    po->right_to_left = str_eq(header_value(header, "X-Direction:"), STR("rtl"));
    Str forms = header_value(header, "Plural-Forms:");
    Str before, after;
    if (!po->tag.len || !po->name.len)
        complain(po->path, po->entries[0].line, "the header needs \"Language: zh_CN\\n\" and \"X-Name: 简体中文\\n\" (its name in itself).");
    size_t at = str_find(forms, STR("plural="));
    if (!str_starts(forms, STR("nplurals=")) || at == SIZE_MAX || !str_cut(forms, ';', &before, &after) ||
        !str_to_int(str_trim(str_slice(before, 9, before.len)), &po->plurals) || po->plurals < 1 || po->plurals > PLURALS_MAX)
        complain(po->path, po->entries[0].line, "the header needs \"Plural-Forms: nplurals=N; plural=...;\\n\" with N from 1 to %d.", PLURALS_MAX);
    at = str_find(after, STR("plural="));
    if (at == SIZE_MAX)
        complain(po->path, po->entries[0].line, "the header's Plural-Forms has no plural=. Copy the line from the gettext manual.");
    str_cut(str_slice(after, at + 7, after.len), ';', &po->plural_forms, &after);
    for (size_t i = 0; i < po->plural_forms.len; i++)
        if (!strchr("n0123456789 ()?:%!=<>&|", po->plural_forms.at[i]))
            complain(po->path, po->entries[0].line, "`%c` may not stand in plural=. It is an expression over n.", po->plural_forms.at[i]);
}

/* ---- checking ---- */

/* {name}s of a translation must be those of the source: another would stay in the text. */
static void check_names(const Po *po, const Entry *entry, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '{')
            continue;
        size_t end = i;
        while (end < text.len && text.at[end] != '}')
            end++;
        Str name = str_slice(text, i, end + 1);
        if (str_find(entry->id, name) == SIZE_MAX && str_find(entry->plural, name) == SIZE_MAX)
            complain(po->path, entry->line, "the translation has %.*s, which the source has not. Use the source's names.", STR_ARG(name));
    }
}

static bool translated(const Po *po, const Entry *entry)
{
    for (int64_t i = 0; i < (entry->has_plural ? po->plurals : 1); i++)
        if (!entry->text[i].len)
            return false;
    return true;
}

static size_t check_entries(Po *po, bool complete)
{
    size_t kept = 0;
    for (size_t i = 1; i < po->len; i++) {
        Entry *entry = &po->entries[i];
        bool usable = translated(po, entry) && !entry->fuzzy;
        if (!usable && complete)
            complain(po->path, entry->line, "`%.*s` %s. Write its translation%s.", STR_ARG(entry->id),
                     entry->fuzzy ? "is marked fuzzy" : "is not translated", entry->fuzzy ? " and remove the mark" : "");
        for (int64_t k = 0; k < po->plurals && usable; k++)
            check_names(po, entry, entry->text[k]);
        if (usable)
            po->entries[++kept] = *entry;
    }
    return kept;
}

/* ---- writing ---- */

static void c_text(Buf *out, Str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == '?')
            buf_addf(out, "\\%03o", c);
        else
            buf_add_char(out, (char)c);
    }
    buf_add_char(out, '"');
}

static Str entry_key(Arena *arena, const Entry *entry)
{
    return entry->has_context ? str_format(arena, "%.*s\004%.*s", STR_ARG(entry->context), STR_ARG(entry->id)) : entry->id;
}

static void write_message(Po *po, Buf *out, const Entry *entry, size_t number)
{
    Str key = entry_key(po->arena, entry);
    buf_add(out, STR("    {"));
    c_text(out, key);
    buf_addf(out, ", %zu, %uu, {", key.len, lang_hash(key.at, key.len));
    c_text(out, entry->text[0]);
    buf_addf(out, ", %zu}, ", entry->text[0].len);
    buf_addf(out, entry->has_plural ? "plurals_%.*s_%zu},\n" : "NULL},\n", STR_ARG(po->tag), number);
}

static void write_plurals(Po *po, Buf *out, size_t kept)
{
    for (size_t i = 1; i <= kept; i++) {
        if (!po->entries[i].has_plural)
            continue;
        buf_addf(out, "static const Str plurals_%.*s_%zu[] = {", STR_ARG(po->tag), i);
        for (int64_t k = 0; k < po->plurals; k++) {
            buf_add(out, STR("{"));
            c_text(out, po->entries[i].text[k]);
            buf_addf(out, ", %zu}, ", po->entries[i].text[k].len);
        }
        buf_add(out, STR("};\n"));
    }
    buf_addf(out, "static size_t plural_%.*s(uint64_t n)\n{\n    (void)n;\n    return (size_t)(%.*s);\n}\n", STR_ARG(po->tag),
             STR_ARG(po->plural_forms));
}

static bool same_text(const Po *po, const Entry *a, const Entry *b)
{
    bool same = a->has_plural == b->has_plural;
    for (int64_t i = 0; i < po->plurals && same; i++)
        same = str_eq(a->text[i], b->text[i]);
    return same;
}

static uint32_t write_table(Po *po, Buf *out, size_t kept)
{
    uint32_t slots = 16;
    while (slots < kept * 2)
        slots *= 2;
    size_t *table = NEW_ARRAY(po->arena, size_t, slots);
    for (size_t i = 1; i <= kept; i++) {
        Str key = entry_key(po->arena, &po->entries[i]);
        uint32_t slot = lang_hash(key.at, key.len) & (slots - 1);
        while (table[slot] && !str_eq(entry_key(po->arena, &po->entries[table[slot]]), key))
            slot = (slot + 1) & (slots - 1);
        const Entry *other = table[slot] ? &po->entries[table[slot]] : NULL;
        if (other && !same_text(po, other, &po->entries[i])) /* the same twice is what two people's changes leave: make po tidies */
            complain(po->path, po->entries[i].line, "`%.*s` is translated in another way in line %d. Remove one.",
                     STR_ARG(po->entries[i].id), other->line);
        table[slot] = i;
    }
    buf_addf(out, "static const Message messages_%.*s[] = {\n", STR_ARG(po->tag));
    for (uint32_t slot = 0; slot < slots; slot++)
        if (table[slot])
            write_message(po, out, &po->entries[table[slot]], table[slot]);
        else
            buf_add(out, STR("    {0},\n"));
    buf_add(out, STR("};\n\n"));
    return slots - 1;
}

static void write_language(Arena *arena, const char *path, bool complete, Buf *out, Buf *list)
{
    Po po = {.arena = arena, .path = path, .entries = NEW_ARRAY(arena, Entry, ENTRIES_MAX)};
    Err *err = file_read(arena, path, 16u << 20, &po.rest);
    if (err) {
        Str text = err_text(arena, err);
        complain(path, 1, "%.*s", STR_ARG(text));
    }
    read_entries(&po);
    read_header(&po);
    size_t kept = check_entries(&po, complete);
    write_plurals(&po, out, kept);
    uint32_t mask = write_table(&po, out, kept);
    buf_add(list, STR("    {\""));
    for (size_t i = 0; i < po.tag.len; i++)
        buf_add_char(list, po.tag.at[i] == '_' ? '-' : po.tag.at[i]);
    buf_add(list, STR("\", "));
    c_text(list, po.name);
    buf_addf(list, ", messages_%.*s, %uu, plural_%.*s, %lld, %s},\n", STR_ARG(po.tag), mask, STR_ARG(po.tag), (long long)po.plurals,
             po.right_to_left ? "true" : "false");
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    int at = 1;
    bool complete = at < argc && !strcmp(argv[at], "--complete");
    at += complete;
    if (at + 1 >= argc || strcmp(argv[at], "--out") != 0) {
        fputs("usage: pogen [--complete] --out FILE.c FILE.po ...\n", stderr);
        return 2;
    }
    const char *path = argv[at + 1];
    Buf out = buf_new(arena, 64u << 20), list = buf_new(arena, 65536);
    buf_add(&out, STR("/* Made by pogen. */\n#include \"core/lang.h\"\n\n"));
    buf_add(&out, STR("static size_t plural_en(uint64_t n)\n{\n    return n != 1;\n}\n\n"));
    for (int i = at + 2; i < argc; i++)
        write_language(arena, argv[i], complete, &out, &list);
    buf_add(&out, STR("const struct Lang house_languages[] = {\n    {\"en\", \"English\", NULL, 0, plural_en, 2, false},\n"));
    buf_add(&out, buf_str(&list));
    buf_add(&out, STR("    {0},\n};\n"));
    Err *err = file_write(arena, path, buf_str(&out), 0644);
    if (err) {
        Str text = err_text(arena, err);
        complain(path, 1, "%.*s", STR_ARG(text));
    }
    arena_free(arena);
    return 0;
}
