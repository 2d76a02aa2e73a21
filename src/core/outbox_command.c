/* millet outbox: what waits, what was set aside, trying again. */
#include "core/core.h"
#include "core/outbox.h"
#include "core/queries.h"

enum { PAGE = 500 };

static Err *print_rows(Args *args, Db *db, bool dead, int64_t *count)
{
    OutboxBriefList rows;
    for (Id after = 0;; after = rows.at[rows.len - 1].id) {
        TRY(outbox_list(db, dead, after, PAGE, &rows));
        for (size_t i = 0; i < rows.len; i++) {
            const OutboxBrief *row = &rows.at[i];
            fprintf(args->out, "%.*s %s %.*s made %.*s, %s %.*s, %lld attempts%s%.*s\n",
                    STR_ARG(id_text(args->arena, row->id)), dead ? "DEAD" : "waiting", STR_ARG(row->kind),
                    STR_ARG(time_text(args->arena, row->made_at)), dead ? "last due" : "due",
                    STR_ARG(time_text(args->arena, row->due_at)), (long long)row->attempts,
                    row->trouble.len ? ": " : "", STR_ARG(row->trouble));
        }
        *count += (int64_t)rows.len;
        if (rows.len < PAGE)
            return NULL;
    }
}

int outbox_list_command(Args *args)
{
    Db db;
    int64_t waiting = 0, dead = 0;
    bool only_dead = args_flag(args, "dead");
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = db_read(args->store, args->arena, &db);
    if (!err && !only_dead)
        err = print_rows(args, &db, false, &waiting);
    if (!err)
        err = print_rows(args, &db, true, &dead);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "%lld waiting, %lld set aside\n", (long long)waiting, (long long)dead);
    return EXIT_DONE;
}

typedef struct Change {
    Id id; /* 0: all */
    Time now;
    bool drop;
    int64_t count;
} Change;

static Err *change(Tx *tx, void *arg)
{
    Change *c = arg;
    if (c->drop)
        return outbox_delivered(tx, c->id, &c->count);
    return c->id ? outbox_retry(tx, c->id, c->now, &c->count) : outbox_retry_all(tx, c->now, &c->count);
}

static int change_command(Args *args, bool drop)
{
    Change c = {.now = time_now(), .drop = drop};
    bool all = !drop && args_flag(args, "all");
    if (!args_done(args, all ? 0 : 1, all ? 0 : 1))
        return EXIT_USAGE;
    Err *err = NULL;
    if (!all && !id_parse(str_of(args->argv[0]), &c.id))
        err = err_new(args->arena, ERR_MISSING, "outbox.no_such_message");
    if (!err)
        err = db_write(args->store, args->arena, change, &c);
    if (!err && c.count == 0 && !all)
        err = err_new(args->arena, ERR_MISSING, "outbox.no_such_message");
    if (err)
        return args_failed(args, err);
    outbox_wake();
    fprintf(args->out, "%lld %s\n", (long long)c.count, drop ? "dropped" : "will be tried again");
    return EXIT_DONE;
}

int outbox_retry_command(Args *args)
{
    return change_command(args, false);
}

int outbox_drop_command(Args *args)
{
    return change_command(args, true);
}
