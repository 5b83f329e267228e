#include "cuda/cudnn.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cuda/library.h"

#define OLDEST 91000  // earlier ones mask with another number than minus infinity
#define NEXT_MAJOR 100000

static spc_cuda_library_t g_file = {.names = {"libcudnn.so.9"}};
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static spc_cudnn_t g_library;  // written once, under g_once
static const spc_cudnn_t *g_available;

void spc_cudnn_set_library(const char *path) {
  spc_cuda_library_replace(&g_file, path);
  g_available = NULL;
  g_once = (pthread_once_t)PTHREAD_ONCE_INIT;
}

static void open_library(void) {
  void *library = spc_cuda_library_open(&g_file);
  if (!library) return;
#define LOAD(result, function, parameters)                 \
  do {                                                     \
    void *address = dlsym(library, #function);             \
    if (!address) return;                                  \
    memcpy(&g_library.function, &address, sizeof address); \
  } while (0);
  SPC_CUDNN_FUNCTIONS(LOAD)
#undef LOAD
  size_t version = g_library.cudnnGetVersion();
  if (version < OLDEST || version >= NEXT_MAJOR) return;
  g_library.version = version;
  snprintf(g_library.name, sizeof g_library.name, "cuDNN %zu.%zu.%zu", version / 10000, version / 100 % 100, version % 100);
  g_available = &g_library;
}

const spc_cudnn_t *spc_cudnn_get(void) {
  pthread_once(&g_once, open_library);
  return g_available;
}
