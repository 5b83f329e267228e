// linear_m1 .. linear_m8: against a product in double precision, and the promise that a row's bits depend on nothing but the row.
#include "kernel_harness.h"

static const int k_rows_of[] = {1, 2, 4, 8};
static int32_t g_linear[3][4];  // [element][variant]

static int setup(void **state) {
  (void)state;
  for (int e = 0; e < 3; ++e) {
    for (int v = 0; v < 4; ++v) {
      char name[32];
      snprintf(name, sizeof name, "linear_m%d", k_rows_of[v]);
      g_linear[e][v] = kernel_request(name, 1, (spc_kernel_param_t[]){{"!elem", k_elements[e]}});
    }
  }
  kernels_compile(NULL);
  return 0;
}

static void check_shape(int element, int variant, int rows, int n, int k, bool with_bias, bool with_residual, bool in_place) {
  float *x = array_random((size_t)rows * k);
  void *w = array_random_elements(element, (size_t)n * k);
  void *bias = with_bias ? array_random_elements(element, (size_t)n) : NULL;
  float *residual = with_residual ? array_random((size_t)rows * n) : NULL;
  float *y = array_f32((size_t)rows * n), *y_kernel = y;
  double *expected = malloc(sizeof(double) * (size_t)rows * n);
  assert_non_null(expected);
  double *magnitude = malloc(sizeof(double) * (size_t)rows * n);
  assert_non_null(magnitude);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < n; ++c) {
      double sum = 0, size = 1;
      for (int i = 0; i < k; ++i) {
        double term = x[(size_t)r * k + i] * element_load(w, element, (size_t)c * k + i);
        sum += term;
        size += fabs(term);
      }
      if (bias) sum += element_load(bias, element, c);
      if (residual) sum += residual[(size_t)r * n + c];
      expected[(size_t)r * n + c] = sum;
      magnitude[(size_t)r * n + c] = size;
    }
  }
  if (in_place) y_kernel = residual;
  int groups = (n + 7) / 8;
  CALL(g_linear[element][variant], 0, groups, P(x), P(w), P(bias), P(residual), P(y_kernel), I(n), I(k), I(rows));
  for (size_t i = 0; i < (size_t)rows * n; ++i) check_near("y", i, y_kernel[i], expected[i], 3e-7 * magnitude[i]);
  free(expected);
  free(magnitude);
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_linear_matches_double(void **state) {
  (void)state;
  static const int shapes[][2] = {{8, 16}, {1, 1}, {7, 15}, {9, 17}, {40, 64}, {33, 100}, {16, 257}};
  for (int e = 0; e < 3; ++e) {
    for (int v = 0; v < 4; ++v) {
      for (size_t s = 0; s < sizeof shapes / sizeof *shapes; ++s) {
        for (int rows = 1; rows <= k_rows_of[v]; ++rows) {
          int n = shapes[s][0], k = shapes[s][1], with = rows + (int)s;
          check_shape(e, v, rows, n, k, with & 1, with & 2, (with & 6) == 6);
        }
      }
    }
  }
}

// The bits of a row are the same in every variant, batch and place, and however the items are split.
static void test_linear_row_is_independent(void **state) {
  (void)state;
  const int n = 27, k = 83, groups = 4;
  for (int e = 0; e < 3; ++e) {
    float *x = array_random(8 * (size_t)k);
    void *w = array_random_elements(e, (size_t)n * k);
    float *residual = array_random(8 * (size_t)n);
    float *reference = array_f32(8 * (size_t)n);
    for (int r = 0; r < 8; ++r) {
      CALL(g_linear[e][0], 0, groups, P(x + r * k), P(w), P(NULL), P(residual + r * n), P(reference + r * n), I(n), I(k), I(1));
    }
    for (int v = 0; v < 4; ++v) {
      for (int rows = 1; rows <= k_rows_of[v]; ++rows) {
        float *y = array_f32((size_t)rows * n);
        for (int g = groups - 1; g >= 0; --g) {
          CALL(g_linear[e][v], g, g + 1, P(x), P(w), P(NULL), P(residual), P(y), I(n), I(k), I(rows));
        }
        check_same_bits("rows alone and in a batch", reference, y, (size_t)rows * n);
      }
    }
    assert_int_equal(arrays_free(NULL), 0);
  }
}

static void test_linear_empty_range_writes_nothing(void **state) {
  (void)state;
  float *x = array_random(16), *w = array_random(16 * 8), *y = array_f32(8), *before = array_f32(8);
  CALL(g_linear[SPC_F32][0], 1, 1, P(x), P(w), P(NULL), P(NULL), P(y), I(8), I(16), I(1));
  check_same_bits("y before and after", before, y, 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_linear_matches_double, arrays_free),
      cmocka_unit_test_teardown(test_linear_row_is_independent, arrays_free),
      cmocka_unit_test_teardown(test_linear_empty_range_writes_nothing, arrays_free),
  };
  return cmocka_run_group_tests(tests, setup, kernels_teardown);
}
