/* Reading the settings: a value of the file is replaced by the environment's, that by a flag's. Read once before
   threads start, then only looked at. */
#include "core/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { ROWS_MAX = 100, CONFIG_FILE_MAX = 64 * 1024 };

static struct {
    Str text;           /* as given; unset: the row's standard */
    const char *source; /* "flag --listen", "MILLET_LISTEN", "data/millet.conf line 3"; NULL: the default */
} values[ROWS_MAX];

static Arena *kept(void)
{
    static Arena *arena; /* lives as long as the program */
    if (!arena)
        arena = arena_new();
    return arena;
}

static int row_find(Str name)
{
    for (int i = 0; config_rows[i].name; i++) {
        const char *known = config_rows[i].name;
        if (strlen(known) != name.len)
            continue;
        size_t at = 0;
        while (at < name.len && (known[at] == name.at[at] || (known[at] == '_' && name.at[at] == '-')))
            at++;
        if (at == name.len)
            return i;
    }
    return -1;
}

static bool parse_size(Str text, int64_t *out)
{
    static const char marks[] = "KMGT";
    int shift = 0;
    char last = text.len ? (char)toupper((unsigned char)text.at[text.len - 1]) : 0;
    const char *mark = last ? strchr(marks, last) : NULL;
    if (mark) {
        shift = 10 * (int)(mark - marks + 1);
        text.len--;
    }
    int64_t count;
    return str_to_int(text, &count) && !__builtin_mul_overflow(count, (int64_t)1 << shift, out);
}

static bool parse_bool(Str text, int64_t *out)
{
    bool yes =
        str_eq(text, STR("1")) || str_eq(text, STR("true")) || str_eq(text, STR("yes")) || str_eq(text, STR("on"));
    bool no =
        str_eq(text, STR("0")) || str_eq(text, STR("false")) || str_eq(text, STR("no")) || str_eq(text, STR("off"));
    *out = yes;
    return yes || no;
}

static bool parse_number(const ConfigRow *row, Str text, int64_t *out)
{
    switch (row->type) {
    case CONFIG_TEXT:
        return true;
    case CONFIG_BOOL:
        return parse_bool(text, out);
    case CONFIG_INT:
        return str_to_int(text, out);
    case CONFIG_SIZE:
        return parse_size(text, out);
    }
    return false;
}

static Str size_text(Arena *arena, int64_t bytes)
{
    static const char marks[] = "KMGT";
    int shift = 0;
    while (shift < 4 && bytes && bytes % 1024 == 0) {
        bytes /= 1024;
        shift++;
    }
    return shift ? str_format(arena, "%lld%c", (long long)bytes, marks[shift - 1])
                 : str_format(arena, "%lld", (long long)bytes);
}

Str config_range(Arena *arena, const ConfigRow *row)
{
    switch (row->type) {
    case CONFIG_TEXT:
        return STR("a text");
    case CONFIG_BOOL:
        return STR("yes or no");
    case CONFIG_INT:
        return str_format(arena, "%lld to %lld", (long long)row->min, (long long)row->max);
    case CONFIG_SIZE:
        break;
    }
    return str_format(arena, "%.*s to %.*s", STR_ARG(size_text(arena, row->min)), STR_ARG(size_text(arena, row->max)));
}

static Err *set(Arena *arena, int index, Str text, const char *source)
{
    const ConfigRow *row = &config_rows[index];
    int64_t number = 0;
    bool fine = parse_number(row, text, &number);
    if (fine && (row->type == CONFIG_INT || row->type == CONFIG_SIZE))
        fine = number >= row->min && number <= row->max;
    if (!fine) {
        Err *err = err_arg(arena, err_field(arena, "config.value", row->name), "name", str_of(row->name));
        err_arg(arena, err, "source", str_of(source));
        err_arg(arena, err, "value", text);
        return err_arg(arena, err, "range", config_range(arena, row));
    }
    values[index].text = str_of(str_z(kept(), text));
    values[index].source = str_z(kept(), str_of(source));
    return NULL;
}

Err *config_set(Arena *arena, const char *name, const char *value)
{
    int index = row_find(str_of(name));
    if (index < 0)
        return err_arg(arena, err_new(arena, ERR_INVALID, "config.unknown"), "name", str_of(name));
    return set(arena, index, str_of(value), "program");
}

/* ---- file, environment, flags ---- */

static Err *read_line(Arena *arena, Str line, const char *where)
{
    Str name, value;
    line = str_trim(line);
    if (line.len == 0 || line.at[0] == '#')
        return NULL;
    bool fine = str_cut(line, '=', &name, &value);
    name = str_trim(name);
    value = str_trim(value);
    if (value.len > 1 && value.at[0] == '"' && value.at[value.len - 1] == '"')
        value = str_slice(value, 1, value.len - 1);
    int index = fine ? row_find(name) : -1;
    if (index >= 0)
        return set(arena, index, value, where);
    Err *err = err_arg(arena, err_new(arena, ERR_INVALID, "config.unknown"), "name", name);
    return err_arg(arena, err, "source", str_of(where));
}

