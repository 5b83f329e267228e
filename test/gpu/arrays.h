// Arrays that live on the host and on the device, with guard zones around them, and launches that bring them across.
#ifndef TEST_GPU_ARRAYS_H_
#define TEST_GPU_ARRAYS_H_

#include "test/gpu/image.h"

// Before a launch every array is copied to the device and after it back: a test reads and writes host memory only. What a kernel leaves changed in a guard zone, or
// in an array that it must only read, is a failed check.
typedef struct array_t {
  void *host;
  cu_pointer_t device;
  const char *name;
  size_t size;    // bytes
  int element;    // spc_element_t
  bool is_input;  // that kernels only read
  bool pinned;    // `device` is the address of host memory
} array_t;

void arrays_use_guards(bool use);  // default; without them memcheck sees every access out of an array

array_t *array_input(const char *name, int element, size_t n);   // random numbers in [-1, 1); indices: zeros
array_t *array_output(const char *name, int element, size_t n);  // poison: every byte 0xff, a NaN in any type and -1 as an integer
// In pinned host memory that the device maps.
array_t *array_pinned(const char *name, int element, size_t n);
void array_poison(array_t *array);
void arrays_free(void);  // all; at the end of a case

float *array_f32(const array_t *array);
int32_t *array_i32(const array_t *array);

#define P(array) {.ptr = (void *)(uintptr_t)((array) ? (array)->device : 0)}
// The address of |bytes| into an array.
#define AT(array, bytes) {.ptr = (void *)(uintptr_t)((array)->device + (bytes))}
#define NULL_ARRAY ((const array_t *)NULL)
#define I(number) {.i64 = (int64_t)(number)}
#define F(number) {.f64 = (number)}

#define ARGS_(...) sizeof(spc_arg_t[]){__VA_ARGS__} / sizeof(spc_arg_t), (spc_arg_t[]){__VA_ARGS__}

void arrays_launch(const kernel_t *kernel, unsigned x, unsigned y, unsigned z, unsigned n, const spc_arg_t *args);
// Launches |kernel| on a grid with arguments made by P, I and F, and waits.
#define LAUNCH(kernel, x, y, z, ...) arrays_launch((kernel), (unsigned)(x), (unsigned)(y), (unsigned)(z), ARGS_(__VA_ARGS__))
// Rows [first, next) of |rows| at a time: half of them, half of what is left, ... A kernel that a selection made in parts launches for some rows only is tested so.
#define FOR_PARTS(first, next, rows) \
  for (size_t first = 0, next = ((size_t)(rows) + 1) / 2; first < (size_t)(rows); first = next, next = first + ((size_t)(rows) - first + 1) / 2)

// The same in a chain of launches that overlap as the runtime has them: arrays_to_device(), QUEUE(..) for each, arrays_to_host().
#define QUEUE(kernel, x, y, z, ...) kernel_launch((kernel), (unsigned)(x), (unsigned)(y), (unsigned)(z), ARGS_(__VA_ARGS__), true)
void arrays_to_device(void);
void arrays_to_host(const char *what);  // waits

// ||out - expected|| / ||expected|| <= limit, and no element further away than its share of that allows (a single wrong element among many).
void check_near(const array_t *out, const double *expected, size_t n, double limit, const char *what);
// The first |bytes| of both.
void check_same_bits(const void *a, const void *b, size_t bytes, const char *what);
void check_all_poison(const void *data, size_t bytes, const char *what);

#endif  // TEST_GPU_ARRAYS_H_
