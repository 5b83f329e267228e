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
void spc_warp_barrier(void);
int32_t spc_ballot(bool value);  // of a warp: a bit for each lane
int64_t spc_shuffle_xor(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_up(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_down(int32_t value, int32_t offset, int32_t width);
int64_t spc_shuffle_idx(int32_t value, int32_t offset, int32_t width);
// Of a warp: c + a . b in the layout of mma.m16n8k16, and four 8 x 8 matrices of 16-bit numbers whose rows the lanes point to, as ldmatrix has them. spc_word(i) is a lane's i-th word of the last.
void spc_mma(bool is_bf16, int32_t a0, int32_t a1, int32_t a2, int32_t a3, int32_t b0, int32_t b1, float c0, float c1, float c2, float c3);
void spc_matrices(const char *row, bool transposed);
int32_t spc_word(int32_t i);
void spc_copy(char *to, const char *from, int32_t bytes);  // 16 bytes, the last of them zeros when there are fewer
// Barriers in shared memory for one arrival that says how many bytes are expected, and bulk copies. Addresses of shared memory have 32 bits.
void spc_mbarrier_init(int32_t barrier);
void spc_mbarrier_expect(int32_t barrier, int32_t bytes);
int32_t spc_mbarrier_test(int32_t barrier, int32_t parity);
void spc_bulk_in(int32_t to, int64_t from, int32_t bytes, int32_t barrier);
void spc_bulk_out(int64_t to, int32_t from, int32_t bytes);
void spc_set_dynamic_shared(char *shared);  // of the thread that is about to run
char *spc_dynamic_shared(void);
int64_t spc_block_id_x(void), spc_block_id_y(void), spc_block_id_z(void);
int64_t spc_grid_dim_x(void), spc_grid_dim_y(void), spc_grid_dim_z(void);
int64_t spc_block_dim_x(void), spc_block_dim_y(void), spc_block_dim_z(void);
int64_t spc_thread_id_x(void), spc_thread_id_y(void), spc_thread_id_z(void);
#pragma GCC visibility pop

#endif  // TEST_GPU_CPU_THREADS_H_
