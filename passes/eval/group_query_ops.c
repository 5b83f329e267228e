// com.microsoft.GroupQueryAttention: q/k norm, rotary embedding, append to the cache and causal attention in one op.
//
// Row b of the batch has seen T = seqlens_k[b] + 1 tokens, of which the last Q = min(S, T) are this call's: token s is at position
// T - Q + s, which is where its key goes in the cache.
#include <math.h>
#include <string.h>

#include "passes/eval/attend.h"
#include "passes/eval/ops.h"
#include "passes/eval/rotary.h"
#include "passes/ir/ir.h"

enum {
  INPUT_QUERY,
  INPUT_KEY,
  INPUT_VALUE,
  INPUT_PAST_KEY,
  INPUT_PAST_VALUE,
  INPUT_SEQLENS_K,
  INPUT_TOTAL,
  INPUT_COS,
  INPUT_SIN,
  INPUT_POSITIONS,
  INPUT_BIAS,
  INPUT_HEAD_SINK,
  INPUT_K_SCALE,
  INPUT_V_SCALE,
  INPUT_Q_NORM,
  INPUT_K_NORM,
  INPUT_QUERY_SEQLENS,
};

typedef struct gqa_t {
  const spc_eval_tensor_t *query, *key, *value, *past_key, *past_value, *seqlens, *total, *cos, *sin, *positions, *bias, *q_norm, *k_norm;
  int64_t batch, sequence, q_heads, kv_heads, head_size, past, present;
  int64_t do_rotary, interleaved, window, causal;
  double scale, softcap, q_epsilon, k_epsilon;
  int64_t bias_strides[2];  // batch, head
} gqa_t;

static spc_status_t reject(const spc_eval_call_t *call, intptr_t i, const char *name) {
  if (!spc_eval_input(call, i)) return NULL;
  return SPC_STATUS(SPC_UNSUPPORTED, "its input '%s' is not supported", name);
}

static spc_status_t optional_float(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out) {
  *out = NULL;
  return spc_eval_input(call, i) ? spc_eval_require_float(call, i, name, out) : NULL;
}

static spc_status_t read_inputs(const spc_eval_call_t *call, gqa_t *g) {
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_QUERY, "query", &g->query));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_KEY, "key", &g->key));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_VALUE, "value", &g->value));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_PAST_KEY, "past_key", &g->past_key));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_PAST_VALUE, "past_value", &g->past_value));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, INPUT_SEQLENS_K, "seqlens_k", &g->seqlens));
  SPC_RETURN_IF_ERROR(spc_eval_require_int_values(call, INPUT_TOTAL, "total_sequence_length", &g->total));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_COS, "cos_cache", &g->cos));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_SIN, "sin_cache", &g->sin));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_BIAS, "attention_bias", &g->bias));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_Q_NORM, "q_norm_weight", &g->q_norm));
  SPC_RETURN_IF_ERROR(optional_float(call, INPUT_K_NORM, "k_norm_weight", &g->k_norm));
  if (spc_eval_input(call, INPUT_POSITIONS)) SPC_RETURN_IF_ERROR(spc_eval_require_int(call, INPUT_POSITIONS, "position_ids", &g->positions));
  SPC_RETURN_IF_ERROR(reject(call, INPUT_HEAD_SINK, "head_sink"));
  SPC_RETURN_IF_ERROR(reject(call, INPUT_K_SCALE, "k_scale"));
  SPC_RETURN_IF_ERROR(reject(call, INPUT_V_SCALE, "v_scale"));
  return reject(call, INPUT_QUERY_SEQLENS, "query_seqlens");
}

