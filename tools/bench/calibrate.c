#include "tools/bench/calibrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spc/memory_model.h"

#define SHORT_CONTEXT 1024
#define LONG_CONTEXT 32768
#define BATCH 8
#define ROOM 64       // tokens that a case's steps take, at the most
#define REFILLS 4     // timed prefetches of a whole selection: a filled sequence has no row on the device
#define PREFILLS 2

typedef struct calibrate_t {
  spc_model_t *model;
  const spc_plan_t *plan;
  spc_bench_settings_t settings;
  spc_calibration_t *out;
  uint64_t short_context, middle_context, long_context, batch;
} calibrate_t;

// ---- Decode

// After the first step, which loads all that it selects.
static double change_rate(const spc_session_stats_t *stats) {
  double steps = (double)stats->decode_steps, selected = (double)stats->rows_selected, first = selected / steps;
  if (steps < 2 || selected <= first) return 0;
  double rate = ((double)stats->rows_loaded - first) / (selected - first);
  return rate < 0 ? 0 : rate > 1 ? 1 : rate;
}

static spc_status_t measure_step(calibrate_t *c, uint64_t batch, uint64_t context, bool full, uint64_t offloaded) {
  if (c->out->case_count == SPC_CALIBRATION_CASES) return NULL;
  spc_bench_settings_t settings = c->settings;
  settings.session.offload_layers = (int32_t)offloaded;
  spc_decode_result_t result;
  SPC_RETURN_IF_ERROR(spc_bench_decode(c->model, &settings, batch, context, full, &result));
  if (result.does_not_fit) {
    printf("left out: batch %" PRIu64 ", context %" PRIu64 ": does not fit\n", batch, context);
  } else {
    spc_calibration_case_t *one = &c->out->cases[c->out->case_count++];
    *one = (spc_calibration_case_t){
        .step = {batch, context + settings.warmup + (settings.steps + 1) / 2, offloaded, full ? 0 : change_rate(&result.stats), full},
        .seconds = result.step.median,
        .fitted = offloaded == 0};
  }
  spc_decode_result_deinit(&result);
  return NULL;
}

static spc_status_t measure_steps(calibrate_t *c) {
  bool sparse = spc_model_has_retriever(c->model);
  for (int is_long = 0; is_long < 2; ++is_long) {
    uint64_t context = is_long ? c->long_context : c->short_context;
    if (is_long && context == c->short_context) break;
    for (uint64_t batch = 1;; batch = c->batch) {
      if (sparse) SPC_RETURN_IF_ERROR(measure_step(c, batch, context, false, 0));
      SPC_RETURN_IF_ERROR(measure_step(c, batch, context, true, 0));
      if (batch == c->batch) break;
    }
  }
  if (!sparse || c->plan->staging_size == 0) return NULL;
  uint64_t layers = c->plan->dims.layers;
  SPC_RETURN_IF_ERROR(measure_step(c, 1, c->long_context, false, (layers + 1) / 2));
  SPC_RETURN_IF_ERROR(measure_step(c, 1, c->long_context, false, layers));
  if (c->batch == 1) return NULL;
  SPC_RETURN_IF_ERROR(measure_step(c, c->batch, c->middle_context, false, (layers + 1) / 2));
  return measure_step(c, c->batch, c->middle_context, false, layers);
}

// ---- The link

typedef struct copies_t {
  const spc_plan_t *plan;
  double seconds;  // of prefetches
} copies_t;

static void add_copy(void *context, const spc_trace_span_t *span) {
  copies_t *copies = context;
  if (span->track != SPC_TRACE_COPY || span->program != SPC_PROGRAM_DECODE || span->command < 0) return;
  const spc_program_t *program = &copies->plan->programs[span->program];
  if (copies->plan->commands[program->command_begin + (uint32_t)span->command].opcode != SPC_OP_KV_PREFETCH) return;
  copies->seconds += span->end - span->begin;
}

