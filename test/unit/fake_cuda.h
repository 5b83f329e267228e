// A driver and a GEMM library for tests without a GPU: device memory is host memory, kernels are C functions, streams are queues that run when somebody
// waits. The tests link it and export its symbols, and the runtime finds them there instead of in NVIDIA's libraries.
//
// Queues run as far out of order as their events allow: one stream to its end before the next, the first or the last first (`copy_first`). An order
// that the runtime forgot to ask for shows as a wrong result. Captured streams that do not join are an error, as in the driver.
#ifndef TEST_UNIT_FAKE_CUDA_H_
#define TEST_UNIT_FAKE_CUDA_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/abi.h"

#define FAKE_CUDA_FIXED_BYTES (20 << 10)  // shared memory of a block of each kernel, besides the dynamic part

typedef struct fake_grid_t {
  uint32_t x, y, z;
} fake_grid_t;
typedef void (*fake_kernel_fn_t)(const spc_arg_t *args, fake_grid_t grid);

typedef struct fake_kernel_t {
  const char *entry;
  fake_kernel_fn_t run;
  uint32_t arg_count;
  spc_host_kernel_fn_t host;  // when `run` is NULL: over as many items as the grid has blocks; when both are, fake_cuda.run runs it
} fake_kernel_t;

typedef struct fake_cuda_t {
  // Set by tests.
  const fake_kernel_t *kernels;  // what a module holds; ends with a NULL entry
  int capability;                // 90
  int version;                   // of CUDA, that the driver is of: 13000
  bool later_streams_first;      // which queue runs first
  uint64_t fail_at;              // the call that fails, counted from 1; 0: none
  const char *fail_function;     // only calls of this function are counted; NULL: of all
  // Runs kernels that have no function of their own; with it, images may be anything. NULL: there are none.
  void (*run)(const fake_kernel_t *kernel, const spc_arg_t *args, fake_grid_t grid);
  uint64_t fail_moves_every;     // of the copies of whole pages and pools by the session that was created first, one in so many fails; 0: none
  // What happened.
  uint64_t calls;  // of fail_function, or of all
  int64_t live;    // objects and allocations that exist
  uint64_t moves;  // copies that fail_moves_every is about
  uint64_t beside;  // linears that were told where prefetches are
  uint64_t parts;   // of selections, launches for other rows than the first
  uint64_t apart;   // launches in another memory synchronisation domain than the default
  uint64_t launches, overlapping, graph_launches, products, captured;
  uint64_t divided;         // launches that asked for a division of the multiprocessors' memory,
  unsigned shared_percent;  // the last one for this
} fake_cuda_t;

extern fake_cuda_t fake_cuda;

// For the GEMM library: a kernel with one block on |stream|.
int fake_cuda_enqueue(void *stream, const fake_kernel_t *kernel, const spc_arg_t *args);

// The state of a fresh process, but for objects that live.
void fake_cuda_reset(const fake_kernel_t *kernels);

#endif  // TEST_UNIT_FAKE_CUDA_H_
