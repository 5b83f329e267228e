// One function an op: which kernel computes it, with which parameters, and its arguments in the order of compiler/kernels/host/README.md. Here are the ops whose
// arguments are the same on every target; lower_ops_cpu.c and lower_ops_cuda.c have the others.
#include <stdlib.h>

#include "compiler/plan/draft.h"

// ---- Dense ops -----------------------------------------------------------------------------------------------------

static spc_status_t lower_embed(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "embed", 1, (spc_kernel_param_t[]){spc_draft_elem(&d, "!elem", draft_in(&d, 1))});
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_in(&d, 1));
  spc_draft_value(&d, draft_out(&d));
  const int64_t columns = spc_dim(draft_in(&d, 1), 1);
  draft_i64(&d, columns);
  draft_f64(&d, spc_attr_f64(op, "scale", 1.0));
  spc_draft_work(&d, 1, draft_column_blocks(columns), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_rms_norm(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_kernel_param_t params[] = {spc_draft_elem(&d, "!elem", draft_in(&d, 1)), spc_draft_elem(&d, "!act", draft_out(&d))};
  spc_draft_kernel(&d, &d.command.kernel, "rms_norm", draft_is_cuda(&d) ? 2 : 1, params);
  if (draft_attr(&d, "heads") > 1) d.status = SPC_STATUS(SPC_INTERNAL, "a head norm outside spc.rope_append");
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_in(&d, 1));
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, spc_dim(draft_in(&d, 0), 1));
  draft_f64(&d, spc_attr_f64(op, "eps", 0));
  spc_draft_work(&d, 1, 1, 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_rope_table(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "rope_table", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_in(&d, 1));
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, spc_dim(draft_out(&d), 1) / 2);
  draft_f64(&d, spc_attr_f64(op, "scaling", 1.0));
  spc_draft_work(&d, 1, 1, 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_rope_gather(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "rope_gather", 1, (spc_kernel_param_t[]){spc_draft_elem(&d, "!elem", draft_in(&d, 1))});
  if (!d.status && spc_dim(draft_in(&d, 1), 0) < draft_option(&d, "max_seq")) {
    d.status = SPC_STATUS(SPC_INVALID_ARGUMENT,
                          "the model's cos/sin cache has %lld positions, --max-seq asks for %lld: compile with a shorter --max-seq",
                          (long long)spc_dim(draft_in(&d, 1), 0), (long long)draft_option(&d, "max_seq"));
  }
  for (intptr_t i = 0; i < 3; ++i) spc_draft_value(&d, draft_in(&d, i));
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, spc_dim(draft_out(&d), 1) / 2);
  spc_draft_work(&d, 1, 1, 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_swiglu(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_kernel_param_t act = spc_draft_elem(&d, "!act", draft_out(&d));
  spc_draft_kernel(&d, &d.command.kernel, "swiglu", draft_is_cuda(&d) ? 1 : 0, &act);
  const int64_t columns = spc_dim(draft_out(&d), 1);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, columns);
  spc_draft_work(&d, 1, draft_column_blocks(columns), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_add(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "add", 0, NULL);
  const int64_t columns = spc_dim(draft_out(&d), 1);
  for (intptr_t i = 0; i < 2; ++i) spc_draft_value(&d, draft_in(&d, i));
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, columns);
  spc_draft_work(&d, 1, draft_column_blocks(columns), 1);
  return spc_draft_finish(&d);
}

// spc.concat and spc.features: every operand is copied to its columns.
static spc_status_t lower_columns(spc_lowering_t *l, MlirOperation op) {
  int64_t column = 0;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
    int64_t width = spc_dim(draft_in(&d, i), 1);
    spc_draft_kernel(&d, &d.command.kernel, "copy_columns", 0, NULL);
    spc_draft_value(&d, draft_in(&d, i));
    spc_draft_value(&d, draft_out(&d));
    draft_i64(&d, width);
    draft_i64(&d, spc_dim(draft_out(&d), 1));
    draft_i64(&d, column);
    spc_draft_work(&d, 1, draft_column_blocks(width), 1);
    SPC_RETURN_IF_ERROR(spc_draft_finish(&d));
    column += width;
  }
  return NULL;
}

// ---- Attention and retrieval ---------------------------------------------------------------------------------------

