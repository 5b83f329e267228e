#include <math.h>
#include <stdlib.h>

#include "passes/eval/eval.h"
#include "passes/ir/ir.h"
#include "passes/raise/patterns.h"
#include "passes/raise/reference.h"

typedef struct spc_raise_gate_facts_t {
  int gate;  // index of the gate among the linears
} spc_raise_gate_facts_t;

static spc_status_t measure_gate(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue value,
                                 intptr_t n, const MlirValue *linears, spc_raise_gate_facts_t *facts, bool *out_fits,
                                 double *out_difference) {
  spc_eval_tensor_t in[2] = {{0}, {0}}, y = {0};
  double *columns[2] = {NULL, NULL}, *expected = NULL;
  spc_status_t status = NULL;
  enum { ROWS = 2 };
  *out_fits = false;
  *out_difference = INFINITY;
  spc_eval_env_clear(context->env);
  int64_t width = spc_raise_activation(context->graph, linears[0])->width;
  for (intptr_t i = 0; i < n; ++i) {
    int64_t dims[3] = {1, ROWS, spc_raise_activation(context->graph, linears[i])->width};
    SPC_GOTO_IF_ERROR(spc_eval_tensor_init_random(SPC_EVAL_F32, 3, dims, -4, 4, 23 + (uint64_t)i, &in[i]));
    SPC_GOTO_IF_ERROR(spc_eval_bind(context->env, linears[i], &in[i]));
  }
  SPC_GOTO_IF_ERROR(spc_raise_bind_leaves(context, region, &(spc_raise_sizes_t){1, ROWS, 0, 0, 0}));
  SPC_GOTO_IF_ERROR(spc_eval_value(context->env, value, &y));
  int64_t half = n == 1 ? width / 2 : width;
  if (!y.f || y.count != ROWS * half || y.rank < 1 || y.dims[y.rank - 1] != half ||
      (n == 2 && in[1].count != in[0].count))
    goto cleanup;
  *out_fits = true;
  expected = malloc((size_t)(ROWS * half) * sizeof *expected);
  for (int part = 0; part < 2; ++part) {
    columns[part] = malloc((size_t)(ROWS * half) * sizeof *columns[part]);
    if (!columns[part] || !expected) {
      status = SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for an MLP of width %lld", (long long)half);
      goto cleanup;
    }
    for (int64_t r = 0; r < ROWS; ++r) {
      const double *row = n == 1 ? in[0].f + r * width + part * half : in[part].f + r * width;
      for (int64_t i = 0; i < half; ++i) columns[part][r * half + i] = row[i];
    }
  }
  for (int gate = 0; gate < 2; ++gate) {
    spc_reference_silu_mul(ROWS * half, columns[gate], columns[1 - gate], expected);
    double difference = spc_reference_difference(y.count, y.f, expected);
    if (difference >= *out_difference) continue;
    *out_difference = difference;
    facts->gate = gate;
  }
cleanup:
  for (int i = 0; i < 2; ++i) {
    spc_eval_tensor_deinit(&in[i]);
    free(columns[i]);
  }
  spc_eval_tensor_deinit(&y);
  free(expected);
  return status;
}

spc_status_t spc_raise_match_gate(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue value,
                                  spc_raise_match_t *out_match, spc_raise_gate_t *gate) {
  *out_match = SPC_MATCH_NO;
  *gate = (spc_raise_gate_t){0};
  MlirValue linears[2];
  intptr_t n = spc_raise_region_linears(region, 2, linears);
  if (n < 1 || n > 2) return NULL;
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    if (region->leaves[i].data &&
        (!region->leaves[i].activation || region->leaves[i].activation->kind != SPC_ACTIVATION_LINEAR))
      return NULL;
  }
  MlirOperation op = spc_value_def(value);
  spc_raise_signature_t signature = {0};
  spc_pointer_map_t variables = {0};
  spc_raise_gate_facts_t facts = {0};
  spc_status_t status = spc_raise_region_sign(region, 1, &value, &variables, -1, &signature);
  if (status) return status;
  *out_match = SPC_MATCH_YES;
  const spc_raise_gate_facts_t *known = spc_raise_cache_find(context->cache, SPC_FACTS_GATE, &signature);
  if (known) {
    facts = *known;
  } else {
    double difference = INFINITY;
    bool fits;
    spc_status_t failed = measure_gate(context, region, value, n, linears, &facts, &fits, &difference);
    failed = spc_status_join(spc_raise_check_constants(context), failed);
    if (!failed && !fits) {
      *out_match = SPC_MATCH_NO;
    } else if (failed || difference > SPC_RAISE_TOLERANCE) {
      *out_match = SPC_MATCH_REFUSED;
      intptr_t order = spc_raise_order(context->graph, op);
      status = failed ? spc_raise_report_add(context->report, op, order, "in an MLP that can't be evaluated: %s",
                                             spc_status_message(failed))
                      : spc_raise_report_add(
                            context->report, op, order,
                            "in an MLP whose activation differs from silu(gate) * up by %.2g of its largest value",
                            difference);
      spc_status_ignore(failed);
    } else {
      status = spc_raise_cache_add(context->cache, SPC_FACTS_GATE, &signature, &facts, sizeof facts);
    }
  }
  gate->packed = n == 1;
  gate->linears[0] = n == 1 ? linears[0] : linears[facts.gate];
  gate->linears[1] = n == 1 ? linears[0] : linears[1 - facts.gate];
  if (gate->packed && facts.gate != 0 && *out_match == SPC_MATCH_YES && !status) {
    *out_match = SPC_MATCH_REFUSED;
    status =
        spc_raise_report_add(context->report, op, spc_raise_order(context->graph, op),
                             "in an MLP whose packed projection gives up before gate; gate before up is supported");
  }
  free(signature.tokens);
  return status;
}
