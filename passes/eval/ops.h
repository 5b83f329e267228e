// Inside the evaluator: what every operator's function gets, and the checks they share.
#ifndef PASSES_EVAL_OPS_H_
#define PASSES_EVAL_OPS_H_

#include "passes/eval/eval.h"

// One application of an operator. Functions fill outputs through spc_eval_output or the share functions; on error the caller releases whatever
// is there.
typedef struct spc_eval_call_t {
  MlirOperation op;
  const spc_eval_options_t *options;
  int64_t opset;  // of the op's own domain
  intptr_t n_inputs;
  const spc_eval_tensor_t *const *inputs;  // NULL where absent
  intptr_t n_outputs;
  spc_eval_tensor_t *outputs;
} spc_eval_call_t;

typedef spc_status_t (*spc_eval_fn_t)(const spc_eval_call_t *call);

// One operator and its function; functions that serve several tell them apart by name.
typedef struct spc_eval_operator_t {
  const char *name;  // "onnx.MatMul"
  spc_eval_fn_t fn;
} spc_eval_operator_t;

// Tables of the files of this folder; each ends with a NULL name.
extern const spc_eval_operator_t spc_eval_unary_operators[];
extern const spc_eval_operator_t spc_eval_binary_operators[];
extern const spc_eval_operator_t spc_eval_shape_operators[];
extern const spc_eval_operator_t spc_eval_index_operators[];
extern const spc_eval_operator_t spc_eval_generate_operators[];
extern const spc_eval_operator_t spc_eval_reduce_operators[];
extern const spc_eval_operator_t spc_eval_matmul_operators[];
extern const spc_eval_operator_t spc_eval_norm_operators[];
extern const spc_eval_operator_t spc_eval_rotary_operators[];
extern const spc_eval_operator_t spc_eval_attention_operators[];
extern const spc_eval_operator_t spc_eval_group_query_operators[];

// ---- Inputs --------------------------------------------------------------------------------------------------------
// NULL when absent.
const spc_eval_tensor_t *spc_eval_input(const spc_eval_call_t *call, intptr_t i);
// INVALID_ARGUMENT when absent; |name| is the specification's name of the input.
SPC_WARN_UNUSED spc_status_t spc_eval_require(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out_tensor);
// Also requires a float, or an integer or boolean, or a rank.
SPC_WARN_UNUSED spc_status_t spc_eval_require_float(const spc_eval_call_t *call, intptr_t i, const char *name,
                                                    const spc_eval_tensor_t **out_tensor);
SPC_WARN_UNUSED spc_status_t spc_eval_require_int(const spc_eval_call_t *call, intptr_t i, const char *name,
                                                  const spc_eval_tensor_t **out_tensor);
// An integer input whose values decide a shape: UNSUPPORTED when they are not known.
SPC_WARN_UNUSED spc_status_t spc_eval_require_int_values(const spc_eval_call_t *call, intptr_t i, const char *name,
                                                         const spc_eval_tensor_t **out_tensor);
// True when every present input has values.
bool spc_eval_inputs_have_data(const spc_eval_call_t *call);

// ---- Attributes: INVALID_ARGUMENT when present with another type.
SPC_WARN_UNUSED spc_status_t spc_eval_attr_i64(const spc_eval_call_t *call, const char *name, int64_t fallback, int64_t *out_value);
SPC_WARN_UNUSED spc_status_t spc_eval_attr_f64(const spc_eval_call_t *call, const char *name, double fallback, double *out_value);
// UNSUPPORTED unless the integer attribute |name| is absent or |expected|.
SPC_WARN_UNUSED spc_status_t spc_eval_attr_only(const spc_eval_call_t *call, const char *name, int64_t expected);
// A list of at most |max| integers that opsets give as input |i| or as attribute |name| (either may be ruled out: i < 0, name NULL).
// *out_present is false when it is neither.
SPC_WARN_UNUSED spc_status_t spc_eval_int_list(const spc_eval_call_t *call, intptr_t i, const char *name, intptr_t max, int64_t *values,
                                               intptr_t *out_count, bool *out_present);
// Makes an axis of a tensor of |rank| non-negative; INVALID_ARGUMENT when it is out of [-rank, rank).
SPC_WARN_UNUSED spc_status_t spc_eval_axis(int64_t axis, int32_t rank, int32_t *out_axis);
// Attribute "axis", normalised.
SPC_WARN_UNUSED spc_status_t spc_eval_attr_axis(const spc_eval_call_t *call, int64_t fallback, int32_t rank, int32_t *out_axis);
// A dense attribute as a tensor with values; INVALID_ARGUMENT when it is something else.
SPC_WARN_UNUSED spc_status_t spc_eval_tensor_from_attribute(MlirAttribute attribute, spc_eval_tensor_t *out_tensor);

// ---- Outputs -------------------------------------------------------------------------------------------------------
// Makes output |i|: with zeroed values when |with_values| and the options allow it, else shape-only. Does nothing but leave *out_tensor NULL when the
// node has no such output. Check spc_eval_has_data(*out_tensor) before filling.
SPC_WARN_UNUSED spc_status_t spc_eval_output(const spc_eval_call_t *call, intptr_t i, spc_eval_element_t element, int32_t rank,
                                             const int64_t *dims, bool with_values, spc_eval_tensor_t **out_tensor);
// Output |i| is |source| itself, or under another shape.
SPC_WARN_UNUSED spc_status_t spc_eval_output_share(const spc_eval_call_t *call, intptr_t i, const spc_eval_tensor_t *source, int32_t rank,
                                                   const int64_t *dims);

// ---- Walking -------------------------------------------------------------------------------------------------------
// Row-major strides of |dims|.
void spc_eval_strides(int32_t rank, const int64_t *dims, int64_t *strides);

#define SPC_EVAL_MAX_WALKED 3
// Walks a shape in row-major order with an offset into each of up to three tensors.
typedef struct spc_eval_walk_t {
  int32_t rank;
  int64_t dims[SPC_EVAL_MAX_RANK];
  int64_t index[SPC_EVAL_MAX_RANK];
  int64_t strides[SPC_EVAL_MAX_WALKED][SPC_EVAL_MAX_RANK];
  int64_t at[SPC_EVAL_MAX_WALKED];
} spc_eval_walk_t;

static inline void spc_eval_walk_next(spc_eval_walk_t *walk) {
  for (int32_t d = walk->rank - 1; d >= 0; d--) {
    for (int k = 0; k < SPC_EVAL_MAX_WALKED; k++) walk->at[k] += walk->strides[k][d];
    if (++walk->index[d] < walk->dims[d]) return;
    for (int k = 0; k < SPC_EVAL_MAX_WALKED; k++) walk->at[k] -= walk->strides[k][d] * walk->dims[d];
    walk->index[d] = 0;
  }
}
// Prepares a walk over the shape that |n| tensors broadcast to. INVALID_ARGUMENT when they don't.
SPC_WARN_UNUSED spc_status_t spc_eval_broadcast(int n, const spc_eval_tensor_t *const *tensors, spc_eval_walk_t *out_walk);

// Copies one value between tensors of the same class.
static inline void spc_eval_copy(const spc_eval_tensor_t *to, int64_t to_index, const spc_eval_tensor_t *from, int64_t from_index) {
  if (to->f) {
    to->f[to_index] = from->f[from_index];
  } else {
    to->i[to_index] = from->i[from_index];
  }
}

#endif  // PASSES_EVAL_OPS_H_
