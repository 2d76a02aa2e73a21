/* The books are closed: each day gets its anchor, and three programs that know nothing of Millet add up the exported file. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/core.h"
#include "ledger/ledger.h"
#include "week/inside.h"

enum { LINE = 1024, DAYS = 9 };

typedef struct Program {
    const char *name;
    const char *argv[10]; /* FILE stands for the file */
    ExportFormat format;
} Program;
#define FILE_HERE "FILE"
static const Program programs[] = {
    {"hledger", {"hledger", "-f", FILE_HERE, "bal", "--flat", "-N", "-E", "-O", "csv"}, EXPORT_HLEDGER},
    {"Ledger", {"ledger", "-f", FILE_HERE, "bal", "--flat", "--no-total", "-E"}, EXPORT_LEDGER},
    {"Beancount", {"bean-query", "-q", "-f", "csv", FILE_HERE, "SELECT account, sum(position) GROUP BY account"}, EXPORT_BEANCOUNT},
};

static bool installed(const char *program)
{
    const char *path = getenv("PATH");
    Str rest = str_of(path ? path : "/usr/bin:/bin"), folder;
    char file[LINE];
    while (rest.len) {
        str_cut(rest, ':', &folder, &rest);
        snprintf(file, sizeof file, "%.*s/%s", STR_ARG(folder), program);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

/* "Assets:1010:0ak...   -12.50" in any order of the two; quotes and the currency left out. */
static bool line_read(char *line, Str *name, Money *amount)
{
    char *save = NULL;
    *name = (Str){0};
    *amount = (Money){0};
    for (char *word = strtok_r(line, " ,\"\t\r\n", &save); word; word = strtok_r(NULL, " ,\"\t\r\n", &save)) {
        bool less = word[0] == '-';
        Money read;
        if (strchr(word, ':'))
            *name = str_of(word);
        else if (money_parse(str_of(word + less), 2, &read))
            amount->minor = less ? -read.minor : read.minor;
    }
    return name->len > 0;
}

typedef struct Agreeing {
    const WeekAccountList *accounts;
    const Str *names;
    bool *seen;
    int64_t same, other;
} Agreeing;

static void account_agrees(Agreeing *a, Str name, Money amount)
{
    for (size_t i = 0; i < a->accounts->len; i++)
        if (str_eq(a->names[i], name)) {
            a->seen[i] = true;
            *(amount.minor == -a->accounts->at[i].balance ? &a->same : &a->other) += 1;
        }
}

/* Starts it without a shell; what it writes is read from *out. */
static bool program_start(const Program *program, const char *path, pid_t *pid, FILE **out)
{
    extern char **environ;
    const char *argv[10] = {NULL};
    int ends[2];
    posix_spawn_file_actions_t actions;
    for (size_t i = 0; i + 1 < sizeof argv / sizeof *argv && program->argv[i]; i++)
        argv[i] = strcmp(program->argv[i], FILE_HERE) == 0 ? path : program->argv[i];
    if (pipe2(ends, O_CLOEXEC))
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    bool started = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *out = started ? fdopen(ends[0], "r") : NULL;
    if (!*out)
        close(ends[0]);
    return started && *out;
}

static Err *file_write(Week *week, Db *db, ExportFormat format, char *path)
{
    int64_t lines;
    int fd = mkstemp(path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return err_detail(week->arena, ERR_BROKEN, "file.unwritable", "%s", path);
    Err *err = ledger_export(db, format, out, &lines, NULL, NULL);
    if (fclose(out) && !err)
        err = err_detail(week->arena, ERR_BROKEN, "file.unwritable", "%s", path);
    return err;
}

static Err *one_program(Week *week, Db *db, size_t n, const WeekAccountList *accounts)
{
    char path[] = "/tmp/millet-week-XXXXXX", line[LINE];
    FILE *out = NULL;
    pid_t pid = 0;
    int status = 1;
    Agreeing a = {.accounts = accounts, .seen = NEW_ARRAY(db->arena, bool, accounts->len + 1)};
    Str *names = NEW_ARRAY(db->arena, Str, accounts->len + 1), name;
    Money amount;
    for (size_t i = 0; i < accounts->len; i++)
        names[i] = export_account_name(db->arena, accounts->at[i].code, accounts->at[i].id);
    a.names = names;
    TRY(file_write(week, db, programs[n].format, path));
    bool fine = program_start(&programs[n], path, &pid, &out);
    while (fine && fgets(line, sizeof line, out))
        if (line_read(line, &name, &amount))
            account_agrees(&a, name, amount);
    if (out)
        fclose(out);
    fine = fine && waitpid(pid, &status, 0) == pid && status == 0;
    unlink(path);
    for (size_t i = 0; i < accounts->len; i++) /* what is zero may be left out */
        *(!a.seen[i] && accounts->at[i].balance ? &a.other : !a.seen[i] ? &a.same : &(int64_t){0}) += 1;
    week_same_count(week, programs[n].name, fine ? a.same : -1, "balances to the cent, of", (int64_t)accounts->len);
    week->programs += fine && !a.other;
    return NULL;
}

static Err *programs_add_up(Week *week, Arena *own)
{
    Db db;
    WeekAccountList accounts;
    TRY(db_read(week->store, own, &db));
    TRY(db_snapshot(&db));
    TRY(week_accounts(&db, &accounts));
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (installed(programs[i].argv[0]))
            TRY(one_program(week, &db, i, &accounts));
        else
            week_say(week, "        %s is not installed here: not compared", programs[i].name);
    }
    return NULL;
}

Err *week_close(Week *week)
{
    int64_t sealed = 0;
    Date first = time_date(week->begins, STR("Asia/Shanghai"));
    week_until(week, 10, 8, 0);
    for (int day = 0; day < DAYS; day++) {
        bool made;
        TRY(anchor_make(week->store, week->arena, (Date){first.days + day}, week->now, &made));
        sealed += made;
    }
    week_say(week, "The books are closed: %lld days have their anchor. Other programs add up the exported book:", (long long)sealed);
    Arena *own = arena_new();
    Err *err = err_copy(week->arena, programs_add_up(week, own));
    arena_free(own);
    return !err && week->wrong ? err_new(week->arena, ERR_BROKEN, "week.wrong") : err;
}
