#include "passes/eval/attend.h"

#include <math.h>
#include <stdlib.h>

#define MAX_WORK (INT64_C(1) << 36)  // multiply-adds

static const double *at(const double *base, const int64_t *strides, int64_t b, int64_t h, int64_t s) {
  return base + b * strides[0] + h * strides[1] + s * strides[2];
}

static void attend_row(const spc_eval_attend_t *a, int64_t b, int64_t h, int64_t s, double *scores) {
  int64_t kv_head = h / (a->q_heads / a->kv_heads);
  const double *q = at(a->q, a->q_strides, b, h, s);
  double *out = (double *)at(a->out, a->out_strides, b, h, s), largest = -INFINITY, sum = 0;
  for (int64_t t = 0; t < a->keys; t++) {
    const double *k = at(a->k, a->k_strides, b, kv_head, t);
    double dot = 0;
    for (int64_t c = 0; c < a->head_size; c++) dot += q[c] * k[c];
    scores[t] = dot * a->scale;
    if (a->softcap > 0) scores[t] = a->softcap * tanh(scores[t] / a->softcap);
  }
  a->mask(a->context, b, h, s, scores);
  for (int64_t t = 0; t < a->keys; t++) {
    if (!(scores[t] <= largest)) largest = scores[t];
  }
  for (int64_t c = 0; c < a->value_size; c++) out[c] = 0;
  if (largest == -INFINITY) return;
  for (int64_t t = 0; t < a->keys; t++) {
    double weight = exp(scores[t] - largest);
    sum += weight;
    if (weight == 0) continue;  // a forbidden key's value does not matter, whatever it is
    const double *v = at(a->v, a->v_strides, b, kv_head, t);
    for (int64_t c = 0; c < a->value_size; c++) out[c] += weight * v[c];
  }
  for (int64_t c = 0; c < a->value_size; c++) out[c] /= sum;
}

spc_status_t spc_eval_attend(const spc_eval_attend_t *attend) {
  int64_t rows, work;
  if (__builtin_mul_overflow(attend->batch * attend->q_heads, attend->queries, &rows) || __builtin_mul_overflow(rows, attend->keys, &work) ||
      __builtin_mul_overflow(work, attend->head_size + attend->value_size, &work) || work > MAX_WORK) {
    return SPC_STATUS(SPC_UNSUPPORTED, "attention of %lld queries over %lld keys is more than the evaluator computes",
                      (long long)attend->queries, (long long)attend->keys);
  }
  double *scores = malloc(sizeof *scores * (size_t)(attend->keys > 0 ? attend->keys : 1));
  if (!scores) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %lld attention scores", (long long)attend->keys);
  for (int64_t b = 0; b < attend->batch; b++) {
    for (int64_t h = 0; h < attend->q_heads; h++) {
      for (int64_t s = 0; s < attend->queries; s++) attend_row(attend, b, h, s, scores);
    }
  }
  free(scores);
  return NULL;
}
