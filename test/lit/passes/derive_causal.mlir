// A causal LM as the retriever: which layer and heads stay, what goes, and what is counted.
// RUN: %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=1 heads=2,3" 2>%t.remarks | FileCheck %s --check-prefix=UPPER
// RUN: FileCheck %s --check-prefix=UPPER-REMARK --input-file=%t.remarks
// RUN: %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=0 heads=1,3" 2>%t.remarks | FileCheck %s --check-prefix=LOWER
// RUN: FileCheck %s --check-prefix=LOWER-REMARK --input-file=%t.remarks
// RUN: %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=0" 2>/dev/null | FileCheck %s --check-prefix=WHOLE

// Two of four query heads and the one KV head they share, cut out of the files' rows; the layer below stays whole, with a cache of its own.
// UPPER: spc.retriever = {feature_layers = array<i64>, feature_size = 0 : i64, head_size = 8 : i64, kv_heads = 1 : i64, layer = 1 : i64,
// UPPER-SAME: parameters_after = 12640 : i64, parameters_before = 23712 : i64, q_heads = 2 : i64}
// UPPER-LABEL: func.func @llm
// UPPER-NOT: func.func @dlm
// UPPER-LABEL: func.func @retrieve(%{{.*}}: tensor<?xi32>, %{{.*}}: tensor<?xi32>) -> !spc.scores
// UPPER: "spc.kv_cache"() {{.*}}kind = "retriever", kv_heads = 2 : i64, layer = 0
// UPPER: "spc.attend"
// UPPER: "spc.silu_mul"
// UPPER: "spc.weight"() {name = "model.layers.1.self_attn.q_proj.weight", parts = [{{{.*}}row_begin = 16 : i64, row_end = 32 : i64, rows = 32{{.*}}tensor<16x32xbf16>
// UPPER: "spc.linear"{{.*}} -> tensor<?x16xf32>
// UPPER-NEXT: %[[Q:.*]] = "spc.rope"{{.*}}heads = 2 : i64{{.*}} -> tensor<?x16xf32>
// UPPER: "spc.weight"() {name = "model.layers.1.self_attn.k_proj.weight", parts = [{{{.*}}row_begin = 8 : i64, row_end = 16 : i64, rows = 16{{.*}}tensor<8x32xbf16>
// UPPER: %[[K:.*]] = "spc.rope"{{.*}}heads = 1 : i64{{.*}} -> tensor<?x8xf32>
// UPPER: %[[KEYS:.*]] = "spc.kv_cache"() {element = bf16, head_size = 8 : i64, kind = "keys", kv_heads = 1 : i64, layer = 1 : i64}
// UPPER: %[[S:.*]] = "spc.retrieve"(%[[Q]], %[[K]], %[[KEYS]]) {head_size = 8 : i64, kv_heads = 1 : i64, layer = 1 : i64, q_heads = 2 : i64, scale = 2.500000e-01 : f32}
// UPPER-NEXT: return %[[S]] : !spc.scores
// UPPER-REMARK: remark: {{.*}}retrieval head: layer 1, 2 query heads over 1 KV heads of size 8; 23712 parameters before, 12640 after (53.3%)

// One query head of each KV head: both KV heads stay whole, and the rows of heads 1 and 3 are two parts.
// LOWER-LABEL: func.func @retrieve
// LOWER-NOT: v_proj
// LOWER-NOT: o_proj
// LOWER-NOT: mlp
// LOWER-NOT: lm_head
// LOWER-NOT: kind = "retriever"
// LOWER: q_proj.weight", parts = [{{{.*}}row_begin = 8 : i64, row_end = 16 : i64{{[^}]*}}}, {{{.*}}row_begin = 24 : i64, row_end = 32 : i64{{.*}}tensor<16x32xbf16>
// LOWER: "spc.retrieve"{{.*}}kv_heads = 2 : i64, layer = 0 : i64, q_heads = 2 : i64
// LOWER-REMARK: 23712 parameters before, 5152 after

// All heads: no weight is cut.
// WHOLE-LABEL: func.func @retrieve
// WHOLE: q_proj.weight", parts = [{{{.*}}row_begin = 0 : i64, row_end = 32 : i64, rows = 32
// WHOLE: "spc.retrieve"{{.*}}kv_heads = 2 : i64, layer = 0 : i64, q_heads = 4 : i64
