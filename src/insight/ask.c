/* Asking the child. */
#include "insight/fit.h"

#include <pthread.h>

enum { RESTART_AFTER = 40, WAITING_MAX = 2, WALL_SECONDS = 540 };
static const char *const environment[] = {"OPENBLAS_NUM_THREADS=1", NULL};
static Worker *worker;

static void make_worker(void)
{
    worker = worker_new(&(WorkerOptions){.name = "insight",
                                         .restart_after = RESTART_AFTER,
                                         .waiting_max = WAITING_MAX,
                                         .environment = environment,
                                         .wall_seconds = WALL_SECONDS,
                                         .answer_bytes = TELL_BYTES_MAX});
}

Err *insight_ask(Arena *arena, uint32_t type, Str question, MessageList *answer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_worker);
    int64_t begin = time_monotonic_us();
    Err *err = worker_ask(worker, arena, type, question, answer);
    metric_time("millet_insight_seconds", type == ASK_SALES ? "sales" : "goods", time_monotonic_us() - begin);
    if (err)
        err = err_detail(arena, ERR_BROKEN, "insight.child", "%.*s", STR_ARG(err_text(arena, err)));
    return err;
}
