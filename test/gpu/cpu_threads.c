#include "test/gpu/cpu_threads.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "test/gpu/elements.h"

enum { k_most_threads = 1024, k_warp = 32, k_stack_bytes = 256 << 10, k_shared_bytes = 256 << 10 };

typedef enum state_t { k_ready, k_at_barrier, k_at_warp, k_ended } state_t;
typedef enum exchange_t { k_shuffle, k_ballot, k_mma, k_matrices } exchange_t;

typedef struct thread_t {
  state_t state;
  bool begun;
  jmp_buf resume;
  // What a warp does together: what the lane gives, and what it took.
  exchange_t exchange;
  int32_t value, from;  // shuffle: the lane that it takes from, -1: none
  int32_t a[4], b[2];
  float c[4];
  bool flag;        // mma: bf16; matrices: transposed
  const char *row;  // matrices
  int64_t taken;
  int32_t words[4];
} thread_t;

static struct {
  cpu_entry_t entry;
  void **arguments;
  const cpu_grid_t *grid;
  unsigned block[3], current;
  thread_t threads[k_most_threads];
  jmp_buf scheduler;
  char *stacks, *shared, *dynamic_shared;  // shared memory lies where 32 bits reach
} g;

// ---- In a thread

static void wait_as(state_t state) {
  thread_t *t = &g.threads[g.current];
  t->state = state;
  if (!_setjmp(t->resume)) _longjmp(g.scheduler, 1);
}

void spc_barrier(void) { wait_as(k_at_barrier); }

int32_t spc_ballot(bool value) {
  thread_t *t = &g.threads[g.current];
  t->exchange = k_ballot;
  t->value = value;
  wait_as(k_at_warp);
  return (int32_t)t->taken;
}
void spc_warp_barrier(void) { (void)spc_ballot(true); }

static int64_t shuffle(int32_t value, int32_t from, int32_t width) {
  thread_t *t = &g.threads[g.current];
  t->exchange = k_shuffle;
  t->value = value;
  t->from = from >= 0 && from < width && width == k_warp ? from : -1;
  wait_as(k_at_warp);
  return t->taken;
}
static int32_t lane(void) { return (int32_t)g.current % k_warp; }
int64_t spc_shuffle_xor(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() ^ offset, width); }
int64_t spc_shuffle_up(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() - offset, width); }
int64_t spc_shuffle_down(int32_t value, int32_t offset, int32_t width) { return shuffle(value, lane() + offset, width); }
int64_t spc_shuffle_idx(int32_t value, int32_t offset, int32_t width) { return shuffle(value, offset, width); }

void spc_mma(bool is_bf16, int32_t a0, int32_t a1, int32_t a2, int32_t a3, int32_t b0, int32_t b1, float c0, float c1, float c2, float c3) {
  thread_t *t = &g.threads[g.current];
  t->exchange = k_mma;
  t->flag = is_bf16;
  memcpy(t->a, (int32_t[]){a0, a1, a2, a3}, sizeof t->a);
  memcpy(t->b, (int32_t[]){b0, b1}, sizeof t->b);
  memcpy(t->c, (float[]){c0, c1, c2, c3}, sizeof t->c);
  wait_as(k_at_warp);
}
void spc_matrices(const char *row, bool transposed) {
  thread_t *t = &g.threads[g.current];
  t->exchange = k_matrices;
  t->row = row;
  t->flag = transposed;
  wait_as(k_at_warp);
}
int32_t spc_word(int32_t i) { return g.threads[g.current].words[i]; }

void spc_copy(char *to, const char *from, int32_t bytes) {
  memset(to, 0, 16);
  memcpy(to, from, (size_t)bytes);
}

typedef struct mbarrier_t {
  uint16_t phase, arrived;
  int32_t missing;  // bytes
} mbarrier_t;

static void *in_shared(int32_t address) { return (void *)(uintptr_t)(uint32_t)address; }
static void complete(mbarrier_t *b) {
  if (b->arrived && b->missing == 0) b->arrived = 0, ++b->phase;
}

void spc_mbarrier_init(int32_t barrier) { *(mbarrier_t *)in_shared(barrier) = (mbarrier_t){0}; }
void spc_mbarrier_expect(int32_t barrier, int32_t bytes) {
  mbarrier_t *b = in_shared(barrier);
  b->missing += bytes;
  if (b->arrived++) fprintf(stderr, "  a barrier for one arrival has two\n"), abort();
  complete(b);
}
int32_t spc_mbarrier_test(int32_t barrier, int32_t parity) {
  // What is waited for was asked for before, and is there.
  if ((((mbarrier_t *)in_shared(barrier))->phase & 1) == parity) fprintf(stderr, "  a thread waits for bytes that nobody brings\n"), abort();
  return 1;
}
void spc_bulk_in(int32_t to, int64_t from, int32_t bytes, int32_t barrier) {
  mbarrier_t *b = in_shared(barrier);
  memcpy(in_shared(to), (void *)(uintptr_t)from, (size_t)bytes);
  b->missing -= bytes;
  complete(b);
}
void spc_bulk_out(int64_t to, int32_t from, int32_t bytes) { memcpy((void *)(uintptr_t)to, in_shared(from), (size_t)bytes); }

