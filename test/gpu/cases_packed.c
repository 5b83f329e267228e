// Rows that are packed in host memory: to it and back, against packed_rows.c, bit for bit.
#include <stdlib.h>
#include <string.h>

#include "test/gpu/arrays.h"
#include "test/gpu/cases.h"
#include "test/gpu/elements.h"
#include "test/gpu/gather_lists.h"
#include "test/gpu/packed_rows.h"
#include "test/gpu/runner.h"

static size_t head_size(const kernel_t *kernel) { return (size_t)kernel_number(kernel, "#d", 64); }

// The most layers of a group, in the rings of kv_gather_packed_bulk.
static size_t most_layers(size_t d) { return d > 128 ? 4 : 10; }

static void fill_rows(const array_t *rows, size_t count, size_t d) {
  for (size_t i = 0; i < 2 * count; ++i) packed_random_vector((uint16_t *)rows->host + i * d, d);
}

// A pool of |rows| entries whose layers all hold rows of their own.
static array_t *make_pool(size_t rows, size_t d, size_t layers, packed_pool_t *out_pool) {
  array_t *array = array_pinned("host pool", SPC_I32, packed_pool_bytes(rows, d, layers) / 4);
  uint16_t *numbers = malloc(4 * d);
  *out_pool = packed_pool(array->host, rows, d, layers);
  for (size_t i = 0; i < rows * layers; ++i) {
    packed_random_vector(numbers, d);
    packed_random_vector(numbers + d, d);
    packed_store(out_pool, i / layers, i % layers, numbers);
  }
  free(numbers);
  return array;
}

// What launches take of a pool.
#define ENTRIES(array) P(array)
#define REST(array, pool) AT(array, (pool).rest - (pool).entries)

static void check_pack(const kernel_t *kernel, size_t layers, size_t place, size_t first, size_t count, size_t blocks) {
  size_t d = head_size(kernel), pool_rows = first + count + 3;
  array_t *rows = array_input("rows", SPC_BF16, count * 2 * d), *host = array_pinned("host pool", SPC_I32, packed_pool_bytes(pool_rows, d, layers) / 4);
  fill_rows(rows, count, d);
  uint8_t *expected = malloc(host->size);
  memset(expected, 0xff, host->size);
  packed_pool_t pool = packed_pool(host->host, pool_rows, d, layers), same = packed_pool(expected, pool_rows, d, layers);
  for (size_t i = 0; i < count; ++i) packed_store(&same, first + i, place, (uint16_t *)rows->host + i * 2 * d);
  LAUNCH(kernel, blocks, 1, 1, P(rows), ENTRIES(host), REST(host, pool), I(layers), I(place), I(first), I(count));
  check_same_bits(host->host, expected, host->size, "the host pool");
  free(expected);
  arrays_free();
}

void case_kv_pack(const kernel_t *kernel) {
  check_pack(kernel, 1, 0, 0, 1, 1);
  check_pack(kernel, 4, 2, 5, 700, 3);
  check_pack(kernel, 5, 4, 1, 333, 16);
}

static void check_unpack(const kernel_t *kernel, size_t layers, size_t place, size_t first, size_t count, size_t blocks) {
  size_t d = head_size(kernel);
  packed_pool_t pool;
  array_t *host = make_pool(first + count + 3, d, layers, &pool), *rows = array_output("rows", SPC_BF16, count * 2 * d);
  uint16_t *expected = malloc(rows->size);
  for (size_t i = 0; i < count; ++i) packed_load(&pool, first + i, place, expected + i * 2 * d);
  LAUNCH(kernel, blocks, 1, 1, P(rows), ENTRIES(host), REST(host, pool), I(layers), I(place), I(first), I(count));
  check_same_bits(rows->host, expected, rows->size, "the rows");
  free(expected);
  arrays_free();
}

void case_kv_unpack(const kernel_t *kernel) {
  check_unpack(kernel, 1, 0, 0, 1, 1);
  check_unpack(kernel, 4, 2, 5, 700, 3);
  check_unpack(kernel, 5, 4, 1, 333, 16);
}

