#include "test/gpu/cpu_threads.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { k_most_threads = 1024, k_warp = 32, k_stack_bytes = 256 << 10, k_shared_bytes = 256 << 10, k_from_none = -1, k_from_all = -2 };

typedef enum state_t { k_ready, k_at_barrier, k_at_shuffle, k_ended } state_t;

typedef struct thread_t {
  state_t state;
  bool begun;
  jmp_buf resume;
  // Of a shuffle: what it gives, the lane that it takes from (-1: none; -2: a bit from each), and what it took.
  int32_t value, from;
  int64_t taken;
} thread_t;

static struct {
  cpu_entry_t entry;
  void **arguments;
  const cpu_grid_t *grid;
  unsigned block[3], current;
  thread_t threads[k_most_threads];
  jmp_buf scheduler;
  char *stacks;
  char shared[k_shared_bytes] __attribute__((aligned(1024)));
} g;

// ---- In a thread

static void wait_as(state_t state) {
  thread_t *t = &g.threads[g.current];
  t->state = state;
  if (!_setjmp(t->resume)) _longjmp(g.scheduler, 1);
}

void spc_barrier(void) { wait_as(k_at_barrier); }

static int64_t shuffle(int32_t value, int32_t from, int32_t width) {
  thread_t *t = &g.threads[g.current];
  t->value = value;
  t->from = from >= 0 && from < width && width == k_warp ? from : k_from_none;
  wait_as(k_at_shuffle);
  return t->taken;
}
int32_t spc_ballot(bool value) {
  thread_t *t = &g.threads[g.current];
  t->value = value;
  t->from = k_from_all;
  wait_as(k_at_shuffle);
  return (int32_t)t->taken;
}
static int32_t lane(void) { return (int32_t)g.current % k_warp; }
int64_t spc_shuffle_xor(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() ^ offset, width); }
int64_t spc_shuffle_up(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() - offset, width); }
int64_t spc_shuffle_down(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() + offset, width); }
int64_t spc_shuffle_idx(int32_t value, int32_t offset, int32_t width) { return shuffle(value, offset, width); }

int64_t spc_block_id_x(void) { return g.block[0]; }
int64_t spc_block_id_y(void) { return g.block[1]; }
int64_t spc_block_id_z(void) { return g.block[2]; }
int64_t spc_grid_dim_x(void) { return g.grid->grid[0]; }
int64_t spc_grid_dim_y(void) { return g.grid->grid[1]; }
int64_t spc_grid_dim_z(void) { return g.grid->grid[2]; }
int64_t spc_block_dim_x(void) { return g.grid->threads; }
int64_t spc_block_dim_y(void) { return 1; }
int64_t spc_block_dim_z(void) { return 1; }
int64_t spc_thread_id_x(void) { return g.current; }
int64_t spc_thread_id_y(void) { return 0; }
int64_t spc_thread_id_z(void) { return 0; }

static void thread_main(void) {
  g.entry(g.arguments, g.shared);
  g.threads[g.current].state = k_ended;
  _longjmp(g.scheduler, 1);
}

// ---- The scheduler

static void run(unsigned index) {
  thread_t *t = &g.threads[index];
  g.current = index;
  if (_setjmp(g.scheduler)) return;
  if (t->begun) _longjmp(t->resume, 1);
  t->begun = true;
  ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_sp = g.stacks + (size_t)index * k_stack_bytes;
  context.uc_stack.ss_size = k_stack_bytes;
  context.uc_link = NULL;
  makecontext(&context, thread_main, 0);
  setcontext(&context);
}

// Whether every thread of [begin, end) that has not ended waits as |state|, and one does.
static bool all_wait(unsigned begin, unsigned end, state_t state) {
  bool any = false;
  for (unsigned i = begin; i < end; ++i) {
    if (g.threads[i].state == state) any = true;
    else if (g.threads[i].state != k_ended) return false;
  }
  return any;
}

static void release(unsigned begin, unsigned end) {
  for (unsigned i = begin; i < end; ++i) {
    if (g.threads[i].state != k_ended) g.threads[i].state = k_ready;
  }
}

// Lanes that have ended give nothing: their value is the taker's own, which is not valid.
static void exchange(unsigned begin, unsigned end) {
  uint32_t ballot = 0;
  for (unsigned i = begin; i < end; ++i) ballot |= (uint32_t)(g.threads[i].state != k_ended && (g.threads[i].value & 1)) << (i - begin);
  for (unsigned i = begin; i < end; ++i) {
    thread_t *t = &g.threads[i];
    if (t->state == k_ended) continue;
    if (t->from == k_from_all) {
      t->taken = ballot;
      continue;
    }
    bool valid = t->from >= 0 && begin + (unsigned)t->from < end && g.threads[begin + (unsigned)t->from].state != k_ended;
    t->taken = (int64_t)(uint32_t)(valid ? g.threads[begin + (unsigned)t->from].value : t->value) | (int64_t)valid << 32;
  }
  release(begin, end);
}

// Every other block has its threads in the other order, so that what a missing barrier leaves to chance does not always turn out well.
static bool run_block(bool last_first) {
  unsigned n = g.grid->threads, warps = (n + k_warp - 1) / k_warp;
  for (unsigned i = 0; i < n; ++i) g.threads[i].state = k_ready, g.threads[i].begun = false;
  memset(g.shared, 0xff, sizeof g.shared);
  for (bool moved = true; moved;) {
    moved = false;
    for (unsigned w = 0; w < warps; ++w) {
      unsigned begin = (last_first ? warps - 1 - w : w) * k_warp, end = begin + k_warp < n ? begin + k_warp : n;
      do {
        for (unsigned i = begin; i < end; ++i) {
          unsigned index = last_first ? begin + end - 1 - i : i;
          if (g.threads[index].state == k_ready) run(index), moved = true;
        }
        if (!all_wait(begin, end, k_at_shuffle)) break;
        exchange(begin, end);
      } while (true);
    }
    if (all_wait(0, n, k_at_barrier)) release(0, n), moved = true;
  }
  unsigned ended = 0;
  for (unsigned i = 0; i < n; ++i) ended += g.threads[i].state == k_ended;
  if (ended == n) return true;
  printf("  block %u, %u, %u: %u of %u threads wait for ever\n", g.block[0], g.block[1], g.block[2], n - ended, n);
  return false;
}

bool cpu_threads_run(cpu_entry_t entry, void **arguments, const cpu_grid_t *grid) {
  if (grid->threads > k_most_threads) return false;
  if (!g.stacks) {
    g.stacks = mmap(NULL, (size_t)k_most_threads * k_stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (g.stacks == MAP_FAILED) return g.stacks = NULL, false;
  }
  g.entry = entry, g.arguments = arguments, g.grid = grid;
  static bool last_first;
  for (g.block[2] = grid->grid[2]; g.block[2]-- > 0;) {
    for (g.block[1] = grid->grid[1]; g.block[1]-- > 0;) {
      for (g.block[0] = grid->grid[0]; g.block[0]-- > 0;) {
        last_first = !last_first;
        if (!run_block(last_first)) return false;
      }
    }
  }
  return true;
}
