// What sets the families apart: biases, norms of queries and keys, scaled frequencies, windows, tied and narrow weights.
// RUN: %spc-opt %data/qwen2_bias_eager_ts_17.onnx --spc-raise | FileCheck %s --check-prefix=QWEN2
// RUN: %spc-opt %data/qwen2_bias_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s --check-prefix=QWEN2
// QWEN2: family = "qwen2"
// QWEN2: [[W:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.weight"
// QWEN2: [[B:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.bias"{{.*}} -> tensor<64xf32>
// QWEN2: "spc.linear"({{%.*}}, [[W]], [[B]], {{%.*}}) : (tensor<?x64xf32>, tensor<64x64xf32>, tensor<64xf32>, none)

// RUN: %spc-opt %data/qwen3_norms_sdpa_ts_17.onnx --spc-raise | FileCheck %s --check-prefix=QWEN3
// RUN: %spc-opt %data/qwen3_norms_sdpa_dynamo_23.onnx --spc-raise | FileCheck %s --check-prefix=QWEN3
// QWEN3: family = "qwen3"
// QWEN3: [[QN:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.q_norm.weight", {{.*}}onnx_name = "{{.*}}q_norm.weight"
// QWEN3: "spc.rms_norm"({{%.*}}, [[QN]]) {eps = 9.99999997E-7 : f32, heads = 4 : i64}
// QWEN3: [[KN:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.k_norm.weight", {{.*}}onnx_name = "{{.*}}k_norm.weight"
// QWEN3: "spc.rms_norm"({{%.*}}, [[KN]]) {eps = 9.99999997E-7 : f32, heads = 2 : i64}

// Equal norm weights that the exporter stored once serve queries and keys.
// RUN: %spc-opt %data/qwen3_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s --check-prefix=SHARED
// SHARED: name = "model.layers.0.self_attn.q_norm.weight", {{.*}}offset = [[AT:[0-9]+]] : i64
// SHARED: name = "model.layers.0.self_attn.k_norm.weight", {{.*}}offset = [[AT]] : i64

// llama3 scaling is in the frequencies, which are kept as they are.
// RUN: %spc-opt %data/llama3_norms_eager_dynamo_23.onnx --spc-raise | FileCheck %s --check-prefix=LLAMA3
// LLAMA3: name = "model.rotary_emb.inv_freq", value = dense<[1.000000e+00, 0.191126496, 0.00470075384,

// RUN: %spc-opt %data/mistral_window_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s --check-prefix=WINDOW
// WINDOW: family = "mistral"
// WINDOW: "spc.attend"{{.*}}window = 96 : i64

// The LM head of a tied model reads the embedding's bytes, [V,H] as they are.
// RUN: %spc-opt %data/llama_tied_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s --check-prefix=TIED
// TIED: name = "model.embed_tokens.weight", parts = [{{.*}}offset = [[AT:[0-9]+]] : i64
// TIED: name = "lm_head.weight", parts = [{{.*}}offset = [[AT]] : i64{{.*}}transpose = false

// Narrow weights stay as they are stored, whether the graph computes in their type or casts them first.
// RUN: %spc-opt %data/llama_bf16_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s --check-prefix=BF16
// RUN: %spc-opt %data/llama_f16_eager_ts_17.onnx --spc-raise | FileCheck %s --check-prefix=F16
// BF16: kv_element = bf16
// BF16: "spc.linear"({{.*}}) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, none)
// F16: kv_element = f16
// F16: "spc.linear"({{.*}}) : (tensor<?x64xf32>, tensor<64x64xf16>, none, none)
