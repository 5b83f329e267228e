// spc/memory_model.h - how many device bytes a session of a plan takes, M(S, n), and where they lie.
//
// Pure arithmetic over a plan's numbers. The compiler solves the thresholds with it and the runtime lays out its arena with it, so that
// what was planned and what is allocated agree byte for byte. With R sequences of at most S tokens and n layers offloaded,
//
//     M(S, n) = weights + activations + state + [n > 0] staging + keys + retriever caches + sum of the layers' pools
//
// where a resident pool has P = R * ceil(S / page_tokens) pages and an offloaded layer's pool has R * slots rows a KV head. The n deepest
// layers, [layers - n, layers), are the offloaded ones. What counts is P: sequences of different lengths share the pages.
//
// The device arena holds, each 64-byte aligned, from its beginning: activations, state, the paged pools (retrieval keys, caches of a deep
// retriever, layers 0, 1, ... that are resident); and to its end: the slots of offloaded layers, the deepest last, and staging. So a layer's
// slots and staging do not move when n changes, and what lies between is free. Weights count in M but lie elsewhere; those in host memory do not count.
//
// A session whose arena is given, not solved for its own longest sequences, has fewer layers out while few pages are in use: with n out it holds
// spc_memory_pages_that_fit pages, which is where the plan's thresholds come from too (runtime/src/residency.h).
//
// All functions saturate: UINT64_MAX means "more than can be said", which fits in no budget.
#ifndef SPC_MEMORY_MODEL_H_
#define SPC_MEMORY_MODEL_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/abi.h"
#include "spc/host_rows.h"

#define SPC_MEMORY_ALIGNMENT UINT64_C(64)

typedef struct spc_memory_model_t {
  uint64_t weights;      // bytes, packed, without what lies in host memory
  uint64_t activations;  // bytes, plan.arena_size
  uint64_t state;        // bytes, without staging
  uint64_t staging;      // bytes, when at least one layer is offloaded
  uint64_t layers;
  uint64_t page_tokens;  // > 0
  uint64_t slots;        // N, rows a KV head of an offloaded layer
  uint64_t host_group;   // > 0: layers whose rows lie side by side in host memory
  uint64_t host_last_group;  // > 0: of the deepest layers
  uint64_t host_layers;  // the most that are out at once; 0: not known, all may be
  bool host_packed;      // rows in host memory are packed
  uint32_t cache_count;
  const spc_cache_t *caches;  // caches[0, layers) are the LLM's, in order
} spc_memory_model_t;

