// What a module of programs (docs/ir.md, level 4) needs memory for, beside activations: dimensions, caches, weights.
#ifndef PASSES_MEMORY_INVENTORY_H_
#define PASSES_MEMORY_INVENTORY_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "passes/state_layout.h"
#include "spc/abi.h"

typedef struct spc_inventory_t {
  spc_dims_t dims;
  spc_cache_t *caches;  // owned; [0, dims.layers) are the LLM's, in order
  int64_t *cache_layers;  // owned; the `layer` of each cache
  uint32_t cache_count;
  uint64_t weight_bytes;  // distinct weights, each rounded up to 64, but those
  uint64_t host_weight_bytes;  // in host memory
  spc_state_needs_t state;
} spc_inventory_t;

// Reads spc.model, spc.options, spc.retriever and spc.target and walks the functions. False with a diagnostic.
bool spc_inventory_init(MlirOperation module, spc_inventory_t *out_inventory);
void spc_inventory_deinit(spc_inventory_t *inventory);

// The index of the cache that |op|, an spc.kv_cache, names, or -1.
int32_t spc_inventory_cache_index(const spc_inventory_t *inventory, MlirOperation op);

#endif  // PASSES_MEMORY_INVENTORY_H_
