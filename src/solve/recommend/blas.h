/* The three LAPACK routines we need, from OpenBLAS, opened when first used: serve never links it. Without it: blas_plain.c. */
#pragma once
#include "base/err.h"

typedef struct Blas {
    /* A = U'U of a symmetric positive definite column-major matrix; info 0: done. */
    void (*spotrf)(const char *uplo, const int *n, float *a, const int *lda, int *info);
    /* The inverse from that factor, in the upper half. */
    void (*spotri)(const char *uplo, const int *n, float *a, const int *lda, int *info);
    /* Solves A x = b from that factor. */
    void (*spotrs)(const char *uplo, const int *n, const int *nrhs, const float *a, const int *lda, float *b, const int *ldb,
                   int *info);
} Blas;

/* OpenBLAS where it is installed (true), else plain C. One thread unless OPENBLAS_NUM_THREADS says otherwise. */
bool blas_open(Blas *out);
void blas_plain(Blas *out);
