// One function an op: which kernel computes it, with which parameters, and its arguments in the order of
// compiler/kernels/host/README.md.
#include <stdlib.h>
#include <string.h>

#include "compiler/plan/lowering.h"

// A command being put together. Errors stick: the first one wins and the rest of the calls do nothing, so that the tables below read as
// argument lists.
typedef struct draft_t {
  spc_lowering_t *lowering;
  MlirOperation op;
  spc_command_t command;
  spc_status_t status;
} draft_t;

static draft_t draft_begin(spc_lowering_t *l, MlirOperation op, spc_opcode_t opcode) {
  draft_t d = {.lowering = l, .op = op};
  d.command = (spc_command_t){.opcode = opcode,
                              .kernel = -1,
                              .kernels = {-1, -1, -1, -1},
                              .cache = -1,
                              .layer = -1,
                              .operand_begin = l->builder->plan.operand_count};
  return d;
}

static MlirValue in(draft_t *d, intptr_t i) { return mlirOperationGetOperand(d->op, i); }
static MlirValue out(draft_t *d) { return mlirOperationGetResult(d->op, 0); }
static int64_t attr(draft_t *d, const char *name) { return spc_attr_i64(d->op, name, 0); }
static int64_t option(draft_t *d, const char *name) { return spc_dict_i64(d->lowering->options, name, 0); }

static void operand(draft_t *d, spc_operand_kind_t kind, int64_t value) {
  if (!d->status) d->status = spc_plan_builder_operand(d->lowering->builder, kind, value);
}
static void i64(draft_t *d, int64_t value) { operand(d, SPC_OPERAND_I64, value); }
static void state(draft_t *d, spc_state_id_t id) { operand(d, SPC_OPERAND_STATE, id); }
static void f64(draft_t *d, double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  operand(d, SPC_OPERAND_F64, bits);
}

// A value: weights by index, absent ones as null, the token ids and positions as the runtime's state, everything else in the arena.
static void value(draft_t *d, MlirValue v) {
  if (d->status) return;
  MlirOperation def = spc_value_def(v);
  if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.none")) {
    operand(d, SPC_OPERAND_NULL, 0);
    return;
  }
  if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.weight")) {
    int64_t index = spc_weight_table_find(d->lowering->weights, def);
    if (index < 0) d->status = SPC_STATUS(SPC_INTERNAL, "a weight that is not in the table");
    operand(d, SPC_OPERAND_WEIGHT, index);
    return;
  }
  if (mlirOperationIsNull(def) && mlirTypeEqual(spc_element(v), mlirIntegerTypeGet(mlirTypeGetContext(mlirValueGetType(v)), 32))) {
    state(d, mlirBlockArgumentGetArgNumber(v) == 0 ? SPC_STATE_IDS : SPC_STATE_POSITIONS);
    return;
  }
  int64_t offset = 0;
  d->status = spc_lower_offset(v, &offset);
  operand(d, SPC_OPERAND_BUFFER, offset);
}

static void cache(draft_t *d, MlirValue v) {
  if (!d->status) d->status = spc_lower_cache_index(d->lowering, v, &d->command.cache);
  if (d->status) return;
  if (d->lowering->builder->caches[d->command.cache].kind == SPC_CACHE_LLM) d->command.layer = d->command.cache;
}

static void kernel(draft_t *d, int32_t *slot, const char *name, intptr_t n, const spc_kernel_param_t *params) {
  if (!d->status) d->status = spc_kernel_set_request(d->lowering->kernels, name, n, params, slot);
}

// {"!elem", ...} of a tensor value; |fallback| when it is absent.
static spc_kernel_param_t elem(draft_t *d, const char *alias, MlirValue v, const char *fallback) {
  spc_kernel_param_t param = {alias, fallback};
  MlirType type = spc_element(v);
  if (mlirTypeIsNull(type)) return param;
  spc_element_t element = SPC_F32;
  if (!d->status && !spc_element_from_type(type, &element)) d->status = SPC_STATUS(SPC_UNSUPPORTED, "an element type that no kernel reads");
  param.value = spc_element_name(element);
  return param;
}

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

