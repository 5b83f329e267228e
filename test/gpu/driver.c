#include "test/gpu/driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/gpu/runner.h"

cuda_t cu;

void driver_check(cu_result_t result, const char *call, const char *file, int line) {
  if (!result) return;
  const char *name = NULL;
  if (cu.error_name) cu.error_name(result, &name);
  printf("  %s:%d: %s: error %d (%s)\n", file, line, call, result, name ? name : "?");
  fflush(stdout);
  // Without the handlers of exit: a lost context can keep the driver's from returning.
  _exit(k_exit_lost);
}

static void bind(void *library, const char *symbol, void *out_function) {
  void *address = dlsym(library, symbol);
  if (!address) {
    printf("libcuda.so.1 has no %s: the driver is older than CUDA 12\n", symbol);
    fflush(stdout);
    _exit(k_exit_lost);
  }
  memcpy(out_function, &address, sizeof address);
}

void driver_open(int ordinal) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    printf("no NVIDIA driver: %s\n", dlerror());
    fflush(stdout);
    _exit(k_exit_lost);
  }
#define CUDA_BIND(member, symbol, parameters) bind(library, #symbol, &cu.member);
  CUDA_FUNCTIONS(CUDA_BIND)
#undef CUDA_BIND
  cu_device_t device;
  cu_context_t context;
  int major = 0, minor = 0;
  CU(cu.init(0));
  CU(cu.driver_version(&cu.driver));
  CU(cu.device_get(&device, ordinal));
  CU(cu.device_name(cu.device, sizeof cu.device, device));
  CU(cu.device_attribute(&cu.multiprocessors, CU_DEVICE_MULTIPROCESSORS, device));
  CU(cu.device_attribute(&cu.l2_bytes, CU_DEVICE_L2_BYTES, device));
  CU(cu.device_attribute(&major, CU_DEVICE_COMPUTE_MAJOR, device));
  CU(cu.device_attribute(&minor, CU_DEVICE_COMPUTE_MINOR, device));
  cu.compute = major * 10 + minor;
  CU(cu.context_retain(&context, device));
  CU(cu.context_set(context));
  CU(cu.stream_create(&cu.stream, CU_STREAM_NON_BLOCKING));
}

void driver_upload(cu_pointer_t to, const void *from, size_t size) {
  CU(cu.copy(to, (cu_pointer_t)(uintptr_t)from, size, cu.stream));
  CU(cu.stream_wait(cu.stream));
}
