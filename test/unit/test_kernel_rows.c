// The kernels that work on one row at a time: embedding, norms, rotation, activation, copies, features.
#include "kernel_harness.h"

static int32_t g_embed[3], g_norm[3], g_convert[3], g_gather[3], g_table, g_swiglu, g_add, g_copy, g_shift, g_load, g_store, g_shift_window, g_step_window;
static const int k_head_sizes[] = {16, 64, 80, 128};
static int32_t g_append[3][4];  // by element and head size; the norms are f32, or of the cache's type when that is bf16

static int setup(void **state) {
  (void)state;
  for (int e = 0; e < 3; ++e) {
    const spc_kernel_param_t element = {"!elem", k_elements[e]};
    g_embed[e] = kernel_request("embed", 1, &element);
    g_norm[e] = kernel_request("rms_norm", 1, &element);
    g_convert[e] = kernel_request("convert_rows", 1, &element);
    g_gather[e] = kernel_request("rope_gather", 1, &element);
    for (int i = 0; i < 4; ++i) {
      char d[32];
      snprintf(d, sizeof d, "%d : index", k_head_sizes[i]);
      const spc_kernel_param_t params[] = {element, {"!welem", e == SPC_BF16 ? "bf16" : "f32"}, {"#d", d}};
      g_append[e][i] = kernel_request("rope_append", 3, params);
    }
  }
  g_table = kernel_request("rope_table", 0, NULL);
  g_swiglu = kernel_request("swiglu", 0, NULL);
  g_add = kernel_request("add", 0, NULL);
  g_copy = kernel_request("copy_columns", 0, NULL);
  g_shift = kernel_request("shift_features", 0, NULL);
  g_load = kernel_request("load_features", 0, NULL);
  g_store = kernel_request("store_features", 0, NULL);
  g_shift_window = kernel_request("shift_window", 0, NULL);
  g_step_window = kernel_request("step_window", 0, NULL);
  kernels_compile(NULL);
  return 0;
}

// Calls a kernel of |rows| items in pieces, the later ones first.
#define CALL_IN_PIECES(k, rows, ...)                                           \
  do {                                                                         \
    CALL(k, (rows) / 2, (rows), __VA_ARGS__);                                  \
    CALL(k, 0, (rows) / 2, __VA_ARGS__);                                       \
  } while (0)

static const int k_widths[] = {1, 15, 16, 33, 100, 257};
enum { k_width_count = sizeof k_widths / sizeof *k_widths };

static void test_embed_and_convert(void **state) {
  (void)state;
  enum { rows = 5, vocab = 11 };
  for (int e = 0; e < 3; ++e) {
    for (int c = 0; c < k_width_count; ++c) {
      int k = k_widths[c];
      void *w = array_random_elements(e, (size_t)vocab * k);
      int32_t *ids = array_i32(rows);
      float *out = array_f32((size_t)rows * k), *converted = array_f32((size_t)vocab * k);
      for (int r = 0; r < rows; ++r) ids[r] = random_below(vocab);
      CALL_IN_PIECES(g_embed[e], rows, P(ids), P(w), P(out), I(k), F(1.5));
      CALL_IN_PIECES(g_convert[e], vocab, P(w), P(converted), I(k));
      for (int i = 0; i < vocab * k; ++i) assert_true(converted[i] == (float)element_load(w, e, i));
      for (int i = 0; i < rows * k; ++i) assert_true(out[i] == 1.5f * converted[ids[i / k] * k + i % k]);
      assert_int_equal(arrays_free(NULL), 0);
    }
  }
}

// Every 16-bit pattern that is a number converts exactly.
static void test_convert_all_values(void **state) {
  (void)state;
  for (int e = SPC_F16; e <= SPC_BF16; ++e) {
    uint16_t *all = array_new(65536 * 2);
    float *out = array_f32(65536);
    for (int i = 0; i < 65536; ++i) all[i] = (uint16_t)i;
    CALL(g_convert[e], 0, 256, P(all), P(out), I(256));
    for (int i = 0; i < 65536; ++i) {
      bool finite = e == SPC_F16 ? (i >> 10 & 31) != 31 : (i >> 7 & 255) != 255;
      if (finite) assert_true(out[i] == (float)element_load(all, e, i));
      else assert_false(isfinite(out[i]));
    }
    arrays_free(NULL);
  }
}

