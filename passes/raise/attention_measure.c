// What an attention region computes, measured one number at a time.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/raise/attention.h"
#include "passes/raise/reference.h"

typedef struct spc_raise_measure_t {
  const spc_raise_context_t *context;
  const spc_raise_region_t *region;
  spc_raise_attention_t *attention;
  MlirValue root;
} spc_raise_measure_t;

static spc_status_t run(const spc_raise_measure_t *m, spc_raise_probe_t *probe) {
  return spc_raise_probe_run(m->context, m->region, m->attention, m->root, probe);
}

static bool same(const spc_eval_tensor_t *a, const spc_eval_tensor_t *b) {
  return a->count == b->count && memcmp(a->f, b->f, (size_t)a->count * sizeof *a->f) == 0;
}

static void fill(spc_eval_tensor_t *tensor, double value) {
  for (int64_t i = 0; i < tensor->count; ++i) tensor->f[i] = value;
}

static void scale_values(spc_eval_tensor_t *tensor, double factor) {
  for (int64_t i = 0; i < tensor->count; ++i) tensor->f[i] *= factor;
}

// ---- Who is who: one decode step of batch 1 at position 1, and the same with one input changed
// ---------------------------

typedef enum spc_raise_input_t { INPUT_LINEAR, INPUT_NORM } spc_raise_input_t;

// Which of the present key and value react when input |i| of |kind| is replaced.
static spc_status_t react(const spc_raise_measure_t *m, const spc_raise_probe_t *base, spc_raise_input_t kind, int i,
                          bool *out_key, bool *out_value) {
  spc_raise_probe_t probe = *base;  // borrows the inputs; the replaced one and the outputs are its own
  probe.out = probe.present_k = probe.present_v = (spc_eval_tensor_t){0};
  spc_eval_tensor_t *member = kind == INPUT_LINEAR ? &probe.linears[i] : &probe.norms[i], replaced = {0};
  SPC_RETURN_IF_ERROR(
      spc_eval_tensor_init_random(member->element, member->rank, member->dims, 0.25, 1.25, 999, &replaced));
  *member = replaced;
  spc_status_t status = run(m, &probe);
  if (!status) {
    *out_key = !same(&probe.present_k, &base->present_k);
    *out_value = !m->attention->scores && !same(&probe.present_v, &base->present_v);
  }
  spc_eval_tensor_deinit(&replaced);
  spc_eval_tensor_deinit(&probe.out);
  spc_eval_tensor_deinit(&probe.present_k);
  spc_eval_tensor_deinit(&probe.present_v);
  return status;
}

static spc_status_t assign_linears(const spc_raise_measure_t *m, spc_raise_probe_t *base) {
  spc_raise_attention_t *attention = m->attention;
  spc_raise_attention_facts_t *facts = &attention->facts;
  facts->q = facts->k = facts->v = attention->packed ? 0 : -1;
  for (int i = 0; !attention->packed && i < attention->linear_count; ++i) {
    bool key = false, value = false;
    SPC_RETURN_IF_ERROR(react(m, base, INPUT_LINEAR, i, &key, &value));
    if (key && value) return SPC_STATUS(SPC_UNSUPPORTED, "one projection gives both keys and values but not queries");
    int *role = key ? &facts->k : value ? &facts->v : &facts->q;
    if (*role >= 0) return SPC_STATUS(SPC_UNSUPPORTED, "two projections give the same of queries, keys and values");
    *role = i;
  }
  return NULL;
}

static spc_status_t assign_norms(const spc_raise_measure_t *m, spc_raise_probe_t *base) {
  spc_raise_attention_facts_t *facts = &m->attention->facts;
  facts->q_norm = facts->k_norm = -1;
  for (int i = 0; i < m->attention->norm_count; ++i) {
    bool key = false, value = false;
    SPC_RETURN_IF_ERROR(react(m, base, INPUT_NORM, i, &key, &value));
    if (value)
      return SPC_STATUS(SPC_UNSUPPORTED, "the values are normalised or scaled by a weight; queries and keys may be");
    int *role = key ? &facts->k_norm : &facts->q_norm;
    if (*role >= 0) return SPC_STATUS(SPC_UNSUPPORTED, "two weight vectors scale the same of queries and keys");
    *role = i;
  }
  // One vector that the keys react to serves both: exporters store equal weights once. Were it the keys' alone,
  // comparison would tell.
  if (m->attention->norm_count == 1 && facts->k_norm == 0) facts->q_norm = 0;
  if (facts->q_norm >= 0 && facts->k_norm < 0)
    return SPC_STATUS(SPC_UNSUPPORTED, "queries are normalised and keys are not");
  return NULL;
}

// ---- RoPE ----------------------------------------------------------------------------------------------------------

