#include "compiler/plan/draft.h"

#include <stdio.h>

spc_draft_t spc_draft_begin(spc_lowering_t *l, MlirOperation op, spc_opcode_t opcode) {
  spc_draft_t d = {.lowering = l, .op = op};
  d.command = (spc_command_t){.opcode = opcode,
                              .kernel = -1,
                              .kernels = {-1, -1, -1, -1},
                              .cache = -1,
                              .layer = -1,
                              .operand_begin = l->builder->plan.operand_count};
  return d;
}

// ---- Operands --------------------------------------------------------------------------------------------------------

void spc_draft_operand(spc_draft_t *d, spc_operand_kind_t kind, int64_t value) {
  if (!d->status) d->status = spc_plan_builder_operand(d->lowering->builder, kind, value);
}

void spc_draft_value(spc_draft_t *d, MlirValue v) {
  if (d->status) return;
  MlirOperation def = spc_value_def(v);
  if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.none")) {
    spc_draft_operand(d, SPC_OPERAND_NULL, 0);
    return;
  }
  if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.weight")) {
    int64_t index = spc_weight_table_find(d->lowering->weights, def);
    if (index < 0) d->status = SPC_STATUS(SPC_INTERNAL, "a weight that is not in the table");
    spc_draft_operand(d, SPC_OPERAND_WEIGHT, index);
    return;
  }
  if (mlirOperationIsNull(def) && mlirTypeEqual(spc_element(v), mlirIntegerTypeGet(mlirTypeGetContext(mlirValueGetType(v)), 32))) {
    draft_state(d, mlirBlockArgumentGetArgNumber(v) == 0 ? SPC_STATE_IDS : SPC_STATE_POSITIONS);
    return;
  }
  int64_t offset = 0;
  d->status = spc_lower_offset(v, &offset);
  spc_draft_operand(d, SPC_OPERAND_BUFFER, offset);
}

void spc_draft_cache(spc_draft_t *d, MlirValue v) {
  if (!d->status) d->status = spc_lower_cache_index(d->lowering, v, &d->command.cache);
  if (d->status) return;
  if (d->lowering->builder->caches[d->command.cache].kind == SPC_CACHE_LLM) d->command.layer = d->command.cache;
}

void spc_draft_work(spc_draft_t *d, int64_t items, int64_t x, int64_t y) {
  d->command.items_per_row = draft_is_cuda(d) ? 1 : items;
  if (!draft_is_cuda(d)) return;
  d->command.imm[0] = x;
  d->command.imm[1] = y;
}

// ---- Kernels and their parameters --------------------------------------------------------------------------------------

void spc_draft_kernel(spc_draft_t *d, int32_t *slot, const char *name, intptr_t n, const spc_kernel_param_t *params) {
  if (!d->status) d->status = spc_kernel_set_request(d->lowering->kernels, name, n, params, slot);
}

spc_element_t spc_draft_element(spc_draft_t *d, MlirValue v) {
  spc_element_t element = SPC_F32;
  MlirType type = spc_element(v);
  if (mlirTypeIsNull(type) || spc_element_from_type(type, &element)) return element;
  if (!d->status) d->status = SPC_STATUS(SPC_UNSUPPORTED, "an element type that no kernel reads");
  return SPC_F32;
}

spc_kernel_param_t spc_draft_elem(spc_draft_t *d, const char *alias, MlirValue v) {
  return (spc_kernel_param_t){alias, spc_element_name(spc_draft_element(d, v))};
}

// What the GPU's kernels are written for: lanes that divide a warp, a group's accumulators in registers. (The kernel sources know it too, but not the model's
// words for it.)
static spc_status_t check_cuda_heads(int64_t head_size, int64_t group) {
  if (head_size < 16 || head_size > 256 || (head_size & (head_size - 1)) != 0) {
    return SPC_STATUS(SPC_UNSUPPORTED, "head size %lld: the GPU kernels take 16, 32, 64, 128 and 256; --target=cpu takes this model", (long long)head_size);
  }
  if (group > 8) {
    return SPC_STATUS(SPC_UNSUPPORTED, "%lld query heads share a KV head: the GPU kernels take at most 8; --target=cpu takes up to 16", (long long)group);
  }
  return NULL;
}

