#include "compiler/plan/lower.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/plan/lowering.h"
#include "passes/retrieval/selection_level.h"
#include "passes/state_layout.h"
#include "spc/memory_model.h"

static const char *const program_names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};

const char *spc_element_name(spc_element_t element) {
  switch (element) {
    case SPC_F32: return "f32";
    case SPC_F16: return "f16";
    case SPC_BF16: return "bf16";
    case SPC_I32: return "i32";
  }
  return "?";
}

spc_status_t spc_lower_offset(MlirValue value, int64_t *out_offset) {
  MlirOperation def = spc_value_def(value);
  if (mlirOperationIsNull(def)) {  // the hidden rows that @logits takes
    *out_offset = spc_attr_i64(mlirBlockGetParentOperation(mlirBlockArgumentGetOwner(value)), "spc.input_offset", -1);
  } else {
    MlirAttribute offsets = spc_attr(def, "spc.offset");
    intptr_t index = mlirOpResultGetResultNumber(value);
    bool placed = !mlirAttributeIsNull(offsets) && index < spc_array_i64_size(offsets);
    *out_offset = placed ? spc_array_i64_at(offsets, index) : -1;
  }
  return *out_offset < 0 ? SPC_STATUS(SPC_INTERNAL, "a buffer without a place: run spc-solve-memory before the plan") : NULL;
}

// ---- What the solver counted: dimensions, caches, state --------------------------------------------------------------

spc_status_t spc_lower_cache_index(spc_lowering_t *lowering, MlirValue cache, int32_t *out_index) {
  MlirOperation op = spc_value_def(cache);
  *out_index = mlirOperationIsNull(op) ? -1 : spc_inventory_cache_index(&lowering->inventory, op);
  return *out_index < 0 ? SPC_STATUS(SPC_INTERNAL, "a cache that is not in the plan") : NULL;
}

static uint64_t get(MlirAttribute dict, const char *name) {
  int64_t v = spc_dict_i64(dict, name, 0);
  return v < 0 ? 0 : (uint64_t)v;
}

// Layers whose rows lie side by side in host memory.
static void choose_host_groups(const spc_inventory_t *inventory, spc_dims_t *out_dims) {
  const spc_dims_t *dims = &inventory->dims;
  out_dims->host_group = out_dims->host_last_group = 1;
  if (dims->budget == 0 && !dims->host_packed) return;  // nothing is ever loaded by rows; packed ones of one layer would take a quarter more room
  const spc_selection_shape_t shape = {.target = inventory->state.target, .layers = dims->layers, .kv_heads = dims->kv_heads,
                                       .row_bytes = spc_memory_row_bytes(&inventory->caches[0]), .packed = dims->host_packed};
  out_dims->host_group = spc_selection_host_group(&shape, dims->selection_heads);
  out_dims->host_last_group = spc_selection_host_last_group(&shape, dims->selection_heads);
}

static spc_status_t lower_memory(spc_lowering_t *l) {
  spc_plan_t *plan = &l->builder->plan;
  const spc_inventory_t *inventory = &l->inventory;
  const spc_dims_t *dims = &inventory->dims;
  plan->dims = *dims;
  l->slots = spc_memory_slots(dims);
  l->max_pages = spc_memory_ceil_div(dims->max_seq, dims->page_tokens);
  l->builder->caches = calloc(inventory->cache_count, sizeof(spc_cache_t));
  l->builder->thresholds = calloc(dims->layers + 1, sizeof(uint64_t));
  if (!l->builder->caches || !l->builder->thresholds) return SPC_STATUS(SPC_OUT_OF_MEMORY, "plan tables");
  memcpy(l->builder->caches, inventory->caches, inventory->cache_count * sizeof(spc_cache_t));
  plan->caches = l->builder->caches;
  plan->cache_count = inventory->cache_count;
  choose_host_groups(inventory, &plan->dims);

  spc_state_layout_t layout;
  spc_state_layout(dims, &inventory->state, &layout);
  memcpy(plan->state_offset, layout.offset, sizeof plan->state_offset);
  memcpy(plan->state_size, layout.size, sizeof plan->state_size);
  plan->state_total = layout.total;
  plan->staging_size = layout.staging_size;

  MlirAttribute memory = spc_attr(mlirModuleGetOperation(l->module), "spc.memory");
  MlirAttribute thresholds = spc_dict(memory, "thresholds");
  if (mlirAttributeIsNull(thresholds) || spc_array_i64_size(thresholds) != (intptr_t)dims->layers + 1) {
    return SPC_STATUS(SPC_INTERNAL, "the module has no spc.memory with its thresholds: run spc-solve-memory before the plan");
  }
  plan->arena_size = get(memory, "arena");
  plan->device_memory = get(memory, "device_memory");
  for (uint64_t i = 0; i <= dims->layers; ++i) l->builder->thresholds[i] = (uint64_t)spc_array_i64_at(thresholds, (intptr_t)i);
  plan->thresholds = l->builder->thresholds;
  return NULL;
}

