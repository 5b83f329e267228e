// The state region: every buffer large enough for its shape in spc/abi.h, aligned, inside the region, and apart from the others.
#include <inttypes.h>

#include "plan_validate.h"
#include "spc/memory_model.h"

#define INVALID(...) SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: " __VA_ARGS__)

typedef struct need_t {
  const char *name;
  uint64_t bytes;
} need_t;

static uint64_t product(uint64_t a, uint64_t b, uint64_t c) { return spc_memory_mul(spc_memory_mul(a, b), c); }

// The least size of each state buffer; 0 where the plan may leave it out.
static void least_sizes(const spc_plan_t *plan, need_t out[SPC_STATE_COUNT]) {
  const spc_dims_t *d = &plan->dims;
  uint64_t r = d->max_batch, t = spc_memory_max_rows(d), h = d->kv_heads, n = spc_memory_slots(d);
  uint64_t pages = spc_memory_ceil_div(d->max_seq, d->page_tokens);
  uint64_t max_kv_heads = 0;
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    if (plan->caches[i].kv_heads > max_kv_heads) max_kv_heads = plan->caches[i].kv_heads;
  }
  bool cuda = plan->target == SPC_TARGET_CUDA;
  uint64_t splits = cuda ? product(r, d->q_heads, 4 * SPC_ATTEND_SPLITS) : 0;
  uint64_t selection = d->budget ? spc_memory_mul(product(r, h, n), 4) : 0;
  const need_t needs[SPC_STATE_COUNT] = {
      [SPC_STATE_IDS] = {"IDS", 4 * t},
      [SPC_STATE_POSITIONS] = {"POSITIONS", 4 * t},
      [SPC_STATE_SEQUENCES] = {"SEQUENCES", 4 * t},
      [SPC_STATE_PAGE_TABLE] = {"PAGE_TABLE", product(r, pages, 4)},
      [SPC_STATE_SELECTED] = {"SELECTED", d->budget ? spc_memory_mul(product(r, d->selection_heads, n), 4) : 0},
      [SPC_STATE_SELECTED_COUNT] = {"SELECTED_COUNT", d->budget ? 4 * r : 0},
      [SPC_STATE_SELECTED_ROWS] = {"SELECTED_ROWS", selection},
      [SPC_STATE_SLOT_ROWS] = {"SLOT_ROWS", selection},
      [SPC_STATE_RESIDENT_TOKENS] = {"RESIDENT_TOKENS", selection},
      [SPC_STATE_RESIDENT_SLOTS] = {"RESIDENT_SLOTS", selection},
      [SPC_STATE_RESIDENT_COUNT] = {"RESIDENT_COUNT", d->budget ? 4 * r : 0},
      [SPC_STATE_LOAD_TOKENS] = {"LOAD_TOKENS", selection},
      [SPC_STATE_LOAD_SLOTS] = {"LOAD_SLOTS", selection},
      [SPC_STATE_LOAD_COUNT] = {"LOAD_COUNT", d->budget ? product(r, h, 4) : 0},
      [SPC_STATE_APPEND_SLOT_ROWS] = {"APPEND_SLOT_ROWS", d->budget ? product(r, h, 4) : 0},
      [SPC_STATE_FEATURES] = {"FEATURES", product(r, d->feature_size, 4)},
      [SPC_STATE_ATTEND] = {"ATTEND", cuda ? 0 : product(t, d->q_heads, 8)},
      [SPC_STATE_APPEND_ROWS] = {"APPEND_ROWS", spc_memory_mul(product(plan->cache_count, t, max_kv_heads), 4)},
      [SPC_STATE_STAGING] = {"STAGING", 0},
      [SPC_STATE_PANEL] = {"PANEL", 0},
      [SPC_STATE_NARROW] = {"NARROW", 0},
      [SPC_STATE_SPLIT_STATE] = {"SPLIT_STATE", spc_memory_mul(splits, 2)},
      [SPC_STATE_SPLIT_SUMS] = {"SPLIT_SUMS", spc_memory_mul(splits, d->head_size)},
      [SPC_STATE_SCORE_STATS] = {"SCORE_STATS", cuda && d->budget ? product(r, spc_memory_ceil_div(d->max_seq, SPC_SCORE_BLOCK), 8) : 0},
      [SPC_STATE_NEXT_IDS] = {"NEXT_IDS", cuda ? 4 * r : 0},
      [SPC_STATE_COPYING] = {"COPYING", cuda && d->budget ? 4 * SPC_COPYING_COUNTS : 0},
      [SPC_STATE_WINDOW] = {"WINDOW", spc_memory_mul(product(r, spc_memory_window_rows(d), d->window_size), 4)},
  };
  for (int i = 0; i < SPC_STATE_COUNT; ++i) out[i] = needs[i];
}

