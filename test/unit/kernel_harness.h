// Compiles kernel specialisations to a shared object as the compiler does, and calls them; numbers of the storage types, and arrays with
// guards. Each test program includes this once.
#ifndef TEST_UNIT_KERNEL_HARNESS_H_
#define TEST_UNIT_KERNEL_HARNESS_H_

#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "compiler/codegen/host.h"
#include "llvm-c/Core.h"
#include "spc/abi.h"

#define MAYBE_UNUSED __attribute__((unused))

#define check_ok(expr)                                                                                 \
  do {                                                                                                 \
    spc_status_t check_status_ = (expr);                                                               \
    if (check_status_) fail_msg("%s: %s", spc_status_code_name(spc_status_code(check_status_)), spc_status_message(check_status_)); \
  } while (0)

// ---- Kernels -------------------------------------------------------------------------------------------------------
enum { k_most_kernels = 64 };
static struct {
  spc_kernel_set_t *set;
  void *library;
  const spc_host_kernel_fn_t *functions;
} g_kernels;

static MAYBE_UNUSED int32_t kernel_request(const char *name, intptr_t n, const spc_kernel_param_t *params) {
  int32_t index = -1;
  if (!g_kernels.set) check_ok(spc_kernel_set_create(&g_kernels.set));
  check_ok(spc_kernel_set_request(g_kernels.set, name, n, params, &index));
  return index;
}

// Makes `const fn spc_test_kernels[]` of the wrappers, so that the object has one symbol to export.
static MAYBE_UNUSED void kernels_add_table(LLVMContextRef llvm, LLVMModuleRef module, intptr_t n) {
  LLVMTypeRef pointer = LLVMPointerTypeInContext(llvm, 0);
  LLVMValueRef functions[k_most_kernels];
  assert_in_range(n, 1, k_most_kernels);
  for (intptr_t i = 0; i < n; ++i) {
    char name[64];
    snprintf(name, sizeof name, "spc_kernel_%td", (ptrdiff_t)i);
    functions[i] = LLVMGetNamedFunction(module, name);
    assert_non_null(functions[i]);
  }
  LLVMValueRef table = LLVMAddGlobal(module, LLVMArrayType2(pointer, (uint64_t)n), "spc_test_kernels");
  LLVMSetInitializer(table, LLVMConstArray2(pointer, functions, (uint64_t)n));
  LLVMSetGlobalConstant(table, 1);
}

static MAYBE_UNUSED void kernels_compile(const char *cpu) {
  spc_context_t context;
  spc_host_target_t *target;
  LLVMModuleRef module;
  check_ok(spc_context_init(&context));
  check_ok(spc_host_target_create(cpu, &target));
  LLVMContextRef llvm = LLVMContextCreate();
  check_ok(spc_host_codegen(&context, g_kernels.set, target, llvm, &module));
  kernels_add_table(llvm, module, spc_kernel_set_count(g_kernels.set));
  check_ok(spc_host_optimize(target, module));
  char folder[] = "/tmp/spc-kernels-XXXXXX", object[64], library[64];
  assert_non_null(mkdtemp(folder));
  snprintf(object, sizeof object, "%s/k.o", folder);
  snprintf(library, sizeof library, "%s/k.so", folder);
  check_ok(spc_host_write_object(target, module, object));
  check_ok(spc_link_shared(object, library, "spc_test_kernels"));
  LLVMDisposeModule(module);
  LLVMContextDispose(llvm);
  spc_host_target_destroy(target);
  spc_context_deinit(&context);
  g_kernels.library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!g_kernels.library) fail_msg("%s", dlerror());
  g_kernels.functions = dlsym(g_kernels.library, "spc_test_kernels");
  assert_non_null(g_kernels.functions);
  unlink(object);
  unlink(library);
  rmdir(folder);
}

static MAYBE_UNUSED int kernels_teardown(void **state) {
  (void)state;
  if (g_kernels.library) dlclose(g_kernels.library);
  spc_kernel_set_destroy(g_kernels.set);
  return 0;
}

#define P(pointer) {.ptr = (void *)(pointer)}
#define I(number) {.i64 = (int64_t)(number)}
#define F(number) {.f64 = (number)}

static MAYBE_UNUSED void kernel_call_range(int32_t kernel, uint32_t n, const spc_arg_t *args, int64_t begin, int64_t end) {
  assert_int_equal(n, spc_kernel_set_arg_count(g_kernels.set, kernel));
  g_kernels.functions[kernel](args, begin, end);
}
// Calls kernel |k| for items [begin, end) with arguments made by P, I and F.
#define CALL(k, begin, end, ...)                                                                \
  do {                                                                                          \
    const spc_arg_t call_args_[] = {__VA_ARGS__};                                               \
    kernel_call_range((k), sizeof call_args_ / sizeof *call_args_, call_args_, (begin), (end)); \
  } while (0)

