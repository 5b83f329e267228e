// In the place of NVIDIA's driver, for test/gpu/on_cpu: device memory is memory, and a launch calls a function of the host for every thread of its grid.
// An image is the path of a library with a function spc_call_ENTRY(arguments, shared) for each kernel, whose blocks and threads cpu_threads.c runs. What only measurements need fails.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/gpu/cpu_threads.h"
#include "test/gpu/driver.h"

#define EXPORT __attribute__((visibility("default")))

enum { k_out_of_memory = 2, k_not_found = 500, k_launch_failed = 719, k_unsupported = 801 };

#define DECLARE(member, symbol, parameters) EXPORT int symbol parameters;
CUDA_FUNCTIONS(DECLARE)
#undef DECLARE

int cuInit(unsigned flags) { return (int)flags; }
int cuDriverGetVersion(int *version) { return *version = 13000, 0; }
int cuGetErrorName(cu_result_t error, const char **name) { return *name = error == k_unsupported ? "not for a CPU" : "error", 0; }
int cuDeviceGet(cu_device_t *device, int ordinal) { return *device = ordinal, 0; }
int cuDeviceGetName(char *name, int size, cu_device_t device) { return snprintf(name, (size_t)size, "CPU %d", device) < 0; }
int cuDeviceGetAttribute(int *value, int attribute, cu_device_t device) { return *value = attribute == CU_DEVICE_MULTIPROCESSORS ? 4 : 8, device; }
int cuDevicePrimaryCtxRetain(cu_context_t *context, cu_device_t device) { return *context = NULL, device; }
int cuCtxSetCurrent(cu_context_t context) { return context != NULL; }

int cuModuleLoadDataEx(cu_module_t *module, const void *image, unsigned n, int *options, void **values) {
  void *library = dlopen(image, RTLD_NOW | RTLD_LOCAL);
  *module = library;
  if (!library && n > 0 && options[0] == CU_JIT_ERROR_LOG) snprintf(values[0], 4096, "%s", dlerror());
  return library ? 0 : k_not_found;
}
int cuModuleGetFunction(cu_function_t *function, cu_module_t module, const char *name) {
  char entry[200];
  snprintf(entry, sizeof entry, "spc_call_%s", name);
  *function = dlsym(module, entry);
  return *function ? 0 : k_not_found;
}
int cuFuncSetAttribute(cu_function_t function, int attribute, int value) { return (void)attribute, (void)value, function == NULL; }
int cuFuncGetAttribute(int *value, int attribute, cu_function_t function) { return (void)attribute, *value = 0, function == NULL; }

int cuMemAlloc_v2(cu_pointer_t *pointer, size_t size) {
  void *memory = aligned_alloc(256, (size + 255) / 256 * 256);
  *pointer = (uintptr_t)memory;
  return memory ? 0 : k_out_of_memory;
}
int cuMemFree_v2(cu_pointer_t pointer) { return free((void *)(uintptr_t)pointer), 0; }
int cuMemHostAlloc(void **pointer, size_t size, unsigned flags) {
  (void)flags;
  *pointer = aligned_alloc(256, (size + 255) / 256 * 256);
  return *pointer ? 0 : k_out_of_memory;
}
int cuMemFreeHost(void *pointer) { return free(pointer), 0; }
int cuMemHostGetDevicePointer_v2(cu_pointer_t *pointer, void *host, unsigned flags) { return *pointer = (uintptr_t)host, (int)flags; }
int cuMemcpyDtoH_v2(void *to, cu_pointer_t from, size_t size) { return memcpy(to, (void *)(uintptr_t)from, size), 0; }
int cuMemcpyAsync(cu_pointer_t to, cu_pointer_t from, size_t size, cu_stream_t stream) {
  return memcpy((void *)(uintptr_t)to, (void *)(uintptr_t)from, size), stream != NULL;
}
int cuStreamCreate(cu_stream_t *stream, unsigned flags) { return (void)flags, *stream = NULL, 0; }
int cuStreamSynchronize(cu_stream_t stream) { return stream != NULL; }

int cuLaunchKernelEx(const cu_launch_config_t *c, cu_function_t function, void **params, void **extra) {
  cpu_entry_t entry;
  memcpy(&entry, &function, sizeof entry);
  if (!entry || extra || !c->grid_x || !c->grid_y || !c->grid_z || !c->block_x || c->block_y != 1 || c->block_z != 1) return 1;
  const cpu_grid_t grid = {.grid = {c->grid_x, c->grid_y, c->grid_z}, .threads = c->block_x};
  return cpu_threads_run(entry, params, &grid) ? 0 : k_launch_failed;
}

// For measurements.
int cuEventCreate(cu_event_t *event, unsigned flags) { return *event = NULL, (void)flags, k_unsupported; }
int cuEventRecord(cu_event_t event, cu_stream_t stream) { return (void)event, (void)stream, k_unsupported; }
int cuEventSynchronize(cu_event_t event) { return (void)event, k_unsupported; }
int cuEventElapsedTime(float *ms, cu_event_t from, cu_event_t to) { return *ms = 0, (void)from, (void)to, k_unsupported; }
int cuStreamBeginCapture_v2(cu_stream_t stream, int mode) { return (void)stream, (void)mode, k_unsupported; }
int cuStreamEndCapture(cu_stream_t stream, cu_graph_t *graph) { return (void)stream, *graph = NULL, k_unsupported; }
int cuGraphInstantiateWithFlags(cu_graph_exec_t *exec, cu_graph_t graph, unsigned long long flags) { return *exec = NULL, (void)graph, (void)flags, k_unsupported; }
int cuGraphLaunch(cu_graph_exec_t exec, cu_stream_t stream) { return (void)exec, (void)stream, k_unsupported; }
int cuGraphExecDestroy(cu_graph_exec_t exec) { return (void)exec, k_unsupported; }
int cuGraphDestroy(cu_graph_t graph) { return (void)graph, k_unsupported; }
