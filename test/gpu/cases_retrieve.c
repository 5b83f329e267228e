// Retrieval: scores of all tokens, their softmax and group maximum, and the choice.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/reference.h"
#include "test/gpu/runner.h"

enum { k_wild_index = 0x3fffffff };

// The probability of every candidate of a KV head of the LLM: softmax for each query head of the retriever over scores [hq, size], maximum over a group's heads, and
// over the groups that the LLM's head covers.
static void reference_pool(const double *scores, size_t size, size_t begin, size_t end, size_t hq, size_t hr, size_t hkv, double *out) {
  for (size_t i = 0; i < hkv * size; ++i) out[i] = 0;
  for (size_t h = 0; h < hq; ++h) {
    const double *s = scores + h * size;
    double max = -INFINITY, sum = 0;
    for (size_t t = begin; t < end; ++t) max = fmax(max, s[t]);
    for (size_t t = begin; t < end; ++t) sum += exp(s[t] - max);
    size_t group = h / (hq / hr);
    for (size_t to = 0; to < hkv; ++to) {
      bool covers = hr <= hkv ? group == to * hr / hkv : group >= to * hr / hkv && group < (to + 1) * hr / hkv;
      for (size_t t = begin; covers && t < end; ++t) out[to * size + t] = fmax(out[to * size + t], exp(s[t] - max) / sum);
    }
  }
}

// Compares candidates [begin, end) of rows [rows, size]; what is outside them may hold anything.
static void check_candidates(const array_t *out, const double *expected, size_t rows, size_t size, const size_t *begins, const size_t *ends, size_t heads,
                             double limit, const char *what) {
  array_t packed = *out;
  size_t n = 0;
  float *got = malloc(rows * size * 4);
  double *wanted = malloc(rows * size * sizeof *wanted);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t t = begins[r / heads]; t < ends[r / heads]; ++t, ++n) {
      got[n] = array_f32(out)[r * size + t];
      wanted[n] = expected[r * size + t];
    }
  }
  packed.host = got;
  check_near(&packed, wanted, n, limit, what);
  free(got);
  free(wanted);
}

typedef struct retrieval_t {
  size_t rows, size, sink, recent;
  int32_t positions[4];
} retrieval_t;

