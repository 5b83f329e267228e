// --spc-solve-memory: a place for every buffer, and how long sequences may be with how many layers in host memory.
#include "passes/solve_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/target.h"
#include "passes/memory/host_tables.h"
#include "passes/memory/inventory.h"
#include "passes/memory/liveness.h"
#include "passes/memory/placement.h"
#include "passes/passes.h"
#include "passes/state_layout.h"

#define FLAG "spc-solve-memory"
#define LEAST_HOST_TABLE (UINT64_C(64) << 20)  // bytes, from which on a table is worth moving by itself

typedef enum embeddings_t { EMBEDDINGS_AUTO, EMBEDDINGS_HOST, EMBEDDINGS_DEVICE } embeddings_t;

typedef struct solve_options_t {
  int64_t device_memory;  // 0: unlimited
  int64_t embeddings;     // embeddings_t
} solve_options_t;

// ---- Activations -----------------------------------------------------------------------------------------------------

static void set_i64(MlirOperation op, const char *name, uint64_t value) {
  MlirContext ctx = mlirOperationGetContext(op);
  mlirOperationSetAttributeByName(op, spc_str(name), spc_named_i64(ctx, name, (int64_t)value).attribute);
}

// Writes the offsets of |buffers| to the ops that make them.
static void set_offsets(const spc_buffers_t *buffers) {
  for (size_t i = 0; i < buffers->count; ++i) {
    MlirOperation op = spc_value_def(buffers->values[i]);
    if (mlirOperationIsNull(op)) continue;  // an argument
    const int64_t offset = (int64_t)buffers->intervals[i].offset;
    mlirOperationSetAttributeByName(op, spc_str("spc.offset"), spc_i64_array(mlirOperationGetContext(op), 1, &offset));
  }
}

static void set_output(const spc_buffers_t *buffers, MlirOperation func) {
  const intptr_t i = spc_buffers_find(buffers, mlirOperationGetOperand(spc_func_return(func), 0));
  if (i >= 0) set_i64(func, "spc.output_offset", buffers->intervals[i].offset);
}

// Places all of |buffers| and lets the arena grow to hold them.
static bool place(spc_buffers_t *buffers, MlirOperation func, spc_placement_t *arena) {
  spc_placement_t placement;
  const uint64_t alignment = spc_state_alignment(spc_module_target(mlirOperationGetParentOperation(func)));
  spc_status_t status = spc_place_intervals(buffers->intervals, buffers->count, alignment, &placement);
  if (status) return spc_error_status(mlirOperationGetLocation(func), status);
  if (placement.size > INT64_MAX) return spc_error(func, "the activations take %" PRIu64 " bytes", placement.size);
  set_offsets(buffers);
  if (placement.size > arena->size) arena->size = placement.size;
  if (placement.lower_bound > arena->lower_bound) arena->lower_bound = placement.lower_bound;
  return true;
}

// One program on its own time line; nothing to do when the module has no such program.
static bool place_program(MlirOperation module, const char *name, int64_t rows, spc_placement_t *arena) {
  MlirOperation func = spc_module_func(mlirModuleFromOperation(module), name);
  if (mlirOperationIsNull(func)) return true;
  spc_buffers_t buffers = {0};
  const bool ok = spc_buffers_add_program(&buffers, func, rows, false) && place(&buffers, func, arena);
  if (ok) set_output(&buffers, func);
  spc_buffers_deinit(&buffers);
  return ok;
}

