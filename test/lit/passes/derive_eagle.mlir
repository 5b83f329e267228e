// A head that reads features of the LLM: the LLM returns them, from where the head's metadata or the option says.
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir --spc-derive-retrieval-head 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir --spc-derive-retrieval-head="feature-layers=1,0" 2>/dev/null | FileCheck %s --check-prefix=OPTION

// CHECK: spc.retriever = {feature_layers = array<i64: 0, 1>, feature_size = 128 : i64
// CHECK-LABEL: func.func @llm
// CHECK-SAME: -> (tensor<?x128xf32>, tensor<?x128xf32>)
// The output of layer 0 is what layer 1's norm reads; that of the last layer is what the final norm reads.
// CHECK: %[[X0:.*]] = "spc.add"
// CHECK: %[[FIRST:.*]] = "spc.add"(%[[X0]], %{{.*}})
// CHECK: "spc.rms_norm"(%[[FIRST]],
// CHECK: %[[X1:.*]] = "spc.add"(%[[FIRST]], %{{.*}})
// CHECK: %[[LAST:.*]] = "spc.add"(%[[X1]], %{{.*}})
// CHECK: "spc.rms_norm"(%[[LAST]],
// CHECK: %[[LOGITS:.*]] = "spc.linear"
// CHECK: %[[F:.*]] = "spc.features"(%[[FIRST]], %[[LAST]]) {layers = array<i64: 0, 1>} : {{.*}} -> tensor<?x128xf32>
// CHECK-NEXT: return %[[LOGITS]], %[[F]]
// CHECK-LABEL: func.func @retrieve
// CHECK-SAME: %[[IN:[a-z0-9]+]]: tensor<?x128xf32>) -> !spc.scores
// CHECK: "spc.linear"(%[[IN]],
// CHECK: "spc.concat"
// CHECK-NOT: v_proj
// CHECK-NOT: mlp
// CHECK-NOT: lm_head
// CHECK: "spc.retrieve"
// REMARK: 63744 parameters before, 28800 after

// OPTION: feature_layers = array<i64: 1, 0>
// OPTION-LABEL: func.func @llm
// OPTION: %[[X0:.*]] = "spc.add"
// OPTION: %[[FIRST:.*]] = "spc.add"(%[[X0]],
// OPTION: %[[X1:.*]] = "spc.add"
// OPTION: %[[LAST:.*]] = "spc.add"(%[[X1]],
// OPTION: "spc.features"(%[[LAST]], %[[FIRST]])
