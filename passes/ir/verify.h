// The semantic verifier of the spc dialect: what IRDL can't say. docs/ir.md is what it checks.
#ifndef PASSES_IR_VERIFY_H_
#define PASSES_IR_VERIFY_H_

#include "mlir-c/IR.h"

// Checks attributes and shapes of every spc op at the model and packed levels in the functions of |module|. Emits one
// error for each op that is wrong, at its location, and returns false when there was any. Ops of later levels are not
// looked at.
bool spc_verify_module(MlirOperation module);

#endif  // PASSES_IR_VERIFY_H_
