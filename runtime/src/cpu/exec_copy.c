// Rows between the device arena and the host pools of offloaded layers. The jobs read state buffers (page table, positions, what kv_diff chose) that
// do not change before the program ends. What kernels wrote is checked before it is used as an index.
#include <string.h>

#include "cpu/exec.h"

typedef struct rows_scope_t {
  const spc_cpu_t *cpu;
  uint8_t *device, *host;  // slots and host pool
  uint64_t heads, slots, page_tokens, row_bytes;
  const int32_t *sequences, *positions, *page_table;
} rows_scope_t;

static rows_scope_t rows_scope(const spc_cpu_t *cpu, uint64_t cache) {
  return (rows_scope_t){
      .cpu = cpu,
      .device = spc_cpu_place(cpu, cache),
      .host = cpu->host[cache].data,
      .heads = cpu->plan->caches[cache].kv_heads,
      .slots = cpu->session->slots,
      .page_tokens = cpu->plan->dims.page_tokens,
      .row_bytes = cpu->session->caches[cache].row_bytes,
      .sequences = spc_cpu_state_i32(cpu, SPC_STATE_SEQUENCES),
      .positions = spc_cpu_state_i32(cpu, SPC_STATE_POSITIONS),
      .page_table = spc_cpu_state_i32(cpu, SPC_STATE_PAGE_TABLE),
  };
}

// Where token |token| of sequence |sequence| and |head| is in the host pool.
static uint8_t *host_row(const rows_scope_t *s, uint64_t sequence, uint64_t token, uint64_t head) {
  uint64_t page = (uint64_t)s->page_table[sequence * s->cpu->session->table_pages + token / s->page_tokens];
  return s->host + ((page * s->heads + head) * s->page_tokens + token % s->page_tokens) * s->row_bytes;
}

// ---- Prefetch: LOAD_TOKENS of the host pool to LOAD_SLOTS.
static bool run_prefetch(const spc_copy_job_t *job) {
  const spc_cpu_t *cpu = job->arg[0].pointer;
  rows_scope_t s = rows_scope(cpu, job->arg[1].number);
  const int32_t *tokens = spc_cpu_state_i32(cpu, SPC_STATE_LOAD_TOKENS), *slots = spc_cpu_state_i32(cpu, SPC_STATE_LOAD_SLOTS),
                *counts = spc_cpu_state_i32(cpu, SPC_STATE_LOAD_COUNT);
  bool valid = true;
  for (uint64_t r = 0; r < cpu->rows; ++r) {
    uint64_t sequence = (uint64_t)s.sequences[r];
    for (uint64_t h = 0; h < s.heads; ++h) {
      uint64_t list = r * s.heads + h;
      uint64_t count = (uint32_t)counts[list];
      if (count > s.slots) valid = false, count = 0;
      uint8_t *pool = s.device + (sequence * s.heads + h) * s.slots * s.row_bytes;
      for (uint64_t i = list * s.slots; i < list * s.slots + count; ++i) {
        if ((uint32_t)tokens[i] >= (uint32_t)s.positions[r] || (uint32_t)slots[i] >= s.slots) {
          valid = false;
          continue;
        }
        memcpy(pool + (uint64_t)slots[i] * s.row_bytes, host_row(&s, sequence, (uint64_t)tokens[i], h), s.row_bytes);
      }
    }
  }
  return valid;
}

spc_ticket_t spc_exec_prefetch(spc_cpu_t *cpu, int32_t cache) {
  if (!cpu->session->caches[cache].offloaded) return 0;
  const spc_copy_job_t job = {run_prefetch, {{.pointer = cpu}, {.number = (uint64_t)cache}}};
  return spc_copy_stream_enqueue(cpu->copies, &job);
}

