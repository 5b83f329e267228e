#include "passes/state_layout.h"

#include "spc/memory_model.h"

#define PANEL_ROWS 512
#define GEMM_WORKSPACE (UINT64_C(32) << 20)  // what cuBLASLt recommends for Hopper; its algorithms take what fits

static uint64_t product(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return spc_memory_mul(spc_memory_mul(a, b), spc_memory_mul(c, d));
}

uint64_t spc_state_alignment(spc_target_t target) { return target == SPC_TARGET_CUDA ? SPC_CUDA_ALIGNMENT : SPC_MEMORY_ALIGNMENT; }

static void cpu_sizes(const spc_dims_t *dims, const spc_state_needs_t *needs, spc_state_layout_t *layout) {
  const uint64_t rows = spc_memory_max_rows(dims);
  layout->size[SPC_STATE_ATTEND] = product(4, rows, needs->max_q_heads, 2);
  layout->size[SPC_STATE_PANEL] = needs->panel_bytes;
  // Two pages of one layer, then the new rows of one call.
  const uint64_t token_bytes = product(2, dims->kv_heads, dims->head_size, needs->element_bytes);
  const uint64_t staged_tokens = spc_memory_add(spc_memory_mul(2, dims->page_tokens), rows);
  layout->staging_size = spc_memory_round_up(spc_memory_mul(staged_tokens, token_bytes), SPC_MEMORY_ALIGNMENT);
}

static void cuda_sizes(const spc_dims_t *dims, const spc_state_needs_t *needs, spc_state_layout_t *layout) {
  const uint64_t sequences = dims->max_batch;
  layout->size[SPC_STATE_PANEL] = GEMM_WORKSPACE;
  layout->size[SPC_STATE_NARROW] = product(2, spc_memory_max_rows(dims), needs->narrow_columns, 1);
  layout->size[SPC_STATE_SPLIT_STATE] = product(4, sequences, needs->split_heads, 2 * SPC_ATTEND_SPLITS);
  layout->size[SPC_STATE_SPLIT_SUMS] = product(4, sequences, needs->split_columns, SPC_ATTEND_SPLITS);
  const uint64_t blocks = spc_memory_ceil_div(dims->max_seq, SPC_SCORE_BLOCK);
  layout->size[SPC_STATE_SCORE_STATS] = product(4, sequences, needs->score_heads, spc_memory_mul(2, blocks));
  layout->size[SPC_STATE_NEXT_IDS] = product(4, sequences, 1, 1);
  layout->size[SPC_STATE_COPYING] = dims->budget ? 4 * SPC_COPYING_COUNTS : 0;
  const spc_cache_t cache = {.element = needs->element_bytes == 2 ? SPC_BF16 : SPC_F32, .kv_heads = (uint32_t)dims->kv_heads,
                             .head_size = (uint32_t)dims->head_size, .has_value = 1};
  layout->staging_size = spc_memory_staging_bytes(dims, &cache, dims->max_seq);
}

void spc_state_layout(const spc_dims_t *dims, const spc_state_needs_t *needs, spc_state_layout_t *out_layout) {
  const uint64_t rows = spc_memory_max_rows(dims);
  const uint64_t sequences = dims->max_batch;
  const uint64_t slots = spc_memory_slots(dims);
  const uint64_t selection = product(4, sequences, dims->kv_heads, slots);  // i32 [R, H, N]; 0 without a retriever
  const uint64_t retrieves = slots > 0;

  *out_layout = (spc_state_layout_t){0};
  uint64_t *size = out_layout->size;
  size[SPC_STATE_IDS] = product(4, rows, 1, 1);
  size[SPC_STATE_POSITIONS] = product(4, rows, 1, 1);
  size[SPC_STATE_SEQUENCES] = product(4, rows, 1, 1);
  size[SPC_STATE_PAGE_TABLE] = product(4, sequences, spc_memory_ceil_div(dims->max_seq, dims->page_tokens), 1);
  size[SPC_STATE_SELECTED] = product(4, sequences, dims->selection_heads, slots);
  size[SPC_STATE_SELECTED_COUNT] = product(4, sequences, retrieves, 1);
  size[SPC_STATE_SELECTED_ROWS] = selection;
  size[SPC_STATE_SLOT_ROWS] = selection;
  size[SPC_STATE_RESIDENT_TOKENS] = selection;
  size[SPC_STATE_RESIDENT_SLOTS] = selection;
  size[SPC_STATE_RESIDENT_COUNT] = product(4, sequences, retrieves, 1);
  size[SPC_STATE_LOAD_TOKENS] = selection;
  size[SPC_STATE_LOAD_SLOTS] = selection;
  size[SPC_STATE_LOAD_COUNT] = product(4, sequences, dims->kv_heads, retrieves);
  size[SPC_STATE_APPEND_SLOT_ROWS] = product(4, sequences, dims->kv_heads, retrieves);
  size[SPC_STATE_FEATURES] = product(4, sequences, dims->feature_size, 1);
  size[SPC_STATE_WINDOW] = product(4, sequences, spc_memory_window_rows(dims), dims->window_size);
  size[SPC_STATE_APPEND_ROWS] = product(4, needs->cache_count, rows, needs->max_kv_heads);
  if (needs->target == SPC_TARGET_CUDA) {
    cuda_sizes(dims, needs, out_layout);
  } else {
    cpu_sizes(dims, needs, out_layout);
  }

  const uint64_t alignment = spc_state_alignment(needs->target);
  for (uint32_t i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING) continue;
    out_layout->offset[i] = out_layout->total;
    out_layout->total = spc_memory_add(out_layout->total, spc_memory_round_up(size[i], alignment));
  }
  size[SPC_STATE_STAGING] = out_layout->staging_size;
  out_layout->offset[SPC_STATE_STAGING] = out_layout->total;
}

uint64_t spc_state_panel_bytes(uint64_t rows, uint64_t cols) {
  return product(4, rows < PANEL_ROWS ? rows : PANEL_ROWS, cols, 1);
}
