/* Whatever comes as a question to the child that fits models: refused or answered, never believed. */
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "insight/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int nowhere = -1;
    if (nowhere < 0)
        nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (size < 1 || size > 4096)
        return 0;
    WorkerReply answer = {.arena = arena_new(), .fd = nowhere};
    const Str question = {(const char *)data + 1, size - 1};
    (void)(data[0] & 1 ? answer_sales(&answer, question) : answer_goods(&answer, question));
    arena_free(answer.arena);
    return 0;
}