// ---- Write-back: the rows appended in this call to the host pool. They are in slots (decode) or in the staging rows.
static bool run_offload(const spc_copy_job_t *job) {
  const spc_cpu_t *cpu = job->arg[0].pointer;
  rows_scope_t s = rows_scope(cpu, job->arg[1].number);
  bool in_slots = cpu->program == SPC_PROGRAM_DECODE;
  const uint8_t *source = in_slots ? s.device : spc_cpu_chunk_rows(cpu);
  const int32_t *rows = in_slots ? spc_cpu_state_i32(cpu, SPC_STATE_APPEND_SLOT_ROWS)
                                 : spc_cpu_append_rows(cpu, (uint32_t)job->arg[1].number);
  uint64_t limit = in_slots ? cpu->session->max_batch * s.heads * s.slots : cpu->session->max_rows * s.heads;
  bool valid = true;
  for (uint64_t r = 0; r < cpu->rows; ++r) {
    for (uint64_t h = 0; h < s.heads; ++h) {
      uint64_t row = (uint32_t)rows[r * s.heads + h];
      if (row >= limit) {
        valid = false;
        continue;
      }
      memcpy(host_row(&s, (uint64_t)s.sequences[r], (uint64_t)s.positions[r], h), source + row * s.row_bytes, s.row_bytes);
    }
  }
  return valid;
}

spc_ticket_t spc_exec_offload(spc_cpu_t *cpu, int32_t cache) {
  if (!cpu->session->caches[cache].offloaded || cpu->offload_started[cache]) return 0;
  cpu->offload_started[cache] = true;
  cpu->session->stats.bytes_offloaded += cpu->rows * cpu->plan->caches[cache].kv_heads * cpu->session->caches[cache].row_bytes;
  const spc_copy_job_t job = {run_offload, {{.pointer = cpu}, {.number = (uint64_t)cache}}};
  return spc_copy_stream_enqueue(cpu->copies, &job);
}

// ---- A layer that went out: its slots get what kv_diff believes all layers to hold.
void spc_exec_fill_slots(spc_cpu_t *cpu, uint32_t cache) {
  const rows_scope_t s = rows_scope(cpu, cache);
  const int32_t *tokens = spc_cpu_state_i32(cpu, SPC_STATE_RESIDENT_TOKENS), *slots = spc_cpu_state_i32(cpu, SPC_STATE_RESIDENT_SLOTS),
                *counts = spc_cpu_state_i32(cpu, SPC_STATE_RESIDENT_COUNT);
  for (uint64_t sequence = 0; sequence < cpu->session->max_batch; ++sequence) {
    const spc_sequence_t *q = &cpu->session->sequences[sequence];
    uint64_t count = q->used && (uint32_t)counts[sequence] <= s.slots ? (uint32_t)counts[sequence] : 0;
    for (uint64_t h = 0; h < s.heads; ++h) {
      uint64_t list = (sequence * s.heads + h) * s.slots;
      for (uint64_t i = list; i < list + count; ++i) {
        if ((uint32_t)tokens[i] >= q->length || (uint32_t)slots[i] >= s.slots) continue;
        memcpy(s.device + (list + (uint64_t)slots[i]) * s.row_bytes, host_row(&s, sequence, (uint64_t)tokens[i], h), s.row_bytes);
      }
    }
  }
}

// ---- Streaming: a whole host page into a staging page.
static bool run_load_page(const spc_copy_job_t *job) {
  memcpy((void *)(uintptr_t)job->arg[0].pointer, job->arg[1].pointer, job->arg[2].number);
  return true;
}

spc_ticket_t spc_exec_load_page(spc_cpu_t *cpu, int32_t cache, int32_t page, int half) {
  uint64_t bytes = cpu->session->caches[cache].page_bytes;
  cpu->session->stats.bytes_loaded += bytes;
  cpu->session->stats.bytes_linked += bytes;
  const spc_copy_job_t job = {run_load_page,
                              {{.pointer = cpu->staging + (uint64_t)half * bytes},
                               {.pointer = cpu->host[cache].data + (uint64_t)page * bytes},
                               {.number = bytes}}};
  return spc_copy_stream_enqueue(cpu->copies, &job);
}
