// Lowerings for CUDA, of ops whose commands differ between targets: grids and arguments of compiler/kernels/nvptx/README.md.
#include <stdio.h>

#include "compiler/plan/draft.h"

// ---- Linear ------------------------------------------------------------------------------------------------------------

// y += bias, where no linear can add it itself: its kernels read a bias of the weights' type, the GEMM library one of y's.
static spc_status_t lower_add_bias(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_kernel_param_t params[] = {spc_draft_elem(&d, "!elem", draft_in(&d, 2)), spc_draft_elem(&d, "!y", draft_out(&d))};
  spc_draft_kernel(&d, &d.command.kernel, "add_bias", 2, params);
  const int64_t columns = spc_dim(draft_out(&d), 1);
  spc_draft_value(&d, draft_out(&d));
  spc_draft_value(&d, draft_in(&d, 2));
  draft_i64(&d, columns);
  spc_draft_work(&d, 1, draft_column_blocks(columns), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_linear(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LINEAR);
  const spc_element_t x = spc_draft_element(&d, draft_in(&d, 0)), w = spc_draft_element(&d, draft_in(&d, 1)), y = spc_draft_element(&d, draft_out(&d));
  const spc_kernel_param_t params[] = {{"!elem", spc_element_name(w)}, {"!x", spc_element_name(x)}, {"!y", spc_element_name(y)}};
  for (int i = 0; i < SPC_LINEAR_VARIANTS; ++i) {
    const char *variant = spc_kernel_linear_variant(SPC_KERNELS_NVPTX, spc_element_name(w), i);
    if (variant) spc_draft_kernel(&d, &d.command.kernels[i], variant, 3, params);
  }
  const spc_kernel_param_t act = {"!act", spc_element_name(w)};
  if (x == SPC_F32 && w != SPC_F32) spc_draft_kernel(&d, &d.command.kernel, "narrow_rows", 1, &act);
  MlirType bias = spc_element(draft_in(&d, 2));
  const bool adds_bias = !mlirTypeIsNull(bias) && (spc_draft_element(&d, draft_in(&d, 2)) != w || w != y);
  for (intptr_t i = 0; i < 4; ++i) {
    if (i == 2 && adds_bias) spc_draft_operand(&d, SPC_OPERAND_NULL, 0);
    else spc_draft_value(&d, draft_in(&d, i));
  }
  spc_draft_value(&d, draft_out(&d));
  d.command.imm[0] = spc_dim(draft_in(&d, 1), 0);
  d.command.imm[1] = spc_dim(draft_in(&d, 1), 1);
  d.command.imm[2] = SPC_LINEAR_TYPES(w, x, y);
  SPC_RETURN_IF_ERROR(spc_draft_finish(&d));
  return adds_bias ? lower_add_bias(l, op) : NULL;
}

// ---- Attention -----------------------------------------------------------------------------------------------------------

static void combine_kernel(spc_draft_t *d, int32_t *slot, const spc_head_params_t *p) {
  const spc_kernel_param_t params[] = {p->act, p->head_size};
  spc_draft_kernel(d, slot, "attend_combine", 2, params);
}

// As many splits as the list can fill. Where SPC_ATTEND_SPLITS of the least size hold it, all of its splits have that size, as those of attend_pages then have.
static int64_t splits_of_list(uint64_t rows) {
  uint64_t splits = (rows + SPC_ATTEND_SPLIT_ROWS - 1) / SPC_ATTEND_SPLIT_ROWS;
  return splits < SPC_ATTEND_SPLITS ? (int64_t)splits : SPC_ATTEND_SPLITS;
}

static spc_status_t lower_combine(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_cache(&d, draft_in(&d, 1));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_out(&d), &p);
  combine_kernel(&d, &d.command.kernel, &p);
  draft_state(&d, SPC_STATE_SPLIT_STATE);
  draft_state(&d, SPC_STATE_SPLIT_SUMS);
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, splits_of_list(l->slots));
  spc_draft_work(&d, 0, draft_attr(&d, "q_heads"), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_attend_sparse(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_cache(&d, draft_in(&d, 1));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_in(&d, 0), &p);
  spc_draft_kernel(&d, &d.command.kernel, "attend_rows", p.count, p.all);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_READ_ROWS, d.command.cache);
  draft_state(&d, SPC_STATE_SELECTED_COUNT);
  draft_state(&d, SPC_STATE_SPLIT_STATE);
  draft_state(&d, SPC_STATE_SPLIT_SUMS);
  draft_i64(&d, (int64_t)l->slots);
  draft_i64(&d, splits_of_list(l->slots));
  draft_f64(&d, spc_attr_f64(op, "scale", 0));
  spc_draft_work(&d, 0, splits_of_list(l->slots), draft_attr(&d, "kv_heads"));
  SPC_RETURN_IF_ERROR(spc_draft_finish(&d));
  return lower_combine(l, op);
}