static spc_status_t validate_staging(const spc_plan_t *plan) {
  if (plan->staging_size == 0) return NULL;  // no layer can be offloaded
  const spc_dims_t *d = &plan->dims;
  uint64_t token = spc_memory_token_bytes(&plan->caches[0]);
  if (plan->target == SPC_TARGET_CUDA) {
    uint64_t need = spc_memory_staging_bytes(d, &plan->caches[0], d->max_seq);
    if (plan->staging_size < need) {
      return INVALID("staging has %" PRIu64 " bytes; the pages of a sequence of a layer and what goes with them take %" PRIu64, plan->staging_size, need);
    }
    return NULL;
  }
  uint64_t need = spc_memory_mul(spc_memory_add(2 * d->page_tokens, spc_memory_max_rows(d)), token);
  if (plan->staging_size < need) {
    return INVALID("staging has %" PRIu64 " bytes; two pages and the new rows of a layer take %" PRIu64, plan->staging_size, need);
  }
  return NULL;
}

// The rows of a call are uploaded in one copy.
static spc_status_t validate_row_states(const spc_plan_t *plan) {
  const uint64_t *offset = plan->state_offset, *size = plan->state_size;
  for (int i = SPC_STATE_IDS; i < SPC_STATE_SEQUENCES; ++i) {
    if (offset[i + 1] != offset[i] + spc_memory_round_up(size[i], SPC_MEMORY_ALIGNMENT)) {
      return INVALID("states IDS, POSITIONS and SEQUENCES do not follow one another");
    }
  }
  return NULL;
}

spc_status_t spc_plan_validate_states(const spc_plan_t *plan) {
  need_t needs[SPC_STATE_COUNT];
  least_sizes(plan, needs);
  if (plan->state_total > PTRDIFF_MAX || plan->staging_size > PTRDIFF_MAX) {
    return INVALID("state has %" PRIu64 " and staging %" PRIu64 " bytes", plan->state_total, plan->staging_size);
  }
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING) continue;  // lies after the state region, see spc/memory_model.h
    uint64_t offset = plan->state_offset[i], size = plan->state_size[i];
    if (size < needs[i].bytes) {
      return INVALID("state %s has %" PRIu64 " bytes, needs %" PRIu64, needs[i].name, size, needs[i].bytes);
    }
    if (size == 0) continue;
    if (offset % 64) return INVALID("state %s lies at %" PRIu64 ", not a multiple of 64", needs[i].name, offset);
    if (spc_memory_add(offset, size) > plan->state_total) {
      return INVALID("state %s ends at %" PRIu64 ", past the %" PRIu64 " bytes of state", needs[i].name, spc_memory_add(offset, size),
                     plan->state_total);
    }
    for (int j = 0; j < i; ++j) {
      if (j == SPC_STATE_STAGING || plan->state_size[j] == 0) continue;
      if (offset < plan->state_offset[j] + plan->state_size[j] && plan->state_offset[j] < offset + size) {
        return INVALID("states %s and %s overlap", needs[j].name, needs[i].name);
      }
    }
  }
  if (plan->target == SPC_TARGET_CUDA) SPC_RETURN_IF_ERROR(validate_row_states(plan));
  return validate_staging(plan);
}
