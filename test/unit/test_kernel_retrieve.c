// The retrieval step: score, pool, select and kv_diff.
#include "kernel_harness.h"

typedef struct shape_t {
  int element, d, group, kv_heads, page;
} shape_t;
static const shape_t k_shapes[] = {{SPC_F32, 16, 1, 2, 16}, {SPC_BF16, 64, 4, 2, 64}, {SPC_F16, 80, 3, 1, 32}, {SPC_BF16, 128, 8, 1, 64}};
enum { k_shape_count = sizeof k_shapes / sizeof *k_shapes };
static int32_t g_score[k_shape_count], g_pool, g_select, g_diff;

static int setup(void **state) {
  (void)state;
  for (int i = 0; i < k_shape_count; ++i) {
    const shape_t *s = &k_shapes[i];
    char d[32], group[32], heads[32], page[32];
    snprintf(d, sizeof d, "%d : index", s->d);
    snprintf(group, sizeof group, "%d : index", s->group);
    snprintf(heads, sizeof heads, "%d : index", s->kv_heads);
    snprintf(page, sizeof page, "%d : index", s->page);
    g_score[i] = kernel_request(
        "score", 5, (spc_kernel_param_t[]){{"!elem", k_elements[s->element]}, {"#d", d}, {"#group", group}, {"#kv_heads", heads}, {"#page", page}});
  }
  g_pool = kernel_request("pool", 0, NULL);
  g_select = kernel_request("select", 0, NULL);
  g_diff = kernel_request("kv_diff", 0, NULL);
  kernels_compile(NULL);
  return 0;
}

static void test_score(void **state) {
  (void)state;
  enum { t = 2, size = 2112, k_sequences = 3 };
  static const int positions_of[][t] = {{2100, 5}, {1024, 40}, {1041, 0}};
  static const int sinks[] = {0, 4, 33}, recents[] = {1, 16, 0};
  for (int k = 0; k < k_shape_count; ++k) {
    const shape_t *s = &k_shapes[k];
    int hq = s->group * s->kv_heads, max_pages = size / s->page + 1, pages = k_sequences * max_pages;
    for (int c = 0; c < 3; ++c) {
      int32_t *table = array_i32(pages), *sequences = array_i32(t), *positions = array_i32(t);
      for (int i = 0; i < pages; ++i) table[i] = pages - 1 - i;
      void *keys = array_random_elements(s->element, (size_t)pages * s->kv_heads * s->page * s->d);
      for (int r = 0; r < t; ++r) sequences[r] = 2 - r, positions[r] = positions_of[c][r];
      float *q = array_random((size_t)t * hq * s->d), *out = array_f32((size_t)t * hq * size);
      int items = t * s->kv_heads * ((size + 1023) / 1024);
      for (int item = items - 1; item >= 0; --item) {
        CALL(g_score[k], item, item + 1, P(q), P(keys), P(table), P(sequences), P(positions), P(out), I(size), I(max_pages), I(sinks[c]),
             I(recents[c]), F(0.25));
      }
      for (int r = 0; r < t; ++r) {
        for (int h = 0; h < hq; ++h) {
          for (int token = 0; token < size; ++token) {
            size_t at = ((size_t)r * hq + h) * size + token;
            if (token < sinks[c] || token > positions[r] - recents[c]) {
              assert_int_equal(float_bits(out[at]), 0xffffffff);
              continue;
            }
            int page = table[sequences[r] * max_pages + token / s->page];
            size_t row = ((size_t)page * s->kv_heads + h / s->group) * s->page + token % s->page;
            double dot = 0;
            for (int i = 0; i < s->d; ++i) dot += q[((size_t)r * hq + h) * s->d + i] * element_load(keys, s->element, row * s->d + i);
            check_near("score", at, out[at], 0.25 * dot, 4e-6);
          }
        }
      }
      assert_int_equal(arrays_free(NULL), 0);
    }
  }
}

