// The steps of a move of layers between the device arena and host memory.
#include <inttypes.h>
#include <string.h>

#include "residency.h"
#include "session.h"

static uint64_t first_moving(const spc_session_t *session) {
  const spc_residency_t *r = &session->residency;
  return session->plan->dims.layers - (r->from > r->to ? r->from : r->to);
}
static uint64_t end_moving(const spc_session_t *session) {
  const spc_residency_t *r = &session->residency;
  return session->plan->dims.layers - (r->from > r->to ? r->to : r->from);
}

static uint8_t *marks(const spc_session_t *session, uint64_t layer) {
  const spc_residency_t *r = &session->residency;
  return r->copied + (layer - (session->plan->dims.layers - r->most)) * r->pages;
}

// Where the pool of |layer|, which is coming back, will be.
static uint64_t new_place(const spc_session_t *session, uint64_t layer) {
  const spc_residency_t *r = &session->residency;
  return spc_memory_pool_offset(&session->memory, (uint32_t)layer, r->capacity[r->to], r->to);
}

// The layers stay where they are. If they still have to move later, that begins anew.
static spc_status_t move_failed(spc_session_t *session, spc_status_t status) {
  spc_residency_t *r = &session->residency;
  if (!status) return NULL;
  if (r->moving) spc_status_ignore(session->device->wait_moves(session));
  r->moving = false;
  r->phase = r->phase == SPC_RESIDENCY_OUT ? SPC_RESIDENCY_SETTLED : r->phase == SPC_RESIDENCY_BACK ? SPC_RESIDENCY_SPREAD : r->phase;
  r->from = r->to = session->offloaded;
  return spc_status_annotate(status, "moving KV caches between device and host memory; no sequence is affected, the call may be made again");
}

static spc_status_t wait_moves(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  if (!r->moving) return NULL;
  r->moving = false;
  return move_failed(session, session->device->wait_moves(session));
}

// ---- Copies

typedef struct run_t {
  uint64_t layer, page, count;
} run_t;

static spc_status_t start(spc_session_t *session, const run_t *run) {
  spc_residency_t *r = &session->residency;
  if (run->count == 0) return NULL;
  bool out = r->phase == SPC_RESIDENCY_OUT;
  uint64_t place = out ? session->caches[run->layer].place : new_place(session, run->layer);
  r->moving = true;
  SPC_RETURN_IF_ERROR(move_failed(session, session->device->move_pages(session, (uint32_t)run->layer, place, run->page, run->count, out)));
  memset(marks(session, run->layer) + run->page, 1, run->count);
  session->stats.bytes_moved += run->count * session->caches[run->layer].page_bytes;
  return NULL;
}

// Copies pages of |layer|, those that are full or, with |partial|, that hold any token; pages in a row together. Those that would end behind
// |end| in the arena are left out.
static spc_status_t copy_pages(spc_session_t *session, uint64_t layer, bool partial, uint64_t end, uint64_t most, uint64_t *started) {
  const spc_residency_t *r = &session->residency;
  uint64_t page_bytes = session->caches[layer].page_bytes, page_tokens = session->plan->dims.page_tokens;
  uint64_t place = r->phase == SPC_RESIDENCY_OUT ? 0 : new_place(session, layer);
  const uint8_t *copied = marks(session, layer);
  run_t run = {.layer = layer};
  for (uint64_t i = 0; i < session->max_batch; ++i) {
    const spc_sequence_t *s = &session->sequences[i];
    const int32_t *table = session->page_table + i * session->table_pages;
    uint64_t pages = !s->used ? 0 : partial ? spc_memory_ceil_div(s->length, page_tokens) : s->length / page_tokens;
    for (uint64_t p = 0; p < pages && *started < most; ++p) {
      uint64_t page = (uint64_t)table[p];
      if (copied[page] || place + (page + 1) * page_bytes > end) continue;
      if (page != run.page + run.count || run.count == 0) {
        SPC_RETURN_IF_ERROR(start(session, &run));
        run = (run_t){layer, page, 0};
      }
      ++run.count;
      ++*started;
    }
  }
  return start(session, &run);
}

// What a layer that comes back must not cover yet: slots and staging are in use.
static uint64_t end_of_room(const spc_session_t *session) {
  const spc_residency_t *r = &session->residency;
  if (r->phase == SPC_RESIDENCY_OUT) return UINT64_MAX;
  return spc_memory_slots_offset(&session->memory, r->arena, session->max_batch, session->plan->dims.layers - r->from);
}