static spc_status_t read_attributes(const spc_eval_call_t *call, gqa_t *g) {
  int64_t smooth;
  double epsilon;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "num_heads", 0, &g->q_heads));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "kv_num_heads", 0, &g->kv_heads));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "do_rotary", 0, &g->do_rotary));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "rotary_interleaved", 0, &g->interleaved));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "local_window_size", -1, &g->window));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "causal", 1, &g->causal));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "scale", 0, &g->scale));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "softcap", 0, &g->softcap));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "qk_norm_epsilon", 1e-6, &epsilon));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "q_norm_epsilon", epsilon, &g->q_epsilon));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "k_norm_epsilon", epsilon, &g->k_epsilon));
  SPC_RETURN_IF_ERROR(spc_eval_attr_only(call, "qk_output", 0));
  SPC_RETURN_IF_ERROR(spc_eval_attr_only(call, "sliding_window_cache", 0));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "smooth_softmax", 0, &smooth));
  if (smooth > 0) return SPC_STATUS(SPC_UNSUPPORTED, "attribute 'smooth_softmax' = %lld is not supported", (long long)smooth);
  if (g->q_heads <= 0 || g->kv_heads <= 0 || g->q_heads % g->kv_heads != 0 || g->q_heads > INT32_MAX) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "attributes 'num_heads' = %lld and 'kv_num_heads' = %lld do not group", (long long)g->q_heads,
                      (long long)g->kv_heads);
  }
  return NULL;
}

static bool is_cache(const gqa_t *g, const spc_eval_tensor_t *x) {
  return x->rank == 4 && x->dims[0] == g->batch && x->dims[1] == g->kv_heads && x->dims[3] == g->head_size;
}

static bool is_new(const gqa_t *g, const spc_eval_tensor_t *x) {
  return x->rank == 3 && x->dims[0] == g->batch && x->dims[1] == g->sequence && x->dims[2] == g->kv_heads * g->head_size;
}

// Sizes from shapes; indices are computed from them alone, so every tensor is checked.
static spc_status_t read_sizes(gqa_t *g) {
  const spc_eval_tensor_t *q = g->query;
  bool packed = !g->key && !g->value;
  int64_t heads = packed ? g->q_heads + 2 * g->kv_heads : g->q_heads;
  bool fits = q->rank == 3 && q->dims[2] % heads == 0 && !g->key == !g->value && !g->past_key == !g->past_value && g->total->count == 1;
  if (fits) {
    g->batch = q->dims[0];
    g->sequence = q->dims[1];
    g->head_size = q->dims[2] / heads;
    fits = (packed || (is_new(g, g->key) && is_new(g, g->value))) && g->seqlens->count == g->batch &&
           (!g->past_key || (is_cache(g, g->past_key) && is_cache(g, g->past_value) && g->past_key->dims[2] == g->past_value->dims[2])) &&
           !g->q_norm == !g->k_norm && (!g->q_norm || (g->q_norm->count == g->head_size && g->k_norm->count == g->head_size));
  }
  if (!fits) {
    char text[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "query %s and its other inputs do not fit %lld query heads and %lld key heads",
                      spc_eval_tensor_describe(q, text, sizeof text), (long long)g->q_heads, (long long)g->kv_heads);
  }
  int64_t total = g->total->i[0];
  g->past = g->past_key ? g->past_key->dims[2] : 0;
  g->present = total > g->past ? total : g->past;
  if (total < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "total_sequence_length is %lld", (long long)total);
  if (g->do_rotary) {
    if (!g->cos || !g->sin || g->cos->rank != 2 || g->sin->rank != 2 || g->cos->dims[0] != g->sin->dims[0] ||
        g->cos->dims[1] != g->sin->dims[1] || 2 * g->cos->dims[1] > g->head_size) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "'do_rotary' needs cos_cache and sin_cache of shape [positions, at most %lld]",
                        (long long)(g->head_size / 2));
    }
    if (g->positions && g->positions->count != g->batch * g->sequence) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "position_ids has %lld elements for %lld tokens", (long long)g->positions->count,
                        (long long)(g->batch * g->sequence));
    }
  }
  if (g->bias) {
    const spc_eval_tensor_t *bias = g->bias;
    bool is_bias = bias->rank == 4 && (bias->dims[0] == 1 || bias->dims[0] == g->batch) && (bias->dims[1] == 1 || bias->dims[1] == g->q_heads) &&
                   bias->dims[2] == g->sequence && bias->dims[3] == total;
    if (!is_bias) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attention_bias does not have shape [batch, heads, sequence, total]");
    g->bias_strides[1] = bias->dims[1] == 1 ? 0 : bias->dims[2] * bias->dims[3];
    g->bias_strides[0] = bias->dims[0] == 1 ? 0 : bias->dims[1] * bias->dims[2] * bias->dims[3];
  }
  if (g->scale == 0) g->scale = g->head_size > 0 ? 1.0 / sqrt((double)g->head_size) : 1.0;
  return NULL;
}

