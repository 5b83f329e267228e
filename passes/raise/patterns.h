// The regions between linears that are not attention: RMSNorm, the gated SiLU, the choice of the last row.
#ifndef PASSES_RAISE_PATTERNS_H_
#define PASSES_RAISE_PATTERNS_H_

#include "passes/eval/eval.h"
#include "passes/raise/region.h"

// Of the largest expected value. The evaluator is exact to about 1e-12; constants stored as f32 account for 1e-6.
#define SPC_RAISE_TOLERANCE 2e-5

// What raising shares among the regions of one function.
typedef struct spc_raise_context_t {
  spc_raise_graph_t *graph;
  spc_raise_report_t *report;
  spc_raise_cache_t *cache;
  spc_eval_env_t *env;
} spc_raise_context_t;

// Kinds of facts in the cache.
typedef enum spc_raise_facts_kind_t { SPC_FACTS_NORM = 1, SPC_FACTS_GATE, SPC_FACTS_ATTENTION } spc_raise_facts_kind_t;

// NOT_FOUND when random numbers have stood in for a constant that takes part: what was measured would be theirs.
SPC_WARN_UNUSED spc_status_t spc_raise_check_constants(spc_raise_context_t *context);

// Concrete sizes to evaluate with. kv_heads and head_size stand in where an argument's type leaves them open; 0 when
// unknown.
typedef struct spc_raise_sizes_t {
  int64_t batch, sequence, past, kv_heads, head_size;
} spc_raise_sizes_t;
// Binds the leaves of |region| that are not bound yet: ids 0, positions past.., mask 1, everything else as a shape
// only.
SPC_WARN_UNUSED spc_status_t spc_raise_bind_leaves(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                                   const spc_raise_sizes_t *sizes);
// The element type an argument was exported with, or |fallback| (also for NULL); dimension |i| when it is a number and
// the rank is |rank|, or -1.
spc_eval_element_t spc_raise_port_element(const spc_raise_graph_t *graph, const spc_raise_port_t *port,
                                          spc_eval_element_t fallback);
int64_t spc_raise_port_dim(const spc_raise_graph_t *graph, const spc_raise_port_t *port, intptr_t rank, intptr_t i);

typedef enum spc_raise_match_t {
  SPC_MATCH_NO = 0,  // has not the outline of the pattern
  SPC_MATCH_YES,
  SPC_MATCH_REFUSED,  // has, but does not compute it; reported
} spc_raise_match_t;

typedef struct spc_raise_norm_t {
  MlirValue x;
  spc_raise_weight_t weight;
  double eps;
} spc_raise_norm_t;
// y = x / sqrt(mean(x^2) + eps) * w over the last dimension.
SPC_WARN_UNUSED spc_status_t spc_raise_match_norm(spc_raise_context_t *context, MlirValue value,
                                                  spc_raise_match_t *out_match, spc_raise_norm_t *out_norm);

typedef struct spc_raise_gate_t {
  MlirValue linears[2];  // gate, up; the same when packed
  bool packed;           // one linear gives gate, then up
} spc_raise_gate_t;
// silu(gate) * up of one or two linears. |region| is what is behind |value|.
SPC_WARN_UNUSED spc_status_t spc_raise_match_gate(spc_raise_context_t *context, const spc_raise_region_t *region,
                                                  MlirValue value, spc_raise_match_t *out_match,
                                                  spc_raise_gate_t *out_gate);

// True when |value| is the row of the last token of |*out_x| [B,S,H], a hidden state: what exporters put before an LM
// head that is to give the next token's logits only.
SPC_WARN_UNUSED spc_status_t spc_raise_match_last(spc_raise_context_t *context, MlirValue value, bool *out_match,
                                                  MlirValue *out_x);

typedef struct spc_raise_window_t {
  MlirValue rows;        // the embeddings of the call's tokens
  int64_t tokens, width;  // W and how wide one is
} spc_raise_window_t;
// The embeddings of a token and the W - 1 before it [B,S,W*E], of which past_window has those before the call; present_window keeps the last.
SPC_WARN_UNUSED spc_status_t spc_raise_match_window(spc_raise_context_t *context, MlirValue value, spc_raise_match_t *out_match,
                                                    spc_raise_window_t *out_window);

#endif  // PASSES_RAISE_PATTERNS_H_
