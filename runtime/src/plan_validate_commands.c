// Programs, commands and operands.
#include <inttypes.h>

#include "plan_operands.h"
#include "plan_validate.h"
#include "spc/memory_model.h"

#define MAX_ITEMS (INT64_C(1) << 40)
#define MAX_GRID_Y 65535  // and z, the rows; x is an int32_t

typedef struct scope_t {
  const spc_plan_t *plan;
  const spc_program_t *program;
  spc_program_id_t id;
  uint32_t index;  // of the command in the program
} scope_t;

static const char *const program_names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};

#define BAD(scope, ...) bad_command((scope), SPC_STATUS(SPC_INVALID_ARGUMENT, __VA_ARGS__))

static bool is_cuda(const scope_t *s) { return s->plan->target == SPC_TARGET_CUDA; }

static const spc_command_t *command_of(const scope_t *s) { return &s->plan->commands[s->program->command_begin + s->index]; }

static spc_status_t bad_command(const scope_t *s, spc_status_t status) {
  return spc_status_annotate(status, "plan: program %s, command %u (%s)", program_names[s->id], s->index, command_of(s)->label);
}

static const spc_operand_t *operand(const scope_t *s, uint32_t i) { return &s->plan->operands[command_of(s)->operand_begin + i]; }

// What reads a row of a table for each row of the call, whatever the size of the table.
static bool looks_up_ids(const scope_t *s) {
  return command_of(s)->opcode == SPC_OP_LAUNCH && spc_command_takes(s->plan, command_of(s), SPC_OPERAND_STATE, SPC_STATE_IDS);
}

