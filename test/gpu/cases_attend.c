// Attention: over pages, over listed rows, and of a chunk of prefill.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/reference.h"
#include "test/gpu/runner.h"

enum { k_most_rows = 8, k_wild_index = 0x3fffffff };  // an index that no array has: reading through it is an error that is seen

typedef struct attention_t {
  int act, elem;
  size_t d, group, kv_heads, page, hq;
  size_t rows, max_tokens, max_pages, pool_rows;
  int32_t lengths[k_most_rows];  // of the sequences, tokens
  double scale;
  array_t *q, *pool, *table, *sequences, *positions, *state, *sums, *out;
  double *q_numbers, *pool_numbers;
  const kernel_t *combine;
} attention_t;

static void attention_init(attention_t *a, const kernel_t *kernel, size_t rows, const int32_t *lengths) {
  *a = (attention_t){.act = kernel_element(kernel, "!act", SPC_F32), .elem = kernel_element(kernel, "!elem", SPC_F32), .rows = rows};
  a->d = (size_t)kernel_number(kernel, "#d", 64);
  a->group = (size_t)kernel_number(kernel, "#group", 1);
  a->kv_heads = (size_t)kernel_number(kernel, "#kv_heads", 1);
  a->page = (size_t)kernel_number(kernel, "#page", 64);
  a->hq = a->group * a->kv_heads;
  a->scale = 2.0 / (double)a->d + 0.1;
  for (size_t r = 0; r < rows; ++r) {
    a->lengths[r] = lengths[r];
    if ((size_t)lengths[r] > a->max_tokens) a->max_tokens = (size_t)lengths[r];
  }
  a->max_pages = a->max_tokens / a->page + 2;
  size_t pages = rows * a->max_pages;
  a->pool_rows = pages * a->kv_heads * a->page;
  a->q = array_input("q", a->act, rows * a->hq * a->d);
  a->pool = array_input("pool", a->elem, a->pool_rows * 2 * a->d);
  a->table = array_input("page_table", SPC_I32, pages);
  a->sequences = array_input("sequences", SPC_I32, rows);
  a->positions = array_input("positions", SPC_I32, rows);
  a->out = array_output("out", a->act, rows * a->hq * a->d);
  // Pages of all sequences shuffled together; batch slots in reverse. Entries of pages that a sequence has not reached are wild.
  int32_t *table = array_i32(a->table);
  for (size_t i = 0; i < pages; ++i) {
    size_t j = (size_t)random_below((int)i + 1);
    table[i] = table[j];
    table[j] = (int32_t)i;
  }
  for (size_t r = 0; r < rows; ++r) {
    size_t sequence = rows - 1 - r, used = ((size_t)lengths[r] + a->page - 1) / a->page;
    array_i32(a->sequences)[r] = (int32_t)sequence;
    array_i32(a->positions)[r] = lengths[r] - 1;
    for (size_t p = used; p < a->max_pages; ++p) table[sequence * a->max_pages + p] = k_wild_index;
  }
  a->q_numbers = reference_numbers(a->q);
  a->pool_numbers = reference_numbers(a->pool);
  a->combine = NULL;
}

static void attention_add_splits(attention_t *a, size_t splits) {
  a->state = array_output("split_state", SPC_F32, a->rows * a->hq * splits * 2);
  a->sums = array_output("split_sums", SPC_F32, a->rows * a->hq * splits * a->d);
  a->combine = image_need("attend_combine", "!act=%s #d=%zu", element_name(a->act), a->d);
}

static void attention_deinit(attention_t *a) {
  free(a->q_numbers);
  free(a->pool_numbers);
  arrays_free();
}

// Products of 16-bit operands may use tensor cores: the probabilities are then rounded, besides the result.
static double attention_limit(const attention_t *a) {
  return reference_limit(a->act, 1) + (a->elem == SPC_F32 ? 0 : element_unit(a->elem));
}

