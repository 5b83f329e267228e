#include "passes/retrieval/feature_taps.h"

#include <inttypes.h>
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/projection.h"

// The residual stream that enters the attention |attend|.
static MlirValue stream_into(MlirOperation attend) {
  spc_projection_t query;
  if (!spc_projection_match(mlirOperationGetOperand(attend, 0), &query)) return (MlirValue){NULL};
  return spc_residual_stream_of(query.linear);
}

// What layer |layer| leaves in the residual stream is what the next layer, or the final norm, reads.
static bool output_of_layer(MlirOperation llm, int64_t layer, MlirValue *out_value) {
  int64_t layers = 0;
  MlirOperation next = {NULL};
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(llm)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!spc_op_is(op, "spc.attend")) continue;
    if (layers++ == layer + 1) next = op;
  }
  if (layer >= layers) {
    return spc_error(llm, "feature-layers: there is no layer %" PRId64 ", the LLM has layers 0 to %" PRId64, layer, layers - 1);
  }
  *out_value = mlirOperationIsNull(next) ? spc_residual_stream_of(spc_operand_def(spc_func_return(llm), 0)) : stream_into(next);
  if (!mlirValueIsNull(*out_value)) return true;
  return spc_error(mlirOperationIsNull(next) ? llm : next,
                   "feature-layers: cannot tell the output of layer %" PRId64 ", because what follows does not read the residual stream through a norm",
                   layer);
}

bool spc_tap_features(MlirOperation llm, intptr_t n, const int64_t *layers) {
  MlirOperation ret = spc_func_return(llm);
  MlirValue *taps = malloc((size_t)(n + 1) * sizeof(*taps));
  if (!taps) return spc_error(llm, "out of memory for %" PRIdPTR " features", n);
  int64_t width = 0;
  bool ok = true;
  for (intptr_t i = 0; i < n && ok; ++i) {
    ok = output_of_layer(llm, layers[i], &taps[i]);
    if (ok) width += spc_dim(taps[i], 1);
  }
  if (ok) {
    MlirContext ctx = mlirOperationGetContext(llm);
    MlirBlock block = spc_func_block(llm);
    MlirType type = spc_tensor2(mlirF32TypeGet(ctx), -1, width);
    MlirNamedAttribute attr = spc_named(ctx, "layers", spc_i64_array(ctx, n, layers));
    MlirOperation features = spc_op_insert(block, ret, "spc.features", mlirOperationGetLocation(llm), n, taps, 1, &type, 1, &attr);
    MlirValue results[] = {mlirOperationGetOperand(ret, 0), mlirOperationGetResult(features, 0)};
    mlirOperationSetOperands(ret, 2, results);
    spc_func_update_type(llm);
  }
  free(taps);
  return ok;
}
