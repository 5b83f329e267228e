// Every offending node is listed, at its place, before anything else is tried.
// RUN: not %spc-opt %s --split-input-file --spc-raise 2>&1 | FileCheck %s

!v = !onnx.value
// CHECK-DAG: node 'norm' (LayerNormalization): LayerNormalization subtracts the mean; only RMSNorm is supported
// CHECK-DAG: node 'up' (MatMulNBits): quantised weights are not supported; export the model as f32, f16 or bf16
// CHECK-DAG: node 'act' (Gelu): GELU is not supported; only the gated SiLU MLP is
// CHECK-DAG: node 'mystery' (FancyOp): unknown op type
// What no output needs is not the model's:
// CHECK-NOT: node 'dead'
func.func @llm(%ids: !v {onnx.name = "input_ids", onnx.type = tensor<?x?xi64>}) -> (!v {onnx.name = "logits"})
    attributes {onnx.opset = 20 : i64, onnx.ms_opset = 1 : i64} {
  %w = "onnx.initializer"() {name = "w", file = 0 : i64, offset = 0 : i64, length = 1024 : i64, type = tensor<32x8xf32>} : () -> !v
  %n = "onnx.initializer"() {name = "n", file = 0 : i64, offset = 1024 : i64, length = 32 : i64, type = tensor<8xf32>} : () -> !v
  %x = "onnx.Gather"(%w, %ids) {axis = 0 : i64} : (!v, !v) -> !v loc("embed")
  %a = "onnx.LayerNormalization"(%x, %n) {axis = -1 : i64} : (!v, !v) -> !v loc("norm")
  %u = "onnx_ms.MatMulNBits"(%a, %w, %n) {K = 8 : i64, N = 8 : i64, bits = 4 : i64, block_size = 32 : i64} : (!v, !v, !v) -> !v loc("up")
  %g = "onnx.Gelu"(%u) : (!v) -> !v loc("act")
  %d = "onnx.Erf"(%u) : (!v) -> !v loc("dead")
  %m = "onnx.unsupported"(%g) {op_type = "FancyOp", domain = "my.domain"} : (!v) -> !v loc("mystery")
  %wt = "onnx.Transpose"(%w) {perm = array<i64: 1, 0>} : (!v) -> !v
  %l = "onnx.MatMul"(%m, %wt) : (!v, !v) -> !v loc("lm_head")
  return %l : !v
}

// -----

!v = !onnx.value
// CHECK: the graph has no output named 'logits' or 'attention_weights'
func.func @llm(%ids: !v {onnx.name = "input_ids", onnx.type = tensor<?x?xi64>}) -> (!v {onnx.name = "probabilities"}) {
  %a = "onnx.Identity"(%ids) : (!v) -> !v
  return %a : !v
}

// -----

!v = !onnx.value
// A linear of the embedding is well-formed but no decoder.
// CHECK: the graph has no attention layer
func.func @llm(%ids: !v {onnx.name = "input_ids", onnx.type = tensor<?x?xi64>}) -> (!v {onnx.name = "logits"}) {
  %w = "onnx.initializer"() {name = "w", file = 0 : i64, offset = 0 : i64, length = 1024 : i64, type = tensor<32x8xf32>} : () -> !v
  %x = "onnx.Gather"(%w, %ids) {axis = 0 : i64} : (!v, !v) -> !v loc("embed")
  %wt = "onnx.Transpose"(%w) {perm = array<i64: 1, 0>} : (!v) -> !v
  %l = "onnx.MatMul"(%x, %wt) : (!v, !v) -> !v loc("lm_head")
  return %l : !v
}

// -----

!v = !onnx.value
// CHECK: input 'use_cache_branch' has no known role
func.func @llm(%ids: !v {onnx.name = "input_ids", onnx.type = tensor<?x?xi64>}, %flag: !v {onnx.name = "use_cache_branch"}) -> (!v {onnx.name = "logits"}) {
  %a = "onnx.Where"(%flag, %ids, %ids) : (!v, !v, !v) -> !v
  return %a : !v
}
