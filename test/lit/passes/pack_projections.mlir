// One op for what one kernel does: q, k, v and gate, up stacked; norm, RoPE and append together; residuals in the linear.
// RUN: %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=0" --spc-pack-projections 2>/dev/null | FileCheck %s --implicit-check-not='"spc.add"' --implicit-check-not='"spc.rope"(' --implicit-check-not='"spc.attend"(' --implicit-check-not='silu_mul'

// CHECK-LABEL: func.func @llm
// CHECK: %[[NONE:.*]] = "spc.none"
// CHECK: %[[TABLE:.*]] = "spc.rope_table"
// CHECK: %[[X0:.*]] = "spc.embed"
// CHECK: %[[A:.*]] = "spc.rms_norm"(%[[X0]],
// CHECK: %[[C0:.*]] = "spc.kv_cache"() {{.*}}layer = 0

// The rows of q, k and v in order; only q has a bias, so k and v get zeros.
// CHECK: %[[W:.*]] = "spc.weight"() {name = "model.layers.0.self_attn.qkv_proj.weight", parts = [
// CHECK-SAME: offset = 16512 : i64{{.*}}rows = 64 : i64{{.*}}offset = 24832 : i64{{.*}}rows = 32 : i64{{.*}}offset = 28928 : i64{{.*}}rows = 32 : i64{{.*}} -> tensor<128x64xbf16>
// CHECK: %[[B:.*]] = "spc.weight"() {name = "model.layers.0.self_attn.qkv_proj.bias", parts = [
// CHECK-SAME: offset = 24704 : i64
// CHECK-SAME: {cols = 1 : i64, element = bf16, row_begin = 0 : i64, row_end = 32 : i64, rows = 32 : i64, transpose = false, zeros = true}, {cols = 1 : i64, element = bf16, row_begin = 0 : i64, row_end = 32 : i64, rows = 32 : i64, transpose = false, zeros = true}]
// CHECK-SAME: -> tensor<128xbf16>
// CHECK: %[[QKV:.*]] = "spc.linear"(%[[A]], %[[W]], %[[B]], %[[NONE]]) {{.*}} -> tensor<?x128xf32>
// CHECK-NEXT: %[[Q:.*]] = "spc.rope_append"(%[[QKV]], %[[TABLE]], %[[NONE]], %[[NONE]], %[[C0]]) {{.*}}has_value = true, head_size = 16 : i64, interleaved = false, kv_heads = 2 : i64, layer = 0 : i64, q_heads = 4
// CHECK-NEXT: %[[O:.*]] = "spc.attend_cached"(%[[Q]], %[[C0]], %[[NONE]]) {{.*}}layer = 0 : i64, q_heads = 4 : i64, scale = 2.500000e-01 : f32, window = -1
// CHECK: %[[X1:.*]] = "spc.linear"(%[[O]], %{{.*}}, %[[NONE]], %[[X0]])
// CHECK: %[[M:.*]] = "spc.rms_norm"(%[[X1]],
// CHECK: %[[GUW:.*]] = "spc.weight"() {name = "model.layers.0.mlp.gate_up_proj.weight"{{.*}} -> tensor<192x64xbf16>
// CHECK: %[[GU:.*]] = "spc.linear"(%[[M]], %[[GUW]],
// CHECK: %[[S:.*]] = "spc.swiglu"(%[[GU]]) : (tensor<?x192xf32>) -> tensor<?x96xf32>
// CHECK: %[[X2:.*]] = "spc.linear"(%[[S]], %{{.*}}, %[[NONE]], %[[X1]])

// Layer 1 normalises q and k; it has no bias, so none is made.
// CHECK: %[[QN:.*]] = "spc.weight"() {name = "model.layers.1.self_attn.q_norm.weight"
// CHECK: %[[KN:.*]] = "spc.weight"() {name = "model.layers.1.self_attn.k_norm.weight"
// CHECK-NOT: qkv_proj.bias
// CHECK: "spc.rope_append"(%{{.*}}, %[[TABLE]], %[[QN]], %[[KN]], %{{.*}}) {eps = 9.99999974E-6 : f32

// The head has keys only.
// CHECK-LABEL: func.func @retrieve
// CHECK: "spc.weight"() {name = "model.layers.0.self_attn.qk_proj.weight"{{.*}} -> tensor<48x32xbf16>
// CHECK: %[[RQ:.*]] = "spc.rope_append"(%{{.*}}, %[[KEYS:.*]]) {{.*}}has_value = false
// CHECK-NEXT: %[[SCORES:.*]] = "spc.retrieve_cached"(%[[RQ]], %[[KEYS]]) {{.*}}scale = 2.500000e-01
// CHECK-NEXT: return %[[SCORES]]
