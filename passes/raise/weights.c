// spc.weight ops: where the bytes are and how they are read.
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/raise/model.h"

static MlirAttribute string_attr(MlirContext ctx, MlirStringRef text) { return mlirStringAttrGet(ctx, text); }

// The rows of a constant whose values are in the IR, as a dense attribute of [rows, cols] or [rows].
static spc_status_t dense_value(const spc_raise_context_t *context, const spc_raise_weight_t *weight,
                                MlirAttribute *out_value) {
  spc_eval_tensor_t stored = {0}, taken = {0};
  spc_eval_env_clear(context->env);
  spc_status_t status = spc_eval_value(context->env, mlirOperationGetResult(weight->source, 0), &stored);
  if (status) return status;
  int64_t rows = weight->row_end - weight->row_begin, cols = weight->cols;
  int64_t dims[2] = {rows, cols};
  bool vector =
      mlirShapedTypeGetRank(spc_raise_constant_type(weight->source)) != 2 || (cols == 1 && !weight->transpose);
  spc_eval_element_t element = stored.element == SPC_EVAL_F64 ? SPC_EVAL_F32 : stored.element;
  status = spc_eval_tensor_init(element, vector ? 1 : 2, dims, &taken);
  if (!status && (!stored.f || stored.count != weight->rows * cols))
    status = SPC_STATUS(SPC_INTERNAL, "raise: a constant without values");
  for (int64_t r = 0; !status && r < rows; ++r) {
    for (int64_t c = 0; c < cols; ++c) {
      int64_t row = weight->row_begin + r;
      taken.f[r * cols + c] = stored.f[weight->transpose ? c * weight->rows + row : row * cols + c];
    }
  }
  if (!status) *out_value = spc_eval_tensor_to_attribute(context->graph->ctx, &taken);
  spc_eval_tensor_deinit(&stored);
  spc_eval_tensor_deinit(&taken);
  return status;
}

static MlirAttribute part_attr(MlirContext ctx, const spc_raise_weight_t *weight) {
  MlirOperation source = weight->source;
  MlirAttribute element = mlirTypeAttrGet(mlirShapedTypeGetElementType(spc_raise_constant_type(source)));
  MlirNamedAttribute fields[] = {
      spc_named_i64(ctx, "file", spc_attr_i64(source, "file", 0)),
      spc_named_i64(ctx, "offset", spc_attr_i64(source, "offset", 0)),
      spc_named_i64(ctx, "length", spc_attr_i64(source, "length", 0)),
      spc_named(ctx, "element", element),
      spc_named_i64(ctx, "rows", weight->transpose ? weight->cols : weight->rows),
      spc_named_i64(ctx, "cols", weight->transpose ? weight->rows : weight->cols),
      spc_named_bool(ctx, "transpose", weight->transpose),
      spc_named_i64(ctx, "row_begin", weight->row_begin),
      spc_named_i64(ctx, "row_end", weight->row_end),
      spc_named(ctx, "onnx_name", string_attr(ctx, spc_attr_str(source, "name", ""))),
  };
  return mlirDictionaryAttrGet(ctx, sizeof fields / sizeof *fields, fields);
}

spc_status_t spc_raise_emit_weight(const spc_raise_context_t *context, MlirBlock block, MlirLocation loc,
                                   const spc_raise_weight_t *weight, const char *name, MlirValue *out_value) {
  MlirContext ctx = context->graph->ctx;
  *out_value = (MlirValue){NULL};
  MlirType stored = spc_raise_constant_type(weight->source), element = mlirShapedTypeGetElementType(stored), type;
  MlirNamedAttribute attrs[2] = {spc_named_str(ctx, "name", name)};
  if (spc_op_is(weight->source, "onnx.constant")) {
    MlirAttribute value;
    SPC_RETURN_IF_ERROR(dense_value(context, weight, &value));
    attrs[1] = spc_named(ctx, "value", value);
    type = mlirAttributeGetType(value);
  } else {
    MlirAttribute part = part_attr(ctx, weight);
    attrs[1] = spc_named(ctx, "parts", mlirArrayAttrGet(ctx, 1, &part));
    int64_t dims[2] = {weight->row_end - weight->row_begin, weight->cols};
    type = spc_tensor(element, weight->cols == 1 ? 1 : 2, dims);
  }
  MlirOperation op = spc_op_insert(block, (MlirOperation){NULL}, "spc.weight", loc, 0, NULL, 1, &type, 2, attrs);
  *out_value = mlirOperationGetResult(op, 0);
  return NULL;
}