static void check_score(const kernel_t *kernel, retrieval_t s) {
  int act = kernel_element(kernel, "!act", SPC_F32), elem = kernel_element(kernel, "!elem", SPC_F32);
  size_t d = (size_t)kernel_number(kernel, "#d", 64), group = (size_t)kernel_number(kernel, "#group", 1), page = (size_t)kernel_number(kernel, "#page", 64);
  size_t heads = (size_t)kernel_number(kernel, "#kv_heads", 1), hq = heads * group, blocks = blocks_of(s.size, SPC_SCORE_BLOCK);
  size_t max_pages = blocks_of(s.size, page), pages = s.rows * max_pages, begins[4], ends[4];
  double scale = 0.25 + 1.0 / (double)d;
  array_t *q = array_input("q", act, s.rows * hq * d), *keys = array_input("keys", elem, pages * heads * page * d);
  array_t *table = array_input("page_table", SPC_I32, pages), *sequences = array_input("sequences", SPC_I32, s.rows);
  array_t *positions = array_input("positions", SPC_I32, s.rows), *out = array_output("out", SPC_F32, s.rows * hq * s.size);
  array_t *stats = array_output("stats", SPC_F32, s.rows * hq * blocks * 2), *probs = array_output("probabilities", SPC_F32, s.rows * heads * s.size);
  for (size_t i = 0; i < pages; ++i) array_i32(table)[i] = (int32_t)((i * 7 + 3) % pages);
  if (pages % 7 == 0) {
    for (size_t i = 0; i < pages; ++i) array_i32(table)[i] = (int32_t)(pages - 1 - i);
  }
  double *numbers = reference_numbers(q), *key_numbers = reference_numbers(keys), *expected = calloc(s.rows * hq * s.size, sizeof *expected);
  double *expected_probs = calloc(s.rows * heads * s.size, sizeof *expected);
  for (size_t r = 0; r < s.rows; ++r) {
    size_t sequence = s.rows - 1 - r;
    int32_t *its_pages = array_i32(table) + sequence * max_pages;
    array_i32(sequences)[r] = (int32_t)sequence;
    array_i32(positions)[r] = s.positions[r];
    begins[r] = s.sink;
    int64_t end = (int64_t)s.positions[r] + 1 - (int64_t)s.recent;
    ends[r] = end > (int64_t)s.sink ? (size_t)end : s.sink;
    for (size_t h = 0; h < hq; ++h) {
      for (size_t t = begins[r]; t < ends[r]; ++t) {
        const double *k = key_numbers + (((size_t)its_pages[t / page] * heads + h / group) * page + t % page) * d, *query = numbers + (r * hq + h) * d;
        double dot = 0;
        for (size_t i = 0; i < d; ++i) dot += query[i] * k[i];
        expected[(r * hq + h) * s.size + t] = scale * dot;
      }
    }
    reference_pool(expected + r * hq * s.size, s.size, begins[r], ends[r], hq, heads, heads, expected_probs + r * heads * s.size);
    for (size_t p = (size_t)s.positions[r] / page + 1; p < max_pages; ++p) its_pages[p] = k_wild_index;
  }
  FOR_PARTS(first, next, s.rows) {
    LAUNCH(kernel, blocks, heads, next - first, P(q), P(keys), P(table), P(sequences), P(positions), P(out), P(stats), I(s.size), I(max_pages), I(s.sink),
           I(s.recent), I(blocks), F(scale), I(first));
  }
  char what[96];
  snprintf(what, sizeof what, "%zu rows of %zu, up to position %d", s.rows, s.size, s.positions[0]);
  double limit = reference_limit(act == elem ? SPC_F32 : elem, 1);
  check_candidates(out, expected, s.rows * hq, s.size, begins, ends, hq, limit, what);
  const kernel_t *pool = image_need("pool", "%s", "");
  if (pool) {
    LAUNCH(pool, blocks_of(s.size, 1024), heads, s.rows, P(out), P(probs), P(positions), P(stats), I(s.size), I(s.sink), I(s.recent), I(hq), I(heads),
           I(heads), I(blocks), I(0));
    check_candidates(probs, expected_probs, s.rows * heads, s.size, begins, ends, heads, 2 * limit + 1e-5, "score and pool");
  }
  free(numbers);
  free(key_numbers);
  free(expected);
  free(expected_probs);
  arrays_free();
}

void case_score(const kernel_t *kernel) {
  check_score(kernel, (retrieval_t){3, 1100, 4, 64, {1099, 700, 69}});
  check_score(kernel, (retrieval_t){1, 2048, 0, 1, {2047}});
  check_score(kernel, (retrieval_t){2, 600, 300, 16, {599, 350}});  // the first block has no candidates
  check_score(kernel, (retrieval_t){2, 300, 4, 64, {40, 299}});     // a row without candidates
}