static spc_status_t check_operand(const scope_t *s, uint32_t i) {
  const spc_plan_t *plan = s->plan;
  const spc_operand_t *o = operand(s, i);
  uint64_t v = (uint64_t)o->value;
  switch (o->kind) {
    case SPC_OPERAND_BUFFER:
      if (v >= plan->arena_size || v % 4) return BAD(s, "operand %u is at byte %" PRIu64 " of an arena of %" PRIu64, i, v, plan->arena_size);
      return NULL;
    case SPC_OPERAND_WEIGHT:
      if (v >= plan->weight_count) return BAD(s, "operand %u is weight %" PRIu64 " of %u", i, v, plan->weight_count);
      if (plan->weights[v].offset >= plan->device_weights_size && !looks_up_ids(s)) {
        return BAD(s, "operand %u is weight %" PRIu64 " (%s) in host memory, and the command is no look-up by token id", i, v, plan->weights[v].name);
      }
      return NULL;
    case SPC_OPERAND_STATE:
      if (v >= SPC_STATE_COUNT || v == SPC_STATE_STAGING || plan->state_size[v] == 0) {
        return BAD(s, "operand %u is state %" PRIu64 ", which the plan does not have", i, v);
      }
      return NULL;
    case SPC_OPERAND_POOL:
    case SPC_OPERAND_APPEND_ROWS:
      if (v >= plan->cache_count) return BAD(s, "operand %u is of cache %" PRIu64 " of %u", i, v, plan->cache_count);
      return NULL;
    case SPC_OPERAND_POOL_STRIDE:
      if (!is_cuda(s)) return BAD(s, "operand %u has kind %u, which only CUDA has", i, o->kind);
      if (v >= plan->cache_count) return BAD(s, "operand %u is of cache %" PRIu64 " of %u", i, v, plan->cache_count);
      return NULL;
    case SPC_OPERAND_HOST_POOL:
    case SPC_OPERAND_HOST_STRIDE:
    case SPC_OPERAND_GROUP_LAYERS:
    case SPC_OPERAND_LAYER_ROWS:
    case SPC_OPERAND_GROUP_PLACE:
    case SPC_OPERAND_HOST_REST:
    case SPC_OPERAND_PAGE_ROWS: {
      if (!is_cuda(s)) return BAD(s, "operand %u has kind %u, which only CUDA has", i, o->kind);
      if (v >= plan->dims.layers) return BAD(s, "operand %u is of the host's part of cache %" PRIu64 ", which is no layer's", i, v);
      uint32_t opcode = command_of(s)->opcode;  // which the layer is offloaded for: elsewhere there is no such pool
      bool copies = opcode == SPC_OP_KV_PREFETCH || opcode == SPC_OP_KV_OFFLOAD;
      if (o->kind == SPC_OPERAND_HOST_REST && !plan->dims.host_packed) return BAD(s, "operand %u is of packed rows, which the plan does not have", i);
      if (!copies || v != (uint64_t)command_of(s)->cache) return BAD(s, "operand %u is of a host pool, outside a copy of its layer", i);
      return NULL;
    }
    case SPC_OPERAND_READ_ROWS:
      if (v >= plan->dims.layers) return BAD(s, "operand %u reads selected rows of cache %" PRIu64 ", which is no layer's", i, v);
      if (s->id != SPC_PROGRAM_DECODE || !plan->dims.budget) return BAD(s, "operand %u reads selected rows where nothing is selected", i);
      return NULL;
    case SPC_OPERAND_BUDGET:
    case SPC_OPERAND_RECENT:
      if (s->id != SPC_PROGRAM_DECODE || !plan->dims.budget) return BAD(s, "operand %u is of a selection where nothing is selected", i);
      return NULL;
    case SPC_OPERAND_FIRST_ROW: {
      if (!is_cuda(s)) return BAD(s, "operand %u has kind %u, which only CUDA has", i, o->kind);
      if (s->id != SPC_PROGRAM_DECODE || !plan->dims.budget) return BAD(s, "operand %u is of a selection where nothing is selected", i);
      uint32_t opcode = command_of(s)->opcode;
      if (opcode != SPC_OP_LAUNCH && opcode != SPC_OP_KV_PREFETCH) return BAD(s, "operand %u is the first row of a command that is always for all rows", i);
      return NULL;
    }
    case SPC_OPERAND_I64:
    case SPC_OPERAND_F64:
    case SPC_OPERAND_ROWS:
    case SPC_OPERAND_NULL: return NULL;
    default: return BAD(s, "operand %u has kind %u, which does not exist", i, o->kind);
  }
}

static spc_status_t check_kernel(const scope_t *s, int32_t kernel, uint32_t args, const char *role) {
  if (kernel < 0 || (uint32_t)kernel >= s->plan->kernel_count) return BAD(s, "%s kernel is %d of %u", role, kernel, s->plan->kernel_count);
  const spc_kernel_t *k = &s->plan->kernels[kernel];
  if (k->arg_count != args) return BAD(s, "%s kernel %s takes %u arguments, not %u", role, k->name, k->arg_count, args);
  return NULL;
}

static spc_status_t check_buffer(const scope_t *s, uint32_t i, uint64_t columns, uint32_t element, const char *role) {
  const spc_operand_t *o = operand(s, i);
  if (o->kind != SPC_OPERAND_BUFFER) return BAD(s, "operand %u (%s) is not a buffer", i, role);
  if (!spc_plan_buffer_fits(s->plan, (uint64_t)o->value, s->program->max_rows, columns, element)) {
    return BAD(s, "operand %u (%s) of %" PRIu64 " rows of %" PRIu64 " at byte %" PRId64 " leaves the arena of %" PRIu64 " bytes", i, role,
               s->program->max_rows, columns, o->value, s->plan->arena_size);
  }
  return NULL;
}

typedef struct extent_t {
  uint32_t operand;
  uint64_t columns;
  uint32_t element;
} extent_t;