void spc_set_dynamic_shared(char *shared) { g.dynamic_shared = shared; }
char *spc_dynamic_shared(void) { return g.dynamic_shared; }

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

static float number(int32_t pair, int which, bool is_bf16) {
  uint16_t bits = (uint16_t)((uint32_t)pair >> (16 * which));
  return (float)element_load(&bits, is_bf16 ? SPC_BF16 : SPC_F16, 0);
}

// Lane l has of a rows l/4 and l/4 + 8 of k 2(l%4) and the next, then of those 8 on; of b the same k of column l/4; of c rows l/4 and l/4 + 8 of columns 2(l%4) and the next.
static void multiply(thread_t *warp) {
  float a[16][16], b[16][8];
  for (int l = 0; l < k_warp; ++l) {
    for (int i = 0; i < 8; ++i) a[l / 4 + 8 * (i / 2 % 2)][2 * (l % 4) + i % 2 + 8 * (i / 4)] = number(warp[l].a[i / 2], i % 2, warp[l].flag);
    for (int i = 0; i < 4; ++i) b[2 * (l % 4) + i % 2 + 8 * (i / 2)][l / 4] = number(warp[l].b[i / 2], i % 2, warp[l].flag);
  }
  for (int l = 0; l < k_warp; ++l) {
    for (int i = 0; i < 4; ++i) {
      float sum = warp[l].c[i];
      for (int k = 0; k < 16; ++k) sum += a[l / 4 + 8 * (i / 2)][k] * b[k][2 * (l % 4) + i % 2];
      memcpy(&warp[l].words[i], &sum, 4);
    }
  }
}

// Row r of matrix m is where lane 8m + r points to. Lane l takes of each the numbers 2(l%4) and the next of row l/4; transposed, of column l/4 those rows.
static void load_matrices(thread_t *warp) {
  for (int l = 0; l < k_warp; ++l) {
    for (int m = 0; m < 4; ++m) {
      uint16_t pair[2];
      for (int i = 0; i < 2; ++i) {
        int row = warp[l].flag ? 2 * (l % 4) + i : l / 4, column = warp[l].flag ? l / 4 : 2 * (l % 4) + i;
        memcpy(&pair[i], warp[8 * m + row].row + 2 * column, 2);
      }
      memcpy(&warp[l].words[m], pair, 4);
    }
  }
}

// What the lanes of a warp do together. False when they do not do the same, or some of a whole warp's product have ended.
static bool exchange(unsigned begin, unsigned end) {
  exchange_t kind = k_shuffle;
  unsigned waiting = 0;
  for (unsigned i = begin; i < end; ++i) {
    if (g.threads[i].state == k_ended) continue;
    if (waiting++ && g.threads[i].exchange != kind) return false;
    kind = g.threads[i].exchange;
  }
  if (kind == k_mma || kind == k_matrices) {
    if (waiting != k_warp) return false;
    if (kind == k_mma) multiply(&g.threads[begin]);
    else load_matrices(&g.threads[begin]);
    release(begin, end);
    return true;
  }
  // Lanes that have ended give nothing: their value is the taker's own, which is not valid.
  uint32_t ballot = 0;
  for (unsigned i = begin; i < end; ++i) ballot |= (uint32_t)(g.threads[i].state != k_ended && (g.threads[i].value & 1)) << (i - begin);
  for (unsigned i = begin; i < end; ++i) {
    thread_t *t = &g.threads[i];
    if (t->state == k_ended) continue;
    if (kind == k_ballot) {
      t->taken = ballot;
      continue;
    }
    bool valid = t->from >= 0 && begin + (unsigned)t->from < end && g.threads[begin + (unsigned)t->from].state != k_ended;
    t->taken = (int64_t)(uint32_t)(valid ? g.threads[begin + (unsigned)t->from].value : t->value) | (int64_t)valid << 32;
  }
  release(begin, end);
  return true;
}

// Every other block has its threads in the other order, so that what a missing barrier leaves to chance does not always turn out well.
static bool run_block(bool last_first) {
  unsigned n = g.grid->threads, warps = (n + k_warp - 1) / k_warp;
  for (unsigned i = 0; i < n; ++i) g.threads[i].state = k_ready, g.threads[i].begun = false;
  memset(g.shared, 0xff, k_shared_bytes);
  for (bool moved = true; moved;) {
    moved = false;
    for (unsigned w = 0; w < warps; ++w) {
      unsigned begin = (last_first ? warps - 1 - w : w) * k_warp, end = begin + k_warp < n ? begin + k_warp : n;
      do {
        for (unsigned i = begin; i < end; ++i) {
          unsigned index = last_first ? begin + end - 1 - i : i;
          if (g.threads[index].state == k_ready) run(index), moved = true;
        }
        if (!all_wait(begin, end, k_at_warp) || !exchange(begin, end)) break;
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
    g.shared = mmap(NULL, k_shared_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (g.shared == MAP_FAILED) return false;
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