spc_status_t spc_residency_copy_full_pages(spc_session_t *session, uint64_t most, uint64_t *out_started) {
  *out_started = 0;
  for (uint64_t layer = end_moving(session); layer-- > first_moving(session);) {
    SPC_RETURN_IF_ERROR(copy_pages(session, layer, false, end_of_room(session), most, out_started));
  }
  return NULL;
}

// ---- The switch

static void set_append_groups(spc_session_t *session) {
  const spc_plan_t *plan = session->plan;
  session->append_groups = 0;
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    spc_cache_info_t *info = &session->caches[i];
    bool staged = info->offloaded && session->device->stages_new_rows;
    uint32_t like = 0;
    while (plan->caches[like].kv_heads != plan->caches[i].kv_heads || (session->caches[like].offloaded && session->device->stages_new_rows) != staged) ++like;
    info->append_group = like == i ? session->append_groups++ : session->caches[like].append_group;
  }
}

static void set_offloaded(spc_session_t *session, uint64_t offloaded) {
  for (uint32_t i = 0; i < session->plan->dims.layers; ++i) session->caches[i].offloaded = spc_memory_is_offloaded(&session->memory, i, offloaded);
  session->offloaded = offloaded;
  ++session->binding;
  set_append_groups(session);
}

static uint64_t slots_place(const spc_session_t *session, uint64_t layer) {
  return spc_memory_slots_offset(&session->memory, session->residency.arena, session->max_batch, layer);
}

// The slots of layers that went out get the rows that the slots of all layers have by kv_diff's lists.
static spc_status_t fill_slots(spc_session_t *session) {
  uint64_t layers = session->plan->dims.layers;
  for (spc_residency_t *r = &session->residency; r->unfilled > 0; --r->unfilled) {
    uint64_t layer = layers - session->offloaded + r->unfilled - 1;
    if (session->slots) SPC_RETURN_IF_ERROR(session->device->fill_slots(session, (uint32_t)layer));
  }
  return NULL;
}

// Copies what was not, and waits.
static spc_status_t copy_rest(spc_session_t *session) {
  for (uint64_t layer = first_moving(session); layer < end_moving(session); ++layer) {
    uint64_t started = 0;
    SPC_RETURN_IF_ERROR(copy_pages(session, layer, true, UINT64_MAX, UINT64_MAX, &started));
  }
  return wait_moves(session);
}

spc_status_t spc_residency_switch(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  SPC_RETURN_IF_ERROR(wait_moves(session));
  bool out = r->phase == SPC_RESIDENCY_OUT;
  spc_status_t status = copy_rest(session);
  if (status) {
    if (out) return status;
    r->unfilled = session->offloaded;  // the layers stay out, but pages lie over their slots and over staging
    ++session->binding;
    return status;
  }
  uint64_t moved = end_moving(session) - first_moving(session);
  for (uint64_t layer = first_moving(session); layer < end_moving(session); ++layer) {
    session->caches[layer].place = out ? slots_place(session, layer) : new_place(session, layer);
  }
  set_offloaded(session, r->to);
  *(out ? &session->stats.layers_moved_out : &session->stats.layers_moved_back) += moved;
  r->unfilled = out ? moved : 0;
  if (out) r->phase = SPC_RESIDENCY_SPREAD;  // also when filling the slots fails: that is resumed
  return fill_slots(session);
}

void spc_residency_place(spc_session_t *session, uint64_t offloaded) {
  const spc_residency_t *r = &session->residency;
  uint64_t pages = r->adaptive ? r->capacity[offloaded] : r->pages;
  set_offloaded(session, offloaded);
  for (uint32_t i = 0; i < session->plan->cache_count; ++i) {
    spc_cache_info_t *info = &session->caches[i];
    info->place = info->offloaded ? slots_place(session, i) : spc_memory_pool_offset(&session->memory, i, pages, offloaded);
  }
}

// ---- Shifting pools

static uint64_t pages_to_keep(const spc_session_t *session) {
  uint64_t end = 0;
  for (uint64_t i = 0; i < session->max_batch; ++i) {
    const int32_t *table = session->page_table + i * session->table_pages;
    for (uint64_t p = 0; p < session->sequences[i].pages; ++p) {
      if ((uint64_t)table[p] >= end) end = (uint64_t)table[p] + 1;
    }
  }
  return end;
}

