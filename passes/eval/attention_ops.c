// Attention of ONNX 23 to 25.
#include <math.h>
#include <string.h>

#include "passes/eval/attend.h"
#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

enum { INPUT_Q, INPUT_K, INPUT_V, INPUT_MASK, INPUT_PAST_KEY, INPUT_PAST_VALUE, INPUT_NONPAD };

typedef struct attention_t {
  const spc_eval_tensor_t *q, *k, *v, *mask, *past_key, *past_value, *nonpad;
  int64_t batch, q_heads, kv_heads, queries, new_keys, past, keys, head_size, value_size;
  int64_t is_causal, left_window, right_window;
  double scale, softcap;
  bool heads_first;  // inputs are [B, heads, S, d], else [B, S, heads * d]
  int64_t mask_strides[4];  // of the mask over [B, Hq, S, T]
  int64_t mask_columns;     // keys beyond it are forbidden
} attention_t;

static spc_status_t read_inputs(const spc_eval_call_t *call, attention_t *a) {
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_Q, "Q", &a->q));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_K, "K", &a->k));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_V, "V", &a->v));
  a->mask = spc_eval_input(call, INPUT_MASK);
  if (spc_eval_input(call, INPUT_PAST_KEY) || spc_eval_input(call, INPUT_PAST_VALUE)) {
    SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_PAST_KEY, "past_key", &a->past_key));
    SPC_RETURN_IF_ERROR(spc_eval_require_float(call, INPUT_PAST_VALUE, "past_value", &a->past_value));
  }
  if (spc_eval_input(call, INPUT_NONPAD)) SPC_RETURN_IF_ERROR(spc_eval_require_int(call, INPUT_NONPAD, "nonpad_kv_seqlen", &a->nonpad));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "is_causal", 0, &a->is_causal));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "left_window_size", -1, &a->left_window));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "right_window_size", -1, &a->right_window));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "softcap", 0, &a->softcap));
  if (call->n_outputs > 3 && spc_value_has_uses(mlirOperationGetResult(call->op, 3))) {
    return SPC_STATUS(SPC_UNSUPPORTED, "its output 'qk_matmul_output' is used; only the first three outputs are supported");
  }
  return NULL;
}

// Sizes from shapes; every tensor is checked against them, because indices are computed from them alone.
static spc_status_t read_sizes(const spc_eval_call_t *call, attention_t *a) {
  const spc_eval_tensor_t *q = a->q, *k = a->k, *v = a->v;
  if (q->rank != k->rank || q->rank != v->rank || (q->rank != 3 && q->rank != 4)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "Q, K and V have ranks %d, %d and %d; all must have 3 or 4", q->rank, k->rank, v->rank);
  }
  a->heads_first = q->rank == 4;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "q_num_heads", a->heads_first ? q->dims[1] : 0, &a->q_heads));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "kv_num_heads", a->heads_first ? k->dims[1] : 0, &a->kv_heads));
  if (a->q_heads <= 0 || a->kv_heads <= 0 || a->q_heads % a->kv_heads != 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%lld query heads ('q_num_heads') and %lld key heads ('kv_num_heads') do not group",
                      (long long)a->q_heads, (long long)a->kv_heads);
  }
  a->batch = q->dims[0];
  a->queries = q->dims[a->heads_first ? 2 : 1];
  a->new_keys = k->dims[a->heads_first ? 2 : 1];
  bool fits;
  if (a->heads_first) {
    a->head_size = q->dims[3];
    a->value_size = v->dims[3];
    fits = q->dims[1] == a->q_heads && k->dims[1] == a->kv_heads && v->dims[1] == a->kv_heads && k->dims[3] == a->head_size &&
           v->dims[2] == a->new_keys;
  } else {
    a->head_size = q->dims[2] / a->q_heads;
    a->value_size = v->dims[2] / a->kv_heads;
    fits = q->dims[2] % a->q_heads == 0 && v->dims[2] % a->kv_heads == 0 && k->dims[2] % a->kv_heads == 0 &&
           k->dims[2] / a->kv_heads == a->head_size && v->dims[1] == a->new_keys;
  }
  fits = fits && k->dims[0] == a->batch && v->dims[0] == a->batch;
  if (fits && a->past_key) {
    const spc_eval_tensor_t *pk = a->past_key, *pv = a->past_value;
    fits = pk->rank == 4 && pv->rank == 4 && pk->dims[0] == a->batch && pv->dims[0] == a->batch && pk->dims[1] == a->kv_heads &&
           pv->dims[1] == a->kv_heads && pk->dims[2] == pv->dims[2] && pk->dims[3] == a->head_size && pv->dims[3] == a->value_size;
    a->past = fits ? pk->dims[2] : 0;
  }
  if (fits && a->nonpad) fits = a->nonpad->rank == 1 && a->nonpad->count == a->batch;
  if (!fits || __builtin_add_overflow(a->past, a->new_keys, &a->keys)) {
    char qt[128], kt[128], vt[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "Q %s, K %s, V %s and its other inputs do not fit together",
                      spc_eval_tensor_describe(q, qt, sizeof qt), spc_eval_tensor_describe(k, kt, sizeof kt),
                      spc_eval_tensor_describe(v, vt, sizeof vt));
  }
  for (int64_t b = 0; b < a->batch && a->nonpad && a->nonpad->i; b++) {
    if (a->nonpad->i[b] < 0 || a->nonpad->i[b] > a->keys) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "nonpad_kv_seqlen[%lld] = %lld is not within its %lld keys", (long long)b, (long long)a->nonpad->i[b],
                        (long long)a->keys);
    }
  }
  return spc_eval_attr_f64(call, "scale", a->head_size > 0 ? 1.0 / sqrt((double)a->head_size) : 1.0, &a->scale);
}

