/* `millet worker media`: the child that decodes pictures. People have no reason to call it. */
#include "base/command.h"

#include <stdio.h>

#include "media/child.h"

enum { MEMORY_BYTES = 448 << 20, CPU_SECONDS = 10, RESTART_AFTER = 200 };

static const Vips *vips;
static const Zbar *zbar;

static Err *answer_question(WorkerReply *answer, const Message *question)
{
    switch (question->type) {
    case ASK_PICTURE:
        return child_picture(vips, answer, question->body);
    case ASK_DRAWING:
        return child_drawing(vips, answer, question->body);
    case ASK_CODE:
        return child_code(vips, zbar, answer, question->body);
    default:
        return err_new(answer->arena, ERR_INVALID, "media.damaged");
    }
}

static int run_worker(Args *args)
{
    if (!args_done(args, 0, 0))
        return 2;
    vips = vips_open();
    zbar = zbar_open();
    if (!vips) {
        fputs("millet: libvips is not installed (Debian package libvips42)\n", stderr);
        return 1;
    }
    const WorkerChild child = {.memory_bytes = MEMORY_BYTES,
                               .cpu_seconds = CPU_SECONDS,
                               .restart_after = RESTART_AFTER,
                               .question_bytes = PICTURE_BYTES_MAX,
                               .answer = answer_question};
    return worker_serve(&child);
}

const Command media_commands[] = {
    COMMAND("worker media", N_("Decodes pictures in a sandbox; started by serve, not by people"),
            N_("Reads pictures from its standard input as messages of Millet's own and answers in kind. It may open no "
               "file."),
            run_worker),
    {0},
};