// Appends the command with a label that says op, and weight or layer.
static spc_status_t finish(draft_t *d) {
  if (d->status) {
    char where[256];
    return spc_status_annotate(d->status, "%s", spc_op_describe(d->op, where, sizeof where));
  }
  spc_command_t *c = &d->command;
  c->operand_count = d->lowering->builder->plan.operand_count - c->operand_begin;
  MlirStringRef op_name = spc_op_name(d->op), weight = {NULL, 0};
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(d->op) && !weight.length; ++i) {
    MlirOperation def = spc_value_def(in(d, i));
    if (!mlirOperationIsNull(def) && spc_op_is(def, "spc.weight")) weight = spc_attr_str(def, "name", "");
  }
  if (c->layer < 0) c->layer = layer_of_name(weight);
  int op_length = (int)op_name.length - 4;  // without "spc."
  const char *op_text = op_name.data + 4;
  if (weight.length) {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(d->lowering->builder, &c->label, "%.*s %.*s", op_length, op_text, (int)weight.length, weight.data));
  } else if (c->layer >= 0) {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(d->lowering->builder, &c->label, "%.*s layer %d", op_length, op_text, (int)c->layer));
  } else {
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(d->lowering->builder, &c->label, "%.*s", op_length, op_text));
  }
  return spc_plan_builder_command(d->lowering->builder, c);
}

// ---- Dense ops -----------------------------------------------------------------------------------------------------

static spc_status_t lower_embed(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "embed", 1, (spc_kernel_param_t[]){elem(&d, "!elem", in(&d, 1), "f32")});
  value(&d, in(&d, 0));
  value(&d, in(&d, 1));
  value(&d, out(&d));
  i64(&d, spc_dim(in(&d, 1), 1));
  f64(&d, spc_attr_f64(op, "scale", 1.0));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_rms_norm(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "rms_norm", 1, (spc_kernel_param_t[]){elem(&d, "!elem", in(&d, 1), "f32")});
  if (attr(&d, "heads") > 1) d.status = SPC_STATUS(SPC_INTERNAL, "a head norm outside spc.rope_append");
  value(&d, in(&d, 0));
  value(&d, in(&d, 1));
  value(&d, out(&d));
  i64(&d, spc_dim(in(&d, 0), 1));
  f64(&d, spc_attr_f64(op, "eps", 0));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_linear(spc_lowering_t *l, MlirOperation op) {
  static const char *const names[4] = {"linear_m1", "linear_m2", "linear_m4", "linear_m8"};
  draft_t d = draft_begin(l, op, SPC_OP_LINEAR);
  spc_kernel_param_t element = elem(&d, "!elem", in(&d, 1), "f32");
  for (int i = 0; i < 4; ++i) kernel(&d, &d.command.kernels[i], names[i], 1, &element);
  if (strcmp(element.value, "f32")) kernel(&d, &d.command.kernel, "convert_rows", 1, &element);
  MlirType bias = spc_element(in(&d, 2));
  if (!d.status && !mlirTypeIsNull(bias) && !mlirTypeEqual(bias, spc_element(in(&d, 1)))) {
    d.status = SPC_STATUS(SPC_UNSUPPORTED, "a bias of another type than its weight");
  }
  for (intptr_t i = 0; i < 4; ++i) value(&d, in(&d, i));
  value(&d, out(&d));
  int64_t n = spc_dim(in(&d, 1), 0), k = spc_dim(in(&d, 1), 1);
  spc_element_t code = SPC_F32;
  (void)spc_element_from_type(spc_element(in(&d, 1)), &code);  // elem() has checked it
  d.command.imm[0] = n;
  d.command.imm[1] = k;
  d.command.imm[2] = code;
  d.command.items_fixed = (n + 7) / 8;
  return finish(&d);
}

static spc_status_t lower_rope_table(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "rope_table", 0, NULL);
  value(&d, in(&d, 0));
  value(&d, in(&d, 1));
  value(&d, out(&d));
  i64(&d, spc_dim(out(&d), 1) / 2);
  f64(&d, spc_attr_f64(op, "scaling", 1.0));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_rope_gather(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "rope_gather", 1, (spc_kernel_param_t[]){elem(&d, "!elem", in(&d, 1), "f32")});
  if (!d.status && spc_dim(in(&d, 1), 0) < option(&d, "max_seq")) {
    d.status = SPC_STATUS(SPC_INVALID_ARGUMENT,
                          "the model's cos/sin cache has %lld positions, --max-seq asks for %lld: compile with a shorter --max-seq",
                          (long long)spc_dim(in(&d, 1), 0), (long long)option(&d, "max_seq"));
  }
  for (intptr_t i = 0; i < 3; ++i) value(&d, in(&d, i));
  value(&d, out(&d));
  i64(&d, spc_dim(out(&d), 1) / 2);
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_rowwise(spc_lowering_t *l, MlirOperation op, const char *name) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, name, 0, NULL);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) value(&d, in(&d, i));
  value(&d, out(&d));
  i64(&d, spc_dim(out(&d), 1));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_swiglu(spc_lowering_t *l, MlirOperation op) { return lower_rowwise(l, op, "swiglu"); }
