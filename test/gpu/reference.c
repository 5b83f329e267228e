#include "test/gpu/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/gpu/elements.h"

double reference_limit(int element, int roundings) { return 1e-5 + (element == SPC_F32 ? 0 : roundings * element_unit(element)); }

static void *need(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "no memory for a reference\n");
  exit(1);
}

double *reference_numbers(const array_t *array) {
  size_t n = array->size / element_size(array->element);
  double *numbers = need(malloc((n + 1) * sizeof *numbers));
  for (size_t i = 0; i < n; ++i) numbers[i] = element_load(array->host, array->element, i);
  return numbers;
}

void reference_linear(const array_t *x, const array_t *w, const array_t *bias, const array_t *residual, size_t rows, size_t n, size_t k, double *y) {
  double *a = reference_numbers(x), *b = reference_numbers(w);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < n; ++c) {
      double sum = 0;
      for (size_t i = 0; i < k; ++i) sum += a[r * k + i] * b[c * k + i];
      if (bias) sum += element_load(bias->host, bias->element, c);
      if (residual) sum += array_f32(residual)[r * n + c];
      y[r * n + c] = sum;
    }
  }
  free(a);
  free(b);
}

void reference_rms_norm(const float *x, const array_t *w, size_t k, double eps, double *out) {
  double sum = 0;
  for (size_t i = 0; i < k; ++i) sum += (double)x[i] * x[i];
  double inverse = 1 / sqrt(sum / (double)k + eps);
  for (size_t i = 0; i < k; ++i) out[i] = x[i] * inverse * element_load(w->host, w->element, i);
}

void reference_rotate(const double *head, size_t d, const array_t *w, double eps, const float *table, bool interleaved, double *out) {
  double normed[256], sum = 0;
  for (size_t i = 0; i < d; ++i) sum += head[i] * head[i];
  for (size_t i = 0; i < d; ++i) normed[i] = w ? head[i] / sqrt(sum / (double)d + eps) * element_load(w->host, w->element, i) : head[i];
  for (size_t i = 0; i < d / 2; ++i) {
    size_t a = interleaved ? 2 * i : i, b = interleaved ? 2 * i + 1 : i + d / 2;
    out[a] = normed[a] * table[i] - normed[b] * table[d / 2 + i];
    out[b] = normed[b] * table[i] + normed[a] * table[d / 2 + i];
  }
}

void reference_attend(const double *q, const double *pool, const int32_t *rows, size_t n, size_t d, double scale, double *out) {
  double *weights = need(malloc((n + 1) * sizeof *weights)), max = -INFINITY, sum = 0;
  for (size_t t = 0; t < n; ++t) {
    const double *k = pool + (size_t)rows[t] * 2 * d;
    double dot = 0;
    for (size_t i = 0; i < d; ++i) dot += q[i] * k[i];
    weights[t] = dot * scale;
    max = fmax(max, weights[t]);
  }
  for (size_t t = 0; t < n; ++t) {
    weights[t] = exp(weights[t] - max);
    sum += weights[t];
  }
  for (size_t i = 0; i < d; ++i) out[i] = 0;
  for (size_t t = 0; t < n; ++t) {
    const double *v = pool + (size_t)rows[t] * 2 * d + d;
    for (size_t i = 0; i < d; ++i) out[i] += weights[t] / sum * v[i];
  }
  free(weights);
}
