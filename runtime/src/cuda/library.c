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

void *spc_cuda_library_open(const spc_cuda_library_t *library) {
  if (library->replaced) return dlopen(library->replacement, RTLD_NOW | RTLD_LOCAL);
  void *opened = NULL;
  for (const char *at = getenv("SPC_CUDA_LIBS"), *end; at && *at; at = *end ? end + 1 : NULL) {
    end = at + strcspn(at, ":");
    for (const char *const *name = library->names; *name && end > at && !opened; ++name) opened = open_in(at, (int)(end - at), *name);
  }
  for (const char *const *name = library->names; *name && !opened; ++name) opened = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
  return opened;
}

void spc_cuda_library_replace(spc_cuda_library_t *library, const char *path) {
  library->replaced = true;
  library->replacement = path;
}