// Two buffers of the command are apart.
static spc_status_t check_apart(const scope_t *s, extent_t a, extent_t b) {
  uint64_t a_begin = (uint64_t)operand(s, a.operand)->value, b_begin = (uint64_t)operand(s, b.operand)->value, rows = s->program->max_rows;
  uint64_t a_bytes = rows * a.columns * spc_memory_element_bytes(a.element), b_bytes = rows * b.columns * spc_memory_element_bytes(b.element);
  if (a_begin < b_begin + b_bytes && b_begin < a_begin + a_bytes) return BAD(s, "operands %u and %u overlap in the arena", a.operand, b.operand);
  return NULL;
}

static spc_status_t check_grid(const scope_t *s) {
  const int64_t *imm = command_of(s)->imm;
  if (imm[2] < 0 || (imm[2] == 0 && (imm[0] < 1 || imm[0] > INT32_MAX)) || imm[1] < 1 || imm[1] > MAX_GRID_Y) {
    return BAD(s, "a grid of %" PRId64 " x %" PRId64 " blocks, or of one for %" PRId64 " tokens", imm[0], imm[1], imm[2]);
  }
  return NULL;
}

static spc_status_t check_launch(const scope_t *s) {
  const spc_command_t *c = command_of(s);
  SPC_RETURN_IF_ERROR(check_kernel(s, c->kernel, c->operand_count, "launched"));
  if (c->items_per_row < 0 || c->items_per_row > MAX_ITEMS / (1 << 20) || c->items_fixed < 0 || c->items_fixed > MAX_ITEMS) {
    return BAD(s, "%" PRId64 " items a row and %" PRId64 " fixed", c->items_per_row, c->items_fixed);
  }
  return is_cuda(s) ? check_grid(s) : NULL;
}

typedef struct linear_types_t {
  uint32_t w, x, y, bias;
} linear_types_t;

// Which types a linear may have: on the CPU f32 but for the weights; on CUDA x and y are f32 or of the weights' type.
static spc_status_t take_linear_types(const scope_t *s, linear_types_t *out) {
  int64_t types = command_of(s)->imm[2];
  uint32_t w = (uint32_t)(types & 0xff), x = (uint32_t)(types >> 8 & 0xff), y = (uint32_t)(types >> 16 & 0xff);
  *out = (linear_types_t){w, x, y, is_cuda(s) ? y : w};
  bool known = w <= SPC_BF16 && types == SPC_LINEAR_TYPES(w, x, y);
  bool fits = is_cuda(s) ? (x == SPC_F32 || x == w) && (y == SPC_F32 || y == w) : x == SPC_F32 && y == SPC_F32;
  return known && fits ? NULL : BAD(s, "weights, x and y of types 0x%" PRIx64, (uint64_t)types);
}

static spc_status_t check_bias(const scope_t *s, const linear_types_t *t, uint64_t n) {
  if (operand(s, 2)->kind == SPC_OPERAND_NULL) return NULL;
  if (operand(s, 2)->kind != SPC_OPERAND_WEIGHT) return BAD(s, "operand 2 (bias) is neither a weight nor null");
  const spc_weight_t *b = &s->plan->weights[operand(s, 2)->value];
  if (spc_memory_mul(b->rows, b->cols) != n || b->element != t->bias) {
    return BAD(s, "bias %s is %" PRIu64 " x %" PRIu64 " of type %u, not %" PRIu64 " of type %u", b->name, b->rows, b->cols, b->element, n, t->bias);
  }
  return NULL;
}

static spc_status_t check_residual(const scope_t *s, const linear_types_t *t, uint64_t n) {
  if (operand(s, 3)->kind == SPC_OPERAND_NULL) return NULL;
  if (t->y != SPC_F32) return BAD(s, "a residual, which is f32, and a y of type %u", t->y);
  SPC_RETURN_IF_ERROR(check_buffer(s, 3, n, SPC_F32, "residual"));
  if (operand(s, 3)->value == operand(s, 4)->value) return NULL;  // in place
  return check_apart(s, (extent_t){3, n, SPC_F32}, (extent_t){4, n, SPC_F32});
}

