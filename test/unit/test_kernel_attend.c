// attend_prefill, attend_pages and attend_rows: against attention in double precision, and the promises about bits (README of the kernels).
#include "kernel_harness.h"

typedef struct shape_t {
  int element, d, group, kv_heads, page;
} shape_t;
static const shape_t k_shapes[] = {
    {SPC_F32, 16, 1, 2, 16},  {SPC_F32, 64, 4, 2, 64},  {SPC_BF16, 128, 4, 2, 64}, {SPC_F16, 32, 8, 1, 32},
    {SPC_BF16, 80, 2, 3, 16}, {SPC_F32, 96, 5, 1, 48},  {SPC_F16, 64, 3, 2, 128},  {SPC_F32, 128, 7, 1, 64},
    {SPC_BF16, 32, 6, 2, 64},
};
enum { k_shape_count = sizeof k_shapes / sizeof *k_shapes };
static struct {
  int32_t prefill, pages, rows;
} g_attend[k_shape_count];

static int setup(void **state) {
  (void)state;
  for (int i = 0; i < k_shape_count; ++i) {
    const shape_t *s = &k_shapes[i];
    char d[32], group[32], heads[32], page[32];
    snprintf(d, sizeof d, "%d : index", s->d);
    snprintf(group, sizeof group, "%d : index", s->group);
    snprintf(heads, sizeof heads, "%d : index", s->kv_heads);
    snprintf(page, sizeof page, "%d : index", s->page);
    const spc_kernel_param_t params[] = {{"!elem", k_elements[s->element]}, {"#d", d}, {"#group", group}, {"#kv_heads", heads}, {"#page", page}};
    g_attend[i].prefill = kernel_request("attend_prefill", 5, params);
    g_attend[i].pages = kernel_request("attend_pages", 5, params);
    g_attend[i].rows = kernel_request("attend_rows", 5, params);
  }
  kernels_compile(NULL);
  return 0;
}

// A cache of some sequences whose pages lie anywhere in the pool; rows past a sequence's end are NaN.
typedef struct cache_t {
  const shape_t *shape;
  int sequences, max_pages;
  void *pool;
  int32_t *page_table;  // [sequences, max_pages]
} cache_t;

static size_t pool_row(const cache_t *cache, int sequence, int head, int token) {
  const shape_t *s = cache->shape;
  int page = cache->page_table[sequence * cache->max_pages + token / s->page];
  return ((size_t)page * s->kv_heads + head) * s->page + token % s->page;
}

