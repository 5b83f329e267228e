// Lifetimes of the activations of a program.
#ifndef PASSES_MEMORY_LIVENESS_H_
#define PASSES_MEMORY_LIVENESS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "passes/memory/placement.h"

// Buffers of one or more programs on one time line. intervals[i] is the buffer of values[i].
typedef struct spc_buffers_t {
  size_t count, capacity;
  MlirValue *values;
  spc_interval_t *intervals;
  uint32_t time;  // at which the next program begins
} spc_buffers_t;

// Adds the activations of |func|: results of ranked tensor type, except weights, and with |place_arguments| its tensor arguments (else they are
// state). Time is the op's place in the block, plus that of programs added before. A buffer lives from its op to its last reader, both included, so no
// op's result overlaps its operands; an argument lives from the first op, and what is alive between spc.score and the first spc.kv_prefetch lives through all of these. A dynamic first dimension is |rows|. False with a diagnostic naming the op
// whose size is not known or passes 63 bits.
bool spc_buffers_add_program(spc_buffers_t *buffers, MlirOperation func, int64_t rows, bool place_arguments);
// The index of |value|'s buffer, or -1.
intptr_t spc_buffers_find(const spc_buffers_t *buffers, MlirValue value);
void spc_buffers_deinit(spc_buffers_t *buffers);

#endif  // PASSES_MEMORY_LIVENESS_H_
