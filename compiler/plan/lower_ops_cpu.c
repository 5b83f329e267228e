// Lowerings for the CPU, of ops whose commands differ between targets.
#include <string.h>

#include "compiler/plan/draft.h"

static spc_status_t lower_linear(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LINEAR);
  spc_kernel_param_t element = spc_draft_elem(&d, "!elem", draft_in(&d, 1));
  for (int i = 0; i < SPC_LINEAR_VARIANTS; ++i) {
    spc_draft_kernel(&d, &d.command.kernels[i], spc_kernel_linear_variant(SPC_KERNELS_HOST, element.value, i), 1, &element);
  }
  if (strcmp(element.value, "f32")) spc_draft_kernel(&d, &d.command.kernel, "convert_rows", 1, &element);
  MlirType bias = spc_element(draft_in(&d, 2));
  if (!d.status && !mlirTypeIsNull(bias) && !mlirTypeEqual(bias, spc_element(draft_in(&d, 1)))) {
    d.status = SPC_STATUS(SPC_UNSUPPORTED, "a bias of another type than its weight");
  }
  for (intptr_t i = 0; i < 4; ++i) spc_draft_value(&d, draft_in(&d, i));
  spc_draft_value(&d, draft_out(&d));
  int64_t n = spc_dim(draft_in(&d, 1), 0), k = spc_dim(draft_in(&d, 1), 1);
  d.command.imm[0] = n;
  d.command.imm[1] = k;
  d.command.imm[2] = spc_draft_element(&d, draft_in(&d, 1));
  d.command.items_fixed = (n + 7) / 8;
  return spc_draft_finish(&d);
}

static spc_status_t lower_attend(spc_lowering_t *l, MlirOperation op) {
  const bool sparse = spc_lower_is_sparse(op);
  spc_draft_t d = spc_draft_begin(l, op, sparse ? SPC_OP_LAUNCH : SPC_OP_ATTEND_FULL);
  spc_draft_cache(&d, draft_in(&d, 1));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_in(&d, 0), &p);
  spc_draft_value(&d, draft_in(&d, 0));
  if (sparse) {
    spc_draft_kernel(&d, &d.command.kernel, "attend_rows", p.count, p.all);
    spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
    spc_draft_operand(&d, SPC_OPERAND_READ_ROWS, d.command.cache);
    draft_state(&d, SPC_STATE_SELECTED_COUNT);
    spc_draft_value(&d, draft_out(&d));
    draft_i64(&d, (int64_t)l->slots);
    d.command.items_per_row = draft_attr(&d, "kv_heads");
  } else {
    if (spc_lower_in_program(l, SPC_PROGRAM_PREFILL)) spc_draft_kernel(&d, &d.command.kernels[0], "attend_prefill", p.count, p.all);
    else spc_draft_kernel(&d, &d.command.kernels[1], "attend_pages", p.count, p.all);
    spc_draft_value(&d, draft_out(&d));
    d.command.imm[0] = draft_attr(&d, "q_heads");
  }
  draft_f64(&d, spc_attr_f64(op, "scale", 0));
  return spc_draft_finish(&d);
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
  int64_t stride = spc_dim(draft_out(&d), 2);
  draft_i64(&d, stride);
  draft_i64(&d, (int64_t)l->max_pages);
  draft_i64(&d, draft_option(&d, "sink"));
  spc_draft_operand(&d, SPC_OPERAND_RECENT, 0);
  draft_f64(&d, spc_attr_f64(op, "scale", 0));
  if (!d.status) d.command.items_per_row = l->builder->caches[d.command.cache].kv_heads * ((stride + 1023) / 1024);
  return spc_draft_finish(&d);
}

static spc_status_t lower_pool(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "pool", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_state(&d, SPC_STATE_POSITIONS);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 2));
  draft_i64(&d, draft_option(&d, "sink"));
  spc_draft_operand(&d, SPC_OPERAND_RECENT, 0);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 1));
  draft_i64(&d, spc_dict_i64(l->retriever, "kv_heads", 0));
  draft_i64(&d, spc_dim(draft_out(&d), 1));
  d.command.items_per_row = spc_dim(draft_out(&d), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_copy(spc_lowering_t *l, MlirOperation op, spc_opcode_t opcode, intptr_t cache_operand) {
  SPC_RETURN_IF_ERROR(spc_lower_note_token(l, op));
  spc_draft_t d = spc_draft_begin(l, op, opcode);
  spc_draft_cache(&d, draft_in(&d, cache_operand));
  return spc_draft_finish(&d);
}

static spc_status_t lower_kv_prefetch(spc_lowering_t *l, MlirOperation op) { return lower_copy(l, op, SPC_OP_KV_PREFETCH, 1); }
static spc_status_t lower_kv_offload(spc_lowering_t *l, MlirOperation op) { return lower_copy(l, op, SPC_OP_KV_OFFLOAD, 0); }

const spc_op_lowering_t spc_lower_cpu_ops[] = {
    {"spc.linear", lower_linear},         {"spc.attend_cached", lower_attend},   {"spc.score", lower_score},
    {"spc.pool", lower_pool},             {"spc.kv_diff", spc_lower_kv_diff},    {"spc.kv_prefetch", lower_kv_prefetch},
    {"spc.kv_offload", lower_kv_offload}, {NULL, NULL},
};
