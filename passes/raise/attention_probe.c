// Running an attention region on inputs of our choice.
#include <math.h>

#include "passes/ir/ir.h"
#include "passes/raise/attention.h"

bool spc_raise_takes_positions(const spc_raise_region_t *region) {
  return spc_raise_region_arg(region, SPC_ROLE_POSITIONS) != NULL;
}

// Rotations by arbitrary angles: whatever the tables hold, rows are picked by position and rotate.
static spc_status_t make_tables(int64_t pairs, spc_raise_probe_t *probe) {
  int64_t dims[2] = {SPC_RAISE_TABLE_ROWS, pairs};
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(SPC_EVAL_F32, 2, dims, &probe->cos_table));
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(SPC_EVAL_F32, 2, dims, &probe->sin_table));
  for (int64_t i = 0; i < probe->cos_table.count; ++i) {
    double angle = (double)((i * 2654435761u) % 6283) / 1000;
    probe->cos_table.f[i] = cos(angle);
    probe->sin_table.f[i] = sin(angle);
  }
  return NULL;
}

spc_status_t spc_raise_weight_shape(const spc_raise_weight_t *weight, spc_eval_tensor_t *out_tensor) {
  MlirType type = spc_raise_constant_type(weight->source);
  int64_t dims[SPC_EVAL_MAX_RANK] = {0}, rank = mlirShapedTypeGetRank(type);
  *out_tensor = (spc_eval_tensor_t){0};
  if (rank > SPC_EVAL_MAX_RANK) return SPC_STATUS(SPC_UNSUPPORTED, "a weight of rank %lld", (long long)rank);
  for (int64_t i = 0; i < rank; ++i) dims[i] = mlirShapedTypeGetDimSize(type, i);
  return spc_eval_tensor_init_shape(SPC_EVAL_F32, (int32_t)rank, dims, out_tensor);
}

static spc_status_t fill_probe(const spc_raise_context_t *context, const spc_raise_attention_t *attention,
                               uint64_t seed, spc_raise_probe_t *probe) {
  int64_t batch = probe->batch, sequence = probe->sequence, past = probe->past;
  for (intptr_t i = 0; i < attention->linear_count; ++i) {
    int64_t dims[3] = {batch, sequence, attention->widths[i]};
    SPC_RETURN_IF_ERROR(
        spc_eval_tensor_init_random(SPC_EVAL_F32, 3, dims, -1, 1, seed + 100 + (uint64_t)i, &probe->linears[i]));
  }
  int64_t cache[4] = {batch, attention->facts.kv_heads, past, attention->facts.head_size};
  spc_eval_element_t kv = spc_raise_port_element(context->graph, attention->past_key, SPC_EVAL_F32);
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_random(kv, 4, cache, -1, 1, seed + 200, &probe->past_k));
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_random(kv, 4, cache, -1, 1, seed + 300, &probe->past_v));
  spc_eval_element_t mask =
      spc_raise_port_element(context->graph, spc_raise_arg(context->graph, SPC_ROLE_MASK, -1), SPC_EVAL_I64);
  if (spc_eval_element_is_float(mask))
    return SPC_STATUS(SPC_UNSUPPORTED, "input 'attention_mask' is of floats; integers or booleans are supported");
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(mask, 2, (int64_t[]){batch, past + sequence}, &probe->mask));
  for (int64_t i = 0; i < probe->mask.count; ++i) probe->mask.i[i] = 1;
  spc_eval_element_t positions =
      spc_raise_port_element(context->graph, spc_raise_arg(context->graph, SPC_ROLE_POSITIONS, -1), SPC_EVAL_I64);
  if (spc_eval_element_is_float(positions))
    return SPC_STATUS(SPC_UNSUPPORTED, "input 'position_ids' is of floats; integers are supported");
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(positions, 2, (int64_t[]){batch, sequence}, &probe->positions));
  for (int64_t i = 0; i < probe->positions.count; ++i) probe->positions.i[i] = past + i % sequence;
  for (intptr_t i = 0; i < attention->norm_count; ++i) {
    spc_eval_tensor_t shape;
    SPC_RETURN_IF_ERROR(spc_raise_weight_shape(&attention->norms[i], &shape));
    SPC_RETURN_IF_ERROR(spc_eval_tensor_init_random(SPC_EVAL_F32, shape.rank, shape.dims, 0.5, 1.5,
                                                    seed + 400 + (uint64_t)i, &probe->norms[i]));
  }
  return mlirOperationIsNull(attention->cos_table.source) ? NULL : make_tables(attention->cos_table.cols, probe);
}

spc_status_t spc_raise_probe_init(const spc_raise_context_t *context, const spc_raise_attention_t *attention,
                                  int64_t batch, int64_t sequence, int64_t past, uint64_t seed,
                                  spc_raise_probe_t *probe) {
  *probe = (spc_raise_probe_t){.batch = batch, .sequence = sequence, .past = past};
  spc_status_t status = fill_probe(context, attention, seed, probe);
  if (status) spc_raise_probe_deinit(probe);
  return status;
}

static void deinit_outputs(spc_raise_probe_t *probe) {
  spc_eval_tensor_deinit(&probe->out);
  spc_eval_tensor_deinit(&probe->present_k);
  spc_eval_tensor_deinit(&probe->present_v);
}