static void test_rms_norm(void **state) {
  (void)state;
  enum { rows = 3 };
  for (int e = 0; e < 3; ++e) {
    for (int c = 0; c < k_width_count; ++c) {
      int k = k_widths[c];
      float *x = array_random((size_t)rows * k), *out = array_f32((size_t)rows * k);
      void *w = array_random_elements(e, (size_t)k);
      CALL_IN_PIECES(g_norm[e], rows, P(x), P(w), P(out), I(k), F(1e-3));
      for (int r = 0; r < rows; ++r) {
        double sum = 0;
        for (int i = 0; i < k; ++i) sum += (double)x[r * k + i] * x[r * k + i];
        double inverse = 1 / sqrt(sum / k + 1e-3);
        for (int i = 0; i < k; ++i) {
          double expected = x[r * k + i] * inverse * element_load(w, e, i);
          check_near("out", (size_t)r * k + i, out[r * k + i], expected, 1e-6 * fabs(expected));
        }
      }
      assert_int_equal(arrays_free(NULL), 0);
    }
  }
}

static void test_rope_tables(void **state) {
  (void)state;
  enum { rows = 6, half = 40, positions_known = 50 };
  static const int32_t at[rows] = {0, 1, 31, 4095, 131071, 1000000};
  int32_t *pos = array_i32(rows), *short_pos = array_i32(rows);
  float *inv_freq = array_f32(half), *out = array_f32(rows * 2 * half);
  for (int i = 0; i < half; ++i) inv_freq[i] = powf(10000.0f, -(float)i / half);
  for (int r = 0; r < rows; ++r) pos[r] = at[r], short_pos[r] = at[r] % positions_known;
  CALL_IN_PIECES(g_table, rows, P(pos), P(inv_freq), P(out), I(half), F(1.25));
  for (int r = 0; r < rows; ++r) {
    for (int i = 0; i < half; ++i) {
      volatile float angle = (float)at[r] * inv_freq[i];
      assert_true(out[r * 2 * half + i] == cosf(angle) * 1.25f);
      assert_true(out[r * 2 * half + half + i] == sinf(angle) * 1.25f);
    }
  }
  for (int e = 0; e < 3; ++e) {
    void *cos_table = array_random_elements(e, positions_known * half), *sin_table = array_random_elements(e, positions_known * half);
    float *gathered = array_f32(rows * 2 * half);
    CALL_IN_PIECES(g_gather[e], rows, P(short_pos), P(cos_table), P(sin_table), P(gathered), I(half));
    for (int r = 0; r < rows; ++r) {
      for (int i = 0; i < half; ++i) {
        size_t from = (size_t)short_pos[r] * half + i;
        assert_true(gathered[r * 2 * half + i] == (float)element_load(cos_table, e, from));
        assert_true(gathered[r * 2 * half + half + i] == (float)element_load(sin_table, e, from));
      }
    }
  }
}

static void test_swiglu(void **state) {
  (void)state;
  enum { rows = 4 };
  static const float special[] = {0, -0.0f, 1e-30f, 80, -80, 87.5f, -87.5f, 89, -89, 200, -200, 1e30f, -1e30f};
  for (int c = 0; c < k_width_count; ++c) {
    int f = k_widths[c];
    float *gate_up = array_random((size_t)rows * 2 * f), *out = array_f32((size_t)rows * f);
    for (int i = 0; i < rows * 2 * f; ++i) gate_up[i] *= 12;
    for (int i = 0; i < f; ++i) gate_up[2 * f + i] = special[i % 13];
    CALL_IN_PIECES(g_swiglu, rows, P(gate_up), P(out), I(f));
    for (int r = 0; r < rows; ++r) {
      for (int i = 0; i < f; ++i) {
        double gate = gate_up[r * 2 * f + i], up = gate_up[r * 2 * f + f + i], expected = gate / (1 + exp(-gate)) * up;
        check_near("out", (size_t)r * f + i, out[r * f + i], expected, 5e-7 * fabs(expected) + 1e-30);
      }
    }
    assert_int_equal(arrays_free(NULL), 0);
  }
}

static void test_add_and_copy(void **state) {
  (void)state;
  enum { rows = 5, extra = 7, column = 3 };
  for (int c = 0; c < k_width_count; ++c) {
    int k = k_widths[c], stride = k + extra;
    float *a = array_random((size_t)rows * k), *b = array_random((size_t)rows * k), *sum = array_f32((size_t)rows * k);
    float *wide = array_f32((size_t)rows * stride), *before = array_f32((size_t)rows * stride);
    CALL_IN_PIECES(g_add, rows, P(a), P(b), P(sum), I(k));
    CALL_IN_PIECES(g_copy, rows, P(a), P(wide), I(k), I(stride), I(column));
    for (int i = 0; i < rows * k; ++i) assert_true(sum[i] == a[i] + b[i]);
    for (int i = 0; i < rows * stride; ++i) {
      int at = i % stride - column;
      bool inside = at >= 0 && at < k;
      assert_int_equal(float_bits(wide[i]), float_bits(inside ? a[i / stride * k + at] : before[i]));
    }
    CALL(g_add, 0, rows, P(a), P(b), P(a), I(k));  // in place
    check_same_bits("add in place", a, sum, (size_t)rows * k);
    assert_int_equal(arrays_free(NULL), 0);
  }
}

