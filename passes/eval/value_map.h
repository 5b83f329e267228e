// A map from MLIR values to tensors, and from ops to a mark, by address.
#ifndef PASSES_EVAL_VALUE_MAP_H_
#define PASSES_EVAL_VALUE_MAP_H_

#include "passes/eval/tensor.h"

typedef struct spc_eval_slot_t {
  const void *key;  // NULL: free
  spc_eval_tensor_t tensor;
} spc_eval_slot_t;

typedef struct spc_eval_map_t {
  spc_eval_slot_t *slots;  // open addressing; capacity is a power of two
  size_t capacity, count;
} spc_eval_map_t;

void spc_eval_map_deinit(spc_eval_map_t *map);
// The tensor under |key|, or NULL. Valid until the next insertion.
spc_eval_tensor_t *spc_eval_map_find(const spc_eval_map_t *map, const void *key);
// Puts |tensor| (taken over) under |key|, releasing what was there. On error the tensor is released.
SPC_WARN_UNUSED spc_status_t spc_eval_map_insert(spc_eval_map_t *map, const void *key, spc_eval_tensor_t *tensor);

#endif  // PASSES_EVAL_VALUE_MAP_H_