// The last |layers| of the |group| layers whose rows lie side by side, or, with |alone|, the first of those. On a grid of |blocks|, for each head or for all of them together.
static void check_gather_packed(const kernel_t *kernel, size_t group, size_t layers, bool alone, unsigned blocks, bool for_each_head) {
  size_t d = head_size(kernel), place = group - layers, row_bytes = 4 * d, wanted = alone ? 1 : layers;
  packed_pool_t pool;
  array_t *host = make_pool(k_gather_pool_rows, d, group, &pool), *slots = array_output("slots", SPC_BF16, layers * k_gather_layer_rows * 2 * d);
  gather_lists_t g;
  gather_lists_make(&g);
  uint8_t *expected = malloc(slots->size), *before = malloc(host->size);
  memset(expected, 0xff, slots->size);
  for (size_t i = 0; i < g.load_count * wanted; ++i) {
    size_t load = i / wanted, layer = i % wanted;
    packed_load(&pool, g.loads[load].from, place + layer, (uint16_t *)(expected + (layer * k_gather_layer_rows + g.loads[load].to) * row_bytes));
  }
  memcpy(before, host->host, host->size);
  FOR_PARTS(first, next, k_gather_rows) {
    LAUNCH(kernel, blocks, for_each_head ? k_gather_heads : 1, 1, ENTRIES(host), P(g.table), P(g.sequences), P(g.tokens), P(g.slots), P(g.count), P(slots), I(k_gather_list),
           I(k_gather_max_pages), I(k_gather_page), I(k_gather_heads), I(next - first), I(group), I(wanted), I(k_gather_layer_rows), REST(host, pool), I(place), P(g.copying), I(first));
  }
  gather_lists_check_copying(&g);
  check_same_bits(slots->host, expected, slots->size, "slots");
  check_same_bits(host->host, before, host->size, "the host pool, which is only read");
  free(before);
  free(expected);
  arrays_free();
}

void case_kv_gather_packed(const kernel_t *kernel) {
  size_t most = most_layers(head_size(kernel));
  for (size_t group = 1; group <= 5; ++group) {
    for (size_t layers = 1; layers <= group; ++layers) check_gather_packed(kernel, group, layers, false, 4, true);
  }
  check_gather_packed(kernel, most, most, false, 4, true);
  check_gather_packed(kernel, most, most - 1, false, 4, true);
  check_gather_packed(kernel, 4, 3, true, 4, true);
  check_gather_packed(kernel, 4, 4, false, 1, false);
  check_gather_packed(kernel, 4, 4, false, 3, false);
  check_gather_packed(kernel, 2, 1, false, 8, false);
}

// |layers| of the |group| layers, the last of them.
static void check_scatter_packed(const kernel_t *kernel, size_t group, size_t layers) {
  enum { rows = 3, heads = 2, slot_rows = 40, pool_rows = 77, layer_rows = 43 };
  size_t d = head_size(kernel), row_bytes = 4 * d, deepest_slot = (layers - 1) * layer_rows, deepest = group - 1;
  array_t *slots = array_input("slots", SPC_BF16, (deepest_slot + slot_rows) * 2 * d);
  array_t *host = array_pinned("host pool", SPC_I32, packed_pool_bytes(pool_rows, d, group) / 4);
  array_t *from = array_input("append_slot_rows", SPC_I32, rows * heads), *to = array_input("append_rows", SPC_I32, rows * heads);
  fill_rows(slots, deepest_slot + slot_rows, d);
  uint8_t *expected = malloc(host->size);
  memset(expected, 0xff, host->size);
  packed_pool_t pool = packed_pool(host->host, pool_rows, d, group), same = packed_pool(expected, pool_rows, d, group);
  for (size_t i = 0; i < rows * heads; ++i) {
    array_i32(from)[i] = (int32_t)((i * 11 + 7) % slot_rows);
    array_i32(to)[i] = (int32_t)((i * 13 + 76) % pool_rows);
    for (size_t l = 0; l < layers; ++l) {
      size_t slot = deepest_slot - l * layer_rows + (size_t)array_i32(from)[i];
      packed_store(&same, (size_t)array_i32(to)[i], deepest - l, (uint16_t *)((uint8_t *)slots->host + slot * row_bytes));
    }
  }
  LAUNCH(kernel, heads, layers, rows, AT(slots, deepest_slot * row_bytes), P(from), ENTRIES(host), P(to), I(heads), I(group), I(layer_rows), REST(host, pool), I(deepest));
  check_same_bits(host->host, expected, host->size, "the host pool");
  free(expected);
  arrays_free();
}

void case_kv_scatter_packed(const kernel_t *kernel) {
  check_scatter_packed(kernel, 1, 1);
  check_scatter_packed(kernel, 4, 1);
  check_scatter_packed(kernel, 4, 3);
  check_scatter_packed(kernel, 5, 5);
}
