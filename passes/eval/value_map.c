#include "passes/eval/value_map.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const spc_eval_map_t *map, const void *key) {
  uint64_t hash = (uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15);
  size_t at = (size_t)(hash >> 32) & (map->capacity - 1);
  while (map->slots[at].key && map->slots[at].key != key) at = (at + 1) & (map->capacity - 1);
  return at;
}

void spc_eval_map_deinit(spc_eval_map_t *map) {
  for (size_t n = 0; n < map->capacity; n++) {
    if (map->slots[n].key) spc_eval_tensor_deinit(&map->slots[n].tensor);
  }
  free(map->slots);
  memset(map, 0, sizeof *map);
}

spc_eval_tensor_t *spc_eval_map_find(const spc_eval_map_t *map, const void *key) {
  if (map->capacity == 0) return NULL;
  spc_eval_slot_t *slot = &map->slots[slot_of(map, key)];
  return slot->key ? &slot->tensor : NULL;
}

static spc_status_t grow(spc_eval_map_t *map) {
  spc_eval_map_t larger = {.capacity = map->capacity ? 2 * map->capacity : 256, .count = map->count};
  larger.slots = calloc(larger.capacity, sizeof *larger.slots);
  if (!larger.slots) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu evaluated values", larger.capacity);
  for (size_t n = 0; n < map->capacity; n++) {
    if (map->slots[n].key) larger.slots[slot_of(&larger, map->slots[n].key)] = map->slots[n];
  }
  free(map->slots);
  *map = larger;
  return NULL;
}

spc_status_t spc_eval_map_insert(spc_eval_map_t *map, const void *key, spc_eval_tensor_t *tensor) {
  if (2 * (map->count + 1) > map->capacity) {
    spc_status_t status = grow(map);
    if (status) {
      spc_eval_tensor_deinit(tensor);
      return status;
    }
  }
  spc_eval_slot_t *slot = &map->slots[slot_of(map, key)];
  if (slot->key) {
    spc_eval_tensor_deinit(&slot->tensor);
  } else {
    slot->key = key;
    map->count++;
  }
  slot->tensor = *tensor;
  memset(tensor, 0, sizeof *tensor);
  return NULL;
}
