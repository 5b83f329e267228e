// Creating a session: its limits, what the arena holds, who computes. Steps are in session_step.c.
#include "session.h"

#include <inttypes.h>
#include <string.h>

#include "plan_operands.h"

#define MAX_THREADS 1024

void spc_session_options_init(spc_session_options_t *out_options) {
  *out_options = (spc_session_options_t){.offload_layers = -1};
}

static spc_status_t take_limit(const char *name, uint64_t asked, uint64_t most, uint64_t *out) {
  if (asked > most) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "%s %" PRIu64 " is more than the %" PRIu64 " the object was compiled for", name, asked, most);
  }
  *out = asked ? asked : most;
  return NULL;
}

static spc_status_t take_options(spc_session_t *session, const spc_session_options_t *options) {
  const spc_dims_t *d = &session->plan->dims;
  SPC_RETURN_IF_ERROR(take_limit("max_batch", options->max_batch, d->max_batch, &session->max_batch));
  SPC_RETURN_IF_ERROR(take_limit("max_seq", options->max_seq, d->max_seq, &session->max_seq));
  SPC_RETURN_IF_ERROR(take_limit("prefill_chunk", options->prefill_chunk, d->prefill_chunk, &session->prefill_chunk));
  if (options->threads < 0 || options->threads > MAX_THREADS) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "threads %d is outside [0, %d]", options->threads, MAX_THREADS);
  }
  if (options->prefill_attention < SPC_PREFILL_ATTENTION_AUTO || options->prefill_attention > SPC_PREFILL_ATTENTION_CUDNN) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "prefill_attention %d is none of spc_prefill_attention_t", (int)options->prefill_attention);
  }
  if (options->offload_layers < -1 || options->offload_layers > (int64_t)d->layers) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "offload_layers %d is outside [-1, %" PRIu64 "]", options->offload_layers, d->layers);
  }
  session->budget = d->budget;
  session->recent = d->recent;
  session->full_attention = options->full_attention || !spc_model_has_retriever(session->model);
  return NULL;
}

// Kernels address rows with 32 bits.
static spc_status_t check_row_numbers(const spc_session_t *session, const spc_memory_model_t *memory) {
  const spc_plan_t *plan = session->plan;
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    uint64_t tokens = spc_memory_mul(spc_memory_pages(memory, session->max_batch, session->max_seq), memory->page_tokens);
    uint64_t slots = spc_memory_mul(session->max_batch, session->slots);
    uint64_t rows = spc_memory_mul(tokens > slots ? tokens : slots, plan->caches[i].kv_heads);
    if (rows > INT32_MAX) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "cache %u would have %" PRIu64 " rows, the most is %d; take fewer sequences or a smaller max_seq", i,
                        rows, INT32_MAX);
    }
  }
  return NULL;
}

// What is known of the caches before there is memory for them.
static spc_status_t describe_caches(spc_session_t *session) {
  const spc_plan_t *plan = session->plan;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("caches", plan->cache_count, sizeof *session->caches, (void **)&session->caches));
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    const spc_cache_t *cache = &plan->caches[i];
    session->caches[i].row_bytes = spc_memory_row_bytes(cache);
    session->caches[i].page_bytes = plan->dims.page_tokens * spc_memory_token_bytes(cache);
    if (cache->kv_heads > session->max_kv_heads) session->max_kv_heads = cache->kv_heads;
  }
  spc_residency_place(session, session->residency.to);
  spc_residency_account(session);
  return NULL;
}

// The launch of @decode that chooses: the first that is given the lists.
static uint32_t find_selection(const spc_plan_t *plan) {
  const spc_program_t *decode = &plan->programs[SPC_PROGRAM_DECODE];
  for (uint32_t i = 0; i < decode->command_count; ++i) {
    const spc_command_t *command = &plan->commands[decode->command_begin + i];
    if (command->opcode == SPC_OP_LAUNCH && spc_command_takes(plan, command, SPC_OPERAND_STATE, SPC_STATE_SELECTED)) return i;
  }
  return UINT32_MAX;
}