static void cache_make(cache_t *cache, const shape_t *shape, int sequences, const int *lengths, int max_pages) {
  int pages = sequences * max_pages, used = 0;
  *cache = (cache_t){shape, sequences, max_pages, NULL, array_i32((size_t)pages)};
  size_t row = 2 * (size_t)shape->d;
  cache->pool = array_new((size_t)pages * shape->kv_heads * shape->page * row * element_size(shape->element));
  int *order = malloc(sizeof *order * (size_t)pages);
  assert_non_null(order);
  for (int i = 0; i < pages; ++i) order[i] = i;
  for (int i = pages - 1; i > 0; --i) {
    int j = random_below(i + 1), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  for (int q = 0; q < sequences; ++q) {
    for (int p = 0; p * shape->page < lengths[q]; ++p) cache->page_table[q * max_pages + p] = order[used++];
    for (int head = 0; head < shape->kv_heads; ++head) {
      for (int t = 0; t < lengths[q]; ++t) {
        size_t base = pool_row(cache, q, head, t) * row;
        for (size_t i = 0; i < row; ++i) element_store(cache->pool, shape->element, base + i, random_float());
      }
    }
  }
  free(order);
}

// out [Hq of one KV head's group, d] for one row over listed tokens.
static void reference(const cache_t *cache, const float *q, int sequence, int head, const int32_t *tokens, int n, double scale, double *out) {
  const shape_t *s = cache->shape;
  double *weights = malloc(sizeof *weights * (size_t)n);
  assert_non_null(weights);
  for (int g = 0; g < s->group; ++g) {
    double max = -INFINITY, sum = 0;
    for (int j = 0; j < n; ++j) {
      size_t base = pool_row(cache, sequence, head, tokens[j]) * 2 * s->d;
      double dot = 0;
      for (int i = 0; i < s->d; ++i) dot += q[(head * s->group + g) * s->d + i] * element_load(cache->pool, s->element, base + i);
      weights[j] = dot * scale;
      max = fmax(max, weights[j]);
    }
    for (int j = 0; j < n; ++j) sum += weights[j] = exp(weights[j] - max);
    for (int i = 0; i < s->d; ++i) {
      double value = 0;
      for (int j = 0; j < n; ++j) {
        size_t base = pool_row(cache, sequence, head, tokens[j]) * 2 * s->d;
        value += weights[j] * element_load(cache->pool, s->element, base + s->d + i);
      }
      out[g * s->d + i] = value / sum;
    }
  }
  free(weights);
}

// Checks rows [T, Hq, d] of full attention; row r is at positions[r] of sequences[r].
static void check_full(const cache_t *cache, const float *q, const int32_t *sequences, const int32_t *positions, int t, double scale,
                       const float *out) {
  const shape_t *s = cache->shape;
  int width = s->kv_heads * s->group * s->d;
  double expected[2048];
  int32_t tokens[512];
  for (int i = 0; i < 512; ++i) tokens[i] = i;
  for (int r = 0; r < t; ++r) {
    for (int head = 0; head < s->kv_heads; ++head) {
      reference(cache, q + (size_t)r * width, sequences[r], head, tokens, positions[r] + 1, scale, expected);
      for (int i = 0; i < s->group * s->d; ++i) {
        size_t at = (size_t)r * width + (size_t)head * s->group * s->d + i;
        check_near("out", at, out[at], expected[i], 2e-6);
      }
    }
  }
}

static void test_prefill_matches_double(void **state) {
  (void)state;
  static const int cases[][2] = {{1, 0}, {20, 0}, {17, 50}, {16, 240}, {37, 91}, {4, 127}};  // rows, tokens before them
  for (int k = 0; k < k_shape_count; ++k) {
    const shape_t *s = &k_shapes[k];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; ++c) {
      int t = cases[c][0], before = cases[c][1], length = t + before, hq = s->kv_heads * s->group, pages = (length + s->page - 1) / s->page;
      cache_t cache;
      cache_make(&cache, s, 1, &length, pages);
      float *q = array_random((size_t)t * hq * s->d), *out = array_f32((size_t)t * hq * s->d), *running = array_f32((size_t)t * hq * 2);
      int32_t *positions = array_i32(t), *sequences = array_i32(t);
      for (int r = 0; r < t; ++r) positions[r] = before + r, sequences[r] = 0;
      double scale = 3 / sqrt(s->d);
      int items = s->kv_heads * ((t + 15) / 16);
      CALL(g_attend[k].prefill, 0, items, P(q), P(cache.pool), P(cache.page_table), P(positions), P(running), P(out), I(t), I(0), I(pages), I(3),
           F(scale));
      check_full(&cache, q, sequences, positions, t, scale, out);

      // Over page ranges, item by item, as when pages are streamed: the same bits.
      float *split = array_f32((size_t)t * hq * s->d);
      for (int first = 0, step = 1; first < pages; first += step, ++step) {
        int end = first + step < pages ? first + step : pages;
        for (int item = items - 1; item >= 0; --item) {
          CALL(g_attend[k].prefill, item, item + 1, P(q), P(cache.pool), P(cache.page_table + first), P(positions), P(running), P(split), I(t),
               I(first), I(end), I((first == 0) | (end == pages) << 1), F(scale));
        }
      }
      check_same_bits("one call and page ranges", out, split, (size_t)t * hq * s->d);

      // The last row alone: the same bits as among the others.
      float *alone = array_f32((size_t)hq * s->d);
      CALL(g_attend[k].prefill, 0, s->kv_heads, P(q + (size_t)(t - 1) * hq * s->d), P(cache.pool), P(cache.page_table), P(positions + t - 1),
           P(running), P(alone), I(1), I(0), I(pages), I(3), F(scale));
      check_same_bits("a row alone and in its chunk", out + (size_t)(t - 1) * hq * s->d, alone, (size_t)hq * s->d);
      assert_int_equal(arrays_free(NULL), 0);
    }
  }
}

