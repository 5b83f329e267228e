// Shape inference by probing: a graph is evaluated with several concrete sizes of batch, sequence and past, and what all of them agree on is
// taken as constant. No per-operator inference rules, so it can't disagree with the evaluator.
#ifndef PASSES_EVAL_INFER_H_
#define PASSES_EVAL_INFER_H_

#include "passes/eval/eval.h"

typedef struct spc_eval_inference_t spc_eval_inference_t;

// Evaluates every node of the onnx function |func| on every probe, in time linear in the graph and without reading its weights. Nodes that cannot be
// evaluated, and what depends on them, stay unknown; if the arguments have unknown roles, all that depends on them does.
SPC_WARN_UNUSED spc_status_t spc_eval_infer(MlirOperation func, spc_weight_files_t *files, spc_eval_inference_t **out_inference);
void spc_eval_inference_destroy(spc_eval_inference_t *inference);

// The type of |value|: tensor<?x64xf32>, a dimension being a number when all probes agree on it. A null type when the value is unknown or its rank
// or element type differs.
MlirType spc_eval_inferred_type(const spc_eval_inference_t *inference, MlirContext ctx, MlirValue value);
// The shape of |value| on the first probe, or NULL when it is unknown. Lives until the inference is destroyed.
const spc_eval_tensor_t *spc_eval_inferred_shape(const spc_eval_inference_t *inference, MlirValue value);
// The values of an integer or boolean that follow from constants and from dimensions alone and are the same for every probe, or NULL. Through
// operators that are not polynomials of the dimensions (comparisons, division, ...) only what was known before them is followed, so that
// agreement is no accident of the probes.
const spc_eval_tensor_t *spc_eval_inferred_constant(const spc_eval_inference_t *inference, MlirValue value);
// Tells the inference about a constant that a pass has made since.
SPC_WARN_UNUSED spc_status_t spc_eval_inference_add(spc_eval_inference_t *inference, MlirValue value, const spc_eval_tensor_t *tensor);

#endif  // PASSES_EVAL_INFER_H_
