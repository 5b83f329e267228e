// An ONNX file without its weights: the bytes that protobuf-c is given to parse.
//
// protobuf-c copies all it parses, recurses as deep as the input says and explains no error. So the wire format is walked first, over the
// mapped file, and a skeleton is written: the same message with only the fields the importer reads, and each tensor's bytes replaced by a
// locator of them. What comes out is well-formed, no deeper than a model without subgraphs, and as small as the graph; what is wrong with
// the input is said with its byte offset.
#ifndef FRONTEND_ONNX_SKELETON_H_
#define FRONTEND_ONNX_SKELETON_H_

#include <stddef.h>
#include <stdint.h>

#include "spc/status.h"

// Data in typed fields (float_data and so on) up to this many bytes becomes constants; more must stay in the file.
#define SPC_ONNX_DENSE_LIMIT ((uint64_t)64 << 10)

typedef struct spc_onnx_skeleton_t {
  uint8_t *data;  // owned
  size_t size;
} spc_onnx_skeleton_t;

// Scans the ModelProto in |data|. INVALID_ARGUMENT names the byte offset, message and field of what is malformed; UNSUPPORTED what is valid
// but too large. Unknown fields are dropped, control-flow subgraphs and the bodies of functions too (their presence stays visible).
SPC_WARN_UNUSED spc_status_t spc_onnx_skeleton_init(const void *data, size_t size, spc_onnx_skeleton_t *out_skeleton);
void spc_onnx_skeleton_deinit(spc_onnx_skeleton_t *skeleton);

// Where a tensor's bytes lie in the scanned data. A skeleton's TensorProto.raw_data holds one of these, never data.
typedef struct spc_onnx_locator_t {
  uint64_t offset;
  uint64_t length;
  uint64_t field;  // TensorProto's field number they came from: raw_data (9), or a long packed float_data (4) or double_data (10)
} spc_onnx_locator_t;

#define SPC_ONNX_RAW_DATA_FIELD 9

#endif  // FRONTEND_ONNX_SKELETON_H_
