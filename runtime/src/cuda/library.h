// NVIDIA's libraries besides the driver, opened when a model for CUDA is loaded and never closed.
#ifndef SPC_RUNTIME_CUDA_LIBRARY_H_
#define SPC_RUNTIME_CUDA_LIBRARY_H_

#include <stdbool.h>

typedef struct spc_cuda_library_t {
  const char *names[3];  // the newest first, NULL after the last
  bool replaced;         // tests: by |replacement|
  const char *replacement;
} spc_cuda_library_t;

// The first of the names that opens: in the folders that the environment variable SPC_CUDA_LIBS lists, colons between them (such as
// nvidia/cu13/lib and nvidia/cudnn/lib of Python's wheels), then where the system looks. NULL when none does.
void *spc_cuda_library_open(const spc_cuda_library_t *library);

// Tests: the library to open instead; NULL: this program.
void spc_cuda_library_replace(spc_cuda_library_t *library, const char *path);

#endif  // SPC_RUNTIME_CUDA_LIBRARY_H_