static void check_pool(const kernel_t *kernel, size_t hq, size_t hr, size_t hkv, retrieval_t s) {
  size_t blocks = blocks_of(s.size, SPC_SCORE_BLOCK), begins[4], ends[4];
  array_t *scores = array_input("scores", SPC_F32, s.rows * hq * s.size), *stats = array_input("stats", SPC_F32, s.rows * hq * blocks * 2);
  array_t *positions = array_input("positions", SPC_I32, s.rows), *out = array_output("out", SPC_F32, s.rows * hkv * s.size);
  double *expected = calloc(s.rows * hkv * s.size, sizeof *expected), *numbers = calloc(hq * s.size, sizeof *numbers);
  for (size_t r = 0; r < s.rows; ++r) {
    array_i32(positions)[r] = s.positions[r];
    begins[r] = s.sink;
    ends[r] = (size_t)s.positions[r] + 1 - s.recent;
    for (size_t h = 0; h < hq; ++h) {
      float *its = array_f32(scores) + (r * hq + h) * s.size;
      for (size_t t = 0; t < s.size; ++t) its[t] = t < begins[r] || t >= ends[r] ? NAN : 20 * its[t];
      for (size_t t = 0; t < s.size; ++t) numbers[h * s.size + t] = its[t];
      for (size_t b = 0; b < blocks; ++b) {
        // As score leaves them: the lowest number and 0 without candidates, nothing beyond the sequence.
        float max = -3.4028235e38f, *pair = array_f32(stats) + ((r * hq + h) * blocks + b) * 2;
        double sum = 0;
        size_t from = b * SPC_SCORE_BLOCK, to = from + SPC_SCORE_BLOCK < ends[r] ? from + SPC_SCORE_BLOCK : ends[r];
        if (from < begins[r]) from = begins[r];
        for (size_t t = from; t < to; ++t) max = fmaxf(max, its[t]);
        for (size_t t = from; t < to; ++t) sum += exp((double)its[t] - max);
        bool beyond = b * SPC_SCORE_BLOCK > (size_t)s.positions[r];
        pair[0] = beyond ? NAN : max;
        pair[1] = beyond ? NAN : (float)sum;
      }
    }
    reference_pool(numbers, s.size, begins[r], ends[r], hq, hr, hkv, expected + r * hkv * s.size);
  }
  FOR_PARTS(first, next, s.rows) {
    LAUNCH(kernel, blocks_of(s.size, 1024), hkv, next - first, P(scores), P(out), P(positions), P(stats), I(s.size), I(s.sink), I(s.recent), I(hq), I(hr), I(hkv),
           I(blocks), I(first));
  }
  char what[96];
  snprintf(what, sizeof what, "%zu query heads in %zu groups to %zu heads, size %zu", hq, hr, hkv, s.size);
  check_candidates(out, expected, s.rows * hkv, s.size, begins, ends, hkv, 2e-5, what);
  free(expected);
  free(numbers);
  arrays_free();
}

void case_pool(const kernel_t *kernel) {
  check_pool(kernel, 32, 8, 8, (retrieval_t){2, 5000, 4, 64, {4999, 3000}});
  check_pool(kernel, 8, 2, 2, (retrieval_t){3, 300, 4, 16, {299, 150, 20}});
  check_pool(kernel, 4, 2, 8, (retrieval_t){2, 1300, 0, 1, {1250, 1024}});  // each group serves several heads
  check_pool(kernel, 12, 6, 2, (retrieval_t){2, 1025, 3, 5, {1024, 77}});   // the maximum over several groups
  check_pool(kernel, 32, 8, 1, (retrieval_t){2, 5000, 4, 64, {4999, 3000}});  // one set for all
  check_pool(kernel, 1, 1, 1, (retrieval_t){1, 40, 16, 0, {33}});
  check_pool(kernel, 4, 1, 1, (retrieval_t){1, 2000, 700, 64, {1999}});     // blocks without candidates first
}

typedef struct candidate_t {
  float p;
  int32_t token;
} candidate_t;

static int compare_candidates(const void *a, const void *b) {
  const candidate_t *x = a, *y = b;
  if (x->p != y->p) return x->p > y->p ? -1 : 1;
  return x->token < y->token ? -1 : 1;
}

typedef struct selection_t {
  int size, position, budget, sink, recent;
  int levels;  // different probabilities, so that ties are common when there are few; -1: a softmax's, over many orders of magnitude
} selection_t;

