// What cannot be packed is an error: the kernels have no other form.
// RUN: not %spc-opt %s --spc-pack-projections --split-input-file 2>&1 | FileCheck %s

// CHECK: error: {{.*}}its query and key have no RoPE; attention without RoPE is not supported
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %a = "spc.attend"(%q, %q, %q, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}its query and key are rotated by different RoPE tables
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %kr = "spc.rope"(%q, %u) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %kr, %q, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}RoPE interleaves the query and the key differently
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %kr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = true} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %kr, %q, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}its value is not a plain projection
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %qr, %qr, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}its query or key is not a projection with an optional per-head norm and RoPE
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%x, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %qr, %q, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}qkv_proj: linears that belong together read different inputs
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %v = "spc.linear"(%q, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %qr = "spc.rope"(%q, %t) {heads = 1, head_size = 8, interleaved = false} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = "spc.attend"(%qr, %qr, %v, %c) {layer = 0, q_heads = 1, kv_heads = 1, head_size = 8, scale = 1.0 : f32, window = -1} : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, !spc.cache) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK: error: {{.*}}its gate or up is not a plain projection
func.func @llm(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x8xf32> {
  %none = "spc.none"() : () -> none
  %e = "spc.weight"() {name = "embed", parts = [{file = 0, offset = 0, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %w = "spc.weight"() {name = "w", parts = [{file = 0, offset = 256, length = 256, element = f32, rows = 8, cols = 8, transpose = false, row_begin = 0, row_end = 8}]} : () -> tensor<8x8xf32>
  %f = "spc.weight"() {name = "f", value = dense<[1.0, 0.1, 0.01, 0.001]> : tensor<4xf32>} : () -> tensor<4xf32>
  %g = "spc.weight"() {name = "g", value = dense<[1.0, 0.2, 0.02, 0.002]> : tensor<4xf32>} : () -> tensor<4xf32>
  %t = "spc.rope_table"(%pos, %f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %u = "spc.rope_table"(%pos, %g) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<4xf32>) -> tensor<?x8xf32>
  %x = "spc.embed"(%ids, %e) : (tensor<?xi32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  %c = "spc.kv_cache"() {layer = 0, kv_heads = 1, head_size = 8, element = f32, kind = "llm"} : () -> !spc.cache
  %q = "spc.linear"(%x, %w, %none, %none) : (tensor<?x8xf32>, tensor<8x8xf32>, none, none) -> tensor<?x8xf32>
  %a = "spc.silu_mul"(%x, %q) : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}
