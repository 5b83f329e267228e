// Full attention. A resident layer is read where it is. The pages of an offloaded one are first copied to staging, a sequence at a time, and read
// through a page table that counts 0, 1, 2, ...
#include "cuda/cuda_session.h"

typedef struct attend_t {
  const spc_command_t *command;
  CUdeviceptr q, out;
  int64_t columns_bytes;  // of a row of q and of out
  double scale;
} attend_t;

static uint64_t pages_of(const spc_cuda_t *c, uint64_t row) {
  return (uint64_t)c->session->inputs.positions[row] / c->plan->dims.page_tokens + 1;
}

// All rows, which are of one sequence; |table| is that sequence's.
static spc_status_t launch_prefill(spc_cuda_t *c, const attend_t *a, CUdeviceptr pool, CUdeviceptr table) {
  const spc_arg_t arguments[] = {spc_cuda_pointer(a->q),
                                 spc_cuda_pointer(pool),
                                 spc_cuda_pointer(table),
                                 spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_POSITIONS)),
                                 spc_cuda_pointer(a->out),
                                 {.i64 = (int64_t)c->rows},
                                 {.f64 = a->scale}};
  bool done;
  SPC_RETURN_IF_ERROR(spc_cuda_attend_by_library(c, a->command, pool, table, &done));
  if (done) return NULL;
  uint64_t blocks = spc_memory_ceil_div(c->rows, (uint64_t)a->command->imm[1]);
  return spc_cuda_compute(c, a->command->kernels[0], (spc_cuda_grid_t){(uint32_t)blocks, (uint32_t)a->command->imm[0], 1}, 7, arguments);
}

// Rows [row, row + rows), one a sequence; row |sequence| of |table| belongs to batch slot |sequence|.
static spc_status_t launch_decode(spc_cuda_t *c, const attend_t *a, CUdeviceptr pool, CUdeviceptr table, uint64_t row, uint64_t rows) {
  const spc_arg_t state = spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_SPLIT_STATE)), sums = spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_SPLIT_SUMS));
  const spc_arg_t arguments[] = {spc_cuda_pointer(a->q + row * (uint64_t)a->columns_bytes),
                                 spc_cuda_pointer(pool),
                                 spc_cuda_pointer(table),
                                 spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_SEQUENCES) + row * sizeof(int32_t)),
                                 spc_cuda_pointer(spc_cuda_state(c, SPC_STATE_POSITIONS) + row * sizeof(int32_t)),
                                 state,
                                 sums,
                                 {.i64 = (int64_t)c->session->table_pages},
                                 {.i64 = SPC_ATTEND_SPLITS},
                                 {.f64 = a->scale}};
  spc_cuda_grid_t grid = {SPC_ATTEND_SPLITS, c->plan->caches[a->command->cache].kv_heads, (uint32_t)rows};
  SPC_RETURN_IF_ERROR(spc_cuda_compute(c, a->command->kernels[1], grid, 10, arguments));
  const spc_arg_t combine[] = {state, sums, spc_cuda_pointer(a->out + row * (uint64_t)a->columns_bytes), {.i64 = SPC_ATTEND_SPLITS}};
  return spc_cuda_compute(c, a->command->kernels[2], (spc_cuda_grid_t){(uint32_t)a->command->imm[0], 1, (uint32_t)rows}, 4, combine);
}

// The pages of the sequence of row |row| up to that row's position, from the host pool to staging; pages that follow one another in one copy.
static spc_status_t stage_sequence(spc_cuda_t *c, int32_t cache, uint64_t row) {
  const int32_t *table = c->session->page_table + (uint64_t)c->session->inputs.sequences[row] * c->session->table_pages;
  uint64_t pages = pages_of(c, row), page_bytes = c->session->caches[cache].page_bytes;
  for (uint64_t first = 0, next; first < pages; first = next) {
    for (next = first + 1; next < pages && table[next] == table[next - 1] + 1;) ++next;
    SPC_RETURN_IF_ERROR(spc_cuda_copy_host_pages(c, (uint32_t)cache, (uint64_t)table[first], next - first, c->staging + first * page_bytes, false, c->compute));
  }
  c->session->stats.bytes_loaded += pages * page_bytes;
  c->session->stats.bytes_linked += pages * (page_bytes / c->session->caches[cache].row_bytes) * spc_memory_row_link_bytes(&c->session->memory);
  c->after_kernel = false;
  return NULL;
}

static spc_status_t attend_staged(spc_cuda_t *c, const attend_t *a) {
  if (c->program == SPC_PROGRAM_PREFILL) {
    SPC_RETURN_IF_ERROR(stage_sequence(c, a->command->cache, c->rows - 1));
    return launch_prefill(c, a, c->staging, c->identity);
  }
  for (uint64_t row = 0; row < c->rows; ++row) {
    SPC_RETURN_IF_ERROR(stage_sequence(c, a->command->cache, row));
    // The kernel looks in row `sequence` of the table it is given: that row is the identity. (What lies before it is never read.)
    uint64_t before = (uint64_t)c->session->inputs.sequences[row] * c->session->table_pages * sizeof(int32_t);
    SPC_RETURN_IF_ERROR(launch_decode(c, a, c->staging, c->identity - before, row, 1));
  }
  return NULL;
}

spc_status_t spc_cuda_attend(spc_cuda_t *c, const spc_command_t *command) {
  const spc_operand_t *operands = &c->plan->operands[command->operand_begin];
  const spc_cache_t *cache = &c->plan->caches[command->cache];
  attend_t a = {
      .command = command,
      .q = (CUdeviceptr)(uintptr_t)spc_cuda_operand(c, &operands[0]).ptr,
      .out = (CUdeviceptr)(uintptr_t)spc_cuda_operand(c, &operands[1]).ptr,
      .columns_bytes = command->imm[0] * cache->head_size * (int64_t)spc_memory_element_bytes((uint32_t)command->imm[2]),
      .scale = spc_cuda_operand(c, &operands[2]).f64,
  };
  if (c->session->caches[command->cache].offloaded) return attend_staged(c, &a);
  CUdeviceptr pool = spc_cuda_place(c, (uint64_t)command->cache), table = spc_cuda_state(c, SPC_STATE_PAGE_TABLE);
  if (c->program == SPC_PROGRAM_PREFILL) {
    return launch_prefill(c, &a, pool, table + (uint64_t)c->session->inputs.sequences[0] * c->session->table_pages * sizeof(int32_t));
  }
  return launch_decode(c, &a, pool, table, 0, c->rows);
}