void spc_draft_head_params(spc_draft_t *d, MlirValue act, spc_head_params_t *p) {
  memset(p, 0, sizeof *p);
  if (d->status) return;
  const spc_cache_t *c = &d->lowering->builder->caches[d->command.cache];
  const int64_t q_heads = draft_attr(d, "q_heads"), group = q_heads / c->kv_heads;
  if (q_heads % c->kv_heads) {
    d->status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%lld query heads do not divide among %u KV heads", (long long)q_heads, c->kv_heads);
  } else if (draft_is_cuda(d)) {
    d->status = check_cuda_heads(c->head_size, group);
  }
  snprintf(p->d, sizeof p->d, "%u : index", c->head_size);
  snprintf(p->group, sizeof p->group, "%lld : index", (long long)group);
  snprintf(p->heads, sizeof p->heads, "%u : index", c->kv_heads);
  snprintf(p->page, sizeof p->page, "%lld : index", (long long)draft_option(d, "page_tokens"));
  p->elem = (spc_kernel_param_t){"!elem", spc_element_name((spc_element_t)c->element)};
  p->head_size = (spc_kernel_param_t){"#d", p->d};
  p->act = spc_draft_elem(d, "!act", act);
  const spc_kernel_param_t all[] = {p->elem, p->head_size, {"#group", p->group}, {"#kv_heads", p->heads}, {"#page", p->page}, p->act};
  memcpy(p->all, all, sizeof all);
  p->count = draft_is_cuda(d) ? 6 : 5;
}

// ---- The end -----------------------------------------------------------------------------------------------------------

// The layer in a weight's name ("model.layers.3.mlp..."), or -1.
static int32_t layer_of_name(MlirStringRef name) {
  static const char mark[] = "layers.";
  for (size_t i = 0; i + sizeof mark - 1 < name.length; ++i) {
    if (!memcmp(name.data + i, mark, sizeof mark - 1)) {
      int32_t layer = 0;
      size_t j = i + sizeof mark - 1;
      if (name.data[j] < '0' || name.data[j] > '9') return -1;
      for (; j < name.length && name.data[j] >= '0' && name.data[j] <= '9' && layer < 100000; ++j) layer = layer * 10 + name.data[j] - '0';
      return layer;
    }
  }
  return -1;
}

spc_status_t spc_draft_finish(spc_draft_t *d) {
  if (d->status) {
    char where[256];
    return spc_status_annotate(d->status, "%s", spc_op_describe(d->op, where, sizeof where));
  }
  spc_command_t *c = &d->command;
  spc_plan_builder_t *builder = d->lowering->builder;
  c->operand_count = builder->plan.operand_count - c->operand_begin;
  MlirStringRef op_name = spc_op_name(d->op), weight = {NULL, 0};
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(d->op) && !weight.length; ++i) {
    MlirOperation def = spc_value_def(draft_in(d, i));
    if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.weight")) weight = spc_attr_str(def, "name", "");
  }
  if (c->layer < 0) c->layer = layer_of_name(weight);
  int op_length = (int)op_name.length - 4;  // without "spc."
  const char *op_text = op_name.data + 4;
  if (weight.length) {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(builder, &c->label, "%.*s %.*s", op_length, op_text, (int)weight.length, weight.data));
  } else if (c->layer >= 0) {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(builder, &c->label, "%.*s layer %d", op_length, op_text, (int)c->layer));
  } else {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(builder, &c->label, "%.*s", op_length, op_text));
  }
  return spc_plan_builder_command(builder, c);
}
