// One set of tokens for all KV heads: probabilities are pooled over all of the retriever's heads, one list is selected, and its difference serves every head.
// DEFINE: %{make} = --spc-derive-retrieval-head --spc-pack-projections
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-insert-kv-prefetch="budget=64 max-seq=500 selection=token" 2>/dev/null | FileCheck %s --check-prefix=TOKEN
// TOKEN: spc.options = {{.*}}selection_heads = 1 : i64
// TOKEN-LABEL: func.func @decode(
// TOKEN: %[[S:.*]] = "spc.score"
// TOKEN-NEXT: %[[P:.*]] = "spc.pool"(%[[S]]) {kv_heads = 1 : i64, q_heads = 4 : i64, {{.*}}retriever_kv_heads = 2 : i64{{.*}} -> tensor<?x1x500xf32>
// TOKEN-NEXT: %[[SEL:.*]] = "spc.select"(%[[P]]) {budget = 64 : i64, kv_heads = 1 : i64
// TOKEN-NEXT: "spc.kv_diff"(%[[SEL]]) {kv_heads = 2 : i64, lists = 1 : i64}

// What a model of its time prefers. On a GPU rows are loaded at the same speed either way, so each head keeps a set of its own; on a CPU lists of many
// candidates take longer than the few rows that a small budget loads.
// DEFINE: %{auto} = %{make} --spc-insert-kv-prefetch="selection=auto
// RUN: sed 's/^module attributes {/module attributes {spc.target = "sm_90", /' %S/Inputs/eagle_pair.mlir > %t.gpu.mlir
// RUN: %spc-opt %t.gpu.mlir %{auto} budget=64 max-seq=100000" 2>&1 | FileCheck %s --check-prefix=HEAD
// HEAD: selection: head level, of a modelled step with all layers out: a set for each KV head {{[0-9.]+}} ms selecting, {{[0-9.]+}} loading; one for all {{[0-9.]+}} and {{[0-9.]+}}
// HEAD: selection_heads = 2 : i64
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{auto} budget=16 max-seq=1000000" 2>&1 | FileCheck %s --check-prefix=ONE
// ONE: selection: token level
// ONE: selection_heads = 1 : i64

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-insert-kv-prefetch="selection=row" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: spc-insert-kv-prefetch: selection=row: one of head, token, auto
