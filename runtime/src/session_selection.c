// What sparse steps read may be less than the object was compiled for, and other than what the retriever would choose.
#include <inttypes.h>

#include "session.h"

spc_status_t spc_session_set_selection(spc_session_t *session, uint64_t budget, uint64_t recent) {
  const spc_dims_t *d = &session->plan->dims;
  if (!spc_model_has_retriever(session->model)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "a selection needs a retriever; this object was compiled without one");
  }
  if (recent == 0) return SPC_STATUS(SPC_OUT_OF_RANGE, "0 recent tokens; a step attends to its own token at least");
  if (budget > d->budget + d->recent || recent > d->budget + d->recent - budget) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "a budget of %" PRIu64 " and %" PRIu64 " recent tokens; the object was compiled for %" PRIu64 " of both", budget,
                      recent, d->budget + d->recent);
  }
  if (budget == session->budget && recent == session->recent) return NULL;
  session->budget = budget;
  session->recent = recent;
  if (session->device->selection_changed) session->device->selection_changed(session);
  return NULL;
}

spc_status_t spc_session_sequence_randomize_keys(spc_session_t *session, int32_t sequence, uint64_t seed) {
  int64_t length = spc_session_sequence_length(session, sequence);
  if (length < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "sequence %d does not exist; spc_session_sequence_create makes one", sequence);
  const spc_plan_t *plan = session->plan;
  uint64_t pages = spc_memory_ceil_div((uint64_t)length, plan->dims.page_tokens);
  const int32_t *table = session->page_table + (uint64_t)sequence * session->table_pages;
  for (uint32_t c = 0; c < plan->cache_count; ++c) {
    if (plan->caches[c].kind != SPC_CACHE_KEYS) continue;
    for (uint64_t p = 0; p < pages; ++p) {
      SPC_RETURN_IF_ERROR(session->device->fill_pages(session, c, (uint64_t)table[p], 1, (seed * plan->cache_count + c) * session->table_pages + p));
    }
  }
  return session->device->finish(session, 0);
}
