// A head that reads the embeddings of the last W tokens: recognised by what it computes, whatever slices and concats spell it.
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_window.onnx --onnx-fold --spc-raise | FileCheck %s --check-prefix=RAISED
// RAISED: func.func @dlm({{%.*}}: tensor<?xi32>, {{%.*}}: tensor<?xi32>, [[F:%.*]]: tensor<?x128xf32>) -> !spc.scores
// RAISED: [[X:%.*]] = "spc.embed"
// RAISED: [[D:%.*]] = "spc.weight"() {name = "model.embed_down.weight"
// RAISED: [[E:%.*]] = "spc.linear"([[X]], [[D]], {{.*}} -> tensor<?x16xf32>
// RAISED: [[W:%.*]] = "spc.window"([[E]]) {tokens = 12 : i64} : (tensor<?x16xf32>) -> tensor<?x192xf32>
// RAISED: "spc.linear"([[F]],
// RAISED: [[WN:%.*]] = "spc.weight"() {name = "model.layers.0.input_layernorm.weight"
// RAISED: [[A:%.*]] = "spc.rms_norm"([[W]], [[WN]])
// RAISED: [[B:%.*]] = "spc.rms_norm"
// RAISED: "spc.concat"([[A]], [[B]])
// RAISED: "spc.retrieve"

// Alone it reads nothing of the LLM.
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_window_alone.onnx --onnx-fold --spc-raise | FileCheck %s --check-prefix=ALONE
// ALONE: func.func @dlm({{%.*}}: tensor<?xi32>, {{%.*}}: tensor<?xi32>) -> !spc.scores
// ALONE: [[W:%.*]] = "spc.window"({{%.*}}) {tokens = 12 : i64}
// ALONE: "spc.rms_norm"([[W]],
// ALONE-NOT: "spc.concat"
// ALONE: "spc.retrieve"

// Its state is planned: 11 rows of 16 numbers a sequence. Its embedding has the bytes of the LLM's when that is its LLM, and is the LLM's weight then.
// RUN: %spc-opt %data/llama_norms_sdpa_ts_17.onnx --dlm=%data/retriever_window_alone.onnx --onnx-fold --spc-raise --spc-derive-retrieval-head \
// RUN:   --spc-pack-projections --spc-insert-kv-prefetch="budget=16 max-seq=256" 2>%t.remarks | FileCheck %s --check-prefix=PROGRAMS
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// PROGRAMS: spc.retriever = {{{.*}}window_size = 16 : i64, window_tokens = 12 : i64}
// PROGRAMS-LABEL: func.func @prefill
// PROGRAMS: "spc.window"
// PROGRAMS: "spc.rope_append"
// PROGRAMS-LABEL: func.func @decode(
// PROGRAMS: "spc.window"
// PROGRAMS: "spc.score"
// PROGRAMS-LABEL: func.func @decode_full
// PROGRAMS: "spc.window"
// PROGRAMS: "spc.attend_cached"
// REMARK: 29888 parameters before, 29888 after (100.0%), 19648 without the LLM's embedding: {{.*}}% of the LLM's

// What is no window is said of the node, and how it differs:
// RUN: %spc-opt %data/retriever_window_alone.onnx --onnx-fold --show-locations > %t.window.mlir
// RUN: sed 's/"onnx.Concat"(\(%%[0-9]*\), \(%%[0-9]*\), \(%%[0-9]*\), /"onnx.Concat"(\2, \1, \3, /' %t.window.mlir | not %spc-opt - --spc-raise 2>&1 | FileCheck %s --check-prefix=ORDER
// ORDER: node '{{.*}}concat_46{{.*}}' (Concat): in the window over 'past_window': for token 0 of a call its part 0 is not the embedding of the token 11 before
// RUN: sed 's/onnx.name = "present_window"/onnx.name = "later_window"/' %t.window.mlir | not %spc-opt - --spc-raise 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: in the window over 'past_window': the graph has no output 'present_window'
// RUN: sed 's/tensor<?x11x16xf32>/tensor<?x?x16xf32>/; s/"batch", "11", "16"/"batch", "kept", "16"/' %t.window.mlir | not %spc-opt - --spc-raise 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: input 'past_window' must have the dimensions [batch, W - 1, embedding] with a number of at most 1024 for W
// RUN: sed 's/return \(%%[0-9]*\), \(%%[0-9]*\), %%[0-9]* :/return \1, \2, %%arg4 :/' %t.window.mlir | not %spc-opt - --spc-raise 2>&1 | FileCheck %s --check-prefix=KEPT
// KEPT: row {{[0-9]+}} of output 'present_window' is not that of the 11 last tokens
