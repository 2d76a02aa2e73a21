/* The typing person's side of commands on data. */
#include "core/local.h"

#include "core/core.h"

StoreOptions store_options(Arena *arena)
{
    Str url = config_text("db");
    return (StoreOptions){.data = str_z(arena, config_text("data")), .url = url.len ? str_z(arena, url) : NULL};
}

int local_run(const Command *command, Args *args, int len, const char *const *words)
{
    (void)len, (void)words;
    StoreOptions options = store_options(args->arena);
    Err *err = store_open(args->arena, &options, &args->store);
    if (err)
        return args_failed(args, err);
    int status = command->run(args);
    store_close(args->store);
    return status;
}