// Position of this call's first token in row b: what the cache holds before it.
static int64_t first_position(const gqa_t *g, int64_t b) {
  int64_t total = g->seqlens->i[b] + 1;
  return total > g->sequence ? total - g->sequence : 0;
}

static spc_status_t check_lengths(const gqa_t *g) {
  for (int64_t b = 0; b < g->batch; b++) {
    int64_t seqlen = g->seqlens->i[b];
    // The tokens before this call must be in the past, those of this call fit into the present.
    if (seqlen < -1 || seqlen >= g->present || first_position(g, b) > g->past || first_position(g, b) + g->sequence > g->present) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "seqlens_k[%lld] = %lld does not fit %lld past and %lld present positions", (long long)b,
                        (long long)seqlen, (long long)g->past, (long long)g->present);
    }
    for (int64_t s = 0; s < g->sequence && g->do_rotary; s++) {
      int64_t position = g->positions ? g->positions->i[b * g->sequence + s] : first_position(g, b) + s;
      if (position < 0 || position >= g->cos->dims[0]) {
        return SPC_STATUS(SPC_OUT_OF_RANGE, "position %lld is outside the %lld rows of cos_cache", (long long)position, (long long)g->cos->dims[0]);
      }
    }
  }
  return NULL;
}

// One head of one token: normalised if it has a norm, then rotated. |x| and |y| may not overlap.
static void prepare_head(const gqa_t *g, int64_t b, int64_t s, const double *x, const spc_eval_tensor_t *norm, double epsilon, double *y) {
  int64_t d = g->head_size;
  memcpy(y, x, (size_t)d * sizeof *y);
  if (norm) {
    double square = 0;
    for (int64_t c = 0; c < d; c++) square += y[c] * y[c];
    double inverse = 1.0 / sqrt(square / (double)d + epsilon);
    for (int64_t c = 0; c < d; c++) y[c] *= inverse * norm->f[c];
  }
  if (g->do_rotary) {
    int64_t position = g->positions ? g->positions->i[b * g->sequence + s] : first_position(g, b) + s, half = g->cos->dims[1];
    spc_eval_rotate(y, y, d, half, g->cos->f + position * half, g->sin->f + position * half, g->interleaved != 0);
  }
}

// Fills rotated queries [B, S, Hq, d] and the present caches [B, Hkv, T, d].
static void prepare(const gqa_t *g, spc_eval_tensor_t *query, spc_eval_tensor_t *key, spc_eval_tensor_t *value) {
  int64_t d = g->head_size, packed_row = (g->q_heads + 2 * g->kv_heads) * d, kv_row = g->kv_heads * d, q_row = g->q_heads * d;
  for (int64_t b = 0; b < g->batch; b++) {
    for (int64_t h = 0; h < g->kv_heads && g->past_key; h++) {
      int64_t n = (b * g->kv_heads + h) * d;
      memcpy(key->f + n * g->present, g->past_key->f + n * g->past, (size_t)(g->past * d) * sizeof(double));
      memcpy(value->f + n * g->present, g->past_value->f + n * g->past, (size_t)(g->past * d) * sizeof(double));
    }
    for (int64_t s = 0; s < g->sequence; s++) {
      int64_t token = b * g->sequence + s, at = first_position(g, b) + s;
      const double *q = g->query->f + token * (g->key ? q_row : packed_row);
      const double *k = g->key ? g->key->f + token * kv_row : q + q_row;
      const double *v = g->value ? g->value->f + token * kv_row : q + q_row + kv_row;
      for (int64_t h = 0; h < g->q_heads; h++) {
        prepare_head(g, b, s, q + h * d, g->q_norm, g->q_epsilon, query->f + token * q_row + h * d);
      }
      for (int64_t h = 0; h < g->kv_heads; h++) {
        int64_t to = ((b * g->kv_heads + h) * g->present + at) * d;
        prepare_head(g, b, s, k + h * d, g->k_norm, g->k_epsilon, key->f + to);
        memcpy(value->f + to, v + h * d, (size_t)d * sizeof(double));
      }
    }
  }
}

