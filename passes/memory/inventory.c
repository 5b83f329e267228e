#include "passes/memory/inventory.h"

#include <inttypes.h>
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/target.h"
#include "passes/ir/weight_parts.h"
#include "spc/memory_model.h"

// ---- Dimensions ------------------------------------------------------------------------------------------------------

// Reads |key| of the module's attribute |name| as a number of at least |minimum|.
static bool read_dim(MlirOperation module, const char *name, const char *key, int64_t minimum, uint64_t *out_value) {
  const int64_t value = spc_dict_i64(spc_attr(module, name), key, minimum - 1);
  *out_value = (uint64_t)value;
  return value >= minimum || spc_error(module, "the module's %s has no usable '%s': run the passes before this one first", name, key);
}

static bool read_dims(MlirOperation module, spc_dims_t *out_dims) {
  *out_dims = (spc_dims_t){0};
  if (!read_dim(module, "spc.model", "vocab", 1, &out_dims->vocab) || !read_dim(module, "spc.model", "hidden", 1, &out_dims->hidden) ||
      !read_dim(module, "spc.model", "layers", 1, &out_dims->layers) || !read_dim(module, "spc.model", "q_heads", 1, &out_dims->q_heads) ||
      !read_dim(module, "spc.model", "kv_heads", 1, &out_dims->kv_heads) ||
      !read_dim(module, "spc.model", "head_size", 1, &out_dims->head_size) || !read_dim(module, "spc.options", "budget", 0, &out_dims->budget) ||
      !read_dim(module, "spc.options", "sink", 0, &out_dims->sink) || !read_dim(module, "spc.options", "recent", 0, &out_dims->recent) ||
      !read_dim(module, "spc.options", "max_seq", 1, &out_dims->max_seq) ||
      !read_dim(module, "spc.options", "max_batch", 1, &out_dims->max_batch) ||
      !read_dim(module, "spc.options", "prefill_chunk", 1, &out_dims->prefill_chunk) ||
      !read_dim(module, "spc.options", "page_tokens", 1, &out_dims->page_tokens) ||
      !read_dim(module, "spc.options", "selection_heads", 1, &out_dims->selection_heads)) {
    return false;
  }
  if (out_dims->layers > UINT32_MAX / 2) return spc_error(module, "%" PRIu64 " layers", out_dims->layers);
  if (mlirAttributeIsNull(spc_attr(module, "spc.retriever"))) return true;
  if (!read_dim(module, "spc.retriever", "feature_size", 0, &out_dims->feature_size)) return false;
  MlirAttribute retriever = spc_attr(module, "spc.retriever");
  out_dims->window_tokens = (uint64_t)spc_dict_i64(retriever, "window_tokens", 0);
  out_dims->window_size = (uint64_t)spc_dict_i64(retriever, "window_size", 0);
  return true;
}

static void grow(uint64_t *largest, uint64_t value) {
  if (value > *largest) *largest = value;
}

// ---- Caches ----------------------------------------------------------------------------------------------------------

static bool kind_of(MlirOperation cache, uint32_t *out_kind) {
  static const char *const names[] = {[SPC_CACHE_LLM] = "llm", [SPC_CACHE_RETRIEVER] = "retriever", [SPC_CACHE_KEYS] = "keys"};
  for (uint32_t kind = 0; kind < sizeof(names) / sizeof(names[0]); ++kind) {
    if (!mlirStringRefEqual(spc_attr_str(cache, "kind", ""), spc_str(names[kind]))) continue;
    *out_kind = kind;
    return true;
  }
  return spc_error(cache, "the cache's kind is none of llm, retriever, keys");
}

static bool element_of(MlirOperation cache, uint32_t *out_element) {
  MlirAttribute attr = spc_attr(cache, "element");
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsAType(attr)) return spc_error(cache, "the cache has no element type");
  MlirType type = mlirTypeAttrGetValue(attr);
  if (mlirTypeIsAF32(type)) return *out_element = SPC_F32, true;
  if (mlirTypeIsAF16(type)) return *out_element = SPC_F16, true;
  if (mlirTypeIsABF16(type)) return *out_element = SPC_BF16, true;
  return spc_error(cache, "the cache's element type is none of f32, f16, bf16");
}

static bool read_cache(MlirOperation op, spc_cache_t *out_cache) {
  *out_cache = (spc_cache_t){0};
  const int64_t kv_heads = spc_attr_i64(op, "kv_heads", 0), head_size = spc_attr_i64(op, "head_size", 0);
  if (kv_heads < 1 || kv_heads > INT32_MAX || head_size < 1 || head_size > INT32_MAX) {
    return spc_error(op, "a cache of %" PRId64 " KV heads of size %" PRId64, kv_heads, head_size);
  }
  out_cache->kv_heads = (uint32_t)kv_heads;
  out_cache->head_size = (uint32_t)head_size;
  if (!kind_of(op, &out_cache->kind) || !element_of(op, &out_cache->element)) return false;
  out_cache->has_value = out_cache->kind != SPC_CACHE_KEYS;
  return true;
}

