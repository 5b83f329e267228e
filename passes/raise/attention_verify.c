// The comparison of an attention region with the canonical formula.
#include <math.h>
#include <stdlib.h>

#include "passes/raise/attention.h"
#include "passes/raise/reference.h"

void spc_raise_tables(const spc_raise_attention_t *attention, const spc_raise_probe_t *probe, int64_t tokens,
                      double *cosines, double *sines) {
  const spc_raise_attention_facts_t *facts = &attention->facts;
  int64_t pairs = facts->head_size / 2;
  for (int64_t token = 0; token < tokens; ++token) {
    int64_t position = probe->positions.i[token];
    for (int64_t i = 0; i < pairs; ++i) {
      double *c = &cosines[token * pairs + i], *s = &sines[token * pairs + i];
      if (facts->pairs) {
        *c = cos((double)position * facts->inv_freq[i]) * facts->rope_scaling;
        *s = sin((double)position * facts->inv_freq[i]) * facts->rope_scaling;
      } else {
        *c = probe->cos_table.f[position * pairs + i];
        *s = probe->sin_table.f[position * pairs + i];
      }
    }
  }
}

typedef struct spc_raise_case_t {
  const char *what;
  int64_t batch, sequence, past;
  double size;  // of queries, keys and their norms' weights: scores grow with its square, and bounded ones (soft caps)
                // stop fitting
} spc_raise_case_t;

static void grow(spc_eval_tensor_t *tensor, double factor) {
  for (int64_t i = 0; i < tensor->count; ++i) tensor->f[i] *= factor;
}

// Slots of padding at the left of the second sequence, and positions that are not slots: where the model can be told.
static void vary(const spc_raise_context_t *context, const spc_raise_region_t *region,
                 const spc_raise_attention_t *attention, spc_raise_probe_t *probe) {
  if (!spc_raise_takes_positions(region)) return;  // positions then come from the mask, and padding would move them
  int64_t limit = attention->facts.pairs ? INT64_MAX : SPC_RAISE_TABLE_ROWS;
  for (int64_t i = 0; i < probe->positions.count; ++i) probe->positions.i[i] = (5 + 3 * probe->positions.i[i]) % limit;
  int64_t total = probe->past + probe->sequence;
  bool masked = spc_raise_region_arg(region, SPC_ROLE_MASK) && spc_raise_arg(context->graph, SPC_ROLE_MASK, -1);
  if (masked && probe->batch > 1 && total > 1) probe->mask.i[total] = 0;
}

static spc_status_t compare(const spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue root,
                            const spc_raise_attention_t *attention, const spc_raise_case_t *it) {
  const spc_raise_attention_facts_t *facts = &attention->facts;
  int64_t d = facts->head_size, total = it->past + it->sequence, tokens = it->batch * it->sequence;
  int64_t cache = it->batch * facts->kv_heads * total * d;
  int64_t outputs = tokens * facts->q_heads * (attention->scores ? total : d);
  size_t needed =
      (size_t)(2 * cache + facts->q_heads * d + total) + 2 * (size_t)cache + (size_t)outputs + (size_t)(tokens * d);
  double *memory = malloc(needed * sizeof *memory);
  if (!memory)
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory to verify attention (%zu bytes)", needed * sizeof *memory);
  double *scratch = memory, *keys = scratch + 2 * cache + facts->q_heads * d + total, *values = keys + cache,
         *out = values + cache, *cosines = out + outputs, *sines = cosines + tokens * (d / 2);
  spc_raise_probe_t probe;
  spc_status_t status = spc_raise_probe_init(context, attention, it->batch, it->sequence, it->past, 31, &probe);
  if (status) {
    free(memory);
    return status;
  }
  vary(context, region, attention, &probe);
  for (intptr_t i = 0; i < attention->linear_count; ++i) grow(&probe.linears[i], it->size);
  for (intptr_t i = 0; i < attention->norm_count; ++i) grow(&probe.norms[i], it->size);
  grow(&probe.past_k, it->size);
  SPC_GOTO_IF_ERROR(spc_raise_probe_run(context, region, attention, root, &probe));
  spc_raise_tables(attention, &probe, tokens, cosines, sines);
  const double *q = probe.linears[facts->q].f, *k = probe.linears[facts->k].f,
               *v = attention->scores ? NULL : probe.linears[facts->v].f;
  if (attention->packed) {
    k += facts->q_heads * d;
    v += (facts->q_heads + facts->kv_heads) * d;
  }
  spc_reference_attention_t reference = {
      .batch = it->batch,
      .sequence = it->sequence,
      .past = it->past,
      .q_heads = facts->q_heads,
      .kv_heads = facts->kv_heads,
      .head_size = d,
      .scale = facts->scale,
      .window = facts->window,
      .interleaved = facts->interleaved,
      .cos = cosines,
      .sin = sines,
      .q_norm = facts->q_norm < 0 ? NULL : probe.norms[facts->q_norm].f,
      .k_norm = facts->k_norm < 0 ? NULL : probe.norms[facts->k_norm].f,
      .q_eps = facts->eps,
      .k_eps = facts->eps,
      .q = q,
      .k = k,
      .v = v,
      .q_stride = attention->widths[facts->q],
      .k_stride = attention->widths[facts->k],
      .v_stride = attention->scores ? 0 : attention->widths[facts->v],
      .past_k = probe.past_k.f,
      .past_v = probe.past_v.f,
      .mask = probe.mask.i,
  };
  spc_reference_attention(&reference, scratch, keys, values, attention->scores ? NULL : out,
                          attention->scores ? out : NULL);
  struct {
    const char *what;
    const spc_eval_tensor_t *actual;
    const double *expected;
    int64_t count;
  } checks[] = {{"the present key", &probe.present_k, keys, cache},
                {"the present value", &probe.present_v, values, attention->scores ? 0 : cache},
                {attention->scores ? "attention weights" : "the result", &probe.out, out, outputs}};
  for (size_t i = 0; i < sizeof checks / sizeof *checks; ++i) {
    double difference = spc_reference_difference(checks[i].count, checks[i].actual->f, checks[i].expected);
    if (difference <= SPC_RAISE_TOLERANCE) continue;
    status = SPC_STATUS(
        SPC_UNSUPPORTED,
        "%s differs from causal softmax attention with RoPE by %.2g of its largest value in %s (%lld query heads, "
        "%lld KV heads of %lld, scale %.6g%s)",
        checks[i].what, difference, it->what, (long long)facts->q_heads, (long long)facts->kv_heads, (long long)d,
        facts->scale, facts->interleaved ? ", interleaved" : "");
    break;
  }
cleanup:
  spc_raise_probe_deinit(&probe);
  free(memory);
  return status;
}

spc_status_t spc_raise_attention_verify(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                        MlirValue root, const spc_raise_attention_t *attention) {
  static const spc_raise_case_t cases[] = {
      {"a decode step", 1, 1, 4, 6}, {"a prefill", 2, 3, 0, 1}, {"a chunk with past", 2, 2, 3, 3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    spc_raise_case_t it = cases[i];
    if (context->graph->fixed_batch > 0) it.batch = context->graph->fixed_batch;
    SPC_RETURN_IF_ERROR(compare(context, region, root, attention, &it));
  }
  return NULL;
}
