// Rotary positions, and what appends to the cache.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/reference.h"
#include "test/gpu/runner.h"

void case_rope_table(const kernel_t *kernel) {
  enum { rows = 6 };
  static const int32_t at[rows] = {0, 1, 31, 4095, 131071, 1000000};
  static const int halves[] = {8, 40, 64, 128};
  for (int c = 0; c < 4; ++c) {
    size_t half = (size_t)halves[c];
    array_t *pos = array_input("pos", SPC_I32, rows), *inv_freq = array_input("inv_freq", SPC_F32, half);
    array_t *out = array_output("out", SPC_F32, rows * 2 * half);
    memcpy(pos->host, at, sizeof at);
    for (size_t i = 0; i < half; ++i) array_f32(inv_freq)[i] = powf(10000.0f, -(float)i / (float)half);
    LAUNCH(kernel, 1, 1, rows, P(pos), P(inv_freq), P(out), I(half), F(1.25));
    for (size_t r = 0; r < rows; ++r) {
      for (size_t i = 0; i < half; ++i) {
        volatile float angle = (float)at[r] * array_f32(inv_freq)[i];  // rounded, as the models' graphs do
        double cosine = 1.25 * cos(angle), sine = 1.25 * sin(angle);
        const float *row = array_f32(out) + r * 2 * half;
        double error = fmax(fabs(row[i] - cosine), fabs(row[half + i] - sine));
        check_error(error);
        if (!check(error <= 3e-7, "position %d, %zu: (%.9g, %.9g), expected (%.9g, %.9g)", at[r], i, row[i], row[half + i], cosine, sine)) break;
      }
    }
    arrays_free();
  }
}

void case_rope_gather(const kernel_t *kernel) {
  enum { rows = 6, known = 50 };
  static const int halves[] = {8, 40, 64, 128};
  int element = kernel_element(kernel, "!elem", SPC_F32);
  for (int c = 0; c < 4; ++c) {
    size_t half = (size_t)halves[c];
    array_t *pos = array_input("pos", SPC_I32, rows), *out = array_output("out", SPC_F32, rows * 2 * half);
    array_t *cosines = array_input("cos", element, known * half), *sines = array_input("sin", element, known * half);
    float *expected = malloc(out->size);
    for (size_t r = 0; r < rows; ++r) {
      size_t at = r ? (size_t)random_below(known) : known - 1;
      array_i32(pos)[r] = (int32_t)at;
      for (size_t i = 0; i < half; ++i) {
        expected[r * 2 * half + i] = element_load(cosines->host, element, at * half + i);
        expected[r * 2 * half + half + i] = element_load(sines->host, element, at * half + i);
      }
    }
    LAUNCH(kernel, 1, 1, rows, P(pos), P(cosines), P(sines), P(out), I(half));
    check_same_bits(out->host, expected, out->size, "rope_gather");
    free(expected);
    arrays_free();
  }
}

typedef struct append_t {
  size_t rows, hq, hkv;
  bool has_value, interleaved, q_normed, k_normed;
  size_t pool_stride;  // rows from a row of the pool to the next
} append_t;

static void check_append(const kernel_t *kernel, append_t a) {
  enum { pool_tokens = 101, most_rows = 4 * pool_tokens };
  const size_t pool_rows = pool_tokens * a.pool_stride;
  int act = kernel_element(kernel, "!act", SPC_F32), welem = kernel_element(kernel, "!welem", SPC_F32), element = kernel_element(kernel, "!elem", SPC_F32);
  size_t d = (size_t)kernel_number(kernel, "#d", 64), heads = a.hq + a.hkv * (1 + a.has_value), width = heads * d, stride = d * (1 + a.has_value);
  array_t *qkv = array_input("qkv", act, a.rows * width), *table = array_input("table", SPC_F32, a.rows * d);
  array_t *q_norm = a.q_normed ? array_input("q_norm", welem, d) : NULL, *k_norm = a.k_normed ? array_input("k_norm", welem, d) : NULL;
  array_t *q_out = array_output("q_out", act, a.rows * a.hq * d), *pool = array_output("pool", element, pool_rows * stride);
  array_t *append_rows = array_input("append_rows", SPC_I32, a.rows * a.hkv);
  bool written[most_rows] = {false};
  for (size_t i = 0; i < a.rows * a.hkv; ++i) {
    array_i32(append_rows)[i] = (int32_t)((i * 11 + 5) % pool_tokens);
    written[(size_t)array_i32(append_rows)[i] * a.pool_stride] = true;
  }
  LAUNCH(kernel, heads, 1, a.rows, P(qkv), P(table), P(q_norm), P(k_norm), P(q_out), P(pool), P(append_rows), I(a.hq), I(a.hkv), F(1e-4), I(a.has_value),
         I(a.interleaved), I(a.pool_stride));

  double *x = reference_numbers(qkv), *q_expected = calloc(a.rows * a.hq * d, sizeof *x), *pool_expected = calloc(pool_rows * stride, sizeof *x);
  for (size_t r = 0; r < a.rows; ++r) {
    const float *row_table = array_f32(table) + r * d;
    for (size_t h = 0; h < a.hq; ++h) {
      reference_rotate(x + r * width + h * d, d, q_norm, 1e-4, row_table, a.interleaved, q_expected + (r * a.hq + h) * d);
    }
    for (size_t h = 0; h < a.hkv; ++h) {
      double *to = pool_expected + (size_t)array_i32(append_rows)[r * a.hkv + h] * a.pool_stride * stride;
      reference_rotate(x + r * width + (a.hq + h) * d, d, k_norm, 1e-4, row_table, a.interleaved, to);
      for (size_t i = 0; a.has_value && i < d; ++i) to[d + i] = x[r * width + (a.hq + a.hkv + h) * d + i];
    }
  }
  char what[96];
  snprintf(what, sizeof what, "%zu rows, %zu:%zu heads%s%s%s%s", a.rows, a.hq, a.hkv, a.has_value ? "" : ", keys only", a.interleaved ? ", interleaved" : "",
           a.q_normed ? ", q norm" : "", a.k_normed ? ", k norm" : "");
  check_near(q_out, q_expected, a.rows * a.hq * d, reference_limit(act, 1), what);
  size_t row_bytes = stride * element_size(element);
  for (size_t i = 0; i < pool_rows; ++i) {
    if (written[i]) continue;
    check_all_poison((char *)pool->host + i * row_bytes, row_bytes, "a row of the pool that nothing was appended to");
    memset((char *)pool->host + i * row_bytes, 0, row_bytes);
  }
  check_near(pool, pool_expected, pool_rows * stride, reference_limit(element, 1), what);
  free(x);
  free(q_expected);
  free(pool_expected);
  arrays_free();
}

void case_rope_append(const kernel_t *kernel) {
  check_append(kernel, (append_t){3, 4, 2, true, false, false, false, 1});
  check_append(kernel, (append_t){1, 32, 8, true, false, false, false, 1});
  check_append(kernel, (append_t){3, 3, 1, true, true, true, true, 1});
  check_append(kernel, (append_t){24, 4, 4, false, false, false, true, 1});
  check_append(kernel, (append_t){2, 2, 1, false, true, true, false, 1});
  check_append(kernel, (append_t){3, 4, 2, true, false, false, true, 4});  // to host pools whose layers' rows lie side by side
}
