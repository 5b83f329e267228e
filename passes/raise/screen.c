// Which op types can be part of a model at all: said of every node at once, before any pattern is tried.
#include <stdlib.h>
#include <string.h>

#include "passes/eval/eval.h"
#include "passes/ir/ir.h"
#include "passes/raise/model.h"

// Types that the evaluator knows, or could, and that still belong to nothing spc compiles; with what to do about it.
static const struct {
  const char *type, *reason;
} refused[] = {
    {"MatMulNBits", "quantised weights are not supported; export the model as f32, f16 or bf16"},
    {"GatherBlockQuantized", "quantised weights are not supported; export the model as f32, f16 or bf16"},
    {"DequantizeLinear", "quantised weights are not supported; export the model as f32, f16 or bf16"},
    {"QuantizeLinear", "quantised weights are not supported; export the model as f32, f16 or bf16"},
    {"DynamicQuantizeLinear", "quantised weights are not supported; export the model as f32, f16 or bf16"},
    {"LayerNormalization", "LayerNormalization subtracts the mean; only RMSNorm is supported"},
    {"SkipLayerNormalization", "SkipLayerNormalization subtracts the mean; only RMSNorm is supported"},
    {"GroupNormalization", "only RMSNorm is supported"},
    {"Gelu", "GELU is not supported; only the gated SiLU MLP is"},
    {"FastGelu", "GELU is not supported; only the gated SiLU MLP is"},
    {"BiasGelu", "GELU is not supported; only the gated SiLU MLP is"},
    {"QuickGelu", "QuickGELU is not supported; only the gated SiLU MLP is"},
    {"Erf", "Erf (of GELU) is not supported; only the gated SiLU MLP is"},
    {"Tanh", "Tanh (of GELU or of soft-capped scores) is not supported; only the gated SiLU MLP and plain softmax are"},
    {"TopK", "mixtures of experts are not supported"},
    {"MoE", "mixtures of experts are not supported"},
    {"MultiHeadAttention",
     "MultiHeadAttention is not supported; export GroupQueryAttention, or attention in basic ops"},
    {"PagedAttention", "a paged cache inside the graph is not supported; export with past_key_values inputs"},
    {"TensorScatter",
     "a cache updated in place is not supported; export with past_key_values inputs and present outputs"},
};

static const char *reason_of(MlirOperation op) {
  if (spc_op_is(op, "onnx.unsupported")) {
    MlirStringRef type = spc_attr_str(op, "op_type", "");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
      if (type.length == strlen(refused[i].type) && memcmp(type.data, refused[i].type, type.length) == 0)
        return refused[i].reason;
    }
    return "unknown op type";
  }
  for (size_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
    if (spc_raise_is(op, refused[i].type)) return refused[i].reason;
  }
  if (spc_raise_is_constant(op) || spc_op_is(op, "onnx.none") || spc_eval_knows(op)) return NULL;
  return "op type not supported in any pattern";
}

spc_status_t spc_raise_screen(const spc_raise_graph_t *graph, spc_raise_report_t *report) {
  for (intptr_t i = 0; i < graph->op_count; ++i) {
    const char *reason = graph->live[i] ? reason_of(graph->ops[i]) : NULL;
    if (reason) SPC_RETURN_IF_ERROR(spc_raise_report_add(report, graph->ops[i], i, "%s", reason));
  }
  return NULL;
}
