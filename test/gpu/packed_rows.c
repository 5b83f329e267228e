#include "test/gpu/packed_rows.h"

#include <string.h>

#include "spc/host_rows.h"
#include "test/gpu/elements.h"

enum { k_one = 1 << 24, k_more = 1 << 25 };

size_t packed_entries_bytes(size_t rows, size_t d, size_t layers) { return (rows * spc_host_entry_bytes(d, layers) + 63) / 64 * 64; }

size_t packed_pool_bytes(size_t rows, size_t d, size_t layers) { return packed_entries_bytes(rows, d, layers) + rows * layers * spc_host_rest_bytes(d); }

packed_pool_t packed_pool(void *memory, size_t rows, size_t d, size_t layers) {
  return (packed_pool_t){memory, (uint8_t *)memory + packed_entries_bytes(rows, d, layers), d, layers};
}

static unsigned exponent_of(uint16_t number) { return number >> 7 & 0xff; }

static void put_half(uint8_t *halves, size_t i, unsigned value) {
  halves[i / 2] = (uint8_t)(i % 2 ? (halves[i / 2] & 0x0f) | value << 4 : (halves[i / 2] & 0xf0) | value);
}
static unsigned half(const uint8_t *halves, size_t i) { return halves[i / 2] >> (i % 2 ? 4 : 0) & 0xf; }

static void store_vector(const uint16_t *numbers, size_t d, uint8_t *bytes, uint8_t *halves, uint8_t *word, uint8_t *rest) {
  unsigned largest = 0, exceptions = 0;
  uint32_t form = 0;
  for (size_t i = 0; i < d; ++i) {
    if (exponent_of(numbers[i]) > largest) largest = exponent_of(numbers[i]);
  }
  for (size_t i = 0; i < d; ++i) {
    if (largest - exponent_of(numbers[i]) <= 15) continue;
    form = ++exceptions > 1 ? k_more : (uint32_t)(k_one | i << 16 | exponent_of(numbers[i]) << 8);
  }
  for (size_t i = 0; i < d; ++i) {
    unsigned below = largest - exponent_of(numbers[i]);
    bytes[i] = (uint8_t)((numbers[i] >> 8 & 0x80) | (numbers[i] & 0x7f));
    put_half(halves, i, form == k_more ? exponent_of(numbers[i]) & 0xf : below > 15 ? 0 : below);
    if (form == k_more) put_half(rest, i, exponent_of(numbers[i]) >> 4);
  }
  form |= largest;
  memcpy(word, &form, sizeof form);
}

static void load_vector(const uint8_t *bytes, const uint8_t *halves, const uint8_t *word, const uint8_t *rest, size_t d, uint16_t *numbers) {
  uint32_t form;
  memcpy(&form, word, sizeof form);
  for (size_t i = 0; i < d; ++i) {
    unsigned exponent = form & k_more ? half(halves, i) | half(rest, i) << 4 : (form & 0xff) - half(halves, i);
    if (form & k_one && i == (form >> 16 & 0xff)) exponent = form >> 8 & 0xff;
    numbers[i] = (uint16_t)((bytes[i] & 0x80) << 8 | (exponent & 0xff) << 7 | (bytes[i] & 0x7f));
  }
}

typedef struct place_t {
  uint8_t *bytes, *halves, *words, *rest;
} place_t;

static place_t place_of(const packed_pool_t *pool, size_t row, size_t layer) {
  uint8_t *entry = pool->entries + row * spc_host_entry_bytes(pool->d, pool->layers), *part = entry + layer * spc_host_part_bytes(pool->d);
  return (place_t){part, part + 2 * pool->d, entry + pool->layers * spc_host_part_bytes(pool->d) + 8 * layer,
                   pool->rest + (row * pool->layers + layer) * spc_host_rest_bytes(pool->d)};
}

void packed_store(const packed_pool_t *pool, size_t row, size_t layer, const uint16_t *numbers) {
  place_t p = place_of(pool, row, layer);
  for (size_t v = 0; v < 2; ++v) {
    store_vector(numbers + v * pool->d, pool->d, p.bytes + v * pool->d, p.halves + v * pool->d / 2, p.words + 4 * v, p.rest + v * pool->d / 2);
  }
}

void packed_load(const packed_pool_t *pool, size_t row, size_t layer, uint16_t *out_numbers) {
  place_t p = place_of(pool, row, layer);
  for (size_t v = 0; v < 2; ++v) {
    load_vector(p.bytes + v * pool->d, p.halves + v * pool->d / 2, p.words + 4 * v, p.rest + v * pool->d / 2, pool->d, out_numbers + v * pool->d);
  }
}

void packed_random_vector(uint16_t *out_numbers, size_t d) {
  int kind = random_below(12);
  for (size_t i = 0; i < d; ++i) element_store(out_numbers, SPC_BF16, i, random_float() * (kind == 0 ? 1e-38 : 1));
  if (kind == 1) memset(out_numbers, 0, d * sizeof *out_numbers);
  for (size_t i = 0; kind == 2 && i < d; ++i) out_numbers[i] = (uint16_t)random_below(1 << 16);
  if (kind == 3 || kind == 4) out_numbers[random_below((int)d)] = 0;
  for (int i = 0; kind == 5 && i < 3; ++i) out_numbers[random_below((int)d)] = (uint16_t)(random_below(2) << 15 | random_below(1 << 12));
  if (kind == 6) out_numbers[random_below((int)d)] = 0x7f80;  // infinity
  if (kind == 7) out_numbers[random_below((int)d)] = 0xffc1;
}
