// What is refused, and what the message tells.
// DEFINE: %{flag} = --spc-derive-retrieval-head
// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag} 2>&1 | FileCheck %s --check-prefix=WHICH
// WHICH: error: {{.*}}the retriever has 2 layers: choose the one whose attention retrieves with layer=0 to layer=1

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=2" 2>&1 | FileCheck %s --check-prefix=LAYER
// LAYER: error: {{.*}}layer=2: the retriever has 2 layers, 0 to 1

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 heads=4" 2>&1 | FileCheck %s --check-prefix=HEAD
// HEAD: error: {{.*}}there is no query head 4, layer 0 has heads 0 to 3

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 heads=1,1" 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: {{.*}}query head 1 is named twice

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 heads=0,1,2" 2>&1 | FileCheck %s --check-prefix=UNEVEN
// UNEVEN: error: {{.*}}KV head 0 keeps 2 query heads and KV head 1 keeps 1; name the same number for each (KV head k serves query heads 2k to 2k+1)

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 feature-layers=1" 2>&1 | FileCheck %s --check-prefix=UNFED
// UNFED: error: {{.*}}the retriever has no hidden_states input that could take features

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 head=1" 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: {{.*}}unknown option 'head'; it takes layer, heads, feature-layers

// RUN: not %spc-opt %S/Inputs/causal_pair.mlir %{flag}="layer=0 heads=1,x" 2>&1 | FileCheck %s --check-prefix=LIST
// LIST: error: {{.*}}heads=1,x: expected integers from 0 to 2147483647 separated by commas

// RUN: sed 's/vocab = 128/vocab = 151936/' %S/Inputs/causal_pair.mlir > %t.vocab.mlir
// RUN: not %spc-opt %t.vocab.mlir %{flag}="layer=0" 2>&1 | FileCheck %s --check-prefix=VOCAB
// VOCAB: error: {{.*}}INCOMPATIBLE: the retriever's vocabulary has 128 tokens and the LLM's 151936; use a retriever of the same tokenizer

// RUN: sed 's/q_heads = 4, kv_heads = 2, head_size = 16, kv_element/q_heads = 6, kv_heads = 3, head_size = 16, kv_element/' %S/Inputs/causal_pair.mlir > %t.heads.mlir
// RUN: not %spc-opt %t.heads.mlir %{flag}="layer=0" 2>&1 | FileCheck %s --check-prefix=KV
// KV: error: {{.*}}INCOMPATIBLE: the retriever keeps 2 KV heads and the LLM has 3; one must be a multiple of the other

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{flag}="feature-layers=0" 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: error: {{.*}}INCOMPATIBLE: the retriever reads 128 features a token, but 1 layers of the LLM's hidden size 64 give 64

// RUN: not %spc-opt %S/Inputs/eagle_pair.mlir %{flag}="feature-layers=0,2" 2>&1 | FileCheck %s --check-prefix=TAP
// TAP: error: {{.*}}feature-layers: there is no layer 2, the LLM has layers 0 to 1

// RUN: sed 's/spc.feature_layers = "0,1"/other = "0,1"/' %S/Inputs/eagle_pair.mlir > %t.metadata.mlir
// RUN: not %spc-opt %t.metadata.mlir %{flag} 2>&1 | FileCheck %s --check-prefix=METADATA
// METADATA: error: {{.*}}no metadata 'spc.feature_layers' to say of which layers; give feature-layers=A,B,C

// RUN: sed 's/spc.feature_layers = "0,1"/spc.feature_layers = "0;1"/' %S/Inputs/eagle_pair.mlir > %t.list.mlir
// RUN: not %spc-opt %t.list.mlir %{flag} 2>&1 | FileCheck %s --check-prefix=METALIST
// METALIST: error: {{.*}}metadata 'spc.feature_layers'=0;1: expected integers separated by commas
