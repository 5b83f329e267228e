// The fixture's kernels: scalar, obvious, one function each. Argument order as in compiler/kernels/host/README.md.
#include <math.h>
#include <string.h>

#include "runtime_fixture.h"

#define F32(i) ((float *)args[i].ptr)
#define I32(i) ((int32_t *)args[i].ptr)
#define N64(i) (args[i].i64)
#define F64(i) ((float)args[i].f64)

typedef float (*load_fn_t)(const void *base, int64_t i);

static float load_f32(const void *base, int64_t i) { return ((const float *)base)[i]; }
static float load_bf16(const void *base, int64_t i) {
  uint32_t bits = (uint32_t)((const uint16_t *)base)[i] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
static float load_f16(const void *base, int64_t i) {  // normal numbers and zero
  uint16_t h = ((const uint16_t *)base)[i];
  uint32_t bits = (uint32_t)(h & 0x8000) << 16 | ((h & 0x7fff) ? ((uint32_t)(h & 0x7fff) + (112 << 10)) << 13 : 0);
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static void embed(const spc_arg_t *args, int64_t begin, int64_t end) {  // ids, W, out, K
  for (int64_t r = begin; r < end; ++r) memcpy(F32(2) + r * N64(3), F32(1) + I32(0)[r] * N64(3), (size_t)N64(3) * 4);
}

static void rms_norm(const spc_arg_t *args, int64_t begin, int64_t end) {  // x, w, out, K, eps
  int64_t k = N64(3);
  for (int64_t r = begin; r < end; ++r) {
    float sum = 0;
    for (int64_t i = 0; i < k; ++i) sum += F32(0)[r * k + i] * F32(0)[r * k + i];
    float scale = 1.0f / sqrtf(sum / (float)k + F64(4));
    for (int64_t i = 0; i < k; ++i) F32(2)[r * k + i] = F32(0)[r * k + i] * scale * F32(1)[i];
  }
}

static void linear(const spc_arg_t *args, int64_t begin, int64_t end, load_fn_t load) {  // x, W, bias, residual, y, N, K, rows
  int64_t n = N64(5), k = N64(6);
  for (int64_t r = 0; r < N64(7); ++r) {
    for (int64_t c = begin * 8; c < end * 8 && c < n; ++c) {
      float sum = 0;
      for (int64_t i = 0; i < k; ++i) sum += F32(0)[r * k + i] * load(args[1].ptr, c * k + i);
      if (args[2].ptr) sum += load(args[2].ptr, c);
      if (args[3].ptr) sum += F32(3)[r * n + c];
      F32(4)[r * n + c] = sum;
    }
  }
}
static void linear_f32(const spc_arg_t *args, int64_t begin, int64_t end) { linear(args, begin, end, load_f32); }
static void linear_bf16(const spc_arg_t *args, int64_t begin, int64_t end) { linear(args, begin, end, load_bf16); }
static void linear_f16(const spc_arg_t *args, int64_t begin, int64_t end) { linear(args, begin, end, load_f16); }

static void convert(const spc_arg_t *args, int64_t begin, int64_t end, load_fn_t load) {  // src, dst, K
  for (int64_t i = begin * N64(2); i < end * N64(2); ++i) F32(1)[i] = load(args[0].ptr, i);
}
static void convert_bf16(const spc_arg_t *args, int64_t begin, int64_t end) { convert(args, begin, end, load_bf16); }
static void convert_f16(const spc_arg_t *args, int64_t begin, int64_t end) { convert(args, begin, end, load_f16); }

static void rotate(const float *in, int32_t position, int64_t d, float *out) {
  for (int64_t i = 0; i < d; i += 2) {
    float angle = (float)position * (i == 0 ? 0.7f : 0.11f), c = cosf(angle), s = sinf(angle);
    out[i] = in[i] * c - in[i + 1] * s;
    out[i + 1] = in[i + 1] * c + in[i] * s;
  }
}

// qkv, positions, q_out, pool, append_rows, Hq, Hkv, d, has_value
static void append(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t hq = N64(5), hkv = N64(6), d = N64(7), v = N64(8), width = (hq + hkv * (1 + v)) * d, stride = d * (1 + v);
  for (int64_t r = begin; r < end; ++r) {
    const float *in = F32(0) + r * width;
    for (int64_t h = 0; h < hq; ++h) rotate(in + h * d, I32(1)[r], d, F32(2) + (r * hq + h) * d);
    for (int64_t h = 0; h < hkv; ++h) {
      float *row = F32(3) + I32(4)[r * hkv + h] * stride;
      rotate(in + (hq + h) * d, I32(1)[r], d, row);
      if (v) memcpy(row + d, in + (hq + hkv + h) * d, (size_t)d * 4);
    }
  }
}

// One key and value into the running maximum, sum and unnormalised output of a query head: the order of keys alone decides the bits.
static void attend_key(const float *q, const float *kv, float scale, float *running, float *out) {
  float logit = 0;
  for (int i = 0; i < FIX_HEAD; ++i) logit += q[i] * kv[i];
  logit *= scale;
  float top = logit > running[0] ? logit : running[0], keep = expf(running[0] - top), weight = expf(logit - top);
  running[0] = top;
  running[1] = running[1] * keep + weight;
  for (int i = 0; i < FIX_HEAD; ++i) out[i] = out[i] * keep + weight * kv[FIX_HEAD + i];
}
static void attend_start(float *running, float *out) {
  running[0] = -INFINITY;
  running[1] = 0;
  memset(out, 0, FIX_HEAD * 4);
}
static void attend_finish(const float *running, float *out) {
  for (int i = 0; i < FIX_HEAD; ++i) out[i] /= running[1];
}

// Query head |q| of row |r| over pages [page_begin, page_end) of |table|.
static void attend_pages_of(const spc_arg_t *args, int64_t r, int64_t q, const int32_t *table, int32_t position, float *state, float *out,
                            int64_t page_begin, int64_t page_end, int64_t flags, float scale) {
  int64_t at = r * FIX_Q_HEADS + q, h = q / (FIX_Q_HEADS / FIX_KV_HEADS);
  float *running = state + at * 2;
  if (flags & 1) attend_start(running, out + at * FIX_HEAD);
  for (int64_t t = page_begin * FIX_PAGE; t < page_end * FIX_PAGE && t <= position; ++t) {
    int64_t row = (table[t / FIX_PAGE - page_begin] * FIX_KV_HEADS + h) * FIX_PAGE + t % FIX_PAGE;
    attend_key(F32(0) + at * FIX_HEAD, F32(1) + row * 2 * FIX_HEAD, scale, running, out + at * FIX_HEAD);
  }
  if (flags & 2) attend_finish(running, out + at * FIX_HEAD);
}

// q, pool, page_table, positions, state, out, T, page_begin, page_end, flags, scale; items: KV heads x blocks of 16 rows
static void attend_prefill(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t blocks = (N64(6) + SPC_PREFILL_ROW_BLOCK - 1) / SPC_PREFILL_ROW_BLOCK, group = FIX_Q_HEADS / FIX_KV_HEADS;
  for (int64_t item = begin; item < end; ++item) {
    for (int64_t r = item % blocks * SPC_PREFILL_ROW_BLOCK; r < N64(6) && r < (item % blocks + 1) * SPC_PREFILL_ROW_BLOCK; ++r) {
      for (int64_t q = item / blocks * group; q < (item / blocks + 1) * group; ++q) {
        attend_pages_of(args, r, q, I32(2), I32(3)[r], F32(4), F32(5), N64(7), N64(8), N64(9), F64(10));
      }
    }
  }
}

// q, pool, page_table, sequences, positions, state, out, max_pages, page_begin, page_end, flags, scale; items: rows x KV heads
static void attend_pages(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t group = FIX_Q_HEADS / FIX_KV_HEADS;
  for (int64_t item = begin; item < end; ++item) {
    int64_t r = item / FIX_KV_HEADS, h = item % FIX_KV_HEADS;
    for (int64_t q = h * group; q < (h + 1) * group; ++q) {
      attend_pages_of(args, r, q, I32(2) + I32(3)[r] * N64(7), I32(4)[r], F32(5), F32(6), N64(8), N64(9), N64(10), F64(11));
    }
  }
}

// q, pool, rows, count, out, N, scale; items: rows x KV heads
static void attend_rows(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t group = FIX_Q_HEADS / FIX_KV_HEADS;
  for (int64_t item = begin; item < end; ++item) {
    for (int64_t g = 0; g < group; ++g) {
      int64_t r = item / FIX_KV_HEADS, q = item % FIX_KV_HEADS * group + g;
      float running[2], *out = F32(4) + (r * FIX_Q_HEADS + q) * FIX_HEAD;
      attend_start(running, out);
      for (int64_t i = 0; i < I32(3)[r]; ++i) {
        const float *kv = F32(1) + (int64_t)I32(2)[item * N64(5) + i] * 2 * FIX_HEAD;
        attend_key(F32(0) + (r * FIX_Q_HEADS + q) * FIX_HEAD, kv, F64(6), running, out);
      }
      attend_finish(running, out);
    }
  }
}

static void swiglu(const spc_arg_t *args, int64_t begin, int64_t end) {  // gate_up, out, F
  int64_t f = N64(2);
  for (int64_t r = begin; r < end; ++r) {
    for (int64_t i = 0; i < f; ++i) {
      float gate = F32(0)[r * 2 * f + i];
      F32(1)[r * f + i] = gate / (1 + expf(-gate)) * F32(0)[r * 2 * f + f + i];
    }
  }
}

// f, out, state, sequences, F, T; one item
static void shift_features(const spc_arg_t *args, int64_t begin, int64_t end) {
  if (begin == end) return;
  int64_t f = N64(4), t = N64(5);
  size_t bytes = (size_t)f * 4;
  float *state = F32(2) + I32(3)[0] * f;
  memcpy(F32(1), state, bytes);
  memcpy(F32(1) + f, F32(0), bytes * (size_t)(t - 1));
  memcpy(state, F32(0) + (t - 1) * f, bytes);
}
static void load_features(const spc_arg_t *args, int64_t begin, int64_t end) {  // state, sequences, out, F
  for (int64_t r = begin; r < end; ++r) memcpy(F32(2) + r * N64(3), F32(0) + I32(1)[r] * N64(3), (size_t)N64(3) * 4);
}
static void store_features(const spc_arg_t *args, int64_t begin, int64_t end) {  // f, state, sequences, F
  for (int64_t r = begin; r < end; ++r) memcpy(F32(1) + I32(2)[r] * N64(3), F32(0) + r * N64(3), (size_t)N64(3) * 4);
}

// |rows| rows of the sequence whose kept embeddings are |kept|: each with those of the tokens before it; then keeps the last.
static void windows(const float *e, float *out, float *kept, int64_t width, int64_t tokens, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r) {
    memcpy(out, kept, (size_t)(width * (tokens - 1)) * 4);
    memcpy(out + width * (tokens - 1), e + r * width, (size_t)width * 4);
    memcpy(kept, out + width, (size_t)(width * (tokens - 1)) * 4);
    out += width * tokens;
  }
}
static void shift_window(const spc_arg_t *args, int64_t begin, int64_t end) {  // e, out, state, sequences, E, W, T; one item
  if (begin == end) return;
  windows(F32(0), F32(1), F32(2) + I32(3)[0] * (N64(5) - 1) * N64(4), N64(4), N64(5), N64(6));
}
static void step_window(const spc_arg_t *args, int64_t begin, int64_t end) {  // the same without T
  for (int64_t r = begin; r < end; ++r) {
    windows(F32(0) + r * N64(4), F32(1) + r * N64(5) * N64(4), F32(2) + I32(3)[r] * (N64(5) - 1) * N64(4), N64(4), N64(5), 1);
  }
}

// q, keys, page_table, sequences, positions, out, S, max_pages, sink, recent, scale; items: rows x KV heads (one block of tokens each)
static void score(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t group = FIX_Q_HEADS / FIX_KV_HEADS;
  for (int64_t item = begin; item < end; ++item) {
    int64_t r = item / FIX_KV_HEADS, h = item % FIX_KV_HEADS;
    const int32_t *table = I32(2) + I32(3)[r] * N64(7);
    for (int64_t q = h * group; q < (h + 1) * group; ++q) {
      for (int64_t t = N64(8); t <= I32(4)[r] - N64(9); ++t) {
        const float *key = F32(1) + ((table[t / FIX_PAGE] * FIX_KV_HEADS + h) * FIX_PAGE + t % FIX_PAGE) * FIX_HEAD;
        float sum = 0;
        for (int i = 0; i < FIX_HEAD; ++i) sum += F32(0)[(r * FIX_Q_HEADS + q) * FIX_HEAD + i] * key[i];
        F32(5)[(r * FIX_Q_HEADS + q) * N64(6) + t] = sum * F64(10);
      }
    }
  }
}

// scores, out, positions, S, sink, recent; items: rows x KV heads
static void pool(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t s = N64(3), group = FIX_Q_HEADS / FIX_KV_HEADS;
  for (int64_t item = begin; item < end; ++item) {
    int64_t r = item / FIX_KV_HEADS, h = item % FIX_KV_HEADS, last = I32(2)[r] - N64(5);
    for (int64_t t = N64(4); t <= last; ++t) F32(1)[item * s + t] = 0;
    for (int64_t q = h * group; q < (h + 1) * group; ++q) {
      const float *in = F32(0) + (r * FIX_Q_HEADS + q) * s;
      float top = -INFINITY, sum = 0;
      for (int64_t t = N64(4); t <= last; ++t) top = fmaxf(top, in[t]);
      for (int64_t t = N64(4); t <= last; ++t) sum += expf(in[t] - top);
      for (int64_t t = N64(4); t <= last; ++t) F32(1)[item * s + t] = fmaxf(F32(1)[item * s + t], expf(in[t] - top) / sum);
    }
  }
}

// probs, positions, selected, count, S, budget, sink, recent, N; items: rows x KV heads
static void select_tokens(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t budget = N64(5), sink = N64(6), recent = N64(7), n = N64(8);
  for (int64_t item = begin; item < end; ++item) {
    int64_t length = I32(1)[item / FIX_KV_HEADS] + 1, count = 0;
    const float *p = F32(0) + item * N64(4);
    for (int64_t t = 0; t < length; ++t) {
      bool take = length <= sink + budget + recent || t < sink || t >= length - recent;
      if (!take) {
        int64_t better = 0;
        for (int64_t u = sink; u < length - recent; ++u) better += p[u] > p[t] || (p[u] == p[t] && u < t);
        take = better < budget;
      }
      if (take) I32(2)[item * n + count++] = (int32_t)t;
    }
    if (item % FIX_KV_HEADS == 0) I32(3)[item / FIX_KV_HEADS] = (int32_t)count;
  }
}

// selected, count, positions, sequences, page_table, selected_rows, slot_rows, resident_tokens, resident_slots, resident_count, load_tokens, load_slots,
// load_count, append_slot_rows, N, max_pages; items: rows
static void kv_diff(const spc_arg_t *args, int64_t begin, int64_t end) {
  int64_t n = N64(14);
  for (int64_t r = begin; r < end; ++r) {
    int64_t count = I32(1)[r], sequence = I32(3)[r], held = I32(9)[sequence];
    for (int64_t h = 0; h < FIX_KV_HEADS; ++h) {
      int64_t list = (r * FIX_KV_HEADS + h) * n, resident = (sequence * FIX_KV_HEADS + h) * n, loads = 0;
      int32_t slots[256];
      bool taken[256] = {false};
      for (int64_t i = 0; i < count; ++i) {
        slots[i] = -1;
        for (int64_t j = 0; j < held; ++j) {
          if (I32(7)[resident + j] == I32(0)[list + i]) slots[i] = I32(8)[resident + j];
        }
        if (slots[i] >= 0) taken[slots[i]] = true;
      }
      for (int64_t i = 0; i < count; ++i) {
        int32_t token = I32(0)[list + i];
        if (slots[i] < 0) {
          slots[i] = 0;
          while (taken[slots[i]]) ++slots[i];
          taken[slots[i]] = true;
          if (token != I32(2)[r]) {
            I32(10)[list + loads] = token;
            I32(11)[list + loads++] = slots[i];
          }
        }
        I32(6)[list + i] = (int32_t)(resident + slots[i]);
        I32(5)[list + i] = (int32_t)((I32(4)[sequence * N64(15) + token / FIX_PAGE] * FIX_KV_HEADS + h) * FIX_PAGE + token % FIX_PAGE);
        if (token == I32(2)[r]) I32(13)[r * FIX_KV_HEADS + h] = (int32_t)(resident + slots[i]);
      }
      for (int64_t i = 0; i < count; ++i) {
        I32(7)[resident + i] = I32(0)[list + i];
        I32(8)[resident + i] = slots[i];
      }
      I32(12)[r * FIX_KV_HEADS + h] = (int32_t)loads;
    }
    I32(9)[sequence] = (int32_t)count;
  }
}

void fixture_noop_kernel(const spc_arg_t *args, int64_t begin, int64_t end) {
  (void)args;
  (void)begin;
  (void)end;
}

const spc_kernel_t fixture_kernels[] = {
    {"embed", embed, NULL, 4, 0, 0, 0},
    {"rms_norm", rms_norm, NULL, 5, 0, 0, 0},
    {"linear_f32", linear_f32, NULL, 8, 0, 0, 0},
    {"linear_f16", linear_f16, NULL, 8, 0, 0, 0},
    {"linear_bf16", linear_bf16, NULL, 8, 0, 0, 0},
    {"convert_f16", convert_f16, NULL, 3, 0, 0, 0},
    {"convert_bf16", convert_bf16, NULL, 3, 0, 0, 0},
    {"append", append, NULL, 9, 0, 0, 0},
    {"attend_prefill", attend_prefill, NULL, 11, 0, 0, 0},
    {"attend_pages", attend_pages, NULL, 12, 0, 0, 0},
    {"attend_rows", attend_rows, NULL, 7, 0, 0, 0},
    {"swiglu", swiglu, NULL, 3, 0, 0, 0},
    {"shift_features", shift_features, NULL, 6, 0, 0, 0},
    {"load_features", load_features, NULL, 4, 0, 0, 0},
    {"store_features", store_features, NULL, 4, 0, 0, 0},
    {"shift_window", shift_window, NULL, 7, 0, 0, 0},
    {"step_window", step_window, NULL, 6, 0, 0, 0},
    {"score", score, NULL, 11, 0, 0, 0},
    {"pool", pool, NULL, 6, 0, 0, 0},
    {"select", select_tokens, NULL, 9, 0, 0, 0},
    {"kv_diff", kv_diff, NULL, 16, 0, 0, 0},
    {NULL, NULL, 0, 0},
};
