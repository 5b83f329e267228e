// How queries, keys and values are made: [rope] of [per-head norm] of a linear of the normalised residual stream.
#ifndef PASSES_IR_PROJECTION_H_
#define PASSES_IR_PROJECTION_H_

#include <stdbool.h>

#include "mlir-c/IR.h"

typedef struct spc_projection_t {
  MlirOperation rope;    // spc.rope, or null
  MlirOperation norm;    // spc.rms_norm with `heads`, or null
  MlirOperation linear;  // spc.linear
} spc_projection_t;

// Matches |value|; false (without a diagnostic) when it is made in another way. The linear has no residual.
bool spc_projection_match(MlirValue value, spc_projection_t *out_projection);

// The residual stream that |linear| reads through a norm: x of linear(rms_norm(x)); a null value when it does not.
MlirValue spc_residual_stream_of(MlirOperation linear);

// The operand |i| of |op| when it is there, a null value when it is made by spc.none.
MlirValue spc_optional_operand(MlirOperation op, intptr_t i);
// The op that defines operand |i|; null for an argument.
MlirOperation spc_operand_def(MlirOperation op, intptr_t i);

#endif  // PASSES_IR_PROJECTION_H_