spc_status_t spc_session_create(spc_model_t *model, const spc_session_options_t *options, spc_session_t **out_session) {
  *out_session = NULL;
  spc_session_options_t defaults;
  spc_session_options_init(&defaults);
  if (!options) options = &defaults;
  spc_session_t *session = NULL;
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("session", 1, sizeof *session, (void **)&session));
  session->model = model;
  session->plan = model->plan;
  session->device = model->device;
  const spc_dims_t *d = &model->plan->dims;
  session->table_pages = spc_memory_ceil_div(d->max_seq, d->page_tokens);
  session->slots = spc_memory_slots(d);
  session->max_rows = spc_memory_max_rows(d);
  spc_memory_model_init(model->plan, &session->memory);
  SPC_GOTO_IF_ERROR(take_options(session, options));
  spc_memory_limit_staging(model->plan, session->max_seq, &session->memory);
  SPC_GOTO_IF_ERROR(check_row_numbers(session, &session->memory));
  SPC_GOTO_IF_ERROR(spc_residency_init(session, options));
  SPC_GOTO_IF_ERROR(spc_pages_init(session->residency.pages, &session->pages));
  session->stats.pages_total = session->pages.total;
  SPC_GOTO_IF_ERROR(describe_caches(session));
  session->select_command = find_selection(session->plan);
  SPC_GOTO_IF_ERROR(spc_fidelity_init(session, options));
  SPC_GOTO_IF_ERROR(spc_synthetic_create(session, options->synthetic_change, &session->synthetic));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("sequences", session->max_batch, sizeof *session->sequences, (void **)&session->sequences));
  SPC_GOTO_IF_ERROR(session->device->session_open(session, options));
  *out_session = session;
  return NULL;
cleanup:
  spc_session_destroy(session);
  return status;
}

void spc_session_destroy(spc_session_t *session) {
  if (!session) return;
  if (session->device) session->device->session_close(session);
  spc_trace_destroy(session->trace);
  for (uint64_t i = 0; session->sequences && i < session->max_batch; ++i) spc_free(session->sequences[i].mark);
  spc_free(session->sequences);
  spc_free(session->caches);
  spc_residency_deinit(&session->residency);
  spc_fidelity_deinit(&session->fidelity);
  spc_synthetic_destroy(session->synthetic);
  spc_pages_deinit(&session->pages);
  spc_free(session);
}

spc_status_t spc_session_set_full_attention(spc_session_t *session, bool full_attention) {
  if (!full_attention && !spc_model_has_retriever(session->model)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "sparse attention needs a retriever; this object was compiled without one");
  }
  session->full_attention = full_attention;
  return NULL;
}

// ---- Sequences

spc_status_t spc_session_sequence_create(spc_session_t *session, int32_t *out_sequence) {
  *out_sequence = 0;
  for (uint64_t i = 0; i < session->max_batch; ++i) {
    if (session->sequences[i].used) continue;
    memset(session->page_table + i * session->table_pages, 0, session->table_pages * sizeof(int32_t));
    SPC_RETURN_IF_ERROR(session->device->reset_sequence(session, i));
    session->sequences[i] = (spc_sequence_t){.used = true};
    *out_sequence = (int32_t)i;
    return NULL;
  }
  return SPC_STATUS(SPC_OUT_OF_RANGE, "all %" PRIu64 " sequences of the session are taken; destroy one first", session->max_batch);
}

static bool is_sequence(const spc_session_t *session, int32_t sequence) {
  return sequence >= 0 && (uint64_t)sequence < session->max_batch && session->sequences[sequence].used;
}

void spc_session_sequence_destroy(spc_session_t *session, int32_t sequence) {
  if (!is_sequence(session, sequence)) return;
  spc_sequence_t *s = &session->sequences[sequence];
  uint64_t first = (uint64_t)sequence * session->table_pages;
  int32_t *table = session->page_table + first;
  spc_residency_before_giving(session);
  // An attention library may read whole tiles of keys, and so pages behind a sequence's: these must stay within the pool, whose capacity may fall.
  for (uint64_t p = s->pages; p-- > 0;) {
    spc_pages_give(&session->pages, table[p]);
    table[p] = 0;
    spc_session_table_changed(session, first + p);
  }
  spc_free(s->mark);
  *s = (spc_sequence_t){0};
}

int64_t spc_session_sequence_length(const spc_session_t *session, int32_t sequence) {
  return is_sequence(session, sequence) ? (int64_t)session->sequences[sequence].length : -1;
}

// ---- Statistics

void spc_session_stats(const spc_session_t *session, spc_session_stats_t *out_stats) {
  *out_stats = session->stats;
  out_stats->pages_used = session->pages.total - session->pages.free_count;
  session->device->stats(session, out_stats);
}

void spc_session_stats_reset(spc_session_t *session) {
  session->device->stats_reset(session);
  const spc_session_stats_t old = session->stats;
  session->stats = (spc_session_stats_t){.threads = old.threads, .pages_total = old.pages_total};
  spc_residency_account(session);
}
