#include "tools/bench/cases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PROFILE_WARMUP 1  // the first step without a graph may load kernels
#define PROFILE_STEPS 4

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Sorts |seconds|.
static spc_times_t summarise(double *seconds, uint64_t count) {
  qsort(seconds, count, sizeof *seconds, compare_doubles);
  double median = count % 2 ? seconds[count / 2] : (seconds[count / 2 - 1] + seconds[count / 2]) / 2;
  return (spc_times_t){median, seconds[0], seconds[count - 1]};
}

static spc_status_t allocate(void *out_pointer, uint64_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  memcpy(out_pointer, &memory, sizeof memory);
  return memory ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %" PRIu64 " x %zu bytes", count, size);
}

static void random_tokens(uint64_t seed, uint64_t vocab, uint64_t count, int32_t *out_tokens) {
  uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
  for (uint64_t i = 0; i < count; ++i) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    out_tokens[i] = (int32_t)((state >> 33) % vocab);
  }
}

// Creates the session of a case. One that the device cannot hold is no error but |out_does_not_fit|.
static spc_status_t create_session(spc_model_t *model, const spc_bench_settings_t *settings, uint64_t batch, uint64_t tokens, bool full,
                                   spc_session_t **out_session, char **out_does_not_fit) {
  spc_session_options_t options = settings->session;
  options.max_batch = batch;
  options.max_seq = tokens;
  options.full_attention = full;
  spc_status_t status = spc_session_create(model, &options, out_session);
  if (!status || spc_status_code(status) != SPC_OUT_OF_MEMORY) return status;
  *out_does_not_fit = strdup(spc_status_message(status));
  if (!*out_does_not_fit) return status;
  spc_status_ignore(status);
  return NULL;
}

// ---- Decode

typedef struct decode_t {
  spc_session_t *session;
  uint64_t batch;
  int32_t *sequences, *tokens;  // [batch]
  double *seconds;              // [steps]
  FILE *step_times;             // NULL: not wanted
  bool full;
} decode_t;

static spc_status_t fill_contexts(decode_t *d, const spc_bench_settings_t *settings, uint64_t vocab, uint64_t context) {
  for (uint64_t i = 0; i < d->batch; ++i) {
    SPC_RETURN_IF_ERROR(spc_session_sequence_create(d->session, &d->sequences[i]));
    SPC_RETURN_IF_ERROR(spc_session_sequence_fill(d->session, d->sequences[i], context, settings->seed + i));
  }
  random_tokens(settings->seed, vocab, d->batch, d->tokens);
  return NULL;
}

static void write_step(const decode_t *d, double seconds) {
  spc_session_stats_t stats;
  spc_session_stats(d->session, &stats);
  fprintf(d->step_times, "%" PRIu64 " %" PRId64 " %s %.9f %" PRIu64 "\n", d->batch, spc_session_sequence_length(d->session, d->sequences[0]),
          d->full ? "full" : "sparse", seconds, stats.offloaded_layers);
}

static spc_status_t time_steps(decode_t *d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    double begin = now();
    SPC_RETURN_IF_ERROR(spc_session_decode_next(d->session, d->batch, d->sequences, d->tokens, d->tokens));
    d->seconds[i] = now() - begin;
    if (d->step_times) write_step(d, d->seconds[i]);
  }
  return NULL;
}

// Of each command its least time: what disturbs one is not its own.
static spc_status_t profile_steps(decode_t *d, uint32_t commands, double *out_least) {
  double *seconds;
  SPC_RETURN_IF_ERROR(allocate(&seconds, commands, sizeof *seconds));
  spc_status_t status = NULL;
  for (int i = 0; !status && i < PROFILE_WARMUP + PROFILE_STEPS; ++i) {
    status = spc_session_decode_profile(d->session, d->batch, d->sequences, d->tokens, seconds);
    for (uint32_t c = 0; !status && i >= PROFILE_WARMUP && c < commands; ++c) {
      if (i == PROFILE_WARMUP || seconds[c] < out_least[c]) out_least[c] = seconds[c];
    }
  }
  free(seconds);
  return status;
}

