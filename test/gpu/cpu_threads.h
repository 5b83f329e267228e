// The threads of a kernel's blocks on one thread of the host, one block after another: each has a stack of its own and runs until it ends or has to wait for others.
#ifndef TEST_GPU_CPU_THREADS_H_
#define TEST_GPU_CPU_THREADS_H_

#include <stdbool.h>
#include <stdint.h>

// A thread of a kernel. |shared| is the block's shared memory.
typedef void (*cpu_entry_t)(void **arguments, char *shared);

typedef struct cpu_grid_t {
  unsigned grid[3], threads;  // blocks in x, y and z; threads of a block
} cpu_grid_t;

// Runs all threads of all blocks. False, with a line that says why, when threads of a block wait for one another for ever.
bool cpu_threads_run(cpu_entry_t entry, void **arguments, const cpu_grid_t *grid);

// What kernels call (test/gpu/on_cpu): barriers of a block, shuffles of a warp (the value that arrives, and 1 << 32 when it is another lane's to give), and which thread it is.
#pragma GCC visibility push(default)
void spc_barrier(void);
int32_t spc_ballot(bool value);  // of a warp: a bit for each lane
int64_t spc_shuffle_xor(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_up(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_down(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_idx(int32_t value, int32_t offset, int32_t width);
int64_t spc_block_id_x(void), spc_block_id_y(void), spc_block_id_z(void);
int64_t spc_grid_dim_x(void), spc_grid_dim_y(void), spc_grid_dim_z(void);
int64_t spc_block_dim_x(void), spc_block_dim_y(void), spc_block_dim_z(void);
int64_t spc_thread_id_x(void), spc_thread_id_y(void), spc_thread_id_z(void);
#pragma GCC visibility pop

#endif  // TEST_GPU_CPU_THREADS_H_