// In parts that do not overlap: from the end when it goes up, from the beginning when it goes down.
static spc_status_t shift(spc_session_t *session) {
  spc_residency_t *r = &session->residency;
  spc_cache_info_t *info = &session->caches[r->shift_cache];
  bool up = r->shift_to > info->place;
  uint64_t distance = up ? r->shift_to - info->place : info->place - r->shift_to;
  while (r->shift_done < r->shift_bytes) {
    uint64_t left = r->shift_bytes - r->shift_done, bytes = left < distance ? left : distance, at = up ? left - bytes : r->shift_done;
    spc_status_t status = session->device->copy_within(session, r->shift_to + at, info->place + at, bytes);
    if (status) return spc_status_annotate(status, "moving the pool of cache %u; the call may be made again", r->shift_cache);
    r->shift_done += bytes;
  }
  session->stats.bytes_shifted += r->shift_bytes;
  info->place = r->shift_to;
  r->shifting = false;
  ++session->binding;
  return NULL;
}

spc_status_t spc_residency_shift_pools(spc_session_t *session, uint64_t offloaded, uint64_t most, bool *out_done) {
  spc_residency_t *r = &session->residency;
  *out_done = false;
  for (uint64_t shifted = 0;; ++shifted) {
    // The pools that are not there yet all go up or all go down; first the one that is the furthest on.
    uint32_t next = UINT32_MAX;
    uint64_t next_to = 0;
    for (uint32_t i = 0; i < session->plan->cache_count; ++i) {
      const spc_cache_info_t *info = &session->caches[i];
      uint64_t to = info->offloaded ? info->place : spc_memory_pool_offset(&session->memory, i, r->capacity[offloaded], offloaded);
      if (to == info->place) continue;
      if (next != UINT32_MAX && (to > info->place) != (info->place > session->caches[next].place)) continue;
      next = i;
      next_to = to;
    }
    if (next == UINT32_MAX) return *out_done = true, NULL;
    if (shifted == most) return NULL;
    r->shifting = true;
    r->shift_cache = next;
    r->shift_to = next_to;
    r->shift_bytes = pages_to_keep(session) * session->caches[next].page_bytes;
    r->shift_done = 0;
    SPC_RETURN_IF_ERROR(shift(session));
  }
}

// ---- Numbers of pages

static spc_status_t renumber(spc_session_t *session, uint64_t entry, int32_t page) {
  int32_t old = session->page_table[entry];
  for (uint32_t cache = 0; cache < session->plan->cache_count; ++cache) {
    SPC_RETURN_IF_ERROR(session->device->copy_page(session, cache, (uint64_t)old, (uint64_t)page));
  }
  session->page_table[entry] = page;
  spc_session_table_changed(session, entry);
  spc_pages_give(&session->pages, old);
  return NULL;
}

spc_status_t spc_residency_compact(spc_session_t *session, uint64_t limit, uint64_t most, bool *out_done) {
  *out_done = false;
  for (uint64_t i = 0; i < session->max_batch; ++i) {
    for (uint64_t p = 0; p < session->sequences[i].pages; ++p) {
      uint64_t entry = i * session->table_pages + p;
      if ((uint64_t)session->page_table[entry] < limit) continue;
      if (most-- == 0) return NULL;
      int32_t page = spc_pages_take(&session->pages);
      if (page < 0 || (uint64_t)page >= limit) {
        if (page >= 0) spc_pages_give(&session->pages, page);
        return SPC_STATUS(SPC_INTERNAL, "no KV page below %" PRIu64 " is free", limit);
      }
      spc_status_t status = renumber(session, entry, page);
      if (status) {
        spc_pages_give(&session->pages, page);
        return spc_status_annotate(status, "copying a KV page; no sequence is affected, the call may be made again");
      }
    }
  }
  *out_done = true;
  return NULL;
}

// ---- After an error

spc_status_t spc_residency_resume(spc_session_t *session, bool wait) {
  spc_residency_t *r = &session->residency;
  if (r->failed) {
    r->failed = false;
    return move_failed(session, SPC_STATUS(SPC_DEVICE, "a copy failed"));
  }
  if (wait) SPC_RETURN_IF_ERROR(wait_moves(session));
  if (r->shifting) SPC_RETURN_IF_ERROR(shift(session));
  return fill_slots(session);
}
