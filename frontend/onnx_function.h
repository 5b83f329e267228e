// A checked graph as a function of the onnx dialect.
#ifndef FRONTEND_ONNX_FUNCTION_H_
#define FRONTEND_ONNX_FUNCTION_H_

#include "frontend/onnx_graph.h"
#include "frontend/onnx_tensor.h"

// Makes the func.func @|name| of |model|, whose graph is |graph| (its definitions' values are set). The function is in no module: the caller owns it.
SPC_WARN_UNUSED spc_status_t spc_onnx_function_create(const spc_onnx_source_t *source, const Onnx__ModelProto *model, spc_onnx_graph_t *graph,
                                                      const char *name, MlirOperation *out_function);

#endif  // FRONTEND_ONNX_FUNCTION_H_