static spc_status_t check_linear_kernels(const scope_t *s, const linear_types_t *t) {
  const spc_command_t *c = command_of(s);
  int variants = 0;
  for (int i = 0; i < 4; ++i) {
    if (c->kernels[i] == -1) continue;
    SPC_RETURN_IF_ERROR(check_kernel(s, c->kernels[i], is_cuda(s) ? 11 : 8, "linear"));
    ++variants;
  }
  if (!variants) return BAD(s, "a linear without a kernel");
  bool narrows = is_cuda(s) && t->x != t->w;
  if (narrows || c->kernel != -1) SPC_RETURN_IF_ERROR(check_kernel(s, c->kernel, is_cuda(s) ? 4 : 3, "conversion"));
  if (narrows && s->program->max_rows * (uint64_t)c->imm[1] * spc_memory_element_bytes(t->w) > s->plan->state_size[SPC_STATE_NARROW]) {
    return BAD(s, "state NARROW has no room for %" PRIu64 " rows of %" PRId64, s->program->max_rows, c->imm[1]);
  }
  return NULL;
}

static spc_status_t check_linear(const scope_t *s) {
  const spc_command_t *c = command_of(s);
  if (c->operand_count != 5) return BAD(s, "a linear has %u operands, not 5", c->operand_count);
  int64_t n = c->imm[0], k = c->imm[1];
  if (n <= 0 || n > INT32_MAX || k <= 0 || k > INT32_MAX) return BAD(s, "N is %" PRId64 " and K is %" PRId64, n, k);
  if (operand(s, 1)->kind != SPC_OPERAND_WEIGHT) return BAD(s, "operand 1 (W) is not a weight");
  const spc_weight_t *w = &s->plan->weights[operand(s, 1)->value];
  linear_types_t t;
  SPC_RETURN_IF_ERROR(take_linear_types(s, &t));
  if (w->rows != (uint64_t)n || w->cols != (uint64_t)k || w->element != t.w) {
    return BAD(s, "weight %s is %" PRIu64 " x %" PRIu64 " of type %u, not N %" PRId64 " x K %" PRId64 " of type %u", w->name, w->rows, w->cols,
               w->element, n, k, t.w);
  }
  SPC_RETURN_IF_ERROR(check_buffer(s, 0, (uint64_t)k, t.x, "x"));
  SPC_RETURN_IF_ERROR(check_buffer(s, 4, (uint64_t)n, t.y, "y"));
  SPC_RETURN_IF_ERROR(check_apart(s, (extent_t){0, (uint64_t)k, t.x}, (extent_t){4, (uint64_t)n, t.y}));
  SPC_RETURN_IF_ERROR(check_bias(s, &t, (uint64_t)n));
  SPC_RETURN_IF_ERROR(check_residual(s, &t, (uint64_t)n));
  return check_linear_kernels(s, &t);
}

static spc_status_t check_attend_cuda(const scope_t *s, uint64_t columns) {
  const spc_command_t *c = command_of(s);
  if (s->id == SPC_PROGRAM_PREFILL) {
    if (c->imm[1] < 1 || c->imm[1] > INT32_MAX) return BAD(s, "blocks of %" PRId64 " rows", c->imm[1]);
    return check_kernel(s, c->kernels[0], 7, "prefill attention");
  }
  uint64_t splits = s->program->max_rows * (uint64_t)c->imm[0] * SPC_ATTEND_SPLITS;
  uint64_t sums = s->program->max_rows * columns * SPC_ATTEND_SPLITS * 4;
  if (splits * 8 > s->plan->state_size[SPC_STATE_SPLIT_STATE] || sums > s->plan->state_size[SPC_STATE_SPLIT_SUMS]) {
    return BAD(s, "states SPLIT_STATE and SPLIT_SUMS are too small for %" PRId64 " heads", c->imm[0]);
  }
  SPC_RETURN_IF_ERROR(check_kernel(s, c->kernels[1], 10, "decode attention"));
  return check_kernel(s, c->kernels[2], 4, "combining");
}

