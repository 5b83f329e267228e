// Scaled dot-product attention with grouped heads, for the operators that contain it.
#ifndef PASSES_EVAL_ATTEND_H_
#define PASSES_EVAL_ATTEND_H_

#include "spc/status.h"

#include <stdint.h>

// Strides are in elements, for (batch, head, position); the last dimension is contiguous.
typedef struct spc_eval_attend_t {
  int64_t batch, q_heads, kv_heads, queries, keys, head_size, value_size;
  double scale, softcap;  // softcap 0: none
  const double *q, *k, *v;
  double *out;
  int64_t q_strides[3], k_strides[3], v_strides[3], out_strides[3];
  // Adds the mask to the |keys| scores of one row; -inf forbids.
  void (*mask)(const void *context, int64_t b, int64_t h, int64_t s, double *scores);
  const void *context;
} spc_eval_attend_t;

// Query head h reads key head h / (q_heads / kv_heads). A row whose keys are all forbidden gives zeros, as ONNX defines.
SPC_WARN_UNUSED spc_status_t spc_eval_attend(const spc_eval_attend_t *attend);

#endif  // PASSES_EVAL_ATTEND_H_
