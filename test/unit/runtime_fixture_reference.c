// The fixture's model as a person would first write it: one sequence, contiguous keys and values, everything in double.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_fixture.h"

#define WIDTH (FIX_Q_HEADS + 2 * FIX_KV_HEADS)

struct reference_t {
  const fixture_t *fixture;
  int length;
  double kv[FIX_LAYERS][FIX_MAX_SEQ][2][FIX_KV_HEADS][FIX_HEAD];
  double keys[FIX_MAX_SEQ][FIX_KV_HEADS][FIX_HEAD];
  double features[FIX_HIDDEN];
  double embedded[FIX_WINDOW - 1 + FIX_MAX_SEQ][FIX_HIDDEN];  // of all tokens, after the zeros before the first
  int count[FIX_KV_HEADS];
  int32_t selected[FIX_KV_HEADS][FIX_MAX_SEQ];
};

reference_t *reference_create(const fixture_t *fixture) {
  reference_t *r = calloc(1, sizeof *r);
  if (!r) abort();
  r->fixture = fixture;
  return r;
}

void reference_destroy(reference_t *reference) { free(reference); }

static double at(const fixture_t *f, const char *name, int layer, uint64_t i) {
  char full[24] = {(char)('0' + layer), '.', 0};
  if (layer >= 0) strcat(full, name);
  const spc_weight_t *w = &f->weights[fixture_weight(f, layer >= 0 ? full : name)];
  const uint8_t *data = f->data + w->offset;
  if (w->element == SPC_F32) {
    float value;
    memcpy(&value, data + i * 4, 4);
    return (double)value;
  }
  uint16_t half;
  memcpy(&half, data + i * 2, 2);
  double sign = half & 0x8000 ? -1 : 1;
  if (w->element == SPC_BF16) return sign * ldexp(128 + (half & 127), (half >> 7 & 255) - 127 - 7) * ((half & 0x7fff) != 0);
  return sign * ldexp(1024 + (half & 1023), (half >> 10 & 31) - 15 - 10) * ((half & 0x7fff) != 0);
}

// out[n] = W in + bias + residual
static void apply(const fixture_t *f, int layer, const char *w, const char *bias, const double *in, const double *residual, double *out) {
  char full[24] = {(char)('0' + layer), '.', 0};
  if (layer >= 0) strcat(full, w);
  const spc_weight_t *shape = &f->weights[fixture_weight(f, layer >= 0 ? full : w)];
  for (uint64_t n = 0; n < shape->rows; ++n) {
    double sum = residual ? residual[n] : 0;
    if (bias) sum += at(f, bias, layer, n);
    for (uint64_t k = 0; k < shape->cols; ++k) sum += at(f, w, layer, n * shape->cols + k) * in[k];
    out[n] = sum;
  }
}

static void rotate(double *x, int position) {
  for (int i = 0; i < FIX_HEAD; i += 2) {
    double angle = position * (i == 0 ? 0.7 : 0.11), a = x[i], b = x[i + 1];
    x[i] = a * cos(angle) - b * sin(angle);
    x[i + 1] = b * cos(angle) + a * sin(angle);
  }
}

static double dot(const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < FIX_HEAD; ++i) sum += a[i] * b[i];
  return sum * FIX_SCALE;
}

// The retriever: keys of this token, then, when |choose|, what each KV head attends to.
static void retrieve(reference_t *r, bool choose) {
  const spc_dims_t *d = &r->fixture->plan.dims;
  double qk[FIX_Q_HEADS + FIX_KV_HEADS][FIX_HEAD];
  apply(r->fixture, -1, "retriever.qk", NULL, r->features, NULL, qk[0]);
  apply(r->fixture, -1, "retriever.window", NULL, r->embedded[r->length], qk[0], qk[0]);
  for (int h = 0; h < FIX_Q_HEADS + FIX_KV_HEADS; ++h) rotate(qk[h], r->length);
  memcpy(r->keys[r->length], qk[FIX_Q_HEADS], sizeof r->keys[0]);
  if (!choose) return;
  int first = FIX_SINK, last = r->length - FIX_RECENT;  // the candidates
  for (int h = 0; h < FIX_KV_HEADS; ++h) {
    double best[FIX_MAX_SEQ] = {0};
    for (int q = 2 * h; q < 2 * h + 2; ++q) {
      double sum = 0;
      for (int t = first; t <= last; ++t) sum += exp(dot(qk[q], r->keys[t][h]));
      for (int t = first; t <= last; ++t) best[t] = fmax(best[t], exp(dot(qk[q], r->keys[t][h])) / sum);
    }
    bool take[FIX_MAX_SEQ] = {false};
    for (int t = 0; t <= r->length; ++t) take[t] = t < first || t > last;
    for (uint64_t i = 0; i < d->budget; ++i) {
      int top = -1;
      for (int t = first; t <= last; ++t) {
        if (!take[t] && (top < 0 || best[t] > best[top])) top = t;
      }
      if (top >= 0) take[top] = true;
    }
    r->count[h] = 0;
    for (int t = 0; t <= r->length; ++t) {
      if (take[t]) r->selected[h][r->count[h]++] = t;
    }
  }
}