// Every program names the caches it uses. The LLM's go to their layer's place; of the others, |others| holds those met, by (kind, layer).
typedef struct cache_list_t {
  struct {
    int64_t layer;
    spc_cache_t cache;
  } *others;
  uint32_t count, capacity;
  bool *seen;  // [layers]
} cache_list_t;

static bool add_cache(spc_inventory_t *self, cache_list_t *list, MlirOperation op) {
  spc_cache_t cache;
  if (!read_cache(op, &cache)) return false;
  const int64_t layer = spc_attr_i64(op, "layer", -1);
  if (cache.kind == SPC_CACHE_LLM) {
    if (layer < 0 || (uint64_t)layer >= self->dims.layers) {
      return spc_error(op, "the cache of layer %" PRId64 " in a model of %" PRIu64 " layers", layer, self->dims.layers);
    }
    self->caches[layer] = cache;
    list->seen[layer] = true;
    return true;
  }
  for (uint32_t i = 0; i < list->count; ++i) {
    if (list->others[i].cache.kind == cache.kind && list->others[i].layer == layer) return true;
  }
  if (list->count == list->capacity) {
    const uint32_t capacity = list->capacity ? 2 * list->capacity : 4;
    void *grown = realloc(list->others, capacity * sizeof(*list->others));
    if (!grown) return spc_error(op, "out of memory for %" PRIu32 " caches", capacity);
    list->others = grown;
    list->capacity = capacity;
  }
  list->others[list->count].layer = layer;
  list->others[list->count++].cache = cache;
  return true;
}

static bool finish_caches(spc_inventory_t *self, cache_list_t *list, MlirOperation module) {
  const uint32_t layers = (uint32_t)self->dims.layers;
  for (uint32_t layer = 0; layer < layers; ++layer) {
    if (!list->seen[layer]) return spc_error(module, "no program has a cache of the LLM's layer %" PRIu32, layer);
  }
  spc_cache_t *caches = realloc(self->caches, ((size_t)layers + list->count) * sizeof(*caches));
  if (!caches) return spc_error(module, "out of memory for %" PRIu32 " caches", layers + list->count);
  self->caches = caches;
  self->cache_layers = malloc(((size_t)layers + list->count) * sizeof(*self->cache_layers));
  if (!self->cache_layers) return spc_error(module, "out of memory for %" PRIu32 " caches", layers + list->count);
  for (uint32_t i = 0; i < layers; ++i) self->cache_layers[i] = i;
  for (uint32_t i = 0; i < list->count; ++i) {
    caches[layers + i] = list->others[i].cache;
    self->cache_layers[layers + i] = list->others[i].layer;
  }
  self->cache_count = layers + list->count;
  for (uint32_t i = 0; i < self->cache_count; ++i) {
    grow(&self->state.max_kv_heads, caches[i].kv_heads);
  }
  self->state.cache_count = self->cache_count;
  self->state.element_bytes = spc_memory_element_bytes(caches[0].element);
  const bool wanted = spc_dict_i64(spc_attr(module, "spc.options"), "host_packed", 0) != 0;
  self->dims.host_packed = wanted && self->state.target == SPC_TARGET_CUDA && spc_host_can_pack(&caches[0]);
  return true;
}

// ---- Weights ---------------------------------------------------------------------------------------------------------

typedef struct weight_t {
  const void *identity, *type;
  uint64_t bytes;
  bool on_host;
} weight_t;

typedef struct weight_list_t {
  weight_t *items;
  size_t count, capacity;
} weight_list_t;

static bool add_weight(weight_list_t *list, MlirOperation op) {
  MlirValue result = mlirOperationGetResult(op, 0);
  const uint64_t elements = (uint64_t)spc_weight_elements(op), bytes = spc_memory_mul(elements, (uint64_t)spc_element_bytes(spc_element(result)));
  if (bytes == 0 || bytes > INT64_MAX) return spc_error(op, "a weight of unknown or impossible size");
  if (list->count == list->capacity) {
    const size_t capacity = list->capacity ? 2 * list->capacity : 64;
    weight_t *items = realloc(list->items, capacity * sizeof(*items));
    if (!items) return spc_error(op, "out of memory for %zu weights", capacity);
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->count++] = (weight_t){spc_weight_identity(op).ptr, mlirValueGetType(result).ptr, bytes, spc_weight_is_on_host(op)};
  return true;
}

static int compare_weights(const void *a, const void *b) {
  const weight_t *x = a, *y = b;
  if (x->identity != y->identity) return (uintptr_t)x->identity < (uintptr_t)y->identity ? -1 : 1;
  return ((uintptr_t)x->type > (uintptr_t)y->type) - ((uintptr_t)x->type < (uintptr_t)y->type);
}

