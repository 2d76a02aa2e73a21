/* A command's options, files and words with the person who typed it. */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"

static Str (*say_sentence)(Arena *arena, const Err *err);

/* ---- options ---- */

static void args_remove(Args *args, int at, int count)
{
    for (int i = at; i + count < args->argc; i++)
        args->argv[i] = args->argv[i + count];
    args->argc -= count;
}

static bool ends_options(const char *arg)
{
    return strcmp(arg, "--") == 0;
}

const char *args_option(Args *args, const char *name)
{
    const char *value = NULL;
    size_t len = strlen(name);
    for (int i = 0; i < args->argc && !ends_options(args->argv[i]);) {
        const char *arg = args->argv[i];
        bool named = strncmp(arg, "--", 2) == 0 && strncmp(arg + 2, name, len) == 0;
        if (named && arg[2 + len] == '=') {
            value = arg + 3 + len;
            args_remove(args, i, 1);
        } else if (named && !arg[2 + len] && i + 1 < args->argc) {
            value = args->argv[i + 1];
            args_remove(args, i, 2);
        } else
            i++;
    }
    return value;
}

bool args_flag(Args *args, const char *name)
{
    bool found = false;
    for (int i = 0; i < args->argc && !ends_options(args->argv[i]);) {
        if (strncmp(args->argv[i], "--", 2) == 0 && strcmp(args->argv[i] + 2, name) == 0) {
            found = true;
            args_remove(args, i, 1);
        } else
            i++;
    }
    return found;
}

static FILE *err_of(Args *args)
{
    return args->err ? args->err : stderr;
}

bool args_done(Args *args, int min_words, int max_words)
{
    for (int i = 0; i < args->argc; i++) {
        if (ends_options(args->argv[i])) {
            args_remove(args, i, 1);
            break;
        }
        if (strncmp(args->argv[i], "--", 2) == 0) {
            fprintf(err_of(args), "millet: unknown option, or one without its value: %s\n", args->argv[i]);
            return false;
        }
    }
    if (args->argc < min_words) {
        fputs("millet: something is missing after the command; see its --help\n", err_of(args));
        return false;
    }
    if (args->argc > max_words) {
        fprintf(err_of(args), "millet: unexpected word: %s\n", args->argv[max_words]);
        return false;
    }
    return true;
}

/* ---- files ---- */

int args_open(Args *args, const char *path, int flags, unsigned mode)
{
    if (args->open_file)
        return args->open_file(args->whose, path, flags | O_CLOEXEC, mode);
    return open(path, flags | O_CLOEXEC, (mode_t)mode);
}

static Err *read_input(Args *args, size_t max_bytes, Str *out)
{
    Buf buf = buf_new(args->arena, max_bytes);
    char part[8192];
    for (size_t got; (got = fread(part, 1, sizeof part, args->in)) > 0 && !buf.overflowed;)
        buf_add(&buf, (Str){part, got});
    *out = buf_str(&buf);
    if (ferror(args->in))
        return err_detail(args->arena, ERR_BROKEN, "file.unreadable", "standard input");
    if (!buf.overflowed)
        return NULL;
    Err *err = err_detail(args->arena, ERR_INVALID, "file.too_large", "standard input");
    return err_arg(args->arena, err, "max", str_format(args->arena, "%zu", max_bytes));
}

Err *args_read(Args *args, const char *path, size_t max_bytes, Str *out)
{
    if (strcmp(path, "-") == 0)
        return read_input(args, max_bytes, out);
    int fd = args_open(args, path, O_RDONLY, 0);
    if (fd < 0)
        return err_detail(args->arena, ERR_MISSING, errno == ENOENT ? "file.missing" : "file.unreadable", "%s: %s",
                          path, strerror(errno));
    return file_read_fd(args->arena, fd, path, max_bytes, out);
}

Err *args_write(Args *args, const char *path, Str content, unsigned mode)
{
    if (strcmp(path, "-") == 0) {
        if (fwrite(content.at ? content.at : "", 1, content.len, args->out) == content.len && fflush(args->out) == 0)
            return NULL;
        return err_detail(args->arena, ERR_BROKEN, "file.unwritable", "standard output: %s", strerror(errno));
    }
    int fd = args_open(args, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (fd < 0)
        return err_detail(args->arena, ERR_BROKEN, "file.unwritable", "%s: %s", path, strerror(errno));
    return file_write_fd(args->arena, fd, path, content);
}

static bool hide_typing(int fd, bool hide)
{
    struct termios terminal;
    if (tcgetattr(fd, &terminal) != 0)
        return false;
    terminal.c_lflag = hide ? terminal.c_lflag & ~(tcflag_t)ECHO : terminal.c_lflag | ECHO;
    return tcsetattr(fd, TCSAFLUSH, &terminal) == 0;
}

Err *args_line(Args *args, const char *prompt, bool secret, Str *out)
{
    enum { LINE_MAX_BYTES = 4096 };
    bool terminal = isatty(args->in_fd) == 1;
    if (terminal) {
        fputs(prompt, err_of(args));
        fflush(err_of(args));
    }
    bool hidden = secret && terminal && hide_typing(args->in_fd, true);
    char *line = arena_alloc(args->arena, LINE_MAX_BYTES);
    char *got = fgets(line, LINE_MAX_BYTES, args->in);
    if (hidden) {
        hide_typing(args->in_fd, false);
        fputc('\n', err_of(args));
    }
    Str text = str_of(got);
    if (text.len + 1 == LINE_MAX_BYTES && !str_ends(text, STR("\n")))
        return err_new(args->arena, ERR_INVALID, "input.too_long");
    if (str_ends(text, STR("\n")))
        text.len--;
    if (str_ends(text, STR("\r")))
        text.len--;
    if (!text.len)
        return err_new(args->arena, ERR_INVALID, "input.missing");
    *out = text;
    return NULL;
}

/* ---- telling ---- */

bool args_gone(Args *args)
{
    return args->is_gone && args->is_gone(args->whose);
}

void args_progress(Args *args, const char *doing, int64_t done, int64_t total)
{
    static _Thread_local int64_t last_us;
    bool finished = total > 0 && done >= total;
    int64_t now = time_monotonic_us();
    if ((!finished && now - last_us < 100000) || isatty(fileno(err_of(args))) != 1)
        return;
    last_us = now;
    fprintf(err_of(args), "\r%s %lld", doing, (long long)done);
    if (total > 0)
        fprintf(err_of(args), " of %lld (%d %%)", (long long)total, (int)((double)done * 100 / (double)total));
    fputs(finished ? "\033[K\n" : "\033[K", err_of(args));
    fflush(err_of(args));
}

static Str sentence_of(Arena *arena, const Err *err)
{
    return say_sentence ? say_sentence(arena, err) : err_text(arena, err);
}

void command_set_sentence(Str (*sentence)(Arena *arena, const Err *err))
{
    say_sentence = sentence;
}

int args_failed(Args *args, const Err *err)
{
    fprintf(err_of(args), "millet: %.*s\n", STR_ARG(sentence_of(args->arena, err)));
    return EXIT_FAILED;
}

int command_failed(const Err *err)
{
    Arena *arena = arena_new();
    fprintf(stderr, "millet: %.*s\n", STR_ARG(sentence_of(arena, err)));
    arena_free(arena);
    return EXIT_FAILED;
}
