/* Any bytes as a bundle: they are looked at to the end or refused, and nothing is written. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exchange/bundle_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    Bundle bundle = {.arena = arena, .fd = fd};
    Reading reading = {.bundle = &bundle, .arena = arena};
    if (!zip_in_open(arena, fd, &reading.zip)) {
        (void)bundle_look(&reading);
        for (size_t i = 0; i < reading.zip->len; i++) {
            Str content;
            if (!zip_name_safe(reading.zip->entries[i].name))
                abort();
            (void)zip_read(reading.zip, &reading.zip->entries[i], 1 << 20, &content);
        }
        zip_in_close(reading.zip);
    }
    close(fd);
    arena_free(arena);
    return 0;
}
