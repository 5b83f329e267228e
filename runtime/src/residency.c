#include "residency.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "session.h"

// ---- How many layers are out for how many pages

// The fewest layers, at most residency.most, with which |pages| pages fit.
static uint64_t level_for(const spc_residency_t *r, uint64_t pages) {
  uint64_t n = 0;
  while (n < r->most && r->capacity[n] < pages) ++n;
  return n;
}

// Of the numbers of layers out below |n|, the one with which the most fits; |n| when there is none.
static uint64_t level_below(const spc_residency_t *r, uint64_t n) {
  uint64_t most = 0;
  for (uint64_t i = 0; i < n; ++i) most = r->capacity[i] > most ? r->capacity[i] : most;
  return most == 0 ? n : level_for(r, most);
}

static uint64_t used_pages(const spc_session_t *session) { return session->pages.total - session->pages.free_count; }

// Pages that the sequences there are can still take, at most |each| each.
static uint64_t pages_to_come(const spc_session_t *session, uint64_t each) {
  uint64_t most = spc_memory_ceil_div(session->max_seq, session->plan->dims.page_tokens), sum = 0;
  for (uint64_t i = 0; i < session->max_batch; ++i) {
    const spc_sequence_t *s = &session->sequences[i];
    if (s->used) sum += most - s->pages < each ? most - s->pages : each;
  }
  return sum;
}

// ---- Creation

// The number of offloaded layers, at most |most|, with the smallest M: not always the largest, because slots can take more than short sequences.
static uint64_t cheapest_offloaded(const spc_session_t *session, uint64_t most) {
  uint64_t best = 0, least = UINT64_MAX;
  for (uint64_t n = 0; n <= most; ++n) {
    uint64_t bytes = spc_memory_device_bytes(&session->memory, session->max_batch, session->max_seq, n);
    if (bytes < least) best = n, least = bytes;
  }
  return best;
}

// The fewest layers to offload so that the longest sequences fit; the plan has solved that for its own batch and budget.
static spc_status_t choose_most(spc_session_t *session, const spc_session_options_t *options, uint64_t budget, uint64_t *out_most) {
  const spc_plan_t *plan = session->plan;
  const spc_memory_model_t *memory = &session->memory;
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
    if (n > most) n = cheapest_offloaded(session, most);  // does not fit either: the message says by how much
  }
  uint64_t need = spc_memory_device_bytes(memory, session->max_batch, session->max_seq, n);
  if (budget && need > budget) {
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "%" PRIu64 " sequences of %" PRIu64 " tokens with %" PRIu64 " of %" PRIu64 " layers offloaded take %"
                      PRIu64 " bytes of device memory, %" PRIu64 " more than the %" PRIu64 " there are; the longest sequence that fits has %"
                      PRIu64 " tokens", session->max_batch, session->max_seq, n, plan->dims.layers, need, need - budget, budget,
                      spc_memory_longest(memory, session->max_batch, plan->dims.max_seq, n, budget));
  }
  *out_most = n;
  return NULL;
}

static spc_status_t solve_capacities(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("pages by layers out", r->most + 1, sizeof *r->capacity, (void **)&r->capacity));
  for (uint64_t n = 0; n <= r->most; ++n) {
    r->capacity[n] = spc_memory_pages_that_fit(&session->memory, session->max_batch, r->pages, n, r->arena);
  }
  r->limit = r->capacity[0];
  return spc_alloc_zeroed("marks of pages on the move", r->most * r->pages, 1, (void **)&r->copied);
}

spc_status_t spc_residency_init(spc_session_t *session, const spc_session_options_t *options) {
  spc_residency_t *r = &session->residency;
  const spc_memory_model_t *memory = &session->memory;
  uint64_t budget = options->unlimited_memory ? 0 : options->device_memory ? options->device_memory : session->plan->device_memory;
  SPC_RETURN_IF_ERROR(choose_most(session, options, budget, &r->most));
  session->memory.host_layers = r->most;
  r->pages = spc_memory_pages(memory, session->max_batch, session->max_seq);
  r->adaptive = options->offload_layers < 0 && budget > 0 && r->most > 0;
  if (r->adaptive) {
    r->arena = (budget - memory->weights) & ~(SPC_MEMORY_ALIGNMENT - 1);
    return solve_capacities(session);
  }
  r->arena = spc_memory_arena_bytes(memory, session->max_batch, session->max_seq, r->most);
  r->limit = r->pages;
  r->from = r->to = r->most;
  return NULL;
}

