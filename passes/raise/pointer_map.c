#include "passes/raise/pointer_map.h"

#include <stdlib.h>

typedef struct spc_pointer_entry_t {
  const void *key;
  intptr_t value;
} spc_pointer_entry_t;

void spc_pointer_map_deinit(spc_pointer_map_t *map) {
  free(map->entries);
  *map = (spc_pointer_map_t){0};
}

// The slot that holds |key|, or the free one where it belongs. There is always a free one: the table is at most half
// full.
static size_t find_slot(const spc_pointer_entry_t *entries, size_t capacity, const void *key) {
  // Allocations are 8- or 16-byte aligned, so the low bits say nothing; the multiplier spreads the rest (Fibonacci
  // hashing).
  size_t slot = (size_t)(((uintptr_t)key >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (capacity - 1);
  while (entries[slot].key && entries[slot].key != key) slot = (slot + 1) & (capacity - 1);
  return slot;
}

spc_status_t spc_pointer_map_set(spc_pointer_map_t *map, const void *key, intptr_t value) {
  if (2 * (map->count + 1) > map->capacity) {
    size_t capacity = map->capacity ? 2 * map->capacity : 64;
    spc_pointer_entry_t *entries = calloc(capacity, sizeof *entries);
    if (!entries) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for a table of %zu entries", capacity);
    for (size_t i = 0; i < map->capacity; ++i) {
      if (map->entries[i].key) entries[find_slot(entries, capacity, map->entries[i].key)] = map->entries[i];
    }
    free(map->entries);
    map->entries = entries;
    map->capacity = capacity;
  }
  size_t slot = find_slot(map->entries, map->capacity, key);
  map->count += map->entries[slot].key == NULL;
  map->entries[slot] = (spc_pointer_entry_t){key, value};
  return NULL;
}

intptr_t spc_pointer_map_get(const spc_pointer_map_t *map, const void *key, intptr_t fallback) {
  if (!map->capacity) return fallback;
  size_t slot = find_slot(map->entries, map->capacity, key);
  return map->entries[slot].key ? map->entries[slot].value : fallback;
}

spc_status_t spc_array_reserve(void **items, intptr_t count, intptr_t *capacity, size_t element_size) {
  if (count < *capacity) return NULL;
  intptr_t wanted = *capacity ? 2 * *capacity : 16;
  void *moved = (size_t)wanted > SIZE_MAX / element_size ? NULL : realloc(*items, (size_t)wanted * element_size);
  if (!moved)
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for %td elements of %zu bytes", wanted, element_size);
  *items = moved;
  *capacity = wanted;
  return NULL;
}