static spc_status_t lower_rope_append(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_cache(&d, draft_in(&d, 4));
  spc_head_params_t p;
  spc_draft_head_params(&d, draft_in(&d, 0), &p);
  const bool has_value = spc_attr_bool(op, "has_value", true);
  MlirValue norm = mlirTypeIsNull(spc_element(draft_in(&d, 2))) ? draft_in(&d, 3) : draft_in(&d, 2);
  spc_kernel_param_t params[] = {spc_draft_elem(&d, "!welem", norm), p.elem, p.head_size, p.act};
  spc_draft_kernel(&d, &d.command.kernel, "rope_append", draft_is_cuda(&d) ? 4 : 3, params);
  for (intptr_t i = 0; i < 4; ++i) spc_draft_value(&d, draft_in(&d, i));
  spc_draft_value(&d, draft_out(&d));
  spc_draft_operand(&d, SPC_OPERAND_POOL, d.command.cache);
  spc_draft_operand(&d, SPC_OPERAND_APPEND_ROWS, d.command.cache);
  draft_i64(&d, draft_attr(&d, "q_heads"));
  draft_i64(&d, draft_attr(&d, "kv_heads"));
  draft_f64(&d, spc_attr_f64(op, "eps", 0));
  draft_i64(&d, has_value);
  draft_i64(&d, spc_attr_bool(op, "interleaved", false));
  if (draft_is_cuda(&d)) spc_draft_operand(&d, SPC_OPERAND_POOL_STRIDE, d.command.cache);
  spc_draft_work(&d, 1, draft_attr(&d, "q_heads") + draft_attr(&d, "kv_heads") * (1 + has_value), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_select(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "select", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  draft_state(&d, SPC_STATE_POSITIONS);
  draft_state(&d, SPC_STATE_SELECTED);
  draft_state(&d, SPC_STATE_SELECTED_COUNT);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 2));
  spc_draft_operand(&d, SPC_OPERAND_BUDGET, 0);
  draft_i64(&d, draft_option(&d, "sink"));
  spc_draft_operand(&d, SPC_OPERAND_RECENT, 0);
  draft_i64(&d, (int64_t)l->slots);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 1));
  if (draft_is_cuda(&d)) spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  spc_draft_work(&d, spc_dim(draft_in(&d, 0), 1), spc_dim(draft_in(&d, 0), 1), 1);
  return spc_draft_finish(&d);
}

spc_status_t spc_lower_kv_diff(spc_lowering_t *l, MlirOperation op) {
  static const spc_state_id_t ids[] = {SPC_STATE_SELECTED,       SPC_STATE_SELECTED_COUNT, SPC_STATE_POSITIONS,      SPC_STATE_SEQUENCES,
                                       SPC_STATE_PAGE_TABLE,     SPC_STATE_SELECTED_ROWS,  SPC_STATE_SLOT_ROWS,      SPC_STATE_RESIDENT_TOKENS,
                                       SPC_STATE_RESIDENT_SLOTS, SPC_STATE_RESIDENT_COUNT, SPC_STATE_LOAD_TOKENS,    SPC_STATE_LOAD_SLOTS,
                                       SPC_STATE_LOAD_COUNT,     SPC_STATE_APPEND_SLOT_ROWS};
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "kv_diff", 0, NULL);
  for (size_t i = 0; i < sizeof ids / sizeof *ids; ++i) draft_state(&d, ids[i]);
  draft_i64(&d, (int64_t)l->slots);
  draft_i64(&d, (int64_t)l->max_pages);
  draft_i64(&d, draft_option(&d, "page_tokens"));
  draft_i64(&d, (int64_t)l->builder->plan.dims.kv_heads);
  draft_i64(&d, (int64_t)l->builder->plan.dims.selection_heads);
  if (draft_is_cuda(&d)) spc_draft_operand(&d, SPC_OPERAND_FIRST_ROW, 0);
  spc_draft_work(&d, 1, (int64_t)l->builder->plan.dims.kv_heads, 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_shift_features(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "shift_features", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_state(&d, SPC_STATE_FEATURES);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_i64(&d, spc_dim(draft_out(&d), 1));
  spc_draft_operand(&d, SPC_OPERAND_ROWS, 0);
  spc_draft_work(&d, 0, draft_column_blocks(spc_dim(draft_out(&d), 1)), 1);
  if (!draft_is_cuda(&d)) d.command.items_fixed = 1;  // one item does all rows
  return spc_draft_finish(&d);
}

static spc_status_t lower_load_features(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "load_features", 0, NULL);
  draft_state(&d, SPC_STATE_FEATURES);
  draft_state(&d, SPC_STATE_SEQUENCES);
  spc_draft_value(&d, draft_out(&d));
  draft_i64(&d, spc_dim(draft_out(&d), 1));
  spc_draft_work(&d, 1, draft_column_blocks(spc_dim(draft_out(&d), 1)), 1);
  return spc_draft_finish(&d);
}

static spc_status_t lower_store_features(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, "store_features", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  draft_state(&d, SPC_STATE_FEATURES);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 1));
  spc_draft_work(&d, 1, draft_column_blocks(spc_dim(draft_in(&d, 0), 1)), 1);
  return spc_draft_finish(&d);
}

