// Initializers and constants as tensors.
#ifndef PASSES_EVAL_CONSTANTS_H_
#define PASSES_EVAL_CONSTANTS_H_

#include "passes/eval/eval.h"

// The tensor of an onnx.initializer or onnx.constant. Sets *out_random when random numbers stood in, and leaves it alone otherwise.
SPC_WARN_UNUSED spc_status_t spc_eval_constant(MlirOperation op, spc_weight_files_t *files, const spc_eval_options_t *options,
                                               spc_eval_tensor_t *out_tensor, bool *out_random);

#endif  // PASSES_EVAL_CONSTANTS_H_