static int32_t pool_row(const attention_t *a, size_t row, size_t head, size_t token) {
  size_t sequence = (size_t)array_i32(a->sequences)[row];
  size_t page = (size_t)array_i32(a->table)[sequence * a->max_pages + token / a->page];
  return (int32_t)((page * a->kv_heads + head) * a->page + token % a->page);
}

static void launch_pages(const attention_t *a, const kernel_t *kernel, size_t splits) {
  array_poison(a->state), array_poison(a->sums), array_poison(a->out);
  arrays_to_device();
  QUEUE(kernel, splits, a->kv_heads, a->rows, P(a->q), P(a->pool), P(a->table), P(a->sequences), P(a->positions), P(a->state), P(a->sums), I(a->max_pages),
        I(splits), F(a->scale));
  QUEUE(a->combine, a->hq, 1, a->rows, P(a->state), P(a->sums), P(a->out), I(splits));
  arrays_to_host(kernel->entry);
}

static void launch_rows(const attention_t *a, const kernel_t *kernel, const array_t *rows, const array_t *count, size_t n, size_t splits) {
  array_poison(a->state), array_poison(a->sums), array_poison(a->out);
  arrays_to_device();
  QUEUE(kernel, splits, a->kv_heads, a->rows, P(a->q), P(a->pool), P(rows), P(count), P(a->state), P(a->sums), I(n), I(splits), F(a->scale));
  QUEUE(a->combine, a->hq, 1, a->rows, P(a->state), P(a->sums), P(a->out), I(splits));
  arrays_to_host(kernel->entry);
}

// |rows| is i32 [T, kv_heads, n], |counts| of each row.
static void check_attention(const attention_t *a, const int32_t *rows, const int32_t *counts, size_t n, const char *what) {
  double *expected = calloc(a->rows * a->hq * a->d, sizeof *expected);
  for (size_t r = 0; r < a->rows; ++r) {
    for (size_t h = 0; h < a->hq; ++h) {
      const int32_t *list = rows + (r * a->kv_heads + h / a->group) * n;
      size_t at = (r * a->hq + h) * a->d;
      reference_attend(a->q_numbers + at, a->pool_numbers, list, (size_t)counts[r], a->d, a->scale, expected + at);
    }
  }
  check_near(a->out, expected, a->rows * a->hq * a->d, attention_limit(a), what);
  free(expected);
}

// Fills |rows| with all tokens, and what is past a list's end with wild indices.
static void list_all(const attention_t *a, int32_t *rows, size_t n) {
  for (size_t r = 0; r < a->rows; ++r) {
    for (size_t h = 0; h < a->kv_heads; ++h) {
      int32_t *list = rows + (r * a->kv_heads + h) * n;
      for (size_t t = 0; t < n; ++t) list[t] = t < (size_t)a->lengths[r] ? pool_row(a, r, h, t) : k_wild_index;
    }
  }
}

// What both kernels are checked with: lengths around a split's and a page's, one token, and a long one.
static const int32_t k_ragged[][k_most_rows] = {{1, 2, 16, 17, 100, 511, 64, 33}, {1500}, {700, 3, 1024}, {5}};
static const size_t k_ragged_rows[] = {8, 1, 3, 1}, k_splits[] = {32, 32, 8, 1}, k_listed[] = {80, 1168, 608, 16};
enum { k_ragged_count = 4 };

void case_attend_pages(const kernel_t *kernel) {
  for (int c = 0; c < k_ragged_count; ++c) {
    attention_t a;
    char what[64];
    attention_init(&a, kernel, k_ragged_rows[c], k_ragged[c]);
    attention_add_splits(&a, k_splits[c]);
    if (a.combine) {
      size_t n = a.max_tokens + 5;
      int32_t *rows = malloc(a.rows * a.kv_heads * n * sizeof *rows);
      list_all(&a, rows, n);
      launch_pages(&a, kernel, k_splits[c]);
      snprintf(what, sizeof what, "%zu sequences of up to %zu tokens, %zu splits", a.rows, a.max_tokens, k_splits[c]);
      check_attention(&a, rows, a.lengths, n, what);
      free(rows);
    }
    attention_deinit(&a);
  }
}

