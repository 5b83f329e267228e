// spc/host_rows.h - how rows of a KV cache lie in host memory when they are packed (dims.host_packed), so that fewer bytes pass the link. Nothing is lost.
//
// Of a bf16, the sign and mantissa are a byte that looks random; the exponents of K or of V of one token and head lie close together. So a number takes a byte for sign and mantissa, and
// half a byte for how far its exponent is below the largest of the vector: 12 bits of 16. A word for each vector says the largest exponent, and:
//
//     bits 0-7 largest exponent | 8-15 exponent and 16-23 index of the one number that lies more than 15 below | 24 there is one | 25 there are more
//
// With more than one (hardly ever: 2e-5 of vectors of 128 normal numbers) the halves are the low ones of the exponents, and the high ones lie in the pool's rest, which nothing reads otherwise.
//
// An entry is a token and KV head of the L layers of a group (spc/abi.h: host_group), d numbers a head:
//
//     of each layer: 2d bytes of K's and V's signs and mantissas, d bytes of their halves, even numbers low | of each layer: the words of K and V | up to a multiple of 128
//
// A pool is all entries, by row of a paged pool, then the rest: of each entry and layer d bytes, the halves of K and V. compiler/kernels/nvptx/kv_packed.mlir reads and writes both.
// Measured: docs/kernels-nvptx.md.
#ifndef SPC_HOST_ROWS_H_
#define SPC_HOST_ROWS_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/abi.h"

#define SPC_HOST_ENTRY_ALIGNMENT 128  // a request's bytes: those that lie across are two
#define SPC_HOST_WORDS_ALIGNMENT 32
#define SPC_HOST_LEAST_HEAD 64  // of smaller heads an entry is hardly shorter than plain rows
#define SPC_HOST_ENTRY_MOST 4096  // bytes: what a stage of the gathering kernel's ring holds

static inline uint64_t spc_host_part_bytes(uint64_t head_size) { return 3 * head_size; }
static inline uint64_t spc_host_words_bytes(uint64_t layers) {
  return (8 * layers + SPC_HOST_WORDS_ALIGNMENT - 1) / SPC_HOST_WORDS_ALIGNMENT * SPC_HOST_WORDS_ALIGNMENT;
}
// Of |layers| layers: what passes the link for a token and KV head,
static inline uint64_t spc_host_used_bytes(uint64_t head_size, uint64_t layers) {
  return layers * spc_host_part_bytes(head_size) + spc_host_words_bytes(layers);
}
// and what lies from it to the next.
static inline uint64_t spc_host_entry_bytes(uint64_t head_size, uint64_t layers) {
  return (spc_host_used_bytes(head_size, layers) + SPC_HOST_ENTRY_ALIGNMENT - 1) / SPC_HOST_ENTRY_ALIGNMENT * SPC_HOST_ENTRY_ALIGNMENT;
}
// Of one layer of an entry.
static inline uint64_t spc_host_rest_bytes(uint64_t head_size) { return head_size; }

// Whether rows of |cache| can be packed: bulk copies begin at multiples of 16 bytes, and an index is a byte.
static inline bool spc_host_can_pack(const spc_cache_t *cache) {
  return cache->element == SPC_BF16 && cache->has_value && cache->head_size % 16 == 0 && cache->head_size <= 256;
}

// The most layers of a group of packed rows: the shallowest group may have half as many again (spc/memory_model.h).
static inline uint64_t spc_host_most_group(uint64_t head_size) {
  uint64_t layers = 1;
  while (spc_host_used_bytes(head_size, layers + 1 + (layers + 1) / 2) <= SPC_HOST_ENTRY_MOST) ++layers;
  return layers;
}

#endif  // SPC_HOST_ROWS_H_
