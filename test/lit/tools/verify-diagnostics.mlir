// RUN: not %spc-opt %s --verify-diagnostics 2>&1 | FileCheck %s

// Both what was expected and not said, and what was said and not expected, fail.
// CHECK: verify-diagnostics.mlir:[[@LINE+3]]: expected but not said, error: expects exactly 5 operands
// CHECK: verify-diagnostics.mlir:[[@LINE+2]]: said but not expected, error: {{.*}}expects exactly 4 operands
// expected-error@+1 {{expects exactly 5 operands}}
%0 = "spc.linear"() : () -> tensor<4xf32>
