// Elastic loading: what a selection changes in the slots, and the rows that are brought in and written back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/gather_lists.h"
#include "test/gpu/runner.h"

typedef struct diff_t {
  size_t rows, batch, heads, lists, n, kept, page, max_pages, steps;
  array_t *selected, *count, *positions, *sequences, *table, *selected_rows, *slot_rows, *resident_tokens, *resident_slots, *resident_count;
  array_t *load_tokens, *load_slots, *load_count, *append;
  int32_t *slots;       // what each slot holds, by the loads and appends so far
  int32_t *old_tokens, *old_slots, *old_count;
} diff_t;

static void diff_init(diff_t *t) {
  size_t lists = t->rows * t->heads * t->n, resident = t->batch * t->heads * t->n;
  t->selected = array_input("selected", SPC_I32, t->rows * t->lists * t->n);
  t->count = array_input("count", SPC_I32, t->rows);
  t->positions = array_input("positions", SPC_I32, t->rows);
  t->sequences = array_input("sequences", SPC_I32, t->rows);
  t->table = array_input("page_table", SPC_I32, t->batch * t->max_pages);
  t->selected_rows = array_output("selected_rows", SPC_I32, lists);
  t->slot_rows = array_output("slot_rows", SPC_I32, lists);
  t->resident_tokens = array_output("resident_tokens", SPC_I32, resident);
  t->resident_slots = array_output("resident_slots", SPC_I32, resident);
  t->resident_count = array_output("resident_count", SPC_I32, t->batch);
  t->load_tokens = array_output("load_tokens", SPC_I32, lists);
  t->load_slots = array_output("load_slots", SPC_I32, lists);
  t->load_count = array_output("load_count", SPC_I32, t->rows * t->heads);
  t->append = array_output("append_slot_rows", SPC_I32, t->rows * t->heads);
  memset(t->resident_count->host, 0, t->resident_count->size);
  for (size_t i = 0; i < t->batch * t->max_pages; ++i) array_i32(t->table)[i] = (int32_t)(t->batch * t->max_pages - 1 - i);
  t->slots = calloc(resident, sizeof *t->slots);
  t->old_tokens = calloc(resident, sizeof *t->old_tokens);
  t->old_slots = calloc(resident, sizeof *t->old_slots);
  t->old_count = calloc(t->batch, sizeof *t->old_count);
}

static void diff_deinit(diff_t *t) {
  free(t->slots);
  free(t->old_tokens);
  free(t->old_slots);
  free(t->old_count);
  arrays_free();
}

// Ascending tokens below tokens_now, the last of them the step's own; most of those resident stay.
static void choose(const diff_t *t, size_t row, size_t head, int tokens_now, int count) {
  int32_t *list = array_i32(t->selected) + (row * t->lists + head) * t->n;
  size_t base = ((size_t)array_i32(t->sequences)[row] * t->heads + head) * t->n;
  int held = array_i32(t->resident_count)[array_i32(t->sequences)[row]];
  char *chosen = calloc((size_t)tokens_now, 1);
  int taken = 1;
  chosen[tokens_now - 1] = 1;
  for (int i = 0; i < held && taken < count; ++i) {
    int token = array_i32(t->resident_tokens)[base + (size_t)i];
    if (token < tokens_now && !chosen[token] && random_below(8)) chosen[token] = 1, ++taken;
  }
  for (int token = 0; taken < count; token = (token + 1) % tokens_now) {
    int left = tokens_now - taken;
    if (!chosen[token] && random_below(left < 4 ? 1 : 4) == 0) chosen[token] = 1, ++taken;
  }
  int k = 0;
  for (int token = 0; token < tokens_now; ++token) {
    if (chosen[token]) list[k++] = token;
  }
  free(chosen);
}

static bool was_resident(const diff_t *t, size_t base, int32_t held, int32_t token, int32_t *out_slot) {
  for (int32_t i = 0; i < held; ++i) {
    if (t->old_tokens[base + (size_t)i] != token) continue;
    *out_slot = t->old_slots[base + (size_t)i];
    return true;
  }
  return false;
}

