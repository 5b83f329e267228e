#include <string.h>

#include "passes/passes.h"

const spc_pass_info_t spc_passes[] = {
    {"onnx-fold", "fold constants, drop no-ops, annotate types", "", spc_create_onnx_fold_pass},
    {"spc-raise", "onnx graphs to the spc dialect, verified by evaluation", "", spc_create_raise_pass},
    {"spc-derive-retrieval-head", "@dlm to @retrieve: the part that computes attention weights",
     "  layer=N                 layer whose attention retrieves; may be left out for a one-layer model\n"
     "  heads=0,1,...           its query heads to keep; all when left out\n"
     "  feature-layers=1,3,5    LLM layers whose outputs feed an EAGLE-style head\n",
     spc_create_derive_retrieval_head_pass},
    {"spc-pack-projections", "one op for what one kernel does: qkv, gate|up, residuals, norm + RoPE + append", "",
     spc_create_pack_projections_pass},
    {"spc-insert-kv-prefetch", "the four programs: retrieval first, then a prefetch and a wait for every layer",
     "  budget=N                tokens a KV head selects\n"
     "  sink=N                  first tokens always selected\n"
     "  recent=N                last tokens always selected\n"
     "  max-seq=N               tokens a sequence may hold\n"
     "  max-batch=N             sequences\n"
     "  prefill-chunk=N         rows of a prefill call\n"
     "  selection=head|token|auto  a set for each KV head (default), one for all, or what a model of its time prefers\n",
     spc_create_insert_kv_prefetch_pass},
    {"spc-narrow-activations", "for a GPU: activations that only feed linears or attention in the weights' 16 bits", "",
     spc_create_narrow_activations_pass},
    {"spc-solve-memory", "place every buffer; solve the thresholds of offloading",
     "  device-memory=SIZE      bytes, or with KiB, MiB, GiB; unlimited when left out\n", spc_create_solve_memory_pass},
    {NULL, NULL, NULL, NULL},
};

const spc_pass_info_t *spc_pass_find(const char *flag) {
  for (const spc_pass_info_t *pass = spc_passes; pass->flag; ++pass) {
    if (strcmp(pass->flag, flag) == 0) return pass;
  }
  return NULL;
}
