/* Finding commands by their words, and their help. */
#include "core/help.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4, NAME_MAX_BYTES = 60, COMMANDS_MAX = 200 };

typedef struct Match {
    int at[WORDS_MAX]; /* where in argv each word stands */
    int len;
} Match;

/* An option, or what follows one and so may be its value. */
static bool may_skip(const char *const *argv, int at)
{
    if (strncmp(argv[at], "--", 2) == 0)
        return true;
    return at > 0 && strncmp(argv[at - 1], "--", 2) == 0 && !strchr(argv[at - 1], '=');
}

static bool match_from(int argc, const char *const *argv, int at, const char *words, Match *match)
{
    if (!*words)
        return true;
    size_t len = strcspn(words, " ");
    const char *rest = words[len] ? words + len + 1 : words + len;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (match->len < WORDS_MAX && strlen(argv[at]) == len && strncmp(argv[at], words, len) == 0) {
            match->at[match->len++] = at;
            if (match_from(argc, argv, at + 1, rest, match))
                return true;
            match->len--;
        }
        if (!may_skip(argv, at))
            return false;
    }
    return false;
}

const Command *command_find(int *argc, const char **argv)
{
    const Command *best = NULL;
    Match best_match = {0};
    for (size_t i = 0; house_commands[i]; i++)
        for (const Command *command = house_commands[i]; command->words; command++) {
            Match match = {0};
            if (match_from(*argc, argv, 0, command->words, &match) && match.len > best_match.len) {
                best = command;
                best_match = match;
            }
        }
    for (int w = best_match.len - 1; w >= 0; w--) {
        for (int i = best_match.at[w]; i + 1 < *argc; i++)
            argv[i] = argv[i + 1];
        (*argc)--;
    }
    return best;
}

/* ---- help ---- */

static int by_words(const void *a, const void *b)
{
    return strcmp((*(const Command *const *)a)->words, (*(const Command *const *)b)->words);
}

static size_t sorted_commands(const Command **out)
{
    size_t len = 0;
    for (size_t i = 0; house_commands[i]; i++)
        for (const Command *command = house_commands[i]; command->words && len < COMMANDS_MAX; command++)
            out[len++] = command;
    qsort(out, len, sizeof *out, by_words);
    return len;
}

static void list(FILE *out, const char *prefix)
{
    const Command *commands[COMMANDS_MAX];
    size_t len = sorted_commands(commands), width = 8;
    for (size_t i = 0; i < len; i++)
        width = strlen(commands[i]->words) > width ? strlen(commands[i]->words) : width;
    for (size_t i = 0; i < len; i++)
        if (strncmp(commands[i]->words, prefix, strlen(prefix)) == 0)
            fprintf(out, "  %-*s  %s\n", (int)width, commands[i]->words, commands[i]->summary);
}

void help_list(FILE *out)
{
    fputs("Usage: millet [options] COMMAND ...\n\nCommands:\n", out);
    list(out, "");
    fputs("\nOptions of every command:\n"
          "  --data DIR            the folder that holds everything (default: data)\n"
          "  --listen ADDR:PORT    where to serve (default: 127.0.0.1:8080)\n"
          "  --db URL              a PostgreSQL database instead of SQLite\n"
          "  --config FILE         a file of settings; `millet config` lists them all\n"
          "  --help, --version\n"
          "The same from the environment: MILLET_DATA, MILLET_LISTEN, MILLET_DB ...\n\n"
          "`millet help COMMAND` tells more. Exit status: 0 done, 1 failed, 2 wrong usage, 3 partly done.\n",
          out);
}

/* The words of argv up to the first option, joined by spaces; cut when too long. */
static void joined(int argc, const char *const *argv, char out[NAME_MAX_BYTES])
{
    size_t len = 0;
    out[0] = 0;
    for (int i = 0; i < argc && strncmp(argv[i], "--", 2) != 0 && len < NAME_MAX_BYTES - 1; i++) {
        int wrote = snprintf(out + len, NAME_MAX_BYTES - len, "%s%s", i ? " " : "", argv[i]);
        len += wrote > 0 ? (size_t)wrote : 0;
    }
}

static bool any_begins(const char *prefix)
{
    for (size_t i = 0; house_commands[i]; i++)
        for (const Command *command = house_commands[i]; command->words; command++)
            if (strncmp(command->words, prefix, strlen(prefix)) == 0)
                return true;
    return false;
}

bool help_about(FILE *out, int argc, const char *const *argv)
{
    char name[NAME_MAX_BYTES];
    joined(argc, argv, name);
    for (size_t i = 0; house_commands[i]; i++)
        for (const Command *command = house_commands[i]; command->words; command++)
            if (strcmp(command->words, name) == 0) {
                fprintf(out, "millet %s: %s\n\n%s\n", command->words, command->summary, command->help);
                return true;
            }
    if (strlen(name) + 2 > NAME_MAX_BYTES)
        return false;
    memcpy(name + strlen(name), " ", 2);
    if (!any_begins(name))
        return false;
    list(out, name);
    return true;
}

/* Optimal string alignment: insertions, deletions, changes and neighbours swapped, each counting one. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][NAME_MAX_BYTES + 1], a_len = strlen(a), b_len = strnlen(b, NAME_MAX_BYTES);
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_len % 3][b_len];
}

/* Among all that was typed only as many words as the command has are compared. */
static const Command *nearest(int argc, const char *const *argv)
{
    const Command *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; house_commands[i]; i++)
        for (const Command *command = house_commands[i]; command->words; command++) {
            int words = 1;
            for (const char *at = command->words; *at; at++)
                words += *at == ' ';
            char name[NAME_MAX_BYTES];
            joined(argc < words ? argc : words, argv, name);
            size_t far = distance(name, command->words);
            if (far < least && far * 3 <= strlen(command->words) + 1) {
                least = far;
                best = command;
            }
        }
    return best;
}

int help_unknown(FILE *err, int argc, const char *const *argv)
{
    char name[NAME_MAX_BYTES];
    joined(argc, argv, name);
    if (!name[0] && argc > 0) {
        fprintf(err, "millet: unknown option, or no command after it: %s\n", argv[0]);
        return EXIT_USAGE;
    }
    if (strlen(name) + 2 <= NAME_MAX_BYTES) {
        memcpy(name + strlen(name), " ", 2);
        if (any_begins(name)) {
            fprintf(err, "millet: which one?\n");
            list(err, name);
            return EXIT_USAGE;
        }
        name[strlen(name) - 1] = 0;
    }
    const Command *near = nearest(argc, argv);
    fprintf(err, "millet: there is no command \"%s\".", name);
    if (near)
        fprintf(err, " Did you mean \"%s\"?\n", near->words);
    else
        fputs(" `millet help` lists them.\n", err);
    return EXIT_USAGE;
}
