// The kernels under test: an image (PTX, or a cubin of the device) and its index, which spc-ptx-kernels writes: a line a specialisation,
//
//   entry threads shared_bytes overlaps arguments block_rows blocks kernel alias=value alias=value ...
#ifndef TEST_GPU_IMAGE_H_
#define TEST_GPU_IMAGE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spc/abi.h"
#include "test/gpu/driver.h"

typedef struct kernel_t {
  char entry[160];   // its name in the image
  char name[48];     // in compiler/kernels/nvptx/README.md
  char params[160];  // " !elem=bf16 #d=128 ", with the spaces
  unsigned threads, shared_bytes, arguments;
  unsigned block_rows, blocks;  // rows of x or q of a block; the blocks of a grid that the source says; 0 where the README's table says the grid
  bool overlaps;  // launched as the runtime does: before its predecessor has ended
  cu_function_t function;
} kernel_t;

// Reads the index; ends the process when it is not one.
void image_read_index(const char *path);
int image_count(void);
kernel_t *image_kernel(int i);
// Gives the kernels of the index their functions. The device is open.
void image_load(const char *path);

// The specialisation with all of the |params| ("!elem=bf16 #d=128", any order); NULL when the image has none.
const kernel_t *image_find(const char *name, const char *params);
// The same, with printf's format; a failed check when there is none.
__attribute__((format(printf, 2, 3))) const kernel_t *image_need(const char *name, const char *format, ...);

// The value of a parameter of |kernel|. |fallback| when it has no such alias.
int kernel_element(const kernel_t *kernel, const char *alias, int fallback);
int kernel_number(const kernel_t *kernel, const char *alias, int fallback);

// Of a grid, blocks that divide |n| among them, |size| each.
static inline size_t blocks_of(size_t n, size_t size) { return (n + size - 1) / size; }

// Queues a launch on the stream; |overlap|: with programmatic serialization, where the kernel allows it.
void kernel_launch(const kernel_t *kernel, unsigned x, unsigned y, unsigned z, unsigned n, const spc_arg_t *args, bool overlap);

#endif  // TEST_GPU_IMAGE_H_
