// Other retrievers: none, and a deep one whose lower layer has a cache that never leaves the device.
// RUN: sed '/func.func @dlm/,/^  }/d' %S/Inputs/causal_pair.mlir > %t.alone.mlir
// RUN: %spc-opt %t.alone.mlir --spc-pack-projections --spc-insert-kv-prefetch | FileCheck %s --check-prefix=ALONE --implicit-check-not='@decode(' --implicit-check-not='kind = "keys"' --implicit-check-not=features
// RUN: %spc-opt %S/Inputs/causal_pair.mlir --spc-derive-retrieval-head="layer=1" --spc-pack-projections --spc-insert-kv-prefetch="budget=4096 max-seq=100 prefill-chunk=512" 2>/dev/null | FileCheck %s --check-prefix=DEEP --implicit-check-not=features(

// ALONE: spc.options = {budget = 0 : i64, host_packed = 0 : i64, max_batch = 1 : i64, max_seq = 4096 : i64, page_tokens = 64 : i64, prefill_chunk = 256 : i64, recent = 64 : i64, selection_heads = 2 : i64, sink = 4 : i64}
// ALONE-LABEL: func.func @prefill
// ALONE: "spc.attend_cached"{{.*}}mode = "full"
// ALONE-LABEL: func.func @decode_full
// ALONE: "spc.kv_offload"
// ALONE: "spc.attend_cached"{{.*}}mode = "full"
// ALONE-LABEL: func.func @logits

// No sequence is longer than max-seq, so budget and chunk shrink to it (the chunk in whole pages).
// DEEP: spc.options = {budget = 100 : i64, host_packed = 0 : i64, max_batch = 1 : i64, max_seq = 100 : i64, page_tokens = 64 : i64, prefill_chunk = 128 : i64
// DEEP-LABEL: func.func @decode(
// DEEP: %[[LOWER:.*]] = "spc.kv_cache"() {{.*}}kind = "retriever"
// DEEP: "spc.rope_append"({{.*}}, %[[LOWER]])
// DEEP-NEXT: "spc.attend_cached"(%{{.*}}, %[[LOWER]], %{{.*}}) {{.*}}mode = "full"
// DEEP: "spc.score"
// DEEP: "spc.kv_prefetch"{{.*}}layer = 0
// DEEP-NEXT: "spc.kv_prefetch"{{.*}}layer = 1
// DEEP-NOT: "spc.kv_prefetch"
// DEEP-LABEL: func.func @decode_full
