#include "cuda/driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char *g_library = "libcuda.so.1";
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
// Written once, under g_once.
static spc_cuda_driver_t g_driver;
static spc_status_code_t g_failure;
static char g_message[512];

void spc_cuda_driver_set_library(const char *path) {
  g_library = path;
  g_failure = SPC_OK;
  g_once = (pthread_once_t)PTHREAD_ONCE_INIT;
}

static void fail(spc_status_code_t code, const char *what, const char *why) {
  g_failure = code;
  snprintf(g_message, sizeof g_message, "%s%s; models compiled for CUDA need an NVIDIA GPU and its driver (CUDA 12.3 or later)", what, why);
}

static void open_driver(void) {
  void *library = dlopen(g_library, RTLD_NOW | RTLD_LOCAL);  // never closed: it has threads
  if (!library) {
    fail(SPC_UNSUPPORTED, "cannot open NVIDIA's driver: ", dlerror());
    return;
  }
#define LOAD(function, symbol, parameters)                                     \
  do {                                                                         \
    void *address = dlsym(library, symbol);                                    \
    if (!address) {                                                            \
      fail(SPC_UNSUPPORTED, "NVIDIA's driver is too old: it has no ", symbol); \
      return;                                                                  \
    }                                                                          \
    memcpy(&g_driver.function, &address, sizeof address);                      \
  } while (0);
  SPC_CUDA_DRIVER_FUNCTIONS(LOAD)
#undef LOAD
  spc_status_t status = SPC_CU(&g_driver, cuInit, 0);
  if (status) fail(SPC_DEVICE, "NVIDIA's driver does not start: ", spc_status_message(status));
  spc_status_ignore(status);
}

spc_status_t spc_cuda_driver_get(const spc_cuda_driver_t **out_driver) {
  *out_driver = NULL;
  pthread_once(&g_once, open_driver);
  if (g_failure != SPC_OK) return SPC_STATUS(g_failure, "%s", g_message);
  *out_driver = &g_driver;
  return NULL;
}

spc_status_t spc_cuda_status(const spc_cuda_driver_t *driver, CUresult result, const char *function) {
  if (result == 0) return NULL;
  const char *name = NULL, *text = NULL;
  (void)driver->cuGetErrorName(result, &name);
  (void)driver->cuGetErrorString(result, &text);
  return SPC_STATUS(result == CUDA_ERROR_OUT_OF_MEMORY ? SPC_OUT_OF_MEMORY : SPC_DEVICE, "%s: %s (%d): %s", function, name ? name : "error",
                    result, text ? text : "unknown to this driver");
}
