#include "passes/raise/patterns.h"

#include <math.h>
#include <stdlib.h>

#include "passes/eval/eval.h"
#include "passes/ir/ir.h"
#include "passes/raise/reference.h"

// ---- Outline -------------------------------------------------------------------------------------------------------

// The mean of squares is a few nodes behind the product with the weight; more than this many is something else.
enum { NORM_NODES = 24 };

// Searches backwards from |value| for the ReduceMean; null when there is none near.
static MlirOperation find_mean(MlirValue value) {
  MlirValue queue[NORM_NODES] = {value};
  int count = 1;
  for (int i = 0; i < count; ++i) {
    MlirOperation op = spc_value_def(queue[i]);
    if (mlirOperationIsNull(op)) continue;
    if (spc_raise_is(op, "ReduceMean")) return op;
    if (spc_raise_is(op, "MatMul") || spc_raise_is(op, "Gemm") || spc_raise_is(op, "Gather") || spc_raise_is(op, "Concat")) continue;
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(op) && count < NORM_NODES; ++k)
      queue[count++] = mlirOperationGetOperand(op, k);
  }
  return (MlirOperation){NULL};
}

// What is normalised: the value whose square is averaged; behind a subtracted mean, the value that had the mean.
static MlirValue find_normalised(MlirOperation mean) {
  MlirValue x = spc_raise_peel(spc_raise_operand(mean, 0));
  MlirOperation square = spc_value_def(x);
  if (spc_raise_is(square, "Pow") || spc_raise_is(square, "Mul")) x = spc_raise_peel(spc_raise_operand(square, 0));
  MlirOperation centred = spc_value_def(x);
  if (spc_raise_is(centred, "Sub") && mlirOperationGetNumOperands(centred) == 2 &&
      spc_raise_is(spc_value_def(spc_raise_peel(spc_raise_operand(centred, 1))), "ReduceMean")) {
    x = spc_raise_peel(spc_raise_operand(centred, 0));
  }
  return x;
}

static bool outline(MlirValue value, spc_raise_norm_t *out) {
  MlirOperation op = spc_value_def(value);
  if (spc_raise_is(op, "RMSNormalization") || spc_raise_is(op, "SimplifiedLayerNormalization")) {
    if (mlirOperationGetNumOperands(op) < 2 || mlirOpResultGetResultNumber(value) != 0) return false;
    out->x = spc_raise_peel(mlirOperationGetOperand(op, 0));
    return spc_raise_match_vector(mlirOperationGetOperand(op, 1), &out->weight);
  }
  if (!spc_raise_is(op, "Mul") || mlirOperationGetNumOperands(op) != 2) return false;
  for (int side = 0; side < 2; ++side) {
    if (!spc_raise_match_vector(mlirOperationGetOperand(op, side), &out->weight)) continue;
    MlirOperation mean = find_mean(mlirOperationGetOperand(op, 1 - side));
    if (mlirOperationIsNull(mean)) return false;
    out->x = find_normalised(mean);
    return !mlirValueIsNull(out->x);
  }
  return false;
}

spc_status_t spc_raise_check_constants(spc_raise_context_t *context) {
  if (!spc_eval_used_random_weights(context->env)) return NULL;
  // The environment remembers it for good; the next region gets a fresh one.
  spc_eval_env_destroy(context->env);
  context->env = NULL;
  SPC_RETURN_IF_ERROR(spc_eval_env_create(context->graph->files, NULL, &context->env));
  for (intptr_t i = 0; i < spc_weight_files_count(context->graph->files); ++i) {
    if (spc_weight_files_exist(context->graph->files, i)) continue;
    return SPC_STATUS(
        SPC_NOT_FOUND,
        "a constant it needs (no matrix or norm weight, which may be missing) lies in '%s', which is missing",
        spc_weight_files_path(context->graph->files, i));
  }
  return SPC_STATUS(SPC_UNSUPPORTED, "a constant it needs is too large to be read while compiling");
}

// ---- Evaluation ----------------------------------------------------------------------------------------------------

// Evaluates the region with x [1, 2, width] of magnitude |size|. |x| and |y| are the caller's to deinitialise.
static spc_status_t run_norm(spc_eval_env_t *env, const spc_raise_norm_t *norm, MlirValue value,
                             const spc_eval_tensor_t *w, double size, spc_eval_tensor_t *x, spc_eval_tensor_t *y) {
  *x = *y = (spc_eval_tensor_t){0};
  spc_eval_env_clear(env);
  SPC_RETURN_IF_ERROR(
      spc_eval_tensor_init_random(SPC_EVAL_F32, 3, (int64_t[]){1, 2, norm->weight.rows}, -size, size, 17, x));
  SPC_RETURN_IF_ERROR(spc_eval_bind(env, norm->x, x));
  SPC_RETURN_IF_ERROR(spc_eval_bind(env, mlirOperationGetResult(norm->weight.source, 0), w));
  return spc_eval_value(env, value, y);
}