static spc_status_t run_decode(decode_t *d, const spc_plan_t *plan, const spc_bench_settings_t *settings, spc_decode_result_t *result) {
  uint64_t most = settings->steps > settings->warmup ? settings->steps : settings->warmup;
  spc_program_id_t program = spc_decode_result_program(result);
  uint32_t commands = plan->programs[program].command_count;
  SPC_RETURN_IF_ERROR(allocate(&d->sequences, d->batch, sizeof *d->sequences));
  SPC_RETURN_IF_ERROR(allocate(&d->tokens, d->batch, sizeof *d->tokens));
  SPC_RETURN_IF_ERROR(allocate(&d->seconds, most, sizeof *d->seconds));
  SPC_RETURN_IF_ERROR(allocate(&result->command_seconds, commands, sizeof *result->command_seconds));
  SPC_RETURN_IF_ERROR(fill_contexts(d, settings, plan->dims.vocab, result->context));
  SPC_RETURN_IF_ERROR(time_steps(d, settings->warmup));
  d->step_times = settings->step_times;
  spc_session_stats_t before, after;
  spc_session_stats(d->session, &before);
  SPC_RETURN_IF_ERROR(time_steps(d, settings->steps));
  d->step_times = NULL;
  spc_session_stats(d->session, &after);
  result->loaded_bytes = (double)(after.bytes_loaded - before.bytes_loaded) / (double)settings->steps;
  result->linked_bytes = (double)(after.bytes_linked - before.bytes_linked) / (double)settings->steps;
  result->step = summarise(d->seconds, settings->steps);
  result->work = spc_work_step(plan, program, d->batch, result->context + settings->warmup + (settings->steps + 1) / 2);
  SPC_RETURN_IF_ERROR(profile_steps(d, commands, result->command_seconds));
  spc_session_stats(d->session, &result->stats);
  return NULL;
}

spc_status_t spc_bench_decode(spc_model_t *model, const spc_bench_settings_t *settings, uint64_t batch, uint64_t context, bool full,
                              spc_decode_result_t *out_result) {
  *out_result = (spc_decode_result_t){.batch = batch, .context = context, .full = full};
  const spc_plan_t *plan = spc_model_plan(model);
  uint64_t steps = settings->warmup + settings->steps + PROFILE_WARMUP + PROFILE_STEPS;
  if (context > plan->dims.max_seq || plan->dims.max_seq - context < steps) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "--context=%" PRIu64 " and %" PRIu64 " steps are more than the %" PRIu64 " tokens that the object was compiled "
                      "for (--max-seq of spc-compile); fewer --steps or a smaller --context fit", context, steps, plan->dims.max_seq);
  }
  if (batch > plan->dims.max_batch) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "--batch=%" PRIu64 " is more than the %" PRIu64 " sequences that the object was compiled for (--max-batch of "
                      "spc-compile)", batch, plan->dims.max_batch);
  }
  decode_t d = {.batch = batch, .full = full};
  spc_status_t status = create_session(model, settings, batch, context + steps, full, &d.session, &out_result->does_not_fit);
  if (!status && d.session) status = run_decode(&d, plan, settings, out_result);
  spc_session_destroy(d.session);
  free(d.sequences);
  free(d.tokens);
  free(d.seconds);
  if (status) spc_decode_result_deinit(out_result);
  return spc_status_annotate(status, "batch %" PRIu64 ", context %" PRIu64 ", %s attention", batch, context, full ? "full" : "sparse");
}

void spc_decode_result_deinit(spc_decode_result_t *result) {
  free(result->does_not_fit);
  free(result->command_seconds);
  *result = (spc_decode_result_t){0};
}

