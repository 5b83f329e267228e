// RUN: %spc-opt %s --onnx-fold --split-input-file | FileCheck %s

// Integers and vectors computed from constants become constants, whose operands then die; nodes get the types of their results.
// CHECK-LABEL: func.func @constants
// CHECK-NOT: onnx.Range
// CHECK-NOT: onnx.Cast
// CHECK-NOT: dense<1.600000e+01>
// CHECK: %[[INV:.*]] = "onnx.constant"() {name = "inv_freq", value = dense<[1.000000e+00, 2.500000e-01]> : tensor<2xf32>}
// CHECK: "onnx.Mul"(%arg0, %[[INV]]) {outputs = ["y"], types = [tensor<?x?x2xf32>]}
func.func @constants(%h: !onnx.value {onnx.name = "hidden_states", onnx.dims = ["batch", "sequence", "2"], onnx.type = tensor<?x?x2xf32>})
    -> !onnx.value attributes {onnx.opset = 18 : i64} {
  %theta = "onnx.constant"() {value = dense<16.0> : tensor<f32>} : () -> !onnx.value
  %zero = "onnx.constant"() {value = dense<0> : tensor<i64>} : () -> !onnx.value
  %four = "onnx.constant"() {value = dense<4> : tensor<i64>} : () -> !onnx.value
  %two = "onnx.constant"() {value = dense<2> : tensor<i64>} : () -> !onnx.value
  %size = "onnx.constant"() {value = dense<4.0> : tensor<f32>} : () -> !onnx.value
  %range = "onnx.Range"(%zero, %four, %two) {outputs = ["r"]} : (!onnx.value, !onnx.value, !onnx.value) -> !onnx.value
  %cast = "onnx.Cast"(%range) {to = 1 : i64, outputs = ["c"]} : (!onnx.value) -> !onnx.value
  %exponent = "onnx.Div"(%cast, %size) {outputs = ["e"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %power = "onnx.Pow"(%theta, %exponent) {outputs = ["p"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %inverse = "onnx.Reciprocal"(%power) {outputs = ["inv_freq"]} : (!onnx.value) -> !onnx.value
  %y = "onnx.Mul"(%h, %inverse) {outputs = ["y"]} : (!onnx.value, !onnx.value) -> !onnx.value
  func.return %y : !onnx.value
}

// -----

// Dimensions that are the same for every batch and length are constants, also through arithmetic; those that are not stay.
// CHECK-LABEL: func.func @dimensions
// CHECK: %[[HALF:.*]] = "onnx.constant"() {name = "half", value = dense<32> : tensor<1xi64>}
// CHECK: %[[LENGTH:.*]] = "onnx.Gather"({{.*}}types = [tensor<1xi64>]
// CHECK: "onnx.Slice"(%arg0, {{.*}}, %[[HALF]], {{.*}}types = [tensor<?x?x32xf32>]
// CHECK: "onnx.Slice"(%arg0, {{.*}}, %[[LENGTH]], {{.*}}types = [tensor<?x?x64xf32>]
func.func @dimensions(%h: !onnx.value {onnx.name = "hidden_states", onnx.dims = ["batch", "sequence", "64"], onnx.type = tensor<?x?x64xf32>})
    -> (!onnx.value, !onnx.value) attributes {onnx.opset = 18 : i64} {
  %zeros = "onnx.constant"() {value = dense<0> : tensor<1xi64>} : () -> !onnx.value
  %ones = "onnx.constant"() {value = dense<1> : tensor<1xi64>} : () -> !onnx.value
  %twos = "onnx.constant"() {value = dense<2> : tensor<1xi64>} : () -> !onnx.value
  %shape = "onnx.Shape"(%h) {outputs = ["shape"]} : (!onnx.value) -> !onnx.value
  %width = "onnx.Gather"(%shape, %twos) {outputs = ["width"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %half = "onnx.Div"(%width, %twos) {outputs = ["half"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %length = "onnx.Gather"(%shape, %ones) {outputs = ["length"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %left = "onnx.Slice"(%h, %zeros, %half, %twos) {outputs = ["left"]} : (!onnx.value, !onnx.value, !onnx.value, !onnx.value) -> !onnx.value
  %all = "onnx.Slice"(%h, %zeros, %length, %ones) {outputs = ["all"]} : (!onnx.value, !onnx.value, !onnx.value, !onnx.value) -> !onnx.value
  func.return %left, %all : !onnx.value, !onnx.value
}

// -----

// A comparison that is false for every length that inference tries is not false for every length: "is the text longer than 4096?"
// is the model's question to answer. Nor is a quotient that is 0 for short texts.
// CHECK-LABEL: func.func @lengths_are_not_guessed
// CHECK: "onnx.Greater"
// CHECK: %[[BLOCKS:.*]] = "onnx.Div"
// CHECK: return {{.*}}, %[[BLOCKS]]
func.func @lengths_are_not_guessed(%ids: !onnx.value {onnx.name = "input_ids", onnx.dims = ["batch", "sequence"], onnx.type = tensor<?x?xi64>})
    -> (!onnx.value, !onnx.value) attributes {onnx.opset = 18 : i64} {
  %one = "onnx.constant"() {value = dense<1> : tensor<i64>} : () -> !onnx.value
  %limit = "onnx.constant"() {value = dense<4096> : tensor<i64>} : () -> !onnx.value
  %shape = "onnx.Shape"(%ids) {outputs = ["shape"]} : (!onnx.value) -> !onnx.value
  %length = "onnx.Gather"(%shape, %one) {outputs = ["length"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %long = "onnx.Greater"(%length, %limit) {outputs = ["long"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %blocks = "onnx.Div"(%length, %limit) {outputs = ["blocks"]} : (!onnx.value, !onnx.value) -> !onnx.value
  func.return %long, %blocks : !onnx.value, !onnx.value
}

// -----

// No-ops: Identity, a Concat of one, a Cast to the type at hand, Mul by 1, And with true. A Cast that changes a type stays.
// CHECK-LABEL: func.func @no_ops
// CHECK-NOT: onnx.Identity
// CHECK-NOT: onnx.Concat
// CHECK-NOT: onnx.Mul
// CHECK-NOT: onnx.And
// CHECK-NOT: to = 1 :
// CHECK: %[[HALF:.*]] = "onnx.Cast"(%arg0) {outputs = ["f16"], to = 10 : i64, types = [tensor<?x?x64xf16>]}
// CHECK: %[[MASK:.*]] = "onnx.Cast"(%arg1)
// CHECK: return %arg0, %[[HALF]], %[[MASK]]
func.func @no_ops(%h: !onnx.value {onnx.name = "hidden_states", onnx.dims = ["batch", "sequence", "64"], onnx.type = tensor<?x?x64xf32>},
                  %m: !onnx.value {onnx.name = "attention_mask", onnx.dims = ["batch", "total"], onnx.type = tensor<?x?xi64>})
    -> (!onnx.value, !onnx.value, !onnx.value) attributes {onnx.opset = 18 : i64} {
  %one = "onnx.constant"() {value = dense<1.0> : tensor<f32>} : () -> !onnx.value
  %true = "onnx.constant"() {value = dense<true> : tensor<i1>} : () -> !onnx.value
  %0 = "onnx.Identity"(%h) {outputs = ["0"]} : (!onnx.value) -> !onnx.value
  %1 = "onnx.Concat"(%0) {axis = -1 : i64, outputs = ["1"]} : (!onnx.value) -> !onnx.value
  %2 = "onnx.Cast"(%1) {to = 1 : i64, outputs = ["2"]} : (!onnx.value) -> !onnx.value
  %3 = "onnx.Mul"(%2, %one) {outputs = ["3"]} : (!onnx.value, !onnx.value) -> !onnx.value
  %4 = "onnx.Cast"(%3) {to = 10 : i64, outputs = ["f16"]} : (!onnx.value) -> !onnx.value
  %5 = "onnx.Cast"(%m) {to = 9 : i64, outputs = ["mask"]} : (!onnx.value) -> !onnx.value
  %6 = "onnx.And"(%true, %5) {outputs = ["6"]} : (!onnx.value, !onnx.value) -> !onnx.value
  func.return %3, %4, %6 : !onnx.value, !onnx.value, !onnx.value
}

// -----

// Weights stay where they are: neither a matrix nor the data of a vector is moved into the IR. Mul by ones that broaden is no no-op.
// CHECK-LABEL: func.func @weights
// CHECK: %[[T:.*]] = "onnx.Transpose"({{.*}}types = [tensor<2x3xf32>]
// CHECK: %[[C:.*]] = "onnx.Cast"({{.*}}types = [tensor<3xf16>]
// CHECK: %[[W:.*]] = "onnx.Mul"(%arg0, {{.*}}types = [tensor<1x?x?x2xf32>]
// CHECK: return %[[T]], %[[C]], %[[W]]
func.func @weights(%h: !onnx.value {onnx.name = "hidden_states", onnx.dims = ["batch", "sequence", "2"], onnx.type = tensor<?x?x2xf32>})
    -> (!onnx.value, !onnx.value, !onnx.value) attributes {onnx.opset = 18 : i64} {
  %w = "onnx.constant"() {value = dense<0.5> : tensor<3x2xf32>} : () -> !onnx.value
  %v = "onnx.constant"() {value = dense<0.5> : tensor<3xf32>} : () -> !onnx.value
  %ones = "onnx.constant"() {value = dense<1.0> : tensor<1x1x1x1xf32>} : () -> !onnx.value
  %t = "onnx.Transpose"(%w) {perm = array<i64: 1, 0>, outputs = ["t"]} : (!onnx.value) -> !onnx.value
  %c = "onnx.Cast"(%v) {to = 10 : i64, outputs = ["c"]} : (!onnx.value) -> !onnx.value
  %b = "onnx.Mul"(%h, %ones) {outputs = ["b"]} : (!onnx.value, !onnx.value) -> !onnx.value
  func.return %t, %c, %b : !onnx.value, !onnx.value, !onnx.value
}

// -----

// What depends on a node that the evaluator does not know has no types, the rest has; an input of unknown role likewise.
// CHECK-LABEL: func.func @unknown
// CHECK: "onnx.unsupported"(%arg1) {domain = "ai.vendor", op_type = "Mystery", outputs = ["u"]}
// CHECK: "onnx.Neg"({{.*}}) {outputs = ["n"]}
// CHECK: "onnx.Abs"(%arg1) {outputs = ["a"], types = [tensor<?x?xi64>]}
// CHECK: "onnx.Abs"(%arg0) {outputs = ["b"]}
func.func @unknown(%x: !onnx.value {onnx.name = "pixels", onnx.dims = ["batch", "3"], onnx.type = tensor<?x3xf32>},
                   %ids: !onnx.value {onnx.name = "input_ids", onnx.dims = ["batch", "sequence"], onnx.type = tensor<?x?xi64>})
    -> (!onnx.value, !onnx.value, !onnx.value) attributes {onnx.opset = 18 : i64} {
  %u = "onnx.unsupported"(%ids) {op_type = "Mystery", domain = "ai.vendor", outputs = ["u"]} : (!onnx.value) -> !onnx.value
  %n = "onnx.Neg"(%u) {outputs = ["n"]} : (!onnx.value) -> !onnx.value
  %a = "onnx.Abs"(%ids) {outputs = ["a"]} : (!onnx.value) -> !onnx.value
  %b = "onnx.Abs"(%x) {outputs = ["b"]} : (!onnx.value) -> !onnx.value
  func.return %n, %a, %b : !onnx.value, !onnx.value, !onnx.value
}
