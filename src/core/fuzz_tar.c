/* Any block as an archive's header: refused, or a safe name and a size that is not negative. */
#include <stdlib.h>
#include <string.h>

#include "core/local.h"
#include "core/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char block[TAR_BLOCK] = {0};
    TarEntry entry;
    memcpy(block, data, size < sizeof block ? size : sizeof block);
    if (tar_header(block, &entry) && (!tar_name_safe(entry.name) || entry.size < 0))
        abort();
    const char *words[LOCAL_WORDS_MAX];
    int len = local_words((Str){(const char *)data, size}, words);
    for (int i = 0; i < len; i++)
        if (strlen(words[i]) > size)
            abort();
    return 0;
}