// @prefill and then @logits on one time line, the hidden rows alive until its end: logits may be asked for in several calls.
static bool place_prefill_and_logits(MlirOperation module, const spc_dims_t *dims, spc_placement_t *arena) {
  MlirModule m = mlirModuleFromOperation(module);
  MlirOperation prefill = spc_module_func(m, "prefill"), logits = spc_module_func(m, "logits");
  if (mlirOperationIsNull(prefill) || mlirOperationIsNull(logits)) {
    return spc_error(module, "there is no @%s: run --spc-insert-kv-prefetch first", mlirOperationIsNull(prefill) ? "prefill" : "logits");
  }
  spc_buffers_t buffers = {0};
  bool ok = spc_buffers_add_program(&buffers, prefill, (int64_t)dims->prefill_chunk, false);
  const intptr_t hidden = ok ? spc_buffers_find(&buffers, mlirOperationGetOperand(spc_func_return(prefill), 0)) : -1;
  MlirBlock block = spc_func_block(logits);
  ok = ok && spc_buffers_add_program(&buffers, logits, (int64_t)dims->max_batch, true);
  const intptr_t input = ok && mlirBlockGetNumArguments(block) == 1 ? spc_buffers_find(&buffers, mlirBlockGetArgument(block, 0)) : -1;
  if (ok && (hidden < 0 || input < 0)) ok = spc_error(module, "@prefill gives no hidden rows that @logits could take");
  if (ok) buffers.intervals[hidden].end = buffers.time;
  ok = ok && place(&buffers, prefill, arena);
  if (ok) {
    set_output(&buffers, prefill);
    set_output(&buffers, logits);
    set_i64(logits, "spc.input_offset", buffers.intervals[input].offset);
  }
  spc_buffers_deinit(&buffers);
  return ok;
}

// ---- The budget ------------------------------------------------------------------------------------------------------

typedef struct part_t {
  const char *name;
  uint64_t bytes;
} part_t;

static int compare_parts(const void *a, const void *b) {
  const part_t *x = a, *y = b;
  return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

// "weights 123, retrieval keys 45, ...": what takes the device's memory at |tokens| with every layer offloaded, largest first.
static void describe_parts(const spc_memory_model_t *model, uint64_t sequences, uint64_t tokens, char *buffer, size_t size) {
  part_t parts[] = {{"weights", model->weights}, {"activations", model->activations}, {"state", model->state}, {"staging", model->staging},
                    {"retrieval keys", 0},       {"the retriever's caches", 0},       {"slots of offloaded layers", 0}};
  for (uint32_t i = 0; i < model->cache_count; ++i) {
    part_t *part = &parts[model->caches[i].kind == SPC_CACHE_KEYS ? 4 : model->caches[i].kind == SPC_CACHE_RETRIEVER ? 5 : 6];
    part->bytes = spc_memory_add(part->bytes, spc_memory_pool_bytes(model, i, sequences, tokens, model->layers));
  }
  qsort(parts, sizeof(parts) / sizeof(parts[0]), sizeof(parts[0]), compare_parts);
  size_t used = 0;
  buffer[0] = '\0';
  for (size_t i = 0; i < 4 && parts[i].bytes > 0; ++i) {
    const int n = snprintf(buffer + used, size - used, "%s%s %" PRIu64, i ? ", " : "", parts[i].name, parts[i].bytes);
    if (n < 0 || (size_t)n >= size - used) return;
    used += (size_t)n;
  }
}

static bool check_budget(MlirOperation module, const spc_memory_model_t *model, const spc_dims_t *dims, uint64_t budget, uint64_t longest) {
  if (longest >= dims->max_seq) return true;
  // The cheapest way to hold max_seq tokens is what the shortfall is measured against.
  uint64_t need = UINT64_MAX;
  for (uint64_t n = 0; n <= model->layers; ++n) {
    const uint64_t bytes = spc_memory_device_bytes(model, dims->max_batch, dims->max_seq, n);
    if (bytes < need) need = bytes;
  }
  char parts[512], advice[128];
  describe_parts(model, dims->max_batch, dims->max_seq, parts, sizeof(parts));
  if (longest > 0) {
    snprintf(advice, sizeof(advice), "the longest possible --max-seq is %" PRIu64, longest);
  } else {
    snprintf(advice, sizeof(advice), "not even one page of %" PRIu64 " tokens fits", dims->page_tokens);
  }
  return spc_error(module,
                   "OUT_OF_MEMORY: device-memory=%" PRIu64 " is %" PRIu64 " bytes short: max-seq=%" PRIu64 " with max-batch=%" PRIu64
                   " takes %" PRIu64 " bytes even with layers in host memory (%s); %s",
                   budget, need - budget, dims->max_seq, dims->max_batch, need, parts, advice);
}

// ---- Results ---------------------------------------------------------------------------------------------------------

static uint64_t token_bytes_of_kind(const spc_memory_model_t *model, uint32_t kind) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < model->cache_count; ++i) {
    if (model->caches[i].kind == kind) bytes = spc_memory_add(bytes, spc_memory_token_bytes(&model->caches[i]));
  }
  return bytes;
}