// ---- Programs ------------------------------------------------------------------------------------------------------

static spc_status_t lower_program(spc_lowering_t *l, spc_program_id_t id) {
  spc_plan_t *plan = &l->builder->plan;
  spc_program_t *program = &plan->programs[id];
  MlirOperation func = spc_module_func(l->module, program_names[id]);
  l->program = id;
  l->command_begin = program->command_begin = plan->command_count;
  l->token_count = 0;
  if (mlirOperationIsNull(func)) return NULL;
  program->max_rows = id == SPC_PROGRAM_PREFILL ? plan->dims.prefill_chunk : plan->dims.max_batch;
  MlirBlock block = spc_func_block(func);
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    SPC_RETURN_IF_ERROR(spc_status_annotate(spc_lower_op(l, op), "@%s", program_names[id]));
  }
  program->command_count = plan->command_count - program->command_begin;
  int64_t offset = 0;
  SPC_RETURN_IF_ERROR(spc_lower_offset(mlirOperationGetOperand(spc_func_return(func), 0), &offset));
  program->output_offset = (uint64_t)offset;
  if (id == SPC_PROGRAM_LOGITS) {
    SPC_RETURN_IF_ERROR(spc_lower_offset(mlirBlockGetArgument(block, 0), &offset));
    program->input_offset = (uint64_t)offset;
  }
  return NULL;
}

static spc_status_t lower_weights(spc_lowering_t *l) {
  spc_plan_t *plan = &l->builder->plan;
  const spc_weight_table_t *table = l->weights;
  l->builder->weights = calloc(table->count ? table->count : 1, sizeof(spc_weight_t));
  if (!l->builder->weights) return SPC_STATUS(SPC_OUT_OF_MEMORY, "table of %zu weights", table->count);
  for (size_t i = 0; i < table->count; ++i) {
    const spc_packed_weight_t *w = &table->weights[i];
    l->builder->weights[i] = (spc_weight_t){
        .name = w->name, .element = w->element, .rows = w->rows, .cols = w->cols, .offset = w->offset, .size = w->size};
  }
  plan->weights = l->builder->weights;
  plan->weight_count = (uint32_t)table->count;
  plan->weights_size = table->data_size;
  plan->device_weights_size = table->device_size;
  return NULL;
}

// What the runtime runs beside the programs: the choice of the next token, weights and rows of caches made up for measurements, pages that move to packed rows and back.
static spc_status_t request_cuda_services(spc_lowering_t *l) {
  const spc_plan_t *plan = &l->builder->plan;
  int32_t index;
  bool used[SPC_I32 + 1] = {false};
  for (uint32_t i = 0; i < plan->weight_count; ++i) used[plan->weights[i].element] = true;
  for (uint32_t i = 0; i < plan->cache_count; ++i) used[plan->caches[i].element] = true;
  SPC_RETURN_IF_ERROR(spc_kernel_set_request(l->kernels, "argmax", 0, NULL, &index));
  for (int element = SPC_F32; element <= SPC_BF16; ++element) {
    const spc_kernel_param_t param = {"!elem", spc_element_name((spc_element_t)element)};
    if (used[element]) SPC_RETURN_IF_ERROR(spc_kernel_set_request(l->kernels, "fill_random", 1, &param, &index));
  }
  if (!plan->dims.host_packed) return NULL;
  char head_size[32];
  snprintf(head_size, sizeof head_size, "%" PRIu64 " : index", plan->dims.head_size);
  const spc_kernel_param_t param = {"#d", head_size};
  SPC_RETURN_IF_ERROR(spc_kernel_set_request(l->kernels, "kv_pack", 1, &param, &index));
  SPC_RETURN_IF_ERROR(spc_kernel_set_request(l->kernels, "kv_unpack", 1, &param, &index));
  return NULL;
}

static spc_status_t lower_kernel_table(spc_lowering_t *l, const spc_nvptx_target_t *gpu) {
  spc_plan_t *plan = &l->builder->plan;
  intptr_t n = spc_kernel_set_count(l->kernels);
  l->builder->kernels = calloc(n ? (size_t)n : 1, sizeof(spc_kernel_t));
  if (!l->builder->kernels) return SPC_STATUS(SPC_OUT_OF_MEMORY, "kernel table");
  for (intptr_t i = 0; i < n; ++i) {
    spc_kernel_t *k = &l->builder->kernels[i];
    *k = (spc_kernel_t){.name = spc_kernel_set_name(l->kernels, i), .arg_count = spc_kernel_set_arg_count(l->kernels, i)};
    if (!gpu) continue;
    char entry[256];
    if (!spc_nvptx_entry_name(l->kernels, i, entry, sizeof entry)) return SPC_STATUS(SPC_INTERNAL, "kernel %s: its name is too long for an entry", k->name);
    SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &k->entry, "%s", entry));
    k->threads = spc_kernel_set_threads(l->kernels, i);
    k->shared_bytes = spc_kernel_set_shared_bytes(l->kernels, i);
    k->flags = gpu->compute >= 90 ? SPC_KERNEL_OVERLAPS : 0;
  }
  plan->kernels = l->builder->kernels;
  plan->kernel_count = (uint32_t)n;
  return NULL;
}