// A chunk of one sequence in @prefill, a row a sequence elsewhere.
static spc_status_t lower_window(spc_lowering_t *l, MlirOperation op) {
  const bool chunk = spc_lower_in_program(l, SPC_PROGRAM_PREFILL);
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_LAUNCH);
  spc_draft_kernel(&d, &d.command.kernel, chunk ? "shift_window" : "step_window", 0, NULL);
  spc_draft_value(&d, draft_in(&d, 0));
  spc_draft_value(&d, draft_out(&d));
  draft_state(&d, SPC_STATE_WINDOW);
  draft_state(&d, SPC_STATE_SEQUENCES);
  draft_i64(&d, spc_dim(draft_in(&d, 0), 1));
  draft_i64(&d, draft_attr(&d, "tokens"));
  if (chunk) spc_draft_operand(&d, SPC_OPERAND_ROWS, 0);
  spc_draft_work(&d, chunk ? 0 : 1, 1, 1);
  if (chunk && !draft_is_cuda(&d)) d.command.items_fixed = 1;  // one item does all rows
  return spc_draft_finish(&d);
}

// ---- The copy stream -----------------------------------------------------------------------------------------------

spc_status_t spc_lower_note_token(spc_lowering_t *l, MlirOperation op) {
  if (l->token_count == l->token_capacity) {
    size_t wanted = l->token_capacity ? l->token_capacity * 2 : 64;
    MlirOperation *tokens = realloc(l->tokens, wanted * sizeof *tokens);
    if (tokens) l->tokens = tokens;
    uint32_t *commands = realloc(l->token_commands, wanted * sizeof *commands);
    if (commands) l->token_commands = commands;
    if (!tokens || !commands) return SPC_STATUS(SPC_OUT_OF_MEMORY, "tokens of a program");
    l->token_capacity = wanted;
  }
  l->tokens[l->token_count] = op;
  l->token_commands[l->token_count++] = l->builder->plan.command_count - l->command_begin;
  return NULL;
}

static spc_status_t lower_kv_wait(spc_lowering_t *l, MlirOperation op) {
  spc_draft_t d = spc_draft_begin(l, op, SPC_OP_KV_WAIT);
  MlirOperation token = spc_value_def(draft_in(&d, 0));
  for (size_t i = l->token_count; i-- > 0;) {
    if (!mlirOperationEqual(l->tokens[i], token)) continue;
    const spc_command_t *waited = &l->builder->commands[l->command_begin + l->token_commands[i]];
    d.command.imm[0] = l->token_commands[i];
    d.command.layer = waited->layer;
    d.command.cache = waited->cache;
    return spc_draft_finish(&d);
  }
  d.status = SPC_STATUS(SPC_INTERNAL, "waits for a token that nothing before it made");
  return spc_draft_finish(&d);
}

static spc_status_t lower_nothing(spc_lowering_t *l, MlirOperation op) {
  (void)l, (void)op;
  return NULL;
}

static const spc_op_lowering_t shared_ops[] = {
    {"spc.none", lower_nothing},
    {"spc.weight", lower_nothing},
    {"spc.kv_cache", lower_nothing},
    {"func.return", lower_nothing},
    {"spc.embed", lower_embed},
    {"spc.rms_norm", lower_rms_norm},
    {"spc.rope_table", lower_rope_table},
    {"spc.rope_gather", lower_rope_gather},
    {"spc.swiglu", lower_swiglu},
    {"spc.add", lower_add},
    {"spc.concat", lower_columns},
    {"spc.features", lower_columns},
    {"spc.rope_append", lower_rope_append},
    {"spc.select", lower_select},
    {"spc.shift_features", lower_shift_features},
    {"spc.load_features", lower_load_features},
    {"spc.store_features", lower_store_features},
    {"spc.window", lower_window},
    {"spc.kv_wait", lower_kv_wait},
    {NULL, NULL},
};

static const spc_op_lowering_t *find(const spc_op_lowering_t *table, MlirOperation op) {
  while (table->name && !spc_op_is(op, table->name)) ++table;
  return table->name ? table : NULL;
}

bool spc_lower_in_program(const spc_lowering_t *lowering, spc_program_id_t id) { return lowering->program == id; }

bool spc_lower_is_sparse(MlirOperation attend) { return mlirStringRefEqual(spc_attr_str(attend, "mode", "full"), spc_str("sparse")); }

spc_status_t spc_lower_op(spc_lowering_t *lowering, MlirOperation op) {
  const spc_op_lowering_t *found = find(shared_ops, op);
  if (!found) found = find(lowering->inventory.state.target == SPC_TARGET_CUDA ? spc_lower_cuda_ops : spc_lower_cpu_ops, op);
  if (found) return found->lower(lowering, op);
  char where[256];
  return SPC_STATUS(SPC_INTERNAL, "%s: no kernel computes it; run the passes of spc-compile before the plan",
                    spc_op_describe(op, where, sizeof where));
}