static spc_status_t check_attend(const scope_t *s) {
  const spc_plan_t *plan = s->plan;
  const spc_command_t *c = command_of(s);
  if (c->operand_count != 3 || operand(s, 2)->kind != SPC_OPERAND_F64) return BAD(s, "full attention takes q, out and a scale");
  if (c->cache < 0 || (uint32_t)c->cache >= plan->cache_count) return BAD(s, "cache %d of %u", c->cache, plan->cache_count);
  const spc_cache_t *cache = &plan->caches[c->cache];
  if (!cache->has_value) return BAD(s, "cache %d has no values to attend to", c->cache);
  int64_t heads = c->imm[0];
  if (heads <= 0 || heads > 1 << 16 || heads % cache->kv_heads) {
    return BAD(s, "%" PRId64 " query heads over %u KV heads", heads, cache->kv_heads);
  }
  uint64_t columns = (uint64_t)heads * cache->head_size;
  if (c->imm[2] < 0 || c->imm[2] > (is_cuda(s) ? SPC_BF16 : SPC_F32)) return BAD(s, "q of type %" PRId64, c->imm[2]);
  uint32_t element = (uint32_t)c->imm[2];
  SPC_RETURN_IF_ERROR(check_buffer(s, 0, columns, element, "q"));
  SPC_RETURN_IF_ERROR(check_buffer(s, 1, columns, element, "out"));
  SPC_RETURN_IF_ERROR(check_apart(s, (extent_t){0, columns, element}, (extent_t){1, columns, element}));
  if (s->id == SPC_PROGRAM_LOGITS) return BAD(s, "attention does not belong here");
  if (is_cuda(s)) return check_attend_cuda(s, columns);
  if (s->program->max_rows * (uint64_t)heads * 8 > plan->state_size[SPC_STATE_ATTEND]) {
    return BAD(s, "state ATTEND is too small for %" PRId64 " heads", heads);
  }
  if (s->id == SPC_PROGRAM_PREFILL) return check_kernel(s, c->kernels[0], 11, "prefill attention");
  return check_kernel(s, c->kernels[1], 12, "decode attention");
}

// The first prefetch of a group brings what its other layers wait for.
static spc_status_t check_order(const scope_t *s) {
  const spc_command_t *c = command_of(s);
  for (const spc_command_t *before = c; before-- > &s->plan->commands[s->program->command_begin];) {
    if (before->opcode != SPC_OP_KV_PREFETCH) continue;
    if (before->cache >= c->cache) return BAD(s, "a prefetch of layer %d after one of layer %d", c->cache, before->cache);
    break;
  }
  return NULL;
}

static spc_status_t check_copy(const scope_t *s) {
  const spc_command_t *c = command_of(s);
  if (c->cache < 0 || (uint64_t)c->cache >= s->plan->dims.layers) return BAD(s, "cache %d is no layer's", c->cache);
  if (s->id == SPC_PROGRAM_LOGITS) return BAD(s, "a copy does not belong here");
  if (c->opcode == SPC_OP_KV_PREFETCH && (s->id != SPC_PROGRAM_DECODE || !s->plan->dims.budget)) {
    return BAD(s, "a prefetch where nothing is selected");
  }
  if (!is_cuda(s) || (s->id != SPC_PROGRAM_DECODE && !s->plan->dims.host_packed)) return NULL;
  if (c->opcode == SPC_OP_KV_PREFETCH) SPC_RETURN_IF_ERROR(check_order(s));
  SPC_RETURN_IF_ERROR(check_kernel(s, c->kernel, c->operand_count, "copying"));
  return check_grid(s);
}

