// RUN: %spc-opt %s | FileCheck %s
// RUN: %spc-opt %s -o %t && FileCheck %s --input-file=%t
// RUN: %spc-opt - < %s | FileCheck %s
// RUN: %spc-opt %s --show-locations | FileCheck %s --check-prefix=LOC
// RUN: %spc-opt %s "--pass-pipeline=builtin.module(func.func(canonicalize),cse)" | FileCheck %s --check-prefix=FOLDED

// The generic form of our ops and the pretty form of upstream's survive a round trip; locations only when asked for.
// CHECK: func.func @f
// CHECK-SAME: tensor<?x4xf32>
// CHECK: "spc.none"() : () -> none
// CHECK: "spc.add"(%{{.*}}, %{{.*}}) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-NOT: loc(
// LOC: "spc.add"{{.*}} loc(#[[NAME:.*]])
// LOC: #[[NAME]] = loc("/model/Add")
// FOLDED-NOT: arith.addi
// FOLDED: arith.constant 5
func.func @f(%a: tensor<?x4xf32>) -> (tensor<?x4xf32>, i64) {
  %none = "spc.none"() : () -> none
  %0 = "spc.add"(%a, %a) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32> loc("/model/Add")
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %sum = arith.addi %two, %three : i64
  return %0, %sum : tensor<?x4xf32>, i64
}