static spc_status_t read_mask(attention_t *a) {
  if (!a->mask) return NULL;
  const int64_t target[4] = {a->batch, a->q_heads, a->queries, a->keys};
  int64_t own[SPC_EVAL_MAX_RANK];
  bool fits = a->mask->rank >= 1 && a->mask->rank <= 4 && (spc_eval_element_is_float(a->mask->element) || a->mask->element == SPC_EVAL_BOOL);
  spc_eval_strides(a->mask->rank, a->mask->dims, own);
  for (int32_t d = 0; d < a->mask->rank && fits; d++) {
    int32_t to = 4 - a->mask->rank + d;
    int64_t dim = a->mask->dims[d];
    bool is_last = to == 3;
    fits = dim == 1 || dim == target[to] || (is_last && dim < target[to]);
    // A last dimension of 1 is a short mask only when there is just one key; else it broadcasts as any other does.
    a->mask_strides[to] = dim == 1 ? 0 : own[d];
  }
  if (!fits) {
    char text[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "attn_mask %s does not broadcast to [%lld,%lld,%lld,%lld]",
                      spc_eval_tensor_describe(a->mask, text, sizeof text), (long long)target[0], (long long)target[1], (long long)target[2],
                      (long long)target[3]);
  }
  int64_t last = a->mask->dims[a->mask->rank - 1];
  a->mask_columns = last == 1 ? a->keys : last;
  return NULL;
}

static void apply_mask(const void *context, int64_t b, int64_t h, int64_t s, double *scores) {
  const attention_t *a = context;
  // How many valid keys precede this block of queries.
  int64_t offset = a->past_key ? a->past : a->nonpad ? a->nonpad->i[b] - a->queries : 0;
  int64_t position = offset + s;
  for (int64_t t = 0; t < a->keys; t++) {
    bool allowed = (!a->is_causal || t <= position) && (a->left_window < 0 || position - t <= a->left_window) &&
                   (a->right_window < 0 || t - position <= a->right_window) && (!a->nonpad || t < a->nonpad->i[b]);
    if (allowed && a->mask) {
      int64_t n = b * a->mask_strides[0] + h * a->mask_strides[1] + s * a->mask_strides[2] + t * a->mask_strides[3];
      if (t >= a->mask_columns) {
        allowed = false;
      } else if (a->mask->i) {
        allowed = a->mask->i[n] != 0;
      } else {
        scores[t] += a->mask->f[n];
      }
    }
    if (!allowed) scores[t] = -INFINITY;
  }
}