static void test_pages_and_rows(void **state) {
  (void)state;
  static const int lengths[] = {1, 200, 64, 131, 47};
  enum { k_sequences = 5 };
  for (int k = 0; k < k_shape_count; ++k) {
    const shape_t *s = &k_shapes[k];
    int hq = s->kv_heads * s->group, max_pages = (200 + s->page - 1) / s->page + 1, t = 4, n = 208;
    cache_t cache;
    cache_make(&cache, s, k_sequences, lengths, max_pages);
    int32_t *sequences = array_i32(t), *positions = array_i32(t), *count = array_i32(t), *rows = array_i32((size_t)t * s->kv_heads * n);
    static const int32_t slots[] = {3, 1, 0, 2};
    for (int r = 0; r < t; ++r) {
      sequences[r] = slots[r];
      positions[r] = lengths[slots[r]] - 1;
      count[r] = lengths[slots[r]];
      for (int head = 0; head < s->kv_heads; ++head) {
        for (int i = 0; i < count[r]; ++i) rows[(r * s->kv_heads + head) * n + i] = (int32_t)pool_row(&cache, sequences[r], head, i);
      }
    }
    size_t size = (size_t)t * hq * s->d;
    float *q = array_random(size), *out = array_f32(size), *running = array_f32((size_t)t * hq * 2);
    double scale = 3 / sqrt(s->d);
    int items = t * s->kv_heads;
    CALL(g_attend[k].pages, 0, items, P(q), P(cache.pool), P(cache.page_table), P(sequences), P(positions), P(running), P(out), I(max_pages), I(0),
         I(max_pages), I(3), F(scale));
    check_full(&cache, q, sequences, positions, t, scale, out);

    float *split = array_f32(size);
    for (int first = 0; first < max_pages; ++first) {
      // The table of a range begins at its first page.
      int32_t *table = array_i32((size_t)k_sequences * max_pages);
      for (int i = 0; i + first < k_sequences * max_pages; ++i) table[i] = cache.page_table[i + first];
      for (int item = items - 1; item >= 0; --item) {
        CALL(g_attend[k].pages, item, item + 1, P(q), P(cache.pool), P(table), P(sequences), P(positions), P(running), P(split), I(max_pages),
             I(first), I(first + 1), I((first == 0) | (first + 1 == max_pages) << 1), F(scale));
      }
    }
    check_same_bits("one call and page ranges", out, split, size);

    float *listed = array_f32(size);
    for (int item = 0; item < items; ++item) {
      CALL(g_attend[k].rows, item, item + 1, P(q), P(cache.pool), P(rows), P(count), P(listed), I(n), F(scale));
    }
    check_same_bits("all rows listed and all pages", out, listed, size);
    assert_int_equal(arrays_free(NULL), 0);
  }
}

static void test_rows_of_a_selection(void **state) {
  (void)state;
  const int length = 190;
  for (int k = 0; k < k_shape_count; ++k) {
    const shape_t *s = &k_shapes[k];
    int hq = s->kv_heads * s->group, n = 112, max_pages = (length + s->page - 1) / s->page;
    cache_t cache;
    cache_make(&cache, s, 1, &length, max_pages);
    for (int chosen = 1; chosen <= n; chosen += 1 + chosen / 2) {
      int32_t *count = array_i32(1), *rows = array_i32((size_t)s->kv_heads * n), *tokens = array_i32((size_t)s->kv_heads * n);
      *count = chosen;
      for (int head = 0; head < s->kv_heads; ++head) {
        for (int i = 0, token = 0; i < chosen; ++i) {
          tokens[head * n + i] = token;
          rows[head * n + i] = (int32_t)pool_row(&cache, 0, head, token);
          int room = (length - 1 - token) - (chosen - 1 - i);
          token += 1 + (room > 0 ? random_below(room < 3 ? room : 3) : 0);
        }
      }
      float *q = array_random((size_t)hq * s->d), *out = array_f32((size_t)hq * s->d);
      CALL(g_attend[k].rows, 0, s->kv_heads, P(q), P(cache.pool), P(rows), P(count), P(out), I(n), F(0.5));
      double expected[2048];
      for (int head = 0; head < s->kv_heads; ++head) {
        reference(&cache, q, 0, head, tokens + head * n, chosen, 0.5, expected);
        for (int i = 0; i < s->group * s->d; ++i) check_near("out", i, out[head * s->group * s->d + i], expected[i], 2e-6);
      }
    }
    assert_int_equal(arrays_free(NULL), 0);
  }
}

// Scores far apart: weights that underflow are 0 and nothing is NaN or infinite.
static void test_extreme_scores(void **state) {
  (void)state;
  const shape_t *s = &k_shapes[1];
  int length = 150, hq = s->kv_heads * s->group, max_pages = 3;
  cache_t cache;
  cache_make(&cache, s, 1, &length, max_pages);
  float *q = array_random((size_t)hq * s->d), *running = array_f32((size_t)hq * 2);
  float *out[2] = {array_f32((size_t)hq * s->d), array_f32((size_t)hq * s->d)};
  int32_t *sequences = array_i32(1), *positions = array_i32(1);
  *sequences = 0;
  *positions = length - 1;
  const double scale = 1e4;
  CALL(g_attend[1].pages, 0, s->kv_heads, P(q), P(cache.pool), P(cache.page_table), P(sequences), P(positions), P(running), P(out[0]),
       I(max_pages), I(0), I(max_pages), I(3), F(scale));
  CALL(g_attend[1].prefill, 0, s->kv_heads, P(q), P(cache.pool), P(cache.page_table), P(positions), P(running), P(out[1]), I(1), I(0), I(max_pages),
       I(3), F(scale));
  check_full(&cache, q, sequences, positions, 1, scale, out[0]);
  check_full(&cache, q, sequences, positions, 1, scale, out[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_prefill_matches_double, arrays_free),
      cmocka_unit_test_teardown(test_pages_and_rows, arrays_free),
      cmocka_unit_test_teardown(test_rows_of_a_selection, arrays_free),
      cmocka_unit_test_teardown(test_extreme_scores, arrays_free),
  };
  return cmocka_run_group_tests(tests, setup, kernels_teardown);
}