static void prefill_kernel(spc_draft_t *d, const spc_head_params_t *p) {
  spc_draft_kernel(d, &d->command.kernels[0], "attend_prefill", p->count, p->all);
  if (d->status) return;
  d->command.imm[1] = spc_kernel_set_block_rows(d->lowering->kernels, d->command.kernels[0]);
  if (d->command.imm[1] < 1) d->status = SPC_STATUS(SPC_INTERNAL, "the source of attend_prefill does not say spc.block_rows");
}

static spc_status_t lower_attend(spc_lowering_t *l, MlirOperation op) {
  if (spc_lower_is_sparse(op)) return lower_attend_sparse(l, op);
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_ATTEND_FULL);
  spc_draft_cache(&d, draft_in(&d, 1));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_in(&d, 0), &p);
  if (spc_lower_in_program(l, SPC_PROGRAM_PREFILL)) {
    prefill_kernel(&d, &p);
  } else {
    spc_draft_kernel(&d, &d.command.kernels[1], "attend_pages", p.count, p.all);
    combine_kernel(&d, &d.command.kernels[2], &p);
  }
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_f64(&d, spc_attr_f64(op, "scale", 0));
  d.command.imm[0] = draft_attr(&d, "q_heads");
  d.command.imm[2] = spc_draft_element(&d, draft_in(&d, 0));
  return spc_draft_finish(&d);
}

// ---- Retrieval -----------------------------------------------------------------------------------------------------------

// |block| tokens a block, for as many tokens as the session may hold.
static void work_over_tokens(spc_draft_t *d, int64_t block, int64_t y) {
  spc_draft_work(d, 0, 1, y);
  d->command.imm[2] = block;
}

static spc_status_t lower_score(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_cache(&d, draft_in(&d, 1));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_in(&d, 0), &p);
  spc_draft_kernel(&d, &d.command.kernel, "score", p.count, p.all);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
  draft_state(&d, SPC_STATE_PAGE_TABLE);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_state(&d, SPC_STATE_POSITIONS);
  spc_draft_value(&d, draft_out(&d));
  draft_state(&d, SPC_STATE_SCORE_STATS);
  const int64_t stride = spc_dim(draft_out(&d), 2);
  draft_i64(&d, stride);
  draft_i64(&d, (int64_t)l->max_pages);
  draft_i64(&d, draft_option(&d, "sink"));
  spc_draft_operand(&d, SPC_OPERAND_RECENT, 0);
  draft_i64(&d, draft_ceil_div(stride, SPC_SCORE_BLOCK));
  draft_f64(&d, spc_attr_f64(op, "scale", 0));
  spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  work_over_tokens(&d, SPC_SCORE_BLOCK, draft_attr(&d, "kv_heads"));
  return spc_draft_finish(&d);
}

#define POOL_HEADS 128  // of !per_head in pool.mlir

static spc_status_t lower_pool(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "pool", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_state(&d, SPC_STATE_POSITIONS);
  draft_state(&d, SPC_STATE_SCORE_STATS);
  const int64_t stride = spc_dim(draft_in(&d, 0), 2), q_heads = spc_dim(draft_in(&d, 0), 1), kv_heads = spc_dim(draft_out(&d), 1);
  if (!d.status && q_heads > POOL_HEADS * kv_heads) {
    d.status = SPC_STATUS(SPC_UNSUPPORTED, "%lld query heads of the retriever for %lld sets of tokens: the GPU's kernel takes %d a set",
                          (long long)q_heads, (long long)kv_heads, POOL_HEADS);
  }
  draft_i64(&d, stride);
  draft_i64(&d, draft_option(&d, "sink"));
  spc_draft_operand(&d, SPC_OPERAND_RECENT, 0);
  draft_i64(&d, q_heads);
  draft_i64(&d, spc_dict_i64(l->retriever, "kv_heads", 0));
  draft_i64(&d, kv_heads);
  draft_i64(&d, draft_ceil_div(stride, SPC_SCORE_BLOCK));
  spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  work_over_tokens(&d, 1024, kv_heads);
  return spc_draft_finish(&d);
}

static spc_status_t lower_kv_diff(spc_lowering_t *l, MlirOperation op) {
  SPC_RETURN_IF_ERROR(spc_lower_kv_diff(l, op));
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "kv_diff_count", 0, NULL);
  draft_state(&d, SPC_STATE_SELECTED_COUNT);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_state(&d, SPC_STATE_RESIDENT_COUNT);
  spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  spc_draft_work(&d, 0, 1, 1);
  return spc_draft_finish(&d);
}

// ---- The copy stream -------------------------------------------------------------------------------------------------------

