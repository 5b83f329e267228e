// The CPU device's part of a session: its "device memory" is one arena, its compute stream all threads, its copy stream one thread.
#ifndef SPC_RUNTIME_CPU_CPU_SESSION_H_
#define SPC_RUNTIME_CPU_CPU_SESSION_H_

#include "alloc.h"
#include "cpu/copy_stream.h"
#include "cpu/thread_pool.h"
#include "session.h"

typedef struct spc_cpu_t {
  spc_session_t *session;
  const spc_plan_t *plan;
  const uint8_t *weights;

  spc_region_t arena;  // laid out by spc/memory_model.h
  uint8_t *state, *staging;
  spc_region_t *host;       // [cache_count], the paged pools of layers that are or may be offloaded
  int32_t *next_ids;        // [max_batch]
  int32_t *selected;        // session->inputs.selected and selected_count; NULL without
  spc_thread_pool_t *pool;
  spc_copy_stream_t *copies;  // of programs; NULL when nothing is ever offloaded
  spc_copy_stream_t *moves;   // of layers on the move, beside programs; NULL when none ever is

  // The program under way.
  spc_program_id_t program;
  uint64_t rows;
  spc_ticket_t *tickets;     // [longest program], of its copy commands
  bool *offload_started;     // [cache_count], the new rows are on their way to the host pool

  double copy_base, wait_base;  // of the copy stream's clocks at the last reset
} spc_cpu_t;

static inline uint8_t *spc_cpu_state(const spc_cpu_t *cpu, spc_state_id_t id) { return cpu->state + cpu->plan->state_offset[id]; }
static inline int32_t *spc_cpu_state_i32(const spc_cpu_t *cpu, spc_state_id_t id) { return (int32_t *)(void *)spc_cpu_state(cpu, id); }
static inline float *spc_cpu_buffer(const spc_cpu_t *cpu, uint64_t offset) { return (float *)(void *)(cpu->arena.data + offset); }
// The paged pool of |cache| on the device, or its slots when it is offloaded.
static inline uint8_t *spc_cpu_place(const spc_cpu_t *cpu, uint64_t cache) { return cpu->arena.data + cpu->session->caches[cache].place; }
// The append rows of |cache|: [T, kv_heads] of it.
static inline int32_t *spc_cpu_append_rows(const spc_cpu_t *cpu, uint32_t cache) {
  return spc_cpu_state_i32(cpu, SPC_STATE_APPEND_ROWS) + spc_session_append_offset(cpu->session, cache);
}
// The new rows of an offloaded layer, behind the two staging pages: [T, kv_heads].
static inline uint8_t *spc_cpu_chunk_rows(const spc_cpu_t *cpu) { return cpu->staging + 2 * cpu->session->caches[0].page_bytes; }

#endif  // SPC_RUNTIME_CPU_CPU_SESSION_H_