void spc_residency_deinit(spc_residency_t *residency) {
  spc_free(residency->capacity);
  spc_free(residency->copied);
}

// ---- Moving on

static void settle(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  r->phase = SPC_RESIDENCY_SETTLED;
  r->from = r->to = session->offloaded;
  r->limit = r->capacity[r->to];
  spc_residency_account(session);
}

static void begin(spc_session_t *session, spc_residency_phase_t phase, uint64_t to) {
  spc_residency_t *r = &session->residency;
  r->phase = phase;
  r->to = to;
  memset(r->copied, 0, r->most * r->pages);
}

// Layers do not come back after all: the pools spread again.
static spc_status_t cancel(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  SPC_RETURN_IF_ERROR(spc_residency_resume(session, true));
  r->to = session->offloaded;
  r->phase = SPC_RESIDENCY_SPREAD;
  return NULL;
}

// How much of |total| a step does: a move takes as many steps as a sequence needs to fill a page, half of them to copy.
static uint64_t share(const spc_session_t *session, uint64_t total) {
  return 1 + total / spc_memory_ceil_div(session->plan->dims.page_tokens, 2);
}

// One part of the phase there is; |whole|: all of it, waiting.
static spc_status_t advance_phase(spc_session_t *session, bool whole) {
  spc_residency_t *r = &session->residency;
  uint64_t used = used_pages(session), moving = r->from > r->to ? r->from - r->to : r->to - r->from, started;
  bool done = false;
  switch (r->phase) {
    case SPC_RESIDENCY_SETTLED: return NULL;
    case SPC_RESIDENCY_OUT:
    case SPC_RESIDENCY_BACK:
      SPC_RETURN_IF_ERROR(spc_residency_copy_full_pages(session, whole ? UINT64_MAX : share(session, used * moving), &started));
      if (started > 0 && !whole) return NULL;
      SPC_RETURN_IF_ERROR(spc_residency_switch(session));
      spc_residency_account(session);
      if (r->phase == SPC_RESIDENCY_BACK) settle(session);
      return NULL;
    case SPC_RESIDENCY_SPREAD:
      SPC_RETURN_IF_ERROR(spc_residency_shift_pools(session, r->to, whole ? UINT64_MAX : share(session, session->plan->cache_count), &done));
      if (done) settle(session);
      return NULL;
    case SPC_RESIDENCY_COMPACT:
      SPC_RETURN_IF_ERROR(spc_residency_compact(session, r->capacity[r->to], whole ? UINT64_MAX : share(session, used), &done));
      if (!done) return NULL;
      r->phase = SPC_RESIDENCY_DRAW;
      r->limit = r->capacity[r->to];
      spc_residency_account(session);
      return NULL;
    case SPC_RESIDENCY_DRAW:
      SPC_RETURN_IF_ERROR(spc_residency_shift_pools(session, r->to, whole ? UINT64_MAX : share(session, session->plan->cache_count), &done));
      if (done) r->phase = SPC_RESIDENCY_BACK;
      return NULL;
  }
  return NULL;
}

spc_status_t spc_residency_reserve(spc_session_t *session, uint64_t pages) {
  spc_residency_t *r = &session->residency;
  if (!r->adaptive) return NULL;
  SPC_RETURN_IF_ERROR(spc_residency_resume(session, false));
  uint64_t used = used_pages(session), need = used + pages;
  if (used == 0 && (r->phase != SPC_RESIDENCY_SETTLED || session->offloaded != level_for(r, need))) {  // nothing to move
    SPC_RETURN_IF_ERROR(spc_residency_resume(session, true));
    uint64_t before = session->offloaded;
    spc_residency_place(session, level_for(r, need));
    if (session->offloaded > before) session->stats.layers_moved_out += session->offloaded - before;
    if (session->offloaded < before) session->stats.layers_moved_back += before - session->offloaded;
    settle(session);
  }
  while (need > r->limit) {
    if (r->phase == SPC_RESIDENCY_SETTLED) {
      if (r->to == r->most) return SPC_STATUS(SPC_INTERNAL, "%" PRIu64 " KV pages; the session has %" PRIu64, need, r->limit);
      begin(session, SPC_RESIDENCY_OUT, level_for(r, need));
    } else if (r->phase != SPC_RESIDENCY_OUT && r->phase != SPC_RESIDENCY_SPREAD) {
      SPC_RETURN_IF_ERROR(cancel(session));
    }
    SPC_RETURN_IF_ERROR(advance_phase(session, true));
  }
  return NULL;
}