static void check_pool(int hq, int hr, int hkv, int size, int position, int sink, int recent) {
  const int t = 2;
  int32_t *positions = array_i32(t);
  positions[0] = position, positions[1] = position / 2;
  float *scores = array_f32((size_t)t * hq * size), *out = array_f32((size_t)t * hkv * size);
  double *expected = calloc((size_t)t * hkv * size, sizeof *expected);
  assert_non_null(expected);
  for (int r = 0; r < t; ++r) {
    int end = positions[r] - recent + 1;
    for (int h = 0; h < hq; ++h) {
      float *s = scores + ((size_t)r * hq + h) * size;
      double max = -INFINITY, sum = 0;
      for (int i = sink; i < end; ++i) s[i] = 20 * random_float(), max = fmax(max, s[i]);
      for (int i = sink; i < end; ++i) sum += exp(s[i] - max);
      for (int to = 0; to < hkv; ++to) {
        // LLM head `to` covers the retriever's groups that overlap it.
        int group = h / (hq / hr);
        bool covers = hr <= hkv ? group == to * hr / hkv : group >= to * hr / hkv && group < (to + 1) * hr / hkv;
        if (!covers) continue;
        for (int i = sink; i < end; ++i) {
          double *e = &expected[((size_t)r * hkv + to) * size + i];
          *e = fmax(*e, exp(s[i] - max) / sum);
        }
      }
    }
  }
  for (int item = 0; item < t * hkv; ++item) {
    CALL(g_pool, item, item + 1, P(scores), P(out), P(positions), I(size), I(sink), I(recent), I(hq), I(hr), I(hkv));
  }
  for (int r = 0; r < t; ++r) {
    for (int h = 0; h < hkv; ++h) {
      for (int i = 0; i < size; ++i) {
        size_t at = ((size_t)r * hkv + h) * size + i;
        if (i < sink || i > positions[r] - recent) {
          assert_int_equal(float_bits(out[at]), 0xffffffff);
        } else {
          check_near("probability", at, out[at], expected[at], 4e-6 * expected[at] + 1e-37);
        }
      }
    }
  }
  free(expected);
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_pool(void **state) {
  (void)state;
  check_pool(8, 2, 2, 300, 299, 4, 16);   // as many retriever heads as the LLM's
  check_pool(4, 2, 8, 300, 250, 0, 1);    // each serves several
  check_pool(12, 6, 2, 100, 77, 3, 5);    // the maximum over several
  check_pool(1, 1, 1, 40, 33, 16, 0);
  check_pool(8, 2, 1, 300, 299, 4, 16);   // one set for all
  check_pool(4, 1, 1, 300, 222, 4, 16);
}

static int compare_candidates(const void *a, const void *b) {
  const float *x = *(const float *const *)a, *y = *(const float *const *)b;
  if (*x != *y) return *x > *y ? -1 : 1;
  return x < y ? -1 : 1;
}

// |levels| different probabilities, so that ties are common when it is small.
static void check_select(int size, int position, int budget, int sink, int recent, int levels) {
  const int t = 2, heads = 3;
  int n = (budget + sink + recent + 15) / 16 * 16;
  int32_t *positions = array_i32(t), *selected = array_i32((size_t)t * heads * n), *count = array_i32(t);
  positions[0] = position, positions[1] = position / 3;
  float *probs = array_f32((size_t)t * heads * size);
  for (int r = 0; r < t; ++r) {
    for (int h = 0; h < heads; ++h) {
      for (int i = sink; i <= positions[r] - recent; ++i) {
        probs[((size_t)r * heads + h) * size + i] = (float)random_below(levels) / (float)levels;
      }
    }
  }
  for (int item = t * heads - 1; item >= 0; --item) {
    CALL(g_select, item, item + 1, P(probs), P(positions), P(selected), P(count), I(size), I(budget), I(sink), I(recent), I(n), I(heads));
  }
  bool *chosen = malloc((size_t)size);
  const float **order = malloc(sizeof *order * (size_t)size);
  assert_non_null(chosen);
  assert_non_null(order);
  for (int r = 0; r < t; ++r) {
    int tokens = positions[r] + 1, expected = tokens < sink + budget + recent ? tokens : sink + budget + recent;
    assert_int_equal(count[r], expected);
    for (int h = 0; h < heads; ++h) {
      const float *p = probs + ((size_t)r * heads + h) * size;
      const int32_t *got = selected + ((size_t)r * heads + h) * n;
      bool all = tokens <= sink + budget + recent;
      for (int i = 0; i < tokens; ++i) chosen[i] = all || i < sink || i >= tokens - recent;
      if (!all) {
        int candidates = tokens - recent - sink;
        for (int i = 0; i < candidates; ++i) order[i] = &p[sink + i];
        qsort(order, (size_t)candidates, sizeof *order, compare_candidates);
        for (int i = 0; i < budget; ++i) chosen[order[i] - p] = true;
      }
      int k = 0;
      for (int i = 0; i < tokens; ++i) {
        if (!chosen[i]) continue;
        if (got[k] != i) fail_msg("row %d head %d: entry %d is %d, not %d", r, h, k, got[k], i);
        ++k;
      }
      assert_int_equal(k, expected);
      for (; k < n; ++k) assert_int_equal(got[k], -1);
    }
  }
  free(chosen);
  free(order);
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_select(void **state) {
  (void)state;
  check_select(1000, 990, 64, 4, 16, 1 << 24);
  check_select(1000, 999, 64, 4, 16, 7);    // many ties
  check_select(500, 499, 100, 0, 1, 1);     // nothing but ties
  check_select(500, 90, 64, 4, 16, 100);    // a little more than is kept
  check_select(500, 83, 64, 4, 16, 100);    // exactly as much
  check_select(333, 300, 1, 7, 9, 1000);
  check_select(333, 332, 0, 4, 8, 1000);    // no budget: sink and recent alone
}

// A probability that is NaN, negative or infinite still gives exactly the budget, in order.
static void test_select_of_strange_numbers(void **state) {
  (void)state;
  enum { size = 200, budget = 50, n = 64 };
  int32_t *positions = array_i32(1), *selected = array_i32(n), *count = array_i32(1);
  *positions = size - 1;
  float *probs = array_f32(size);
  for (int i = 0; i < size; ++i) probs[i] = bits_float(random_u32() | (i % 3 ? 0 : 0x7f800000));
  CALL(g_select, 0, 1, P(probs), P(positions), P(selected), P(count), I(size), I(budget), I(4), I(8), I(n), I(1));
  assert_int_equal(*count, 62);
  for (int i = 0; i < 62; ++i) assert_true(selected[i] >= (i ? selected[i - 1] + 1 : 0) && selected[i] < size);
}

// Runs steps of growing sequences and checks that slots hold what the loads put there. |lists| of a row: one for each head, or one for all.
static void check_kv_diff(int lists) {
  enum { heads = 2, n = 32, page = 16, max_pages = 16, batch = 3, steps = 120, t = 2, kept = 24 };
  int32_t *selected = array_i32((size_t)(t * lists * n)), *count = array_i32(t), *positions = array_i32(t), *sequences = array_i32(t);
  int32_t *table = array_i32(batch * max_pages), *selected_rows = array_i32(t * heads * n), *slot_rows = array_i32(t * heads * n);
  int32_t *resident_tokens = array_i32(batch * heads * n), *resident_slots = array_i32(batch * heads * n), *resident_count = array_i32(batch);
  int32_t *load_tokens = array_i32(t * heads * n), *load_slots = array_i32(t * heads * n), *load_count = array_i32(t * heads);
  int32_t *append = array_i32(t * heads);
  int32_t *slots = array_i32(batch * heads * n);  // what each slot holds
  for (int i = 0; i < batch * max_pages; ++i) table[i] = (i * 7) % (batch * max_pages);
  for (int i = 0; i < batch; ++i) resident_count[i] = 0;
  int loads = 0;
  for (int step = 0; step < steps; ++step) {
    for (int r = 0; r < t; ++r) {
      sequences[r] = r == 0 ? 2 : 0;
      positions[r] = step + 40 * r;
      int tokens = positions[r] + 1;
      count[r] = tokens < kept ? tokens : kept;
      if (step == 77 && r == 0) count[r] = 9;  // fewer than are resident
      for (int h = 0; h < lists; ++h) {
        int32_t *list = selected + (r * lists + h) * n;
        for (int i = 0, token = 0; i < count[r]; ++i) {
          int room = (tokens - 1 - token) - (count[r] - 1 - i);
          token += i + 1 == count[r] ? room : random_below(4) == 0 ? random_below(room + 1) : 0;
          list[i] = token++;
        }
        assert_int_equal(list[count[r] - 1], positions[r]);
      }
    }
    memset(append, 0xff, sizeof *append * t * heads);
    CALL(g_diff, 0, t, P(selected), P(count), P(positions), P(sequences), P(table), P(selected_rows), P(slot_rows), P(resident_tokens),
         P(resident_slots), P(resident_count), P(load_tokens), P(load_slots), P(load_count), P(append), I(n), I(max_pages), I(page), I(heads), I(lists));
    for (int r = 0; r < t; ++r) {
      assert_int_equal(resident_count[sequences[r]], count[r]);
      for (int h = 0; h < heads; ++h) {
        int list = (r * heads + h) * n, chosen = (r * lists + (lists == heads ? h : 0)) * n, base = (sequences[r] * heads + h) * n;
        assert_in_range(load_count[r * heads + h], 0, count[r]);
        for (int i = 0; i < load_count[r * heads + h]; ++i) {
          assert_in_range(load_slots[list + i], 0, n - 1);
          assert_int_not_equal(load_tokens[list + i], positions[r]);
          if (i) assert_true(load_tokens[list + i] > load_tokens[list + i - 1]);
          slots[base + load_slots[list + i]] = load_tokens[list + i];
          ++loads;
        }
        assert_in_range(append[r * heads + h], base, base + n - 1);
        slots[append[r * heads + h]] = positions[r];
        bool used[n] = {false};
        for (int i = 0; i < count[r]; ++i) {
          int token = selected[chosen + i];
          assert_int_equal(slots[slot_rows[list + i]], token);
          assert_int_equal(resident_tokens[base + i], token);
          assert_int_equal(resident_slots[base + i] + base, slot_rows[list + i]);
          assert_false(used[resident_slots[base + i]]);
          used[resident_slots[base + i]] = true;
          int pool_page = table[sequences[r] * max_pages + token / page];
          assert_int_equal(selected_rows[list + i], (pool_page * heads + h) * page + token % page);
        }
      }
    }
  }
  // Tokens that stay are not loaded again.
  assert_true(loads < steps * t * heads * kept / 2);
  assert_int_equal(arrays_free(NULL), 0);
}

static void test_kv_diff(void **state) {
  (void)state;
  check_kv_diff(2);
  check_kv_diff(1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_score, arrays_free),
      cmocka_unit_test_teardown(test_pool, arrays_free),
      cmocka_unit_test_teardown(test_select, arrays_free),
      cmocka_unit_test_teardown(test_select_of_strange_numbers, arrays_free),
      cmocka_unit_test_teardown(test_kv_diff, arrays_free),
  };
  return cmocka_run_group_tests(tests, setup, kernels_teardown);
}
