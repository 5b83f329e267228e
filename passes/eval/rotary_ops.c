// RotaryEmbedding of ONNX 23 and of com.microsoft: the same rotation with inputs in another order.
#include "passes/eval/ops.h"
#include "passes/eval/rotary.h"
#include "passes/ir/ir.h"

void spc_eval_rotate(const double *x, double *y, int64_t head_size, int64_t half, const double *cos, const double *sin, bool interleaved) {
  for (int64_t i = 0; i < half; i++) {
    int64_t a = interleaved ? 2 * i : i, b = interleaved ? 2 * i + 1 : i + half;
    double real = x[a] * cos[i] - x[b] * sin[i], imaginary = x[a] * sin[i] + x[b] * cos[i];
    y[a] = real;
    y[b] = imaginary;
  }
  for (int64_t i = 2 * half; i < head_size; i++) y[i] = x[i];
}

typedef struct rotary_t {
  const spc_eval_tensor_t *x, *cos, *sin, *positions;  // positions: NULL, then the caches are [B, S, half]
  int64_t batch, heads, sequence, head_size, half;
  bool heads_first;  // x is [B, heads, S, d], else [B, S, heads * d]
} rotary_t;

// Finds the heads of x. |fallback_size| is the head size when the node gives no number of heads (0: that is an error).
static spc_status_t split_heads(const spc_eval_call_t *call, rotary_t *r, int64_t fallback_size) {
  int64_t heads;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "num_heads", 0, &heads));
  if (r->x->rank == 4) {
    r->heads_first = true;
    r->heads = r->x->dims[1];
    r->sequence = r->x->dims[2];
    r->head_size = r->x->dims[3];
  } else if (r->x->rank == 3) {
    int64_t hidden = r->x->dims[2];
    if (heads == 0 && fallback_size > 0) heads = hidden / fallback_size;
    if (heads <= 0 || hidden % heads != 0) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute 'num_heads' = %lld does not divide the hidden size %lld", (long long)heads,
                        (long long)hidden);
    }
    r->heads = heads;
    r->sequence = r->x->dims[1];
    r->head_size = hidden / heads;
  } else {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its input has rank %d; 3 and 4 are possible", r->x->rank);
  }
  r->batch = r->x->dims[0];
  return NULL;
}

static spc_status_t check_caches(const spc_eval_call_t *call, rotary_t *r) {
  int64_t rotary_size;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "rotary_embedding_dim", 0, &rotary_size));
  if (rotary_size == 0) rotary_size = r->head_size;
  r->half = rotary_size / 2;
  char a[128], b[128];
  const spc_eval_tensor_t *c = r->cos, *s = r->sin;
  bool same = c->rank == s->rank && c->count == s->count && c->rank >= 2 && s->dims[s->rank - 1] == c->dims[c->rank - 1];
  bool shaped = r->positions ? c->rank == 2 : c->rank == 3 && c->dims[0] == r->batch && c->dims[1] == r->sequence;
  if (!same || !shaped || rotary_size < 0 || rotary_size % 2 != 0 || rotary_size > r->head_size || c->dims[c->rank - 1] != r->half) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "cos %s and sin %s do not fit a rotation of %lld of %lld values a head",
                      spc_eval_tensor_describe(c, a, sizeof a), spc_eval_tensor_describe(s, b, sizeof b), (long long)rotary_size,
                      (long long)r->head_size);
  }
  bool is_offset = r->positions && r->positions->count == 1 && r->positions->rank <= 1;
  if (r->positions && !is_offset && r->positions->count != r->batch * r->sequence) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "position ids %s do not fit batch %lld and sequence %lld",
                      spc_eval_tensor_describe(r->positions, a, sizeof a), (long long)r->batch, (long long)r->sequence);
  }
  return NULL;
}

// Row of the caches for token s of sequence b.
static spc_status_t cache_row(const rotary_t *r, int64_t b, int64_t s, int64_t *out_row) {
  *out_row = b * r->sequence + s;
  if (!r->positions) return NULL;
  bool is_offset = r->positions->count == 1 && r->positions->rank <= 1;
  int64_t position = r->positions->i[is_offset ? 0 : *out_row];
  if (is_offset && __builtin_add_overflow(position, s, &position)) position = -1;
  if (position < 0 || position >= r->cos->dims[0]) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "position %lld is outside the %lld rows of the cos and sin tables", (long long)position,
                      (long long)r->cos->dims[0]);
  }
  *out_row = position;
  return NULL;
}

static spc_status_t rotate_all(const spc_eval_call_t *call, const rotary_t *r) {
  spc_eval_tensor_t *y;
  int64_t interleaved;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "interleaved", 0, &interleaved));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, r->x->element, r->x->rank, r->x->dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  for (int64_t b = 0; b < r->batch; b++) {
    for (int64_t s = 0; s < r->sequence; s++) {
      int64_t row;
      SPC_RETURN_IF_ERROR(cache_row(r, b, s, &row));
      for (int64_t h = 0; h < r->heads; h++) {
        int64_t at = (r->heads_first ? (b * r->heads + h) * r->sequence + s : (b * r->sequence + s) * r->heads + h) * r->head_size;
        spc_eval_rotate(r->x->f + at, y->f + at, r->head_size, r->half, r->cos->f + row * r->half, r->sin->f + row * r->half, interleaved != 0);
      }
    }
  }
  return NULL;
}

// (x, cos, sin, position_ids?)
static spc_status_t eval_rotary(const spc_eval_call_t *call) {
  rotary_t r = {0};
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "X", &r.x));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 1, "cos_cache", &r.cos));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 2, "sin_cache", &r.sin));
  if (spc_eval_input(call, 3)) SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 3, "position_ids", &r.positions));
  SPC_RETURN_IF_ERROR(split_heads(call, &r, 0));
  SPC_RETURN_IF_ERROR(check_caches(call, &r));
  return rotate_all(call, &r);
}

// (x, position_ids, cos, sin)
static spc_status_t eval_ms_rotary(const spc_eval_call_t *call) {
  rotary_t r = {0};
  double scale;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "input", &r.x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "position_ids", &r.positions));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 2, "cos_cache", &r.cos));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 3, "sin_cache", &r.sin));
  SPC_RETURN_IF_ERROR(spc_eval_attr_only(call, "is_packed_batching", 0));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "scale", 1.0, &scale));
  if (scale != 1.0) return SPC_STATUS(SPC_UNSUPPORTED, "attribute 'scale' = %g is not supported, only 1 is", scale);
  SPC_RETURN_IF_ERROR(split_heads(call, &r, r.cos->rank == 2 ? 2 * r.cos->dims[1] : 0));
  SPC_RETURN_IF_ERROR(check_caches(call, &r));
  return rotate_all(call, &r);
}

const spc_eval_operator_t spc_eval_rotary_operators[] = {
    {"onnx.RotaryEmbedding", eval_rotary}, {"onnx_ms.RotaryEmbedding", eval_ms_rotary}, {NULL, NULL},
};
