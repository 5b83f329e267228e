#include "tools/plan/plan.h"

#include <stdlib.h>

const char *const spc_buffer_names[SPC_BUFFERS] = {"weights", "activations", "state", "staging", "retrieval", "kv_slots", "kv_pools"};

void spc_plan_memory(const spc_plan_t *plan, uint64_t sequences, uint64_t tokens, uint64_t offloaded, spc_memory_use_t *out_use) {
  spc_memory_model_t m;
  spc_memory_model_init(plan, &m);
  *out_use = (spc_memory_use_t){.device = spc_memory_device_bytes(&m, sequences, tokens, offloaded)};
  uint64_t *b = out_use->buffers;
  b[SPC_BUFFER_WEIGHTS] = m.weights;
  b[SPC_BUFFER_ACTIVATIONS] = spc_memory_round_up(m.activations, SPC_MEMORY_ALIGNMENT);
  b[SPC_BUFFER_STATE] = spc_memory_round_up(m.state, SPC_MEMORY_ALIGNMENT);
  b[SPC_BUFFER_STAGING] = offloaded ? spc_memory_round_up(m.staging, SPC_MEMORY_ALIGNMENT) : 0;
  for (uint32_t i = 0; i < m.cache_count; ++i) {
    bool out = spc_memory_is_offloaded(&m, i, offloaded);
    spc_buffer_t buffer = m.caches[i].kind != SPC_CACHE_LLM ? SPC_BUFFER_RETRIEVAL : out ? SPC_BUFFER_SLOTS : SPC_BUFFER_POOLS;
    b[buffer] = spc_memory_add(b[buffer], spc_memory_pool_bytes(&m, i, sequences, tokens, offloaded));
  }
  out_use->host = spc_memory_add(spc_memory_host_weights(plan), spc_memory_host_bytes(&m, offloaded, spc_memory_pages(&m, sequences, tokens)));
}

static bool fits(const spc_machine_limits_t *limits, const spc_memory_use_t *use) {
  return (limits->device_memory == 0 || use->device <= limits->device_memory) && (limits->host_memory == 0 || use->host <= limits->host_memory);
}

static uint64_t most_out(const spc_plan_t *plan) { return plan->staging_size ? plan->dims.layers : 0; }

uint64_t spc_plan_fewest_out(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t sequences, uint64_t tokens) {
  for (uint64_t n = 0; n <= most_out(plan); ++n) {
    spc_memory_use_t use;
    spc_plan_memory(plan, sequences, tokens, n, &use);
    if (fits(limits, &use)) return n;
  }
  return plan->dims.layers + 1;
}

spc_plan_row_t spc_plan_row(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t batch, uint64_t tokens) {
  spc_plan_row_t row = {.tokens = tokens, .batch = batch, .offloaded = spc_plan_fewest_out(plan, limits, batch, tokens)};
  row.fits = row.offloaded <= plan->dims.layers;
  if (!row.fits) row.offloaded = most_out(plan);
  spc_plan_memory(plan, batch, tokens, row.offloaded, &row.use);
  const spc_cost_step_t step = {batch, tokens, row.offloaded, limits->change_rate, limits->full_attention};
  row.timed = row.fits && spc_cost_step(plan, &limits->rates, &step, &row.time);
  if (row.timed && row.time.seconds > 0) row.tokens_per_second = (double)batch / row.time.seconds;
  return row;
}

spc_plan_row_t spc_plan_best(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t tokens) {
  spc_plan_row_t best = spc_plan_row(plan, limits, 1, tokens);
  for (uint64_t batch = 2; batch <= plan->dims.max_batch; ++batch) {
    spc_plan_row_t row = spc_plan_row(plan, limits, batch, tokens);
    if (row.timed && (!best.timed || row.tokens_per_second > best.tokens_per_second)) best = row;
  }
  return best;
}

uint64_t spc_plan_best_chunk(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t tokens, uint64_t offloaded, double *out_seconds) {
  uint64_t most = plan->dims.prefill_chunk;
  double fastest = 0;
  *out_seconds = 0;
  for (int choosing = 0; choosing < 2; ++choosing) {
    for (uint64_t chunk = plan->dims.page_tokens;; chunk = 2 * chunk < most ? 2 * chunk : most) {
      double seconds = spc_cost_prefill(plan, &limits->rates, tokens, chunk, offloaded);
      if (seconds == 0) return most;
      if (!choosing && (fastest == 0 || seconds < fastest)) fastest = seconds;
      if (choosing && seconds <= 1.01 * fastest) {
        *out_seconds = seconds;
        return chunk;
      }
      if (chunk == most) break;
    }
  }
  return most;
}

spc_status_t spc_plan_report_fill(spc_plan_report_t *report, const uint64_t *lengths, size_t count) {
  const spc_plan_t *plan = report->plan;
  uint64_t layers = plan->dims.layers;
  report->thresholds = calloc(layers + 1, sizeof *report->thresholds);
  if (!report->thresholds) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for thresholds");
  spc_memory_model_t memory;
  spc_memory_model_init(plan, &memory);
  for (uint64_t n = 0; n <= layers; ++n) {
    bool possible = n <= most_out(plan);
    report->thresholds[n] = possible ? spc_memory_longest(&memory, report->batch, plan->dims.max_seq, n, report->limits.device_memory) : 0;
    // As the plan has them: with one more layer out nothing shorter fits, since a layer may stay.
    if (n && report->thresholds[n] < report->thresholds[n - 1]) report->thresholds[n] = report->thresholds[n - 1];
  }
  report->length_count = count;
  for (size_t i = 0; i < count; ++i) {
    report->rows[i] = spc_plan_row(plan, &report->limits, report->batch, lengths[i]);
    report->best[i] = spc_plan_best(plan, &report->limits, lengths[i]);
    report->best_chunk[i] = spc_plan_best_chunk(plan, &report->limits, lengths[i], report->best[i].offloaded, &report->prefill_seconds[i]);
  }
  return NULL;
}

void spc_plan_report_deinit(spc_plan_report_t *report) {
  free(report->thresholds);
  report->thresholds = NULL;
}