// Angles at |position| into |angles| [pairs]; checks the first measurement's layout afterwards.
static spc_status_t measure_angles(const spc_raise_measure_t *m, spc_raise_probe_t *probe, int64_t position,
                                   double *angles, int64_t *out_pairs) {
  spc_eval_tensor_t tensor = {0};
  probe->positions.i[0] = position;
  SPC_RETURN_IF_ERROR(spc_raise_probe_bind(m->context, m->region, m->attention, probe));
  SPC_RETURN_IF_ERROR(spc_eval_value(m->context->env, spc_raise_operand(m->attention->cos_op, 0), &tensor));
  spc_status_t status = NULL;
  int64_t d = m->attention->facts.head_size, n = tensor.count / probe->batch, stride = 1;
  if (n == d) {  // each angle twice: [a, a] or a0, a0, a1, a1
    bool halves = tensor.f != NULL;
    for (int64_t i = 0; halves && i < d / 2; ++i) halves = tensor.f[i] == tensor.f[i + d / 2];
    stride = halves ? 1 : 2;
    n = d / 2;
  }
  if (!tensor.f || n != d / 2 || n > SPC_RAISE_MAX_PAIRS) {
    status =
        SPC_STATUS(SPC_UNSUPPORTED, "rotary embedding of %lld of %lld dimensions of a head; all of them are supported",
                   (long long)(2 * n), (long long)d);
  }
  for (int64_t i = 0; !status && i < n; ++i) angles[i] = tensor.f[i * stride];
  *out_pairs = n;
  spc_eval_tensor_deinit(&tensor);
  return status;
}

static spc_status_t measure_frequencies(const spc_raise_measure_t *m, spc_raise_probe_t *probe) {
  spc_raise_attention_facts_t *facts = &m->attention->facts;
  if (mlirOperationIsNull(m->attention->cos_op)) {
    facts->pairs = 0;
    return NULL;
  }
  SPC_RETURN_IF_ERROR(measure_angles(m, probe, 1, facts->inv_freq, &facts->pairs));
  if (!spc_raise_takes_positions(m->region)) return NULL;
  // Far away too: frequencies that change beyond some length (dynamic and LongRoPE scaling) are not constants.
  double far[SPC_RAISE_MAX_PAIRS];
  static const int64_t positions[] = {3, 200003};
  for (size_t p = 0; p < sizeof positions / sizeof *positions; ++p) {
    int64_t n;
    SPC_RETURN_IF_ERROR(measure_angles(m, probe, positions[p], far, &n));
    for (int64_t i = 0; i < n; ++i) {
      double expected = (double)positions[p] * facts->inv_freq[i];
      if (fabs(far[i] - expected) <= 1e-5 * fabs(expected)) continue;
      return SPC_STATUS(
          SPC_UNSUPPORTED,
          "rotary angle %lld at position %lld is %g, not position times a constant frequency (%g); dynamic "
          "scaling is not supported",
          (long long)i, (long long)positions[p], far[i], expected);
    }
  }
  probe->positions.i[0] = 1;
  return NULL;
}

// The first head of the new key, before rotation, divided by nothing: x, or x normalised with eps 0 when keys are
// normalised.
static void plain_key(const spc_raise_measure_t *m, const spc_raise_probe_t *probe, double *row) {
  const spc_raise_attention_facts_t *facts = &m->attention->facts;
  int64_t d = facts->head_size, offset = m->attention->packed ? facts->q_heads * d : 0;
  memcpy(row, probe->linears[facts->k].f + offset, (size_t)d * sizeof *row);
  if (facts->k_norm >= 0) spc_reference_rms_norm(1, d, 0, row, probe->norms[facts->k_norm].f, row);
}

static double norm_of(int64_t n, const double *x) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += x[i] * x[i];
  return sqrt(sum);
}

