// What a module is compiled for: its attribute spc.target.
#ifndef PASSES_IR_TARGET_H_
#define PASSES_IR_TARGET_H_

#include "mlir-c/IR.h"
#include "spc/abi.h"

// "cpu", or a GPU as LLVM names it ("sm_90"). A module without the attribute is for the CPU.
void spc_module_set_target(MlirOperation module, const char *target);
spc_target_t spc_module_target(MlirOperation module);

#endif  // PASSES_IR_TARGET_H_