static spc_status_t time_prefetches(spc_session_t *session, const calibrate_t *c, copies_t *copies) {
  int32_t sequences[BATCH], tokens[BATCH];
  for (uint64_t b = 0; b < c->batch; ++b) SPC_RETURN_IF_ERROR(spc_session_sequence_create(session, &sequences[b]));
  for (int i = 0; i <= REFILLS; ++i) {
    for (uint64_t b = 0; b < c->batch; ++b) {
      tokens[b] = 1;
      SPC_RETURN_IF_ERROR(spc_session_sequence_fill(session, sequences[b], c->middle_context, c->settings.seed + (uint64_t)i));
    }
    if (i == 1) {  // the first one warms up
      spc_session_stats_reset(session);
      SPC_RETURN_IF_ERROR(spc_session_trace(session, add_copy, copies));
    }
    SPC_RETURN_IF_ERROR(spc_session_decode_next(session, c->batch, sequences, tokens, tokens));
  }
  return NULL;
}

// What prefetches reach, by their own spans: bytes of a step's prefetch over its time.
static spc_status_t measure_link(calibrate_t *c) {
  c->out->rates.link_bandwidth = c->out->copy_bandwidth;
  if (!spc_model_has_retriever(c->model) || c->plan->staging_size == 0) return NULL;
  spc_session_options_t options = c->settings.session;
  options.max_batch = c->batch;
  options.max_seq = c->middle_context + 1;
  options.offload_layers = (int32_t)c->plan->dims.layers;
  spc_session_t *session = NULL;
  spc_status_t status = spc_session_create(c->model, &options, &session);
  if (status && spc_status_code(status) == SPC_OUT_OF_MEMORY) {
    printf("left out: prefetches: %s\n", spc_status_message(status));
    spc_status_ignore(status);
    return NULL;
  }
  copies_t copies = {.plan = c->plan};
  if (!status) status = time_prefetches(session, c, &copies);
  if (!status) {
    spc_session_stats_t stats;
    spc_session_stats(session, &stats);
    double bytes = (double)stats.bytes_linked;
    if (copies.seconds > 0 && bytes > 0) c->out->rates.link_bandwidth = bytes / copies.seconds;
  }
  spc_session_destroy(session);
  return spc_status_annotate(status, "the rate of prefetches");
}

// ---- Everything

static spc_status_t measure_prefill(calibrate_t *c) {
  uint64_t chunk = c->settings.session.prefill_chunk ? c->settings.session.prefill_chunk : c->plan->dims.prefill_chunk;
  uint64_t tokens = chunk < c->plan->dims.max_seq ? chunk : c->plan->dims.max_seq;
  spc_bench_settings_t settings = c->settings;
  settings.prefills = PREFILLS;
  settings.session.offload_layers = 0;
  spc_prefill_result_t result;
  SPC_RETURN_IF_ERROR(spc_bench_prefill(c->model, &settings, tokens, &result));
  if (!result.does_not_fit) {
    c->out->prefill_tokens = tokens;
    c->out->prefill_seconds = result.prefill.median;
    c->out->rates.prefill_flops = spc_cost_fit_prefill(c->plan, &c->out->rates, tokens, chunk, result.prefill.median);
  }
  spc_prefill_result_deinit(&result);
  return NULL;
}

// A step that read faster than the memory's bandwidth found its weights in caches: then that is the rate that bounds it.
static void raise_bandwidth(calibrate_t *c) {
  for (size_t i = 0; i < c->out->case_count; ++i) {
    const spc_calibration_case_t *one = &c->out->cases[i];
    spc_work_t work = spc_work_step(c->plan, spc_cost_program(c->plan, &one->step), one->step.rows, one->step.tokens);
    double rate = (double)spc_work_bytes(&work) / one->seconds;
    if (rate > c->out->rates.memory_bandwidth) c->out->rates.memory_bandwidth = rate;
  }
}

static spc_status_t fit(calibrate_t *c) {
  spc_cost_sample_t samples[SPC_CALIBRATION_CASES];
  size_t count = 0;
  raise_bandwidth(c);
  for (size_t i = 0; i < c->out->case_count; ++i) {
    if (c->out->cases[i].fitted) samples[count++] = (spc_cost_sample_t){c->out->cases[i].step, c->out->cases[i].seconds};
  }
  if (count == 0) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no decode case fits into the device's memory, so nothing can be calibrated");
  spc_cost_fit_launches(c->plan, samples, count, &c->out->rates);
  return NULL;
}

