// What the kernels should compute, in float64, written as plainly as possible.
#ifndef TEST_GPU_REFERENCE_H_
#define TEST_GPU_REFERENCE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "test/gpu/arrays.h"

// The limit of a comparison: f32 sums, and |roundings| roundings of operands or results to |element|.
double reference_limit(int element, int roundings);

// out[k] = w x / sqrt(mean(x^2) + eps).
void reference_rms_norm(const float *x, const array_t *w, size_t k, double eps, double *out);

// A head of rope_append: normalised with |w| when it is not NULL, then rotated. |head| and |out| are of d numbers, |table| is d/2 cosines and d/2 sines.
void reference_rotate(const double *head, size_t d, const array_t *w, double eps, const float *table, bool interleaved, double *out);

// Attention of one query head over |n| rows of a pool (K[d] then V[d], numbers); rows[i] is a row.
void reference_attend(const double *q, const double *pool, const int32_t *rows, size_t n, size_t d, double scale, double *out);

// y[r, n] = x[r] . W[n] + bias[n] + residual[r, n]; bias and residual may be NULL.
void reference_linear(const array_t *x, const array_t *w, const array_t *bias, const array_t *residual, size_t rows, size_t n, size_t k, double *y);

// The numbers of an array.
double *reference_numbers(const array_t *array);  // malloc, the caller frees

#endif  // TEST_GPU_REFERENCE_H_