static void apply_mask(const void *context, int64_t b, int64_t h, int64_t s, double *scores) {
  const gqa_t *g = context;
  int64_t position = first_position(g, b) + s, total = g->total->i[0];
  for (int64_t t = 0; t < g->present; t++) {
    bool allowed = g->causal ? t <= position : t <= g->seqlens->i[b];
    if (g->window >= 0 && position - t >= g->window) allowed = false;
    if (!allowed) {
      scores[t] = -INFINITY;
    } else if (g->bias) {
      scores[t] += t < total ? g->bias->f[b * g->bias_strides[0] + h * g->bias_strides[1] + s * total + t] : -INFINITY;
    }
  }
}

static spc_status_t compute(const gqa_t *g, spc_eval_tensor_t *y, spc_eval_tensor_t *key, spc_eval_tensor_t *value) {
  SPC_RETURN_IF_ERROR(check_lengths(g));
  int64_t d = g->head_size, heads = g->q_heads * d, cache = g->present * d;
  spc_eval_tensor_t query;
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(SPC_EVAL_F32, 4, (int64_t[]){g->batch, g->sequence, g->q_heads, d}, &query));
  prepare(g, &query, key, value);
  spc_eval_attend_t attend = {
      .batch = g->batch, .q_heads = g->q_heads, .kv_heads = g->kv_heads, .queries = g->sequence, .keys = g->present, .head_size = d,
      .value_size = d, .scale = g->scale, .softcap = g->softcap, .q = query.f, .k = key->f, .v = value->f, .out = y->f,
      .q_strides = {g->sequence * heads, d, heads}, .out_strides = {g->sequence * heads, d, heads},
      .k_strides = {g->kv_heads * cache, cache, d}, .v_strides = {g->kv_heads * cache, cache, d}, .mask = apply_mask, .context = g,
  };
  spc_status_t status = spc_eval_attend(&attend);
  spc_eval_tensor_deinit(&query);
  return status;
}

static spc_status_t eval_group_query(const spc_eval_call_t *call) {
  gqa_t g = {0};
  spc_eval_tensor_t *y, key = {0}, value = {0};
  SPC_RETURN_IF_ERROR(read_inputs(call, &g));
  SPC_RETURN_IF_ERROR(read_attributes(call, &g));
  SPC_RETURN_IF_ERROR(read_sizes(&g));
  const int64_t cache_dims[4] = {g.batch, g.kv_heads, g.present, g.head_size}, dims[3] = {g.batch, g.sequence, g.q_heads * g.head_size};
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, g.query->element, 3, dims, spc_eval_inputs_have_data(call), &y));
  spc_eval_element_t cache_element = g.past_key ? g.past_key->element : g.query->element;
  spc_status_t status = NULL;
  if (y && spc_eval_has_data(y)) {
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init(cache_element, 4, cache_dims, &key));
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init(cache_element, 4, cache_dims, &value));
    if (y->count > 0 || key.count > 0) SPC_GOTO_IF_ERROR(compute(&g, y, &key, &value));
  } else {
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init_shape(cache_element, 4, cache_dims, &key));
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init_shape(cache_element, 4, cache_dims, &value));
  }
  SPC_GOTO_IF_ERROR(spc_eval_output_share(call, 1, &key, 4, cache_dims));
  SPC_GOTO_IF_ERROR(spc_eval_output_share(call, 2, &value, 4, cache_dims));
cleanup:
  spc_eval_tensor_deinit(&key);
  spc_eval_tensor_deinit(&value);
  return status;
}

const spc_eval_operator_t spc_eval_group_query_operators[] = {{"onnx_ms.GroupQueryAttention", eval_group_query}, {NULL, NULL}};
