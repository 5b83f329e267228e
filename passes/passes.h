// Every pass of spc, in pipeline order. Each is one file named as its flag, works on a builtin.module, reports through MLIR
// diagnostics at the op's location, and is listed in passes/registry.c for spc-opt. docs/ir.md defines the levels.
#ifndef PASSES_PASSES_H_
#define PASSES_PASSES_H_

#include "mlir-c/Pass.h"
#include "spc/status.h"

// A pass as spc-opt and the pipeline see it. Options are "key=value" pairs separated by spaces, as in
// --spc-solve-memory="device-memory=2GiB"; unknown keys and bad values are INVALID_ARGUMENT naming the key and what is allowed.
typedef struct spc_pass_info_t {
  const char *flag;         // "spc-solve-memory"
  const char *summary;      // one line for --help
  const char *options_help; // one "  key=VALUE  meaning" line an option, or ""
  spc_status_t (*create)(const char *options, MlirPass *out_pass);
} spc_pass_info_t;

extern const spc_pass_info_t spc_passes[];  // ends with a NULL flag
const spc_pass_info_t *spc_pass_find(const char *flag);

// onnx -> onnx. Folds constants, drops Identity, no-op Cast, one-input Concat; infers shapes by probing.
spc_status_t spc_create_onnx_fold_pass(const char *options, MlirPass *out_pass);
// onnx -> spc, model level; verified by evaluation. Lists every node it cannot raise.
spc_status_t spc_create_raise_pass(const char *options, MlirPass *out_pass);
// @dlm -> @retrieve. Options: layer=N, heads=0,1,..., feature-layers=1,3,5.
spc_status_t spc_create_derive_retrieval_head_pass(const char *options, MlirPass *out_pass);
// One op for what one kernel does: qkv, gate|up, residuals, norm + RoPE + append.
spc_status_t spc_create_pack_projections_pass(const char *options, MlirPass *out_pass);
// @llm, @retrieve -> @prefill, @decode, @decode_full, @logits. Options: budget, sink, recent, max-seq, max-batch, prefill-chunk,
// selection=head|token|auto.
spc_status_t spc_create_insert_kv_prefetch_pass(const char *options, MlirPass *out_pass);
// On a GPU, activations that only feed linears or attention get the weights' 16-bit type.
spc_status_t spc_create_narrow_activations_pass(const char *options, MlirPass *out_pass);
// Places every buffer. Options: device-memory=SIZE (bytes, or with KiB, MiB, GiB).
spc_status_t spc_create_solve_memory_pass(const char *options, MlirPass *out_pass);

#endif  // PASSES_PASSES_H_
