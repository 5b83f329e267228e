#include "passes/ir/target.h"

#include "passes/ir/ir.h"

#define TARGET "spc.target"

void spc_module_set_target(MlirOperation module, const char *target) {
  mlirOperationSetAttributeByName(module, spc_str(TARGET), mlirStringAttrGet(mlirOperationGetContext(module), spc_str(target)));
}

spc_target_t spc_module_target(MlirOperation module) {
  return mlirStringRefEqual(spc_attr_str(module, TARGET, "cpu"), spc_str("cpu")) ? SPC_TARGET_CPU : SPC_TARGET_CUDA;
}