static void test_features(void **state) {
  (void)state;
  enum { rows = 4, f = 37, batch = 3 };
  int32_t *sequences = array_i32(rows);
  float *x = array_random(rows * f), *out = array_f32(rows * f), *kept = array_random(batch * f), *old = array_f32(batch * f);
  memcpy(old, kept, sizeof *old * batch * f);
  for (int r = 0; r < rows; ++r) sequences[r] = 1;
  CALL(g_shift, 0, 1, P(x), P(out), P(kept), P(sequences), I(f), I(rows));
  check_same_bits("first row and the state", out, old + f, f);
  check_same_bits("later rows", out + f, x, (rows - 1) * f);
  check_same_bits("state and last row", kept + f, x + (rows - 1) * f, f);
  check_same_bits("other sequences", kept, old, f);
  check_same_bits("other sequences", kept + 2 * f, old + 2 * f, f);

  CALL(g_shift, 0, 1, P(x), P(out), P(kept), P(sequences), I(f), I(1));  // a chunk of one row
  check_same_bits("the row and the state", out, x + (rows - 1) * f, f);
  check_same_bits("state and the row", kept + f, x, f);

  sequences[0] = 2, sequences[1] = 0;
  CALL_IN_PIECES(g_store, 2, P(x), P(kept), P(sequences), I(f));
  check_same_bits("stored", kept + 2 * f, x, f);
  check_same_bits("stored", kept, x + f, f);
  CALL_IN_PIECES(g_load, 2, P(kept), P(sequences), P(out), I(f));
  check_same_bits("loaded", out, x, 2 * f);
}

