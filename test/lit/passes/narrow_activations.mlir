// Activations that only feed linears or attention take the weights' 16 bits; the residual stream and what goes elsewhere stay f32.
// RUN: %spc-opt %s --spc-narrow-activations | FileCheck %s
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir --spc-derive-retrieval-head --spc-pack-projections --spc-insert-kv-prefetch="budget=64 max-seq=512 max-batch=2" --spc-narrow-activations 2>/dev/null | FileCheck %s --check-prefix=EAGLE

// A layer: norm, qkv, q, attention, norm, gate_up, swiglu are narrow; what a residual is added to is not, nor what leaves the function.
// CHECK-LABEL: func.func @layer(
// CHECK: "spc.embed"{{.*}} -> tensor<?x64xf32>
// CHECK: "spc.rms_norm"{{.*}} -> tensor<?x64xbf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x128xbf16>
// CHECK: "spc.rope_append"{{.*}} -> tensor<?x64xbf16>
// CHECK: "spc.attend_cached"{{.*}} -> tensor<?x64xbf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x64xf32>
// CHECK: "spc.rms_norm"{{.*}} -> tensor<?x64xbf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x192xbf16>
// CHECK: "spc.swiglu"{{.*}} -> tensor<?x96xbf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x64xf32>
// CHECK: "spc.rms_norm"{{.*}} -> tensor<?x64xbf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x128xf32>
func.func @layer(%ids: tensor<?xi32>, %table: tensor<?x16xf32>, %embed: tensor<128x64xbf16>, %norm: tensor<64xf32>, %qkv: tensor<128x64xbf16>, %o: tensor<64x64xbf16>, %gate_up: tensor<192x64xbf16>, %down: tensor<64x96xbf16>) -> tensor<?x128xf32> {
  %none = "spc.none"() : () -> none
  %cache = "spc.kv_cache"() {layer = 0, kv_heads = 2, head_size = 16, element = bf16, kind = "llm"} : () -> !spc.cache
  %x0 = "spc.embed"(%ids, %embed) : (tensor<?xi32>, tensor<128x64xbf16>) -> tensor<?x64xf32>
  %n0 = "spc.rms_norm"(%x0, %norm) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  %p = "spc.linear"(%n0, %qkv, %none, %none) : (tensor<?x64xf32>, tensor<128x64xbf16>, none, none) -> tensor<?x128xf32>
  %q = "spc.rope_append"(%p, %table, %none, %none, %cache) {q_heads = 4} : (tensor<?x128xf32>, tensor<?x16xf32>, none, none, !spc.cache) -> tensor<?x64xf32>
  %a = "spc.attend_cached"(%q, %cache, %none) {q_heads = 4} : (tensor<?x64xf32>, !spc.cache, none) -> tensor<?x64xf32>
  %x1 = "spc.linear"(%a, %o, %none, %x0) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, tensor<?x64xf32>) -> tensor<?x64xf32>
  %n1 = "spc.rms_norm"(%x1, %norm) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  %gu = "spc.linear"(%n1, %gate_up, %none, %none) : (tensor<?x64xf32>, tensor<192x64xbf16>, none, none) -> tensor<?x192xf32>
  %h = "spc.swiglu"(%gu) : (tensor<?x192xf32>) -> tensor<?x96xf32>
  %x2 = "spc.linear"(%h, %down, %none, %x1) : (tensor<?x96xf32>, tensor<64x96xbf16>, none, tensor<?x64xf32>) -> tensor<?x64xf32>
  %n2 = "spc.rms_norm"(%x2, %norm) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  %logits = "spc.linear"(%n2, %embed, %none, %none) : (tensor<?x64xf32>, tensor<128x64xbf16>, none, none) -> tensor<?x128xf32>
  return %logits : tensor<?x128xf32>
}

// One type for all: f32 weights of the output projection keep the whole chain from qkv on, the last norm's readers have two 16-bit types. The first norm
// has a reader of its own.
// CHECK-LABEL: func.func @mixed(
// CHECK: "spc.rms_norm"{{.*}} -> tensor<?x64xf16>
// CHECK: "spc.linear"{{.*}} -> tensor<?x128xf32>
// CHECK: "spc.rope_append"{{.*}} -> tensor<?x64xf32>
// CHECK: "spc.attend_cached"{{.*}} -> tensor<?x64xf32>
// CHECK: "spc.linear"{{.*}} -> tensor<?x192xf32>
// CHECK: "spc.swiglu"{{.*}} -> tensor<?x96xf32>
// CHECK: "spc.rms_norm"{{.*}} -> tensor<?x64xf32>
func.func @mixed(%x: tensor<?x64xf32>, %table: tensor<?x16xf32>, %norm: tensor<64xf32>, %qkv: tensor<128x64xf16>, %gate_up: tensor<192x64xf32>, %down: tensor<64x96xbf16>, %other: tensor<64x64xf16>, %third: tensor<64x64xbf16>) -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>) {
  %none = "spc.none"() : () -> none
  %cache = "spc.kv_cache"() {layer = 0, kv_heads = 2, head_size = 16, element = f16, kind = "llm"} : () -> !spc.cache
  %n0 = "spc.rms_norm"(%x, %norm) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  %p = "spc.linear"(%n0, %qkv, %none, %none) : (tensor<?x64xf32>, tensor<128x64xf16>, none, none) -> tensor<?x128xf32>
  %q = "spc.rope_append"(%p, %table, %none, %none, %cache) {q_heads = 4} : (tensor<?x128xf32>, tensor<?x16xf32>, none, none, !spc.cache) -> tensor<?x64xf32>
  %a = "spc.attend_cached"(%q, %cache, %none) {q_heads = 4} : (tensor<?x64xf32>, !spc.cache, none) -> tensor<?x64xf32>
  %gu = "spc.linear"(%a, %gate_up, %none, %none) : (tensor<?x64xf32>, tensor<192x64xf32>, none, none) -> tensor<?x192xf32>
  %h = "spc.swiglu"(%gu) : (tensor<?x192xf32>) -> tensor<?x96xf32>
  %y = "spc.linear"(%h, %down, %none, %x) : (tensor<?x96xf32>, tensor<64x96xbf16>, none, tensor<?x64xf32>) -> tensor<?x64xf32>
  %n1 = "spc.rms_norm"(%y, %norm) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  %u = "spc.linear"(%n1, %other, %none, %y) : (tensor<?x64xf32>, tensor<64x64xf16>, none, tensor<?x64xf32>) -> tensor<?x64xf32>
  %v = "spc.linear"(%n1, %third, %none, %y) : (tensor<?x64xf32>, tensor<64x64xbf16>, none, tensor<?x64xf32>) -> tensor<?x64xf32>
  return %y, %u, %v : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>
}

// An EAGLE-form head: the features and what is concatenated with them stay f32; its query, which only scores, is narrow.
// EAGLE-LABEL: func.func @decode(
// EAGLE: "spc.load_features"{{.*}} -> tensor<?x128xf32>
// EAGLE: "spc.linear"{{.*}} -> tensor<?x64xf32>
// EAGLE: "spc.concat"{{.*}} -> tensor<?x128xf32>
// EAGLE: "spc.linear"{{.*}} -> tensor<?x{{[0-9]+}}xbf16>
// EAGLE: "spc.rope_append"{{.*}} -> tensor<?x64xbf16>
// EAGLE: "spc.score"{{.*}} -> tensor<?x4x512xf32>
// EAGLE: "spc.attend_cached"{{.*}}mode = "sparse"{{.*}} -> tensor<?x64xbf16>
// EAGLE: "spc.features"{{.*}} -> tensor<?x128xf32>
