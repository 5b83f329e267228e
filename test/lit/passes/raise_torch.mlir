// A TorchScript export (opset 17): everything between the linears is basic ops, and becomes one op each.
// RUN: %spc-opt %data/llama_eager_ts_17.onnx --spc-raise | FileCheck %s
// The other exporters' forms of the same architecture give the same program, weights' places apart.
// RUN: %spc-opt %data/llama_sdpa_dynamo_18.onnx --spc-raise | FileCheck %s
// RUN: %spc-opt %data/llama_sdpa_dynamo_23.onnx --spc-raise | FileCheck %s
// Folding first makes no difference.
// RUN: %spc-opt %data/llama_eager_ts_17.onnx --onnx-fold --spc-raise | FileCheck %s

// CHECK: spc.model = {family = "llama", head_size = 16 : i64, hidden = 64 : i64, kv_element = f32, kv_heads = 2 : i64, layers = 2 : i64, q_heads = 4 : i64, vocab = 512 : i64}
// CHECK: func.func @llm([[IDS:%.*]]: tensor<?xi32>, [[POS:%.*]]: tensor<?xi32>) -> tensor<?x512xf32>
// CHECK: [[W:%.*]] = "spc.weight"() {name = "model.embed_tokens.weight", parts = [{{.*}}transpose = false
// CHECK: [[X:%.*]] = "spc.embed"([[IDS]], [[W]])
// CHECK: name = "model.layers.0.input_layernorm.weight"
// CHECK: [[N:%.*]] = "spc.rms_norm"([[X]], {{.*}}) {eps = 9.99999997E-7 : f32}
// CHECK: [[WQ:%.*]] = "spc.weight"() {name = "model.layers.0.self_attn.q_proj.weight", parts = [{cols = 64 : i64, element = f32, file = 0 : i64, length = 16384 : i64, offset = {{[0-9]+}} : i64, onnx_name = "{{.*}}", row_begin = 0 : i64, row_end = 64 : i64, rows = 64 : i64, transpose = true}]}
// CHECK: [[NONE:%.*]] = "spc.none"()
// CHECK: [[Q:%.*]] = "spc.linear"([[N]], [[WQ]], [[NONE]], [[NONE]])
// CHECK: name = "model.layers.0.self_attn.k_proj.weight"{{.*}} -> tensor<32x64xf32>
// CHECK: [[K:%.*]] = "spc.linear"([[N]],
// CHECK: [[V:%.*]] = "spc.linear"([[N]],
// CHECK: [[F:%.*]] = "spc.weight"() {name = "model.rotary_emb.inv_freq", value = dense<[1.000000e+00, 0.316227764,
// CHECK: [[TABLE:%.*]] = "spc.rope_table"([[POS]], [[F]]) {scaling = 1.000000e+00 : f32}
// CHECK: [[QR:%.*]] = "spc.rope"([[Q]], [[TABLE]]) {head_size = 16 : i64, heads = 4 : i64, interleaved = false}
// CHECK: [[KR:%.*]] = "spc.rope"([[K]], [[TABLE]]) {head_size = 16 : i64, heads = 2 : i64, interleaved = false}
// CHECK: [[CACHE:%.*]] = "spc.kv_cache"() {element = f32, head_size = 16 : i64, kind = "llm", kv_heads = 2 : i64, layer = 0 : i64}
// CHECK: [[A:%.*]] = "spc.attend"([[QR]], [[KR]], [[V]], [[CACHE]]) {head_size = 16 : i64, kv_heads = 2 : i64, layer = 0 : i64, q_heads = 4 : i64, scale = 2.500000e-01 : f32, window = -1 : i64}
// CHECK: [[O:%.*]] = "spc.linear"([[A]],
// CHECK: [[H:%.*]] = "spc.add"([[X]], [[O]])
// CHECK: name = "model.layers.0.post_attention_layernorm.weight"
// CHECK: [[M:%.*]] = "spc.rms_norm"([[H]],
// CHECK: name = "model.layers.0.mlp.gate_proj.weight"
// CHECK: [[G:%.*]] = "spc.linear"([[M]],
// CHECK: name = "model.layers.0.mlp.up_proj.weight"
// CHECK: [[U:%.*]] = "spc.linear"([[M]],
// CHECK: [[S:%.*]] = "spc.silu_mul"([[G]], [[U]])
// CHECK: [[D:%.*]] = "spc.linear"([[S]],
// CHECK: [[Y:%.*]] = "spc.add"([[H]], [[D]])
// One table serves all layers.
// CHECK-NOT: "spc.rope_table"
// CHECK: kind = "llm", kv_heads = 2 : i64, layer = 1 : i64
// CHECK: name = "model.norm.weight"
// CHECK: name = "lm_head.weight"
// CHECK: [[L:%.*]] = "spc.linear"
// CHECK: return [[L]] : tensor<?x512xf32>
// CHECK-NOT: "onnx.
