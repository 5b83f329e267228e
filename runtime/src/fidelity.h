// The fidelity guard: how much of the retriever's weight a selection captures, and sequences for which it is too little (spc.h, "Fidelity").
#ifndef SPC_RUNTIME_FIDELITY_H_
#define SPC_RUNTIME_FIDELITY_H_

#include "spc/spc.h"

typedef struct spc_fidelity_t {
  bool on;                // sparse steps are looked at
  double least;           // options.min_captured; 0: none falls back
  uint64_t probs_offset;  // in the activation arena: the probabilities that the selection reads, f32 [rows, kv_heads, stride]
  uint64_t stride;
  int32_t *part;          // [2, max_batch]: sequences and tokens of a part of a step
  float *kept;            // [max_batch, kept_size]: what the selection's commands change of a sequence, before they do
  uint64_t kept_size;     // 0: they change nothing, without a window of embeddings
  bool *below;            // [max_batch], of the rows of the step
  float *logits;          // [max_batch, vocab] and
  int32_t *next_ids;      // [max_batch]: results of a step that was made in two parts
} spc_fidelity_t;

// UNSUPPORTED without a retriever or in a plan whose selection reads no probabilities.
SPC_WARN_UNUSED spc_status_t spc_fidelity_init(spc_session_t *session, const spc_session_options_t *options);
void spc_fidelity_deinit(spc_fidelity_t *fidelity);

// From the outputs of a selection of |rows| rows: sets below, counts, and returns how many are below.
uint64_t spc_fidelity_measure(spc_session_t *session, uint64_t rows);

#endif  // SPC_RUNTIME_FIDELITY_H_
