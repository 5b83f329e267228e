// A place for every buffer, and how long sequences may be inside a budget.
// DEFINE: %{make} = --spc-derive-retrieval-head --spc-pack-projections --spc-insert-kv-prefetch="budget=64 max-seq=512 max-batch=2"
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=1052032" 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=1052031" 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="device-memory=912768" 2>&1 | FileCheck %s --check-prefix=OUT

// CHECK: spc.memory = {arena = [[ARENA:[0-9]+]] : i64, device_memory = 0 : i64, host_weights = 0 : i64, key_token = 64 : i64, kv_token = 256 : i64, lower_bound = [[ARENA]] : i64, offloaded = 912768 : i64, panel = 49152 : i64, resident = 1052032 : i64, retriever_token = 0 : i64, slots = 144 : i64, staging = 49152 : i64, state = 84032 : i64, thresholds = array<i64: 512, 512, 512>, weights = 214336 : i64}
// CHECK-LABEL: func.func @prefill
// CHECK-SAME: attributes {spc.output_offset = [[HIDDEN:[0-9]+]] : i64}
// CHECK-NOT: "spc.weight"{{.*}}spc.offset
// CHECK: "spc.rope_table"{{.*}}spc.offset = array<i64: {{[0-9]+}}>
// CHECK: "spc.embed"{{.*}}spc.offset = array<i64: {{[0-9]+}}>
// CHECK: "spc.linear"{{.*}}spc.offset = array<i64: [[HIDDEN]]>
// CHECK-LABEL: func.func @decode(
// CHECK: "spc.score"{{.*}}spc.offset = array<i64: {{[0-9]+}}>
// CHECK-LABEL: func.func @logits
// CHECK-SAME: attributes {spc.input_offset = {{[0-9]+}} : i64, spc.output_offset = {{[0-9]+}} : i64}
// REMARK: remark: {{.*}}memory: arena {{[0-9]+}} bytes, lower bound {{[0-9]+}} (1.000); weights 214336, state 84032, staging 49152; 2 sequences of 512 tokens take 1052032 bytes resident, 912768 offloaded; no device-memory limit

// The last byte counts: with it all layers stay; without it one page less, or one layer out.
// ALL: device-memory 1052032 holds 512 tokens resident
// ALL: thresholds = array<i64: 512, 512, 512>
// LESS: device-memory 1052031 holds 448 tokens resident, 512 with all layers offloaded
// LESS: thresholds = array<i64: 448, 512, 512>
// OUT: thresholds = array<i64: 256, {{[0-9]+}}, 512>
