// The programs of an LLM with a feature-fed head: retrieval first, prefetch as early and waits as late as can be.
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir --spc-derive-retrieval-head --spc-pack-projections --spc-insert-kv-prefetch="budget=64 max-seq=500 max-batch=2 prefill-chunk=128" 2>/dev/null | FileCheck %s --implicit-check-not='func.func @llm' --implicit-check-not='func.func @retrieve' --implicit-check-not='"spc.retrieve_cached"'

// CHECK: spc.options = {budget = 64 : i64, host_packed = 0 : i64, max_batch = 2 : i64, max_seq = 500 : i64, page_tokens = 64 : i64, prefill_chunk = 128 : i64, recent = 64 : i64, selection_heads = 2 : i64, sink = 4 : i64}

// Prefill: an offloaded layer's new rows are on the host before its pages are streamed from there. The head's keys come last, from shifted features.
// CHECK-LABEL: func.func @prefill
// CHECK-SAME: -> tensor<?x64xf32>
// CHECK-NEXT: %[[C0:.*]] = "spc.kv_cache"() {{.*}}kind = "llm"{{.*}}layer = 0
// CHECK-NEXT: %[[C1:.*]] = "spc.kv_cache"() {{.*}}kind = "llm"{{.*}}layer = 1
// CHECK-NEXT: %[[KEYS:.*]] = "spc.kv_cache"() {{.*}}kind = "keys"
// CHECK: %[[Q0:.*]] = "spc.rope_append"({{.*}}, %[[C0]])
// CHECK-NEXT: %[[T0:.*]] = "spc.kv_offload"(%[[C0]]) {layer = 0 : i64}
// CHECK-NEXT: "spc.kv_wait"(%[[T0]]) {layer = 0 : i64}
// CHECK-NEXT: "spc.attend_cached"(%[[Q0]], %[[C0]], %{{.*}}) {{.*}}mode = "full"
// CHECK: %[[Q1:.*]] = "spc.rope_append"({{.*}}, %[[C1]])
// CHECK-NEXT: %[[T1:.*]] = "spc.kv_offload"(%[[C1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.kv_wait"(%[[T1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.attend_cached"(%[[Q1]], %[[C1]], %{{.*}}) {{.*}}mode = "full"
// CHECK: "spc.swiglu"
// CHECK: %[[HIDDEN:.*]] = "spc.linear"
// CHECK-NEXT: %[[F:.*]] = "spc.features"(%{{.*}}, %[[HIDDEN]])
// CHECK-NEXT: %[[SHIFTED:.*]] = "spc.shift_features"(%[[F]])
// CHECK: "spc.linear"(%[[SHIFTED]],
// CHECK: "spc.rope_append"({{.*}}, %[[KEYS]]) {{.*}}has_value = false
// CHECK-NEXT: return %[[HIDDEN]]

// Decode: the LLM's embedding, whose table may be in host memory, then the head and the selection before the LLM's other ops, then every prefetch in the order in which the layers come.
// CHECK-LABEL: func.func @decode(
// CHECK-SAME: -> tensor<?x128xf32>
// CHECK-NEXT: %[[C0:.*]] = "spc.kv_cache"() {{.*}}kind = "llm"{{.*}}layer = 0
// CHECK-NEXT: %[[C1:.*]] = "spc.kv_cache"() {{.*}}kind = "llm"{{.*}}layer = 1
// CHECK-NEXT: %[[KEYS:.*]] = "spc.kv_cache"() {{.*}}kind = "keys"
// CHECK-NEXT: %[[W:.*]] = "spc.weight"() {name = "model.embed_tokens.weight"
// CHECK-NEXT: %[[X:.*]] = "spc.embed"(%arg0, %[[W]])
// CHECK-NEXT: %[[OLD:.*]] = "spc.load_features"() : () -> tensor<?x128xf32>
// CHECK: "spc.linear"(%[[OLD]],
// CHECK: %[[Q:.*]] = "spc.rope_append"({{.*}}, %[[KEYS]])
// CHECK-NEXT: %[[S:.*]] = "spc.score"(%[[Q]], %[[KEYS]]) {head_size = 16 : i64, kv_heads = 2 : i64, q_heads = 4 : i64, recent = 64 : i64, scale = 2.500000e-01 : f32, sink = 4 : i64} : {{.*}} -> tensor<?x4x500xf32>
// CHECK-NEXT: %[[P:.*]] = "spc.pool"(%[[S]]) {{.*}} -> tensor<?x2x500xf32>
// CHECK-NEXT: %[[SEL:.*]] = "spc.select"(%[[P]]) {budget = 64 : i64, kv_heads = 2 : i64, recent = 64 : i64, sink = 4 : i64}
// CHECK-NEXT: %[[D:.*]] = "spc.kv_diff"(%[[SEL]])
// CHECK-NEXT: %[[T0:.*]] = "spc.kv_prefetch"(%[[D]], %[[C0]]) {layer = 0 : i64}
// CHECK-NEXT: %[[T1:.*]] = "spc.kv_prefetch"(%[[D]], %[[C1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.none"
// CHECK-NOT: "spc.embed"
// CHECK: "spc.rms_norm"(%[[X]],
// CHECK: %[[Q0:.*]] = "spc.rope_append"({{.*}}, %[[C0]])
// CHECK-NEXT: %[[O0:.*]] = "spc.kv_offload"(%[[C0]]) {layer = 0 : i64}
// CHECK-NEXT: "spc.kv_wait"(%[[T0]]) {layer = 0 : i64}
// CHECK-NEXT: "spc.attend_cached"(%[[Q0]], %[[C0]], %[[SEL]]) {{.*}}mode = "sparse"
// CHECK: %[[Q1:.*]] = "spc.rope_append"({{.*}}, %[[C1]])
// CHECK-NEXT: %[[O1:.*]] = "spc.kv_offload"(%[[C1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.kv_wait"(%[[T1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.attend_cached"(%[[Q1]], %[[C1]], %[[SEL]]) {{.*}}mode = "sparse"
// CHECK: %[[LOGITS:.*]] = "spc.linear"{{.*}} -> tensor<?x128xf32>
// CHECK-NEXT: %[[NEW:.*]] = "spc.features"
// CHECK-NEXT: "spc.kv_wait"(%[[O0]]) {layer = 0 : i64}
// CHECK-NEXT: "spc.kv_wait"(%[[O1]]) {layer = 1 : i64}
// CHECK-NEXT: "spc.store_features"(%[[NEW]])
// CHECK-NEXT: return %[[LOGITS]]

// Without a selection: keys and features go on, so that the next step may retrieve.
// CHECK-LABEL: func.func @decode_full
// CHECK-NOT: "spc.score"
// CHECK-NOT: "spc.kv_prefetch"
// CHECK: "spc.load_features"
// CHECK: "spc.rope_append"{{.*}}has_value = false
// CHECK: "spc.kv_offload"
// CHECK-NEXT: "spc.kv_wait"
// CHECK-NEXT: "spc.attend_cached"{{.*}}mode = "full"
// CHECK: "spc.store_features"

// CHECK-LABEL: func.func @logits(
// CHECK-SAME: %[[H:.*]]: tensor<?x64xf32>) -> tensor<?x128xf32>
// CHECK-NOT: "spc.kv_cache"
// CHECK: %[[N:.*]] = "spc.rms_norm"(%[[H]],
// CHECK: %[[L:.*]] = "spc.linear"(%[[N]],
// CHECK-NEXT: return %[[L]]
