// Kernels that work on one row at a time: embedding, norm, conversions, sums.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/reference.h"
#include "test/gpu/runner.h"

// Odd ones, one number more and less than vectors and blocks take, and Llama-3.1-8B's.
static const int k_widths[] = {1, 15, 16, 33, 100, 257, 1023, 1024, 1025, 2048, 4096, 14336};
enum { k_width_count = sizeof k_widths / sizeof *k_widths };

// What float |x| is as |element|, compared with the stored number.
static void check_exact(const array_t *out, const float *expected, size_t n, const char *what) {
  for (size_t i = 0; i < n; ++i) {
    float got = element_load(out->host, out->element, i), rounded = element_round(out->element, expected[i]);
    if (!check(got == rounded, "%s: %s[%zu] is %.9g, expected %.9g", what, out->name, i, got, rounded)) return;
  }
}

void case_embed(const kernel_t *kernel) {
  enum { rows = 5, vocab = 37 };
  int element = kernel_element(kernel, "!elem", SPC_F32);
  for (int c = 0; c < k_width_count; ++c) {
    size_t k = (size_t)k_widths[c];
    array_t *w = array_input("W", element, vocab * k), *ids = array_input("ids", SPC_I32, rows), *out = array_output("out", SPC_F32, rows * k);
    for (int r = 0; r < rows; ++r) array_i32(ids)[r] = r ? random_below(vocab) : vocab - 1;
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(ids), P(w), P(out), I(k), F(1.5));
    float *expected = calloc(rows * k, sizeof *expected);
    for (size_t i = 0; i < rows * k; ++i) expected[i] = 1.5f * element_load(w->host, element, (size_t)array_i32(ids)[i / k] * k + i % k);
    check_exact(out, expected, rows * k, "embed");
    free(expected);
    arrays_free();
  }
}

void case_rms_norm(const kernel_t *kernel) {
  enum { rows = 24 };
  int element = kernel_element(kernel, "!elem", SPC_F32), act = kernel_element(kernel, "!act", SPC_F32);
  for (int c = 0; c < k_width_count; ++c) {
    size_t k = (size_t)k_widths[c];
    char what[64];
    snprintf(what, sizeof what, "K = %zu", k);
    array_t *x = array_input("x", SPC_F32, rows * k), *w = array_input("w", element, k), *out = array_output("out", act, rows * k);
    LAUNCH(kernel, 1, 1, rows, P(x), P(w), P(out), I(k), F(1e-5));
    double *expected = calloc(rows * k, sizeof *expected);
    for (size_t r = 0; r < rows; ++r) reference_rms_norm(array_f32(x) + r * k, w, k, 1e-5, expected + r * k);
    check_near(out, expected, rows * k, reference_limit(act, 1), what);
    free(expected);

    size_t row_bytes = k * element_size(act), last = rows - 1;
    array_t *one = array_input("row", SPC_F32, k), *alone = array_output("out of one row", act, k);
    memcpy(one->host, array_f32(x) + last * k, k * 4);
    LAUNCH(kernel, 1, 1, 1, P(one), P(w), P(alone), I(k), F(1e-5));
    check_same_bits(alone->host, (char *)out->host + last * row_bytes, row_bytes, "a row alone and in a batch");
    arrays_free();
  }
}

void case_narrow_rows(const kernel_t *kernel) {
  enum { rows = 5 };
  int act = kernel_element(kernel, "!act", SPC_F32);
  for (int c = 0; c < k_width_count; ++c) {
    size_t k = (size_t)k_widths[c];
    array_t *x = array_input("x", SPC_F32, rows * k), *out = array_output("out", act, rows * k);
    if (k > 2) array_f32(x)[1] = 1 + 0x1p-9f, array_f32(x)[2] = 1 + 0x1.8p-7f;  // halfway, for bf16: to even
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(x), P(out), I(k), I(0));
    check_exact(out, array_f32(x), rows * k, "narrow_rows");
    float *left = calloc(rows * k, sizeof *left);
    for (size_t i = 0; i < rows * k; ++i) left[i] = array_f32(x)[i] - element_load(out->host, act, i);
    array_t *rest = array_output("rest", act, rows * k);
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(x), P(rest), I(k), I(1));
    check_exact(rest, left, rows * k, "narrow_rows, the rest");
    free(left);
    arrays_free();
  }
}

