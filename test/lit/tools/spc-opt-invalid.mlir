// RUN: not %spc-opt %s --split-input-file 2>&1 | FileCheck %s
// RUN: %spc-opt %s --split-input-file --verify-diagnostics
// RUN: not %spc-opt %s 2>&1 | FileCheck %s --check-prefix=WHOLE

// Line numbers are the file's in every part, and a part that fails does not hide the next.
// CHECK: spc-opt-invalid.mlir:[[@LINE+4]]:{{.*}} expects exactly 4 operands, but got 0
// CHECK: spc-opt-invalid.mlir:[[@LINE+15]]:{{.*}} use of undeclared SSA value name
// WHOLE: use of undeclared SSA value name
// expected-error@+1 {{expects exactly 4 operands}}
%0 = "spc.linear"() : () -> tensor<4xf32>

// -----

func.func @fine() {
  return
}

// -----

func.func @g() -> i64 {
  // expected-error@below {{use of undeclared SSA value name}}
  return %missing : i64
}
