#include "test/gpu/image.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/elements.h"
#include "test/gpu/runner.h"

enum { k_most_kernels = 1024, k_default_shared = 48 * 1024, k_most_arguments = 32 };

static kernel_t g_kernels[k_most_kernels];
static int g_count;

static void die(const char *path, const char *what) {
  fprintf(stderr, "%s: %s\n", path, what);
  exit(1);
}

void image_read_index(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die(path, "cannot be read");
  char line[512];
  while (fgets(line, sizeof line, file)) {
    if (g_count == k_most_kernels) die(path, "more kernels than the tests have room for");
    kernel_t *kernel = &g_kernels[g_count++];
    int overlaps = 0, used = 0;
    if (sscanf(line, "%159s %u %u %d %u %u %u %47s%n", kernel->entry, &kernel->threads, &kernel->shared_bytes, &overlaps, &kernel->arguments,
               &kernel->block_rows, &kernel->blocks, kernel->name, &used) != 8 ||
        kernel->arguments > k_most_arguments) {
      die(path, "is not an index of kernels as spc-ptx-kernels writes it");
    }
    kernel->overlaps = overlaps;
    line[strcspn(line, "\n")] = 0;
    snprintf(kernel->params, sizeof kernel->params, "%s ", line + used);
  }
  fclose(file);
}

int image_count(void) { return g_count; }
kernel_t *image_kernel(int i) { return &g_kernels[i]; }

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path, "cannot be read");
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *data = calloc(1, (size_t)size + 1);  // PTX ends with a NUL
  if (!data || fread(data, 1, (size_t)size, file) != (size_t)size) die(path, "cannot be read");
  fclose(file);
  return data;
}

void image_load(const char *path) {
  cu_module_t module;
  static char log[4096];
  int options[] = {CU_JIT_ERROR_LOG, CU_JIT_ERROR_LOG_SIZE};
  void *values[] = {log, (void *)sizeof log};
  char *data = read_file(path);
  cu_result_t result = cu.module_load(&module, data, 2, options, values);
  if (result) printf("  %s: %s\n", path, log);
  CU(result);
  free(data);
  for (int i = 0; i < g_count; ++i) {
    kernel_t *kernel = &g_kernels[i];
    result = cu.module_function(&kernel->function, module, kernel->entry);
    if (result) printf("  %s has no entry %s\n", path, kernel->entry);
    CU(result);
    if (kernel->shared_bytes > k_default_shared) CU(cu.function_set(kernel->function, CU_FUNCTION_MAX_DYNAMIC_SHARED_BYTES, (int)kernel->shared_bytes));
  }
}

static bool has_params(const kernel_t *kernel, const char *params) {
  char token[64];
  for (int used; sscanf(params, " %62s%n", token, &used) == 1; params += used) {
    char padded[66];
    snprintf(padded, sizeof padded, " %s ", token);
    if (!strstr(kernel->params, padded)) return false;
  }
  return true;
}

const kernel_t *image_find(const char *name, const char *params) {
  for (int i = 0; i < g_count; ++i) {
    if (strcmp(g_kernels[i].name, name) == 0 && has_params(&g_kernels[i], params)) return &g_kernels[i];
  }
  return NULL;
}

const kernel_t *image_need(const char *name, const char *format, ...) {
  char params[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(params, sizeof params, format, arguments);
  va_end(arguments);
  const kernel_t *kernel = image_find(name, params);
  if (!kernel) check(false, "the image has no %s with %s, which this test needs: see test/gpu/specialisations.h", name, params);
  return kernel;
}

static bool find_value(const kernel_t *kernel, const char *alias, char value[16]) {
  char key[32];
  snprintf(key, sizeof key, " %s=", alias);
  const char *at = strstr(kernel->params, key);
  return at && sscanf(at + strlen(key), "%15s", value) == 1;
}

int kernel_element(const kernel_t *kernel, const char *alias, int fallback) {
  char value[16];
  return find_value(kernel, alias, value) ? element_parse(value) : fallback;
}

int kernel_number(const kernel_t *kernel, const char *alias, int fallback) {
  char value[16];
  return find_value(kernel, alias, value) ? atoi(value) : fallback;
}

void kernel_launch(const kernel_t *kernel, unsigned x, unsigned y, unsigned z, unsigned n, const spc_arg_t *args, bool overlap) {
  if (n != kernel->arguments) {
    printf("  %s takes %u arguments; by compiler/kernels/nvptx/README.md it has %u\n", kernel->entry, kernel->arguments, n);
    driver_check(1, "launch", __FILE__, __LINE__);
  }
  spc_arg_t values[k_most_arguments];
  void *params[k_most_arguments] = {NULL};
  memcpy(values, args, n * sizeof *args);
  for (unsigned i = 0; i < n; ++i) params[i] = &values[i];
  cu_launch_attribute_t attribute = {.id = CU_LAUNCH_PROGRAMMATIC_SERIALIZATION, .value.number = 1};
  cu_launch_config_t config = {x, y, z, kernel->threads, 1, 1, kernel->shared_bytes, cu.stream, &attribute, overlap && kernel->overlaps};
  cu_result_t result = cu.launch(&config, kernel->function, params, NULL);
  if (result) printf("  %s, grid %u x %u x %u:\n", kernel->entry, x, y, z);
  driver_check(result, "cuLaunchKernelEx", __FILE__, __LINE__);
}