// Two sequences whose tokens come in calls of |chunks| (0: a step of both), against the rows of all tokens.
static void check_window(int width, int tokens, int n_chunks, const int *chunks) {
  enum { most = 40, batch = 3 };
  const int kept = tokens - 1, wide = width * tokens;
  float *seen[2], *state = array_f32((size_t)batch * (size_t)(kept ? kept : 1) * width), *e = array_f32((size_t)most * width), *out = array_f32((size_t)most * wide);
  int32_t *sequences = array_i32(most);
  int length[2] = {0, 0};
  for (int s = 0; s < 2; ++s) {
    seen[s] = array_random((size_t)(kept + most) * width);
    memset(seen[s], 0, sizeof(float) * (size_t)kept * width);
  }
  memset(state, 0, sizeof(float) * (size_t)batch * kept * width);
  for (int c = 0; c < n_chunks; ++c) {
    const int s = c % 2, rows = chunks[c] ? chunks[c] : 2;
    for (int r = 0; r < rows; ++r) {
      const int of = chunks[c] ? s : 1 - r;
      sequences[r] = 2 - of;  // sequence 0 in slot 2, 1 in slot 1
      memcpy(e + r * width, seen[of] + (kept + length[of] + (chunks[c] ? r : 0)) * width, sizeof(float) * (size_t)width);
    }
    if (chunks[c]) CALL(g_shift_window, 0, 1, P(e), P(out), P(state), P(sequences), I(width), I(tokens), I(rows));
    else CALL_IN_PIECES(g_step_window, rows, P(e), P(out), P(state), P(sequences), I(width), I(tokens));
    for (int r = 0; r < rows; ++r) {
      const int of = chunks[c] ? s : 1 - r;
      check_same_bits("window", out + r * wide, seen[of] + length[of] * width, (size_t)wide);
      ++length[of];
    }
    for (int of = 0; of < 2; ++of) {
      check_same_bits("kept rows", state + (2 - of) * kept * width, seen[of] + length[of] * width, (size_t)(kept * width));
    }
  }
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_window(void **state) {
  (void)state;
  for (int tokens = 1; tokens <= 12; tokens += tokens == 2 ? 10 : 1) {
    check_window(37, tokens, 8, (int[]){1, 2, 0, 3, 0, 0, 5, 14});  // less than is kept, more, single steps
    check_window(16, tokens, 3, (int[]){20, 13, 0});
    check_window(1, tokens, 5, (int[]){0, 0, 0, 0, 0});
  }
}

static void norm_and_rotate(const float *x, int d, const void *w, int w_element, const float *table, bool interleaved, double *out) {
  double head[256], sum = 0;
  for (int i = 0; i < d; ++i) sum += (double)x[i] * x[i];
  for (int i = 0; i < d; ++i) head[i] = w ? x[i] / sqrt(sum / d + 1e-4) * element_load(w, w_element, i) : x[i];
  for (int i = 0; i < d / 2; ++i) {
    int a = interleaved ? 2 * i : i, b = interleaved ? 2 * i + 1 : i + d / 2;
    out[a] = head[a] * table[i] - head[b] * table[d / 2 + i];
    out[b] = head[b] * table[i] + head[a] * table[d / 2 + i];
  }
}

static void check_append(int element, int size_index, int hq, int hkv, bool has_value, bool interleaved, bool q_normed, bool k_normed) {
  enum { rows = 3, pool_rows = 40 };
  int d = k_head_sizes[size_index], w_element = element == SPC_BF16 ? SPC_BF16 : SPC_F32;
  int width = (hq + hkv * (1 + has_value)) * d, stride = d * (1 + has_value);
  float *qkv = array_random((size_t)rows * width), *table = array_random((size_t)rows * d), *q_out = array_f32((size_t)rows * hq * d);
  void *q_norm = q_normed ? array_random_elements(w_element, d) : NULL, *k_norm = k_normed ? array_random_elements(w_element, d) : NULL;
  void *pool = array_new((size_t)pool_rows * stride * element_size(element));
  int32_t *append_rows = array_i32((size_t)rows * hkv);
  for (int i = 0; i < rows * hkv; ++i) append_rows[i] = (i * 11 + 5) % pool_rows;
  CALL_IN_PIECES(g_append[element][size_index], rows, P(qkv), P(table), P(q_norm), P(k_norm), P(q_out), P(pool), P(append_rows), I(hq), I(hkv),
                 F(1e-4), I(has_value), I(interleaved));
  double expected[256], step = element == SPC_F32 ? 1e-6 : element == SPC_F16 ? 1.0 / 1024 : 1.0 / 256;
  bool written[pool_rows] = {false};
  void *rounded = array_new(4);
  for (int r = 0; r < rows; ++r) {
    for (int h = 0; h < hq; ++h) {
      norm_and_rotate(qkv + r * width + h * d, d, q_norm, w_element, table + r * d, interleaved, expected);
      for (int i = 0; i < d; ++i) check_near("q", i, q_out[(r * hq + h) * d + i], expected[i], 2e-6);
    }
    for (int h = 0; h < hkv; ++h) {
      size_t at = (size_t)append_rows[r * hkv + h] * stride;
      written[append_rows[r * hkv + h]] = true;
      norm_and_rotate(qkv + r * width + (hq + h) * d, d, k_norm, w_element, table + r * d, interleaved, expected);
      for (int i = 0; i < d; ++i) check_near("k", i, element_load(pool, element, at + i), expected[i], 2e-6 + step * fabs(expected[i]));
      for (int i = 0; has_value && i < d; ++i) {
        float value = qkv[r * width + (hq + hkv + h) * d + i];
        element_store(rounded, element, 0, value);
        assert_memory_equal((uint8_t *)pool + (at + d + i) * element_size(element), rounded, element_size(element));
      }
    }
  }
  size_t row_bytes = stride * element_size(element);
  for (int i = 0; i < pool_rows; ++i) {
    for (size_t b = 0; !written[i] && b < row_bytes; ++b) assert_int_equal(((uint8_t *)pool)[i * row_bytes + b], 0xff);
  }
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_rope_append(void **state) {
  (void)state;
  for (int e = 0; e < 3; ++e) {
    for (int s = 0; s < 4; ++s) {
      check_append(e, s, 4, 2, true, false, false, false);
      check_append(e, s, 3, 1, true, true, true, true);
      check_append(e, s, 6, 6, false, false, false, true);
      check_append(e, s, 2, 1, false, true, true, false);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_embed_and_convert, arrays_free), cmocka_unit_test_teardown(test_convert_all_values, arrays_free),
      cmocka_unit_test_teardown(test_rms_norm, arrays_free),          cmocka_unit_test_teardown(test_rope_tables, arrays_free),
      cmocka_unit_test_teardown(test_swiglu, arrays_free),            cmocka_unit_test_teardown(test_add_and_copy, arrays_free),
      cmocka_unit_test_teardown(test_window, arrays_free),            cmocka_unit_test_teardown(test_features, arrays_free),          cmocka_unit_test_teardown(test_rope_append, arrays_free),
  };
  return cmocka_run_group_tests(tests, setup, kernels_teardown);
}