void spc_decode_result_retrieval(const spc_plan_t *plan, const spc_decode_result_t *result, double *out_retrieval, double *out_all) {
  *out_retrieval = *out_all = 0;
  if (!result->command_seconds) return;
  spc_work_range_t retrieval = result->full ? (spc_work_range_t){0} : spc_work_retrieval(plan);
  uint32_t commands = plan->programs[spc_decode_result_program(result)].command_count;
  for (uint32_t i = 0; i < commands; ++i) {
    *out_all += result->command_seconds[i];
    if (i >= retrieval.begin && i < retrieval.end) *out_retrieval += result->command_seconds[i];
  }
}

void spc_decode_result_outside_transfers(const spc_plan_t *plan, const spc_decode_result_t *result, double *out_before, double *out_after) {
  *out_before = *out_after = 0;
  if (!result->command_seconds || result->full) return;
  const spc_command_t *commands = &plan->commands[plan->programs[SPC_PROGRAM_DECODE].command_begin];
  uint32_t count = plan->programs[SPC_PROGRAM_DECODE].command_count;
  bool prefetched = false;
  for (uint32_t i = 0; i < count; ++i) {
    const spc_command_t *c = &commands[i];
    if (c->opcode == SPC_OP_KV_PREFETCH) prefetched = true;
    if (c->opcode == SPC_OP_KV_WAIT && commands[c->imm[0]].opcode == SPC_OP_KV_PREFETCH) *out_after = 0;
    else *(prefetched ? out_after : out_before) += result->command_seconds[i];
  }
}

// ---- Prefill

static spc_status_t run_prefill(spc_session_t *session, const spc_plan_t *plan, const spc_bench_settings_t *settings, const int32_t *tokens,
                                float *logits, double *seconds, spc_prefill_result_t *result) {
  for (uint64_t i = 0; i <= settings->prefills; ++i) {
    int32_t sequence;
    SPC_RETURN_IF_ERROR(spc_session_sequence_create(session, &sequence));
    double begin = now();
    SPC_RETURN_IF_ERROR(spc_session_prefill(session, sequence, result->tokens, tokens, SPC_LOGITS_LAST, logits));
    if (i > 0) seconds[i - 1] = now() - begin;  // the first one warms up
    spc_session_sequence_destroy(session, sequence);
  }
  result->prefill = summarise(seconds, settings->prefills);
  result->flops = spc_work_prefill_flops(plan, result->tokens);
  spc_session_stats(session, &result->stats);
  return NULL;
}

spc_status_t spc_bench_prefill(spc_model_t *model, const spc_bench_settings_t *settings, uint64_t tokens, spc_prefill_result_t *out_result) {
  *out_result = (spc_prefill_result_t){.tokens = tokens};
  const spc_plan_t *plan = spc_model_plan(model);
  if (tokens > plan->dims.max_seq) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "--prefill=%" PRIu64 " is more than the %" PRIu64 " tokens that the object was compiled for (--max-seq of "
                      "spc-compile)", tokens, plan->dims.max_seq);
  }
  spc_session_t *session = NULL;
  int32_t *ids = NULL;
  float *logits = NULL;
  double *seconds = NULL;
  spc_status_t status = allocate(&ids, tokens, sizeof *ids);
  if (!status) status = allocate(&logits, plan->dims.vocab, sizeof *logits);
  if (!status) status = allocate(&seconds, settings->prefills, sizeof *seconds);
  if (!status) status = create_session(model, settings, 1, tokens, !spc_model_has_retriever(model), &session, &out_result->does_not_fit);
  if (!status && session) {
    random_tokens(settings->seed, plan->dims.vocab, tokens, ids);
    status = run_prefill(session, plan, settings, ids, logits, seconds, out_result);
  }
  spc_session_destroy(session);
  free(ids);
  free(logits);
  free(seconds);
  if (status) spc_prefill_result_deinit(out_result);
  return spc_status_annotate(status, "prefill of %" PRIu64 " tokens", tokens);
}

void spc_prefill_result_deinit(spc_prefill_result_t *result) {
  free(result->does_not_fit);
  *result = (spc_prefill_result_t){0};
}