static Err *read_file(Arena *arena, const char *path, bool must)
{
    Str rest, line;
    if (!must && !file_exists(path))
        return NULL;
    TRY(file_read(arena, path, CONFIG_FILE_MAX, &rest));
    bool more = true;
    for (int number = 1; more; number++) {
        more = str_cut(rest, '\n', &line, &rest);
        TRY(read_line(arena, line, str_z(arena, str_format(arena, "%s line %d", path, number))));
    }
    return NULL;
}

static const char *environment_name(Arena *arena, const ConfigRow *row)
{
    Buf name = buf_new(arena, strlen(row->name) + 8);
    buf_add(&name, STR("MILLET_"));
    for (size_t i = 0; row->name[i]; i++)
        buf_add_char(&name, (char)toupper((unsigned char)row->name[i]));
    return str_z(arena, buf_str(&name));
}

static Err *read_environment(Arena *arena)
{
    for (int i = 0; config_rows[i].name; i++) {
        const char *name = environment_name(arena, &config_rows[i]), *value = getenv(name);
        if (value)
            TRY(set(arena, i, str_of(value), name));
    }
    return NULL;
}

/* A known "--name VALUE" or "--name=VALUE" at argv[at]: the row, its value and how many words it takes. */
static int flag_at(int argc, const char **argv, int at, Str *value, int *words)
{
    Str name, arg = str_of(argv[at]);
    if (!str_starts(arg, STR("--")) || arg.len == 2)
        return -1;
    bool joined = str_cut(str_slice(arg, 2, arg.len), '=', &name, value);
    int index = row_find(name);
    *words = joined ? 1 : 2;
    if (index < 0 || joined)
        return index;
    if (config_rows[index].type == CONFIG_BOOL) {
        *value = STR("yes");
        *words = 1;
        return index;
    }
    *value = at + 1 < argc ? str_of(argv[at + 1]) : (Str){0};
    return index;
}

typedef struct Flags {
    int rows[ROWS_MAX];
    Str values[ROWS_MAX];
    int len;
} Flags;

static Err *take_flags(Arena *arena, int *argc, const char **argv, Flags *flags)
{
    int kept_words = 0;
    for (int i = 0; i < *argc;) {
        Str value = {0};
        int words = 1, row = -1;
        if (strcmp(argv[i], "--") == 0) { /* what follows is not ours */
            while (i < *argc)
                argv[kept_words++] = argv[i++];
            break;
        }
        row = flag_at(*argc, argv, i, &value, &words);
        if (row < 0) {
            argv[kept_words++] = argv[i++];
            continue;
        }
        if (i + words > *argc || flags->len == ROWS_MAX)
            return err_arg(arena, err_new(arena, ERR_INVALID, "config.flag"), "name", str_of(argv[i]));
        flags->rows[flags->len] = row;
        flags->values[flags->len++] = value;
        i += words;
    }
    *argc = kept_words;
    return NULL;
}

static Err *set_flags(Arena *arena, const Flags *flags)
{
    for (int i = 0; i < flags->len; i++) {
        Str source = str_format(arena, "flag --%s", config_rows[flags->rows[i]].name);
        char *text = (char *)arena_copy(arena, source.at, source.len + 1);
        for (size_t at = 7; at < source.len; at++)
            text[at] = text[at] == '_' ? '-' : text[at];
        text[source.len] = 0;
        TRY(set(arena, flags->rows[i], flags->values[i], text));
    }
    return NULL;
}

Err *config_load(Arena *arena, int *argc, const char **argv)
{
    Flags flags = {0};
    TRY(take_flags(arena, argc, argv, &flags));
    TRY(read_environment(arena)); /* twice: these two say where the file is, and they outrank it */
    TRY(set_flags(arena, &flags));
    Str given = config_text("config");
    const char *standard = str_z(arena, str_format(arena, "%.*s/millet.conf", STR_ARG(config_text("data"))));
    TRY(given.len ? read_file(arena, str_z(arena, given), true) : read_file(arena, standard, false));
    TRY(read_environment(arena));
    return set_flags(arena, &flags);
}

/* ---- looking ---- */

static int row_of(const char *name)
{
    int index = row_find(str_of(name));
    if (index < 0) {
        fprintf(stderr, "millet: the program asks for a setting that does not exist: %s\n", name);
        abort();
    }
    return index;
}

Str config_text(const char *name)
{
    int index = row_of(name);
    return values[index].source ? values[index].text : str_of(config_rows[index].standard);
}

int64_t config_int(const char *name)
{
    int64_t number = 0;
    parse_number(&config_rows[row_of(name)], config_text(name), &number);
    return number;
}

bool config_bool(const char *name)
{
    return config_int(name) != 0;
}

const char *config_source(const char *name)
{
    return values[row_of(name)].source;
}
