// RUN: not %spc-opt %s --spc-raise 2>&1 | FileCheck %s
// CHECK: 'spc.window' the result is 48 wide, expected 32
// CHECK: 'spc.window' needs a positive i64 attribute 'tokens'
module {
  func.func @f(%x: tensor<?x16xf32>) -> tensor<?x48xf32> {
    %0 = "spc.window"(%x) {tokens = 2 : i64} : (tensor<?x16xf32>) -> tensor<?x48xf32>
    %1 = "spc.window"(%x) : (tensor<?x16xf32>) -> tensor<?x48xf32>
    return %0 : tensor<?x48xf32>
  }
}
