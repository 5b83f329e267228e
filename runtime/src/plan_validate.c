#include "plan_validate.h"

#include <inttypes.h>
#include <string.h>

#include "spc/memory_model.h"

#define MAX_STRING 4096
#define MAX_TABLE (UINT32_C(1) << 24)

#define INVALID(...) SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: " __VA_ARGS__)

bool spc_plan_is_text(const char *text) { return text && strnlen(text, MAX_STRING) < MAX_STRING; }

bool spc_plan_buffer_fits(const spc_plan_t *plan, uint64_t offset, uint64_t rows, uint64_t columns, uint32_t element) {
  uint64_t bytes = spc_memory_mul(spc_memory_mul(rows, columns), spc_memory_element_bytes(element));
  return offset % 4 == 0 && spc_memory_add(offset, bytes) <= plan->arena_size;
}

static spc_status_t validate_header(const spc_plan_t *plan) {
  if (plan->magic != SPC_PLAN_MAGIC) return INVALID("magic is 0x%016" PRIx64 ", not an spc plan", plan->magic);
  if (plan->abi_version != SPC_ABI_VERSION) {
    return SPC_STATUS(SPC_INCOMPATIBLE, "the object was compiled for runtime ABI %u, this runtime has ABI %u; compile the model again "
                      "with the spc-compile of this runtime", plan->abi_version, SPC_ABI_VERSION);
  }
  if (plan->struct_size != sizeof(spc_plan_t)) {
    return SPC_STATUS(SPC_INCOMPATIBLE, "the object's plan has %u bytes, this runtime's ABI %u has %zu; compile the model again",
                      plan->struct_size, SPC_ABI_VERSION, sizeof(spc_plan_t));
  }
  if (plan->target != SPC_TARGET_CPU && plan->target != SPC_TARGET_CUDA) {
    return SPC_STATUS(SPC_UNSUPPORTED, "the object was compiled for target %u; this runtime executes cpu (0) and cuda (1)", plan->target);
  }
  if (plan->flags != 0) return INVALID("flags is 0x%x, which this runtime does not know", plan->flags);
  if (!spc_plan_is_text(plan->compiler)) return INVALID("'compiler' is not a string");
  if (!spc_plan_is_text(plan->model)) return INVALID("'model' is not a string");
  if (!spc_plan_is_text(plan->cpu)) return INVALID("'cpu' is not a string");
  if (!spc_plan_is_text(plan->cpu_features)) return INVALID("'cpu_features' is not a string");
  return NULL;
}

// Bounds that keep every product of two or three of them, times 8, far from overflow where it is not checked.
static spc_status_t validate_dims(const spc_dims_t *d) {
  const struct {
    const char *name;
    uint64_t value, least, most;
  } fields[] = {
      {"vocab", d->vocab, 1, INT32_MAX},
      {"hidden", d->hidden, 1, 1 << 24},
      {"layers", d->layers, 1, 1 << 16},
      {"q_heads", d->q_heads, 1, 1 << 16},
      {"kv_heads", d->kv_heads, 1, 1 << 16},
      {"head_size", d->head_size, 1, 1 << 16},
      {"max_seq", d->max_seq, 1, INT32_MAX},
      {"max_batch", d->max_batch, 1, 1 << 16},
      {"page_tokens", d->page_tokens, 1, 1 << 16},
      {"prefill_chunk", d->prefill_chunk, 1, 1 << 20},
      {"budget", d->budget, 0, INT32_MAX},
      {"sink", d->sink, 0, INT32_MAX},
      {"recent", d->recent, d->budget ? 1 : 0, INT32_MAX},
      {"feature_size", d->feature_size, 0, 1 << 26},
      {"window_tokens", d->window_tokens, 0, 1 << 16},
      {"window_size", d->window_size, 0, 1 << 26},
      {"selection_heads", d->selection_heads, 1, d->kv_heads},
      {"host_group", d->host_group, 1, d->layers},
      {"host_last_group", d->host_last_group, 1, d->host_group},
      {"host_packed", d->host_packed, 0, 1},
  };
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    if (fields[i].value < fields[i].least || fields[i].value > fields[i].most) {
      return INVALID("dims.%s is %" PRIu64 ", outside [%" PRIu64 ", %" PRIu64 "]", fields[i].name, fields[i].value, fields[i].least,
                     fields[i].most);
    }
  }
  if (d->q_heads % d->kv_heads) {
    return INVALID("dims.q_heads %" PRIu64 " is not a multiple of dims.kv_heads %" PRIu64, d->q_heads, d->kv_heads);
  }
  if (d->selection_heads != 1 && d->selection_heads != d->kv_heads) {
    return INVALID("dims.selection_heads %" PRIu64 " is neither 1 nor dims.kv_heads %" PRIu64, d->selection_heads, d->kv_heads);
  }
  if (d->prefill_chunk % d->page_tokens) {
    return INVALID("dims.prefill_chunk %" PRIu64 " is not a multiple of dims.page_tokens %" PRIu64, d->prefill_chunk, d->page_tokens);
  }
  return NULL;
}