static spc_status_t check_wait(const scope_t *s) {
  int64_t of = command_of(s)->imm[0];
  if (of < 0 || of >= s->index) return BAD(s, "waits for command %" PRId64 ", which does not come before it", of);
  uint32_t opcode = s->plan->commands[s->program->command_begin + of].opcode;
  if (opcode != SPC_OP_KV_PREFETCH && opcode != SPC_OP_KV_OFFLOAD) return BAD(s, "waits for command %" PRId64 ", which is no copy", of);
  return NULL;
}

static spc_status_t check_command(const scope_t *s) {
  const spc_command_t *c = command_of(s);
  if (!spc_plan_is_text(c->label)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: program %s, command %u has no label", program_names[s->id], s->index);
  }
  if (c->operand_begin > s->plan->operand_count || c->operand_count > s->plan->operand_count - c->operand_begin ||
      c->operand_count > SPC_PLAN_MAX_ARGS) {
    return BAD(s, "operands [%u, +%u) of %u", c->operand_begin, c->operand_count, s->plan->operand_count);
  }
  for (uint32_t i = 0; i < c->operand_count; ++i) SPC_RETURN_IF_ERROR(check_operand(s, i));
  switch (c->opcode) {
    case SPC_OP_LAUNCH: return check_launch(s);
    case SPC_OP_LINEAR: return check_linear(s);
    case SPC_OP_ATTEND_FULL: return check_attend(s);
    case SPC_OP_KV_PREFETCH:
    case SPC_OP_KV_OFFLOAD: return check_copy(s);
    case SPC_OP_KV_WAIT: return check_wait(s);
    default: return BAD(s, "opcode %u does not exist", c->opcode);
  }
}

static spc_status_t check_program(const spc_plan_t *plan, spc_program_id_t id) {
  const spc_dims_t *d = &plan->dims;
  const spc_program_t *p = &plan->programs[id];
  const char *name = program_names[id];
  if (p->command_begin > plan->command_count || p->command_count > plan->command_count - p->command_begin) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: program %s has commands [%u, +%u) of %u", name, p->command_begin, p->command_count,
                      plan->command_count);
  }
  if (p->command_count == 0) {
    if (id == SPC_PROGRAM_DECODE && d->budget == 0) return NULL;
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: program %s is empty", name);
  }
  if (id == SPC_PROGRAM_DECODE && d->budget == 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: program decode is sparse, but dims.budget is 0");
  }
  uint64_t least = id == SPC_PROGRAM_PREFILL ? d->prefill_chunk : id == SPC_PROGRAM_LOGITS ? 1 : d->max_batch;
  uint64_t most = id == SPC_PROGRAM_PREFILL ? d->prefill_chunk : d->max_batch;
  if (p->max_rows < least || p->max_rows > most) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: program %s has max_rows %" PRIu64 ", outside [%" PRIu64 ", %" PRIu64 "]", name,
                      p->max_rows, least, most);
  }
  if (!spc_plan_buffer_fits(plan, p->output_offset, p->max_rows, id == SPC_PROGRAM_PREFILL ? d->hidden : d->vocab, SPC_F32)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: the output of program %s at byte %" PRIu64 " leaves the arena", name, p->output_offset);
  }
  if (id == SPC_PROGRAM_LOGITS && !spc_plan_buffer_fits(plan, p->input_offset, p->max_rows, d->hidden, SPC_F32)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: the input of program %s at byte %" PRIu64 " leaves the arena", name, p->input_offset);
  }
  scope_t scope = {plan, p, id, 0};
  for (; scope.index < p->command_count; ++scope.index) SPC_RETURN_IF_ERROR(check_command(&scope));
  return NULL;
}

spc_status_t spc_plan_validate_programs(const spc_plan_t *plan) {
  for (int id = 0; id < SPC_PROGRAM_COUNT; ++id) SPC_RETURN_IF_ERROR(check_program(plan, (spc_program_id_t)id));
  return NULL;
}