static void set_memory(MlirOperation module, const spc_memory_model_t *model, const spc_dims_t *dims, const spc_placement_t *arena,
                       uint64_t host_weights, uint64_t panel, uint64_t budget, const uint64_t *thresholds) {
  MlirContext ctx = mlirOperationGetContext(module);
  MlirAttribute solved = spc_i64_array(ctx, (intptr_t)model->layers + 1, (const int64_t *)thresholds);
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "arena", (int64_t)arena->size),
      spc_named_i64(ctx, "lower_bound", (int64_t)arena->lower_bound),
      spc_named_i64(ctx, "weights", (int64_t)model->weights),
      spc_named_i64(ctx, "host_weights", (int64_t)host_weights),
      spc_named_i64(ctx, "state", (int64_t)model->state),
      spc_named_i64(ctx, "staging", (int64_t)model->staging),
      spc_named_i64(ctx, "panel", (int64_t)panel),
      spc_named_i64(ctx, "kv_token", (int64_t)token_bytes_of_kind(model, SPC_CACHE_LLM)),
      spc_named_i64(ctx, "retriever_token", (int64_t)token_bytes_of_kind(model, SPC_CACHE_RETRIEVER)),
      spc_named_i64(ctx, "key_token", (int64_t)token_bytes_of_kind(model, SPC_CACHE_KEYS)),
      spc_named_i64(ctx, "slots", (int64_t)model->slots),
      spc_named_i64(ctx, "resident", (int64_t)spc_memory_device_bytes(model, dims->max_batch, dims->max_seq, 0)),
      spc_named_i64(ctx, "offloaded", (int64_t)spc_memory_device_bytes(model, dims->max_batch, dims->max_seq, model->layers)),
      spc_named_i64(ctx, "device_memory", (int64_t)budget),
      spc_named(ctx, "thresholds", solved),
  };
  mlirOperationSetAttributeByName(module, spc_str("spc.memory"), mlirDictionaryAttrGet(ctx, sizeof(attrs) / sizeof(attrs[0]), attrs));
}

static void emit_remark(MlirOperation module, const spc_memory_model_t *model, const spc_dims_t *dims, const spc_placement_t *arena,
                        uint64_t host_weights, uint64_t budget, const uint64_t *thresholds) {
  char limit[160] = "no device-memory limit", tables[64] = "";
  if (host_weights > 0) snprintf(tables, sizeof(tables), " and %" PRIu64 " in host memory", host_weights);
  if (budget > 0) {
    snprintf(limit, sizeof(limit), "device-memory %" PRIu64 " holds %" PRIu64 " tokens resident, %" PRIu64 " with all layers offloaded", budget,
             thresholds[0], thresholds[model->layers]);
  }
  spc_emit_remark(mlirOperationGetLocation(module),
                  "memory: arena %" PRIu64 " bytes, lower bound %" PRIu64 " (%.3f); weights %" PRIu64 "%s, state %" PRIu64 ", staging %" PRIu64
                  "; %" PRIu64 " sequences of %" PRIu64 " tokens take %" PRIu64 " bytes resident, %" PRIu64 " offloaded; %s",
                  arena->size, arena->lower_bound, arena->lower_bound ? (double)arena->size / (double)arena->lower_bound : 1.0, model->weights,
                  tables, model->state, model->staging, dims->max_batch, dims->max_seq,
                  spc_memory_device_bytes(model, dims->max_batch, dims->max_seq, 0),
                  spc_memory_device_bytes(model, dims->max_batch, dims->max_seq, model->layers), limit);
}