// The weight's stand-in, in the shape it is stored in.
static spc_status_t make_weight(const spc_raise_norm_t *norm, spc_eval_tensor_t *w) {
  MlirType type = spc_raise_constant_type(norm->weight.source);
  int64_t dims[SPC_EVAL_MAX_RANK] = {0};
  int64_t rank = mlirShapedTypeGetRank(type);
  if (rank > SPC_EVAL_MAX_RANK) return SPC_STATUS(SPC_UNSUPPORTED, "a norm's weight of rank %lld", (long long)rank);
  for (int64_t i = 0; i < rank; ++i) dims[i] = mlirShapedTypeGetDimSize(type, i);
  return spc_eval_tensor_init_random(SPC_EVAL_F32, (int32_t)rank, dims, 0.5, 1.5, 5, w);
}

// Measures eps with small inputs, then compares at two magnitudes; |*out_difference| is the larger difference.
static spc_status_t measure_norm(spc_eval_env_t *env, spc_raise_norm_t *norm, MlirValue value, double *out_difference) {
  spc_eval_tensor_t w = {0}, x = {0}, y = {0};
  int64_t width = norm->weight.rows;
  double *expected = malloc(2 * (size_t)width * sizeof *expected);
  spc_status_t status = expected
                            ? make_weight(norm, &w)
                            : SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for a norm of %lld", (long long)width);
  if (status) goto cleanup;
  *out_difference = INFINITY;
  norm->eps = 0;
  static const double sizes[] = {1e-3, 1e-3, 2.0};
  for (int round = 0; round < 3; ++round) {
    SPC_GOTO_IF_ERROR(run_norm(env, norm, value, &w, sizes[round], &x, &y));
    if (!y.f || !x.f || y.count != x.count || y.rank < 1 || y.dims[y.rank - 1] != width) goto cleanup;
    if (round == 0) {
      double squares = 0, ratio = y.f[0] / (x.f[0] * w.f[0]);  // 1 / sqrt(mean(x^2) + eps)
      for (int64_t i = 0; i < width; ++i) squares += x.f[i] * x.f[i];
      double eps = 1 / (ratio * ratio) - squares / (double)width;
      norm->eps = isfinite(eps) && eps > 0 ? (double)(float)eps : 0;
    } else {
      spc_reference_rms_norm(2, width, norm->eps, x.f, w.f, expected);
      double difference = spc_reference_difference(y.count, y.f, expected);
      *out_difference = round == 1 ? difference : fmax(*out_difference, difference);
    }
    spc_eval_tensor_deinit(&x);
    spc_eval_tensor_deinit(&y);
  }
cleanup:
  spc_eval_tensor_deinit(&w);
  spc_eval_tensor_deinit(&x);
  spc_eval_tensor_deinit(&y);
  free(expected);
  return status;
}

spc_status_t spc_raise_match_norm(spc_raise_context_t *context, MlirValue value, spc_raise_match_t *out_match,
                                  spc_raise_norm_t *norm) {
  *out_match = SPC_MATCH_NO;
  *norm = (spc_raise_norm_t){0};
  if (!outline(value, norm)) return NULL;
  MlirOperation op = spc_value_def(value);
  spc_raise_region_t region = {0};
  spc_raise_signature_t signature = {0};
  spc_pointer_map_t variables = {0};
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_pointer_map_set(&variables, mlirOperationGetResult(norm->weight.source, 0).ptr,
                                        (intptr_t)(1 + norm->weight.rows)));
  SPC_GOTO_IF_ERROR(spc_raise_region_init(context->graph, 1, &value, norm->x, &region));
  SPC_GOTO_IF_ERROR(spc_raise_region_sign(&region, 1, &value, &variables, -1, &signature));
  const double *eps = spc_raise_cache_find(context->cache, SPC_FACTS_NORM, &signature);
  *out_match = SPC_MATCH_YES;
  if (eps) {
    norm->eps = *eps;
    goto cleanup;
  }
  double difference = INFINITY;
  spc_status_t failed = measure_norm(context->env, norm, value, &difference);
  failed = spc_status_join(spc_raise_check_constants(context), failed);
  if (failed || difference > SPC_RAISE_TOLERANCE) {
    *out_match = SPC_MATCH_REFUSED;
    intptr_t order = spc_raise_order(context->graph, op);
    status = failed ? spc_raise_report_add(context->report, op, order, "in a norm that can't be evaluated: %s",
                                           spc_status_message(failed))
                    : spc_raise_report_add(context->report, op, order,
                                           "in a norm that differs from RMSNorm, x / sqrt(mean(x^2) + eps) * weight, "
                                           "by %.2g of its largest value",
                                           difference);
    spc_status_ignore(failed);
    goto cleanup;
  }
  status = spc_raise_cache_add(context->cache, SPC_FACTS_NORM, &signature, &norm->eps, sizeof norm->eps);
cleanup:
  spc_raise_region_deinit(&region);
  spc_pointer_map_deinit(&variables);
  free(signature.tokens);
  return status;
}
