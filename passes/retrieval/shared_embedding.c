#include "passes/retrieval/shared_embedding.h"

#include <string.h>

#include "frontend/weight_files.h"
#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/projection.h"
#include "passes/ir/weight_parts.h"

#define BLOCK_BYTES (INT64_C(16) << 20)

// The weight of the function's only embedding when it is one part of a file, or null.
static MlirOperation embedding_of(MlirOperation func, MlirAttribute *out_part) {
  MlirOperation found = {NULL};
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!spc_op_is(op, "spc.embed")) continue;
    MlirOperation weight = spc_operand_def(op, 1);
    if (!mlirOperationIsNull(found) && !mlirOperationEqual(found, weight)) return (MlirOperation){NULL};
    found = weight;
  }
  if (mlirOperationIsNull(found) || !spc_op_is(found, "spc.weight")) return (MlirOperation){NULL};
  MlirAttribute parts = spc_attr(found, "parts");
  if (mlirAttributeIsNull(parts) || !mlirAttributeIsAArray(parts) || mlirArrayAttrGetNumElements(parts) != 1) return (MlirOperation){NULL};
  *out_part = mlirArrayAttrGetElement(parts, 0);
  return spc_dict_i64(*out_part, "file", -1) < 0 ? (MlirOperation){NULL} : found;
}

// Where the bytes lie is all that differs.
static bool same_layout(MlirAttribute a, MlirAttribute b) {
  static const char *const fields[] = {"length", "element", "rows", "cols", "transpose", "row_begin", "row_end"};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    MlirAttribute x = spc_dict(a, fields[i]), y = spc_dict(b, fields[i]);
    if (mlirAttributeIsNull(x) || mlirAttributeIsNull(y) || !mlirAttributeEqual(x, y)) return false;
  }
  return true;
}

static spc_status_t same_bytes(spc_weight_files_t *files, MlirAttribute a, MlirAttribute b, bool *out_same) {
  const int64_t file_a = spc_dict_i64(a, "file", 0), file_b = spc_dict_i64(b, "file", 0), length = spc_dict_i64(a, "length", 0);
  *out_same = spc_weight_files_exist(files, file_a) && spc_weight_files_exist(files, file_b);
  for (int64_t at = 0; at < length && *out_same; at += BLOCK_BYTES) {
    const uint64_t n = (uint64_t)(length - at < BLOCK_BYTES ? length - at : BLOCK_BYTES);
    const uint64_t at_a = (uint64_t)(spc_dict_i64(a, "offset", 0) + at), at_b = (uint64_t)(spc_dict_i64(b, "offset", 0) + at);
    const void *x, *y;
    SPC_RETURN_IF_ERROR(spc_weight_files_map(files, file_a, at_a, n, &x));
    SPC_RETURN_IF_ERROR(spc_weight_files_map(files, file_b, at_b, n, &y));
    *out_same = memcmp(x, y, n) == 0;
    spc_weight_files_release(files, file_a, at_a, n);
    spc_weight_files_release(files, file_b, at_b, n);
  }
  return NULL;
}

bool spc_share_embedding(MlirModule module, MlirOperation llm, MlirOperation dlm, int64_t *out_parameters) {
  *out_parameters = 0;
  MlirAttribute theirs, own;
  MlirOperation from = embedding_of(llm, &theirs), to = embedding_of(dlm, &own);
  if (mlirOperationIsNull(from) || mlirOperationIsNull(to) || !same_layout(theirs, own)) return true;
  spc_weight_files_t *files;
  bool same = false;
  spc_status_t status = spc_weight_files_create(module, &files);
  if (!status) status = same_bytes(files, theirs, own, &same);
  spc_weight_files_destroy(files);
  if (status) return spc_error_status(mlirOperationGetLocation(to), status);
  if (!same) return true;
  mlirOperationSetAttributeByName(to, spc_str("parts"), spc_attr(from, "parts"));
  *out_parameters = spc_weight_elements(to);
  return true;
}
