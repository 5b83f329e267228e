// Full attention. A resident layer is one launch over all pages. An offloaded one streams its pages from host memory through two staging pages:
// while a kernel works on one, the copy stream fills the other. The kernels keep a running maximum and sum, so both ways give the same bits.
#include "cpu/exec.h"

enum { FIRST_PAGES = 1, LAST_PAGES = 2 };
#define BLOCK SPC_PREFILL_ROW_BLOCK

typedef struct attend_t {
  const spc_command_t *command;
  const spc_cache_t *cache;
  float *q, *out;      // [T, Hq, d]
  float *running;      // [T, Hq, 2]
  int32_t *page_table, *sequences, *positions;
  int64_t q_heads;
  double scale;
} attend_t;

static uint64_t pages_of(const spc_cpu_t *cpu, int32_t position) {
  return (uint64_t)position / cpu->plan->dims.page_tokens + 1;
}

static int page_flags(uint64_t begin, uint64_t end, uint64_t pages) {
  return (begin == 0 ? FIRST_PAGES : 0) | (end == pages ? LAST_PAGES : 0);
}

// All T rows of one sequence over pages [begin, end); |table| starts with page |begin|.
static void launch_prefill(spc_cpu_t *cpu, const attend_t *a, uint8_t *pool, int32_t *table, uint64_t begin, uint64_t end,
                           uint64_t pages) {
  int64_t rows = (int64_t)cpu->rows;
  const spc_arg_t args[] = {{.ptr = a->q}, {.ptr = pool}, {.ptr = table}, {.ptr = a->positions}, {.ptr = a->running}, {.ptr = a->out},
                            {.i64 = rows}, {.i64 = (int64_t)begin}, {.i64 = (int64_t)end}, {.i64 = page_flags(begin, end, pages)},
                            {.f64 = a->scale}};
  int64_t items = (int64_t)a->cache->kv_heads * ((rows + BLOCK - 1) / BLOCK);
  spc_exec_launch(cpu, &cpu->plan->kernels[a->command->kernels[0]], args, items);
}

// Rows [row, row + rows), one a sequence, over pages [begin, end). |sequences| index |table|.
static void launch_decode(spc_cpu_t *cpu, const attend_t *a, uint8_t *pool, int32_t *table, int32_t *sequences, uint64_t row,
                          uint64_t rows, uint64_t begin, uint64_t end, uint64_t pages) {
  uint64_t columns = (uint64_t)a->q_heads * a->cache->head_size;
  const spc_arg_t args[] = {{.ptr = a->q + row * columns},
                            {.ptr = pool},
                            {.ptr = table},
                            {.ptr = sequences},
                            {.ptr = a->positions + row},
                            {.ptr = a->running + row * (uint64_t)a->q_heads * 2},
                            {.ptr = a->out + row * columns},
                            {.i64 = (int64_t)cpu->session->table_pages},
                            {.i64 = (int64_t)begin},
                            {.i64 = (int64_t)end},
                            {.i64 = page_flags(begin, end, pages)},
                            {.f64 = a->scale}};
  spc_exec_launch(cpu, &cpu->plan->kernels[a->command->kernels[1]], args, (int64_t)(rows * a->cache->kv_heads));
}

// Streams the pages of the sequence of row |row|, for that row (decode) or for all rows (prefill).
static void stream_pages(spc_cpu_t *cpu, const attend_t *a, uint64_t row, uint64_t pages) {
  int32_t cache = a->command->cache;
  const int32_t *table = a->page_table + (uint64_t)a->sequences[row] * cpu->session->table_pages;
  spc_ticket_t tickets[2] = {0, 0};
  for (uint64_t p = 0; p < pages && p < 2; ++p) tickets[p] = spc_exec_load_page(cpu, cache, table[p], (int)p);
  for (uint64_t p = 0; p < pages; ++p) {
    int half = (int)(p % 2);
    spc_copy_stream_wait(cpu->copies, tickets[half]);
    int32_t staged = half, first = 0;
    if (cpu->program == SPC_PROGRAM_PREFILL) {
      launch_prefill(cpu, a, cpu->staging, &staged, p, p + 1, pages);
    } else {
      launch_decode(cpu, a, cpu->staging, &staged, &first, row, 1, p, p + 1, pages);
    }
    if (p + 2 < pages) tickets[half] = spc_exec_load_page(cpu, cache, table[p + 2], half);
  }
}

void spc_exec_attend(spc_cpu_t *cpu, const spc_command_t *command) {
  const spc_operand_t *operands = &cpu->plan->operands[command->operand_begin];
  attend_t a = {
      .command = command,
      .cache = &cpu->plan->caches[command->cache],
      .q = spc_exec_operand(cpu, &operands[0]).ptr,
      .out = spc_exec_operand(cpu, &operands[1]).ptr,
      .running = (float *)(void *)spc_cpu_state(cpu, SPC_STATE_ATTEND),
      .page_table = spc_cpu_state_i32(cpu, SPC_STATE_PAGE_TABLE),
      .sequences = spc_cpu_state_i32(cpu, SPC_STATE_SEQUENCES),
      .positions = spc_cpu_state_i32(cpu, SPC_STATE_POSITIONS),
      .q_heads = command->imm[0],
      .scale = spc_exec_operand(cpu, &operands[2]).f64,
  };
  uint8_t *pool = spc_cpu_place(cpu, (uint64_t)command->cache);
  uint64_t rows = cpu->rows;
  bool prefill = cpu->program == SPC_PROGRAM_PREFILL;
  if (cpu->session->caches[command->cache].offloaded) {
    // The new rows go to the host pool first: the copy stream keeps the order, so no wait is needed.
    (void)spc_exec_offload(cpu, command->cache);
    if (prefill) {
      stream_pages(cpu, &a, 0, pages_of(cpu, a.positions[rows - 1]));
    } else {
      for (uint64_t r = 0; r < rows; ++r) stream_pages(cpu, &a, r, pages_of(cpu, a.positions[r]));
    }
    return;
  }
  uint64_t pages = 0;
  for (uint64_t r = 0; r < rows; ++r) {
    uint64_t n = pages_of(cpu, a.positions[r]);
    if (n > pages) pages = n;
  }
  if (prefill) {
    launch_prefill(cpu, &a, pool, a.page_table + (uint64_t)a.sequences[0] * cpu->session->table_pages, 0, pages, pages);
  } else {
    launch_decode(cpu, &a, pool, a.page_table, a.sequences, 0, rows, 0, pages, pages);
  }
}
