#include "passes/raise/reference.h"

#include <math.h>
#include <string.h>

void spc_reference_rms_norm(int64_t rows, int64_t width, double eps, const double *x, const double *w, double *y) {
  for (int64_t r = 0; r < rows; ++r) {
    double sum = 0;
    for (int64_t i = 0; i < width; ++i) sum += x[r * width + i] * x[r * width + i];
    double factor = 1 / sqrt(sum / (double)width + eps);
    for (int64_t i = 0; i < width; ++i) y[r * width + i] = x[r * width + i] * factor * (w ? w[i] : 1);
  }
}

void spc_reference_silu_mul(int64_t n, const double *gate, const double *up, double *y) {
  for (int64_t i = 0; i < n; ++i) y[i] = gate[i] / (1 + exp(-gate[i])) * up[i];
}

void spc_reference_rope(int64_t d, bool interleaved, const double *cos, const double *sin, double *row) {
  for (int64_t i = 0; i < d / 2; ++i) {
    int64_t a = interleaved ? 2 * i : i, b = interleaved ? 2 * i + 1 : i + d / 2;
    double x = row[a], y = row[b];
    row[a] = x * cos[i] - y * sin[i];
    row[b] = y * cos[i] + x * sin[i];
  }
}

// One head of one token: normalised if it has a norm, then rotated.
static void make_row(const spc_reference_attention_t *a, const double *x, const double *norm, double eps, int64_t token,
                     double *y) {
  int64_t d = a->head_size;
  memcpy(y, x, (size_t)d * sizeof *y);
  if (norm) spc_reference_rms_norm(1, d, eps, y, norm, y);
  if (a->cos) spc_reference_rope(d, a->interleaved, a->cos + token * (d / 2), a->sin + token * (d / 2), y);
}

// The cache after appending: keys and values of past and new tokens, [B,Hkv,T,d].
static void append(const spc_reference_attention_t *a, double *keys, double *values) {
  int64_t d = a->head_size, total = a->past + a->sequence;
  for (int64_t b = 0; b < a->batch; ++b) {
    for (int64_t h = 0; h < a->kv_heads; ++h) {
      int64_t old = (b * a->kv_heads + h) * a->past * d, now = (b * a->kv_heads + h) * total * d;
      if (a->past) memcpy(keys + now, a->past_k + old, (size_t)(a->past * d) * sizeof *keys);
      if (a->past && a->v) memcpy(values + now, a->past_v + old, (size_t)(a->past * d) * sizeof *values);
      for (int64_t s = 0; s < a->sequence; ++s) {
        int64_t token = b * a->sequence + s, row = now + (a->past + s) * d;
        make_row(a, a->k + token * a->k_stride + h * d, a->k_norm, a->k_eps, token, keys + row);
        if (a->v) memcpy(values + row, a->v + token * a->v_stride + h * d, (size_t)d * sizeof *values);
      }
    }
  }
}

static bool sees(const spc_reference_attention_t *a, int64_t b, int64_t s, int64_t key) {
  int64_t slot = a->past + s;
  return key <= slot && (a->window < 0 || key > slot - a->window) && a->mask[b * (a->past + a->sequence) + key] != 0;
}

// Softmax over the keys the query sees; false when there are none.
static bool weigh(const spc_reference_attention_t *a, int64_t b, int64_t s, const double *q, const double *keys,
                  double *p) {
  int64_t d = a->head_size, total = a->past + a->sequence;
  double top = -INFINITY, sum = 0;
  for (int64_t t = 0; t < total; ++t) {
    p[t] = -INFINITY;
    if (!sees(a, b, s, t)) continue;
    double dot = 0;
    for (int64_t i = 0; i < d; ++i) dot += q[i] * keys[t * d + i];
    p[t] = dot * a->scale;
    top = fmax(top, p[t]);
  }
  if (top == -INFINITY) return false;
  for (int64_t t = 0; t < total; ++t) sum += p[t] = exp(p[t] - top);
  for (int64_t t = 0; t < total; ++t) p[t] /= sum;
  return true;
}

void spc_reference_attention(const spc_reference_attention_t *a, double *scratch, double *present_k, double *present_v,
                             double *out, double *probs) {
  int64_t d = a->head_size, total = a->past + a->sequence, cache = a->batch * a->kv_heads * total * d;
  double *keys = scratch, *values = scratch + cache, *q = values + cache, *p = q + a->q_heads * d;
  append(a, keys, values);
  if (present_k) memcpy(present_k, keys, (size_t)cache * sizeof *keys);
  if (present_v && a->v) memcpy(present_v, values, (size_t)cache * sizeof *values);
  if (!out && !probs) return;
  for (int64_t b = 0; b < a->batch; ++b) {
    for (int64_t s = 0; s < a->sequence; ++s) {
      int64_t token = b * a->sequence + s;
      for (int64_t h = 0; h < a->q_heads; ++h) {
        int64_t kv = (b * a->kv_heads + h / (a->q_heads / a->kv_heads)) * total * d;
        make_row(a, a->q + token * a->q_stride + h * d, a->q_norm, a->q_eps, token, q);
        bool any = weigh(a, b, s, q, keys + kv, p);
        double *row = probs ? probs + ((b * a->q_heads + h) * a->sequence + s) * total : NULL;
        for (int64_t t = 0; row && t < total; ++t) row[t] = any ? p[t] : NAN;
        for (int64_t i = 0; out && i < d; ++i) {
          double sum = any ? 0 : NAN;
          for (int64_t t = 0; any && t < total; ++t) sum += p[t] * values[kv + t * d + i];
          out[(token * a->q_heads + h) * d + i] = sum;
        }
      }
    }
  }
}

double spc_reference_difference(int64_t n, const double *a, const double *b) {
  double top = 0, worst = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (isnan(b[i])) continue;
    if (!isfinite(a[i])) return INFINITY;
    top = fmax(top, fabs(b[i]));
    worst = fmax(worst, fabs(a[i] - b[i]));
  }
  return worst == 0 ? 0 : worst / fmax(top, 1e-300);
}
