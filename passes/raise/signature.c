// Signatures of regions and the facts verified under them.
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/raise/region.h"

static spc_status_t put(spc_raise_signature_t *signature, intptr_t token) {
  SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&signature->tokens, signature->count, &signature->capacity,
                                        sizeof *signature->tokens));
  signature->tokens[signature->count++] = token;
  return NULL;
}

// Marks apart what follows, so that no two different regions read alike.
enum { SIGN_SEEN = 1, SIGN_ARG, SIGN_ACTIVATION, SIGN_STOP, SIGN_VARIABLE, SIGN_OP, SIGN_ROOT };

// The number of a value: the place of its first mention, where what it is gets written down.
static spc_status_t put_value(const spc_raise_region_t *region, const spc_pointer_map_t *variables, int64_t layer,
                              spc_pointer_map_t *numbers, MlirValue value, spc_raise_signature_t *signature) {
  intptr_t number = spc_pointer_map_get(numbers, value.ptr, -1);
  SPC_RETURN_IF_ERROR(put(signature, SIGN_SEEN));
  if (number >= 0) return put(signature, number);
  SPC_RETURN_IF_ERROR(put(signature, (intptr_t)numbers->count));
  SPC_RETURN_IF_ERROR(spc_pointer_map_set(numbers, value.ptr, (intptr_t)numbers->count));
  intptr_t variable = spc_pointer_map_get(variables, value.ptr, 0);
  if (variable) {
    SPC_RETURN_IF_ERROR(put(signature, SIGN_VARIABLE));
    return put(signature, variable);
  }
  intptr_t index = spc_pointer_map_get(&region->leaf_index, value.ptr, -1);
  if (index < 0) return NULL;  // of an op, which is written itself
  const spc_raise_leaf_t *leaf = &region->leaves[index];
  SPC_RETURN_IF_ERROR(put(signature, leaf->arg ? SIGN_ARG : leaf->activation ? SIGN_ACTIVATION : SIGN_STOP));
  SPC_RETURN_IF_ERROR(put(signature, leaf->data));
  if (leaf->arg) {
    SPC_RETURN_IF_ERROR(put(signature, (intptr_t)leaf->arg->role));
    return put(signature, leaf->arg->layer < 0 ? -1 : leaf->arg->layer == layer);
  }
  if (!leaf->activation) return NULL;
  SPC_RETURN_IF_ERROR(put(signature, (intptr_t)leaf->activation->kind));
  return put(signature, (intptr_t)leaf->activation->width);
}

static bool is_label(MlirStringRef name) {
  static const char *const labels[] = {"name", "outputs", "types"};
  for (size_t i = 0; i < sizeof labels / sizeof *labels; ++i) {
    if (name.length == strlen(labels[i]) && memcmp(name.data, labels[i], name.length) == 0) return true;
  }
  return false;
}

spc_status_t spc_raise_region_sign(const spc_raise_region_t *region, intptr_t n_roots, const MlirValue *roots,
                                   const spc_pointer_map_t *variables, int64_t layer,
                                   spc_raise_signature_t *signature) {
  *signature = (spc_raise_signature_t){0};
  spc_pointer_map_t numbers = {0};
  spc_status_t status = NULL;
  for (intptr_t i = 0; i < region->op_count; ++i) {
    MlirOperation op = region->ops[i];
    intptr_t results = mlirOperationGetNumResults(op), operands = mlirOperationGetNumOperands(op);
    if (results == 1 && spc_pointer_map_get(variables, mlirOperationGetResult(op, 0).ptr, 0)) continue;
    SPC_GOTO_IF_ERROR(put(signature, SIGN_OP));
    // Names and attributes are unique in a context, so their addresses identify them.
    SPC_GOTO_IF_ERROR(put(signature, (intptr_t)mlirOperationGetName(op).ptr));
    SPC_GOTO_IF_ERROR(put(signature, operands));
    for (intptr_t k = 0; k < operands; ++k) {
      SPC_GOTO_IF_ERROR(put_value(region, variables, layer, &numbers, mlirOperationGetOperand(op, k), signature));
    }
    SPC_GOTO_IF_ERROR(put(signature, results));
    for (intptr_t k = 0; k < results; ++k) {
      SPC_GOTO_IF_ERROR(put_value(region, variables, layer, &numbers, mlirOperationGetResult(op, k), signature));
    }
    for (intptr_t k = 0; k < mlirOperationGetNumAttributes(op); ++k) {
      MlirNamedAttribute attr = mlirOperationGetAttribute(op, k);
      if (is_label(mlirIdentifierStr(attr.name))) continue;
      SPC_GOTO_IF_ERROR(put(signature, (intptr_t)attr.name.ptr));
      SPC_GOTO_IF_ERROR(put(signature, (intptr_t)attr.attribute.ptr));
    }
  }
  SPC_GOTO_IF_ERROR(put(signature, SIGN_ROOT));
  for (intptr_t i = 0; i < n_roots; ++i)
    SPC_GOTO_IF_ERROR(put_value(region, variables, layer, &numbers, roots[i], signature));
cleanup:
  spc_pointer_map_deinit(&numbers);
  if (status) {
    free(signature->tokens);
    *signature = (spc_raise_signature_t){0};
  }
  return status;
}

// ---- Facts ---------------------------------------------------------------------------------------------------------

typedef struct spc_raise_cached_t {
  int kind;
  spc_raise_signature_t signature;
  void *facts;
} spc_raise_cached_t;

void spc_raise_cache_deinit(spc_raise_cache_t *cache) {
  for (intptr_t i = 0; i < cache->count; ++i) {
    free(cache->items[i].signature.tokens);
    free(cache->items[i].facts);
  }
  free(cache->items);
  *cache = (spc_raise_cache_t){0};
}

// A model has a handful of different regions, so a list is as good as a table.
const void *spc_raise_cache_find(const spc_raise_cache_t *cache, int kind, const spc_raise_signature_t *signature) {
  for (intptr_t i = 0; i < cache->count; ++i) {
    const spc_raise_cached_t *item = &cache->items[i];
    if (item->kind == kind && item->signature.count == signature->count &&
        memcmp(item->signature.tokens, signature->tokens, (size_t)signature->count * sizeof *signature->tokens) == 0) {
      return item->facts;
    }
  }
  return NULL;
}

spc_status_t spc_raise_cache_add(spc_raise_cache_t *cache, int kind, spc_raise_signature_t *signature,
                                 const void *facts, size_t size) {
  SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&cache->items, cache->count, &cache->capacity, sizeof *cache->items));
  void *copy = malloc(size ? size : 1);
  if (!copy) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for the facts of a region");
  memcpy(copy, facts, size);
  cache->items[cache->count++] = (spc_raise_cached_t){kind, *signature, copy};
  *signature = (spc_raise_signature_t){0};
  return NULL;
}