// What kv_diff left for one head: loads ascend and bring exactly the newcomers, kept tokens keep their slots, every selected token is where the rows say.
static void check_head(diff_t *t, size_t row, size_t head) {
  size_t item = row * t->heads + head, list = item * t->n, chosen = (row * t->lists + (t->lists == t->heads ? head : 0)) * t->n, sequence = (size_t)array_i32(t->sequences)[row], base = (sequence * t->heads + head) * t->n;
  int32_t count = array_i32(t->count)[row], position = array_i32(t->positions)[row], loads = array_i32(t->load_count)[item], newcomers = 0;
  int32_t held = t->old_count[sequence] > count ? 0 : t->old_count[sequence];  // a sequence that was cut starts anew
  if (!check(loads >= 0 && loads <= count, "load_count is %d of %d", loads, count)) return;
  for (int32_t i = 0; i < loads; ++i) {
    int32_t token = array_i32(t->load_tokens)[list + (size_t)i], slot = array_i32(t->load_slots)[list + (size_t)i];
    if (!check(slot >= 0 && slot < count && token != position, "load %d: token %d to slot %d", i, token, slot)) return;
    if (i && !check(token > array_i32(t->load_tokens)[list + (size_t)i - 1], "loads do not ascend")) return;
    t->slots[base + (size_t)slot] = token;
  }
  int32_t own = array_i32(t->append)[item];
  if (!check(own >= (int32_t)base && own < (int32_t)(base + (size_t)count), "append_slot_rows is %d", own)) return;
  t->slots[own] = position;
  char *used = calloc(t->n, 1);
  for (int32_t i = 0; i < count; ++i) {
    int32_t token = array_i32(t->selected)[chosen + (size_t)i], row_of = array_i32(t->slot_rows)[list + (size_t)i], before = -1;
    int32_t page = array_i32(t->table)[sequence * t->max_pages + (size_t)token / t->page];
    int32_t paged = (page * (int32_t)t->heads + (int32_t)head) * (int32_t)t->page + token % (int32_t)t->page;
    bool inside = row_of >= (int32_t)base && row_of < (int32_t)(base + t->n);
    if (!check(inside && t->slots[row_of] == token, "slot row %d does not hold token %d", row_of, token)) break;
    if (!check(array_i32(t->resident_tokens)[base + (size_t)i] == token, "resident token %d is wrong", i)) break;
    if (!check(array_i32(t->resident_slots)[base + (size_t)i] + (int32_t)base == row_of, "resident slot %d is wrong", i)) break;
    if (!check(!used[(size_t)row_of - base], "two tokens share slot row %d", row_of)) break;
    if (!check(array_i32(t->selected_rows)[list + (size_t)i] == paged, "selected_rows[%d] is %d, expected %d", i, array_i32(t->selected_rows)[list + (size_t)i], paged)) break;
    used[(size_t)row_of - base] = 1;
    if (was_resident(t, base, held, token, &before)) {
      if (!check(before + (int32_t)base == row_of, "token %d moved from slot %d", token, before)) break;
    } else {
      newcomers += token != position;
    }
  }
  check(newcomers == loads, "%d tokens are loaded, %d came", loads, newcomers);
  free(used);
}

