// One set of tokens for each KV head, or one that all share: what selecting and loading take, by a model.
#ifndef PASSES_RETRIEVAL_SELECTION_LEVEL_H_
#define PASSES_RETRIEVAL_SELECTION_LEVEL_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/abi.h"

typedef struct spc_selection_shape_t {
  spc_target_t target;
  uint64_t layers, kv_heads;     // of the LLM
  uint64_t row_bytes;            // K and V of a token and KV head, on the device
  bool packed;                   // rows are packed on the host (spc/host_rows.h)
  uint64_t q_heads;              // of the retriever
  uint64_t selected;             // tokens of a list: budget, sink and recent
  uint64_t max_seq, max_batch;
} spc_selection_shape_t;

typedef struct spc_selection_cost_t {
  double select_seconds;  // from scores to lists, before any row can be loaded
  double load_seconds;    // the rows that the step before did not have, of all layers, all of them in host memory
} spc_selection_cost_t;

// Tokens of a page, at most |most|, in an object that selects one set for all heads. On a GPU the rows of a token, of all its heads, then lie in one translated unit of
// host memory.
uint64_t spc_selection_page_tokens(const spc_selection_shape_t *shape, uint64_t most);

// Layers whose rows lie side by side in the host memory of an object that selects |lists| lists: on a GPU enough for one translation to bring as many bytes as the link does
// in its time.
uint64_t spc_selection_host_group(const spc_selection_shape_t *shape, uint64_t lists);

// And of the deepest layers. A step's last layers are computed when all rows of this group are there, so it is half as large where that costs the link little: one list's rows share
// translations.
uint64_t spc_selection_host_last_group(const spc_selection_shape_t *shape, uint64_t lists);

#define SPC_SELECTION_CHANGED 0.2  // of the selected tokens, from step to step

// Of one step of max_batch sequences of max_seq tokens with |lists| lists a sequence, 1 or kv_heads. docs/passes.md says where the figures are from.
spc_selection_cost_t spc_selection_cost(const spc_selection_shape_t *shape, uint64_t lists);

// The lists that take less: kv_heads unless one list saves more than a tenth, because heads that choose for themselves capture more with the same budget.
uint64_t spc_selection_choose(const spc_selection_shape_t *shape);

#endif  // PASSES_RETRIEVAL_SELECTION_LEVEL_H_