// ---- The pass --------------------------------------------------------------------------------------------------------

// The memory model of what |inventory| lists; false when a size passes 63 bits, which MLIR's and the plan's integers hold.
static bool make_model(MlirOperation module, const spc_inventory_t *inventory, const spc_state_layout_t *state, uint64_t arena,
                       spc_memory_model_t *out_model) {
  const spc_dims_t *dims = &inventory->dims;
  *out_model = (spc_memory_model_t){
      .weights = inventory->weight_bytes,
      .activations = arena,
      .state = state->total,
      .staging = state->staging_size,
      .layers = dims->layers,
      .page_tokens = dims->page_tokens,
      .slots = spc_memory_slots(dims),
      .cache_count = inventory->cache_count,
      .caches = inventory->caches,
  };
  if (spc_memory_device_bytes(out_model, dims->max_batch, dims->max_seq, 0) <= INT64_MAX &&
      spc_memory_device_bytes(out_model, dims->max_batch, dims->max_seq, dims->layers) <= INT64_MAX) {
    return true;
  }
  return spc_error(module, "OUT_OF_RANGE: max-batch=%" PRIu64 " sequences of max-seq=%" PRIu64 " tokens take more bytes than 63 bits count",
                   dims->max_batch, dims->max_seq);
}

static bool solve_memory(MlirOperation module, const void *data) {
  const solve_options_t *options = data;
  const uint64_t budget = (uint64_t)options->device_memory;
  if (spc_module_target(module) == SPC_TARGET_CUDA && options->embeddings != EMBEDDINGS_DEVICE) {
    spc_mark_host_tables(module, options->embeddings == EMBEDDINGS_HOST ? 0 : LEAST_HOST_TABLE);
  }
  spc_inventory_t inventory;
  if (!spc_inventory_init(module, &inventory)) return false;
  const spc_dims_t *dims = &inventory.dims;
  spc_placement_t arena = {0};
  spc_memory_model_t model;
  spc_state_layout_t state;
  spc_state_layout(dims, &inventory.state, &state);
  uint64_t *thresholds = calloc(dims->layers + 1, sizeof(*thresholds));
  bool ok = thresholds || spc_error(module, "out of memory for %" PRIu64 " thresholds", dims->layers + 1);
  ok = ok && place_prefill_and_logits(module, dims, &arena) && place_program(module, "decode", (int64_t)dims->max_batch, &arena) &&
       place_program(module, "decode_full", (int64_t)dims->max_batch, &arena) && make_model(module, &inventory, &state, arena.size, &model);
  if (ok) {
    spc_solve_thresholds(&model, dims->max_batch, dims->max_seq, budget, thresholds);
    ok = check_budget(module, &model, dims, budget, thresholds[dims->layers]);
  }
  if (ok) {
    set_memory(module, &model, dims, &arena, inventory.host_weight_bytes, state.size[SPC_STATE_PANEL], budget, thresholds);
    emit_remark(module, &model, dims, &arena, inventory.host_weight_bytes, budget, thresholds);
  }
  free(thresholds);
  spc_inventory_deinit(&inventory);
  return ok;
}

spc_status_t spc_create_solve_memory_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Place every buffer and solve the thresholds of offloading", solve_memory};
  static const char *const places[] = {[EMBEDDINGS_AUTO] = "auto", [EMBEDDINGS_HOST] = "host", [EMBEDDINGS_DEVICE] = "device", NULL};
  solve_options_t options = {.embeddings = EMBEDDINGS_AUTO};
  const spc_option_t table[] = {{"device-memory", SPC_OPTION_SIZE, &options.device_memory, 0, INT64_MAX},
                                {"embeddings", SPC_OPTION_NAME, &options.embeddings, .names = places}};
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, sizeof(table) / sizeof(table[0]), table));
  return spc_pass_create(&type, &options, sizeof(options), out_pass);
}
