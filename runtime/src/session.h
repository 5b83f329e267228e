// The inside of a session.
#ifndef SPC_RUNTIME_SESSION_H_
#define SPC_RUNTIME_SESSION_H_

#include "alloc.h"
#include "cpu/copy_stream.h"
#include "model.h"
#include "pages.h"
#include "spc/memory_model.h"
#include "spc/spc.h"
#include "cpu/thread_pool.h"

typedef struct spc_sequence_t {
  bool used;
  bool in_step;     // named by the decode call under way; for finding doubles
  uint64_t length;  // tokens in the cache
  uint64_t pages;   // taken; their ids are in the page table
} spc_sequence_t;

// Where a cache's rows are. Resident: `device` is its paged pool. Offloaded: `device` is its slot pool and `host` its paged pool.
typedef struct spc_cache_place_t {
  uint8_t *device;
  spc_region_t host;
  bool offloaded;
  uint64_t row_bytes;
  uint64_t page_bytes;  // all KV heads
} spc_cache_place_t;

struct spc_session_t {
  const spc_model_t *model;
  const spc_plan_t *plan;
  uint64_t max_batch, max_seq, prefill_chunk;
  uint64_t offloaded;  // layers
  bool full_attention;

  // The device: one arena laid out by spc/memory_model.h.
  spc_region_t arena;
  uint8_t *state, *staging;
  spc_cache_place_t *caches;  // [cache_count]
  uint64_t table_pages;       // row length of the page table
  uint64_t slots;             // N
  uint64_t max_rows;          // T
  uint64_t max_kv_heads;      // of any cache

  spc_pages_t pages;
  spc_sequence_t *sequences;  // [max_batch]
  float *hidden;              // [prefill_chunk, hidden], rows of the last prefill chunk, for their logits
  spc_thread_pool_t *pool;
  spc_copy_stream_t *copies;  // NULL when nothing is offloaded

  // The program under way.
  spc_program_id_t program;
  uint64_t rows;
  spc_ticket_t *tickets;    // [longest program], of its copy commands
  bool *offload_started;    // [cache_count], the new rows are on their way to the host pool
  double *command_seconds;  // [commands of the program] of the caller, while a profiled step runs; else NULL
  size_t selected_rows;     // rows of the last step when it was sparse, else 0

  spc_session_stats_t stats;
  double copy_base, wait_base;  // of the copy stream's clocks at the last reset
};

static inline uint8_t *spc_session_state(const spc_session_t *session, spc_state_id_t id) {
  return session->state + session->plan->state_offset[id];
}
static inline int32_t *spc_session_state_i32(const spc_session_t *session, spc_state_id_t id) {
  return (int32_t *)(void *)spc_session_state(session, id);
}
static inline float *spc_session_buffer(const spc_session_t *session, uint64_t offset) {
  return (float *)(void *)(session->arena.data + offset);
}
// The append rows of |cache|: [T, kv_heads] of it.
static inline int32_t *spc_session_append_rows(const spc_session_t *session, uint32_t cache) {
  return spc_session_state_i32(session, SPC_STATE_APPEND_ROWS) + cache * session->max_rows * session->max_kv_heads;
}
// The new rows of an offloaded layer, behind the two staging pages: [T, kv_heads].
static inline uint8_t *spc_session_chunk_rows(const spc_session_t *session) {
  return session->staging + 2 * session->caches[0].page_bytes;
}

#endif  // SPC_RUNTIME_SESSION_H_