static spc_status_t validate_tables(const spc_plan_t *plan) {
  const struct {
    const char *name;
    const void *table;
    uint32_t count, least;
  } tables[] = {
      {"kernels", plan->kernels, plan->kernel_count, 1},    {"weights", plan->weights, plan->weight_count, 0},
      {"caches", plan->caches, plan->cache_count, 1},       {"operands", plan->operands, plan->operand_count, 0},
      {"commands", plan->commands, plan->command_count, 1},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; ++i) {
    if (tables[i].count < tables[i].least || tables[i].count > MAX_TABLE) {
      return INVALID("table '%s' has %u records, outside [%u, %u]", tables[i].name, tables[i].count, tables[i].least, MAX_TABLE);
    }
    if (tables[i].count && !tables[i].table) return INVALID("table '%s' is missing", tables[i].name);
  }
  if (!plan->thresholds) return INVALID("table 'thresholds' is missing");
  return NULL;
}

static spc_status_t validate_kernels(const spc_plan_t *plan) {
  for (uint32_t i = 0; i < plan->kernel_count; ++i) {
    const spc_kernel_t *k = &plan->kernels[i];
    if (!spc_plan_is_text(k->name)) return INVALID("kernel %u has no name", i);
    if (plan->target == SPC_TARGET_CPU && !k->host) return INVALID("kernel %u (%s) has no host code", i, k->name);
    if (k->arg_count > SPC_PLAN_MAX_ARGS) {
      return INVALID("kernel %u (%s) has %u arguments, the most is %d", i, k->name, k->arg_count, SPC_PLAN_MAX_ARGS);
    }
  }
  return NULL;
}

static spc_status_t validate_weights(const spc_plan_t *plan) {
  for (uint32_t i = 0; i < plan->weight_count; ++i) {
    const spc_weight_t *w = &plan->weights[i];
    if (!spc_plan_is_text(w->name)) return INVALID("weight %u has no name", i);
    if (w->element > SPC_I32) return INVALID("weight %u (%s) has element type %u, which does not exist", i, w->name, w->element);
    uint64_t size = spc_memory_mul(spc_memory_mul(w->rows, w->cols), spc_memory_element_bytes(w->element));
    if (size == 0 || size == UINT64_MAX || size != w->size) {
      return INVALID("weight %u (%s) of %" PRIu64 " x %" PRIu64 " elements has size %" PRIu64, i, w->name, w->rows, w->cols, w->size);
    }
    if (w->offset % 64) return INVALID("weight %u (%s) lies at %" PRIu64 ", not a multiple of 64", i, w->name, w->offset);
    if (spc_memory_add(w->offset, w->size) > plan->weights_size) {
      return INVALID("weight %u (%s) ends at %" PRIu64 ", past the %" PRIu64 " bytes of weights", i, w->name,
                     spc_memory_add(w->offset, w->size), plan->weights_size);
    }
    if (w->offset < plan->device_weights_size && w->offset + w->size > plan->device_weights_size) {
      return INVALID("weight %u (%s), bytes %" PRIu64 " to %" PRIu64 ", lies both before and behind byte %" PRIu64 ", where host memory begins", i, w->name, w->offset,
                     w->offset + w->size, plan->device_weights_size);
    }
  }
  if (plan->weights_size > PTRDIFF_MAX) return INVALID("weights_size is %" PRIu64, plan->weights_size);
  if (plan->device_weights_size > plan->weights_size || plan->device_weights_size % 64) {
    return INVALID("device_weights_size is %" PRIu64 ", no multiple of 64 up to the %" PRIu64 " bytes of weights", plan->device_weights_size, plan->weights_size);
  }
  if (plan->target == SPC_TARGET_CPU && plan->device_weights_size != plan->weights_size) {
    return INVALID("device_weights_size is %" PRIu64 " of %" PRIu64 "; only CUDA has weights in host memory", plan->device_weights_size, plan->weights_size);
  }
  if (plan->embedded_weights) {
    if ((uintptr_t)plan->embedded_weights % 64) return INVALID("the embedded weights are not 64-byte aligned");
  } else if (plan->weight_count) {
    if (!spc_plan_is_text(plan->weights_file) || !*plan->weights_file) return INVALID("'weights_file' is not a string");
    if (strchr(plan->weights_file, '/') || !strcmp(plan->weights_file, ".") || !strcmp(plan->weights_file, "..")) {
      return INVALID("'weights_file' is '%s', not a plain file name", plan->weights_file);
    }
  }
  return NULL;
}