// A draft of a copy of rows of |cache| by |kernel|, or by |packed| where they are so on the host.
static spc_draft_t begin_copy(spc_lowering_t *l, MlirOperation op, spc_opcode_t opcode, MlirValue cache, const char *kernel, const char *packed) {
  spc_draft_t d = spc_draft_begin(l, op, opcode);
  d.status = spc_lower_note_token(l, op);
  spc_draft_cache(&d, cache);
  if (d.status || !kernel) return d;
  const spc_cache_t *c = &l->builder->caches[d.command.cache];
  char head_size[32];
  snprintf(head_size, sizeof head_size, "%u : index", c->head_size);
  const spc_kernel_param_t params[] = {{"#d", head_size}, {"!elem", spc_element_name((spc_element_t)c->element)}};
  if (l->builder->plan.dims.host_packed) {
    spc_draft_kernel(&d, &d.command.kernel, packed, 1, params);
  } else {
    spc_draft_kernel(&d, &d.command.kernel, kernel, 2, params);
  }
  return d;
}

// What kernels of packed rows take besides.
static void draft_packed(spc_draft_t *d) {
  if (!d->lowering->builder->plan.dims.host_packed) return;
  spc_draft_operand(d, SPC_OPERAND_HOST_REST, d->command.cache);
  spc_draft_operand(d, SPC_OPERAND_GROUP_PLACE, d->command.cache);
}

static spc_status_t lower_kv_prefetch(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = begin_copy(l, op, SPC_OP_KV_PREFETCH, mlirOperationGetOperand(op, 1), "kv_gather", "kv_gather_packed");
  const int64_t kv_heads = (int64_t)l->builder->plan.dims.kv_heads;
  spc_draft_operand(&d, SPC_OPERAND_HOST_POOL, d.command.cache);
  draft_state(&d, SPC_STATE_PAGE_TABLE);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_state(&d, SPC_STATE_LOAD_TOKENS);
  draft_state(&d, SPC_STATE_LOAD_SLOTS);
  draft_state(&d, SPC_STATE_LOAD_COUNT);
  spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
  draft_i64(&d, (int64_t)l->slots);
  draft_i64(&d, (int64_t)l->max_pages);
  draft_i64(&d, draft_option(&d, "page_tokens"));
  draft_i64(&d, kv_heads);
  spc_draft_operand(&d, SPC_OPERAND_ROWS, 0);
  spc_draft_operand(&d, SPC_OPERAND_HOST_STRIDE, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_GROUP_LAYERS, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_LAYER_ROWS, d.command.cache);
  draft_packed(&d);
  draft_state(&d, SPC_STATE_COPYING);
  spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  // As many blocks as the link needs, whatever the batch: each holds up the kernels beside it on its multiprocessor.
  const int64_t blocks = d.status ? 0 : (int64_t)spc_kernel_set_blocks(l->kernels, d.command.kernel);
  if (!d.status && blocks < 1) d.status = SPC_STATUS(SPC_INTERNAL, "the source of kv_gather does not say spc.blocks");
  // Of packed rows blocks divide the heads among them.
  const int64_t heads_apart = l->builder->plan.dims.host_packed ? 1 : kv_heads;
  spc_draft_work(&d, 0, heads_apart < blocks ? blocks / heads_apart : 1, heads_apart);
  d.command.items_per_row = 0;
  return spc_draft_finish(&d);
}

// @decode appends to slots. Elsewhere rope_append writes an offloaded layer's rows to the host itself, and the command marks when they are there; or, where rows are
// packed on the host, to staging, and the command brings them there.
static spc_status_t lower_kv_offload(spc_lowering_t *l, MlirOperation op) {
  const bool in_decode = spc_lower_in_program(l, SPC_PROGRAM_DECODE), scatters = in_decode || l->builder->plan.dims.host_packed;
  spc_draft_t d = begin_copy(l, op, SPC_OP_KV_OFFLOAD, mlirOperationGetOperand(op, 0), scatters ? "kv_scatter" : NULL, "kv_scatter_packed");
  if (!scatters) return spc_draft_finish(&d);
  const int64_t kv_heads = (int64_t)l->builder->plan.dims.kv_heads;
  spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_APPEND_ROWS, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_HOST_POOL, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_PAGE_ROWS, d.command.cache);
  draft_i64(&d, kv_heads);
  spc_draft_operand(&d, SPC_OPERAND_HOST_STRIDE, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_LAYER_ROWS, d.command.cache);
  draft_packed(&d);
  spc_draft_work(&d, 0, kv_heads, 1);
  return spc_draft_finish(&d);
}

const spc_op_lowering_t spc_lower_cuda_ops[] = {
    {"spc.linear", lower_linear},         {"spc.attend_cached", lower_attend}, {"spc.score", lower_score},
    {"spc.pool", lower_pool},             {"spc.kv_diff", lower_kv_diff},      {"spc.kv_prefetch", lower_kv_prefetch},
    {"spc.kv_offload", lower_kv_offload}, {NULL, NULL},
};
