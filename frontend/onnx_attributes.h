// A node's attributes as MLIR attributes.
#ifndef FRONTEND_ONNX_ATTRIBUTES_H_
#define FRONTEND_ONNX_ATTRIBUTES_H_

#include "frontend/onnx_tensor.h"

// Appends the attributes of |node| to |out_attributes|, which has room for n_attribute more, and counts them in *count. Attributes keep their
// names and must not use one that is there already. A subgraph is UNSUPPORTED.
SPC_WARN_UNUSED spc_status_t spc_onnx_attributes_read(const spc_onnx_source_t *source, const Onnx__NodeProto *node,
                                                      MlirNamedAttribute *out_attributes, size_t *count);

// The tensor that a Constant node holds in one of its many forms. UNSUPPORTED for strings and sparse tensors.
SPC_WARN_UNUSED spc_status_t spc_onnx_constant_read(const spc_onnx_source_t *source, const Onnx__NodeProto *node,
                                                    spc_onnx_tensor_t *out_tensor);

#endif  // FRONTEND_ONNX_ATTRIBUTES_H_
