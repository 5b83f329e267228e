#include "cuda/cublaslt.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "cuda/library.h"

static bool g_for_test;
static const char *g_test_library;
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static spc_cublaslt_t g_library;  // written once, under g_once
static const spc_cublaslt_t *g_available;

void spc_cublaslt_set_library(const char *path) {
  g_for_test = true;
  g_test_library = path;
  g_available = NULL;
  g_once = (pthread_once_t)PTHREAD_ONCE_INIT;
}

static void *find_library(void) {
  static const char *const names[] = {"libcublasLt.so.13", "libcublasLt.so.12"};
  return g_for_test ? dlopen(g_test_library, RTLD_NOW | RTLD_LOCAL) : spc_cuda_library_open(names, 2);
}

static void open_library(void) {
  void *library = find_library();
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
