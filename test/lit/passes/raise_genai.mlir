// The genai builder's form: one packed projection becomes three linears of rows of the same bytes, and the fused op, with rotation by tables, basic ones.
// RUN: %spc-opt %data/llama_genai.onnx --spc-raise | FileCheck %s
// CHECK: [[WQ:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.weight", parts = [{cols = 128 : i64, {{.*}}offset = [[AT:[0-9]+]] : i64, {{.*}}row_begin = 0 : i64, row_end = 64 : i64, rows = 64 : i64, transpose = true}]} : () -> tensor<64x64xf32>
// CHECK: [[Q:%.*]] = "spc.linear"({{%.*}}, [[WQ]],
// CHECK: name = "model.layers.0.self_attn.k_proj.weight", {{.*}}offset = [[AT]] : i64, {{.*}}row_begin = 64 : i64, row_end = 96 : i64
// CHECK: name = "model.layers.0.self_attn.v_proj.weight", {{.*}}offset = [[AT]] : i64, {{.*}}row_begin = 96 : i64, row_end = 128 : i64
// CHECK: [[COS:%.*]] = "spc.weight"() {name = "model.rotary_emb.cos"
// CHECK: [[SIN:%.*]] = "spc.weight"() {name = "model.rotary_emb.sin"
// CHECK: [[T:%.*]] = "spc.rope_gather"({{%.*}}, [[COS]], [[SIN]]) : (tensor<?xi32>, tensor<512x8xf32>, tensor<512x8xf32>) -> tensor<?x16xf32>
// CHECK: "spc.rope"([[Q]], [[T]])
// CHECK: "spc.attend"{{.*}}layer = 0
// SkipSimplifiedLayerNormalization is the residual and the norm.
// CHECK: [[H:%.*]] = "spc.add"(
// CHECK: "spc.rms_norm"([[H]],

// Norms of queries and keys are inputs of the fused op, applied before rotation.
// RUN: %spc-opt %data/qwen3_genai.onnx --spc-raise | FileCheck %s --check-prefix=QWEN3
// QWEN3: [[N:%.*]] = "spc.rms_norm"({{.*}}heads = 4 : i64}
// QWEN3-NEXT: "spc.rope"([[N]],