void case_add_bias(const kernel_t *kernel) {
  enum { rows = 5 };
  int element = kernel_element(kernel, "!elem", SPC_F32), type = kernel_element(kernel, "!y", SPC_F32);
  for (int c = 0; c < k_width_count; ++c) {
    size_t n = (size_t)k_widths[c];
    array_t *y = array_output("y", type, rows * n), *bias = array_input("bias", element, n);
    float *expected = calloc(rows * n, sizeof *expected);
    for (size_t i = 0; i < rows * n; ++i) {
      element_store(y->host, type, i, random_float());
      expected[i] = element_load(y->host, type, i) + element_load(bias->host, element, i % n);
    }
    LAUNCH(kernel, blocks_of(n, 1024), 1, rows, P(y), P(bias), I(n));
    check_exact(y, expected, rows * n, "add_bias");
    free(expected);
    arrays_free();
  }
}

void case_swiglu(const kernel_t *kernel) {
  enum { rows = 4 };
  static const float special[] = {0, -0.0f, 1e-6f, 40, -40, 87.5f, -87.5f, 89, -89, 200, -200};
  int act = kernel_element(kernel, "!act", SPC_F32);
  for (int c = 0; c < k_width_count; ++c) {
    size_t f = (size_t)k_widths[c];
    char what[64];
    snprintf(what, sizeof what, "F = %zu", f);
    array_t *gate_up = array_input("gate_up", act, rows * 2 * f), *out = array_output("out", act, rows * f);
    for (size_t i = 0; i < rows * 2 * f; ++i) element_store(gate_up->host, act, i, 6 * random_float());
    for (size_t i = 0; i < f; ++i) element_store(gate_up->host, act, 2 * f + i, special[i % 11]);
    LAUNCH(kernel, blocks_of(f, 1024), 1, rows, P(gate_up), P(out), I(f));
    double *expected = calloc(rows * f, sizeof *expected);
    for (size_t i = 0; i < rows * f; ++i) {
      size_t at = i / f * 2 * f + i % f;
      double gate = element_load(gate_up->host, act, at), up = element_load(gate_up->host, act, at + f);
      expected[i] = gate / (1 + exp(-gate)) * up;
    }
    check_near(out, expected, rows * f, reference_limit(act, 1), what);
    free(expected);
    arrays_free();
  }
}

void case_add(const kernel_t *kernel) {
  enum { rows = 5 };
  for (int c = 0; c < k_width_count; ++c) {
    size_t k = (size_t)k_widths[c], bytes = rows * k * 4;
    array_t *a = array_output("a", SPC_F32, rows * k), *b = array_input("b", SPC_F32, rows * k), *out = array_output("out", SPC_F32, rows * k);
    float *expected = calloc(rows * k, sizeof *expected);
    for (size_t i = 0; i < rows * k; ++i) {
      array_f32(a)[i] = random_float();
      expected[i] = array_f32(a)[i] + array_f32(b)[i];
    }
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(a), P(b), P(out), I(k));
    check_same_bits(out->host, expected, bytes, "add");
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(a), P(b), P(a), I(k));
    check_same_bits(a->host, expected, bytes, "add in place");
    free(expected);
    arrays_free();
  }
}

void case_copy_columns(const kernel_t *kernel) {
  enum { rows = 5, extra = 7, column = 3 };
  for (int c = 0; c < k_width_count; ++c) {
    size_t k = (size_t)k_widths[c], stride = k + extra;
    array_t *src = array_input("src", SPC_F32, rows * k), *dst = array_output("dst", SPC_F32, rows * stride);
    float *expected = malloc(rows * stride * 4);
    memset(expected, 0xff, rows * stride * 4);
    for (size_t i = 0; i < rows * k; ++i) expected[i / k * stride + column + i % k] = array_f32(src)[i];
    LAUNCH(kernel, blocks_of(k, 1024), 1, rows, P(src), P(dst), I(k), I(stride), I(column));
    check_same_bits(dst->host, expected, rows * stride * 4, "copy_columns");
    free(expected);
    arrays_free();
  }
}