static spc_status_t lower_add(spc_lowering_t *l, MlirOperation op) { return lower_rowwise(l, op, "add"); }

// spc.concat and spc.features: every operand is copied to its columns.
static spc_status_t lower_columns(spc_lowering_t *l, MlirOperation op) {
  int64_t column = 0;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
    int64_t width = spc_dim(in(&d, i), 1);
    kernel(&d, &d.command.kernel, "copy_columns", 0, NULL);
    value(&d, in(&d, i));
    value(&d, out(&d));
    i64(&d, width);
    i64(&d, spc_dim(out(&d), 1));
    i64(&d, column);
    d.command.items_per_row = 1;
    SPC_RETURN_IF_ERROR(finish(&d));
    column += width;
  }
  return NULL;
}

// ---- Attention -----------------------------------------------------------------------------------------------------

// The parameters that attention and scoring kernels share, from the cache and the op's head counts.
typedef struct head_params_t {
  char d[32], group[32], heads[32], page[32];
  spc_kernel_param_t list[5];
} head_params_t;

static void head_params(draft_t *d, head_params_t *p) {
  if (d->status) return;
  const spc_cache_t *c = &d->lowering->builder->caches[d->command.cache];
  snprintf(p->d, sizeof p->d, "%u : index", c->head_size);
  snprintf(p->group, sizeof p->group, "%lld : index", (long long)(attr(d, "q_heads") / c->kv_heads));
  snprintf(p->heads, sizeof p->heads, "%u : index", c->kv_heads);
  snprintf(p->page, sizeof p->page, "%lld : index", (long long)option(d, "page_tokens"));
  p->list[0] = (spc_kernel_param_t){"!elem", spc_element_name(c->element)};
  p->list[1] = (spc_kernel_param_t){"#d", p->d};
  p->list[2] = (spc_kernel_param_t){"#group", p->group};
  p->list[3] = (spc_kernel_param_t){"#kv_heads", p->heads};
  p->list[4] = (spc_kernel_param_t){"#page", p->page};
  if (attr(d, "q_heads") % c->kv_heads) {
    d->status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%lld query heads do not divide among %u KV heads", (long long)attr(d, "q_heads"), c->kv_heads);
  }
}

