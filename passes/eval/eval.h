// A small evaluator of the onnx dialect (docs/ir.md, level 1): folds constants, infers shapes, and checks that what a pass raised computes
// what the model computed.
//
// An environment maps values to tensors. Values the caller binds (inputs, or anything in the middle: a binding cuts the cone behind it)
// are given; everything else is computed on demand from its operands and remembered. Operators follow the ONNX and onnxruntime contrib
// specifications for the function's `onnx.opset`, in double precision (see tensor.h).
//
// Shape-only evaluation: when a float an op needs is absent, or its result is larger than `max_float_elements`, the result has a
// shape and no values. Integers and booleans are computed exactly unless they derive from absent floats. So with `spc_eval_shape_options`
// and concrete dimensions bound to the arguments, a whole graph of any size is inferred without reading its weights.
//
// Not thread-safe. Nothing here trusts attributes, operand counts or shapes.
#ifndef PASSES_EVAL_EVAL_H_
#define PASSES_EVAL_EVAL_H_

#include "frontend/weight_files.h"
#include "passes/eval/tensor.h"

typedef struct spc_eval_options_t {
  int64_t max_elements;        // a result with more values than this is UNSUPPORTED
  int64_t max_float_elements;  // a float result with more elements than this is shape-only
  int64_t max_weight_bytes;    // a larger float initializer is not read
  bool synthesize_missing;     // random numbers stand in for floats not read or whose file does not exist; else they are shape-only
} spc_eval_options_t;

spc_eval_options_t spc_eval_value_options(void);  // 256 Mi elements, floats too; weights up to 16 MiB read, others random
spc_eval_options_t spc_eval_shape_options(void);  // 4 Mi elements; floats of at most 4096 elements, others shape-only; weights up to 32 KiB read

// ---- One op --------------------------------------------------------------------------------------------------------
// Computes the node |op| from |inputs| (NULL: absent) into |outputs|, which the caller provides uninitialised, one for each result, and
// deinitialises. On error no output is initialised. UNSUPPORTED names node, op type and attribute; INVALID_ARGUMENT says what about the inputs is
// wrong.
SPC_WARN_UNUSED spc_status_t spc_eval_op(MlirOperation op, const spc_eval_options_t *options, intptr_t n_inputs,
                                         const spc_eval_tensor_t *const *inputs, intptr_t n_outputs, spc_eval_tensor_t *outputs);
// True when spc_eval_op knows the op's type.
bool spc_eval_knows(MlirOperation op);

// ---- Environments --------------------------------------------------------------------------------------------------
typedef struct spc_eval_env_t spc_eval_env_t;

// |files| (borrowed, may be NULL) gives the initializers' bytes; |options| NULL means spc_eval_value_options.
SPC_WARN_UNUSED spc_status_t spc_eval_env_create(spc_weight_files_t *files, const spc_eval_options_t *options, spc_eval_env_t **out_env);
void spc_eval_env_destroy(spc_eval_env_t *env);
// Forgets bindings and results, so that the next evaluation starts afresh.
void spc_eval_env_clear(spc_eval_env_t *env);

// Binds |value| to |tensor| (shared, not copied). It replaces an earlier binding or result of that value; results computed from it before stay.
SPC_WARN_UNUSED spc_status_t spc_eval_bind(spc_eval_env_t *env, MlirValue value, const spc_eval_tensor_t *tensor);
// The tensor of |value|, computing what is missing. |out_tensor| shares it; the caller deinitialises. INVALID_ARGUMENT when the cone reaches
// an argument that is not bound (it is named).
SPC_WARN_UNUSED spc_status_t spc_eval_value(spc_eval_env_t *env, MlirValue value, spc_eval_tensor_t *out_tensor);
// Borrows what is already known about |value| without computing anything; NULL when nothing. Valid until the next call on |env|.
const spc_eval_tensor_t *spc_eval_lookup(const spc_eval_env_t *env, MlirValue value);
// True once random numbers have stood in for a weight: values are then those of a model of the same shape, not of this one.
bool spc_eval_used_random_weights(const spc_eval_env_t *env);

// ---- Binding a decoder's arguments ---------------------------------------------------------------------------------
// Concrete sizes for the symbolic dimensions of a causal LM's arguments.
typedef struct spc_eval_probe_t {
  int64_t batch;     // B
  int64_t sequence;  // S, new tokens
  int64_t past;      // P
  int64_t vocab;     // token ids are drawn from [0, vocab)
  uint64_t seed;
  bool values;  // fill floats (past keys and values, hidden states) with random numbers in [-1, 1); false: shape-only
} spc_eval_probe_t;

// Binds every argument of the onnx function |func| that is not bound yet, by role (its onnx.name): input ids [B,S]; position ids [B,S] = P..P+S-1;
// attention mask [B,P+S], all ones; past keys and values [B,heads,P,d]; hidden states [B,S,features]; lengths. Dimensions that `onnx.dims`
// gives as numbers are kept; a symbolic head size is taken from the GroupQueryAttention that reads the argument. UNSUPPORTED names
// an argument whose role or size is unknown; the others are bound nevertheless.
SPC_WARN_UNUSED spc_status_t spc_eval_bind_arguments(spc_eval_env_t *env, MlirOperation func, const spc_eval_probe_t *probe);

#endif  // PASSES_EVAL_EVAL_H_