static void attend(const reference_t *r, int layer, double q[WIDTH][FIX_HEAD], bool sparse, double out[FIX_Q_HEADS][FIX_HEAD]) {
  for (int h = 0; h < FIX_Q_HEADS; ++h) {
    int kv = h / 2, n = sparse ? r->count[kv] : r->length + 1;
    double sum = 0;
    memset(out[h], 0, sizeof out[h]);
    for (int i = 0; i < n; ++i) {
      int t = sparse ? r->selected[kv][i] : i;
      double weight = exp(dot(q[h], r->kv[layer][t][0][kv]));
      sum += weight;
      for (int j = 0; j < FIX_HEAD; ++j) out[h][j] += weight * r->kv[layer][t][1][kv][j];
    }
    for (int j = 0; j < FIX_HEAD; ++j) out[h][j] /= sum;
  }
}

void reference_step(reference_t *r, int32_t token, bool sparse, float *out_logits) {
  const fixture_t *f = r->fixture;
  bool retrieves = f->plan.dims.budget > 0;
  double x[FIX_HIDDEN], features[FIX_HIDDEN] = {0};
  for (int i = 0; i < FIX_HIDDEN; ++i) x[i] = at(f, "embed", -1, (uint64_t)(token * FIX_HIDDEN + i));
  memcpy(r->embedded[FIX_WINDOW - 1 + r->length], x, sizeof x);
  if (retrieves) retrieve(r, sparse);
  for (int l = 0; l < FIX_LAYERS; ++l) {
    double normed[FIX_HIDDEN], square = 0, qkv[WIDTH][FIX_HEAD], attended[FIX_Q_HEADS][FIX_HEAD], middle[FIX_HIDDEN], gate_up[2 * FIX_FFN];
    for (int i = 0; i < FIX_HIDDEN; ++i) square += x[i] * x[i];
    for (int i = 0; i < FIX_HIDDEN; ++i) normed[i] = x[i] / sqrt(square / FIX_HIDDEN + FIX_EPS) * at(f, "norm", l, (uint64_t)i);
    apply(f, l, "qkv", "qkv_bias", normed, NULL, qkv[0]);
    for (int h = 0; h < FIX_Q_HEADS + FIX_KV_HEADS; ++h) rotate(qkv[h], r->length);
    memcpy(r->kv[l][r->length], qkv[FIX_Q_HEADS], sizeof r->kv[l][0]);
    attend(r, l, qkv, sparse, attended);
    apply(f, l, "o", "o_bias", attended[0], x, middle);
    apply(f, l, "gate_up", NULL, middle, NULL, gate_up);
    for (int i = 0; i < FIX_FFN; ++i) gate_up[i] = gate_up[i] / (1 + exp(-gate_up[i])) * gate_up[FIX_FFN + i];
    apply(f, l, "down", NULL, gate_up, middle, x);
    if (l == FIX_FEATURE_LAYER) memcpy(features, x, sizeof features);
  }
  memcpy(r->features, features, sizeof features);
  ++r->length;
  double logits[FIX_VOCAB];
  apply(f, -1, "head", NULL, x, NULL, logits);
  for (int i = 0; i < FIX_VOCAB; ++i) out_logits[i] = (float)logits[i];
}

int reference_selection(const reference_t *r, int head, int32_t *out_tokens) {
  memcpy(out_tokens, r->selected[head], (size_t)r->count[head] * sizeof *out_tokens);
  return r->count[head];
}
