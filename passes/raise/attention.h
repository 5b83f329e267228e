// Attention: from the results of the q, k and v linears, the cache and the positions to what o_proj reads.
//
// What the region computes is measured rather than read: which linear is the key follows from which one the present key
// depends on, the scale from one probability, the frequencies from the angles at position 1. The canonical formula with
// the measured numbers is then compared with the region on a decode step, a prefill and a chunk with past and padding.
#ifndef PASSES_RAISE_ATTENTION_H_
#define PASSES_RAISE_ATTENTION_H_

#include "passes/eval/eval.h"
#include "passes/raise/patterns.h"

enum { SPC_RAISE_MAX_PAIRS = 512, SPC_RAISE_MAX_NORMS = 2 };

// What holds for every region with the same signature. Linears and norms by their index in the region.
typedef struct spc_raise_attention_facts_t {
  int64_t q_heads, kv_heads, head_size, window;
  double scale;
  int q, k, v;
  int q_norm, k_norm;  // -1: none
  double eps;
  bool interleaved;
  double rope_scaling;
  int64_t pairs;  // 0: rotated by given tables
  double inv_freq[SPC_RAISE_MAX_PAIRS];
} spc_raise_attention_facts_t;

typedef struct spc_raise_attention_t {
  MlirOperation op;  // gives what o_proj reads, or the scores
  int64_t layer;
  bool scores;  // the root is softmax probabilities: a head without values
  bool packed;  // one linear gives q, k, v
  MlirValue linears[3];
  intptr_t linear_count;
  int64_t widths[3];
  spc_raise_weight_t norms[SPC_RAISE_MAX_NORMS];
  intptr_t norm_count;
  MlirOperation cos_op;  // null with tables
  spc_raise_weight_t cos_table, sin_table;
  MlirType kv_element;
  const spc_raise_port_t *past_key, *past_value, *present_key, *present_value;
  spc_raise_attention_facts_t facts;
} spc_raise_attention_t;

// |region| is what is behind |value|, and holds a past key.
SPC_WARN_UNUSED spc_status_t spc_raise_match_attention(spc_raise_context_t *context, const spc_raise_region_t *region,
                                                       MlirValue value, bool scores, spc_raise_match_t *out_match,
                                                       spc_raise_attention_t *out_attention);

// ---- Between the files of this folder
// A run of the region: its inputs, chosen by the caller after init, and its outputs.
typedef struct spc_raise_probe_t {
  int64_t batch, sequence, past;
  spc_eval_tensor_t linears[3];       // [B,S,width]
  spc_eval_tensor_t past_k, past_v;   // [B,Hkv,P,d]
  spc_eval_tensor_t mask, positions;  // [B,P+S], [B,S]
  spc_eval_tensor_t norms[SPC_RAISE_MAX_NORMS];
  spc_eval_tensor_t cos_table, sin_table;  // [SPC_RAISE_TABLE_ROWS, d/2]
  spc_eval_tensor_t out, present_k, present_v;
} spc_raise_probe_t;
enum { SPC_RAISE_TABLE_ROWS = 64 };

SPC_WARN_UNUSED spc_status_t spc_raise_probe_init(const spc_raise_context_t *context,
                                                  const spc_raise_attention_t *attention, int64_t batch,
                                                  int64_t sequence, int64_t past, uint64_t seed,
                                                  spc_raise_probe_t *out_probe);
void spc_raise_probe_deinit(spc_raise_probe_t *probe);
// Binds the probe's inputs without evaluating anything.
SPC_WARN_UNUSED spc_status_t spc_raise_probe_bind(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                                  const spc_raise_attention_t *attention,
                                                  const spc_raise_probe_t *probe);
// Evaluates the outputs.
SPC_WARN_UNUSED spc_status_t spc_raise_probe_run(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                                 const spc_raise_attention_t *attention, MlirValue root,
                                                 spc_raise_probe_t *probe);
// The shape |weight| is stored in, without values.
SPC_WARN_UNUSED spc_status_t spc_raise_weight_shape(const spc_raise_weight_t *weight, spc_eval_tensor_t *out_tensor);
// Whether the model takes positions, so that they need not be consecutive slots.
bool spc_raise_takes_positions(const spc_raise_region_t *region);

// cos and sin of the probe's first |tokens| tokens, [tokens, d/2] each, from the measured frequencies or the probe's
// tables.
void spc_raise_tables(const spc_raise_attention_t *attention, const spc_raise_probe_t *probe, int64_t tokens,
                      double *cosines, double *sines);

// Fills |attention->facts|. A region that does not compute attention gives UNSUPPORTED with what was measured.
SPC_WARN_UNUSED spc_status_t spc_raise_attention_measure(const spc_raise_context_t *context,
                                                         const spc_raise_region_t *region, MlirValue root,
                                                         spc_raise_attention_t *attention);
// Compares; UNSUPPORTED names the output and the difference.
SPC_WARN_UNUSED spc_status_t spc_raise_attention_verify(const spc_raise_context_t *context,
                                                        const spc_raise_region_t *region, MlirValue root,
                                                        const spc_raise_attention_t *attention);
// Finds the masks and measures the window at a long past: |*out_window| keys, or -1. UNSUPPORTED when the masks are not
// causal or the cache doesn't keep every token.
SPC_WARN_UNUSED spc_status_t spc_raise_mask_window(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                                   const spc_raise_attention_t *attention, int64_t *out_window);

#endif  // PASSES_RAISE_ATTENTION_H_
