/* Opening libpq. */
#include "db/pq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

Pq pq;
static const char *missing = "libpq.so.5";

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
    missing = NULL;
#define PQ_FIND(name)                                                                                                  \
    {                                                                                                                  \
        void *found = dlsym(library, "PQ" #name);                                                                      \
        memcpy(&pq.name, &found, sizeof found); /* POSIX says that this gives a function */                            \
        if (!found)                                                                                                    \
            missing = "PQ" #name;                                                                                      \
    }
    PQ_FUNCTIONS(PQ_FIND)
#undef PQ_FIND
}

Err *pq_load(Arena *arena)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return missing ? err_detail(arena, ERR_BROKEN, "db.no_libpq", "%s is not there: install libpq5", missing) : NULL;
}
