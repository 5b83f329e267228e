// What --spc-solve-memory finds out, for the stages after it.
//
// Every op with a tensor result (weights excepted) gets `spc.offset = array<i64: ...>`: bytes into the activation arena. @logits gets
// `spc.input_offset`, the place of its argument, and every program `spc.output_offset`, the place of its result. The hidden rows that @prefill
// returns stay untouched while @logits runs, however often. The module gets `spc.memory`, all i64 bytes unless said otherwise:
//
//   arena, lower_bound   size of the activation arena, and the most bytes alive at one time
//   weights              distinct packed weights, without
//   host_weights         those in host memory: embedding tables, on CUDA; their spc.weight ops get the unit attribute `spc.on_host`
//   state, staging       see passes/state_layout.h; staging counts when a layer is offloaded
//   panel                size of SPC_STATE_PANEL
//   kv_token, retriever_token, key_token   bytes a token takes in all LLM layers, in the lower layers of a deep retriever, in the retrieval keys
//   slots                N, rows a KV head of an offloaded layer (a number)
//   resident, offloaded  M(max_seq, 0) and M(max_seq, L) for max_batch sequences
//   device_memory        the budget; 0 is unlimited
//   thresholds           array<i64>, tokens: S_0 .. S_L
#ifndef PASSES_SOLVE_MEMORY_H_
#define PASSES_SOLVE_MEMORY_H_

#include "spc/memory_model.h"

// S_n for n in [0, layers]: the most tokens, at most |max_seq|, that each of |sequences| may have inside |device_memory| with at most n layers
// offloaded; so S_n never falls with n, even where slots and staging take more than they free. |out_thresholds| holds layers + 1.
void spc_solve_thresholds(const spc_memory_model_t *model, uint64_t sequences, uint64_t max_seq, uint64_t device_memory,
                          uint64_t *out_thresholds);

#endif  // PASSES_SOLVE_MEMORY_H_
