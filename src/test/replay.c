/* A main for fuzzers outside libFuzzer: gives them every file of the folders named, and the empty input. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 16 * 1024 * 1024 };

/* A copy of just the input's size, so that a sanitizer sees one byte too many. */
static void give(Str input)
{
    uint8_t *copy = malloc(input.len ? input.len : 1);
    if (!copy)
        abort();
    for (size_t i = 0; i < input.len; i++)
        copy[i] = (uint8_t)input.at[i];
    LLVMFuzzerTestOneInput(copy, input.len);
    free(copy);
}

static int give_folder(const char *folder)
{
    Arena *arena = arena_new();
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        Str input;
        const char *path = str_z(arena, str_format(arena, "%s/%s", folder, entry->d_name));
        if (getenv("REPLAY_NAMES"))
            fprintf(stderr, "%s\n", path);
        if (!file_read(arena, path, INPUT_MAX, &input)) {
            give(input);
            count++;
        }
        arena_reset(arena);
    }
    if (dir)
        closedir(dir);
    arena_free(arena);
    return count;
}

int main(int argc, char **argv)
{
    int count = 1;
    give((Str){0});
    for (int i = 1; i < argc; i++)
        count += give_folder(argv[i]);
    printf("%d inputs\n", count);
    return 0;
}