// A budget above the length gives the bits of full attention.
static void check_all_listed(attention_t *a, const kernel_t *kernel, size_t splits) {
  char params[128];
  snprintf(params, sizeof params, "!act=%s !elem=%s #d=%zu #group=%zu #kv_heads=%zu #page=%zu", element_name(a->act), element_name(a->elem), a->d, a->group,
           a->kv_heads, a->page);
  const kernel_t *pages = image_need("attend_pages", "%s", params);
  if (!pages) return;
  size_t n = a->max_tokens + 5;
  array_t *rows = array_input("rows", SPC_I32, a->rows * a->kv_heads * n), *count = array_input("count", SPC_I32, a->rows);
  list_all(a, rows->host, n);
  memcpy(count->host, a->lengths, a->rows * sizeof *a->lengths);
  launch_rows(a, kernel, rows, count, n, splits);
  check_attention(a, rows->host, count->host, n, "all tokens listed");
  void *listed = malloc(a->out->size);
  memcpy(listed, a->out->host, a->out->size);
  launch_pages(a, pages, splits);
  check_same_bits(listed, a->out->host, a->out->size, "attend_rows over all tokens and attend_pages");
  free(listed);
}

// Random lists of up to |n| rows, and each row of the batch against itself alone.
static void check_listed(attention_t *a, const kernel_t *kernel, size_t n, size_t splits) {
  array_t *rows = array_input("rows", SPC_I32, a->rows * a->kv_heads * n), *count = array_input("count", SPC_I32, a->rows);
  for (size_t r = 0; r < a->rows; ++r) {
    size_t taken = r == 0 ? n : (size_t)random_below((int)n) + 1;
    array_i32(count)[r] = (int32_t)taken;
    for (size_t i = 0; i < a->kv_heads * n; ++i) {
      size_t token = (size_t)random_below(a->lengths[r]);
      array_i32(rows)[r * a->kv_heads * n + i] = i % n < taken ? pool_row(a, r, i / n, token) : k_wild_index;
    }
  }
  launch_rows(a, kernel, rows, count, n, splits);
  char what[64];
  snprintf(what, sizeof what, "%zu rows of up to %zu listed tokens", a->rows, n);
  check_attention(a, rows->host, count->host, n, what);

  size_t row_size = a->out->size / a->rows, last = a->rows - 1;
  void *batch = malloc(a->out->size);
  memcpy(batch, a->out->host, a->out->size);
  attention_t one = *a;
  one.rows = 1;
  one.q = array_input("q of one row", a->act, a->hq * a->d);
  array_t *its_rows = array_input("its rows", SPC_I32, a->kv_heads * n), *its_count = array_input("its count", SPC_I32, 1);
  memcpy(one.q->host, (char *)a->q->host + last * one.q->size, one.q->size);
  memcpy(its_rows->host, array_i32(rows) + last * a->kv_heads * n, its_rows->size);
  array_i32(its_count)[0] = array_i32(count)[last];
  launch_rows(&one, kernel, its_rows, its_count, n, splits);
  check_same_bits(one.out->host, (char *)batch + last * row_size, row_size, "a row alone and in a batch");
  free(batch);
}

void case_attend_rows(const kernel_t *kernel) {
  for (int c = 0; c < k_ragged_count; ++c) {
    attention_t a;
    attention_init(&a, kernel, k_ragged_rows[c], k_ragged[c]);
    attention_add_splits(&a, k_splits[c]);
    if (a.combine) {
      check_all_listed(&a, kernel, k_splits[c]);
      check_listed(&a, kernel, k_listed[c], k_splits[c]);
    }
    attention_deinit(&a);
  }
}

