// A context with everything loaded that spc needs: upstream dialects and passes, and the onnx, onnx_ms and spc dialects.
#ifndef COMPILER_CONTEXT_H_
#define COMPILER_CONTEXT_H_

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "spc/status.h"

// One per compilation. Diagnostics of MLIR and of passes are collected, not printed: a failing call folds them into its status
// through spc_context_take_errors. Not thread-safe.
typedef struct spc_context_t {
  MlirContext mlir;
  struct spc_diagnostics_t *diagnostics;  // owned
} spc_context_t;

SPC_WARN_UNUSED spc_status_t spc_context_init(spc_context_t *context);
void spc_context_deinit(spc_context_t *context);

// A status of |code| whose message is every error collected since the last call (notes indented below theirs), or |fallback| when there is
// none. Clears the collection.
SPC_WARN_UNUSED spc_status_t spc_context_take_errors(spc_context_t *context, spc_status_code_t code, const char *fallback);
// Remarks and warnings collected since the last call, as text (malloc, the caller frees), or NULL when there are none.
char *spc_context_take_remarks(spc_context_t *context);

// Parses MLIR text, with text[length] == 0; |name| is used in messages. Loose ops are wrapped in a module.
SPC_WARN_UNUSED spc_status_t spc_context_parse(spc_context_t *context, const char *text, size_t length, const char *name, MlirModule *out_module);

// Runs one pass (consumed) over a module and verifies afterwards. INVALID_ARGUMENT with what the pass said when it refuses the module, INTERNAL when the
// pass is at fault.
SPC_WARN_UNUSED spc_status_t spc_context_run_pass(spc_context_t *context, MlirModule module, MlirPass pass);
// The same for a pipeline of upstream passes in MLIR's syntax: "builtin.module(canonicalize,cse)".
SPC_WARN_UNUSED spc_status_t spc_context_run_pipeline(spc_context_t *context, MlirModule module, const char *pipeline);

#endif  // COMPILER_CONTEXT_H_
