#include "passes/raise/region.h"

#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"

// ---- Collecting ----------------------------------------------------------------------------------------------------

typedef struct spc_raise_frame_t {
  MlirOperation op;
  intptr_t next;  // operand to visit next
} spc_raise_frame_t;

typedef struct spc_raise_walk_t {
  const spc_raise_graph_t *graph;
  spc_raise_region_t *region;
  MlirValue stop;
  bool data;  // this pass follows data; the later one follows what only gives shapes
  spc_raise_frame_t *stack;
  intptr_t depth, capacity;
  spc_pointer_map_t entered;
} spc_raise_walk_t;

static bool reads_shape_only(MlirOperation op) { return spc_raise_is(op, "Shape") || spc_raise_is(op, "Size"); }

static spc_status_t add_leaf(spc_raise_walk_t *walk, MlirValue value) {
  spc_raise_region_t *region = walk->region;
  if (spc_pointer_map_get(&region->leaf_index, value.ptr, -1) >= 0) return NULL;
  SPC_RETURN_IF_ERROR(
      spc_array_reserve((void **)&region->leaves, region->leaf_count, &region->leaf_capacity, sizeof *region->leaves));
  region->leaves[region->leaf_count] = (spc_raise_leaf_t){value, spc_raise_arg_of(walk->graph, value),
                                                          spc_raise_activation(walk->graph, value), walk->data};
  return spc_pointer_map_set(&region->leaf_index, value.ptr, region->leaf_count++);
}

static spc_status_t add_op(spc_raise_walk_t *walk, MlirOperation op) {
  spc_raise_region_t *region = walk->region;
  if (region->op_count == region->op_capacity) {
    intptr_t capacity = region->op_capacity;
    SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&region->ops, region->op_count, &capacity, sizeof *region->ops));
    capacity = region->op_capacity;
    SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&region->data, region->op_count, &capacity, sizeof *region->data));
    SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&region->activated, region->op_count, &region->op_capacity,
                                          sizeof *region->activated));
  }
  region->ops[region->op_count] = op;
  region->data[region->op_count] = walk->data;
  region->activated[region->op_count] = false;
  return spc_pointer_map_set(&region->op_index, op.ptr, region->op_count++);
}

static spc_status_t enter(spc_raise_walk_t *walk, MlirOperation op) {
  if (spc_pointer_map_get(&walk->entered, op.ptr, 0)) return NULL;
  SPC_RETURN_IF_ERROR(spc_pointer_map_set(&walk->entered, op.ptr, 1));
  SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&walk->stack, walk->depth, &walk->capacity, sizeof *walk->stack));
  walk->stack[walk->depth++] = (spc_raise_frame_t){op, 0};
  return NULL;
}

static spc_status_t visit(spc_raise_walk_t *walk, MlirValue value) {
  MlirOperation def = spc_value_def(value);
  bool leaf = mlirOperationIsNull(def) || spc_raise_activation(walk->graph, value) ||
              (!mlirValueIsNull(walk->stop) && mlirValueEqual(value, walk->stop));
  return leaf ? add_leaf(walk, value) : enter(walk, def);
}

// Runs the walk until its stack is empty: an op is added once all its operands are.
static spc_status_t drain(spc_raise_walk_t *walk) {
  while (walk->depth > 0) {
    spc_raise_frame_t *frame = &walk->stack[walk->depth - 1];
    bool skip = walk->data && reads_shape_only(frame->op);
    if (!skip && frame->next < mlirOperationGetNumOperands(frame->op)) {
      SPC_RETURN_IF_ERROR(visit(walk, mlirOperationGetOperand(frame->op, frame->next++)));
      continue;
    }
    MlirOperation op = frame->op;
    --walk->depth;
    SPC_RETURN_IF_ERROR(add_op(walk, op));
  }
  return NULL;
}

static void mark_activated(spc_raise_region_t *region) {
  for (intptr_t i = 0; i < region->op_count; ++i) {
    if (reads_shape_only(region->ops[i])) continue;
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(region->ops[i]) && !region->activated[i]; ++k) {
      region->activated[i] = spc_raise_region_activated(region, mlirOperationGetOperand(region->ops[i], k));
    }
  }
}

spc_status_t spc_raise_region_init(const spc_raise_graph_t *graph, intptr_t n_roots, const MlirValue *roots,
                                   MlirValue stop, spc_raise_region_t *region) {
  *region = (spc_raise_region_t){0};
  spc_raise_walk_t walk = {.graph = graph, .region = region, .stop = stop, .data = true};
  spc_status_t status = NULL;
  for (intptr_t i = 0; i < n_roots; ++i) {
    MlirOperation def = spc_value_def(roots[i]);
    SPC_GOTO_IF_ERROR(mlirOperationIsNull(def) ? add_leaf(&walk, roots[i]) : enter(&walk, def));
    SPC_GOTO_IF_ERROR(drain(&walk));
  }
  mark_activated(region);
  // Then what the shapes come from. The ops of this pass stand after their users, which order no one relies on but
  // evaluation and marking: the evaluator goes by demand, and shapes are not data.
  walk.data = false;
  for (intptr_t i = 0, n = region->op_count; i < n; ++i) {
    if (!reads_shape_only(region->ops[i]) || mlirOperationGetNumOperands(region->ops[i]) == 0) continue;
    SPC_GOTO_IF_ERROR(visit(&walk, mlirOperationGetOperand(region->ops[i], 0)));
    SPC_GOTO_IF_ERROR(drain(&walk));
  }
cleanup:
  free(walk.stack);
  spc_pointer_map_deinit(&walk.entered);
  if (status) spc_raise_region_deinit(region);
  return status;
}

void spc_raise_region_deinit(spc_raise_region_t *region) {
  free(region->ops);
  free(region->data);
  free(region->activated);
  free(region->leaves);
  spc_pointer_map_deinit(&region->op_index);
  spc_pointer_map_deinit(&region->leaf_index);
  *region = (spc_raise_region_t){0};
}

intptr_t spc_raise_region_linears(const spc_raise_region_t *region, intptr_t capacity, MlirValue *out) {
  intptr_t n = 0;
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_leaf_t *leaf = &region->leaves[i];
    if (!leaf->data || !leaf->activation || leaf->activation->kind != SPC_ACTIVATION_LINEAR) continue;
    if (n < capacity) out[n] = leaf->value;
    ++n;
  }
  return n;
}

const spc_raise_leaf_t *spc_raise_region_arg(const spc_raise_region_t *region, spc_raise_role_t role) {
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    if (region->leaves[i].data && region->leaves[i].arg && region->leaves[i].arg->role == role)
      return &region->leaves[i];
  }
  return NULL;
}

bool spc_raise_region_activated(const spc_raise_region_t *region, MlirValue value) {
  intptr_t leaf = spc_pointer_map_get(&region->leaf_index, value.ptr, -1);
  if (leaf >= 0) {
    const spc_raise_leaf_t *it = &region->leaves[leaf];
    return it->data && (!it->arg || it->arg->role == SPC_ROLE_PAST_KEY || it->arg->role == SPC_ROLE_PAST_VALUE ||
                        it->arg->role == SPC_ROLE_FEATURES || it->arg->role == SPC_ROLE_PAST_WINDOW);
  }
  MlirOperation def = spc_value_def(value);
  intptr_t op = mlirOperationIsNull(def) ? -1 : spc_pointer_map_get(&region->op_index, def.ptr, -1);
  return op >= 0 && region->activated[op];
}