// ---- Random numbers: the same in every run -------------------------------------------------------------------------
static uint64_t g_random = 0x9e3779b97f4a7c15u;
static MAYBE_UNUSED uint32_t random_u32(void) {
  g_random ^= g_random << 13;
  g_random ^= g_random >> 7;
  g_random ^= g_random << 17;
  return (uint32_t)(g_random >> 32);
}
static MAYBE_UNUSED float random_float(void) { return (float)random_u32() / 2147483648.0f - 1.0f; }  // [-1, 1)
static MAYBE_UNUSED int random_below(int n) { return (int)(random_u32() % (uint32_t)n); }

// ---- Storage types -------------------------------------------------------------------------------------------------
static const char *const k_elements[] = {"f32", "f16", "bf16"};  // by spc_element_t
static MAYBE_UNUSED size_t element_size(int element) { return element == SPC_F32 ? 4 : 2; }

static MAYBE_UNUSED uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}
static MAYBE_UNUSED float bits_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}
static MAYBE_UNUSED double element_load(const void *data, int element, size_t i) {
  if (element == SPC_F32) return ((const float *)data)[i];
  uint16_t bits = ((const uint16_t *)data)[i];
  if (element == SPC_BF16) return bits_float((uint32_t)bits << 16);
  int exponent = bits >> 10 & 31;
  double mantissa = bits & 1023;
  double size = exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
  return bits >> 15 ? -size : size;
}
// Rounds to nearest even; |x| must be finite and in the type's normal range or 0.
static MAYBE_UNUSED void element_store(void *data, int element, size_t i, float x) {
  uint32_t bits = float_bits(x);
  if (element == SPC_F32) {
    ((float *)data)[i] = x;
  } else if (element == SPC_BF16) {
    ((uint16_t *)data)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  } else {
    uint32_t size = bits & 0x7fffffff;
    uint16_t half = 0;
    if (size >= 0x38800000) {
      size -= 0x38000000;
      half = (uint16_t)((size + 0xfff + (size >> 13 & 1)) >> 13);
    } else {
      half = (uint16_t)lrint(ldexp(fabs(x), 24));
    }
    ((uint16_t *)data)[i] = (uint16_t)(half | bits >> 31 << 15);
  }
}

// ---- Arrays: heap memory of exactly the size, so that a sanitizer sees what is around it; guarded where code is not instrumented ----
enum { k_guard = 64 };  // bytes
typedef struct array_t {
  uint8_t *base;
  size_t size;
} array_t;
static array_t g_arrays[256];
static int g_array_count;

// |size| bytes of 0xff (a NaN in every type, -1 as an integer) between guards.
static MAYBE_UNUSED void *array_new(size_t size) {
  assert_true(g_array_count < 256);
  uint8_t *base = aligned_alloc(64, (size + 2 * k_guard + 63) / 64 * 64);
  assert_non_null(base);
  memset(base, 0xa5, k_guard);
  memset(base + k_guard, 0xff, size);
  memset(base + k_guard + size, 0xa5, k_guard);
  g_arrays[g_array_count++] = (array_t){base, size};
  return base + k_guard;
}
static MAYBE_UNUSED float *array_f32(size_t n) { return array_new(n * 4); }
static MAYBE_UNUSED int32_t *array_i32(size_t n) { return array_new(n * 4); }
static MAYBE_UNUSED float *array_random(size_t n) {
  float *x = array_f32(n);
  for (size_t i = 0; i < n; ++i) x[i] = random_float();
  return x;
}
static MAYBE_UNUSED void *array_random_elements(int element, size_t n) {
  void *x = array_new(n * element_size(element));
  for (size_t i = 0; i < n; ++i) element_store(x, element, i, random_float());
  return x;
}
// Frees all arrays; fails when something wrote around one.
static MAYBE_UNUSED int arrays_free(void **state) {
  (void)state;
  int damaged = 0;
  for (int i = 0; i < g_array_count; ++i) {
    const uint8_t *base = g_arrays[i].base;
    for (size_t b = 0; b < k_guard; ++b) damaged += base[b] != 0xa5 || base[k_guard + g_arrays[i].size + b] != 0xa5;
    free(g_arrays[i].base);
  }
  g_array_count = 0;
  if (damaged) print_error("%d bytes around arrays were overwritten\n", damaged);
  return damaged ? -1 : 0;
}

// ---- Comparisons ---------------------------------------------------------------------------------------------------
static MAYBE_UNUSED void check_near(const char *what, size_t i, double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance)) fail_msg("%s[%zu] is %.9g, not %.9g (tolerance %.3g)", what, i, got, expected, tolerance);
}
static MAYBE_UNUSED void check_same_bits(const char *what, const void *a, const void *b, size_t n) {
  const uint32_t *x = a, *y = b;
  for (size_t i = 0; i < n; ++i) {
    if (x[i] != y[i]) fail_msg("%s differ at %zu: %08x and %08x (%.9g, %.9g)", what, i, x[i], y[i], bits_float(x[i]), bits_float(y[i]));
  }
}

#endif  // TEST_UNIT_KERNEL_HARNESS_H_
