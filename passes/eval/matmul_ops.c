// MatMul and Gemm.
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// Multiply-adds that one op may take: minutes of work on one core are a mistake or an attack.
#define MAX_WORK (INT64_C(1) << 36)

static spc_status_t check_work(int64_t batch, int64_t rows, int64_t inner, int64_t columns) {
  int64_t work;
  if (__builtin_mul_overflow(batch, rows, &work) || __builtin_mul_overflow(work, inner, &work) ||
      __builtin_mul_overflow(work, columns, &work) || work > MAX_WORK) {
    return SPC_STATUS(SPC_UNSUPPORTED, "%lld products of [%lld,%lld] by [%lld,%lld] are more than the evaluator computes", (long long)batch,
                      (long long)rows, (long long)inner, (long long)inner, (long long)columns);
  }
  return NULL;
}

// y[rows, columns] += a[rows, inner] b[inner, columns], all row-major.
static void multiply(const double *a, const double *b, double *y, int64_t rows, int64_t inner, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t k = 0; k < inner; k++) {
      double factor = a[r * inner + k];
      for (int64_t c = 0; c < columns; c++) y[r * columns + c] += factor * b[k * columns + c];
    }
  }
}

// A tensor's leading dimensions, with a vector made a matrix: a row vector on the left, a column vector on the right.
typedef struct matrices_t {
  spc_eval_tensor_t batch;  // shape only
  int64_t rows, columns;
} matrices_t;

static spc_status_t as_matrices(const spc_eval_tensor_t *x, bool is_left, matrices_t *out) {
  if (x->rank == 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "an input is a scalar");
  out->rows = x->rank > 1 ? x->dims[x->rank - 2] : is_left ? 1 : x->dims[0];
  out->columns = x->rank > 1 ? x->dims[x->rank - 1] : is_left ? x->dims[0] : 1;
  return spc_eval_tensor_init_shape(x->element, x->rank > 2 ? x->rank - 2 : 0, x->dims, &out->batch);
}

static spc_status_t eval_matmul(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *a, *b;
  spc_eval_tensor_t *y;
  matrices_t left, right;
  spc_eval_walk_t walk;
  int64_t dims[SPC_EVAL_MAX_RANK + 2], batch = 1;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "A", &a));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 1, "B", &b));
  SPC_RETURN_IF_ERROR(as_matrices(a, true, &left));
  SPC_RETURN_IF_ERROR(as_matrices(b, false, &right));
  if (left.columns != right.rows) {
    char at[128], bt[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s and %s do not multiply", spc_eval_tensor_describe(a, at, sizeof at),
                      spc_eval_tensor_describe(b, bt, sizeof bt));
  }
  SPC_RETURN_IF_ERROR(spc_eval_broadcast(2, (const spc_eval_tensor_t *const[]){&left.batch, &right.batch}, &walk));
  int32_t rank = walk.rank;
  memcpy(dims, walk.dims, (size_t)walk.rank * sizeof dims[0]);
  for (int32_t d = 0; d < walk.rank; d++) batch *= walk.dims[d];
  if (a->rank > 1) dims[rank++] = left.rows;
  if (b->rank > 1) dims[rank++] = right.columns;
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, a->element, rank, dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  SPC_RETURN_IF_ERROR(check_work(batch, left.rows, left.columns, right.columns));
  for (int64_t n = 0; n < batch; n++, spc_eval_walk_next(&walk)) {
    multiply(a->f + walk.at[0] * left.rows * left.columns, b->f + walk.at[1] * right.rows * right.columns,
             y->f + n * left.rows * right.columns, left.rows, left.columns, right.columns);
  }
  return NULL;
}

static spc_status_t eval_gemm(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *a, *b, *c = spc_eval_input(call, 2);
  spc_eval_tensor_t *y;
  double alpha, beta;
  int64_t trans_a, trans_b;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "A", &a));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 1, "B", &b));
  if (c) SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 2, "C", &c));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "alpha", 1, &alpha));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "beta", 1, &beta));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "transA", 0, &trans_a));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "transB", 0, &trans_b));
  if (a->rank != 2 || b->rank != 2) return SPC_STATUS(SPC_INVALID_ARGUMENT, "its inputs have ranks %d and %d, not 2", a->rank, b->rank);
  int64_t rows = a->dims[trans_a ? 1 : 0], inner = a->dims[trans_a ? 0 : 1], columns = b->dims[trans_b ? 0 : 1];
  if (b->dims[trans_b ? 1 : 0] != inner) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the inner dimensions of its inputs differ");
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, a->element, 2, (int64_t[]){rows, columns}, spc_eval_inputs_have_data(call), &y));
  spc_eval_walk_t walk = {0};
  if (c && y) {
    SPC_RETURN_IF_ERROR(spc_eval_broadcast(2, (const spc_eval_tensor_t *const[]){c, y}, &walk));
    if (walk.rank != 2 || walk.dims[0] != rows || walk.dims[1] != columns) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "C does not broadcast to the result");
    }
  }
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  SPC_RETURN_IF_ERROR(check_work(1, rows, inner, columns));
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t col = 0; col < columns; col++, spc_eval_walk_next(&walk)) {
      double sum = 0;
      for (int64_t k = 0; k < inner; k++) {
        sum += a->f[trans_a ? k * rows + r : r * inner + k] * b->f[trans_b ? col * inner + k : k * columns + col];
      }
      y->f[r * columns + col] = alpha * sum + (c ? beta * c->f[walk.at[0]] : 0);
    }
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_matmul_operators[] = {
    {"onnx.MatMul", eval_matmul}, {"onnx.Gemm", eval_gemm}, {NULL, NULL},
};