static spc_status_t check_argument_count(const spc_plan_t *plan, const spc_command_t *c, int32_t kernel, uint32_t given) {
  if (kernel < 0 || plan->kernels[kernel].arg_count == given) return NULL;
  return SPC_STATUS(SPC_INTERNAL, "'%s' gives kernel %s %u arguments, it takes %u", c->label, plan->kernels[kernel].name, given,
                    plan->kernels[kernel].arg_count);
}

// A command passes a kernel exactly the arguments that it takes: the one mistake that would corrupt memory silently. What the runtime adds to the operands of a
// linear (N, K, rows; on CUDA also where prefetches are) and of attention, it knows the count of.
static spc_status_t check_argument_counts(const spc_plan_t *plan) {
  const bool is_cuda = plan->target == SPC_TARGET_CUDA;
  for (uint32_t i = 0; i < plan->command_count; ++i) {
    const spc_command_t *c = &plan->commands[i];
    if (c->opcode == SPC_OP_LINEAR) {
      for (int k = 0; k < 4; ++k) SPC_RETURN_IF_ERROR(check_argument_count(plan, c, c->kernels[k], is_cuda ? 11 : 8));
      if (is_cuda) SPC_RETURN_IF_ERROR(check_argument_count(plan, c, c->kernel, 4));
    } else if (c->opcode == SPC_OP_ATTEND_FULL && is_cuda) {
      static const uint32_t counts[] = {7, 10, 4};  // attend_prefill, attend_pages, attend_combine
      for (int k = 0; k < 3; ++k) SPC_RETURN_IF_ERROR(check_argument_count(plan, c, c->kernels[k], counts[k]));
    } else if (c->opcode != SPC_OP_ATTEND_FULL) {
      SPC_RETURN_IF_ERROR(check_argument_count(plan, c, c->kernel, c->operand_count));
    }
  }
  return NULL;
}

static spc_status_t lower_all(spc_lowering_t *l, const spc_plan_lower_options_t *options) {
  spc_plan_t *plan = &l->builder->plan;
  plan->target = l->inventory.state.target;
  if ((plan->target == SPC_TARGET_CUDA) != (options->gpu != NULL)) return SPC_STATUS(SPC_INTERNAL, "the module's spc.target is not what the plan is for");
  SPC_RETURN_IF_ERROR(lower_memory(l));
  for (int id = 0; id < SPC_PROGRAM_COUNT; ++id) SPC_RETURN_IF_ERROR(lower_program(l, (spc_program_id_t)id));
  SPC_RETURN_IF_ERROR(lower_weights(l));
  if (options->gpu) SPC_RETURN_IF_ERROR(request_cuda_services(l));
  SPC_RETURN_IF_ERROR(lower_kernel_table(l, options->gpu));
  SPC_RETURN_IF_ERROR(check_argument_counts(plan));
  SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &plan->compiler, "spc-compile %s", SPC_VERSION_STRING));
  SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &plan->model, "%s", options->model));
  SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &plan->cpu, "%s", options->cpu));
  SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &plan->cpu_features, "%s", options->cpu_features));
  SPC_RETURN_IF_ERROR(spc_plan_builder_string(l->builder, &plan->weights_file, "%s", options->weights_file));
  plan->magic = SPC_PLAN_MAGIC;
  plan->abi_version = SPC_ABI_VERSION;
  plan->struct_size = sizeof *plan;
  return NULL;
}

spc_status_t spc_plan_lower(MlirModule module, const spc_plan_lower_options_t *options, spc_kernel_set_t *kernels,
                            const spc_weight_table_t *weights, spc_plan_builder_t *builder) {
  MlirOperation root = mlirModuleGetOperation(module);
  spc_lowering_t lowering = {.module = module,
                             .options = spc_attr(root, "spc.options"),
                             .retriever = spc_attr(root, "spc.retriever"),
                             .builder = builder,
                             .kernels = kernels,
                             .weights = weights};
  // The solver has read the same inventory, so this fails only on modules that it never saw; its diagnostic names the attribute.
  if (!spc_inventory_init(root, &lowering.inventory)) return SPC_STATUS(SPC_INTERNAL, "the module is not ready for a plan");
  spc_status_t status = lower_all(&lowering, options);
  spc_inventory_deinit(&lowering.inventory);
  free(lowering.tokens);
  free(lowering.token_commands);
  return status;
}