void spc_raise_probe_deinit(spc_raise_probe_t *probe) {
  for (int i = 0; i < 3; ++i) spc_eval_tensor_deinit(&probe->linears[i]);
  for (int i = 0; i < SPC_RAISE_MAX_NORMS; ++i) spc_eval_tensor_deinit(&probe->norms[i]);
  spc_eval_tensor_t *rest[] = {&probe->past_k,    &probe->past_v,    &probe->mask,
                               &probe->positions, &probe->cos_table, &probe->sin_table};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; ++i) spc_eval_tensor_deinit(rest[i]);
  deinit_outputs(probe);
}

spc_status_t spc_raise_probe_bind(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                  const spc_raise_attention_t *attention, const spc_raise_probe_t *probe) {
  spc_eval_env_t *env = context->env;
  const spc_raise_graph_t *graph = context->graph;
  spc_eval_env_clear(env);
  for (intptr_t i = 0; i < attention->linear_count; ++i)
    SPC_RETURN_IF_ERROR(spc_eval_bind(env, attention->linears[i], &probe->linears[i]));
  for (intptr_t i = 0; i < attention->norm_count; ++i) {
    SPC_RETURN_IF_ERROR(spc_eval_bind(env, mlirOperationGetResult(attention->norms[i].source, 0), &probe->norms[i]));
  }
  if (!mlirOperationIsNull(attention->cos_table.source)) {
    SPC_RETURN_IF_ERROR(spc_eval_bind(env, mlirOperationGetResult(attention->cos_table.source, 0), &probe->cos_table));
    SPC_RETURN_IF_ERROR(spc_eval_bind(env, mlirOperationGetResult(attention->sin_table.source, 0), &probe->sin_table));
  }
  SPC_RETURN_IF_ERROR(spc_eval_bind(env, attention->past_key->value, &probe->past_k));
  if (attention->past_value) SPC_RETURN_IF_ERROR(spc_eval_bind(env, attention->past_value->value, &probe->past_v));
  const spc_raise_port_t *mask = spc_raise_arg(graph, SPC_ROLE_MASK, -1),
                         *positions = spc_raise_arg(graph, SPC_ROLE_POSITIONS, -1);
  if (mask) SPC_RETURN_IF_ERROR(spc_eval_bind(env, mask->value, &probe->mask));
  if (positions) SPC_RETURN_IF_ERROR(spc_eval_bind(env, positions->value, &probe->positions));
  spc_raise_sizes_t sizes = {probe->batch, probe->sequence, probe->past, attention->facts.kv_heads,
                             attention->facts.head_size};
  return spc_raise_bind_leaves(context, region, &sizes);
}

// Values of the shape |dims|, which may also come with the first two dimensions as one when |rows|.
static spc_status_t expect_values(const spc_eval_tensor_t *tensor, int32_t rank, const int64_t *dims, bool rows,
                                  const char *what) {
  bool fits = tensor->f && tensor->rank == rank;
  for (int32_t i = 0; fits && i < rank; ++i) fits = tensor->dims[i] == dims[i];
  if (!fits && rows && tensor->f && tensor->rank == rank - 1) {
    fits = tensor->dims[0] == dims[0] * dims[1] && tensor->dims[1] == dims[2];
  }
  if (fits) return NULL;
  char text[128];
  spc_eval_tensor_t expected;
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_shape(SPC_EVAL_F32, rank, dims, &expected));
  char wanted[128];
  return SPC_STATUS(SPC_UNSUPPORTED, "%s is %s%s, not %s", what, spc_eval_tensor_describe(tensor, text, sizeof text),
                    tensor->f ? "" : " without values", spc_eval_tensor_describe(&expected, wanted, sizeof wanted));
}

spc_status_t spc_raise_probe_run(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                 const spc_raise_attention_t *attention, MlirValue root, spc_raise_probe_t *probe) {
  const spc_raise_attention_facts_t *facts = &attention->facts;
  deinit_outputs(probe);
  SPC_RETURN_IF_ERROR(spc_raise_probe_bind(context, region, attention, probe));
  SPC_RETURN_IF_ERROR(spc_eval_value(context->env, root, &probe->out));
  SPC_RETURN_IF_ERROR(spc_eval_value(context->env, attention->present_key->value, &probe->present_k));
  int64_t total = probe->past + probe->sequence;
  int64_t scores[4] = {probe->batch, facts->q_heads, probe->sequence, total};
  int64_t result[3] = {probe->batch, probe->sequence, facts->q_heads * facts->head_size};
  int64_t cache[4] = {probe->batch, facts->kv_heads, total, facts->head_size};
  SPC_RETURN_IF_ERROR(expect_values(&probe->present_k, 4, cache, false, "the present key"));
  if (attention->scores) return expect_values(&probe->out, 4, scores, false, "the result of attention weights");
  SPC_RETURN_IF_ERROR(expect_values(&probe->out, 3, result, true, "the result of attention"));
  SPC_RETURN_IF_ERROR(spc_eval_value(context->env, attention->present_value->value, &probe->present_v));
  return expect_values(&probe->present_v, 4, cache, false, "the present value");
}