// present = past followed by new, [B, Hkv, T, d].
static void append(const attention_t *a, const spc_eval_tensor_t *past, const spc_eval_tensor_t *x, int64_t size, spc_eval_tensor_t *present) {
  for (int64_t b = 0; b < a->batch; b++) {
    for (int64_t h = 0; h < a->kv_heads; h++) {
      double *to = present->f + (b * a->kv_heads + h) * a->keys * size;
      if (past) memcpy(to, past->f + (b * a->kv_heads + h) * a->past * size, (size_t)(a->past * size) * sizeof *to);
      for (int64_t t = 0; t < a->new_keys; t++) {
        int64_t from = a->heads_first ? ((b * a->kv_heads + h) * a->new_keys + t) * size : ((b * a->new_keys + t) * a->kv_heads + h) * size;
        memcpy(to + (a->past + t) * size, x->f + from, (size_t)size * sizeof *to);
      }
    }
  }
}

static spc_status_t compute(const attention_t *a, const spc_eval_tensor_t *key, const spc_eval_tensor_t *value, spc_eval_tensor_t *y) {
  int64_t d = a->head_size, e = a->value_size;
  spc_eval_attend_t attend = {
      .batch = a->batch, .q_heads = a->q_heads, .kv_heads = a->kv_heads, .queries = a->queries, .keys = a->keys, .head_size = d,
      .value_size = e, .scale = a->scale, .softcap = a->softcap, .q = a->q->f, .k = key->f, .v = value->f, .out = y->f,
      .k_strides = {a->kv_heads * a->keys * d, a->keys * d, d}, .v_strides = {a->kv_heads * a->keys * e, a->keys * e, e},
      .mask = apply_mask, .context = a,
  };
  int64_t batch_rows = a->q_heads * a->queries;
  attend.q_strides[0] = batch_rows * d;
  attend.q_strides[1] = a->heads_first ? a->queries * d : d;
  attend.q_strides[2] = a->heads_first ? d : a->q_heads * d;
  attend.out_strides[0] = batch_rows * e;
  attend.out_strides[1] = a->heads_first ? a->queries * e : e;
  attend.out_strides[2] = a->heads_first ? e : a->q_heads * e;
  return spc_eval_attend(&attend);
}

static spc_status_t eval_attention(const spc_eval_call_t *call) {
  attention_t a = {0};
  spc_eval_tensor_t *y, key = {0}, value = {0};
  SPC_RETURN_IF_ERROR(read_inputs(call, &a));
  SPC_RETURN_IF_ERROR(read_sizes(call, &a));
  SPC_RETURN_IF_ERROR(read_mask(&a));
  bool known = spc_eval_inputs_have_data(call);
  const int64_t y4[4] = {a.batch, a.q_heads, a.queries, a.value_size}, y3[3] = {a.batch, a.queries, a.q_heads * a.value_size};
  const int64_t key_dims[4] = {a.batch, a.kv_heads, a.keys, a.head_size}, value_dims[4] = {a.batch, a.kv_heads, a.keys, a.value_size};
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, a.q->element, a.heads_first ? 4 : 3, a.heads_first ? y4 : y3, known, &y));
  if (call->n_outputs > 3) {  // unused; its shape is still owed
    spc_eval_tensor_t *qk;
    const int64_t qk_dims[4] = {a.batch, a.q_heads, a.queries, a.keys};
    SPC_RETURN_IF_ERROR(spc_eval_output(call, 3, a.q->element, 4, qk_dims, false, &qk));
  }
  spc_status_t status = NULL;
  if (y && spc_eval_has_data(y)) {
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init(a.k->element, 4, key_dims, &key));
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init(a.v->element, 4, value_dims, &value));
    if (key.count > 0) append(&a, a.past_key, a.k, a.head_size, &key);
    if (value.count > 0) append(&a, a.past_value, a.v, a.value_size, &value);
    if (y->count > 0) SPC_GOTO_IF_ERROR(compute(&a, &key, &value, y));
  } else {
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init_shape(a.k->element, 4, key_dims, &key));
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init_shape(a.v->element, 4, value_dims, &value));
  }
  SPC_GOTO_IF_ERROR(spc_eval_output_share(call, 1, &key, 4, key_dims));
  SPC_GOTO_IF_ERROR(spc_eval_output_share(call, 2, &value, 4, value_dims));
cleanup:
  spc_eval_tensor_deinit(&key);
  spc_eval_tensor_deinit(&value);
  return status;
}

const spc_eval_operator_t spc_eval_attention_operators[] = {{"onnx.Attention", eval_attention}, {NULL, NULL}};
