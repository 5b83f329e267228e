// What parameters decide is constant after folding: the block of keys follows from the page, and nothing is converted when the cache is f32.
// RUN: sed "s/^#page = .*/#page = 48 : index/; s/^!elem = .*/!elem = f32/" %S/../../../../compiler/kernels/host/attend_decode.mlir > %t.mlir
// RUN: %spc-opt %t.mlir "--pass-pipeline=builtin.module(func.func(canonicalize))" | FileCheck %s
// RUN: sed "s/^#page = .*/#page = 256 : index/; s/^!elem = .*/!elem = bf16/" %S/../../../../compiler/kernels/host/attend_decode.mlir > %t2.mlir
// RUN: %spc-opt %t2.mlir "--pass-pipeline=builtin.module(func.func(canonicalize))" | FileCheck %s --check-prefix=BF16

// CHECK-LABEL: func.func private @widen(%arg0: vector<16xf32>) -> vector<16xf32>
// CHECK-NEXT: return %arg0
// CHECK-LABEL: func.func private @block_size() -> index
// CHECK-NEXT: %[[BLOCK:.*]] = arith.constant 16 : index
// CHECK-NEXT: return %[[BLOCK]]

// BF16-LABEL: func.func private @widen(%arg0: vector<16xbf16>) -> vector<16xf32>
// BF16: arith.extf
// BF16-LABEL: func.func private @block_size() -> index
// BF16-NEXT: %[[BLOCK:.*]] = arith.constant 64 : index
// BF16-NEXT: return %[[BLOCK]]
