// DEFINE: %{pack} = --spc-derive-retrieval-head="layer=0" --spc-pack-projections
// RUN: sed 's/window = -1/window = 1024/' %S/Inputs/causal_pair.mlir > %t.window.mlir
// RUN: not %spc-opt %t.window.mlir %{pack} --spc-insert-kv-prefetch 2>&1 | FileCheck %s --check-prefix=WINDOW
// RUN: %spc-opt %t.window.mlir %{pack} --spc-insert-kv-prefetch="max-seq=1024" 2>&1 | FileCheck %s --check-prefix=FITS
// WINDOW: error: {{.*}}layer 0 has a sliding window of 1024 tokens: compile with --max-seq at most 1024
// FITS: func.func @decode(

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{pack} --spc-insert-kv-prefetch="budget=0" 2>&1 | FileCheck %s --check-prefix=BUDGET
// BUDGET: error: {{.*}}budget=0: a retriever needs a budget of at least one token a KV head

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{pack} --spc-insert-kv-prefetch="prefill-chunk=100" 2>&1 | FileCheck %s --check-prefix=CHUNK
// CHUNK: error: {{.*}}prefill-chunk=100: must be a multiple of the 64 tokens of a page

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{pack} --spc-insert-kv-prefetch="recent=0" 2>&1 | FileCheck %s --check-prefix=RECENT
// RECENT: error: {{.*}}recent=0: expected an integer from 1 to

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{pack} --spc-insert-kv-prefetch="max-seq=1000000000 max-batch=64" 2>&1 | FileCheck %s --check-prefix=ROWS
// ROWS: error: {{.*}}max-seq=1000000000 with max-batch=64: a layer's cache would have more than 2^31 rows; lower one of them

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=0" --spc-insert-kv-prefetch 2>&1 | FileCheck %s --check-prefix=UNPACKED
// UNPACKED: error: {{.*}}does not end in spc.retrieve_cached: pack it first
