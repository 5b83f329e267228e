// What a call of a program has to do at the least, counted from the plan's commands: the bytes each reads once, and floating-point operations.
//
// Counted: weights, and cached keys and values. Not counted: activations, scores and what is written, which are small or stay in a cache near the
// processor. So bytes over memory bandwidth is a floor for a decode step, and a low one.
#ifndef TOOLS_COST_WORK_H_
#define TOOLS_COST_WORK_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/abi.h"

typedef struct spc_work_t {
  uint64_t weight_bytes;
  uint64_t kv_bytes;         // of the LLM's caches
  uint64_t retrieval_bytes;  // of the retriever's caches: its keys, and the layers under it
} spc_work_t;

static inline uint64_t spc_work_bytes(const spc_work_t *work) { return work->weight_bytes + work->kv_bytes + work->retrieval_bytes; }

// Tokens that a sparse step attends to when a sequence has |tokens|.
uint64_t spc_work_selected(const spc_plan_t *plan, uint64_t tokens);

// One command of a decode program at |rows| sequences of |tokens| tokens each, the step's own included.
spc_work_t spc_work_command(const spc_plan_t *plan, const spc_command_t *command, uint64_t rows, uint64_t tokens);
// The whole program.
spc_work_t spc_work_step(const spc_plan_t *plan, spc_program_id_t program, uint64_t rows, uint64_t tokens);

// The commands [begin, end) of the sparse program are the retrieval head: its layers, scores, selection, and the prefetches it starts. The LLM's embedding comes before them. Both are 0
// without one.
typedef struct spc_work_range_t {
  uint32_t begin, end;
} spc_work_range_t;
spc_work_range_t spc_work_retrieval(const spc_plan_t *plan);

// Floating-point operations of a prefill of |tokens| tokens into an empty sequence and the logits of the last: two for each weight of a linear layer and
// token, and those of q k^T and p v at or below the diagonal. Operations that a chunked or padded implementation adds are not counted.
double spc_work_prefill_flops(const spc_plan_t *plan, uint64_t tokens);

#endif  // TOOLS_COST_WORK_H_
