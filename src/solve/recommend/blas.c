/* Opening OpenBLAS. */
#include "solve/recommend/blas.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static bool find(void *library, const char *name, void *into)
{
    void *symbol = dlsym(library, name);
    memcpy(into, &symbol, sizeof symbol); /* a function pointer by way of bytes: ISO C has no cast for it */
    return symbol != NULL;
}

bool blas_open(Blas *out)
{
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    void *library = getenv("MILLET_PLAIN_BLAS") ? NULL : dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library && find(library, "spotrf_", &out->spotrf) && find(library, "spotri_", &out->spotri) && find(library, "spotrs_", &out->spotrs))
        return true;
    blas_plain(out);
    return false;
}
