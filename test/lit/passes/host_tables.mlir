// Embedding tables in a GPU's host memory: those that nothing but spc.embed reads, in any function.
// DEFINE: %{make} = --spc-derive-retrieval-head --spc-pack-projections --spc-insert-kv-prefetch="budget=64 max-seq=512 max-batch=2"
// RUN: sed 's/^module attributes {/module attributes {spc.target = "sm_90", /' %S/Inputs/eagle_pair.mlir > %t.mlir
// RUN: %spc-opt %t.mlir %{make} --spc-solve-memory="embeddings=host" > %t.host 2>%t.remark
// RUN: FileCheck %s --check-prefix=HOST --input-file=%t.host
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remark
// RUN: %spc-opt %t.mlir %{make} --spc-solve-memory="embeddings=host device-memory=34606144" 2>&1 | FileCheck %s --check-prefix=FITS
// RUN: %spc-opt %t.mlir %{make} --spc-solve-memory="embeddings=device device-memory=34606144" 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: %spc-opt %t.mlir %{make} --spc-solve-memory="embeddings=device" 2>/dev/null | FileCheck %s --check-prefix=DEVICE
// RUN: %spc-opt %t.mlir %{make} --spc-solve-memory="embeddings=auto" 2>/dev/null | FileCheck %s --check-prefix=DEVICE
// RUN: %spc-opt %S/Inputs/eagle_pair.mlir %{make} --spc-solve-memory="embeddings=host" 2>/dev/null | FileCheck %s --check-prefix=DEVICE
// RUN: %spc-opt %s --spc-solve-memory="embeddings=auto" 2>/dev/null | FileCheck %s --check-prefix=LARGE
// RUN: not %spc-opt %t.mlir --spc-solve-memory="embeddings=disk" 2>&1 | FileCheck %s --check-prefix=DISK

// The LLM's and the head's, of 16384 bytes each.
// HOST: host_weights = 32768 : i64
// HOST-SAME: weights = 181568 : i64
// HOST-LABEL: func.func @prefill
// HOST: {name = "model.embed_tokens.weight", {{.*}}, spc.on_host}
// HOST-NOT: spc.on_host
// HOST: {name = "embed_tokens.weight", {{.*}}, spc.on_host}
// HOST-LABEL: func.func @decode(
// HOST: {name = "model.embed_tokens.weight", {{.*}}, spc.on_host}
// HOST-NOT: spc.on_host
// HOST: {name = "embed_tokens.weight", {{.*}}, spc.on_host}
// HOST-NOT: spc.on_host
// HOST-LABEL: func.func @decode_full
// HOST-LABEL: func.func @logits
// HOST-NOT: spc.on_host
// REMARK: weights 181568 and 32768 in host memory, state

// What the tables do not take caches have.
// FITS: device-memory 34606144 holds 512 tokens resident
// FITS: resident = 34606144 : i64
// LESS: device-memory 34606144 holds 448 tokens resident
// LESS: resident = 34638912 : i64

// Small ones stay by themselves, and a CPU has no other memory.
// DEVICE-NOT: spc.on_host
// DEVICE: host_weights = 0 : i64
// DEVICE-SAME: weights = 214336 : i64
// DEVICE-NOT: spc.on_host

// DISK: embeddings=disk

// By themselves, from 64 MiB on; not one that a linear reads in another function.
// LARGE: host_weights = 67108864 : i64
// LARGE-LABEL: func.func @prefill
// LARGE: {name = "large", {{.*}}, spc.on_host}
// LARGE: {name = "smaller"
// LARGE-NOT: spc.on_host
// LARGE-SAME: ->
// LARGE: {name = "tied"
// LARGE-NOT: spc.on_host
// LARGE-LABEL: func.func @logits
// LARGE-NOT: spc.on_host
module attributes {spc.target = "sm_90", spc.model = {vocab = 524288, hidden = 64, layers = 1, q_heads = 4, kv_heads = 2, head_size = 16, kv_element = bf16},
                   spc.options = {budget = 0 : i64, max_batch = 1 : i64, max_seq = 64 : i64, page_tokens = 64 : i64, prefill_chunk = 64 : i64, recent = 1 : i64, selection_heads = 2 : i64, sink = 0 : i64}} {
  func.func @prefill(%ids: tensor<?xi32>, %pos: tensor<?xi32>) -> tensor<?x64xf32> {
    %cache = "spc.kv_cache"() {layer = 0 : i64, kv_heads = 2 : i64, head_size = 16 : i64, element = bf16, kind = "llm"} : () -> !spc.cache
    %a = "spc.weight"() {name = "large", parts = [{rows = 524288 : i64, cols = 64 : i64, element = bf16, zeros = true}]} : () -> tensor<524288x64xbf16>
    %x = "spc.embed"(%ids, %a) : (tensor<?xi32>, tensor<524288x64xbf16>) -> tensor<?x64xf32>
    %b = "spc.weight"() {name = "smaller", parts = [{rows = 524287 : i64, cols = 64 : i64, element = bf16, zeros = true}]} : () -> tensor<524287x64xbf16>
    %y = "spc.embed"(%ids, %b) : (tensor<?xi32>, tensor<524287x64xbf16>) -> tensor<?x64xf32>
    %c = "spc.weight"() {name = "tied", parts = [{rows = 524289 : i64, cols = 64 : i64, element = bf16, zeros = true}]} : () -> tensor<524289x64xbf16>
    %z = "spc.embed"(%ids, %c) : (tensor<?xi32>, tensor<524289x64xbf16>) -> tensor<?x64xf32>
    %xy = "spc.add"(%x, %y) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %xyz = "spc.add"(%xy, %z) : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    return %xyz : tensor<?x64xf32>
  }
  func.func @logits(%x: tensor<?x64xf32>) -> tensor<?x524289xf32> {
    %none = "spc.none"() : () -> none
    %c = "spc.weight"() {name = "tied", parts = [{rows = 524289 : i64, cols = 64 : i64, element = bf16, zeros = true}]} : () -> tensor<524289x64xbf16>
    %y = "spc.linear"(%x, %c, %none, %none) : (tensor<?x64xf32>, tensor<524289x64xbf16>, none, none) -> tensor<?x524289xf32>
    return %y : tensor<?x524289xf32>
  }
}
