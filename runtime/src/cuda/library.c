#include "cuda/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *open_in(const char *folder, int folder_length, const char *name) {
  char path[4096];
  int n = snprintf(path, sizeof path, "%.*s/%s", folder_length, folder, name);
  return n > 0 && (size_t)n < sizeof path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

void *spc_cuda_library_open(const char *const *names, int count) {
  const char *folders = getenv("SPC_CUDA_LIBS");
  for (const char *at = folders, *end; at && *at; at = *end ? end + 1 : NULL) {
    end = at + strcspn(at, ":");
    for (int i = 0; i < count && end > at; ++i) {
      void *library = open_in(at, (int)(end - at), names[i]);
      if (library) return library;
    }
  }
  for (int i = 0; i < count; ++i) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}
