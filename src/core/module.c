/* The modules of the house together: announcing, sentences; and core's own record. */
#include "core/module.h"

#include <string.h>

#include "core/audit.h"
#include "core/config.h"
#include "core/deliver.h"
#include "core/errors.h"
#include "core/queries.h"

Err *announce(Tx *tx, const char *event, Id subject, Time now)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const Hear *hear = house_modules[i]->hears; hear && hear->event; hear++)
            if (strcmp(hear->event, event) == 0)
                TRY(hear->heard(tx, subject, now));
    return NULL;
}

const char *err_sentence(const char *code)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const ErrText *row = house_modules[i]->errors; row && row->code; row++)
            if (strcmp(row->code, code) == 0)
                return row->text;
    return NULL;
}

void finding(Findings *findings, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_addv(&findings->out, format, args);
    va_end(args);
    buf_add_char(&findings->out, '\n');
    findings->wrong++;
}

static const Check checks[] = {
    {.name = "core.audit_chain", .run = audit_check, .rebuild = audit_end_rebuild},
    {0},
};

static const OutboxKind kinds[] = {
    {"mail", mail_deliver},
    {"webhook", webhook_deliver},
    {0},
};

static Err *purge_old(Tx *tx, void *arg)
{
    int64_t dropped;
    return outbox_purge(tx, (Time){((Time *)arg)->ms - 60 * (int64_t)DAY_MS}, &dropped);
}

/* Messages hold addresses of people: those that could not be delivered are not kept for ever. */
static Err *purge(JobContext *context)
{
    return db_write(context->store, context->arena, purge_old, &context->now);
}

static Err *mark_trail(JobContext *context)
{
    Db db;
    TRY(db_read(context->store, context->arena, &db));
    return audit_mark_write(&db, config_text("data"));
}

static const Job jobs[] = {
    {.name = "core.mark", .every_ms = MINUTE_MS, .run = mark_trail, .about = N_("Notes beside the data how far the trail of changes has come.")},
    {.name = "core.purge",
     .daily_minute = 4 * 60 + 10,
     .run = purge,
     .about = N_("Drops messages set aside for 60 days.")},
    {0},
};

const Module core_module = {
    .name = "core",
    .errors = core_errors,
    .checks = checks,
    .jobs = jobs,
    .outbox = kinds,
};
