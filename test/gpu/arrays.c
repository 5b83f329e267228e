#include "test/gpu/arrays.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/elements.h"
#include "test/gpu/runner.h"

enum { k_most_arrays = 64, k_guard_bytes = 256, k_guard_value = 0xa5, k_poison = 0xff };

typedef struct storage_t {
  array_t array;
  uint8_t *host_base, *scratch;  // guard, array, guard
  cu_pointer_t device_base;
} storage_t;

static storage_t g_arrays[k_most_arrays];
static int g_count;
static size_t g_guard = k_guard_bytes;

void arrays_use_guards(bool use) { g_guard = use ? k_guard_bytes : 0; }

static void *need(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "no memory\n");
  exit(1);
}

static array_t *new_array(const char *name, int element, size_t n, bool pinned) {
  if (g_count == k_most_arrays) {
    fprintf(stderr, "a test has more than %d arrays\n", k_most_arrays);
    exit(1);
  }
  storage_t *s = &g_arrays[g_count++];
  size_t size = n * element_size(element), total = size + 2 * g_guard;
  s->array = (array_t){.name = name, .size = size, .element = element, .pinned = pinned};
  if (pinned) {
    void *host = NULL;
    CU(cu.host_alloc(&host, total ? total : 1, CU_HOST_PORTABLE_MAPPED));
    CU(cu.host_device_pointer(&s->device_base, host, 0));
    s->host_base = host;
  } else {
    s->host_base = need(malloc(total + 1));
    CU(cu.alloc(&s->device_base, total ? total : 1));
  }
  s->scratch = need(malloc(total + 1));
  memset(s->host_base, k_guard_value, total);
  s->array.host = s->host_base + g_guard;
  s->array.device = s->device_base + g_guard;
  array_poison(&s->array);
  return &s->array;
}

void array_poison(array_t *array) { memset(array->host, k_poison, array->size); }

array_t *array_output(const char *name, int element, size_t n) { return new_array(name, element, n, false); }
array_t *array_pinned(const char *name, int element, size_t n) { return new_array(name, element, n, true); }

array_t *array_input(const char *name, int element, size_t n) {
  array_t *array = new_array(name, element, n, false);
  array->is_input = true;
  if (element == SPC_I32) {
    memset(array->host, 0, array->size);
  } else {
    for (size_t i = 0; i < n; ++i) element_store(array->host, element, i, random_float());
  }
  return array;
}

void arrays_free(void) {
  for (int i = 0; i < g_count; ++i) {
    storage_t *s = &g_arrays[i];
    if (s->array.pinned) {
      CU(cu.host_free(s->host_base));
    } else {
      CU(cu.free(s->device_base));
      free(s->host_base);
    }
    free(s->scratch);
  }
  g_count = 0;
}

float *array_f32(const array_t *array) { return array->host; }
int32_t *array_i32(const array_t *array) { return array->host; }

static void check_guards(const storage_t *s, const uint8_t *data, const char *entry) {
  for (size_t i = 0; i < g_guard; ++i) {
    const uint8_t *after = data + g_guard + s->array.size;
    if (data[i] != k_guard_value) {
      check(false, "%s wrote %zu bytes before the begin of %s", entry, g_guard - i, s->array.name);
      return;
    }
    if (after[i] != k_guard_value) {
      check(false, "%s wrote %zu bytes after the end of %s", entry, i, s->array.name);
      return;
    }
  }
}

void arrays_to_device(void) {
  for (int i = 0; i < g_count; ++i) {
    storage_t *s = &g_arrays[i];
    if (!s->array.pinned) CU(cu.copy(s->device_base, (cu_pointer_t)(uintptr_t)s->host_base, s->array.size + 2 * g_guard, cu.stream));
  }
}

void arrays_to_host(const char *what) {
  cu_result_t result = cu.stream_wait(cu.stream);
  if (result) printf("  %s:\n", what);
  CU(result);
  for (int i = 0; i < g_count; ++i) {
    storage_t *s = &g_arrays[i];
    size_t total = s->array.size + 2 * g_guard;
    if (s->array.pinned) {
      check_guards(s, s->host_base, what);
      continue;
    }
    CU(cu.copy_to_host(s->scratch, s->device_base, total));
    check_guards(s, s->scratch, what);
    if (s->array.is_input) {
      check(memcmp(s->scratch, s->host_base, total) == 0, "%s changed %s, which it only reads", what, s->array.name);
    } else {
      memcpy(s->host_base, s->scratch, total);
      memset(s->host_base, k_guard_value, g_guard);
      memset(s->host_base + g_guard + s->array.size, k_guard_value, g_guard);
    }
  }
}

void arrays_launch(const kernel_t *kernel, unsigned x, unsigned y, unsigned z, unsigned n, const spc_arg_t *args) {
  arrays_to_device();
  kernel_launch(kernel, x, y, z, n, args, true);
  arrays_to_host(kernel->entry);
}

void check_near(const array_t *out, const double *expected, size_t n, double limit, const char *what) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < n; ++i) {
    double d = element_load(out->host, out->element, i) - expected[i];
    difference += d * d;
    size += expected[i] * expected[i];
  }
  double error = sqrt(difference) / (size > 0 ? sqrt(size) : 1);
  check_error(error);
  if (!check(error <= limit, "%s: %s is %.2e away, more than %.1e", what, out->name, error, limit)) {
    for (size_t i = 0; i < n; ++i) {
      double got = element_load(out->host, out->element, i);
      if (fabs(got - expected[i]) <= 4 * limit * fabs(expected[i]) + 1e-6) continue;
      check(false, "%s: %s[%zu] is %.9g, expected %.9g", what, out->name, i, got, expected[i]);
      break;
    }
    return;
  }
  double typical = sqrt(size / (double)(n ? n : 1));
  for (size_t i = 0; i < n; ++i) {
    double got = element_load(out->host, out->element, i);
    if (fabs(got - expected[i]) <= 2 * limit * fabs(expected[i]) + 10 * limit * typical) continue;
    check(false, "%s: %s[%zu] is %.9g, expected %.9g", what, out->name, i, got, expected[i]);
    return;
  }
}

void check_same_bits(const void *a, const void *b, size_t bytes, const char *what) {
  const uint8_t *x = a, *y = b;
  size_t i = 0;
  while (i < bytes && x[i] == y[i]) ++i;
  check(i == bytes, "%s: byte %zu of %zu is %02x and %02x", what, i, bytes, i < bytes ? x[i] : 0, i < bytes ? y[i] : 0);
}

void check_all_poison(const void *data, size_t bytes, const char *what) {
  const uint8_t *x = data;
  size_t i = 0;
  while (i < bytes && x[i] == k_poison) ++i;
  check(i == bytes, "%s: byte %zu was written", what, i);
}