static inline uint64_t spc_memory_add(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

static inline uint64_t spc_memory_mul(uint64_t a, uint64_t b) { return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b; }

// The least multiple of the power of two |alignment| that is not below |bytes|.
static inline uint64_t spc_memory_round_up(uint64_t bytes, uint64_t alignment) {
  return bytes > UINT64_MAX - (alignment - 1) ? UINT64_MAX : (bytes + alignment - 1) & ~(alignment - 1);
}

static inline uint64_t spc_memory_ceil_div(uint64_t a, uint64_t b) { return a / b + (a % b != 0); }

static inline uint64_t spc_memory_element_bytes(uint32_t element) {
  return element == SPC_F16 || element == SPC_BF16 ? 2 : 4;
}

// N: the rows a KV head that a selection may have, and the slots of an offloaded layer. 0 without a retriever.
static inline uint64_t spc_memory_slots(const spc_dims_t *dims) {
  if (dims->budget == 0) return 0;
  return spc_memory_round_up(spc_memory_add(dims->budget, spc_memory_add(dims->sink, dims->recent)), 16);
}

// The rows any program may have in one call.
static inline uint64_t spc_memory_max_rows(const spc_dims_t *dims) {
  return dims->prefill_chunk > dims->max_batch ? dims->prefill_chunk : dims->max_batch;
}

// W - 1: the tokens whose embeddings are kept for the retriever's window.
static inline uint64_t spc_memory_window_rows(const spc_dims_t *dims) { return dims->window_tokens ? dims->window_tokens - 1 : 0; }

// |plan|'s numbers; the caches stay the plan's.
static inline void spc_memory_model_init(const spc_plan_t *plan, spc_memory_model_t *out_model) {
  out_model->weights = plan->device_weights_size;
  out_model->activations = plan->arena_size;
  out_model->state = plan->state_total;
  out_model->staging = plan->staging_size;
  out_model->layers = plan->dims.layers;
  out_model->page_tokens = plan->dims.page_tokens;
  out_model->slots = spc_memory_slots(&plan->dims);
  out_model->host_group = plan->dims.host_group;
  out_model->host_last_group = plan->dims.host_last_group;
  out_model->host_layers = 0;
  out_model->host_packed = plan->dims.host_packed != 0;
  out_model->cache_count = plan->cache_count;
  out_model->caches = plan->caches;
}

// Bytes of the weights that lie in host memory: embedding tables, on CUDA.
static inline uint64_t spc_memory_host_weights(const spc_plan_t *plan) { return plan->weights_size - plan->device_weights_size; }

// Bytes of one row: a token of one KV head, K and V.
static inline uint64_t spc_memory_row_bytes(const spc_cache_t *cache) {
  return spc_memory_mul(spc_memory_mul(cache->head_size, cache->has_value ? 2 : 1), spc_memory_element_bytes(cache->element));
}

// Bytes of one token, all KV heads.
static inline uint64_t spc_memory_token_bytes(const spc_cache_t *cache) {
  return spc_memory_mul(spc_memory_row_bytes(cache), cache->kv_heads);
}

// ---- Staging on CUDA: all pages of one sequence of one layer, numbers 0, 1, 2, ..., and, where host rows are packed, the new rows of a call, each at a multiple of
// SPC_MEMORY_STAGING_ALIGNMENT. A session whose sequences have at most |max_seq| tokens, fewer than the plan's, needs fewer pages.
#define SPC_MEMORY_STAGING_ALIGNMENT UINT64_C(256)

static inline uint64_t spc_memory_staged_pages(const spc_dims_t *dims, uint64_t max_seq) { return spc_memory_ceil_div(max_seq, dims->page_tokens); }

static inline uint64_t spc_memory_staged_pages_bytes(const spc_dims_t *dims, const spc_cache_t *cache, uint64_t max_seq) {
  uint64_t page_bytes = spc_memory_mul(spc_memory_token_bytes(cache), dims->page_tokens);
  return spc_memory_round_up(spc_memory_mul(spc_memory_staged_pages(dims, max_seq), page_bytes), SPC_MEMORY_STAGING_ALIGNMENT);
}

// How many numbers: as many as a page table has, for as many as a call has new rows.
static inline uint64_t spc_memory_staged_numbers(const spc_dims_t *dims) {
  uint64_t pages = spc_memory_staged_pages(dims, dims->max_seq), rows = dims->host_packed ? spc_memory_mul(spc_memory_max_rows(dims), dims->kv_heads) : 0;
  return pages > rows ? pages : rows;
}

static inline uint64_t spc_memory_staged_numbers_bytes(const spc_dims_t *dims) {
  return spc_memory_round_up(spc_memory_mul(spc_memory_staged_numbers(dims), sizeof(int32_t)), SPC_MEMORY_STAGING_ALIGNMENT);
}

static inline uint64_t spc_memory_staging_bytes(const spc_dims_t *dims, const spc_cache_t *cache, uint64_t max_seq) {
  uint64_t rows = dims->host_packed ? spc_memory_mul(spc_memory_max_rows(dims), spc_memory_token_bytes(cache)) : 0;
  return spc_memory_add(spc_memory_add(spc_memory_staged_pages_bytes(dims, cache, max_seq), spc_memory_staged_numbers_bytes(dims)),
                        spc_memory_round_up(rows, SPC_MEMORY_STAGING_ALIGNMENT));
}

static inline void spc_memory_limit_staging(const spc_plan_t *plan, uint64_t max_seq, spc_memory_model_t *model) {
  if (plan->target != SPC_TARGET_CUDA || model->staging == 0) return;
  uint64_t bytes = spc_memory_staging_bytes(&plan->dims, &plan->caches[0], max_seq);
  if (bytes < model->staging) model->staging = bytes;
}

static inline bool spc_memory_is_offloaded(const spc_memory_model_t *model, uint32_t cache, uint64_t offloaded) {
  return cache < model->layers && cache + offloaded >= model->layers;
}

// ---- Groups of layers whose rows lie side by side in host memory, counted from the deepest layer: the first has host_last_group layers, the others host_group. The shallowest takes what is
// left over, if that is no more than half of host_group: rows of so few layers would take the link nearly as long as those of host_group (spc/host_translations.h). |layer| is one that may be out.
// How many groups there are.
static inline uint64_t spc_memory_group_count(const spc_memory_model_t *model) {
  uint64_t layers = model->host_layers ? model->host_layers : model->layers;
  if (layers <= model->host_last_group) return 1;
  uint64_t others = (layers - model->host_last_group) / model->host_group, left = (layers - model->host_last_group) % model->host_group;
  return 1 + others + (left > model->host_group / 2);
}

// How many layers lie below group |group|.
static inline uint64_t spc_memory_layers_below_group(const spc_memory_model_t *model, uint64_t group) {
  return group == 0 ? 0 : model->host_last_group + (group - 1) * model->host_group;
}

static inline uint64_t spc_memory_group_of(const spc_memory_model_t *model, uint64_t layer) {
  uint64_t below = model->layers - 1 - layer, last = spc_memory_group_count(model) - 1;
  uint64_t group = below < model->host_last_group ? 0 : 1 + (below - model->host_last_group) / model->host_group;
  return group < last ? group : last;
}

// Where the group of |layer| ends.
static inline uint64_t spc_memory_group_end(const spc_memory_model_t *model, uint64_t layer) {
  return model->layers - spc_memory_layers_below_group(model, spc_memory_group_of(model, layer));
}

// How many layers of it there are from |layer| on.
static inline uint64_t spc_memory_group_layers(const spc_memory_model_t *model, uint64_t layer) { return spc_memory_group_end(model, layer) - layer; }

// The first layer of it that is out when |offloaded| are, |layer| among them.
static inline uint64_t spc_memory_group_begin(const spc_memory_model_t *model, uint64_t layer, uint64_t offloaded) {
  uint64_t group = spc_memory_group_of(model, layer), first = model->layers - offloaded;
  if (group + 1 == spc_memory_group_count(model)) return first;
  uint64_t begin = model->layers - spc_memory_layers_below_group(model, group + 1);
  return begin < first ? first : begin;
}

// Pages of a resident pool (and of an offloaded layer's host pool) for |sequences| of |tokens| each.
static inline uint64_t spc_memory_pages(const spc_memory_model_t *model, uint64_t sequences, uint64_t tokens) {
  return spc_memory_mul(sequences, spc_memory_ceil_div(tokens, model->page_tokens));
}

// Bytes of a paged pool of |cache| with |pages| pages: on the device when it is resident, in host memory when it is offloaded.
static inline uint64_t spc_memory_pool_of_pages(const spc_memory_model_t *model, uint32_t cache, uint64_t pages) {
  uint64_t rows = spc_memory_mul(pages, model->page_tokens);
  return spc_memory_round_up(spc_memory_mul(rows, spc_memory_token_bytes(&model->caches[cache])), SPC_MEMORY_ALIGNMENT);
}

static inline uint64_t spc_memory_paged_bytes(const spc_memory_model_t *model, uint32_t cache, uint64_t sequences, uint64_t tokens) {
  return spc_memory_pool_of_pages(model, cache, spc_memory_pages(model, sequences, tokens));
}

// Bytes of the host pools of the group of layers [begin, end), with |pages| pages; packed, those before the rest.
static inline uint64_t spc_memory_host_entries_bytes(const spc_memory_model_t *model, uint64_t begin, uint64_t end, uint64_t pages) {
  const spc_cache_t *cache = &model->caches[begin];
  uint64_t rows = spc_memory_mul(spc_memory_mul(pages, model->page_tokens), cache->kv_heads);
  if (!model->host_packed) return spc_memory_mul(end - begin, spc_memory_pool_of_pages(model, (uint32_t)begin, pages));
  return spc_memory_round_up(spc_memory_mul(rows, spc_host_entry_bytes(cache->head_size, end - begin)), SPC_MEMORY_ALIGNMENT);
}

static inline uint64_t spc_memory_host_group_bytes(const spc_memory_model_t *model, uint64_t begin, uint64_t end, uint64_t pages) {
  uint64_t bytes = spc_memory_host_entries_bytes(model, begin, end, pages);
  if (!model->host_packed) return bytes;
  const spc_cache_t *cache = &model->caches[begin];
  uint64_t rows = spc_memory_mul(spc_memory_mul(pages, model->page_tokens), cache->kv_heads);
  return spc_memory_add(bytes, spc_memory_mul(rows, (end - begin) * spc_host_rest_bytes(cache->head_size)));
}

// Bytes of all host pools, with room for |layers| layers to be out.
static inline uint64_t spc_memory_host_bytes(const spc_memory_model_t *model, uint64_t layers, uint64_t pages) {
  spc_memory_model_t of = *model;
  of.host_layers = layers;
  uint64_t bytes = 0;
  for (uint64_t begin = model->layers - layers, end; begin < model->layers; begin = end) {
    end = spc_memory_group_end(&of, begin);
    bytes = spc_memory_add(bytes, spc_memory_host_group_bytes(model, begin, end, pages));
  }
  return bytes;
}

// Bytes that pass the link for a row of one layer: to be written, or read by itself.
static inline uint64_t spc_memory_row_link_bytes(const spc_memory_model_t *model) {
  const spc_cache_t *cache = &model->caches[0];
  return model->host_packed ? spc_host_part_bytes(cache->head_size) + 8 : spc_memory_row_bytes(cache);
}

// And for loading a row of all layers of a group from |layer| on: of an entry what lies from its part on.
static inline uint64_t spc_memory_entry_link_bytes(const spc_memory_model_t *model, uint64_t layer) {
  uint64_t layers = spc_memory_group_layers(model, layer), most = model->host_layers ? model->host_layers : model->layers;
  if (!model->host_packed) return layers * spc_memory_row_bytes(&model->caches[0]);
  uint64_t begin = spc_memory_group_begin(model, layer, most);
  return layers * spc_host_part_bytes(model->caches[0].head_size) + spc_host_words_bytes(layer + layers - begin);
}

// Of a row of each of the |offloaded| layers.
static inline uint64_t spc_memory_loaded_link_bytes(const spc_memory_model_t *model, uint64_t offloaded) {
  uint64_t bytes = 0;
  for (uint64_t layer = model->layers - offloaded; layer < model->layers; layer = spc_memory_group_end(model, layer)) {
    bytes += spc_memory_entry_link_bytes(model, layer);
  }
  return bytes;
}

// Bytes of the slot pool of an offloaded |cache|.
static inline uint64_t spc_memory_slot_bytes(const spc_memory_model_t *model, uint32_t cache, uint64_t sequences) {
  uint64_t rows = spc_memory_mul(sequences, model->slots);
  return spc_memory_round_up(spc_memory_mul(rows, spc_memory_token_bytes(&model->caches[cache])), SPC_MEMORY_ALIGNMENT);
}

// Bytes on the device of |cache|'s pool with |offloaded| layers out.
static inline uint64_t spc_memory_pool_bytes(const spc_memory_model_t *model, uint32_t cache, uint64_t sequences, uint64_t tokens,
                                             uint64_t offloaded) {
  return spc_memory_is_offloaded(model, cache, offloaded) ? spc_memory_slot_bytes(model, cache, sequences)
                                                          : spc_memory_paged_bytes(model, cache, sequences, tokens);
}

// ---- Where the regions of the device arena begin, in bytes.
static inline uint64_t spc_memory_state_offset(const spc_memory_model_t *model) {
  return spc_memory_round_up(model->activations, SPC_MEMORY_ALIGNMENT);
}

// The paged pools begin here.
static inline uint64_t spc_memory_pools_offset(const spc_memory_model_t *model) {
  return spc_memory_add(spc_memory_state_offset(model), spc_memory_round_up(model->state, SPC_MEMORY_ALIGNMENT));
}

// Staging, in an arena of |arena| bytes.
static inline uint64_t spc_memory_staging_offset(const spc_memory_model_t *model, uint64_t arena) {
  return arena - spc_memory_round_up(model->staging, SPC_MEMORY_ALIGNMENT);
}

// The slots of the layers [layer, layers), in an arena of |arena| bytes: those of |layer| come first.
static inline uint64_t spc_memory_slots_offset(const spc_memory_model_t *model, uint64_t arena, uint64_t sequences, uint64_t layer) {
  uint64_t offset = spc_memory_staging_offset(model, arena);
  for (uint64_t i = model->layers; i-- > layer;) offset -= spc_memory_slot_bytes(model, (uint32_t)i, sequences);
  return offset;
}

// The paged pool of |cache|, which is resident with |offloaded| layers out, when pools have |pages| pages; of cache_count: the end of the last pool.
static inline uint64_t spc_memory_pool_offset(const spc_memory_model_t *model, uint32_t cache, uint64_t pages, uint64_t offloaded) {
  static const uint32_t order[] = {SPC_CACHE_KEYS, SPC_CACHE_RETRIEVER, SPC_CACHE_LLM};
  uint64_t offset = spc_memory_pools_offset(model);
  for (uint32_t k = 0; k < sizeof(order) / sizeof(order[0]); ++k) {
    for (uint32_t i = 0; i < model->cache_count; ++i) {
      if (model->caches[i].kind != order[k] || spc_memory_is_offloaded(model, i, offloaded)) continue;
      if (i == cache) return offset;
      offset = spc_memory_add(offset, spc_memory_pool_of_pages(model, i, pages));
    }
  }
  return offset;
}

// Bytes of a device arena whose paged pools have |pages| pages.
static inline uint64_t spc_memory_arena_of_pages(const spc_memory_model_t *model, uint64_t sequences, uint64_t pages, uint64_t offloaded) {
  uint64_t bytes = spc_memory_pool_offset(model, model->cache_count, pages, offloaded);
  for (uint32_t i = 0; i < model->layers; ++i) {
    if (spc_memory_is_offloaded(model, i, offloaded)) bytes = spc_memory_add(bytes, spc_memory_slot_bytes(model, i, sequences));
  }
  return offloaded > 0 ? spc_memory_add(bytes, spc_memory_round_up(model->staging, SPC_MEMORY_ALIGNMENT)) : bytes;
}

// Bytes of the device arena: M(S, n) without the weights.
static inline uint64_t spc_memory_arena_bytes(const spc_memory_model_t *model, uint64_t sequences, uint64_t tokens, uint64_t offloaded) {
  return spc_memory_arena_of_pages(model, sequences, spc_memory_pages(model, sequences, tokens), offloaded);
}

// M(S, n).
static inline uint64_t spc_memory_device_bytes(const spc_memory_model_t *model, uint64_t sequences, uint64_t tokens, uint64_t offloaded) {
  return spc_memory_add(model->weights, spc_memory_arena_bytes(model, sequences, tokens, offloaded));
}

// The most tokens S <= |max_tokens| that each of |sequences| may have with M(S, offloaded) <= |budget|; 0 when none fits. A |budget| of 0 is
// no limit. M grows with S only, so a binary search over whole pages is exact.
static inline uint64_t spc_memory_longest(const spc_memory_model_t *model, uint64_t sequences, uint64_t max_tokens, uint64_t offloaded,
                                          uint64_t budget) {
  if (budget == 0 || spc_memory_device_bytes(model, sequences, max_tokens, offloaded) <= budget) return max_tokens;
  uint64_t fits = 0, fails = spc_memory_ceil_div(max_tokens, model->page_tokens);  // pages a sequence
  while (fails - fits > 1) {
    uint64_t middle = fits + (fails - fits) / 2;
    if (spc_memory_device_bytes(model, sequences, middle * model->page_tokens, offloaded) <= budget) {
      fits = middle;
    } else {
      fails = middle;
    }
  }
  return fits * model->page_tokens;
}

// The most pages <= |max_pages| that |sequences| may share in an arena of |arena| bytes with |offloaded| layers out; 0 when not even the rest fits.
static inline uint64_t spc_memory_pages_that_fit(const spc_memory_model_t *model, uint64_t sequences, uint64_t max_pages, uint64_t offloaded,
                                                 uint64_t arena) {
  if (spc_memory_arena_of_pages(model, sequences, max_pages, offloaded) <= arena) return max_pages;
  uint64_t fits = 0, fails = max_pages;
  while (fails - fits > 1) {
    uint64_t middle = fits + (fails - fits) / 2;
    if (spc_memory_arena_of_pages(model, sequences, middle, offloaded) <= arena) {
      fits = middle;
    } else {
      fails = middle;
    }
  }
  return fits;
}

#endif  // SPC_MEMORY_MODEL_H_