// Its partial results are of attend_rows and attend_pages, whose tests it takes part in; here it must not depend on how often it is run, nor on other rows.
void case_attend_combine(const kernel_t *kernel) {
  enum { rows = 3, hq = 5 };
  size_t d = (size_t)kernel_number(kernel, "#d", 64), splits = SPC_ATTEND_SPLITS;
  int act = kernel_element(kernel, "!act", SPC_F32);
  array_t *state = array_input("split_state", SPC_F32, rows * hq * splits * 2), *sums = array_input("split_sums", SPC_F32, rows * hq * splits * d);
  array_t *out = array_output("out", act, rows * hq * d);
  double *expected = calloc(rows * hq * d, sizeof *expected);
  for (size_t h = 0; h < rows * hq; ++h) {
    double total = 0;
    for (size_t s = 0; s < splits; ++s) {
      // Equal maxima, whatever base their exponential has; some splits without keys.
      bool empty = s >= 20 || (h == 1 && s != 7);
      float *pair = array_f32(state) + (h * splits + s) * 2, *its_sums = array_f32(sums) + (h * splits + s) * d;
      pair[0] = empty ? -3.4028235e38f : 1.5f;
      pair[1] = empty ? 0 : 1 + (float)random_below(100);
      for (size_t i = 0; i < d; ++i) {
        its_sums[i] = empty ? 0 : 10 * its_sums[i];
        expected[h * d + i] += its_sums[i];
      }
      total += pair[1];
    }
    for (size_t i = 0; i < d; ++i) expected[h * d + i] /= total;
  }
  LAUNCH(kernel, hq, 1, rows, P(state), P(sums), P(out), I(splits));
  check_near(out, expected, rows * hq * d, reference_limit(act, 1), "splits of equal maxima");
  free(expected);
  arrays_free();
}

void case_attend_prefill(const kernel_t *kernel) {
  static const struct {
    size_t rows, before;
  } shapes[] = {{1, 0}, {16, 0}, {100, 0}, {257, 0}, {64, 192}, {33, 700}, {130, 61}};
  unsigned block_rows = kernel->block_rows;
  if (!check(block_rows > 0, "the index does not say how many rows a block of %s has", kernel->entry)) return;
  for (int c = 0; c < 7; ++c) {
    attention_t a;
    char what[64];
    size_t rows = shapes[c].rows, tokens = shapes[c].before + rows;
    int32_t length = (int32_t)tokens;
    attention_init(&a, kernel, 1, &length);
    array_t *q = array_input("q", a.act, rows * a.hq * a.d), *positions = array_input("positions", SPC_I32, rows);
    array_t *out = array_output("out", a.act, rows * a.hq * a.d);
    for (size_t r = 0; r < rows; ++r) array_i32(positions)[r] = (int32_t)(shapes[c].before + r);
    int32_t *list = malloc(a.kv_heads * tokens * sizeof *list);
    list_all(&a, list, tokens);
    LAUNCH(kernel, blocks_of(rows, block_rows), a.hq, 1, P(q), P(a.pool), P(a.table), P(positions), P(out), I(rows), F(a.scale));
    double *expected = calloc(rows * a.hq * a.d, sizeof *expected), *numbers = reference_numbers(q);
    for (size_t i = 0; i < rows * a.hq; ++i) {
      size_t r = i / a.hq, h = i % a.hq;
      reference_attend(numbers + i * a.d, a.pool_numbers, list + h / a.group * tokens, shapes[c].before + r + 1, a.d, a.scale, expected + i * a.d);
    }
    snprintf(what, sizeof what, "%zu rows after %zu tokens", rows, shapes[c].before);
    check_near(out, expected, rows * a.hq * a.d, attention_limit(&a), what);
    free(expected);
    free(numbers);
    free(list);
    attention_deinit(&a);
  }
}
