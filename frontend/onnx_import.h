// From an .onnx file to a function of the onnx dialect (docs/ir.md, level 1).
#ifndef FRONTEND_ONNX_IMPORT_H_
#define FRONTEND_ONNX_IMPORT_H_

#include "mlir-c/IR.h"
#include "spc/status.h"

typedef struct spc_onnx_import_options_t {
  const char *function;       // name of the function to make: "llm" or "dlm"
  const char *data_root;      // folder that external data must lie in after resolving links; NULL: the model's own folder
} spc_onnx_import_options_t;

// Appends the graph of the file |path| to |module| as function |options->function| and its files to `spc.files`. The file is untrusted: every
// size, offset, path and reference is checked; errors name the file and the node, tensor or byte offset. Nothing is added on error.
SPC_WARN_UNUSED spc_status_t spc_onnx_import_file(MlirModule module, const char *path, const spc_onnx_import_options_t *options);
// The same from memory; |path| stands for it in messages and in `spc.files`. For fuzzing.
SPC_WARN_UNUSED spc_status_t spc_onnx_import_memory(MlirModule module, const void *data, size_t size, const char *path,
                                                    const spc_onnx_import_options_t *options);

#endif  // FRONTEND_ONNX_IMPORT_H_
