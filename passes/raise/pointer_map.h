// A hash map from pointers (ops and values of the C API) to integers.
#ifndef PASSES_RAISE_POINTER_MAP_H_
#define PASSES_RAISE_POINTER_MAP_H_

#include <stdint.h>

#include "spc/status.h"

typedef struct spc_pointer_map_t {
  struct spc_pointer_entry_t *entries;
  size_t capacity;  // 0 or a power of two
  size_t count;
} spc_pointer_map_t;

void spc_pointer_map_deinit(spc_pointer_map_t *map);
// Sets |key| (not NULL) to |value|, replacing an earlier one. OUT_OF_MEMORY is the only error.
SPC_WARN_UNUSED spc_status_t spc_pointer_map_set(spc_pointer_map_t *map, const void *key, intptr_t value);
// The value of |key|, or |fallback|.
intptr_t spc_pointer_map_get(const spc_pointer_map_t *map, const void *key, intptr_t fallback);

// Makes room for one more element in a malloc'ed array of |count| elements. |*items| may move.
SPC_WARN_UNUSED spc_status_t spc_array_reserve(void **items, intptr_t count, intptr_t *capacity, size_t element_size);

#endif  // PASSES_RAISE_POINTER_MAP_H_