// The factor on cos and sin, from the length of a long key (eps vanishes), the pairing, from the better of both, and
// eps from a short key.
static spc_status_t measure_rotation(const spc_raise_measure_t *m, spc_raise_probe_t *probe) {
  spc_raise_attention_facts_t *facts = &m->attention->facts;
  int64_t d = facts->head_size, pairs = d / 2;
  double *x = malloc(2 * (size_t)d * sizeof *x), *tables = malloc((size_t)d * sizeof *tables);
  spc_status_t status =
      x && tables ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for a head of %lld", (long long)d);
  if (status) goto cleanup;
  for (intptr_t i = 0; i < m->attention->norm_count; ++i) fill(&probe->norms[i], 1);
  scale_values(&probe->linears[facts->k], 1e3);
  SPC_GOTO_IF_ERROR(run(m, probe));
  plain_key(m, probe, x);
  const double *key = probe->present_k.f + d;  // head 0, slot 1
  facts->rope_scaling = 1;
  if (facts->pairs) {
    double scaling = norm_of(d, key) / norm_of(d, x);
    facts->rope_scaling = fabs(scaling - 1) < 1e-6 ? 1 : (double)(float)scaling;
  }
  spc_raise_tables(m->attention, probe, 1, tables, tables + pairs);
  double best = INFINITY;
  if (spc_reference_difference(d, key, x) < 1e-6) {
    status = SPC_STATUS(SPC_UNSUPPORTED, "'%.*s' holds keys without rotary position embedding",
                        (int)m->attention->present_key->name.length, m->attention->present_key->name.data);
    goto cleanup;
  }
  for (int interleaved = 0; interleaved < 2; ++interleaved) {
    double *rotated = x + d;
    memcpy(rotated, x, (size_t)d * sizeof *x);
    spc_reference_rope(d, interleaved, tables, tables + pairs, rotated);
    double difference = spc_reference_difference(d, key, rotated);
    if (difference >= best) continue;
    best = difference;
    facts->interleaved = interleaved;
  }
  if (best > SPC_RAISE_TOLERANCE) {
    status = SPC_STATUS(SPC_UNSUPPORTED,
                        "the new row of '%.*s' differs from the rotated key projection by %.2g of its largest value",
                        (int)m->attention->present_key->name.length, m->attention->present_key->name.data, best);
    goto cleanup;
  }
  facts->eps = 0;
  if (facts->k_norm >= 0) {
    scale_values(&probe->linears[facts->k], 1e-6);
    SPC_GOTO_IF_ERROR(run(m, probe));
    int64_t offset = m->attention->packed ? facts->q_heads * d : 0;
    double length = norm_of(d, probe->linears[facts->k].f + offset),
           out = norm_of(d, probe->present_k.f + d) / facts->rope_scaling;
    double eps = length * length / (out * out) - length * length / (double)d;
    facts->eps = isfinite(eps) && eps > 0 ? (double)(float)eps : 0;
    scale_values(&probe->linears[facts->k], 1e6);
  }
  scale_values(&probe->linears[facts->k], 1e-3);
cleanup:
  free(x);
  free(tables);
  return status;
}

// ---- Scale ---------------------------------------------------------------------------------------------------------

// With two keys, the past one with value 0 and the new one with value 1, the result is the new key's probability p; and
// log(p / (1-p)) is the scale times the difference of their products with the query.
static spc_status_t measure_scale(const spc_raise_measure_t *m, spc_raise_probe_t *probe) {
  spc_raise_attention_facts_t *facts = &m->attention->facts;
  int64_t d = facts->head_size;
  if (!m->attention->scores) {
    fill(&probe->past_v, 0);
    spc_eval_tensor_t *v = &probe->linears[facts->v];
    for (int64_t i = m->attention->packed ? (facts->q_heads + facts->kv_heads) * d : 0; i < v->count; ++i) v->f[i] = 1;
  }
  SPC_RETURN_IF_ERROR(run(m, probe));
  double p = probe->out.f[m->attention->scores ? 1 : 0];
  double *row = malloc(2 * (size_t)d * sizeof *row);
  if (!row) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for a head of %lld", (long long)d);
  memcpy(row, probe->linears[facts->q].f, (size_t)d * sizeof *row);
  if (facts->q_norm >= 0) spc_reference_rms_norm(1, d, facts->eps, row, probe->norms[facts->q_norm].f, row);
  spc_raise_tables(m->attention, probe, 1, row + d, row + d + d / 2);
  spc_reference_rope(d, facts->interleaved, row + d, row + d + d / 2, row);
  double difference = 0;
  for (int64_t i = 0; i < d; ++i) difference += row[i] * (probe->present_k.f[d + i] - probe->present_k.f[i]);
  free(row);
  double scale = log(p / (1 - p)) / difference;
  if (!isfinite(scale))
    return SPC_STATUS(SPC_UNSUPPORTED, "of two keys the new one gets %g of the attention, which is no softmax of q k",
                      p);
  double usual = 1 / sqrt((double)d);
  facts->scale = fabs(scale / usual - 1) < 1e-6 ? usual : scale;
  return NULL;
}

spc_status_t spc_raise_attention_measure(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                         MlirValue root, spc_raise_attention_t *attention) {
  spc_raise_measure_t m = {context, region, attention, root};
  spc_raise_probe_t probe;
  int64_t batch = context->graph->fixed_batch > 0 ? context->graph->fixed_batch : 1;  // only the first is looked at
  SPC_RETURN_IF_ERROR(spc_raise_probe_init(context, attention, batch, 1, 1, 7, &probe));
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(run(&m, &probe));
  SPC_GOTO_IF_ERROR(assign_linears(&m, &probe));
  SPC_GOTO_IF_ERROR(assign_norms(&m, &probe));
  SPC_GOTO_IF_ERROR(measure_frequencies(&m, &probe));
  SPC_GOTO_IF_ERROR(measure_rotation(&m, &probe));
  SPC_GOTO_IF_ERROR(measure_scale(&m, &probe));
cleanup:
  spc_raise_probe_deinit(&probe);
  return status;
}
