// TensorProto: element types, shapes, and where the bytes are.
#ifndef FRONTEND_ONNX_TENSOR_H_
#define FRONTEND_ONNX_TENSOR_H_

#include <onnx/onnx.pb-c.h>

#include "frontend/model_files.h"
#include "mlir-c/IR.h"
#include "spc/status.h"

// The model being imported. Borrows all it points to.
typedef struct spc_onnx_source_t {
  MlirContext ctx;
  const uint8_t *data;  // the file's bytes, which the skeleton's locators point into
  size_t size;
  spc_model_files_t *files;
} spc_onnx_source_t;

// A tensor of a model: its type, and either its value or where its bytes lie.
typedef struct spc_onnx_tensor_t {
  MlirType type;        // ranked, static
  MlirAttribute value;  // dense; null when the bytes stay in a file
  int64_t file;         // index into spc.files
  uint64_t offset;
  uint64_t length;
} spc_onnx_tensor_t;

// The MLIR type of TensorProto.DataType |data_type|. UNSUPPORTED for strings, complex numbers and types spc does not know.
SPC_WARN_UNUSED spc_status_t spc_onnx_element_type(MlirContext ctx, int32_t data_type, MlirType *out_type);

// A ranked tensor type. |dims| are at least 0, or -1 for unknown. INVALID_ARGUMENT for other negative numbers and when the
// known dimensions multiply to more bytes than an int64 holds.
SPC_WARN_UNUSED spc_status_t spc_onnx_tensor_type(MlirContext ctx, int32_t data_type, size_t rank, const int64_t *dims, MlirType *out_type);

// Reads |tensor| (of a skeleton), checking dims, data and external references against each other. Raw and external data stay in their file;
// typed fields become a value when they are at most SPC_ONNX_DENSE_LIMIT bytes.
SPC_WARN_UNUSED spc_status_t spc_onnx_tensor_read(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor,
                                                  spc_onnx_tensor_t *out_tensor);

// The same where only a value will do, as in attributes: raw data up to the limit is read from the model's bytes. UNSUPPORTED when it is larger or
// external.
SPC_WARN_UNUSED spc_status_t spc_onnx_tensor_read_value(const spc_onnx_source_t *source, const Onnx__TensorProto *tensor,
                                                        MlirAttribute *out_value);

#endif  // FRONTEND_ONNX_TENSOR_H_