static void report(const calibrate_t *c) {
  const spc_calibration_t *out = c->out;
  const spc_cost_rates_t *r = &out->rates;
  printf("\nmemory %.1f GB/s, link %.2f GB/s by plain copies and %.2f GB/s by prefetches; a command takes %.3f us and %.3f us for each further sequence\n",
         r->memory_bandwidth / 1e9, out->copy_bandwidth / 1e9, r->link_bandwidth / 1e9, 1e6 * r->launch_seconds, 1e6 * r->row_seconds);
  if (r->prefill_flops > 0) {
    printf("prefill of %" PRIu64 " tokens: %.4f s, %.3f TFLOP/s\n", out->prefill_tokens, out->prefill_seconds, r->prefill_flops / 1e12);
  }
  printf("\n%-9s %5s %8s %10s %8s %12s %13s %8s\n", "attention", "batch", "tokens", "layers out", "changed", "measured ms", "predicted ms", "off by");
  for (size_t i = 0; i < out->case_count; ++i) {
    const spc_calibration_case_t *one = &out->cases[i];
    printf("%-9s %5" PRIu64 " %8" PRIu64 " %10" PRIu64 " %7.1f%% %12.3f %13.3f %+7.1f%%%s\n", one->step.full_attention ? "full" : "sparse", one->step.rows,
           one->step.tokens, one->step.offloaded, 100 * one->step.change_rate, 1e3 * one->seconds, 1e3 * one->predicted,
           100 * (one->predicted / one->seconds - 1), one->fitted ? "" : "  (not fitted)");
  }
}

static spc_status_t prepare(calibrate_t *c, const char *object) {
  const spc_dims_t *d = &c->plan->dims;
  if (d->max_seq < 2 * ROOM) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "--calibrate needs an object for at least %d tokens (--max-seq of spc-compile); this one is for %" PRIu64, 2 * ROOM,
                      d->max_seq);
  }
  uint64_t most = d->max_seq - ROOM;
  c->long_context = most < LONG_CONTEXT ? most : LONG_CONTEXT;
  c->short_context = c->long_context / 4 < SHORT_CONTEXT ? c->long_context / 4 : SHORT_CONTEXT;
  c->middle_context = 4 * c->short_context < c->long_context ? 4 * c->short_context : c->long_context;
  c->batch = d->max_batch < BATCH ? d->max_batch : BATCH;
  c->settings.steps = 16;
  c->settings.warmup = 4;
  snprintf(c->out->object, sizeof c->out->object, "%s", object);
  snprintf(c->out->target, sizeof c->out->target, "%s", c->plan->cpu);
  return NULL;
}

spc_status_t spc_bench_calibrate(spc_model_t *model, const spc_bench_settings_t *settings, const char *object, spc_calibration_t *out_calibration) {
  *out_calibration = (spc_calibration_t){.case_count = 0};
  calibrate_t c = {.model = model, .plan = spc_model_plan(model), .settings = *settings, .out = out_calibration};
  SPC_RETURN_IF_ERROR(prepare(&c, object));
  spc_machine_t machine;
  SPC_RETURN_IF_ERROR(spc_model_measure(model, settings->session.threads, &machine));
  snprintf(out_calibration->device, sizeof out_calibration->device, "%s", machine.device_name);
  out_calibration->device_memory = machine.device_memory;
  out_calibration->host_memory = machine.host_memory;
  out_calibration->copy_bandwidth = machine.link_bandwidth;
  out_calibration->rates.multiprocessors = machine.multiprocessors;
  out_calibration->rates.memory_bandwidth = machine.memory_bandwidth;
  SPC_RETURN_IF_ERROR(measure_link(&c));
  SPC_RETURN_IF_ERROR(measure_steps(&c));
  SPC_RETURN_IF_ERROR(fit(&c));
  SPC_RETURN_IF_ERROR(measure_prefill(&c));
  for (size_t i = 0; i < out_calibration->case_count; ++i) {
    spc_cost_time_t time;
    if (spc_cost_step(c.plan, &out_calibration->rates, &out_calibration->cases[i].step, &time)) out_calibration->cases[i].predicted = time.seconds;
  }
  report(&c);
  return NULL;
}
