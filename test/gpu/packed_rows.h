// The reference of rows that are packed in host memory (spc/host_rows.h), and vectors that are hard to pack.
#ifndef TEST_GPU_PACKED_ROWS_H_
#define TEST_GPU_PACKED_ROWS_H_

#include <stddef.h>
#include <stdint.h>

// The pool of a group of layers, in host memory.
typedef struct packed_pool_t {
  uint8_t *entries, *rest;
  size_t d, layers;
} packed_pool_t;

size_t packed_entries_bytes(size_t rows, size_t d, size_t layers);  // where the rest begins
size_t packed_pool_bytes(size_t rows, size_t d, size_t layers);
packed_pool_t packed_pool(void *memory, size_t rows, size_t d, size_t layers);

// K and V, bf16 [2d], of |layer| of entry |row|. What the format leaves open, the rest of vectors that do without, is not written.
void packed_store(const packed_pool_t *pool, size_t row, size_t layer, const uint16_t *numbers);
void packed_load(const packed_pool_t *pool, size_t row, size_t layer, uint16_t *out_numbers);

// bf16 [d]: normal numbers mostly; now and then one that is much smaller, several, zeros, numbers that are no numbers, any bits.
void packed_random_vector(uint16_t *out_numbers, size_t d);

#endif  // TEST_GPU_PACKED_ROWS_H_
