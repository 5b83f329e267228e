// The unit tests' driver (test/unit/fake_cuda.h) as libcuda.so.1, with the kernels that test/gpu/on_cpu has made for this machine: what the runtime does with a GPU, from the plan to the
// logits, without one. It is libcublasLt.so.13 too (test/unit/fake_cublaslt.c). $SPC_CPU_KERNELS is a folder with kernels.so and their index.txt,
// $SPC_CPU_CAPABILITY what the objects are for: 80, or 90.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/cpu_threads.h"
#include "test/unit/fake_cuda.h"

enum { k_most_kernels = 256 };

static struct {
  char entries[k_most_kernels][160];
  unsigned threads[k_most_kernels];
  cpu_entry_t functions[k_most_kernels];
  fake_kernel_t kernels[k_most_kernels + 1];
} g;

static void run_kernel(const fake_kernel_t *kernel, const spc_arg_t *args, fake_grid_t grid) {
  size_t i = (size_t)(kernel - g.kernels);
  void *arguments[32];
  for (uint32_t k = 0; k < kernel->arg_count; ++k) arguments[k] = (void *)(uintptr_t)&args[k];
  const cpu_grid_t shape = {{grid.x, grid.y, grid.z}, g.threads[i]};
  if (cpu_threads_run(g.functions[i], arguments, &shape)) return;
  fprintf(stderr, "kernel %s does not end\n", kernel->entry);
  abort();
}

static void die(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

__attribute__((constructor)) static void load_kernels(void) {
  const char *folder = getenv("SPC_CPU_KERNELS");
  if (!folder) die("SPC_CPU_KERNELS", "is not set");
  char path[512], line[512], symbol[200];
  snprintf(path, sizeof path, "%s/kernels.so", folder);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) die(path, dlerror());
  snprintf(path, sizeof path, "%s/index.txt", folder);
  FILE *file = fopen(path, "r");
  if (!file) die(path, "cannot be read");
  for (int i = 0; fgets(line, sizeof line, file); ++i) {
    unsigned arguments = 0;
    if (i == k_most_kernels || sscanf(line, "%159s %u %*u %*d %u", g.entries[i], &g.threads[i], &arguments) != 3) die(path, "is no index of kernels");
    snprintf(symbol, sizeof symbol, "spc_call_%s", g.entries[i]);
    void *address = dlsym(library, symbol);
    if (!address) die(path, symbol);
    memcpy(&g.functions[i], &address, sizeof address);
    g.kernels[i] = (fake_kernel_t){.entry = g.entries[i], .arg_count = arguments};
  }
  fclose(file);
  fake_cuda_reset(g.kernels);
  const char *capability = getenv("SPC_CPU_CAPABILITY");
  if (capability) fake_cuda.capability = atoi(capability);
  fake_cuda.run = run_kernel;
}