static void diff_step(diff_t *t, const kernel_t *diff, const kernel_t *count_kernel, size_t step) {
  for (size_t r = 0; r < t->rows; ++r) {
    size_t sequence = (r * 2 + 1) % t->batch;
    int position = (int)(step + 40 * r);
    int count = position + 1 < (int)t->kept ? position + 1 : (int)t->kept;
    if (step % 7 == 5 && r == 0) count = (count + 1) / 2;  // fewer than are resident
    array_i32(t->sequences)[r] = (int32_t)sequence;
    array_i32(t->positions)[r] = position;
    array_i32(t->count)[r] = count;
    for (size_t h = 0; h < t->lists; ++h) choose(t, r, h, position + 1, count);
  }
  memcpy(t->old_tokens, t->resident_tokens->host, t->resident_tokens->size);
  memcpy(t->old_slots, t->resident_slots->host, t->resident_slots->size);
  memcpy(t->old_count, t->resident_count->host, t->resident_count->size);
  array_poison(t->append), array_poison(t->load_count), array_poison(t->slot_rows), array_poison(t->selected_rows);
  FOR_PARTS(first, next, t->rows) {
    LAUNCH(diff, t->heads, 1, next - first, P(t->selected), P(t->count), P(t->positions), P(t->sequences), P(t->table), P(t->selected_rows), P(t->slot_rows),
           P(t->resident_tokens), P(t->resident_slots), P(t->resident_count), P(t->load_tokens), P(t->load_slots), P(t->load_count), P(t->append), I(t->n),
           I(t->max_pages), I(t->page), I(t->heads), I(t->lists), I(first));
  }
  check_same_bits(t->resident_count->host, t->old_count, t->resident_count->size, "resident_count, which is kv_diff_count's to write");
  FOR_PARTS(first, next, t->rows) LAUNCH(count_kernel, 1, 1, next - first, P(t->count), P(t->sequences), P(t->resident_count), I(first));
  for (size_t r = 0; r < t->rows; ++r) {
    check(array_i32(t->resident_count)[array_i32(t->sequences)[r]] == array_i32(t->count)[r], "resident_count of row %zu is wrong", r);
    for (size_t h = 0; h < t->heads; ++h) check_head(t, r, h);
  }
}

static void check_diff(const kernel_t *kernel, diff_t t, size_t first_step) {
  const kernel_t *count = image_need("kv_diff_count", "%s", "");
  if (!count) return;
  diff_init(&t);
  for (size_t step = 0; step < t.steps; ++step) diff_step(&t, kernel, count, first_step + step);
  diff_deinit(&t);
}

void case_kv_diff(const kernel_t *kernel) {
  check_diff(kernel, (diff_t){.rows = 2, .batch = 5, .heads = 2, .lists = 2, .n = 32, .kept = 24, .page = 16, .max_pages = 16, .steps = 70}, 0);
  check_diff(kernel, (diff_t){.rows = 3, .batch = 7, .heads = 8, .lists = 8, .n = 2128, .kept = 2116, .page = 64, .max_pages = 128, .steps = 4}, 6000);
  check_diff(kernel, (diff_t){.rows = 1, .batch = 3, .heads = 1, .lists = 1, .n = 1024, .kept = 513, .page = 64, .max_pages = 64, .steps = 20}, 505);
  check_diff(kernel, (diff_t){.rows = 2, .batch = 5, .heads = 4, .lists = 1, .n = 32, .kept = 24, .page = 16, .max_pages = 16, .steps = 40}, 0);  // one list for all
}

void case_kv_diff_count(const kernel_t *kernel) {
  enum { rows = 24, batch = 30 };
  array_t *count = array_input("count", SPC_I32, rows), *sequences = array_input("sequences", SPC_I32, rows);
  array_t *resident = array_output("resident_count", SPC_I32, batch);
  for (int r = 0; r < rows; ++r) {
    array_i32(count)[r] = random_below(1 << 20);
    array_i32(sequences)[r] = (r * 7 + 2) % batch;
  }
  FOR_PARTS(first, next, rows) LAUNCH(kernel, 1, 1, next - first, P(count), P(sequences), P(resident), I(first));
  int32_t expected[batch];
  memset(expected, 0xff, sizeof expected);
  for (int r = 0; r < rows; ++r) expected[array_i32(sequences)[r]] = array_i32(count)[r];
  check_same_bits(resident->host, expected, sizeof expected, "resident_count");
  arrays_free();
}

