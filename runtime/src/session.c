// Creating a session: how many layers are offloaded, what the arena holds, who computes. Steps are in session_step.c.
#include "session.h"

#include <inttypes.h>
#include <string.h>


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
  if (options->offload_layers < -1 || options->offload_layers > (int64_t)d->layers) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "offload_layers %d is outside [-1, %" PRIu64 "]", options->offload_layers, d->layers);
  }
  session->budget = d->budget;
  session->recent = d->recent;
  session->full_attention = options->full_attention || !spc_model_has_retriever(session->model);
  return NULL;
}

// The number of offloaded layers, at most |most|, with the smallest M: not always the largest, because slots can take more than short sequences.
static uint64_t cheapest_offloaded(const spc_session_t *session, const spc_memory_model_t *memory, uint64_t most) {
  uint64_t best = 0, least = UINT64_MAX;
  for (uint64_t n = 0; n <= most; ++n) {
    uint64_t bytes = spc_memory_device_bytes(memory, session->max_batch, session->max_seq, n);
    if (bytes < least) best = n, least = bytes;
  }
  return best;
}

// The fewest layers to offload so that the session fits; the plan has solved that for its own batch and budget.
static spc_status_t choose_offloaded(spc_session_t *session, const spc_session_options_t *options, const spc_memory_model_t *memory) {
  const spc_plan_t *plan = session->plan;
  uint64_t budget = options->unlimited_memory ? 0 : options->device_memory ? options->device_memory : plan->device_memory;
  uint64_t most = plan->staging_size ? plan->dims.layers : 0, n = 0;
  if (options->offload_layers > 0 && !plan->staging_size) {
    return SPC_STATUS(SPC_UNSUPPORTED, "the object was compiled without staging memory, so no layer can be offloaded");
  }
  if (options->offload_layers >= 0) {
    n = (uint64_t)options->offload_layers;
  } else {
    bool solved = session->max_batch == plan->dims.max_batch && budget == plan->device_memory;
    while (n <= most && !(solved ? plan->thresholds[n] >= session->max_seq
                                 : budget == 0 || spc_memory_device_bytes(memory, session->max_batch, session->max_seq, n) <= budget)) {
      ++n;
    }
    if (n > most) n = cheapest_offloaded(session, memory, most);  // does not fit either: the message says by how much
  }
  uint64_t need = spc_memory_device_bytes(memory, session->max_batch, session->max_seq, n);
  if (budget && need > budget) {
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "%" PRIu64 " sequences of %" PRIu64 " tokens with %" PRIu64 " of %" PRIu64 " layers offloaded take %"
                      PRIu64 " bytes of device memory, %" PRIu64 " more than the %" PRIu64 " there are; the longest sequence that fits has %"
                      PRIu64 " tokens", session->max_batch, session->max_seq, n, plan->dims.layers, need, need - budget, budget,
                      spc_memory_longest(memory, session->max_batch, plan->dims.max_seq, n, budget));
  }
  session->offloaded = n;
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

// What is known of the caches before there is memory for them, and the bytes that the device will take.
static spc_status_t describe_caches(spc_session_t *session, const spc_memory_model_t *memory) {
  const spc_plan_t *plan = session->plan;
  uint64_t r = session->max_batch, s = session->max_seq, n = session->offloaded;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("caches", plan->cache_count, sizeof *session->caches, (void **)&session->caches));
  spc_session_stats_t *stats = &session->stats;
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    const spc_cache_t *cache = &plan->caches[i];
    spc_cache_info_t *info = &session->caches[i];
    info->offloaded = spc_memory_is_offloaded(memory, i, n);
    info->row_bytes = spc_memory_row_bytes(cache);
    info->page_bytes = plan->dims.page_tokens * spc_memory_token_bytes(cache);
    bool staged = info->offloaded && session->device->stages_new_rows;
    uint32_t like = 0;
    while (plan->caches[like].kv_heads != cache->kv_heads || (session->caches[like].offloaded && session->device->stages_new_rows) != staged) ++like;
    info->append_group = like == i ? session->append_groups++ : session->caches[like].append_group;
    if (cache->kv_heads > session->max_kv_heads) session->max_kv_heads = cache->kv_heads;
    uint64_t bytes = spc_memory_pool_bytes(memory, i, r, s, n);
    *(cache->kind != SPC_CACHE_LLM ? &stats->retrieval_pools : info->offloaded ? &stats->kv_slots : &stats->kv_pools) += bytes;
    if (info->offloaded) stats->host_pools += spc_memory_paged_bytes(memory, i, r, s);
  }
  stats->weights = plan->weights_size;
  stats->activations = spc_memory_state_offset(memory);
  stats->state = spc_memory_staging_offset(memory) - spc_memory_state_offset(memory);
  stats->staging = spc_memory_pools_offset(memory, n) - spc_memory_staging_offset(memory);
  stats->device_total = spc_memory_device_bytes(memory, r, s, n);
  stats->offloaded_layers = n;
  return NULL;
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
  spc_memory_model_t memory;
  spc_memory_model_init(model->plan, &memory);
  SPC_GOTO_IF_ERROR(take_options(session, options));
  SPC_GOTO_IF_ERROR(choose_offloaded(session, options, &memory));
  SPC_GOTO_IF_ERROR(check_row_numbers(session, &memory));
  SPC_GOTO_IF_ERROR(spc_pages_init(spc_memory_pages(&memory, session->max_batch, session->max_seq), &session->pages));
  session->stats.pages_total = session->pages.total;
  SPC_GOTO_IF_ERROR(describe_caches(session, &memory));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("sequences", session->max_batch, sizeof *session->sequences, (void **)&session->sequences));
  SPC_GOTO_IF_ERROR(session->device->session_open(session, options, &memory));
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
  const int32_t *table = session->page_table + (uint64_t)sequence * session->table_pages;
  for (uint64_t p = s->pages; p-- > 0;) spc_pages_give(&session->pages, table[p]);
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
  spc_session_stats_t *s = &session->stats;
  *s = (spc_session_stats_t){
      .offloaded_layers = s->offloaded_layers, .threads = s->threads,     .weights = s->weights,
      .activations = s->activations,           .state = s->state,         .staging = s->staging,
      .retrieval_pools = s->retrieval_pools,   .kv_pools = s->kv_pools,   .kv_slots = s->kv_slots,
      .device_total = s->device_total,         .host_pools = s->host_pools, .pages_total = s->pages_total,
  };
}
