#include <string.h>

#include "passes/eval/eval.h"
#include "passes/raise/patterns.h"

enum { PROBE_WIDTH = 4 };

// Whether the rows that |value| takes of |x| are its last one, for several lengths.
static spc_status_t takes_last(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue value,
                               MlirValue x, bool *out_match) {
  static const int64_t lengths[] = {1, 2, 5};
  *out_match = true;
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths && *out_match; ++i) {
    int64_t sequence = lengths[i], dims[3] = {1, sequence, PROBE_WIDTH};
    spc_eval_tensor_t in = {0}, out = {0};
    spc_eval_env_clear(context->env);
    spc_status_t status = spc_eval_tensor_init_random(SPC_EVAL_F32, 3, dims, -1, 1, 3, &in);
    if (!status) status = spc_eval_bind(context->env, x, &in);
    if (!status) status = spc_raise_bind_leaves(context, region, &(spc_raise_sizes_t){1, sequence, 3, 0, 0});
    if (!status) status = spc_eval_value(context->env, value, &out);
    *out_match = !status && out.f && out.count == PROBE_WIDTH &&
                 memcmp(out.f, in.f + (sequence - 1) * PROBE_WIDTH, PROBE_WIDTH * sizeof *out.f) == 0;
    spc_eval_tensor_deinit(&in);
    spc_eval_tensor_deinit(&out);
    if (status && spc_status_code(status) == SPC_OUT_OF_MEMORY) return status;
    spc_status_ignore(status);  // what can't be evaluated is not this
  }
  return NULL;
}

spc_status_t spc_raise_match_last(spc_raise_context_t *context, MlirValue value, bool *out_match, MlirValue *out_x) {
  *out_match = false;
  *out_x = value;
  // A Slice, or a Gather with the Unsqueeze or Reshape that gives the dimension back; few nodes in any case.
  for (int depth = 0; depth < 4; ++depth) {
    MlirOperation op = mlirValueIsAOpResult(*out_x) ? mlirOpResultGetOwner(*out_x) : (MlirOperation){NULL};
    bool takes = spc_raise_is(op, "Slice") || spc_raise_is(op, "Gather");
    if (!takes && !spc_raise_is(op, "Unsqueeze") && !spc_raise_is(op, "Reshape")) return NULL;
    if (mlirValueIsNull(spc_raise_operand(op, 0))) return NULL;
    *out_x = spc_raise_peel(spc_raise_operand(op, 0));
    if (!takes) continue;
    spc_raise_region_t region;
    SPC_RETURN_IF_ERROR(spc_raise_region_init(context->graph, 1, &value, *out_x, &region));
    spc_status_t status = takes_last(context, &region, value, *out_x, out_match);
    spc_raise_region_deinit(&region);
    return status;
  }
  return NULL;
}
