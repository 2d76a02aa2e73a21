/* The same three routines in plain C, for machines without OpenBLAS: some tenfold slower, which a village does not notice.
   Upper in column-major order is lower in row-major order, so that every inner loop runs along a row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/recommend/blas.h"

static float dot(const float *a, const float *b, size_t len)
{
    float sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= len; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += a[i + k] * b[i + k];
    for (; i < len; i++)
        sum[0] += a[i] * b[i];
    return sum[0] + sum[1] + sum[2] + sum[3];
}

static void plain_potrf(const char *uplo, const int *n, float *a, const int *lda, int *info)
{
    (void)uplo;
    size_t len = (size_t)*n, row = (size_t)*lda;
    *info = 0;
    for (size_t i = 0; i < len; i++) {
        for (size_t j = 0; j < i; j++)
            a[i * row + j] = (a[i * row + j] - dot(a + i * row, a + j * row, j)) / a[j * row + j];
        float pivot = a[i * row + i] - dot(a + i * row, a + i * row, i);
        if (!(pivot > 0)) {
            *info = (int)i + 1;
            return;
        }
        a[i * row + i] = sqrtf(pivot);
    }
}

static void add(float *into, const float *from, float times, size_t len)
{
    for (size_t i = 0; i < len; i++)
        into[i] += times * from[i];
}

static void plain_potri(const char *uplo, const int *n, float *a, const int *lda, int *info)
{
    (void)uplo;
    size_t len = (size_t)*n, row = (size_t)*lda;
    float *work = calloc(len + 1, sizeof *work);
    *info = work ? 0 : 1;
    for (size_t i = 0; work && i < len; i++) { /* rows of the inverse factor */
        float pivot = a[i * row + i];
        memset(work, 0, (i + 1) * sizeof *work);
        work[i] = 1;
        for (size_t k = 0; k < i; k++)
            add(work, a + k * row, -a[i * row + k], k + 1);
        for (size_t k = 0; k <= i; k++)
            a[i * row + k] = work[k] / pivot;
    }
    for (size_t i = 0; work && i < len; i++) { /* its transpose times itself: row i needs the rows from i on */
        memset(work, 0, (i + 1) * sizeof *work);
        for (size_t k = i; k < len; k++)
            add(work, a + k * row, a[k * row + i], i + 1);
        memcpy(a + i * row, work, (i + 1) * sizeof *work);
    }
    free(work);
}

static void plain_potrs(const char *uplo, const int *n, const int *nrhs, const float *a, const int *lda, float *b, const int *ldb, int *info)
{
    (void)uplo;
    size_t len = (size_t)*n, row = (size_t)*lda;
    *info = 0;
    for (int c = 0; c < *nrhs; c++) {
        float *x = b + (size_t)c * (size_t)*ldb;
        for (size_t i = 0; i < len; i++)
            x[i] = (x[i] - dot(a + i * row, x, i)) / a[i * row + i];
        for (size_t i = len; i-- > 0;) {
            x[i] /= a[i * row + i];
            add(x, a + i * row, -x[i], i);
        }
    }
}

void blas_plain(Blas *out)
{
    *out = (Blas){plain_potrf, plain_potri, plain_potrs};
}