static spc_status_t validate_caches(const spc_plan_t *plan) {
  const spc_dims_t *d = &plan->dims;
  if (plan->cache_count < d->layers) return INVALID("%u caches for %" PRIu64 " layers", plan->cache_count, d->layers);
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    const spc_cache_t *c = &plan->caches[i];
    if (c->kind > SPC_CACHE_KEYS || (c->kind == SPC_CACHE_LLM) != (i < d->layers)) return INVALID("cache %u has kind %u", i, c->kind);
    if (c->element > SPC_BF16) return INVALID("cache %u has element type %u", i, c->element);
    if (c->kv_heads == 0 || c->kv_heads > 1 << 16) return INVALID("cache %u has %u KV heads", i, c->kv_heads);
    if (c->head_size == 0 || c->head_size > 1 << 16) return INVALID("cache %u has head size %u", i, c->head_size);
    if (c->has_value > 1 || (c->kind == SPC_CACHE_KEYS) == (c->has_value == 1)) return INVALID("cache %u has has_value %u", i, c->has_value);
    if (c->kind != SPC_CACHE_LLM) continue;
    if (c->kv_heads != d->kv_heads || c->head_size != d->head_size || c->element != plan->caches[0].element) {
      return INVALID("cache %u is of layer %u but has other heads or another element type than the model", i, i);
    }
  }
  return NULL;
}

static spc_status_t validate_memory(const spc_plan_t *plan) {
  if (plan->arena_size > PTRDIFF_MAX) return INVALID("arena_size is %" PRIu64, plan->arena_size);
  const spc_dims_t *d = &plan->dims;
  if (plan->target != SPC_TARGET_CUDA && d->host_packed) return INVALID("dims.host_packed is 1, which only CUDA has");
  if (plan->target != SPC_TARGET_CUDA && d->host_group != 1) return INVALID("dims.host_group is %" PRIu64 ", which only CUDA has", d->host_group);
  if (d->host_packed && (!spc_host_can_pack(&plan->caches[0]) || d->host_group > spc_host_most_group(d->head_size))) {
    return INVALID("dims.host_packed with groups of %" PRIu64 " layers: rows of %" PRIu64 " numbers a head, of the caches' type, cannot be packed so", d->host_group,
                   d->head_size);
  }
  for (uint64_t n = 0; n <= d->layers; ++n) {
    if (plan->thresholds[n] > d->max_seq) {
      return INVALID("thresholds[%" PRIu64 "] is %" PRIu64 ", past max_seq %" PRIu64, n, plan->thresholds[n], d->max_seq);
    }
    if (n && plan->thresholds[n] < plan->thresholds[n - 1]) {
      return INVALID("thresholds[%" PRIu64 "] is %" PRIu64 ", below thresholds[%" PRIu64 "] %" PRIu64, n, plan->thresholds[n], n - 1,
                     plan->thresholds[n - 1]);
    }
  }
  return NULL;
}

spc_status_t spc_plan_validate(const spc_plan_t *plan) {
  if (!plan) return INVALID("there is none");
  SPC_RETURN_IF_ERROR(validate_header(plan));
  SPC_RETURN_IF_ERROR(validate_dims(&plan->dims));
  SPC_RETURN_IF_ERROR(validate_tables(plan));
  SPC_RETURN_IF_ERROR(validate_kernels(plan));
  SPC_RETURN_IF_ERROR(validate_weights(plan));
  SPC_RETURN_IF_ERROR(validate_caches(plan));
  SPC_RETURN_IF_ERROR(validate_memory(plan));
  if (plan->target == SPC_TARGET_CUDA) SPC_RETURN_IF_ERROR(spc_plan_validate_cuda(plan));
  SPC_RETURN_IF_ERROR(spc_plan_validate_states(plan));
  return spc_plan_validate_programs(plan);
}