// A sequence takes a page in page_tokens steps, which is what a move takes: it begins when two pages a sequence are left. Layers come back when
// four would be left, so that they do not go to and fro.
spc_status_t spc_residency_advance(spc_session_t *session, uint64_t pages) {
  spc_residency_t *r = &session->residency;
  if (!r->adaptive) return NULL;
  SPC_RETURN_IF_ERROR(spc_residency_resume(session, false));
  uint64_t need = used_pages(session) + pages;
  if (r->phase == SPC_RESIDENCY_COMPACT && need > r->capacity[r->to]) settle(session);  // sequences have grown meanwhile
  if (r->phase == SPC_RESIDENCY_SETTLED) {
    uint64_t below = level_below(r, r->to);
    if (r->to < r->most && r->limit - need < pages_to_come(session, 2)) {
      begin(session, SPC_RESIDENCY_OUT, level_for(r, r->limit + 1));
    } else if (below < r->to && need + pages_to_come(session, 4) <= r->capacity[below]) {
      begin(session, SPC_RESIDENCY_COMPACT, below);
    }
  }
  return advance_phase(session, false);
}

void spc_residency_page_taken(spc_session_t *session, int32_t page) {
  spc_residency_t *r = &session->residency;
  if (r->phase != SPC_RESIDENCY_OUT && r->phase != SPC_RESIDENCY_BACK) return;
  for (uint64_t i = 0; i < r->most; ++i) r->copied[i * r->pages + (uint64_t)page] = 0;
}

void spc_residency_before_giving(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  if (!r->moving) return;
  spc_status_t status = session->device->wait_moves(session);
  r->moving = false;
  if (status) r->failed = true;
  spc_status_ignore(status);
}

void spc_residency_rewritten(spc_session_t *session, int32_t sequence) {
  spc_residency_before_giving(session);
  const int32_t *table = session->page_table + (uint64_t)sequence * session->table_pages;
  for (uint64_t p = 0; p < session->sequences[sequence].pages; ++p) spc_residency_page_taken(session, table[p]);
}

bool spc_residency_in_flux(const spc_session_t *session) {
  return session->residency.phase == SPC_RESIDENCY_SPREAD || session->residency.phase == SPC_RESIDENCY_DRAW;
}

void spc_residency_account(spc_session_t *session) {
  const spc_memory_model_t *memory = &session->memory;
  const spc_residency_t *r = &session->residency;
  spc_session_stats_t *s = &session->stats;
  s->weights = memory->weights;
  s->host_weights = spc_memory_host_weights(session->plan);
  s->activations = spc_memory_state_offset(memory);
  s->state = spc_memory_pools_offset(memory) - s->activations;
  s->staging = session->offloaded ? spc_memory_round_up(memory->staging, SPC_MEMORY_ALIGNMENT) : 0;
  s->retrieval_pools = s->kv_pools = s->kv_slots = 0;
  for (uint32_t i = 0; i < memory->cache_count; ++i) {
    bool out = session->caches[i].offloaded;
    uint64_t bytes = out ? spc_memory_slot_bytes(memory, i, session->max_batch) : spc_memory_pool_of_pages(memory, i, r->limit);
    *(memory->caches[i].kind != SPC_CACHE_LLM ? &s->retrieval_pools : out ? &s->kv_slots : &s->kv_pools) += bytes;
  }
  s->host_pools = spc_memory_host_bytes(memory, r->most, r->pages);
  s->device_total = spc_memory_add(memory->weights, r->arena);
  s->unassigned = r->arena - s->activations - s->state - s->staging - s->retrieval_pools - s->kv_pools - s->kv_slots;
  s->host_layers = r->most;
  s->offloaded_layers = session->offloaded;
  if (session->offloaded > s->most_offloaded_layers) s->most_offloaded_layers = session->offloaded;
}