static spc_status_t lower_rope_append(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  cache(&d, in(&d, 4));
  head_params_t p;
  head_params(&d, &p);
  if (!d.status) {
    MlirValue norm = mlirTypeIsNull(spc_element(in(&d, 2))) ? in(&d, 3) : in(&d, 2);
    spc_kernel_param_t params[] = {elem(&d, "!welem", norm, "f32"), p.list[0], p.list[1]};
    kernel(&d, &d.command.kernel, "rope_append", 3, params);
  }
  for (intptr_t i = 0; i < 4; ++i) value(&d, in(&d, i));
  value(&d, out(&d));
  operand(&d, SPC_OPERAND_POOL, d.command.cache);
  operand(&d, SPC_OPERAND_APPEND_ROWS, d.command.cache);
  i64(&d, attr(&d, "q_heads"));
  i64(&d, attr(&d, "kv_heads"));
  f64(&d, spc_attr_f64(op, "eps", 0));
  i64(&d, spc_attr_bool(op, "has_value", true));
  i64(&d, spc_attr_bool(op, "interleaved", false));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_attend(spc_lowering_t *l, MlirOperation op) {
  MlirStringRef mode = spc_attr_str(op, "mode", "full");
  bool sparse = mode.length == 6 && !memcmp(mode.data, "sparse", 6);
  draft_t d = draft_begin(l, op, sparse ? SPC_OP_LAUNCH : SPC_OP_ATTEND_FULL);
  cache(&d, in(&d, 1));
  head_params_t p;
  head_params(&d, &p);
  value(&d, in(&d, 0));
  if (sparse) {
    kernel(&d, &d.command.kernel, "attend_rows", 5, p.list);
    operand(&d, SPC_OPERAND_POOL, d.command.cache);
    operand(&d, SPC_OPERAND_READ_ROWS, d.command.cache);
    state(&d, SPC_STATE_SELECTED_COUNT);
    value(&d, out(&d));
    i64(&d, (int64_t)l->slots);
    d.command.items_per_row = attr(&d, "kv_heads");
  } else {
    bool prefill = l->builder->plan.programs[SPC_PROGRAM_PREFILL].command_count == 0 && spc_module_func(l->module, "prefill").ptr == l->func.ptr;
    if (prefill) kernel(&d, &d.command.kernels[0], "attend_prefill", 5, p.list);
    else kernel(&d, &d.command.kernels[1], "attend_pages", 5, p.list);
    value(&d, out(&d));
    d.command.imm[0] = attr(&d, "q_heads");
  }
  f64(&d, spc_attr_f64(op, "scale", 0));
  return finish(&d);
}

// ---- Retrieval -----------------------------------------------------------------------------------------------------

static spc_status_t lower_score(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  cache(&d, in(&d, 1));
  head_params_t p;
  head_params(&d, &p);
  if (!d.status) kernel(&d, &d.command.kernel, "score", 5, p.list);
  value(&d, in(&d, 0));
  operand(&d, SPC_OPERAND_POOL, d.command.cache);
  state(&d, SPC_STATE_PAGE_TABLE);
  state(&d, SPC_STATE_SEQUENCES);
  state(&d, SPC_STATE_POSITIONS);
  value(&d, out(&d));
  int64_t stride = spc_dim(out(&d), 2);
  i64(&d, stride);
  i64(&d, (int64_t)l->max_pages);
  i64(&d, option(&d, "sink"));
  i64(&d, option(&d, "recent"));
  f64(&d, spc_attr_f64(op, "scale", 0));
  if (!d.status) d.command.items_per_row = l->builder->caches[d.command.cache].kv_heads * ((stride + 1023) / 1024);
  return finish(&d);
}

static spc_status_t lower_pool(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "pool", 0, NULL);
  value(&d, in(&d, 0));
  value(&d, out(&d));
  state(&d, SPC_STATE_POSITIONS);
  i64(&d, spc_dim(in(&d, 0), 2));
  i64(&d, option(&d, "sink"));
  i64(&d, option(&d, "recent"));
  i64(&d, spc_dim(in(&d, 0), 1));
  i64(&d, spc_dict_i64(l->retriever, "kv_heads", 0));
  i64(&d, spc_dim(out(&d), 1));
  d.command.items_per_row = spc_dim(out(&d), 1);
  return finish(&d);
}

static spc_status_t lower_select(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "select", 0, NULL);
  value(&d, in(&d, 0));
  state(&d, SPC_STATE_POSITIONS);
  state(&d, SPC_STATE_SELECTED);
  state(&d, SPC_STATE_SELECTED_COUNT);
  i64(&d, spc_dim(in(&d, 0), 2));
  i64(&d, option(&d, "budget"));
  i64(&d, option(&d, "sink"));
  i64(&d, option(&d, "recent"));
  i64(&d, (int64_t)l->slots);
  i64(&d, spc_dim(in(&d, 0), 1));
  d.command.items_per_row = spc_dim(in(&d, 0), 1);
  return finish(&d);
}

static spc_status_t lower_kv_diff(spc_lowering_t *l, MlirOperation op) {
  static const spc_state_id_t ids[] = {SPC_STATE_SELECTED,       SPC_STATE_SELECTED_COUNT, SPC_STATE_POSITIONS,      SPC_STATE_SEQUENCES,
                                       SPC_STATE_PAGE_TABLE,     SPC_STATE_SELECTED_ROWS,  SPC_STATE_SLOT_ROWS,      SPC_STATE_RESIDENT_TOKENS,
                                       SPC_STATE_RESIDENT_SLOTS, SPC_STATE_RESIDENT_COUNT, SPC_STATE_LOAD_TOKENS,    SPC_STATE_LOAD_SLOTS,
                                       SPC_STATE_LOAD_COUNT,     SPC_STATE_APPEND_SLOT_ROWS};
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "kv_diff", 0, NULL);
  for (size_t i = 0; i < sizeof ids / sizeof *ids; ++i) state(&d, ids[i]);
  i64(&d, (int64_t)l->slots);
  i64(&d, (int64_t)l->max_pages);
  i64(&d, option(&d, "page_tokens"));
  i64(&d, (int64_t)l->builder->plan.dims.kv_heads);
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_shift_features(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "shift_features", 0, NULL);
  value(&d, in(&d, 0));
  value(&d, out(&d));
  state(&d, SPC_STATE_FEATURES);
  state(&d, SPC_STATE_SEQUENCES);
  i64(&d, spc_dim(out(&d), 1));
  operand(&d, SPC_OPERAND_ROWS, 0);
  d.command.items_fixed = 1;
  return finish(&d);
}

