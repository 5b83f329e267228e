// Sizes of the per-session state buffers (spc_state_id_t in spc/abi.h), from the model's dimensions. The memory solver counts them and the plan
// carries them, so both ask here.
#ifndef PASSES_STATE_LAYOUT_H_
#define PASSES_STATE_LAYOUT_H_

#include "spc/abi.h"

// Every buffer of the device arena, activations too, begins at a multiple of this. On a GPU it is what an allocation of the driver has, so that a buffer is
// as aligned as if it had been allocated alone. A multiple of SPC_MEMORY_ALIGNMENT, whose rounding in spc/memory_model.h it thereby turns into none.
#define SPC_CUDA_ALIGNMENT UINT64_C(256)
uint64_t spc_state_alignment(spc_target_t target);

// What the sizes depend on beside the dimensions.
typedef struct spc_state_needs_t {
  spc_target_t target;
  uint64_t element_bytes;              // of the LLM's caches
  uint64_t cache_count, max_kv_heads;  // of all caches
  uint64_t max_q_heads;                // CPU: of any full attention, the LLM's or a deep retriever's
  uint64_t panel_bytes;                // CPU: 0 when all weights are f32
  uint64_t narrow_columns;             // CUDA: the longest x that is f32 where the weights have 16 bits; 0 when there is none
  uint64_t split_heads, split_columns;  // CUDA: most query heads, and most query heads * head size, of an attention in decode
  uint64_t score_heads;                // CUDA: query heads of the retriever
} spc_state_needs_t;

typedef struct spc_state_layout_t {
  uint64_t offset[SPC_STATE_COUNT];  // aligned
  uint64_t size[SPC_STATE_COUNT];    // 0: absent
  uint64_t total;                    // without staging
  uint64_t staging_size;
} spc_state_layout_t;

// Sizes saturate: a total of UINT64_MAX means that they do not fit in 64 bits. STAGING follows the state region, so its offset is |total|
// (spc/memory_model.h).
void spc_state_layout(const spc_dims_t *dims, const spc_state_needs_t *needs, spc_state_layout_t *out_layout);

// Bytes of SPC_STATE_PANEL that a linear [rows, cols] whose weights are not f32 asks for on the CPU; the plan takes the maximum over its linears. A panel holds
// whole rows in f32, enough of them for the GEMM library to work at speed.
uint64_t spc_state_panel_bytes(uint64_t rows, uint64_t cols);

#endif  // PASSES_STATE_LAYOUT_H_
