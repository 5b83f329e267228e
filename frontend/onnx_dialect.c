#include "frontend/onnx_dialect.h"

#include "mlir-c/BuiltinAttributes.h"

static MlirWalkResult restore_name(MlirOperation op, void *user_data) {
  (void)user_data;
  if (!mlirStringRefEqual(mlirIdentifierStr(mlirOperationGetName(op)), mlirStringRefCreateFromCString("irdl.operation")))
    return MlirWalkResultAdvance;
  MlirAttribute name = mlirOperationGetDiscardableAttributeByName(op, mlirStringRefCreateFromCString("onnx"));
  if (!mlirAttributeIsNull(name) && mlirAttributeIsAString(name))
    mlirOperationSetInherentAttributeByName(op, mlirSymbolTableGetSymbolAttributeName(), name);
  return MlirWalkResultSkip;
}

void spc_onnx_dialect_restore_names(MlirModule irdl) {
  mlirOperationWalk(mlirModuleGetOperation(irdl), restore_name, NULL, MlirWalkPreOrder);
}
