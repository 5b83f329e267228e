// What the spc ops mean, in double precision: the formulas that regions of a graph are checked against.
#ifndef PASSES_RAISE_REFERENCE_H_
#define PASSES_RAISE_REFERENCE_H_

#include <stdbool.h>
#include <stdint.h>

// y[r] = x[r] / sqrt(mean(x[r]^2) + eps) * w; x, y [rows, width], w [width]; w NULL: ones. x and y may be the same.
void spc_reference_rms_norm(int64_t rows, int64_t width, double eps, const double *x, const double *w, double *y);
// silu(gate) * up over |n| elements.
void spc_reference_silu_mul(int64_t n, const double *gate, const double *up, double *y);
// Rotates a row [d] in place by cos, sin [d/2]: pairs (i, i + d/2), or (2i, 2i + 1) when |interleaved|.
void spc_reference_rope(int64_t d, bool interleaved, const double *cos, const double *sin, double *row);

typedef struct spc_reference_attention_t {
  int64_t batch, sequence, past;  // B, S, P; T = P + S
  int64_t q_heads, kv_heads, head_size;
  double scale;
  int64_t window;  // keys a query sees, itself included; -1 all
  bool interleaved;
  const double *cos, *sin;        // [B,S,d/2]
  const double *q_norm, *k_norm;  // [d] or NULL
  double q_eps, k_eps;
  const double *q, *k, *v;  // rows [B*S] of the strides below: q [Hq*d], k and v [Hkv*d]; v may be NULL
  int64_t q_stride, k_stride, v_stride;
  const double *past_k, *past_v;  // [B,Hkv,P,d]
  const int64_t *mask;            // [B,T], 0: the slot is padding
} spc_reference_attention_t;

// Outputs, each optional: |present_k|, |present_v| [B,Hkv,T,d], |out| [B,S,Hq*d], |probs| [B,Hq,S,T]. |scratch| holds
// B*Hkv*T*d*2 + Hq*d + T doubles. Rows that see no key at all, which exporters treat differently, are NaN in |out| and
// |probs|.
void spc_reference_attention(const spc_reference_attention_t *a, double *scratch, double *present_k, double *present_v,
                             double *out, double *probs);

// The largest |a-b| over the largest |b|, elements with b NaN left out; infinity when an a is not finite.
double spc_reference_difference(int64_t n, const double *a, const double *b);

#endif  // PASSES_RAISE_REFERENCE_H_