// Programs share weights: what has the same parts and type is stored once (compiler/weights lays them out in the same way).
static void count_weights(spc_inventory_t *self, weight_list_t *list) {
  if (list->count) qsort(list->items, list->count, sizeof(*list->items), compare_weights);
  for (size_t i = 0; i < list->count; ++i) {
    if (i > 0 && compare_weights(&list->items[i], &list->items[i - 1]) == 0) continue;
    uint64_t *total = list->items[i].on_host ? &self->host_weight_bytes : &self->weight_bytes;
    *total = spc_memory_add(*total, spc_memory_round_up(list->items[i].bytes, SPC_MEMORY_ALIGNMENT));
  }
}

// ---- The walk --------------------------------------------------------------------------------------------------------

static void note_linear(spc_inventory_t *self, MlirOperation op) {
  MlirValue weight = mlirOperationGetOperand(op, 1);
  const int64_t rows = spc_dim(weight, 0), cols = spc_dim(weight, 1);
  if (mlirTypeIsAF32(spc_element(weight)) || rows < 0 || cols < 0) return;
  grow(&self->state.panel_bytes, spc_state_panel_bytes((uint64_t)rows, (uint64_t)cols));
  if (mlirTypeIsAF32(spc_element(mlirOperationGetOperand(op, 0)))) grow(&self->state.narrow_columns, (uint64_t)cols);
}

static void note_attend(spc_inventory_t *self, MlirOperation op) {
  const int64_t q_heads = spc_attr_i64(op, "q_heads", 0), head_size = spc_attr_i64(op, "head_size", 0);
  if (q_heads < 1 || head_size < 1) return;  // not packed: the plan will say so
  grow(&self->state.max_q_heads, (uint64_t)q_heads);
  grow(&self->state.split_heads, (uint64_t)q_heads);
  grow(&self->state.split_columns, spc_memory_mul((uint64_t)q_heads, (uint64_t)head_size));
}

static bool walk_function(spc_inventory_t *self, MlirOperation func, cache_list_t *caches, weight_list_t *weights) {
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "spc.kv_cache")) {
      if (!add_cache(self, caches, op)) return false;
    } else if (spc_op_is(op, "spc.weight")) {
      if (!add_weight(weights, op)) return false;
    } else if (spc_op_is(op, "spc.linear")) {
      note_linear(self, op);
    } else if (spc_op_is(op, "spc.attend_cached")) {
      note_attend(self, op);
    } else if (spc_op_is(op, "spc.score")) {
      const int64_t q_heads = spc_attr_i64(op, "q_heads", 0);
      if (q_heads > 0) grow(&self->state.score_heads, (uint64_t)q_heads);
    }
  }
  return true;
}

bool spc_inventory_init(MlirOperation module, spc_inventory_t *out_inventory) {
  *out_inventory = (spc_inventory_t){0};
  if (!read_dims(module, &out_inventory->dims)) return false;
  out_inventory->state.target = spc_module_target(module);
  out_inventory->state.max_q_heads = out_inventory->dims.q_heads;
  cache_list_t caches = {.seen = calloc(out_inventory->dims.layers, sizeof(bool))};
  weight_list_t weights = {0};
  out_inventory->caches = calloc(out_inventory->dims.layers, sizeof(*out_inventory->caches));
  bool ok = (caches.seen && out_inventory->caches) || spc_error(module, "out of memory for %" PRIu64 " layers", out_inventory->dims.layers);
  MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(mlirModuleFromOperation(module)));
  for (; !mlirOperationIsNull(func) && ok; func = mlirOperationGetNextInBlock(func)) {
    if (spc_op_is(func, "func.func")) ok = walk_function(out_inventory, func, &caches, &weights);
  }
  ok = ok && finish_caches(out_inventory, &caches, module);
  count_weights(out_inventory, &weights);
  free(caches.seen);
  free(caches.others);
  free(weights.items);
  if (!ok) spc_inventory_deinit(out_inventory);
  return ok;
}

void spc_inventory_deinit(spc_inventory_t *inventory) {
  free(inventory->caches);
  free(inventory->cache_layers);
  *inventory = (spc_inventory_t){0};
}

int32_t spc_inventory_cache_index(const spc_inventory_t *inventory, MlirOperation op) {
  uint32_t kind;
  if (!spc_op_is(op, "spc.kv_cache") || !kind_of(op, &kind)) return -1;
  const int64_t layer = spc_attr_i64(op, "layer", -1);
  for (uint32_t i = 0; i < inventory->cache_count; ++i) {
    if (inventory->caches[i].kind == kind && inventory->cache_layers[i] == layer) return (int32_t)i;
  }
  return -1;
}
