// The skinny linear kernels: all of their types, odd shapes, and the same bits in any batch and on any grid.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/reference.h"
#include "test/gpu/runner.h"

typedef struct types_t {
  int w, x, y;
} types_t;

static types_t types_of(const kernel_t *kernel) {
  int w = kernel_element(kernel, "!elem", SPC_F32);
  return (types_t){w, kernel_element(kernel, "!x", SPC_F32), kernel_element(kernel, "!y", SPC_F32)};
}

// The last three arguments where there are no prefetches beside.
#define NOTHING_COPIES P(NULL_ARRAY), I(0), I(0)

// As the runtime chooses it: one block a multiprocessor, of at least 16 columns.
static unsigned usual_grid(size_t n) {
  unsigned most = (unsigned)(n + 15) / 16;
  return most < (unsigned)cu.multiprocessors ? most : (unsigned)cu.multiprocessors;
}

// An f32 x of 16-bit weights is rounded to their type or, where y is f32, multiplied in two parts: what the second leaves is the square of what one leaves.
static double limit_of(types_t t) {
  double unit = t.x == SPC_F32 && t.w != SPC_F32 ? element_unit(t.w) : 0;
  return t.y == SPC_F32 ? 1e-5 + unit * unit : 1e-5 + unit + element_unit(t.y);
}

static void check_shape(const kernel_t *kernel, size_t rows, size_t n, size_t k, bool has_bias, bool has_residual) {
  types_t t = types_of(kernel);
  array_t *x = array_input("x", t.x, rows * k), *w = array_input("W", t.w, n * k), *y = array_output("y", t.y, rows * n);
  array_t *bias = has_bias ? array_input("bias", t.w, n) : NULL, *residual = has_residual ? array_input("residual", SPC_F32, rows * n) : NULL;
  char what[96];
  snprintf(what, sizeof what, "%zu rows, N = %zu, K = %zu%s%s", rows, n, k, bias ? ", bias" : "", residual ? ", residual" : "");
  double *expected = calloc(rows * n, sizeof *expected);
  reference_linear(x, w, bias, residual, rows, n, k, expected);
  LAUNCH(kernel, usual_grid(n), 1, 1, P(x), P(w), P(bias), P(residual), P(y), I(n), I(k), I(rows), NOTHING_COPIES);
  check_near(y, expected, rows * n, limit_of(t), what);
  free(expected);
  arrays_free();
}

// One row of each batch against the same row in the others, with every variant of the same types, and on other grids.
static void check_bits(const kernel_t *kernel, size_t most, size_t n, size_t k) {
  types_t t = types_of(kernel);
  const kernel_t *least = image_need("linear_m8", "!elem=%s !x=%s !y=%s", element_name(t.w), element_name(t.x), element_name(t.y));
  if (!least) return;
  size_t row_bytes = n * element_size(t.y);
  array_t *x = array_input("x", t.x, most * k), *w = array_input("W", t.w, n * k), *y = array_output("y", t.y, most * n);
  array_t *residual = array_input("residual", SPC_F32, most * n);
  LAUNCH(kernel, usual_grid(n), 1, 1, P(x), P(w), P(NULL_ARRAY), P(residual), P(y), I(n), I(k), I(most), NOTHING_COPIES);
  array_t *other = array_output("y of another grid", t.y, most * n);
  static const unsigned grids[] = {1, 5, 264};
  for (int g = 0; g < 3; ++g) {
    array_poison(other);
    LAUNCH(kernel, grids[g], 1, 1, P(x), P(w), P(NULL_ARRAY), P(residual), P(other), I(n), I(k), I(most), NOTHING_COPIES);
    check_same_bits(other->host, y->host, y->size, "two grids");
  }
  for (size_t r = 0; r < most; r += most > 8 ? 5 : 3) {
    array_t *one = array_input("row", t.x, k), *its_residual = array_input("its residual", SPC_F32, n), *alone = array_output("y of one row", t.y, n);
    memcpy(one->host, (char *)x->host + r * one->size, one->size);
    memcpy(its_residual->host, array_f32(residual) + r * n, n * 4);
    LAUNCH(least, usual_grid(n), 1, 1, P(one), P(w), P(NULL_ARRAY), P(its_residual), P(alone), I(n), I(k), I(1), NOTHING_COPIES);
    check_same_bits(alone->host, (char *)y->host + r * row_bytes, row_bytes, "a row alone and in a batch");
  }
  arrays_free();
}

