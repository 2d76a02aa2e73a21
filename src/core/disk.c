/* Keeping free space, so that what was begun can be finished when the disk fills up. */
#include <stdatomic.h>
#include <sys/statvfs.h>

#include "core/config.h"
#include "core/core.h"
#include "core/log.h"

enum { LOOK_US = 5000000 };

static _Atomic int64_t looked_us, free_bytes = INT64_MAX;
static _Atomic bool was_low;

void disk_look_again(void)
{
    looked_us = 0;
}

static int64_t look(Arena *arena)
{
    struct statvfs disk;
    if (statvfs(store_options(arena).data, &disk) != 0)
        return INT64_MAX; /* not there yet: nothing to keep */
    int64_t bytes;
    return __builtin_mul_overflow(disk.f_bavail, disk.f_frsize, &bytes) ? INT64_MAX : bytes;
}

Err *disk_check(Arena *arena)
{
    int64_t now = time_monotonic_us(), reserve = config_int("disk_reserve");
    if (looked_us == 0 || now - looked_us > LOOK_US) {
        looked_us = now;
        free_bytes = look(arena);
        metric_set("millet_disk_free_bytes", NULL, free_bytes);
    }
    bool low = free_bytes < reserve;
    if (low != atomic_exchange(&was_low, low))
        log_line("disk", "free=%lld reserve=%lld low=%d", (long long)free_bytes, (long long)reserve, low);
    return low ? err_detail(arena, ERR_BROKEN, "disk.full", "%lld bytes are free, %lld are kept", (long long)free_bytes,
                            (long long)reserve)
               : NULL;
}
