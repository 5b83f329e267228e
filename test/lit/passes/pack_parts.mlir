// Stacks of unlike pieces: rows of a part, a folded constant, two element types; and what is merged before.
// RUN: %spc-opt %s --spc-pack-projections | FileCheck %s
// CHECK-LABEL: func.func @llm
// Equal tables are one, so q and k share theirs.
// CHECK-COUNT-1: "spc.rope_table"
// CHECK-NOT: "spc.rope_table"
// q is f32 rows 8 to 16 of a packed matrix, k and v are bf16: the stack is f32, each part keeps its own type.
// CHECK: "spc.weight"() {name = "attn.qkv_proj.weight", parts = [
// CHECK-SAME: {cols = 8 : i64, element = f32, file = 0 : i64, length = 512 : i64, offset = 0 : i64, row_begin = 8 : i64, row_end = 16 : i64, rows = 16 : i64, transpose = false}
// CHECK-SAME: element = bf16{{.*}}offset = 512{{.*}}transpose = true
// CHECK-SAME: element = bf16{{.*}}offset = 640{{.*}} -> tensor<24x8xf32>
// The bias of k is a constant; q and v have none.
// CHECK: "spc.weight"() {name = "bias_k.qkv_proj", parts = [{{{.*}}row_end = 8 : i64, rows = 8 : i64, transpose = false, zeros = true}, {{{.*}}rows = 8 : i64, transpose = false, value = dense<[1.000000e+00, 2.000000e+00{{.*}}, {{{.*}}zeros = true}]} : () -> tensor<24xf32>
// CHECK: "spc.linear"{{.*}} -> tensor<?x24xf32>
// A sum that no linear made stays; one whose linear is read twice too.
// CHECK: %[[TWICE:.*]] = "spc.linear"(%{{.*}}, %{{.*}}, %[[NONE:.*]], %[[NONE]])
// CHECK: %[[S:.*]] = "spc.add"(%[[TWICE]], %[[TWICE]])
// CHECK: "spc.add"(%[[S]], %{{.*}})
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %none2 = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 1024, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %wq = "spc.weight"() {name = "attn.q_proj.weight", parts = [{file = 0, offset = 0, length = 512, element = f32, rows = 16, cols = 8, transpose = false, row_begin = 8, row_end = 16}]} : () -> tensor<8x8xf32>
  %wk = "spc.weight"() {name = "attn.k_proj.weight", parts = [{file = 0, offset = 512, length = 128, element = bf16, rows = 8, cols = 8, transpose = true, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xbf16>
  %bk = "spc.weight"() {name = "bias_k", value = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>} : () -> tensor<8xf32>
  %wv = "spc.weight"() {name = "attn.v_proj.weight", parts = [{file = 0, offset = 640, length = 128, element = bf16, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xbf16>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %wq, %none, %none2) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %k = "spc.linear"(%x, %wk, %bk, %none) : (tensor<?x8xf32>, tensor<8x8xbf16>, tensor<8xf32>, none) -> tensor<?x8xf32>
  %v = "spc.linear"(%x, %wv, %none2, %none) : (tensor<?x8xf32>, tensor<8x8xbf16>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %kr = "spc.rope"(%k, %u) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %kr, %v, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  %o = "spc.linear"(%a, %e, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %s = "spc.add"(%o, %o) : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %r = "spc.add"(%s, %x) : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}
