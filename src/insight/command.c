/* `millet insight ...` for the office, and `millet worker insight`, the child that fits models. */
#include "base/command.h"

#include <stdio.h>

#include "insight/inside.h"
#include "insight/wire.h"

enum { MEMORY_BYTES = 400 << 20, CPU_SECONDS = 300, RESTART_AFTER = 40 };

static Err *answer_question(WorkerReply *answer, const Message *question)
{
    switch (question->type) {
    case ASK_SALES:
        return answer_sales(answer, question->body);
    case ASK_GOODS:
        return answer_goods(answer, question->body);
    default:
        return err_new(answer->arena, ERR_INVALID, "insight.question");
    }
}

static int run_worker(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    recommend_ready(); /* what it needs of OpenBLAS is opened before the sandbox closes */
    const WorkerChild child = {.memory_bytes = MEMORY_BYTES,
                               .cpu_seconds = CPU_SECONDS,
                               .restart_after = RESTART_AFTER,
                               .question_bytes = ASK_BYTES_MAX,
                               .answer = answer_question};
    return worker_serve(&child);
}

static int run_fit(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Db db;
    InsightModel model;
    bool found;
    int64_t begin = time_monotonic_us();
    Err *err = insight_fit(args->store, args->arena, time_now());
    if (!err)
        err = db_read(args->store, args->arena, &db);
    static const char *const kinds[] = {"sales", "goods"};
    for (size_t i = 0; i < 2 && !err; i++) {
        err = insight_model_newest(&db, str_of(kinds[i]), &model, &found);
        if (!err && found)
            fprintf(args->out, "%s: %lld goods, %lld buyers; %.*s\n  %.*s\n", kinds[i], (long long)model.goods, (long long)model.people,
                    STR_ARG(model.parameters), STR_ARG(insight_sentence(args->arena, lang_at(0), &model)));
    }
    if (!err)
        fprintf(args->out, "%.1f s\n", (double)(time_monotonic_us() - begin) / 1e6);
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command insight_commands[] = {
    COMMAND("insight fit", N_("Look at all sales anew: what will sell, and what goes together"),
            N_("Usage: millet insight fit\n\nThe same that happens by itself every night. Prints how far to trust each part."), run_fit,
            .needs_store = true),
    COMMAND("worker insight", N_("Fits models in a sandbox; started by serve, not by people"),
            N_("Reads sales from its standard input as messages of Millet's own and answers in kind. It may open no file."), run_worker),
    {0},
};
