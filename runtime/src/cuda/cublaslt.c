#include "cuda/cublaslt.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "cuda/library.h"

static spc_cuda_library_t g_file = {.names = {"libcublasLt.so.13", "libcublasLt.so.12"}};
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static spc_cublaslt_t g_library;  // written once, under g_once
static const spc_cublaslt_t *g_available;

void spc_cublaslt_set_library(const char *path) {
  spc_cuda_library_replace(&g_file, path);
  g_available = NULL;
  g_once = (pthread_once_t)PTHREAD_ONCE_INIT;
}

static void open_library(void) {
  void *library = spc_cuda_library_open(&g_file);
  if (!library) return;
#define LOAD(function, parameters)                            \
  do {                                                        \
    void *address = dlsym(library, #function);                \
    if (!address) return;                                     \
    memcpy(&g_library.function, &address, sizeof address);    \
  } while (0);
  SPC_CUBLASLT_FUNCTIONS(LOAD)
#undef LOAD
  g_available = &g_library;
}

const spc_cublaslt_t *spc_cublaslt_get(void) {
  pthread_once(&g_once, open_library);
  return g_available;
}