static void check_select(const kernel_t *kernel, selection_t s) {
  enum { rows = 3, heads = 2 };
  size_t size = (size_t)s.size, n = blocks_of((size_t)(s.budget + s.sink + s.recent), 16) * 16;
  int most = s.sink + s.budget + s.recent;
  array_t *positions = array_input("positions", SPC_I32, rows), *selected = array_output("selected", SPC_I32, rows * heads * n);
  array_t *count = array_output("count", SPC_I32, rows), *probs = array_output("probs", SPC_F32, rows * heads * size);
  for (int r = 0; r < rows; ++r) {
    int position = r == 0 ? s.position : s.position / (r + 1);
    array_i32(positions)[r] = position;
    for (int h = 0; h < heads; ++h) {
      float *p = array_f32(probs) + (size_t)(r * heads + h) * size;
      for (int t = s.sink; t <= position - s.recent; ++t) {
        p[t] = s.levels > 0 ? (float)random_below(s.levels) / (float)s.levels : expf(20 * random_float() - 25);
      }
    }
  }
  FOR_PARTS(first, next, rows) {
    LAUNCH(kernel, heads, 1, next - first, P(probs), P(positions), P(selected), P(count), I(size), I(s.budget), I(s.sink), I(s.recent), I(n), I(heads), I(first));
  }
  char *chosen = malloc(size);
  candidate_t *order = malloc(sizeof *order * size);
  for (int r = 0; r < rows; ++r) {
    int tokens = array_i32(positions)[r] + 1, expected = tokens < most ? tokens : most;
    check(array_i32(count)[r] == expected, "position %d: %d are counted, not %d", tokens - 1, array_i32(count)[r], expected);
    for (int h = 0; h < heads; ++h) {
      const float *p = array_f32(probs) + (size_t)(r * heads + h) * size;
      const int32_t *got = array_i32(selected) + (size_t)(r * heads + h) * n;
      bool all = tokens <= most;
      for (int t = 0; t < tokens; ++t) chosen[t] = all || t < s.sink || t >= tokens - s.recent;
      if (!all) {
        int candidates = tokens - s.recent - s.sink;
        for (int i = 0; i < candidates; ++i) order[i] = (candidate_t){p[s.sink + i], s.sink + i};
        qsort(order, (size_t)candidates, sizeof *order, compare_candidates);
        for (int i = 0; i < s.budget; ++i) chosen[order[i].token] = true;
      }
      int k = 0;
      for (int t = 0; t < tokens; ++t) {
        if (!chosen[t]) continue;
        if (!check(got[k] == t, "size %d, position %d, %d levels, row %d head %d: entry %d is %d, not %d", s.size, s.position, s.levels, r, h, k, got[k], t)) break;
        ++k;
      }
      check_all_poison(got + expected, (n - (size_t)expected) * 4, "past the end of a selection");
    }
  }
  free(chosen);
  free(order);
  arrays_free();
}

// Probabilities that are NaN, negative or infinite still give exactly the budget, in order.
static void check_strange_numbers(const kernel_t *kernel) {
  enum { size = 3000, budget = 500, sink = 4, recent = 8, n = 512, count_expected = budget + sink + recent };
  array_t *positions = array_input("positions", SPC_I32, 1), *selected = array_output("selected", SPC_I32, n), *count = array_output("count", SPC_I32, 1);
  array_t *probs = array_output("probs", SPC_F32, size);
  array_i32(positions)[0] = size - 1;
  for (int i = 0; i < size; ++i) array_i32(probs)[i] = (int32_t)(random_u32() | (i % 3 ? 0 : 0x7f800000));
  LAUNCH(kernel, 1, 1, 1, P(probs), P(positions), P(selected), P(count), I(size), I(budget), I(sink), I(recent), I(n), I(1), I(0));
  check(array_i32(count)[0] == count_expected, "strange probabilities: %d are counted, not %d", array_i32(count)[0], count_expected);
  const int32_t *got = selected->host;
  for (int i = 0; i < count_expected; ++i) {
    if (!check(got[i] >= (i ? got[i - 1] + 1 : 0) && got[i] < size, "strange probabilities: entry %d is %d", i, got[i])) break;
  }
  arrays_free();
}

void case_select(const kernel_t *kernel) {
  check_select(kernel, (selection_t){1000, 990, 64, 4, 16, 1 << 24});
  check_select(kernel, (selection_t){1000, 999, 64, 4, 16, 7});        // many ties
  check_select(kernel, (selection_t){500, 499, 100, 0, 1, 1});         // nothing but ties
  check_select(kernel, (selection_t){500, 90, 64, 4, 16, 100});        // a little more than is kept
  check_select(kernel, (selection_t){500, 83, 64, 4, 16, 100});        // exactly as much
  check_select(kernel, (selection_t){333, 300, 1, 7, 9, 1000});
  check_select(kernel, (selection_t){333, 332, 0, 4, 8, 1000});        // no budget: sink and recent alone
  check_select(kernel, (selection_t){33024, 32767, 2048, 4, 64, -1});  // Llama-3.1-8B's
  check_select(kernel, (selection_t){33024, 33023, 2048, 4, 64, 50});
  check_select(kernel, (selection_t){131072, 131071, 2048, 4, 64, -1});
  check_strange_numbers(kernel);
}