// A chain of layers, each of which starts reading its weights before the one in front of it has ended, against one launch at a time.
static void check_chain(const kernel_t *kernel, size_t rows) {
  enum { layers = 6, n = 1024 };
  types_t t = types_of(kernel);
  if (t.x != t.y) return;
  size_t row_bytes = n * element_size(t.x);
  array_t *w = array_input("W", t.w, layers * n * n), *y = array_output("y", t.y, (layers + 1) * rows * n);
  array_t *apart = array_output("y, apart", t.y, (layers + 1) * rows * n);
  for (size_t i = 0; i < layers * n * n; ++i) element_store(w->host, t.w, i, element_load(w->host, t.w, i) / 16);
  for (size_t i = 0; i < rows * n; ++i) element_store(apart->host, t.y, i, random_float());
  for (size_t i = 0; i < layers; ++i) {
    arrays_to_device();
    QUEUE(kernel, usual_grid(n), 1, 1, AT(apart, i * rows * row_bytes), AT(w, i * n * n * element_size(t.w)), P(NULL_ARRAY), P(NULL_ARRAY),
          AT(apart, (i + 1) * rows * row_bytes), I(n), I(n), I(rows), NOTHING_COPIES);
    arrays_to_host(kernel->entry);
  }
  for (int repeat = 0; repeat < 4; ++repeat) {
    array_poison(y);
    memcpy(y->host, apart->host, rows * row_bytes);
    arrays_to_device();
    for (size_t i = 0; i < layers; ++i) {
      QUEUE(kernel, usual_grid(n), 1, 1, AT(y, i * rows * row_bytes), AT(w, i * n * n * element_size(t.w)), P(NULL_ARRAY), P(NULL_ARRAY),
            AT(y, (i + 1) * rows * row_bytes), I(n), I(n), I(rows), NOTHING_COPIES);
    }
    arrays_to_host(kernel->entry);
    check_same_bits(y->host, apart->host, y->size, "a chain of layers, overlapped and apart");
  }
  arrays_free();
}

// Beside prefetches, which some multiprocessors hold: columns are shared out in another way, and every launch leaves the count of its turn as it found it.
static void check_crowded(const kernel_t *kernel, size_t most, unsigned grid, size_t n, size_t crowded) {
  enum { k = 512, launches = 3 };
  types_t t = types_of(kernel);
  array_t *x = array_input("x", t.x, most * k), *w = array_input("W", t.w, n * k), *y = array_output("y", t.y, most * n), *other = array_output("y beside prefetches", t.y, most * n);
  array_t *copying = array_input("copying", SPC_I32, SPC_COPYING_COUNTS);
  for (int i = 0; i < SPC_COPYING_MULTIPROCESSORS; ++i) array_i32(copying)[i] = random_below(3) ? 0 : 1 + (int32_t)random_below(2);
  int32_t *before = malloc(copying->size);
  memcpy(before, copying->host, copying->size);
  LAUNCH(kernel, usual_grid(n), 1, 1, P(x), P(w), P(NULL_ARRAY), P(NULL_ARRAY), P(y), I(n), I(k), I(most), NOTHING_COPIES);
  for (size_t turn = SPC_COPYING_TURNS - launches; turn < SPC_COPYING_TURNS; ++turn) {
    array_poison(other);
    LAUNCH(kernel, grid, 1, 1, P(x), P(w), P(NULL_ARRAY), P(NULL_ARRAY), P(other), I(n), I(k), I(most), P(copying), I(turn), I(crowded));
    check_same_bits(other->host, y->host, y->size, "beside prefetches and without");
    check_same_bits(copying->host, before, copying->size, "counts of blocks");
  }
  free(before);
  arrays_free();
}

static void check_variant(const kernel_t *kernel, size_t most) {
  check_shape(kernel, 1, 16, 512, false, false);
  check_shape(kernel, most, 16, 512, true, true);
  check_shape(kernel, most - 1, 33, 4096, false, true);
  check_shape(kernel, most > 8 ? most - 7 : 3, 100, 1000, true, false);
  check_shape(kernel, 2, 48, 14336, false, false);
  check_shape(kernel, most, 40, 100, false, true);   // rows of 16-bit weights that are aligned to 8 bytes
  check_shape(kernel, most, 17, 257, true, true);    // and to 2
  check_shape(kernel, most, 7, 64, false, false);
  check_shape(kernel, most, 4096, 256, false, true);  // more tiles than blocks
  check_bits(kernel, most, 2128, 1152);
  check_chain(kernel, most);
  check_crowded(kernel, most, usual_grid(4096), 4096, 8);
  check_crowded(kernel, 3, 7, 800, 3);
  check_crowded(kernel, 1, 5, 33, 8);  // more than blocks, which are more than tiles
  check_crowded(kernel, 2, 132, 4112, 16);
}

void case_linear_m8(const kernel_t *kernel) { check_variant(kernel, 8); }
void case_linear_m16(const kernel_t *kernel) { check_variant(kernel, 16); }
void case_linear_m24(const kernel_t *kernel) { check_variant(kernel, 24); }
void case_linear_m32(const kernel_t *kernel) { check_variant(kernel, 32); }
