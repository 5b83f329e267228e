// The packed weights: a safetensors file, mapped read-only and checked against the plan's weight table.
//
// Format: u64 length n, n bytes of JSON {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ...}, then the data section
// (https://github.com/huggingface/safetensors).
#ifndef SPC_RUNTIME_SAFETENSORS_H_
#define SPC_RUNTIME_SAFETENSORS_H_

#include <stdint.h>

#include "spc/abi.h"
#include "spc/status.h"

typedef struct spc_weights_map_t {
  void *mapping;  // NULL: nothing mapped
  uint64_t mapping_size;
  const uint8_t *data;  // the data section
} spc_weights_map_t;

// Maps |path| and checks that every weight of |plan| is there with its type, shape and place. Errors: NOT_FOUND, IO, OUT_OF_RANGE (truncated: names
// the sizes), INCOMPATIBLE (another model's: names the tensor), INVALID_ARGUMENT (no safetensors header).
SPC_WARN_UNUSED spc_status_t spc_weights_map_init(const spc_plan_t *plan, const char *path, spc_weights_map_t *out_map);
void spc_weights_map_deinit(spc_weights_map_t *map);

#endif  // SPC_RUNTIME_SAFETENSORS_H_