// |layers| of the |stride| layers whose rows lie side by side, the last of them, as a group is that is partly out.
static void check_gather(const kernel_t *kernel, size_t stride_rows, size_t layers) {
  int element = kernel_element(kernel, "!elem", SPC_F32);
  size_t stride = 2 * (size_t)kernel_number(kernel, "#d", 64), row_bytes = stride * element_size(element);
  size_t before_first = (stride_rows - layers) * row_bytes, pool_rows = k_gather_pool_rows * stride_rows;
  array_t *pool = array_pinned("host pool", element, pool_rows * stride), *slots = array_output("slots", element, layers * k_gather_layer_rows * stride);
  for (size_t i = 0; i < pool_rows * stride; ++i) element_store(pool->host, element, i, random_float());
  gather_lists_t g;
  gather_lists_make(&g);
  char *expected = malloc(slots->size), *before = malloc(pool->size);
  memset(expected, 0xff, slots->size);
  for (size_t i = 0; i < g.load_count * layers; ++i) {
    size_t load = i / layers, layer = i % layers;
    memcpy(expected + (layer * k_gather_layer_rows + g.loads[load].to) * row_bytes,
           (char *)pool->host + before_first + (g.loads[load].from * stride_rows + layer) * row_bytes, row_bytes);
  }
  memcpy(before, pool->host, pool->size);
  FOR_PARTS(first, next, k_gather_rows) {
    LAUNCH(kernel, 4, k_gather_heads, 1, AT(pool, before_first), P(g.table), P(g.sequences), P(g.tokens), P(g.slots), P(g.count), P(slots), I(k_gather_list), I(k_gather_max_pages),
           I(k_gather_page), I(k_gather_heads), I(next - first), I(stride_rows), I(layers), I(k_gather_layer_rows), P(g.copying), I(first));
  }
  gather_lists_check_copying(&g);
  check_same_bits(slots->host, expected, slots->size, "slots");
  check_same_bits(pool->host, before, pool->size, "the host pool, which is only read");
  free(before);
  free(expected);
  arrays_free();
}

void case_kv_gather(const kernel_t *kernel) {
  for (size_t stride = 1; stride <= 4; ++stride) {
    for (size_t layers = 1; layers <= stride; ++layers) check_gather(kernel, stride, layers);
  }
  check_gather(kernel, 8, 7);
}

// |layers| of the |stride_rows| layers whose rows lie side by side, the last of them.
static void check_scatter(const kernel_t *kernel, size_t stride_rows, size_t layers) {
  enum { rows = 3, heads = 2, slot_rows = 40, pool_rows = 77, layer_rows = 43 };
  int element = kernel_element(kernel, "!elem", SPC_F32);
  size_t stride = 2 * (size_t)kernel_number(kernel, "#d", 64), row_bytes = stride * element_size(element);
  size_t deepest_slot = (layers - 1) * layer_rows, deepest = stride_rows - 1;
  array_t *slots = array_input("slots", element, (deepest_slot + slot_rows) * stride), *pool = array_pinned("host pool", element, pool_rows * stride_rows * stride);
  array_t *from = array_input("append_slot_rows", SPC_I32, rows * heads), *to = array_input("append_rows", SPC_I32, rows * heads);
  char *expected = malloc(pool->size);
  memset(expected, 0xff, pool->size);
  for (size_t i = 0; i < rows * heads; ++i) {
    array_i32(from)[i] = (int32_t)((i * 11 + 7) % slot_rows);
    array_i32(to)[i] = (int32_t)((i * 13 + 76) % pool_rows);
    for (size_t l = 0; l < layers; ++l) {
      memcpy(expected + ((size_t)array_i32(to)[i] * stride_rows + deepest - l) * row_bytes,
             (char *)slots->host + (deepest_slot - l * layer_rows + (size_t)array_i32(from)[i]) * row_bytes, row_bytes);
    }
  }
  LAUNCH(kernel, heads, layers, rows, AT(slots, deepest_slot * row_bytes), P(from), AT(pool, deepest * row_bytes), P(to), I(heads), I(stride_rows), I(layer_rows));
  check_same_bits(pool->host, expected, pool->size, "the host pool");
  free(expected);
  arrays_free();
}

void case_kv_scatter(const kernel_t *kernel) {
  check_scatter(kernel, 1, 1);
  check_scatter(kernel, 4, 1);
  check_scatter(kernel, 4, 3);
  check_scatter(kernel, 7, 7);
}
