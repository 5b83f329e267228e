// Sizes of the per-session state buffers (spc_state_id_t in spc/abi.h), from the model's dimensions. The memory solver counts them and the plan
// carries them, so both ask here.
#ifndef PASSES_STATE_LAYOUT_H_
#define PASSES_STATE_LAYOUT_H_

#include "spc/abi.h"

typedef struct spc_state_layout_t {
  uint64_t offset[SPC_STATE_COUNT];  // 64-byte aligned
  uint64_t size[SPC_STATE_COUNT];    // 0: absent
  uint64_t total;                    // without staging
  uint64_t staging_size;
} spc_state_layout_t;

// |element_bytes| of the LLM's caches; |cache_count| caches with at most |max_kv_heads| KV heads; |max_q_heads| of any full attention, the LLM's or a
// deep retriever's; |panel_bytes| 0 when all weights are f32. Sizes saturate: a total of UINT64_MAX means that they do not fit in 64 bits.
// STAGING follows the state region, so its offset is |total| (spc/memory_model.h).
void spc_state_layout(const spc_dims_t *dims, uint64_t element_bytes, uint64_t cache_count, uint64_t max_kv_heads, uint64_t max_q_heads,
                      uint64_t panel_bytes, spc_state_layout_t *out_layout);

// Bytes of SPC_STATE_PANEL that a linear [rows, cols] whose weights are not f32 asks for; the plan takes the maximum over its linears. A panel holds whole
// rows in f32, enough of them for the GEMM library to work at speed.
uint64_t spc_state_panel_bytes(uint64_t rows, uint64_t cols);

#endif  // PASSES_STATE_LAYOUT_H_
