#include "passes/state_layout.h"

#include "spc/memory_model.h"

#define PANEL_ROWS 512

static uint64_t product(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return spc_memory_mul(spc_memory_mul(a, b), spc_memory_mul(c, d));
}

void spc_state_layout(const spc_dims_t *dims, uint64_t element_bytes, uint64_t cache_count, uint64_t max_kv_heads, uint64_t max_q_heads,
                      uint64_t panel_bytes, spc_state_layout_t *out_layout) {
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
  size[SPC_STATE_SELECTED] = selection;
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
  size[SPC_STATE_ATTEND] = product(4, rows, max_q_heads, 2);
  size[SPC_STATE_APPEND_ROWS] = product(4, cache_count, rows, max_kv_heads);
  size[SPC_STATE_PANEL] = panel_bytes;

  // Two pages of one layer, then the new rows of one call.
  const uint64_t token_bytes = product(2, dims->kv_heads, dims->head_size, element_bytes);
  const uint64_t staged_tokens = spc_memory_add(spc_memory_mul(2, dims->page_tokens), rows);
  out_layout->staging_size = spc_memory_round_up(spc_memory_mul(staged_tokens, token_bytes), SPC_MEMORY_ALIGNMENT);

  for (uint32_t i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING) continue;
    out_layout->offset[i] = out_layout->total;
    out_layout->total = spc_memory_add(out_layout->total, spc_memory_round_up(size[i], SPC_MEMORY_ALIGNMENT));
  }
  size[SPC_STATE_STAGING] = out_layout->staging_size;
  out_layout->offset[SPC_STATE_STAGING] = out_layout->total;
}

uint64_t spc_state_panel_bytes(uint64_t rows, uint64_t cols) {
  return product(4, rows < PANEL_ROWS ? rows : PANEL_ROWS, cols, 1);
}
