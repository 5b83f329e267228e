#include "passes/ir/projection.h"

#include "passes/ir/ir.h"

MlirOperation spc_operand_def(MlirOperation op, intptr_t i) { return spc_value_def(mlirOperationGetOperand(op, i)); }

MlirValue spc_optional_operand(MlirOperation op, intptr_t i) {
  MlirValue value = mlirOperationGetOperand(op, i);
  return spc_op_is(spc_value_def(value), "spc.none") ? (MlirValue){NULL} : value;
}

bool spc_projection_match(MlirValue value, spc_projection_t *out_projection) {
  *out_projection = (spc_projection_t){0};
  MlirOperation op = spc_value_def(value);
  if (spc_op_is(op, "spc.rope")) {
    out_projection->rope = op;
    op = spc_operand_def(op, 0);
  }
  if (spc_op_is(op, "spc.rms_norm") && !mlirAttributeIsNull(spc_attr(op, "heads"))) {
    out_projection->norm = op;
    op = spc_operand_def(op, 0);
  }
  if (!spc_op_is(op, "spc.linear") || !mlirValueIsNull(spc_optional_operand(op, 3))) return false;
  out_projection->linear = op;
  return true;
}

MlirValue spc_residual_stream_of(MlirOperation linear) {
  if (!spc_op_is(linear, "spc.linear")) return (MlirValue){NULL};
  MlirOperation norm = spc_operand_def(linear, 0);
  if (!spc_op_is(norm, "spc.rms_norm") || !mlirAttributeIsNull(spc_attr(norm, "heads"))) return (MlirValue){NULL};
  return mlirOperationGetOperand(norm, 0);
}