static spc_status_t lower_load_features(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "load_features", 0, NULL);
  state(&d, SPC_STATE_FEATURES);
  state(&d, SPC_STATE_SEQUENCES);
  value(&d, out(&d));
  i64(&d, spc_dim(out(&d), 1));
  d.command.items_per_row = 1;
  return finish(&d);
}

static spc_status_t lower_store_features(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_LAUNCH);
  kernel(&d, &d.command.kernel, "store_features", 0, NULL);
  value(&d, in(&d, 0));
  state(&d, SPC_STATE_FEATURES);
  state(&d, SPC_STATE_SEQUENCES);
  i64(&d, spc_dim(in(&d, 0), 1));
  d.command.items_per_row = 1;
  return finish(&d);
}

// ---- The copy stream -----------------------------------------------------------------------------------------------

static spc_status_t lower_copy(spc_lowering_t *l, MlirOperation op, spc_opcode_t opcode, intptr_t cache_operand) {
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
  draft_t d = draft_begin(l, op, opcode);
  cache(&d, in(&d, cache_operand));
  return finish(&d);
}

static spc_status_t lower_kv_prefetch(spc_lowering_t *l, MlirOperation op) { return lower_copy(l, op, SPC_OP_KV_PREFETCH, 1); }
static spc_status_t lower_kv_offload(spc_lowering_t *l, MlirOperation op) { return lower_copy(l, op, SPC_OP_KV_OFFLOAD, 0); }

static spc_status_t lower_kv_wait(spc_lowering_t *l, MlirOperation op) {
  draft_t d = draft_begin(l, op, SPC_OP_KV_WAIT);
  MlirOperation token = spc_value_def(in(&d, 0));
  for (size_t i = l->token_count; i-- > 0;) {
    if (!mlirOperationEqual(l->tokens[i], token)) continue;
    const spc_command_t *waited = &l->builder->commands[l->command_begin + l->token_commands[i]];
    d.command.imm[0] = l->token_commands[i];
    d.command.layer = waited->layer;
    d.command.cache = waited->cache;
    return finish(&d);
  }
  d.status = SPC_STATUS(SPC_INTERNAL, "waits for a token that nothing before it made");
  return finish(&d);
}

static spc_status_t lower_nothing(spc_lowering_t *l, MlirOperation op) {
  (void)l, (void)op;
  return NULL;
}

static const struct {
  const char *name;
  spc_status_t (*lower)(spc_lowering_t *, MlirOperation);
} lowerings[] = {
    {"spc.none", lower_nothing},
    {"spc.weight", lower_nothing},
    {"spc.kv_cache", lower_nothing},
    {"func.return", lower_nothing},
    {"spc.embed", lower_embed},
    {"spc.rms_norm", lower_rms_norm},
    {"spc.linear", lower_linear},
    {"spc.rope_table", lower_rope_table},
    {"spc.rope_gather", lower_rope_gather},
    {"spc.swiglu", lower_swiglu},
    {"spc.add", lower_add},
    {"spc.concat", lower_columns},
    {"spc.features", lower_columns},
    {"spc.rope_append", lower_rope_append},
    {"spc.attend_cached", lower_attend},
    {"spc.score", lower_score},
    {"spc.pool", lower_pool},
    {"spc.select", lower_select},
    {"spc.kv_diff", lower_kv_diff},
    {"spc.shift_features", lower_shift_features},
    {"spc.load_features", lower_load_features},
    {"spc.store_features", lower_store_features},
    {"spc.kv_prefetch", lower_kv_prefetch},
    {"spc.kv_offload", lower_kv_offload},
    {"spc.kv_wait", lower_kv_wait},
};

spc_status_t spc_lower_op(spc_lowering_t *lowering, MlirOperation op) {
  for (size_t i = 0; i < sizeof lowerings / sizeof *lowerings; ++i) {
    if (spc_op_is(op, lowerings[i].name)) return lowerings[i].lower(lowering, op);
  }
  char where[256];
  return SPC_STATUS(SPC_INTERNAL, "%s: no kernel computes it; run the passes of spc-compile before the plan",
                    spc_op_describe(op, where, sizeof where));
}
