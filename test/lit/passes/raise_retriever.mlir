// The three forms of a retriever, beside an LLM of the same tokenizer.
// A causal LM:
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_causal_2.onnx --spc-raise | FileCheck %s --check-prefixes=LLM,CAUSAL
// LLM: spc.files = ["{{.*}}llama_norms_sdpa_ts_17.onnx", "{{.*}}retriever{{.*}}.onnx"]
// LLM-SAME: spc.model = {{{.*}}layers = 2 : i64{{.*}}vocab = 160 : i64}
// LLM: func.func @llm(
// CAUSAL: func.func @dlm({{%.*}}: tensor<?xi32>, {{%.*}}: tensor<?xi32>) -> tensor<?x160xf32>
// CAUSAL: file = 1 : i64
// CAUSAL-COUNT-2: "spc.attend"

// EAGLE-3's: embedding and features, each normalised, side by side.
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_eagle.onnx --spc-raise | FileCheck %s --check-prefixes=LLM,EAGLE
// EAGLE: func.func @dlm({{%.*}}: tensor<?xi32>, {{%.*}}: tensor<?xi32>, [[F:%.*]]: tensor<?x128xf32>) -> tensor<?x160xf32> attributes {onnx.metadata = {spc.feature_layers = "0,1"}}
// EAGLE: [[X:%.*]] = "spc.embed"
// EAGLE: [[WF:%.*]] = "spc.weight"() {name = "model.fc.weight"
// EAGLE: [[H:%.*]] = "spc.linear"([[F]], [[WF]],
// EAGLE: name = "model.layers.0.input_layernorm.weight"
// EAGLE: [[A:%.*]] = "spc.rms_norm"([[X]],
// EAGLE: name = "model.layers.0.hidden_norm.weight"
// EAGLE: [[B:%.*]] = "spc.rms_norm"([[H]],
// EAGLE: [[C:%.*]] = "spc.concat"([[A]], [[B]]) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x128xf32>
// EAGLE: "spc.linear"([[C]],
// EAGLE: "spc.attend"
// EAGLE: "spc.add"([[H]],

// A head pruned to keys and scores:
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_pruned.onnx --spc-raise | FileCheck %s --check-prefixes=LLM,PRUNED
// PRUNED: func.func @dlm({{.*}}tensor<?x128xf32>) -> !spc.scores
// PRUNED: [[K:%.*]] = "spc.kv_cache"() {element = f32, head_size = 16 : i64, kind = "keys", kv_heads = 2 : i64, layer = 0 : i64}
// PRUNED: [[R:%.*]] = "spc.retrieve"({{%.*}}, {{%.*}}, [[K]]) {head_size = 16 : i64, kv_heads = 2 : i64, q_heads = 4 : i64, scale = 2.500000e-01 : f32}
// PRUNED-NEXT: return [[R]] : !spc.scores
