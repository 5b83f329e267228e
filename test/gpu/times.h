// Measures kernels: the median time of a launch inside a CUDA graph of many, with and without overlap of neighbours (programmatic dependent launch), on data that
// is not in the second-level cache unless a step would find it there.
#ifndef TEST_GPU_TIMES_H_
#define TEST_GPU_TIMES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "test/gpu/image.h"

enum { k_bench_arguments = 20 };

// One row of the table.
typedef struct bench_t {
  const kernel_t *kernel;
  char shape[96];
  unsigned x, y, z, argument_count;
  spc_arg_t args[k_bench_arguments];
  // Launch i adds (i % copies) * stride bytes to argument |moving|, so that the next launch finds other data.
  unsigned moving, copies;
  uint64_t stride;
  double bytes;       // that must move through device memory: each input read once, each output written once
  double host_bytes;  // and from or to host memory
  double operations;  // of matrix products; when not 0 the row is judged by these
} bench_t;

// Rows whose kernel or shape has |filter| in it (NULL: all); |json|: the table in a file too (NULL: not). The device is open and the image is loaded.
// Returns an exit status: 1 when a kernel that the table needs is not in the image, or the file cannot be written.
int times_run(const char *filter, const char *json);

// ---- For the shapes (times_shapes.c) ---------------------------------------------------------------------------------
void times_shapes(void);

// Random bf16 numbers in [-1, 1): weights, keys and values.
enum { k_data_gigabytes = 8 };
cu_pointer_t times_data(void);
// Memory for one row of the table, random like the data or indices; taken back after it.
cu_pointer_t times_take(uint64_t bytes);
cu_pointer_t times_take_i32(size_t n, int32_t (*value)(size_t i, const void *data), const void *data);
// Pinned host memory that the device maps, |out_bytes| of it.
cu_pointer_t times_host_data(uint64_t *out_bytes);

// Whether the filter wants it. Otherwise, and when the image has no such kernel (said in the table), false.
bool times_begin(bench_t *bench, const char *kernel, const char *params, const char *shape);
#define TIMES_ARGS(bench, ...)                                                                     \
  ((bench)->argument_count = sizeof(spc_arg_t[]){__VA_ARGS__} / sizeof(spc_arg_t),                 \
   memcpy((bench)->args, (spc_arg_t[]){__VA_ARGS__}, sizeof(spc_arg_t[]){__VA_ARGS__}))
void times_measure(const bench_t *bench);

#endif  // TEST_GPU_TIMES_H_
