// The names of the onnx dialects' ops.
#ifndef FRONTEND_ONNX_DIALECT_H_
#define FRONTEND_ONNX_DIALECT_H_

#include "mlir-c/IR.h"

// IRDL's verifier refuses capital letters in op names, though nothing else in MLIR minds them. compiler/dialects/onnx.irdl.mlir therefore
// names its ops in lower case and keeps ONNX's name in the attribute `onnx`; this renames every such op in the parsed |irdl| module. Call
// between parsing and mlirLoadIRDLDialects, which does not verify again. Leaves other dialects' modules as they are.
void spc_onnx_dialect_restore_names(MlirModule irdl);

#endif  // FRONTEND_ONNX_DIALECT_H_
